"""``cartdesk macros`` and ``cartdesk keys``: entries with a name, and which key does what here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cartdesk.cli.desks import open_store
from cartdesk.cli.output import plural, say, table, write_json
from cartdesk.cli.places import places
from cartdesk.errors import Refused
from cartdesk.language import tr
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk import Command

LARGEST = 1 << 20
"""The largest file that is read, in bytes."""


@click.group("macros")
@places
def group() -> None:
    """Entries with a name, done by @NAME."""


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@places
def list_macros(as_json: bool) -> None:
    """List the macros."""
    from cartdesk.desk.macros import macros_of

    with open_store() as store:
        found = macros_of(store)
    if as_json:
        write_json(found)
    else:
        say(table(("macro", "entry"), [(f"@{name}", text) for name, text in found.items()]) if found else "There are no macros yet.")


@group.command()
@click.argument("name")
@places
def show(name: str) -> None:
    """Print a macro's entry."""
    from cartdesk.desk.macros import checked_name, macros_of

    with open_store() as store:
        found = macros_of(store).get(checked_name(name))
    if found is None:
        raise Refused(f"There is no macro @{checked_name(name)}; `cartdesk macros list` lists them.")
    say(found)


@group.command("set")
@click.argument("name")
@click.argument("entry")
@places
def set_macro(name: str, entry: str) -> None:
    """Make a macro, or change one: macros set NEWCONNECT "FIB500; SIM"."""
    from cartdesk.desk.macros import checked_name, macros_of, set_macros, with_macro

    with open_store(read_only=False) as store:
        set_macros(store, with_macro(macros_of(store), name, entry))
    say(f"Macro @{checked_name(name)} is kept.")


@group.command()
@click.argument("name")
@places
def remove(name: str) -> None:
    """Take a macro away."""
    from cartdesk.desk.macros import checked_name, macros_of, set_macros, without_macro

    with open_store(read_only=False) as store:
        set_macros(store, without_macro(macros_of(store), name))
    say(f"Macro @{checked_name(name)} is gone.")


@group.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@places
def export(file: Path | None) -> None:
    """Write the macros as JSON, to a file or to standard output."""
    from cartdesk.desk.macros import macros_of

    with open_store() as store:
        found = {"macros": macros_of(store)}
    if file is None:
        write_json(found)
        return
    try:
        file.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise Refused(f"{safe_text(str(file))} cannot be written: {error.strerror}.") from None
    click.echo(f"{plural(len(found['macros']), 'macro')} are in {safe_text(str(file))}.", err=True)


@group.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@places
def import_macros(file: Path) -> None:
    """Read macros from a file, all of them or none; those of the same name are changed."""
    from cartdesk.desk.macros import macros_of, read_macros, set_macros, with_macro

    given = read_macros(_json_of(file))
    with open_store(read_only=False) as store:
        after = macros_of(store)
        for name, text in given.items():
            after = with_macro(after, name, text)
        set_macros(store, after)
    say(f"{plural(len(given), 'macro')} read.")


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only say what is wrong with the changes; exits 1 where something is.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
@places
def keys(context: click.Context, file: Path | None, check: bool, as_json: bool) -> None:
    """Show which key does what, with this seat's changes, or with those of FILE.

    FILE is JSON from a command's name to its keys: {"cart.hold": ["f12"]}. A command whose change is wrong keeps its own keys.
    """
    from cartdesk.desk.keys import Keymap

    changes = _json_of(file) if file is not None else _changes()
    if not isinstance(changes, dict):
        raise Refused('Keys are changed by {"cart.hold": ["f12"]}: from a command\'s name to its keys.')
    keymap = Keymap.make(changes)
    listed = [] if check else [(each, keymap.keys[each.name]) for each in keymap.classes if keymap.keys[each.name]]
    if as_json:
        rows = [{"command": each.name, "label": each.label, "keys": own, "where": sorted(each.where)} for each, own in listed]
        write_json({"faults": list(keymap.faults), "keys": rows})
    else:
        if not check:
            say(table(("key", "does", "command", "", "where"), [_key_cells(each, own) for each, own in listed]))
        if keymap.faults:
            say("\n".join(keymap.faults))
        elif check:
            say(f"{plural(len(changes), 'change')}, nothing wrong with them." if changes else "No key is changed here.")
    if keymap.faults:
        context.exit(1)


def _key_cells(kind: type[Command], own: tuple[str, ...]) -> tuple[str, ...]:
    from cartdesk.desk.keys import key_label

    changed = "changed" if own != kind.keys else ""
    return ", ".join(map(key_label, own)), tr(kind.label), kind.name, changed, ", ".join(sorted(kind.where))


def _changes() -> Any:
    from cartdesk.cli.places import data_dir
    from cartdesk.desk import store_path

    if not store_path(data_dir()).exists():
        return {}
    with open_store() as store:
        return store.setting("keys") or {}


def _json_of(file: Path) -> Any:
    shown = safe_text(str(file))
    try:
        if file.stat().st_size > LARGEST:
            raise Refused(f"{shown} is larger than {LARGEST >> 20} MB.")
        return json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refused(f"{shown} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError):
        raise Refused(f"{shown} is not JSON.") from None
