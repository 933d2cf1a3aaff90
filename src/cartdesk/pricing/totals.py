"""Totals: one for each kind of price and period, period by period, over a line or a whole cart.

:class:`Tally` adds a line and takes one away again exactly, so that a change costs what changed and not what is there. Called by ``cart``,
``promotions``, ``fill`` and ``explanations``.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from decimal import Decimal

from cartdesk.pricing.priced import Amounts, AppliedAlteration, Phase, PricedCharge, PricedItem, Total
from cartdesk.tmf.money import Money
from cartdesk.tmf.period import Period, PeriodUnit
from cartdesk.tmf.price import PriceType

Key = tuple[PriceType, Period | None]

ZERO = Decimal(0)
_DAYS = {PeriodUnit.DAY: 1, PeriodUnit.WEEK: 7, PeriodUnit.MONTH: 30, PeriodUnit.QUARTER: 91, PeriodUnit.YEAR: 365}


def line_totals(line: PricedItem, currency: str) -> tuple[Total, ...]:
    """Return what one line costs, its children included: one-off first, then by period; what it would cost, where it is put aside."""
    tally = Tally(currency)
    for charge in line_charges(line):
        tally.add_charge(charge, 1)
    return tally.totals()


def line_charges(line: PricedItem) -> tuple[PricedCharge, ...]:
    """Return the charges of a line that count, its children's included; where none of it counts, all that it would cost."""
    counting = line.counting()
    if not counting and not line.problem:
        return line.all_charges()
    return tuple([charge for item in counting for charge in item.charges])


def totals_of(lines: Iterable[PricedItem], currency: str) -> tuple[Total, ...]:
    """Return the totals over the lines that count."""
    tally = Tally(currency)
    for line in lines:
        tally.add(line)
    return tally.totals()


def period_order(period: Period | None) -> tuple[int, str]:
    """Return a key that sorts one-off charges first, then the shortest period first."""
    return (0, "") if period is None else (_DAYS[period.unit] * period.length, str(period))


class Tally:
    """A running sum over lines, for every kind of price and period."""

    __slots__ = ("_built", "_groups", "currency")

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self._groups: dict[Key, _Group] = {}
        self._built: dict[Key, Total] = {}

    def copy(self) -> Tally:
        """Return a tally that can be changed without changing this one."""
        self.totals()
        other = Tally(self.currency)
        other._groups = dict(self._groups)
        other._built = dict(self._built)
        return other

    def add(self, line: PricedItem) -> None:
        """Add what counts of a line."""
        for charge in _sold_charges(line):
            self.add_charge(charge, 1)

    def take(self, line: PricedItem) -> None:
        """Take away what counts of a line that was added before."""
        for charge in _sold_charges(line):
            self.add_charge(charge, -1)

    def add_charge(self, charge: PricedCharge, sign: int) -> None:
        """Add one charge, or with sign -1 take it away; usage is not totalled."""
        if charge.kind is PriceType.USAGE:
            return
        key = (charge.kind, charge.period)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = _Group()
        elif key in self._built:
            group = self._groups[key] = group.copy()
        self._built.pop(key, None)
        group.add(charge, sign)
        if not group.count:
            del self._groups[key]

    def totals(self) -> tuple[Total, ...]:
        """Return the totals: one-off first, then recurring from the shortest period on."""
        for key, group in self._groups.items():
            if key not in self._built:
                self._built[key] = group.total(key, self.currency)
        return tuple(self._built[key] for key in sorted(self._groups, key=lambda key: period_order(key[1])))


