"""TinyDB's own test-suite, run against our storage and our table in place of its JSON file and its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

VERSION = "4.9"

PLUGIN = '''
"""Puts cartdesk's storage and table where TinyDB's suite uses its own."""

import re

import pytest
import tinydb
import tinydb.middlewares
import tinydb.storages
from tinydb import TinyDB

from cartdesk.store import LogStorage, LogTable

LogTable.__name__ = "Table"  # one test reads the class's name in a repr
LogStorage.__module__, LogStorage.__qualname__ = "tinydb.storages", "JSONStorage"
TinyDB.table_class = LogTable


def default_storage(path, ensure_ascii=False):
    """Two tests give an option of the JSON text, which a log has not."""
    return LogStorage(path)


TinyDB.default_storage_class = staticmethod(default_storage)


def pytest_collection_modifyitems(items):
    for item in items:
        module = item.module
        if getattr(module, "JSONStorage", None) is not None and module.__name__.rpartition(".")[2] != "test_storages":
            module.JSONStorage = LogStorage


@pytest.fixture(params=["stock table", "log table"])
def db(request, tmp_path):
    class Stock(TinyDB):
        table_class = tinydb.table.Table

    opened = (Stock if request.param == "stock table" else TinyDB)(tmp_path / "test.db", storage=LogStorage)
    opened.drop_tables()
    opened.insert_multiple({"int": 1, "char": c} for c in "abc")
    yield opened
    opened.close()


@pytest.fixture
def storage():
    return tinydb.middlewares.CachingMiddleware(tinydb.storages.MemoryStorage)()


@pytest.mark.parametrize("name", ["test_json", "test_json_readwrite"])
def test_storages_too(name, tmpdir, monkeypatch):
    from . import test_storages

    monkeypatch.setattr(test_storages, "JSONStorage", LogStorage)
    getattr(test_storages, name)(tmpdir)
'''

NOT_OURS = {
    "test_middlewares.py::test_caching_json_write": "looks at JSONStorage's private file handle",
    "test_storages.py::test_json_kwargs": "compares how JSONStorage lays out its text",
}
"""The tests that are about JSONStorage itself, with the reason."""


@pytest.fixture(scope="module")
def suite(request: pytest.FixtureRequest) -> Path:
    """TinyDB's tests, from its source distribution; fetched once."""
    cache = request.config.cache
    assert cache is not None
    folder = cache.mkdir("tinydb-sdist")
    found = sorted(folder.glob(f"tinydb-{VERSION}*.tar.gz"))
    if not found:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-binary", ":all:", "--no-deps", "-d", str(folder)]
        done = subprocess.run([*command, f"tinydb=={VERSION}.*"], capture_output=True, text=True, check=False, timeout=150)
        found = sorted(folder.glob(f"tinydb-{VERSION}*.tar.gz"))
        if not found:
            pytest.skip(f"no package index could be reached for TinyDB's tests: {done.stderr.strip().splitlines()[-1:]}")
    return found[-1]


def test_tinydb_s_own_tests_pass_with_our_storage_and_table(suite: Path, tmp_path: Path) -> None:
    with tarfile.open(suite) as archive:
        archive.extractall(tmp_path, filter="data")
    tests = next(tmp_path.glob("tinydb-*/tests"))
    shutil.move(tests, tmp_path / "suite")
    (tmp_path / "suite" / "conftest.py").write_text(PLUGIN)
    (tmp_path / "suite" / "test_ours.py").write_text("from .conftest import test_storages_too\n")
    left_out = [f"--deselect=suite/{name}" for name in NOT_OURS]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(tmp_path), "suite", *left_out],
        cwd=tmp_path,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None
    assert int(passed[1]) > 200, done.stdout
    assert "failed" not in done.stdout
