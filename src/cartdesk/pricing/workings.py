"""What one pricing of a cart leaves for the next, so that a change costs what changed.

Made and used by ``cart`` alone; it rides along in ``PricedCart.workings`` and takes no part in comparing two priced carts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cartdesk.pricing.conditions import PricingContext
    from cartdesk.pricing.matching import Moment
    from cartdesk.pricing.priced import PricedItem
    from cartdesk.pricing.promotions import Ways
    from cartdesk.pricing.reader import OfferReader
    from cartdesk.pricing.totals import Tally
    from cartdesk.tmf.cart import CartItem


@dataclass(slots=True)
class WorkedLine:
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
    lines: dict[str, WorkedLine]
    """By item id."""
    tally: Tally
