"""Random scripts on a real pseudo-terminal, each in one chunk and again key by key: the end is the same, so no key was lost or doubled.

Scripts go through every page. Each has a number, which is all that is needed to play it again: with ``REPLAY=17``.
"""

from __future__ import annotations

import json
import os
import random
import re
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from .terminal import KEYS, Terminal

ENTRIES = (
    "14277", "2*FIB500", "3*SIM", "*2", "+", "--", "U", "R", "-", "L1", "L1 back", "NOSUCH", "C B", "C A", "C C", "#Ingrid Berg", "label x",
    "B 15", "W 1", "N1 call back", "?fibre", "?", "= term 24", "%SPRING", "14277; SIM; *3", "SIM; NOSUCH", "carts", "settings", "bill", "H",
    "info FIB500", "compare", "tax", "@", "O 5% loyal", "script",
)  # fmt: skip
PAGES = ("f1", "f3", "f5", "f6", "f7", "f8", "f9")
MOVES = ("tab", "shift+tab", "up", "down", "left", "right", "home", "end", "pageup", "pagedown", "enter", "backspace")
LETTERS = ("+", "-", "l", "n", "c", "x", "t", "s", "/", " ", "a", "v", "b", "m")
TEXTS = ("Ingrid Berg", "ana@example.com", "0155", "fib", "2026-12-01", "+47 22 33 44 55")
ESCAPE = "escape"


def script(number: int) -> list[list[str]]:
    """Return a script: chunks of keys, each ended by Escape, since what follows that at once would be taken for a key with Alt."""
    chance = random.Random(number)
    chunks: list[list[str]] = [[ESCAPE], [ESCAPE], [ESCAPE], []]

    def type_entry() -> list[str]:
        return ["f2", *chance.choice(ENTRIES), "enter"]

    for _ in range(chance.randint(4, 9)):
        kind = chance.random()
        if kind < 0.35:
            chunks[-1] += type_entry()
        elif kind < 0.55:
            chunks[-1].append(chance.choice(PAGES))
        elif kind < 0.80:
            chunks[-1] += [chance.choice(MOVES) for _ in range(chance.randint(1, 5))]
        elif kind < 0.88:
            chunks[-1].append(chance.choice(LETTERS))
        elif kind < 0.95:
            chunks[-1] += chance.choice(TEXTS)
        else:
            chunks[-1].append(ESCAPE)
            chunks.append([])
    chunks[-1] += type_entry()
    return [chunk for chunk in chunks if chunk]


class Player:
    """One running shop that scripts are played on."""

    def __init__(self, folder: Path, catalog: Path, size: tuple[int, int]) -> None:
        self._answers = folder / "answers.json"
        folder.mkdir()
        program = [sys.executable, Path(__file__).with_name("burst_program.py"), folder / "data", catalog, self._answers]
        self.terminal = Terminal(program, columns=size[0], rows=size[1])
        self.terminal.wait_for("F1 Help", "/mo")
        self._marks = 0

    def send(self, keys: list[str]) -> dict[str, Any]:
        """Send keys in one chunk and return how everything is once all of them are answered."""
        self._marks += 1
        mark = f"§{self._marks}"
        text = "".join(KEYS.get(key, key) for key in keys)
        if keys[-1:] == [ESCAPE]:
            self.terminal.send(text.encode())
            text = ""
            self._past_escape()
        self.terminal.send(f"{text}\x1b[200~{mark}\x1b[201~".encode())
        until = time.monotonic() + 120
        while True:
            self.terminal.pump(0.005)
            told = self._told()
            if told.get("mark") == mark:
                return told
            assert time.monotonic() < until, f"{keys} were never answered; the screen is\n{self.terminal.text}"

    def shows(self, picture: list[str], what: str) -> None:
        """Wait until the terminal shows a picture."""
        self.terminal.wait(lambda text: [line.rstrip() for line in text.split("\n")] == picture, f"{what}: {picture}")

    def _past_escape(self) -> None:
        """Wait until a lone Escape is no more taken for the beginning of another key."""
        self.terminal.settle(quiet=0.15)

    def _told(self) -> dict[str, Any]:
        try:
            found = json.loads(self._answers.read_text())
        except FileNotFoundError:
            return {}
        return found if isinstance(found, dict) else {}


def same(told: dict[str, Any]) -> dict[str, Any]:
    """Leave out what differs without anybody having typed otherwise: ids, of which previews take some too."""
    text = json.dumps({name: value for name, value in told.items() if name != "mark"}, ensure_ascii=False)
    return json.loads(re.sub(r"id\d{6}", "id", text))  # type: ignore[no-any-return]


def compare(numbers: list[int], tmp_path: Path, nordlys: Path, size: tuple[int, int]) -> None:
    fast, slow = (Player(tmp_path / name, nordlys, size) for name in ("fast", "slow"))
    try:
        for number in numbers:
            chunks = script(number)
            quick: dict[str, Any] = {}
            careful: dict[str, Any] = {}
            for chunk in chunks:
                quick = fast.send(chunk)
                for key in chunk:
                    careful = slow.send([key])
            assert same(quick) == same(careful), f"script {number}, in one chunk and key by key: {chunks}"
            fast.shows(quick["picture"], f"script {number}")
    finally:
        fast.terminal.close()
        slow.terminal.close()


def chosen(usual: list[int]) -> list[int]:
    """Return the scripts to play: the usual ones, or the one that is to be played again."""
    again = os.environ.get("REPLAY")
    return [int(again)] if again else usual


def test_bursts_end_as_the_same_keys_do_one_by_one(tmp_path: Path, nordlys: Path) -> None:
    compare(chosen(list(range(3))), tmp_path, nordlys, (120, 40))


@pytest.mark.stress
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("block", range(20))
def test_a_thousand_bursts(tmp_path: Path, nordlys: Path, block: int) -> None:
    compare(list(range(block * 50, block * 50 + 50)), tmp_path, nordlys, ((120, 40), (80, 24))[block % 2])
