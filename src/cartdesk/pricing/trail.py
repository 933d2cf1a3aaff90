"""The steps behind one charge, written down in the same order in which ``charges`` works it out.

Called by ``explanations``. :func:`replay` does the steps' arithmetic again from their inputs alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from cartdesk.errors import PricingError
from cartdesk.pricing.charges import ZERO, less, off_for_one, share_in, side_of_share
from cartdesk.pricing.priced import AppliedAlteration, PricedCharge, RefusedAlteration, RoundingPolicy, Side, Step
from cartdesk.pricing.rounding import EXACT, Rounder, exactly, round_to
from cartdesk.tmf.price import PriceType
from cartdesk.tmf.rounding import RoundingLevel, RoundingMode

Operation = Literal["take", "add", "subtract", "multiply", "percent", "round", "refuse"]
Shown = Literal["gross", "net", "tax"]
"""Which amount is explained: with tax, without, or the tax."""

HUNDRED = Decimal(100)


class Trail:
    """Steps in the making. Each method adds one and returns its place; what an earlier step came to is given by that step's place."""

    def __init__(self, policy: RoundingPolicy, currency: str) -> None:
        self.steps: list[Step] = []
        self.rounder = Rounder(policy, currency)
        self._currency = currency

    def add(
        self,
        rule: str,
        subject: str,
        operation: Operation,
        *inputs: tuple[str, Decimal | int],
        source: str = "",
        carried: Sequence[int] = (),
    ) -> int:
        """Add a step.

        Args:
            rule: the rule's name.
            subject: what it is about.
            operation: what is done.
            inputs: each with its name; those that ``carried`` names come first and are looked up there.
            source: where it comes from.
            carried: the places of the steps whose results are the first inputs.
        """
        values = [
            (name, self.steps[carried[at]].result if at < len(carried) else Decimal(value)) for at, (name, value) in enumerate(inputs)
        ]
        links = [carried[at] if at < len(carried) else None for at in range(len(values))]
        mode = self.rounder.policy.mode if operation == "round" and source != "nine digits" else "HALF_UP"
        result = compute(operation, [value for _, value in values], mode)
        source = mode if operation == "round" and not source else source
        self.steps.append(Step(rule, subject, operation, tuple(values), result, self._currency, source, "", tuple(links)))
        return len(self.steps) - 1

    def refuse(self, refused: RefusedAlteration) -> None:
        """Add a discount that does not hold."""
        self.steps.append(Step("refused", refused.name, "refuse", (), ZERO, self._currency, refused.source, refused.reason))

    def result(self, place: int) -> Decimal:
        """Return what a step came to."""
        return self.steps[place].result

    def round(self, subject: str, place: int, rule: str = "round") -> int:
        """Add the rounding of a step's result to the currency's digits; nothing is added where it has no more digits."""
        if self.result(place) == self.rounder(self.result(place)):
            return place
        return self.add(rule, subject, "round", ("amount", 0), ("digits", self.rounder.digits), carried=[place])

    def total(self, rule: str, subject: str, parts: Sequence[tuple[str, int]]) -> int:
        """Add the sum of some steps' results; one alone stands for itself, none is nothing."""
        if len(parts) == 1:
            return parts[0][1]
        if not parts:
            return self.add(rule, subject, "take", ("nothing", ZERO))
        return self.add(rule, subject, "add", *((name, 0) for name, _ in parts), carried=[place for _, place in parts])

    def charge(self, charge: PricedCharge, number: int, shown: Shown, *, listed: bool = False) -> int:
        """Add what makes one charge in one of its periods and return the place of the amount.

        Args:
            charge: the charge.
            number: which charge period, from 1.
            shown: which amount.
            listed: the list price, without alterations.

        Raises:
            PricingError: the steps do not come to the charge's amount.
        """
        amounts = charge.total if listed else charge.in_period(number)
        wanted = {"gross": amounts.tax_included, "net": amounts.duty_free, "tax": amounts.tax}[shown].amount
        recurring = charge.kind is PriceType.RECURRING
        if not listed and recurring and charge.installments is not None and number > charge.installments:
            return self.add("ended", charge.name, "take", ("nothing", ZERO))
        given = charge.given
        if given is None:
            return self.add("list-price", charge.name, "take", ("price", wanted), source=charge.price_id or "")
        holding = [] if listed else [each for each in charge.alterations if each.periods is None or number <= each.periods or not recurring]
        walk = _Walk(self, charge, number)
        for alteration in holding:
            walk.alter(alteration)
        place = walk.settled(shown)
        if not listed:
            for refused in charge.refused:
                self.refuse(refused)
        if self.result(place) != wanted:
            if self.rounder.policy.level is not RoundingLevel.TOTAL:
                raise PricingError(f"The steps behind {charge.name} come to {self.result(place)} and not to {wanted}; please report this.")
            cents = wanted - self.result(place)
            place = self.add("round-on-total", charge.name, "add", ("line", 0), ("cents of the total's tax", cents), carried=[place])
        return place


