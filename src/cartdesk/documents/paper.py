"""A document before it is written: a title, facts, sections of lines with amounts, and paragraphs, the same for every way of writing it.

``papers`` and ``receipt`` make papers; ``paper_text``, ``paper_markdown``, ``paper_pdf`` and ``paper_json`` write one each way, so that no
document has a template of its own for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cartdesk.documents.money import OURS, format_money, period_suffix
from cartdesk.tmf.money import Money
from cartdesk.tmf.period import Period


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a section: words, and perhaps an amount."""

    text: str
    money: Money | None = None
    period: Period | None = None
    """How often the amount is charged; written right behind it, unless it is a total."""
    total: bool = False
    """True for a sum, which is written with its currency and stands out."""
    depth: int = 0
    """0 for a line, more for what belongs to the one above."""

    def amount(self, locale: str = OURS) -> str:
        """Return the amount as it is written, without what stands behind it."""
        return "" if self.money is None else format_money(self.money, currency=False, locale=locale)

    @property
    def suffix(self) -> str:
        """What stands right behind the amount: ``/mo``, `` EUR``."""
        if self.money is None:
            return ""
        if self.total:
            return f" {self.money.currency}"
        return period_suffix(self.period) if self.period is not None else ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values under each other: a customer, a number, a day."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with lines below it."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs, under a heading where there is one."""

    paragraphs: tuple[str, ...]
    title: str = ""
    quiet: bool = False
    """True for what stands at the foot: remarks that are not part of the matter."""


Block = Facts | Section | Text


@dataclass(frozen=True, slots=True)
class Paper:
    """A document, ready to be written."""

    kind: str
    """quote, summary, confirmation or receipt."""
    title: str
    number: str
    """The order's number, or the cart's id."""
    shop: str
    made: datetime | None
    """When what it tells was so; None where that is not known."""
    blocks: tuple[Block, ...]
    locale: str = OURS
    one_page: bool = False
    """True where it is meant to fit on a single page."""

    @property
    def name(self) -> str:
        """Return a name for its file, without an ending: ``quote-4f2a``."""
        kept = "".join(each for each in self.number if each.isascii() and (each.isalnum() or each in "-_"))[:60]
        return f"{self.kind}-{kept}" if kept else self.kind
