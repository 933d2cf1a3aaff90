"""A shortcut makes a large store open at once, and never says anything that the store's file does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cartdesk.errors import StoreDamaged
from cartdesk.store import CartRow, CartStore, shortcut
from cartdesk.store.shortcut import shortcut_path
from cartdesk.tmf import Individual

from .carts import make_cart, with_quantity

AT = "2026-11-23T10:00:00Z"


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make it worth its while for the smallest store, and for every change."""
    monkeypatch.setattr(shortcut, "WORTHWHILE", 1)
    monkeypatch.setattr(shortcut, "GROWN", 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store of twenty carts, closed."""
    path = tmp_path / "store"
    with CartStore(path) as store:
        for number in range(20):
            store.put_cart(make_cart(f"C{number:02d}", 2))
        store.put_cart(with_quantity(make_cart("C03", 2), 5))
        store.remove_cart("C04")
        store.log_storage.write({**(store.log_storage.read() or {}), "plain": [1, 2]})
    assert shortcut_path(path).exists()
    return path


def _read(path: Path) -> tuple[object, list[CartRow], int]:
    with CartStore(path, read_only=True) as store:
        storage = store.log_storage
        return storage.read(), store.cart_rows(), storage.snapshot()[1].live


def _whole(path: Path) -> tuple[object, list[CartRow], int]:
    """Read a store without its shortcut."""
    kept = shortcut_path(path).read_bytes()
    shortcut_path(path).unlink()
    found = _read(path)
    shortcut_path(path).write_bytes(kept)
    return found


def _is_taken(path: Path) -> bool:
    with CartStore(path, read_only=True) as store:
        return store.log_storage.made_before("cart_index") is not None


def test_it_says_what_the_file_says(path: Path) -> None:
    assert _is_taken(path)
    assert _read(path) == _whole(path)


def test_most_of_the_file_is_not_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    pread = shortcut.Disk.read
    monkeypatch.setattr(shortcut.Disk, "read", lambda disk, *where: read.append(where[1]) or pread(disk, *where))
    monkeypatch.setattr(shortcut, "_TAIL", 64)
    CartStore(path).close()
    read.clear()
    CartStore(path, read_only=True).close()
    assert sum(read) < path.stat().st_size / 2 + shortcut_path(path).stat().st_size


def test_what_came_after_it_counts(path: Path) -> None:
    old = shortcut_path(path).read_bytes()
    with CartStore(path) as store:
        store.put_cart(with_quantity(make_cart("C05", 2), 9))
        store.put_cart(make_cart("new", 1))
        store.remove_cart("C06")
    shortcut_path(path).write_bytes(old)  # as a killed process leaves it
    assert _is_taken(path)
    found = _read(path)
    assert found == _whole(path)
    assert [row.id for row in found[1]].count("C06") == 0


def _flips(path: Path) -> Iterator[bytes]:
    raw = shortcut_path(path).read_bytes()
    for at in range(0, len(raw), 7):
        yield raw[:at] + bytes([raw[at] ^ 0x41]) + raw[at + 1 :]
    yield b""
    yield raw[: len(raw) // 2]
    yield raw + b"more"


def test_a_damaged_one_is_not_believed(path: Path) -> None:
    whole = _whole(path)
    for damaged in _flips(path):
        shortcut_path(path).write_bytes(damaged)
        assert not _is_taken(path)
        assert _read(path) == whole


def test_one_of_another_store_is_not_believed(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    with CartStore(other) as store:
        for number in range(30):
            store.put_cart(make_cart(f"D{number:02d}", 3))
    foreign = shortcut_path(other).read_bytes()
    shortcut_path(path).write_bytes(foreign)
    assert not _is_taken(path)
    assert len(_read(path)[1]) == 19


def test_one_from_before_a_rewrite_is_not_believed(path: Path) -> None:
    old = shortcut_path(path).read_bytes()
    with CartStore(path) as store:
        store.compact()
    shortcut_path(path).write_bytes(old)
    assert not _is_taken(path)


@pytest.fixture
def damaged(path: Path) -> Path:
    """The store with a byte changed in the middle, which its shortcut covers."""
    raw = bytearray(path.read_bytes())
    raw[raw.index(b'"C10"', len(raw) // 4)] ^= 1
    path.write_bytes(raw)
    assert _is_taken(path), "the damage is not where the shortcut would notice it"
    return path


def test_damage_that_was_not_read_yet_is_found_by_a_check(damaged: Path) -> None:
    with CartStore(damaged) as store, pytest.raises(StoreDamaged, match=r"is damaged after byte \d+\. Close cartdesk and open it again"):
        store.log_storage.check()
    with CartStore(damaged) as store:
        assert store.recovery.damaged
        assert store.recovery.copy


def test_damage_that_was_not_read_yet_is_found_by_verify(damaged: Path) -> None:
    with CartStore(damaged) as store:
        assert any("damaged" in sentence for sentence in store.verify())


def test_damage_is_found_when_it_is_read_and_salvaged_by_the_next_opening(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    at = max(raw.rfind(b'"id":"C10","cartItem"'), raw.rfind(b'"id":"C10"', 0, len(raw) // 2))
    raw[at + 7] ^= 1
    path.write_bytes(raw)
    with CartStore(path) as store, pytest.raises(StoreDamaged):
        store.log_storage.check()
        list(store.log_storage.bodies("carts"))
    with CartStore(path) as store:
        assert store.recovery.damaged


def test_damage_after_it_lets_the_whole_file_be_read(path: Path) -> None:
    old = shortcut_path(path).read_bytes()
    with CartStore(path) as store:
        store.put_cart(make_cart("new", 1))
        store.put_cart(make_cart("newer", 1))
    raw = bytearray(path.read_bytes())
    raw[raw.rindex(b'"new"') + 1] ^= 1
    path.write_bytes(raw)
    shortcut_path(path).write_bytes(old)
    with CartStore(path) as store:
        assert store.recovery.damaged
        assert store.get_cart("newer") is not None


def test_nothing_of_an_erased_customer_stays_in_it(path: Path) -> None:
    with CartStore(path) as store:
        store.put_customer(Individual.model_validate({"id": "P1", "fullName": "Ann Ek"}))
        store.put_cart(make_cart("hers", 1, relatedParty=[{"id": "P1", "role": "customer", "name": "Ann Ek"}]))
    assert b"Ann Ek" in shortcut_path(path).read_bytes()
    with CartStore(path) as store:
        store.erase_customer("P1", at=AT)
        assert not shortcut_path(path).exists() or b"Ann Ek" not in shortcut_path(path).read_bytes()
    assert b"Ann Ek" not in shortcut_path(path).read_bytes()


def test_a_full_disk_leaves_a_store_without_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _whole(path)

    def full(disk: object, target: Path) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shortcut.Disk, "create", full)
    shortcut_path(path).unlink()
    CartStore(path).close()
    assert not shortcut_path(path).exists()
    assert _read(path) == whole