class _Walk:
    """The running amount of one charge."""

    def __init__(self, trail: Trail, charge: PricedCharge, number: int) -> None:
        given = charge.given
        assert given is not None
        self.trail = trail
        self.charge = charge
        self.number = number
        self.tax = given.tax
        self.side: Side = given.side
        self.spread = False
        name = "price with tax" if given.side == "gross" else "price without tax"
        self.place = trail.add("list-price", charge.name, "take", (name, given.amount), source=charge.price_id or "")

    def alter(self, alteration: AppliedAlteration) -> None:
        """Take an alteration off the running amount."""
        trail = self.trail
        if alteration.shares and not self.spread:
            self._spread(alteration.side)
        running = trail.result(self.place)
        amount = share_in(alteration, self.number) if alteration.shares else off_for_one(running, alteration)
        if not amount:
            return
        source = alteration.source
        if alteration.percentage is not None:
            inputs = (("amount", ZERO), ("percent", alteration.percentage))
            off = trail.add("alteration", alteration.name, "percent", *inputs, source=source, carried=[self.place])
        else:
            off = trail.add("alteration", alteration.name, "take", ("amount off", amount), source=source)
            if self.spread and not alteration.shares and self.charge.quantity != 1:
                off = trail.add("quantity", alteration.name, "multiply", ("for one", 0), ("quantity", self.charge.quantity), carried=[off])
            off = self._on_one_side(alteration, off)
            running = trail.result(self.place)
        if less(running, trail.result(off)) != running - trail.result(off):
            off = self.place
        self.place = trail.add(
            "alteration", alteration.name, "subtract", ("amount", 0), ("off", 0), source=alteration.source, carried=[self.place, off]
        )

    def settled(self, shown: Shown) -> int:
        """Return the place of the rounded amount for the whole quantity."""
        per_unit = self.trail.rounder.per_unit and not self.spread
        if not per_unit and not self.spread:
            self._times_quantity()
        place = self._sided(shown)
        if per_unit:
            self.place = place
            self._times_quantity()
            place = self.place
        return place

    def _spread(self, share_side: Side | None) -> None:
        """Bring the running amount to the whole line as it is printed, which is what an amount off the cart is taken from."""
        target = side_of_share(self.side, share_side, self.tax)
        per_unit = self.trail.rounder.per_unit
        if not per_unit:
            self._times_quantity()
        self.place = self._sided(target)
        if per_unit:
            self._times_quantity()
        self.side, self.spread = target, True

    def _times_quantity(self) -> None:
        if self.charge.quantity != 1:
            self.place = self.trail.add(
                "quantity", self.charge.name, "multiply", ("for one", 0), ("quantity", self.charge.quantity), carried=[self.place]
            )

    def _on_one_side(self, alteration: AppliedAlteration, off: int) -> int:
        """Bring the running amount and what comes off it to the same side of tax."""
        if alteration.side is None or alteration.side == self.side or self.tax is None:
            return off
        if self.side == "net":
            self.place, self.side = self._with_tax(self.charge.name, self.place), "gross"
            return off
        return self._with_tax(alteration.name, off)

    def _with_tax(self, subject: str, place: int) -> int:
        tax = self.trail.add("tax", subject, "percent", ("without tax", 0), *self._rate(), carried=[place])
        return self.trail.add("tax", subject, "add", ("without tax", 0), ("tax", 0), carried=[place, tax])

    def _rate(self, *, contained: bool = False) -> list[tuple[str, Decimal]]:
        """Return the inputs that say how much tax there is: the rate, and what it is of where that is not a hundred."""
        part, of = self.tax if self.tax is not None else (ZERO, HUNDRED)
        inputs = [("tax rate", part)]
        base = of + part if contained else of
        return inputs if base == HUNDRED else [*inputs, ("of", base)]

    def _sided(self, shown: Shown) -> int:
        """Round the running amount, then the tax on it or in it, and return the amount that is asked for."""
        trail, name = self.trail, self.charge.name
        stated = trail.round(name, self.place)
        if self.tax is None:
            return trail.add("tax", name, "take", ("no tax", ZERO)) if shown == "tax" else stated
        if shown == self.side:
            return stated
        label = "without tax" if self.side == "net" else "with tax"
        inputs = self._rate(contained=self.side == "gross")
        tax = trail.round(name, trail.add("tax", name, "percent", (label, 0), *inputs, carried=[stated]))
        if shown == "tax":
            return tax
        operation: Operation = "add" if self.side == "net" else "subtract"
        return trail.add("tax", name, operation, (label, 0), ("tax", 0), carried=[stated, tax])


def compute(operation: Operation, values: Sequence[Decimal], mode: RoundingMode = "HALF_UP") -> Decimal:
    """Return what an operation makes of its inputs; see :class:`~cartdesk.pricing.priced.Step`."""
    with exactly():
        if operation == "refuse":
            return ZERO
        if operation == "add":
            return sum(values, start=ZERO)
        if operation == "subtract":
            return values[0] - sum(values[1:], start=ZERO)
        if operation == "multiply":
            product = Decimal(1)
            for value in values:
                product *= value
            return product
        if operation == "percent":
            return values[0] * values[1] / (values[2] if len(values) > 2 else HUNDRED)
        if operation == "round":
            amount = EXACT.divide(values[0], values[1]) if len(values) > 2 else values[0]
            return round_to(amount, int(values[-1]), mode)
        return values[0]


def replay(steps: Sequence[Step]) -> Decimal:
    """Return what the steps come to when their arithmetic is done again; refusals count for nothing.

    Raises:
        PricingError: a step's result does not follow from its inputs, or an input is not the result it is said to be.
    """
    last = ZERO
    for step in steps:
        if step.operation == "refuse":
            continue
        mode: RoundingMode = "HALF_UP"
        for each in ("HALF_EVEN", "HALF_DOWN"):
            mode = each if step.source == each else mode
        for (name, value), place in zip(step.inputs, step.carried, strict=True):
            if place is not None and steps[place].result != value:
                raise PricingError(f"The step {step.rule} of {step.subject} takes {name} from a step that came to something else.")
        last = compute(step.operation, [value for _, value in step.inputs], mode)
        if last != step.result:
            raise PricingError(f"The step {step.rule} of {step.subject} says {step.result} and comes to {last}.")
    return last
