"""``cartdesk macros`` and ``cartdesk keys``: carried from seat to seat, and checked before they count."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cartdesk = Callable[..., Any]


def test_macros_go_from_seat_to_seat(cartdesk: Cartdesk, tmp_path: Path) -> None:
    assert cartdesk("macros", "set", "newconnect", "FIB500; SIM").out == "Macro @NEWCONNECT is kept.\n"
    assert cartdesk("macros", "show", "@NewConnect").out == "FIB500; SIM\n"
    file, other = tmp_path / "macros.json", str(tmp_path / "other")
    assert cartdesk("macros", "export", str(file)).code == 0
    assert cartdesk("macros", "import", str(file), "--data-dir", other).out == "1 macro read.\n"
    assert cartdesk("macros", "list", "--json", "--data-dir", other).json == {"NEWCONNECT": "FIB500; SIM"}
    assert "Fibre 500" in cartdesk("do", "@newconnect", "--data-dir", other).out
    assert cartdesk("macros", "remove", "NEWCONNECT").code == 0
    assert cartdesk("macros", "list").out == "There are no macros yet.\n"


def test_a_file_with_one_bad_macro_changes_nothing(cartdesk: Cartdesk, tmp_path: Path) -> None:
    file = tmp_path / "macros.json"
    file.write_text(json.dumps({"macros": {"GOOD": "SIM", "BAD": "E confirm"}}), encoding="utf-8")
    ran = cartdesk("macros", "import", str(file))
    assert ran.code == 2 and "«E confirm» cannot be in a macro" in ran.err
    cartdesk("do", "SIM")
    assert cartdesk("macros", "list").out == "There are no macros yet.\n"


@pytest.mark.parametrize(
    "command", [("set", "A", "@B"), ("set", "4", "SIM"), ("remove", "NOSUCH"), ("show", "NOSUCH"), ("import", "/nowhere.json")]
)
def test_what_cannot_be_is_refused(cartdesk: Cartdesk, command: tuple[str, ...]) -> None:
    cartdesk("do", "SIM")
    assert cartdesk("macros", *command).code == 2


def test_keys_are_shown_and_changes_checked(cartdesk: Cartdesk, tmp_path: Path) -> None:
    shown = cartdesk("keys")
    assert "cart.hold" in shown.out and "F4" in shown.out
    assert cartdesk("keys", "--check").out == "No key is changed here.\n"
    file = tmp_path / "keys.json"
    file.write_text('{"cart.hold": ["f12"]}', encoding="utf-8")
    good = cartdesk("keys", "--check", str(file))
    assert (good.code, good.out) == (0, "1 change, nothing wrong with them.\n")
    file.write_text('{"cart.hold": ["f1"], "no.such": ["f11"], "undo": "ctrl+c"}', encoding="utf-8")
    bad = cartdesk("keys", "--check", "--json", str(file))
    assert bad.code == 1 and len(bad.json["faults"]) == 3
    file.write_text("[[[", encoding="utf-8")
    assert cartdesk("keys", str(file)).code == 2
