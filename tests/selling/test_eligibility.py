"""Whether this customer may have this here: one table row a rule, each with its sentence, its weight and the entries that mend it."""

from __future__ import annotations

import pytest

from cartdesk.errors import Refused
from cartdesk.selling import basket
from cartdesk.selling.standing import standing_of

BERG, KAYA, VIRTANEN, NOVAK, HAVN = "C-1001", "C-1002", "C-1003", "C-1004", "C-2001"


def entries(finding):
    return [mend.entry for mend in finding.mends]


@pytest.mark.parametrize(
    ("codes", "customer", "notes", "kind", "sentence", "blocks", "mends"),
    [
        (["YOUTH15"], None, {}, "segment", "Youth 15 is for Under 28; ask whether the customer is.", False, ["for youth"]),
        (["YOUTH15"], BERG, {}, "segment", "Youth 15 is for Under 28, and this customer is residential.", True, ["-1"]),
        (["BIZGO30"], BERG, {}, "segment", "Business Go 30 is for Business, and this customer is residential.", True, ["-1"]),
        (["SMART80"], HAVN, {}, "segment", "Smart 80 is for Residential, and this customer is business.", True, ["-1"]),
        (
            ["YOUTH15"],
            None,
            {"segment": "senior"},
            "segment",
            "Youth 15 is for Under 28, and this customer is residential, senior.",
            True,
            ["-1", "for youth"],
        ),
        (
            ["DATAMOVE"],
            None,
            {},
            "channel",
            "Move to the new phone is sold by Shops only, and this seat is agent.",
            True,
            ["-1", "channel kiosk"],
        ),
        (
            ["FIB500"],
            VIRTANEN,
            {},
            "place",
            "Fibre 500 cannot be delivered to 3850 Kviteseid: there is no fibre.",
            True,
            ["-1; DSL50", "-1; SKY50", "-1"],
        ),
        (
            ["CAB1000"],
            KAYA,
            {},
            "place",
            "Cable 1000 cannot be delivered to 5003 Bergen: cable reaches 500 Mbit/s there, not 1,000.",
            True,
            ["-1; FIB500", "-1; CAB500", "-1; AIR300", "-1; FIB250", "-1"],
        ),
        (
            ["FIB500"],
            BERG,
            {"post_code": "9999"},
            "place",
            "Whether Fibre 500 can be delivered to 9999 is not known; check before it is promised.",
            False,
            [],
        ),
    ],
)
def test_each_rule_says_what_is_wrong_and_what_mends_it(nordlys, codes, customer, notes, kind, sentence, blocks, mends):
    (finding,) = nordlys.found(nordlys.cart(*codes, customer=customer, **notes), kind)
    assert (finding.sentence, finding.blocking, entries(finding)) == (sentence, blocks, mends)


@pytest.mark.parametrize(
    ("codes", "customer", "notes"),
    [
        (["YOUTH15"], NOVAK, {}),
        (["SMART80"], NOVAK, {}),
        (["YOUTH15"], None, {"segment": "youth"}),
        (["BIZGO30"], HAVN, {}),
        (["DATAMOVE"], None, {"channel": "kiosk"}),
        (["PICKUP"], None, {}),
        (["FIB500"], BERG, {}),
        (["FIB500"], None, {}),
        (["SMART20"], VIRTANEN, {}),
        (["FIB500"], VIRTANEN, {"post_code": "0155"}),
    ],
)
def test_what_is_allowed_is_left_alone(nordlys, codes, customer, notes):
    assert nordlys.found(nordlys.cart(*codes, customer=customer, **notes), "segment", "channel", "place", "limit") == []


def test_what_a_bundle_holds_is_judged_too(nordlys):
    (finding,) = nordlys.found(nordlys.cart("HOMEMAX", customer=KAYA), "place")
    assert finding.sentence == "Fibre 1000 cannot be delivered to 5003 Bergen: fibre reaches 500 Mbit/s there, not 1,000."
    assert entries(finding)[-1] == "-1"


