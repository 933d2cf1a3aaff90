"""Macros: entries with a name that are done all or not at all, and that never do what must be seen to be done."""

from __future__ import annotations

import pytest

from cartdesk.desk import Desk
from cartdesk.desk.macros import macros_of, read_macros
from cartdesk.errors import EntryError, Refused


def test_a_macro_is_made_done_changed_and_taken_away(desk: Desk) -> None:
    assert desk.enter('macro newconnect "FIB500; 2*14277"').said == "Macro @NEWCONNECT is made."
    preview = desk.preview("@NewConnect")
    assert preview.error is None and preview.label == "@NEWCONNECT" and preview.due_now is not None
    assert desk.enter("@newconnect; SIM").changed
    assert [line.offering_id for line in desk.view.cart.lines] == ["FIB500", "14277", "SIM"]
    assert desk.store.history(desk.view.area.cart_id or "")[-1].change.entry == "@newconnect; SIM"
    assert desk.enter("macros").listed == ("@NEWCONNECT: FIB500; 2*14277",)
    assert desk.enter("macro NEWCONNECT FIB1000").said == "Macro @NEWCONNECT is changed."
    assert desk.enter("macro @NEWCONNECT none").said == "Macro @NEWCONNECT is gone."
    assert not macros_of(desk.store)


def test_it_is_all_or_nothing_and_points_at_its_name(desk: Desk) -> None:
    desk.enter('macro BAD "FIB500; *2 @9"')
    with pytest.raises(EntryError, match="@BAD: ") as refused:
        desk.enter("SIM; @BAD")
    assert refused.value.at == 6
    assert desk.cart is None


@pytest.mark.parametrize(
    "text",
    [
        "@OTHER",
        "U",
        "quit",
        "E confirm",
        "E Ingrid Nord, i@nord.example",
        '"FIB500; @OTHER"',
        '"SIM; discard"',
        "x" * 1_001,
        "*",
    ],
)
def test_what_must_be_seen_to_be_done_is_in_no_macro(desk: Desk, text: str) -> None:
    with pytest.raises(Refused):
        desk.enter(f"macro OTHER {text}")
    assert not macros_of(desk.store)


def test_one_that_is_not_there_is_refused_at_once(desk: Desk) -> None:
    with pytest.raises(EntryError, match="There is no macro @NOSUCH; macros lists them"):
        desk.enter("@nosuch")
    with pytest.raises(Refused, match="There is no macro @NOSUCH"):
        desk.enter("macro NOSUCH none")


@pytest.mark.parametrize("value", [None, [], {}, {"macros": []}, {"macros": {"A": 1}}, {"macros": {"1": "SIM"}}, {"macros": {"A": "@B"}}])
def test_what_is_no_file_of_macros(value: object) -> None:
    with pytest.raises(Refused):
        read_macros(value)


def test_a_setting_that_was_spoilt_has_no_macros(desk: Desk) -> None:
    desk.store.set_setting("macros", ["nonsense"])
    assert macros_of(desk.store) == {}
    desk.store.set_setting("macros", {"A": "SIM", "B": 7})
    assert macros_of(desk.store) == {"A": "SIM"}
