"""What the engine needs of a seat: its carts, and one transaction in which a cart and what is known of it change together.

The desk answers it in the program (``cartdesk.desk.syncing``), a seat in memory in the simulation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from cartdesk.sync.tree import ITEM_LEFT_OUT, ITEMS, Node, members_of, tree_of

if TYPE_CHECKING:
    from cartdesk.tmf import ShoppingCart


@dataclass(frozen=True, slots=True)
class Local:
    """A cart as it is at this seat."""

    members: Mapping[str, Any]
    """Its inner JSON values, as the store keeps them."""
    tree: Node
    """What they say."""
    token: object = None
    """Equal to a later one only while the cart is what it is now; None for one that is nowhere kept."""
    state: str = "open"
    """open, held, ordered or discarded."""

    def with_tree(self, tree: Node, members: Mapping[str, Any] | None = None) -> Local:
        """Return it with other contents, kept nowhere; ``members`` is the server's JSON, for the prices of items that are new."""
        return self if tree == self.tree else Local(members_from(tree, self.members, members or {}), tree, None, self.state)


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

    def priced(self, local: Local) -> Mapping[str, Any]:
        """Return a cart's JSON values with the prices of its items, where the catalog has them."""
        ...

    def totals(self, local: Local) -> list[dict[str, Any]]:
        """Return what a cart comes to, as TMF663 has it; nothing where the catalog cannot price it."""
        ...

    def moment(self) -> str:
        """Return now, RFC 3339."""
        ...

    def write(self, also: Callable[[], None]) -> None:
        """Do some writing of the books in one transaction."""
        ...


def local_of(members: Mapping[str, Any], token: object) -> Local:
    """Return a cart that is kept as these inner JSON values."""
    notes = members.get("cartdesk") or {}
    return Local(members, tree_of(members), token, str(notes.get("state") or "open"))


def members_from(tree: Node, known: Mapping[str, Any], members: Mapping[str, Any]) -> dict[str, Any]:
    """Return a cart's inner JSON values with a tree's contents; items that did not change are the very same values.

    Args:
        tree: its contents.
        known: the cart before, with all that trees do not hold.
        members: the server's inner JSON, where prices of new items are taken from.
    """
    trees = tree_of({ITEMS: known.get(ITEMS) or ()})[ITEMS]
    before = dict(zip(trees, known.get(ITEMS) or (), strict=True))
    prices = {str(item.get("id")): item for item in members.get(ITEMS) or () if isinstance(item, dict)}
    written = members_of(tree)
    items = []
    for name, item in zip(tree[ITEMS], written[ITEMS], strict=True):
        if name in before and trees.get(name) == tree[ITEMS][name]:
            items.append(before[name])
        else:
            items.append({**item, **{key: prices[name][key] for key in sorted(ITEM_LEFT_OUT) if key in prices.get(name, ())}})
    kept = {name: known[name] for name in ("id", "href", "validFor", "cartTotalPrice", "cartdesk") if name in known}
    return {**kept, **written, ITEMS: items}


def cart_from(tree: Node, known: ShoppingCart, members: Mapping[str, Any]) -> ShoppingCart:
    """Return a cart with a tree's contents; items that did not change are the very same objects, so that they need no new price.

    Args:
        tree: its contents.
        known: the cart before, with all that trees do not hold.
        members: the server's inner JSON, where prices of new items are taken from.
    """
    from cartdesk.tmf import CartItem, ShoppingCart

    before = known.wire()
    same = {id(item): model for item, model in zip(before.get(ITEMS) or (), known.cart_item, strict=True)}
    made = members_from(tree, before, members)
    items = [same.get(id(item)) or CartItem.model_validate(item) for item in made.pop(ITEMS)]
    return ShoppingCart.model_validate(made).model_copy(update={"cart_item": tuple(items)})
