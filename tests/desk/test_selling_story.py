"""Selling properly, told at the desk: rules and the entry that mends, change of products, merging, prices that rose, carts that expired."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from cartdesk.desk import Desk
from cartdesk.desk.commands import MergeLines
from cartdesk.desk.merging import merge_view
from cartdesk.desk.owning import comparison, owned_views
from cartdesk.errors import CartdeskError, EntryError, Refused
from cartdesk.selling import basket
from cartdesk.selling.standing import standing_of
from cartdesk.tmf.wire import dumps

from .conftest import Clock

OpenDesk = Callable[..., Desk]


def lines(desk: Desk) -> list[tuple[str, int]]:
    return [(line.name, line.quantity) for line in desk.view.cart.lines]


def problems(desk: Desk, *codes: str) -> list[str]:
    return [finding.sentence for finding in desk.view.cart.findings if finding.code in codes]


# Rules and the key that mends


def test_one_entry_applies_the_first_mend(desk: Desk) -> None:
    desk.enter("at 3850; FIB500")
    assert problems(desk, "place") == ["Fibre 500 cannot be delivered to 3850 Kviteseid: there is no fibre."]
    assert desk.enter("mend 1").said.startswith("Take DSL 50 instead: Fibre 500 removed. DSL 50 is line 1.")
    assert lines(desk) == [("DSL 50", 1)]
    assert problems(desk, "place") == []
    with pytest.raises(EntryError, match="There is nothing to mend here"):
        desk.enter("mend")


def test_where_nothing_mends_the_reason_is_said(desk: Desk) -> None:
    desk.enter("at 9999; FIB500")
    with pytest.raises(EntryError, match="is not known; check before it is promised"):
        desk.enter("mend 1")


def test_what_is_told_of_the_customer_is_undone_like_anything_else(desk: Desk) -> None:
    desk.enter("YOUTH15")
    assert desk.enter("for youth").said == "The customer is youth."
    assert problems(desk, "segment") == []
    desk.enter("U")
    assert problems(desk, "segment") == ["Youth 15 is for Under 28; ask whether the customer is."]


def test_a_seat_that_is_a_kiosk_stays_one(open_desk: OpenDesk) -> None:
    first = open_desk()
    first.enter("DATAMOVE")
    assert problems(first, "channel")
    first.enter("channel kiosk")
    assert not problems(first, "channel")
    first.enter("new; DATAMOVE")
    assert not problems(first, "channel")
    first.close()
    again = open_desk()
    again.enter("new; DATAMOVE")
    assert not problems(again, "channel")
    with pytest.raises(EntryError, match="it is agent, kiosk, field"):
        again.enter("channel pigeon")


def test_what_can_be_had_here_follows_the_customer(desk: Desk) -> None:
    assert desk.view.cart.place == ""
    desk.enter("#Kaya")
    assert desk.view.cart.place == "5003"
    desk.enter("at 0155")
    assert desk.view.cart.place == "0155"
    desk.enter("at none")
    assert desk.view.cart.place == "5003"


# Change of what the customer has


def test_a_change_is_shown_before_and_after(desk: Desk) -> None:
    desk.enter("#Berg; P1 FIB1000; P2 -; P4 keep")
    assert lines(desk) == [("Change to Fibre 1000", 1), ("Cancel Smart 20", 1), ("Keep TV box rental", 2)]
    fates = [(view.name, view.fate, view.line) for view in owned_views(desk)]
    assert fates == [("Fibre 500", "changes", 1), ("Smart 20", "ends", 2), ("TV Plus", "", None), ("TV box rental", "stays", 3)]
    seen = comparison(desk, 1)
    assert [(row.what, row.before, row.after) for row in seen.rows if row.differs] == [("Product", "Fibre 500", "Fibre 1000")]
    assert [amount.amount for _, amount in (*seen.before, *seen.after, *seen.difference)] == [Decimal(39), Decimal(49), Decimal(10)]
    assert comparison(desk, 2).leaving[0][1].amount == Decimal("174.93")
    assert [amount.amount for _, amount in comparison(desk, 2).difference] == [Decimal("-24.99")]
    assert comparison(desk, 3).fate == ""


def test_a_changed_line_shows_what_is_had_now_and_what_leaving_costs(desk: Desk) -> None:
    desk.enter("#Berg; P1 FIB250")
    (line,) = desk.view.cart.lines
    before = [(detail.text, detail.amount.amount if detail.amount else None) for detail in line.details if detail.kind == "before"]
    assert before == [("now: Fibre 500", Decimal("-39.00"))]
    assert [detail.amount.amount for detail in line.details if detail.kind == "penalty" and detail.amount] == [Decimal("240.00")]
    assert line.recurring is not None and line.recurring.amount == Decimal("-5.00")


def test_a_product_is_configured_anew(desk: Desk) -> None:
    outcome = desk.enter("#Berg; P3")
    assert outcome.show is not None and outcome.show.screen == "offering"
    desk.enter("= quality UHD")
    assert desk.view.cart.every[0].steady.amount == Decimal("3.00")
    assert [row.after for row in comparison(desk, 3).rows if row.differs] == ["UHD"]


def test_a_change_is_refused_where_there_is_nothing_to_change(desk: Desk) -> None:
    with pytest.raises(EntryError, match="name a customer first"):
        desk.enter("P1 FIB1000")
    desk.enter("#Berg")
    for entry in ("P9", "P9 -", "P9 keep", "P9 up", "P1 NOSUCH", "P4 up"):
        with pytest.raises(EntryError):
            desk.enter(entry)
    assert desk.view.cart.empty


def test_an_upgrade_is_one_word(desk: Desk) -> None:
    assert desk.enter("#Berg; P1 up").said.endswith("Fibre 500 becomes Fibre 1000.")


# Merging


def test_a_prospect_s_cart_goes_into_the_customer_s(desk: Desk) -> None:
    desk.enter("3*FIB500; SMART20; label Prospect")
    prospect = desk.view.cart.cart_id
    assert prospect is not None
    desk.enter("new; #Berg; FIB500")
    view = merge_view(desk, prospect, {})
    assert [(row.view.name, row.way, row.twin) for row in view.rows] == [("Fibre 500", "join", 1), ("Smart 20", "add", None)]
    assert (view.before.due_now.amount, view.after.due_now.amount) == (Decimal("49.00"), Decimal("225.99"))
    assert lines(desk) == [("Fibre 500", 1)]
    desk.enter("merge A 2")
    assert lines(desk) == [("Fibre 500", 1), ("Smart 20", 1)]
    assert len(desk.load(prospect).cart_item) == 1
    desk.enter("merge A all")
    assert lines(desk) == [("Fibre 500", 4), ("Smart 20", 1)]
    assert desk.load(prospect).notes.state.value == "discarded"
    assert desk.view.areas[0].cart_id is None
    desk.enter("U")
    assert lines(desk) == [("Fibre 500", 1), ("Smart 20", 1)]


def test_naming_a_customer_with_another_cart_offers_to_merge_it(desk: Desk) -> None:
    desk.enter("FIB500; #Berg; H")
    outcome = desk.enter("SMART20; #Berg")
    assert outcome.said.endswith("There is another cart of theirs, with 1 line.")
    (mend,) = outcome.mends
    done = desk.enter(mend.entry)
    assert done.show is not None and done.show.screen == "merge"
    desk.run(MergeLines(done.show.args["cart_id"]))
    assert lines(desk) == [("Smart 20", 1), ("Fibre 500", 1)]


def test_a_line_can_be_left_line_by_line(desk: Desk) -> None:
    desk.enter("FIB500; SMART20")
    other = desk.cart
    assert other is not None
    desk.enter("new; TVPLUS")
    desk.run(MergeLines(other.id, ((other.cart_item[0].id, "leave"),)))
    assert lines(desk) == [("TV Plus", 1), ("Smart 20", 1)]
    with pytest.raises(Refused, match="Every line is marked to stay"):
        desk.run(MergeLines(other.id, ((other.cart_item[0].id, "leave"),)))


def test_what_cannot_be_merged_is_refused(desk: Desk) -> None:
    desk.enter("FIB500")
    for entry, why in (
        ("merge A", "into itself"),
        ("merge B", "Cart B is empty"),
        ("merge nosuch", "There is no cart nosuch"),
        ("merge nosuch all", "There is no cart nosuch"),
        ("merge", "Write merge B"),
    ):
        with pytest.raises(CartdeskError, match=why):
            desk.enter(entry)
    desk.enter("new; TVPLUS")
    with pytest.raises(CartdeskError, match="That cart has no line 7; it has 1 to 1"):
        desk.enter("merge A 1 7")


# Prices that rose, carts that expired


def shop(folder: Path, price: str) -> Path:
    folder.mkdir(exist_ok=True)
    every = {"id": "m", "priceType": "recurring", "recurringChargePeriodType": "month", "price": {"unit": "EUR", "value": Decimal(price)}}
    (folder / "productOffering.json").write_text(dumps([{"id": "FIB", "name": "Fibre", "productOfferingPrice": [every]}]), encoding="utf-8")
    return folder


def test_a_cart_opened_after_the_catalog_changed_shows_old_and_new(open_desk: OpenDesk, tmp_path: Path) -> None:
    first = open_desk(catalog=shop(tmp_path / "shop", "39"))
    first.enter("2*FIB")
    first.close()
    later = open_desk(catalog=shop(tmp_path / "shop", "44"))
    later.refresh()
    assert problems(later, "price") == ["Fibre costs more than when this cart was last worked on: 44.00 monthly, was 39.00 EUR."]
    with pytest.raises(EntryError, match="costs more"):
        later.enter("E")
    later.enter("*3")
    assert problems(later, "price")
    later.enter("mend 1")
    assert not problems(later, "price")
    later.close()
    cheaper = open_desk(catalog=shop(tmp_path / "shop", "30"))
    cheaper.refresh()
    assert problems(cheaper, "price") == ["Fibre costs less than when this cart was last worked on: 30.00 monthly, was 44.00 EUR."]
    assert not any(finding.blocking for finding in cheaper.view.cart.findings)
    cheaper.enter("N1 told the customer")
    assert not problems(cheaper, "price")


def test_what_is_no_longer_in_a_changed_catalog_says_so(open_desk: OpenDesk, tmp_path: Path) -> None:
    first = open_desk(catalog=shop(tmp_path / "shop", "39"))
    first.enter("FIB")
    first.close()
    (tmp_path / "shop" / "productOffering.json").write_text('[{"id": "NEW", "name": "New"}]', encoding="utf-8")
    later = open_desk(catalog=tmp_path / "shop")
    later.refresh()
    assert problems(later, "unknown") == ["Fibre is not in this catalog, so it cannot be sold."]
    later.enter("mend 1")
    assert later.view.cart.empty


def test_an_expired_cart_is_restored_as_a_new_one(desk: Desk, clock: Clock) -> None:
    old = desk.adopt([basket.set_label(basket.new_cart("old", clock()), "Berg")], "import")[0]
    clock.later(days=8)
    with pytest.raises(EntryError, match="has expired") as caught:
        desk.enter(f"open {old}")
    assert [mend.entry for mend in caught.value.mends] == [f"restore {old}"]
    assert desk.enter(f"restore {old}").said == "Cart A is the expired cart, made anew."
    assert desk.load(old).notes.state.value == "discarded"
    with pytest.raises(EntryError, match="is not expired"):
        desk.enter(f"restore {desk.view.cart.cart_id}")


def test_every_kept_cart_says_how_long_it_is_valid(desk: Desk, clock: Clock) -> None:
    desk.enter("FIB500")
    assert desk.cart is not None and desk.cart.valid_for is not None
    assert desk.cart.valid_for.end_date_time is not None
    assert (desk.cart.valid_for.end_date_time - clock()).days == 90
    desk.enter("-")
    assert desk.cart.valid_for.end_date_time is not None
    assert (desk.cart.valid_for.end_date_time - clock()).days == 7


# Bad input


@pytest.mark.parametrize(
    "entry",
    [
        "999999999999*FIB500",
        "P999999999999",
        "P1000000000000 -",
        "at " + "9" * 10_000,
        "for " + "x" * 9_000,
        "for \u202ebiz",
        "at 01\x1b[2J",
        "merge " + "x" * 5_000,
        "mend 99999999",
        "yes 10000000",
        "restore \U0001f6d2",
        "#" + "ب" * 9_000,
        "N1 " + "4111 1111 1111 1111",
        "label 4111-1111-1111-1111",
    ],
)
def test_bad_input_is_refused_in_a_sentence_and_changes_nothing(desk: Desk, entry: str) -> None:
    desk.enter("FIB500")
    before = desk.cart
    with pytest.raises(CartdeskError) as caught:
        desk.enter(entry)
    assert len(str(caught.value)) < 400
    assert str(caught.value).isprintable()
    assert desk.cart is before


@pytest.mark.parametrize("name", ["🛒 Øyvind 王", "ليلى حداد", "Zoë O’Brien-Fitzgerald", "a" * 120])
def test_names_from_everywhere_are_kept(desk: Desk, name: str) -> None:
    desk.enter("FIB500")
    desk.enter(f"#+{name}")
    assert desk.view.cart.label.startswith(name[:50])
    assert desk.cart is not None
    assert standing_of(desk.cart, desk.catalog).owned == ()
