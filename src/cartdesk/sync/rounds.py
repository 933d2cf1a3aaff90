"""Rounds over everything that is to be sent or looked after: carts side by side, each after its own last attempt's pause.

``worker`` makes them again and again, ``cartdesk sync`` once; the simulation makes them under a clock of its own.
"""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from cartdesk.errors import Declined, NoAnswer
from cartdesk.sync.carts import Listed, There, rank
from cartdesk.sync.engine import Engine
from cartdesk.sync.link import Link, Status
from cartdesk.sync.outbox import Waiting
from cartdesk.sync.seat import Seat
from cartdesk.sync.twins import fold

LONGEST_PAUSE = 300.0
_UNAUTHORIZED = 401

Progress = Callable[[int, int], None]
"""Takes how many are done, and of how many."""


@dataclass(slots=True)
class Tally:
    """What a round came to."""

    sent: int = 0
    parked: int = 0
    put_off: int = 0
    taken_in: int = 0
    sentences: list[str] = field(default_factory=list)
    """Why something was not done, each once."""

    def told(self, sentence: str) -> None:
        """Remember a sentence."""
        if sentence not in self.sentences:
            self.sentences.append(sentence)


def pause_after(tries: int, rng: random.Random, asked: float | None = None) -> float:
    """Return how many seconds to wait after so many attempts in vain: twice as long each time, never the same for two seats.

    Args:
        tries: how many there were.
        rng: the source of chance.
        asked: how long the server wants to be left alone.
    """
    pause: float = min(2.0 ** min(tries, 10), LONGEST_PAUSE) * rng.uniform(0.5, 1.0)
    return max(pause, asked or 0.0)


