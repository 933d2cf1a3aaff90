"""Every door of the web application: who is let in, what is answered, and what a page may send; without a process behind it."""

from __future__ import annotations

import re
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import WSMsgType
from aiohttp.test_utils import TestServer

from cartdesk.web import seats as why
from cartdesk.web.application import WebApplication
from cartdesk.web.guard import SignIns
from cartdesk.web.messages import MOST_BYTES
from cartdesk.web.pages import Assets, Pages
from cartdesk.web.settings import Addresses

from .served import until
from .test_seats import House

TOKEN = "a-token-that-only-this-test-knows"


class Door:
    """The application on a port, and a browser before it."""

    def __init__(self, house: House, server: TestServer, session: aiohttp.ClientSession, addresses: Addresses) -> None:
        self.house, self.server, self.session = house, server, session
        self.origin = f"http://127.0.0.1:{server.port}"
        self.addresses = addresses

    async def get(self, path: str, **options: object) -> aiohttp.ClientResponse:
        return await self.session.get(self.origin + path, allow_redirects=False, **options)  # type: ignore[arg-type]

    async def sign_in(self) -> aiohttp.ClientResponse:
        return await self.get(f"/sign-in?token={TOKEN}")

    def web_socket(self, **headers: str) -> aiohttp.client._WSRequestContextManager:
        return self.session.ws_connect(f"{self.origin}/ws?width=100&height=30", headers={"Origin": self.origin} | headers)


async def made(tmp_path: Path, *, public: str = "", **settings: object) -> AsyncIterator[Door]:
    house = House(tmp_path, **settings)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    addresses = Addresses((public,) if public else (f"http://127.0.0.1:{port}", f"http://localhost:{port}"))
    application = WebApplication(
        addresses=addresses,
        sign_ins=SignIns(TOKEN),
        seats=house.seats,
        pages=Pages(kiosk=bool(settings.get("kiosk"))),
        assets=Assets(),
        log=house._log,
        home=tmp_path,
        keeps_seats=not settings.get("kiosk"),
    )
    server = TestServer(application.make(), host="127.0.0.1", port=port)
    await server.start_server()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield Door(house, server, session, addresses)
    await house.seats.close()
    await server.close()


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    async for each in made(tmp_path):
        yield each


@pytest.mark.parametrize(
    "path", ["/", "/ws", "/ready", "/assets/", "/assets/page.js", "/assets/textual.js", "/nothing", "/static/", "/%2e%2e/etc"]
)
async def test_without_the_token_nobody_gets_anything(door: Door, path: str) -> None:
    answer = await door.get(path, headers={"Origin": door.origin})
    assert answer.status == 401
    text = await answer.text()
    assert "Open the address that cartdesk printed" in text
    assert "<script" not in text
    wrong = await door.get(f"/sign-in?token={TOKEN[:-1]}")
    assert wrong.status == 401
    assert "Set-Cookie" not in wrong.headers
    assert ("refused", {"why": "token"}) in door.house.logged


async def test_the_token_becomes_a_cookie_and_leaves_the_address(door: Door) -> None:
    answer = await door.sign_in()
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    cookies = answer.headers.getall("Set-Cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert TOKEN not in cookie
    page = await door.get("/")
    assert page.status == 200
    assert 'class="textual-terminal"' in await page.text()
    assert all(TOKEN not in str(entry) for entry in door.house.logged)


async def test_behind_tls_the_cookies_say_so(tmp_path: Path) -> None:
    async for door in made(tmp_path, public="https://desk.example.com"):
        answer = await door.get(f"/sign-in?token={TOKEN}", headers={"Host": "desk.example.com"})
        assert answer.status == 303
        for cookie in answer.headers.getall("Set-Cookie"):
            assert cookie.startswith("__Host-")
            assert "Secure" in cookie
        assert (await door.get("/", headers={"Host": f"127.0.0.1:{door.server.port}"})).status == 421


async def test_a_page_loads_nothing_from_elsewhere(door: Door) -> None:
    await door.sign_in()
    answer = await door.get("/")
    text, policy = await answer.text(), answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce is not None
    assert text.count(f'nonce="{nonce[1]}"') == 2
    assert not re.findall(r"https?://", text)
    assert "style=" not in text
    assert not re.search(r"<script(?![^>]*src=\"/assets/)", text)
    for name in set(re.findall(r'/assets/[^"]+', text)):
        asset = await door.get(name)
        assert asset.status == 200
        assert asset.headers["X-Content-Type-Options"] == "nosniff"
        again = await door.get(name, headers={"If-None-Match": asset.headers["ETag"]})
        assert again.status == 304


@pytest.mark.parametrize(
    "path",
    ["/assets/", "/assets/style.css", "/assets/terminal.html", "/assets/..%2f__init__.py", "/static/js/"],
)
async def test_nothing_is_listed_and_nothing_else_is_served(door: Door, path: str) -> None:
    await door.sign_in()
    answer = await door.get(path)
    assert answer.status == 404
    assert "There is no such page." in await answer.text()


async def test_other_methods_do_nothing(door: Door) -> None:
    await door.sign_in()
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        async with door.session.request(method, door.origin + "/", data=b"x" * 10) as answer:
            assert answer.status == 405


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Host": "127.0.0.1:1"}, {"Origin": "http://evil.example"}, {"Origin": "null"}]
)
async def test_a_page_of_another_site_gets_nothing_even_with_the_cookie(door: Door, headers: dict[str, str]) -> None:
    await door.sign_in()
    assert (await door.get("/", headers=headers)).status in (403, 421)
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with door.web_socket(**headers):
            pass
    assert refused.value.status in (403, 421)
    assert not door.house.processes


