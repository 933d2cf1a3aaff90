"""The installed program on a real pseudo-terminal: a whole sale by keys, bursts, signals, sizes, and what survives a power cut."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .terminal import Terminal

Start = Callable[..., Terminal]


@pytest.fixture
def start(tmp_path: Path, nordlys: Path) -> Start:
    """Opens the shop on this test's data folder."""

    def starter(columns: int = 120, rows: int = 40) -> Terminal:
        program = [sys.executable, "-m", "cartdesk", "--data-dir", tmp_path / "data", "--catalog", nordlys]
        return Terminal(program, columns=columns, rows=rows, env={"NO_COLOR": "", "CARTDESK_AGENT": "ana"})

    return starter


def ready(terminal: Terminal) -> Terminal:
    """Wait until the desk shows its totals, its offerings and its keys."""
    terminal.wait_for("ue now", "/mo", "F1 Help")
    return terminal


def test_a_whole_sale_by_keys_alone(start: Start) -> None:
    with ready(start()) as desk:
        desk.press("?unlimted famly")
        desk.wait_for("Unlimited Family")
        desk.press("enter", "+")
        desk.wait_for("Unlimited Family is line 1")
        desk.press("tab", "+")
        desk.wait_for("Unlimited Family ×2")
        desk.press("-")
        desk.wait_gone("Unlimited Family ×2")
        desk.press("f2", "14277", "enter")
        desk.wait_for("2  Talk Simple 25")
        desk.press("f8")
        desk.wait_for("Name", "E-mail")
        desk.press("Ingrid Berg", "enter", "ingrid@example.com", "enter")
        desk.wait_for("▸ 2 Delivery")
        desk.press("enter")
        desk.wait_for("▸ 3 Billing")
        desk.press("enter")
        desk.wait_for("▸ 4 Payment")
        desk.press("left", "enter")
        desk.wait_for("▸ 5 Read aloud")
        desk.press("a", "enter")
        desk.wait_for("▸ 6 Confirm", "Talk Simple 25")
        desk.press("enter")
        desk.wait_for("Does the customer agree")
        desk.settle(quiet=1.5, timeout=30)
        desk.press("right")
        desk.wait_for("▸ The customer agrees")
        desk.press("enter")
        desk.wait(lambda screen: re.search(r"[Oo]rder \S+", screen) is not None and "customer agrees" not in screen, "the receipt")
        desk.press("escape")
        desk.wait_for("F8 Check out")
        desk.press("ctrl+q")
        assert desk.wait_end() == 0
        assert b"\x1b[?1049l" in desk.raw


def test_a_burst_is_done_in_the_order_it_was_typed(start: Start) -> None:
    with ready(start()) as desk:
        desk.send(b"14277\r2*FIB500\r*3\rTVPLUS\r-\rNOSUCH\rSIM\r+ @1\r#+Berg\r")
        desk.wait_for("Cart A · Berg", "1  Talk Simple 25 ×2", "2  Fibre 500 ×3", "3  SIM card")
        assert "TV Plus  " not in desk.text.replace("TV Plus is", "")
        desk.send(b"\x1aU 2\rC B\rSIM\r" + b"\t" * 2 + b"+++-")
        desk.wait_for("1  SIM card ×3")
        desk.send(b"\x1bOQC A\r")
        desk.wait_for("[A 2 lines]", "2  Fibre 500 ×3", "1  Talk Simple 25 ")
        desk.send(b"\x1bOR")
        desk.wait_for("Carts")
        desk.send(b"\x1b")
        desk.wait_for("F8 Check out")


def test_keys_behind_one_that_opens_a_page_go_to_that_page(start: Start) -> None:
    with ready(start()) as desk:
        desk.send(b"14277\r\x1b[19~Ingrid Berg\ringrid@example.com\r")
        desk.wait_for("Ingrid Berg · new customer · ingrid@example.com", "▸ 2 Delivery")


def test_a_pasted_list_adds_the_good_lines_and_names_the_others(start: Start) -> None:
    with ready(start()) as desk:
        desk.send(b"\x1b[200~14277,2\nNOSUCH,1\nSIM\n\x1b[201~")
        desk.wait_for("2 of 3 lines added; 1 could not be added", "NOSUCH,1: NOSUCH is not in this catalog")
        desk.press("enter")
        desk.wait_gone("goes on")
        desk.wait_for("1  Talk Simple 25 ×2", "2  SIM card")


def test_what_was_shown_survives_a_power_cut(start: Start) -> None:
    with ready(start()) as desk:
        desk.press("14277; 2*FIB500", "enter")
        desk.wait_for("2  Fibre 500 ×2")
        desk.kill()
    with start() as desk:
        desk.wait_for("2  Fibre 500 ×2", "Talk Simple 25")
        ready(desk)
        desk.press("U", "enter")
        desk.wait_gone("Fibre 500 ×2  ")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_polite_signal_gives_the_terminal_back(start: Start, number: int) -> None:
    with ready(start()) as desk:
        desk.press("14277", "enter")
        desk.wait_for("1  Talk Simple 25")
        desk.signal(number)
        assert desk.wait_end() == 0
        assert b"\x1b[?1049l" in desk.raw


def test_it_is_suspended_and_taken_up_again(start: Start) -> None:
    with ready(start()) as desk:
        desk.press("14277", "enter")
        desk.wait_for("1  Talk Simple 25")
        desk.signal(signal.SIGTSTP)
        desk.wait_stopped()
        desk.clear()
        desk.signal(signal.SIGCONT)
        desk.wait_for("1  Talk Simple 25", "F1 Help")
        desk.press("2*SIM", "enter")
        desk.wait_for("2  SIM card ×2", "1  Talk Simple 25")


def test_every_size_at_any_moment(start: Start) -> None:
    with ready(start()) as desk:
        desk.press("14277", "enter")
        narrow, wide = "Cart A: 1 line", "1  Talk Simple 25"
        for columns, rows, sign in ((40, 10, "too small"), (60, 20, narrow), (200, 60, wide), (80, 24, narrow)):
            desk.resize(columns, rows)
            desk.press("+", "enter")
            desk.wait_for(sign)
        desk.resize(120, 40)
        desk.wait_for("Talk Simple 25 ×5", "F1 Help")
