"""What the customer has, as the products screen and the plain prompt show it: each product, what the cart does to it, before and after.

Everything is worked out in ``cartdesk.selling`` and ``cartdesk.pricing``; here it is only put beside each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from cartdesk.desk.details import shown
from cartdesk.language import tr
from cartdesk.text import safe_text
from cartdesk.tmf.period import MONTHLY, Period

if TYPE_CHECKING:
    from cartdesk.desk.desk import Desk
    from cartdesk.desk.view import ShowTax
    from cartdesk.pricing.priced import PricedCharge, PricedItem
    from cartdesk.tmf import CartItem
    from cartdesk.tmf.customer import OwnedProduct
    from cartdesk.tmf.money import Money

Fate = Literal["", "changes", "ends", "stays"]
"""What the cart does to a product; nothing where it says nothing of it."""


@dataclass(frozen=True, slots=True)
class OwnedView:
    """One product that the customer has."""

    number: int
    product_id: str
    name: str
    quantity: int
    every: tuple[tuple[Period, Money], ...]
    """What is paid for it now."""
    since: date | None
    until: date | None
    """The first day on which it can be left for nothing; None where there is no commitment."""
    note: str
    """The installments that are left, a status that is not active, its billing account."""
    fate: Fate
    line: int | None
    """The line of the cart that says so."""


@dataclass(frozen=True, slots=True)
class SideBySide:
    """One fact of a product, as it is and as it will be."""

    what: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        """Say whether it changes."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Comparison:
    """A product before and after the cart is ordered."""

    rows: tuple[SideBySide, ...]
    before: tuple[tuple[Period, Money], ...]
    """What is paid for it now."""
    after: tuple[tuple[Period, Money], ...]
    """What will be paid for it; nothing where it ends."""
    difference: tuple[tuple[Period, Money], ...]
    """The line's share of the cart's totals."""
    once: Money | None
    """What the change costs once."""
    leaving: tuple[tuple[str, Money], ...]
    """What ends early, and what that costs; where the cart says nothing of the product, what giving it up today would cost."""
    fate: Fate


def owned_views(desk: Desk, *, costs: bool = True) -> tuple[OwnedView, ...]:
    """Return what the current cart's customer has, in the order of its numbers; without ``costs`` at once, and with nothing priced."""
    from cartdesk.selling import owned

    cart = desk.cart
    if cart is None:
        return ()
    found = []
    for number, product in enumerate(owned.products_of(cart, desk.catalog), start=1):
        line = owned.line_of(cart, product)
        found.append(
            OwnedView(
                number=number,
                product_id=product.id or "",
                name=owned.called(product),
                quantity=product.quantity,
                every=_paid(desk, product) if costs else (),
                since=product.start_date.date() if product.start_date is not None else None,
                until=_until(product),
                note=_note(desk, product) if costs else "",
                fate=fate_of(line),
                line=next((n for n, each in enumerate(cart.cart_item, start=1) if each is line), None),
            )
        )
    return tuple(found)


def comparison(desk: Desk, number: int) -> Comparison:
    """Return a product as it is and as the current cart makes it.

    Raises:
        Refused: there is no such product.
    """
    from cartdesk.selling import basket, owned

    cart = desk.cart if desk.cart is not None else basket.new_cart("", desk.now())
    product = owned.product_at(cart, desk.catalog, number)
    line = owned.line_of(cart, product)
    fate = fate_of(line)
    before = dict(_facts_of_product(product))
    after = before if line is None or fate == "stays" else {} if fate == "ends" else dict(_facts_of_item(line))
    names = dict.fromkeys((*before, *after))
    side = desk.view.show_tax
    paid = _paid(desk, product)
    if line is None:
        leaving = tuple(
            (safe_text(each.name, 100), shown(each.amounts, side)) for each in owned.leaving_now(product, desk.catalog, desk.now())
        )
        return Comparison(_rows(names, before, after), paid, paid, (), None, leaving, fate)
    priced = next((each for each in desk.price(cart).items if each.item is line), None)
    sold = [charge for charge in _charges(priced) if charge.category != "former"] if fate == "changes" else []
    return Comparison(
        rows=_rows(names, before, after),
        before=paid,
        after=paid if fate == "stays" else _sums(sold, side),
        difference=_sums(_charges(priced), side)
        if fate == "changes"
        else tuple((period, -amount) for period, amount in paid if fate == "ends"),
        once=_once(sold, side),
        leaving=tuple(leaving_of(line, side)),
        fate=fate,
    )


