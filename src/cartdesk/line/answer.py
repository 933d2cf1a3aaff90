"""What the prompt answers to an entry: what happened, then the facts, each a sentence; the same as JSON.

``session`` makes it; ``prompt`` writes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cartdesk.errors import CartdeskError, Mend
from cartdesk.language import tr
from cartdesk.line.words import sentence, spoken
from cartdesk.text import safe_text


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one entry."""

    entry: str
    said: tuple[str, ...] = ()
    """What happened."""
    facts: tuple[str, ...] = ()
    """What is so now: totals, or what a screen would show."""
    mends: tuple[Mend, ...] = ()
    """Ways on, numbered when they are read."""
    error: CartdeskError | None = None
    """Why it was refused; None where it was done."""
    at: int | None = None
    """Where in the entry the trouble starts."""
    changed: bool = False
    screen: str | None = None
    """The screen it would have opened."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """The facts as JSON values."""
    cart: Mapping[str, Any] | None = None
    """The current cart as JSON values, where it changed or was asked for."""
    asks: str = ""
    """A question that the next entry answers."""
    ends: bool = False
    """True where the prompt ends."""
    entered: str = ""
    """The entry that was done for it, where that is another: what ``pick`` picked."""

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return self.error is None

    def sentences(self) -> Iterator[str]:
        """Yield what is read: what happened first, then the facts, then the ways on, then the question."""
        if self.error is not None:
            yield tr("Refused: {error}", error=sentence(str(self.error)))
            if self.at and self.at < len(self.entry):
                yield tr("The trouble starts at character {at}, at {entry}.", at=self.at + 1, entry=safe_text(self.entry[self.at :], 20))
        yield from (sentence(each) for each in self.said if each)
        yield from (each for each in self.facts if each)
        for number, mend in enumerate(self.mends, start=1):
            yield tr(
                "Pick {number}: {label}, which enters {entry}.", number=number, label=spoken(mend.label), entry=safe_text(mend.entry, 80)
            )
        if self.asks:
            yield self.asks

    def to_json(self) -> dict[str, Any]:
        """Return the answer as JSON values."""
        found: dict[str, Any] = {
            "entry": self.entry,
            "ok": self.ok,
            "changed": self.changed,
            "said": [sentence(each) for each in self.said if each],
        }
        if self.entered:
            found["entered"] = self.entered
        if self.error is not None:
            found |= {"error": str(self.error), "kind": type(self.error).__name__, "at": self.at}
        if self.mends:
            found["mends"] = [{"label": mend.label, "entry": mend.entry} for mend in self.mends]
        if self.screen is not None:
            found["screen"] = self.screen
        if self.facts:
            found["facts"] = list(self.facts)
        if self.data:
            found["data"] = dict(self.data)
        if self.cart is not None:
            found["cart"] = dict(self.cart)
        return found
