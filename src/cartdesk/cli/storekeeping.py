"""``cartdesk store``: what the seat's store is, whether it is sound, and copies of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cartdesk.cli.desks import open_store
from cartdesk.cli.output import plural, say, write_json
from cartdesk.cli.places import data_dir, places
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.store.checking import StoreInfo


@click.group("store")
@places
def group() -> None:
    """The file this seat keeps everything in."""


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@places
def info(as_json: bool) -> None:
    """Show what is in the store."""
    with open_store() as store:
        facts = store.info()
    if as_json:
        from dataclasses import asdict

        write_json({**asdict(facts), "path": str(facts.path), "copies": [str(copy) for copy in facts.copies]})
    else:
        say(_info_text(facts))


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
@places
def verify(context: click.Context, as_json: bool) -> None:
    """Read the whole store again and check all of it; exits 1 where something is wrong."""
    with open_store() as store:
        found = store.verify()
    if as_json:
        write_json(found)
    else:
        say("\n".join(found) if found else "The store is sound.")
    if found:
        context.exit(1)


@group.command()
@places
def compact() -> None:
    """Write the store's file anew with only what counts."""
    with open_store(read_only=False) as store:
        before = store.info().size
        store.compact()
        after = store.info().size
    say(f"The store took {before:,} bytes and takes {after:,} now.")


@group.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@places
def backup(file: Path) -> None:
    """Copy everything into one JSON file, which any TinyDB opens and `restore` takes."""
    with open_store() as store:
        count = store.backup(file)
    say(f"{plural(count, 'document')} backed up to {safe_text(str(file))}.")


@group.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@places
def export(file: Path) -> None:
    """Copy everything into a plain TinyDB file, for other programs."""
    with open_store() as store:
        count = store.export(file)
    say(f"{plural(count, 'document')} exported to {safe_text(str(file))}.")


@group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@places
def restore(file: Path) -> None:
    """Make the store what a backup holds; the store as it was is kept beside it."""
    from cartdesk.desk import make_data_dir, store_path
    from cartdesk.store.backup import restore as restore_store

    path = store_path(data_dir())
    make_data_dir(path.parent)
    kept = restore_store(file, path)
    say(f"The store is what {safe_text(str(file))} holds." + (f" The one before is kept as {safe_text(str(kept))}." if kept else ""))


def _info_text(facts: StoreInfo) -> str:
    lines = [
        f"{facts.path}",
        f"format {facts.format}, rewritten {plural(facts.generation, 'time')}",
        f"{facts.size:,} bytes, {facts.used:,} written, {facts.live:,} of them count",
        *(f"{count:,} {table}" for table, count in facts.documents.items() if count),
        *(f"kept beside it: {copy}" for copy in facts.copies),
    ]
    return "\n".join(lines)
