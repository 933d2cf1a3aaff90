"""Somebody calls: who it is, which cart is theirs, and the file that the telephone system says it in."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from cartdesk.desk import Desk, parse, registry
from cartdesk.desk.calls import Call, HandoffFile, read_call
from cartdesk.desk.commands import TakeCall
from cartdesk.errors import EntryError, Refused


@pytest.mark.parametrize(
    ("entry", "customer", "phone"),
    [
        ("call Solveig Berg", "Solveig Berg", ""),
        ("call Solveig Berg, +47 22 41 50 60", "Solveig Berg", "+47 22 41 50 60"),
        ("call Solveig Berg +47 22 41 50 60", "Solveig Berg", "+47 22 41 50 60"),
        ("call 22415060", "", "22415060"),
        ("call C-10012", "C-10012", ""),
    ],
)
def test_the_entry_says_who_and_from_where(entry: str, customer: str, phone: str) -> None:
    (part,) = parse(entry, registry())
    assert part.command == TakeCall(customer, phone)


def test_a_known_number_begins_a_cart_for_its_owner(desk: Desk) -> None:
    said = desk.run(TakeCall(phone="22 41 50 60")).said
    assert said == "Solveig Berg is calling and is a customer here; cart A is theirs."
    assert desk.view.area.label.startswith("Solveig Berg")


def test_their_unfinished_cart_is_taken_up_and_nobody_else_s(desk: Desk) -> None:
    desk.enter("#Solveig Berg; SPORT; H")
    desk.enter("#+Solveig Bergmann; 14277")
    assert desk.run(TakeCall("Solveig Berg", "+47 22 41 50 60")).said == "Solveig Berg is calling. Cart A (Solveig Berg) is taken up again."
    assert [line.offering_id for line in desk.view.cart.lines] == ["CHSPORT"]
    desk.run(TakeCall("Solveig Berg"))
    assert desk.view.area.letter == "A"


def test_the_cart_at_hand_is_left_as_it_is_for_a_stranger(desk: Desk) -> None:
    desk.enter("14277")
    assert desk.run(TakeCall("Kim Nygaard", "+47 99 88 77 66")).said == "Kim Nygaard is calling and is new here; cart B is theirs."
    desk.enter("FIB500; H")
    assert "is taken up again" in desk.run(TakeCall(phone="99887766")).said
    assert desk.view.area.letter == "B" and len(desk.view.cart.lines) == 1


def test_an_ordered_cart_is_not_taken_up(desk: Desk) -> None:
    desk.enter("#Solveig Berg; 14277")
    desk.enter("E Solveig Berg, solveig.berg@example.com")
    assert "cart A is theirs" in desk.run(TakeCall("Solveig Berg")).said
    assert desk.view.cart.empty


@pytest.mark.parametrize("call", [TakeCall(), TakeCall(phone="12"), TakeCall("\x1b[2J"), TakeCall(phone="4111 1111 1111 1111")])
def test_what_is_no_caller_changes_nothing(desk: Desk, call: TakeCall) -> None:
    with pytest.raises(Refused):
        desk.run(call)
    assert desk.cart is None


def test_several_who_may_be_calling_are_offered(desk: Desk) -> None:
    with pytest.raises(EntryError, match="customers may be calling") as refused:
        desk.run(TakeCall("S"))
    assert len(refused.value.mends) > 1
    assert all(desk.preview(mend.entry).error is None for mend in refused.value.mends)


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ('{"customer": "Berg", "phone": "+47 22 41 50 60"}', Call("Berg", "+47 22 41 50 60")),
        ('{"CallerName": "Berg", "ANI": 22415060}', Call("Berg", "22415060")),
        ("customer=Berg\nphone=+47 22 41 50 60\n", Call("Berg", "+47 22 41 50 60")),
        ("Solveig Berg, +47 22 41 50 60\n", Call("Solveig Berg", "+47 22 41 50 60")),
        ("+4722415060", Call("", "+4722415060")),
        ("a\x1b[2Jb", Call("a␛[2Jb", "")),
        ("", None),
        ("{}", None),
        ('{"customer": [1], "phone": null}', None),
    ],
)
def test_what_telephone_systems_write(text: str, call: Call | None) -> None:
    assert read_call(text) == call


def test_the_file_is_read_once_and_taken_away(tmp_path: Path) -> None:
    path = tmp_path / "call.json"
    watched = HandoffFile(path)
    assert watched.take() is None
    path.write_text("", encoding="utf-8")
    assert watched.take() is None
    path.write_text(json.dumps({"customer": "Berg"}), encoding="utf-8")
    assert watched.take() == Call("Berg")
    assert not path.exists() and watched.take() is None
    path.write_bytes(b"\xff" * 20_000)
    assert watched.take() is None and path.exists()


def test_a_file_that_cannot_be_taken_away_is_not_read_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "call"
    path.write_text("Berg", encoding="utf-8")

    def refuse(self: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "unlink", refuse)
    watched = HandoffFile(path)
    assert [watched.take(), watched.take()] == [Call("Berg"), None]
    os.utime(path, (1, 1))
    assert watched.take() == Call("Berg")
