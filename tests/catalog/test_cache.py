"""A kept index is used when nothing has changed, and never believed when anything may have."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cartdesk.catalog import cache, opening
from cartdesk.catalog.container import Container, Unfit
from cartdesk.catalog.folder import look_into


@pytest.fixture
def built(monkeypatch):
    """How often an index was made in this process."""
    times: list[Path] = []
    real = opening._build

    def build(path, place, clock):
        times.append(path)
        return real(path, place, clock)

    monkeypatch.setattr(opening, "_build", build)
    return times


@pytest.fixture
def kept(shelf, tmp_path):
    """A catalog whose index is kept: the cache's folder."""
    shelf.sell(shelf.offering("A", "a"), shelf.offering("B"), prices=[shelf.monthly("a", 10)])
    shelf.put("category.json", [{"id": "c", "name": "C"}])
    shelf.open(tmp_path / "cache").close()
    return tmp_path / "cache"


def index_in(folder: Path) -> Path:
    (path,) = folder.rglob("*.index")
    return path


def test_the_second_start_uses_what_was_kept(shelf, kept, built):
    catalog = shelf.open(kept)
    assert built == []
    assert catalog.ready
    assert catalog.progress == 1.0
    assert [catalog.row(number).id for number in range(2)] == ["A", "B"]
    assert catalog.prices_of(catalog.offering("A"))[0].id == "a"
    assert shelf.found(catalog, "offr a") == ["Offer A"]


def test_only_the_owner_may_read_what_is_kept(kept):
    assert index_in(kept).parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("change", ["edited", "added", "removed", "renamed", "same size", "same size and time", "touched"])
def test_any_change_to_the_files_is_seen(shelf, kept, built, change):
    offerings = shelf.folder / "productOffering.json"
    before = offerings.stat()
    if change == "edited":
        shelf.sell(shelf.offering("LONGER"))
    elif change == "added":
        shelf.put("productOffering-2.json", [shelf.offering("D")])
    elif change == "removed":
        (shelf.folder / "category.json").unlink()
    elif change == "renamed":
        offerings.rename(shelf.folder / "productOffering-2.json")
    elif change == "touched":
        os.utime(offerings, ns=(before.st_atime_ns, before.st_mtime_ns + 1_000_000))
    else:
        offerings.write_text(offerings.read_text().replace('"A"', '"Z"'))
        if change == "same size and time":
            os.utime(offerings, ns=(before.st_atime_ns, before.st_mtime_ns))
    catalog = shelf.open(kept)
    assert len(built) == 1
    assert catalog.find("A" if change in ("added", "removed", "renamed", "touched") else "Z" if "size" in change else "LONGER") is not None


def test_a_change_too_quick_for_the_clock_is_seen(shelf, kept, built, monkeypatch):
    """The file's stamp is the very same; only its content tells, and it is looked at because the stamp is too young to be sure."""
    place = index_in(kept)
    folder = look_into(shelf.folder)
    offerings = shelf.folder / "productOffering.json"
    offerings.write_text(offerings.read_text().replace('"A"', '"Z"'))
    monkeypatch.setattr(opening, "look_into", lambda path: folder)
    assert cache.load(folder, place) is None
    assert shelf.open(kept).find("Z") is not None
    assert len(built) == 1


def test_once_the_content_was_looked_at_it_need_not_be_again(shelf, kept, built, monkeypatch):
    place = index_in(kept)
    folder = look_into(shelf.folder)
    newest = max(max(stamp.modified, stamp.changed) for stamp in folder.stamps)
    os.utime(place, ns=(newest + 10_000_000_000, newest + 10_000_000_000))

    def never(source):
        raise AssertionError(f"{source.name} was read")

    monkeypatch.setattr(cache, "read", never)
    shelf.open(kept)
    assert built == []


def test_a_link_that_now_leads_out_is_noticed(shelf, kept, built, tmp_path):
    (tmp_path / "outside.json").write_text("[]")
    (shelf.folder / "productOffering-2.json").symlink_to(tmp_path / "outside.json")
    assert len(shelf.open(kept).faults) == 1
    assert len(built) == 1


