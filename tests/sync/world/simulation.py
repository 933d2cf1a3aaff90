"""A seeded run of the whole world: edits, mishaps, kills and partitions, then healing, then the questions.

``run_seed(seed)`` is the same every time; a seed that fails is run again by its number.
"""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass, field
from typing import Any

from cartdesk.sync.engine import Habits
from cartdesk.sync.link import Status
from cartdesk.sync.merge import Clash
from cartdesk.sync.tree import Node, tree_of
from cartdesk.tmf import dialects

from .clock import run
from .network import Network, Weather
from .seat import Edit, Seat, items_of
from .server import Server, Traits

SERVERS: tuple[tuple[str, Traits], ...] = (
    ("v4, no versions", Traits()),
    ("v5, versions and keys", Traits(dialect="v5", etag=True, idempotent=True, has_delete=True)),
    ("v2, strict", Traits(dialect="v2", refuses_filter=True)),
    ("v4, ignores merge-patch", Traits(ignores_merge_patch=True, broken_filter=True)),
    ("v4, JSON Patch, pages overlap", Traits(overlapping_pages=True, partial=True, json_patch=True)),
    ("v2, answers in lists, ignores limits", Traits(dialect="v2", ignores_limit=True, one_in_a_list=True)),
    ("v5, JSON Patch, adds members", Traits(dialect="v5", adds_members=True, json_patch=True)),
    ("v4, no DELETE", Traits(has_delete=False, broken_filter=True)),
    ("v4, drops notes", Traits(drops_notes=True)),
    ("v4, quiet, versions", Traits(quiet=True, etag=True)),
)
"""One server for each dialect and set of faults."""


@dataclass
class Outcome:
    """What came of a run."""

    seed: int
    server: str
    lost: list[str] = field(default_factory=list)
    """Acknowledged edits that are neither in the server nor in a conflict record."""
    doubled: list[str] = field(default_factory=list)
    apart: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    edits: int = 0
    clashes: int = 0
    deaths: int = 0
    requests: int = 0
    overwritten: int = 0
    """Values and removals that a foreign writer undid without anybody's knowing."""
    damage: int = 0
    """Foreign writes made."""

    @property
    def sound(self) -> bool:
        return not (self.lost or self.doubled or self.apart or self.unsettled)

    def __str__(self) -> str:
        found = [*self.lost, *self.doubled, *self.apart, *self.unsettled]
        return f"seed {self.seed} ({self.server}): " + ("sound" if not found else "; ".join(found[:6]))


def run_seed(seed: int, habits: Habits | None = None, *, foreign: bool = False, traits: tuple[str, Traits] | None = None) -> Outcome:
    """Run one world."""
    return run(_world(seed, habits or Habits(), foreign, traits or SERVERS[seed % len(SERVERS)]))


async def _world(seed: int, habits: Habits, foreign: bool, named: tuple[str, Traits]) -> Outcome:
    rng = random.Random(seed)
    name, traits = named
    server = Server(traits)
    bad = rng.choice([0.0, 0.05, 0.15])
    weather = Weather(*(bad * rng.random() for _ in range(7)))
    kills = rng.choice([0.0, 0.005, 0.02])
    seats = [
        Seat(letter, Network(server, weather, random.Random(seed * 7 + n)), random.Random(seed * 13 + n), dialect=traits.dialect,
             habits=habits, kill_chance=kills, json_patch=traits.json_patch or None,
             drops=("cartItem.*.note",) if traits.drops_notes else ())
        for n, letter in enumerate("abc"[: rng.choice([2, 3, 3])])
    ]  # fmt: skip
    lives = [asyncio.ensure_future(seat.live()) for seat in seats]
    outcome = Outcome(seed, name)
    for _ in range(rng.randint(20, 45)):
        await asyncio.sleep(rng.expovariate(1 / 3))
        rng.choice(seats).act()
        if rng.random() < 0.08:
            seat = rng.choice(seats)
            seat.network.up = not seat.network.up
        if foreign and rng.random() < 0.15:
            outcome.damage += _write_past(server, rng)
    await _heal(server, seats, lives, outcome)
    _judge(server, seats, outcome, foreign)
    return outcome


def _write_past(server: Server, rng: random.Random) -> int:
    """Let a program that knows nothing of marks change a cart: it sends back what it once read, with one change."""
    if not server.carts:
        return 0
    cart_id = rng.choice(list(server.carts))
    stale = server.__dict__.setdefault("stale", {})
    read = stale.pop(cart_id, None)
    if read is None or rng.random() < 0.4:
        stale[cart_id] = json.dumps(server.carts[cart_id].get("cartItem", []))
        return 0
    items = json.loads(read)
    if items:
        rng.choice(items)["quantity"] = 1_000_000_000 + rng.getrandbits(20)
    server.carts[cart_id]["cartItem"] = items
    server.versions[cart_id] += 1
    return 1


async def _heal(server: Server, seats: list[Seat], lives: list[asyncio.Task[None]], outcome: Outcome) -> None:
    for seat in seats:
        seat.network.up, seat.network.weather, seat.kill_chance = True, Weather(), 0.0
    await asyncio.sleep(60)
    for life in lives:
        life.cancel()
    await asyncio.wait(lives)
    for seat in seats:
        await seat.network.quiet()
        seat.start()
    before = None
    for _ in range(40):
        await asyncio.sleep(400)
        for seat in seats:
            await seat.rounds.push()
            await seat.rounds.sweep()
            await seat.rounds.look_after(seat.ledger.carts())
        state = json.dumps([server.carts, [[len(seat.ledger.waiting()), len(seat.ledger.carts())] for seat in seats]])
        if state == before:
            break
        before = state
    else:
        outcome.unsettled.append("the seats never came to rest")


