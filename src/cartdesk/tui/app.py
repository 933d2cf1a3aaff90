"""The application: one desk on a full screen, keys in order, commands one at a time.

``opening`` makes it; pages call :meth:`CartdeskApp.perform` and :meth:`CartdeskApp.enter`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from cartdesk.errors import ApprovalNeeded, CartdeskError, EntryError, Refused
from cartdesk.language import message, tr
from cartdesk.tui import applying, calling, loading, questions, themes
from cartdesk.tui.asking import Asked, Typed
from cartdesk.tui.calling import Called
from cartdesk.tui.page import Page
from cartdesk.tui.scanning import Scans
from cartdesk.tui.widgets.message import Tone

if TYPE_CHECKING:
    from textual.command import Provider
    from textual.screen import Screen

    from cartdesk.desk import Desk
    from cartdesk.desk.approving import Approval
    from cartdesk.desk.calls import Call
    from cartdesk.desk.command import Command, Outcome, Show
    from cartdesk.desk.keys import Keymap
    from cartdesk.errors import Mend
    from cartdesk.sync.session import Background

Answer = TypeVar("Answer")
_WIDTHS = ((0, "-tiny-width"), (60, "-narrow"), (104, "-wide"))
_HEIGHTS = ((0, "-tiny-height"), (20, "-short"), (30, "-tall"))
"""The classes a page has by its size in cells."""
_ROWS_FIRST = 0.3
"""Seconds that the catalog's rows have before everything else is loaded beside them."""


class DeskChanged(Message):
    """The desk changed without anybody here asking: a catalog finished its index, a cart came from elsewhere."""


class CatalogOpened(Message):
    """The catalog is open, or it is known that it cannot be opened."""


class Warm(Message):
    """The models are loaded."""


