"""Charge periods and stretches of time, in any spelling that catalogs and servers use.

SPEC-wise (TMF663 R18 ``recurringChargePeriod``) the period is a free string: "monthly", "month", "MONTH" and "P1M" all mean one thing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PeriodUnit(StrEnum):
    """The units a recurring charge can be counted in."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_SPELLINGS = {
    "day": PeriodUnit.DAY, "days": PeriodUnit.DAY, "daily": PeriodUnit.DAY, "d": PeriodUnit.DAY,
    "week": PeriodUnit.WEEK, "weeks": PeriodUnit.WEEK, "weekly": PeriodUnit.WEEK, "w": PeriodUnit.WEEK,
    "month": PeriodUnit.MONTH, "months": PeriodUnit.MONTH, "monthly": PeriodUnit.MONTH, "mo": PeriodUnit.MONTH, "m": PeriodUnit.MONTH,
    "quarter": PeriodUnit.QUARTER, "quarters": PeriodUnit.QUARTER, "quarterly": PeriodUnit.QUARTER,
    "year": PeriodUnit.YEAR, "years": PeriodUnit.YEAR, "yearly": PeriodUnit.YEAR, "annual": PeriodUnit.YEAR,
    "annually": PeriodUnit.YEAR, "annum": PeriodUnit.YEAR, "y": PeriodUnit.YEAR, "yr": PeriodUnit.YEAR,
}  # fmt: skip
_ADVERBS = {
    PeriodUnit.DAY: "daily",
    PeriodUnit.WEEK: "weekly",
    PeriodUnit.MONTH: "monthly",
    PeriodUnit.QUARTER: "quarterly",
    PeriodUnit.YEAR: "yearly",
}
_PATTERN = re.compile(r"(?:every\s+)?(?:(\d{1,5})\s*[-_ ]?\s*)?([a-z]+)")
_ISO = re.compile(r"p(\d{1,5})([dwmy])")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Every ``length`` ``unit``\\ s."""

    unit: PeriodUnit
    length: int = 1

    def __post_init__(self) -> None:
        if self.length < 1:
            raise ValueError(f"a charge period of {self.length} {self.unit.value} is not possible; it starts at 1")

    @classmethod
    def read(cls, text: str, length: int = 1) -> Period:
        """Read any spelling ("month", "Monthly", "3 months", "every 2 weeks", "P1M"), times ``length``.

        Raises:
            ValueError: the text names no period that is known.
        """
        lowered = text.strip().lower()
        match = _ISO.fullmatch(lowered) or _PATTERN.fullmatch(lowered)
        unit = _SPELLINGS.get(match[2]) if match else None
        if match is None or unit is None:
            raise ValueError(f"{text!r} is not a charge period; use day, week, month, quarter or year")
        return cls(unit, int(match[1] or 1) * length)

    @property
    def months(self) -> int | None:
        """The period in months, or None for days and weeks."""
        per_unit = {PeriodUnit.MONTH: 1, PeriodUnit.QUARTER: 3, PeriodUnit.YEAR: 12}.get(self.unit)
        return None if per_unit is None else per_unit * self.length

    @property
    def days(self) -> int | None:
        """The period in days, or None for months and longer."""
        per_unit = {PeriodUnit.DAY: 1, PeriodUnit.WEEK: 7}.get(self.unit)
        return None if per_unit is None else per_unit * self.length

    def __str__(self) -> str:
        """Return the TMF663 v2 spelling: "monthly", or "3 months" where the length is not one."""
        return _ADVERBS[self.unit] if self.length == 1 else f"{self.length} {self.unit.value}s"


MONTHLY = Period(PeriodUnit.MONTH)


def read_time(text: str) -> datetime:
    """Read an RFC 3339 time; the document's short form ``2017-03-27T00:00`` and a bare date are read as UTC.

    Raises:
        ValueError: not a time.
    """
    from datetime import UTC

    moment = datetime.fromisoformat(text.strip())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def write_time(moment: datetime) -> str:
    """Write RFC 3339 with a zone; UTC as ``Z``."""
    digits = "seconds" if not moment.microsecond else "microseconds" if moment.microsecond % 1000 else "milliseconds"
    return moment.isoformat(timespec=digits).replace("+00:00", "Z")
