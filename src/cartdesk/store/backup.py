"""Backups: the whole store as one plain TinyDB JSON file that any TinyDB opens, and back.

``cartdesk store backup``, ``export`` and ``restore`` call it through the cart store. TinyDB numbers its documents, so the store's own
keys, its format and a checksum stand in one more table, ``_cartdesk``; an export is the same file without that table.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from cartdesk.errors import StoreDamaged, StoreError, StoreForeign
from cartdesk.store.codec import read_document, write_document, write_plain
from cartdesk.store.compaction import Rewriter
from cartdesk.store.disk import Disk, explain
from cartdesk.store.frame import FORMAT_VERSION, Op
from cartdesk.store.lock import Lock
from cartdesk.store.log import Contents, Log
from cartdesk.store.salvage import copy_aside, read_all
from cartdesk.store.tables import HISTORY

OURS = "_cartdesk"
"""The table that a backup has beside the store's own."""

_SEAL = b',"sha256":"'
_BUFFER = 1 << 20


def write_snapshot(disk: Disk, log: Log, contents: Contents, target: Path, *, sealed: bool) -> int:
    """Write everything in ``contents`` to ``target``, durably and all or nothing; return the number of documents.

    Args:
        disk: the way to the system.
        log: the file that the documents are read from.
        contents: what to write.
        target: the file to make; one of that name is replaced once the new one is whole.
        sealed: True for a backup, False for a plain export.

    Raises:
        StoreError: it could not be written; what stood there before is as it was.
    """
    if target.resolve().name.startswith(log.path.name) and target.resolve().parent == log.path.parent:
        raise StoreError(f"{target} is a name that the store itself uses; choose another one.")
    temporary = target.with_name(target.name + ".new")
    try:
        descriptor = disk.create(temporary)
        try:
            count = _write(disk, descriptor, _lines(log, contents, sealed=sealed))
            disk.sync(descriptor)
        finally:
            disk.close(descriptor)
        disk.rename(temporary, target)
        disk.sync_folder(target.parent)
    except BaseException as error:
        with suppress(OSError):
            disk.remove(temporary)
        if isinstance(error, OSError):
            raise explain(error, target, "written") from error
        raise
    return count


def _write(disk: Disk, descriptor: int, lines: Iterator[bytes]) -> int:
    at = documents = 0
    buffer = bytearray()
    for line in lines:
        buffer += line
        documents += line.startswith(b'"')
        if len(buffer) >= _BUFFER:
            disk.write(descriptor, bytes(buffer), at)
            at += len(buffer)
            buffer.clear()
    disk.write(descriptor, bytes(buffer), at)
    return documents


def _lines(log: Log, contents: Contents, *, sealed: bool) -> Iterator[bytes]:
    """Yield a snapshot line by line, one document a line, and last the seal over all before it."""
    seal = hashlib.sha256()
    keys: dict[str, list[str]] = {}
    opening = b"{"
    for table, documents in contents.tables.items():
        keys[table] = list(documents)
        head = opening + b"\n" + write_plain(table) + b":{\n"
        seal.update(head)
        yield head
        opening = b","
        for number, place in enumerate(documents.values(), 1):
            line = b'"%d":%s%s\n' % (number, log.body(place), b"," if number < len(documents) else b"")
            seal.update(line)
            yield line
        seal.update(b"}")
        yield b"}"
    if sealed:
        ours = write_plain({"format": log.header.version, "keys": keys})[:-1]
        last = b'%s\n"%s":{"1":%s' % (opening, OURS.encode(), ours)
        seal.update(last)
        yield last + _SEAL + seal.hexdigest().encode() + b'"}}'
    elif opening == b"{":
        yield opening
    yield b"\n}\n"


