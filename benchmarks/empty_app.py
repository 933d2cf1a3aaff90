"""An empty Textual app: what starting and pressing a key cost before there is anything to show. ``desk_speed.py`` runs it."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.widgets import Footer, Header, Input, Static


class Empty(App[None]):
    BINDINGS = [Binding("f2", "step", "Step", priority=True), Binding("down", "step", "Step", priority=True)]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        yield Header()
        yield Input(placeholder="READY")
        yield Static("0", id="count")
        yield Footer()

    def action_step(self) -> None:
        count = self.query_one("#count", Static)
        count.update(str(int(str(count.content)) + 1))


if __name__ == "__main__":
    Empty().run()
