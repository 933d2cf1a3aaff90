"""Prices that changed behind a cart's back, and how long a cart is valid."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartdesk.errors import Refused
from cartdesk.pricing import price_cart
from cartdesk.selling import basket, checkout, expiry
from cartdesk.selling.lines import with_seat
from cartdesk.selling.price_guard import changes, quote_of, quotes, requoted, rises
from cartdesk.selling.rules import findings

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.fixture
def priced_at(open_shop):
    """A shop whose one plan costs so much a month and once."""

    def opened(month, once="49", **rest):
        every = {
            "id": "m",
            "priceType": "recurring",
            "recurringChargePeriodType": "month",
            "price": {"unit": "EUR", "value": Decimal(month)},
        }
        first = {"id": "o", "priceType": "oneTime", "price": {"unit": "EUR", "value": Decimal(once)}}
        return open_shop(
            [{"id": "FIB", "name": "Fibre"}, {"id": "TV", "name": "TV"}], prices={"FIB": [every, first], "TV": [every]}, **rest
        )

    return opened


def noted(shop, *codes):
    """A cart as the desk keeps it."""
    cart = shop.cart(*codes)
    return with_seat(cart, quoted=quotes(price_cart(cart, shop.shelf, NOW)))


def at(shop, cart):
    return price_cart(cart, shop.shelf, NOW)


def test_what_one_of_a_line_costs_is_noted(priced_at):
    assert quote_of(at(priced_at("39"), priced_at("39").cart("FIB")).items[0]) == "monthly 39, once 49"


@pytest.mark.parametrize(
    ("month", "once", "sentence", "blocks"),
    [
        ("39", "49", None, False),
        ("44.50", "49", "Fibre costs more than when this cart was last worked on: 44.50 monthly, was 39.00 EUR.", True),
        ("34", "49", "Fibre costs less than when this cart was last worked on: 34.00 monthly, was 39.00 EUR.", False),
        (
            "34",
            "59",
            "Fibre costs more than when this cart was last worked on: 34.00 monthly, was 39.00 EUR and 59.00, was 49.00 EUR.",
            True,
        ),
    ],
)
def test_a_rise_needs_a_yes_and_a_drop_is_passed_on(priced_at, month, once, sentence, blocks):
    cart = noted(priced_at("39"), "FIB")
    shop = priced_at(month, once)
    found = [each for each in findings(cart, shop.shelf, NOW) if each.code == "price"]
    assert [(each.sentence, each.blocking) for each in found] == ([(sentence, blocks)] if sentence else [])
    assert bool(checkout.blockers(cart, shop.shelf, NOW)) is blocks
    if sentence:
        assert [mend.entry for mend in found[0].mends] == ["yes 1"]
        accepted = basket.accept_prices(cart, cart.cart_item[0].id)
        assert not [each for each in findings(accepted, shop.shelf, NOW) if each.code == "price"]
        assert not findings(basket.accept_prices(cart), shop.shelf, NOW)


def test_a_rise_stays_noted_until_it_is_agreed_to(priced_at):
    before = noted(priced_at("39"), "FIB", "TV")
    shop = priced_at("44")
    old = at(shop, before)
    assert len(rises(old)) == 2
    more = basket.set_quantity(before, before.cart_item[0].id, 3)
    kept = requoted(at(shop, more), old)
    assert kept == {item.id: text for item, text in zip(before.cart_item, ("monthly 39, once 49", "monthly 39"), strict=True)}
    agreed = basket.accept_prices(more, before.cart_item[0].id)
    assert list(requoted(at(shop, agreed), old).values()) == ["monthly 44, once 49", "monthly 39"]
    added = shop.add(before, "TV", quantity=2)
    assert requoted(at(shop, added), old)[before.cart_item[0].id] == "monthly 39, once 49"


def test_a_drop_is_noted_with_the_next_change(priced_at):
    before = noted(priced_at("39"), "FIB")
    shop = priced_at("34")
    assert list(requoted(at(shop, before), at(shop, before)).values()) == ["monthly 34, once 49"]


def test_what_the_agent_changes_is_no_rise(priced_at, nordlys):
    cart = nordlys.cart("14277")
    cart = with_seat(cart, quoted=quotes(price_cart(cart, nordlys.shelf, NOW)))
    named = basket.name_customer(cart, basket.customer_of(nordlys.cart(customer="C-1001")), known=True)
    before, after = price_cart(cart, nordlys.shelf, NOW), price_cart(named, nordlys.shelf, NOW)
    assert changes(after)
    fresh = with_seat(named, quoted=requoted(after, before))
    assert changes(replace(after, cart=fresh)) == ()


def test_a_copy_and_a_merged_line_keep_a_rise(priced_at):
    before = noted(priced_at("39"), "FIB")
    shop = priced_at("44")
    copy = basket.duplicate(before, "c2", shop.ids, NOW)
    assert list(requoted(at(shop, copy), None).values()) == ["monthly 39, once 49"]


@pytest.mark.parametrize("text", ["", "nonsense", "monthly NaN", "monthly Infinity", "monthly 39 EUR", "once"])
def test_a_note_that_cannot_be_read_says_nothing(priced_at, text):
    shop = priced_at("44")
    cart = shop.cart("FIB")
    cart = with_seat(cart, quoted={cart.cart_item[0].id: text})
    found = findings(cart, shop.shelf, NOW)
    assert all(each.code == "price" for each in found)


def test_there_is_nothing_to_say_yes_to(priced_at):
    cart = priced_at("39").cart("FIB")
    with pytest.raises(Refused, match="has the price of today already"):
        basket.accept_prices(cart, cart.cart_item[0].id)


# How long a cart is valid


@pytest.mark.parametrize(
    ("age", "lines", "state", "words"),
    [
        (timedelta(0), 1, "open", "in 90 days"),
        (timedelta(0), 0, "open", "in 7 days"),
        (timedelta(days=89), 3, "held", "in 1 day"),
        (timedelta(days=89, hours=1), 3, "held", "in 23 hours"),
        (timedelta(days=89, hours=23, minutes=30), 3, "held", "in 1 hour"),
        (timedelta(days=90), 3, "held", "expired"),
        (timedelta(days=7), 0, "open", "expired"),
        (timedelta(days=400), 3, "ordered", ""),
        (timedelta(days=400), 3, "discarded", ""),
    ],
)
def test_a_cart_counts_down(age, lines, state, words):
    changed = (NOW - age).isoformat()
    assert expiry.countdown(expiry.expiry_of(changed, lines, state), NOW) == words


@pytest.mark.parametrize("changed", [None, "", "yesterday"])
def test_a_cart_whose_age_is_not_known_does_not_expire(changed):
    assert expiry.expiry_of(changed, 1, "open") is None


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)), st.integers(0, 500), st.integers(0, 10_000))
def test_it_expires_when_the_countdown_says_so(changed, lines, hours):
    expires = expiry.expires_at(changed, lines)
    now = changed + timedelta(hours=hours)
    assert expiry.is_expired(expires, now) is (expiry.countdown(expires, now) == "expired") is (expiry.days_left(expires, now) == 0)
