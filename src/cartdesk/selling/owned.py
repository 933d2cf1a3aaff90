"""Change of what a customer has: modify a product, give it up, or say that it stays; what they pay now comes with it, to be taken off.

Called by the desk's products screen and entries. Owned products are numbered as the customer's list has them, from 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cartdesk.errors import Mend, Refused
from cartdesk.language import tr
from cartdesk.pricing.cart import price_cart
from cartdesk.pricing.leaving import LeavingLine, leaving_lines
from cartdesk.pricing.rounding import round_money
from cartdesk.selling.bundles import Ids, build_item
from cartdesk.selling.lines import item_name, offering_id, require_open, walk, with_lines
from cartdesk.selling.relations import forget_items
from cartdesk.selling.shelf import UPGRADE, Shelf, add_entry, name_of, refuse_not_sold, refuse_other_currency, relations
from cartdesk.selling.standing import standing_of
from cartdesk.text import safe_text
from cartdesk.tmf.cart import Action, CartItem, Product, ProductSpecificationRef, SeatNotes, ShoppingCart
from cartdesk.tmf.money import Money
from cartdesk.tmf.period import Period
from cartdesk.tmf.price import CartPrice, Price
from cartdesk.tmf.price_type import PriceType
from cartdesk.tmf.resource import Reference

if TYPE_CHECKING:
    from cartdesk.pricing.priced import PricedCart, PricedCharge, PricedItem
    from cartdesk.tmf.catalog import ProductOffering
    from cartdesk.tmf.customer import OwnedProduct

PENALTY = "penalty"
"""The price type of what leaving early costs, among a product's prices."""
_ENDED = frozenset({"terminated", "aborted", "cancelled", "pendingterminate"})


def products_of(cart: ShoppingCart, catalog: object) -> tuple[OwnedProduct, ...]:
    """Return what the cart's customer has, in the order of its numbers; nothing where the customer is not known to the catalog."""
    return standing_of(cart, catalog).owned


def product_at(cart: ShoppingCart, catalog: object, number: int) -> OwnedProduct:
    """Return an owned product by its number, from 1.

    Raises:
        Refused: there is none.
    """
    owned = products_of(cart, catalog)
    if 1 <= number <= len(owned):
        return owned[number - 1]
    if not owned:
        raise Refused(tr("Nothing is known of what this customer has; name a customer first."), Mend(tr("Name the customer"), "#"))
    raise Refused(
        tr("There is no product {number}; this customer has 1 to {n}.", number=number if number < 10**6 else "of that number", n=len(owned))
    )


def line_of(cart: ShoppingCart, product: OwnedProduct) -> CartItem | None:
    """Return the line that changes, gives up or keeps an owned product, or None."""
    return next((item for item in cart.cart_item if item.product is not None and item.product.id == product.id and is_owned(item)), None)


def is_owned(item: CartItem) -> bool:
    """Say whether an item is something the customer has, rather than something sold anew."""
    return item.action is not Action.ADD


def change_product(
    cart: ShoppingCart, number: int, catalog: Shelf, *, ids: Ids, now: datetime, offering: ProductOffering | None = None
) -> ShoppingCart:
    """Return the cart with an owned product to be modified: to another offering, or as it is, to be configured anew.

    What the customer pays now is kept with it and taken off; where the change ends a commitment early, so is what that costs.

    Args:
        cart: the cart.
        number: the product's number.
        catalog: where the offerings are.
        ids: makes the ids of new items.
        now: the moment.
        offering: what it becomes; None is what it is.

    Raises:
        Refused: no such product, or it cannot become that.
    """
    product = _changeable(cart, catalog, number)
    own = _offering_of(product, catalog)
    wanted = offering if offering is not None else own
    if wanted is None:
        raise Refused(
            tr("{called} is not in this catalog any more; say what it is to become.", called=called(product)),
            Mend(tr("Say what"), f"P{number} "),
        )
    if wanted is not own:
        refuse_not_sold(wanted, catalog, now)
        refuse_other_currency(wanted, catalog)
    paid = priced_product(product, catalog, now)
    if wanted is own:
        item = _as_it_is(product, catalog, ids, Action.MODIFY)
    else:
        fresh = build_item(wanted, catalog, ids, quantity=product.quantity)
        item = fresh.model_copy(update={"action": Action.MODIFY})
    owed = () if keeps_commitment(product, wanted, catalog) else _owed_now(paid, product, now)
    item = _with_past(item, product, paid.items[0], owed)
    return _placed(cart, product, item)


