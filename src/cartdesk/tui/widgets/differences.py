"""What is different between two states of one cart, in words a person can check against the screen.

The history screen shows it for a change under the cursor and between any two points. Nothing here computes a price.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cartdesk.language import tr

if TYPE_CHECKING:
    from cartdesk.tmf.cart import CartItem, ShoppingCart

Sign = Literal["+", "−", "~"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that came, went or changed."""

    sign: Sign
    what: str
    """A line's name, or a part of the cart."""
    before: str = ""
    after: str = ""


def differences(before: ShoppingCart | None, after: ShoppingCart) -> list[Difference]:
    """Return what changed from ``before`` (None is nothing at all) to ``after``: lines in the cart's order, then the cart itself."""
    old = {item.id: item for item in before.cart_item} if before is not None else {}
    new = {item.id: item for item in after.cart_item}
    found = [Difference("−", _name(item), _times(item)) for item_id, item in old.items() if item_id not in new]
    for item_id, item in new.items():
        was = old.get(item_id)
        if was is None:
            found.append(Difference("+", _name(item), after=_times(item)))
        elif was is not item:
            found.extend(_of_item(was, item, _name(item)))
    if before is not None:
        found.extend(_of_cart(before, after))
    return found


def _of_item(was: CartItem, now: CartItem, name: str) -> Iterator[Difference]:
    if was.quantity != now.quantity:
        yield Difference("~", name, f"×{was.quantity}", f"×{now.quantity}")
    if was.status is not now.status:
        yield Difference("~", name, _status(was), _status(now))
    yield from _of_values(name, _characteristics(was), _characteristics(now))
    if _term(was) != _term(now):
        yield Difference("~", name, _term(was), _term(now))
    if len(was.note) != len(now.note):
        yield Difference("~", name, after=tr("note: {text}", text=now.note[-1].text) if now.note else tr("note taken off"))
    children = {child.id: child for child in was.cart_item}
    kept = {child.id for child in now.cart_item}
    for child in was.cart_item:
        if child.id not in kept:
            yield Difference("−", f"{name}: {_name(child)}", _times(child))
    for child in now.cart_item:
        other = children.get(child.id)
        if other is None:
            yield Difference("+", f"{name}: {_name(child)}", after=_times(child))
        elif other is not child:
            yield from _of_item(other, child, f"{name}: {_name(child)}")


def _of_cart(was: ShoppingCart, now: ShoppingCart) -> Iterator[Difference]:
    before, after = was.notes, now.notes
    pairs = (
        (tr("the cart's state"), before.state.value, after.state.value),
        (tr("its name"), before.label or "", after.label or ""),
        (tr("the customer"), _customer(was), _customer(now)),
        ("codes", ", ".join(before.promotion_code), ", ".join(after.promotion_code)),
        (tr("the start"), before.start or "", after.start or ""),
        (tr("the bill day"), str(before.bill_cycle_day or ""), str(after.bill_cycle_day or "")),
        (tr("prices by hand"), _overrides(was), _overrides(now)),
    )
    for what, old, new in pairs:
        if old != new:
            yield Difference("~", what, old, new)


def _of_values(name: str, before: dict[str, str], after: dict[str, str]) -> Iterator[Difference]:
    for key in {**before, **after}:
        if before.get(key) != after.get(key):
            yield Difference("~", f"{name}: {key}", before.get(key, ""), after.get(key, ""))


def _characteristics(item: CartItem) -> dict[str, str]:
    return {each.name or "": str(each.value) for each in (item.product.characteristic if item.product else ())}


def _name(item: CartItem) -> str:
    offering = item.product_offering
    return (offering.name or offering.id or item.id) if offering is not None else item.id


def _times(item: CartItem) -> str:
    return f"×{item.quantity}" if item.quantity != 1 else ""


def _status(item: CartItem) -> str:
    return tr("for later") if item.status.value == "SavedForLater" else tr("counts")


def _term(item: CartItem) -> str:
    term = item.cart_term[0] if item.cart_term else None
    if term is None:
        return tr("no term")
    if term.name:
        return term.name
    duration = term.duration
    return f"{duration.amount} {duration.units or ''}".strip() if duration is not None else term.description or tr("a term")


def _customer(cart: ShoppingCart) -> str:
    return ", ".join(party.name or party.id or "" for party in cart.related_party)


def _overrides(cart: ShoppingCart) -> str:
    return ", ".join(tr("{percentage} off: {why}", percentage=each.percentage or each.amount, why=each.why) for each in cart.notes.override)
