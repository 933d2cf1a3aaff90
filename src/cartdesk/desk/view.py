"""What the screen shows, as light frozen values that need no models to be built or read back.

The desk makes one :class:`DeskView` after each change and stores it in the same transaction; faces draw it and never change it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from cartdesk.desk.marks import as_date, as_money, as_period, date_mark, money_mark, period_mark
from cartdesk.tmf.money import Money
from cartdesk.tmf.period import Period

ShowTax = Literal["included", "excluded"]
"""Which of its two sides every amount shows."""

LETTERS = "ABCDEF"
"""The work areas: how many carts are at hand at once."""


@dataclass(frozen=True, slots=True)
class DetailView:
    """One row below a line: what it is made of, what is taken off, what it needs."""

    kind: str
    """alteration, refused, charge, usage, child, term, characteristic, note, override, relation; before and penalty for what is had now."""
    text: str
    amount: Money | None = None
    """For the line's whole quantity; negative for a discount. For usage: per unit."""
    period: Period | None = None

    def to_json(self) -> list[Any]:
        """Return the row as JSON values."""
        return [self.kind, self.text, money_mark(self.amount), period_mark(self.period)]

    @classmethod
    def from_json(cls, value: Any) -> DetailView:
        """Read what ``to_json`` wrote."""
        kind, text, amount, period = value
        return cls(kind, text, as_money(amount), as_period(period))


