"""What the desk in a browser is told when it starts, and the addresses it answers to; ``cartdesk web`` makes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cartdesk.errors import Refused
from cartdesk.sockets import is_loopback
from cartdesk.text import safe_text

_DEFAULT_PORTS = {"http": 80, "https": 443}
_EVERYWHERE = ("0.0.0.0", "::")


@dataclass(frozen=True, slots=True)
class WebSettings:
    """What to serve, where, to how many."""

    home: Path
    """The shop's data folder: the kiosk's PIN and the key of hand-off codes are there, and the seats' folders below it."""
    catalog: Path
    host: str = "127.0.0.1"
    port: int = 8664
    public_url: str = ""
    """What browsers call the server, where a proxy stands before it."""
    kiosk: bool = False
    sessions: int = 8
    """How many desks or kiosks are open at once."""
    idle_minutes: float = 30.0
    """After how long without a key or a click a desk is closed; a kiosk looks after that itself."""
    fresh: bool = False
    """Whether a desk's folder is made anew each time and removed when it is closed."""
    token_file: Path | None = None
    agent: str = "agent"
    """Who works here, where neither the address they signed in by nor their settings say so."""
    agent_given: bool = False
    """Whether that was said, rather than taken from the system."""
    role: str = "agent"
    training: bool = False
    language: str = "en"
    """What pages are written in, and desks whose settings say nothing else."""
    low_bandwidth: bool = False
    large: bool = False
    contrast: bool = False
    font_size: int = 0
    """In pixels; 0 is whatever suits the window."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """What the server is called: the first is what people are told."""

    origins: tuple[str, ...]
    """Scheme, host and port, as browsers write them in ``Origin``."""

    @property
    def hosts(self) -> frozenset[str]:
        """What may stand in ``Host``."""
        return frozenset(each.partition("://")[2] for each in self.origins)

    @property
    def secure(self) -> bool:
        """True where browsers come by TLS."""
        return self.origins[0].startswith("https://")


def addresses_of(host: str, port: int, public_url: str) -> Addresses:
    """Return what the server answers to.

    Args:
        host: where it listens.
        port: the port it got.
        public_url: what browsers call it, if they do not come directly.

    Raises:
        Refused: that is no such URL, or one is needed.
    """
    if public_url:
        return Addresses((_origin(public_url),))
    if host in _EVERYWHERE:
        raise Refused(f"On {host} a server has no one name; say what browsers call it, such as --public-url http://192.0.2.7:{port}")
    names = ["127.0.0.1", "localhost"] if is_loopback(host) and ":" not in host else [f"[{host}]" if ":" in host else host.lower()]
    if host == "::1":
        names.append("localhost")
    elif host not in names:
        names.insert(0, host)
    elif host == "localhost":
        names.reverse()
    return Addresses(
        tuple(f"http://{name}" if port == _DEFAULT_PORTS["http"] else f"http://{name}:{port}" for name in dict.fromkeys(names))
    )


def _origin(url: str) -> str:
    try:
        split = urlsplit(url)
        port = split.port
    except ValueError:
        split, port = urlsplit(""), None
    bare = split.path in ("", "/") and not (split.query or split.fragment or split.username)
    if split.scheme not in _DEFAULT_PORTS or not split.hostname or not bare:
        raise Refused(f"{safe_text(url, 120)} is no address of a server; write it such as https://desk.example.com")
    name = f"[{split.hostname}]" if ":" in split.hostname else split.hostname
    return f"{split.scheme}://{name}" if port in (None, _DEFAULT_PORTS[split.scheme]) else f"{split.scheme}://{name}:{port}"
