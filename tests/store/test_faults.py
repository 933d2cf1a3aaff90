"""When the system refuses a call, whichever it is: one sentence, nothing lost, and on again as soon as it allows."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cartdesk.errors import StoreError, StoreForeign, StoreFull, StoreReadOnly
from cartdesk.store import CartStore, LogStorage, compaction, log
from cartdesk.store.frame import Header

from .carts import change, make_cart, with_quantity
from .disks import BROKEN, FULL, FailingDisk, HastyDisk

AT = "2026-11-23T10:00:00Z"
State = dict[tuple[str, str], bytes]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "LAID_AHEAD", 8 << 10)
    monkeypatch.setattr(compaction, "SMALLEST", 16 << 10)
    monkeypatch.setattr(compaction, "PACK", 2 << 10)


def _held(store: CartStore) -> State:
    storage = store.log_storage
    return {(table, key): body for table in storage.tables() for key, body in storage.bodies(table)}


def _actions(folder: Path) -> list[Callable[[CartStore], object]]:
    def both(store: CartStore) -> None:
        with store.transaction():
            store.record(with_quantity(make_cart("C1"), 7), change("7"))
            store.set_setting("theme", "dark")

    return [
        lambda store: store.record(make_cart("C1"), change("new", "create")),
        lambda store: store.put_cart(make_cart("C2", 5)),
        both,
        lambda store: store.compact(),
        lambda store: store.record(make_cart("C1", 6), change("6")),
        lambda store: store.backup(folder / "backup.json"),
        lambda store: store.remove_cart("C2"),
        lambda store: store.put_cart(make_cart("C3", 12)),
        lambda store: store.put_cart(make_cart("C3", 13)),
        lambda store: store.set_setting("theme", "light"),
    ]


def _live(folder: Path, disk: FailingDisk) -> Iterator[str]:
    """Do everything, twice over with the store reopened between; yield what is wrong.

    What was acknowledged must be there, and nothing else but one refused change that the medium took all the same.
    """
    kept: State = {}
    refused: list[State] = []
    for _ in range(2):
        try:
            store = CartStore(folder / "store", disk=disk, salt=lambda: "salt")
        except StoreError as error:
            yield from _sentence(error)
            continue
        if _held(store) not in [kept, *refused]:
            yield "what was acknowledged is not what is there"
        refused = []
        for action in _actions(folder):
            kept = _held(store)
            try:
                action(store)
                kept = _held(store)
                refused = []
            except StoreError as error:
                yield from _sentence(error)
                refused.append(_after(folder, kept, action))
                if _held(store) != kept:
                    yield "a change that was refused is there in part"
        try:
            store.close()
        except StoreError as error:
            yield from _sentence(error)
    with CartStore(folder / "store", disk=HastyDisk()) as store:
        if store.recovery.damaged:
            yield f"damaged: {store.recovery.sentences()}"
        if _held(store) not in [kept, *refused]:
            yield "what was acknowledged is lost"
        yield from store.verify()


def _after(folder: Path, kept: State, action: Callable[[CartStore], object]) -> State:
    """Return what ``action`` makes of a state on a disk that refuses nothing."""
    twin = folder / "twin"
    twin.unlink(missing_ok=True)
    with CartStore(twin, disk=HastyDisk(), salt=lambda: "salt") as store:
        store.log_storage.commit(kept)
        action(store)
        return _held(store)


def _sentence(error: StoreError) -> Iterator[str]:
    text = str(error)
    if not text.endswith(".") or "\n" in text or "Errno" in text or "[" in text:
        yield f"not a sentence: {text}"


def _run(folder: Path, refuse: Callable[[str, int], int | None]) -> list[str]:
    folder.mkdir()
    return list(_live(folder, _Sick(refuse)))


class _Sick(FailingDisk):
    """Refuses all but reads, so that what is in the store can be looked at in between."""

    def read(self, descriptor: int, length: int, offset: int) -> bytes:
        return HastyDisk.read(self, descriptor, length, offset)


def _calls(folder: Path) -> int:
    folder.mkdir()
    disk = _Sick()
    assert list(_live(folder, disk)) == []
    return len(disk.calls)


def test_the_nth_call_refused_once(light_path: Path, small: None) -> None:
    for number in range(1, _calls(light_path / "count") + 3):
        code = FULL if number % 2 else BROKEN
        assert _run(light_path / str(number), _once(number, code)) == [], number


def _once(number: int, code: int) -> Callable[[str, int], int | None]:
    return lambda kind, at: code if at == number else None


@pytest.mark.stress
@pytest.mark.parametrize("code", [FULL, BROKEN, errno.EACCES, errno.EINVAL])
def test_the_nth_call_refused_once_for_any_reason(light_path: Path, small: None, code: int) -> None:
    for number in range(1, _calls(light_path / "count") + 3):
        assert _run(light_path / str(number), _once(number, code)) == [], number


def test_every_call_refused_from_the_nth_on(light_path: Path, small: None) -> None:
    for number in range(1, 90, 3):
        found = _run(light_path / str(number), lambda kind, at, number=number: FULL if at >= number else None)
        assert found == [], number


def test_after_a_failed_sync_nothing_is_acknowledged_until_it_was_written_anew(tmp_path: Path) -> None:
    sick = {"sync": False}
    disk = FailingDisk(lambda kind, number: BROKEN if kind == "sync" and sick["sync"] else None)
    with CartStore(tmp_path / "store", disk=disk) as store:
        store.set_setting("a", 1)
        generation = store.info().generation
        sick["sync"] = True
        for _ in range(3):
            with pytest.raises(StoreError, match=r"could not be saved: .*check the disk"):
                store.set_setting("a", 2)
            assert store.setting("a") == 1
        sick["sync"] = False
        store.set_setting("a", 3)
        assert store.info().generation > generation, "what was acknowledged is on the medium because it was all written again"
        assert store.setting("a") == 3
    with CartStore(tmp_path / "store") as store:
        assert store.setting("a") == 3


def test_a_refused_folder_sync_after_a_rename_keeps_the_store_from_acknowledging(tmp_path: Path) -> None:
    sick = {"sync_folder": False}
    disk = FailingDisk(lambda kind, number: BROKEN if kind == "sync_folder" and sick["sync_folder"] else None)
    with CartStore(tmp_path / "store", disk=disk) as store:
        store.set_setting("a", 1)
        sick["sync_folder"] = True
        with pytest.raises(StoreError, match="does not confirm"):
            store.compact()
        with pytest.raises(StoreError, match="does not confirm"):
            store.set_setting("a", 2)
        assert store.setting("a") == 1
        sick["sync_folder"] = False
        store.set_setting("a", 3)
    with CartStore(tmp_path / "store") as store:
        assert store.setting("a") == 3


def test_a_full_disk_is_told_in_one_sentence_and_reading_goes_on(tmp_path: Path) -> None:
    full = {"now": False}
    disk = FailingDisk(lambda kind, number: FULL if full["now"] and kind in ("write", "create") else None)
    with CartStore(tmp_path / "store", disk=disk) as store:
        store.put_cart(make_cart())
        full["now"] = True
        with pytest.raises(StoreFull, match=r"store could not be saved: the disk is full; free some room and try again\."):
            store.put_cart(make_cart("C2"))
        assert store.get_cart("C1") == make_cart()
        assert store.get_cart("C2") is None
        with pytest.raises(StoreFull, match=r"backup\.json could not be written: the disk is full"):
            store.backup(tmp_path / "backup.json")
        full["now"] = False
        store.put_cart(make_cart("C2"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["store", "store.lock"]


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Give up the superuser's rights for a while, where the tests have them: they may write anywhere."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("there", [False, True])
def test_a_read_only_folder(there: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if there:
            with CartStore(folder / "store") as store:
                store.set_setting("a", 1)
            (folder / "store").chmod(0o644)
        folder.chmod(0o555)
        with _as_nobody(), pytest.raises(StoreFull, match=r"could not be opened for writing: writing there is not allowed"):
            CartStore(folder / "store")
        if there:
            with _as_nobody(), CartStore(folder / "store", read_only=True) as store:
                assert store.setting("a") == 1
        folder.chmod(0o700)


@pytest.mark.parametrize("kind", ["create", "open"])
def test_a_folder_that_may_not_be_written(tmp_path: Path, kind: str) -> None:
    if kind == "open":
        CartStore(tmp_path / "store").close()
    disk = FailingDisk(lambda asked, number: errno.EACCES if asked == kind else None)
    with pytest.raises(StoreFull, match=r"could not be opened: writing there is not allowed; change the permissions"):
        CartStore(tmp_path / "store", disk=disk)
    CartStore(tmp_path / "store").close()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no such file or folder"):
        CartStore(tmp_path / "nowhere" / "store")
    with pytest.raises(StoreError, match="there is no such file or folder"):
        CartStore(tmp_path / "store", read_only=True)


def test_a_folder_in_the_files_place(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    with pytest.raises(StoreError, match="it is a folder, not a file"):
        CartStore(tmp_path / "store")


@pytest.mark.parametrize(
    "content",
    [b"hello", b'{"_default": {"1": {"a": 1}}}', bytes(4096), b"SQLite format 3\0" + bytes(100), b"cartdesk-store of another kind\n" * 9],
)
@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_that_is_not_ours_is_left_alone(tmp_path: Path, content: bytes, read_only: bool) -> None:
    path = tmp_path / "store"
    path.write_bytes(content)
    with pytest.raises(StoreForeign, match="is not a cartdesk store; it was left as it is"):
        CartStore(path, read_only=read_only)
    assert path.read_bytes() == content


@pytest.mark.parametrize("read_only", [False, True])
def test_a_store_from_the_future_is_left_alone(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "store"
    content = Header(generation=3, version=8).encode() + b"frames of another kind\n"
    path.write_bytes(content)
    with pytest.raises(StoreForeign, match=r"written by a newer cartdesk \(store format 8, this one knows 1\); it was left as it is"):
        CartStore(path, read_only=read_only)
    assert path.read_bytes() == content


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    (tmp_path / "store").touch()
    with CartStore(tmp_path / "store") as store:
        store.set_setting("a", 1)
    assert (tmp_path / "store").stat().st_mode & 0o777 == 0o600


def test_a_store_behind_a_link_stays_behind_it(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "store").symlink_to(tmp_path / "there" / "store")
    with CartStore(tmp_path / "store") as store:
        store.set_setting("a", 1)
        store.compact()
    assert (tmp_path / "store").is_symlink()
    with CartStore(tmp_path / "there" / "store") as store:
        assert store.setting("a") == 1


def test_a_store_that_others_could_read_is_made_private(tmp_path: Path) -> None:
    CartStore(tmp_path / "store").close()
    (tmp_path / "store").chmod(0o644)
    CartStore(tmp_path / "store").close()
    assert (tmp_path / "store").stat().st_mode & 0o777 == 0o600


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = CartStore(tmp_path / "store")
    store.close()
    store.close()
    with pytest.raises(StoreError, match="is closed"):
        store.set_setting("a", 1)
    with pytest.raises(StoreError, match="is closed"):
        store.cart_rows()


def test_reading_only_changes_nothing(tmp_path: Path) -> None:
    CartStore(tmp_path / "store").close()
    before = (tmp_path / "store").read_bytes()
    with CartStore(tmp_path / "store", read_only=True) as store:
        for attempt in (
            lambda: store.put_cart(make_cart()),
            lambda: store.record(make_cart(), change()),
            lambda: store.set_setting("a", 1),
            lambda: store.remove_cart("C1"),
            lambda: store.compact(),
            lambda: store.erase_customer("x", at=AT),
            lambda: store.table("carts").insert({"id": "C9"}),
        ):
            with pytest.raises(StoreReadOnly, match="open for reading only; nothing was changed"):
                attempt()
    assert (tmp_path / "store").read_bytes() == before
    assert isinstance(store.log_storage, LogStorage)
