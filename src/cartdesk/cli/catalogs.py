"""``cartdesk catalog``: search what is sold, and check a catalog's files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cartdesk.cli.desks import open_shelf
from cartdesk.cli.output import plural, say, table, write_json
from cartdesk.cli.places import places

if TYPE_CHECKING:
    from cartdesk.catalog import Catalog, OfferingRow

_MOST = 50


@click.group("catalog")
@places
def group() -> None:
    """What is sold."""


@group.command()
@click.argument("text")
@click.option("--limit", type=click.IntRange(1, 10_000), default=_MOST, show_default=True, help="How many to list.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@places
def search(text: str, limit: int, as_json: bool) -> None:
    """Search the offerings; slips of the pen are forgiven."""
    with open_shelf() as shelf:
        if as_json:
            write_json([_row_json(row) for row in _found(shelf, text)[:limit]])
        else:
            say(found_text(shelf, text, limit))


@group.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
@places
def check(context: click.Context, path: Path, as_json: bool) -> None:
    """Report every fault of a catalog; exits 1 where there is one."""
    from cartdesk.catalog import check_catalog

    faults = check_catalog(path)
    if as_json:
        write_json([{"file": str(each.file), "path": each.json_path, "what": each.what, "mend": each.mend} for each in faults])
    else:
        say("\n".join(str(fault) for fault in faults) if faults else "The catalog is sound.")
        if faults:
            click.echo(f"{plural(len(faults), 'fault')}.", err=True)
    if faults:
        context.exit(1)


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@places
def pull(as_json: bool) -> None:
    """Fetch the remote's catalog (TMF620) and sell from it from now on. What is cut off goes on where it was."""
    import asyncio
    import sys

    from cartdesk.cli.desks import open_store
    from cartdesk.cli.places import pulled_catalog
    from cartdesk.cli.remotes import open_api
    from cartdesk.desk import new_id
    from cartdesk.sync.pull import pull as fetch

    with open_store() as store:  # no desk: the catalog that is there may be the one to be replaced
        api, transport = open_api(store, "catalog")
    shown = sys.stderr.isatty() and not as_json

    def told(what: str, count: int) -> None:
        if shown:
            click.echo(f"\r{what}: {count:,}   ", nl=False, err=True)

    async def work() -> tuple[int, int]:
        try:
            return await fetch(api, pulled_catalog(), name=new_id(), told=told)
        finally:
            await transport.close()

    count, faults = asyncio.run(work())
    if shown:
        click.echo("", err=True)
    if as_json:
        write_json({"offerings": count, "faults": faults})
    else:
        say(
            f"{plural(count, 'offering')} fetched"
            + (f", {plural(faults, 'fault')} in them; `cartdesk catalog check` lists them." if faults else ".")
        )


def found_text(shelf: Catalog, text: str, limit: int = _MOST) -> str:
    """Return the offerings that a search finds, as text."""
    rows = _found(shelf, text)
    if not rows:
        return "Nothing in this catalog is like that."
    cells = [_cells(row, shelf.locale) for row in rows[:limit]]
    more = f"\n… and {len(rows) - limit:,} more" if len(rows) > limit else ""
    return table(("code", "name", "now", "every", "", "of"), cells, right=frozenset({2, 3})) + more


def _found(shelf: Catalog, text: str) -> list[OfferingRow]:
    from cartdesk.catalog import Query

    return [shelf.row(number) for number in shelf.rows(Query(text=text))]


def _cells(row: OfferingRow, locale: str) -> tuple[str, ...]:
    from cartdesk.documents.money import format_money, period_suffix

    one_off = format_money(row.one_off, currency=False, locale=locale) if row.one_off is not None else ""
    recurring = format_money(row.recurring, currency=False, locale=locale) if row.recurring is not None else ""
    suffix = period_suffix(row.period) if row.period is not None and row.recurring is not None else ""
    state = "" if row.status == "sold" else f" ({row.status})"
    return row.id, row.name + state, one_off, recurring, suffix, row.category


def _row_json(row: OfferingRow) -> dict[str, Any]:
    from cartdesk.tmf.wire import json_number

    found: dict[str, Any] = {"id": row.id, "name": row.name, "status": row.status, "category": row.category}
    if row.one_off is not None:
        found["oneOff"] = {"unit": row.one_off.currency, "value": json_number(row.one_off.amount)}
    if row.recurring is not None and row.period is not None:
        found["recurring"] = {"unit": row.recurring.currency, "value": json_number(row.recurring.amount)}
        found["period"] = str(row.period)
    if row.term_months is not None:
        found["termMonths"] = row.term_months
    return found
