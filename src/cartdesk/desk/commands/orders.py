"""Orders that were placed: find them, follow them, cancel them, and keep what the customer says of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from cartdesk.desk.command import Command, Outcome, Show, quoted
from cartdesk.errors import EntryError
from cartdesk.language import message, tr
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk.draft import Draft
    from cartdesk.desk.view import DeskView
    from cartdesk.tmf import ProductOrder

_ORDERS = message("Orders")
_ID = r"(?P<order_id>[^;\s]+)"


@dataclass(frozen=True)
class ShowOrders(Command):
    """Show the orders: search, follow, cancel, comment, rate."""

    name: ClassVar[str] = "show.orders"
    label: ClassVar[str] = message("Orders")
    group: ClassVar[str] = _ORDERS
    keys: ClassVar[tuple[str, ...]] = ("ctrl+t",)
    where: ClassVar[frozenset[str]] = frozenset({"desk", "carts"})
    entry: ClassVar[str | None] = "orders or orders Berg"
    pattern: ClassVar[str | None] = r"orders(?:\s+(?P<text>\S.*))?"

    text: str = ""

    def run(self, draft: Draft) -> Outcome:
        """Open the orders, searched for ``text``."""
        return Outcome("", Show("orders", {"text": self.text}))

    def written(self) -> str | None:
        """Return ``orders``."""
        return f"orders {self.text}".strip()


@dataclass(frozen=True)
class ShowReceipt(Command):
    """Show an order's receipt."""

    name: ClassVar[str] = "show.receipt"
    label: ClassVar[str] = message("Receipt")
    group: ClassVar[str] = _ORDERS
    keys: ClassVar[tuple[str, ...]] = ("enter",)
    where: ClassVar[frozenset[str]] = frozenset({"orders"})
    footer: ClassVar[bool] = True
    entry: ClassVar[str | None] = "receipt 261122-AB12CD"
    pattern: ClassVar[str | None] = rf"receipt\s+{_ID}"

    order_id: str

    def run(self, draft: Draft) -> Outcome:
        """Open the receipt."""
        return Outcome("", Show("receipt", {"order_id": order_of(draft, self.order_id).id}))

    def written(self) -> str | None:
        """Return ``receipt ID``."""
        return f"receipt {self.order_id}"


@dataclass(frozen=True)
class TrackOrder(Command):
    """Say what became of an order: in progress, completed, held."""

    name: ClassVar[str] = "order.track"
    label: ClassVar[str] = message("New state")
    group: ClassVar[str] = _ORDERS
    entry: ClassVar[str | None] = "track 261122-AB12CD completed, or with why behind it"
    opener: ClassVar[str | None] = r"track\s"
    pattern: ClassVar[str | None] = rf"track\s+{_ID}\s+(?P<state>[A-Za-z]+)(?:\s+(?P<why>\S.*))?"

    order_id: str
    state: str
    why: str = ""

    def run(self, draft: Draft) -> Outcome:
        """Put the order into the state, where it can follow the one it is in."""
        from cartdesk.selling import tracking

        order = order_of(draft, self.order_id)
        state = tracking.read_state(self.state)
        after = tracking.track(order, state, at=draft.now(), who=draft.agent, why=self.why)
        keep_order(draft, after)
        return Outcome(
            tr(
                "Order {id} is {state}.{amount}",
                id=safe_text(order.id, 40),
                state=tr(tracking.WORDS[state]),
                amount=_money_back(draft, after),
            )
        )

    def written(self) -> str | None:
        """Return ``track ID STATE``."""
        return f"track {self.order_id} {self.state} {quoted(self.why)}".strip()


@dataclass(frozen=True)
class CancelOrder(Command):
    """Cancel an order; where work on it has begun, ask for its cancellation."""

    name: ClassVar[str] = "order.cancel"
    label: ClassVar[str] = message("Cancel it")
    group: ClassVar[str] = _ORDERS
    keys: ClassVar[tuple[str, ...]] = ("delete",)
    where: ClassVar[frozenset[str]] = frozenset({"orders"})
    footer: ClassVar[bool] = True
    confirm: ClassVar[bool] = True
    entry: ClassVar[str | None] = "cancel 261122-AB12CD, or with why behind it"
    opener: ClassVar[str | None] = r"cancel\s"
    pattern: ClassVar[str | None] = rf"cancel\s+{_ID}(?:\s+(?P<why>\S.*))?"

    order_id: str
    why: str = ""

    def question(self, view: DeskView) -> str | None:
        """Ask always: what was ordered will not come."""
        return tr("Cancel order {order_id}?", order_id=safe_text(self.order_id, 40))

    def run(self, draft: Draft) -> Outcome:
        """Cancel it where its state allows that."""
        from cartdesk.selling import tracking

        order = order_of(draft, self.order_id)
        after = tracking.cancel(order, at=draft.now(), who=draft.agent, why=self.why)
        keep_order(draft, after)
        return Outcome(
            tr(
                "Order {id}: {state}.{amount}",
                id=safe_text(order.id, 40),
                state=tr(tracking.WORDS[after.state]),
                amount=_money_back(draft, after),
            )
        )

    def written(self) -> str | None:
        """Return ``cancel ID``."""
        return f"cancel {self.order_id} {quoted(self.why)}".strip()


