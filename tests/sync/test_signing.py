"""Who we are: tokens by OAuth2 client credentials, and where secrets are kept."""

from __future__ import annotations

import asyncio
import base64
import json
import stat
import sys
import types
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from cartdesk.errors import Declined, NoAnswer, SettingsError
from cartdesk.sync.api import Api
from cartdesk.sync.messages import Answer, Request
from cartdesk.sync.secrets import SERVICE, FileRing, ring_for, system_ring
from cartdesk.sync.session import SECRET, credentials_for
from cartdesk.sync.settings import Remote
from cartdesk.sync.signing import Bearer, ClientCredentials

from .scripted import Scripted, answer

TOKENS = "https://id.example/token"
CARTS = "https://shop.example/tmf-api/shoppingCart/v4"


class Issuer:
    """Gives tokens with numbers, and answers for carts to the newest only."""

    def __init__(self, life: Any = 100) -> None:
        self.given = 0
        self.life = life
        self.forms: list[Request] = []

    def __call__(self, request: Request) -> Answer:
        if request.url == TOKENS:
            self.forms.append(request)
            self.given += 1
            return answer(200, {"access_token": f"t{self.given}", "token_type": "Bearer", "expires_in": self.life})
        return answer(200 if request.headers.get("Authorization") == f"Bearer t{self.given}" else 401, [])


def signed(issuer: Any, clock: list[float], scope: str | None = "carts") -> tuple[Scripted, ClientCredentials]:
    line = Scripted(issuer)
    return line, ClientCredentials(line, TOKENS, "desk 12:a", "s3cr/et%", scope, clock=lambda: clock[0])


async def test_a_token_is_asked_for_as_the_standard_says_and_used_until_shortly_before_its_end() -> None:
    issuer, clock = Issuer(), [0.0]
    _, credentials = signed(issuer, clock)
    assert [await credentials.header() for _ in range(3)] == ["Bearer t1"] * 3
    (form,) = issuer.forms
    assert form.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs((form.body or b"").decode()) == {"grant_type": ["client_credentials"], "scope": ["carts"]}
    kind, _, text = form.headers["Authorization"].partition(" ")
    assert (kind, base64.b64decode(text)) == ("Basic", b"desk%2012%3Aa:s3cr%2Fet%25")
    clock[0] = 69.0
    assert await credentials.header() == "Bearer t1"
    clock[0] = 70.0
    assert await credentials.header() == "Bearer t2"


async def test_a_token_that_is_refused_is_asked_for_once_more_and_the_request_goes_through() -> None:
    issuer = Issuer()
    line, credentials = signed(issuer, [0.0])
    api = Api("shopping cart", CARTS, line, credentials)
    await api.ask("GET", CARTS)
    issuer.given += 1  # the issuer took the first one back
    await api.ask("GET", CARTS)
    assert [request.url == TOKENS for request in line.sent] == [True, False, False, True, False]


async def test_many_at_once_share_one_token() -> None:
    issuer = Issuer()
    line, credentials = signed(issuer, [0.0])
    api = Api("shopping cart", CARTS, line, credentials)
    await asyncio.gather(*(api.ask("GET", CARTS) for _ in range(8)))
    assert len(issuer.forms) == 1
    issuer.given += 1
    await asyncio.gather(*(api.ask("GET", CARTS) for _ in range(8)))
    assert len(issuer.forms) == 2


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (answer(500), NoAnswer),
        (answer(429, {"reason": "slowly"}), NoAnswer),
        (answer(401, {"error": "invalid_client"}), Declined),
        (answer(400, {"error": "invalid_scope"}), Declined),
        (answer(200, {"token": "x"}), NoAnswer),
        (answer(200, {"access_token": 7}), NoAnswer),
        (Answer(200, {}, b"<html>sign in</html>"), NoAnswer),
    ],
)
async def test_a_server_that_gives_none_is_told_in_words_without_the_secret(said: Answer, error: type[Exception]) -> None:
    _, credentials = signed(lambda _: said, [0.0])
    with pytest.raises(error) as met:
        await credentials.header()
    assert "s3cr" not in str(met.value) and "html" not in str(met.value)


