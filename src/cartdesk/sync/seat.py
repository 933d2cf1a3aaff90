"""What the engine needs of a seat: its carts, and one transaction in which a cart and what is known of it change together.

The desk answers it in the program (``cartdesk.desk.syncing``), a seat in memory in the simulation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from cartdesk.sync.tree import Node

if TYPE_CHECKING:
    from cartdesk.tmf import ShoppingCart


@dataclass(frozen=True, slots=True)
class Local:
    """A cart as it is at this seat."""

    cart: ShoppingCart
    tree: Node
    token: object
    """Equal to a later one only while the cart is what it is now."""
    state: str = "open"
    """open, held, ordered or discarded."""


class Seat(Protocol):
    """A seat's carts. Every method that changes something is one durable transaction."""

    def local(self, cart_id: str) -> Local | None:
        """Return a cart, or None where there is none."""
        ...

    def take(self, cart_id: str, tree: Node, members: Mapping[str, Any], token: object, said: str, also: Callable[[], None]) -> bool:
        """Make a cart what a merge made of it, unless it changed since; say whether that was done.

        Args:
            cart_id: the cart.
            tree: its new contents.
            members: the server's inner JSON, for what trees do not hold of items that are new here: their prices.
            token: of the cart that was merged.
            said: what its history says.
            also: writes what else belongs into the same transaction.
        """
        ...

    def adopt(self, tree: Node, members: Mapping[str, Any], wanted: str, said: str, also: Callable[[str], None]) -> str:
        """Take in a cart that is new here, and return the id it has here: ``wanted`` where that is free."""
        ...

    def priced(self, cart: ShoppingCart) -> ShoppingCart:
        """Return a cart with its prices filled in, where the catalog has them."""
        ...

    def moment(self) -> str:
        """Return now, RFC 3339."""
        ...

    def write(self, also: Callable[[], None]) -> None:
        """Do some writing of the books in one transaction."""
        ...


def cart_from(tree: Node, known: ShoppingCart, members: Mapping[str, Any]) -> ShoppingCart:
    """Return a cart with a tree's contents; items that did not change are the very same objects, so that they need no new price.

    Args:
        tree: its contents.
        known: the cart before, with all that trees do not hold.
        members: the server's inner JSON, where prices of new items are taken from.
    """
    from cartdesk.sync.tree import members_of, tree_of
    from cartdesk.tmf import CartItem, ShoppingCart

    before = {item.id: item for item in known.cart_item}
    trees = tree_of(known.wire())["cartItem"]
    prices = {str(item.get("id")): item for item in members.get("cartItem") or () if isinstance(item, dict)}
    written = members_of(tree)
    items = []
    for name, item in zip(tree["cartItem"], written.get("cartItem", ()), strict=True):
        if name in before and trees.get(name) == tree["cartItem"][name]:
            items.append(before[name])
            continue
        priced = {key: prices[name][key] for key in ("itemPrice", "itemTotalPrice") if key in prices.get(name, ())}
        items.append(CartItem.model_validate({**item, **priced}))
    kept = known.wire()
    rest = {name: value for name, value in written.items() if name != "cartItem"}
    same = {name: kept[name] for name in ("id", "href", "validFor", "cartTotalPrice", "cartdesk") if name in kept}
    return ShoppingCart.model_validate({**same, **rest}).model_copy(update={"cart_item": tuple(items)})