def cancel_product(cart: ShoppingCart, number: int, catalog: Shelf, *, ids: Ids, now: datetime) -> ShoppingCart:
    """Return the cart with an owned product to be given up, and what that costs before the end of its term.

    Raises:
        Refused: no such product, or it has ended already.
    """
    product = _changeable(cart, catalog, number)
    paid = priced_product(product, catalog, now)
    item = _as_it_is(product, catalog, ids, Action.DELETE)
    return _placed(cart, product, _with_past(item, product, paid.items[0], _owed_now(paid, product, now)))


def keep_product(cart: ShoppingCart, number: int, catalog: Shelf, *, ids: Ids, now: datetime) -> ShoppingCart:
    """Return the cart with an owned product that stays as it is: on the order to be seen, and not sold again.

    Raises:
        Refused: no such product, or it has ended already.
    """
    product = _changeable(cart, catalog, number)
    paid = priced_product(product, catalog, now)
    return _placed(cart, product, _with_past(_as_it_is(product, catalog, ids, Action.NO_CHANGE), product, paid.items[0], ()))


def priced_product(product: OwnedProduct, catalog: Shelf, now: datetime) -> PricedCart:
    """Return an owned product priced as it is now, as the only line of a cart: what it is paid for, and what leaving it costs."""
    item = _as_it_is(product, catalog, _numbered(), Action.ADD)
    alone = ShoppingCart(id="owned", cart_item=(item,), seat=SeatNotes(customer_known=True))
    return price_cart(alone, catalog, now)


def taken_off(product: OwnedProduct, catalog: Shelf, now: datetime) -> PricedItem:
    """Return an owned product changed to what it is, priced: each charge beside what takes it off."""
    paid = priced_product(product, catalog, now)
    item = _with_past(_as_it_is(product, catalog, _numbered(), Action.MODIFY), product, paid.items[0], ())
    return price_cart(paid.cart.model_copy(update={"cart_item": (item,)}), catalog, now).items[0]


def leaving_now(product: OwnedProduct, catalog: Shelf, now: datetime) -> tuple[LeavingLine, ...]:
    """Return what giving an owned product up today costs, line by line."""
    return _owed_now(priced_product(product, catalog, now), product, now)


def keeps_commitment(product: OwnedProduct, wanted: ProductOffering, catalog: Shelf) -> bool:
    """Say whether a change ends no commitment early: the offering stays, or is upgraded, over as many steps as the catalog has."""
    waiting = [product.product_offering.id if product.product_offering is not None else None]
    seen: set[str | None] = set()
    while waiting:
        code = waiting.pop()
        if code == wanted.id:
            return True
        offering = catalog.offering(code) if code and code not in seen else None
        seen.add(code)
        if offering is not None:
            waiting += [relation.id for relation in relations(offering, UPGRADE)]
    return False


def upgrade_of(product: OwnedProduct, catalog: Shelf, now: datetime) -> ProductOffering | None:
    """Return the first offering that an owned product can be upgraded to and that is sold now, or None."""
    own = _offering_of(product, catalog)
    for relation in relations(own, UPGRADE) if own is not None else ():
        found = catalog.offering(relation.id or "")
        if found is not None:
            try:
                refuse_not_sold(found, catalog, now)
            except Refused:
                continue
            return found
    return None


def paid_now(item: CartItem) -> tuple[CartPrice, ...]:
    """Return what one of an owned item's product is paid for now, every period; nothing where that is not known."""
    return tuple(each for each in _past_prices(item) if PriceType.read(each.price_type) is PriceType.RECURRING)


def sums_paid_now(item: CartItem) -> dict[Period, tuple[Money, Money]]:
    """Return what an owned line, parts included, is paid for every period: without tax and with it."""
    sums: dict[Period, tuple[Money, Money]] = {}
    for each, count in _counted(item, 1):
        for price in paid_now(each):
            net, gross = _both_sides(price)
            period = Period.read(price.recurring_charge_period or "month")
            before = sums.get(period, (Money.zero(net.currency), Money.zero(net.currency)))
            sums[period] = (before[0] + net * count, before[1] + gross * count)
    return sums


def leaving_charges(item: CartItem) -> tuple[CartPrice, ...]:
    """Return what ending an owned item's commitment early costs, for the whole line."""
    return tuple(each for each in _past_prices(item) if (each.price_type or "").casefold() == PENALTY)


