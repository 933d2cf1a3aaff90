"""The rows of the offerings' list in columns of numbers, and back.

Written by ``builder``, read by ``index``.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from cartdesk.catalog.container import Container, Texts, text_sections
from cartdesk.catalog.rows import Listing
from cartdesk.tmf.currencies import MINOR_DIGITS
from cartdesk.tmf.money import Money
from cartdesk.tmf.period import Period, PeriodUnit

if TYPE_CHECKING:
    from cartdesk.catalog.stock import Goods

NO_AMOUNT = -(2**63)
"""Stands in a column of amounts where there is none."""

OPEN_START, OPEN_END = -(2**62), 2**62
"""Stand in the columns of moments where an end is open."""

FROM, USAGE, BUNDLE, FREE, ONCE = (1 << bit for bit in range(5))
"""The marks of an offering: its price is the lowest of several; it charges by use; it is a bundle; it can be had without a contract; it
charges nothing every period."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


class Window(NamedTuple):
    """A stretch of time in which the listed price is right, in ticks."""

    since: int = OPEN_START
    until: int = OPEN_END
    """The first tick in which it may be wrong."""


ALWAYS = Window()
"""For a price that does not depend on the moment."""

NEVER = Window(1, 0)
"""For a price that is worked out whenever it is asked for."""


def ticks(moment: datetime) -> int:
    """Return a moment as a number that compares as moments do."""
    return (moment - _EPOCH) // _TICK


def row_sections(goods: Sequence[Goods], shelves: Sequence[str]) -> tuple[dict[str, Any], dict[str, bytes | bytearray]]:
    """Return the facts and the sections that :class:`Rows` reads."""
    money = [amount for each in goods for amount in (each.listing.one_off, each.listing.recurring) if amount is not None]
    currencies = sorted({amount.currency for amount in money})
    periods = sorted({each.listing.period for each in goods if each.listing.period is not None})
    shelf_numbers = {identity: number + 1 for number, identity in enumerate(shelves)}
    sections: dict[str, bytes | bytearray] = {
        **text_sections("row.id", [each.id for each in goods]),
        **text_sections("row.name", [each.name for each in goods]),
        **text_sections("row.detail", [each.detail for each in goods]),
        "row.status": bytes(each.status for each in goods),
        "row.marks": bytes(_marks(each) for each in goods),
        "row.starts": array("q", (OPEN_START if each.starts is None else ticks(each.starts) for each in goods)).tobytes(),
        "row.ends": array("q", (OPEN_END if each.ends is None else ticks(each.ends) for each in goods)).tobytes(),
        "row.since": array("q", (each.window.since for each in goods)).tobytes(),
        "row.until": array("q", (each.window.until for each in goods)).tobytes(),
        "row.term": array("H", (each.term_months or 0 for each in goods)).tobytes(),
        "row.shelf": array("I", (_first_shelf(each, shelf_numbers) for each in goods)).tobytes(),
        "row.period": array("H", (periods.index(each.listing.period) + 1 if each.listing.period else 0 for each in goods)).tobytes(),
    }
    for name, moments in (("starts", [each.starts for each in goods]), ("ends", [each.ends for each in goods])):
        order = sorted((ticks(moment), number) for number, moment in enumerate(moments) if moment is not None)
        sections[f"by.{name}"] = array("q", (moment for moment, _ in order)).tobytes()
        sections[f"by.{name}.number"] = array("I", (number for _, number in order)).tobytes()
    for name, amounts in (("once", [each.listing.one_off for each in goods]), ("every", [each.listing.recurring for each in goods])):
        sections[f"row.{name}"] = array("q", (_minor(amount) for amount in amounts)).tobytes()
        sections[f"row.{name}.in"] = array("H", (currencies.index(each.currency) if each else 0 for each in amounts)).tobytes()
    return {"currencies": currencies, "periods": [[each.unit.value, each.length] for each in periods]}, sections


class Rows:
    """The columns of an index, by the offering's number."""

    def __init__(self, container: Container) -> None:
        self.ids = Texts(container, "row.id")
        self.names = Texts(container, "row.name")
        self.details = Texts(container, "row.detail")
        self.status = container.section("row.status")
        self.marks = container.section("row.marks")
        self.starts = container.column("row.starts", "q")
        self.ends = container.column("row.ends", "q")
        self._since = container.column("row.since", "q")
        self._until = container.column("row.until", "q")
        self.terms = container.column("row.term", "H")
        self.shelves = container.column("row.shelf", "I")
        """The number of the first category, from 1; 0 is none."""
        self.by_start = (container.column("by.starts", "q"), container.column("by.starts.number", "I"))
        """The moments from which offerings are sold, in ascending order, and whose they are."""
        self.by_end = (container.column("by.ends", "q"), container.column("by.ends.number", "I"))
        """The moments until which offerings are sold, in ascending order, and whose they are."""
        self._periods = [Period(PeriodUnit(unit), length) for unit, length in container.facts["periods"]]
        self._period = container.column("row.period", "H")
        self._currencies: list[str] = container.facts["currencies"]
        self._once = (container.column("row.once", "q"), container.column("row.once.in", "H"))
        self._every = (container.column("row.every", "q"), container.column("row.every.in", "H"))

    def is_listed_at(self, number: int, now: int) -> bool:
        """Say whether the listed price is right at a tick."""
        return self._since[number] <= now < self._until[number]

    def listing(self, number: int) -> Listing:
        """Return what an offering costs in the list, as it was when the index was made."""
        period = self._period[number]
        marks = self.marks[number]
        return Listing(
            self._amount(number, *self._once),
            self._amount(number, *self._every),
            self._periods[period - 1] if period else None,
            bool(marks & FROM),
            bool(marks & USAGE),
        )

    def _amount(self, number: int, amounts: memoryview, currencies: memoryview) -> Money | None:
        minor = amounts[number]
        if minor == NO_AMOUNT:
            return None
        currency = self._currencies[currencies[number]]
        return Money(Decimal(minor).scaleb(-MINOR_DIGITS[currency]), currency)


def _marks(goods: Goods) -> int:
    listing = goods.listing
    flags = (
        (FROM, listing.from_price),
        (USAGE, listing.usage),
        (BUNDLE, goods.bundle),
        (FREE, goods.shortest_term == 0 and listing.recurring is not None),
        (ONCE, listing.recurring is None and listing.one_off is not None),
    )
    return sum(mark for mark, holds in flags if holds)


def _first_shelf(goods: Goods, numbers: dict[str, int]) -> int:
    return next((numbers[identity] for identity in goods.shelves if identity in numbers), 0)


def _minor(amount: Money | None) -> int:
    if amount is None:
        return NO_AMOUNT
    minor = int(amount.amount.scaleb(MINOR_DIGITS[amount.currency]))
    return minor if abs(minor) < 2**62 else NO_AMOUNT
