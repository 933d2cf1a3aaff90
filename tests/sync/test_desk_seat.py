"""The desk as the seat that syncs: noted with the change, sent, taken in, and chosen."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from cartdesk.cli.remotes import enlist
from cartdesk.desk import Desk
from cartdesk.desk.choosing import disputes, priced_as
from cartdesk.desk.command import Command
from cartdesk.desk.commands.syncing import Choose, GiveUp, KeepSides, SendAsNew, ShowConflict, ShowSync, TryAgain
from cartdesk.errors import Refused
from cartdesk.sync.ledger import Ledger
from cartdesk.sync.merge import Kind
from cartdesk.sync.queue import queue_of
from cartdesk.sync.session import Session
from cartdesk.sync.settings import Remote

from .conftest import Line
from .world.server import BASE, Server, Traits


async def test_a_change_is_noted_with_itself_and_struck_off_once_the_server_has_it(
    open_desk: Callable[..., Desk], session_of: Callable[[Desk], Session], server: Server
) -> None:
    desk = open_desk()
    desk.enter("2*FIB500")
    assert desk.view.sync.waiting == 1
    session = session_of(desk)
    await session.rounds.push()
    assert session.ledger.waiting() == []
    (cart,) = server.carts.values()
    assert cart["cartItem"][0]["quantity"] == 2
    assert cart["cartItem"][0]["itemTotalPrice"]
    assert "cartdesk" not in cart
    assert [method for method, _ in server.requests] == ["POST"]


async def test_an_update_takes_two_requests_without_versions_and_one_with(open_desk: Callable[..., Desk], line: Line) -> None:
    for traits, methods in ((Traits(), ["GET", "PATCH"]), (Traits(etag=True), ["PATCH"])):
        from .conftest import Line as Wire

        desk = open_desk(f"seat{traits.etag}")
        line = Wire(Server(traits))
        session = _session(desk, line)
        desk.enter("FIB500")
        await session.rounds.push()
        line.server.requests.clear()
        desk.enter("*3")
        await session.rounds.push()
        assert [method for method, _ in line.server.requests] == methods


def _session(desk: Desk, line: Line) -> Session:
    import random

    from cartdesk.desk.syncing import DeskSeat
    from cartdesk.sync.settings import Remote

    from .world.server import BASE

    remote = Remote({"carts": BASE}, dialect="v4", follow={})
    return Session(DeskSeat(desk), desk.store.log_storage, remote, line, None, ids=desk.ids, clock=lambda: 1.0, rng=random.Random(2))


async def test_offline_nothing_waits_for_the_network_and_all_of_it_goes_later(
    open_desk: Callable[..., Desk], session_of: Callable[[Desk], Session], line: Line
) -> None:
    desk, line.up = open_desk(), False
    desk.enter("FIB500")
    session = session_of(desk)
    tally = await session.rounds.push()
    assert tally.put_off == 1
    (row,) = queue_of(session.ledger)
    assert (row.status, row.why) == ("waiting", "shop.example cannot be reached.")
    desk.enter("TVPLUS")
    line.up = True
    await session.rounds.visit([row.id])
    assert len(line.server.carts) == 1
    assert session.ledger.waiting() == []


async def _collided(open_desk: Callable[..., Desk], session_of: Callable[[Desk], Session]) -> tuple[Desk, Desk, Session, Session, str]:
    ana, kaya = open_desk("ana"), open_desk("kaya")
    ana.enter("2*FIB500; label Berg")
    a, k = session_of(ana), session_of(kaya)
    await a.rounds.push()
    await k.rounds.sweep()
    (row,) = kaya.store.cart_rows()
    kaya.work_on(row.id)
    kaya.enter("*5")
    await k.rounds.push()
    ana.enter("*3; TVPLUS")
    await a.rounds.push()
    cart_id = ana.view.area.cart_id
    assert cart_id is not None
    return ana, kaya, a, k, cart_id


async def test_what_collides_is_held_back_until_somebody_chooses(
    open_desk: Callable[..., Desk], session_of: Callable[[Desk], Session], server: Server
) -> None:
    ana, kaya, a, k, cart_id = await _collided(open_desk, session_of)
    link = a.ledger.link(cart_id)
    assert link is not None and [clash.kind for clash in link.clashes] == [Kind.BOTH_CHANGED]
    (cart,) = server.carts.values()
    assert [item["quantity"] for item in cart["cartItem"]] == [5, 1]
    (dispute,) = disputes(ana, cart_id)
    assert (dispute.what, dispute.here, dispute.there) == ("Fibre 500", "×3", "×5")
    assert priced_as(ana, cart_id, ["there"]).due_now.tax_included > priced_as(ana, cart_id, ["here"]).due_now.tax_included
    assert ana.run(ShowConflict()).show is not None
    ana.run(Choose(cart_id, tuple("/".join(clash.path) for clash in link.clashes), ("here",)))
    await a.rounds.push()
    (cart,) = server.carts.values()
    assert [item["quantity"] for item in cart["cartItem"]] == [3, 1]
    await k.rounds.sweep()
    (row,) = kaya.store.cart_rows()
    assert [item.quantity for item in kaya.load(row.id).cart_item] == [3, 1]
    assert kaya.store.history(row.id)[-1].change.who == "server"


async def test_theirs_can_be_chosen_and_undone(open_desk: Callable[..., Desk], session_of: Callable[[Desk], Session]) -> None:
    ana, _, _, _, cart_id = await _collided(open_desk, session_of)
    with pytest.raises(Refused, match="1 to choose"):
        ana.enter("conflict ht")
    ana.enter("conflict there")
    assert ana.load(cart_id).cart_item[0].quantity == 5
    ana.enter("U")
    assert ana.load(cart_id).cart_item[0].quantity == 3


async def test_a_choice_of_what_has_changed_meanwhile_is_refused(
    open_desk: Callable[..., Desk], session_of: Callable[[Desk], Session]
) -> None:
    ana, _, _, _, cart_id = await _collided(open_desk, session_of)
    with pytest.raises(Refused, match="look once more"):
        ana.run(Choose(cart_id, ("cartItem/other/quantity",), ("here",)))


async def test_a_refused_cart_is_parked_with_the_servers_reason_and_tried_again_on_demand(
    open_desk: Callable[..., Desk], session_of: Callable[[Desk], Session], line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk()
    desk.enter("FIB500")
    session = session_of(desk)
    monkeypatch.setattr(Server, "_fault", lambda self, body: "we do not sell to you")
    await session.rounds.push()
    (row,) = queue_of(session.ledger)
    assert row.status == "parked"
    assert "we do not sell to you" in row.why
    assert session.rounds.due() == []
    monkeypatch.undo()
    desk.enter(f"sync again cart {row.id}")
    await session.rounds.push()
    assert queue_of(session.ledger) == []
    assert len(line.server.carts) == 1
    for entry in (f"sync again cart {row.id}", f"sync drop cart {row.id} no more", f"sync new {row.id}"):
        with pytest.raises(Refused, match="Nothing waits"):
            desk.enter(entry)


async def test_what_the_server_lost_is_sent_as_new_and_nothing_else_is(
    open_desk: Callable[..., Desk], session_of: Callable[[Desk], Session], server: Server
) -> None:
    desk = open_desk()
    desk.enter("FIB500")
    cart_id = desk.view.area.cart_id or ""
    with pytest.raises(Refused, match="no longer has"):
        desk.enter(f"sync new {cart_id}")
    session = session_of(desk)
    await session.rounds.push()
    server.carts.clear()
    desk.enter("*2")
    await session.rounds.push()
    (row,) = queue_of(session.ledger)
    assert row.status == "gone"
    desk.enter(f"sync new {cart_id}")
    await session.rounds.push()
    assert [item["quantity"] for cart in server.carts.values() for item in cart["cartItem"]] == [2]


@pytest.mark.parametrize(
    "command",
    [TryAgain("order", "O-1"), GiveUp("cart", "k3", "twice; one is enough"), SendAsNew("k3"), KeepSides("hth"), KeepSides("there")],
)
def test_what_the_pages_do_an_entry_does_too(command: Command) -> None:
    assert command.as_entry() is not None


async def test_giving_up_needs_a_reason_and_keeps_it(open_desk: Callable[..., Desk], session_of: Callable[[Desk], Session]) -> None:
    desk = open_desk()
    desk.enter("FIB500")
    cart_id = desk.view.area.cart_id or ""
    with pytest.raises(Refused, match="reason"):
        desk.run(GiveUp("cart", cart_id, "  "))
    desk.enter(f'sync drop cart {cart_id} "a test cart"')
    session = session_of(desk)
    assert session.ledger.waiting() == []
    ((_, page),) = session.ledger.pages("given-up/")
    assert (page["why"], page["who"]) == ("a test cart", "ana")
    assert desk.load(cart_id).cart_item


async def test_the_same_server_under_another_address_gets_nothing_twice(
    open_desk: Callable[..., Desk], session_of: Callable[[Desk], Session], server: Server
) -> None:
    desk = open_desk()
    desk.enter("FIB500")
    await session_of(desk).rounds.push()
    desk.enter("*2")
    enlist(desk, Remote({"carts": BASE, "orders": "https://shop.example/orders"}, follow={}).to_json())
    (link,) = Ledger(desk.store.log_storage).links()
    assert link.remote_id is not None
    enlist(desk, Remote({"carts": BASE + "/"}, follow={}).to_json())
    (link,) = Ledger(desk.store.log_storage).links()
    assert link.remote_id is None
    session = session_of(desk)
    await session.rounds.push()
    await session.rounds.sweep()
    assert [item["quantity"] for cart in server.carts.values() for item in cart["cartItem"]] == [2]
    assert len(desk.store.cart_rows()) == 1
    assert queue_of(session.ledger) == []


async def test_a_discarded_cart_is_removed_there(
    open_desk: Callable[..., Desk], session_of: Callable[[Desk], Session], server: Server
) -> None:
    desk = open_desk()
    desk.enter("FIB500")
    session = session_of(desk)
    await session.rounds.push()
    from cartdesk.desk.commands import Discard

    desk.run(Discard(cart_id=desk.view.area.cart_id))
    await session.rounds.push()
    assert server.carts == {}
    assert session.ledger.waiting() == []


def test_a_seat_without_a_remote_notes_nothing_and_says_so(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(remote=False)
    desk.enter("FIB500")
    assert desk.store.log_storage.keys("outbox") == []
    with pytest.raises(Refused, match="remote add"):
        desk.run(ShowSync())


def test_a_seat_that_never_syncs_loads_none_of_it(tmp_path: object, root: object) -> None:
    code = f"""
import sys, itertools
from datetime import datetime, UTC
from pathlib import Path
from cartdesk.desk import Desk
n = itertools.count()
desk = Desk.open(Path({str(tmp_path)!r}), Path({str(root)!r}) / "catalog_fixtures" / "nordlys",
                 now=lambda: datetime(2026, 11, 22, tzinfo=UTC), ids=lambda: f"id{{next(n)}}", agent="a")
desk.enter("FIB500")
desk.close()
loaded = [name for name in sys.modules if name.split(".")[0] in ("httpx", "keyring", "ssl") or name.startswith("cartdesk.sync.")]
# the commands are declared with the others, the engine, the client and the store's books are not loaded
assert not [name for name in loaded if name != "cartdesk.sync"], loaded
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
