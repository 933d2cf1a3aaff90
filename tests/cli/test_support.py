"""What helps when something does not work: the doctor, the log of faults without anybody's data, and shells that complete."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cartdesk import crash

Cartdesk = Callable[..., Any]


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the log of whoever runs the tests out of it."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def states(ran: Any) -> dict[str, tuple[str, str]]:
    """What the doctor found, by what it looked at."""
    return {f"{each['area']} {each['what']}": (each["state"], each["found"]) for each in ran.json}


def test_a_sound_seat(cartdesk: Cartdesk) -> None:
    cartdesk("do", "14277")
    ran = cartdesk("doctor", "--json")
    found = states(ran)
    assert ran.code == 0
    assert found["store file"][0] == "ok" and found["store file"][1].endswith("1 cart")
    assert found["store writing"] == ("ok", "nobody else has it open")
    assert found["catalog offerings"][0] == "ok" and found["catalog faults"] == ("ok", "none")
    assert found["server remote"][1] == "none: carts stay on this seat"
    assert found["faults log"] == ("ok", "none")
    table = cartdesk("doctor")
    assert table.code == 0 and "catalog   offerings        ok    309" in table.out


def test_a_seat_before_its_first_cart_is_no_fault(cartdesk: Cartdesk, seat: Path) -> None:
    ran = cartdesk("doctor", "--json")
    assert ran.code == 0
    assert states(ran)["store file"] == ("mind", "none yet; the first cart makes it")
    assert not seat.exists()


def test_a_store_that_is_none_and_a_catalog_that_cannot_be_opened_are_bad(cartdesk: Cartdesk, seat: Path, tmp_path: Path) -> None:
    seat.mkdir()
    (seat / "store.cartdesk").write_bytes(b"this is somebody's letter, not a store")
    ran = cartdesk("doctor", "--json", "--catalog", str(tmp_path / "nothing"))
    found = states(ran)
    assert ran.code == 1
    assert found["store file"][0] == "bad" and found["catalog file"][0] == "bad"
    assert (seat / "store.cartdesk").read_bytes().startswith(b"this is somebody's letter")


def test_a_server_that_does_not_answer_is_bad(cartdesk: Cartdesk, seat: Path) -> None:
    from cartdesk.desk import store_path
    from cartdesk.store import CartStore

    cartdesk("do", "14277")
    store = CartStore(store_path(seat))
    store.set_setting("remote", {"apis": {"carts": "http://127.0.0.1:9/shoppingCart/v4/"}})
    store.close()
    ran = cartdesk("doctor", "--json")
    assert ran.code == 1
    assert states(ran)["server carts"][0] == "bad"


def test_a_store_that_another_program_has_open_is_to_be_minded(cartdesk: Cartdesk, seat: Path) -> None:
    from cartdesk.desk import store_path
    from cartdesk.store import CartStore

    cartdesk("do", "14277")
    code = "import sys, pathlib, cartdesk.store as s; kept = s.CartStore(pathlib.Path(sys.argv[1])); print(1, flush=True); input()"
    other = subprocess.Popen([sys.executable, "-c", code, str(store_path(seat))], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdout is not None and other.stdout.readline()
    try:
        found = states(cartdesk("doctor", "--json"))
        assert found["store file"][0] == "ok" and found["store writing"][0] == "mind"
    finally:
        other.communicate(b"\n")
    assert CartStore(store_path(seat), read_only=True).cart_rows()


def broken() -> None:
    customer = "Ingrid Berg"
    raise RuntimeError(f"{customer}, ingrid@berg.example")


def test_a_fault_is_kept_without_messages_values_or_whose_machine_it_is(tmp_path: Path, cartdesk: Cartdesk) -> None:
    folder = tmp_path / "state" / "cartdesk"
    try:
        broken()
    except RuntimeError as error:
        log = crash.record(error, folder, "screen")
    text = log.read_text(encoding="utf-8")
    assert "berg" not in text.lower() and str(tmp_path) not in text and str(Path(__file__).parent) not in text
    (fault,) = crash.faults_in(folder)
    assert fault["face"] == "screen" and fault["errors"][0]["kind"] == "builtins.RuntimeError"
    assert fault["errors"][0]["frames"][-1].startswith("test_support.py:")
    report = tmp_path / "report.json"
    ran = cartdesk("doctor", "--report", str(report))
    assert ran.code == 0 and "1 fault, the last at" in ran.out
    written = json.loads(report.read_text(encoding="utf-8"))
    assert written["faults"] == [fault] and "berg" not in json.dumps(written).lower()


def test_what_is_no_fault_in_the_log_is_left_out(tmp_path: Path) -> None:
    (tmp_path / crash.LOG_NAME).write_text('not json\n{"event": "sync"}\n[1]\n{"event": "fault", "timestamp": "then"}\n', encoding="utf-8")
    assert crash.faults_in(tmp_path) == [{"event": "fault", "timestamp": "then"}]
    assert crash.faults_in(tmp_path / "nowhere") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_is_told_how_to_complete(cartdesk: Cartdesk, shell: str) -> None:
    ran = cartdesk("completion", shell)
    assert ran.code == 0 and f"_CARTDESK_COMPLETE={shell}_complete" in ran.out


def test_commands_carts_and_codes_are_completed(cartdesk: Cartdesk, seat: Path, root: Path) -> None:
    cart = cartdesk("do", "14277", "--json").json["id"]

    def completed(*words: str) -> list[str]:
        asked = {"COMP_WORDS": " ".join(("cartdesk", *words)), "COMP_CWORD": str(len(words)), "_CARTDESK_COMPLETE": "bash_complete"}
        program = [sys.executable, "-m", "cartdesk"]
        ran = subprocess.run(program, capture_output=True, text=True, env={**os.environ, **asked}, timeout=30)
        assert ran.stderr == ""
        return [line.partition(",")[2] for line in ran.stdout.splitlines()]

    assert completed("ca") == ["carts", "catalog"]
    assert completed("carts", "show", cart[:4]) == [cart]
    assert completed("do", "2*FIB50") == ["2*FIB500"]
