"""``cartdesk serve``, ``cartdesk tokens`` and ``cartdesk listeners``: the shared server, who may use it, and whom it tells."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cartdesk.cli.output import say, table, write_json
from cartdesk.cli.places import catalog_path, data_dir, places
from cartdesk.errors import Refused

if TYPE_CHECKING:
    from cartdesk.server.access.tokens import Token
    from cartdesk.server.database import Database
    from cartdesk.server.events.hub import ListenerState

_Answer = TypeVar("_Answer")
_Command = TypeVar("_Command", bound=Callable[..., Any])

_NEEDED = ("starlette", "uvicorn", "sqlalchemy", "alembic", "re2")
_SCOPES = ("cart:read", "cart:write")
_DAY = 86_400


def _database_option(command: _Command) -> _Command:
    return click.option(
        "--database",
        envvar="CARTDESK_DATABASE",
        metavar="URL",
        help="postgresql+psycopg://USER@HOST/NAME; a file in the data folder if left away.",
    )(command)


def _url(given: str | None) -> str:
    """Return the database's URL, once what it needs is known to be installed."""
    if any(find_spec(name) is None for name in _NEEDED):
        raise Refused("The server is not installed here; install it with: pip install 'cartdesk[server]'")
    if given is None:
        folder = data_dir()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return f"sqlite:///{(folder / 'server.sqlite').absolute()}"
    if given.startswith("postgresql") and find_spec("psycopg") is None:
        raise Refused("What talks to PostgreSQL is not installed here; install it with: pip install 'cartdesk[postgresql]'")
    return given


def _with_database(given: str | None, ask: Callable[[Database], Awaitable[_Answer]]) -> _Answer:
    """Run something on the server's database, brought forward first."""
    url = _url(given)
    from cartdesk.server.database import Database
    from cartdesk.server.hosting.running import prepare

    prepare(url)

    async def asked() -> _Answer:
        database = Database.open(url)
        try:
            return await ask(database)
        finally:
            await database.close()

    return asyncio.run(asked())


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8663, show_default=True, type=int, help="The port; 0 takes any free one.")
@_database_option
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="How many processes answer.")
@click.option("--public-url", default="", metavar="URL", help="What links in answers start with, such as https://carts.example.com.")
@click.option("--callbacks", multiple=True, metavar="HOST|NETWORK", help="Notify only these hosts (*.example.com) and networks.")
@click.option("--callbacks-here", is_flag=True, help="Notify programs on this machine too. Always so while there is no token.")
@click.option("--rate", default=50.0, show_default=True, type=click.FloatRange(0), help="Requests a second for one token; 0: any.")
@click.option("--delivery-seconds", default=10.0, show_default=True, type=click.FloatRange(0.1, 60), help="A listener's time to answer.")
@click.option("--access-log/--no-access-log", default=True, show_default=True, help="Log each request.")
@click.option(
    "--openapi",
    is_flag=False,
    flag_value="-",
    metavar="[DIR]",
    help="Write an OpenAPI file for each API into a folder, or all of them to standard output, and stop.",
)
@places
def serve(database: str | None, openapi: str | None, callbacks: tuple[str, ...], rate: float, **told: Any) -> None:
    """Share carts with other seats and systems, by TM Forum's APIs, until stopped.

    Without a token (see `cartdesk tokens`) it listens on this machine only.
    """
    url = _url(database)
    if openapi is not None:
        _write_openapi(openapi, told["public_url"].rstrip("/"))
        return
    from cartdesk.server.events.callbacks import CallbackPolicy
    from cartdesk.server.hosting.running import run
    from cartdesk.server.hosting.settings import ServerSettings

    CallbackPolicy.of(callbacks)
    told["public_url"] = told["public_url"].rstrip("/")
    cache = data_dir() / "cache"
    settings = ServerSettings(
        url, catalog=str(catalog_path().absolute()), cache=str(cache.absolute()), callbacks=callbacks, per_second=rate, **told
    )
    run(settings, say)


def _write_openapi(folder: str, public_url: str) -> None:
    from cartdesk.server.openapi import openapi_document
    from cartdesk.server.table import APIS
    from cartdesk.tmf.wire import dumps

    documents = {
        f"{api}-{version}": openapi_document(api, version, public_url=public_url) for api, versions in APIS.items() for version in versions
    }
    if folder == "-":
        write_json(documents)
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name, document in documents.items():
        (Path(folder) / f"{name}.json").write_text(dumps(document, indent=2) + "\n", encoding="utf-8")
    say(f"{len(documents)} OpenAPI files written to {folder}.")


@click.group()
@places
def tokens() -> None:
    """Who may use the server: bearer tokens, shown once when they are added and kept as hashes."""


