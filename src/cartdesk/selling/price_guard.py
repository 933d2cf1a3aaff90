"""A price that changed behind a cart's back: a drop is passed on, a rise needs a yes.

The desk notes what each line costs whenever a cart is kept; when the cart is opened after the catalog changed, the two are compared here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from cartdesk.errors import Mend, Refused
from cartdesk.language import message, tr
from cartdesk.pricing.priced import PricedCart, PricedItem
from cartdesk.selling.facts import ByIdentity
from cartdesk.selling.finding import Finding
from cartdesk.selling.lines import is_active, item_at, item_name, line_number, require_open, unpriced, walk, with_seat
from cartdesk.tmf.cart import Action, CartItem, ShoppingCart
from cartdesk.tmf.money import minor_digits
from cartdesk.tmf.price import PriceType

PRICE = "price"
"""The code of what is found here."""
_ONCE = "once"
_SAME = Decimal("0.005")
"""What is less than this apart, for one, is rounding."""
_SIX = Decimal("0.000001")


class Change(NamedTuple):
    """What one of a line cost and costs, in one of its periods; with tax."""

    item_id: str
    period: str
    """``once``, or a recurring charge period."""
    before: Decimal
    now: Decimal

    @property
    def is_rise(self) -> bool:
        """Say whether it costs more than was agreed."""
        return self.now > self.before


def quote_of(line: PricedItem) -> str:
    """Return what one of a line costs, discounts taken off, as a short text: ``once 49, monthly 39.9``."""
    return _QUOTES.get(line, lambda: ", ".join(f"{period} {amount:f}" for period, amount in _costs(line).items()))


def quotes(priced: PricedCart) -> dict[str, str]:
    """Return what each line that is sold costs, by its id; not to be changed."""
    return _CARTS.get(priced, lambda: {line.item.id: quote_of(line) for line in priced.items if _is_sold(line)})


def changes(priced: PricedCart) -> tuple[Change, ...]:
    """Return what costs more or less now than was agreed to, in the order of the lines; a line that nobody noted is left alone."""
    quoted, fresh = priced.cart.notes.quoted, quotes(priced)
    if quoted == fresh:
        return ()
    other = [line for line in priced.items if quoted.get(line.item.id) not in (None, fresh.get(line.item.id)) and line.item.id in fresh]
    return tuple(change for line in other for change in _compared(line, quoted))


def price_findings(priced: PricedCart) -> Iterator[Finding]:
    """Yield a finding for each line whose price changed: one that blocks where it rose."""
    found: dict[str, list[Change]] = {}
    for change in changes(priced):
        found.setdefault(change.item_id, []).append(change)
    for item_id, listed in found.items():
        name = item_name(item_at(priced.cart, item_id))
        rose = any(change.is_rise for change in listed)
        prices = tr(" and ").join(_worded(change, priced.currency) for change in listed)
        label = tr("Take the new price") if rose else tr("Noted")
        sentence = (
            tr("{name} costs more than when this cart was last worked on: {prices}.", name=name, prices=prices)
            if rose
            else tr("{name} costs less than when this cart was last worked on: {prices}.", name=name, prices=prices)
        )
        yield Finding(item_id, PRICE, sentence, rose, (Mend(label, f"yes {line_number(priced.cart, item_id)}"),))


def accept_prices(cart: ShoppingCart, item_id: str | None = None) -> ShoppingCart:
    """Return the cart with the prices of today agreed to, of one line or of all.

    Raises:
        Refused: the cart is history, or nothing was noted of that line.
    """
    require_open(cart)
    quoted = cart.notes.quoted
    if item_id is not None and item_id not in quoted:
        raise Refused(tr("{name} has the price of today already.", name=item_name(item_at(cart, item_id))))
    return with_seat(cart, quoted={} if item_id is None else {each: text for each, text in quoted.items() if each != item_id})


def requoted(priced: PricedCart, before: PricedCart | None) -> dict[str, str]:
    """Return what to note of a changed cart: the prices of today, but for a rise that nobody has said yes to yet.

    Args:
        priced: the cart after the change, with its prices.
        before: the same cart before it, priced at the same catalog; None where it is new.
    """
    fresh = quotes(priced)
    noted = priced.cart.notes.quoted
    kept: dict[str, str] = {}
    known = before.cart.notes.quoted if before is not None else {}
    for change in changes(priced):
        # Lines that came from elsewhere with their note: a copy, an expired cart made anew, another cart's.
        if change.is_rise and (before is None or before.cart.item(change.item_id) is None):
            kept[change.item_id] = noted[change.item_id]
    for change in changes(before) if before is not None and known else ():
        old, new = before.cart.item(change.item_id) if before is not None else None, priced.cart.item(change.item_id)
        if change.is_rise and change.item_id in noted and old is not None and new is not None and _made_alike(old, new):
            kept[change.item_id] = noted[change.item_id]
    return {**fresh, **kept} if kept else fresh


def rises(priced: PricedCart) -> frozenset[str]:
    """Return the ids of the lines whose price rose and was not agreed to yet."""
    return frozenset(change.item_id for change in changes(priced) if change.is_rise)


def _is_sold(line: PricedItem) -> bool:
    return line.counted and line.problem is None and is_active(line.item) and line.item.action in (Action.ADD, Action.MODIFY)


def _costs(line: PricedItem) -> dict[str, Decimal]:
    """Return what one costs in the first and in the steady state of each period; a steady state that is the same is left out."""
    count = max(line.item.quantity, 1)
    sums: dict[str, Decimal] = {}
    for part in line.counting():
        for charge in part.charges:
            if charge.kind is PriceType.USAGE:
                continue
            period = _ONCE if charge.period is None else str(charge.period)
            first = charge.in_period(1).tax_included.amount
            sums[period] = sums.get(period, Decimal(0)) + first
            if charge.period is not None and charge.installments is None:
                later = charge.phases[-1].amounts.tax_included.amount if charge.phases else charge.total.tax_included.amount
                sums[f"{period} later"] = sums.get(f"{period} later", Decimal(0)) + later
    ones = {period: (amount / count).quantize(_SIX).normalize() for period, amount in sums.items()}
    return {period: amount for period, amount in ones.items() if not period.endswith(" later") or amount != ones[period[:-6]]}


_QUOTES: ByIdentity[PricedItem, str] = ByIdentity(8_192)
_CARTS: ByIdentity[PricedCart, dict[str, str]] = ByIdentity(16)


def _compared(line: PricedItem, quoted: Mapping[str, str]) -> Iterator[Change]:
    before = _read(quoted[line.item.id])
    now = _costs(line)
    if before is None:
        return
    for period in dict.fromkeys((*before, *now)):
        base = period.removesuffix(" later")
        old = before.get(period, before.get(base, Decimal(0)))
        new = now.get(period, now.get(base, Decimal(0)))
        if abs(new - old) > _SAME and (period == base or (old, new) != (before.get(base), now.get(base))):
            yield Change(line.item.id, period, old, new)


def _read(text: str) -> dict[str, Decimal] | None:
    """Return a quote's amounts; None where it is none of ours."""
    found: dict[str, Decimal] = {}
    for part in text.split(", ") if text else ():
        period, _, amount = part.rpartition(" ")
        try:
            found[period] = Decimal(amount)
        except InvalidOperation:
            return None
    return found if all(amount.is_finite() for amount in found.values()) else None


def _made_alike(old: CartItem, new: CartItem) -> bool:
    """Say whether two states of a line differ in nothing that a price for one depends on."""
    return [_recipe(each) for each in walk(old)][1:] == [_recipe(each) for each in walk(new)][1:] and _own(old) == _own(new)


def _recipe(item: CartItem) -> tuple[object, ...]:
    return (*_own(item), item.quantity)


def _own(item: CartItem) -> tuple[object, ...]:
    plain = unpriced(item)
    return plain.product_offering, plain.product, plain.cart_term, plain.action, plain.status


_ADVERBS = (message("daily"), message("weekly"), message("monthly"), message("quarterly"), message("yearly"))
"""How often, as a period says it itself."""


def _worded(change: Change, currency: str) -> str:
    digits = minor_digits(currency)
    period = change.period.removesuffix(" later")
    every = "" if period == _ONCE else f" {tr(period)}" if period == change.period else tr(" {period} later on", period=tr(period))
    return tr(
        "{now}{every}, was {before} {currency}",
        now=f"{change.now:,.{digits}f}",
        every=every,
        before=f"{change.before:,.{digits}f}",
        currency=currency,
    )
