"""What pricing answers: a priced cart and its parts, as plain frozen values.

Every amount comes with and without tax. Everything here is exact, rounded once to the currency's digits where it is a printed number,
and says which alterations made it and which were refused. Nothing here computes; see ``items``, ``totals`` and ``bills``.

What a large cart has thousands of is a named tuple, which is made several times faster than a frozen dataclass.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from cartdesk.tmf.money import Money
from cartdesk.tmf.period import MONTHLY, Period
from cartdesk.tmf.rounding import RoundingLevel, RoundingMode, RoundingPolicy

if TYPE_CHECKING:
    from cartdesk.pricing.workings import Workings
    from cartdesk.tmf.cart import CartItem, ShoppingCart
    from cartdesk.tmf.catalog import ProductOffering, ProductOfferingPrice, Promotion
    from cartdesk.tmf.price import PriceType

__all__ = [
    "Amounts",
    "AppliedAlteration",
    "Bill",
    "BillChange",
    "BillLine",
    "Convention",
    "Given",
    "Penalty",
    "Phase",
    "PriceBook",
    "PricedCart",
    "PricedCharge",
    "PricedItem",
    "RefusedAlteration",
    "RoundingLevel",
    "RoundingMode",
    "RoundingPolicy",
    "Side",
    "Step",
    "TaxShare",
    "Total",
]

Convention = Literal["actual", "thirty", "none"]
Side = Literal["net", "gross"]
"""Without tax, or with it."""


class PriceBook(Protocol):
    """What pricing needs of a catalog. ``cartdesk.catalog.Catalog`` is one."""

    @property
    def currency(self) -> str:
        """The ISO 4217 code of the catalog's prices."""
        ...

    @property
    def policy(self) -> RoundingPolicy:
        """How the catalog rounds."""
        ...

    def offering(self, offering_id: str) -> ProductOffering | None:
        """Return an offering by its id."""
        ...

    def prices_of(self, offering: ProductOffering) -> tuple[ProductOfferingPrice, ...]:
        """Return the offering's own prices, in its order; alterations are not among them."""
        ...

    def price(self, price_id: str) -> ProductOfferingPrice | None:
        """Return a price or an alteration by its id."""
        ...

    def promotion(self, code: str) -> Promotion | None:
        """Return the promotion with this code, whatever its case."""
        ...


@dataclass(frozen=True, slots=True)
class Amounts:
    """One amount, without and with tax."""

    duty_free: Money
    tax_included: Money
    tax_rate: Decimal | None = None
    """In percent; None where several rates meet in a sum."""

    @property
    def tax(self) -> Money:
        """The tax: what is paid with it less what is paid without."""
        return self.tax_included - self.duty_free

    def __add__(self, other: Amounts) -> Amounts:
        rate = self.tax_rate if self.tax_rate == other.tax_rate else None
        return Amounts(self.duty_free + other.duty_free, self.tax_included + other.tax_included, rate)

    def __sub__(self, other: Amounts) -> Amounts:
        return self + -other

    def __neg__(self) -> Amounts:
        return Amounts(-self.duty_free, -self.tax_included, self.tax_rate)


class TaxShare(NamedTuple):
    """How much tax there is on an amount without it: 19 of 100, or 2.95 of 29.00 where both amounts are stated and no rate that fits."""

    part: Decimal
    of: Decimal


class Given(NamedTuple):
    """The list price for one as the catalog states it, before any rounding."""

    amount: Decimal
    """On the side it is stated on; may have more digits than the currency."""
    side: Side
    tax: TaxShare | None
    """What the other side is worked out with; None where there is no tax on it."""
    stated_rate: Decimal | None
    """The tax in percent that the catalog states."""


class AppliedAlteration(NamedTuple):
    """A discount that holds, and what it takes off."""

    name: str
    source: str
    """The id of the catalog's alteration, the promotion's code, or ``override``."""
    percentage: Decimal | None
    amount: Money | None
    """In money for one, as given; exactly one of percentage and amount is set."""
    priority: int
    periods: int | None
    """How many charge periods it lasts, from the first; None is always."""
    condition: str | None
    effect: Amounts
    """What it adds to the charge's total in a period it holds: negative for a discount, for the whole quantity."""
    note: str = ""
    """Who set it and why, for an override."""
    side: Side | None = None
    """Which side ``amount`` is on; None where it says nothing of tax: then it is in the terms of the price it changes."""
    shares: tuple[tuple[int, Money], ...] = ()
    """For an amount off the whole cart: this charge's share of it, and from which charge period on."""
    key: str = ""
    """The same for alterations that are the same but for their effect; sorts by priority."""