async def test_a_socket_without_an_origin_is_no_browsers(door: Door) -> None:
    await door.sign_in()
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with door.session.ws_connect(f"{door.origin}/ws"):
            pass
    assert refused.value.status == 403


async def test_a_link_from_elsewhere_is_sent_on_by_our_own_page_once(door: Door) -> None:
    answer = await door.get("/", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status == 401
    assert "0; url=/?again" in await answer.text()
    answer = await door.get("/?again", headers={"Sec-Fetch-Site": "same-origin"})
    assert "http-equiv" not in await answer.text()


async def test_a_page_types_and_sees(door: Door) -> None:
    await door.sign_in()
    async with door.web_socket() as talk:
        assert (await talk.receive()).data == b"picture"
        await talk.send_str('["stdin", "14277"]')
        await talk.send_str('["resize", {"width": 90, "height": 25}]')
        await talk.send_str('["ping", "7"]')
        assert (await talk.receive()).json() == ["pong", "7"]
        assert door.house.processes[0].heard == [b"14277", ("resize", 90, 25)]


GARBAGE = ["", "x", "[]", "{}", '["quit"]', '["stdin", 1]', '["stdin"]', "null", '["resize", {"width": "a", "height": 2}]', "[" * 5_000]


@pytest.mark.parametrize("text", GARBAGE)
async def test_garbage_closes_the_socket_and_keeps_the_desk(door: Door, text: str) -> None:
    await door.sign_in()
    async with door.web_socket() as talk:
        await talk.receive()
        await talk.send_str(text)
        assert await _closed(talk) == 1008
    async with door.web_socket() as talk:
        assert (await talk.receive()).type is WSMsgType.BINARY
    assert len(door.house.processes) == 1


async def test_what_is_no_text_or_too_much_closes_the_socket(door: Door) -> None:
    await door.sign_in()
    async with door.web_socket() as talk:
        await talk.send_bytes(b"\x00")
        assert await _closed(talk) == 1003
    async with door.web_socket() as talk:
        await talk.send_str('["stdin", "' + "x" * MOST_BYTES + '"]')
        assert await _closed(talk) == 1009
    assert door.house.processes[0].heard[2:] == []
    assert len(door.house.processes) == 1


async def test_a_connection_that_breaks_leaves_the_desk_for_the_next(door: Door) -> None:
    await door.sign_in()
    async with door.web_socket() as talk:
        await talk.receive()
        seat = next(iter(door.house.seats._seats.values()))
        transport = talk.get_extra_info("socket")
        transport.shutdown(socket.SHUT_RDWR)
        await until(lambda: seat.screen is None, "the page's absence")
    async with door.web_socket() as talk:
        await talk.receive()
    assert not seat.ending
    assert len(door.house.processes) == 1


async def test_beyond_the_last_seat_a_page_says_so(tmp_path: Path) -> None:
    async for door in made(tmp_path, sessions=1):
        await door.sign_in()
        async with door.web_socket() as talk:
            await talk.receive()
            async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as other:
                async with other.get(f"{door.origin}/sign-in?token={TOKEN}") as answer:
                    assert answer.status == 503
                    text = await answer.text()
                    assert "All seats are taken" in text
                    assert "15; url=/" in text
                async with other.ws_connect(f"{door.origin}/ws", origin=door.origin) as late:
                    assert await _closed(late) == why.TAKEN
            assert not talk.closed
        assert len(door.house.processes) == 1


async def test_a_slow_page_is_let_go_and_the_desk_goes_on(door: Door) -> None:
    await door.sign_in()
    async with door.web_socket() as talk:
        await talk.receive()
        seat = next(iter(door.house.seats._seats.values()))
        for _ in range(50):
            seat.show(bytes(100_000))
        assert await _closed(talk) == 1013
    assert not seat.ending


async def _closed(talk: aiohttp.ClientWebSocketResponse) -> int | None:
    async for _ in talk:
        pass
    return talk.close_code
