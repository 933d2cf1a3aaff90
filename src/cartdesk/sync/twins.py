"""Two carts on the server that are one: a creation whose answer was lost, and that arrived twice.

``rounds`` finds them in the server's list. The lowest id stays; what only the other holds is taken over before it goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartdesk.errors import Declined
from cartdesk.sync.carts import CANNOT, GONE, NewerThere, There
from cartdesk.sync.link import Link
from cartdesk.sync.marker import Marker

if TYPE_CHECKING:
    from cartdesk.sync.engine import Engine


async def fold(engine: Engine, link: Link, found: list[There]) -> None:
    """Make one cart of several: what the others hold is merged here first, durably, and travels with the next change.

    Args:
        engine: the engine.
        link: the cart here.
        found: the carts there that carry its mark, the one to stay first.

    Raises:
        NoAnswer: nobody knows whether a twin is gone; the next round finds it again.
        Declined: the server neither deletes nor empties it.
    """
    keep, *twins = found
    if link.remote_id != keep.id:
        engine.take_up(link, keep)
    for twin in twins:
        engine.incoming.absorb(link, twin)
        await _away(engine, twin, link.ref)


async def _away(engine: Engine, twin: There, ref: str) -> None:
    try:
        if await engine.carts.delete(twin.id, twin.etag):
            return
        empty = {"cartItem": [], "relatedParty": engine.carts.parties([Marker(ref, twin=True).party()])}
        await engine.carts.patch(twin.id, empty, None)
    except NewerThere:
        return
    except Declined as refusal:
        if refusal.status in GONE:
            return
        if refusal.status in CANNOT:
            name = engine.carts.api.name
            raise Declined(refusal.status, f"The {name} server has {twin.id} as a second copy and lets us not remove it.") from None
        raise