@dataclass(frozen=True, slots=True)
class FindingView:
    """Something that is not right with the cart, and the entries that mend it."""

    item_id: str | None
    code: str
    sentence: str
    blocking: bool
    mends: tuple[tuple[str, str], ...] = ()
    """(label, entry) pairs."""

    def to_json(self) -> list[Any]:
        """Return the finding as JSON values."""
        return [self.item_id, self.code, self.sentence, self.blocking, [list(mend) for mend in self.mends]]

    @classmethod
    def from_json(cls, value: Any) -> FindingView:
        """Read what ``to_json`` wrote, or its text."""
        item_id, code, sentence, blocking, mends = json.loads(value) if isinstance(value, str) else value
        return cls(item_id, code, sentence, blocking, tuple((label, entry) for label, entry in mends))


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of the cart."""

    number: int
    """As the agent calls it: 1, 2, 3 in cart order."""
    item_id: str
    offering_id: str
    name: str
    quantity: int
    one_off: Money | None = None
    """List price for the whole quantity, children included; None where there is none."""
    recurring: Money | None = None
    """List price of its shortest recurring period; other periods are among the details."""
    period: Period | None = None
    details: tuple[DetailView, ...] = ()
    saved: bool = False
    """Put aside for later: shown, not counted."""
    problem: str | None = None
    """The most pressing thing that is wrong with it, in a sentence."""

    def to_json(self) -> list[Any]:
        """Return the line as JSON values."""
        return [
            self.number, self.item_id, self.offering_id, self.name, self.quantity, money_mark(self.one_off), money_mark(self.recurring),
            period_mark(self.period), [detail.to_json() for detail in self.details], self.saved, self.problem,
        ]  # fmt: skip

    @classmethod
    def from_json(cls, value: Any) -> LineView:
        """Read what ``to_json`` wrote, or its text."""
        number, item_id, offering_id, name, quantity, one_off, recurring, period, details, saved, problem = (
            json.loads(value) if isinstance(value, str) else value
        )
        rows = tuple(DetailView.from_json(detail) for detail in details)
        return cls(
            number, item_id, offering_id, name, quantity, as_money(one_off), as_money(recurring), as_period(period), rows, saved, problem
        )


@dataclass(frozen=True, slots=True)
class PhaseView:
    """A run of charge periods that cost the same."""

    first: int
    """The number of its first period, from 1."""
    last: int | None
    """The number of its last period; None is for good."""
    until: date | None
    """The last day it covers, where it ends."""
    amount: Money

    def to_json(self) -> list[Any]:
        """Return the phase as JSON values."""
        return [self.first, self.last, date_mark(self.until), money_mark(self.amount)]

    @classmethod
    def from_json(cls, value: Any) -> PhaseView:
        """Read what ``to_json`` wrote."""
        first, last, until, amount = value
        return cls(first, last, as_date(until), _money(amount))


@dataclass(frozen=True, slots=True)
class EveryView:
    """What is paid every month (or other period)."""

    period: Period
    steady: Money
    """Once every discount and installment has ended."""
    phases: tuple[PhaseView, ...] = ()
    """What is really charged, period by period; one phase where nothing ever changes."""

    @property
    def first(self) -> Money:
        """What is charged in the first period."""
        return self.phases[0].amount if self.phases else self.steady

    def to_json(self) -> list[Any]:
        """Return the total as JSON values."""
        return [period_mark(self.period), money_mark(self.steady), [phase.to_json() for phase in self.phases]]

    @classmethod
    def from_json(cls, value: Any) -> EveryView:
        """Read what ``to_json`` wrote."""
        period, steady, phases = value
        read = as_period(period)
        if read is None:
            raise ValueError("a total needs its period")
        return cls(read, _money(steady), tuple(PhaseView.from_json(phase) for phase in phases))


@dataclass(frozen=True, slots=True)
class CartView:
    """The current cart, ready to be drawn."""

    cart_id: str | None
    """None while nothing was ever put into it: such a cart is not stored."""
    label: str
    state: str = "open"
    lines: tuple[LineView, ...] = ()
    due_now: Money = field(default_factory=lambda: Money(Decimal(0), "EUR"))
    """One-off charges, discounts taken off."""
    every: tuple[EveryView, ...] = ()
    first_bill: tuple[date, Money] | None = None
    term_total: tuple[int, Money] | None = None
    """Months, and what is paid over them with everything due now."""
    findings: tuple[FindingView, ...] = ()
    read_only: bool = False
    """True once it was ordered or discarded."""
    currency: str = "EUR"
    order_id: str | None = None
    promotions: tuple[str, ...] = ()
    """The codes given, in order."""
    changed: str | None = None
    """When it was last changed, RFC 3339."""
    place: str = ""
    """The post code it is to be delivered to, where one is known."""
    seq: int = 0
    """The number of its last history record; tells whether a stored view is still its picture."""

    @classmethod
    def nothing(cls, currency: str) -> CartView:
        """Return the view of an area without a cart."""
        return cls(None, "", due_now=Money(Decimal(0), currency), currency=currency)

    @property
    def empty(self) -> bool:
        """True while there is no line."""
        return not self.lines

    def line(self, number: int) -> LineView | None:
        """Return the line with this number."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else None

    def to_json(self, lines: Sequence[str] = (), findings: Sequence[str] = ()) -> dict[str, Any]:
        """Return the cart as JSON values.

        Args:
            lines: the lines' JSON, where it has been written before; they are many, and few of them change at once.
            findings: the findings' JSON likewise.
        """
        return {
            "id": self.cart_id,
            "label": self.label,
            "state": self.state,
            "lines": list(lines) or [line.to_json() for line in self.lines],
            "dueNow": money_mark(self.due_now),
            "every": [total.to_json() for total in self.every],
            "firstBill": self.first_bill and [date_mark(self.first_bill[0]), money_mark(self.first_bill[1])],
            "termTotal": self.term_total and [self.term_total[0], money_mark(self.term_total[1])],
            "findings": list(findings) or [finding.to_json() for finding in self.findings],
            "readOnly": self.read_only,
            "currency": self.currency,
            "orderId": self.order_id,
            "promotions": list(self.promotions),
            "changed": self.changed,
            "place": self.place,
            "seq": self.seq,
        }

    @classmethod
    def from_json(cls, value: Any) -> CartView:
        """Read what ``to_json`` wrote."""
        bill, term = value["firstBill"], value["termTotal"]
        bill_day = as_date(bill[0]) if bill else None
        return cls(
            cart_id=value["id"],
            label=value["label"],
            state=value["state"],
            lines=tuple(LineView.from_json(line) for line in value["lines"]),
            due_now=_money(value["dueNow"]),
            every=tuple(EveryView.from_json(total) for total in value["every"]),
            first_bill=(bill_day, _money(bill[1])) if bill_day else None,
            term_total=(term[0], _money(term[1])) if term else None,
            findings=tuple(FindingView.from_json(finding) for finding in value["findings"]),
            read_only=value["readOnly"],
            currency=value["currency"],
            order_id=value["orderId"],
            promotions=tuple(value["promotions"]),
            changed=value["changed"],
            place=value.get("place", ""),
            seq=value["seq"],
        )


