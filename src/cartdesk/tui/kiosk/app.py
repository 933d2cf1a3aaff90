"""The kiosk's application: one stage, one page at a time, one visitor at a time, and no way out but the staff's.

``opening.run`` makes it. It has no bindings, no palette, no focus and no actions: keys go nowhere but to the staff's row of keys.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from cartdesk.errors import CartdeskError
from cartdesk.language import message, tr
from cartdesk.tui import themes
from cartdesk.tui.kiosk.idle import IDLE, WARNING, Idle, Presence
from cartdesk.tui.kiosk.page import Page
from cartdesk.tui.kiosk.pages.browsing import Attract
from cartdesk.tui.kiosk.pages.leaving import GOODBYE, Goodbye, StillThere
from cartdesk.tui.kiosk.pages.pin import Pin
from cartdesk.tui.kiosk.sheet import Cell, Line, Room, Row, Sheet
from cartdesk.tui.kiosk.staff import Guard, Knock
from cartdesk.tui.kiosk.stage import Stage
from cartdesk.tui.kiosk.watchdog import Watchdog
from cartdesk.tui.lean import LeanApp

if TYPE_CHECKING:
    from cartdesk.catalog import Catalog
    from cartdesk.tui.kiosk.letters import Letters
    from cartdesk.tui.kiosk.session import Session

Thing = TypeVar("Thing")
STAFF_LEFT = 0
TERMINAL_GONE = 69
FAULT = 70
RENEW = 75
"""Exit codes: staff ended it; the screen is gone; a fault of its own; a new process is wanted."""
SETTLED = 0.3
"""Seconds for which a new page is deaf: a second touch on the page before does not count on it."""
_TOO_SMALL = message("This screen is too small: the kiosk needs 60×20.")


class Floor(Screen[None], inherit_bindings=False):
    """The one screen, with the stage on it."""

    AUTO_FOCUS = ""
    ALLOW_SELECT = False
    ESCAPE_TO_MINIMIZE = False
    DEFAULT_CSS = "Floor { overflow: hidden; }"

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage

    def compose(self) -> ComposeResult:
        """Only the stage."""
        yield self._stage


class KioskApp(LeanApp[int], inherit_bindings=False):
    """The kiosk."""

    TITLE = "cartdesk"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    ESCAPE_TO_MINIMIZE = False
    NOTIFICATION_TIMEOUT = 0
    BINDINGS: ClassVar[list[Any]] = []

    def __init__(
        self,
        open_catalog: Callable[[], Catalog],
        *,
        folder: Path,
        key: bytes,
        pin: str,
        now: Callable[[], datetime],
        ids: Callable[[], str],
        clock: Callable[[], float] = time.monotonic,
        idle: float = IDLE,
        warning: float = WARNING,
        large: bool = False,
        contrast: bool = False,
        one_visitor: bool = False,
        owns_process: bool = False,
        watchdog: Watchdog | None = None,
    ) -> None:
        """Make the kiosk; its catalog opens once the first picture is out.

        Args:
            open_catalog: opens it, on a thread of its own.
            folder: where the lock and the log are.
            key: the shop's, for hand-off codes.
            pin: what is kept of the staff's PIN.
            now: the clock of carts.
            ids: makes ids.
            clock: seconds that only go forward.
            idle: seconds without a touch until a visitor is asked.
            warning: seconds they then have.
            large: larger buttons for everybody.
            contrast: high contrast for everybody.
            one_visitor: end after each visitor, so that the next one gets a new process.
            owns_process: whether the process is the kiosk's alone, so that it may answer signals.
            watchdog: the way to the service manager.
        """
        super().__init__()
        self.strangers: Sequence[object] = ()
        """What of carts was alive in this process before the first visitor."""
        for theme in themes.OURS:
            self.register_theme(theme)
        self.stage = Stage()
        self._open_catalog, self._folder, self.key = open_catalog, folder, key
        self._clock_of_carts, self._ids, self._clock = now, ids, clock
        self._usual = (large, contrast)
        self._one_visitor, self._owns_process = one_visitor, owns_process
        self._watchdog = watchdog or Watchdog({})
        self.large, self.contrast = large, contrast
        self.theme = _theme(contrast)
        self._catalog: Catalog | None = None
        self._letters: Letters | None = None
        self._visit: Session | None = None
        self._guard, self._knock, self._idle = Guard(pin), Knock(), Idle(idle, warning)
        self.page: Page = Attract(self)
        """The page in front."""
        self._shown_at = 0.0
        self._gone_at: float | None = None
        self.ready = asyncio.Event()
        """Set once visitors can come."""
        self.failure: CartdeskError | None = None
        """Why the kiosk cannot work."""

    # -- life -----------------------------------------------------------------------------------------------------------------------

    def get_default_screen(self) -> Screen[Any]:
        """Return the one screen."""
        return Floor(self.stage)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give the themes the variables that the stage uses."""
        return themes.variables(self.current_theme)

    def on_mount(self) -> None:
        """Show the first picture, then open the catalog."""
        if self._owns_process:
            self._answer_signals()
        self._draw()
        self.call_after_refresh(self._open)
        self.set_interval(1.0, self.tick)
        if self._watchdog.every is not None:
            self.set_interval(self._watchdog.every, self._watchdog.alive)

    async def _open(self) -> None:
        from cartdesk.tui.kiosk.warming import warm
        from cartdesk.tui.kiosk.wipe import living

        self.strangers = living()
        try:
            self._catalog, self._letters = await asyncio.to_thread(warm, self._open_catalog, self._folder, self._clock_of_carts, self._ids)
        except CartdeskError as error:
            self.failure = error
            self.leave(FAULT)
            return
        gc.enable()
        self.page = self._attract()
        self._draw()
        self.ready.set()
        self._watchdog.ready()

    def _answer_signals(self) -> None:
        """Let nobody stop or suspend the kiosk from a keyboard; the service manager and a vanished terminal end it in order."""
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGUSR1, signal.SIGUSR2):
            signal.signal(number, signal.SIG_IGN)
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self.leave, STAFF_LEFT)
        loop.add_signal_handler(signal.SIGHUP, self.leave, TERMINAL_GONE)

    def leave(self, code: int) -> None:
        """End the program, the visitor forgotten first."""
        self._end_visit()
        self._watchdog.stopping()
        self.exit(code, return_code=code)

    def _fatal_error(self) -> None:
        from cartdesk.tui import faults

        error = self._exception
        if error is not None:
            faults.record(error, self._folder)
        self._return_code = FAULT
        self._end_visit()
        self._close_messages_no_wait()

    def panic(self, *renderables: object) -> None:
        """End without showing anything of what went wrong: whoever stands before it is a visitor."""
        self._return_code = FAULT
        self._end_visit()
        self._close_messages_no_wait()

    # -- the house --------------------------------------------------------------------------------------------------------------------

    @property
    def catalog(self) -> Catalog:
        """What is sold."""
        return _there(self._catalog)

    @property
    def letters(self) -> Letters:
        """What the twelve keys find."""
        return _there(self._letters)

    @property
    def visit(self) -> Session:
        """The visitor's cart."""
        return _there(self._visit)

    @property
    def has_visitor(self) -> bool:
        """True from the first touch until everything is forgotten."""
        return self._visit is not None

    def now(self) -> float:
        """Return the seconds of a clock that only goes forward."""
        return self._clock()

    def go(self, page: Page) -> None:
        """Show another page."""
        self.page = page
        self._shown_at = self._clock()

    def begin(self) -> None:
        """A visitor has come."""
        from cartdesk.tui.kiosk.session import Session

        self._visit = Session(self.catalog, folder=self._folder, now=self._clock_of_carts, ids=self._ids)

    def finish(self) -> None:
        """Forget the visitor: first on the screen, then in memory."""
        self._end_visit()
        self.go(Goodbye(self))
        self._gone_at = self._clock()
        self._draw()
        self.call_after_refresh(self._forget)

    def see(self, *, large: bool | None = None, contrast: bool | None = None) -> None:
        """Show everything larger, or in higher contrast, or as before."""
        self.large = self.large if large is None else large
        self.contrast = self.contrast if contrast is None else contrast
        self.theme = _theme(self.contrast)

    def _attract(self) -> Attract:
        shelves = [each.name for each in self.catalog.categories if each.parent is None and each.id is not None and each.count]
        return Attract(self, self.catalog.name, shelves)

    # -- forgetting -------------------------------------------------------------------------------------------------------------------

    def _end_visit(self) -> None:
        visit, self._visit = self._visit, None
        if visit is not None:
            visit.end()

    def _forget(self) -> None:
        """Forget everything that was shown, typed and worked out."""
        from cartdesk.tui.kiosk.wipe import forget_everything

        self._clipboard = ""
        self._mouse_down_widget = None
        self.paper.wipe()
        forget_everything()

    def _check(self) -> None:
        """Look whether anything is left, and ask for a new process where it is."""
        from cartdesk.tui.kiosk.wipe import leftovers

        self._forget()
        if leftovers(self.strangers) or self._one_visitor:
            self.leave(RENEW)
        self._shown_at = self._clock()

    # -- what is touched --------------------------------------------------------------------------------------------------------------

    def on_stage_pressed(self) -> None:
        """Somebody is there."""
        self._idle.touch(self._clock())

    def on_stage_touched(self, message: Stage.Touched) -> None:
        """Let the page answer a touch, and show what became of it."""
        if self._clock() - self._shown_at < SETTLED:
            return
        self._idle.touch(self._clock())
        self._answer(lambda: self.page.touched(message.what))

    def _answer(self, answer: Callable[[], None]) -> None:
        page = self.page
        page.said = ""
        try:
            answer()
        except CartdeskError as error:
            page.said = str(error)
        self._draw()

    async def on_event(self, event: events.Event) -> None:
        """Let keys go to the staff's listener and pastes nowhere; everything else goes its usual way."""
        if isinstance(event, events.Key):
            if not event.is_forwarded:
                self._hear(event.key)
            return
        if isinstance(event, events.Paste):
            return
        await super().on_event(event)

    def _hear(self, key: str) -> None:
        if isinstance(self.page, Pin):
            self._answer(lambda: self.page.pressed(key))
        elif self._knock.hear(key, self._clock()):
            self.go(Pin(self, self._guard, self.page))
            self._draw()

    def tick(self) -> None:
        """Once a second: is anybody there?"""
        now = self._clock()
        if isinstance(self.page, Pin):
            if now >= self.page.until:
                self.go(self.page.back)
                self._draw()
        elif self._visit is not None:
            self._watch(now)
        elif self._gone_at is not None and now - self._gone_at >= GOODBYE:
            self._gone_at = None
            self.see(large=self._usual[0], contrast=self._usual[1])
            self.go(self._attract())
            self._shown_at = inf  # deaf: nobody may come before it was looked whether anything is left
            self._draw()
            self.call_after_refresh(self._check)

    def _watch(self, now: float) -> None:
        presence = self._idle.presence(now)
        if presence is Presence.GONE:
            self.finish()
        elif presence is Presence.ASKED:
            asking = self.page if isinstance(self.page, StillThere) else StillThere(self, self.page)
            asking.left = self._idle.left(now)
            if asking is not self.page:
                self.go(asking)
            self._draw()
        elif isinstance(self.page, StillThere):
            self.go(self.page.back)
            self._draw()

    # -- what is shown ----------------------------------------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Fill the screen as it is now."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        room = Room(self.size.width, self.size.height, self.large)
        sheet = self.page.sheet(room) if room.enough else Sheet((Row((Cell((Line(tr(_TOO_SMALL), "strong"),)),)),))
        self.stage.show_sheet(sheet)

    # -- what there is not ------------------------------------------------------------------------------------------------------------

    async def run_action(self, *_: object, **__: object) -> bool:
        """There are no actions."""
        return False

    def copy_to_clipboard(self, text: str) -> None:
        """There is no clipboard."""

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """There are no links."""

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """There is no shell to go to."""
        yield


def _theme(contrast: bool) -> str:
    return themes.CONTRAST.name if contrast else themes.DARK.name


def _there(thing: Thing | None) -> Thing:
    if thing is None:
        raise CartdeskError(tr("The kiosk is not open yet."))
    return thing
