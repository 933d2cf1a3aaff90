"""What ``cartdesk doctor`` looks at, one finding a row; nothing is changed, and nothing raises for what it finds."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cartdesk.cli.output import plural
from cartdesk.errors import CartdeskError, CatalogError, StoreError

ROOM = 50 << 20
"""How much room a store wants on its disk, in bytes."""
EXTRAS = {"server": "starlette", "postgresql": "psycopg", "web": "textual_serve"}
"""What can be installed beside, and a module that says whether it is."""
PACKAGES = ("textual", "rich", "tinydb", "pydantic", "httpx", "click", "babel", "orjson")
ANSWER = 3.0
"""How many seconds a server may take to answer the door."""


@dataclass(frozen=True, slots=True)
class Found:
    """One finding."""

    area: str
    what: str
    good: bool | None
    """None is something to mind that stops nothing."""
    found: str


def examine() -> Iterator[Found]:
    """Yield everything that is looked at, area by area."""
    yield from _program()
    yield from _terminal()
    yield from _folders()
    yield from _store()
    yield from _catalog()
    yield from _faults()


def _program() -> Iterator[Found]:
    from cartdesk import __version__

    yield Found("program", "cartdesk", True, __version__)
    yield Found("program", "python", sys.version_info >= (3, 11), ".".join(map(str, sys.version_info[:3])))
    for name in PACKAGES:
        try:
            yield Found("program", name, True, version(name))
        except PackageNotFoundError:
            yield Found("program", name, False, "not installed; install cartdesk again")
    for name, module in EXTRAS.items():
        there = find_spec(module) is not None
        yield Found("program", f"extra {name}", True if there else None, "installed" if there else f"not installed: cartdesk[{name}]")


def _terminal() -> Iterator[Found]:
    on_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    yield Found(
        "terminal", "a terminal", True if on_terminal else None, "yes" if on_terminal else "no: input or output is a pipe or a file"
    )
    name = os.environ.get("TERM", "")
    dumb = name in ("", "dumb", "unknown")
    yield Found("terminal", "kind", None if dumb else True, f"{name or 'TERM is not set'}{': cartdesk line works on it' if dumb else ''}")
    size = shutil.get_terminal_size()
    roomy, enough = size.columns >= 80 and size.lines >= 24, size.columns >= 60 and size.lines >= 20
    shape = f"{size.columns} × {size.lines}"
    if on_terminal:
        words = "" if roomy else ": 80 × 24 shows more" if enough else ": too small for the screen, which needs 60 × 20"
        yield Found("terminal", "size", True if roomy else None if enough else False, shape + words)
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    yield Found("terminal", "encoding", True if encoding == "utf8" else None, sys.stdout.encoding or "none")
    yield Found("terminal", "colours", True, _colours())
    remote = os.environ.get("SSH_CONNECTION") is not None
    yield Found("terminal", "link", True, "by SSH" if remote else "this machine")


def _colours() -> str:
    if os.environ.get("NO_COLOR"):
        return "none, by NO_COLOR"
    if os.environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return "16 million"
    return "256" if "256" in os.environ.get("TERM", "") else "16"


def _folders() -> Iterator[Found]:
    from cartdesk.cli.places import data_dir, state_dir

    for what, folder in (("data", data_dir()), ("log", state_dir())):
        there = next((each for each in (folder, *folder.parents) if each.exists()), Path("/"))
        can = os.access(there, os.W_OK)
        yield Found("folders", what, can, f"{folder}{'' if can else ': may not be written'}{'' if folder.exists() else ', not made yet'}")
        if what == "data":
            free = shutil.disk_usage(there).free
            yield Found("folders", "room", free >= ROOM or None if free > 1 << 20 else False, f"{free >> 20:,} MB free")


def _store() -> Iterator[Found]:
    from cartdesk.cli.places import data_dir
    from cartdesk.desk import store_path
    from cartdesk.store import CartStore

    path = store_path(data_dir())
    if not path.exists():
        yield Found("store", "file", None, "none yet; the first cart makes it")
        return
    try:
        store = CartStore(path, read_only=True)
    except StoreError as error:
        yield Found("store", "file", False, str(error))
        return
    try:
        facts = store.info()
        yield Found(
            "store", "file", True, f"format {facts.format}, {facts.size:,} bytes, {plural(facts.documents.get('carts', 0), 'cart')}"
        )
        for sentence in facts.found:
            yield Found("store", "damage", False, sentence)
        if facts.copies:
            yield Found("store", "copies", None, f"{plural(len(facts.copies), 'file')} kept beside it")
        yield from _remote(store.setting("remote"))
        yield from _keys(store.setting("keys"))
    finally:
        store.close()
    if not facts.found:  # opening a damaged file for writing would mend it, and here nothing is changed
        yield _writer(path)


def _writer(path: Path) -> Found:
    from cartdesk.errors import StoreLocked
    from cartdesk.store import CartStore

    try:
        CartStore(path).close()
    except StoreLocked:
        return Found("store", "writing", None, "another program has it open for writing; close it to work here")
    except StoreError as error:
        return Found("store", "writing", False, str(error))
    return Found("store", "writing", True, "nobody else has it open")


def _remote(setting: Any) -> Iterator[Found]:
    from urllib.parse import urlsplit

    if not isinstance(setting, dict):
        yield Found("server", "remote", True, "none: carts stay on this seat")
        return
    from cartdesk.sync.settings import Remote

    try:
        remote = Remote.from_json(setting).checked()
    except (CartdeskError, TypeError) as error:
        yield Found("server", "remote", False, f"cannot be used: {error}")
        return
    for name, address in remote.apis.items():
        split = urlsplit(address)
        port = split.port or (443 if split.scheme == "https" else 80)
        shown = f"{split.scheme}://{split.hostname}:{port}"
        try:
            socket.create_connection((split.hostname or "", port), timeout=ANSWER).close()
        except OSError as error:
            yield Found("server", name, False, f"{shown} does not answer: {(error.strerror or str(error)).lower()}")
        else:
            yield Found("server", name, True, f"{shown} answers; cartdesk remote check says what it can do")


def _keys(setting: Any) -> Iterator[Found]:
    from cartdesk.desk.keys import Keymap

    faults = Keymap.make(setting if isinstance(setting, dict) else None).faults
    yield Found("screen", "keys", None if faults else True, faults[0] if faults else "as they are meant to be")


def _catalog() -> Iterator[Found]:
    from cartdesk.catalog import open_catalog
    from cartdesk.cli.places import catalog_path, data_dir
    from cartdesk.desk import cache_dir

    path = catalog_path()
    try:
        catalog = open_catalog(path, cache_dir=cache_dir(data_dir()) if data_dir().is_dir() else None, wait=True)
    except CatalogError as error:
        yield Found("catalog", "file", False, str(error))
        return
    try:
        yield Found("catalog", "name", True, f"{catalog.name}, {catalog.currency}, {path}")
        yield Found("catalog", "offerings", len(catalog) > 0, f"{len(catalog):,}")
        faults = len(catalog.faults)
        words = f"{plural(faults, 'fault')}, {plural(catalog.left_out, 'offering')} left out; cartdesk catalog check lists them"
        yield Found("catalog", "faults", None if faults else True, words if faults else "none")
    finally:
        catalog.close()


def _faults() -> Iterator[Found]:
    from cartdesk.cli.places import data_dir, state_dir
    from cartdesk.crash import faults_in

    faults = [fault for folder in dict.fromkeys((state_dir(), data_dir())) for fault in faults_in(folder)]
    if not faults:
        yield Found("faults", "log", True, "none")
        return
    last, kind = faults[-1], ""
    with suppress(KeyError, IndexError, TypeError):
        kind = f" ({last['errors'][0]['kind']})"
    words = f"{plural(len(faults), 'fault')}, the last at {last.get('timestamp', 'an unknown time')}{kind}; --report FILE writes them down"
    yield Found("faults", "log", None, words)
