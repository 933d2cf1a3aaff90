"""Step 5: what is read aloud before the customer agrees, one statement after the other, each stamped when it was said."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from cartdesk.language import message, tr
from cartdesk.selling.checkout_draft import Step
from cartdesk.tui.plain import content, join
from cartdesk.tui.screens.checkout.panel import Panel

if TYPE_CHECKING:
    from cartdesk.desk.view import CartView
    from cartdesk.selling.checkout_look import CheckoutLook
    from cartdesk.selling.checkout_steps import Spoken


class Said(Static, can_focus=True):
    """One statement."""

    def __init__(self, spoken: Spoken) -> None:
        super().__init__(classes="said")
        self.spoken = spoken
        self.update(self.look_of(spoken))

    def hold(self, spoken: Spoken) -> None:
        """Show the statement as it is now."""
        if spoken != self.spoken:
            self.spoken = spoken
            self.update(self.look_of(spoken))

    def look_of(self, spoken: Spoken) -> Content:
        """Return the statement with its mark: read, to be read, or for the agent alone."""
        mark = "  " if not spoken.aloud else "✓ " if spoken.heard else "▸ " if self.has_focus else "○ "
        style = "$quiet" if not spoken.aloud else "$success" if spoken.heard else "bold $accent" if self.has_focus else ""
        title = f"{spoken.title}: " if spoken.title else ""
        text = content(spoken.text, "$quiet" if spoken.heard or not spoken.aloud else "")
        return join(content(mark, style), content(title, "$quiet" if spoken.heard or not spoken.aloud else "bold"), text)

    def watch_has_focus(self, has_focus: bool) -> None:
        """Show whether it is the one in hand."""
        super().watch_has_focus(has_focus)
        self.update(self.look_of(self.spoken))

    def on_click(self, event: events.Click) -> None:
        """A click says that it was read."""
        event.stop()
        self.focus()
        if self.spoken.aloud and not self.spoken.heard:
            self.post_message(Panel.Did(f"E heard {self.spoken.key}"))


class ReadingPanel(Panel):
    """The script."""

    STEP: ClassVar[Step] = Step.READ
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "all", message("All were read"), tooltip=message("Say that every statement was read."))
    ]

    def rows(self) -> ComposeResult:
        """The statements come with the cart."""
        yield from ()

    def show(self, look: CheckoutLook, cart: CartView) -> None:
        """Show what is to be said of the cart as it is now."""
        there = {said.spoken.key: said for said in self.query(Said)}
        if list(there) == [each.key for each in look.spoken]:
            for each in look.spoken:
                there[each.key].hold(each)
            return
        self.remove_children()
        self.mount_all([Said(each) for each in look.spoken] or [Static(content(tr("There is nothing to be read aloud."), "$quiet"))])

    @property
    def next_unread(self) -> Spoken | None:
        """The statement in hand where it is still to be read, else the first that is."""
        here = self.screen.focused
        if isinstance(here, Said) and here.spoken.aloud and not here.spoken.heard:
            return here.spoken
        return next((each for each in (self.look.spoken if self.look is not None else ()) if each.aloud and not each.heard), None)

    def first(self) -> Widget | None:
        """The first statement that is still to be read has the focus."""
        said = [each for each in self.query(Said) if each.spoken.aloud]
        return next((each for each in said if not each.spoken.heard), said[-1] if said else None)

    def action_all(self) -> None:
        """Say that all of them were read."""
        self.post_message(self.Did("E heard"))
