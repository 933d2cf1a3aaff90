"""The checkout on one page: the steps on the left with their state, the one in hand opened, the cart's totals on the right.

``CartdeskApp`` opens it for F8. What is typed is kept in the store as it is typed, so that going back, leaving or being killed loses none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from cartdesk.desk.checkout_reader import look
from cartdesk.desk.filling import keep_step, keep_typed
from cartdesk.documents.checkout_text import step_line
from cartdesk.errors import EntryError
from cartdesk.language import message, tr
from cartdesk.selling.checkout_draft import STEPS, Step
from cartdesk.selling.checkout_steps import STEP_WORDS
from cartdesk.selling.payment import Result
from cartdesk.tui.keys import Hint
from cartdesk.tui.plain import fit
from cartdesk.tui.screens.checkout.billing import BillingPanel
from cartdesk.tui.screens.checkout.confirming import ConfirmPanel
from cartdesk.tui.screens.checkout.customer import CustomerPanel
from cartdesk.tui.screens.checkout.delivery import DeliveryPanel
from cartdesk.tui.screens.checkout.panel import Panel
from cartdesk.tui.screens.checkout.payment import PaymentPanel
from cartdesk.tui.screens.checkout.reading import ReadingPanel
from cartdesk.tui.sheet import Sheet
from cartdesk.tui.widgets.bar import Bar, Word
from cartdesk.tui.widgets.form import Field
from cartdesk.tui.widgets.grid import Grid
from cartdesk.tui.widgets.press import Press
from cartdesk.tui.widgets.review import Review
from cartdesk.tui.widgets.totals import Totals, TotalsLine

if TYPE_CHECKING:
    from cartdesk.desk import Desk
    from cartdesk.desk.view import DeskView
    from cartdesk.selling.checkout_look import CheckoutLook

PANELS = (CustomerPanel, DeliveryPanel, BillingPanel, PaymentPanel, ReadingPanel, ConfirmPanel)
LONGEST_UNSURE = 10
"""More digits than this in a row are kept only once the step is gone on from: until then they may become a card's."""


