"""Only what has changed goes to the terminal: a memory of what is on the screen, and the shortest way from there to what shall be.

``CartdeskApp`` gives every update of the screen to a :class:`Paper`. Over a slow line that is the difference between waiting and not.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from rich.cells import get_character_cell_size
from rich.color import ColorSystem
from textual import constants, events
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.strip import Strip

from cartdesk.tui.glyphs import PLAIN_GLYPHS, THIN_GLYPHS

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.style import Style
    from textual.screen import Screen
    from textual.timer import Timer

Cell: TypeAlias = "tuple[str, str]"
"""What is written in a cell, and its look as the terminal is told it; the second half of a wide character is empty."""
Stroke: TypeAlias = "tuple[str, int, int, list[Cell], bool]"
"""Cells that are written one behind the other: their look, y and x of the first, and whether there are wide ones among them."""
MANY = 60
"""Strokes from which on those of one look are written together, wherever they are."""
Piece: TypeAlias = "tuple[int, int, Strip]"
"""Where a strip of text begins, x and y, and the strip."""
NEAR = 4
"""Cells between two changes that are written again rather than jumped over."""
_RESET = {
    "1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "6": "25", "7": "27", "8": "28", "9": "29", "21": "24", "51": "54", "52": "54",
    "53": "55",
}  # fmt: skip
STEP = 0.05
"""Seconds of changes that are written together on a slow line."""
Leaves = TypeVar("Leaves")
LONG = 8
"""Blank cells in a row that are erased at once rather than written."""
_ERASING = ("xterm", "linux", "foot", "alacritty", "kitty", "vte", "konsole", "contour", "ghostty", "wezterm")
"""How the names of terminals begin that erase with the colour they are about to write in."""
_UNKNOWN = ("\0", "?")
"""A cell of which nobody knows what the terminal shows."""
_EMPTY = (" ", "")


class Paper:
    """What is on the terminal now, cell by cell."""

    def __init__(self, colours: ColorSystem | None = None, glyphs: Mapping[int, object] | None = None, *, erases: bool = False) -> None:
        """Begin with a screen of which nothing is known.

        Args:
            colours: how many colours are used; None is as many as the terminal is known to have.
            glyphs: what is written instead of certain characters, each as wide.
            erases: whether the terminal erases cells with the colour it is about to write in.
        """
        self.colours, self.glyphs, self._erases = colours, glyphs, erases
        self._wanted: list[list[Cell]] = []
        self._shown: list[list[Cell]] = []
        self._touched: dict[int, tuple[int, int]] = {}
        """The rows that may have to be written, each with the first cell and the end of what was taken of it."""
        self._width = 0

    def forget(self) -> None:
        """Know nothing any more of what is shown: somebody else wrote there, or it was cleared."""
        self._shown = [[_UNKNOWN] * self._width for _ in self._shown]
        self._touched = dict.fromkeys(range(len(self._shown)), (0, self._width))

    def wipe(self) -> None:
        """Remember nothing of what was on the screen, not even to draw it again."""
        self._shown, self._wanted, self._touched, self._width = [], [], {}, 0

    def fit(self, width: int, height: int) -> None:
        """Take the terminal's size; another one makes everything unknown."""
        if (width, height) != (self._width, len(self._shown)):
            self._width = width
            self._shown = [[_UNKNOWN] * width for _ in range(height)]
            self._wanted = [[_UNKNOWN] * width for _ in range(height)]
            self._touched = {}

    def take(self, pieces: Iterable[Piece], colours: ColorSystem) -> None:
        """Take what is to be shown; :meth:`written` says how."""
        system = self.colours or colours
        for x, y, strip in pieces:
            if not 0 <= y < len(self._wanted) or x >= self._width:
                continue
            row, cells = self._wanted[y], _cells(strip, system, self.glyphs)
            if x < 0:
                cells, x = cells[-x:], 0
            del cells[max(len(row) - x, 0) :]
            first, end = x, x + len(cells)
            if first and not row[first][0]:
                first -= 1  # half of a wide character would be left
                row[first] = (" ", row[first][1])
            row[x:end] = cells
            if end < len(row) and not row[end][0]:
                row[end] = (" ", row[end][1])
                end += 1
            if cells and get_character_cell_size(cells[-1][0][:1] or " ") > 1:
                row[x + len(cells) - 1] = (" ", cells[-1][1])
            if cells and not cells[0][0]:
                row[x] = (" ", cells[0][1])
            before = self._touched.get(y, (first, end))
            self._touched[y] = (min(first, before[0]), max(end, before[1]))

    def written(self) -> str:
        """Return what brings the terminal to show what was taken, and remember it as shown."""
        strokes: list[Stroke] = []
        for y, (first, end) in sorted(self._touched.items()):
            row, shown = self._wanted[y], self._shown[y]
            if row[first:end] != shown[first:end]:
                strokes += self._strokes(y, first, end)
                shown[first:end] = row[first:end]
        self._touched.clear()
        if len(strokes) > MANY:
            looks = {look: place for place, look in enumerate(dict.fromkeys(stroke[0] for stroke in strokes))}
            strokes.sort(key=lambda stroke: looks[stroke[0]])  # going there takes fewer bytes than changing colours
        out: list[str] = []
        pen = _Pen(out, LONG if self._erases else 0)
        for _, y, x, cells, uneven in strokes:
            pen.go(x, y)
            for cell in cells:
                pen.put(*cell)
            if uneven:
                pen.lose()  # how wide the terminal has drawn it is its own business
        pen.lift()
        return "".join(out)

    def _strokes(self, y: int, first: int, end: int) -> Iterator[Stroke]:
        """Yield what is to be written in a row, in strokes of one look each."""
        row, shown = self._wanted[y], self._shown[y]
        changed = [at for at in range(first, end) if row[at] != shown[at] and row[at] is not _UNKNOWN]
        if not changed:
            return
        uneven = any(len(text) != 1 for text, _ in row[first:end]) or any(len(text) != 1 for text, _ in shown[first:end])
        for begin, last in [(changed[0], changed[-1])] if uneven else _runs(changed):
            while begin and not row[begin][0]:
                begin -= 1  # the second half of a wide character is written with the first
            while last + 1 < len(row) and not row[last + 1][0]:
                last += 1
            cells = [_EMPTY if cell is _UNKNOWN else cell for cell in row[begin : last + 1]]
            if uneven:
                yield cells[0][1], y, begin, cells, True
                continue
            at = 0
            for to in range(1, len(cells) + 1):
                if to == len(cells) or not _goes_on(cells[at][1], cells[to]):
                    yield cells[at][1], y, begin + at, cells[at:to], False
                    at = to


