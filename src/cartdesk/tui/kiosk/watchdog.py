"""What a service manager is told: that the kiosk is up, and every few seconds that it still answers.

Speaks systemd's notification protocol where the environment names a socket, and does nothing elsewhere.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from contextlib import suppress


class Watchdog:
    """The way to the service manager."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        micro = environment.get("WATCHDOG_USEC", "")
        self.every = int(micro) / 2_000_000 if micro.isdigit() and self._address else None
        """Seconds between two signs of life, half of what is allowed; None where none are wanted."""

    def ready(self) -> None:
        """Say that visitors can come."""
        self._send("READY=1")

    def alive(self) -> None:
        """Give a sign of life."""
        self._send("WATCHDOG=1")

    def stopping(self) -> None:
        """Say that the kiosk ends."""
        self._send("STOPPING=1")

    def _send(self, text: str) -> None:
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as door:
            door.sendto(text.encode(), address)
