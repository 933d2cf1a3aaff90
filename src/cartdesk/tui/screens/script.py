"""What is to be read aloud of the current cart, statement by statement, in the form of the place it is sold in.

``CartdeskApp`` opens it for the key that reads aloud; the checkout has a step of its own that stamps what was said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cartdesk.desk.commands import ShowScript
from cartdesk.documents.forms import FORMS, form_of
from cartdesk.documents.layout import wrap
from cartdesk.documents.script import Statement
from cartdesk.language import message, tr
from cartdesk.tui.papers import quote_of_cart, write_pdf
from cartdesk.tui.plain import content, join
from cartdesk.tui.sheet import Sheet
from cartdesk.tui.widgets.form import Choice, label_room
from cartdesk.tui.widgets.message import Tone

if TYPE_CHECKING:
    from cartdesk.desk import Desk
    from cartdesk.desk.view import DeskView

WIDEST = 86
EMPTY = message("There is nothing to read aloud: this cart is empty. Esc goes back.")


class ScriptScreen(Sheet):
    """The form, and the statements under each other."""

    CSS_PATH = "script.tcss"
    WHERE = "script"
    AUTO_FOCUS = "#said"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f", "form", message("Form"), tooltip=message("Take the next form: neutral, United Kingdom, European Union, United States.")
        ),
        Binding("y", "copy", message("Copy"), tooltip=message("Copy the script's text to the clipboard.")),
        Binding("w", "pdf", message("Quote as PDF"), tooltip=message("Write a quote for this cart into the folder of papers.")),
    ]

    def __init__(self, desk: Desk, form: str = "") -> None:
        """Make the page.

        Args:
            desk: the desk.
            form: neutral, uk, eu or us.
        """
        super().__init__(desk)
        self.form = form if form in FORMS else FORMS[0]
        self._statements: tuple[Statement, ...] = ()
        self._asked = self.asking(self._show)

    def body(self) -> ComposeResult:
        """The forms, and the statements."""
        yield Choice(tr("Read aloud"), FORMS, FORMS.index(self.form), label_width=label_room(12, tr("Read aloud")), id="form")
        with VerticalScroll(id="said"):
            yield Static(id="script")

    def view_changed(self, view: DeskView) -> None:
        """Write the script of the cart as it is now, off the event loop."""
        desk, form, side = self.desk, self.form, self.side

        def write() -> tuple[Statement, ...]:
            from cartdesk.documents.script import script_of

            cart, priced = desk.cart, desk.priced
            if cart is None or priced is None:
                return ()
            shop = desk.catalog
            return script_of(cart, priced, form, desk.now(), locale=shop.locale, show_tax=side, shop=shop.name)

        self._asked.ask(self.shop.seat, write)

    def on_resize(self, event: events.Resize) -> None:
        """Break the lines for the new width."""
        self._write()

    @on(Choice.Changed)
    async def choose(self, event: Choice.Changed) -> None:
        """Show the script in the form that was chosen, and keep it as this seat's."""
        chosen = FORMS[self.query_one(Choice).chosen]
        if chosen != self.form:
            await self.shop.perform(ShowScript(chosen))

    async def action_form(self) -> None:
        """Take the next form."""
        await self.shop.perform(ShowScript(FORMS[(FORMS.index(self.form) + 1) % len(FORMS)]))

    def action_copy(self) -> None:
        """Copy what is read aloud."""
        from cartdesk.documents.script_text import script_text

        if self._statements:
            self.app.copy_to_clipboard(script_text(self._statements))
            self.say(tr("The script is copied."), Tone.GOOD)

    async def action_pdf(self) -> None:
        """Write a quote."""
        await write_pdf(self, lambda: quote_of_cart(self.desk), self.form)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """What is shown."""
        return self._statements

    def _show(self, statements: tuple[Statement, ...]) -> None:
        self._statements = statements
        self._write()

    def _write(self) -> None:
        width = min(max(self.size.width - 10, 20), WIDEST)
        parts = [content(tr(form_of(self.form).title), "$quiet")]
        for statement in self._statements:
            words = Content("\n").join(content(line, "" if statement.aloud else "$quiet") for line in wrap(statement.text, width, 2))
            parts.append(join(content(statement.title, "bold" if statement.aloud else "$quiet"), Content("\n"), words))
        if not self._statements:
            parts = [content(tr(EMPTY), "$quiet")] if self.is_quiet else []
        self.query_one("#script", Static).update(Content("\n\n").join(parts))
