"""The kiosk's parts one by one: the twelve keys, who is there, the staff's row of keys and PIN, and files in memory."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

import pytest

from cartdesk.catalog import Catalog
from cartdesk.errors import Refused, StoreLocked
from cartdesk.store import CartStore
from cartdesk.tui.kiosk.idle import Idle, Presence
from cartdesk.tui.kiosk.letters import Letters, spelled
from cartdesk.tui.kiosk.memory_disk import MemoryDisk
from cartdesk.tui.kiosk.session import Session
from cartdesk.tui.kiosk.sheet import Cell, Room, Row, Sheet, place, shares
from cartdesk.tui.kiosk.staff import Guard, Knock, fits, hashed, read_pin, write_pin
from cartdesk.tui.kiosk.stage import wrapped
from cartdesk.tui.kiosk.watchdog import Watchdog

from .conftest import NOW


def test_keys_spell_words_of_many_languages() -> None:
    assert spelled("Fibre") == "34273"
    assert spelled("Größe") == spelled("GROSSE") == "476773"
    assert spelled("Türkçe") == "887523"
    assert spelled("Łódź") == "5639"
    assert spelled("Sørøst") == "767678"
    assert spelled("日本") is None
    assert spelled("") is None


def test_what_was_most_likely_meant_comes_first() -> None:
    letters = Letters([(0, "More screens"), (1, "Nordphone 12"), (2, "Nordphone 12 Pro"), (3, "Nordwatch 3"), (4, "日本")])
    found = letters.find("667")
    assert (found.text, found.numbers) == ("NOR", (1, 2, 3, 0))
    assert letters.find("66737466 12").numbers == (1, 2)
    assert letters.find("66737466 12 776").numbers == (2,)
    assert letters.find("9999").numbers == ()
    assert letters.find("9999").text == "9999"
    assert letters.find("").numbers == ()


def test_every_sold_offering_with_letters_of_the_keys_can_be_found(catalog: Catalog) -> None:
    letters = Letters.of(catalog)
    for row in map(catalog.row, range(len(catalog))):
        words = [keys for word in row.name.split() if (keys := spelled(word)) is not None]
        if words and row.status == "sold":
            assert row.number in letters.find(" ".join(words)).numbers, row.name


def test_who_is_there() -> None:
    idle = Idle(60, 20)
    idle.touch(100)
    assert [idle.presence(now) for now in (100, 159.9, 160, 179.9, 180)] == [
        Presence.HERE, Presence.HERE, Presence.ASKED, Presence.ASKED, Presence.GONE,
    ]  # fmt: skip
    assert [idle.left(now) for now in (160, 160.5, 179.5, 500)] == [20, 20, 1, 1]


def test_a_row_of_keys_is_heard_in_time_only() -> None:
    knock = Knock(("a", "b", "a"), within=5)
    assert [knock.hear(key, 0) for key in "aaba"] == [False, False, False, True]
    assert [knock.hear(key, at) for key, at in (("a", 0), ("b", 3), ("a", 6))] == [False] * 3
    assert [knock.hear(key, at) for key, at in (("b", 7), ("a", 8))] == [False, True]


def test_a_pin_is_kept_as_a_hash(tmp_path: Path) -> None:
    stored = hashed("481516")
    assert "481516" not in stored
    assert stored != hashed("481516")
    assert fits("481516", stored)
    assert not fits("481517", stored)
    assert not fits("481516", "nonsense")
    assert not fits("481516", "scrypt$x$00$00")
    for bad in ("", "12345", "1234567890123", "48151x", "111111", "123456", "987654", "٤٨١٥١٦"):
        with pytest.raises(Refused):
            hashed(bad)
    assert read_pin(tmp_path) is None
    path = write_pin(tmp_path, "481516")
    assert path.stat().st_mode & 0o777 == 0o600
    assert fits("481516", read_pin(tmp_path) or "")
    path.write_text("{")
    with pytest.raises(Refused):
        read_pin(tmp_path)


def test_guessing_takes_longer_and_longer() -> None:
    guard = Guard(hashed("481516"))
    assert [guard.opens("000001", 0) for _ in range(5)] == [False] * 5
    assert guard.locked(0) == 60
    assert not guard.opens("481516", 59)
    assert not guard.opens("000001", 61)
    assert guard.locked(61) == 120
    assert guard.opens("481516", 200)
    assert guard.wrong == 0


def test_files_in_memory_are_like_others(tmp_path: Path) -> None:
    disk = MemoryDisk()
    store = CartStore(tmp_path / "s", disk=disk)
    store.set_setting("large", "x" * 3_000_000)
    store.set_setting("large", "y" * 3_000_000)
    store.compact()
    assert store.setting("large") == "y" * 3_000_000
    assert store.verify() == []
    assert [path.name for path in tmp_path.iterdir()] == ["s.lock"]
    store.close()
    disk.shred()
    with pytest.raises(FileNotFoundError) as missing:
        disk.open(tmp_path / "s", write=False)
    assert missing.value.errno == errno.ENOENT
    descriptor = disk.create(tmp_path / "t")
    disk.write(descriptor, b"abc", 0)
    disk.truncate(descriptor, 1)
    disk.truncate(descriptor, 5_000_000)
    assert (disk.size(descriptor), disk.read(descriptor, 3, 0)) == (5_000_000, b"a\0\0")
    disk.close(descriptor)
    with pytest.raises(OSError, match="descriptor"):
        os.fstat(descriptor)


def test_one_kiosk_in_a_folder(catalog: Catalog, folder: Path) -> None:
    first = Session(catalog, folder=folder, now=lambda: NOW, ids=lambda: "a")
    with pytest.raises(StoreLocked):
        Session(catalog, folder=folder, now=lambda: NOW, ids=lambda: "b")
    first.end()
    Session(catalog, folder=folder, now=lambda: NOW, ids=lambda: "c").end()


def test_lines_and_their_quantities(catalog: Catalog, folder: Path) -> None:
    numbers = iter(range(1_000))
    session = Session(catalog, folder=folder, now=lambda: NOW, ids=lambda: f"i{next(numbers)}")
    session.add(session.trial("FIB500"))
    session.add(session.trial("FIB500"))
    other = session.trial("FIB500")
    session.add(other.choosing(other.settings()[0], "No contract"))
    assert [line.quantity for line in session.view.lines] == [2, 1]
    session.more(session.view.lines[0].item_id, 200)
    assert session.pieces == 100
    session.more("no such line", 1)
    session.more(session.view.lines[1].item_id, -1)
    assert [line.quantity for line in session.view.lines] == [99]
    assert session.desk.cart is not None
    assert session.desk.cart.notes.channel == "kiosk"
    session.end()


def test_buttons_fill_the_room_and_never_overlap() -> None:
    sheet = Sheet(
        (
            Row((Cell(what="a"), Cell(what="b", cells=20))),
            Row((Cell(what="c"), Cell(stack=(Row((Cell(what="d"),)), Row((Cell(what="e"),), 5))))),
            Row((Cell(what="f"),), 5),
        )
    )
    for width in range(60, 130, 7):
        for height in range(20, 50, 3):
            placed = place(sheet, width, height)
            taken = [(x, y) for each in placed for x in range(each.x, each.x + each.width) for y in range(each.y, each.y + each.height)]
            assert len(taken) == len(set(taken)) == width * height
    assert shares([None, 5, None], 12) == [4, 5, 3]
    assert Room(60, 20).grid(14) == (4, 2)
    assert Room(60, 20, large=True).grid(14) == (2, 2)
    assert not Room(59, 20).enough


def test_words_are_wrapped_by_cells() -> None:
    assert wrapped("Talk Simple 25", 8) == ["Talk", "Simple", "25"]
    assert wrapped("日本チャンネル", 8) == ["日本チ…"]
    assert wrapped("a\x1b[2Jb", 10) == ["a␛[2Jb"]


def test_a_service_manager_is_told(tmp_path: Path) -> None:
    address = str(tmp_path / "n")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        watchdog = Watchdog({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "30000000"})
        assert watchdog.every == 15
        watchdog.ready()
        watchdog.alive()
        watchdog.stopping()
        assert [manager.recv(100) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]
    watchdog.alive()  # nobody listens any more: no reason to stop
    assert Watchdog({}).every is None
