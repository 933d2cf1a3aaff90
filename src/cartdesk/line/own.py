"""The prompt's own words, beside the desk's entries: browsing, reading on, picking by number, trying out, asking for help.

``session`` looks a word up here before it takes the text as an entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartdesk.language import capital, message, tr
from cartdesk.line.words import money, sentence, spoken
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk import Command, Desk


@dataclass(frozen=True, slots=True)
class Word:
    """One of the prompt's own words."""

    name: str
    syntax: str
    help: str
    pattern: str


WORDS = (
    Word(
        "browse", "browse or browse Mobile", message("Hear the catalog's shelves, or what stands on one."),
        r"browse(?:\s+(?P<rest>\S.*))?",
    ),
    Word("more", "more", message("Read on in the list that was read last."), "more"),
    Word("pick", "pick 3", message("Take the row with this number of what was read last."), r"pick\s+(?P<rest>\d+)"),
    Word(
        "filter", "filter, filter no contract or filter none", message("Hear the filters, or switch one."),
        r"filter(?:\s+(?P<rest>\S.*))?",
    ),
    Word("choose", "choose here or choose there", message("Keep a side."), r"choose\s+(?P<rest>(?:(?:here|there)\s*)+)"),
    Word("cart", "cart", message("Hear the whole cart."), "cart"),
    Word("totals", "totals", message("Hear the totals with the first bill and the sum over the term."), "totals"),
    Word("try", "try 2*FIB500", message("Hear what an entry would change, without doing it."), r"try\s+(?P<rest>\S.*)"),
    Word("paste", "paste", message("Take lines CODE,quantity until an empty line, and add all that can be added."), "paste"),
    Word(
        "help", "help, help lines or help E", message("Hear the groups of entries, one group, or one entry."),
        r"help(?:\s+(?P<rest>\S.*))?",
    ),
    Word("quit", "quit", message("Leave; everything is kept as it stands."), "quit|exit"),
)  # fmt: skip
"""In the order of the help."""


def own_word(text: str) -> tuple[str, str] | None:
    """Return which own word a text is, with what stands behind it; None where it is an entry."""
    for word in WORDS:
        match = re.fullmatch(word.pattern, text.strip(), re.IGNORECASE)
        if match:
            rest = match.groupdict().get("rest")
            return word.name, (rest or "").strip()
    return None


def help_sentences(registry: tuple[type[Command], ...], about: str) -> Iterator[str]:
    """Yield the help: the groups and the prompt's own words, or one group, or one entry."""
    groups: dict[str, list[type[Command]]] = {}
    for kind in registry:
        if kind.entry is not None:
            groups.setdefault(kind.group, []).append(kind)
    if not about:
        yield tr("A code adds an offering: FIB500, or 3*FIB500 for three.")
        yield tr("Several entries in one line are parted by semicolons: all count, or none.")
        for name, kinds in groups.items():
            yield tr(
                "{name}: {label}. Say help {other} for its entries.",
                name=name,
                label=", ".join(tr(kind.label) for kind in kinds),
                other=name.lower(),
            )
        yield from (sentence(f"{spoken(word.syntax)}: {tr(word.help)}") for word in WORDS)
        return
    wanted = about.casefold()
    group = next((name for name in groups if name.casefold() == wanted), None)
    kinds = groups[group] if group is not None else [kind for kind in registry if kind.entry and _is_about(kind, wanted)]
    yield from (sentence(f"{safe_text(kind.entry or '', 160)}: {tr(kind.help())}") for kind in kinds)
    own = [word for word in WORDS if word.name == wanted]
    yield from (sentence(f"{spoken(word.syntax)}: {tr(word.help)}") for word in own)
    if not kinds and not own:
        yield tr("There is no entry or group called {about}; help lists them.", about=safe_text(about, 40))


def _is_about(kind: type[Command], wanted: str) -> bool:
    entry = (kind.entry or "").casefold()
    return (
        wanted in (kind.label.casefold(), tr(kind.label).casefold(), kind.name)
        or entry == wanted
        or entry.split(" ")[0].rstrip(",") == wanted
    )


def tried(desk: Desk, entry: str) -> tuple[str, ...]:
    """Return what an entry would do, or why it cannot be done, in sentences."""
    locale = desk.catalog.locale
    preview = desk.preview(entry)
    if preview.error is not None:
        return (tr("It would be refused: {error}", error=sentence(preview.error)),)
    said = [sentence(tr("It would be: {label}", label=spoken(preview.label)) if preview.label else tr("It would change nothing"))]
    if preview.due_now is not None and preview.due_now.amount:
        said.append(tr("Due now would change by {amount}.", amount=money(preview.due_now, locale)))
    from cartdesk.documents.money import every_words

    said += [
        tr("{often} would change by {amount}.", often=capital(every_words(period)), amount=money(amount, locale))
        for period, amount in preview.every
    ]
    return tuple(said)
