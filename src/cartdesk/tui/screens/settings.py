"""The settings: colours, amounts with or without tax.

``CartdeskApp`` opens it for the entry ``settings``. Each choice holds at once and is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from cartdesk.language import tr
from cartdesk.tui import themes
from cartdesk.tui.plain import content
from cartdesk.tui.sheet import Sheet
from cartdesk.tui.widgets.cells import Piece
from cartdesk.tui.widgets.form import Choice, Form
from cartdesk.tui.widgets.grid import Column, Grid, Row

if TYPE_CHECKING:
    from cartdesk.desk.view import DeskView

SIDES = ("included", "excluded")
"""With tax, without tax, as the store keeps it."""


class SettingsScreen(Sheet):
    """How things are shown here: each choice holds at once."""

    CSS_PATH = "settings.tcss"
    AUTO_FOCUS = "#tax"

    def body(self) -> ComposeResult:
        """The choices, and the themes."""
        side = SIDES.index(self.desk.view.show_tax)
        yield Static(content(tr("Settings"), "bold"), id="title")
        with Form():
            yield Choice(tr("Amounts"), (tr("with tax"), tr("without tax")), side, id="tax")
        with Vertical(id="colours"):
            yield Static(content(tr("Colours")), classes="head")
            yield Grid(Column(), Column(width=12), draw=self._draw)

    def on_mount(self) -> None:
        """List the themes, our own first, the cursor on the one in use."""
        ours = [theme.name for theme in themes.OURS]
        names = [*ours, *sorted(set(self.app.available_themes) - set(ours))]
        self.query_one(Grid).show(names, cursor=names.index(self.app.theme))

    def view_changed(self, view: DeskView) -> None:
        """Show which side of every amount is in use."""
        self.query_one("#tax", Choice).chosen = SIDES.index(view.show_tax)

    @on(Choice.Changed, "#tax")
    async def show_side(self, event: Choice.Changed) -> None:
        """Show amounts with or without tax from now on."""
        from cartdesk.desk.commands import ShowTax

        await self.shop.perform(ShowTax(SIDES[event.index]))

    @on(Grid.Moved)
    def colour(self, event: Grid.Moved) -> None:
        """Wear the theme under the cursor."""
        if event.grid.current is not None and event.grid.current != self.app.theme:
            self.app.theme = event.grid.current

    def _draw(self, name: str) -> Row:
        worn = Piece(tr("in use"), "accent") if name == self.app.theme else ""
        return Row((name.replace("-", " ").removeprefix("cartdesk ").capitalize(), worn))
