"""``cartdesk carts``: list, show, export, import, history."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cartdesk.cli import completing
from cartdesk.cli.desks import find_cart, open_desk, open_store
from cartdesk.cli.kiosks import import_handoff
from cartdesk.cli.output import plural, say, table, write_json
from cartdesk.cli.places import places
from cartdesk.errors import Refused, WireError
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk import Desk
    from cartdesk.store import CartRow, HistoryRecord

MAX_FILE = 64 << 20
"""The largest file of carts that is read, in bytes."""


@click.group("carts")
@places
def group() -> None:
    """All carts of this seat."""


@group.command("list")
@click.option("--state", type=click.Choice(["open", "held", "ordered", "discarded"]), help="Only carts in this state.")
@click.option("--text", default="", help="Only carts that show this in their id, name, contact or order.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@places
def list_carts(state: str | None, text: str, as_json: bool) -> None:
    """List the carts, last changed first."""
    with open_store() as store:
        rows = store.cart_rows(state=state, text=text)
    if as_json:
        write_json([row.to_json() for row in rows])
    else:
        say(rows_text(rows))


@group.command()
@click.argument("cart", shell_complete=completing.carts)
@click.option("--json", "as_json", is_flag=True, help="Print TMF663 v2 JSON.")
@places
def show(cart: str, as_json: bool) -> None:
    """Show a cart with its prices as of now."""
    with open_desk(read_only=True) as desk:
        cart_id = find_cart(desk.store, cart)
        if as_json:
            from cartdesk.cli.entries import cart_json

            write_json(cart_json(desk, cart_id))
        else:
            say(cart_as_text(desk, cart_id))


@group.command()
@click.argument("cart", shell_complete=completing.carts)
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "version", type=click.Choice(["v2", "v4", "v5"]), default="v2", show_default=True, help="The version of TMF663.")
@places
def export(cart: str, file: Path | None, version: str) -> None:
    """Write a cart as TMF663 JSON, to a file or to standard output."""
    from cartdesk.cli.entries import cart_json
    from cartdesk.tmf.wire import dumps

    with open_desk(read_only=True) as desk:
        cart_id = find_cart(desk.store, cart)
        written = cart_json(desk, cart_id, version)
    if file is None:
        write_json(written)
        return
    try:
        file.write_text(dumps(written, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise Refused(f"{safe_text(str(file))} cannot be written: {error.strerror}.") from None
    click.echo(f"Cart {cart_id} is in {safe_text(str(file))}.", err=True)


@group.command("import")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--copy", is_flag=True, help="Import under new ids, as copies.")
@click.option("--json", "as_json", is_flag=True, help="Print the ids as JSON.")
@places
def import_carts(file: Path, copy: bool, as_json: bool) -> None:
    """Read a cart, or a list of them, of any version of TMF663, all of them or none; or the text of a kiosk's code."""
    from cartdesk.desk import new_id
    from cartdesk.tmf.dialects import read_all
    from cartdesk.tmf.wire import loads

    name = safe_text(file.name, 80)
    data = _bytes_of(file)
    handed = data[:5] == b"CDH1." or data[:2] == b"K-"
    found = [] if handed else read_all(loads(data, where=name), ids=new_id, where=name)
    with open_desk() as desk:
        ids = import_handoff(desk, data.decode("ascii", "replace")) if handed else desk.adopt(found, f"import {name}", copy=copy)
    if as_json:
        write_json(ids)
    else:
        say("\n".join(f"Cart {cart_id} imported." for cart_id in ids))


@group.command()
@click.argument("cart", shell_complete=completing.carts)
@click.option("--verify", is_flag=True, help="Check that every record fits the one before it; exits 1 where one does not.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
@places
def history(context: click.Context, cart: str, verify: bool, as_json: bool) -> None:
    """List every change of a cart."""
    with open_store() as store:
        cart_id = find_cart(store, cart)
        records = store.history(cart_id)
        bad = store.verify_history(cart_id) if verify else None
    if as_json:
        from dataclasses import asdict

        listed: dict[str, Any] = {"cart": cart_id, "records": [asdict(record) for record in records]}
        write_json({**listed, "verified": bad is None, "firstBad": bad} if verify else listed)
    else:
        say(history_text(records))
        if verify:
            say(f"Record {bad} does not fit." if bad is not None else f"All {plural(len(records), 'record')} fit.")
    if bad is not None:
        context.exit(1)


def cart_as_text(desk: Desk, cart_id: str) -> str:
    """Return a cart as text with what is amiss in it."""
    from cartdesk.documents.cart_text import cart_text
    from cartdesk.selling.rules import findings

    cart = desk.load(cart_id)
    priced = desk.price(cart)
    amiss = findings(cart, desk.catalog, desk.now(), priced)
    return cart_text(priced, findings=amiss, locale=desk.catalog.locale, show_tax=desk.show_tax)


def rows_text(rows: Sequence[CartRow]) -> str:
    """Return the list of carts as text."""
    if not rows:
        return "There are no such carts."
    cells = []
    for row in rows:
        every = ", ".join(f"{amount} {period}" for period, amount in row.every)
        cells.append((row.id, row.label or "", row.state, str(row.lines), row.due_now or "", every, row.currency or "", row.changed or ""))
    return table(("cart", "name", "state", "lines", "due now", "every", "", "changed"), cells, right=frozenset({3, 4}))


def history_text(records: Sequence[HistoryRecord]) -> str:
    """Return a cart's history as text: who did what when, and the totals after it."""
    cells = []
    for record in records:
        change = record.change
        what = change.entry if change.kind in ("change", "create") else f"{change.kind} to {change.to_seq}"
        after = ", ".join(f"{name} {value}" for name, value in change.after.items() if name not in ("currency", "lines"))
        cells.append((str(record.seq), change.at, change.who, what, after))
    return table(("no", "when", "who", "entered", "totals after"), cells, right=frozenset({0}))


def _bytes_of(file: Path) -> bytes:
    name = safe_text(str(file))
    try:
        if str(file) == "-":
            data: bytes = sys.stdin.buffer.read(MAX_FILE + 1)
        else:
            with file.open("rb") as stream:
                data = stream.read(MAX_FILE + 1)
    except OSError as error:
        raise Refused(f"{name} cannot be read: {error.strerror}.") from None
    if len(data) > MAX_FILE:
        raise WireError(f"{name} is larger than {MAX_FILE >> 20} MB; no cart is.")
    return data