class _Group:
    """The sums of one kind and period. What it holds is replaced, never changed in place, so that a copy is cheap."""

    __slots__ = ("count", "cuts", "gross", "made", "net", "order", "rates", "steps")

    def __init__(self) -> None:
        self.count = 0
        self.net = ZERO
        self.gross = ZERO
        self.rates: dict[Decimal | None, int] = {}
        self.steps: dict[int, tuple[Decimal, Decimal, int]] = {}
        """By the first period in which it holds, what the sum changes by, and how many charges change there."""
        self.cuts: dict[str, tuple[AppliedAlteration, Decimal, Decimal, int]] = {}
        """By key: one such alteration, what all of them add without tax and with it, and how many there are."""
        self.made: dict[str, AppliedAlteration] = {}
        """By key: the alteration with what all of them add, where it has been asked for since it changed."""
        self.order: list[str] = []
        """The keys of ``cuts``, sorted."""

    def copy(self) -> _Group:
        other = _Group()
        other.count, other.net, other.gross = self.count, self.net, self.gross
        other.rates, other.steps = dict(self.rates), dict(self.steps)
        other.cuts, other.made, other.order = dict(self.cuts), dict(self.made), self.order.copy()
        return other

    def add(self, charge: PricedCharge, sign: int) -> None:
        self.count += sign
        total, phases = charge.total, charge.phases
        net, gross = total.duty_free.amount, total.tax_included.amount
        if sign < 0:
            net, gross = -net, -gross
        self.net += net
        self.gross += gross
        rates = self.rates.get(total.tax_rate, 0) + sign
        if rates:
            self.rates[total.tax_rate] = rates
        else:
            del self.rates[total.tax_rate]
        if len(phases) == 1 and phases[0].amounts is total:
            before_net, before_gross, count = self.steps.get(1, (ZERO, ZERO, 0))
            if count + sign:
                self.steps[1] = (before_net + net, before_gross + gross, count + sign)
            else:
                del self.steps[1]
        else:
            self._add_phases(phases, sign)
        for alteration in charge.alterations:
            self._add_cut(alteration, sign)

    def _add_phases(self, phases: tuple[Phase, ...], sign: int) -> None:
        net = gross = ZERO
        for phase in phases:
            amounts = phase.amounts
            before_net, before_gross, count = self.steps.get(phase.first, (ZERO, ZERO, 0))
            next_net, next_gross = amounts.duty_free.amount, amounts.tax_included.amount
            if count + sign:
                self.steps[phase.first] = (
                    before_net + (next_net - net) * sign,
                    before_gross + (next_gross - gross) * sign,
                    count + sign,
                )
            else:
                del self.steps[phase.first]
            net, gross = next_net, next_gross

    def total(self, key: Key, currency: str) -> Total:
        rate = next(iter(self.rates)) if len(self.rates) == 1 else None
        starts: list[tuple[int, Amounts]] = []
        net = gross = ZERO
        for first in sorted(self.steps):
            more_net, more_gross, _ = self.steps[first]
            if more_net or more_gross or not starts:
                net, gross = net + more_net, gross + more_gross
                starts.append((first, Amounts(Money(net, currency), Money(gross, currency), rate)))
        lasts = [first - 1 for first, _ in starts[1:]]
        phases = tuple(Phase(first, last, amounts) for (first, amounts), last in zip(starts, [*lasts, None], strict=True))
        amounts = Amounts(Money(self.net, currency), Money(self.gross, currency), rate)
        return Total(key[0], key[1], amounts, phases, self._cuts(currency))

    def _add_cut(self, alteration: AppliedAlteration, sign: int) -> None:
        key = alteration.key or alteration_key(alteration)
        one, net, gross, count = self.cuts.get(key, (alteration, ZERO, ZERO, 0))
        self.made.pop(key, None)
        if not count:
            insort(self.order, key)
        if count + sign:
            effect = alteration.effect
            self.cuts[key] = (one, net + effect.duty_free.amount * sign, gross + effect.tax_included.amount * sign, count + sign)
        else:
            del self.cuts[key]
            del self.order[bisect_left(self.order, key)]

    def _cuts(self, currency: str) -> tuple[AppliedAlteration, ...]:
        made = self.made
        for key in self.cuts.keys() - made.keys():
            one, net, gross, _ = self.cuts[key]
            made[key] = one._replace(effect=Amounts(Money(net, currency), Money(gross, currency)), shares=())
        return tuple([made[key] for key in self.order])


def alteration_key(alteration: AppliedAlteration) -> str:
    """Return a text that is the same for alterations that are the same but for their effect, and sorts by priority."""
    amount = alteration.amount.amount if alteration.amount is not None else ""
    return (
        f"{alteration.priority:012d}|{alteration.source}|{alteration.name}|{alteration.percentage}|{amount}|{alteration.periods}"
        f"|{alteration.side}|{alteration.condition}|{alteration.note}"
    )


def _sold_charges(line: PricedItem) -> list[PricedCharge]:
    if not line.children:
        return list(line.charges) if line.counted else []
    return [charge for item in line.counting() for charge in item.charges]
