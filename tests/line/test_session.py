"""What is read after an entry: what happened first, then what is so now; a fact a line, every number with its words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cartdesk.desk import Desk
from cartdesk.desk.command import SCREENS
from cartdesk.line.session import Session
from cartdesk.line.shows import SCREENS as TOLD
from cartdesk.line.words import spoken

Said = Callable[[str], str]


def test_what_happened_comes_first_then_the_totals(say: Said) -> None:
    assert say("2*14277").splitlines() == [
        "Talk Simple 25 times 2 is line 1.",
        "Due now: 0.00 EUR, with tax.",
        "Every month for the first 3 months, until 28 Feb 2027: 31.90 EUR.",
        "Every month from month 4 on: 63.80 EUR.",
    ]


def test_a_refusal_says_why_where_and_what_can_be_picked(say: Said) -> None:
    said = say("SIM; FIB50O").splitlines()
    assert said[0].startswith("Refused: FIB50O is not in this catalog. Did you mean FIB50")
    assert "The trouble starts at character 6, at FIB50O." in said
    number = next(line for line in said if line.endswith("which enters FIB500.")).split(":")[0].removeprefix("Pick ")
    assert "Fibre 500 is line 1." in say(f"pick {number}")


def test_what_is_amiss_is_said_when_it_is_new_and_not_again(say: Said) -> None:
    assert "In the way of an order: Nordphone 12 needs one of" in say("NP12")
    assert "In the way of an order" not in say("*2")
    assert "In the way of an order" in say("cart")


def test_the_whole_cart_names_every_number(say: Said) -> None:
    say("FIB500; N1 call back after six")
    said = say("cart").splitlines()
    assert said[0] == "Cart A, 1 line."
    assert "Line 1: Fibre 500, 49.00 EUR now and 39.00 EUR every month." in said
    assert "Term: 24 months." in said
    assert "Note: ana: call back after six." in said
    assert said[-2:] == ["First bill on 1 Dec 2026: 50.70 EUR.", "Over 24 months altogether: 996.70 EUR."]


def test_browsing_goes_ten_at_a_time_and_picks_by_number(say: Said) -> None:
    shelves = say("browse").splitlines()
    assert shelves[0].endswith("Pick one by its number, or browse and its name.")
    assert "1: Mobile, 74 offerings." in shelves and shelves[-1] == "28 more; more reads on."
    mobile = say("pick 1").splitlines()
    assert mobile[0] == "Mobile, 74 offerings." and len(mobile) == 12
    assert say("more").splitlines()[0].startswith("11: ")
    assert "is line 1." in say("pick 1")
    assert "There is no shelf called Cheese" in say("browse Cheese")


def test_a_filter_narrows_the_shelf(say: Said) -> None:
    say("browse Mobile")
    label = say("filter").splitlines()[0].split(", ")[0]
    assert f"only {label}" in say(f"filter {label}").splitlines()[0]
    assert "only" not in say("filter none").splitlines()[0]


def test_reading_on_ends_and_needs_a_list(say: Said) -> None:
    assert "No list was read yet" in say("more")
    say("?fibre 2000")
    while "more reads on" in say("more"):
        pass
    assert say("more") == "That was the end of the list."


def test_trying_changes_nothing(say: Said, desk: Desk) -> None:
    said = say("try 2*FIB500")
    assert "Due now would change by 98.00 EUR." in said and "Every month would change by 78.00 EUR." in said
    assert desk.cart is None
    assert say("try NOSUCH").startswith("It would be refused: NOSUCH is not in this catalog.")


def test_a_pasted_list_ends_with_an_empty_line(say: Said) -> None:
    assert [say(line) for line in ("paste", "14277,2", "NOSUCH,1", "SIM")] == ["", "", "", ""]
    assert say("").splitlines()[:2] == ["2 of 3 lines added; 1 could not be added.", "NOSUCH,1: NOSUCH is not in this catalog."]


def test_equal_bills_are_read_as_one(say: Said) -> None:
    say("FIB500")
    said = say("B").splitlines()
    assert "1: Today 49.00 EUR, one-off charges." in said
    assert "3: 1 Jan 2027 to 1 Nov 2028, 23 bills of 39.00 EUR, in advance." in said
    assert "24 months altogether 996.70 EUR" in said[-1]


def test_why_reads_every_step_and_every_discount_that_does_not_hold(say: Said) -> None:
    say("14277; FIB500")
    said = say("W 1")
    assert "29.00: list price without tax, Talk Simple 25 monthly, from 14277-m." in said.splitlines()
    assert "plus 1.45: 10 percent tax on 14.50." in said.splitlines()
    assert "Does not hold: 5.00 off with TV Plus: TV Plus is not in this cart" in say("W 2")


def test_carts_history_and_comparison(say: Said) -> None:
    say("#Berg, Kari; 14277; H")
    say("FIB500")
    assert "Cart A: Berg, Kari, held." in say("carts")
    assert "entered FIB500" in say("history")
    said = say("compare A B")
    assert "2 carts compared: cart A and cart B." in said and "Over 12 months: cart A " in said
    assert "Cart A (Berg, Kari) is taken up again." in say("C A")


def test_what_the_customer_has_can_be_given_up(say: Said) -> None:
    say("#Solveig Berg")
    products = say("P").splitlines()
    assert "products of the customer" in products[0]
    assert any(line.startswith("1: Fibre 500, 39.00 EUR every month, bound until ") for line in products)
    assert say("P1 -").startswith("Fibre 500 is given up")
    assert any(line.startswith("1: Fibre 500, ") and "ends in line 1" in line for line in say("P").splitlines())


def test_two_carts_are_made_one(say: Said) -> None:
    say("14277; H")
    say("SIM")
    said = say("merge A").splitlines()
    assert "Line 1 there: Talk Simple 25 times 1, would be a line of its own." in said
    assert say("merge A all").startswith("1 line taken from Cart A")


def test_signs_are_words() -> None:
    assert spoken("Fibre 500 ×2") == "Fibre 500 times 2"
    assert spoken("−14.50/mo · −50 %") == "minus 14.50 a month, minus 50 percent"
    assert spoken("a\x1b[31mb") == "a␛[31mb"


def test_every_screen_a_command_can_ask_for_is_told(say: Said, desk: Desk) -> None:
    own = {"desk", "entry", "help", "quit", "applied"}
    assert SCREENS - own <= set(TOLD) | {"offerings"}
    say("14277")
    for entry in (
        "accounts",
        "accounts Solveig",
        "script",
        "script uk",
        "settings",
        "themes",
        "info 14277",
        "info @1",
        "orders",
        "tax excluded",
        "help",
        "help E",
    ):
        assert say(entry), entry


def test_a_seat_without_a_server_has_nothing_to_choose(say: Said) -> None:
    say("14277")
    assert "talks to no server" in say("sync") and "talks to no server" in say("conflict")
    assert "Nothing is to be chosen in this cart." in say("choose here")


def test_both_sides_of_a_collision_are_read_and_chosen(say: Said, desk: Desk) -> None:
    from cartdesk.sync.ledger import Ledger
    from cartdesk.sync.link import Link
    from cartdesk.sync.merge import Clash, Kind

    say("14277")
    cart_id = desk.view.area.cart_id or ""
    desk.store.set_setting("remote", {"apis": {"carts": "https://shop.example/v4/"}})
    say("*2")
    ledger = Ledger(desk.store.log_storage)
    path = ("cartItem", desk.cart.cart_item[0].id, "quantity") if desk.cart is not None else ()
    ledger.save(Link(cart_id, "urn:uuid:test", clashes=(Clash(path, Kind.BOTH_CHANGED, 1, 2, 5),)))
    assert "1, Talk Simple 25: here times 2, there times 5." in say("conflict").splitlines()
    assert "2 sides were said" in say("choose here there")
    assert say("choose there").startswith("The marked side is kept")
    assert desk.view.cart.lines[0].quantity == 5


def test_help_comes_in_groups(say: Said) -> None:
    groups = say("help")
    assert "Say help lines for its entries." in groups and "browse or browse Mobile: Hear the catalog's shelves" in groups
    assert "FIB500 or 3*FIB500: Add an offering by its code or its name." in say("help lines")
    assert "There is no entry or group called cheese" in say("help cheese")


@pytest.mark.parametrize(
    "text", ["", "   ", ";", "\x00", "\x1b[2J", "🂡" * 50, "pick 999999999", "more more", "filter x", '"', "E " + "x" * 500]
)
def test_nothing_that_is_typed_breaks_it(say: Said, text: str) -> None:
    assert "\x1b" not in say(text)
    assert "Cart A, empty." in say("cart")


def test_quitting_ends(desk: Desk) -> None:
    for word in ("quit", "exit", "QUIT"):
        answer = Session(desk).answer(word)
        assert answer is not None and answer.ends