class RefusedAlteration(NamedTuple):
    """A discount that does not hold, and why."""

    name: str
    source: str
    reason: str
    """The named reason as a short sentence: "for new customers only"."""
    mend: str | None = None
    """The entry that would make it hold, where there is one."""


class PricedCharge(NamedTuple):
    """One price of one item: a row of its ``itemPrice``."""

    price_id: str | None
    name: str
    kind: PriceType
    period: Period | None
    """Set for recurring charges."""
    per: str | None
    """For usage: the unit of measure it is charged per ("1 GB")."""
    unit: Amounts
    """The list price for one."""
    total: Amounts
    """The list price for the whole quantity (parents' quantities included)."""
    alterations: tuple[AppliedAlteration, ...] = ()
    refused: tuple[RefusedAlteration, ...] = ()
    installments: int | None = None
    """How many periods it is charged for; None is until cancelled."""
    category: str = "charge"
    """charge, discount or allowance (both negative prices of their own), former (what is paid for now and is taken off)."""
    phases: tuple[Phase, ...] = ()
    """What is charged period by period; one phase for one-off charges."""
    quantity: int = 1
    """How many of the item's quantity are charged: fewer where a bundle's own price covers some."""
    given: Given | None = None
    """What the catalog states; None for what is paid for now, where that is only known as a sum."""
    floor: Money | None = None
    """The lowest price for one, with tax, below which no override or promotion goes."""
    penalties: tuple[Penalty, ...] = ()
    """What leaving before the end of the term costs."""

    def in_period(self, number: int) -> Amounts:
        """Return the total in its ``number``-th charge period (from 1) with the alterations that then hold."""
        for phase in self.phases:
            if phase.last is None or number <= phase.last:
                return phase.amounts
        if self.installments is not None and number > self.installments:
            return self.total - self.total
        holding = (each.effect for each in self.alterations if each.periods is None or number <= each.periods)
        return sum(holding, start=self.total)


class Penalty(NamedTuple):
    """What leaving before the end of the term costs."""

    name: str
    source: str
    """The id of the catalog's penalty."""
    amounts: Amounts | None
    """In money for one; exactly one of amounts and percentage is set."""
    percentage: Decimal | None
    """In percent of the charges that would still have been due."""
    per: Period | None
    """What ``amounts`` is for each remaining one of; None is once."""


class PricedItem(NamedTuple):
    """A line with its prices, children included below."""

    item: CartItem
    name: str
    quantity: int
    """How many are sold: the item's quantity times its parents'."""
    charges: tuple[PricedCharge, ...]
    """Its own prices, without its children's."""
    children: tuple[PricedItem, ...] = ()
    counted: bool = True
    """False when put aside, or when the customer already has it."""
    problem: str | None = None
    """Why it could not be priced: one sentence."""
    included_in: str | None = None
    """The name of the bundle whose own price covers it."""
    remark: str | None = None
    """What a reader of the price should know, as a sentence."""
    refused: tuple[RefusedAlteration, ...] = ()
    """Overrides that found no price to change."""
    term_months: int | None = None
    """The chosen commitment in months."""
    rests_on: frozenset[str] = frozenset()
    """What else in the cart the price rests on, children included: "customer", "with:tvplus", "promo:spring"."""

    def all_charges(self) -> tuple[PricedCharge, ...]:
        """Return its own charges and its children's."""
        return self.charges + tuple(charge for child in self.children for charge in child.all_charges())

    def counting(self) -> tuple[PricedItem, ...]:
        """Return the item and those below it that are sold here: neither put aside, nor had already, nor given up."""
        below = tuple(each for child in self.children for each in child.counting())
        return (self, *below) if self.counted else below