def called(product: OwnedProduct) -> str:
    """Return what an owned product is called, safe to show."""
    offering = product.product_offering
    return safe_text(product.name or (offering and (offering.name or offering.id)) or product.id or tr("a product"), 80)


def _changeable(cart: ShoppingCart, catalog: object, number: int) -> OwnedProduct:
    require_open(cart)
    product = product_at(cart, catalog, number)
    if (product.status or "").casefold().replace("_", "") in _ENDED or product.termination_date is not None:
        raise Refused(tr("{called} has ended already, or is about to.", called=called(product)))
    return product


def _offering_of(product: OwnedProduct, catalog: Shelf) -> ProductOffering | None:
    own = product.product_offering
    return catalog.offering(own.id) if own is not None and own.id else None


def _owed_now(paid: PricedCart, product: OwnedProduct, now: datetime) -> tuple[LeavingLine, ...]:
    lines = leaving_lines(paid, _start(product, now), now.date())
    return tuple(line for line in lines if line.amounts.tax_included.amount)


def _start(product: OwnedProduct, now: datetime) -> date:
    return product.start_date.date() if product.start_date is not None else now.date()


def _as_it_is(product: OwnedProduct, catalog: Shelf, ids: Ids, action: Action) -> CartItem:
    """Return an owned product as an item of a cart, configured as it is, parts included."""
    offering = _offering_of(product, catalog)
    made_to = offering.product_specification if offering is not None else None
    own = product.product_offering
    return CartItem(
        id=ids(),
        action=action,
        quantity=product.quantity,
        cart_term=product.product_term,
        cart_item=tuple(_as_it_is(part, catalog, ids, action) for part in product.parts),
        product=Product(
            characteristic=product.product_characteristic,
            product_specification=ProductSpecificationRef(id=made_to.id, href=made_to.href, name=made_to.name) if made_to else None,
        ),
        product_offering=Reference(id=own.id, href=own.href, name=name_of(offering) if offering is not None else own.name) if own else None,
    )


def _with_past(item: CartItem, product: OwnedProduct, paid: PricedItem, owed: tuple[LeavingLine, ...]) -> CartItem:
    """Return an item with the product it is about: which, since when, as what, for how much; parts that are the same likewise."""
    past: dict[str, Any] = {"id": product.id, "name": product.name, "place": product.place}
    own = product.product_offering
    chosen = (item.product or Product()).model_copy(update=past)
    extra = {
        "productOffering": own.wire() if own is not None else None,
        "startDate": product.start_date.isoformat() if product.start_date is not None else None,
        "productPrice": [*(each.wire() for each in _paid_prices(product, paid)), *(_owed(each).wire() for each in owed)],
        "productTerm": [term.wire() for term in product.product_term] or None,
        "productCharacteristic": [each.wire() for each in product.product_characteristic] or None,
        "billingAccount": product.billing_account.wire() if product.billing_account is not None else None,
    }
    chosen = Product.model_validate({**chosen.wire(), **{name: value for name, value in extra.items() if value is not None}})
    parts = {
        part.product_offering.id: (part, charged)
        for part, charged in zip(product.parts, paid.children, strict=False)
        if part.product_offering
    }
    children = tuple(
        _with_past(child.model_copy(update={"action": item.action}), *parts.pop(offering_id(child)), ())
        if offering_id(child) in parts
        else child
        for child in item.cart_item
    )
    gone = tuple(_given_up(item, part, charged) for part, charged in parts.values()) if item.action is Action.MODIFY else ()
    return item.model_copy(update={"product": chosen, "cart_item": (*children, *gone)})


def _given_up(item: CartItem, part: OwnedProduct, paid: PricedItem) -> CartItem:
    """Return a part that a changed bundle has no longer."""
    own = part.product_offering
    lone = CartItem(id=f"{item.id}-{part.id}", action=Action.DELETE, quantity=part.quantity, product_offering=own)
    return _with_past(lone, part, paid, ())


