"""What a request may weigh: each attack on the door, against a real server on a socket where that matters."""

from __future__ import annotations

import asyncio
import gzip
import socket
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path

import orjson
import pytest
import uvicorn

from cartdesk.server.access.bounds import HEADERS
from cartdesk.server.hosting.protocol import HEAD_BYTES, PatientProtocol
from cartdesk.server.hosting.settings import ServerSettings
from cartdesk.server.hosting.worker import application_of
from cartdesk.server.seams import Limits

from .conftest import Opened

CARTS = "/tmf-api/shoppingCart/v4/shoppingCart"
ADMIN = {"scopes": ["admin"]}
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The door is the same before every database."""
    return sqlite_url


async def test_a_body_past_the_limit_is_refused(opened: Opened) -> None:
    client = await opened(token=ADMIN)
    body = b'{"note":"' + b"x" * 1_000_000 + b'"}'
    answer = await client.post(CARTS, content=body, headers=JSON)
    assert answer.status_code == 413
    assert answer.json()["status"] == "413"


async def test_a_body_past_the_limit_is_refused_though_it_says_no_length(opened: Opened) -> None:
    client = await opened(token=ADMIN)

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(2_000):
            yield b"x" * 1_000

    assert (await client.post(CARTS, content=chunks(), headers=JSON)).status_code == 413


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, gzip", "GZIP"])
async def test_zip_bombs_are_not_unpacked(opened: Opened, encoding: str) -> None:
    client = await opened(token=ADMIN)
    bomb = gzip.compress(b"0" * 50_000_000) if encoding == "gzip" else zlib.compress(b"0" * 1_000_000)
    answer = await client.post(CARTS, content=bomb, headers={**JSON, "Content-Encoding": encoding})
    assert answer.status_code == 415
    assert answer.headers["accept-encoding"] == "identity"


async def test_a_body_says_identity_or_nothing(opened: Opened) -> None:
    client = await opened(token=ADMIN)
    assert (await client.post(CARTS, content=b"{}", headers={**JSON, "Content-Encoding": "identity"})).status_code == 201


async def test_many_or_long_headers_are_refused(opened: Opened) -> None:
    client = await opened(token=ADMIN)
    assert (await client.get(CARTS, headers={f"x-{number}": "1" for number in range(HEADERS)})).status_code == 431
    assert (await client.get(CARTS, headers={"x-long": "1" * HEAD_BYTES})).status_code == 431


async def test_a_long_target_is_refused(opened: Opened) -> None:
    client = await opened(token=ADMIN)
    assert (await client.get(f"{CARTS}?id={'1' * 9_000}")).status_code == 414


@pytest.mark.parametrize("path", ["/%00", "/x%00y", "/tmf-api/shoppingCart/v4/shoppingCart/%00"])
async def test_a_nul_in_the_path_is_refused(opened: Opened, path: str) -> None:
    client = await opened(token=ADMIN)
    assert (await client.get(path)).status_code == 400


@pytest.mark.parametrize("name", ["Content-Type", "Content-Length", "Host"])
async def test_a_header_that_decides_is_there_once(opened: Opened, name: str) -> None:
    client = await opened(token=ADMIN)
    answer = await client.post(CARTS, content=b"{}", headers=[(name, "1"), (name, "2"), ("X-Other", "1")])
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "localhost:8663"}, 200),
        ({"Host": "127.0.0.1"}, 200),
        ({"Host": "[::1]:8663"}, 200),
        ({"Host": "evil.example"}, 403),
        ({"Host": "localhost.evil.example"}, 403),
        ({"Host": ""}, 403),
        ({"Host": "localhost", "Origin": "http://evil.example"}, 403),
        ({"Host": "localhost", "Origin": "null"}, 403),
    ],
)
async def test_without_tokens_no_web_page_gets_in(opened: Opened, headers: dict[str, str], status: int) -> None:
    client = await opened(unguarded=True)
    assert (await client.get(CARTS, headers=headers)).status_code == status


class _Hasty(PatientProtocol):
    head_seconds = 0.2


Listening = Callable[..., AbstractAsyncContextManager[int]]


@pytest.fixture
def listening(database: object, database_url: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> Listening:
    """Listen on a port of this machine with little patience."""

    @asynccontextmanager
    async def listen(*, body_seconds: float = 0.2) -> AsyncIterator[int]:
        monkeypatch.setattr("cartdesk.server.hosting.worker.Limits", lambda: Limits(body_seconds=body_seconds))
        catalog = str(root / "catalog_fixtures" / "nordlys")
        app = application_of(ServerSettings(database_url, catalog=catalog, unguarded=True, access_log=False))
        config = uvicorn.Config(
            app, http=_Hasty, h11_max_incomplete_event_size=HEAD_BYTES, log_config=None, access_log=False, lifespan="on"
        )
        server = uvicorn.Server(config)
        monkeypatch.setattr(server, "capture_signals", nullcontext)
        with socket.create_server(("127.0.0.1", 0)) as open_socket:
            task = asyncio.create_task(server.serve([open_socket]))
            while not server.started:
                await asyncio.sleep(0.001)
            yield open_socket.getsockname()[1]
            server.should_exit = True
            await task

    return listen


async def spoken(port: int, *said: bytes, pause: float = 0.0) -> bytes:
    """Say something to the server, piece by piece, and return all it answers until it hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    heard = asyncio.create_task(_all_of(reader))
    try:
        for piece in said:
            writer.write(piece)
            await writer.drain()
            await asyncio.wait({heard}, timeout=pause)
            if heard.done():
                break
    except ConnectionError:
        pass  # it has hung up already; what it said is what counts
    async with asyncio.timeout(20):
        answer = await heard
    writer.close()
    return answer


