"""What one pricing of a cart leaves for the next, so that a change costs what changed.

Made and used by ``cart`` and ``reuse``; it rides along in ``PricedCart.workings`` and takes no part in comparing two priced carts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cartdesk.pricing.conditions import PricingContext
    from cartdesk.pricing.matching import Moment
    from cartdesk.pricing.priced import PricedItem
    from cartdesk.pricing.promotions import Ways
    from cartdesk.pricing.reader import OfferReader
    from cartdesk.pricing.totals import Tally
    from cartdesk.tmf.cart import CartItem


class WorkedLine(NamedTuple):
    """One line, as it was and as it came out."""

    item: CartItem
    base: PricedItem
    """Before promotion codes."""
    final: PricedItem
    ways: Ways
    """What each run of promotion codes made of ``base``."""


@dataclass(frozen=True, slots=True)
class Workings:
    """Everything that can be taken over while the catalog, its rules and the moment's answers stay the same."""

    reader: OfferReader
    limits: Mapping[str, Decimal]
    moment: Moment
    context: PricingContext
    items: tuple[CartItem, ...]
    """The cart's lines, in order."""
    lines: tuple[WorkedLine, ...]
    """What became of each of them."""
    ids: frozenset[str]
    """The items' ids, all different."""
    rests_on: Mapping[str, int]
    """What lines rest on besides themselves, and how many of them do."""
    plain: bool
    """Whether every line's price was its own alone: no promotion codes, and no rounding on the total."""
    tally: Tally
