"""Two processes at one store: one writes, the others are told so or read what it writes."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cartdesk.errors import StoreLocked
from cartdesk.store import CartStore

from .carts import make_cart

OTHER = """
import sys
from cartdesk.errors import StoreError
from cartdesk.store import CartStore
store = None
for line in sys.stdin:
    word, *rest = line.split()
    try:
        if word == "open":
            store = CartStore(rest[0], read_only=rest[1:] == ["reading"])
            print("opened", flush=True)
        elif word == "set":
            store.set_setting(rest[0], rest[1])
            print("set", flush=True)
        elif word == "get":
            print(store.setting(rest[0]), flush=True)
        elif word == "compact":
            store.compact()
            print("compacted", flush=True)
        elif word == "close":
            store.close()
            print("closed", flush=True)
    except StoreError as error:
        print(type(error).__name__, error, flush=True)
"""


class Other:
    """Another process."""

    def __init__(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-c", OTHER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, line: str) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()


@pytest.fixture
def other() -> Iterator[Other]:
    made = Other()
    with made.process:
        yield made
        assert made.process.stdin is not None
        made.process.stdin.close()


def test_the_second_writer_is_told_who_has_it(other: Other, tmp_path: Path) -> None:
    path = tmp_path / "store"
    assert other.ask(f"open {path}") == "opened"
    with pytest.raises(
        StoreLocked, match=rf"in use by process {other.process.pid}; close cartdesk there first, or open it for reading only\."
    ):
        CartStore(path)
    assert other.ask("set a 1") == "set"
    assert other.ask("close") == "closed"
    with CartStore(path) as store:
        assert store.setting("a") == "1"
        assert other.ask(f"open {path}").startswith("StoreLocked ")


def test_a_writer_that_was_killed_leaves_no_lock(other: Other, tmp_path: Path) -> None:
    assert other.ask(f"open {tmp_path / 'store'}") == "opened"
    assert other.ask("set a 1") == "set"
    other.process.kill()
    other.process.wait()
    with CartStore(tmp_path / "store") as store:
        assert store.setting("a") == "1"


def test_a_reader_sees_each_change_as_it_is_made(other: Other, tmp_path: Path) -> None:
    path = tmp_path / "store"
    with CartStore(path) as store:
        store.set_setting("a", "1")
        assert other.ask(f"open {path} reading") == "opened"
        assert other.ask("get a") == "1"
        for number in range(2, 6):
            store.set_setting("a", str(number))
            store.put_cart(make_cart(f"C{number}"))
            assert other.ask("get a") == str(number)
        assert re.match(r"StoreReadOnly .* open for reading only; nothing was changed\.", other.ask("set a 7"))


def test_a_reader_follows_the_store_into_a_new_file(other: Other, tmp_path: Path) -> None:
    path = tmp_path / "store"
    assert other.ask(f"open {path}") == "opened"
    assert other.ask("set a 1") == "set"
    with CartStore(path, read_only=True) as store:
        assert store.setting("a") == "1"
        assert other.ask("compact") == "compacted"
        assert store.setting("a") == "1"
        assert other.ask("set a 2") == "set"
        assert store.setting("a") == "2"
        assert store.info().generation == 2
        assert other.ask("close") == "closed"
        assert store.setting("a") == "2"
        assert store.verify() == []


def test_the_same_process_twice_is_told_too(tmp_path: Path) -> None:
    with CartStore(tmp_path / "store"), pytest.raises(StoreLocked, match="already open in this process"):
        CartStore(tmp_path / "store")
    CartStore(tmp_path / "store").close()


def test_a_reader_of_a_damaged_store_is_told_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with CartStore(path) as store:
        store.set_setting("a", 1)
        store.set_setting("b", 2)
    raw = path.read_bytes().replace(b'{"value":1}', b'{"value":?}')
    path.write_bytes(raw)
    with CartStore(path, read_only=True) as store:
        assert store.setting("b") == 2
        assert "Document a of meta" in store.recovery.sentences()[0]
    assert path.read_bytes() == raw
    assert sorted(other.name for other in tmp_path.iterdir()) == ["store", "store.lock"]
