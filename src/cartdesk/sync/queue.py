"""What waits, is refused, or is to be chosen, as rows for people; and what they can do about each.

The Sync screen and ``cartdesk sync --status`` show the rows; the desk's commands do the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cartdesk.sync.ledger import Ledger
from cartdesk.sync.link import Status


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is not through."""

    kind: str
    """cart, order, customer or account."""
    id: str
    status: str
    """waiting, parked, gone, conflict, differs."""
    why: str
    """In plain words; empty where it simply has not been its turn."""
    since: str | None = None
    changes: int = 0
    conflicts: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "kind": self.kind, "id": self.id, "status": self.status, "why": self.why, "since": self.since, "changes": self.changes,
            "conflicts": self.conflicts,
        }  # fmt: skip


def queue_of(ledger: Ledger) -> list[Row]:
    """Return everything that is not through, what somebody has to decide first."""
    rows, seen = [], set()
    for entry in ledger.waiting():
        seen.add((entry.kind, entry.id))
        rows.append(_row(ledger, entry.kind, entry.id, entry.since, entry.changes))
    for link in ledger.links():
        if ("cart", link.cart_id) not in seen and (link.clashes or link.total or link.status in (Status.PARKED, Status.GONE)):
            rows.append(_row(ledger, "cart", link.cart_id, None, 0))
    return sorted(rows, key=lambda row: (_ORDER.get(row.status, 9), row.since or "", row.id))


_ORDER = {"conflict": 0, "gone": 1, "parked": 2, "waiting": 3, "differs": 4}


def _row(ledger: Ledger, kind: str, name: str, since: str | None, changes: int) -> Row:
    if kind != "cart":
        page = ledger.page(f"parcel/{kind}/{name}") or {}
        return Row(kind, name, str(page.get("status") or "waiting"), str(page.get("error") or ""), since, changes)
    link = ledger.link(name)
    if link is None:
        return Row(kind, name, "waiting", "", since, changes)
    if link.clashes:
        count = len(link.clashes)
        return Row(kind, name, "conflict", f"{count} to choose between here and there", since, changes, count)
    if link.status in (Status.PARKED, Status.GONE):
        return Row(kind, name, link.status.value, link.error or "", since, changes)
    if since is None:
        return Row(kind, name, "differs", f"totals differ: {link.total}", since, changes)
    return Row(kind, name, "waiting", link.error or "", since, changes)


def retry(ledger: Ledger, kind: str, name: str) -> None:
    """Let something be tried again now; inside the seat's transaction."""
    if kind != "cart":
        page = ledger.page(f"parcel/{kind}/{name}")
        if page is not None:
            ledger.write_page(f"parcel/{kind}/{name}", {**page, "status": "waiting", "due": 0.0, "tries": 0, "refused": None})
        return
    link = ledger.link(name)
    if link is not None:
        link.status, link.due, link.tries, link.error = Status.WAITING, 0.0, 0, None
        ledger.save(link)


def send_as_new(ledger: Ledger, cart_id: str, moment: str) -> None:
    """Forget a counterpart that the server no longer has, so that the cart is created there anew; inside the seat's transaction."""
    ledger.forget(cart_id)
    ledger.note("cart", cart_id, moment)


def give_up(ledger: Ledger, kind: str, name: str, why: str, who: str, moment: str) -> None:
    """Send something no more, and keep who decided so and why; inside the seat's transaction.

    A cart stays here as it is; its next change is sent again.
    """
    entry = ledger.unsent(kind, name)
    ledger.strike(entry)
    number = sum(1 for _ in ledger.pages("given-up/"))
    ledger.write_page(f"given-up/{number:06d}", {"kind": kind, "id": name, "why": why, "who": who, "at": moment})
    if kind != "cart":
        from cartdesk.sync.parcels import KINDS, content_of

        page, raw = ledger.page(f"parcel/{kind}/{name}") or {}, ledger.documents.body(KINDS[kind].table, name)
        refused = content_of(raw) if raw is not None else None  # as it is now it is not noted again by itself
        ledger.write_page(f"parcel/{kind}/{name}", {**page, "status": "given up", "refused": refused})
        return
    link = ledger.link(name)
    if link is not None and link.status is Status.PARKED:
        link.status, link.error = Status.SENT, f"given up by {who}: {why}"
        ledger.save(link)
