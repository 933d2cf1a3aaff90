"""An order as its receipt: what was paid now and what comes with the bill, apart, with the order's number and the customer.

Called after the checkout and whenever an order is looked at again; everything is in the order, so that a receipt never changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from cartdesk.documents.layout import BLANK, RULE, Row, lay_out
from cartdesk.documents.money import decimal_point, every_words, format_day, format_moment, format_money, period_suffix
from cartdesk.documents.words import (
    DUE_WHEN,
    ShowTax,
    choices_of,
    contact_words,
    lasting_words,
    per_words,
    phase_words,
    reduction_words,
    tax_words,
)
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
    writer = _Receipt(order, locale, show_tax)
    rows = [
        *writer.head(shop),
        RULE,
        *writer.due_now(),
        BLANK,
        *writer.with_the_bill(),
        *writer.usage(),
        *writer.without_charge(),
        RULE,
        Row(DUE_WHEN),
        *writer.foot(),
    ]
    return "\n".join(lay_out(rows, width, decimal_point(locale)))


_TOTALLED = frozenset({PriceType.ONE_TIME, PriceType.RECURRING})


class _Receipt:
    """Writes the parts of one receipt."""

    def __init__(self, order: ProductOrder, locale: str, show_tax: ShowTax) -> None:
        self._order = order
        self._locale = locale
        self._show_tax = show_tax
        self._told: set[str] = set()
        self._charged: tuple[ChargedTotal, ...] = order.seat.charged if order.seat is not None else ()

    def head(self, shop: str) -> Iterator[Row]:
        """Yield the shop, the order's number and day, and the customer."""
        if shop:
            yield Row(safe_text(shop, 80))
        yield Row(f"Order {safe_text(self._order.id, 60)}")
        if self._order.order_date is not None:
            yield Row(format_moment(self._order.order_date, self._locale))
        customer = next((party for party in self._order.related_party if (party.role or "").lower() == "customer"), None)
        if customer is not None:
            yield Row(f"Customer: {safe_text(customer.name or customer.id or '', 120)}")
        for line in contact_words(self._order.contact_medium):
            yield Row(line, indent=2)

    def due_now(self) -> Iterator[Row]:
        """Yield what is paid on confirmation: the one-off charges and their total."""
        yield Row(f"Due now ({tax_words(self._show_tax)})")
        yield from self._lines(PriceType.ONE_TIME)
        totals = [each for each in self._charged if _kind(each) is PriceType.ONE_TIME]
        if not totals:
            yield Row("Nothing", indent=2)
        for total in totals:
            yield self._total("Total due now", total, 0)

    def with_the_bill(self) -> Iterator[Row]:
        """Yield what comes with the bill: the recurring charges, what is taken off and until when, and each total."""
        yield Row(f"With the bill ({tax_words(self._show_tax)})")
        yield from self._lines(PriceType.RECURRING)
        totals = [each for each in self._charged if _kind(each) is PriceType.RECURRING]
        if not totals:
            yield Row("Nothing", indent=2)
        told: str | None = None
        for total in totals:
            period = _period(total.recurring_charge_period)
            if period is None:
                continue
            if total.first == 1 and total.last is None:
                yield self._total(f"Total {every_words(period)}", total, 0)
                continue
            if told != total.recurring_charge_period:
                told = total.recurring_charge_period
                yield Row(f"Total {every_words(period)}")
            until = f", until {format_day(date.fromisoformat(total.until), year=True, locale=self._locale)}" if total.until else ""
            yield self._total(phase_words(total.first, total.last, period) + until, total, 2)

    def without_charge(self) -> Iterator[Row]:
        """Yield the lines that cost nothing by themselves."""
        free = [item for item in self._order.product_order_item if not any(_kind(price) in _TOTALLED for price in item.item_total_price)]
        if free:
            yield BLANK
            yield Row("Without a charge of its own")
        for item in free:
            yield Row(_item_words(item), indent=2)
            yield from self._details(item)

    def usage(self) -> Iterator[Row]:
        """Yield what is charged as it is used."""
        rows = list(self._used(self._order.product_order_item))
        if rows:
            yield BLANK
            yield Row(f"As used ({tax_words(self._show_tax)})")
            yield from rows

    def foot(self) -> Iterator[Row]:
        """Yield who served, and the codes that were given."""
        notes = self._order.seat
        if notes is not None and notes.promotion_code:
            yield Row(f"Promotion codes: {', '.join(safe_text(code, 40) for code in notes.promotion_code)}")
        if notes is not None and notes.who:
            yield Row(f"Served by {safe_text(notes.who, 60)}")

    def _lines(self, kind: PriceType) -> Iterator[Row]:
        for item in self._order.product_order_item:
            for price in item.item_total_price:
                if _kind(price) is kind:
                    yield from self._charge(_item_words(item), price)
                    yield from self._details(item)

    def _details(self, item: OrderItem) -> Iterator[Row]:
        """Yield what was chosen on a line and the parts it has, where it is first written."""
        if item.id in self._told:
            return
        self._told.add(item.id)
        chosen = ", ".join(choices_of(item.product, item.item_term))
        if chosen:
            yield Row(chosen, indent=4)
        yield from self._parts(item.product_order_item, 4)

    def _parts(self, items: Iterable[OrderItem], indent: int) -> Iterator[Row]:
        for item in items:
            yield Row("with " + ", ".join((_item_words(item), *choices_of(item.product, item.item_term))), indent=indent)
            yield from self._parts(item.product_order_item, indent + 2)

    def _used(self, items: Iterable[OrderItem]) -> Iterator[Row]:
        for item in items:
            for price in item.item_price:
                if _kind(price) is PriceType.USAGE:
                    name = ", ".join(part for part in (_name(item), safe_text(price.name or "", 60)) if part)
                    yield from self._charge(name, price)
            yield from self._used(item.product_order_item)

    def _charge(self, words: str, price: CartPrice) -> Iterator[Row]:
        period = _period(price.recurring_charge_period)
        amount = self._money(price.price)
        written = format_money(amount, currency=False, locale=self._locale) if amount is not None else ""
        yield Row(words + per_words(price.unit_of_measure), written, period_suffix(period) if period is not None else "", indent=2)
        for alteration in price.price_alteration:
            yield Row(self._alteration(alteration, period), indent=4)

    def _alteration(self, alteration: PriceAlteration, period: Period | None) -> str:
        price = alteration.price
        taken = reduction_words(price.percentage, self._money(price), self._locale) if price is not None else ""
        end = alteration.valid_for.end_date_time if alteration.valid_for is not None and alteration.application_duration else None
        until = f" until {format_day(end, year=True, locale=self._locale)}" if end is not None and period is not None else ""
        what = taken + lasting_words(alteration.application_duration, period) + (f",{until}" if until else "")
        name = safe_text(alteration.name or "", 60)
        return f"{name}: {what}" if name and what else name or what

    def _total(self, text: str, total: ChargedTotal, indent: int) -> Row:
        amount = self._money(total.price)
        if amount is None:
            return Row(text, indent=indent)
        return Row(text, format_money(amount, currency=False, locale=self._locale), f" {safe_text(amount.currency, 12)}", indent)

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