class LeanApp(App[Leaves]):
    """An app that writes to the terminal only what has changed on it; over a slow line, in fewer colours and not at every step."""

    def __init__(self) -> None:
        super().__init__()
        terminal = os.environ.get("TERM", "")
        self._own_glyphs = PLAIN_GLYPHS if terminal == "linux" else None
        self.paper = Paper(glyphs=self._own_glyphs, erases=terminal.startswith(_ERASING))
        self.is_thin = False
        """True on a slow line."""
        self._due: Timer | None = None

    def thin(self, on: bool) -> None:
        """Draw for a slow line from now on, or for a usual one: no blinking, sixteen colours, glyphs of one byte, steps taken together."""
        self.is_thin = on
        self.animation_level = "none" if on else constants.TEXTUAL_ANIMATIONS
        self.paper.colours = ColorSystem.STANDARD if on else None
        self.paper.glyphs = THIN_GLYPHS if on else self._own_glyphs
        self.redraw()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if isinstance(renderable, LayoutUpdate | ChopsUpdate) and not self.is_inline:
            self.paper.fit(*self.size)
            if self.is_thin and self._driver is not None:
                self.paper.take(pieces(renderable), self.console._color_system or ColorSystem.STANDARD)
                if self._due is None:
                    self._due = self.set_timer(STEP, self._write_due)
                return
            super()._display(screen, Lean(self.paper, renderable))  # type: ignore[arg-type]  # Textual tells it from Rich's itself
        else:
            super()._display(screen, renderable)

    def _write_due(self) -> None:
        self._due = None
        if self._driver is not None and self._running and not self._closed and not self.is_headless:
            self._begin_update()
            self._driver.write(self.paper.written())
            self._driver.flush()
            self._end_update()

    async def on_event(self, event: events.Event) -> None:
        """Write everything anew where the terminal says its size: it may have moved or cleared what it showed."""
        if isinstance(event, events.Resize):
            self.redraw()
        await super().on_event(event)

    def redraw(self) -> None:
        """Write the whole screen anew."""
        self.paper.forget()
        if self.screen_stack:
            self.screen.refresh()


class Lean(CompositorUpdate):
    """An update of the screen that writes only what has changed."""

    def __init__(self, paper: Paper, update: CompositorUpdate) -> None:
        self._paper, self._update = paper, update

    def render_segments(self, console: Console) -> str:
        """Return what is to be written to the terminal."""
        self._paper.take(pieces(self._update), console._color_system or ColorSystem.TRUECOLOR)
        return self._paper.written()


def pieces(update: CompositorUpdate) -> Iterator[Piece]:
    """Yield the strips that an update of the screen is made of."""
    if isinstance(update, LayoutUpdate):
        for y, line in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in line:
                yield x, y, strip
                x += strip.cell_length
    elif isinstance(update, ChopsUpdate):
        for y, x1, x2 in update.spans:
            for end, (x, chop) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if chop is not None and x <= x2 and end > x1:
                    yield x, y, chop if x2 > x >= x1 and end <= x2 else chop.crop(0, min(end, x2) - x)


