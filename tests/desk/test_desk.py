"""Stories at the desk: what an agent does, what is shown, and that nothing shown is ever lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cartdesk.desk import Desk, DeskView
from cartdesk.desk.commands import (
    AddOffering,
    Configure,
    Discard,
    Duplicate,
    Hold,
    LabelCart,
    More,
    NextArea,
    OpenCart,
    PasteLines,
    PreviousArea,
    RemoveLine,
    SaveForLater,
    ShowCheckout,
)
from cartdesk.errors import CatalogError, EntryError, Refused
from cartdesk.selling.customers import Customer, customer_of
from cartdesk.tmf.money import Money
from cartdesk.tmf.period import MONTHLY

from .conftest import Clock

OpenDesk = Callable[..., Desk]


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def monthly(view: DeskView) -> Money:
    return next(total.steady for total in view.cart.every if total.period == MONTHLY)


def test_a_new_desk_is_empty_and_stores_no_cart(desk: Desk) -> None:
    desk.refresh()
    assert desk.view.cart.empty
    assert desk.view.cart.cart_id is None
    assert desk.view.shop == desk.catalog.name
    assert desk.cart is None
    assert desk.store.cart_rows() == []


def test_adding_shows_the_line_and_the_totals(desk: Desk) -> None:
    outcome = desk.enter("14277")
    assert outcome.changed
    assert outcome.said == "Talk Simple 25 is line 1."
    cart = desk.view.cart
    assert [(line.number, line.name, line.quantity, line.recurring) for line in cart.lines] == [(1, "Talk Simple 25", 1, eur("31.90"))]
    (total,) = cart.every
    assert total.steady == eur("31.90")
    assert [(phase.first, phase.last, phase.amount) for phase in total.phases] == [(1, 3, eur("15.95")), (4, None, eur("31.90"))]
    assert total.phases[0].until == date(2027, 2, 28)
    assert cart.due_now == eur("0")
    assert any(detail.kind == "alteration" and detail.amount == eur("-15.95") for detail in cart.lines[0].details)


def test_the_same_offering_again_grows_its_line(desk: Desk) -> None:
    desk.enter("FIB500")
    assert desk.enter("2*fib500").said == "Fibre 500 ×2 added to its line."
    assert [line.quantity for line in desk.view.cart.lines] == [3]


def test_quantities_by_key_and_by_entry(desk: Desk) -> None:
    desk.enter("14277; FIB500")
    desk.run(More(1))
    desk.enter("*3")
    assert [line.quantity for line in desk.view.cart.lines] == [2, 3]
    desk.enter("-- @1; -- @1")
    assert [line.offering_id for line in desk.view.cart.lines] == ["FIB500"]


def test_a_line_put_aside_is_shown_and_not_counted(desk: Desk) -> None:
    desk.enter("14277; FIB500")
    with_both = monthly(desk.view)
    desk.run(SaveForLater(2))
    assert desk.view.cart.lines[1].saved
    assert monthly(desk.view) == with_both - eur("39.00")
    desk.run(SaveForLater(2))
    assert not desk.view.cart.lines[1].saved
    desk.enter("L2; L2 back")
    assert monthly(desk.view) == with_both


def test_several_in_one_entry_are_one_step(desk: Desk) -> None:
    desk.enter("14277; 2*FIB500; *3 @1")
    assert [line.quantity for line in desk.view.cart.lines] == [3, 2]
    desk.enter("U")
    assert desk.view.cart.empty
    desk.enter("R")
    assert [line.quantity for line in desk.view.cart.lines] == [3, 2]


def test_all_parts_of_an_entry_count_or_none(desk: Desk) -> None:
    desk.enter("14277")
    before, records = desk.view, len(desk.store.history(desk.view.cart.cart_id or ""))
    with pytest.raises(EntryError) as caught:
        desk.enter("FIB500; *2 @9")
    assert caught.value.at == 12
    assert str(caught.value) == "There is no line 9; the lines are 1 to 2."
    assert desk.view is before
    assert len(desk.store.history(before.cart.cart_id or "")) == records


def test_an_unknown_code_is_answered_with_the_likeliest(desk: Desk) -> None:
    with pytest.raises(EntryError) as caught:
        desk.enter("14277; 2*FIB5000")
    assert str(caught.value).startswith("FIB5000 is not in this catalog. Did you mean FIB50")
    assert caught.value.at == 9
    assert caught.value.mends[0].entry.startswith("FIB50")
    assert desk.view.cart.empty


def test_undo_and_redo_go_on_after_a_restart(open_desk: OpenDesk) -> None:
    first = open_desk()
    for entry in ("14277", "FIB500", "*4", "-1"):
        first.enter(entry)
    first.close()
    second = open_desk()
    assert [line.offering_id for line in second.view.cart.lines] == ["FIB500"]
    second.enter("U 2")
    assert [(line.offering_id, line.quantity) for line in second.view.cart.lines] == [("14277", 1), ("FIB500", 1)]
    second.close()
    third = open_desk()
    third.enter("R")
    assert [line.quantity for line in third.view.cart.lines] == [1, 4]
    third.enter("U 3")
    assert third.view.cart.empty
    with pytest.raises(EntryError, match="nothing to undo in cart A"):
        third.enter("U")
    with pytest.raises(EntryError, match="fewer than 9 changes to redo"):
        third.enter("R 9")
    third.enter("R 4")
    assert [line.offering_id for line in third.view.cart.lines] == ["FIB500"]
    with pytest.raises(EntryError, match="nothing to redo"):
        third.enter("R")


def test_undo_gives_back_the_very_bytes(desk: Desk) -> None:
    desk.enter("14277; 2*FIB500")
    cart_id = desk.view.cart.cart_id or ""
    before = desk.store.log_storage.body("carts", cart_id)
    desk.enter("L1; *3")
    assert desk.store.log_storage.body("carts", cart_id) != before
    desk.enter("U")
    assert desk.store.log_storage.body("carts", cart_id) == before
    assert desk.store.verify_history(cart_id) is None


def test_a_new_change_ends_what_could_be_redone(desk: Desk) -> None:
    desk.enter("14277")
    desk.enter("FIB500")
    desk.enter("U")
    desk.enter("*2")
    with pytest.raises(EntryError, match="nothing to redo"):
        desk.enter("R")


def test_the_next_start_is_where_it_stopped(open_desk: OpenDesk) -> None:
    first = open_desk()
    first.enter("14277; #+Berg")
    first.enter("H")
    first.enter("C C")
    first.enter("2*FIB500; B 15")
    seen = first.view
    first.close()
    second = open_desk()
    assert second.view.cart == seen.cart
    assert second.view.areas == seen.areas
    assert second.view.shop == seen.shop
    second.refresh()
    assert second.view.cart == seen.cart


def test_carts_at_hand(desk: Desk) -> None:
    desk.enter("14277; #+Berg")
    desk.run(Hold())
    assert [(area.letter, area.label, area.state, area.current) for area in desk.view.areas[:2]] == [
        ("A", "Berg", "held", False),
        ("B", "", "empty", True),
    ]
    desk.enter("FIB500")
    outcome = desk.enter("C A")
    assert outcome.said == "Cart A (Berg) is taken up again."
    assert desk.view.cart.state == "open"
    desk.run(NextArea())
    assert desk.view.area.letter == "B"
    assert [line.offering_id for line in desk.view.cart.lines] == ["FIB500"]
    desk.run(PreviousArea())
    desk.run(PreviousArea())
    assert desk.view.area.letter == "F"
    assert desk.view.cart.empty


def test_an_empty_cart_is_neither_held_nor_discarded_nor_copied(desk: Desk) -> None:
    for command in (Hold(), Discard(), Duplicate()):
        with pytest.raises(Refused, match="Cart A is empty"):
            desk.run(command)
    assert desk.store.cart_rows() == []


def test_more_carts_than_areas(desk: Desk) -> None:
    ids = []
    for number in range(8):
        desk.enter("new")
        desk.enter(f"14277; label caller {number}")
        ids.append(desk.view.cart.cart_id or "")
    assert [area.label for area in desk.view.areas] == ["caller 0", "caller 1", "caller 2", "caller 3", "caller 4", "caller 7"]
    assert len(desk.store.cart_rows()) == 8
    desk.run(OpenCart(ids[5]))
    assert desk.view.cart.label == "caller 5"
    desk.enter(f"open {ids[1]}")
    assert desk.view.area.letter == "B"
    with pytest.raises(EntryError, match="There is no cart nowhere here"):
        desk.enter("open nowhere")


def test_a_copy_leaves_the_first_cart_alone(desk: Desk) -> None:
    desk.enter("14277; 2*FIB500")
    first = desk.view.cart
    desk.run(Duplicate())
    assert desk.view.area.letter == "B"
    assert [(line.offering_id, line.quantity) for line in desk.view.cart.lines] == [("14277", 1), ("FIB500", 2)]
    desk.enter("-1")
    desk.enter("C A")
    assert desk.view.cart.lines == first.lines


def test_a_what_if_from_the_past(desk: Desk) -> None:
    for entry in ("14277", "FIB500", "*5"):
        desk.enter(entry)
    seqs = [record.seq for record in desk.store.history(desk.view.cart.cart_id or "")]
    desk.enter(f"copy from {seqs[2]}")
    assert desk.view.area.letter == "B"
    assert [line.quantity for line in desk.view.cart.lines] == [1, 1]
    desk.enter("C A")
    desk.enter(f"U to {seqs[1]}")
    assert [line.offering_id for line in desk.view.cart.lines] == ["14277"]
    desk.enter("U")
    assert [line.quantity for line in desk.view.cart.lines] == [1, 5]
    with pytest.raises(EntryError, match="has no change 99"):
        desk.enter("U to 99")


def test_discarding_frees_the_area_and_keeps_the_cart_as_history(desk: Desk) -> None:
    desk.enter("14277; #+Berg")
    cart_id = desk.view.cart.cart_id or ""
    desk.run(Discard())
    assert desk.view.area.state == "empty"
    assert desk.view.cart.empty
    (row,) = desk.store.cart_rows(state="discarded")
    assert row.id == cart_id
    desk.run(OpenCart(cart_id))
    assert desk.view.cart.read_only
    with pytest.raises(EntryError, match="was discarded"):
        desk.enter("*2")


def test_only_a_held_or_absent_cart_is_asked_about_before_it_is_discarded(desk: Desk) -> None:
    desk.enter("14277; #+Berg")
    cart_id = desk.view.cart.cart_id
    assert Discard().question(desk.view) is None
    desk.enter("H")
    assert Discard(cart_id).question(desk.view) == "Discard the held cart Berg?"
    assert Discard("elsewhere").question(desk.view) == "Discard this cart?"


def test_the_history_says_who_entered_what_and_what_it_came_to(desk: Desk, clock: Clock) -> None:
    desk.enter("14277")
    clock.later(minutes=5)
    desk.run(AddOffering("FIB500", 2))
    created, first, second = desk.store.history(desk.view.cart.cart_id or "")
    assert created.change.kind == "create"
    assert (first.change.entry, first.change.who, first.change.at) == ("14277", "ana", "2026-11-22T10:00:00Z")
    assert first.change.after == {"currency": "EUR", "lines": "1", "due now": "0.00", "monthly": "31.90"}
    assert second.change.entry == "2*FIB500"
    assert second.change.before == first.change.after
    assert second.change.after["due now"] == "98.00"
    assert second.change.at == "2026-11-22T10:05:00Z"


def test_the_index_knows_the_cart_without_opening_it(desk: Desk) -> None:
    desk.enter("14277; 2*FIB500; #Ingrid Berg")
    (row,) = desk.store.cart_rows(text="berg")
    assert (row.label, row.lines, row.due_now, row.currency) == ("Ingrid Berg", 2, "98.00", "EUR")
    assert dict(row.every)["monthly"] == "109.90"


def test_the_bill_day_moves_the_first_bill(desk: Desk) -> None:
    desk.enter("14277")
    assert desk.view.cart.first_bill is not None
    assert desk.view.cart.first_bill[0] == date(2026, 12, 1)
    outcome = desk.enter("B 15")
    assert outcome.show is not None
    assert outcome.show.screen == "bill"
    assert desk.view.cart.first_bill is not None
    assert desk.view.cart.first_bill[0] == date(2026, 12, 15)
    desk.enter("B from 2026-12-15")
    assert desk.view.cart.first_bill == (date(2026, 12, 15), eur("15.95"))
    assert desk.view.cart.term_total == (24, eur("717.75"))


def test_amounts_without_tax_stay_so(open_desk: OpenDesk) -> None:
    first = open_desk()
    first.enter("14277")
    first.enter("tax excluded")
    assert first.view.cart.lines[0].recurring == eur("29.00")
    assert monthly(first.view) == eur("29.00")
    first.close()
    second = open_desk()
    assert second.view.show_tax == "excluded"
    assert monthly(second.view) == eur("29.00")
    (row,) = second.store.cart_rows()
    assert dict(row.every)["monthly"] == "31.90"
    second.enter("tax")
    assert monthly(second.view) == eur("31.90")


def test_configuring_a_line_by_words(desk: Desk) -> None:
    desk.enter("FIB500")
    desk.run(Configure("router own"))
    details = {detail.text for detail in desk.view.cart.lines[0].details if detail.kind == "characteristic"}
    assert details == {"router: own"}
    with pytest.raises(EntryError, match="cannot be «gold»") as caught:
        desk.enter("14277; = router gold @1")
    assert caught.value.at == 7
    assert any(mend.entry.startswith("= router") for mend in caught.value.mends)


def test_notes_and_names(desk: Desk) -> None:
    desk.enter("14277; N1 call back; label Mrs Berg")
    assert [detail.text for detail in desk.view.cart.lines[0].details if detail.kind == "note"] == ["ana: call back"]
    assert desk.view.area.label == "Mrs Berg"
    desk.run(LabelCart("the Bergs"))
    assert desk.view.cart.label == "the Bergs"


def test_a_known_customer_ends_what_is_for_new_ones(desk: Desk) -> None:
    desk.enter("14277; E Ingrid Berg, ingrid@berg.example")
    desk.enter("new; 14277; #ingrid")
    assert desk.view.cart.label == "Ingrid Berg"
    (total,) = desk.view.cart.every
    assert total.first == eur("31.90")
    assert any(detail.kind == "refused" for detail in desk.view.cart.lines[0].details)
    desk.enter("#+Berg")
    assert desk.view.cart.every[0].first == eur("15.95")


def test_two_customers_of_one_name_are_told_apart(desk: Desk) -> None:
    desk.enter("14277; E Ingrid Berg, ingrid@berg.example")
    desk.enter("14277; E Jon Berg, +47 22 33 44 55")
    with pytest.raises(EntryError) as caught:
        desk.enter("#berg")
    assert str(caught.value).startswith("3 customers are called «berg»")
    labels = [mend.label for mend in caught.value.mends]
    shipped = "Solveig Berg, solveig.berg@example.com, +47 22 41 50 60, Oslo"
    assert labels == ["Ingrid Berg, ingrid@berg.example", "Jon Berg, +47 22 33 44 55", shipped]
    desk.enter(caught.value.mends[1].entry)
    assert desk.view.cart.label == "Jon Berg"
    desk.enter("#22 33 44")
    assert desk.view.cart.label == "Jon Berg"


def test_the_customers_that_come_with_the_catalog_are_found(desk: Desk) -> None:
    assert desk.enter("14277; #berg").said == "Talk Simple 25 is line 1. Solveig Berg is a customer here."
    assert desk.cart is not None
    assert customer_of(desk.cart) == Customer(
        "Solveig Berg", "solveig.berg@example.com", "+47 22 41 50 60", "Storgata 5", "0155", "Oslo", "Norway", "C-1001", known=True
    )
    assert desk.view.cart.every[0].first == eur("31.90")
    desk.enter("#c-2001")
    assert desk.view.cart.label == "Havn Logistikk AS"
    desk.enter("#حداد")
    assert desk.view.cart.label == "Leïla Haddad ليلى حداد"


def test_an_order_makes_the_cart_history_and_the_next_line_a_new_cart(desk: Desk) -> None:
    desk.enter("14277")
    cart_id = desk.view.cart.cart_id
    assert desk.run(ShowCheckout()).show is not None
    outcome = desk.enter("E Ingrid Berg, ingrid@berg.example")
    (order,) = desk.store.orders()
    assert outcome.show is not None
    assert outcome.show.args == {"order_id": order.id}
    assert order.order_total_price
    assert desk.view.cart.read_only
    assert desk.view.cart.order_id == order.id
    assert desk.view.area.state == "ordered"
    assert desk.store.cart_rows(state="ordered")[0].order_id == order.id
    for entry in ("*2", "-", "U", "B 15", "H"):
        with pytest.raises(EntryError, match="became order"):
            desk.enter(entry)
    desk.enter("FIB500")
    assert desk.view.cart.cart_id != cart_id
    assert [line.offering_id for line in desk.view.cart.lines] == ["FIB500"]


def test_the_checkout_says_what_stands_in_the_way(desk: Desk) -> None:
    with pytest.raises(Refused, match="The cart is empty"):
        desk.run(ShowCheckout())
    desk.enter("14277")
    with pytest.raises(EntryError):
        desk.enter("E Ingrid Berg, no-at-sign")
    with pytest.raises(EntryError, match="e-mail address"):
        desk.enter("E Ingrid Berg, ingrid@berg")
    assert desk.store.orders() == []
    assert desk.view.cart.state == "open"


def test_pasting_a_list_adds_the_good_lines_and_names_the_bad(desk: Desk) -> None:
    outcome = desk.run(PasteLines("14277,2\nFIB500\tx\n\n3*FIB500\nNOSUCH,1\nFIB500;0\n"))
    assert outcome.said == "2 of 5 lines added; 3 could not be added."
    assert len(outcome.listed) == 3
    assert outcome.listed[1].startswith("NOSUCH,1: NOSUCH is not in this catalog.")
    assert [(line.offering_id, line.quantity) for line in desk.view.cart.lines] == [("14277", 2), ("FIB500", 3)]
    desk.enter("U")
    assert desk.view.cart.empty
    with pytest.raises(Refused, match="None of the 1 lines"):
        desk.run(PasteLines("NOSUCH"))


def test_watchers_hear_of_each_change_once(desk: Desk) -> None:
    desk.refresh()
    heard: list[DeskView] = []
    stop = desk.watch(heard.append)
    desk.enter("14277; FIB500")
    desk.enter("?fibre")
    with pytest.raises(EntryError):
        desk.enter("nothing like that")
    assert [view.revision for view in heard] == [desk.view.revision]
    stop()
    desk.run(RemoveLine())
    assert len(heard) == 1


def test_the_restored_desk_paints_before_its_catalog_is_open(open_desk: OpenDesk, tmp_path: Path) -> None:
    first = open_desk()
    first.enter("14277")
    first.close()
    second = open_desk(catalog=tmp_path / "not there")
    assert [line.name for line in second.view.cart.lines] == ["Talk Simple 25"]
    with pytest.raises(CatalogError):
        second.enter("14277")
    with pytest.raises(CatalogError):
        _ = second.catalog
    assert [line.name for line in second.view.cart.lines] == ["Talk Simple 25"]


def test_a_damaged_view_costs_only_the_view(open_desk: OpenDesk) -> None:
    first = open_desk()
    first.enter("14277")
    first.store.set_setting("view", {"shop": ["not a view"]})
    first.close()
    second = open_desk()
    assert second.view.cart.cart_id is None
    assert len(second.store.cart_rows()) == 1


def test_prices_are_those_of_the_day_the_desk_opens(open_desk: OpenDesk, clock: Clock) -> None:
    first = open_desk()
    first.enter("14277")
    first.close()
    clock.later(days=40)
    second = open_desk()
    second.refresh()
    assert second.view.cart.first_bill is not None
    assert second.view.cart.first_bill[0] == date(2027, 1, 1)


def test_holding_is_not_what_an_undo_undoes(desk: Desk) -> None:
    desk.enter("14277")
    desk.enter("FIB500")
    desk.enter("H")
    desk.enter("C A")
    desk.enter("U")
    assert [line.offering_id for line in desk.view.cart.lines] == ["14277"]
    assert desk.view.cart.state == "open"
    desk.enter("R")
    assert [line.offering_id for line in desk.view.cart.lines] == ["14277", "FIB500"]
    with pytest.raises(EntryError, match="nothing to redo"):
        desk.enter("R")


def test_what_changes_nothing_is_no_change(desk: Desk) -> None:
    desk.enter("14277; B 15")
    records = len(desk.store.history(desk.view.cart.cart_id or ""))
    assert not desk.enter("B 15").changed
    assert not desk.enter("*1").changed
    assert not desk.enter("W").changed
    assert len(desk.store.history(desk.view.cart.cart_id or "")) == records


def test_old_carts_are_put_away_once_a_day(open_desk: OpenDesk, clock: Clock) -> None:
    desk = open_desk()
    desk.enter("14277; E Ingrid Berg, ingrid@berg.example")
    desk.store.set_setting("retention.archive_after_days", 30)
    desk.refresh()
    assert len(desk.store.cart_rows()) == 1
    clock.later(days=31)
    desk.refresh()
    assert desk.store.cart_rows() == []
    assert desk.view.area.state == "empty"
    assert desk.view.cart.empty
    archive = desk.store.open_archive(read_only=True)
    assert len(archive.cart_rows()) == 1
    archive.close()
