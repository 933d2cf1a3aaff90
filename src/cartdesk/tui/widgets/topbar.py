"""The top line: the shop, who sells, the work areas, and whether everything is where it should be.

Every page has one; a click on a work area goes to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.cells import cell_len

from cartdesk.language import message, ntr, tr
from cartdesk.tui.asking import Typed
from cartdesk.tui.plain import cut
from cartdesk.tui.widgets.bar import Bar, Word

if TYPE_CHECKING:
    from cartdesk.desk.view import AreaView, DeskView, SyncView


class TopBar(Bar):
    """Shop · agent, ``[A Mrs Berg]`` and the other areas, and the state of the line on the right."""

    DEFAULT_CSS = "TopBar { height: 1; background: $surface; }"

    def __init__(self) -> None:
        super().__init__()
        self._view: DeskView | None = None
        self._right = ""

    def show(self, view: DeskView, right: str | None = None) -> None:
        """Show the desk's areas; ``right`` is extra news, such as a catalog still being indexed."""
        self._view = view
        self._right = self._right if right is None else right
        self._write()

    def show_right(self, text: str) -> None:
        """Show news on the right, before the state of the line."""
        self._right = text
        self._write()

    def on_resize(self) -> None:
        """Lay it out for the new width."""
        self._write()

    def _write(self) -> None:
        view, width = self._view, self.size.width
        if view is None or not width:
            return
        state = " · ".join(part for part in (self._right, _sync(view.sync)) if part)
        right = Word(f" {state} ", "$quiet") if state else Word("")
        mark = [Word(tr(" TRAINING "), "bold reverse $warning")] if view.training else []
        left = [*mark, Word(f" {cut(view.shop, 24)}", "bold"), Word(f" · {cut(view.agent, 20)}   ", "$quiet")]
        room = width - sum(cell_len(word.text) for word in (*left, right))
        areas = self._areas(view, max(room, 0))
        gap = room - sum(cell_len(word.text) for word in areas)
        self.set_words([*left, *areas, Word(" " * max(gap, 0)), right])

    def _areas(self, view: DeskView, room: int) -> list[Word]:
        each = max(room // max(len(view.areas), 1) - 1, 6)
        words = []
        for area in view.areas:
            name = area_name(area)
            text = f"[{area.letter} {cut(name, each - 4)}]" if area.current else f" {area.letter} {cut(name, each - 4)} "
            style = "bold $accent" if area.current else "$quiet"
            words += [
                Word(text, style, self._goer(area.letter), tr("Go to cart {letter} (entry C {letter})", letter=area.letter)),
                Word(" "),
            ]
        return words

    def _goer(self, letter: str) -> Callable[[], object]:
        return lambda: self.app.post_message(Typed(f"C {letter}"))


_STATES = (message("held"), message("ordered"), message("discarded"), message("offline"), message("online"))
"""What an area and the line may be in."""


def area_name(area: AreaView) -> str:
    """Return what a work area is called on its tab."""
    name = area.label or ("—" if not area.lines else ntr("{n} line", "{n} lines", area.lines))
    return f"{name}, {tr(area.state)}" if area.state in ("held", "ordered", "discarded") else name


def _sync(sync: SyncView) -> str:
    waiting = tr("{waiting} waiting", waiting=sync.waiting) if sync.waiting else ""
    return " · ".join(part for part in ("" if sync.state == "local" else tr(sync.state), waiting) if part)
