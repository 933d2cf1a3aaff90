"""Two states of one cart: what came, what went, what changed, in words."""

from __future__ import annotations

from cartdesk.tmf import CartItem, Characteristic, Note, Product, Reference, SeatNotes, ShoppingCart
from cartdesk.tui.widgets.differences import Difference, differences


def item(item_id: str, name: str = "Phone", **values: object) -> CartItem:
    return CartItem(id=item_id, product_offering=Reference(id=name.upper(), name=name), **values)  # type: ignore[arg-type]


def cart(*items: CartItem, **notes: object) -> ShoppingCart:
    return ShoppingCart(id="c", cart_item=items, seat=SeatNotes(**notes))  # type: ignore[arg-type]


def test_nothing_changed_is_no_difference() -> None:
    one = cart(item("a"))
    assert differences(one, one) == []


def test_lines_come_and_go() -> None:
    found = differences(cart(item("a"), item("b", "Plan", quantity=2)), cart(item("a"), item("c", "Case")))
    assert found == [Difference("−", "Plan", "×2"), Difference("+", "Case")]


def test_quantity_colour_and_notes_change() -> None:
    before = item("a", product=Product(characteristic=(Characteristic(name="color", value="Black"),)))
    after = item("a", quantity=3, product=Product(characteristic=(Characteristic(name="color", value="White"),)), note=(Note(text="call"),))
    assert differences(cart(before), cart(after)) == [
        Difference("~", "Phone", "×1", "×3"),
        Difference("~", "Phone: color", "Black", "White"),
        Difference("~", "Phone", after="note: call"),
    ]


def test_parts_of_a_bundle_change_below_it() -> None:
    before = item("a", "Bundle", cart_item=(item("b", "SIM"),))
    after = item("a", "Bundle", cart_item=(item("c", "eSIM"),))
    assert differences(cart(before), cart(after)) == [Difference("−", "Bundle: SIM"), Difference("+", "Bundle: eSIM")]


def test_the_cart_itself_changes() -> None:
    found = differences(cart(label="Kaya"), cart(label="Berg", bill_cycle_day=15, promotion_code=("SPRING",)))
    assert found == [
        Difference("~", "its name", "Kaya", "Berg"),
        Difference("~", "codes", "", "SPRING"),
        Difference("~", "the bill day", "", "15"),
    ]


def test_against_nothing_everything_is_new() -> None:
    assert differences(None, cart(item("a"), label="x")) == [Difference("+", "Phone")]
