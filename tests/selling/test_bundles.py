"""Bundles: defaults, limits, choices, nesting, and what no catalog should do."""

from __future__ import annotations

import pytest

from cartdesk.errors import Refused
from cartdesk.selling import basket
from cartdesk.selling.bundles import slots_of
from cartdesk.selling.lines import walk


def parts(item) -> dict[str, int]:
    return {child.product_offering.id: child.quantity for child in item.cart_item}


def test_a_bundle_comes_with_its_mandatory_parts_and_its_default_choice(shop):
    item = shop.cart("HOME").cart_item[0]
    assert parts(item) == {"FIB500": 1, "INNER": 1, "BOX": 2, "PHONE": 1}
    assert item.cart_item[0].cart_term[0].name == "24 months"
    assert item.cart_item[-1].product.characteristic[0].value == "Black"


def test_a_choice_without_a_default_is_left_to_the_customer(shop):
    assert shop.cart("PICK").cart_item[0].cart_item == ()


@pytest.mark.parametrize(
    ("choices", "there"),
    [
        ({"SPORT": 2}, {"FIB500": 1, "INNER": 1, "SPORT": 2, "BOX": 2, "PHONE": 1}),
        ({"part box": 3}, {"FIB500": 1, "INNER": 1, "BOX": 3, "PHONE": 1}),
        ({"Choose your phone": "FOLD"}, {"FIB500": 1, "INNER": 1, "BOX": 2, "FOLD": 1}),
        ({"choose your phone": "pixel fold"}, {"FIB500": 1, "INNER": 1, "BOX": 2, "FOLD": 1}),
        ({"FOLD": 1}, {"FIB500": 1, "INNER": 1, "BOX": 2, "FOLD": 1}),
    ],
)
def test_parts_are_chosen_by_id_or_name(shop, choices, there):
    assert parts(shop.add(shop.empty(), "HOME", choices=choices).cart_item[0]) == there


def test_several_options_may_be_chosen_within_the_limits(shop):
    item = shop.add(shop.empty(), "PICK", choices={"Channels": ["NEWS", "Kids"]}).cart_item[0]
    assert parts(item) == {"NEWS": 1, "KIDS": 1}
    item = shop.add(shop.empty(), "PICK", choices={"FILM": 2}).cart_item[0]
    assert parts(item) == {"FILM": 2}


@pytest.mark.parametrize(
    ("code", "choices", "words"),
    [
        ("HOME", {"SPORT": 3}, "up to 2 of Part SPORT, not 3"),
        ("HOME", {"BOX": 0}, "1 to 3 of Part BOX, not 0"),
        ("HOME", {"INNER": 2}, "exactly 1 of Part INNER, not 2"),
        ("HOME", {"SPORT": -1}, "not -1"),
        ("HOME", {"SPORT": 10**12}, "not that many"),
        ("HOME", {"Choose your phone": "BRICK"}, "«BRICK» is not among the options"),
        ("HOME", {"Choose your phone": 1}, "is a choice; say which"),
        ("HOME", {"KIDS": 1}, "«KIDS» is not part of Home bundle"),
        ("PICK", {"Channels": ["NEWS", "FILM", "KIDS"]}, "1 to 2 of Channels, not 3"),
        ("SIM", {"FILM": 1}, "SIM card is not a bundle"),
    ],
)
def test_choices_that_a_bundle_does_not_allow_are_refused(shop, code, choices, words):
    with pytest.raises(Refused) as refused:
        shop.add(shop.empty(), code, choices=choices)
    assert words in str(refused.value)


def test_bundles_nest_and_a_part_counts_for_each_one_of_its_bundle(shop):
    item = shop.cart("NEST1").cart_item[0]
    assert [(each.product_offering.id, each.quantity) for each in walk(item)] == [("NEST1", 1), ("NEST2", 1), ("NEST3", 2), ("PHONE", 1)]
    assert len({each.id for each in walk(item)}) == 4
    deep = shop.add(shop.empty(), "NEST1", choices={"NEST3": 4}, characteristics={"color": "Fjord Blue"}).cart_item[0]
    assert [each.quantity for each in walk(deep)] == [1, 1, 4, 1]
    assert list(walk(deep))[-1].product.characteristic[0].value == "Fjord Blue"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("LOOP", "contains itself"),
        ("HOLE", "NOWHERE, which is not in this catalog"),
        ("DEEP0", "20 bundles deep"),
        ("W00", "more than 500 parts"),
    ],
)
def test_bundles_that_no_cart_can_hold_are_refused(shop, code, words):
    with pytest.raises(Refused, match=words):
        shop.cart(code)


