"""The entry line: what an agent types, what it would do, and where it went wrong.

The desk screen has one at its foot; it hands over what was entered and shows the preview it is given.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar

from rich.highlighter import Highlighter
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widgets import Static

from cartdesk.documents.money import format_money, period_suffix
from cartdesk.language import message, tr
from cartdesk.tui.plain import fit
from cartdesk.tui.widgets.bar import Bar, Word
from cartdesk.tui.widgets.no_cards import NoCards

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from cartdesk.desk import Desk, Preview

_PHONE = re.compile(r"\+\d[\d ()/.-]*")
_BARE_CODE = re.compile(r"(?:\d+\s*\*\s*)?(\d{13,19})")
MOST_REMEMBERED = 200
"""How many entries ``up`` goes back."""


class Fault(Highlighter):
    """Underlines an entry from the place where it cannot be read."""

    def __init__(self) -> None:
        self.at: int | None = None

    def highlight(self, text: Text) -> None:
        """Mark the text from ``at`` on."""
        if self.at is not None:
            text.stylize("underline", min(self.at, max(len(text) - 1, 0)))


class EntryInput(NoCards):
    """The field itself. Enter takes the value at once, so that what is typed behind it in one burst is a new entry."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "older", message("Older entry"), show=False),
        Binding("down", "newer", message("Newer entry"), show=False),
    ]

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)
    """How long the text is. The field's place does not depend on it, so typing lays nothing out anew."""

    class Left(Message):
        """The field has no use for this key: ``escape`` in an empty field, ``down`` behind the newest entry, ``pagedown``."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class Pasted(Message):
        """Several lines were pasted at once."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, submit: Callable[[str], Awaitable[int | None]]) -> None:
        self._fault = Fault()
        super().__init__(placeholder=tr("code, 3*code, ?search …"), highlighter=self._fault, select_on_focus=False, compact=True)
        self._submit = submit
        self._past: list[str] = []
        self._place = 0
        self._refused = False

    async def on_key(self, event: events.Key) -> None:
        """Take Enter here and now; a refused entry is replaced by the next thing typed."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            await self._take()
        elif event.key == "escape" and self.value:
            event.stop()
            event.prevent_default()
            self.clear_entry()
        elif event.key in ("escape", "pageup", "pagedown"):
            event.stop()
            event.prevent_default()
            self.post_message(self.Left(event.key))
        elif event.is_printable and self._refused:
            self.clear_entry()
        else:
            self._settle()

    def on_paste(self, event: events.Paste) -> None:
        """A paste replaces a refused entry as typing does; several lines are a list, and added as one."""
        if self._refused:
            self.clear_entry()
        if len(event.text.strip().splitlines()) > 1:
            event.stop()
            event.prevent_default()
            self.post_message(self.Pasted(event.text))

    def is_card(self, text: str) -> bool:
        """Say whether a text is to be refused: a code that the catalog has, a choice on a line and a phone number behind a + are not."""
        if text.lstrip().startswith("=") or not super().is_card(text):
            return False
        from cartdesk.selling.free_text import has_card_number, is_card_as_phone

        without = _PHONE.sub(lambda match: match[0] if is_card_as_phone(match[0]) else "", text)
        bare = _BARE_CODE.fullmatch(text.strip())
        return has_card_number(without) and not (bare is not None and self.is_code(bare[1]))

    def is_code(self, code: str) -> bool:
        """Say whether the catalog has an offering of this code."""
        desk: Desk | None = getattr(self.app, "desk", None)
        return desk is not None and desk.catalog_open and desk.catalog.find(code) is not None

    def fill(self, text: str) -> None:
        """Put ``text`` into the field, the cursor behind it."""
        self._settle()
        self.value = text
        self.cursor_position = len(text)

    def clear_entry(self) -> None:
        """Empty the field."""
        self._settle()
        self.value = ""

    def action_older(self) -> None:
        """Bring back the entry before."""
        if self._place > 0:
            self._place -= 1
            self.fill(self._past[self._place])

    def action_newer(self) -> None:
        """Go forward again; behind the newest entry, leave the field downwards."""
        if self._place < len(self._past):
            self._place += 1
            self.fill(self._past[self._place] if self._place < len(self._past) else "")
        else:
            self.post_message(self.Left("down"))

    async def _take(self) -> None:
        text = self.value
        self.clear_entry()
        if not text.strip():
            return
        if self._past[-1:] != [text]:
            self._past = [*self._past[-MOST_REMEMBERED + 1 :], text]
        self._place = len(self._past)
        at = await self._submit(text)
        if at is not None and not self.value:
            self.value = text
            self._fault.at, self._refused = at, True
            self.cursor_position = min(at, len(text))
            self.refresh()

    def _settle(self) -> None:
        if self._refused or self._fault.at is not None:
            self._fault.at, self._refused = None, False
            self.refresh()


class EntryLine(Horizontal):
    """The prompt, the field, and on the right what Enter would do."""

    DEFAULT_CSS = """
    EntryLine {
        height: 1;
        background: $surface;
        & > .prompt { width: 3; color: $quiet; }
        & > EntryInput { width: 1fr; height: 1; border: none; padding: 0; background: $surface; &:focus { background: $surface; } }
        & > .preview { width: 55%; }
        &:focus-within > .prompt { color: $accent; text-style: bold; }
    }
    """

    def __init__(self, submit: Callable[[str], Awaitable[int | None]], *, id: str) -> None:
        """Make it.

        Args:
            submit: does an entry; answers None where it was done, else where in the text the trouble starts.
            id: the widget's id.
        """
        super().__init__(id=id)
        self.field = EntryInput(submit)
        self._preview = Bar(classes="preview")

    def compose(self) -> ComposeResult:
        """Lay out prompt, field and preview."""
        yield Static(" > ", classes="prompt", markup=False)
        yield self.field
        yield self._preview

    def show_preview(self, preview: Preview | None) -> None:
        """Show what Enter would do, or why it would do nothing."""
        text = _said(preview) if preview is not None else ""
        style = "$warning" if preview is not None and preview.error is not None else "$quiet"
        self._preview.set_words([Word(fit(text, max(self._preview.size.width - 1, 0), right=True), style)])


def _said(preview: Preview) -> str:
    if preview.error is not None:
        return preview.error
    parts = [preview.label]
    if preview.due_now is not None:
        parts.append(tr("{amount} now", amount=format_money(preview.due_now, currency=False, sign=True)))
    parts += [f"{format_money(amount, currency=False, sign=True)}{period_suffix(period)}" for period, amount in preview.every]
    return "   ".join(parts)
