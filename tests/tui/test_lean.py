"""What is written to the terminal brings it to show what shall be there, whatever it showed before, and writes nothing twice."""

from __future__ import annotations

import random

import pyte
import pytest
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from cartdesk.tui.glyphs import PLAIN_GLYPHS, THIN_GLYPHS
from cartdesk.tui.lean import Paper

WIDTH, HEIGHT = 24, 6
TEXTS = ("a", "Fibre 500", "      ", "         x", "字", "e\u0301x", "▸ ", "…", "  字 字 ", "-------", "            ")
STYLES = tuple(
    Style.parse(each)
    for each in (
        "none",
        "bold",
        "dim",
        "red",
        "bold red on blue",
        "#102030 on #203040",
        "reverse",
        "underline on blue",
        "on #111111",
        "italic #ffffff",
    )
)
KINDS = {
    "usual": lambda: Paper(),
    "erasing": lambda: Paper(erases=True),
    "few colours": lambda: Paper(ColorSystem.STANDARD, THIN_GLYPHS, erases=True),
    "console": lambda: Paper(glyphs=PLAIN_GLYPHS),
}


class Screen:
    """A terminal that takes what is written, and how it looks."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(WIDTH, HEIGHT)
        self.stream = pyte.Stream(self.screen)

    def cells(self) -> list[list[tuple[object, ...]]]:
        return [[_seen(self.screen.buffer[y][x]) for x in range(WIDTH)] for y in range(HEIGHT)]


def _seen(cell: pyte.screens.Char) -> tuple[object, ...]:
    """What a person sees of a cell: of a blank one, only its ground and what is drawn through it."""
    if cell.data == " " and not cell.reverse:
        return " ", cell.bg, cell.underscore
    return cell.data, cell.fg, cell.bg, cell.bold, cell.italics, cell.underscore, cell.reverse


def strip(chance: random.Random, width: int) -> Strip:
    segments: list[Segment] = []
    while sum(each.cell_length for each in segments) < width:
        segments.append(Segment(chance.choice(TEXTS), chance.choice(STYLES)))
    return Strip(segments).crop(0, width)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(8))
def test_the_terminal_shows_what_shall_be_there(kind: str, seed: int) -> None:
    chance = random.Random(seed)
    lean, whole = Screen(), Screen()
    paper = KINDS[kind]()
    paper.fit(WIDTH, HEIGHT)
    blank = [(0, y, Strip([Segment(" " * WIDTH, STYLES[0])])) for y in range(HEIGHT)]
    for step in range(25):
        pieces = blank if not step else []
        for _ in range(chance.randint(1, 4)):
            x = chance.randrange(WIDTH) if step else 0
            pieces.append((x, chance.randrange(HEIGHT), strip(chance, chance.randint(1, WIDTH - x))))
        if chance.random() < 0.1:
            paper.forget()
            lean.screen.reset()
        paper.take(pieces, ColorSystem.TRUECOLOR)
        lean.stream.feed(paper.written())
        fresh = KINDS[kind]()
        fresh.fit(WIDTH, HEIGHT)
        fresh._wanted = [list(row) for row in paper._wanted]
        fresh._touched = dict.fromkeys(range(HEIGHT), (0, WIDTH))
        whole.screen.reset()
        whole.stream.feed(fresh.written())
        assert lean.cells() == whole.cells(), f"seed {seed}, step {step}"
        paper.take(pieces, ColorSystem.TRUECOLOR)
        assert paper.written() == "", "what is there already is not written again"


def test_a_change_of_one_cell_is_a_few_bytes() -> None:
    paper = Paper()
    paper.fit(80, 24)
    style = Style.parse("#d9dfe4 on #11161b")
    paper.take([(0, y, Strip([Segment("x" * 80, style)])) for y in range(24)], ColorSystem.TRUECOLOR)
    assert len(paper.written()) > 80 * 24
    paper.take([(0, 3, Strip([Segment("x" * 40 + "y" + "x" * 39, style)]))], ColorSystem.TRUECOLOR)
    assert paper.written() == "\x1b[4;41H\x1b[38;2;217;223;228;48;2;17;22;27my\x1b[m"


def test_what_lies_beyond_the_terminal_is_left_out() -> None:
    paper = Paper()
    paper.fit(10, 2)
    text = Strip([Segment("0123456789", Style())])
    paper.take([(-4, 0, text), (6, 1, text), (12, 1, text), (0, 5, text)], ColorSystem.TRUECOLOR)
    screen = pyte.Screen(10, 2)
    pyte.Stream(screen).feed(paper.written())
    assert screen.display == ["456789    ", "      0123"]