def test_the_deepest_bundle_that_is_allowed_is_made(shop):
    assert len(list(walk(shop.cart("DEEP6").cart_item[0]))) == 20


def test_a_part_is_added_counted_and_taken_out(shop):
    cart = shop.cart("SIM", "HOME")
    bundle = cart.cart_item[1].id
    more = basket.set_child_quantity(cart, bundle, "sport", 2, shop.shelf, ids=shop.ids)
    assert parts(more.cart_item[1])["SPORT"] == 2
    assert more.cart_item[0] is cart.cart_item[0]
    assert more.cart_item[1].cart_item[0] is cart.cart_item[1].cart_item[0]
    less = basket.set_child_quantity(more, bundle, "SPORT", 0, shop.shelf, ids=shop.ids)
    assert less.wire() == cart.wire()
    assert basket.set_child_quantity(cart, bundle, "BOX", 2, shop.shelf, ids=shop.ids) is cart


@pytest.mark.parametrize(
    ("child", "quantity"), [("BOX", 0), ("BOX", 4), ("INNER", 0), ("SPORT", 3), ("SPORT", -1), ("NEWS", 1), ("FOLD", 1)]
)
def test_a_number_beyond_the_limits_is_refused_and_changes_nothing(shop, child, quantity):
    cart = shop.cart("HOME")
    before = cart.wire()
    with pytest.raises(Refused):
        basket.set_child_quantity(cart, cart.cart_item[0].id, child, quantity, shop.shelf, ids=shop.ids)
    assert cart.wire() == before


def test_another_option_takes_the_place_of_the_first(shop):
    cart = shop.cart("HOME")
    bundle = cart.cart_item[0]
    changed = basket.choose_child(cart, bundle.id, "choose your phone", "fold", shop.shelf, ids=shop.ids)
    assert list(parts(changed.cart_item[0])) == ["FIB500", "INNER", "BOX", "FOLD"]
    assert basket.choose_child(changed, bundle.id, "Choose your phone", "FOLD", shop.shelf, ids=shop.ids) is changed
    with pytest.raises(Refused) as refused:
        basket.choose_child(cart, bundle.id, "Choose your phone", "BRICK", shop.shelf, ids=shop.ids)
    assert [mend.entry for mend in refused.value.mends] == ["= Choose your phone PHONE @1", "= Choose your phone FOLD @1"]


def test_an_option_that_goes_takes_its_relations_along(shop):
    cart = shop.cart("HOME", "POST")
    phone = cart.cart_item[0].cart_item[-1]
    related = cart.cart_item[1].cart_item_relationship[0]
    pointing = related.model_copy(update={"cart_item": (*related.cart_item, related.cart_item[0].model_copy(update={"id": phone.id}))})
    delivery = cart.cart_item[1].model_copy(update={"cart_item_relationship": (pointing,)})
    cart = cart.model_copy(update={"cart_item": (cart.cart_item[0], delivery)})
    changed = basket.choose_child(cart, cart.cart_item[0].id, "Choose your phone", "FOLD", shop.shelf, ids=shop.ids)
    assert [ref.id for ref in changed.cart_item[1].cart_item_relationship[0].cart_item] == [cart.cart_item[0].id]


def test_what_a_catalog_leaves_out_means_exactly_one(open_shop):
    shop = open_shop(
        [
            {"id": "B", "name": "Bundle", "bundledProductOffering": [{"id": "A"}, {"id": "Z", "bundledProductOfferingOption": {}}]},
            {"id": "A", "name": "A"},
            {"id": "Z", "name": "Z"},
        ]
    )
    assert [(slot.lower, slot.upper, slot.usual) for slot in slots_of(shop.shelf.offering("B"))] == [(1, 1, 1), (1, 1, 1)]
    assert parts(shop.cart("B").cart_item[0]) == {"A": 1, "Z": 1}


@pytest.mark.parametrize(
    ("limits", "made"),
    [((0, 2, None), 0), ((None, 3, 2), 2), ((2, None, None), 2), ((1, 2, 9), 2), ((3, 1, None), 3), ((-4, 1, 0), 0)],
)
def test_limits_that_do_not_fit_each_other_are_brought_together(open_shop, limits, made):
    from_catalog = dict(zip(("numberRelOfferLowerLimit", "numberRelOfferUpperLimit", "numberRelOfferDefault"), limits, strict=True))
    option = {key: value for key, value in from_catalog.items() if value is not None}
    shop = open_shop(
        [{"id": "B", "bundledProductOffering": [{"id": "A", "bundledProductOfferingOption": option}]}, {"id": "A", "name": "A"}]
    )
    assert parts(shop.cart("B").cart_item[0]) == ({"A": made} if made else {})
