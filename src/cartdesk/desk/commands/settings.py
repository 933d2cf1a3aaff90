"""How the desk is set: who works here and as what, its colours and keys, how it is shown on a slow line, and the scanner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from cartdesk.desk.command import Command, Outcome, Show
from cartdesk.errors import ApprovalNeeded, Refused, SettingsError
from cartdesk.language import message, tr
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk.draft import Draft

GROUP = message("Settings")
LONGEST_NAME = 60


def applied(said: str, setting: str) -> Outcome:
    """Return the outcome of a setting that has changed: faces take it over at once."""
    return Outcome(said, Show("applied", {"setting": setting}))


@dataclass(frozen=True)
class SetAgent(Command):
    """Say who works here; what is done from now on is signed with it."""

    name: ClassVar[str] = "settings.agent"
    label: ClassVar[str] = message("Agent")
    group: ClassVar[str] = GROUP
    entry: ClassVar[str | None] = "agent Ana"
    pattern: ClassVar[str | None] = r"agent\s+(?P<agent>[^;\s].*)"
    alone: ClassVar[bool] = True

    agent: str

    def run(self, draft: Draft) -> Outcome:
        """Keep the name, and sign with it."""
        name = " ".join(safe_text(self.agent).split())
        if not name or len(name) > LONGEST_NAME:
            raise draft.refuse(tr("A name has 1 to {longest_name} characters.", longest_name=LONGEST_NAME), at="agent")
        if draft.agent_fixed:
            raise Refused(tr("Whoever opened this desk said who works here (--agent), so it is not changed from within."))
        draft.agent = name
        draft.set("agent", name)
        return applied(tr("{name} works here.", name=name), "agent")

    def written(self) -> str | None:
        """Return ``agent Ana``."""
        return f"agent {self.agent}"


@dataclass(frozen=True)
class SetRole(Command):
    """Work in another role; one that may give more than an agent asks for its PIN."""

    name: ClassVar[str] = "settings.role"
    label: ClassVar[str] = message("Role")
    group: ClassVar[str] = GROUP
    entry: ClassVar[str | None] = "role supervisor or role agent"
    pattern: ClassVar[str | None] = r"role\s+(?P<role>\S+)"
    alone: ClassVar[bool] = True

    role: str

    def run(self, draft: Draft) -> Outcome:
        """Take the role until another is taken or the desk is closed."""
        roles, role = draft.roles, self.role.strip().lower()
        if role not in roles.limits:
            raise draft.refuse(
                tr("There is no role {role}; the roles are {limits}.", role=safe_text(role, 30), limits=", ".join(roles.limits)), at="role"
            )
        limit = roles.limit(role)
        if role != draft.role and roles.is_guarded(role):
            given = draft.approval
            if given is None or roles.limit(given.role) < limit:
                if not roles.approvers(limit):
                    raise Refused(tr("Nobody here has a PIN that opens the role {role}; `cartdesk roles` sets one.", role=role))
                raise ApprovalNeeded(tr("The role {role} takes its PIN.", role=role), limit, at=draft.spot("role"))
            draft.shown_by = given
        elif role != draft.role:
            draft.shown_by = None
        draft.role = role
        return applied(
            tr("You work as {role}: up to {normalize} % off a price by hand.", role=role, normalize=f"{limit.normalize():f}"), "role"
        )

    def written(self) -> str | None:
        """Return ``role supervisor``."""
        return f"role {self.role}"


@dataclass(frozen=True)
class SetTheme(Command):
    """Wear other colours."""

    name: ClassVar[str] = "settings.theme"
    label: ClassVar[str] = message("Colours")
    group: ClassVar[str] = GROUP
    entry: ClassVar[str | None] = "theme light"
    pattern: ClassVar[str | None] = r"theme\s+(?P<theme>[\w-]+)"
    alone: ClassVar[bool] = True

    theme: str

    def run(self, draft: Draft) -> Outcome:
        """Ask the screen to; it knows which there are, and keeps the one that is worn."""
        return Outcome("", Show("themes", {"theme": self.theme.lower()}))

    def written(self) -> str | None:
        """Return ``theme light``."""
        return f"theme {self.theme}"


@dataclass(frozen=True)
class SetKey(Command):
    """Give a command another key, or its own again."""

    name: ClassVar[str] = "settings.key"
    label: ClassVar[str] = message("Key")
    group: ClassVar[str] = GROUP
    entry: ClassVar[str | None] = "key cart.hold f12 or key cart.hold own"
    opener: ClassVar[str | None] = r"key\s"
    pattern: ClassVar[str | None] = r"key\s+(?P<command>[a-z_.]+)\s+(?P<key>\S+(?:\s*,\s*\S+)*)"
    alone: ClassVar[bool] = True

    command: str
    key: str

    def run(self, draft: Draft) -> Outcome:
        """Keep the change where nothing speaks against it."""
        from cartdesk.desk.keys import Keymap, key_label

        changes: dict[str, Any] = dict(draft.store.setting("keys") or {})
        if self.key.strip().lower() == "own":
            changes.pop(self.command, None)
        else:
            changes[self.command] = [each.strip() for each in self.key.split(",")]
        before = set(Keymap.make(draft.store.setting("keys")).faults)
        keymap = Keymap.make(changes)
        fault = next((each for each in keymap.faults if each not in before), None)
        if fault is None and self.command not in keymap.keys:
            fault = tr("Keys: there is no command «{command}».", command=safe_text(self.command, 40))
        if fault is not None:
            raise draft.refuse(fault.removeprefix("Keys: ").capitalize(), at="key")
        draft.set("keys", changes)
        keys = ", ".join(map(key_label, keymap.keys[self.command])) or tr("no key")
        return applied(tr("{command} has {keys}.", command=self.command, keys=keys), "keys")

    def written(self) -> str | None:
        """Return ``key cart.hold f12``."""
        return f"key {self.command} {self.key}"


@dataclass(frozen=True)
class SetLanguage(Command):
    """Speak another language."""

    name: ClassVar[str] = "settings.language"
    label: ClassVar[str] = message("Language")
    group: ClassVar[str] = GROUP
    entry: ClassVar[str | None] = "language de"
    pattern: ClassVar[str | None] = r"language\s+(?P<code>[\w-]+)"
    alone: ClassVar[bool] = True

    code: str

    def run(self, draft: Draft) -> Outcome:
        """Keep it, where there is such a language."""
        from cartdesk.desk.places import cache_dir
        from cartdesk.language import speak
        from cartdesk.language.shelf import languages, load, match

        there = languages(draft.store.path.parent)
        code = match(self.code, draft.store.path.parent)
        if code is None:
            known = ", ".join(f"{each} ({name})" for each, name in there.items())
            raise draft.refuse(tr("There is no language {code}; there are {known}.", code=safe_text(self.code, 20), known=known), at="code")
        try:
            language = load(code, draft.store.path.parent, cache_dir(draft.store.path.parent))
        except SettingsError as error:
            raise draft.refuse(str(error), at="code") from None
        draft.set("language", code)
        speak(language)
        return applied(tr("{language} is spoken.", language=there.get(code, code)), "language")

    def written(self) -> str | None:
        """Return ``language de``."""
        return f"language {self.code}"


@dataclass(frozen=True)
class SetCurrency(Command):
    """Write amounts with the currency's code behind them, or with its sign."""

    name: ClassVar[str] = "settings.currency"
    label: ClassVar[str] = message("Currency")
    group: ClassVar[str] = GROUP
    entry: ClassVar[str | None] = "currency sign or currency code"
    pattern: ClassVar[str | None] = r"currency\s+(?P<form>sign|code)"
    alone: ClassVar[bool] = True

    form: str

    @classmethod
    def from_fields(cls, values: Mapping[str, Any]) -> Command:
        """Read the word in any case."""
        return cls(str(values["form"]).lower())

    def run(self, draft: Draft) -> Outcome:
        """Keep it, and write so."""
        draft.set("currency", self.form)
        return applied(
            tr("Amounts have their currency's sign.") if self.form == "sign" else tr("Amounts have their currency's code."), "currency"
        )

    def written(self) -> str | None:
        """Return ``currency sign``."""
        return f"currency {self.form}"


