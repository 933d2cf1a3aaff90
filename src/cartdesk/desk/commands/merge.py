"""Carts made one, and carts that expired made anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from cartdesk.desk.command import Command, Outcome, Show
from cartdesk.desk.view import LETTERS
from cartdesk.errors import Refused
from cartdesk.language import message, ntr, tr
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk.draft import Draft

_CARTS = message("Carts")
ALL = "all"


@dataclass(frozen=True)
class MergeLines(Command):
    """Take the lines of another cart into this one, as they are marked."""

    name: ClassVar[str] = "cart.merge.do"
    label: ClassVar[str] = message("Merge")
    group: ClassVar[str] = _CARTS
    keys: ClassVar[tuple[str, ...]] = ("enter",)
    where: ClassVar[frozenset[str]] = frozenset({"merge"})
    footer: ClassVar[bool] = True

    cart_id: str
    ways: tuple[tuple[str, str], ...] = ()
    """What becomes of each line, by its id: add, join, leave."""

    def run(self, draft: Draft) -> Outcome:
        """Merge, and go back to the desk."""
        chosen = dict(self.ways)
        return merged(draft, self.cart_id, chosen)


@dataclass(frozen=True)
class MergeCart(Command):
    """Merge another cart into this one: look at it first, or take all of its lines, or some."""

    name: ClassVar[str] = "cart.merge"
    label: ClassVar[str] = message("Merge")
    group: ClassVar[str] = _CARTS
    keys: ClassVar[tuple[str, ...]] = ("m",)
    where: ClassVar[frozenset[str]] = frozenset({"carts"})
    footer: ClassVar[bool] = True
    entry: ClassVar[str | None] = "merge B, merge B all or merge B 1 3"
    opener: ClassVar[str | None] = r"merge\b"
    pattern: ClassVar[str | None] = r"merge\s+(?P<cart_id>[^;\s]+)(?P<what>\s+all|(?:\s+\d{1,4})+)?"

    cart_id: str
    """A cart's letter or id."""
    what: str = ""
    """``all``, or the numbers of the lines to take; nothing is to be asked on the screen."""

    @classmethod
    def from_fields(cls, values: Mapping[str, Any]) -> Command:
        """Read the cart and the lines."""
        return cls(values["cart_id"], " ".join(values.get("what", "").casefold().split()))

    def run(self, draft: Draft) -> Outcome:
        """Open the merging, or do it."""
        source = cart_named(draft, self.cart_id)
        if source == draft.cart_id:
            raise Refused(tr("A cart cannot be merged into itself; say another one."))
        if not self.what:
            draft.load(source)
            return Outcome("", Show("merge", {"cart_id": source}), label=tr("Merge"))
        other = draft.load(source)
        if self.what == ALL:
            return merged(draft, source, {})
        wanted = {int(number) for number in self.what.split()}
        missing = sorted(number for number in wanted if not 1 <= number <= len(other.cart_item))
        if missing:
            raise Refused(tr("That cart has no line {missing}; it has 1 to {n}.", missing=missing[0], n=len(other.cart_item)))
        return merged(draft, source, {item.id: "leave" for number, item in enumerate(other.cart_item, start=1) if number not in wanted})

    def written(self) -> str | None:
        """Return ``merge B 1 3``."""
        return f"merge {self.cart_id} {self.what}".strip()


@dataclass(frozen=True)
class RestoreCart(Command):
    """Make an expired cart anew, at the prices of today; what rose is said."""

    name: ClassVar[str] = "cart.restore"
    label: ClassVar[str] = message("Restore")
    group: ClassVar[str] = _CARTS
    keys: ClassVar[tuple[str, ...]] = ("r",)
    where: ClassVar[frozenset[str]] = frozenset({"carts"})
    footer: ClassVar[bool] = True
    entry: ClassVar[str | None] = "restore 4f2a…"
    pattern: ClassVar[str | None] = r"restore\s+(?P<cart_id>[^;\s]+)"

    cart_id: str

    def run(self, draft: Draft) -> Outcome:
        """Copy it into a free area and discard the expired one."""
        from cartdesk.selling import basket

        cart = draft.load(self.cart_id)
        if not draft.is_expired(cart):
            raise Refused(tr("This cart is not expired; take it up, or copy it."), *draft.take_up_mends(cart))
        draft.place(basket.duplicate(cart, draft.new_cart_id(), draft.ids, draft.now()))
        draft.put_other(basket.discard(cart))
        return Outcome(tr("Cart {letter} is the expired cart, made anew.", letter=draft.letter), Show("desk"), label=tr("Restore"))

    def written(self) -> str | None:
        """Return ``restore ID``."""
        return f"restore {self.cart_id}"


def cart_named(draft: Draft, name: str) -> str:
    """Return the id of the cart that an area's letter, or an id, means.

    Raises:
        Refused: the area is empty.
    """
    if len(name) == 1 and name.upper() in LETTERS:
        found = next((cart_id for letter, cart_id in draft.area_carts() if letter == name.upper()), None)
        if found is None:
            raise Refused(tr("Cart {name} is empty; there is nothing to merge.", name=name.upper()))
        return found
    return name


def merged(draft: Draft, source: str, chosen: Mapping[str, str]) -> Outcome:
    """Merge another cart into the current one and say what came and what stayed."""
    from cartdesk.selling import merging
    from cartdesk.selling.price_guard import rises

    draft.begin_if_done()
    other = draft.load(source)
    ways = {item_id: merging.Way(way) for item_id, way in chosen.items()}
    result = merging.merge(draft.cart, other, ways, draft.catalog, ids=draft.ids, risen=rises(draft.price(other)))
    left = sum(1 for each in merging.plan(draft.cart, other) if ways.get(each.item.id, each.ways[0]) is merging.Way.LEAVE)
    count = len(other.cart_item) - left
    if not count and other.cart_item:
        raise Refused(tr("Every line is marked to stay; mark one to be taken."))
    called = draft.called(other)
    draft.put(result.cart)
    draft.put_other(result.rest)
    if not left:
        draft.free(source)
    stays = tr("; {left} stayed there", left=left) if left else tr(" and is done with")
    return Outcome(
        ntr(
            "{n} line taken from {called}{stays}.",
            "{n} lines taken from {called}{stays}.",
            count,
            called=safe_text(called, 60),
            stays=stays,
        ),
        Show("desk"),
        label=tr("Merge"),
    )
