"""What ``cartdesk serve`` was told, as it is handed to each worker process.

``running`` writes it into the environment, ``worker`` reads it there.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

VARIABLE = "CARTDESK_SERVER_SETTINGS"

PER_SECOND = 50.0
DELIVERY_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """One server's settings."""

    database: str
    """The database's URL."""
    host: str = "127.0.0.1"
    port: int = 8663
    workers: int = 1
    catalog: str = ""
    """The path of the catalog that carts are priced by; empty is the one that comes with cartdesk."""
    cache: str = ""
    """The folder for what can be made again; empty keeps nothing."""
    public_url: str = ""
    """What links start with; empty writes paths, or the server's own address where nobody else reaches it."""
    callbacks: tuple[str, ...] = ()
    """Host patterns and networks that notifications may go to; none allows every public address."""
    callbacks_here: bool = False
    """Whether notifications may go to this machine itself."""
    per_second: float = PER_SECOND
    """Requests a second that one token may keep up at one worker; 0 is no limit."""
    delivery_seconds: float = DELIVERY_SECONDS
    """How long a listener may take to answer."""
    unguarded: bool = False
    """True where there is no token and only this machine can reach the server."""
    access_log: bool = True
    parent: int = 0
    """The process that looks after the workers; 0 where there is one worker only, which looks after itself."""

    def dump(self) -> str:
        """Return it as text."""
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, text: str) -> ServerSettings:
        """Read it back."""
        values = json.loads(text)
        return cls(**{**values, "callbacks": tuple(values["callbacks"])})
