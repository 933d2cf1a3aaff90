"""The ear for a hub's events, over a real socket."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from cartdesk.errors import NoAnswer, SettingsError
from cartdesk.sync.api import Api
from cartdesk.sync.listener import listening, registered
from cartdesk.sync.messages import Answer, Request

from .scripted import Scripted, answer

HERE = "http://127.0.0.1:0/events"


async def told(port: int, text: bytes, *, end: bool = False) -> bytes:
    """Send bytes and return the answer's first line."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text)
    if end:
        writer.write_eof()
    found = await reader.read()
    writer.close()
    await writer.wait_closed()
    return found.partition(b"\r\n")[0]


def event(body: bytes, method: str = "POST") -> bytes:
    return b"%s /events HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s" % (method.encode(), len(body), body)


async def test_every_event_is_a_hint_whatever_it_says() -> None:
    hints: list[int] = []
    async with listening(HERE, lambda: hints.append(1)) as port:
        for body in (json.dumps({"eventType": "ShoppingCartCreateEvent"}).encode(), b"", b"\xff{", b"[]"):
            assert await told(port, event(body)) == b"HTTP/1.1 204 No Content"
    assert len(hints) == 4


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (event(b"{}", "GET"), b"HTTP/1.1 405 Method Not Allowed"),
        (b"POST /events HTTP/1.1\r\nHost: x\r\n\r\n", b"HTTP/1.1 400 Bad Request"),
        (b"POST /events HTTP/1.1\r\nContent-Length: many\r\n\r\n", b"HTTP/1.1 400 Bad Request"),
        (b"POST /events HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", b"HTTP/1.1 413 Content Too Large"),
        (b"POST /" + b"x" * 70_000, b""),
        (b"POST /events HTTP/1.1\r\nContent-Length: 9\r\n\r\nshort", b""),
        (b"", b""),
    ],
)
async def test_nonsense_is_no_hint_and_ends_nothing(text: bytes, first: bytes) -> None:
    hints: list[int] = []
    async with listening(HERE, lambda: hints.append(1)) as port:
        assert await told(port, text, end=True) == first
        assert hints == []
        await told(port, event(b"{}"))
    assert hints == [1]


async def test_a_caller_who_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cartdesk.sync.listener._PATIENCE", 0.05)
    async with listening(HERE, lambda: None) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1:8700/x", "http://127.0.0.1/x", "127.0.0.1:8700", "http://:8700", "http://127.0.0.1:99999/", "http://[::1/", ""],
)
async def test_an_address_that_cannot_be_listened_at_is_said(url: str) -> None:
    with pytest.raises(SettingsError, match="--listen takes an address"):
        async with listening(url, lambda: None):
            raise AssertionError("it listens")


async def test_a_port_that_is_taken_is_said() -> None:
    async with listening(HERE, lambda: None) as port:
        with pytest.raises(SettingsError, match=f"Nothing can listen at port {port}"):
            async with listening(f"http://127.0.0.1:{port}/", lambda: None):
                raise AssertionError("it listens")


@pytest.mark.parametrize(
    ("said", "known", "methods"),
    [
        (answer(201, {"id": "7 a", "callback": "x"}), True, ["POST hub", "DELETE hub/7%20a"]),
        (answer(201, location="/hub/9"), True, ["POST hub", "DELETE hub/9"]),
        (answer(404), False, ["POST hub"]),
        (answer(501), False, ["POST hub"]),
        (answer(409), False, ["POST hub"]),
        (answer(403, {"reason": "no"}), False, ["POST hub"]),
        (answer(503), False, ["POST hub"]),
    ],
)
async def test_our_address_is_kept_with_the_hub_while_we_listen_and_no_longer(said: Answer, known: bool, methods: list[str]) -> None:
    line = Scripted(lambda request: said if request.method == "POST" else answer(204))
    async with registered(Api("shopping cart", "https://shop.example/v4", line), "http://127.0.0.1:8700/e") as found:
        assert found is known
    assert line.methods == methods
    assert json.loads(line.sent[0].body or b"") == {"callback": "http://127.0.0.1:8700/e"}


async def test_a_server_that_is_gone_by_the_end_keeps_nobody() -> None:
    def once(request: Request) -> Any:
        if request.method == "DELETE":
            raise NoAnswer("gone")
        return answer(201, {"id": "1"})

    async with registered(Api("shopping cart", "https://shop.example/v4", Scripted(once)), "http://127.0.0.1:8700/e") as found:
        assert found
