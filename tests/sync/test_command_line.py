"""The command line against ``cartdesk serve`` as a real process; and that no log ever says a token or a name.

Most of the seat's commands run within the tests, where they cost least; what hears signals is a process of its own.
"""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from click.testing import CliRunner

from cartdesk.cli import cli
from cartdesk.cli.outermost import exit_code
from cartdesk.desk.places import cache_dir
from cartdesk.errors import CartdeskError

from .proxy import running

CART_API = "/tmf-api/shoppingCart/v4"
CATALOG_API = "/tmf-api/productCatalogManagement/v4"
ORDER_API = "/tmf-api/productOrderingManagement/v4"
CANARY = "Zanzibar Quetzalcoatl"
MAIL = "quetzalcoatl@zanzibar.example"


@dataclass
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def _hear_interrupts() -> None:
    """Whoever runs the tests in the background hears no Ctrl-C; the program at a terminal does."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Shop:
    """A seat's folders, and the program run on them as a process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower() and not name.startswith("CARTDESK")}
        self.environment = {
            **kept,
            "CARTDESK_DATA_DIR": str(self.data),
            "CARTDESK_AGENT": "ana",
            "XDG_STATE_HOME": str(folder / "state"),
            "HOME": str(folder),
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "cartdesk", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env=self.environment, start_new_session=True, preexec_fn=_hear_interrupts,
        )  # fmt: skip

    def __call__(self, *arguments: str, stdin: str = "") -> Ran:
        left_out = {name: None for name in os.environ if name not in self.environment}
        result = CliRunner().invoke(cli, arguments, input=stdin, env={**left_out, **self.environment})
        error = result.exception
        if isinstance(error, CartdeskError):
            return Ran(exit_code(error), result.stdout, f"{result.stderr}{error}\n")
        if error is not None and not isinstance(error, SystemExit):
            raise error
        return Ran(result.exit_code, result.stdout, result.stderr)

    def logs(self) -> str:
        """Everything that any log of this seat or server says."""
        found = [path for path in self.folder.rglob("*") if path.is_file() and ".log" in path.name]
        return "\n".join(path.read_text(errors="replace") for path in found)