def test_a_limit_counts_what_stands_on_every_line(nordlys):
    cart = nordlys.add(nordlys.cart(), "MULTISIM", quantity=4)
    (finding,) = nordlys.found(cart, "limit")
    assert finding.sentence == "Multi SIM is sold at most 3 times to one customer; this cart has 4."
    assert entries(finding) == ["*3 @1", "-1"]
    assert nordlys.found(basket.set_quantity(cart, cart.cart_item[0].id, 3), "limit") == []
    assert nordlys.found(basket.save_for_later(cart, cart.cart_item[0].id), "limit") == []


def test_a_limit_counts_what_the_customer_has(nordlys, monkeypatch):
    berg = nordlys.shelf.customer(BERG)
    owned = berg.product[3].model_copy(update={"product_offering": berg.product[3].product_offering.model_copy(update={"id": "MULTISIM"})})
    has_two = berg.model_copy(update={"product": (owned,)})
    monkeypatch.setattr(type(nordlys.shelf), "customer", lambda self, customer_id: has_two)
    cart = nordlys.cart("MULTISIM", customer=BERG)
    assert nordlys.found(cart, "limit") == []
    cart = basket.set_quantity(cart, cart.cart_item[0].id, 2)
    (finding,) = nordlys.found(cart, "limit")
    assert finding.sentence == "Multi SIM is sold at most 3 times to one customer; the customer has 2 and this cart 2."
    assert entries(finding) == ["*1 @1", "-1"]


def test_what_the_customer_has_is_a_companion(nordlys):
    assert nordlys.found(nordlys.cart("CHSPORT", customer=BERG), "companion") == []
    assert [each.code for each in nordlys.found(nordlys.cart("CHSPORT", customer=KAYA), "companion")] == ["companion"]


def test_what_the_customer_has_rules_out_what_excludes_it(nordlys):
    (finding,) = nordlys.found(nordlys.cart("FIB1000", customer=BERG), "excluded")
    assert finding.sentence == "Fibre 1000 cannot be had beside Fibre 500, which the customer has."
    assert entries(finding) == ["-1; P1 FIB1000", "P1 -", "-1"]


def test_a_channel_nobody_here_knows_is_asked_about(open_shop, now):
    shop = open_shop([{"id": "A", "name": "Alarm", "channel": [{"id": "ch-7", "name": "Partner desk 7"}]}])
    from cartdesk.selling.rules import findings

    (finding,) = findings(shop.cart("A"), shop.shelf, now)
    assert (finding.code, finding.blocking) == ("channel", False)
    assert finding.sentence == "Alarm is sold by Partner desk 7 only, and this seat is agent; check whether that is meant."


@pytest.mark.parametrize("word", ["", " ", "x" * 41, "biz;ness", "\x1b[2J", "«»"])
def test_a_segment_that_is_no_word_is_refused(nordlys, word):
    with pytest.raises(Refused, match="A market segment is a word or two"):
        basket.set_segment(nordlys.cart(), word)


@pytest.mark.parametrize("code", ["", "-", "x" * 13, "01;55", "01\n55", "ليلى", "0155\u202e"])
def test_a_post_code_that_is_none_is_refused(nordlys, code):
    with pytest.raises(Refused, match="is no post code"):
        basket.set_place(nordlys.cart(), code)


def test_a_channel_that_is_none_is_refused(nordlys):
    with pytest.raises(Refused, match="it is agent, kiosk, field") as caught:
        basket.set_channel(nordlys.cart(), "pigeon")
    assert [mend.entry for mend in caught.value.mends] == ["channel agent", "channel kiosk", "channel field"]


def test_what_is_told_of_the_customer_can_be_taken_back(nordlys):
    cart = basket.set_place(basket.set_segment(nordlys.cart(customer=BERG), "Business"), "3850")
    standing = standing_of(cart, nordlys.shelf)
    assert (standing.segments, standing.post_code) == (frozenset({"business"}), "3850")
    standing = standing_of(basket.set_place(basket.set_segment(cart, None), None), nordlys.shelf)
    assert (standing.segments, standing.post_code) == (frozenset({"residential"}), "0155")
