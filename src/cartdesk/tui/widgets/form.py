"""The rows of a form: one of several, how many, or a text, each with its label and its error in place.

The offering, checkout, bill and settings screens are made of them. ``up`` and ``down`` walk the rows, ``left`` and ``right`` change
the one that has the focus, and everything can be clicked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from cartdesk.language import message, tr
from cartdesk.text import safe_text
from cartdesk.tui.plain import content
from cartdesk.tui.widgets.cells import draw_cell
from cartdesk.tui.widgets.no_cards import NoCards

LABEL_WIDTH = 18
"""The usual width of the labels' column, in cells."""


class Form(VerticalScroll, can_focus=False):
    """Rows of a form under each other; ``up`` and ``down`` go from row to row."""

    DEFAULT_CSS = """
    Form { height: auto; max-height: 1fr; scrollbar-size-vertical: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", message("Row above"), show=False),
        Binding("down", "app.focus_next", message("Row below"), show=False),
    ]


def label_room(width: int, *labels: str) -> int:
    """Return the width of a column that these labels stand in: more than usual where a language needs it."""
    return max(width, *(cell_len(label) + 1 for label in labels))


class FormRow(Widget, can_focus=True):
    """What choices and counters have in common: a label, a line of parts that can be clicked, and an error below."""

    DEFAULT_CSS = """
    FormRow {
        height: auto;
        min-height: 1;
        & > .row--label { color: $quiet; }
        & > .row--chosen { text-style: bold; }
        & > .row--dim { color: $quiet; }
        & > .row--error { color: $text-error; }
        & > .row--mark { color: $text-accent; }
        &:focus { background: $here; }
        &:focus > .row--label { color: $foreground; text-style: bold; }
    }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"row--label", "row--chosen", "row--dim", "row--error", "row--mark"}

    error: reactive[str] = reactive("", layout=True)
    """What is wrong with the value, shown below; empty when nothing is."""

    def __init__(self, label: str, *, label_width: int = LABEL_WIDTH, name: str | None = None, id: str | None = None) -> None:
        super().__init__(name=name, id=id)
        self.label = label
        self._column = label_width + 2

    def parts(self, width: int) -> list[tuple[str, str, int]]:
        """Return the row's parts within ``width`` cells: text, style, and what a click on it does (a number, -1 for nothing)."""
        raise NotImplementedError

    def pressed(self, part: int) -> None:
        """Answer a click on a part."""
        raise NotImplementedError

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """One line, and one for the error."""
        return 2 if self.error else 1

    def render_line(self, y: int) -> Strip:
        """Draw the row, or its error."""
        width = self.size.width
        base = self.rich_style
        if y == 1:
            wrong = self._ink("error")
            return Strip([Segment(" " * self._column, base), *draw_cell(self.error, max(width - self._column, 0), lambda _: wrong)])
        if y > 1:
            return Strip.blank(width, base)
        mark = "▸ " if self.has_focus else "  "
        segments = [
            Segment(mark, self._ink("mark")),
            *draw_cell(self.label, self._column - 3, lambda _: self._ink("label")),
            Segment(" ", base),
        ]
        segments.extend(Segment(text, self._ink(style) if style else base) for text, style, _ in self.parts(width - self._column))
        return Strip(segments).adjust_cell_length(width, base)

    def on_click(self, event: events.Click) -> None:
        """Press the part under the mouse."""
        self.focus()
        column = self._column
        if event.y > 0:
            return
        for text, _, part in self.parts(self.size.width - column):
            column += cell_len(text)
            if event.x < column:
                if part >= 0 and event.x >= self._column:
                    self.pressed(part)
                return

    def _ink(self, name: str) -> Style:
        return self.rich_style + self.get_component_rich_style(f"row--{name}", partial=True)


