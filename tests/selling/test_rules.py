"""What is amiss in a cart: one table row a rule, each with the sentence and the entry that mends it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cartdesk.selling import basket
from cartdesk.selling.rules import findings
from cartdesk.selling.shelf import add_entry
from cartdesk.tmf.cart import Action, CartItem, CartTerm, Characteristic, Product
from cartdesk.tmf.resource import Reference


def look(shop, cart, now):
    return findings(cart, shop.shelf, now)


def entries(finding):
    return [mend.entry for mend in finding.mends]


def lone(offering_id: str | None, **rest) -> CartItem:
    reference = Reference(id=offering_id, name=f"Thing {offering_id}") if offering_id else None
    return CartItem(id=f"x-{offering_id}", product_offering=reference, **rest)


def with_line(cart, item):
    return cart.model_copy(update={"cart_item": (*cart.cart_item, item)})


def test_a_sound_cart_has_nothing_amiss(shop, now):
    assert look(shop, shop.cart("TALK", "ESIM", "FIB500"), now) == ()
    assert look(shop, shop.empty(), now) == ()


def test_one_of_several_companions_of_a_role_is_enough(shop, now):
    (finding,) = look(shop, shop.cart("TALK"), now)
    assert (finding.code, finding.blocking) == ("companion", True)
    assert finding.sentence == "Talk Simple 25 needs one of SIM card, eSIM; none of them is in this cart."
    assert entries(finding) == ["SIM", "ESIM"]
    assert [mend.label for mend in finding.mends] == ["Add SIM card", "Add eSIM"]
    for code in ("SIM", "ESIM"):
        assert not [each for each in look(shop, shop.cart("TALK", code), now) if each.code == "companion"]


def test_every_companion_without_a_role_is_needed(shop, now):
    found = look(shop, shop.cart("NEEDSBOTH"), now)
    assert [each.sentence for each in found] == [
        "Alarm needs Fibre 500, which is not in this cart.",
        "Alarm needs SIM card, which is not in this cart.",
    ]
    assert [entries(each) for each in found] == [["FIB500"], ["SIM"]]
    assert [each.code for each in look(shop, shop.cart("NEEDSBOTH", "FIB500", "SIM"), now)] == ["shipping"]


def test_a_companion_inside_a_bundle_counts(shop, now):
    assert [each.code for each in look(shop, shop.cart("NEEDSBOTH", "HOME", "SIM", "POST"), now)] == []


def test_a_companion_saved_for_later_is_taken_back(shop, now):
    cart = shop.cart("NEEDSBOTH", "FIB500", "ESIM", "SIM")
    cart = basket.save_for_later(cart, cart.cart_item[3].id)
    (finding,) = look(shop, cart, now)
    assert finding.sentence == "Alarm needs SIM card, which is saved for later."
    assert entries(finding) == ["L4 back", "SIM"]


def test_what_the_customer_has_already_is_a_companion_and_what_they_give_up_is_not(shop, now):
    cart = shop.cart("TALK")
    has = with_line(cart, lone("ESIM", action=Action.NO_CHANGE))
    assert look(shop, has, now) == ()
    gives_up = with_line(cart, lone("ESIM", action=Action.DELETE))
    assert [each.code for each in look(shop, gives_up, now)] == ["companion"]


def test_a_companion_that_is_no_longer_sold_leaves_only_removing(open_shop, now):
    shop = open_shop(
        [
            {
                "id": "NEW",
                "name": "New",
                "productOfferingRelationship": [
                    {"id": "GONE", "relationshipType": "requires"},
                    {"id": "LOST", "name": "Lost", "relationshipType": "REQUIRES"},
                ],
            },
            {"id": "GONE", "name": "Gone", "lifecycleStatus": "Obsolete"},
        ]
    )
    found = look(shop, shop.cart("NEW"), now)
    assert [each.sentence for each in found] == ["New needs Gone, which is not in this cart.", "New needs Lost, which is not in this cart."]
    assert [entries(each) for each in found] == [["-1"], ["-1"]]


def test_two_that_exclude_each_other_are_told_once_with_both_ways_out(shop, now):
    (finding,) = look(shop, shop.cart("SIM", "FIB500", "FIB1000", "POST"), now)
    assert (finding.code, finding.blocking) == ("excluded", True)
    assert finding.sentence == "Fibre 500 cannot be sold together with Fibre 1000; one of them has to go."
    assert entries(finding) == ["-3", "-2"]


def test_excluded_but_saved_for_later_is_no_trouble(shop, now):
    cart = shop.cart("FIB500", "FIB1000")
    assert look(shop, basket.save_for_later(cart, cart.cart_item[1].id), now) == ()


def test_an_offering_that_stops_being_sold_while_in_the_cart(open_shop, now):
    shop = open_shop(
        [
            {
                "id": "LAST",
                "name": "Last days",
                "validFor": {"endDateTime": "2026-11-23T00:00:00Z"},
                "productOfferingRelationship": [{"id": "NEXT", "relationshipType": "upgrade"}],
            },
            {"id": "NEXT", "name": "Next"},
        ]
    )
    cart = shop.cart("LAST")
    assert look(shop, cart, now) == ()
    (finding,) = look(shop, cart, now + timedelta(days=2))
    assert (finding.code, finding.blocking) == ("not-sold", True)
    assert finding.sentence == "Last days is no longer sold since 2026-11-23."
    assert entries(finding) == ["-1", "NEXT"]


@pytest.mark.parametrize(
    ("code", "words"),
    [("SOON", "not sold before 2027-01-01"), ("OLD", "no longer sold"), ("DESIGN", "not sold yet"), ("INNER", "not sold on its own")],
)
def test_what_is_not_sold_is_found_in_a_cart_from_elsewhere(shop, now, code, words):
    (finding,) = look(shop, with_line(shop.empty(), lone(code)), now)
    assert (finding.code, finding.blocking, words in finding.sentence) == ("not-sold", True, True)
    assert entries(finding)[0] == "-1"


def test_a_part_that_is_only_sold_in_bundles_is_fine_there(shop, now):
    assert [each.code for each in look(shop, shop.cart("HOME", "POST"), now)] == []


def test_an_offering_the_catalog_does_not_have(shop, now):
    cart = with_line(with_line(shop.empty(), lone("NOWHERE")), lone(None))
    found = look(shop, cart, now)
    assert [each.code for each in found] == ["unknown", "unknown"]
    assert found[0].sentence == "Thing NOWHERE is not in this catalog, so it cannot be sold."
    assert "does not say which offering" in found[1].sentence
    assert [entries(each) for each in found] == [["-1"], ["-2"]]
    assert look(shop, with_line(shop.empty(), lone(None, action=Action.MODIFY)), now) == ()


@pytest.mark.parametrize("quantity", [0, 10_000])
def test_a_quantity_no_line_may_have(shop, now, quantity):
    (finding,) = look(shop, with_line(shop.empty(), lone("ESIM", quantity=quantity)), now)
    assert (finding.code, finding.blocking) == ("quantity", True)
    assert finding.sentence == f"Thing ESIM is there {quantity:,} times; a line has 1 to 9,999."
    assert entries(finding) == ["*1 @1", "-1"]


def test_an_offering_in_another_currency(shop, now):
    (finding,) = look(shop, with_line(shop.empty(), lone("DOLLAR")), now)
    assert (finding.code, finding.blocking) == ("currency", True)
    assert finding.sentence == "Roam America is priced in USD, and this cart is in EUR."


def test_a_choice_that_was_not_made(shop, now):
    cart = shop.cart("SIM", "POST", "FOLD")
    (finding,) = look(shop, cart, now)
    assert (finding.code, finding.item_id, finding.blocking) == ("missing", cart.cart_item[2].id, True)
    assert finding.sentence == "Pixel Fold needs its color: choose Black, Gold."
    assert entries(finding) == ["= color Black @3", "= color Gold @3"]


def test_a_choice_in_a_part_names_the_part(shop, now):
    cart = shop.add(shop.cart("POST"), "HOME", choices={"Choose your phone": "FOLD"})
    (finding,) = look(shop, cart, now)
    assert entries(finding) == ["= FOLD.color Black @2", "= FOLD.color Gold @2"]
    text = finding.mends[0].entry.removeprefix("= ").removesuffix(" @2")
    assert look(shop, basket.choose(cart, cart.cart_item[1].id, text, shop.shelf, ids=shop.ids), now) == ()


def test_a_value_the_catalog_no_longer_allows(shop, now):
    item = lone("PHONE", product=Product(characteristic=(Characteristic(name="Color", value="Pink"),)))
    found = look(shop, with_line(shop.empty(), item), now)
    assert found[0].code == "value"
    assert found[0].sentence == "Pixel 12: color cannot be «Pink»; choose Black, Fjord Blue."
    assert entries(found[0]) == ["= color Black @1", "= color Fjord Blue @1"]


def test_a_term_that_is_not_offered(shop, now):
    item = lone("FIB500", cart_term=(CartTerm(name="60 months"),))
    (finding,) = look(shop, with_line(shop.empty(), item), now)
    assert (finding.code, finding.sentence) == ("term", "Fibre 500 is not sold with the term 60 months.")
    assert entries(finding) == ["= term 24 months @1", "= term No contract @1"]


def test_bundles_from_elsewhere_are_held_to_their_limits(shop, now):
    children = (
        lone("FIB500"),
        lone("BOX", quantity=5),
        lone("KIDS"),
        lone("FOLD", product=Product(characteristic=(Characteristic(name="color", value="Gold"),))),
    )
    cart = with_line(shop.cart("POST"), lone("HOME", cart_item=children))
    found = [each for each in look(shop, cart, now) if each.code == "bundle"]
    assert [each.sentence for each in found] == [
        "Home bundle has exactly 1 of Part INNER; here it has 0.",
        "Home bundle has 1 to 3 of Part BOX; here it has 5.",
        "Thing KIDS is not part of Home bundle.",
    ]
    assert [entries(each) for each in found] == [["= Part INNER 1 @2"], ["= Part BOX 3 @2"], ["-2"]]
    assert all(each.blocking for each in found)


def test_a_choice_in_a_bundle_that_was_not_made(shop, now):
    cart = shop.cart("PICK")
    (finding,) = look(shop, cart, now)
    assert finding.sentence == "Pick your channels has 1 to 2 of Channels; here it has 0."
    assert entries(finding) == ["= Channels NEWS @1", "= Channels FILM @1", "= Channels KIDS @1"]
    for mend in finding.mends:
        text = mend.entry.removeprefix("= ").removesuffix(" @1")
        assert look(shop, basket.choose(cart, cart.cart_item[0].id, text, shop.shelf, ids=shop.ids), now) == ()


def test_what_has_to_be_delivered_asks_for_a_delivery_without_blocking(shop, now):
    (finding,) = look(shop, shop.cart("PHONE"), now)
    assert (finding.code, finding.blocking) == ("shipping", False)
    assert finding.sentence == "Pixel 12 has to be delivered; choose how."
    assert entries(finding) == ["POST", "COURIER"]
    cart = shop.cart("PHONE", "COURIER")
    assert look(shop, cart, now) == ()
    (finding,) = look(shop, basket.save_for_later(cart, cart.cart_item[1].id), now)
    assert entries(finding) == ["L2 back"]


def test_what_is_saved_for_later_is_left_alone(shop, now):
    cart = shop.cart("TALK", "PHONE", "PICK")
    for item in cart.cart_item:
        cart = basket.save_for_later(cart, item.id)
    assert look(shop, cart, now) == ()


@pytest.mark.parametrize(
    ("code", "entry"),
    [
        ("FIB500", "FIB500"), ("14277", "14277"), ("U", "1*U"), ("b15", "1*b15"), ("COPY", "1*COPY"), ("da18241a-f2b7", "da18241a-f2b7"),
        ("-5", None), ("a;b", None), ("", None), ("#x", None), ("x y", None), ("x\n", None),
    ],
)  # fmt: skip
def test_an_entry_that_adds_can_mean_nothing_else(code, entry):
    assert add_entry(code) == entry


def test_names_from_a_catalog_reach_no_sentence_with_controls(open_shop, now):
    shop = open_shop(
        [
            {
                "id": "EVIL",
                "name": "E\x1b[2Jvil\u202e",
                "productOfferingRelationship": [{"id": "NOT", "name": "N\x07ot", "relationshipType": "requires"}],
            },
        ],
        characteristics={"EVIL": [{"name": "c\x1bolor", "productSpecCharacteristicValue": [{"value": "r\x1bed"}, {"value": "b;lue"}]}]},
    )
    found = look(shop, shop.cart("EVIL"), now)
    assert {each.code for each in found} == {"missing", "companion"}
    for each in found:
        assert each.sentence.isprintable()
        assert all(mend.entry.isprintable() and mend.label.isprintable() and ";" not in mend.entry for mend in each.mends)