@tokens.command("add")
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, default=_SCOPES, show_default=True, help="cart:read, cart:write, admin.")
@click.option("--seat", metavar="ID", help="A seat's: it sees its own carts, and its team's.")
@click.option("--team", metavar="NAME", help="The seat's team.")
@click.option("--customer", metavar="ID", help="A customer's: it sees that customer's carts only.")
@click.option("--days", type=click.IntRange(1, 3_650), help="For how long; until it is removed if left away.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_database_option
@places
def add(name: str, seat: str | None, team: str | None, customer: str | None, days: int | None, as_json: bool, **told: Any) -> None:
    """Add a token and show it, this once."""
    if seat is not None and customer is not None:
        raise Refused("A token is a seat's or a customer's; leave --seat or --customer away.")
    if team is not None and seat is None:
        raise Refused("A team is a seat's; name the seat with --seat.")
    now = time.time()
    values = {
        "name": name,
        "scopes": told["scopes"],
        "now": now,
        "owner": seat if customer is None else customer,
        "team": team,
        "customer": customer is not None,
        "ends": None if days is None else now + days * _DAY,
    }

    async def added(opened: Database) -> tuple[Token, str]:
        from cartdesk.server.access.tokens import add_token

        return await add_token(opened, **values)

    made, secret = _with_database(told["database"], added)
    if as_json:
        write_json({"id": made.id, "name": made.name, "scopes": list(made.scopes), "token": secret})
    else:
        say(f"{secret}\nThis is token {made.id}, {made.name}. It is shown this once; send it as `Authorization: Bearer …`.")


@tokens.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_database_option
@places
def list_tokens(as_json: bool, database: str | None) -> None:
    """List the tokens, without what they are."""

    async def listed(opened: Database) -> list[Token]:
        from cartdesk.server.access.tokens import all_tokens

        return await all_tokens(opened)

    found = _with_database(database, listed)
    if as_json:
        names = ("id", "name", "scopes", "owner", "team", "customer")
        write_json(
            [{name: getattr(each, name) for name in names} | {"made": _time(each.made), "ends": _time(each.ends) or None} for each in found]
        )
    elif found:
        rows = [
            (each.id, each.name, " ".join(each.scopes), _whose(each), _time(each.made) or "", _time(each.ends) or "–") for each in found
        ]
        say(table(("ID", "NAME", "SCOPES", "WHOSE", "ADDED", "ENDS"), rows))
    else:
        say("There is no token. The server listens on this machine only, and whoever is on it may do everything.")


@tokens.command("remove")
@click.argument("token_id", metavar="ID")
@_database_option
@places
def remove(token_id: str, database: str | None) -> None:
    """Remove a token, and whom it made the server tell of changes. Running servers refuse it within seconds."""

    async def removed(opened: Database) -> bool:
        from cartdesk.server.access.tokens import remove_token

        return await remove_token(opened, token_id)

    if not _with_database(database, removed):
        raise Refused(f"There is no token {token_id}; see `cartdesk tokens list`.")
    say(f"Token {token_id} is removed.")


@click.group()
@places
def listeners() -> None:
    """Whom the server tells of changes, and how that goes."""


@listeners.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_database_option
@places
def list_listeners(as_json: bool, database: str | None) -> None:
    """List the listeners, the parked and the failing first."""

    async def listed(opened: Database) -> list[ListenerState]:
        from cartdesk.server.events.hub import listener_states

        return await listener_states(opened)

    found = _with_database(database, listed)
    if as_json:
        from dataclasses import asdict

        write_json([asdict(each) for each in found])
    elif found:
        rows = [
            (each.id, f"{each.api} {each.version}", each.state, str(each.waiting), str(each.given_up), each.problem or "–", each.callback)
            for each in found
        ]
        say(table(("ID", "API", "STATE", "WAITING", "GIVEN UP", "PROBLEM", "CALLBACK"), rows, right=frozenset({3, 4})))
    else:
        say("Nobody listens.")


@listeners.command("resume")
@click.argument("listener_id", metavar="ID")
@_database_option
@places
def resume(listener_id: str, database: str | None) -> None:
    """Tell a parked listener again, first of all what it has not been told."""

    async def resumed(opened: Database) -> bool:
        from cartdesk.server.events.hub import resume_listener

        return await resume_listener(opened, listener_id)

    if not _with_database(database, resumed):
        raise Refused(f"There is no listener {listener_id}; see `cartdesk listeners list`.")
    say(f"Listener {listener_id} is told again.")


@listeners.command("remove")
@click.argument("listener_id", metavar="ID")
@_database_option
@places
def remove_one(listener_id: str, database: str | None) -> None:
    """Tell a listener nothing more."""

    async def removed(opened: Database) -> bool:
        from cartdesk.server.events.hub import remove_listener
        from cartdesk.server.events.tables import listener

        return await remove_listener(opened, listener.c.id == listener_id)

    if not _with_database(database, removed):
        raise Refused(f"There is no listener {listener_id}; see `cartdesk listeners list`.")
    say(f"Listener {listener_id} is removed.")


def _whose(token: Token) -> str:
    if token.owner is None:
        return "–"
    return f"customer {token.owner}" if token.customer else f"seat {token.owner}" + (f", team {token.team}" if token.team else "")


def _time(seconds: float | None) -> str:
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")