def restore(source: Path, path: Path, *, disk: Disk | None = None) -> Path | None:
    """Make the store at ``path`` what ``source`` holds; return the copy that was kept of the store before, if there was one.

    Args:
        source: a backup, a plain TinyDB JSON file, or a copy of a store's file.
        path: the store; it must not be open.
        disk: the way to the system.

    Raises:
        StoreDamaged: the backup does not fit its checksum.
        StoreForeign: ``source`` is nothing that can be restored, or is from a newer version, or ``path`` is not a store.
        StoreLocked: the store is open.
        StoreError: the system refused. In every case the store is as it was.
    """
    disk = disk or Disk()
    path = path.resolve()
    lock = Lock(path)
    try:
        version, ops = _read_source(disk, source)
        kept: Path | None = None
        old: Log | None = None
        if path.exists() and path.stat().st_size:
            old = Log.open(disk, path, writable=False)
            kept = copy_aside(disk, path, old, "before-restore")
        with Rewriter(disk, path, old, version=version) as rewriter:
            for op in ops:
                rewriter.put([op])
            fresh = rewriter.finish()
        fresh.close()
        if old is not None:
            old.close()
        if fresh.doubtful:
            raise StoreError(f"{path} was restored, but the disk does not confirm it; check the disk and restore again.")
        return kept
    except OSError as error:
        raise explain(error, path, "restored") from error
    finally:
        lock.release()


def _read_source(disk: Disk, source: Path) -> tuple[int, list[Op]]:
    try:
        raw = source.read_bytes()
    except OSError as error:
        raise explain(error, source, "read") from error
    if raw.startswith(b"cartdesk-store "):
        return _read_store(disk, source)
    found, ours = _read_json(raw, source)
    if ours is None:
        try:
            return FORMAT_VERSION, [op for table, documents in found.items() for op in _plain_ops(table, documents)]
        except ValueError:
            raise StoreForeign(f"{source} holds a number that is none; nothing was restored.") from None
    if ours["format"] > FORMAT_VERSION:
        raise StoreForeign(f"{source} was written by a newer cartdesk (store format {ours['format']}); update cartdesk to restore it.")
    return ours["format"], _sealed_ops(raw, ours["keys"])


def _read_json(raw: bytes, source: Path) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Return a snapshot's tables, and our own table of it where it has one that fits."""
    try:
        found = read_document(raw)
        tables = {table: dict(documents) for table, documents in found.items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        if OURS.encode() in raw or raw.startswith(b"{\n"):
            raise StoreDamaged(f"{source} is damaged and cannot be restored; use another backup.") from None
        raise StoreForeign(f"{source} is neither a backup nor a TinyDB file; nothing was restored.") from None
    ours = tables.get(OURS)
    if ours is None:
        return tables, None
    end = raw.rfind(_SEAL)
    if end < 0 or hashlib.sha256(raw[:end]).hexdigest() != ours["1"].get("sha256"):
        raise StoreDamaged(f"{source} does not fit its checksum and was not restored; use another backup.")
    return tables, ours["1"]


def _sealed_ops(raw: bytes, keys: dict[str, list[str]]) -> list[Op]:
    """Return a backup's documents byte for byte; its checksum vouches for one document a line."""
    ops: list[Op] = []
    table = ""
    for line in raw.split(b"\n"):
        if line.endswith(b":{"):
            table = json.loads(line[:-2])
            if not keys[table]:
                ops.append(Op(table, None, b""))
        elif line[:1] == b'"' and line[1:2].isdigit():
            number, _, body = line.partition(b":")
            ops.append(Op(table, keys[table][int(number.strip(b'"')) - 1], body.removesuffix(b",")))
    return ops


def _plain_ops(table: str, documents: dict[str, Any]) -> list[Op]:
    """Return a plain TinyDB table's documents, under their own ``id`` where they have one.

    History cannot come back this way, as its carts are not in an export: the journal starts anew.
    """
    if table == HISTORY:
        return []
    ops = [] if documents else [Op(table, None, b"")]
    for number, document in documents.items():
        own = document.get("id") if isinstance(document, dict) else None
        ops.append(Op(table, own if isinstance(own, str) else number, write_document(document)))
    return ops


def _read_store(disk: Disk, source: Path) -> tuple[int, list[Op]]:
    log = Log.open(disk, source, writable=False)
    try:
        found = read_all(log)
        if found.damaged:
            raise StoreDamaged(f"{source} is damaged and was not restored: {found.lost[0]}")
        ops = [Op(table, key, log.body(place)) for table, keys in log.contents.tables.items() for key, place in keys.items()]
        return log.header.version, ops
    finally:
        log.close()
