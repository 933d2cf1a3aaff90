"""How sentences are written so that they can be heard: signs become words, and every number says what it is of.

Every other module of this room writes with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cartdesk.documents.money import every_words, format_money
from cartdesk.language import tr
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.tmf.money import Money
    from cartdesk.tmf.period import Period

_SIGNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\s*×\s*(?=\d)"), " times "),
    (re.compile(r"(?<=\d) × "), " times "),
    (re.compile(r"−\s?(?=\d)"), "minus "),
    (re.compile(r"(?<=\d)\s?%"), " percent"),
    (re.compile(r"(?<=\d)/(?=(?:mo|yr|wk|qtr|day)\b)"), " a "),
    (re.compile(r"\ba mo\b"), "a month"),
    (re.compile(r"\ba yr\b"), "a year"),
    (re.compile(r"\ba wk\b"), "a week"),
    (re.compile(r"\ba qtr\b"), "a quarter"),
    (re.compile(r"\s*·\s*"), ", "),
    (re.compile(r"[«»]"), '"'),
    (re.compile(r"\s*▸\s*"), " "),
    (re.compile(r"…"), "..."),
)
LONGEST = 2_000
"""The longest sentence, in characters."""


def spoken(text: str) -> str:
    """Return a sentence as it is heard: ``Fibre 500 ×2.`` becomes ``Fibre 500 times 2.``, ``−50 %`` becomes ``minus 50 percent``."""
    said = safe_text(text, LONGEST)
    for pattern, word in _SIGNS:
        said = pattern.sub(word, said)
    return said.strip()


def money(amount: Money, locale: str = "en") -> str:
    """Return an amount with its currency: ``minus 14.50 EUR``."""
    return spoken(format_money(amount, locale=locale))


def price(one_off: Money | None, recurring: Money | None, period: Period | None, locale: str = "en") -> str:
    """Return what something costs: ``49.00 EUR now and 39.00 EUR every month``; ``no charge`` where it has no price."""
    parts = []
    if one_off is not None:
        parts.append(tr("{amount} now", amount=money(one_off, locale)))
    if recurring is not None and period is not None:
        parts.append(f"{money(recurring, locale)} {every_words(period)}")
    return tr(" and ").join(parts) or tr("no charge")


def count(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: ``1 line``, ``3 lines``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(parts: Sequence[str]) -> str:
    """Return parts in a row: ``a, b and c``."""
    return tr("{parts} and {parts2}", parts=", ".join(parts[:-1]), parts2=parts[-1]) if len(parts) > 1 else "".join(parts)


def sentence(text: str) -> str:
    """Return a text that ends as a sentence does."""
    said = spoken(text)
    return said if not said or said[-1] in ".:!?" else f"{said}."


def money_json(amount: Money | None) -> dict[str, Any] | None:
    """Return an amount as JSON values, all of its digits kept."""
    from cartdesk.tmf.wire import json_number

    return None if amount is None else {"unit": amount.currency, "value": json_number(Decimal(amount.amount))}
