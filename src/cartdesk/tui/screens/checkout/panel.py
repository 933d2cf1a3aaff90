"""What the checkout's steps have in common: rows that are filled in, kept as they are typed, and told what is wrong with them.

Each step's file has one panel; ``screen`` shows the one of the step in hand below its heading.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from cartdesk.selling.checkout_draft import Step
from cartdesk.tui.widgets.form import Choice, Field, Form, FormRow
from cartdesk.tui.widgets.radio import Radio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartdesk.desk.view import CartView
    from cartdesk.selling.checkout_look import CheckoutLook
    from cartdesk.selling.checkout_steps import Fault


class Panel(Form):
    """One step's rows."""

    STEP: ClassVar[Step]
    """The step it fills in."""

    @dataclass
    class Told(Message):
        """Fields were typed or chosen."""

        changes: dict[str, str]
        """By the names in ``selling.checkout_draft.FIELDS``."""
        chosen: bool
        """True for a choice, which counts at once; False while something is typed."""

    @dataclass
    class Did(Message):
        """A row stands for an entry of its own."""

        entry: str

    def __init__(self) -> None:
        super().__init__(id=f"panel-{self.STEP}", classes="panel")
        self.look: CheckoutLook | None = None

    def compose(self) -> ComposeResult:
        """Lay the rows."""
        yield from self.rows()

    def rows(self) -> ComposeResult:
        """Yield the step's rows."""
        yield from ()

    def load(self, look: CheckoutLook, cart: CartView) -> None:
        """Show a checkout: lines that have the focus keep what is being typed in them."""
        self.look = look
        for field in self.fields():
            name = field.name or ""
            kept = look.checkout.typed.get(name, "")
            if field.value.strip() != kept.strip() and not field.input.has_focus:
                with field.prevent(Input.Changed):
                    field.value = kept
        self.show(look, cart)

    def show(self, look: CheckoutLook, cart: CartView) -> None:
        """Show what depends on more than its own fields."""

    def fields(self) -> Iterator[Field]:
        """Yield the lines that are typed in."""
        yield from self.query(Field)

    def field(self, name: str) -> Field:
        """Return the line of a field."""
        return next(field for field in self.fields() if field.name == name)

    def typed(self) -> dict[str, str]:
        """Return what stands in the lines now."""
        return {field.name or "": field.value for field in self.fields()}

    def first(self) -> Widget | None:
        """Return what has the focus when the step is come to: the first row that is still empty, else the first of all."""
        shown = [field for field in self.fields() if _is_shown(field)]
        empty = next((field for field in shown if not field.value.strip()), None)
        field = empty or (shown[0] if shown else None)
        if field is not None:
            return field.input
        return next((row for row in self.query(FormRow) if _is_shown(row)), None)

    def put_faults(self, faults: Sequence[Fault]) -> bool:
        """Say under each row what is wrong with it and focus the first; False where no row is meant."""
        rows: dict[str, Field | FormRow] = {row.name: row for row in self.query(FormRow) if row.name}
        rows.update({field.name: field for field in self.fields() if field.name})
        for holder in self.query(Radios):
            if holder.id and holder.row is not None:
                rows[holder.id] = holder.row
        for row in rows.values():
            row.error = ""
        focused = False
        for fault in faults:
            wrong = rows.get(fault.field)
            if wrong is None or not _is_shown(wrong):
                continue
            wrong.error = fault.sentence
            if not focused:
                self.screen.set_focus(wrong.input if isinstance(wrong, Field) else wrong)
                focused = True
        return focused

    @on(Input.Changed)
    def is_typed(self, event: Input.Changed) -> None:
        """Pass on what is typed, and take back what was said of it."""
        event.stop()
        field = next((each for each in self.fields() if each.input is event.input), None)
        if field is not None and field.name:
            field.error = ""
            self.post_message(self.Told({field.name: event.value}, chosen=False))

    @on(Choice.Changed)
    def is_chosen(self, event: Choice.Changed) -> None:
        """Pass on what is chosen."""
        event.stop()
        self.choose(event.choice, event.index)

    @on(Radio.Picked)
    def is_picked(self, event: Radio.Picked) -> None:
        """Pass on which row is chosen."""
        event.stop()
        self.pick(event.radio)

    def pick(self, radio: Radio) -> None:
        """Answer a row that is chosen; its holder is called like the field."""
        holder = radio.parent
        if isinstance(holder, Radios) and holder.id:
            self.post_message(self.Told({holder.id: radio.value}, chosen=True))

    def choose(self, choice: Choice, index: int) -> None:
        """Answer a choice."""


class Note(Static):
    """Words between the rows; the page is laid out anew only when they are others."""

    def say(self, words: Content) -> None:
        """Show these words."""
        if not (isinstance(self.content, Content) and words.is_same(self.content)):
            self.update(words)


class Radios(Vertical):
    """One of several, a row each; listed anew only where the options are others."""

    def __init__(self, label: str, *, id: str) -> None:
        super().__init__(id=id, classes="radios")
        self._label = label
        self._options: tuple[tuple[str, str], ...] = ()

    def show(self, options: Sequence[tuple[str, str]], chosen: str) -> None:
        """Show the options (what each is known by, and its words) with one of them chosen."""
        if tuple(options) != self._options:
            self._options = tuple(options)
            self.remove_children()
            rows = enumerate(self._options)
            self.mount_all([Radio(self._label if not place else "", words, value, on=value == chosen) for place, (value, words) in rows])
        for radio in self.query(Radio):
            radio.on = radio.value == chosen

    @property
    def row(self) -> Radio | None:
        """The chosen row, else the first one."""
        rows = list(self.query(Radio))
        return next((radio for radio in rows if radio.on), rows[0] if rows else None)


def set_options(choice: Choice, options: Sequence[str], chosen: int) -> None:
    """Give a choice other options, without telling anybody."""
    if choice.options != tuple(options) or choice.chosen != chosen:
        choice.options = tuple(options)
        with choice.prevent(Choice.Changed):
            choice.chosen = chosen
        choice.refresh()


def _is_shown(widget: Widget) -> bool:
    return bool(widget.display)
