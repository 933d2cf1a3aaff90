"""A page's terminal at the other end of a websocket; what a process draws never waits for a slow page.

``application`` makes one for each page that comes, ``seats`` draws on it.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from aiohttp.web import WebSocketResponse

_MOST_WAITING = 4 << 20
"""How many bytes may wait for a page; one that is so far behind is let go, and sees all anew when it comes again."""
_CLOSING = 2.0


class SocketScreen:
    """What a page is sent, in order, and then why it was closed."""

    def __init__(self, socket: WebSocketResponse) -> None:
        self._socket = socket
        self._waiting: list[bytes] = []
        self._size = 0
        self._code: int | None = None
        self._news = asyncio.Event()

    def put(self, data: bytes) -> None:
        """Send a picture, or a change to it, when the page can take it."""
        if self._code is not None:
            return
        self._waiting.append(data)
        self._size += len(data)
        if self._size > _MOST_WAITING:
            self._waiting.clear()
            self.close(1013)
        self._news.set()

    def close(self, code: int) -> None:
        """Close the page's socket after what was put before."""
        if self._code is None:
            self._code = code
            self._news.set()

    async def run(self) -> None:
        """Send until it is closed."""
        with suppress(ConnectionError, RuntimeError):  # the page has gone: its handler notices by itself
            while True:
                await self._news.wait()
                self._news.clear()
                while self._waiting:
                    data = b"".join(self._waiting)
                    self._waiting.clear()
                    self._size = 0
                    await self._socket.send_bytes(data)
                if self._code is not None:
                    await self._socket.close(code=self._code)
                    return
