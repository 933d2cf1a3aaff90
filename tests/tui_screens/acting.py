"""What the stories of the sheets are told with: enter, press, click, wait until all is answered, and read the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual import events
from textual.keys import _character_to_key, key_to_character
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input

from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.screens.desk import DeskScreen
from cartdesk.tui.sheet import Sheet
from resting import rest

WIDE = (120, 40)
NARROW = (80, 24)


class Actor:
    """One person at the screen."""

    def __init__(self, app: CartdeskApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def page(self) -> Sheet:
        """The sheet in front."""
        assert isinstance(self.app.screen, Sheet), self.app.screen
        return self.app.screen

    @property
    def said(self) -> str:
        """What the message line says."""
        return str(self.app.screen.query_one("MessageLine").render())

    async def settle(self) -> None:
        """Wait until no key waits, no command runs, and no answer is on its way."""
        await rest(self.app, self._is_quiet)

    def _is_quiet(self) -> bool:
        pages = [page for page in self.app.screen_stack if isinstance(page, Sheet | DeskScreen)]
        return self.app.is_warm and self.app.is_quiet and all(page.is_quiet for page in pages)

    def do(self, *entries: str) -> None:
        """Do entries at the desk before the screen is looked at."""
        for entry in entries:
            self.app.desk.enter(entry)

    async def press(self, *keys: str) -> None:
        """Press keys, all in one chunk, and wait until all are answered."""
        for key in keys:
            self.app.post_message(events.Key(key, key_to_character(key)))
        await self.settle()

    async def type(self, text: str) -> None:
        """Type text, key by key in one chunk."""
        for character in text:
            self.app.post_message(events.Key(_character_to_key(character), character))
        await self.settle()

    async def fill(self, text: str) -> None:
        """Put text behind what the focused line has, as a paste does."""
        self.app.post_message(events.Paste(text))
        await self.settle()

    async def open(self, *entries: str) -> None:
        """Enter something on the entry line, key by key."""
        for entry in entries:
            await self.press("f2")
            await self.type(entry)
            await self.press("enter")

    async def click(self, target: str | type[Widget] | Widget, x: int = 0, y: int = 0) -> None:
        """Click on a widget."""
        await self.pilot.click(target, offset=(x, y))
        await self.settle()

    async def click_text(self, text: str) -> None:
        """Click where a text begins on the screen."""
        for y, line in enumerate(self.picture().split("\n")):
            x = line.find(text) if y else -1
            if x >= 0:
                await self.pilot.click(offset=(x, y))
                await self.settle()
                return
        raise AssertionError(f"{text!r} is not on the screen:\n{self.picture()}")

    def picture(self) -> str:
        """Return what is on the screen, as text."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)

    def row(self, *texts: str) -> str:
        """Return the first line below the top one that holds all of these."""
        for line in self.picture().split("\n")[1:]:
            if all(text in line for text in texts):
                return line
        raise AssertionError(f"no line has {texts}:\n{self.picture()}")


@asynccontextmanager
async def at(app: CartdeskApp, *entries: str, size: tuple[int, int] = WIDE) -> AsyncIterator[Actor]:
    """Sit down at the desk, with these entries done; nothing may have gone wrong by the end."""
    async with app.run_test(size=size) as pilot:
        actor = Actor(app, pilot)
        await actor.settle()
        actor.do(*entries)
        await actor.settle()
        yield actor
        assert not (app._log_dir / "cartdesk.log").exists(), (app._log_dir / "cartdesk.log").read_text()


def scene(*entries: str, play: Callable[[Actor], object]) -> Callable[[Pilot[None]], object]:
    """Return what ``snap_compare`` runs before it takes the picture."""

    async def run(pilot: Pilot[None]) -> None:
        assert isinstance(pilot.app, CartdeskApp)
        actor = Actor(pilot.app, pilot)
        await actor.settle()
        actor.do(*entries)
        await actor.settle()
        await play(actor)  # type: ignore[misc]
        for line in actor.app.screen.query(Input):
            line.cursor_blink = False
        await actor.settle()

    return run