class CartdeskApp(Scans):
    """The shop on a full screen, over one open desk."""

    TITLE = "cartdesk"
    CSS_PATH = "screens/desk.tcss"  # the first page is not pushed, so its styles come with the app
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = loading.PROVIDERS
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+o", "mend", message("Mend"), show=False, priority=True, tooltip=message("Do what the message line offers.")),
    ]

    def __init__(
        self, desk_factory: Callable[[], Desk], *, log_dir: Path | None = None, owns_process: bool = False, low_bandwidth: bool = False
    ) -> None:
        """Open the desk; whatever stops it from opening is raised here, before the screen is touched.

        Args:
            desk_factory: opens the desk.
            log_dir: where the log of faults is kept.
            owns_process: whether the process is this app's alone, so that it may answer its signals and settle its memory.
            low_bandwidth: whether the line is slow, whatever the settings say.
        """
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS = [*_WIDTHS], [*_HEIGHTS]
        self.desk = desk_factory()
        self.desk.script = loading.read_aloud
        self._log_dir, self._owns_process = log_dir or Path(), owns_process
        self.seat = ThreadPoolExecutor(1, thread_name_prefix="desk")
        """Everything that touches the desk runs here, one thing after another."""
        self.lookups = ThreadPoolExecutor(1, thread_name_prefix="search")
        """Searches run here; they need nothing but the catalog's index."""
        self.background: Background | None = None
        """Talks to the server where a remote is set, beside the screen."""
        self._running_commands = 0
        self._loading = False
        self._mends: tuple[Mend, ...] = ()
        self._refusal: CartdeskError | None = None
        self.is_warm = False
        """True once everything that commands need is loaded."""
        self.keymap: Keymap | None = None
        """What every key does, with this seat's own changes; None until the commands are loaded, after the first picture."""
        self._commands: asyncio.Future[Keymap] | None = None
        self.first_call: Call | None = None  # who called before the shop was open; taken once it is
        applying.begin(self, low_bandwidth=low_bandwidth)

    # -- life -----------------------------------------------------------------------------------------------------------------------

    def get_default_screen(self) -> Screen[Any]:
        """Return the desk, which is the page under all others."""
        from cartdesk.tui.screens.desk import DeskScreen

        screen = DeskScreen(self.desk)
        self.fit(screen)
        return screen

    def fit(self, page: Page) -> None:
        """Give a page the classes of the terminal's size before it is laid out, so that it is styled once."""
        size = self.size
        for extent, steps in ((size.width, _WIDTHS), (size.height, _HEIGHTS)):
            page.add_class(max(step for step in steps if step[0] <= extent)[1], update=False)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give every theme the variables our styles use."""
        return themes.variables(self.current_theme)

    def on_mount(self) -> None:
        """Listen to the desk, and load what commands need once the first picture is out."""
        self.desk.watch(lambda _: self._tell(DeskChanged()))
        self.desk.when_catalog_opens(lambda: self._tell(CatalogOpened()))
        if self._owns_process:
            self.listen_to_signals()
        self.watch(self, "theme", self._keep_theme, init=False)
        self.call_after_refresh(self._warm_up)

    def _tell(self, message: Message) -> None:
        self.post_message(message)

    def _warm_up(self) -> None:
        self.desk.open_catalog()
        self.set_timer(_ROWS_FIRST, self._load_rest)

    async def _load_rest(self) -> None:
        if self._loading:
            return
        self._loading = True
        await self._load_commands()
        for page in self.pages():
            page.refresh_keys()
        self.seat.submit(loading.load_models, self.desk, self._owns_process).add_done_callback(lambda _: self._tell(Warm()))

    async def _load_commands(self) -> None:
        if self._commands is None:
            self._commands = asyncio.wrap_future(self.seat.submit(loading.load_keymap, self.desk))
        loaded = await self._commands
        self.keymap = self.keymap or loaded  # a key may have been changed since

    def on_warm(self) -> None:
        """From here on pages may show what needs the models."""
        self.is_warm = True
        if self.desk.syncs and self._owns_process and not self.desk.store.read_only:
            from cartdesk.tui.syncing import start

            self.background = start(self.desk, self._log_dir)
        self.show_view()
        if self.first_call is not None:
            self.post_message(Called(self.first_call))
        for page in self.pages():
            page.warmed()
        applying.tell(self)
        found = self.desk.store.recovery
        if found.damaged:
            from cartdesk.tui.listed import Listed

            self.push_screen(Listed(tr("Your carts' file was damaged; what is sound was saved."), tuple(found.sentences())))

    def pages(self) -> list[Page]:
        """Return the pages that are up, the one below all others first."""
        return [screen for screen in self.screen_stack if isinstance(screen, Page) and screen.is_up]

    def on_catalog_opened(self) -> None:
        """Show the catalog on every page that shows it."""
        for page in self.pages():
            page.catalog_opened()
        self.call_after_refresh(self._load_rest)

    def _keep_theme(self, name: str) -> None:
        self.seat.submit(self.desk.store.set_setting, "theme", name)

    @property
    def is_quiet(self) -> bool:
        """True when no key waits and no command runs."""
        return self.keys_are_quiet and not self._running_commands

    async def action_quit(self) -> None:
        """Leave, once everything asked for is on the disk."""
        await self.work(lambda: None)
        self.exit()

    def _fatal_error(self) -> None:
        error = self._exception
        if error is not None and not self._exit_renderables:
            from cartdesk.tui import faults

            path = faults.record(error, self._log_dir)
            self._exit_renderables.append(tr("cartdesk had to stop. Your carts are kept; what happened is written in {path}", path=path))
        self._close_messages_no_wait()

    def action_command_palette(self) -> None:
        """Open the palette."""
        loading.open_palette(self)

    # -- keys -----------------------------------------------------------------------------------------------------------------------

    async def take_key(self, event: events.Key) -> bool:
        """Do the command that a key means here, if it means one; a text field with the focus keeps what it types."""
        page = self.screen
        if not isinstance(page, Page) or page.is_typing(event.key):
            return False
        await self._load_commands()
        command = page.command_for(event.key)
        if command is not None:
            await self.perform(command)
        return command is not None

    # -- commands, one at a time ----------------------------------------------------------------------------------------------------

    async def work(self, job: Callable[[], Answer]) -> Answer | None:
        """Run ``job`` on the desk's own thread after everything asked before, and return its answer.

        A :class:`CartdeskError` becomes the sentence on the message line, anything else a logged fault; both answer None.
        """
        future = await self.attempt(job)
        error = future.exception()
        if error is None:
            return future.result()
        self.answer_error(error)
        return None

    async def attempt(self, job: Callable[[], Answer]) -> asyncio.Future[Answer]:
        """Run ``job`` as :meth:`work` does; return what came of it, whether an answer or an error."""
        self._running_commands += 1
        try:
            future = asyncio.wrap_future(self.seat.submit(job))
            await asyncio.wait({future})
        finally:
            self._running_commands -= 1
        return future

    def answer_error(self, error: BaseException) -> None:
        """Say what an error means: its own sentence where it is one of ours, else that it is written in the log."""
        if isinstance(error, CartdeskError):
            self.refuse(error)
        else:
            from cartdesk.tui import faults

            self.push_screen(faults.FaultPage(faults.record(error, self._log_dir)))

    async def perform(self, command: Command, *, confirmed: bool = False) -> Outcome | None:
        """Do a command: durable first, then on the screen, then whatever it opens.

        Answers None where it was refused, and where a question was put first: it is done once that is answered with yes.
        """
        question = None if confirmed else command.question(self.desk.view)
        if question is not None:
            await questions.ask_whether(self, question, command)
            return None
        return await self._do(lambda approval: self.desk.run(command, approval), command.as_entry())

    async def enter(self, text: str) -> Outcome | None:
        """Do an entry, as :meth:`perform` does a command."""
        return await self._do(lambda approval: self.desk.enter(text, approval), None)

    async def _do(self, job: Callable[[Approval | None], Outcome], entry: str | None) -> Outcome | None:
        """Do something and show what came of it; where it takes somebody's leave, ask for that first."""
        future = await self.attempt(lambda: job(None))
        error = future.exception()
        if error is None:
            return self._finish(future.result(), entry)
        if isinstance(error, ApprovalNeeded):
            await questions.ask_pin(self, error, job, lambda outcome: self._finish(outcome, entry))
        else:
            self.answer_error(error)
        return None

    async def submit(self, text: str) -> int | None:
        """Do an entry as :meth:`enter` does. Answers None, or where in the text the trouble starts when it was refused."""
        self._refusal = None
        await self.enter(text)
        if self._refusal is None:
            return None
        return self._refusal.at if isinstance(self._refusal, EntryError) else 0

    async def on_typed(self, message: Typed) -> None:
        """Do what a click stands for, and say which entry would have done it."""
        await self._do(lambda approval: self.desk.enter(message.entry, approval), message.entry)

    async def on_asked(self, message: Asked) -> None:
        """Do a chosen command."""
        await self.perform(message.command, confirmed=message.confirmed)

    async def on_called(self, message: Called) -> None:
        """Take a call, or offer it where somebody is served."""
        await calling.take(self, message.call)

    def offer(self, text: str, mend: Mend) -> None:
        """Say something and offer what to do about it."""
        self._mends = (mend,)
        self.say(text, Tone.WARNING, mend=mend.label)

    def _finish(self, outcome: Outcome, entry: str | None) -> Outcome:
        self.show_view()
        self._mends = tuple(outcome.mends)
        if outcome.said:
            undo = tr("{undo_key} undoes", undo_key=self._undo_key()) if outcome.changed else ""
            aside = " · ".join(
                part for part in (undo, tr("entry {entry}", entry=entry) if entry and applying.is_told(outcome) else "") if part
            )
            mend = self._mends[0].label if self._mends else ""
            self.say(outcome.said, Tone.GOOD if outcome.changed else Tone.PLAIN, aside=aside, mend=mend)
        if outcome.listed:
            from cartdesk.tui.listed import Listed

            self.push_screen(Listed(outcome.said, outcome.listed))
        if outcome.show is not None:
            self.before_next_key(partial(self.show, outcome.show))
        return outcome

    def _undo_key(self) -> str:
        from cartdesk.desk.commands import Undo

        return self.keymap.label(Undo) if self.keymap is not None else ""

    async def action_mend(self) -> None:
        """Do the first thing that the message line offers."""
        if self._mends:
            await self.enter(self._mends[0].entry)

    def refuse(self, error: CartdeskError) -> None:
        """Say why something was not done, and what mends it."""
        self._refusal = error
        self._mends = error.mends if isinstance(error, Refused) else ()
        self.say(str(error), Tone.BAD, mend=self._mends[0].label if self._mends else "")

    # -- what is on the screen ------------------------------------------------------------------------------------------------------

    def say(self, text: str, tone: Tone = Tone.PLAIN, *, aside: str = "", mend: str = "") -> None:
        """Show one line of news on the page in front."""
        if isinstance(self.screen, Page):
            self.screen.say(text, tone, aside=aside, mend=mend)

    def show_view(self) -> None:
        """Show the desk as it is now on the page in front."""
        if isinstance(self.screen, Page):
            self.screen.show_view(self.desk.view)

    def on_desk_changed(self) -> None:
        """Show what changed by itself."""
        self.show_view()

    async def show(self, show: Show) -> None:
        """Open what a command asked for."""
        from cartdesk.tui.screens.desk import DeskScreen

        match show.screen:
            case "quit":
                await self.action_quit()
            case "themes" if "theme" in show.args:
                applying.wear(self, str(show.args["theme"]))
            case "themes":
                self.search_themes()
            case "applied":
                await applying.apply(self, str(show.args["setting"]))
            case "desk" | "offerings" | "entry":
                while not isinstance(self.screen, DeskScreen) and len(self.screen_stack) > 1:
                    await self.pop_screen()
                if isinstance(self.screen, DeskScreen):
                    self.screen.show(show)
            case name:
                await self._open(name, dict(show.args))

    async def _open(self, name: str, args: dict[str, Any]) -> None:
        module = f"cartdesk.tui.screens.{name}"
        if find_spec(module) is None:
            self.say(tr("This shop has no {name} screen.", name=name), Tone.WARNING)
            return
        page: Page = getattr(import_module(module), f"{name.title()}Screen")(self.desk, **args)
        self.fit(page)
        if type(self.screen) is type(page):
            await self.switch_screen(page)
        else:
            await self.push_screen(page)
        if page.focused is None and page.AUTO_FOCUS:
            page.set_focus(next((each for each in page.query(page.AUTO_FOCUS) if each.focusable), None))

    async def action_close_page(self) -> None:
        """Go back to the page below; the desk itself stays."""
        if len(self.screen_stack) > 1:
            await self.pop_screen()
            self.show_view()
