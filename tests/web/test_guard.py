"""Who gets in: tokens, cookies, names that somebody else gave this machine, and what pages may say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartdesk.errors import Refused
from cartdesk.web.guard import SignIns, foreign, new_token, read_token
from cartdesk.web.messages import Focus, NoMessage, Ping, Size, Typed, read_message
from cartdesk.web.settings import Addresses, addresses_of

HERE = addresses_of("127.0.0.1", 8664, "")
ORIGIN = "http://127.0.0.1:8664"


def test_the_token_opens_and_nothing_else_does() -> None:
    token = new_token()
    assert len(token) >= 43
    assert token != new_token()
    doors = SignIns(token)
    for wrong in ("", token[:-1], token + "x", token.swapcase(), "\udcff", "x" * 10_000):
        assert doors.sign_in(wrong) is None
    let_in = doors.sign_in(token)
    assert let_in is not None
    assert doors.visitor(let_in.key) is not None
    first = let_in.key.partition(".")[0]
    forged = (f"{first}.YW5h.{let_in.key.rpartition('.')[2]}", let_in.key + "0", first, "..", "\udcff")
    for other in ("", token, let_in.seat, let_in.key[:-1], *forged):
        assert doors.visitor(other) is None
    assert SignIns(new_token()).visitor(let_in.key) is None, "a cookie outlives the token"
    assert SignIns(token).visitor(let_in.key) == doors.visitor(let_in.key)


def test_a_browser_keeps_its_seat_and_two_never_share_one() -> None:
    doors = SignIns("token")
    first, second = doors.sign_in("token", agent="Ana Æ"), doors.sign_in("token")
    assert first is not None
    assert second is not None
    one, two = doors.visitor(first.key, first.seat), doors.visitor(second.key, second.seat)
    assert one is not None
    assert two is not None
    assert one.seat != two.seat
    assert (one.agent, two.agent) == ("Ana Æ", "")
    assert doors.sign_in("token", key=first.key, seat=first.seat) == first
    back = SignIns("another").sign_in("another", key=first.key, seat=first.seat)
    assert back is not None
    assert back.key != first.key
    returned = SignIns("another").visitor(back.key, back.seat)
    assert returned is not None
    assert returned.seat == one.seat
    assert first.seat not in one.seat
    made_up = doors.sign_in("token", seat="../../etc")
    assert made_up is not None
    assert made_up.seat != "../../etc"


def test_without_a_seats_cookie_a_browser_has_the_seat_of_its_visit() -> None:
    doors = SignIns("token")
    first, second = doors.sign_in("token"), doors.sign_in("token")
    assert first is not None
    assert second is not None
    assert doors.visitor(first.key) == doors.visitor(first.key, "no such thing")
    assert doors.visitor(first.key) != doors.visitor(second.key)
    again = doors.sign_in("token", key=first.key)
    assert again is not None
    assert doors.visitor(again.key) == doors.visitor(first.key)


@pytest.mark.parametrize(
    ("headers", "socket", "problem"),
    [
        ({"Host": "127.0.0.1:8664"}, False, ""),
        ({"Host": "LOCALHOST:8664"}, False, ""),
        ({"Host": "127.0.0.1:8664", "Origin": ORIGIN}, True, ""),
        ({"Host": "localhost:8664", "Origin": "http://localhost:8664"}, True, ""),
        ({}, False, "host"),
        ({"Host": "evil.example:8664"}, False, "host"),
        ({"Host": "127.0.0.1"}, False, "host"),
        ({"Host": "127.0.0.1:8664.evil.example"}, False, "host"),
        ({"Host": "127.0.0.1:8664"}, True, "origin"),
        ({"Host": "127.0.0.1:8664", "Origin": "null"}, True, "origin"),
        ({"Host": "127.0.0.1:8664", "Origin": "https://127.0.0.1:8664"}, True, "origin"),
        ({"Host": "127.0.0.1:8664", "Origin": "http://127.0.0.1:9999"}, True, "origin"),
        ({"Host": "127.0.0.1:8664", "Origin": "http://evil.example"}, False, "origin"),
    ],
)
def test_what_was_meant_for_another_is_noticed(headers: dict[str, str], socket: bool, problem: str) -> None:
    assert foreign(headers, HERE, socket=socket) == problem


@pytest.mark.parametrize(
    ("host", "url", "origins"),
    [
        ("127.0.0.1", "", ("http://127.0.0.1:8664", "http://localhost:8664")),
        ("localhost", "", ("http://localhost:8664", "http://127.0.0.1:8664")),
        ("::1", "", ("http://[::1]:8664", "http://localhost:8664")),
        ("192.0.2.7", "", ("http://192.0.2.7:8664",)),
        ("0.0.0.0", "https://desk.example.com/", ("https://desk.example.com",)),
        ("127.0.0.1", "https://Desk.example.com:443", ("https://desk.example.com",)),
        ("127.0.0.1", "http://desk.example.com:8080", ("http://desk.example.com:8080",)),
    ],
)
def test_a_server_knows_what_it_is_called(host: str, url: str, origins: tuple[str, ...]) -> None:
    found = addresses_of(host, 8664, url)
    assert found == Addresses(origins)
    assert found.secure == origins[0].startswith("https")


@pytest.mark.parametrize(
    "url", ["desk.example.com", "ftp://a.b", "https://", "https://a.b/under", "https://me@a.b", "http://a:99999", "http://[::"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(Refused, match="is no address of a server"):
        addresses_of("127.0.0.1", 8664, url)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_a_server_everywhere_needs_a_name(host: str) -> None:
    with pytest.raises(Refused, match="--public-url"):
        addresses_of(host, 8664, "")


def test_a_token_is_kept_where_nobody_else_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "token"
    token = read_token(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_token(path) == token
    path.chmod(0o644)
    with pytest.raises(Refused, match="chmod 600"):
        read_token(path)
    path.chmod(0o600)
    path.write_text("short\n")
    with pytest.raises(Refused, match="holds no token"):
        read_token(path)
    with pytest.raises(Refused, match="cannot be read"):
        read_token(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('["stdin", "ab"]', Typed(b"ab")),
        ('["stdin", "\\ud800"]', Typed(b"?")),
        ('["resize", {"width": 120, "height": 40}]', Size(120, 40)),
        ('["resize", {"width": 1000000000, "height": -3}]', Size(1_000, 1)),
        ('["focus"]', Focus(True)),
        ('["blur"]', Focus(False)),
        ('["ping", "123"]', Ping("123")),
    ],
)
def test_what_a_page_says_is_read(text: str, said: object) -> None:
    assert read_message(text) == said


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["stdin", "resize", "ping", "focus"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["width", "height", "x"]), inner, max_size=3),
    max_leaves=8,
)


@given(st.text(max_size=40) | _JSON.map(json.dumps))
def test_garbage_is_no_message_and_nothing_worse(text: str) -> None:
    try:
        said = read_message(text)
    except NoMessage:
        return
    assert isinstance(said, Typed | Size | Focus | Ping)
    if isinstance(said, Size):
        assert 1 <= said.width <= 1_000
        assert 1 <= said.height <= 400


@pytest.mark.parametrize(
    "text", ["", "[]", "[" * 100_000, '["stdin"]', '["stdin", 5]', '["resize", {"width": "wide", "height": 1}]', '["quit"]']
)
def test_what_no_page_of_ours_says(text: str) -> None:
    with pytest.raises(NoMessage):
        read_message(text)