class Rounds:
    """Rounds of one seat with one server."""

    def __init__(
        self,
        seat: Seat,
        engine: Engine,
        *,
        clock: Callable[[], float],
        rng: random.Random,
        follow: Mapping[str, str] | None = None,
        parallel: int = 6,
    ) -> None:
        """Make them.

        Args:
            seat: the carts here.
            engine: takes one cart through a round.
            clock: seconds since the epoch.
            rng: the source of chance for pauses.
            follow: the filter for carts of others that are to come here too; None for none, empty for all.
            parallel: how many carts at once.
        """
        self._seat = seat
        self._engine = engine
        self._ledger = engine.ledger
        self._clock = clock
        self._rng = rng
        self._parallel = parallel
        self._busy: set[str] = set()
        self.follow = follow

    def due(self) -> list[str]:
        """Return the carts that have something to send whose time has come."""
        return [entry.id for entry in self._ledger.waiting() if entry.kind == "cart" and self._is_due(entry)]

    def _is_due(self, entry: Waiting) -> bool:
        link = self._ledger.link(entry.id)
        if link is None:
            return True
        if link.status is Status.PARKED:
            return entry.changes != link.parked
        return link.status is not Status.GONE and link.due <= self._clock()

    async def push(self, progress: Progress | None = None) -> Tally:
        """Send everything whose time has come."""
        return await self.visit(self.due(), progress)

    async def visit(self, cart_ids: Iterable[str], progress: Progress | None = None) -> Tally:
        """Take carts through a round each, several side by side."""
        queue = [cart_id for cart_id in cart_ids if cart_id not in self._busy]
        total, tally, done = len(queue), Tally(), 0
        rest = iter(queue)

        async def one_after_another() -> None:
            nonlocal done
            for cart_id in rest:
                await self._attempt(cart_id, tally)
                done += 1
                if progress is not None:
                    progress(done, total)

        await asyncio.gather(*(one_after_another() for _ in range(min(self._parallel, total))))
        return tally

    async def _attempt(self, cart_id: str, tally: Tally) -> None:
        if cart_id in self._busy:
            return
        self._busy.add(cart_id)
        try:
            await self._engine.sync(cart_id)
            tally.sent += 1
        except NoAnswer as unknown:
            self._put_off(cart_id, unknown)
            tally.put_off += 1
            tally.told(str(unknown))
        except Declined as refusal:
            if refusal.status == _UNAUTHORIZED:
                self._put_off(cart_id, NoAnswer(str(refusal)))
                tally.put_off += 1
            else:
                self._park(cart_id, refusal)
                tally.parked += 1
            tally.told(str(refusal))
        finally:
            self._busy.discard(cart_id)

    def _put_off(self, cart_id: str, unknown: NoAnswer) -> None:
        link = self._ledger.link(cart_id)
        if link is not None:
            link.tries += 1
            link.due = self._clock() + pause_after(link.tries, self._rng, unknown.after)
            link.error = str(unknown)
            self._save(link)

    def _park(self, cart_id: str, refusal: Declined) -> None:
        link = self._ledger.link(cart_id)
        if link is not None:
            entry = self._ledger.unsent("cart", cart_id)
            link.status, link.error, link.tries = Status.PARKED, str(refusal), 0
            link.parked = entry.changes if entry is not None else 0
            self._save(link)

    def _save(self, link: Link) -> None:
        self._seat.write(lambda: self._ledger.save(link))

    # What others did

    async def look_after(self, cart_ids: Iterable[str]) -> Tally:
        """See whether somebody else changed carts that are at hand."""
        wanted = []
        for cart_id in cart_ids:
            link = self._ledger.link(cart_id)
            if link is not None and link.remote_id is not None and link.status is Status.SENT:
                wanted.append(cart_id)
        return await self.visit(wanted)

    async def reach(self) -> None:
        """See whether the server can be reached at all.

        Raises:
            NoAnswer: it cannot.
        """
        await self._engine.carts.touch()

    async def sweep(self) -> Tally:
        """Go through the server's list: take in what others made where they are followed, fold twins, look at what changed.

        Raises:
            NoAnswer: the list could not be had; try again later.
            Declined: the server refuses the filter.
        """
        groups: dict[str, list[Listed]] = defaultdict(list)
        for each in await self._engine.carts.listed(self.follow or {}):
            if each.marker is None or not each.marker.twin:
                groups[each.marker.ref if each.marker is not None else f"id {each.id}"].append(each)
        tally, news = Tally(), []
        for ref, listed in groups.items():
            cart_id = self._ledger.cart_of(ref=ref) or self._ledger.cart_of(remote_id=min(listed, key=lambda each: rank(each.id)).id)
            if cart_id is not None and (cart_id in self._busy or self._is_known(cart_id, listed)):
                continue
            found = [there for each in listed if (there := self._engine.carts.opened(each)) is not None]
            found.sort(key=lambda each: rank(each.id))
            if found and cart_id is None:
                tally.taken_in += self._adopted(found[0])
            elif found and cart_id is not None and await self._is_news(cart_id, found, tally):
                news.append(cart_id)
        done = await self.visit(news)
        tally.sent, tally.put_off, tally.parked = done.sent, done.put_off, done.parked
        for sentence in done.sentences:
            tally.told(sentence)
        return tally

    def _is_known(self, cart_id: str, listed: list[Listed]) -> bool:
        """Say whether what the server shows is to the letter what was seen there last."""
        link = self._ledger.link(cart_id)
        if link is None or link.doubt or link.status is not Status.SENT:
            return False
        return [(each.id, each.seen) for each in listed] == [(link.remote_id, link.seen)]

    def _adopted(self, there: There) -> int:
        if self.follow is None:
            return 0
        self._engine.incoming.adopt(there)
        return 1

    async def _is_news(self, cart_id: str, found: list[There], tally: Tally) -> bool:
        """Say whether a linked cart is to be visited, twins being folded first."""
        link = self._ledger.link(cart_id)
        if link is None or link.remote_id is None:
            return False
        if link.status is Status.REMOVED:
            return self._removed_again(link, found[0])
        if link.status is Status.GONE:
            self._engine.take_up(link, found[0])
            return True
        if len(found) > 1:
            self._busy.add(cart_id)
            try:
                await fold(self._engine, link, found)
            except (NoAnswer, Declined) as trouble:
                tally.told(str(trouble))
            finally:
                self._busy.discard(cart_id)
            return True
        return found[0].id != link.remote_id or self._engine.incoming.is_news(link, found[0])

    def _removed_again(self, link: Link, there: There) -> bool:
        """A cart that was removed is there: a late copy of its creation. Remove it too, unless the server cannot."""
        if self._engine.carts.facts.delete is False:
            return False
        link.status = Status.WAITING
        self._engine.take_up(link, there)
        return True
