"""A seat in memory: its carts, its agent's edits, and a process that syncs until it is killed."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cartdesk.errors import Declined, NoAnswer
from cartdesk.store.codec import read_document, write_document
from cartdesk.store.frame import Op
from cartdesk.store.tables import CARTS
from cartdesk.sync import outbox
from cartdesk.sync.api import Api
from cartdesk.sync.carts import CartApi
from cartdesk.sync.engine import Engine, Habits
from cartdesk.sync.facts import Facts
from cartdesk.sync.ledger import Ledger
from cartdesk.sync.merge import outgoing
from cartdesk.sync.rounds import Rounds
from cartdesk.sync.seat import Local, local_of, members_from
from cartdesk.sync.tree import ITEMS, Node

from .memory import Disk, Killed, Memory
from .network import Network
from .server import BASE


@dataclass
class Edit:
    """One thing an agent did, acknowledged."""

    number: int
    seat: str
    ref_of: str
    """The cart's id at this seat."""
    kind: str
    """add, remove, quantity, color."""
    item: str
    value: Any = None
    seen: frozenset[Any] = frozenset()
    """What the agent had in front of them there, and has replaced or removed knowingly."""
    acknowledged: bool = False
    """False where the seat was killed meanwhile: then it may be kept or not."""


@dataclass
class Agent:
    """What an agent does, and what they remember of it."""

    name: str
    rng: random.Random
    edits: list[Edit] = field(default_factory=list)


