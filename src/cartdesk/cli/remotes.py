"""``cartdesk remote``: which server this seat talks to, and what that server can do."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import click

from cartdesk.cli.desks import open_desk, open_store
from cartdesk.cli.outermost import event_log
from cartdesk.cli.output import plural, say, table, write_json
from cartdesk.cli.places import data_dir, places
from cartdesk.errors import Refused

if TYPE_CHECKING:
    from cartdesk.desk import Desk
    from cartdesk.desk.syncing import DeskSeat
    from cartdesk.store import CartStore
    from cartdesk.sync.api import Api
    from cartdesk.sync.http import HttpTransport
    from cartdesk.sync.session import Session


@click.group("remote")
@places
def group() -> None:
    """The server this seat talks to."""


@group.command()
@click.argument("carts")
@click.option("--orders", metavar="URL", help="Where orders go (TMF622).")
@click.option("--accounts", metavar="URL", help="Where billing accounts go (TMF666).")
@click.option("--customers", metavar="URL", help="Where customers go (TMF632).")
@click.option("--catalog-api", metavar="URL", help="Where `catalog pull` fetches from (TMF620).")
@click.option("--dialect", type=click.Choice(["auto", "v2", "v4", "v5"]), default="auto", show_default=True, help="Which TMF663 it speaks.")
@click.option("--token", "ask_token", is_flag=True, help="Ask for a token, without showing it.")
@click.option("--client-id", metavar="ID", help="Sign in by OAuth2 client credentials; asks for the secret.")
@click.option("--token-url", metavar="URL", help="Where OAuth2 gives tokens.")
@click.option("--scope", metavar="TEXT", help="What for, where OAuth2 wants to know.")
@click.option("--ca", type=click.Path(exists=True, dir_okay=False, resolve_path=True), help="Certificates to trust.")
@click.option("--timeout", type=click.FloatRange(1, 600), default=15.0, show_default=True, help="Seconds to wait for an answer.")
@click.option("--follow", metavar="FILTER", help="Take in others' carts too: `all`, or a filter such as relatedParty.id=shop-12.")
@places
def add(carts: str, ask_token: bool, client_id: str | None, **given: Any) -> None:
    """Talk to the server whose shopping cart API is at CARTS. What is here already is sent there."""
    from cartdesk.sync.secrets import SERVICE, ring_for
    from cartdesk.sync.session import SECRET
    from cartdesk.sync.settings import APIS, Remote

    given["catalog"] = given.pop("catalog_api")
    apis = {"carts": carts, **{name: given[name] for name in APIS if given.get(name)}}
    remote = Remote(
        apis,
        dialect=None if given["dialect"] == "auto" else given["dialect"],
        auth="oauth2" if client_id else "token" if ask_token else "none",
        token_url=given["token_url"],
        client_id=client_id,
        scope=given["scope"],
        ca=given["ca"],
        timeout=given["timeout"],
        follow=_filter(given["follow"]),
    ).checked()
    secret = click.prompt("Client secret" if client_id else "Token", hide_input=True) if remote.auth != "none" else None
    with open_desk() as desk:
        if secret is not None:
            ring_for(data_dir()).set_password(SERVICE, SECRET, secret)
        count = enlist(desk, remote.to_json())
    say(f"Added. {plural(count, 'cart')} to send; `cartdesk remote check` says what the server can do, `cartdesk sync` sends.")


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@places
def check(as_json: bool) -> None:
    """Say what the server can do; makes one cart there and removes it again."""
    from cartdesk.sync.probe import probe

    with open_desk() as desk:
        session, _ = open_session(desk)

        async def work() -> Any:
            try:
                return await probe(session.carts, ids=desk.ids)
            finally:
                await session.transport.close()

        findings = asyncio.run(work())
    if as_json:
        write_json([{"what": each.what, "found": each.found, "means": each.means} for each in findings])
    else:
        marks = {True: "yes", False: "no", None: "?"}
        say(table(("what", "", "so"), [(each.what, marks[each.found], each.means) for each in findings]))


@group.command()
@click.option("--force", is_flag=True, help="Also where something is still to be sent.")
@places
def remove(force: bool) -> None:
    """Talk to no server any more; carts stay here."""
    from cartdesk.store.tables import OUTBOX, SYNC
    from cartdesk.sync.outbox import REMOTE
    from cartdesk.sync.secrets import SERVICE, ring_for
    from cartdesk.sync.session import SECRET

    with open_store(read_only=False) as store:
        if store.setting(REMOTE) is None:
            raise Refused("There is no remote.")
        waiting = len(store.log_storage.keys(OUTBOX))
        if waiting and not force:
            raise Refused(f"{plural(waiting, 'change')} would never be sent; `cartdesk sync` first, or --force.")
        with store.transaction():
            store.remove_setting(REMOTE)
            for name in (OUTBOX, SYNC):
                store.drop_table(name)
        ring = ring_for(data_dir())
        if ring.get_password(SERVICE, SECRET) is not None:
            ring.delete_password(SERVICE, SECRET)
    say("Removed. The carts are still here.")


def _filter(text: str | None) -> dict[str, str] | None:
    if text is None:
        return None
    if text == "all":
        return {}
    name, sign, value = text.partition("=")
    if not sign or not name.strip() or not value.strip():
        raise Refused("--follow takes `all`, or a filter such as relatedParty.id=shop-12.")
    return {name.strip(): value.strip()}


def enlist(desk: Desk, remote: dict[str, Any]) -> int:
    """Set the remote and note every cart that is not history as to be sent, at once; return how many those are."""
    from cartdesk.desk.training import refuse_training
    from cartdesk.sync import outbox
    from cartdesk.sync.ledger import Ledger
    from cartdesk.tmf.period import write_time

    store, moment, count = desk.store, write_time(desk.now()), 0
    refuse_training(store)
    before = store.setting(outbox.REMOTE)
    with store.transaction():
        if before is not None:
            old, new = before.get("apis", {}), remote["apis"]
            moved = {name.removesuffix("s") for name in old if name in new and old[name] != new[name]}
            Ledger(store.log_storage).begin_anew(moved)
        store.set_setting(outbox.REMOTE, remote)
        for row in store.cart_rows():
            if row.state in ("open", "held") and row.lines and outbox.one(store.log_storage, "cart", row.id) is None:
                outbox.note(store.log_storage, "cart", row.id, moment)
                count += 1
    return count


def open_session(desk: Desk) -> tuple[Session, DeskSeat]:
    """Return a session with the remote, and the seat it works on.

    Raises:
        Refused: there is no remote.
    """
    from cartdesk.desk.syncing import DeskSeat
    from cartdesk.desk.training import refuse_training
    from cartdesk.sync.http import HttpTransport
    from cartdesk.sync.secrets import ring_for
    from cartdesk.sync.session import Session, credentials_for, remote_of

    refuse_training(desk.store)
    remote = remote_of(desk.store.log_storage)
    if remote is None:
        raise Refused("This seat talks to no server; `cartdesk remote add URL` sets one.")
    transport = HttpTransport(ca=remote.ca, timeout=remote.timeout)
    credentials = credentials_for(remote, ring_for(data_dir()), transport)
    seat = DeskSeat(desk)
    return Session(seat, desk.store.log_storage, remote, transport, credentials, ids=desk.ids, log=event_log()), seat


def open_api(store: CartStore, name: str) -> tuple[Api, HttpTransport]:
    """Return one of the remote's APIs, and what carries its requests.

    Raises:
        Refused: there is no remote, or it has no such API.
    """
    from cartdesk.sync.api import Api
    from cartdesk.sync.http import HttpTransport
    from cartdesk.sync.secrets import ring_for
    from cartdesk.sync.session import credentials_for, remote_of
    from cartdesk.sync.settings import APIS

    remote = remote_of(store.log_storage)
    if remote is None:
        raise Refused("This seat talks to no server; `cartdesk remote add URL` sets one.")
    if name not in remote.apis:
        raise Refused(f"The remote has no {name}; `cartdesk remote add CARTS --{name}-api URL` names one.")
    transport = HttpTransport(ca=remote.ca, timeout=remote.timeout)
    credentials = credentials_for(remote, ring_for(data_dir()), transport)
    return Api(APIS[name], remote.apis[name], transport, credentials, log=event_log()), transport
