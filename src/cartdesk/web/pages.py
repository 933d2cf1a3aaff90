"""What a browser is shown: the page with the terminal, the pages with one sentence, and the files they need. Nothing comes from elsewhere.

``application`` answers with them. The terminal itself, xterm.js, is the one that textual-serve brings.
"""

from __future__ import annotations

import hashlib
import html
import secrets
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template

from cartdesk.errors import Refused
from cartdesk.language import current, ntr, tr
from cartdesk.web import seats as why

_LOST, _TOO_LONG = 1006, 1009
_FOUND_ELSEWHERE = {"textual.js": ("textual_serve", "static/js/textual.js"), "xterm.css": ("textual_serve", "static/css/xterm.css")}
_OURS = ("page.js",)
_KINDS = {"js": "text/javascript", "css": "text/css"}

Page = tuple[str, str]
"""A page's text, and what marks its own style in the policy."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that the page needs."""

    body: bytes
    kind: str
    tag: str


class Assets:
    """Those files, by name; nothing else is served, and nothing is listed."""

    def __init__(self) -> None:
        """Read them all.

        Raises:
            Refused: textual-serve is there, and its files are not.
        """
        self._assets = {name: _asset(name, _read("cartdesk.web", f"pages/{name}")) for name in _OURS}
        for name, (package, path) in _FOUND_ELSEWHERE.items():
            self._assets[name] = _asset(name, _read(package, path))

    def get(self, name: str) -> Asset | None:
        """Return a file, or None."""
        return self._assets.get(name)


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages, for one server."""

    kiosk: bool = False
    font_size: int = 0
    idle_minutes: float = 30.0

    def terminal(self) -> Page:
        """The page with the desk or the kiosk."""
        said = "\n".join(
            f'<section data-code="{code}"{f" data-again={again}" if again else ""}><p>{html.escape(sentence)}</p>'
            f"{f'<button type=button>{html.escape(button)}</button>' if button else ''}</section>"
            for code, (sentence, button, again) in self._closings().items()
        )
        nonce = secrets.token_urlsafe(16)
        values = {
            "nonce": nonce,
            "language": current().code,
            "unloaded": html.escape(tr("The terminal could not be loaded into this page.")),
            "again": html.escape(tr("Try again")),
            "script": html.escape(tr("The desk needs JavaScript; nothing is loaded from elsewhere.")),
            "kind": "kiosk" if self.kiosk else "desk",
            "size": str(self.font_size),
            "opening": tr("One moment…") if self.kiosk else tr("Opening your desk…"),
            "said": said,
            "style": _text("style.css"),
        }
        return Template(_text("terminal.html")).substitute(values), nonce

    def signed_out(self, *, again: bool = False) -> Page:
        """You are nobody."""
        return _message(
            tr("Sign in"),
            tr("Open the address that cartdesk printed when it was started; it signs this browser in."),
            tr("It is good until that cartdesk is stopped. If you have just opened it and see this, go on to the desk."),
            link=tr("Go on"),
            refresh="0; url=/?again" if again else "",
        )

    def taken(self) -> Page:
        """There is no seat."""
        return _message(
            tr("All seats are taken"),
            tr("Everybody who may work here at once is at work. This page looks again by itself every 15 seconds."),
            tr("A seat becomes free when somebody closes their desk, or when theirs was idle for long."),
            link=tr("Look again"),
            refresh="15; url=/",
        )

    def misdirected(self, address: str) -> Page:
        """You meant somebody else."""
        return _message(tr("Another address"), tr("This cartdesk answers to {address} only.", address=address), tr("Open it there."))

    def nothing_here(self) -> Page:
        """There is no such page."""
        return _message(tr("Nothing here"), tr("There is no such page."), "", link=tr("To the desk"))

    def fault(self) -> Page:
        """Something went wrong."""
        return _message(tr("A fault"), tr("Something went wrong inside cartdesk. What was sold is kept."), "", link=tr("Try again"))

    def _closings(self) -> dict[int, tuple[str, str, str]]:
        """Return what is said when a socket is closed, for each reason: a sentence, a button, and the seconds until the next try."""
        lost = (tr("The connection is gone. It is tried again…"), tr("Try now"), "2")
        if self.kiosk:
            return {
                why.ENDED: (tr("This kiosk is closed."), tr("Open it"), ""),
                why.ELSEWHERE: (tr("This kiosk is open in another window."), tr("Open it here"), ""),
                why.TAKEN: (tr("One moment…"), "", "10"),
                why.FAULT: (tr("One moment…"), "", "5"),
                why.AGAIN: (tr("One moment…"), "", "0"),
                why.UNOPENED: (tr("This kiosk cannot be opened now. Please ask our staff."), "", "30"),
                why.STOPPED: (tr("One moment…"), "", "2"),
                _LOST: (tr("One moment…"), "", "2"),
            }
        idle = ntr(
            "Your desk was closed: for a minute nothing was pressed. Its carts are kept.",
            "Your desk was closed: for {n} minutes nothing was pressed. Its carts are kept.",
            round(self.idle_minutes),
        )
        return {
            why.ENDED: (tr("Your desk is closed. Its carts are kept."), tr("Open it again"), ""),
            why.ELSEWHERE: (tr("Your desk is open in another window or tab."), tr("Use it here"), ""),
            why.IDLE: (idle, tr("Open it again"), ""),
            why.TAKEN: (tr("All seats are taken. It is tried again…"), tr("Try now"), "10"),
            why.FAULT: (tr("Your desk has ended by a fault of its own. Its carts are kept."), tr("Open it again"), ""),
            why.AGAIN: (tr("One moment…"), "", "0"),
            why.UNOPENED: (tr("Your desk could not be opened. Whoever looks after this server finds in its log why."), tr("Try again"), ""),
            why.STOPPED: (tr("The server is being stopped. Your carts are kept; it is tried again…"), tr("Try now"), "3"),
            _TOO_LONG: (tr("That was more than can be pasted at once. Your desk is as it was."), tr("Back to it"), ""),
            _LOST: lost,
        }


def _message(title: str, sentence: str, hint: str, *, link: str = "", refresh: str = "") -> Page:
    nonce = secrets.token_urlsafe(16)
    values = {
        "nonce": nonce,
        "title": html.escape(title),
        "sentence": html.escape(sentence),
        "hint": html.escape(hint),
        "link": f'<a href="/">{html.escape(link)}</a>' if link else "",
        "language": current().code,
        "refresh": f'<meta http-equiv="refresh" content="{html.escape(refresh)}">' if refresh else "",
        "style": _text("style.css"),
    }
    return Template(_text("message.html")).substitute(values), nonce


@cache
def _text(name: str) -> str:
    return _read("cartdesk.web", f"pages/{name}").decode("utf-8")


def _read(package: str, path: str) -> bytes:
    try:
        return files(package).joinpath(path).read_bytes()
    except OSError:
        raise Refused(f"{package.replace('_', '-')} is not installed whole: its file {path} is missing; install it again.") from None


def _asset(name: str, body: bytes) -> Asset:
    return Asset(body, _KINDS[name.rpartition(".")[2]], f'"{hashlib.sha256(body).hexdigest()[:32]}"')