class Carts:
    """A seat's carts in one process, answering what the engine asks."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.ledger: Ledger | None = None

    def put(self, cart: Mapping[str, Any]) -> None:
        self.memory.apply([Op(CARTS, cart["id"], write_document(cart))])

    def edit(self, cart: Mapping[str, Any]) -> None:
        """Keep a cart as an agent left it, and note that it is to be sent."""
        with self.memory.transaction():
            self.put(cart)
            outbox.note(self.memory, "cart", cart["id"], "2026-11-22T10:00:00Z")

    # What the engine asks

    def local(self, cart_id: str) -> Local | None:
        body = self.memory.body(CARTS, cart_id)
        return None if body is None else local_of(read_document(body), body)

    def take(self, cart_id: str, tree: Node, members: Mapping[str, Any], token: object, said: str, also: Callable[[], None]) -> bool:
        body = self.memory.body(CARTS, cart_id)
        if body is None or body != token:
            return False
        with self.memory.transaction():
            self.put(members_from(tree, read_document(body), members))
            also()
        return True

    def adopt(self, tree: Node, members: Mapping[str, Any], wanted: str, said: str, also: Callable[[str], None]) -> str:
        names = itertools.chain([wanted], (f"{wanted}-{n}" for n in itertools.count(2)))
        cart_id = next(each for each in names if self.memory.body(CARTS, each) is None)
        with self.memory.transaction():
            self.put(members_from(tree, {"id": cart_id}, members))
            also(cart_id)
        return cart_id

    def priced(self, local: Local) -> Mapping[str, Any]:
        return local.members

    def totals(self, local: Local) -> list[dict[str, Any]]:
        return []

    def moment(self) -> str:
        return "2026-11-22T10:00:00Z"

    def write(self, also: Callable[[], None]) -> None:
        with self.memory.transaction():
            also()


class Seat:
    """A seat: its disk, its network, its agent; and while it runs, its process."""

    def __init__(
        self,
        name: str,
        network: Network,
        rng: random.Random,
        *,
        dialect: str,
        habits: Habits,
        drops: tuple[str, ...] = (),
        json_patch: bool | None = None,
        kill_chance: float,
    ) -> None:
        self.name = name
        self.network = network
        self.rng = rng
        self.disk = Disk()
        self.kill_chance = kill_chance
        self.edits: list[Edit] = []
        self.deaths = 0
        self._dialect = dialect
        self._json_patch = json_patch
        self._drops = drops
        self._habits = habits
        self._counter = itertools.count(1)
        self._tasks: list[asyncio.Task[None]] = []
        self.carts: Carts
        self.rounds: Rounds
        self.start()

    def start(self) -> None:
        """Begin a process on what the disk holds."""
        self.memory = Memory(self.disk, self._fate)
        self.carts = Carts(self.memory)
        self.ledger = Ledger(self.memory)
        known = self.ledger.facts("carts")
        told = Facts(dialect=self._dialect, json_patch=self._json_patch, drops=self._drops)  # type: ignore[arg-type]
        facts = told if known.dialect is None else known
        api = Api("shopping cart", BASE, self.network, page=5)
        wire = CartApi(api, facts, lambda found: self.ledger.learn("carts", found))
        self.engine = Engine(self.carts, wire, self.ledger, ids=self.new_id, habits=self._habits)
        clock = asyncio.get_event_loop().time
        self.rounds = Rounds(self.carts, self.engine, clock=clock, rng=self.rng, follow={}, parallel=3)

    def _fate(self) -> str | None:
        chance = self.rng.random()
        return None if chance >= self.kill_chance else "before" if chance < self.kill_chance / 2 else "after"

    def new_id(self) -> str:
        return f"{self.name}{next(self._counter):04d}{self.rng.getrandbits(32):08x}"[-10:]

    async def live(self) -> None:
        """Sync until killed, and begin again some time after."""
        while True:
            work = asyncio.ensure_future(self._process())
            try:
                await asyncio.wait({work})
                if work.cancelled():
                    return
                work.exception()
            except asyncio.CancelledError:
                self.memory.dead = True
                work.cancel()
                await asyncio.wait({work})
                raise
            self.deaths += 1
            self.memory.dead = True
            await asyncio.sleep(self.rng.uniform(1, 30))
            self.start()

    async def _process(self) -> None:
        try:
            while True:
                await asyncio.sleep(self.rng.uniform(0.5, 4))
                await self.round()
        except Killed:
            raise RuntimeError("killed") from None

    async def round(self) -> None:
        """Do what the worker does in a while, all at once or some of it."""
        await self._whole(self.rounds.push())
        if self.rng.random() < 0.4:
            await self._whole(self.rounds.look_after(self.ledger.carts()))
        if self.rng.random() < 0.3:
            await self._whole(self.rounds.sweep())

    async def _whole(self, work: Any) -> None:
        try:
            await work
        except (NoAnswer, Declined):
            return

    # What the agent does

    def act(self) -> None:
        """Do one thing to one cart, where the process lives; what is acknowledged is remembered."""
        if self.memory.dead:
            return
        carts = self.memory.keys(CARTS)
        try:
            if not carts or (len(carts) < 3 and self.rng.random() < 0.15):
                self._begin()
            else:
                self._edit(self.rng.choice(carts))
        except Killed:
            return

    def _begin(self) -> None:
        cart_id, item = self.new_id(), self.new_id()
        self._keep({"id": cart_id, "cartItem": [_item(item)]}, "add", item)

    def _edit(self, cart_id: str) -> None:
        cart = read_document(self.memory.body(CARTS, cart_id) or b"{}")
        items = cart.get("cartItem", [])
        what = self.rng.choice(["add", "add", "remove", "quantity", "quantity", "color", "note"]) if items else "add"
        if what == "add":
            item = self.new_id()
            self._keep({**cart, "cartItem": [*items, _item(item)]}, "add", item)
            return
        place = self.rng.randrange(len(items))
        chosen = items[place]
        before = frozenset([chosen["quantity"], _color(chosen)])
        value: Any = None
        if what == "remove":
            del items[place]
        elif what == "quantity":
            value = self.rng.getrandbits(30) + 2
            before = frozenset([chosen["quantity"]])
            chosen["quantity"] = value
        elif what == "color":
            value = f"c{self.rng.getrandbits(30):x}"
            before = frozenset([_color(chosen)])
            chosen["product"]["characteristic"][0]["value"] = value
        else:
            value = f"n{self.rng.getrandbits(30):x}"
            chosen["note"] = [*chosen.get("note", []), {"id": value, "text": value}]
        item = chosen["id"]
        before |= self._beside(cart_id, item)
        self._keep({**cart, "cartItem": items}, what, item, value, before)

    def _beside(self, cart_id: str, item: str) -> frozenset[Any]:
        """Return what the screen shows of the server's side where it collides: whoever edits the line has seen it."""
        link = self.ledger.link(cart_id)
        sides = [clash.theirs for clash in (link.clashes if link is not None else ()) if item in clash.path]
        return frozenset(
            side["value"] if isinstance(side, dict) else side
            for side in sides
            if isinstance(side, (int, str, dict)) and not isinstance(side, Node)
        )

    def _keep(self, cart: Mapping[str, Any], kind: str, item: str, value: Any = None, seen: frozenset[Any] = frozenset()) -> None:
        edit = Edit(len(self.edits), self.name, cart["id"], kind, item, value, seen)
        self.edits.append(edit)
        self.carts.edit(cart)
        edit.acknowledged = True

    def ref(self, cart_id: str) -> str | None:
        """Return the mark of a cart here."""
        link = self.ledger.link(cart_id)
        return None if link is None else link.ref

    def sent_tree(self, cart_id: str) -> Node:
        """Return what this seat thinks the server has."""
        local, link = self.carts.local(cart_id), self.ledger.link(cart_id)
        assert local is not None
        return outgoing(local.tree, link.clashes if link is not None else ())


def _item(item_id: str) -> dict[str, Any]:
    return {
        "id": item_id,
        "action": "add",
        "quantity": 1,
        "status": "Active",
        "productOffering": {"id": "FIB500", "name": "Fibre 500"},
        "product": {"characteristic": [{"name": "color", "value": "none"}]},
    }


def _color(item: Mapping[str, Any]) -> str:
    return str(item["product"]["characteristic"][0]["value"])


def items_of(tree: Node) -> Mapping[str, Any]:
    """Return the lines of a cart's contents."""
    found: Mapping[str, Any] = tree[ITEMS]
    return found
