"""A line being configured, without any screen: what can be chosen, what it would cost, and how it goes into the cart."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cartdesk.desk import Desk
from cartdesk.desk.trial import NONE, Setting, Trial, trial_of_line, trial_of_offering
from cartdesk.errors import Refused


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    return open_desk()


def setting(trial: Trial, name: str) -> Setting:
    return next(each for each in trial.settings() if each.name == name)


def test_a_trial_changes_nothing_until_it_is_put(desk: Desk) -> None:
    trial = trial_of_offering(desk, "NP12").with_quantity(2)
    trial = trial.choosing(setting(trial, "color"), "White")
    assert desk.view.cart.empty
    assert trial.entry() == "2*NP12; = color White"
    desk.run(trial.command())
    assert [(line.offering_id, line.quantity) for line in desk.view.cart.lines] == [("NP12", 2)]


def test_what_is_typed_for_a_trial_makes_the_same_line(desk: Desk) -> None:
    trial = trial_of_offering(desk, "PHONESTART")
    trial = trial.choosing(setting(trial, "Choose a phone"), "HALX1")
    trial = trial.choosing(setting(trial, "Choose a card"), "SIM")
    desk.run(trial.command())
    desk.enter("new")
    desk.enter(trial.entry())
    first, second = (desk.load(area.cart_id or "").cart_item[0] for area in desk.view.areas[:2])
    assert [child.product_offering for child in first.cart_item] == [child.product_offering for child in second.cart_item]


def test_choosing_again_says_only_the_last_choice(desk: Desk) -> None:
    trial = trial_of_offering(desk, "NP12")
    for value in ("White", "Black", "White"):
        trial = trial.choosing(setting(trial, "color"), value)
    assert trial.entry() == "NP12; = color White"


def test_a_changed_line_keeps_its_id_and_its_place(desk: Desk) -> None:
    desk.enter("NP12; 14277")
    line = desk.view.cart.lines[0]
    trial = trial_of_line(desk, line.item_id)
    trial = trial.choosing(setting(trial, "color"), "White")
    desk.run(trial.command())
    assert desk.view.cart.lines[0].item_id == line.item_id
    assert trial.entry() == "*1 @1; = color White @1"
    desk.enter("U")
    assert desk.view.cart.lines[0] == line


def test_a_fixed_part_is_shown_and_an_optional_one_is_counted_within_its_limits(desk: Desk) -> None:
    trial = trial_of_offering(desk, "UNLFAM")
    assert setting(trial, "FAMLINE").kind == "part"
    extra = setting(trial, "FAMPLUS")
    assert (extra.kind, extra.chosen, extra.low, extra.high) == ("count", "0", 0, 4)
    assert setting(trial.choosing(extra, "4"), "FAMPLUS").chosen == "4"
    with pytest.raises(Refused, match="up to 4"):
        trial.choosing(extra, "5")


def test_what_is_not_sold_or_not_there_is_refused_with_the_reason(desk: Desk) -> None:
    with pytest.raises(Refused, match="no longer sold"):
        trial_of_offering(desk, "SMART3")
    with pytest.raises(Refused, match="not in this catalog"):
        trial_of_offering(desk, "NOSUCH")
    with pytest.raises(Refused, match="no longer in the cart"):
        trial_of_line(desk, "nosuch")


def test_a_line_of_an_ordered_cart_cannot_be_changed(desk: Desk) -> None:
    desk.enter("14277")
    item_id = desk.view.cart.lines[0].item_id
    desk.enter("E Ingrid Berg, ingrid@berg.example")
    with pytest.raises(Refused):
        trial_of_line(desk, item_id)


def test_the_trial_is_priced_with_what_is_in_the_cart(desk: Desk) -> None:
    desk.enter("TVPLUS")
    with_tv = desk.price(trial_of_offering(desk, "FIB500").cart)
    desk.enter("new")
    alone = desk.price(trial_of_offering(desk, "FIB500").cart)
    assert any(charge.alterations for charge in with_tv.items[-1].charges)
    assert not any(charge.alterations for charge in alone.items[-1].charges)
    assert NONE == ""
