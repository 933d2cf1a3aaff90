"""Rounding, in one place: to a currency's digits, to any number of digits, and the tax of an amount.

Every other file of this room rounds through here; nothing else in cartdesk rounds money.
"""

from __future__ import annotations

import decimal
from contextlib import AbstractContextManager
from decimal import ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

from cartdesk.errors import PricingError
from cartdesk.pricing.priced import Amounts, TaxShare
from cartdesk.tmf.money import Money, minor_digits
from cartdesk.tmf.rounding import RoundingLevel, RoundingMode, RoundingPolicy

EXACT = decimal.Context(
    prec=120,
    rounding=ROUND_HALF_EVEN,
    Emin=-9999,
    Emax=9999,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
"""Room enough that no sum or product of prices is ever cut short."""

HIGHEST = Decimal(10) ** 15
"""No price reaches this; one that does is a mistake, and is refused rather than totalled."""

FRACTION_DIGITS = 9
"""How many digits a share of a charge period is rounded to, half up."""

_TOO_MANY = HIGHEST.adjusted()
_new = object.__new__
_set_amount, _set_currency = (vars(Money)[name].__set__ for name in ("amount", "currency"))
_set_net, _set_gross, _set_rate = (vars(Amounts)[name].__set__ for name in ("duty_free", "tax_included", "tax_rate"))

_MODES = {"HALF_UP": ROUND_HALF_UP, "HALF_EVEN": ROUND_HALF_EVEN, "HALF_DOWN": ROUND_HALF_DOWN}


def round_money(amount: Decimal, currency: str, mode: RoundingMode = "HALF_UP") -> Decimal:
    """Return ``amount`` rounded to the currency's digits: EUR 2, JPY 0, KWD 3.

    Args:
        amount: in major units, any number of digits.
        currency: ISO 4217 code.
        mode: what becomes of a tie: HALF_UP goes away from zero, HALF_DOWN towards it, HALF_EVEN to the even digit.

    Raises:
        MoneyError: the currency is not known.
        PricingError: the mode is not one of the three, or the amount is not finite.
    """
    return round_to(amount, minor_digits(currency), mode)


def round_to(amount: Decimal, digits: int, mode: RoundingMode = "HALF_UP") -> Decimal:
    """Return ``amount`` rounded to ``digits`` after the point; zero comes without a sign.

    Raises:
        PricingError: the mode is not known, or the amount is not finite or beyond any price.
    """
    name = _MODES.get(mode)
    if name is None:
        raise PricingError(f"{mode!r} is not a way to round here; use HALF_UP, HALF_EVEN or HALF_DOWN.")
    if not amount.is_finite():
        raise PricingError(f"{amount} cannot be rounded; it is not an amount.")
    try:
        rounded = amount.quantize(Decimal((0, (1,), -digits)), rounding=name, context=EXACT)
    except decimal.InvalidOperation:
        raise PricingError("an amount has more digits than any price.") from None
    return rounded if rounded else abs(rounded)


def round_fraction(share: Fraction) -> Decimal:
    """Return a share of a charge period as a number with nine digits, half up."""
    return round_to(EXACT.divide(Decimal(share.numerator), Decimal(share.denominator)), FRACTION_DIGITS)


class Rounder:
    """Rounds one currency's money by one catalog's policy. Call it with an exact amount."""

    __slots__ = ("_name", "_unit", "currency", "digits", "nothing", "per_unit", "policy")

    def __init__(self, policy: RoundingPolicy, currency: str) -> None:
        if policy.mode not in _MODES:
            raise PricingError(f"{policy.mode!r} is not a way to round here; use HALF_UP, HALF_EVEN or HALF_DOWN.")
        self.policy = policy
        self.currency = currency
        self.digits = minor_digits(currency)
        self._unit = Decimal((0, (1,), -self.digits))
        self._name = _MODES[policy.mode]
        self.per_unit = policy.level is RoundingLevel.UNIT
        self.nothing = Amounts(Money.zero(currency), Money.zero(currency))
        """No money."""

    def __call__(self, amount: Decimal) -> Decimal:
        """Return the amount in the currency's digits.

        Raises:
            PricingError: the amount is beyond any price.
        """
        rounded = amount.quantize(self._unit, self._name, EXACT)
        if rounded.adjusted() >= _TOO_MANY and rounded:
            raise PricingError(f"an amount of {amount:.3e} {self.currency} is beyond any price; check the price and the quantity.")
        return rounded if rounded else abs(rounded)

    def amounts(self, net: Decimal, gross: Decimal, rate: Decimal | None) -> Amounts:
        """Return two amounts in the currency as one value.

        Both are results of this class, so the checks that making money does are skipped: a large cart has ten thousand of them.
        """
        made, without, with_tax = _new(Amounts), _new(Money), _new(Money)
        _set_amount(without, net)
        _set_currency(without, self.currency)
        _set_amount(with_tax, gross)
        _set_currency(with_tax, self.currency)
        _set_net(made, without)
        _set_gross(made, with_tax)
        _set_rate(made, rate)
        return made


def tax_on(net: Decimal, tax: TaxShare) -> Decimal:
    """Return the tax, unrounded, that comes on top of an amount without tax."""
    return net * tax.part / tax.of


def tax_in(gross: Decimal, tax: TaxShare) -> Decimal:
    """Return the tax, unrounded, that is contained in an amount with tax."""
    return gross * tax.part / (tax.of + tax.part)


def exactly() -> AbstractContextManager[decimal.Context]:
    """Return a context in which sums and products of prices keep all their digits."""
    return decimal.localcontext(EXACT)