@dataclass(frozen=True)
class CommentOrder(Command):
    """Keep what the customer says of an order."""

    name: ClassVar[str] = "order.comment"
    label: ClassVar[str] = message("Comment")
    group: ClassVar[str] = _ORDERS
    entry: ClassVar[str | None] = "comment 261122-AB12CD It came a day early."
    opener: ClassVar[str | None] = r"comment\s"
    pattern: ClassVar[str | None] = rf"comment\s+{_ID}\s+(?P<text>\S.*)"

    order_id: str
    text: str

    def run(self, draft: Draft) -> Outcome:
        """Put the comment on the order, under the customer's name."""
        from cartdesk.selling import tracking

        order = order_of(draft, self.order_id)
        keep_order(draft, tracking.comment(order, self.text, author=customer_name(order), at=draft.now()))
        return Outcome(tr("The comment is kept with order {id}.", id=safe_text(order.id, 40)))

    def written(self) -> str | None:
        """Return ``comment ID …``."""
        return f"comment {self.order_id} {quoted(self.text)}"


@dataclass(frozen=True)
class RateOrder(Command):
    """Keep how the customer rates an order, from 1 to 5."""

    name: ClassVar[str] = "order.rate"
    label: ClassVar[str] = message("Rating")
    group: ClassVar[str] = _ORDERS
    entry: ClassVar[str | None] = "rate 261122-AB12CD 5"
    opener: ClassVar[str | None] = r"rate\s"
    pattern: ClassVar[str | None] = rf"rate\s+{_ID}\s+(?P<stars>\d+)"

    order_id: str
    stars: int

    def run(self, draft: Draft) -> Outcome:
        """Put the rating on the order."""
        from cartdesk.selling import tracking

        order = order_of(draft, self.order_id)
        keep_order(draft, tracking.rate(order, self.stars))
        return Outcome(tr("Order {id} is rated {stars} of 5.", id=safe_text(order.id, 40), stars=self.stars))

    def written(self) -> str | None:
        """Return ``rate ID 5``."""
        return f"rate {self.order_id} {self.stars}"


def order_of(draft: Draft, order_id: str) -> ProductOrder:
    """Return an order as this draft leaves it.

    Raises:
        EntryError: there is none.
    """
    changed = draft.orders.get(order_id)
    order = changed if changed is not None else draft.store.get_order(order_id)
    if order is None:
        raise EntryError(
            tr("There is no order {order_id} here; `orders` lists them.", order_id=safe_text(order_id, 40)), at=draft.spot("order_id")
        )
    return order


def keep_order(draft: Draft, order: ProductOrder) -> None:
    """Keep a changed order; of one that is cancelled nothing more is billed."""
    draft.orders[order.id] = order
    draft.writes.append(lambda store: store.put_order(order))
    if order.state in ("cancelled", "rejected"):
        draft.writes.append(lambda store: store.remove_bill_items(order.id))


def customer_name(order: ProductOrder) -> str:
    """Return who ordered."""
    found = next((party for party in order.related_party if (party.role or "").lower() == "customer"), None)
    return (found.name or found.id or "") if found is not None else ""


def _money_back(draft: Draft, order: ProductOrder) -> str:
    """Return what is to be said of money that was paid for an order that will not come."""
    if order.state != "cancelled":
        return ""
    paid = [payment for ref in order.payment if ref.id and (payment := draft.store.get_payment(ref.id)) is not None]
    sums = [f"{each.total_amount.amount} {each.total_amount.currency}" for each in paid if each.total_amount is not None]
    return tr(" Give back {sums} that was paid.", sums=tr(" and ").join(sums)) if sums else ""
