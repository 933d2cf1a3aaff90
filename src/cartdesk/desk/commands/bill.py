"""The numbers' own screens: the bill, its day and start, why a number is what it is, and carts side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from cartdesk.desk.command import Command, Outcome, Show
from cartdesk.language import message, tr
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk.draft import Draft

_BILL = message("Bill")
_SHOP = frozenset({"desk", "offering", "checkout", "compare", "bill"})


@dataclass(frozen=True)
class ShowCompare(Command):
    """Compare carts or offerings on the bill."""

    name: ClassVar[str] = "show.compare"
    label: ClassVar[str] = message("Compare")
    group: ClassVar[str] = _BILL
    keys: ClassVar[tuple[str, ...]] = ("f5",)
    where: ClassVar[frozenset[str]] = frozenset({"desk", "carts"})
    footer: ClassVar[bool] = True
    entry: ClassVar[str | None] = "compare or compare A C"
    pattern: ClassVar[str | None] = r"compare(?P<letters>(?:\s+[A-F])*)"

    letters: str = ""
    """The areas whose carts are compared, ``AC``; none is every area with a cart."""

    @classmethod
    def from_fields(cls, values: Mapping[str, Any]) -> Command:
        """Read ``A C`` as ``AC``."""
        return cls("".join(values.get("letters", "").split()).upper())

    def run(self, draft: Draft) -> Outcome:
        """Open the comparison."""
        carts = [cart_id for letter, cart_id in draft.area_carts() if not self.letters or letter in self.letters]
        return Outcome("", Show("compare", {"cart_ids": tuple(carts)}))

    def written(self) -> str | None:
        """Return ``compare A C``."""
        return " ".join(("compare", *self.letters))


@dataclass(frozen=True)
class BillDay(Command):
    """Set the day of the month bills are made on, and show the bill."""

    name: ClassVar[str] = "bill.day"
    label: ClassVar[str] = message("Bill day")
    group: ClassVar[str] = _BILL
    entry: ClassVar[str | None] = "B 15"
    pattern: ClassVar[str | None] = r"B\s*(?P<day>\d+)"
    prefill: ClassVar[str | None] = "B "

    day: int

    def run(self, draft: Draft) -> Outcome:
        """Set the bill cycle day of this cart."""
        from cartdesk.selling import basket

        draft.put(basket.set_bill_day(draft.cart, self.day))
        return Outcome(tr("Bills are made on day {day}.", day=self.day), Show("bill"))

    def written(self) -> str | None:
        """Return ``B 15``."""
        return f"B {self.day}"


@dataclass(frozen=True)
class StartDay(Command):
    """Set the day service starts, and show the bill."""

    name: ClassVar[str] = "bill.start"
    label: ClassVar[str] = message("Start day")
    group: ClassVar[str] = _BILL
    entry: ClassVar[str | None] = "B from 2026-12-01"
    opener: ClassVar[str | None] = r"B\s+from\b"
    pattern: ClassVar[str | None] = r"B\s+from\s+(?P<start>\d{4}-\d{1,2}-\d{1,2})"

    start: date

    @classmethod
    def from_fields(cls, values: Mapping[str, Any]) -> Command:
        """Read the day; raises ValueError where there is no such day."""
        year, month, day = (int(each) for each in values["start"].split("-"))
        try:
            return cls(date(year, month, day))
        except ValueError:
            raise ValueError(tr("There is no day {start}; write it as 2026-12-01.", start=safe_text(values["start"]))) from None

    def run(self, draft: Draft) -> Outcome:
        """Set the start of this cart's service."""
        from cartdesk.selling import basket

        draft.put(basket.set_start(draft.cart, self.start))
        return Outcome(tr("Service starts on {start}.", start=self.start.isoformat()), Show("bill"))

    def written(self) -> str | None:
        """Return ``B from 2026-12-01``."""
        return f"B from {self.start.isoformat()}"


@dataclass(frozen=True)
class ShowBill(Command):
    """Show the bill month by month."""

    name: ClassVar[str] = "show.bill"
    label: ClassVar[str] = message("Bill")
    group: ClassVar[str] = _BILL
    keys: ClassVar[tuple[str, ...]] = ("f6",)
    where: ClassVar[frozenset[str]] = _SHOP
    footer: ClassVar[bool] = True
    entry: ClassVar[str | None] = "B"
    pattern: ClassVar[str | None] = "B|bill"

    def run(self, draft: Draft) -> Outcome:
        """Open the bill of the current cart."""
        return Outcome("", Show("bill"))

    def written(self) -> str | None:
        """Return ``B``."""
        return "B"


@dataclass(frozen=True)
class ShowWhy(Command):
    """Show why a line, or the whole cart, costs what it does."""

    name: ClassVar[str] = "show.why"
    label: ClassVar[str] = message("Why")
    group: ClassVar[str] = _BILL
    keys: ClassVar[tuple[str, ...]] = ("f7",)
    where: ClassVar[frozenset[str]] = _SHOP
    footer: ClassVar[bool] = True
    entry: ClassVar[str | None] = "W or W 2"
    pattern: ClassVar[str | None] = r"(?:W|why)\s*(?P<line>\d+)?"

    line: int | None = None
    what: str = ""
    """line, total, due_now or first_bill; empty is the line where one is named, else the total."""

    def run(self, draft: Draft) -> Outcome:
        """Open the steps behind the number."""
        item_id = draft.item(self.line).id if self.line is not None else None
        return Outcome("", Show("why", {"item_id": item_id, "what": self.what or ("line" if item_id else "total")}))

    def written(self) -> str | None:
        """Return ``W 2``."""
        if self.what:
            return None
        return "W" if self.line is None else f"W {self.line}"
