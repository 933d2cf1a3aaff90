"""Fetching a catalog by TMF620 into a folder that the shop opens: page by page, resumed where it was cut off, and swapped in at the end.

``cartdesk catalog pull`` calls it. The folder in use is a link; a new catalog that cannot be sold from never takes its place.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cartdesk.errors import CatalogError, Declined, Refused, StoreLocked
from cartdesk.store.lock import Lock
from cartdesk.sync.api import Api
from cartdesk.text import safe_text
from cartdesk.tmf.wire import dumps, loads

RESOURCES = ("category", "productSpecification", "productOfferingPrice", "productOffering")
_OPTIONAL = frozenset({"category", "productSpecification", "productOfferingPrice"})
_NOTES = "pull.progress"

Progress = Callable[[str, int], None]
"""Takes what is being fetched, and how many there are by now."""


async def pull(api: Api, target: Path, *, name: str, told: Progress) -> tuple[int, int]:
    """Fetch a catalog and make it the one in use; return how many offerings there are, and how many faults it has.

    Args:
        api: the product catalog API.
        target: where the shop looks for it; a link to the folder it is in.
        name: a name for the new folder that no other pull has used.
        told: takes progress.

    Raises:
        NoAnswer: it was cut off; what was fetched is kept, and the next pull goes on there.
        CatalogError: what was fetched cannot be sold from; the old one stays.
        Refused: the target is something that a pull did not make, or another pull is under way.
    """
    if target.exists() and not target.is_symlink():
        raise Refused(f"{safe_text(str(target))} was not made by a pull; move it away first.")
    part = target.with_name(target.name + ".part")
    part.mkdir(parents=True, exist_ok=True)
    try:
        lock = Lock(part)
    except StoreLocked:
        raise Refused("Another pull of this catalog is under way; let it end first.") from None
    try:
        done = _done(part, api.base)
        for resource in RESOURCES:
            await _fetch(api, resource, part, done, told)
        (part / _NOTES).unlink()  # what is judged and found broken is fetched anew next time: it may have been mended there
        faults, count = _judged(part, target)
        _swap(part, target, name)
    finally:
        lock.release()
    return count, faults


def _done(part: Path, base: str) -> dict[str, Any]:
    """Return how far an earlier pull came; one of another server counts for nothing."""
    try:
        done: dict[str, Any] = json.loads((part / _NOTES).read_text())
    except (OSError, ValueError):
        done = {}
    if done.get("base") == base:
        return done
    for path in part.iterdir():
        path.unlink()
    return {"base": base}


async def _fetch(api: Api, resource: str, part: Path, done: dict[str, Any], told: Progress) -> None:
    """Fetch one kind of resource, a file a page; pages that are there already are not asked for again."""
    state = done.setdefault(resource, {"pages": 0, "count": 0, "whole": False})
    if state["whole"]:
        told(resource, state["count"])
        return
    known = [str(each.get("id")) for number in range(1, state["pages"] + 1) for each in _page(part, resource, number)]
    try:
        async for page in api.pages(resource, known=known):
            state["pages"] += 1
            state["count"] += len(page)
            _write(_file(part, resource, state["pages"]), dumps(page))
            _write(part / _NOTES, json.dumps(done))
            told(resource, state["count"])
    except Declined as refusal:
        if resource not in _OPTIONAL or refusal.status not in (403, 404, 405, 501):
            raise
    state["whole"] = True
    _write(part / _NOTES, json.dumps(done))


def _file(part: Path, resource: str, number: int) -> Path:
    return part / f"{resource}-{number:05d}.json"


def _page(part: Path, resource: str, number: int) -> list[dict[str, Any]]:
    """Return a page that an earlier pull fetched."""
    listed = loads(_file(part, resource, number).read_bytes())
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _write(path: Path, text: str) -> None:
    fresh = path.with_name(path.name + ".new")
    with fresh.open("w", encoding="utf-8", errors="surrogatepass") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _judged(part: Path, target: Path) -> tuple[int, int]:
    """Return how many faults and offerings the new catalog has, where it may take the old one's place."""
    from cartdesk.catalog import check_catalog

    count, faults = _size(part), len(check_catalog(part))
    if not count:
        raise CatalogError("Nothing in the catalog that was fetched can be sold; the old one stays. `cartdesk catalog check` says why.")
    if target.exists() and faults and not check_catalog(target):
        raise CatalogError(
            f"The catalog that was fetched has {faults} faults, and the one in use has none; it stays. See {safe_text(str(part))}."
        )
    return faults, count


def _size(folder: Path) -> int:
    from cartdesk.catalog import open_catalog

    try:
        catalog = open_catalog(folder, cache_dir=None, wait=True)
    except CatalogError:
        return 0
    try:
        return len(catalog)
    finally:
        catalog.close()


def _swap(part: Path, target: Path, name: str) -> None:
    """Let the link point to the new folder, in one step, and remove the old one."""
    old = target.resolve() if target.is_symlink() else None
    home = target.with_name(f"{target.name}-{name}")
    part.rename(home)
    link = target.with_name(target.name + ".link")
    link.unlink(missing_ok=True)
    link.symlink_to(home.name)
    link.replace(target)
    if old is not None and old.parent == target.parent.resolve() and old != home.resolve() and old.name.startswith(f"{target.name}-"):
        shutil.rmtree(old, ignore_errors=True)