def _judge(server: Server, seats: list[Seat], outcome: Outcome, foreign: bool) -> None:
    outcome.requests = sum(seat.network.sent for seat in seats)
    outcome.edits = sum(len(seat.edits) for seat in seats)
    outcome.deaths = sum(seat.deaths for seat in seats)
    there = _there(server, outcome)
    clashes: dict[str, list[Clash]] = {}
    for seat in seats:
        for link in seat.ledger.links():
            clashes.setdefault(link.ref, []).extend(link.clashes)
            outcome.clashes += len(link.clashes)
            _agrees(seat, link.cart_id, link.ref, link.status, there, outcome)
        outcome.unsettled += [f"{seat.name} still has {entry.key} to send" for entry in seat.ledger.waiting()]
    _check_edits(seats, there, clashes, outcome, foreign)


def _there(server: Server, outcome: Outcome) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for cart_id, cart in server.carts.items():
        members = dialects.read({"id": cart_id, **cart}).wire()
        party = next((each for each in members.get("relatedParty", []) if each.get("role") == "cartSync"), None)
        if party is None:
            outcome.doubled.append(f"cart {cart_id} has lost its mark")
            continue
        if party.get("name") == "twin":
            continue
        if party["id"] in found:
            outcome.doubled.append(f"cart {party['id']} is there twice")
        found[party["id"]] = tree_of(members)
    return found


def _agrees(seat: Seat, cart_id: str, ref: str, status: Status, there: dict[str, Node], outcome: Outcome) -> None:
    if ref not in there:
        outcome.apart.append(f"{seat.name} has {ref}, the server has not")
        return
    link = seat.ledger.link(cart_id)
    assert link is not None
    held = seat.ledger.contents(link, link.base or "")
    if status is not Status.SENT:
        outcome.unsettled.append(f"{seat.name} has {cart_id} {status}: {link.error}")
    elif held is None or held[0] != seat.sent_tree(cart_id) or held[1] != there[ref]:
        outcome.apart.append(f"{seat.name} and the server disagree about {ref}")


def _check_edits(seats: list[Seat], there: dict[str, Node], clashes: dict[str, list[Clash]], outcome: Outcome, foreign: bool) -> None:
    replaced: dict[tuple[str, str, Any], set[Any]] = {}
    """Value by the value that took its place knowingly."""
    removals: dict[tuple[str, str], list[Edit]] = {}
    every = [(seat, edit, ref) for seat in seats for edit in seat.edits if (ref := seat.ref(edit.ref_of)) is not None]
    for seat in seats:
        never = {edit.ref_of for edit in seat.edits if edit.acknowledged and seat.ref(edit.ref_of) is None}
        outcome.lost += [f"{seat.name}'s cart {cart_id} never left" for cart_id in never if items_of(seat.sent_tree(cart_id))]
    for _, edit, ref in every:
        if edit.kind == "remove":
            removals.setdefault((ref, edit.item), []).append(edit)
        elif edit.value is not None:
            replaced.setdefault((ref, edit.item, edit.value), set()).update(edit.seen)
    for seat, edit, ref in every:
        item = items_of(there.get(ref, Node(cartItem=Node()))).get(edit.item)
        told = any(edit.item in clash.path or _holds(clash, edit.value) for clash in clashes.get(ref, ()))
        if told or not edit.acknowledged:
            continue
        gone = removals.get((ref, edit.item), [])
        if edit.kind == "remove":
            fine = item is None
        elif item is None:
            fine = any(edit.value is None or _known(edit, one, ref, replaced) for one in gone)
        elif edit.kind == "add" or edit.value is None:
            fine = True
        elif edit.kind == "note":
            fine = _kept_note(seat, edit, item)
        else:
            now = item["quantity"] if edit.kind == "quantity" else items_color(item)
            fine = _reaches(ref, edit.item, now, edit.value, replaced)
        if not fine and foreign and edit.kind != "add":
            outcome.overwritten += 1
        elif not fine:
            outcome.lost.append(f"{seat.name}'s {edit.kind} of {edit.item} ({edit.value})")


def _kept_note(seat: Seat, edit: Edit, item: Node) -> bool:
    """A server that drops notes cannot hold them; then they stay at the seat."""
    here = seat.carts.local(edit.ref_of)
    at_home = here is not None and edit.value in items_of(here.tree).get(edit.item, {}).get("note", {})
    return edit.value in (item.get("note") or {}) or at_home


def items_color(item: Node) -> Any:
    return item["product"]["characteristic"]["color"]["value"]


def _known(edit: Edit, removal: Edit, ref: str, replaced: dict[tuple[str, str, Any], set[Any]]) -> bool:
    """Say whether whoever removed the line had the edit, or one that replaced it, in front of them."""
    return edit.kind == "note" or any(_reaches(ref, edit.item, value, edit.value, replaced) for value in removal.seen)


def _reaches(ref: str, item: str, now: Any, value: Any, replaced: dict[tuple[str, str, Any], set[Any]]) -> bool:
    queue, known = [now], set()
    while queue:
        one = queue.pop()
        if one == value:
            return True
        if one not in known:
            known.add(one)
            queue += replaced.get((ref, item, one), set())
    return False


def _holds(clash: Clash, value: Any) -> bool:
    return value is not None and any(value == side or (isinstance(side, dict) and str(value) in str(side)) for side in _sides(clash))


def _sides(clash: Clash) -> tuple[Any, Any]:
    return clash.ours, clash.theirs
