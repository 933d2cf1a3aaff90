"""Damage is found wherever it is, told, and never makes anything else unreadable."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from cartdesk.errors import StoreDamaged, StoreError
from cartdesk.store import CartRow, CartStore, LogStorage

from .carts import change, make_cart, with_quantity
from .disks import HastyDisk

DISK = HastyDisk()


def _fill(storage: LogStorage) -> None:
    """Changes of every kind, in a file as small as may be: every byte of it is flipped."""
    storage.commit({("carts", "C1"): b'{"id":"C1","a":1}'})
    storage.commit({("carts", "C2"): b'{"id":"C2"}', ("cart_index", "C2"): b'{"id":"C2"}'})
    storage.commit({("carts", "C1"): b'{"id":"C1","a":2}'}, removes=[("cart_index", "C2")])
    storage.commit({}, removes=[("carts", "C2")])
    storage.write({**(storage.read() or {}), "plain": [1, 2]})
    storage.commit({("carts", "C3"): b'{"id":"C3","text":"' + b"x" * 600 + b'"}'})


def _made(path: Path) -> tuple[bytes, object]:
    storage = LogStorage(path, disk=DISK)
    _fill(storage)
    held = storage.read()
    storage.close()
    return path.read_bytes(), held


def _quiet(folder: Path, flips: Callable[[int], list[int]]) -> list[tuple[int, int]]:
    """Flip every byte in turn, and return where nothing was told."""
    raw, held = _made(folder / "made")
    assert held
    path = folder / "store"
    quiet = []
    for at in range(len(raw)):
        for flip in flips(at):
            for copy in folder.glob("store*"):
                copy.unlink()
            damaged = raw[:at] + bytes([raw[at] ^ flip]) + raw[at + 1 :]
            path.write_bytes(damaged)
            with closing(LogStorage(path, disk=DISK)) as storage:
                told, copy = storage.recovery.lost, storage.recovery.copy
            if not (told and copy and copy.read_bytes() == damaged):
                quiet.append((at, flip))
            with closing(LogStorage(path, disk=DISK)) as storage:
                assert storage.recovery.sentences() == [], "what was salvaged is sound"
    return quiet


def test_every_flipped_byte_is_found_and_told(light_path: Path) -> None:
    assert _quiet(light_path, lambda at: [(1, 0x80, 0xFF)[at % 3]]) == []


@pytest.mark.stress
@pytest.mark.timeout(900)
def test_every_flipped_bit_is_found_and_told(light_path: Path) -> None:
    assert _quiet(light_path, lambda at: [1 << bit for bit in range(8)]) == []


def test_what_is_beside_the_damage_is_kept(tmp_path: Path) -> None:
    raw, _ = _made(tmp_path / "store")
    at = raw.index(b'"text":"xxx') + 20
    (tmp_path / "store").write_bytes(raw[:at] + b"?" + raw[at + 1 :])
    storage = LogStorage(tmp_path / "store", disk=DISK)
    assert storage.read() == {"carts": {"C1": {"id": "C1", "a": 2}}, "cart_index": {}, "plain": [1, 2]}
    told = storage.recovery.sentences()
    assert told[0].startswith("Document C3 of carts, as saved in change 6, is damaged at byte ")
    assert told[0].endswith("there is no other version of it in the file.")
    assert "was kept as" in told[1]
    storage.close()


def test_the_version_before_a_damaged_one_is_kept(tmp_path: Path) -> None:
    raw, _ = _made(tmp_path / "store")
    at = raw.index(b'"a":2')
    (tmp_path / "store").write_bytes(raw[: at + 4] + b"3" + raw[at + 5 :])
    storage = LogStorage(tmp_path / "store", disk=DISK)
    assert storage.body("carts", "C1") == b'{"id":"C1","a":1}'
    assert "the version before it is kept" in storage.recovery.sentences()[0]
    storage.close()


@pytest.mark.parametrize(
    "cut", [lambda raw: raw[: len(raw) // 2] + bytes(200) + raw[len(raw) // 2 + 200 :], lambda raw: bytes(64) + raw[64:]]
)
def test_a_hole_of_zeros_is_damage(tmp_path: Path, cut: Callable[[bytes], bytes]) -> None:
    raw, _ = _made(tmp_path / "store")
    (tmp_path / "store").write_bytes(cut(raw))
    storage = LogStorage(tmp_path / "store", disk=DISK)
    assert storage.recovery.damaged
    storage.close()


def test_a_document_that_looks_like_a_frame_is_none(tmp_path: Path) -> None:
    """Damage before a document with a whole frame in its text must not bring that frame to life."""
    storage = LogStorage(tmp_path / "made", disk=DISK)
    storage.commit({("carts", "evil"): b'{"id":"evil"}'})
    storage.close()
    frame = (tmp_path / "made").read_bytes()[64:]
    storage = LogStorage(tmp_path / "store", disk=DISK)
    storage.commit({("carts", "note"): b'{"text":"' + frame.replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"}'})
    storage.close()
    raw = (tmp_path / "store").read_bytes()
    (tmp_path / "store").write_bytes(raw[:64] + b"?" + raw[65:])
    storage = LogStorage(tmp_path / "store", disk=DISK)
    assert storage.recovery.damaged
    assert not storage.has("carts", "evil")
    storage.close()


@pytest.mark.parametrize("keep", [1, 20, 40, 200, 600])
def test_a_torn_last_change_is_dropped(tmp_path: Path, keep: int) -> None:
    raw, _ = _made(tmp_path / "store")
    start = raw.rindex(b"\n", 0, raw.index(b'[["carts","C3"')) + 1
    (tmp_path / "store").write_bytes(raw[: start + keep])
    storage = LogStorage(tmp_path / "store", disk=DISK)
    assert not storage.recovery.damaged
    assert storage.recovery.torn == keep
    assert storage.recovery.sentences() == [f"A last change that had not been finished ({keep} bytes) was dropped."]
    assert storage.read() == {"carts": {"C1": {"id": "C1", "a": 2}}, "cart_index": {}, "plain": [1, 2]}
    storage.commit({("carts", "C4"): b'{"id":"C4"}'})
    storage.close()
    storage = LogStorage(tmp_path / "store", disk=DISK)
    assert storage.recovery.sentences() == []
    assert storage.has("carts", "C4")
    storage.close()


def test_damage_since_opening_is_found_when_it_is_read_and_by_verify(tmp_path: Path) -> None:
    with CartStore(tmp_path / "store") as store:
        store.put_cart(make_cart())
        assert store.verify() == []
        raw = (tmp_path / "store").read_bytes()
        at = raw.index(b'"Fibre 500"')
        with (tmp_path / "store").open("r+b") as file:
            file.seek(at)
            file.write(b"?")
        with pytest.raises(StoreDamaged, match=r"does not fit its checksum any more\. Close cartdesk and open it again"):
            store.get_cart("C1")
        found = store.verify()
        assert any("Document C1 of carts" in sentence for sentence in found)
        with pytest.raises(StoreError):
            store.compact()


def _damage(path: Path, *marks: bytes) -> None:
    """Flip the first byte of each mark, wherever it stands."""
    raw = bytearray(path.read_bytes())
    for mark in marks:
        at = raw.find(mark)
        assert at >= 0
        while at >= 0:
            raw[at] ^= 1
            at = raw.find(mark, at + 1)
    path.write_bytes(raw)


def test_a_cart_that_damage_took_comes_back_from_its_history(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with CartStore(path) as store:
        cart = make_cart("C1", 6)
        store.record(cart, change("new", "create"))
        store.record(with_quantity(cart, 8), change("8"))
        store.compact()
    raw = bytearray(path.read_bytes())
    at = raw.index(b'{"id":"C1","cartTotalPrice"', raw.index(b'["carts","C1"'))
    raw[at] ^= 1
    path.write_bytes(raw)
    with CartStore(path) as store:
        assert store.get_cart("C1") == with_quantity(cart, 8)
        assert any("Cart C1 was taken from its history, as of record 2 of 2." in sentence for sentence in store.recovery.sentences())
        assert store.verify() == []


def test_a_lost_record_keeps_its_place_and_is_named(tmp_path: Path) -> None:
    path = tmp_path / "store"
    cart = make_cart("C1", 6)
    with CartStore(path) as store:
        store.record(cart, change("new", "create"))
        for quantity in range(2, 6):
            store.record(with_quantity(cart, quantity), change(f"quantity {quantity}"))
    _damage(path, b'"entry":"quantity 3"')
    with CartStore(path) as store:
        assert any("In the history of cart C1, of record 3 something is lost." in told for told in store.recovery.sentences())
        assert [record.seq for record in store.history("C1")] == [1, 2, 3, 4, 5]
        assert store.history("C1")[2].change.entry == "(lost)"
        assert store.verify_history("C1") == 3
        assert store.cart_at("C1", 2) == with_quantity(cart, 2)
        with pytest.raises(StoreDamaged, match="as of record 3 cannot be shown"):
            store.cart_at("C1", 3)
        assert store.cart_at("C1", 5) == with_quantity(cart, 5)
        assert store.get_cart("C1") == with_quantity(cart, 5)
        store.record(with_quantity(cart, 9), change("quantity 9"))
        assert store.cart_at("C1", 6) == with_quantity(cart, 9)


def test_a_lost_row_is_made_again_and_a_lost_cart_without_history_is_told(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with CartStore(path) as store:
        store.put_cart(make_cart("C1"), CartRow("C1", "row one"))
        store.put_cart(make_cart("C2"), CartRow("C2", "row two"))
    raw = bytearray(path.read_bytes())
    raw[raw.index(b'{"id":"C1","state"')] ^= 1
    raw[raw.index(b'{"id":"C2","cartTotalPrice"')] ^= 1
    path.write_bytes(raw)
    with CartStore(path) as store:
        assert [row.label for row in store.cart_rows()] == ["Caller C1"]
        assert "Cart C2 is missing and could not be restored." in store.recovery.sentences()
        assert store.verify() == []