@pytest.mark.parametrize("share", [0.0, 0.001, 0.01, 0.1, 0.5, 0.9, 0.999])
def test_an_index_that_is_cut_off_is_made_anew(shelf, kept, built, share):
    path = index_in(kept)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    assert len(shelf.open(kept)) == 2
    assert len(built) == 1


def test_damage_anywhere_never_shows(shelf, kept):
    """One byte after the other is turned over; the catalog is the same every time."""
    path = index_in(kept)
    sound = path.read_bytes()
    stamp = path.stat().st_mtime_ns
    for place in range(0, len(sound), max(len(sound) // 150, 1)):
        path.write_bytes(sound[:place] + bytes((sound[place] ^ 0xFF,)) + sound[place + 1 :])
        os.utime(path, ns=(stamp, stamp))
        catalog = shelf.open(kept)
        assert [catalog.row(number).id for number in range(len(catalog))] == ["A", "B"], place
        assert catalog.offering("A").name == "Offer A", place
        assert catalog.price("a").price.duty_free_amount.amount == 10, place
        assert shelf.found(catalog, "b") == ["Offer B"], place
        catalog.close()


def test_a_damaged_document_is_made_good_when_it_is_used(shelf, kept, built):
    path = index_in(kept)
    sound = path.read_bytes()
    place = sound.index(b'"name": "Offer A"')
    path.write_bytes(sound[:place] + b'"name": "Wrong A"' + sound[place + 17 :])
    catalog = shelf.open(kept)
    assert built == []
    assert catalog.offering("A").name == "Offer A"
    assert len(built) == 1
    assert catalog.row(0).name == "Offer A"


@pytest.mark.parametrize("what", ["nothing", "text", "folder"])
def test_something_else_in_the_indexs_place(shelf, kept, built, what):
    path = index_in(kept)
    path.unlink()
    if what == "text":
        path.write_text("cartdesk catalog index\n" + "x" * 200)
    elif what == "folder":
        path.mkdir()
    assert len(shelf.open(kept)) == 2
    assert len(built) == 1


def test_an_index_of_another_version_is_made_anew(shelf, kept, built, monkeypatch):
    from cartdesk.catalog import container

    monkeypatch.setattr(container, "_MADE_BY", [0, "0", "little"])
    assert len(shelf.open(kept)) == 2
    assert len(built) == 1


def test_a_cache_that_cannot_be_written_is_done_without(shelf, tmp_path, built):
    shelf.sell(shelf.offering("A"))
    (tmp_path / "cache").write_text("a file stands where the folder should be")
    assert len(shelf.open(tmp_path / "cache")) == 1
    assert len(shelf.open(tmp_path / "cache")) == 1
    assert len(built) == 2


def test_indexes_of_other_catalogs_are_thrown_away_in_the_end(shelf, tmp_path):
    for number in range(12):
        shelf.folder = tmp_path / f"shop{number}"
        shelf.folder.mkdir()
        shelf.sell(shelf.offering("A"))
        shelf.open(tmp_path / "cache").close()
        for path in (tmp_path / "cache").rglob("*.index"):
            os.utime(path, ns=(path.stat().st_atime_ns - 1_000_000_000, path.stat().st_mtime_ns))
    assert len(list((tmp_path / "cache").rglob("*.index"))) == 8


def test_a_closed_catalog_has_let_go_of_its_file(shelf, kept):
    catalog = shelf.open(kept)
    catalog.offering("A")
    catalog.rows(__import__("cartdesk.catalog", fromlist=["Query"]).Query("a"))
    catalog.close()
    with pytest.raises(ValueError, match="released"):
        catalog.row(0)


def test_containers_say_when_they_are_not_whole(tmp_path):
    path = tmp_path / "x.index"
    Container({"a": 1}, {"one": b"123", "two": b"", "documents": b"abc"}).save(path)
    container = Container.open(path)
    assert container.facts == {"a": 1}
    assert [bytes(container.section(name)) for name in ("one", "two", "documents")] == [b"123", b"", b"abc"]
    container.close()
    path.write_bytes(b"")
    with pytest.raises(Unfit):
        Container.open(path)
