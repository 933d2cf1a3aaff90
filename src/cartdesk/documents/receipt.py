"""An order as its receipt: what was paid now and what comes with the bill, apart, with the order's number and the customer.

Called after the checkout and whenever an order is looked at again; everything is in the order, so that a receipt never changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from cartdesk.documents.money import every_words, format_day, format_moment
from cartdesk.documents.paper import Block, Facts, Line, Paper, Section, Text
from cartdesk.documents.paper_text import paper_text
from cartdesk.documents.words import (
    DUE_WHEN,
    DUE_WITH_BILL,
    ShowTax,
    choices_of,
    contact_words,
    lasting_words,
    per_words,
    phase_words,
    reduction_words,
    tax_words,
)
from cartdesk.language import tr
from cartdesk.selling.payment import Method
from cartdesk.text import safe_text
from cartdesk.tmf.period import Period
from cartdesk.tmf.price_type import PriceType

if TYPE_CHECKING:
    from cartdesk.tmf.money import Money
    from cartdesk.tmf.order import ChargedTotal, OrderItem, ProductOrder
    from cartdesk.tmf.price import CartPrice, Price, PriceAlteration


def receipt_text(order: ProductOrder, *, width: int = 80, locale: str = "en", show_tax: ShowTax = "included", shop: str = "") -> str:
    """Return the receipt of an order, each line at most ``width`` cells wide.

    Args:
        order: the order, as it was placed.
        width: the widest line in cells; 80 for a screen, 42 for a till roll.
        locale: the language numbers and dates are written in.
        show_tax: whether amounts are shown with tax or without.
        shop: the shop's name, on top.
    """
    return paper_text(receipt_paper(order, locale=locale, show_tax=show_tax, shop=shop), width)


def receipt_paper(order: ProductOrder, *, locale: str = "en", show_tax: ShowTax = "included", shop: str = "") -> Paper:
    """Return the receipt of an order; see :func:`receipt_text`."""
    writer = _Receipt(order, locale, show_tax)
    return Paper("receipt", tr("Order {id}", id=safe_text(order.id, 60)), order.id, shop, order.order_date, tuple(writer.blocks()), locale)


_TOTALLED = frozenset({PriceType.ONE_TIME, PriceType.RECURRING})


class _Receipt:
    """Writes the parts of one receipt."""

    def __init__(self, order: ProductOrder, locale: str, show_tax: ShowTax) -> None:
        self._order = order
        self._locale = locale
        self._show_tax = show_tax
        self._told: set[str] = set()
        self._charged: tuple[ChargedTotal, ...] = order.seat.charged if order.seat is not None else ()
        self._on_first_bill = order.seat is not None and order.seat.payment_method == Method.BILL

    def blocks(self) -> Iterator[Block]:
        """Yield everything but the title, in order."""
        yield Facts(tuple(self._head()))
        title = tr("Once, with the first bill") if self._on_first_bill else tr("Due now")
        yield Section(f"{title} ({tax_words(self._show_tax)})", tuple(self._due_now()))
        yield Section(tr("With the bill ({tax})", tax=tax_words(self._show_tax)), tuple(self._with_the_bill()))
        used = tuple(self._used(self._order.product_order_item))
        if used:
            yield Section(tr("As used ({tax})", tax=tax_words(self._show_tax)), used)
        free = tuple(self._without_charge())
        if free:
            yield Section(tr("Without a charge of its own"), free)
        yield Text((tr(DUE_WITH_BILL) if self._on_first_bill else tr(DUE_WHEN), *self._foot()), quiet=True)

    def _head(self) -> Iterator[tuple[str, str]]:
        """Yield the day and the customer."""
        if self._order.order_date is not None:
            yield tr("Ordered"), format_moment(self._order.order_date, self._locale)
        customer = next((party for party in self._order.related_party if (party.role or "").lower() == "customer"), None)
        if customer is not None:
            yield tr("Customer"), safe_text(customer.name or customer.id or "", 120)
        yield from (("", line) for line in contact_words(self._order.contact_medium))

    def _due_now(self) -> Iterator[Line]:
        """Yield what is paid on confirmation: the one-off charges and their total."""
        yield from self._lines(PriceType.ONE_TIME)
        totals = [each for each in self._charged if _kind(each) is PriceType.ONE_TIME]
        if not totals:
            yield Line(tr("Nothing"))
        for total in totals:
            yield Line(tr("Total once") if self._on_first_bill else tr("Total due now"), self._money(total.price), total=True)

    def _with_the_bill(self) -> Iterator[Line]:
        """Yield what comes with the bill: the recurring charges, what is taken off and until when, and each total."""
        yield from self._lines(PriceType.RECURRING)
        totals = [each for each in self._charged if _kind(each) is PriceType.RECURRING]
        if not totals:
            yield Line(tr("Nothing"))
        told: str | None = None
        for total in totals:
            period = _period(total.recurring_charge_period)
            if period is None:
                continue
            if total.first == 1 and total.last is None:
                yield Line(tr("Total {often}", often=every_words(period)), self._money(total.price), period, total=True)
                continue
            if told != total.recurring_charge_period:
                told = total.recurring_charge_period
                yield Line(tr("Total {often}", often=every_words(period)), total=True)
            until = (
                tr(", until {day}", day=format_day(date.fromisoformat(total.until), year=True, locale=self._locale)) if total.until else ""
            )
            words = phase_words(total.first, total.last, period) + until
            yield Line(words, self._money(total.price), period, total=True, depth=1)

    def _without_charge(self) -> Iterator[Line]:
        """Yield the lines that cost nothing by themselves."""
        for item in self._order.product_order_item:
            if not any(_kind(price) in _TOTALLED for price in item.item_total_price):
                yield Line(_item_words(item))
                yield from self._details(item)

    def _foot(self) -> Iterator[str]:
        """Yield who served, and the codes that were given."""
        notes = self._order.seat
        if notes is not None and notes.promotion_code:
            yield tr("Promotion codes: {code}", code=", ".join(safe_text(code, 40) for code in notes.promotion_code))
        if notes is not None and notes.who:
            yield tr("Served by {who}", who=safe_text(notes.who, 60))

    def _lines(self, kind: PriceType) -> Iterator[Line]:
        for item in self._order.product_order_item:
            for price in item.item_total_price:
                if _kind(price) is kind:
                    yield from self._charge(_item_words(item), price)
                    yield from self._details(item)

    def _details(self, item: OrderItem) -> Iterator[Line]:
        """Yield what was chosen on a line and the parts it has, where it is first written."""
        if item.id in self._told:
            return
        self._told.add(item.id)
        chosen = ", ".join(choices_of(item.product, item.item_term))
        if chosen:
            yield Line(chosen, depth=1)
        yield from self._parts(item.product_order_item, 1)

    def _parts(self, items: Iterable[OrderItem], depth: int) -> Iterator[Line]:
        for item in items:
            yield Line(tr("with ") + ", ".join((_item_words(item), *choices_of(item.product, item.item_term))), depth=depth)
            yield from self._parts(item.product_order_item, depth + 1)

    def _used(self, items: Iterable[OrderItem]) -> Iterator[Line]:
        for item in items:
            for price in item.item_price:
                if _kind(price) is PriceType.USAGE:
                    name = ", ".join(part for part in (_name(item), safe_text(price.name or "", 60)) if part)
                    yield from self._charge(name, price)
            yield from self._used(item.product_order_item)

    def _charge(self, words: str, price: CartPrice) -> Iterator[Line]:
        period = _period(price.recurring_charge_period)
        yield Line(words + per_words(price.unit_of_measure), self._money(price.price), period)
        for alteration in price.price_alteration:
            yield Line(self._alteration(alteration, period), depth=1)

    def _alteration(self, alteration: PriceAlteration, period: Period | None) -> str:
        price = alteration.price
        taken = reduction_words(price.percentage, self._money(price), self._locale) if price is not None else ""
        end = alteration.valid_for.end_date_time if alteration.valid_for is not None and alteration.application_duration else None
        until = tr(" until {day}", day=format_day(end, year=True, locale=self._locale)) if end is not None and period is not None else ""
        what = taken + lasting_words(alteration.application_duration, period) + (f",{until}" if until else "")
        name = safe_text(alteration.name or "", 60)
        return f"{name}: {what}" if name and what else name or what

    def _money(self, price: Price | None) -> Money | None:
        if price is None:
            return None
        sides = (price.tax_included_amount, price.duty_free_amount)
        return next((each for each in (sides if self._show_tax == "included" else sides[::-1]) if each is not None), None)


def _kind(price: CartPrice | ChargedTotal) -> PriceType | None:
    return PriceType.read(price.price_type)


def _item_words(item: OrderItem) -> str:
    return f"{_name(item)} ×{item.quantity:,}" if item.quantity != 1 else _name(item)


def _name(item: OrderItem) -> str:
    offering = item.product_offering
    return safe_text((offering.name or offering.id or "") if offering is not None else "", 80)


def _period(text: str | None) -> Period | None:
    try:
        return Period.read(text) if text else None
    except ValueError:
        return None
