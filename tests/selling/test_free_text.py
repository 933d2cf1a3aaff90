"""Free text: what is cleaned, what is refused, and that no payment card's number gets in anywhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartdesk.errors import Refused
from cartdesk.selling import basket
from cartdesk.selling.free_text import clean_text, has_card_number
from cartdesk.text import safe_text

CARDS = [
    "4111111111111111", "5500000000000004", "378282246310005", "30569309025904", "6011111111111117", "3530111333300000", "4222222222222",
    "6304000000000000018", "6331101999990016",
]  # fmt: skip


def checked(digits: str) -> str:
    """Return ``digits`` with the check digit that makes them a card's number."""
    doubled = (sum(divmod(int(each) * 2, 10)) if place % 2 == 0 else int(each) for place, each in enumerate(reversed(digits)))
    return digits + str(-sum(doubled) % 10)


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("written", ["{}", "pay with {} please", "a{}b", "№{}!", "x\n{}"])
def test_card_numbers_are_seen_wherever_they_stand(card, written):
    assert has_card_number(written.format(card))


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1111", "4111-1111-1111-1111", "4111.1111.1111.1111", "4111\u00a01111\u00a01111\u00a01111", "3782 822463 10005",
        "3056 930902 5904", "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "exp 09 27 4111 1111 1111 1111 123",
        "４１１１１１１１１１１１１１１１", "12 4111111111111111",
    ],
)  # fmt: skip
def test_card_numbers_are_seen_however_they_are_spaced(text):
    assert has_card_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4111111111111112",
        "411111111111",
        "call 22 33 44 55 or 99 88 77 66",
        "2026-11-22 10:00",
        "4111 1111 1111 111",
        "0" * 12,
        "9" * 25,
    ],
)
def test_other_numbers_are_left_alone(text):
    assert not has_card_number(text)


@given(st.text("0123456789", min_size=12, max_size=18))
def test_every_checked_run_of_13_to_19_digits_is_seen(digits):
    card = checked(digits)
    assert has_card_number(card)
    wrong = card[:-1] + str((int(card[-1]) + 1) % 10)
    assert not has_card_number(wrong)


@given(st.text(max_size=40))
def test_any_text_is_either_refused_or_kept_without_controls(text):
    try:
        kept = clean_text(text, "It", limit=30)
    except Refused:
        return
    assert kept == kept.strip()
    assert 0 < len(kept) <= 30
    assert safe_text(kept) == kept
    assert any(character.isprintable() for character in kept)


CARD = "4111 1111 1111 1111"


@pytest.mark.parametrize(
    "act",
    [
        lambda shop, cart, now: basket.set_label(cart, CARD),
        lambda shop, cart, now: basket.add_note(cart, None, f"card {CARD}", "ana", now),
        lambda shop, cart, now: basket.add_note(cart, cart.cart_item[0].id, CARD, "ana", now),
        lambda shop, cart, now: basket.set_characteristic(cart, cart.cart_item[0].id, "nickname", CARD, shop.shelf),
        lambda shop, cart, now: basket.choose(cart, cart.cart_item[0].id, f"nickname {CARD}", shop.shelf, ids=shop.ids),
        lambda shop, cart, now: shop.add(cart, "SETUP", characteristics={"nickname": CARD}),
    ],
)
def test_no_card_number_gets_into_a_cart(shop, now, act):
    with pytest.raises(Refused, match="payment card"):
        act(shop, shop.cart("SETUP"), now)


def test_a_serial_number_that_fits_its_pattern_is_no_card(shop):
    cart = shop.cart("SETUP")
    changed = basket.set_characteristic(cart, cart.cart_item[0].id, "serial", "NO41111111111111", shop.shelf)
    assert changed.cart_item[0].product.characteristic[-1].value == "NO41111111111111"
