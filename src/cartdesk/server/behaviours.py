"""What resources do beyond being kept: each ``behaviour`` named in the table, worked out before a document is stored.

``writing`` calls :func:`prepare` for every create and change; it neither reads nor writes the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cartdesk.server.carts import CartRules
from cartdesk.server.problems import Problem
from cartdesk.server.seams import Caller, Document
from cartdesk.server.table import ResourceType
from cartdesk.tmf.period import write_time


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document ready to be stored."""

    document: Document
    expires: datetime | None = None
    work: Any = None


ENDED = frozenset({"completed", "cancelled", "rejected", "failed"})
"""States of an order that nothing follows."""
CANCELLABLE = frozenset({"acknowledged", "pending", "held", "inProgress", "assessingCancellation", "pendingCancellation"})

_STAMPS = {"completed": "completionDate", "cancelled": "cancellationDate"}


def prepare(
    row: ResourceType, document: Document, before: Document | None, work: Any, *, caller: Caller, carts: CartRules, now: datetime
) -> Prepared:
    """Return a document as it is stored.

    Args:
        row: the resource's description.
        document: as it is to be; new ones have their id and defaults.
        before: as it is stored; None for a new one.
        work: what ``before`` left.
        caller: who asks.
        carts: how carts are worked out.
        now: the moment.

    Raises:
        Problem: it may not be so.
    """
    match row.behaviour:
        case "cart":
            cart, left, expires = carts.prepare(document, before, work, now)
            return Prepared(cart, expires, left)
        case "order":
            return Prepared(_new_order(document, now) if before is None else _changed_order(document, before, caller, now))
        case "payment" if before is None:
            return Prepared({"paymentDate": write_time(now), **document, "status": "done", "statusDate": write_time(now)})
        case "cancel" if before is None:
            return Prepared({"requestedCancellationDate": write_time(now), **document})
        case _ if "lastModified" in row.given:
            return Prepared({**document, "lastModified": write_time(now)})
    return Prepared(document)


def _new_order(document: Document, now: datetime) -> Document:
    items = document["productOrderItem"]
    if not items:
        raise Problem(400, "The attribute 'productOrderItem' needs an item.", code="missingAttribute")
    return {**document, "orderDate": write_time(now), "productOrderItem": [{"state": "acknowledged", **item} for item in items]}


def _changed_order(document: Document, before: Document, caller: Caller, now: datetime) -> Document:
    """Return a changed order; its state is an admin's to change, and not once it has ended."""
    state, former = document.get("state"), before.get("state")
    if state == former:
        return document
    if not caller.is_admin:
        raise Problem(403, "An order's 'state' is changed by an admin.", code="notAllowed")
    if former in ENDED:
        raise Problem(409, f"The order is {former}; its 'state' does not change any more.", code="orderEnded")
    stamp = _STAMPS.get(str(state))
    return {**document, stamp: write_time(now)} if stamp else document


def cancelled(order: Document, reason: str | None, now: datetime) -> Document:
    """Return an order as it is once it was cancelled."""
    said = {"cancellationReason": reason} if reason else {}
    items = [{**item, "state": "cancelled"} for item in order.get("productOrderItem", ())]
    return {**order, "state": "cancelled", "cancellationDate": write_time(now), **said, "productOrderItem": items}


def same_order(order: Document, other: Mapping[str, Any]) -> bool:
    """Say whether two orders ask for the same: an order sent twice is one."""
    return _asked(order) == _asked(other)


def _asked(order: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (item.get("id"), item.get("action"), item.get("quantity", 1), (item.get("productOffering") or {}).get("id"))
        for item in order.get("productOrderItem") or ()
    ]