async def _all_of(reader: asyncio.StreamReader) -> bytes:
    heard = b""
    try:
        while part := await reader.read(65_536):
            heard += part
    except ConnectionError:
        pass  # hung up on in the middle of what was said to it
    return heard


HEAD = b"POST " + CARTS.encode() + b" HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


async def test_a_body_that_never_comes_is_waited_for_only_so_long(listening: Listening) -> None:
    async with listening() as port:
        answer = await spoken(port, HEAD + b"Content-Length: 100\r\n\r\n{")
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in answer.lower()


async def test_a_body_that_comes_a_byte_at_a_time_is_waited_for_only_so_long(listening: Listening) -> None:
    async with listening() as port:
        answer = await spoken(port, HEAD + b"Content-Length: 1000\r\n\r\n", *[b" "] * 900, pause=0.01)
    assert answer.startswith(b"HTTP/1.1 408 ")


async def test_a_head_that_never_ends_is_hung_up_on(listening: Listening) -> None:
    async with listening() as port:
        assert await spoken(port) == b""
        assert await spoken(port, *[b"GET / HTTP/1.1\r\n", *[b"X-A: b\r\n"] * 900], pause=0.01) == b""


async def test_a_second_head_that_never_ends_is_hung_up_on_too(listening: Listening) -> None:
    async with listening() as port:
        answer = await spoken(port, b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n", *[b"GET / HTTP/1.1\r\n"] * 1, pause=0.05)
    assert answer.count(b"HTTP/1.1 200 OK") == 1


async def test_heads_without_end_are_refused_before_they_fill_the_memory(listening: Listening) -> None:
    async with listening() as port:
        answer = await spoken(port, b"GET / HTTP/1.1\r\n", *[b"X-A: " + b"b" * 8_000 + b"\r\n"] * 200)
    assert answer.startswith(b"HTTP/1.1 4")


async def test_what_is_too_big_is_heard_out_and_told_so(listening: Listening) -> None:
    async with listening(body_seconds=20) as port:
        answer = await spoken(port, HEAD + b"Content-Length: 3000000\r\n\r\n" + b"x" * 3_000_000)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert orjson.loads(answer.partition(b"\r\n\r\n")[2])["status"] == "413"


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"nonsense\r\n\r\n",
    ],
)
async def test_requests_that_two_servers_could_read_differently_are_refused(head: bytes, listening: Listening) -> None:
    async with listening() as port:
        answer = await spoken(port, head)
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 404 ", b"HTTP/1.1 501 "))


async def test_tricks_with_the_path_find_nothing_and_inject_nothing(listening: Listening) -> None:
    paths = [
        f"{CARTS}/../../../../health/live",
        f"{CARTS}/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/tmf-api/../../../etc/passwd",
        "/tmf-api/shoppingCart/v4/%2e%2e/hub",
        f"{CARTS}/a%2Fb",
        f"{CARTS}/%0d%0aX-Injected:%201",
        f"{CARTS}/..\\..\\x",
        f"{CARTS}/x;.json",
        f"{CARTS}/%c0%ae%c0%ae",
        f"{CARTS}/{'x' * 3_000}",
        "//evil.example/tmf-api",
        "http://evil.example/tmf-api",
    ]
    async with listening() as port:
        for path in paths:
            answer = await spoken(port, b"GET " + path.encode() + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            head, _, body = answer.partition(b"\r\n\r\n")
            assert head.startswith((b"HTTP/1.1 404 ", b"HTTP/1.1 400 ")), (path, head)
            assert b"x-injected" not in head.lower()
            assert b"\r" not in body
