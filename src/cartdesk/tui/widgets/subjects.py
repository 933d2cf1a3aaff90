"""What can be laid side by side: carts and offerings, each with its priced cart.

The compare screen gathers them on the desk's thread; which bill is dearer, and by how much, is pricing's answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from cartdesk.desk.picture import label_of
from cartdesk.errors import Refused
from cartdesk.language import ntr, tr
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk import Desk
    from cartdesk.pricing import PricedCart
    from cartdesk.pricing.comparison import Comparison
    from cartdesk.tmf import ShoppingCart

FEWEST, MOST = 2, 4
MONTHS = 36


@dataclass(frozen=True, slots=True)
class Subject:
    """One side of a comparison."""

    name: str
    detail: str
    entry: str
    """What takes it up: ``C B``, ``open 4f2a``, or the offering's code."""
    priced: PricedCart

    @property
    def is_empty(self) -> bool:
        """True where there is nothing to bill."""
        return not self.priced.items


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The sides, and what differs; no comparison while there are fewer than two."""

    subjects: tuple[Subject, ...]
    comparison: Comparison | None
    start: date
    day: int


def side_by_side(desk: Desk, cart_ids: Sequence[str], offering_ids: Sequence[str]) -> SideBySide:
    """Return carts and offerings beside each other; called on the desk's thread.

    Bills start on the day, and are made on the bill day, of the first of them.
    """
    from cartdesk.pricing.comparison import compare

    subjects = (*(_of_cart(desk, cart_id) for cart_id in cart_ids), *(_of_offering(desk, code) for code in offering_ids))
    notes = subjects[0].priced.cart.notes if subjects else None
    start = date.fromisoformat(notes.start) if notes is not None and notes.start else desk.now().date()
    day = (notes.bill_cycle_day if notes is not None else None) or 1
    priced = [subject.priced for subject in subjects]
    found = compare(*priced, start=start, bill_cycle_day=day, months=MONTHS) if len(priced) >= FEWEST else None
    return SideBySide(subjects, found, start, day)


def named(desk: Desk, text: str) -> tuple[str | None, str | None]:
    """Return the cart's id or the offering's id that ``text`` means: an area's letter, a cart's name, or an offering's code.

    Raises:
        Refused: it means neither.
    """
    wanted = text.strip()
    area = next((each for each in desk.view.areas if each.letter == wanted.upper() and each.cart_id is not None), None)
    if area is not None:
        return area.cart_id, None
    row = desk.catalog.find(wanted)
    if row is not None:
        return None, row.id
    rows = desk.store.cart_rows(text=wanted) if wanted else []
    if rows:
        return rows[0].id, None
    close = desk.catalog.suggest(wanted, limit=1)
    hint = tr(" Did you mean {id}?", id=safe_text(close[0].id, 40)) if close else ""
    raise Refused(tr("{wanted} is neither a cart nor an offering.{hint}", wanted=safe_text(wanted, 40), hint=hint))


def _of_cart(desk: Desk, cart_id: str) -> Subject:
    cart = desk.load(cart_id)
    letter = next((area.letter for area in desk.view.areas if area.cart_id == cart_id), None)
    name = " · ".join(part for part in (tr("Cart {letter}", letter=letter) if letter else tr("Cart"), label_of(cart)) if part)
    return Subject(name, _lines(cart), f"C {letter}" if letter else f"open {cart_id}", desk.price(cart))


def _of_offering(desk: Desk, code: str) -> Subject:
    from cartdesk.desk.trial import trial_of_offering
    from cartdesk.selling import basket
    from cartdesk.selling.lines import with_lines

    trial = trial_of_offering(desk, code)
    alone = with_lines(basket.new_cart("compared", desk.now()), (trial.line,))
    row = desk.catalog.find(code)
    return Subject(row.name if row is not None else code, code, code, desk.price(alone))


def _lines(cart: ShoppingCart) -> str:
    count = len(cart.cart_item)
    return ntr("{n} line", "{n} lines", count)