@dataclass(frozen=True, slots=True)
class AreaView:
    """One work area of the title row."""

    letter: str
    cart_id: str | None = None
    label: str = ""
    state: str = "empty"
    """empty, open, held, ordered."""
    current: bool = False
    lines: int = 0

    def to_json(self) -> list[Any]:
        """Return the area as JSON values."""
        return [self.letter, self.cart_id, self.label, self.state, self.current, self.lines]

    @classmethod
    def from_json(cls, value: Any) -> AreaView:
        """Read what ``to_json`` wrote."""
        letter, cart_id, label, state, current, lines = value
        return cls(letter, cart_id, label, state, current, lines)


@dataclass(frozen=True, slots=True)
class SyncView:
    """How this seat stands with a server."""

    state: str = "local"
    """local (there is no server), online, offline."""
    waiting: int = 0
    """How many changes are still to be sent."""


@dataclass(frozen=True, slots=True)
class DeskView:
    """Everything the desk screen shows, at one moment."""

    shop: str
    """The catalog's name."""
    agent: str
    role: str = "agent"
    areas: tuple[AreaView, ...] = tuple(AreaView(letter, current=letter == "A") for letter in LETTERS)
    cart: CartView = field(default_factory=lambda: CartView(None, ""))
    sync: SyncView = SyncView()
    training: bool = False
    show_tax: ShowTax = "included"
    revision: int = 0
    """Counts up with each change, so that the later of two views is known."""

    @property
    def area(self) -> AreaView:
        """The area that is worked in."""
        return next((area for area in self.areas if area.current), self.areas[0])

    def to_json(self, lines: Sequence[str] = (), findings: Sequence[str] = ()) -> dict[str, Any]:
        """Return the view as JSON values; the arguments are those of :meth:`CartView.to_json`."""
        return {
            "shop": self.shop,
            "agent": self.agent,
            "role": self.role,
            "areas": [area.to_json() for area in self.areas],
            "cart": self.cart.to_json(lines, findings),
            "sync": [self.sync.state, self.sync.waiting],
            "training": self.training,
            "showTax": self.show_tax,
            "revision": self.revision,
        }

    @classmethod
    def from_json(cls, value: Any) -> DeskView:
        """Read what ``to_json`` wrote.

        Raises:
            ValueError, TypeError, KeyError, IndexError: the value is not one of ours; the caller starts with an empty view.
        """
        return cls(
            shop=value["shop"],
            agent=value["agent"],
            role=value["role"],
            areas=tuple(AreaView.from_json(area) for area in value["areas"]),
            cart=CartView.from_json(value["cart"]),
            sync=SyncView(*value["sync"]),
            training=value["training"],
            show_tax=as_show_tax(value["showTax"]),
            revision=value["revision"],
        )


def as_show_tax(value: Any) -> ShowTax:
    """Return a stored setting as what it means; anything else is the usual one, with tax."""
    return "excluded" if value == "excluded" else "included"


def _money(mark: Any) -> Money:
    money = as_money(mark)
    if money is None:
        raise ValueError("an amount is missing")
    return money
