"""An offering: what it is, what can be chosen on it, what that costs, and what it needs and excludes.

``CartdeskApp`` opens it for ``c`` and for the entry ``info``; for a line of the cart it changes that line. The price is live.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cartdesk.desk.command import Focus
from cartdesk.desk.commands import AddOffering, ShowWhy
from cartdesk.desk.trial import Setting, Trial, trial_of_line, trial_of_offering
from cartdesk.errors import Refused
from cartdesk.language import message, tr
from cartdesk.tui.plain import content, join
from cartdesk.tui.sheet import Sheet
from cartdesk.tui.widgets.facts import Facts
from cartdesk.tui.widgets.form import Choice, Counter, Field, Form, FormRow
from cartdesk.tui.widgets.message import Tone
from cartdesk.tui.widgets.offer import OfferFacts, RelatedList, offer_facts
from cartdesk.tui.widgets.press import Press

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.widget import Widget

    from cartdesk.desk import Desk
    from cartdesk.desk.command import Command
    from cartdesk.desk.view import DeskView
    from cartdesk.pricing import PricedCart
    from cartdesk.tui.keys import Hint

LABEL = 20

SLIM = 72
"""Columns below which the price takes less room than usual."""


class OfferingScreen(Sheet):
    """Details and configuration; Enter puts it into the cart as chosen."""

    CSS_PATH = "offering.tcss"
    WHERE = "offering"
    AUTO_FOCUS = "#form FormRow"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "put", message("Add"), show=False),
        Binding("plus", "count(1)", message("One more"), tooltip=message("Take one more.")),
        Binding("minus", "count(-1)", message("One fewer"), tooltip=message("Take one fewer.")),
        Binding("f5", "compare", message("Compare"), tooltip=message("Compare this offering with others.")),
        Binding("f7", "why", message("Why"), show=False),
    ]

    def __init__(self, desk: Desk, offering_id: str, item_id: str | None = None) -> None:
        """Make the page.

        Args:
            desk: the desk.
            offering_id: the offering.
            item_id: the line of the cart that is changed; None adds a new one.
        """
        super().__init__(desk)
        self.offering_id, self.item_id = offering_id, item_id
        self.trial: Trial | None = None
        self.priced: PricedCart | None = None
        self._rows: dict[tuple[str, str, str], Setting] = {}
        self._about: OfferFacts | None = None
        self._refused = ""

    def body(self) -> ComposeResult:
        """What it is, what can be chosen, its price, and its relations."""
        yield Static(id="head")
        with Horizontal(id="work"):
            with VerticalScroll(id="left", can_focus=False):
                yield Form(id="form")
                with Horizontal(id="presses"):
                    yield Press(tr("Add to the cart"), id="put")
                yield Static(content(tr("Needs, excludes, goes with"), "$quiet"), id="related-head")
                yield RelatedList(id="related")
            with Vertical(id="right"):
                yield Facts(id="price")

    @on(events.Mount)
    async def begin(self) -> None:
        """Read the offering and begin the trial, on the desk's thread; keys wait until it is there."""
        desk, offering_id, item_id = self.desk, self.offering_id, self.item_id

        def read() -> tuple[OfferFacts, Trial | None, PricedCart | None, str]:
            about = offer_facts(desk, offering_id)
            try:
                trial = trial_of_line(desk, item_id) if item_id else trial_of_offering(desk, offering_id)
            except Refused as refused:
                return about, None, None, str(refused)
            return about, trial, desk.price(trial.cart), ""

        found = await self.shop.work(read)
        if found is None:
            return
        self._about, self.trial, self.priced, self._refused = found
        await self._show_form()
        self._show_all()
        if self.focused is None and self.trial is not None:
            self.query(FormRow).first().focus()

    def on_resize(self, event: events.Resize) -> None:
        """Leave the choices room enough where there is little."""
        slim = event.size.width < SLIM
        self.query_one("#right").styles.width = 24 if slim else None

    def view_changed(self, view: DeskView) -> None:
        """What is in the cart changed: say again what is needed, and price again."""
        if self._about is not None:
            self._show_all()

    def standing_on(self) -> Focus:
        """The line that is changed, where it is one."""
        line = next((each.number for each in self.desk.view.cart.lines if each.item_id == self.item_id), None)
        return Focus(line=line)

    def command_for(self, key: str) -> Command | None:
        """Return the command a key means; asking why, and adding, mean the line as it is chosen here."""
        command = super().command_for(key)
        return None if isinstance(command, ShowWhy | AddOffering) else command

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Count only what can be sold."""
        return self.trial is not None if action == "count" else True

    def hints(self) -> Iterator[Hint]:
        """Yield Enter with what it does here, then the other keys."""
        from cartdesk.tui.keys import Hint

        if self.trial is not None:
            yield Hint(
                "enter", tr("Add") if self.trial.is_new else tr("Change"), tr("Put it into the cart as it is chosen here."), local=True
            )
        yield from super().hints()

    # -- choosing -------------------------------------------------------------------------------------------------------------------

    @on(Choice.Changed)
    async def chosen(self, event: Choice.Changed) -> None:
        """Another value, term or option."""
        setting = self._rows[_key(event.choice)]
        await self._choose(setting, setting.values[event.index][1], event.choice)

    @on(Counter.Changed)
    async def counted(self, event: Counter.Changed) -> None:
        """Another quantity, of the line or of a part."""
        if event.counter.id == "quantity":
            await self._try(lambda trial: trial.with_quantity(event.value), event.counter)
        else:
            await self._choose(self._rows[_key(event.counter)], str(event.value), event.counter)

    @on(Field.Entered)
    async def entered(self, event: Field.Entered) -> None:
        """A text was typed; the same text again puts the line into the cart."""
        setting = self._rows[_key(event.field)]
        if event.field.value.strip() == (setting.chosen or ""):
            await self.action_put()
        else:
            await self._choose(setting, event.field.value, event.field)

    async def _choose(self, setting: Setting, value: str, row: FormRow | Field) -> None:
        await self._try(lambda trial: trial.choosing(setting, value), row)

    async def _try(self, change: object, row: FormRow | Field) -> None:
        """Make a change on the trial and price it; what is refused is said in place."""
        trial, desk = self.trial, self.desk
        if trial is None or not callable(change):
            return

        def work() -> tuple[Trial, PricedCart] | str:
            try:
                changed: Trial = change(trial)
            except Refused as refused:
                return str(refused)
            return changed, desk.price(changed.cart)

        found = await self.shop.work(work)
        if isinstance(found, str):
            row.error = found
        elif found is not None:
            row.error = ""
            self.trial, self.priced = found
            await self._show_form()
            self._show_all()

    def action_count(self, by: int) -> None:
        """Take one more of it, or one fewer."""
        self.query_one("#quantity", Counter).action_step(by)

    # -- putting it into the cart ---------------------------------------------------------------------------------------------------

    @on(Press.Pressed, "#put")
    async def pressed(self) -> None:
        """The button does what Enter does."""
        await self.action_put()

    async def action_put(self) -> None:
        """Put the line into the cart as it is chosen here, and go back."""
        if self.trial is None:
            self.say(self._refused, Tone.BAD)
            return
        outcome = await self.shop.perform(self.trial.command())
        if outcome is not None:
            self.leave(outcome.said, tr("Ctrl+Z undoes · entry {entry}", entry=self.trial.entry()))

    @on(RelatedList.Wanted)
    async def take(self, event: RelatedList.Wanted) -> None:
        """Add what it needs or goes with."""
        await self.shop.enter(event.entry)

    async def action_compare(self) -> None:
        """Compare it with others."""
        from cartdesk.tui.screens.compare import CompareScreen

        await self.app.push_screen(CompareScreen(self.desk, offering_ids=(self.offering_id,)))

    async def action_why(self) -> None:
        """Explain the price of the line as it is chosen here."""
        from cartdesk.tui.screens.why import WhyScreen

        if self.trial is not None and self.priced is not None:
            await self.app.push_screen(WhyScreen(self.desk, item_id=self.trial.line.id, what="line", priced=self.priced))

    @on(Facts.Why)
    async def why(self) -> None:
        """A clicked amount is explained."""
        await self.action_why()

    # -- what is on the screen ------------------------------------------------------------------------------------------------------

    async def _show_form(self) -> None:
        """Bring the rows up to the trial; they are made anew only where others are asked."""
        trial = self.trial
        settings = trial.settings() if trial is not None else ()
        form = self.query_one("#form", Form)
        asked = {setting.key: setting for setting in settings}
        if list(asked) == list(self._rows) and form.children:
            self._rows = asked
            self._update()
            return
        here = _key(self.focused) if isinstance(self.focused, FormRow) and self.focused.id != "quantity" else None
        self._rows = asked
        async with self.batch():
            await form.remove_children()
            if trial is not None:
                rows = [_row(setting) for setting in settings]
                await form.mount(Counter(tr("How many"), trial.line.quantity, 1, None, label_width=LABEL, id="quantity"), *rows)
        back = next((row for row in self.query(FormRow) if row.id != "quantity" and _key(row)[1:] == (here or ("", "", ""))[1:]), None)
        if back is not None and here is not None:
            back.focus()

    def _update(self) -> None:
        for row in self.query(FormRow):
            if row.id == "quantity":
                continue
            setting = self._rows[_key(row)]
            if isinstance(row, Choice):
                with row.prevent(Choice.Changed):
                    row.chosen = _place(setting)
            elif isinstance(row, Counter):
                row.value = int(setting.chosen or 0)

    def _show_all(self) -> None:
        about = self._about
        if about is None:
            return
        name = content(about.name, "bold")
        lines = [join(name, content(f"  {about.facts}", "$quiet")), *(content(line) for line in about.lines)]
        if self._refused:
            lines.append(content(f"✗ {self._refused}", "$error"))
        self.query_one("#head", Static).update(Content("\n").join(lines))
        self.query_one("#presses").display = self.trial is not None
        self.query_one("#put", Press).label = tr("Add to the cart") if self.trial is None or self.trial.is_new else tr("Change the line")
        related = tuple(about.related(self.desk.view.cart, self.desk.cart))
        self.query_one("#related-head").display = bool(related)
        self.query_one(RelatedList).load(related)
        self.query_one("#price", Facts).show(tuple(about.price(self.trial, self.priced, self.desk)))
        self.refresh_keys()


def _key(row: Widget | None) -> tuple[str, str, str]:
    item_id, kind, name = (row.name or "\t\t").split("\t") if row is not None else ("", "", "")
    return item_id, kind, name


def _place(setting: Setting) -> int:
    return next((place for place, (_, value) in enumerate(setting.values) if value == setting.chosen), -1)


def _row(setting: Setting) -> Widget:
    label = "  " * setting.depth + setting.label
    name = "\t".join(setting.key)
    if setting.kind == "part":
        times = f" ×{setting.chosen}" if setting.chosen not in ("1", None) else ""
        return Static(join(content(f"  {label}{times}"), content(tr("  included"), "$quiet")), classes="part")
    if setting.kind == "count":
        return Counter(label, int(setting.chosen or 0), setting.low, setting.high, label_width=LABEL, name=name)
    if setting.kind == "text":
        return Field(label, setting.chosen or "", label_width=LABEL, name=name)
    return Choice(label, [word for word, _ in setting.values], _place(setting), label_width=LABEL, name=name)
