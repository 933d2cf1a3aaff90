"""What holds of every cart, whatever the catalog: tried on generated catalogs, not only on ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from cartdesk.pricing import (
    Amounts,
    PricedCart,
    PricedItem,
    Total,
    allocate,
    change_within_cycle,
    explain,
    explain_bill,
    fill_prices,
    leaving_lines,
    line_totals,
    part_month,
    parts_of_cycle,
    price_cart,
    project,
    replay,
)  # fmt: skip
from cartdesk.pricing.allocation import allocate_within
from cartdesk.pricing.cycles import cycle_start, next_cycle_day, share_of_cycle
from cartdesk.pricing.priced import Side
from cartdesk.tmf import Money
from cartdesk.tmf.price import PriceType

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
RATES = (None, 0, 5, "8.25", 10, 19, 25)
PERIODS = (("month", 1), ("month", 1), ("month", 1), ("year", 1), ("week", 2), ("quarter", 1), ("month", 2))

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

amounts = st.one_of(
    st.integers(0, 200_000).map(lambda cents: str(Decimal(cents) / 100)),
    st.integers(0, 2_000_000).map(lambda parts: str(Decimal(parts) / 10_000)),
    st.sampled_from(["0.01", "0.005", "9.99", "29", "51.86"]),
)
dates = st.dates(date(2023, 1, 1), date(2029, 12, 31))
cycle_days = st.integers(1, 31)


@st.composite
def cuts(draw: st.DrawFn, shop: Any) -> tuple[dict[str, Any], ...]:
    made = []
    for _ in range(draw(st.integers(0, 3))):
        extra: dict[str, Any] = {"priority": draw(st.integers(0, 3))}
        periods = draw(st.sampled_from([None, None, 1, 2, 3, 6]))
        if periods:
            extra["applicationDuration"] = periods
        condition = draw(st.sampled_from([None, None, None, "new customer", "existing customer", "with O1", "2 or more", "promo TEN"]))
        if condition:
            extra["priceCondition"] = condition
        if draw(st.booleans()):
            made.append(shop.off(draw(st.sampled_from([0, 5, 10, "33.3", 50, 100])), **extra))
        else:
            extra |= draw(st.sampled_from([{}, {"taxIncluded": True}, {"tax": [{"taxRate": 19}]}]))
            made.append(shop.off(amount=draw(st.sampled_from(["0.01", "1", "5", "12.34", "500"])), **extra))
    return tuple(made)


@st.composite
def shops(draw: st.DrawFn, new_shop: Callable[..., Any], **fixed: Any) -> Any:
    """A shop with a few offerings of every kind, among them a bundle with a discount of its own."""
    shop = new_shop(
        fixed.get("currency") or draw(st.sampled_from(["EUR", "EUR", "JPY", "KWD"])),
        fixed.get("mode") or draw(st.sampled_from(["HALF_UP", "HALF_UP", "HALF_EVEN", "HALF_DOWN"])),
        fixed.get("level") or draw(st.sampled_from(["line", "line", "unit", "total"])),
    )
    for number in range(1, draw(st.integers(2, 4)) + 1):
        prices = []
        if draw(st.booleans()):
            prices.append(shop.once(draw(amounts), rate=draw(st.sampled_from(RATES)), gross=draw(st.booleans()), cuts=draw(cuts(shop))))
        for _ in range(draw(st.integers(0, 2))):
            period, length = draw(st.sampled_from(PERIODS))
            extra: dict[str, Any] = {}
            if draw(st.integers(0, 4)) == 0:
                extra["applicationDuration"] = draw(st.integers(1, 5))
            if draw(st.integers(0, 3)) == 0:
                penalty = draw(st.sampled_from([{"percent": 50}, {"amount": 10, "unitOfMeasure": {"units": "month"}}, {"amount": 99}]))
                extra["penalties"] = (shop.penalty(**penalty),)
            rate, gross = draw(st.sampled_from(RATES)), draw(st.booleans())
            prices.append(shop.every(draw(amounts), period, length, rate=rate, gross=gross, cuts=draw(cuts(shop)), **extra))
        if draw(st.booleans()):
            prices.append(shop.usage(draw(amounts)))
        shop.offer(f"O{number}", *prices)
    less = shop.every(f"-{draw(amounts)}", rate=draw(st.sampled_from(RATES)), gross=draw(st.booleans()), cuts=draw(cuts(shop)))
    children = [{"id": "O1"}, {"id": "O2", "bundledProductOfferingOption": {"numberRelOfferLowerLimit": 0}}]
    shop.offer("B", *([less] if draw(st.booleans()) else []), bundledProductOffering=children, isBundle=True)
    whole = shop.every(draw(amounts), rate=draw(st.sampled_from(RATES)), gross=draw(st.booleans()))
    shop.offer("W", whole, bundledProductOffering=children, isBundle=True)
    shop.code("TEN", 10)
    shop.code("FIVE", amount=draw(st.sampled_from(["0.05", "5", "77.77"])), priceType=draw(st.sampled_from([None, "recurring", "oneTime"])))
    shop.code("MONTHS", 25, applicationDuration=2, priceType="recurring")
    return shop


@st.composite
def items(draw: st.DrawFn, shop: Any) -> Any:
    code = draw(st.sampled_from([each["id"] for each in shop.offerings]))
    children = []
    if code in ("B", "W"):
        children = [shop.item("O1", draw(st.integers(0, 2)), months=12)]
        if draw(st.booleans()):
            children.append(shop.item("O2", draw(st.integers(1, 2))))
    status = draw(st.sampled_from(["Active"] * 5 + ["SavedForLater"]))
    action = draw(st.sampled_from(["add"] * 8 + ["delete", "no_change"]))
    quantity = draw(st.integers(0, 4))
    return shop.item(code, quantity, *children, months=draw(st.sampled_from([None, 12, 24])), status=status, action=action)


@st.composite
def sales(draw: st.DrawFn, new_shop: Callable[..., Any], most: int = 5, **fixed: Any) -> tuple[Any, Any]:
    """A shop and a cart in it."""
    shop = draw(shops(new_shop, **fixed))
    lines = draw(st.lists(items(shop), max_size=most))
    codes = draw(st.lists(st.sampled_from(["TEN", "FIVE", "MONTHS", "NONE"]), max_size=2, unique=True))
    return shop, shop.cart(*lines, codes=tuple(codes), known=draw(st.booleans()))


def counted(priced: PricedCart) -> Iterator[tuple[PricedItem, Any]]:
    for line in priced.items:
        for item in line.counting():
            for charge in item.charges:
                if charge.kind is not PriceType.USAGE:
                    yield item, charge


def pair(each: Amounts) -> tuple[Decimal, Decimal]:
    return each.duty_free.amount, each.tax_included.amount


def added(pairs: Iterator[tuple[Decimal, Decimal]]) -> tuple[Decimal, Decimal]:
    net = gross = Decimal(0)
    for one, other in pairs:
        net, gross = net + one, gross + other
    return net, gross


def in_period(total: Total, number: int) -> Amounts:
    return next(phase.amounts for phase in total.phases if phase.last is None or number <= phase.last)


@quick
@given(data=st.data())
def test_lines_make_the_total_and_tax_makes_the_difference(new_shop: Callable[..., Any], data: st.DataObject) -> None:
    shop, cart = data.draw(sales(new_shop))
    priced = price_cart(cart, shop.book, NOW)
    for total in priced.totals:
        charges = [charge for _, charge in counted(priced) if charge.kind is total.kind and charge.period == total.period]
        assert pair(total.amounts) == added(pair(charge.total) for charge in charges)
        for number in range(1, 9):
            charged = added(pair(charge.in_period(number)) for charge in charges)
            if total.kind is PriceType.RECURRING or number == 1:
                assert pair(in_period(total, number)) == charged
    lines = [line_totals(line, priced.currency) for line in priced.items if line.counted or line.counting()]
    for total in priced.totals:
        same = [each for line in lines for each in line if (each.kind, each.period) == (total.kind, total.period)]
        assert pair(total.amounts) == added(pair(each.amounts) for each in same)
    for _, charge in counted(priced):
        for phase in charge.phases:
            effects = added(pair(effect) for effect in (*phase.effects, *([phase.rounding] if phase.rounding else [])))
            ended = charge.installments is not None and phase.first > charge.installments
            listed = pair(charge.total)
            assert pair(phase.amounts) == ((0, 0) if ended else (listed[0] + effects[0], listed[1] + effects[1]))


@quick
@given(data=st.data())
def test_every_amount_has_the_currency_and_its_digits(new_shop: Callable[..., Any], data: st.DataObject) -> None:
    shop, cart = data.draw(sales(new_shop))
    priced = price_cart(cart, shop.book, NOW)
    digits = {"EUR": 2, "JPY": 0, "KWD": 3}[shop.currency]
    for _, charge in counted(priced):
        for money in (charge.total.duty_free, charge.total.tax_included, *(phase.amounts.tax_included for phase in charge.phases)):
            assert money.currency == shop.currency
            assert money.amount == round(money.amount, digits)


@quick
@given(data=st.data())
def test_the_order_of_lines_does_not_matter(new_shop: Callable[..., Any], data: st.DataObject) -> None:
    shop, cart = data.draw(sales(new_shop))
    shuffled = cart.model_copy(update={"cart_item": tuple(data.draw(st.permutations(cart.cart_item)))})
    one, other = price_cart(cart, shop.book, NOW), price_cart(shuffled, shop.book, NOW)
    assert [(total.kind, total.period, pair(total.amounts)) for total in one.totals] == [
        (total.kind, total.period, pair(total.amounts)) for total in other.totals
    ]
    if shop.policy.level.value != "total" and "FIVE" not in cart.notes.promotion_code:
        assert one.totals == other.totals
    elif "FIVE" not in cart.notes.promotion_code:
        assert [[pair(phase.amounts) for phase in total.phases] for total in one.totals] == [
            [pair(phase.amounts) for phase in total.phases] for total in other.totals
        ]


@quick
@given(data=st.data(), quantity=st.integers(1, 5))
def test_a_quantity_is_as_many_lines_where_tax_is_rounded_on_the_unit(
    new_shop: Callable[..., Any], data: st.DataObject, quantity: int
) -> None:
    """On the unit it holds for every amount there is; amounts off the whole cart and numbers of pieces are about the cart, not the line."""
    shop = data.draw(shops(new_shop, level="unit"))
    item = data.draw(items(shop)).model_copy(update={"quantity": 1})
    many = price_cart(shop.cart(item.model_copy(update={"quantity": quantity})), shop.book, NOW)
    each = price_cart(shop.cart(*(item.model_copy(update={"id": f"n{number}"}) for number in range(quantity))), shop.book, NOW)
    one = price_cart(shop.cart(item), shop.book, NOW)
    assume(not any(charge.category == "discount" for line in one.items for charge in line.all_charges()))
    assert [(pair(total.amounts), [pair(phase.amounts) for phase in total.phases]) for total in many.totals] == [
        (pair(total.amounts), [pair(phase.amounts) for phase in total.phases]) for total in each.totals
    ]


@quick
@given(
    amount=st.integers(0, 100_000),
    quantity=st.integers(1, 9),
    rate=st.sampled_from(RATES),
    gross=st.booleans(),
    level=st.sampled_from(["line", "total"]),
)
def test_a_quantity_is_as_many_lines_on_the_stated_side_everywhere(
    new_shop: Callable[..., Any], amount: int, quantity: int, rate: Any, gross: bool, level: str
) -> None:
    """A price in whole cents times a quantity is exact on the side it is stated on. On the total the tax is the same too; on the line
    the tax of many is rounded once, and so is off by at most half a cent for each."""
    shop = new_shop(level=level)
    shop.offer("A", shop.once(str(Decimal(amount) / 100), rate=rate, gross=gross))
    many = shop.sell(shop.item("A", quantity)).due_now
    each = shop.sell(*("A" for _ in range(quantity))).due_now
    side = (lambda amounts: amounts.tax_included) if gross else (lambda amounts: amounts.duty_free)
    assert side(many) == side(each)
    if level == "total":
        assert pair(many) == pair(each)
    assert abs(many.tax.amount - each.tax.amount) <= Decimal("0.005") * (quantity + 1)


@quick
@given(data=st.data())
def test_no_total_is_negative(new_shop: Callable[..., Any], data: st.DataObject) -> None:
    shop, cart = data.draw(sales(new_shop))
    priced = price_cart(cart, shop.book, NOW)
    for total in priced.totals:
        for phase in total.phases:
            assert phase.amounts.tax_included.amount >= 0
    for bill in project(priced, date(2026, 12, 10), 1, months=4):
        assert bill.total.tax_included.amount >= 0


@quick
@given(data=st.data())
def test_what_changed_priced_anew_is_what_everything_priced_anew_is(new_shop: Callable[..., Any], data: st.DataObject) -> None:
    """The former result may speed a pricing up; it may never show in it."""
    shop, cart = data.draw(sales(new_shop))
    priced = price_cart(cart, shop.book, NOW)
    now = NOW
    for _ in range(data.draw(st.integers(1, 5))):
        cart = data.draw(changed(shop, cart))
        now += timedelta(minutes=data.draw(st.integers(0, 3)))
        priced = price_cart(cart, shop.book, now, previous=priced)
        anew = price_cart(cart, shop.book, now)
        assert priced == anew
        assert [item.item for item in priced.items] == list(cart.cart_item)
    again = price_cart(cart, shop.book, now, previous=priced)
    assert (
        all(one is other for one, other in zip(again.items, priced.items, strict=True))
        or cart.notes.promotion_code
        or shop.policy.level == "total"
    )


@st.composite
def changed(draw: st.DrawFn, shop: Any, cart: Any) -> Any:
    """A cart with one thing done to it."""
    lines = list(cart.cart_item)
    what = draw(st.sampled_from(["add", "remove", "quantity", "swap", "codes", "customer", "note", "fill", "move", "child", "override"]))
    place = draw(st.integers(0, max(len(lines) - 1, 0)))
    if what == "add" or not lines:
        lines.insert(place, draw(items(shop)))
    elif what == "remove":
        lines.pop(place)
    elif what == "quantity":
        lines[place] = lines[place].model_copy(update={"quantity": draw(st.integers(0, 5))})
    elif what == "swap":
        lines[place] = draw(items(shop)).model_copy(update={"id": lines[place].id})
    elif what == "move":
        lines.append(lines.pop(place))
    elif what == "note":
        lines[place] = lines[place].model_copy(update={"note": ()})
    elif what == "child" and lines[place].cart_item:
        child = lines[place].cart_item[0].model_copy(update={"quantity": draw(st.integers(0, 3))})
        lines[place] = lines[place].model_copy(update={"cart_item": (child, *lines[place].cart_item[1:])})
    elif what == "fill":
        return fill_prices(cart, price_cart(cart, shop.book, NOW))
    notes = cart.notes
    if what == "codes":
        notes = notes.model_copy(
            update={"promotion_code": tuple(draw(st.lists(st.sampled_from(["TEN", "FIVE", "MONTHS", "ten"]), max_size=2)))}
        )
    elif what == "customer":
        notes = notes.model_copy(update={"customer_known": not notes.customer_known})
    elif what == "override":
        given = {
            "item_id": lines[place].id,
            "percentage": draw(st.sampled_from(["5", "10", "40"])),
            "who": "ana",
            "role": "agent",
            "why": "loyal",
        }
        from cartdesk.tmf import PriceOverride

        notes = notes.model_copy(update={"override": (PriceOverride(**given),)})
    return cart.model_copy(update={"cart_item": tuple(lines), "seat": notes})


@quick
@given(data=st.data(), start=dates, day=cycle_days, convention=st.sampled_from(["actual", "thirty", "none"]))
def test_the_steps_reproduce_every_number(
    new_shop: Callable[..., Any], data: st.DataObject, start: date, day: int, convention: Any
) -> None:
    shop, cart = data.draw(sales(new_shop, most=3))
    priced = price_cart(cart, shop.book, NOW)
    for total in priced.totals:
        for number in (1, 2, 3, 7):
            wanted = in_period(total, number if total.period else 1)
            steps = explain(priced, what="total", period=total.period, number=number)
            assert replay(steps) == wanted.tax_included.amount
            assert replay(explain(priced, what="total", period=total.period, number=number, shown="net")) == wanted.duty_free.amount
            assert replay(explain(priced, what="total", period=total.period, number=number, shown="tax")) == wanted.tax.amount
        assert replay(explain(priced, what="total", period=total.period, listed=True)) == total.amounts.tax_included.amount
    assert replay(explain(priced, what="due_now")) == priced.due_now.tax_included.amount
    for line in priced.items:
        for total in line_totals(line, priced.currency):
            steps = explain(priced, item_id=line.item.id, period=total.period)
            if total.period is not None or line.counting():
                assert replay(steps) == total.first.tax_included.amount
    bills = project(priced, start, day, convention, months=4)
    for bill in bills:
        for shown, amount in (("gross", bill.total.tax_included), ("net", bill.total.duty_free), ("tax", bill.total.tax)):
            side: Side | Any = shown
            assert replay(explain_bill(priced, bill, side)) == amount.amount
    leaving = sum((line.amounts.tax_included.amount for line in leaving_lines(priced, start, start + timedelta(days=40))), start=Decimal(0))
    assert replay(explain(priced, what="leaving", start=start, on=start + timedelta(days=40))) == leaving
    paid = sum((bill.total.tax_included.amount for bill in bills), start=Decimal(0))
    assert replay(explain(priced, what="sum", start=start, bill_cycle_day=day, convention=convention, months=4)) == paid


@quick
@given(data=st.data(), start=dates, day=cycle_days)
def test_a_bill_is_the_sum_of_its_lines_and_a_month_is_what_the_total_says(
    new_shop: Callable[..., Any], data: st.DataObject, start: date, day: int
) -> None:
    shop, cart = data.draw(sales(new_shop))
    priced = price_cart(cart, shop.book, NOW)
    bills = project(priced, start, day, months=6)
    assert bills[0].is_today
    assert pair(bills[0].total) == pair(priced.due_now)
    for bill in bills:
        assert pair(bill.total) == added(pair(line.amounts) for line in bill.lines)
        assert pair(bill.list_price) == added(pair(line.list_price) for line in bill.lines)
        assert all(line.first_day <= line.last_day for line in bill.lines)
    monthly = priced.every()
    for number, bill in enumerate(bills[1:], start=1):
        advance = added(
            pair(line.amounts) for line in bill.lines if line.charge and str(line.charge.period) == "monthly" and line.rule != "partPeriod"
        )
        assert advance == (pair(in_period(monthly, number)) if monthly else (0, 0))


@quick
@given(start=dates, day=cycle_days, convention=st.sampled_from(["actual", "thirty", "none"]))
@example(start=date(2024, 2, 29), day=31, convention="actual")
@example(start=date(2023, 1, 30), day=31, convention="thirty")
def test_a_part_month_and_the_days_before_it_are_one_cycle(start: date, day: int, convention: Any) -> None:
    share = part_month(start, day, convention)
    assert 0 <= share <= 1
    begins = cycle_start(start, day)
    assert begins <= start < next_cycle_day(start, day)
    if convention == "actual":
        before = share_of_cycle(begins, start, day)
        assert share + before == 1
        assert share > 0
    if convention == "thirty":
        assert share + share_of_cycle(begins, start, day, "thirty") == 1
    if start == begins or convention == "none":
        assert share == 1


@quick
@given(
    amount=st.integers(0, 10_000_000),
    rate=st.sampled_from([0, 7, 19, 25]),
    start=dates,
    day=cycle_days,
    cut=st.lists(st.integers(1, 27), max_size=4, unique=True),
)
def test_the_parts_of_a_cycle_are_the_whole(amount: int, rate: int, start: date, day: int, cut: list[int]) -> None:
    net = Decimal(amount) / 100
    whole = Amounts(Money(net, "EUR"), Money(net + round(net * rate / 100, 2), "EUR"), Decimal(rate))
    begins = cycle_start(start, day)
    days = sorted(begins + timedelta(days=each) for each in cut)
    parts = parts_of_cycle(whole, days, day)
    assert len(parts) == len(days) + 1
    assert added(pair(part) for part in parts) == pair(whole)


@quick
@given(old=amounts, new=amounts, share=st.fractions(0, 1, max_denominator=31))
def test_a_credit_and_its_charge_are_nothing_together(old: str, new: str, share: Fraction) -> None:
    one = Amounts(Money(Decimal(old), "EUR"), Money(Decimal(old), "EUR"))
    credit, charge = change_within_cycle(one, one, share)
    assert pair(credit + charge) == (0, 0)
    other = Amounts(Money(Decimal(new), "EUR"), Money(Decimal(new), "EUR"))
    there, back = change_within_cycle(one, other, share), change_within_cycle(other, one, share)
    assert pair(there[0] + there[1] + back[0] + back[1]) == (0, 0)


@quick
@given(
    units=st.integers(-1_000_000, 1_000_000),
    weights=st.lists(st.one_of(st.integers(0, 10_000), st.decimals(0, 100, places=3)), min_size=1, max_size=12),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
)
def test_parts_sum_to_the_whole_and_a_credit_mirrors_its_charge(units: int, weights: list[Any], currency: str) -> None:
    total = Money(Decimal(units).scaleb(-{"EUR": 2, "JPY": 0, "KWD": 3}[currency]), currency)
    parts = allocate(total, weights)
    assert sum((part.amount for part in parts), start=Decimal(0)) == total.amount
    assert [-part.amount for part in parts] == [part.amount for part in allocate(-total, weights)]
    exact = [total.amount * Decimal(weight) / (sum(map(Decimal, weights)) or 1) for weight in weights]
    if any(weights):
        smallest = Decimal(1).scaleb(-{"EUR": 2, "JPY": 0, "KWD": 3}[currency])
        assert all(abs(part.amount - share) < smallest for part, share in zip(parts, exact, strict=True))


@quick
@given(units=st.integers(0, 10_000), weights=st.lists(st.integers(0, 50), min_size=1, max_size=8), data=st.data())
def test_allocation_does_not_mind_the_order_but_for_ties(units: int, weights: list[int], data: st.DataObject) -> None:
    rests = [units * weight % sum(weights) for weight in weights] if any(weights) else []
    assume(len(set(rests)) == len(weights))
    places = data.draw(st.permutations(range(len(weights))))
    total = Money(Decimal(units), "JPY")
    straight, turned = allocate(total, weights), allocate(total, [weights[place] for place in places])
    assert sorted(part.amount for part in straight) == sorted(part.amount for part in turned)


@quick
@given(units=st.integers(0, 1000), lines=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 300)), min_size=1, max_size=8))
def test_no_part_is_beyond_its_limit_and_nothing_is_held_back_needlessly(units: int, lines: list[tuple[int, int]]) -> None:
    weights, limits = [weight for weight, _ in lines], [limit for _, limit in lines]
    parts = allocate_within(units, weights, limits)
    assert all(0 <= part <= limit for part, limit in zip(parts, limits, strict=True))
    assert sum(parts) == min(units, sum(limits))


LONG = settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.stress
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    "check",
    [
        test_lines_make_the_total_and_tax_makes_the_difference,
        test_the_order_of_lines_does_not_matter,
        test_no_total_is_negative,
        test_what_changed_priced_anew_is_what_everything_priced_anew_is,
    ],
)
def test_at_length(new_shop: Callable[..., Any], check: Any) -> None:
    @LONG
    @given(data=st.data())
    def tried(data: st.DataObject) -> None:
        check.hypothesis.inner_test(new_shop, data)

    tried()


@pytest.mark.stress
@pytest.mark.timeout(1800)
def test_the_steps_at_length(new_shop: Callable[..., Any]) -> None:
    @LONG
    @given(data=st.data(), start=dates, day=cycle_days, convention=st.sampled_from(["actual", "thirty", "none"]))
    def tried(data: st.DataObject, start: date, day: int, convention: Any) -> None:
        test_the_steps_reproduce_every_number.hypothesis.inner_test(new_shop, data, start, day, convention)

    tried()