@dataclass(frozen=True)
class SetBandwidth(Command):
    """Say whether the line is slow: then less is drawn, nothing blinks, and colours are the terminal's own."""

    name: ClassVar[str] = "settings.bandwidth"
    label: ClassVar[str] = message("Line")
    group: ClassVar[str] = GROUP
    entry: ClassVar[str | None] = "bandwidth low or bandwidth usual"
    pattern: ClassVar[str | None] = r"bandwidth\s+(?P<line>low|usual)"
    alone: ClassVar[bool] = True

    line: str

    @classmethod
    def from_fields(cls, values: Mapping[str, Any]) -> Command:
        """Read the word in any case."""
        return cls(str(values["line"]).lower())

    def run(self, draft: Draft) -> Outcome:
        """Keep it, and draw so."""
        draft.set("bandwidth", self.line)
        return applied(tr("Less is drawn, for a slow line.") if self.line == "low" else tr("Everything is drawn."), "bandwidth")

    def written(self) -> str | None:
        """Return ``bandwidth low``."""
        return f"bandwidth {self.line}"


@dataclass(frozen=True)
class SetScanner(Command):
    """Say how a barcode scanner is told from hands: by its speed, by a key it sends first, or not at all."""

    name: ClassVar[str] = "settings.scanner"
    label: ClassVar[str] = message("Scanner")
    group: ClassVar[str] = GROUP
    entry: ClassVar[str | None] = "scanner speed, scanner prefix f20, scanner prefix f20 suffix tab or scanner off"
    opener: ClassVar[str | None] = r"scanner\b"
    pattern: ClassVar[str | None] = r"scanner\s+(?P<how>speed|off|prefix)(?:\s+(?P<prefix>\S+)(?:\s+suffix\s+(?P<suffix>\S+))?)?"
    alone: ClassVar[bool] = True

    how: str
    prefix: str = ""
    suffix: str = ""

    @classmethod
    def from_fields(cls, values: Mapping[str, Any]) -> Command:
        """Read the word in any case."""
        return cls(**{**values, "how": str(values["how"]).lower()})

    def run(self, draft: Draft) -> Outcome:
        """Keep it, and listen so."""
        from cartdesk.desk.keys import is_key

        if (self.how == "prefix") != bool(self.prefix):
            raise draft.refuse(tr("Write scanner speed, scanner off, or scanner prefix and the key that it sends first."), at="how")
        for key, at in ((self.prefix, "prefix"), (self.suffix, "suffix")):
            if key and not (is_key(key) or key in ("tab", "escape")):
                raise draft.refuse(tr("«{key}» is no key; f20, ctrl+b and tilde are.", key=safe_text(key, 30)), at=at)
        draft.set("scanner", {"how": self.how, "prefix": self.prefix, "suffix": self.suffix})
        ends = tr(", which end with {suffix}", suffix=self.suffix) if self.suffix else ""
        said = {
            "speed": tr("What arrives faster than hands type and reads as a code is taken as a scan."),
            "prefix": tr("Keys behind {prefix} are a scan{ends}.", prefix=self.prefix, ends=ends),
            "off": tr("Nothing is taken as a scan; codes go where the keys go."),
        }
        return applied(said[self.how], "scanner")

    def written(self) -> str | None:
        """Return ``scanner prefix f20 suffix tab``."""
        return " ".join(part for part in ("scanner", self.how, self.prefix, f"suffix {self.suffix}" if self.suffix else "") if part)