class Phase(NamedTuple):
    """A run of charge periods that cost the same."""

    first: int
    """The number of its first period, from 1."""
    last: int | None
    """The number of its last period; None is for good."""
    amounts: Amounts
    effects: tuple[Amounts, ...] = ()
    """For a charge: what each of its alterations adds in these periods, in their order; nothing once it has ended."""
    exact_tax: Decimal = Decimal(0)
    """For a charge: its tax before that was rounded."""
    rounding: Amounts | None = None
    """For a charge where tax is rounded on the total: the cents that came to this line so that the lines add up."""


@dataclass(frozen=True, slots=True)
class Total:
    """One total of the cart: a (priceType, period) over all lines that count."""

    kind: PriceType
    period: Period | None
    amounts: Amounts
    """List price, before alterations: what ``cartTotalPrice`` carries."""
    phases: tuple[Phase, ...]
    """What is really charged, period by period; one phase for one-off totals."""
    alterations: tuple[AppliedAlteration, ...] = ()

    @property
    def first(self) -> Amounts:
        """What is charged in the first period."""
        return self.phases[0].amounts

    @property
    def steady(self) -> Amounts:
        """What is charged once every discount and installment has ended."""
        return self.phases[-1].amounts


@dataclass(frozen=True, slots=True)
class PricedCart:
    """A cart with every price worked out at one moment."""

    cart: ShoppingCart
    currency: str
    policy: RoundingPolicy
    moment: datetime
    items: tuple[PricedItem, ...]
    totals: tuple[Total, ...]
    """One-off first, then recurring from the shortest period on; usage is never totalled."""
    refused: tuple[RefusedAlteration, ...] = ()
    """Promotion codes that do not hold, and why."""
    workings: Workings | None = field(default=None, compare=False, repr=False)
    """What the next pricing of this cart can take over."""

    @property
    def due_now(self) -> Amounts:
        """The one-off charges, discounts taken off."""
        return next((total.first for total in self.totals if total.period is None), self.nothing)

    @property
    def nothing(self) -> Amounts:
        """No money, in the cart's currency."""
        return Amounts(Money.zero(self.currency), Money.zero(self.currency))

    def every(self, period: Period = MONTHLY) -> Total | None:
        """Return the recurring total of one period."""
        return next((total for total in self.totals if total.period == period), None)


class BillLine(NamedTuple):
    """One amount on a bill."""

    item_id: str
    name: str
    rule: str
    """oneOff, partPeriod, advance, installment."""
    first_day: date
    last_day: date
    fraction: Fraction
    """The share of a full charge period, 1 for whole ones and one-off charges."""
    list_price: Amounts
    """Before alterations, the fraction taken."""
    amounts: Amounts
    """What is charged."""
    charge: PricedCharge | None = None
    """The charge it is for."""
    number: int = 1
    """Which of the charge's periods it is, from 1; a part month is charged like the first."""


class BillChange(NamedTuple):
    """Something that is different from this bill on, or for the last time on it."""

    item_id: str
    name: str
    what: Literal["starts", "last", "ended"]
    number: int
    """Which charge period this is for it, from 1."""
    of: int | None
    """Of how many; None is for good."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What is paid on one day."""

    on: date
    is_today: bool
    """True for what is due on confirmation (one-off charges); later bills are the account's."""
    lines: tuple[BillLine, ...]
    list_price: Amounts
    total: Amounts
    changes: tuple[BillChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an explanation. ``result`` follows from ``operation`` and ``inputs`` exactly."""

    rule: str
    """The rule's name: list-price, quantity, alteration, tax, round, round-on-total, sum, part-month,
    no-more-than-the-rest, remaining, ended, refused."""
    subject: str
    """What it is about: the price's, item's or alteration's name."""
    operation: Literal["take", "add", "subtract", "multiply", "percent", "round", "refuse"]
    """What is done with the inputs, in their order.

    take: the first. add: their sum. subtract: the first less the others. multiply: their product. percent: the first times the second by
    100, or by the third where there is one. round: the first, divided by the second where there are three, to as many digits as the last
    says. refuse: nothing.
    """
    inputs: tuple[tuple[str, Decimal], ...]
    """What goes in, each with its name."""
    result: Decimal
    currency: str
    source: str = ""
    """Where it comes from: the catalog price's id, a promotion's code, a setting such as HALF_UP."""
    reason: str = ""
    """For a refusal: why."""
    carried: tuple[int | None, ...] = ()
    """For each input the place, from 0, of the step whose result it is; None for a fact."""
