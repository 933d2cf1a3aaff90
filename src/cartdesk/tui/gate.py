"""Keys in the order they were typed, each answered in full before the next is looked at.

Keys that arrive in one chunk (over a slow line, from a scanner, from a fast hand) would otherwise be handed out before the first of
them has moved the focus or opened a page. ``CartdeskApp`` is such an app.
"""

from __future__ import annotations

import asyncio
import signal
from collections import deque
from collections.abc import Awaitable, Callable

from textual import events
from textual.message import Message
from textual.widget import Widget

from cartdesk.tui.lean import LeanApp

_ROUNDS = 3
"""How far the answer to a key may reach before the next key: the widget, the page it tells, and what that tells in turn."""
_LOOK_AGAIN = 0.05
"""Seconds after which a key that still waits checks that the one before it can still be answered."""


class KeySettled(Message):
    """Follows a key on its way up from the widget that got it, as often as ``rounds`` says.

    One round answers the key itself; each further one lets those messages arrive that the answer to the one before has posted.
    """

    def __init__(self, rounds: int) -> None:
        super().__init__()
        self.rounds = rounds


class OneKeyAtATime(LeanApp[None]):
    """An app whose keys and pastes wait for each other."""

    def __init__(self) -> None:
        super().__init__()
        self._arrived: deque[events.Key | events.Paste] = deque()
        self._in_flight: KeySettled | None = None
        self._target: Widget | None = None
        self._first: int = 0

    def listen_to_signals(self) -> None:
        """End politely where the system asks; for a process that is this app's alone."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.exit)

    async def take_key(self, event: events.Key) -> bool:
        """Answer a key here, before any widget gets it; answer False to let it go on."""
        return False

    async def hold_back(self, arrived: deque[events.Key | events.Paste]) -> float | None:
        """Look at the keys that wait before the first is let through.

        Answers None to let it through, else how many seconds to wait before looking again; keys may be taken out meanwhile.
        """
        return None

    @property
    def keys_are_quiet(self) -> bool:
        """True when no key waits or is being answered."""
        return not self._arrived and self._in_flight is None and not self._first

    def forget_keys(self) -> None:
        """Drop the keys that wait: what comes next was not on the screen when they were typed."""
        self._arrived.clear()

    def before_next_key(self, job: Callable[[], Awaitable[None]]) -> None:
        """Do ``job`` in the app's own turn, and let no key through until it is done."""
        self._first += 1
        self.call_later(self._do_first, job)

    async def _do_first(self, job: Callable[[], Awaitable[None]]) -> None:
        try:
            await job()
        finally:
            self._first -= 1
        await self._look_again()

    async def on_event(self, event: events.Event) -> None:
        """Put keys and pastes in a row; everything else goes its usual way."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self._arrived.append(event)
            if self._in_flight is not None:
                self.set_timer(_LOOK_AGAIN, self._look_again)
            await self._next_keys()
            return
        await super().on_event(event)

    async def _next_keys(self) -> None:
        while self._arrived and self._in_flight is None and not self._first and self.screen_stack:
            wait = await self.hold_back(self._arrived)
            if wait is not None:
                if wait:
                    self.set_timer(wait, self._look_again)
                    return
                continue
            event = self._arrived.popleft()
            if isinstance(event, events.Key) and await self.take_key(event):
                continue
            self._target = self.focused or self.screen
            await super().on_event(event)
            self._follow(_ROUNDS)

    def _follow(self, rounds: int) -> None:
        target, self._in_flight = self._target, KeySettled(rounds)
        if target is None or not target.is_attached or not target.post_message(self._in_flight):
            self._in_flight = None

    async def on_key_settled(self, message: KeySettled) -> None:
        """The key before has been answered, or the messages its answer posted have arrived: look at the next."""
        if message is not self._in_flight:
            return
        self._in_flight = None
        if message.rounds > 1:
            self._follow(message.rounds - 1)
        await self._next_keys()

    async def _look_again(self) -> None:
        if self._in_flight is not None and (self._target is None or not self._target.is_attached):
            self._in_flight = None
        await self._next_keys()
