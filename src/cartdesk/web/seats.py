"""The seats: so many desks or kiosks at once, each the browser's whose it is, and each with one page before it.

A desk goes on while its page is away, until it was idle for too long or somebody else needs the seat; a kiosk ends with its page.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from cartdesk.web.folders import Folders
from cartdesk.web.guard import Visitor
from cartdesk.web.messages import Focus, Message, Size, Typed
from cartdesk.web.process import MODES, SeatProcess
from cartdesk.web.settings import WebSettings

ENDED, ELSEWHERE, IDLE, TAKEN, FAULT, AGAIN, UNOPENED, STOPPED = 4000, 4001, 4002, 4003, 4004, 4005, 4006, 4007
"""Why a page's socket was closed; the page has a sentence for each."""
_MEANING = {0: ENDED, 75: AGAIN, 69: AGAIN, 2: UNOPENED, 3: UNOPENED, 4: UNOPENED, 5: UNOPENED}
"""What a process's exit code is to the page."""


class Screen(Protocol):
    """A page's terminal."""

    def put(self, data: bytes) -> None:
        """Show something."""

    def close(self, code: int) -> None:
        """Say why nothing more will be shown, and do not wait."""


class Process(Protocol):
    """What is wanted of a seat's process: see :class:`cartdesk.web.process.SeatProcess`."""

    pid: int

    async def run(self, show: Callable[[bytes], None]) -> int:
        """Show what it draws until it ends, and return its exit code."""

    async def type(self, data: bytes) -> None:
        """Give it keys."""

    async def tell(self, kind: str, **facts: int) -> None:
        """Give it something beside keys."""

    def end(self) -> None:
        """Have it end."""


class Seat:
    """One browser's desk or kiosk, from the start of its process to the end."""

    def __init__(self, visitor: Visitor, folder: Path, now: float) -> None:
        self.visitor, self.folder = visitor, folder
        self.process: Process | None = None
        self.screen: Screen | None = None
        self.touched = now
        """When a key or the mouse was last used, or the page last came."""
        self.left: float | None = None
        """Since when no page is before it."""
        self.why: int | None = None
        """Why it is ending, where it is told to."""
        self.ended = asyncio.Event()

    @property
    def ending(self) -> bool:
        """True once it was told to end."""
        return self.why is not None

    def end(self, why: int) -> None:
        """Have its process end; the page is told why."""
        if self.why is None:
            self.why = why
            if self.process is not None:
                self.process.end()

    def show(self, data: bytes) -> None:
        """Show the page what the process draws; without a page it is forgotten, and drawn anew for the next."""
        if self.screen is not None:
            self.screen.put(data)

    async def hear(self, message: Message, now: float, screen: Screen) -> None:
        """Give the process what its page says; a page that is no longer before it is not heard."""
        process = self.process
        if process is None or screen is not self.screen:
            return
        match message:
            case Typed(data):
                self.touched = now
                await process.type(data)
            case Size(width, height):
                await process.tell("resize", width=width, height=height)
            case Focus(here):
                await process.tell("focus" if here else "blur")


