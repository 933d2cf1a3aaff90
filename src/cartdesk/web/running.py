"""Starting and stopping: the token, the folders, the socket, and the seats ended before the server is.

``cartdesk web`` calls :func:`run`; it returns when the server was told to stop and every seat's process is gone.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from aiohttp import web

from cartdesk.desk import cache_dir
from cartdesk.errors import Refused
from cartdesk.language import tr
from cartdesk.sockets import is_loopback, open_socket
from cartdesk.text import safe_text
from cartdesk.tui.kiosk.staff import read_pin
from cartdesk.web.application import WebApplication
from cartdesk.web.folders import Folders
from cartdesk.web.guard import SignIns, new_token, read_token
from cartdesk.web.pages import Assets, Pages
from cartdesk.web.seats import Seats
from cartdesk.web.settings import Addresses, WebSettings, addresses_of

_LOOK_AROUND = 1.0
_FINISHING = 5.0


def run(settings: WebSettings, say: Callable[[str], None], open_log: Callable[[], Callable[..., None]]) -> None:
    """Serve until told to stop.

    Args:
        settings: what to serve, where.
        say: told where the server is, once with the token in it.
        open_log: returns what is told of what happens; never who, never the token.

    Raises:
        ServingError: the address cannot be had.
        CatalogError: the catalog cannot be opened.
        StoreError: the folders cannot be made.
        Refused: a kiosk without a PIN, or a wrong setting.
    """
    addresses_of(settings.host, settings.port, settings.public_url)
    if settings.kiosk and read_pin(settings.home) is None:
        raise Refused(tr("A kiosk needs a PIN before it opens, or nobody could leave it: set one with `cartdesk kiosk pin`."))
    assets = Assets()
    with open_socket(settings.host, settings.port) as listening:
        settings = replace(settings, port=listening.getsockname()[1])
        addresses = addresses_of(settings.host, settings.port, settings.public_url)
        folders = Folders(settings.home)
        token = new_token() if settings.token_file is None else read_token(settings.token_file)
        _open_catalog_once(settings)
        say(_where(settings, addresses, token))
        _quiet()
        asyncio.run(_serve(settings, addresses, folders, assets, SignIns(token), listening, open_log()))


def _where(settings: WebSettings, addresses: Addresses, token: str) -> str:
    origin = addresses.origins[0]
    signs_in = tr("This address signs a browser in; who has it can work here:")
    where = (
        tr("The kiosk is at {origin} until Ctrl-C.", origin=origin)
        if settings.kiosk
        else tr("The desk is at {origin} until Ctrl-C.", origin=origin)
    )
    lines = [f"{where} {signs_in}"]
    if settings.token_file is None:
        lines.append(f"{origin}/sign-in?token={token}")
    else:
        lines.append(tr("{origin}/sign-in?token=… with what is in {file}", origin=origin, file=safe_text(str(settings.token_file))))
    if not addresses.secure and not is_loopback(settings.host):
        lines.append(tr("Others can read along on the way: put a proxy with TLS before it, and name that with --public-url https://…"))
    return "\n".join(lines)


def _open_catalog_once(settings: WebSettings) -> None:
    """Find out now whether the catalog can be opened, and leave its index for the seats."""
    from cartdesk.catalog import open_catalog

    open_catalog(settings.catalog, cache_dir=cache_dir(settings.home), wait=True).close()


def _quiet() -> None:
    """Keep what the web server's library would log to itself: it writes addresses and what was asked."""
    library = logging.getLogger("aiohttp")
    library.addHandler(logging.NullHandler())
    library.propagate = False


async def _serve(
    settings: WebSettings,
    addresses: Addresses,
    folders: Folders,
    assets: Assets,
    sign_ins: SignIns,
    listening: socket.socket,
    log: Callable[..., None],
) -> None:
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stopped.set)
    seats = Seats(settings, folders, clock=loop.time, log=log)
    pages = Pages(kiosk=settings.kiosk, font_size=settings.font_size, idle_minutes=settings.idle_minutes)
    application = WebApplication(
        addresses=addresses,
        sign_ins=sign_ins,
        seats=seats,
        pages=pages,
        assets=assets,
        log=log,
        home=settings.home,
        keeps_seats=not (settings.kiosk or settings.fresh),
    )
    runner = web.AppRunner(application.make(), access_log=None, shutdown_timeout=_FINISHING)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    log("web-started", kiosk=settings.kiosk, seats=settings.sessions)
    try:
        while not stopped.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stopped.wait(), _LOOK_AROUND)
            seats.look_around()
    finally:
        await seats.close()
        await runner.cleanup()
        folders.close()
        log("web-stopped")
