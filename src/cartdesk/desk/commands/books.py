"""What is said and shown of customers: the script that is read aloud, their accounts, and how bill days are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from cartdesk.desk.command import Command, Outcome, Show
from cartdesk.language import message, tr

if TYPE_CHECKING:
    from cartdesk.desk.draft import Draft

FORM = "script_form"
"""The setting that says whose form the script has that is read aloud: neutral, uk, eu or us."""
_CUSTOMER = message("Customer")


@dataclass(frozen=True)
class ShowAccounts(Command):
    """Show a customer's accounts, bills, products and orders."""

    name: ClassVar[str] = "show.accounts"
    label: ClassVar[str] = message("Accounts")
    group: ClassVar[str] = _CUSTOMER
    keys: ClassVar[tuple[str, ...]] = ("ctrl+l",)
    where: ClassVar[frozenset[str]] = frozenset({"desk", "carts", "orders"})
    entry: ClassVar[str | None] = "accounts or accounts Berg"
    pattern: ClassVar[str | None] = r"accounts(?:\s+(?P<text>\S.*))?"

    text: str = ""

    def run(self, draft: Draft) -> Outcome:
        """Open the accounts of whom the text means; without one, of the cart's customer where that is known."""
        from cartdesk.selling import basket

        named = basket.customer_of(draft.cart) if not self.text and draft.cart_id is not None else None
        known = named.id if named is not None and named.known else None
        return Outcome("", Show("accounts", {"text": self.text, "customer_id": known or ""}))

    def written(self) -> str | None:
        """Return ``accounts Berg``."""
        return f"accounts {self.text}".strip()


@dataclass(frozen=True)
class ShowScript(Command):
    """Show what is to be read aloud of this cart: prices with their dates, terms, the right to cancel."""

    name: ClassVar[str] = "show.script"
    label: ClassVar[str] = message("Read aloud")
    group: ClassVar[str] = message("Check out")
    keys: ClassVar[tuple[str, ...]] = ("ctrl+r",)
    where: ClassVar[frozenset[str]] = frozenset({"desk", "bill"})
    entry: ClassVar[str | None] = "script or script uk (eu, us, neutral)"
    pattern: ClassVar[str | None] = r"script(?:\s+(?P<form>neutral|uk|eu|us))?"

    form: str = ""
    """neutral, uk, eu or us; empty is the one that was used last."""

    @classmethod
    def from_fields(cls, values: Mapping[str, Any]) -> Command:
        """Read the form in any case."""
        return cls(values.get("form", "").lower())

    def run(self, draft: Draft) -> Outcome:
        """Open the script; a form that is named is this seat's from then on."""
        form = self.form
        if form:
            draft.writes.append(lambda store: store.set_setting(FORM, form))
        kept = draft.store.setting(FORM)
        return Outcome("", Show("script", {"form": form or (kept if isinstance(kept, str) else "")}))

    def written(self) -> str | None:
        """Return ``script uk``."""
        return f"script {self.form}".strip()


@dataclass(frozen=True)
class ReadShift(Command):
    """Say what an account's billing date shift means: the day of the month, or days after its first."""

    name: ClassVar[str] = "settings.shift"
    label: ClassVar[str] = message("Billing date shift")
    group: ClassVar[str] = message("Program")
    entry: ClassVar[str | None] = "shift day or shift offset"
    pattern: ClassVar[str | None] = r"shift\s+(?P<reading>day|offset)"

    reading: str

    @classmethod
    def from_fields(cls, values: Mapping[str, Any]) -> Command:
        """Read the word in any case."""
        return cls(values["reading"].lower())

    def run(self, draft: Draft) -> Outcome:
        """Keep it as this seat's way."""
        from cartdesk.desk.accounts import SHIFT

        reading = self.reading
        draft.writes.append(lambda store: store.set_setting(SHIFT, reading))
        meaning = tr("the day of the month") if reading == "day" else tr("an offset in days from the first of the month")
        return Outcome(tr("A billing date shift of 15 is read as {meaning} now; the accounts show the days that result.", meaning=meaning))

    def written(self) -> str | None:
        """Return ``shift day``."""
        return f"shift {self.reading}"


@dataclass(frozen=True)
class ShowCallNote(Command):
    """Show what this call came to, to be put into another system's notes, and copy it."""

    name: ClassVar[str] = "show.note"
    label: ClassVar[str] = message("Call note")
    group: ClassVar[str] = _CUSTOMER
    keys: ClassVar[tuple[str, ...]] = ("alt+n",)
    entry: ClassVar[str | None] = "note"
    pattern: ClassVar[str | None] = "note"

    def run(self, draft: Draft) -> Outcome:
        """Open the note of the current cart."""
        return Outcome("", Show("note"))

    def written(self) -> str | None:
        """Return ``note``."""
        return "note"
