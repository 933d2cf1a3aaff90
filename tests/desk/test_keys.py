"""Keys: the classes' own are sound, a user's changes are checked, and a bad one costs nothing but itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest

from cartdesk.desk import Command, Focus, Keymap, for_context, key_label, registry
from cartdesk.desk.command import CONTEXTS
from cartdesk.desk.commands import AddNote, AddOffering, FillEntry, Hold, More, OpenCart, RemoveLine, ShowHelp, ShowOffering, Undo
from cartdesk.desk.keys import faults_of, is_key


def test_no_class_is_declared_wrong() -> None:
    assert faults_of(registry()) == []


def test_every_class_says_what_it_does_in_one_sentence() -> None:
    for each in registry():
        assert each.help().endswith("."), each
        assert "\n" not in each.help()


def test_the_footer_has_the_keys_of_the_desk() -> None:
    shown = [f"{key} {kind.label}" for key, kind in Keymap.make().footer("cart")]
    assert shown == [
        "F1 Help", "F2 Entry", "F3 Carts", "F4 Hold", "F5 Compare", "F6 Bill", "F7 Why", "F8 Check out", "F9 History",
    ]  # fmt: skip


def test_a_key_means_one_thing_in_each_context() -> None:
    keymap = Keymap.make()
    assert keymap.command("plus", "cart") is More
    assert keymap.command("plus", "offerings") is AddOffering
    assert keymap.command("delete", "cart") is RemoveLine
    assert keymap.command("f1", "bill") is ShowHelp
    assert keymap.command("ctrl+z", "offerings") is Undo
    assert keymap.command("f4", "checkout") is None


def test_a_user_may_change_a_key() -> None:
    keymap = Keymap.make({"cart.hold": "f12", "undo": ["ctrl+u", "f11"]})
    assert keymap.faults == ()
    assert keymap.command("f12", "desk") is Hold
    assert keymap.command("f4", "desk") is None
    assert keymap.label(Undo) == "Ctrl+U"


BAD = [
    ({"cart.hald": "f12"}, "Keys: there is no command «cart.hald»."),
    ({"cart.hold": "F12"}, "Keys: «F12» cannot be the key of cart.hold; it keeps F4."),
    ({"cart.hold": "tab"}, "Keys: «tab» cannot be the key of cart.hold; it keeps F4."),
    ({"cart.hold": "f1"}, "Keys: F1 is Help (show.help) already; cart.hold keeps F4."),
    ({"cart.hold": 4}, "Keys: cart.hold needs one key or a list of keys, such as f12 or ctrl+t; it keeps F4."),
    ({"cart.hold": "ctrl+\x1b"}, "Keys: «ctrl+␛» cannot be the key of cart.hold; it keeps F4."),
]


@pytest.mark.parametrize(("changes", "fault"), BAD)
def test_a_bad_change_is_named_and_the_own_key_stays(changes: dict[str, object], fault: str) -> None:
    keymap = Keymap.make({**changes, "undo": "f11"})
    assert keymap.faults == (fault,)
    assert keymap.command("f4", "desk") is Hold
    assert keymap.label(Undo) == "F11"


def test_a_key_may_be_taken_away() -> None:
    assert Keymap.make({"cart.hold": ""}).command("f4", "desk") is None


def test_key_names_and_what_is_shown_for_them() -> None:
    for name, shown in [
        ("f8", "F8"),
        ("ctrl+z", "Ctrl+Z"),
        ("plus", "+"),
        ("question_mark", "?"),
        ("ctrl+pagedown", "Ctrl+PgDn"),
        ("l", "l"),
    ]:
        assert is_key(name)
        assert key_label(name) == shown
    for name in ("", "f99", "ctrl+", "kontrol+a", "enter ", "no_such_sign"):
        assert not is_key(name)


def test_faults_in_declarations_are_found() -> None:
    @dataclass(frozen=True)
    class Twin(Command):
        """Do as the hold key does."""

        name: ClassVar[str] = "cart.hold"
        label: ClassVar[str] = ""
        group: ClassVar[str] = "Carts"
        keys: ClassVar[tuple[str, ...]] = ("escape",)
        where: ClassVar[frozenset[str]] = frozenset({"nowhere"})

    @dataclass(frozen=True)
    class Helping(Command):
        """Take the help's key."""

        name: ClassVar[str] = "helping"
        label: ClassVar[str] = "Helping"
        group: ClassVar[str] = "Carts"
        keys: ClassVar[tuple[str, ...]] = ("f1",)
        where: ClassVar[frozenset[str]] = frozenset({"bill"})

    faults = faults_of((*registry(), Twin, Helping))
    assert "cart.hold is declared twice" in faults
    assert "Twin needs a label" in faults
    assert "cart.hold: escape is not a key it may have" in faults
    assert "cart.hold: there is no context nowhere" in faults
    assert "F1 is Help (show.help) already" in faults


def test_contexts_have_the_commands_of_the_desk_in_its_panes() -> None:
    for where in CONTEXTS:
        assert ShowHelp in for_context(where)
    assert Hold in for_context("cart")
    assert Hold not in for_context("checkout")


def test_a_key_acts_on_what_has_the_focus() -> None:
    assert More.from_focus(Focus(line=3, code="FIB500")) == More(3)
    assert AddOffering.from_focus(Focus(code="FIB500")) == AddOffering("FIB500")
    assert AddOffering.from_focus(Focus()) is None
    assert OpenCart.from_focus(Focus(cart_id="k7")) == OpenCart("k7")
    assert ShowOffering.from_focus(Focus(line=2, code="FIB500")) == ShowOffering("FIB500", 2)
    assert AddNote.from_focus(Focus(line=2)) == FillEntry("N2 ")