@dataclass
class Served:
    url: str
    token: str
    shop: Shop


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Our own server as a process, with a token that it asks for."""
    shop = Shop(tmp_path_factory.mktemp("server"))
    token = shop("tokens", "add", "seats", "--scope", "admin", "--json").json["token"]
    with (shop.folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "cartdesk", "serve", "--port", "0", "--rate", "0", "--callbacks-here"],
            stdout=subprocess.PIPE, stderr=log, text=True, env=shop.environment,
        )  # fmt: skip
    assert process.stdout is not None
    url = process.stdout.readline().removeprefix("cartdesk serves on ").partition(". ")[0].strip()
    assert url.startswith("http://"), (shop.folder / "server.log").read_text()
    yield Served(url, token, shop)
    process.send_signal(signal.SIGTERM)
    process.wait(30)
    process.stdout.close()


@pytest.fixture
def shop(tmp_path: Path, index: Path) -> Shop:
    return furnished(tmp_path, index)


def furnished(folder: Path, index: Path) -> Shop:
    """A seat's folders, with the shipped catalog's index in them."""
    shop = Shop(folder)
    copytree(index, cache_dir(shop.data))
    return shop


def add(shop: Shop, served: Served, *more: str) -> Ran:
    return shop("remote", "add", f"{served.url}{CART_API}", "--token", *more, stdin=f"{served.token}\n")


def test_a_remote_is_added_checked_synced_and_removed(shop: Shop, served: Served) -> None:
    assert shop("do", "2*FIB500").code == 0
    added = add(shop, served, "--orders", f"{served.url}{ORDER_API}")
    assert (added.code, "1 cart to send" in added.out) == (0, True), added
    assert served.token not in added.out + added.err
    assert stat.S_IMODE((shop.data / "secrets.json").stat().st_mode) == 0o600

    waits = shop("sync", "--status")
    assert (waits.code, "1 thing to send" in waits.out) == (1, True), waits
    checked = shop("remote", "check", "--json")
    found = {each["what"]: each["found"] for each in checked.json}
    assert found == {
        "dialect": True, "keeps our mark": True, "PATCH": True, "ETag and If-Match": True, "JSON Patch with test": True,
        "filter by our mark": True, "paging": True, "DELETE": True, "hub": True,
    }  # fmt: skip
    assert "one request for a change" in shop("remote", "check").out

    first = shop("sync", "--json")
    assert (first.code, first.json["waiting"], first.json["conflicts"], first.json["protected"]) == (0, 0, 0, True), first
    assert shop("sync").out == "Everything is sent.\n"

    assert shop("do", "TVPLUS").code == 0
    refused = shop("remote", "remove")
    assert (refused.code, "1 change would never be sent" in refused.err) == (2, True), refused
    assert shop("remote", "remove", "--force").code == 0
    assert "secrets" not in (shop.data / "secrets.json").read_text() and served.token not in (shop.data / "secrets.json").read_text()
    again = shop("sync")
    assert (again.code, "remote add URL" in again.err) == (2, True), again


def test_what_one_seat_sends_another_takes_in_and_a_catalog_is_pulled(shop: Shop, served: Served, tmp_path: Path, index: Path) -> None:
    add(shop, served)
    shop("do", "3*SMART10")
    assert shop("sync").code == 0
    other = furnished(tmp_path / "kaya", index)
    add(other, served, "--follow", "all", "--catalog-api", f"{served.url}{CATALOG_API}")
    taken = other("sync")
    assert (taken.code, "taken over from the server" in taken.out) == (0, True), taken
    assert "3" in other("carts", "list").out

    pulled = other("catalog", "pull", "--json")
    assert pulled.code == 0, pulled
    assert pulled.json["offerings"] > 100
    assert (other.data / "catalog").is_symlink()
    assert str(other.data / "catalog") in other("doctor", "--json").out
    assert "FIB500" in other("catalog", "search", "FIB500").out


def test_a_sync_that_watches_says_how_it_stands_and_ends_at_once_when_told(shop: Shop, served: Served) -> None:
    add(shop, served)
    shop("do", "FIB500")
    process = shop.start("sync", "--watch", "--listen", "http://127.0.0.1:0/events")
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(2)]
    while "online · 0 waiting" not in lines[-1]:
        lines.append(process.stdout.readline())
        assert len(lines) < 20 and lines[-1], lines
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert "Traceback" not in err
    assert shop("sync", "--status").code == 0


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("remote", "add", "http://shop.example/v4"), "unprotected"),
        (("remote", "add", "ftp://shop.example/v4"), "starts with https"),
        (("remote", "add", "https://ana:secret@shop.example/v4"), "without a user's name or password"),
        (("remote", "add", "https://shop.example:99999/v4"), "is not an address"),
        (("remote", "add", "https://shop.example/v4", "--follow", "x"), "--follow takes"),
        (("remote", "check"), "remote add URL"),
        (("remote", "remove"), "no remote"),
        (("catalog", "pull"), "remote add URL"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(shop: Shop, arguments: tuple[str, ...], word: str) -> None:
    shop("do", "FIB500") if arguments[1] in ("remove", "pull") else None
    ran = shop(*arguments)
    assert ran.code not in (0, 70), ran
    assert word in ran.err, ran
    assert "Traceback" not in ran.err


def test_no_log_says_a_token_or_a_name_whatever_went_wrong(shop: Shop, served: Served) -> None:
    with running(int(served.url.rsplit(":", 1)[1]), 3) as proxy:
        base = proxy.url
        asked = shop("remote", "add", f"{base}{CART_API}", "--token", "--orders", f"{base}{ORDER_API}", stdin=f"{served.token}\n")
        said = [asked, shop("do", "FIB500"), shop("do", "TVPLUS")]
        said.append(shop("do", f"2*FIB500; label {CANARY}; E {CANARY}, {MAIL}, +4790009999"))
        assert CANARY in shop("carts", "list").out, said[-1]
        proxy.bad = 0.6
        said += [shop("sync") for _ in range(3)]
        proxy.bad = 0.0
        said.append(shop("remote", "add", f"{base}{CART_API}", "--token", stdin="cdk_wrong-token-0123456789\n"))
        said += [shop("do", "SMART10"), shop("sync")]
        assert "does not know us" in said[-1].out + said[-1].err, said[-1]
        said += [shop("remote", "add", f"{base}{CART_API}", "--token", stdin=f"{served.token}\n"), shop("sync")]
        assert said[-1].code == 0, said[-1]
        assert proxy.mishaps > 0
    logged = shop.logs() + served.shop.logs()
    assert '"event": "request"' in logged or "request" in logged
    errors = "".join(ran.err for ran in said)
    for canary in (CANARY, CANARY.split()[1], MAIL, "90009999", served.token, "cdk_wrong", served.token[4:20]):
        assert canary not in logged, canary
        assert canary not in errors, canary