class Seats:
    """All of them."""

    def __init__(
        self,
        settings: WebSettings,
        folders: Folders,
        *,
        clock: Callable[[], float],
        log: Callable[..., None],
        start: Callable[[Mapping[str, Any], Size], Awaitable[Process]] = SeatProcess.start,
    ) -> None:
        """Begin with none.

        Args:
            settings: how many, of which kind.
            folders: where theirs are.
            clock: seconds that only go forward.
            log: is told of their comings and goings, by number alone.
            start: starts a seat's process.
        """
        self._settings, self._folders, self._clock, self._log, self.start = settings, folders, clock, log, start
        self._seats: dict[str, Seat] = {}
        self._lives: set[asyncio.Task[None]] = set()
        self._stopping = False

    @property
    def taken(self) -> int:
        """How many are in use."""
        return len(self._seats)

    def has_room(self, visitor: Visitor) -> bool:
        """Say whether a browser would get a seat now."""
        if visitor.seat in self._seats or len(self._seats) < self._settings.sessions:
            return True
        return any(seat.ending or seat.left is not None for seat in self._seats.values())

    async def sit(self, visitor: Visitor, screen: Screen, size: Size) -> Seat | None:
        """Put a page before its browser's seat, a new one where it has none; None where all are taken.

        A page that was before it is sent away. A seat whose page has been away the longest is given up where there is no other.
        """
        while not self._stopping:
            seat = self._seats.get(visitor.seat)
            if seat is None and len(self._seats) < self._settings.sessions:
                return await self._open(visitor, screen, size)
            if seat is not None and not seat.ending and not self._settings.kiosk:
                return await self._return(seat, screen, size)
            leaving = seat or self._to_give_up()
            if leaving is None:
                return None
            leaving.end(ELSEWHERE)
            await leaving.ended.wait()
        return None

    def leave(self, seat: Seat, screen: Screen) -> None:
        """A page has gone."""
        if seat.screen is not screen:
            return
        seat.screen, seat.left = None, self._clock()
        if self._settings.kiosk:
            seat.end(AGAIN)

    def look_around(self) -> None:
        """End the desks that were idle for too long; called every few seconds."""
        now, longest = self._clock(), self._settings.idle_minutes * 60
        for seat in self._seats.values():
            if not self._settings.kiosk and now - seat.touched >= longest:
                seat.end(IDLE)

    async def close(self) -> None:
        """End all of them, and wait until they have."""
        self._stopping = True
        for seat in self._seats.values():
            seat.end(STOPPED)
        while self._lives:
            await asyncio.wait(self._lives)

    def _to_give_up(self) -> Seat | None:
        seats = self._seats.values()
        ending = next((seat for seat in seats if seat.ending), None)
        return ending or min((seat for seat in seats if seat.left is not None), key=lambda seat: seat.left or 0.0, default=None)

    async def _return(self, seat: Seat, screen: Screen, size: Size) -> Seat:
        before, seat.screen = seat.screen, screen
        seat.left, seat.touched = None, self._clock()
        if before is not None:
            before.close(ELSEWHERE)
        screen.put(MODES)
        if seat.process is not None:
            await seat.process.tell("resize", width=size.width, height=size.height)
            await seat.process.tell("repaint")
        return seat

    async def _open(self, visitor: Visitor, screen: Screen, size: Size) -> Seat | None:
        passing = self._settings.kiosk or self._settings.fresh
        seat = Seat(visitor, self._folders.passing() if passing else self._folders.lasting(visitor.seat), self._clock())
        seat.screen = screen
        self._seats[visitor.seat] = seat
        try:
            seat.process = await self.start(self._told(seat), size)
        except OSError:
            self._done(seat, None)
            return seat
        if seat.ending:
            seat.process.end()
        life = asyncio.create_task(self._live(seat, seat.process))
        self._lives.add(life)
        life.add_done_callback(self._lives.discard)
        self._log("seat-opened", process=seat.process.pid, taken=self.taken)
        return seat

    async def _live(self, seat: Seat, process: Process) -> None:
        code: int | None = None
        try:
            code = await process.run(seat.show)
        finally:
            self._done(seat, code)

    def _done(self, seat: Seat, code: int | None) -> None:
        if self._settings.kiosk or self._settings.fresh:
            self._folders.wipe(seat.folder)
        self._seats.pop(seat.visitor.seat, None)
        why = seat.why or (FAULT if code is None else _MEANING.get(code, FAULT))
        process = None if seat.process is None else seat.process.pid
        self._log("seat-closed", process=process, code=code, why=why, taken=self.taken)
        seat.why = why
        if seat.screen is not None:
            seat.screen.close(why)
        seat.ended.set()

    def _told(self, seat: Seat) -> dict[str, Any]:
        settings, agent = self._settings, seat.visitor.agent
        return {
            "folder": str(seat.folder.absolute()),
            "home": str(self._folders.home.absolute()),
            "catalog": str(settings.catalog.absolute()),
            "kiosk": settings.kiosk,
            "agent": agent or settings.agent,
            "by_system": not (agent or settings.agent_given),
            "role": settings.role,
            "training": settings.training,
            "language": settings.language,
            "low_bandwidth": settings.low_bandwidth,
            "large": settings.large,
            "contrast": settings.contrast,
        }
