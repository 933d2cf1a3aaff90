"""Documents word for word, at 80 and 42 columns: how a receipt, a cart, a review, bills and reasons read."""

from __future__ import annotations

from datetime import date

import pytest

from cartdesk.documents.bill_text import bill_text
from cartdesk.documents.cart_text import cart_text
from cartdesk.documents.receipt import receipt_text
from cartdesk.documents.summary import review_text
from cartdesk.documents.why_text import why_text
from cartdesk.pricing import project, sum_over
from cartdesk.pricing.explanations import explain
from cartdesk.selling import basket
from cartdesk.selling.customers import Customer
from cartdesk.selling.rules import findings


def receipt(corner, width):
    return receipt_text(corner.order(corner.full_cart()), width=width, shop="Corner Shop")


def cart(corner, width):
    sold = corner.full_cart()
    sold = basket.save_for_later(basket.add_promotion(sold, "spring", corner.catalog), sold.cart_item[2].id)
    priced = corner.price(sold)
    return cart_text(priced, findings=findings(sold, corner.catalog, priced.moment), width=width)


def review(corner, width):
    named = basket.name_customer(corner.full_cart(), Customer("Ingrid Berg", email="ingrid@berg.example"))
    return review_text(corner.price(named), width=width)


def bill(corner, width):
    bills = project(corner.price(corner.full_cart()), date(2026, 12, 1), 15, months=14)
    return bill_text(bills, sums=[(12, sum_over(bills, 12).tax_included)], width=width)


def why(corner, width):
    sold = corner.full_cart()
    talk = sold.cart_item[0].id
    known = basket.name_customer(sold, Customer("Berg"), known=True)
    now = corner.price(sold)
    return "\n\n".join(
        (
            why_text(explain(now, item_id=talk), title="Every month 15.95 EUR  Talk Simple 25", width=width),
            why_text(explain(corner.price(known), item_id=talk), width=width),
            why_text(explain(now, what="due_now"), title="Due now", width=width),
        )
    )


@pytest.mark.parametrize("width", [80, 42])
@pytest.mark.parametrize("document", [receipt, cart, review, bill, why])
def test_documents_read_as_written(corner, golden, document, width):
    text = document(corner, width)
    assert text + "\n" == (golden / f"{document.__name__}_{width}.txt").read_text(encoding="utf-8")


def test_a_receipt_keeps_one_off_and_recurring_apart(corner):
    text = receipt(corner, 80)
    now, later = text.split("With the bill")
    assert "/mo" not in now
    assert "Total due now" in now
    assert "until 14 Mar 2027" in later
    assert "One-off charges are due now; recurring charges come with the bill." in text


def test_a_receipt_is_the_same_once_the_order_was_stored(corner):
    from cartdesk.tmf import ProductOrder
    from cartdesk.tmf.wire import dumps, loads

    order = corner.order(corner.full_cart())
    again = ProductOrder.model_validate(loads(dumps(order.wire())))
    assert receipt_text(again) == receipt_text(order)


def test_amounts_without_tax_and_in_another_language(corner):
    order = corner.order(corner.cart("14277"))
    text = receipt_text(order, show_tax="excluded", locale="de")
    assert "(without tax)" in text
    assert "29,00" in text
    assert "31,90" not in text
    assert "until 28. Feb. 2027" in text
    assert "31,90" in receipt_text(order, locale="de")


def test_an_order_from_elsewhere_without_our_notes_still_reads(corner):
    order = corner.order(corner.full_cart())
    bare = order.model_copy(update={"seat": None, "order_date": None, "related_party": (), "contact_medium": ()})
    text = receipt_text(bare)
    assert "Fibre 500 ×2" in text
    assert "Served by" not in text


def test_an_empty_cart_says_so(corner):
    assert cart_text(corner.price(corner.cart())) == "Cart 4f2a\nThe cart is empty."
    assert bill_text([]) == "There is nothing to bill: the cart is empty."


def test_what_is_amiss_is_told_with_its_entries(corner):
    sold = corner.cart("PHONE")
    sold = basket.set_characteristic(sold, sold.cart_item[0].id, "color", "Black", corner.catalog)
    item = sold.cart_item[0].model_copy(update={"product": None})
    bare = sold.model_copy(
        update={"cart_item": (item.model_copy(update={"product_offering": item.product_offering.model_copy(update={"id": "GONE"})}),)}
    )
    priced = corner.price(bare)
    text = cart_text(priced, findings=findings(bare, corner.catalog, priced.moment))
    assert "! Pixel 12 is not in this catalog, so it cannot be sold. Enter -1." in text


def test_states_and_labels_are_in_the_title(corner):
    held = basket.hold(basket.set_label(corner.cart("SIM"), "Mrs Berg"))
    assert cart_text(corner.price(held)).startswith("Cart 4f2a · Mrs Berg · held\n")