@pytest.mark.parametrize("life", [None, "", "soon", -5, 1e400, [3]])
async def test_a_life_that_is_none_is_taken_for_the_usual_one(life: Any) -> None:
    clock = [0.0]
    _, credentials = signed(Issuer(life if life != 1e400 else "1e400"), clock)
    assert await credentials.header() == "Bearer t1"
    clock[0] = 269.0
    assert await credentials.header() == "Bearer t1"
    clock[0] = 271.0
    assert await credentials.header() == "Bearer t2"


async def test_a_given_token_that_is_refused_is_said_and_not_sent_for_ever() -> None:
    line = Scripted(lambda _: answer(401, {"reason": "expired"}))
    with pytest.raises(Declined, match="does not know us"):
        await Api("shopping cart", CARTS, line, Bearer("t0")).ask("GET", CARTS)
    assert len(line.sent) == 2


# Where they are kept


def test_without_a_keyring_secrets_are_in_a_file_that_nobody_else_can_read(tmp_path: Path) -> None:
    ring = FileRing(tmp_path / "secrets.json")
    assert ring.get_password(SERVICE, SECRET) is None
    ring.set_password(SERVICE, SECRET, "geheim ø")
    ring.set_password(SERVICE, "other", "2")
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    assert FileRing(tmp_path / "secrets.json").get_password(SERVICE, SECRET) == "geheim ø"
    ring.delete_password(SERVICE, SECRET)
    ring.delete_password(SERVICE, SECRET)
    assert (ring.get_password(SERVICE, SECRET), ring.get_password(SERVICE, "other")) == (None, "2")
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.json"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    ring = FileRing(tmp_path / "secrets.json")
    ring.set_password(SERVICE, SECRET, "geheim")
    ring.path.chmod(mode)
    with pytest.raises(SettingsError, match="can be read by others") as met:
        ring.get_password(SERVICE, SECRET)
    assert "geheim" not in str(met.value)


@pytest.mark.parametrize("contents", [b"{", b"\xff\xfe", b'{"a": '])
def test_a_file_that_is_broken_is_said(tmp_path: Path, contents: bytes) -> None:
    path = tmp_path / "secrets.json"
    path.write_bytes(contents)
    path.chmod(0o600)
    with pytest.raises(SettingsError, match="cannot be read; remove it"):
        FileRing(path).get_password(SERVICE, SECRET)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be written"):
        FileRing(tmp_path / "nowhere" / "secrets.json").set_password(SERVICE, SECRET, "x")


class _Keyring(types.ModuleType):
    """What the keyring package looks like from here."""

    def __init__(self, priority: float) -> None:
        super().__init__("keyring")
        self.__spec__ = types.SimpleNamespace(name="keyring")  # type: ignore[assignment]
        self._priority = priority
        self.kept: dict[tuple[str, str], str] = {}

    def get_keyring(self) -> object:
        return types.SimpleNamespace(priority=self._priority)

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, secret: str) -> None:
        self.kept[service, name] = secret

    def delete_password(self, service: str, name: str) -> None:
        del self.kept[service, name]


def test_a_keyring_is_used_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", _Keyring(5))
    ring_for(tmp_path).set_password(SERVICE, SECRET, "geheim")
    assert ring_for(tmp_path).get_password(SERVICE, SECRET) == "geheim"
    assert list(tmp_path.iterdir()) == []


def test_a_keyring_that_keeps_nothing_is_passed_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", _Keyring(0))
    assert system_ring() is None
    assert isinstance(ring_for(tmp_path), FileRing)


async def test_a_remote_that_wants_a_secret_that_is_gone_is_said(tmp_path: Path) -> None:
    line, ring = Scripted(lambda _: answer(200)), FileRing(tmp_path / "secrets.json")
    assert credentials_for(Remote({"carts": CARTS}), ring, line) is None
    with pytest.raises(SettingsError, match="add the remote again"):
        credentials_for(Remote({"carts": CARTS}, auth="token"), ring, line)
    ring.set_password(SERVICE, SECRET, "t0")
    given = credentials_for(Remote({"carts": CARTS}, auth="token"), ring, line)
    assert given is not None and await given.header() == "Bearer t0"
    both = credentials_for(Remote({"carts": CARTS}, auth="oauth2", token_url=TOKENS, client_id="d"), ring, line)
    assert isinstance(both, ClientCredentials)
    assert json.loads((tmp_path / "secrets.json").read_text()) == {"cartdesk remote": "t0"}
