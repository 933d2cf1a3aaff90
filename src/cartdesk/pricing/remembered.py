"""What one item, however many carts it lies in, came to: the same choice in the same circumstances costs the same.

Whoever prices many people's carts hands ``price_cart`` a memory for each item; the desk, with one cart at hand, needs none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cartdesk.pricing.matching import Moment

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cartdesk.pricing.conditions import PricingContext
    from cartdesk.pricing.priced import PricedItem
    from cartdesk.pricing.reader import OfferReader

_MOST = 6


class _Outcome(NamedTuple):
    """One line as it came out, and what has to be so for it to come out that way again."""

    reader: OfferReader
    moment: Moment
    circumstances: tuple[tuple[str, Any], ...]
    line: PricedItem


class LineMemory:
    """What items that say the same, but for their ids and notes, came to lately."""

    __slots__ = ("_outcomes",)

    def __init__(self) -> None:
        self._outcomes: list[_Outcome] = []

    def find(self, reader: OfferReader, now: datetime, context: PricingContext) -> tuple[PricedItem, Moment] | None:
        """Return what such an item costs and the moment that was worked out at; None where that is not known."""
        for outcome in self._outcomes:
            if (
                outcome.reader is reader
                and outcome.moment.same_answers_at(now)
                and (outcome.line.problem is None or outcome.moment.now.date() == now.date())
                and all(circumstance(fact, context) == value for fact, value in outcome.circumstances)
            ):
                return outcome.line, outcome.moment
        return None

    def keep(self, reader: OfferReader, moment: Moment, context: PricingContext, line: PricedItem) -> None:
        """Keep a line as it came out; what keeps one from having a price may be worded with the day's date, and holds for the day."""
        if not context.overrides:
            circumstances = tuple([(fact, circumstance(fact, context)) for fact in line.rests_on])
            self._outcomes.insert(0, _Outcome(reader, moment, circumstances, line))
            del self._outcomes[_MOST:]


def circumstance(fact: str, context: PricingContext) -> Any:
    """Return how things stand with something that a line's price rests on.

    Raises:
        KeyError: nothing of the sort is known to matter.
    """
    kind, _, what = fact.partition(":")
    return _CIRCUMSTANCES[kind, bool(what)](context, what)


_CIRCUMSTANCES: dict[tuple[str, bool], Callable[[PricingContext, str], Any]] = {
    ("customer", False): lambda context, what: context.customer_known,
    ("pieces", False): lambda context, what: context.all_pieces,
    ("pieces", True): lambda context, what: context.pieces.get(what, 0),
    ("with", True): lambda context, what: context.pieces.get(what, 0) > 0,
    ("promo", True): lambda context, what: what in context.codes,
}
