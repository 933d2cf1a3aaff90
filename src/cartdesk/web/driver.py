"""Textual's driver for the web, made to end with its server, to draw everything anew for a page that was loaded again, and to open nothing.

A seat's process names it in ``TEXTUAL_DRIVER``; what it is told comes from :mod:`cartdesk.web.process`.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, BinaryIO, Literal, TextIO

from textual import events, messages
from textual.drivers.web_driver import WebDriver


class SeatDriver(WebDriver):
    """A screen whose terminal is a page in a browser, or for a while none."""

    def start_application_mode(self) -> None:
        """Begin, as in front: a page says so only when that changes, and what is pasted into an application that is not is lost."""
        self._seat_loop = asyncio.get_running_loop()
        super().start_application_mode()
        self._app.call_later(self._app.post_message, events.AppFocus())

    def run_input_thread(self) -> None:
        """Listen to the page; when there is nothing more to listen to, end, since nobody could tell it to any more."""
        super().run_input_thread()
        if not self.exit_event.is_set() and not self._seat_loop.is_closed():
            asyncio.run_coroutine_threadsafe(self._app._post_message(messages.ExitApp()), self._seat_loop)

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """Answer what the server asks beside keys."""
        if packet_type == "repaint":
            self._app.call_later(self._app.refresh, layout=True)
        else:
            super().on_meta(packet_type, payload)

    def open_url(self, url: str, new_tab: bool = True) -> None:
        """Nothing that stands in a catalog opens another page."""

    def deliver_binary(
        self,
        binary: BinaryIO | TextIO,
        *,
        delivery_key: str,
        save_path: Path,
        open_method: Literal["browser", "download"] = "download",
        encoding: str | None = None,
        mime_type: str | None = None,
        name: str | None = None,
    ) -> None:
        """Nothing is downloaded; files stay in the seat's folder."""
        binary.close()

    def write_meta(self, data: dict[str, Any]) -> None:
        """Tell the server, if it is still there."""
        try:
            super().write_meta(data)
        except BrokenPipeError:
            self.exit_event.set()