class Choice(FormRow):
    """One of several, as ``(•) black  ( ) white``; where they do not fit, the chosen one between arrows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", message("Choice before"), show=False),
        Binding("right,space", "step(1)", message("Next choice"), show=False),
    ]

    chosen: reactive[int] = reactive(0)
    """The index of the chosen option, -1 for none."""

    @dataclass
    class Changed(Message):
        """Another option was chosen."""

        choice: Choice
        index: int

        @property
        def control(self) -> Choice:
            """The row."""
            return self.choice

    def __init__(
        self,
        label: str,
        options: Sequence[str],
        chosen: int = 0,
        *,
        label_width: int = LABEL_WIDTH,
        name: str | None = None,
        id: str | None = None,
    ) -> None:
        """Make the row.

        Args:
            label: what is chosen.
            options: the words to choose from.
            chosen: the index of the option chosen at first, -1 for none.
            label_width: the width of the labels' column.
            name: the widget's name, for the screen to know it by.
            id: the widget's id.
        """
        super().__init__(label, label_width=label_width, name=name, id=id)
        self.options = tuple(safe_text(option, 40) for option in options)
        self.set_reactive(Choice.chosen, chosen)

    def parts(self, width: int) -> list[tuple[str, str, int]]:
        """All options when they fit, else the chosen one and where it stands."""
        whole: list[tuple[str, str, int]] = []
        for index, option in enumerate(self.options):
            on = index == self.chosen
            whole.append((f"({'•' if on else ' '}) {option}", "chosen" if on else "", index))
            whole.append(("  ", "", -1))
        if sum(cell_len(text) for text, _, _ in whole) - 2 <= width:
            return whole
        word = self.options[self.chosen] if self.chosen >= 0 else tr("choose")
        count = len(self.options)
        return [
            ("◂ ", "mark", (self.chosen - 1) % count),
            (word, "chosen", (self.chosen + 1) % count),
            (" ▸", "mark", (self.chosen + 1) % count),
            (tr("  {chosen} of {count}", chosen=self.chosen + 1, count=count), "dim", -1),
        ]

    def pressed(self, part: int) -> None:
        """Choose the option that was clicked."""
        self.choose(part)

    def action_step(self, by: int) -> None:
        """Choose the option before or after, round the ends."""
        if self.options:
            self.choose((max(self.chosen, 0) + by) % len(self.options) if self.chosen >= 0 or by < 0 else 0)

    def choose(self, index: int) -> None:
        """Choose an option and tell the screen, if it is another one."""
        if index != self.chosen:
            self.chosen = index
            self.error = ""
            self.post_message(self.Changed(self, index))


class Counter(FormRow):
    """How many: ``[−] 2 [+]`` with its limits."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,minus", "step(-1)", message("One less"), show=False),
        Binding("right,plus,space", "step(1)", message("One more"), show=False),
    ]

    value: reactive[int] = reactive(1)
    """How many."""

    @dataclass
    class Changed(Message):
        """Another number was set."""

        counter: Counter
        value: int

        @property
        def control(self) -> Counter:
            """The row."""
            return self.counter

    def __init__(
        self,
        label: str,
        value: int,
        low: int,
        high: int | None,
        *,
        label_width: int = LABEL_WIDTH,
        name: str | None = None,
        id: str | None = None,
    ) -> None:
        """Make the row.

        Args:
            label: what is counted.
            value: how many at first.
            low: the fewest.
            high: the most, or None for no limit.
            label_width: the width of the labels' column.
            name: the widget's name, for the screen to know it by.
            id: the widget's id.
        """
        super().__init__(label, label_width=label_width, name=name, id=id)
        self.low, self.high = low, high
        self.set_reactive(Counter.value, value)

    def parts(self, width: int) -> list[tuple[str, str, int]]:
        """The two buttons, the number and its limits."""
        limits = (
            tr("{low} to {high}", low=self.low, high=self.high)
            if self.high is not None
            else tr("at least {low}", low=self.low)
            if self.low > 1
            else ""
        )
        return [("[−]", "mark", 0), (f" {self.value} ", "chosen", -1), ("[+]", "mark", 1), (f"  {limits}", "dim", -1)]

    def pressed(self, part: int) -> None:
        """One more, or one less."""
        self.action_step(1 if part else -1)

    def action_step(self, by: int) -> None:
        """Count up or down within the limits; at a limit say so."""
        wanted = self.value + by
        if wanted < self.low:
            self.error = tr("At least {low}.", low=self.low)
        elif self.high is not None and wanted > self.high:
            self.error = tr("At most {high}.", high=self.high)
        else:
            self.error = ""
            self.value = wanted
            self.post_message(self.Changed(self, wanted))


class FieldLine(NoCards):
    """The line of a field; Enter goes to whoever owns the form."""

    async def on_key(self, event: events.Key) -> None:
        """Take Enter here, so that what is typed behind it in one burst goes where Enter leads."""
        if event.key == "enter" and isinstance(self.parent, Widget) and isinstance(self.parent.parent, Field):
            event.stop()
            event.prevent_default()
            self.post_message(Field.Entered(self.parent.parent))


class Field(Widget):
    """A label and a line to type in, with what is wrong said right below it."""

    @dataclass
    class Entered(Message):
        """Enter was pressed in the line."""

        field: Field

        @property
        def control(self) -> Field:
            """The row."""
            return self.field

    DEFAULT_CSS = """
    Field {
        height: auto;
        & > Horizontal { height: 1; }
        & .field--mark { width: 2; color: $text-accent; }
        & .field--label { width: 18; color: $quiet; }
        & Input { width: 1fr; max-width: 50; }
        & .field--hint { width: auto; padding-left: 1; color: $quiet; }
        & .field--error { display: none; height: auto; padding-left: 2; color: $text-error; }
        &.-wrong .field--error { display: block; }
        &.-here .field--label { color: $foreground; text-style: bold; }
    }
    """

    error: reactive[str] = reactive("")
    """What is wrong with the text; empty when nothing is."""

    def __init__(
        self,
        label: str,
        value: str = "",
        *,
        hint: str = "",
        label_width: int = LABEL_WIDTH,
        name: str | None = None,
        id: str | None = None,
    ) -> None:
        """Make the row.

        Args:
            label: what is typed here.
            value: the text at first.
            hint: shown in the line while it is empty.
            label_width: the width of the labels' column.
            name: the widget's name, for the screen to know it by.
            id: the widget's id.
        """
        super().__init__(name=name, id=id)
        self._label = label
        self.input = FieldLine(value, placeholder=hint, compact=True, select_on_focus=False)
        self._mark = Static("", classes="field--mark")
        self._error = Static("", classes="field--error")
        self._label_width = label_width

    @property
    def value(self) -> str:
        """The text as typed."""
        return self.input.value

    @value.setter
    def value(self, text: str) -> None:
        self.input.value = text

    def compose(self) -> ComposeResult:
        """Lay the label, the line and the error."""
        with Horizontal():
            yield self._mark
            label = Static(content(self._label), classes="field--label")
            label.styles.width = self._label_width
            yield label
            yield self.input
        self._error.styles.padding = (0, 0, 0, self._label_width + 2 if self._label_width >= LABEL_WIDTH else 2)
        yield self._error

    def on_descendant_focus(self) -> None:
        """Mark the row without colour too."""
        self._mark.update("▸ ", layout=False)
        self.add_class("-here")

    def on_descendant_blur(self) -> None:
        """Take the mark away."""
        self._mark.update("", layout=False)
        self.remove_class("-here")

    def watch_error(self, sentence: str) -> None:
        """Show the sentence, or take it away."""
        self._error.update(content(sentence))
        self.set_class(bool(sentence), "-wrong")