def _cells(strip: Strip, system: ColorSystem, glyphs: Mapping[int, object] | None) -> list[Cell]:
    cells: list[Cell] = []
    for text, style, control in strip:
        if control:
            continue
        look = "" if style is None else _look(style, system)
        if glyphs is not None:
            text = text.translate(glyphs)  # type: ignore[arg-type]  # str.translate takes any table of this kind
        blank = _blank(look)
        if text.isascii():
            cells += [(character, blank if character == " " else look) for character in text]
            continue
        for character in text:
            if character == " ":
                cells.append((character, blank))
                continue
            width = get_character_cell_size(character)
            if not width and cells:
                cells[-1] = (cells[-1][0] + character, cells[-1][1])
            elif width:
                cells.append((character, look))
                cells += [("", look)] * (width - 1)
    return cells


@lru_cache(4_096)
def _look(style: Style, system: ColorSystem) -> str:
    return Strip.render_ansi(style, system)


def _goes_on(look: str, cell: Cell) -> bool:
    """Say whether a cell can be written without changing the look."""
    return cell[1] == look or (cell[0] == " " and cell[1] == _blank(look))


def _runs(changed: list[int]) -> list[tuple[int, int]]:
    runs = [(changed[0], changed[0])]
    for at in changed[1:]:
        if at - runs[-1][1] <= NEAR:
            runs[-1] = (runs[-1][0], at)
        else:
            runs.append((at, at))
    return runs


class _Pen:
    """Writes cells one after another, moving and changing its look only where it must."""

    def __init__(self, out: list[str], erased: int) -> None:
        """Make it.

        Args:
            out: takes what is written.
            erased: from how many blank cells on they are erased rather than written; 0 is never.
        """
        self._out = out
        self._erased = erased
        self._look = ""
        self._at: tuple[int, int] | None = None
        self._blanks = 0

    def go(self, x: int, y: int) -> None:
        """Go to a cell."""
        self._flush()
        if self._at == (x, y):
            return
        if self._at is not None and self._at[1] == y and x > self._at[0]:
            self._out.append(f"\x1b[{x - self._at[0]}C")
        elif x:
            self._out.append(f"\x1b[{y + 1};{x + 1}H")
        else:
            self._out.append(f"\x1b[{y + 1}H")
        self._at = (x, y)

    def put(self, text: str, look: str) -> None:
        """Write a cell; the second half of a wide character is empty."""
        blank = text == " "
        if look != self._look and not (blank and look == _blank(self._look)):
            self._flush(more=True)
            self._out.append(_change(self._look, look))
            self._look = look
        if blank:
            self._blanks += 1
            return
        if self._blanks:
            self._flush(more=True)
        self._out.append(text)
        if self._at is not None:
            self._at = (self._at[0] + 1, self._at[1])

    def lose(self) -> None:
        """Be somewhere in the row."""
        self._flush(more=True)
        self._at = None

    def lift(self) -> None:
        """End with the terminal's own look."""
        self._flush()
        if self._look:
            self._out.append("\x1b[m")

    def _flush(self, *, more: bool = False) -> None:
        """Write the blanks that wait; ``more`` where something follows right behind them."""
        count, self._blanks = self._blanks, 0
        if not count:
            return
        if not self._erased or count < self._erased or "7" in self._look.split(";"):
            self._out.append(" " * count)
            if self._at is not None:
                self._at = (self._at[0] + count, self._at[1])
            return
        self._out.append(f"\x1b[{count}X")
        if more:
            self._out.append(f"\x1b[{count}C")
            if self._at is not None:
                self._at = (self._at[0] + count, self._at[1])


@lru_cache(8_192)
def _change(before: str, after: str) -> str:
    """Return the shortest way from one look to another."""
    anew = f"\x1b[0;{after}m" if after else "\x1b[m"
    if not before:
        return f"\x1b[{after}m"
    (attributes, colour, ground), (wanted, new_colour, new_ground) = _parts(before), _parts(after)
    codes = list(dict.fromkeys(_RESET[each] for each in attributes if each not in wanted))
    lost = {each for each in wanted if _RESET[each] in codes}
    codes += [each for each in wanted if each not in attributes or each in lost]
    if new_colour != colour:
        codes.append(new_colour or "39")
    if new_ground != ground:
        codes.append(new_ground or "49")
    return min(f"\x1b[{';'.join(codes)}m", anew, key=len)


@lru_cache(4_096)
def _blank(look: str) -> str:
    """Return what a look comes to where nothing is written: its ground, and lines through it; turned round, all of it."""
    attributes, _, ground = _parts(look)
    if "7" in attributes:
        return look
    return ";".join(each for each in (*(each for each in attributes if each in ("4", "9", "21", "53")), ground) if each)


@lru_cache(4_096)
def _parts(look: str) -> tuple[tuple[str, ...], str, str]:
    """Return a look's attributes, its colour and its ground."""
    codes = look.split(";") if look else []
    attributes: list[str] = []
    colours = {"3": "", "4": ""}
    while codes:
        code = codes.pop(0)
        if code in ("38", "48"):
            count = 4 if codes[0] == "2" else 2
            colours[code[0]] = ";".join([code, *codes[:count]])
            del codes[:count]
        elif code in _RESET:
            attributes.append(code)
        elif code not in ("39", "49"):
            colours["4" if code.startswith(("4", "10")) else "3"] = code
    return tuple(attributes), colours["3"], colours["4"]