class CheckoutScreen(Sheet):
    """Six steps. Enter goes on, Esc goes back, and nothing typed is lost."""

    CSS_PATH = "checkout.tcss"
    WHERE = "checkout"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next", message("Next"), show=False),
        Binding("escape", "back", message("Back"), tooltip=message("Go back a step; what is typed is kept.")),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._look: CheckoutLook | None = None
        self._step = Step.CUSTOMER
        self._typed: dict[str, str] = {}
        self._keeping = False

    def body(self) -> ComposeResult:
        """Each step's heading with its panel below, and the totals."""
        with Horizontal(id="work"):
            with Vertical(id="steps"):
                for panel in PANELS:
                    yield Bar(id=f"head-{panel.STEP}", classes="head")
                    yield panel()
                with Horizontal(id="presses"):
                    yield Press(tr("Next"), id="next")
                    yield Press(tr("Back"), id="back")
            with Vertical(id="right"):
                yield Totals(id="totals")
        yield TotalsLine(id="totals-line")

    def view_changed(self, view: DeskView) -> None:
        """Show the cart and its checkout as they are now."""
        self.query_one(Totals).load(view.cart)
        self.query_one(TotalsLine).load(view.cart, view.area.letter)
        if not view.cart.read_only:
            opening = self._look is None
            self._load(self.desk.ask(look))
            if opening and self._look is not None:
                self._go(self._look.checkout.step)

    def hints(self) -> Iterator[Hint]:
        """Yield Enter with what it does on this step, then the other keys."""
        yield Hint("enter", self._way() if self.is_up else tr("Next"), tr("Go on to the next step."), local=True)
        yield from super().hints()

    def _way(self) -> str:
        if self._step is Step.READ:
            return tr("Read") if self._panel(Step.READ).query(".said") and self._unread else tr("Next")
        if self._step is Step.CONFIRM:
            return self.query_one(Review).way or tr("Confirm the order")
        return tr("Next")

    @property
    def _unread(self) -> str | None:
        panel = self._panel(Step.READ)
        spoken = panel.next_unread if isinstance(panel, ReadingPanel) else None
        return None if spoken is None else spoken.key

    def _panel(self, step: Step) -> Panel:
        return self.query_one(f"#panel-{step}", Panel)

    # -- going on and back ----------------------------------------------------------------------------------------------------------

    @on(Field.Entered)
    async def entered(self) -> None:
        """Enter in a field goes on."""
        await self.action_next()

    @on(Grid.Moved)
    def point(self) -> None:
        """Say in the footer what Enter does on this row."""
        self.refresh_keys()

    @on(Grid.Chosen)
    async def chosen(self) -> None:
        """A row that is clicked again does what Enter does."""
        await self.action_next()

    @on(Press.Pressed)
    async def pressed(self, event: Press.Pressed) -> None:
        """The buttons do what Enter and Esc do."""
        await (self.action_next() if event.press.id == "next" else self.action_back())

    async def action_next(self) -> None:
        """Go on: to what is missing, to the next statement, to the next step, or to the order."""
        step = self._step
        self._typed.update({name: text for name, text in self._panel(step).typed().items() if self._kept(name) != text})
        await self._keep(surely=True)
        if step is Step.READ and self._unread is not None:
            await self._read(self._unread)
        elif step is Step.CONFIRM:
            await self._confirm()
        elif step is Step.PAYMENT and self._kept("result") in (Result.DECLINED, Result.UNKNOWN):
            await self.shop.enter(f"E payment={self._kept('result')}")
            self._find_fault(step)
        elif not self._find_fault(step):
            await self._complete(step)

    async def action_back(self) -> None:
        """Go back a step, from the first one to where the checkout was opened."""
        await self._keep(surely=True)
        before = self._step.before
        if before is None:
            self.leave()
        else:
            await self._stand(before)

    async def _stand(self, step: Step) -> None:
        cart_id = self.desk.view.cart.cart_id or ""
        await self.shop.work(lambda: keep_step(self.desk, cart_id, step))
        self.say("")
        self._go(step)

    async def _complete(self, step: Step) -> None:
        from cartdesk.desk.commands import CompleteStep

        if await self.shop.perform(CompleteStep(step.value)) is not None:
            self.say("")
            self._go(step.next)

    async def _read(self, key: str) -> None:
        from cartdesk.desk.commands import HearStatements

        if await self.shop.perform(HearStatements(key)) is None:
            return
        self.say("")
        if self._unread is None:
            await self._complete(Step.READ)
        else:
            self._focus()

    async def _confirm(self) -> None:
        from cartdesk.desk.commands import ConfirmOrder

        pressed = self.focused is not None and self.focused.id == "next"
        if not pressed and await self.query_one(Review).mend(self.shop):
            return
        for step in STEPS:
            if step is not Step.CONFIRM and self._look is not None and self._look.faults[step]:
                self._go(step)
                self._find_fault(step)
                return
        await self.shop.perform(ConfirmOrder())

    def _find_fault(self, step: Step) -> bool:
        """Say what is wrong with a step; False where nothing is."""
        faults = self._look.faults[step] if self._look is not None else ()
        self._panel(step).put_faults(faults)
        if not faults:
            return False
        self.shop.refuse(EntryError(faults[0].sentence, *faults[0].mends))
        return True

    def _go(self, step: Step) -> None:
        self._step = step
        self._show_steps()
        self._focus()
        self.refresh_keys()

    def _focus(self) -> None:
        first = self._panel(self._step).first()
        if first is not None:
            self.set_focus(first)

    # -- what is told ---------------------------------------------------------------------------------------------------------------

    @on(Panel.Told)
    async def told(self, event: Panel.Told) -> None:
        """Keep what was typed; a choice counts at once."""
        changes = {name: text for name, text in event.changes.items() if self._kept(name) != text or name in self._typed}
        self._typed.update(changes)
        if changes:
            await self._keep(surely=event.chosen)

    @on(Panel.Did)
    async def did(self, event: Panel.Did) -> None:
        """Do what a row stands for."""
        await self._keep(surely=True)
        await self.shop.enter(event.entry)

    def _kept(self, name: str) -> str:
        return self._look.checkout.typed.get(name, "") if self._look is not None else ""

    async def _keep(self, *, surely: bool = False) -> None:
        """Write what is typed into the store; keys typed while it is written are written next, not one by one."""
        if self._keeping and not surely:
            return
        self._keeping = True
        try:
            while changes := {name: text for name, text in self._typed.items() if surely or not _may_become_a_card(text)}:
                for name in changes:
                    del self._typed[name]
                fresh = await self.shop.work(lambda changes=changes: self._write(changes))  # type: ignore[misc]
                if fresh is not None:
                    self._load(fresh)
        finally:
            self._keeping = False

    def _write(self, changes: dict[str, str]) -> CheckoutLook:
        keep_typed(self.desk, self.desk.view.cart.cart_id or "", changes)
        return self.desk.ask(look)

    # -- what is on the screen ------------------------------------------------------------------------------------------------------

    def _load(self, fresh: CheckoutLook) -> None:
        self._look = fresh
        for panel in self.query(Panel):
            panel.load(fresh, self.desk.view.cart)
        self._show_steps()

    def _show_steps(self) -> None:
        fresh = self._look
        if fresh is None:
            return
        for step in STEPS:
            here, done = step is self._step, fresh.is_done(step)
            mark, style = ("▸", "bold $accent") if here else ("✓", "$success") if done else (" ", "$quiet")
            words = step_line(fresh, step)
            self.query_one(f"#head-{step}", Bar).set_words(
                [
                    Word(f" {mark} ", style),
                    Word(f"{step.number} {fit(tr(STEP_WORDS[step]), 12)}", style if here else "" if done else "$quiet", self._to(step)),
                    Word(words, "" if here else "$quiet", self._to(step)),
                ]
            )
            self._panel(step).display = here
        self.query_one("#next", Press).label = (
            tr("Confirm the order") if self._step is Step.CONFIRM else tr("Next: {step}", step=tr(STEP_WORDS[self._step.next].lower()))
        )

    def _to(self, step: Step) -> Callable[[], object]:
        return lambda: self.run_worker(self._clicked(step), exclusive=True)

    async def _clicked(self, step: Step) -> None:
        """Go to a step that was clicked: back at once, forward past steps that are right."""
        await self._keep(surely=True)
        while self._step.number < step.number:
            before = self._step
            if self._find_fault(before):
                return
            await self._complete(before)
            if self._step is before:
                return
        if step is not self._step:
            await self._stand(step)


def _may_become_a_card(text: str) -> bool:
    return not text.lstrip().startswith("+") and sum(map(str.isdigit, text)) > LONGEST_UNSURE
