"""What collided between this seat and the server, line by line: both sides in words, what each does to the totals, and the choice.

The conflict screen shows it; ``commands.syncing.Choose`` makes the choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from cartdesk.errors import Refused
from cartdesk.language import tr
from cartdesk.sync.ledger import Ledger
from cartdesk.sync.merge import HELD, Clash, Kind
from cartdesk.sync.seat import cart_from
from cartdesk.sync.tree import ABSENT, ITEMS, Node, at, put, tree_of

if TYPE_CHECKING:
    from cartdesk.desk.desk import Desk
    from cartdesk.pricing.priced import PricedCart
    from cartdesk.sync.link import Link
    from cartdesk.tmf import ShoppingCart

Side = Literal["here", "there"]


@dataclass(frozen=True, slots=True)
class Dispute:
    """One thing that is to be chosen."""

    what: str
    """What it is about: the line's name, or the cart's part."""
    here: str
    there: str
    kind: str
    marked: Side
    """The side that is shown and marked at first."""


def link_of(desk: Desk, cart_id: str) -> Link:
    """Return what is known of a cart's counterpart.

    Raises:
        Refused: nothing is to be chosen in it.
    """
    link = Ledger(desk.store.log_storage).link(cart_id)
    if link is None or not link.clashes:
        raise Refused(tr("Nothing is to be chosen in this cart."))
    return link


def disputes(desk: Desk, cart_id: str) -> tuple[Dispute, ...]:
    """Return what is to be chosen in a cart, in the order of its lines."""
    tree = tree_of(desk.load(cart_id).wire())
    return tuple(_dispute(tree, clash) for clash in link_of(desk, cart_id).clashes)


def chosen(cart: ShoppingCart, clashes: Sequence[Clash], sides: Sequence[Side]) -> ShoppingCart:
    """Return the cart with a side chosen for each clash.

    Args:
        cart: the cart as it is here.
        clashes: what is to be chosen.
        sides: the choice for each.
    """
    before = tree = tree_of(cart.wire())
    for clash, side in zip(clashes, sides, strict=True):
        if side == "there":
            tree = put(tree, clash.path, clash.theirs)
        elif clash.kind not in HELD:
            tree = put(tree, clash.path, clash.ours)
    return cart if tree == before else cart_from(tree, cart, {})


def priced_as(desk: Desk, cart_id: str, sides: Sequence[Side]) -> PricedCart:
    """Return what the cart would cost with these choices."""
    from cartdesk.pricing import price_cart

    cart = chosen(desk.load(cart_id), link_of(desk, cart_id).clashes, sides)
    priced: PricedCart = price_cart(cart, desk.catalog, desk.now(), limits=desk.roles.limits)
    return priced


def _dispute(tree: Node, clash: Clash) -> Dispute:
    ours = at(tree, clash.path) if clash.kind in HELD else clash.ours
    marked: Side = "there" if clash.kind is Kind.REMOVED_HERE else "here"
    return Dispute(_what(tree, clash), _words(ours), _words(clash.theirs), clash.kind.value, marked)


def _what(tree: Node, clash: Clash) -> str:
    """Return what a clash is about."""
    if clash.path[0] != ITEMS:
        return {"relatedParty": "customer", "contactMedium": "contact"}.get(clash.path[0], clash.path[0])
    depth = max(place for place in range(0, len(clash.path), 2) if clash.path[place] == ITEMS) + 2
    for side in (at(tree, clash.path[:depth]), clash.ours, clash.theirs, clash.base):
        if isinstance(side, Node):
            return _name(side)
    return clash.path[1]


def _name(item: Node) -> str:
    offering = item.get("productOffering")
    found = (offering.get("name") or offering.get("id")) if isinstance(offering, dict) else None
    return str(found or item.get("id"))


def _words(side: Any) -> str:
    """Return one side in words."""
    if side is ABSENT:
        return tr("removed")
    if isinstance(side, Node):
        product = side.get("product")
        values = product.get("characteristic") if isinstance(product, Node) else None
        chosen_values = ", ".join(_words(each) for each in (values.values() if isinstance(values, Node) else ()))
        return f"×{side.get('quantity', 1)}" + (f", {chosen_values}" if chosen_values else "")
    if isinstance(side, dict):
        found = side.get("value") if "value" in side else side.get("text") or side.get("name") or side.get("id")
        name = side.get("name") if "value" in side else None
        return f"{name} {found}" if name else str(found)
    if isinstance(side, (list, tuple)):
        return ", ".join(_words(each) for each in side) or tr("nothing")
    return f"×{side}" if isinstance(side, int) and not isinstance(side, bool) else str(side)
