"""Two carts about to be one, as the merge screen shows them: each line with what can be done, and the totals before and after.

Nothing is changed here; :class:`~cartdesk.desk.commands.merge.MergeLines` does it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartdesk.desk.details import shown
from cartdesk.desk.lineviews import line_view
from cartdesk.desk.picture import label_of
from cartdesk.errors import Refused
from cartdesk.language import tr
from cartdesk.tmf.period import Period

if TYPE_CHECKING:
    from cartdesk.desk.desk import Desk
    from cartdesk.desk.view import LineView
    from cartdesk.pricing.priced import PricedCart
    from cartdesk.tmf import ShoppingCart
    from cartdesk.tmf.money import Money


@dataclass(frozen=True, slots=True)
class MergeRow:
    """One line of the other cart."""

    view: LineView
    way: str
    """What is chosen: add, join, leave."""
    ways: tuple[str, ...]
    """What can be chosen, the usual first."""
    twin: int | None
    """The line here that is the same."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What a cart costs."""

    lines: int
    due_now: Money
    every: tuple[tuple[Period, Money], ...]


@dataclass(frozen=True, slots=True)
class MergeView:
    """Everything the merge screen shows."""

    here: str
    """What the cart that takes lines in is called."""
    there: str
    """What the other is called."""
    rows: tuple[MergeRow, ...]
    before: Totals
    after: Totals
    amiss: tuple[str, ...]
    """What would be amiss in the merged cart, that is not yet."""
    refused: str = ""
    """Why it cannot be done so; then ``after`` is ``before``."""


def merge_view(desk: Desk, cart_id: str, chosen: Mapping[str, str]) -> MergeView:
    """Return the merging of another cart into the current one, as it is chosen.

    Args:
        desk: the desk.
        cart_id: the other cart.
        chosen: what becomes of each of its lines, by id; the usual where it is not named.

    Raises:
        Refused: there is no such cart.
    """
    from cartdesk.selling import basket, merging
    from cartdesk.selling.price_guard import rises
    from cartdesk.selling.rules import findings

    into = desk.cart if desk.cart is not None else basket.new_cart("", desk.now())
    other = desk.load(cart_id)
    rows = merge_rows(desk, cart_id, chosen)
    before = desk.price(into)
    names = (_called(desk, into), _called(desk, other))
    totals = _totals(before, desk)
    try:
        ways = {item_id: merging.Way(way) for item_id, way in chosen.items()}
        merged = merging.merge(into, other, ways, desk.catalog, ids=desk.ids, risen=rises(desk.price(other))).cart
    except Refused as refused:
        return MergeView(*names, rows, totals, totals, (), str(refused))
    after = desk.price(merged)
    now = desk.now()
    known = {each.sentence for each in findings(into, desk.catalog, now, before)}
    amiss = tuple(each.sentence for each in findings(merged, desk.catalog, now, after) if each.blocking and each.sentence not in known)
    return MergeView(*names, rows, totals, _totals(after, desk), amiss)


def merge_rows(desk: Desk, cart_id: str, chosen: Mapping[str, str]) -> tuple[MergeRow, ...]:
    """Return the lines of another cart, each with what can be done and what is chosen; arguments as for :func:`merge_view`."""
    from cartdesk.selling import basket, merging

    into = desk.cart if desk.cart is not None else basket.new_cart("", desk.now())
    other = desk.load(cart_id)
    side = desk.view.show_tax
    lines = {line.item.id: line for line in desk.price(other).items}
    return tuple(
        MergeRow(line_view(each.number, lines[each.item.id], side), chosen.get(each.item.id, each.ways[0]), tuple(each.ways), each.twin)
        for each in merging.plan(into, other)
    )


def _called(desk: Desk, cart: ShoppingCart) -> str:
    letter = next((area.letter for area in desk.view.areas if area.cart_id == cart.id), "")
    return " ".join(part for part in (letter, label_of(cart)) if part) or tr("this cart")


def _totals(priced: PricedCart, desk: Desk) -> Totals:
    side = desk.view.show_tax
    every = tuple((total.period, shown(total.steady, side)) for total in priced.totals if total.period is not None)
    return Totals(len(priced.items), shown(priced.due_now, side), every)
