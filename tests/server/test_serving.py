"""``cartdesk serve``, ``tokens`` and ``listeners`` at the prompt: what is refused is said in a sentence, with its exit code."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from cartdesk.cli import cli
from cartdesk.cli.outermost import exit_code
from cartdesk.errors import CartdeskError

Said = tuple[int, str]
Prompt = Callable[..., Said]


@pytest.fixture
def prompt(tmp_path: Path) -> Prompt:
    """Run the command line in this process with a data folder of this test's own."""

    def run(*arguments: str) -> Said:
        result = CliRunner().invoke(cli, [*arguments, "--data-dir", str(tmp_path / "data")])
        if isinstance(result.exception, CartdeskError):
            return exit_code(result.exception), str(result.exception)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return run


def test_a_taken_port_is_said_in_a_sentence(prompt: Prompt) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = prompt("serve", "--port", str(port))
    assert (code, said.startswith(f"Port {port} on 127.0.0.1 is taken by another program; ")) == (5, True)
    free = int(said.rpartition("--port ")[2].rstrip("."))
    with socket.create_server(("127.0.0.1", free)):
        assert port < free < port + 50


def test_without_a_token_it_listens_on_this_machine_only(prompt: Prompt) -> None:
    code, said = prompt("serve", "--host", "0.0.0.0", "--port", "0")
    assert code == 2
    assert said.startswith("Without a token the server listens on this machine only, not on 0.0.0.0.")


@pytest.mark.parametrize(("option", "value"), [("--host", "192.0.2.1"), ("--host", "no such host"), ("--port", "99999")])
def test_an_address_that_cannot_be_had_is_said_in_a_sentence(prompt: Prompt, option: str, value: str) -> None:
    prompt("tokens", "add", "x")
    code, said = prompt("serve", option, value)
    assert code == 5
    assert option in said


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "sqlite://", "postgresql+psycopg://nobody@/none?host=/nowhere"])
def test_a_database_that_is_none_is_said_in_a_sentence(prompt: Prompt, url: str) -> None:
    code, said = prompt("serve", "--database", url)
    assert (code, said.count("\n")) == (3, 0)


def test_callbacks_that_mean_nothing_are_said(prompt: Prompt) -> None:
    assert prompt("serve", "--callbacks", "http://x")[0] == 5


@pytest.mark.parametrize(
    ("missing", "extra", "url"), [("uvicorn", "server", None), ("re2", "server", None), ("psycopg", "postgresql", "postgresql://x/y")]
)
def test_what_is_not_installed_is_said_in_a_sentence(
    prompt: Prompt, monkeypatch: pytest.MonkeyPatch, missing: str, extra: str, url: str | None
) -> None:
    monkeypatch.setattr("cartdesk.cli.serving.find_spec", lambda name: None if name == missing else object())
    for command in (("serve",), ("tokens", "list"), ("listeners", "list")):
        code, said = prompt(*command, *(() if url is None else ("--database", url)))
        assert code == 2
        assert f"pip install 'cartdesk[{extra}]'" in said


def test_tokens_are_added_listed_and_removed(prompt: Prompt, database_url: str) -> None:
    where = ("--database", database_url)
    assert "There is no token." in prompt("tokens", "list", *where)[1]
    made = json.loads(prompt("tokens", "add", "Ana's seat", "--seat", "seat-1", "--team", "south", "--json", *where)[1])
    prompt("tokens", "add", "Ada's", "--customer", "C-1815", "--scope", "cart:read", "--days", "30", *where)
    _, listed = prompt("tokens", "list", *where)
    assert "seat seat-1, team south" in listed
    assert "customer C-1815" in listed
    assert made["token"] not in listed
    kept = json.loads(prompt("tokens", "list", "--json", *where)[1])
    assert [(each["name"], each["scopes"]) for each in kept] == [("Ana's seat", ["cart:read", "cart:write"]), ("Ada's", ["cart:read"])]
    assert prompt("tokens", "remove", made["id"], *where)[0] == 0
    assert prompt("tokens", "remove", made["id"], *where)[0] == 2


@pytest.mark.parametrize(
    "options", [("--seat", "s", "--customer", "c"), ("--team", "t"), ("--scope", "root"), ("--customer", "c", "--scope", "admin")]
)
def test_a_token_that_makes_no_sense_is_refused(prompt: Prompt, options: tuple[str, ...]) -> None:
    assert prompt("tokens", "add", "x", *options)[0] == 2


def test_listeners_are_listed_and_one_that_is_none_is_said(prompt: Prompt) -> None:
    assert prompt("listeners", "list") == (0, "Nobody listens.\n")
    assert prompt("listeners", "list", "--json") == (0, "[]\n")
    assert prompt("listeners", "resume", "x")[0] == prompt("listeners", "remove", "x")[0] == 2


def test_an_openapi_file_is_written_for_each_api(prompt: Prompt, tmp_path: Path) -> None:
    code, said = prompt("serve", "--openapi", str(tmp_path / "apis"), "--public-url", "https://carts.example.com/")
    files = sorted((tmp_path / "apis").iterdir())
    assert (code, said.startswith(f"{len(files)} OpenAPI files")) == (0, True)
    assert {"shoppingCart-v2.json", "shoppingCart-v5.json", "accountManagement-v4.json"} <= {file.name for file in files}
    assert all(json.loads(file.read_text())["openapi"].startswith("3.") for file in files)
    printed = json.loads(prompt("serve", "--openapi")[1])
    assert sorted(printed) == [file.stem for file in files]
