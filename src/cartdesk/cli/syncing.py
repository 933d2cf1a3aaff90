"""``cartdesk sync``: send what waits and take in what is new, once or for as long as it runs."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import click

from cartdesk.cli.desks import open_desk, open_store
from cartdesk.cli.output import plural, say, table, write_json
from cartdesk.cli.places import places
from cartdesk.cli.remotes import open_session
from cartdesk.errors import Declined, NoAnswer
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.store import CartStore
    from cartdesk.sync.rounds import Tally
    from cartdesk.sync.session import Session
    from cartdesk.sync.worker import Standing

NOT_ALL = 1
"""The exit code where something is still to be sent, or to be chosen."""


@click.command()
@click.option("--watch", is_flag=True, help="Go on until Ctrl-C.")
@click.option("--listen", metavar="URL", help="Also hear the server's events there; implies --watch.")
@click.option("--status", is_flag=True, help="Only say how things stand; works beside the open shop.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
@places
def sync(context: click.Context, watch: bool, listen: str | None, status: bool, as_json: bool) -> None:
    """Send what waits to the server and take in what is new there. What is cut off goes on where it was."""
    if status:
        with open_store() as store:
            standing = standing_of(store)
    else:
        with open_desk() as desk:
            session, _ = open_session(desk)
            if watch or listen:
                asyncio.run(_watch(session, listen))
            else:
                asyncio.run(_once(session, quiet=as_json))
            standing = standing_of(desk.store)
    if as_json:
        write_json(standing)
    else:
        say(standing_text(standing))
    if standing["waiting"] or standing["conflicts"]:
        context.exit(NOT_ALL)


async def _once(session: Session, *, quiet: bool) -> None:
    """Make one round over everything: what waits is tried now, whatever its last attempt said."""
    try:
        await _pushed(session, _bar(quiet))
        await session.parcels.push()
        tally = await session.rounds.sweep()
        if tally.taken_in and not quiet:
            say(f"{plural(tally.taken_in, 'cart')} taken over from the server.")
        await session.parcels.fetch_states()
    except (NoAnswer, Declined) as trouble:
        click.echo(safe_text(str(trouble)), err=True)
    finally:
        await session.transport.close()


async def _pushed(session: Session, told: Callable[[int, int], None]) -> Tally:
    waiting = [entry.id for entry in session.ledger.waiting() if entry.kind == "cart"]
    if len(waiting) > 1:
        await session.rounds.reach()
    return await session.rounds.visit(waiting, told)


def _bar(quiet: bool) -> Callable[[int, int], None]:
    """Return what shows progress: one line that is written over, on a terminal only."""
    shown = not quiet and sys.stderr.isatty()

    def show(done: int, total: int) -> None:
        if shown and (done == total or done % max(total // 200, 1) == 0):
            filled = 30 * done // max(total, 1)
            click.echo(f"\r{'█' * filled}{'·' * (30 - filled)} {done:,} of {plural(total, 'cart')}", nl=done == total, err=True)

    return show


async def _watch(session: Session, listen: str | None) -> None:
    from cartdesk.sync.listener import listening, registered

    last: list[Standing] = []

    def told(standing: Standing) -> None:
        if not last or last[-1] != standing:
            last[:] = [standing]
            say(_line(standing))

    worker = session.worker(lambda: (), told)
    try:
        async with AsyncExitStack() as stack:
            if listen is not None:
                await stack.enter_async_context(listening(listen, worker.hint))
                known = await stack.enter_async_context(registered(session.apis["carts"], listen))
                say("Listening." if known else "Listening, but the server has no hub; its list is looked through every minute.")
            await worker.run()
    finally:
        await session.transport.close()


def _line(standing: Standing) -> str:
    parts = ["online" if standing.online else "offline", f"{standing.waiting} waiting"]
    if standing.to_choose:
        parts.append(f"{standing.to_choose} to choose")
    return " · ".join(parts) + (f" · {standing.trouble}" if standing.trouble else "")


def standing_of(store: CartStore) -> dict[str, Any]:
    """Return how this seat stands with its server, as JSON values."""
    from cartdesk.sync.ledger import Ledger
    from cartdesk.sync.queue import queue_of
    from cartdesk.sync.session import remote_of

    remote = remote_of(store.log_storage)
    ledger = Ledger(store.log_storage)
    rows = queue_of(ledger) if remote is not None else []
    return {
        "remote": remote.apis["carts"] if remote is not None else None,
        "waiting": len(ledger.waiting()),
        "conflicts": sum(len(link.clashes) for link in ledger.links()),
        "protected": ledger.facts("carts").markers is not False,
        "queue": [row.to_json() for row in rows],
    }


def standing_text(standing: dict[str, Any]) -> str:
    """Return how this seat stands with its server, as text."""
    if standing["remote"] is None:
        return "This seat talks to no server; `cartdesk remote add URL` sets one."
    if not standing["waiting"] and not standing["queue"]:
        first = "Everything is sent."
    else:
        first = f"{plural(standing['waiting'], 'thing')} to send, {plural(standing['conflicts'], 'conflict')} to choose."
    parts = [first]
    if not standing["protected"]:
        parts.append("This server drops our mark: it cannot protect edits that two people make at once.")
    if standing["queue"]:
        cells = [(row["kind"], row["id"], row["status"], row["why"]) for row in standing["queue"][:50]]
        parts.append(table(("what", "which", "state", "why"), cells))
    return "\n".join(parts)
