"""Where notifications may go: attacks through the callback's URL, its name and its answers."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from cartdesk.errors import SettingsError
from cartdesk.server.events.callbacks import CallbackPolicy, CallbackRefused
from cartdesk.server.events.posting import NotDelivered, Poster

PUBLIC = CallbackPolicy()
DEVELOPMENT = CallbackPolicy(loopback=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://0x7f000001/",
        "http://2130706433/",
        "http://017700000001/",
        "http://0/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[fe80::1%25eth0]/",
        "http://[fec0::1]/",
        "http://[fd00::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://100.64.0.1/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
    ],
)
def test_addresses_that_are_not_public_are_refused_however_they_are_written(url: str) -> None:
    with pytest.raises(CallbackRefused):
        PUBLIC.check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "//example.com/",
        "http:///nowhere",
        "http://user:secret@example.com/",
        "http://example.com/#part",
        "http://example.com:0/",
        "http://example.com:99999/",
        "http://example.com/\r\nX-Injected: 1",
        "http://exa mple.com/",
        "http://example.com\\@10.0.0.1/",
        "http://bücher.example/",
        "http://[::1",
        "http://example.com/" + "a" * 2_000,
    ],
)
def test_what_is_no_plain_http_url_is_refused(url: str) -> None:
    with pytest.raises(CallbackRefused):
        PUBLIC.check_url(url)


@pytest.mark.parametrize("url", ["http://in.listener.com", "https://93.184.216.34:8443/hook?a=b", "http://[2606:2800:220:1::1]/x"])
def test_public_callbacks_are_taken(url: str) -> None:
    assert PUBLIC.check_url(url).hostname


def test_the_configuration_names_hosts_and_networks() -> None:
    policy = CallbackPolicy.of(["*.example.com", "10.20.0.0/16"])
    assert policy.check_url("https://a.example.com/x").hostname == "a.example.com"
    assert policy.check_url("http://10.20.3.4/x").hostname == "10.20.3.4"
    for url in ("http://example.org/", "http://10.21.0.1/", "http://93.184.216.34/", "http://a.example.com.evil.org/"):
        with pytest.raises(CallbackRefused):
            policy.check_url(url)


@pytest.mark.parametrize("allowed", ["http://example.com", "example.com:80", "user@example.com", "", "10.0.0.0/99"])
def test_a_configuration_that_means_nothing_is_said(allowed: str) -> None:
    with pytest.raises(SettingsError):
        CallbackPolicy.of([allowed])


@dataclass
class Listener:
    """A listener on the loopback address that answers as told."""

    answer: bytes = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"
    heard: list[bytes] = field(default_factory=list)
    port: int = 0
    slow: bool = False

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._hear, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield f"http://127.0.0.1:{self.port}/hook"

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
            self.heard.append(head + await reader.readexactly(length))
            writer.write(self.answer)
            await writer.drain()
            if self.slow:
                while await reader.read(1):
                    pass
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def poster_of(policy: CallbackPolicy, seconds: float = 5.0) -> AsyncIterator[Poster]:
    poster = Poster(policy, seconds=seconds)
    yield poster
    await poster.close()


async def test_a_notification_arrives_as_json() -> None:
    listener = Listener()
    async with listener.open() as url, poster_of(DEVELOPMENT) as poster:
        await poster.post(url, b'{"eventId":"1"}')
    head, _, body = listener.heard[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook HTTP/1.1\r\n")
    assert b"content-type: application/json" in head.lower()
    assert body == b'{"eventId":"1"}'


async def test_redirects_are_not_followed() -> None:
    inside = Listener()
    async with inside.open() as secret:
        door = Listener(answer=f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {secret}\r\nContent-Length: 0\r\n\r\n".encode())
        async with door.open() as url, poster_of(DEVELOPMENT) as poster:
            with pytest.raises(NotDelivered, match="redirects are not followed"):
                await poster.post(url, b"{}")
    assert len(door.heard) == 1
    assert inside.heard == []


def _names(addresses: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked: list[str] = []

    async def resolve(self: Any, host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses()]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
    return asked


async def test_a_name_is_resolved_once_and_the_checked_address_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    listener = Listener()
    async with listener.open(), poster_of(DEVELOPMENT) as poster:
        asked = _names(lambda: ["127.0.0.1"], monkeypatch)
        await poster.post(f"http://hook.example:{listener.port}/", b"{}")
    assert asked == ["hook.example"]
    assert f"host: hook.example:{listener.port}".encode() in listener.heard[0].lower()


async def test_a_name_that_leads_inside_later_is_refused_later(monkeypatch: pytest.MonkeyPatch) -> None:
    listener = Listener()
    async with listener.open(), poster_of(PUBLIC) as poster:
        _names(lambda: ["127.0.0.1"], monkeypatch)
        with pytest.raises(NotDelivered, match="not public"):
            await poster.post(f"http://hook.example:{listener.port}/", b"{}")
    assert listener.heard == []


async def test_one_inside_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    _names(lambda: ["93.184.216.34", "169.254.169.254"], monkeypatch)
    async with poster_of(PUBLIC) as poster:
        with pytest.raises(NotDelivered, match="not public"):
            await poster.post("http://hook.example/", b"{}")


async def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = Listener()
    async with proxy.open() as url:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, url)
        listener = Listener()
        async with listener.open() as callback, poster_of(DEVELOPMENT) as poster:
            await poster.post(callback, b"{}")
    assert (len(listener.heard), proxy.heard) == (1, [])


async def test_a_listener_that_never_answers_costs_no_more_than_its_time() -> None:
    listener = Listener(answer=b"HTTP/1.1 200 OK\r\nX-Slow: ", slow=True)
    async with listener.open() as url, poster_of(DEVELOPMENT, seconds=0.2) as poster:
        with pytest.raises(NotDelivered, match=r"no answer within 0\.2 s"):
            await poster.post(url, b"{}")


async def test_an_endless_answer_is_not_read() -> None:
    listener = Listener(answer=b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + b"x" * 200_000, slow=True)
    async with listener.open() as url, poster_of(DEVELOPMENT, seconds=20) as poster:
        await poster.post(url, b"{}")
    assert len(listener.heard) == 1


@pytest.mark.parametrize("answer", [b"nonsense\r\n\r\n", b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", b""])
async def test_what_is_no_success_has_not_arrived(answer: bytes) -> None:
    listener = Listener(answer=answer)
    async with listener.open() as url, poster_of(DEVELOPMENT) as poster:
        with pytest.raises(NotDelivered):
            await poster.post(url, b"{}")


async def test_nobody_at_the_address_is_not_delivered() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        async with poster_of(DEVELOPMENT) as poster:
            with pytest.raises(NotDelivered, match="not reached"):
                await poster.post(f"http://127.0.0.1:{port}/", b"{}")
