"""The settings: who works here and as what, how things are written and drawn, the scanner, the colours and the keys.

``CartdeskApp`` opens it for the entry ``settings``. Each choice holds at once and is kept, and each is an entry too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from cartdesk.language import message, tr
from cartdesk.language.shelf import languages
from cartdesk.tui import themes
from cartdesk.tui.plain import content
from cartdesk.tui.sheet import Sheet
from cartdesk.tui.widgets.cells import Piece
from cartdesk.tui.widgets.form import Choice, Field, Form
from cartdesk.tui.widgets.grid import Column, Grid, Row

if TYPE_CHECKING:
    from cartdesk.desk.command import Command
    from cartdesk.desk.view import DeskView

SIDES = ("included", "excluded")
"""With tax, without tax, as the store keeps it."""
LINES = ("usual", "low")
FORMS = ("code", "sign")
WAYS = ("speed", "off", "prefix")
_SAID = {"speed": message("by its speed"), "off": message("none"), "prefix": message("behind a key")}


class SettingsScreen(Sheet):
    """How things are set here: each choice holds at once."""

    CSS_PATH = "settings.tcss"
    AUTO_FOCUS = "#tax"

    def body(self) -> ComposeResult:
        """The choices; below them the colours, and the keys."""
        desk, kept = self.desk, self.desk.store.setting
        self._roles = tuple(desk.roles.limits)
        self._languages = tuple(languages(desk.store.path.parent).items())
        yield Static(content(tr("Settings"), "bold"), id="title")
        with Form():
            yield Field(tr("Agent"), desk.view.agent, id="agent")
            yield Choice(tr("Role"), self._roles, _place(self._roles, desk.view.role), id="role")
            names = [name for _, name in self._languages]
            yield Choice(tr("Language"), names, _place([code for code, _ in self._languages], kept("language")), id="language")
            yield Choice(tr("Amounts"), (tr("with tax"), tr("without tax")), SIDES.index(desk.view.show_tax), id="tax")
            yield Choice(tr("Currency"), (tr("1,247.00 EUR"), tr("€1,247.00")), _place(FORMS, kept("currency", "code")), id="currency")
            yield Choice(tr("Line"), (tr("usual"), tr("slow: draw less")), _place(LINES, kept("bandwidth", "usual")), id="bandwidth")
            yield Choice(tr("Scanner"), [tr(_SAID[way]) for way in WAYS], _place(WAYS, self._scanner("how", "speed")), id="scanner")
        with Horizontal(id="lists"):
            with Vertical():
                yield Static(content(tr("Colours")), classes="head")
                yield Grid(Column(), Column(width=8), draw=self._draw, id="colours")
            with Vertical():
                yield Static(content(tr("Keys · Enter changes one")), classes="head")
                yield Grid(Column(width=10), Column(), Column(), draw=self._draw_key, id="keys")

    def on_mount(self) -> None:
        """List the themes, our own first, the cursor on the one in use; and every command that has a key."""
        ours = [theme.name for theme in themes.OURS]
        names = [*ours, *sorted(set(self.app.available_themes) - set(ours))]
        self.query_one("#colours", Grid).show(names, cursor=names.index(self.app.theme))
        self._list_keys()
        super().on_mount()

    def _list_keys(self) -> None:
        keymap = self.shop.keymap
        if keymap is not None:
            grid = self.query_one("#keys", Grid)
            here = grid.rows.index(grid.current) if grid.current in grid.rows else 0
            grid.show([each.name for each in keymap.classes if keymap.keys[each.name] or each.keys], cursor=here)

    def view_changed(self, view: DeskView) -> None:
        """Show what is set now; what was refused goes back to what it was."""
        kept = self.desk.store.setting
        self.query_one("#tax", Choice).chosen = SIDES.index(view.show_tax)
        self.query_one("#role", Choice).chosen = _place(self._roles, view.role)
        self.query_one("#currency", Choice).chosen = _place(FORMS, kept("currency", "code"))
        self.query_one("#bandwidth", Choice).chosen = _place(LINES, kept("bandwidth", "usual"))
        self.query_one("#scanner", Choice).chosen = _place(WAYS, self._scanner("how", "speed"))
        self.query_one("#agent", Field).value = view.agent

    def refresh_keys(self) -> None:
        """Write the footer anew, and the list of keys, which may have changed."""
        super().refresh_keys()
        if self.is_up:
            self._list_keys()

    @on(Field.Entered, "#agent")
    async def name_agent(self, event: Field.Entered) -> None:
        """Sign with the name from now on."""
        from cartdesk.desk.commands import SetAgent

        await self._set(SetAgent(event.field.value))

    @on(Choice.Changed)
    async def choose(self, event: Choice.Changed) -> None:
        """Set what was chosen."""
        from cartdesk.desk.commands import SetBandwidth, SetCurrency, SetLanguage, SetRole, SetScanner, ShowTax

        place = event.index
        match event.choice.id:
            case "tax":
                await self._set(ShowTax(SIDES[place]))
            case "role":
                await self._set(SetRole(self._roles[place]))
            case "language":
                await self._set(SetLanguage(self._languages[place][0]))
            case "currency":
                await self._set(SetCurrency(FORMS[place]))
            case "bandwidth":
                await self._set(SetBandwidth(LINES[place]))
            case "scanner" if WAYS[place] == "prefix" and not self._scanner("prefix", ""):
                self.view_changed(self.desk.view)
                await self._fill("scanner prefix ")
            case "scanner":
                key = WAYS[place] == "prefix"
                await self._set(SetScanner(WAYS[place], *((self._scanner("prefix", ""), self._scanner("suffix", "")) if key else ())))

    @on(Grid.Moved, "#colours")
    def colour(self, event: Grid.Moved) -> None:
        """Wear the theme under the cursor."""
        if event.grid.current is not None and event.grid.current != self.app.theme:
            self.app.theme = event.grid.current

    @on(Grid.Chosen, "#keys")
    async def change_key(self, event: Grid.Chosen) -> None:
        """Begin the entry that gives the command another key."""
        await self._fill(f"key {event.grid.current} ")

    async def _set(self, command: Command) -> None:
        if await self.shop.perform(command) is None:
            self.view_changed(self.desk.view)

    async def _fill(self, text: str) -> None:
        from cartdesk.desk.commands import FillEntry

        await self.shop.perform(FillEntry(text))

    def _scanner(self, name: str, usual: str) -> str:
        kept = self.desk.store.setting("scanner")
        return str(kept.get(name) or usual) if isinstance(kept, dict) else usual

    def _draw(self, name: str) -> Row:
        worn = Piece(tr("in use"), "accent") if name == self.app.theme else ""
        return Row((name.replace("-", " ").removeprefix("cartdesk ").capitalize(), worn))

    def _draw_key(self, name: str) -> Row:
        from cartdesk.desk.keys import key_label

        keymap = self.shop.keymap
        if keymap is None:
            return Row(("", name, ""))
        kind = next(each for each in keymap.classes if each.name == name)
        changed = Piece(tr("changed"), "accent") if keymap.keys[name] != kind.keys else Piece(name, "dim")
        return Row((", ".join(map(key_label, keymap.keys[name])), tr(kind.label), changed))


def _place(values: Sequence[str], value: object) -> int:
    """Return where a value stands; the first where it is none of them."""
    return values.index(str(value)) if str(value) in values else 0