def fate_of(line: CartItem | None) -> Fate:
    """Return what a line does to the product it is about."""
    if line is None:
        return ""
    fates: dict[str, Fate] = {"modify": "changes", "delete": "ends", "no_change": "stays"}
    return fates.get(line.action.value, "")


def leaving_of(line: CartItem, side: ShowTax) -> Iterator[tuple[str, Money]]:
    """Yield what ending a line's commitment early costs, and for what."""
    from cartdesk.selling import owned

    for price in owned.leaving_charges(line):
        amounts = price.price
        amount = (amounts.duty_free_amount if side == "excluded" else amounts.tax_included_amount) if amounts is not None else None
        if amount is not None:
            yield safe_text(price.name or tr("Leaving early"), 100), amount


def _paid(desk: Desk, product: OwnedProduct) -> tuple[tuple[Period, Money], ...]:
    """Return what a product is paid for now: what changing it to itself takes off."""
    from cartdesk.selling import owned

    former = [charge for charge in _charges(owned.taken_off(product, desk.catalog, desk.now())) if charge.category == "former"]
    return tuple((period, -amount) for period, amount in _sums(former, desk.view.show_tax))


def _charges(priced: PricedItem | None) -> tuple[PricedCharge, ...]:
    return priced.all_charges() if priced is not None else ()


def _sums(charges: Iterable[PricedCharge], side: ShowTax) -> tuple[tuple[Period, Money], ...]:
    sums: dict[Period, Money] = {}
    for charge in charges:
        if charge.period is not None and charge.installments is None:
            amount = shown(charge.total, side)
            sums[charge.period] = sums[charge.period] + amount if charge.period in sums else amount
    return tuple(sorted(sums.items(), key=lambda pair: pair[0] != MONTHLY))


def _once(charges: Iterable[PricedCharge], side: ShowTax) -> Money | None:
    amounts = [shown(charge.in_period(1), side) for charge in charges if charge.period is None and charge.per is None]
    return sum(amounts[1:], start=amounts[0]) if amounts else None


def _rows(names: Iterable[str], before: dict[str, str], after: dict[str, str]) -> tuple[SideBySide, ...]:
    return tuple(SideBySide(name, before.get(name, ""), after.get(name, "")) for name in names)


def _facts_of_product(product: OwnedProduct, within: str = "") -> Iterator[tuple[str, str]]:
    from cartdesk.selling import owned
    from cartdesk.selling.characteristics import value_text
    from cartdesk.selling.terms import term_name

    yield f"{within}Product", _times(owned.called(product), product.quantity)
    for term in product.product_term[:1]:
        yield f"{within}Term", term_name(term)
    for each in product.product_characteristic:
        yield f"{within}{safe_text(each.name or '', 40)}", safe_text(value_text(each.value) or "", 80)
    for part in product.parts:
        yield from _facts_of_product(part, f"{owned.called(part)}: ")


def _facts_of_item(item: CartItem, within: str = "") -> Iterator[tuple[str, str]]:
    from cartdesk.selling.characteristics import value_text
    from cartdesk.selling.lines import item_name
    from cartdesk.selling.terms import term_name

    yield f"{within}Product", _times(item_name(item), item.quantity)
    for term in item.cart_term[:1]:
        yield f"{within}Term", term_name(term)
    for each in item.product.characteristic if item.product is not None else ():
        yield f"{within}{safe_text(each.name or '', 40)}", safe_text(value_text(each.value) or "", 80)
    for child in item.cart_item:
        if fate_of(child) != "ends":
            yield from _facts_of_item(child, f"{item_name(child)}: ")


def _times(name: str, quantity: int) -> str:
    return name if quantity == 1 else f"{name} ×{quantity}"


def _until(product: OwnedProduct) -> date | None:
    from cartdesk.pricing.cycles import add_months
    from cartdesk.selling.terms import months_of

    months = [months_of(term) for each in (product, *product.parts) for term in each.product_term[:1]]
    longest = max((each for each in months if each is not None), default=0)
    return add_months(product.start_date.date(), longest) if longest > 1 and product.start_date is not None else None


def _note(desk: Desk, product: OwnedProduct) -> str:
    from cartdesk.selling import owned

    left = [line for line in owned.leaving_now(product, desk.catalog, desk.now()) if line.rule == "installments"]
    parts = [tr("{remaining} of {of} installments left", remaining=line.remaining, of=line.of) for line in left]
    if product.status and product.status.casefold() != "active":
        parts.append(safe_text(product.status, 30))
    if product.billing_account is not None and product.billing_account.id:
        parts.append(tr("account {id}", id=safe_text(product.billing_account.id, 30)))
    return ", ".join(parts)
