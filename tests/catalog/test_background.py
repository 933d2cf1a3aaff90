"""A large catalog is made ready by another process while the shop is already open."""

from __future__ import annotations

import subprocess
import threading
import time

import pytest

from cartdesk.catalog import background, opening

MANY = 1500


@pytest.fixture
def large(shelf, monkeypatch):
    """A catalog that counts as large."""
    monkeypatch.setattr(opening, "SMALL", 0)
    prices = [shelf.monthly(f"p{number}", number) for number in range(MANY)]
    shelf.sell(*(shelf.offering(f"O{number}", f"p{number}") for number in range(MANY)), shelf.offering("BAD", "nowhere"), prices=prices)
    return shelf


def test_waiting_for_a_large_catalog(large, tmp_path):
    catalog = large.open(tmp_path / "cache")
    assert (catalog.ready, len(catalog), catalog.left_out) == (True, MANY, 1)
    assert len(catalog.faults) == 1
    again = large.open(tmp_path / "cache", wait=False)
    assert (again.ready, len(again)) == (True, MANY)
    assert again.offering("O7").name == "Offer O7"


def test_the_beginning_can_be_sold_while_the_rest_is_read(large, monkeypatch):
    """The reading thread is held at its first look, so that nothing depends on who is quicker."""
    looked, go_on, finished = threading.Event(), threading.Event(), threading.Event()
    real = background.Background._listen

    def listen(self, line, catalog):
        real(self, line, catalog)
        if not looked.is_set():
            looked.set()
            go_on.wait(60)

    monkeypatch.setattr(background.Background, "_listen", listen)
    catalog = large.open(wait=False)
    assert not catalog.ready
    assert looked.wait(60)
    assert not catalog.wait_ready(0)
    assert 0 < len(catalog) < MANY
    assert large.found(catalog, "offer o7")[0] == "Offer O7"
    assert catalog.prices_of(catalog.offering("O7"))[0].id == "p7"
    assert (catalog.faults, catalog.left_out) == ((), 0)
    catalog.on_ready(finished.set)
    assert not finished.is_set()
    go_on.set()
    assert catalog.wait_ready(60)
    assert finished.wait(60)
    assert (len(catalog), catalog.progress, catalog.left_out) == (MANY, 1.0, 1)
    late = threading.Event()
    catalog.on_ready(late.set)
    assert late.is_set()


def test_without_a_cache_nothing_is_left_behind(large, tmp_path, monkeypatch):
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    catalog = large.open()
    assert len(catalog) == MANY
    assert catalog.offering("O8").name == "Offer O8"
    catalog.close()
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_cache_that_cannot_be_written_is_no_hindrance(large, tmp_path):
    (tmp_path / "cache").write_text("a file stands where the folder should be")
    assert len(large.open(tmp_path / "cache")) == MANY


@pytest.mark.parametrize("how", ["cannot start", "fails", "says nonsense", "writes nothing"])
def test_when_the_other_process_does_not_do_it_this_one_does(large, tmp_path, monkeypatch, how):
    program = {
        "fails": "raise SystemExit(1)",
        "says nonsense": "print('{'); print('[]'); print('{\"first\": \"/nowhere\"}')",
        "writes nothing": "",
    }
    real = subprocess.Popen

    def start(command, **more):
        if how == "cannot start":
            raise OSError("no more processes")
        return real([command[0], "-c", program[how]], **more)

    monkeypatch.setattr(subprocess, "Popen", start)
    assert len(large.open(tmp_path / "cache")) == MANY


def test_closing_stops_the_other_process(large, tmp_path, monkeypatch):
    started = threading.Event()
    processes = []
    real = subprocess.Popen

    def start(command, **more):
        processes.append(real([command[0], "-c", "import time; print('{}', flush=True); time.sleep(600)"], **more))
        started.set()
        return processes[0]

    monkeypatch.setattr(subprocess, "Popen", start)
    catalog = large.open(tmp_path / "cache", wait=False)
    assert started.wait(60)
    catalog.close()
    assert processes[0].wait(60) != 0


def test_files_that_change_while_they_are_read_are_read_again_at_the_next_start(large, tmp_path, monkeypatch):
    """What the other process has read is shown, but not believed the next time."""
    real = background.Background._listen

    def listen(self, line, catalog):
        large.put("productOffering-2.json", [large.offering("LATE")])
        real(self, line, catalog)

    monkeypatch.setattr(background.Background, "_listen", listen)
    assert len(large.open(tmp_path / "cache")) in (MANY, MANY + 1)
    monkeypatch.undo()
    monkeypatch.setattr(opening, "SMALL", 0)
    assert len(large.open(tmp_path / "cache")) == MANY + 1


@pytest.mark.stress
def test_a_hundred_thousand_offerings(root, tmp_path, now):
    """Generated, read in the background, and searched; the thread that waits is never held up for long."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("make_catalog", root / "benchmarks" / "make_catalog.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.make_catalog(100_000, tmp_path / "shop")
    from cartdesk.catalog import Query, open_catalog

    catalog = open_catalog(tmp_path / "shop", cache_dir=tmp_path / "cache", wait=False, now=lambda: now)
    longest, last = 0.0, time.perf_counter()
    while not catalog.wait_ready(0.005):
        longest, last = max(longest, time.perf_counter() - last), time.perf_counter()
    assert longest < 0.5
    assert (len(catalog), catalog.left_out, catalog.faults) == (100_000, 0, ())
    assert "Unlimited Family" in catalog.row(catalog.rows(Query("unlimted famly"))[0]).name
    for number in range(0, 100_000, 997):
        row = catalog.row(number)
        assert catalog.offering(row.id).name == row.name
