"""Whatever a rule offers can be done: following every mend ends in a cart that is right, or in one that says why it is not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartdesk.desk.commands import registry
from cartdesk.desk.grammar import parse
from cartdesk.errors import CartdeskError
from cartdesk.selling import basket
from cartdesk.selling.lines import walk, with_item
from cartdesk.selling.rules import findings

CODES = ["YOUTH15", "BIZGO30", "FIB500", "FIB1000", "HOMEMAX", "BIZTEAM5", "DATAMOVE", "MULTISIM", "CHSPORT", "SKY50", "PBXSEAT", "NP12"]
CUSTOMERS = [None, "C-1001", "C-1002", "C-1003", "C-1004", "C-2001"]


def follow(nordlys, cart, entry):
    """Do an entry as the desk does, by its commands' own fields."""
    for part in parse(entry, registry()):
        command = part.command
        kind = type(command).__name__
        if kind == "AddOffering":
            cart = nordlys.add(cart, nordlys.shelf.find(command.code).id, quantity=command.quantity)
        elif kind == "RemoveLine":
            cart = basket.remove_item(cart, basket.line(cart, command.line).id)
        elif kind == "SetQuantity":
            cart = basket.set_quantity(cart, basket.line(cart, command.line).id, command.quantity)
        elif kind == "Configure":
            cart = basket.choose(cart, basket.line(cart, command.line).id, command.text, nordlys.shelf, ids=nordlys.ids)
        elif kind == "TakeBack":
            cart = basket.take_back(cart, basket.line(cart, command.line).id)
        elif kind == "SetSegment":
            cart = basket.set_segment(cart, command.segment)
        elif kind == "SetChannel":
            cart = basket.set_channel(cart, command.channel)
        elif kind in {"ChangeProduct", "CancelProduct", "KeepProduct"}:
            act = {"ChangeProduct": basket.change_product, "CancelProduct": basket.cancel_product, "KeepProduct": basket.keep_product}[kind]
            more = {"offering": nordlys.shelf.offering(command.code)} if getattr(command, "code", "") else {}
            cart = act(cart, command.product, nordlys.shelf, ids=nordlys.ids, now=nordlys.now, **more)
        else:
            raise AssertionError(f"a mend is {entry!r}, which nothing here can do")
    return cart


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_following_mends_ends_right_or_says_why_not(nordlys, data):
    customer = data.draw(st.sampled_from(CUSTOMERS))
    cart = nordlys.cart(customer=customer)
    for code in data.draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=4)):
        cart = nordlys.add(cart, code, quantity=data.draw(st.integers(1, 4)))
    for top in cart.cart_item:
        for child in list(walk(top))[1:]:
            if data.draw(st.integers(0, 3)) == 0:
                count = data.draw(st.integers(0, 60))
                cart = with_item(cart, child.id, lambda item, count=count: item.model_copy(update={"quantity": count}))
    for _ in range(40):
        found = findings(cart, nordlys.shelf, nordlys.now)
        offered = [each for each in found if each.mends]
        if not offered:
            break
        mend = data.draw(st.sampled_from(data.draw(st.sampled_from(offered)).mends))
        try:
            cart = follow(nordlys, cart, mend.entry)
        except CartdeskError as refused:
            assert str(refused).endswith("."), mend
    for finding in findings(cart, nordlys.shelf, nordlys.now):
        assert finding.sentence.endswith(".")


def removed(nordlys, cart):
    """Follow the last way out of what blocks, which is the one that removes, until nothing does."""
    for _ in range(60):
        blocking = [each for each in findings(cart, nordlys.shelf, nordlys.now) if each.blocking]
        if not blocking:
            return cart
        assert blocking[0].mends, blocking[0]
        cart = follow(nordlys, cart, blocking[0].mends[-1].entry)
    raise AssertionError([each.sentence for each in findings(cart, nordlys.shelf, nordlys.now)])


@pytest.mark.parametrize("customer", CUSTOMERS)
def test_what_blocks_can_always_be_mended(nordlys, customer):
    for code in CODES:
        cart = removed(nordlys, nordlys.add(nordlys.cart(customer=customer), code, quantity=4))
        assert not [each for each in findings(cart, nordlys.shelf, nordlys.now) if each.blocking]


@pytest.mark.parametrize(
    ("count", "entries"),
    [
        (2, ["= BIZGO10 3 @1", "= BIZGO30 5 @1", "= BIZUNL 3 @1"]),
        (25, ["= BIZGO30 20 @1"]),
    ],
)
def test_too_few_and_too_many_of_a_choice_can_be_put_right(nordlys, count, entries):
    cart = nordlys.cart("BIZTEAM5", customer="C-2001")
    lines = next(child for child in cart.cart_item[0].cart_item if child.product_offering.id == "BIZGO30")
    cart = with_item(cart, lines.id, lambda item: item.model_copy(update={"quantity": count}))
    (finding,) = nordlys.found(cart, "bundle")
    assert [mend.entry for mend in finding.mends] == entries
    for entry in entries:
        assert nordlys.found(follow(nordlys, cart, entry), "bundle") == []
