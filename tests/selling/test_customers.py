"""Who buys: names, e-mail addresses and phone numbers that are taken and that are refused."""

from __future__ import annotations

import pytest

from cartdesk.errors import Refused
from cartdesk.selling import basket
from cartdesk.selling.customers import Customer, check_customer, check_email, check_name, check_phone, contact_media
from cartdesk.tmf.resource import RelatedParty


@pytest.mark.parametrize("name", ["Ingrid Berg", "O'Brien", "陳大文", "Åse", "שרה כהן", "  Anna-Lena  ", "J"])
def test_names_that_are_taken(name):
    assert check_name(name) == name.strip()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "empty"),
        (" \t ", "empty"),
        ("x" * 10_000, "10,000 characters long; shorten it to 120"),
        ("A\x1b[2J", "control characters"),
        ("A\nB", "control characters"),
        ("A\u202eB", "control characters"),
        ("12345", "no letter"),
        ("Berg 4111111111111111", "payment card"),
    ],
)
def test_names_that_are_refused(name, words):
    with pytest.raises(Refused, match=words):
        check_name(name)


@pytest.mark.parametrize(
    "email",
    ["a@b.no", " ingrid.berg@example.com ", "x+tag@sub.example.co.uk", "o'neil@example.com", "jørgen@blåbær.no", "a_b-c@ex-ample.com"],
)
def test_addresses_that_are_taken(email):
    assert check_email(email) == email.strip()


@pytest.mark.parametrize(
    "email",
    [
        "", "ingrid", "@example.com", "a@", "a@b", "a@b.", "a@.no", "a@b..no", "a b@c.no", "a@b c.no", "a@@b.no", "a..b@c.no",
        ".a@c.no", "a.@c.no",
        "a@-b.no", "a@b-.no", "a@1.2.3.4", "a@b.no, c@d.no", "<a@b.no>", 'a"b@c.no', "a\x00@b.no", f"{'x' * 65}@b.no", f"a@{'x' * 64}.no",
        f"a@{'x.' * 130}no",
    ],
)  # fmt: skip
def test_addresses_that_are_refused(email):
    with pytest.raises(Refused):
        check_email(email)


@pytest.mark.parametrize(
    ("phone", "kept"),
    [
        ("+47 22 33 44 55", "+47 22 33 44 55"),
        (" 22334455 ", "22334455"),
        ("+49  176  12345678", "+49 176 12345678"),
        ("(022) 33.44-55", "022 33 44 55"),
        ("+4917612345674", "+4917612345674"),
        ("12345", "12345"),
    ],
)
def test_numbers_that_are_taken(phone, kept):
    assert check_phone(phone) == kept


@pytest.mark.parametrize(
    ("phone", "words"),
    [
        ("call me", "something other than digits"),
        ("22 33 44 ab", "something other than digits"),
        ("22+33", "something other than digits"),
        ("++47", "something other than digits"),
        ("١٢٣٤٥٦", "something other than digits"),
        ("1234", "4 digits"),
        ("+1234567890123456", "16 digits"),
        ("4111 1111 1111 1111", "payment card"),
        ("378282246310005", "payment card"),
        ("+378282246310005", "payment card"),
        ("+3782 822463 10005", "payment card"),
        ("", "empty"),
        ("2" * 41, "shorten"),
        ("22\x1b33", "control"),
    ],
)
def test_numbers_that_are_refused(phone, words):
    with pytest.raises(Refused, match=words):
        check_phone(phone)


def test_a_customer_needs_a_way_to_be_reached():
    with pytest.raises(Refused, match="Ingrid Berg needs a way to be reached"):
        check_customer("Ingrid Berg", " ", None)
    assert check_customer("Ingrid Berg", phone="22334455").can_be_reached
    assert check_customer("Ingrid Berg", street="Storgata 5", post_code="0155", city="Oslo").has_address
    with pytest.raises(Refused):
        check_customer("Ingrid Berg", street="Storgata 5")


def test_a_named_customer_is_carried_by_the_cart_and_read_back(shop):
    customer = check_customer(
        "Ingrid Berg",
        "i@berg.no",
        "+47 22334455",
        street="Storgata 5",
        post_code="0155",
        city="Oslo",
        country="NO",
        customer_id="k1",
        known=True,
    )
    cart = basket.name_customer(shop.cart("SIM"), customer)
    assert basket.customer_of(cart) == customer
    assert [medium.type for medium in cart.contact_medium] == ["Email", "Phone", "PostalAddress"]
    assert [medium.preferred for medium in cart.contact_medium] == [True, None, None]
    assert cart.notes.customer_known
    assert cart.cart_item == shop.cart("SIM").cart_item or cart.cart_item[0].product_offering.id == "SIM"


def test_another_customer_replaces_the_first_and_leaves_other_parties(shop):
    cart = shop.empty().model_copy(update={"related_party": (RelatedParty(id="s", name="Ana", role="seller"),)})
    cart = basket.name_customer(cart, Customer("Kaya", email="k@k.no"), known=True)
    cart = basket.name_customer(cart, Customer("Berg"))
    assert [(party.role, party.name) for party in cart.related_party] == [("customer", "Berg"), ("seller", "Ana")]
    assert cart.contact_medium == ()
    assert not cart.notes.customer_known
    with pytest.raises(Refused):
        basket.name_customer(cart, Customer("\x00"))


def test_a_cart_without_a_customer_has_none(shop):
    assert basket.customer_of(shop.empty()) is None
    assert contact_media(Customer("Berg")) == ()
