"""Calls that come in while the shop is open: who was named at the start, and who a watched file names later.

``opening`` starts :func:`watch_calls`; the app takes a call at once where nobody is served, and offers it where somebody is.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from cartdesk.language import tr

if TYPE_CHECKING:
    from cartdesk.desk.calls import Call
    from cartdesk.tui.app import CartdeskApp

EVERY = 0.5
"""Seconds between two looks at the file."""


class Called(Message):
    """Somebody calls."""

    def __init__(self, call: Call) -> None:
        super().__init__()
        self.call = call


async def take(app: CartdeskApp, call: Call) -> None:
    """Take a call where nobody is served; else offer it, so that nothing changes under anybody's hands."""
    from cartdesk.desk.commands import TakeCall
    from cartdesk.errors import Mend

    command = TakeCall(call.customer, call.phone)
    if app.desk.view.cart.empty:
        await app.perform(command)
    else:
        app.offer(tr("{customer} is calling.", customer=call.customer or call.phone), Mend(tr("Take the call"), command.written()))


class CallWatch:
    """Looks at a hand-off file beside the screen until it is stopped."""

    def __init__(self, app: CartdeskApp, path: Path) -> None:
        from cartdesk.desk.calls import HandoffFile

        self._app = app
        self._file = HandoffFile(path)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, name="calls", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._ended.set()

    def _look(self) -> None:
        while not self._ended.wait(EVERY):
            if self._app.is_warm:
                call = self._file.take()
                if call is not None:
                    self._app.post_message(Called(call))