def _paid_prices(product: OwnedProduct, paid: PricedItem) -> tuple[CartPrice, ...]:
    """Return what one is paid for every period; explicitly nothing where its bundle's price covers it."""
    if product.product_price:
        return product.product_price
    recurring = [charge for charge in paid.charges if charge.kind is PriceType.RECURRING and charge.installments is None]
    if recurring:
        return tuple(_stated(charge, paid.quantity) for charge in recurring)
    currency = paid.charges[0].unit.tax_included.currency if paid.charges else "EUR"
    nothing = Money.zero(currency)
    return (CartPrice(name="Nothing", price_type="recurring", recurring_charge_period="monthly", price=Price(tax_included_amount=nothing)),)


def _stated(charge: PricedCharge, quantity: int) -> CartPrice:
    """Return a charge as a price for one, stated on the side the catalog states it on, so that what is taken off rounds as it did."""
    given, unit = charge.given, charge.unit
    share = Decimal(charge.quantity) / quantity if quantity and charge.quantity != quantity else None
    if given is None:
        price = Price(duty_free_amount=unit.duty_free, tax_included_amount=unit.tax_included, tax_rate=unit.tax_rate)
    else:
        amount = Money(given.amount if share is None else given.amount * share, unit.tax_included.currency)
        side = "duty_free_amount" if given.side == "net" else "tax_included_amount"
        price = Price(**{side: amount, "tax_rate": given.stated_rate})
    return CartPrice(
        name=charge.name,
        price_type="recurring",
        recurring_charge_period=str(charge.period),
        price=price,
        product_offering_price=Reference(id=charge.price_id) if charge.price_id else None,
    )


def _owed(line: LeavingLine) -> CartPrice:
    amounts = line.amounts
    price = Price(duty_free_amount=amounts.duty_free, tax_included_amount=amounts.tax_included, tax_rate=amounts.tax_rate)
    left = tr("{name}, {remaining} of {of} left", name=line.name, remaining=line.remaining, of=line.of) if line.of > 1 else line.name
    return CartPrice(name=left, price_type=PENALTY, price=price)


def _past_prices(item: CartItem) -> tuple[CartPrice, ...]:
    listed = (item.product.model_extra or {}).get("productPrice") if item.product is not None else None
    return tuple(CartPrice.model_validate(each) for each in listed if isinstance(each, dict)) if isinstance(listed, (list, tuple)) else ()


def _counted(item: CartItem, parents: int) -> Iterator[tuple[CartItem, int]]:
    """Yield an item and everything below it with how many there are, parents counted."""
    count = item.quantity * parents
    yield item, count
    for child in item.cart_item:
        yield from _counted(child, count)


def _both_sides(price: CartPrice) -> tuple[Money, Money]:
    """Return a price without tax and with it; the side that is not stated follows from the rate."""
    amounts = price.price or Price()
    net, gross, rate = amounts.duty_free_amount, amounts.tax_included_amount, amounts.tax_rate or Decimal(0)
    if gross is None:
        net = net if net is not None else Money.zero("EUR")
        gross = Money(round_money(net.amount * (100 + rate) / 100, net.currency), net.currency)
    elif net is None:
        net = Money(round_money(gross.amount * 100 / (100 + rate), gross.currency), gross.currency)
    return net, gross


def _placed(cart: ShoppingCart, product: OwnedProduct, item: CartItem) -> ShoppingCart:
    """Return the cart with the item in the place of what was said of its product before, else as its last line."""
    before = line_of(cart, product)
    if before is None:
        return with_lines(cart, (*cart.cart_item, item))
    changed = with_lines(cart, (item if each is before else each for each in cart.cart_item))
    return forget_items(changed, {each.id for each in walk(before)} - {each.id for each in walk(item)})


def refuse_owned(item: CartItem, what: str) -> None:
    """Refuse to count or configure what the customer has and gives up or keeps.

    Raises:
        Refused: it is one.
    """
    if item.action in (Action.DELETE, Action.NO_CHANGE):
        verb = tr("is given up") if item.action is Action.DELETE else tr("stays as it is")
        raise Refused(
            tr("{name} {verb}; {what} means nothing there.", name=item_name(item), verb=verb, what=what),
            Mend(tr("See what the customer has"), "P"),
        )


def more_of(item: CartItem) -> tuple[Mend, ...]:
    """Return the way to have more of what the customer has: a line of its own."""
    entry = add_entry(offering_id(item) or "")
    return (Mend(tr("Add {name} as a line of its own", name=item_name(item)), entry),) if entry is not None else ()


def _numbered() -> Ids:
    number = 0

    def draw() -> str:
        nonlocal number
        number += 1
        return f"owned-{number}"

    return draw
