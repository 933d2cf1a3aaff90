"""What goes to a server and what comes back, without a word about how: requests, answers, and whoever carries them.

``http`` carries them over the network; the simulation carries them in memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

MAX_ANSWER = 64 * 1024 * 1024
"""The most bytes of one answer that are ever read."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    """With names in lower case."""
    body: bytes = b""

    @property
    def good(self) -> bool:
        """True for every 2xx."""
        return 200 <= self.status < 300


class Transport(Protocol):
    """Whoever carries requests."""

    async def send(self, request: Request) -> Answer:
        """Carry a request there and the answer back.

        Raises:
            NoAnswer: there is none, so nobody knows what came of it.
        """
        ...


class Credentials(Protocol):
    """Whoever knows how we say who we are."""

    async def header(self, *, fresh: bool = False) -> str | None:
        """Return what goes into ``Authorization``; None where the server wants nothing.

        Args:
            fresh: the last one was refused, so get a new one where that is possible.
        """
        ...
