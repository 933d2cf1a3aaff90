"""What every full screen has in common: the top line, the message line, the footer, and keys that mean commands.

The desk and every screen opened from it are pages; ``CartdeskApp`` opens them, tells them when the desk changed, and closes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input

from cartdesk.language import current, message, tr
from cartdesk.tui.keys import Hint, command_for, commands_by_key, hints, is_typing
from cartdesk.tui.widgets.keybar import KeyBar
from cartdesk.tui.widgets.message import MessageLine, Tone
from cartdesk.tui.widgets.no_cards import SENTENCE, NoCards
from cartdesk.tui.widgets.toosmall import TooSmall
from cartdesk.tui.widgets.topbar import TopBar

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.widget import Widget

    from cartdesk.desk import Desk
    from cartdesk.desk.command import Command, Focus
    from cartdesk.desk.keys import Keymap
    from cartdesk.desk.view import DeskView
    from cartdesk.tui.app import CartdeskApp


class Page(Screen[None]):
    """A full screen over one desk. See :mod:`cartdesk.tui.screens` for how one is written."""

    WHERE: ClassVar[str] = "anywhere"
    """The context its keys are looked up in, as commands name it in ``where``."""
    AUTO_FOCUS: ClassVar[str | None] = "*"
    """The widget that has the focus when it opens."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "app.close_page", message("Back"), tooltip=message("Go back to where you came from."))
    ]
    DEFAULT_CSS = """
    Page {
        layers: base too-small;
        background: $background;
        color: $foreground;
        & ScrollableContainer {
            scrollbar-size-vertical: 1;
            scrollbar-color: $rule;
            scrollbar-color-hover: $quiet;
            scrollbar-color-active: $accent;
            scrollbar-background: $background;
            scrollbar-background-hover: $background;
            scrollbar-background-active: $background;
        }
        &.-tall KeyBar { height: 2; }
        &.-tiny-width TooSmall, &.-tiny-height TooSmall { display: block; }
    }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.is_up = False
        """True once its widgets are there."""
        self._shown: DeskView | None = None
        self._keymap: Keymap | None = None
        self._known_keys: dict[tuple[str, ...], Mapping[str, type[Command]]] = {}
        self._hinted: tuple[tuple[object, ...], tuple[Hint, ...]] = ((), ())

    @property
    def shop(self) -> CartdeskApp:
        """The app, which runs commands and opens pages."""
        return cast("CartdeskApp", self.app)

    def compose(self) -> ComposeResult:
        """Lay out the top line, the page's own part, the message line and the footer."""
        yield TopBar()
        yield from self.body()
        yield MessageLine()
        yield KeyBar()
        yield TooSmall()

    def body(self) -> ComposeResult:
        """Yield the page's own widgets; they fill the room between the top line and the message line (``height: 1fr``)."""
        yield from ()

    @property
    def focus_chain(self) -> list[Widget]:
        """What can have the focus, in the order it was composed in.

        Not by where it stands on the screen: a row that the key before has brought up has no place yet, and the next key may be for it.
        """
        return list(_focusable(self))

    def view_changed(self, view: DeskView) -> None:
        """Show ``view``. Called once when the page opens, again after every change, and when the page comes back to the front."""

    def catalog_opened(self) -> None:
        """Show what the catalog has. Called when it opens, or is known not to, while this page is up."""

    def contexts(self) -> tuple[str, ...]:
        """Return the contexts keys are looked up in now, the nearest first; a page with panes answers for the focused one."""
        return (self.WHERE, "anywhere")

    def standing_on(self) -> Focus:
        """Return what the cursor stands on: the line, the offering, the cart… that a key would act on."""
        from cartdesk.desk.command import Focus

        return Focus()

    def command_for(self, key: str) -> Command | None:
        """Return the command that ``key`` means now; a text field with the focus keeps the keys it types and edits with."""
        if self.is_typing(key) or self.shop.keymap is None:
            return None
        return command_for(key, self.contexts(), self.standing_on(), self.shop.keymap)

    def is_typing(self, key: str) -> bool:
        """Return whether ``key`` belongs to the text field that has the focus."""
        return isinstance(self.focused, Input) and is_typing(key)

    def hints(self) -> Iterator[Hint]:
        """Yield the keys that work now: those of commands, then the page's own bindings that are shown."""
        if self.shop.keymap is None:
            return
        seen: set[str] = set()
        for hint in self._command_hints():
            if not self.is_typing(hint.key):
                seen.add(hint.key)
                yield hint
        for _, binding, enabled, tooltip in self.active_bindings.values():
            if binding.show and enabled and binding.key not in seen:
                yield Hint(binding.key, tr(binding.description), tr(tooltip), local=True)

    def _command_hints(self) -> tuple[Hint, ...]:
        """Return the commands' keys for where the cursor stands; worked out once for each place it stands on."""
        contexts, focus = self.contexts(), self.standing_on()
        place = (self.shop.keymap, contexts, focus, current().code)
        if self._hinted[0] != place:
            self._hinted = (place, tuple(hints(self._by_key(), contexts, focus)))
        return self._hinted[1]

    def _by_key(self) -> Mapping[str, type[Command]]:
        keymap, contexts = self.shop.keymap, self.contexts()
        if keymap is not self._keymap:
            self._keymap = keymap
            self._known_keys.clear()
        if contexts not in self._known_keys:
            self._known_keys[contexts] = commands_by_key(contexts, keymap)
        return self._known_keys[contexts]

    def refresh_keys(self) -> None:
        """Write the footer anew; call it when what can be done has changed without the desk or the focus changing."""
        for bar in self.query(KeyBar):
            bar.show(tuple(self.hints()))

    def say(self, text: str, tone: Tone = Tone.PLAIN, *, aside: str = "", mend: str = "") -> None:
        """Show one line of news above the footer.

        Args:
            text: one sentence, from anywhere.
            tone: whether it is news, a success, a warning or a refusal; also shown by a sign.
            aside: a dim addition, such as the entry that would have done the same.
            mend: what ``ctrl+o`` does about it.
        """
        for line in self.query(MessageLine):
            line.say(text, tone, aside=aside, mend=mend)

    @on(NoCards.Refused)
    def refuse_card(self) -> None:
        """Say why what was typed is gone."""
        self.say(tr(SENTENCE), Tone.BAD)

    def warmed(self) -> None:
        """Show what needs the models. Called once they are loaded, where this page was already up by then."""

    def show_view(self, view: DeskView) -> None:
        """Bring every part of the page up to the desk's state, unless it shows just that already."""
        if not self.is_up or view is self._shown:
            return
        self._shown = view
        for bar in self.query(TopBar):
            bar.show(view)
        self.view_changed(view)
        self.refresh_keys()

    def show_anew(self) -> None:
        """Show the desk's state again, written otherwise than before."""
        self._shown = None
        self.show_view(self.desk.view)

    def on_mount(self) -> None:
        """Show the desk as it is, and keep the footer true when the focus moves."""
        self.is_up = True
        self.show_view(self.desk.view)
        self.watch(self, "focused", self.refresh_keys, init=False)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Catch up with what happened while another page was in front."""
        self.show_view(self.desk.view)
        self.refresh_keys()


def _focusable(parent: Widget) -> Iterator[Widget]:
    for child in parent.displayed_children:
        if not child.disabled:
            if child.focusable:
                yield child
            if child.is_container and child.allow_focus_children():
                yield from _focusable(child)
