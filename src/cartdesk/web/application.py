"""The web application: every request is looked at before it is answered, and there is nothing to get but one page and what it needs.

``running`` serves it. What a browser may do is in ``guard``, what it sees in ``pages``, where it sits in ``seats``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from aiohttp import WSMsgType, web

from cartdesk import crash
from cartdesk.errors import CartdeskError
from cartdesk.text import safe_text
from cartdesk.web import seats as why
from cartdesk.web.guard import SignIns, Visitor, foreign
from cartdesk.web.messages import MOST_BYTES, NoMessage, Ping, Size, read_message, size_of
from cartdesk.web.pages import Assets, Pages
from cartdesk.web.screen import SocketScreen
from cartdesk.web.seats import Seat, Seats
from cartdesk.web.settings import Addresses

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_HEARTBEAT = 20.0
_LASTING = 400 * 86_400
"""How long a browser keeps its seat's cookie, in seconds; browsers keep none longer."""
_NOT_UNDERSTOOD = 1008
_NO_TEXT = 1003
_PLAIN = ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")


class WebApplication:
    """What is served."""

    def __init__(
        self,
        *,
        addresses: Addresses,
        sign_ins: SignIns,
        seats: Seats,
        pages: Pages,
        assets: Assets,
        log: Callable[..., None],
        home: Path,
        keeps_seats: bool,
    ) -> None:
        """Put it together.

        Args:
            addresses: what the server is called.
            sign_ins: who may come in.
            seats: where they sit.
            pages: what they see.
            assets: what the page needs.
            log: is told of what happens, never by whom.
            home: where faults are written down.
            keeps_seats: whether a browser finds its seat again after the server was started anew.
        """
        self._addresses, self._sign_ins, self._seats = addresses, sign_ins, seats
        self._pages, self._assets, self._log, self._home, self._keeps_seats = pages, assets, log, home, keeps_seats
        port = addresses.origins[0].rpartition(":")[2].strip("/")
        name = f"cartdesk-{port if port.isdigit() else 'web'}"
        self._key_cookie = f"__Host-{name}" if addresses.secure else name
        self._seat_cookie = f"{self._key_cookie}-seat"

    def make(self) -> web.Application:
        """Return the application, to be served."""
        application = web.Application(middlewares=[self._guarded], client_max_size=1)
        application.router.add_get("/sign-in", self._sign_in)
        application.router.add_get("/", self._index)
        application.router.add_get("/ready", self._ready)
        application.router.add_get("/ws", self._socket)
        application.router.add_get("/assets/{name}", self._asset)
        return application

    # -- in front of everything -------------------------------------------------------------------------------------------------------

    @web.middleware
    async def _guarded(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        problem = foreign(request.headers, self._addresses, socket=request.path == "/ws")
        if problem:
            self._log("refused", why=problem)
            return self._answer(self._pages.misdirected(self._addresses.origins[0]), 421 if problem == "host" else 403)
        if request.path != "/sign-in" and self._visitor(request) is None:
            return self._stranger(request)
        try:
            return await handler(request)
        except web.HTTPException as error:
            return self._answer(self._pages.nothing_here(), error.status)
        except ConnectionError:
            raise
        except Exception as error:  # noqa: BLE001  # the outermost frame: the log is told where, the page that it was not its fault
            with suppress(OSError):
                crash.record(error, self._home, "web")
            return self._answer(self._pages.fault(), 500)

    def _visitor(self, request: web.Request) -> Visitor | None:
        return self._sign_ins.visitor(request.cookies.get(self._key_cookie, ""), request.cookies.get(self._seat_cookie, ""))

    def _known(self, request: web.Request) -> Visitor:
        visitor = self._visitor(request)
        if visitor is None:
            raise web.HTTPUnauthorized
        return visitor

    def _stranger(self, request: web.Request) -> web.Response:
        # A browser that follows a link from elsewhere keeps a strict cookie back; sent on from our own page, it shows it.
        again = request.path == "/" and request.headers.get("Sec-Fetch-Site") == "cross-site"
        return self._answer(self._pages.signed_out(again=again), 401)

    def _answer(self, page: tuple[str, str], status: int = 200) -> web.Response:
        text, nonce = page
        response = web.Response(text=text, status=status, content_type="text/html")
        response.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; connect-src 'self'; img-src data:; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        return _sealed(response)

    # -- what there is ----------------------------------------------------------------------------------------------------------------

    async def _sign_in(self, request: web.Request) -> web.StreamResponse:
        cookies = request.cookies
        token, agent = request.query.get("token", ""), safe_text(request.query.get("agent", ""), 60)
        key, seat = cookies.get(self._key_cookie, ""), cookies.get(self._seat_cookie, "")
        signed_in = self._sign_ins.sign_in(token, key=key, seat=seat, agent=agent)
        if signed_in is None:
            self._log("refused", why="token")
            return self._answer(self._pages.signed_out(), 401)
        response = web.Response(status=303, headers={"Location": "/", "Content-Security-Policy": _PLAIN[1]})
        secure = self._addresses.secure
        response.set_cookie(self._key_cookie, signed_in.key, httponly=True, samesite="Strict", secure=secure, path="/")
        if self._keeps_seats:
            response.set_cookie(
                self._seat_cookie, signed_in.seat, max_age=_LASTING, httponly=True, samesite="Strict", secure=secure, path="/"
            )
        self._log("signed-in")
        return _sealed(response)

    async def _index(self, request: web.Request) -> web.StreamResponse:
        if not self._seats.has_room(self._known(request)):
            self._log("refused", why="seats")
            return self._answer(self._pages.taken(), 503)
        return self._answer(self._pages.terminal())

    async def _ready(self, request: web.Request) -> web.StreamResponse:
        return _sealed(web.Response(status=204, headers={_PLAIN[0]: _PLAIN[1]}))

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        found = self._assets.get(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        response = web.Response(
            body=found.body, content_type=found.kind, charset="utf-8", headers={"ETag": found.tag, _PLAIN[0]: _PLAIN[1]}
        )
        if request.headers.get("If-None-Match") == found.tag:
            response = web.Response(status=304, headers={"ETag": found.tag})
        _sealed(response).headers["Cache-Control"] = "private, no-cache"
        return response

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        try:
            size = size_of(request.query.get("width", "80"), request.query.get("height", "24"))
        except NoMessage:
            size = Size(80, 24)
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=MOST_BYTES, timeout=5.0)
        if not socket.can_prepare(request).ok:
            raise web.HTTPBadRequest
        await socket.prepare(request)
        screen = SocketScreen(socket)
        sending = asyncio.create_task(screen.run())
        seat: Seat | None = None
        try:
            seat = await self._seats.sit(self._known(request), screen, size)
            if seat is None:
                screen.close(why.TAKEN)
            await self._listen(socket, screen, seat)
        except CartdeskError:
            screen.close(why.UNOPENED)
        finally:
            if seat is not None:
                self._seats.leave(seat, screen)
            screen.close(why.STOPPED)
            await asyncio.wait([sending], timeout=5.0)
            sending.cancel()
        return socket

    async def _listen(self, socket: web.WebSocketResponse, screen: SocketScreen, seat: Seat | None) -> None:
        clock = asyncio.get_running_loop().time
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                screen.close(_NO_TEXT)
                return
            try:
                heard = read_message(message.data)
            except NoMessage:
                self._log("refused", why="message")
                screen.close(_NOT_UNDERSTOOD)
                return
            if isinstance(heard, Ping):
                await socket.send_json(["pong", heard.stamp])
            elif seat is not None:
                await seat.hear(heard, clock(), screen)


def _sealed(response: web.Response) -> web.Response:
    response.headers.update(
        {
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), clipboard-read=()",
            "Cache-Control": "no-store",
            "Server": "cartdesk",
        }
    )
    return response
