"""Money: an exact amount and its currency.

Read from either wire shape (``{unit, value}`` or ``{"money": {unit, value}}``, TMF663 R18 "Money sub-resource") and written as
``{unit, value}``. Arithmetic never leaves :class:`~decimal.Decimal`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cartdesk.errors import CurrencyMismatch, MoneyError
from cartdesk.tmf.currencies import MINOR_DIGITS
from cartdesk.tmf.wire import json_number, read_number

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency. Equal amounts are equal whatever their trailing zeros."""

    amount: Decimal
    """The amount in major units, exact."""
    currency: str
    """ISO 4217 code, upper case."""

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            object.__setattr__(self, "amount", read_number(self.amount))
        if not self.amount.is_finite():
            raise MoneyError(f"{self.amount} is not an amount of money.")

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Return nothing, in ``currency``."""
        return cls(Decimal(0), currency)

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: int | Decimal) -> Money:
        return Money(self.amount * factor, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.amount <= other.amount

    def __gt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount > other.amount

    def __ge__(self, other: Money) -> bool:
        self._same(other)
        return self.amount >= other.amount

    def _same(self, other: Money) -> None:
        if not isinstance(other, Money):
            raise MoneyError(f"An amount of money cannot be put together with {other!r}.")
        if self.currency != other.currency:
            raise CurrencyMismatch(self.currency, other.currency)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(
            _read_money,
            serialization=core_schema.plain_serializer_function_ser_schema(_write_money),
        )


def minor_digits(currency: str) -> int:
    """Return how many digits a currency has after the point: EUR 2, JPY 0, KWD 3 (CLDR).

    Raises:
        MoneyError: the code is not an ISO 4217 currency.
    """
    try:
        return MINOR_DIGITS[currency]
    except KeyError:
        raise MoneyError(f"{currency!r} is not an ISO 4217 currency code.") from None


def _read_money(value: Any) -> Money:
    if isinstance(value, Money):
        return value
    if isinstance(value, dict):
        inner = value.get("money", value)
        if isinstance(inner, dict) and "value" in inner:
            unit = inner.get("unit")
            if not isinstance(unit, str) or not unit:
                raise ValueError("an amount needs its currency in 'unit'")
            return Money(read_number(inner["value"]), unit)
    raise ValueError("money is written {'unit': 'EUR', 'value': 29}")


def _write_money(money: Money) -> dict[str, Any]:
    return {"unit": money.currency, "value": json_number(money.amount)}
