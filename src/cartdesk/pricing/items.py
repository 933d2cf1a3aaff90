"""One line of a cart, priced: which of its offering's prices hold, what alters them, and its children below it.

Called by ``cart`` for every line that changed, and by anyone who wants the price of one item or of an offering nobody has chosen yet.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from cartdesk.pricing.conditions import PricingContext
from cartdesk.pricing.lines import LinePricer
from cartdesk.pricing.matching import Moment
from cartdesk.pricing.overrides import DEFAULT_LIMITS
from cartdesk.pricing.priced import PriceBook, PricedItem
from cartdesk.pricing.reader import reader_of
from cartdesk.pricing.rounding import exactly
from cartdesk.tmf.cart import CartItem, CartTerm, Characteristic, Product
from cartdesk.tmf.resource import Reference

if TYPE_CHECKING:
    from cartdesk.tmf.catalog import ProductOffering, SpecificationCharacteristic


@runtime_checkable
class ConfigurableBook(Protocol):
    """A price book that also knows what can be chosen on an offering."""

    def characteristics_of(self, offering: ProductOffering) -> tuple[SpecificationCharacteristic, ...]:
        """Return what can be set on the offering."""
        ...


def price_item(
    item: CartItem,
    book: PriceBook,
    now: datetime,
    *,
    context: PricingContext | None = None,
    parent_quantity: int = 1,
) -> PricedItem:
    """Return one item with its prices and its children's.

    Args:
        item: the item.
        book: the catalog.
        now: the moment whose prices hold.
        context: the cart around it; without one, a new customer's cart with nothing else in it.
        parent_quantity: how many of its parent are sold.

    Raises:
        PricingError: a price of the catalog's cannot be used.
    """
    with exactly():
        around = context if context is not None else PricingContext(limits=DEFAULT_LIMITS)
        return LinePricer(reader_of(book), Moment(now), around).line(item, parent_quantity)


def price_offering(offering: ProductOffering, book: PriceBook, now: datetime) -> PricedItem:
    """Return one of an offering as it is priced before anything is chosen: its default values, its first term, its mandatory children.

    Raises:
        PricingError: a price of the catalog's cannot be used.
    """
    return price_item(fresh_item(offering, book), book, now)


def fresh_item(offering: ProductOffering, book: PriceBook, depth: int = 0) -> CartItem:
    """Return an item for one of an offering, with what is chosen unless someone chooses otherwise."""
    product = Product(characteristic=tuple(Characteristic(name=name, value=value) for name, value in _defaults(offering, book)))
    terms = offering.product_offering_term
    chosen = (CartTerm(name=terms[0].name, description=terms[0].description, duration=terms[0].duration),) if terms else ()
    children: list[CartItem] = []
    for child in offering.bundled_product_offering if depth < 4 else ():
        option = child.bundled_product_offering_option
        default = option.number_rel_offer_default if option is not None else None
        lower = option.number_rel_offer_lower_limit if option is not None else child.number_rel_offer_lower_limit
        count = default if default is not None else (1 if lower is None else lower)
        child_id = child.default or (child.options[0].id if child.options else child.id)
        known = book.offering(child_id) if child_id else None
        if count > 0 and known is not None:
            children.append(fresh_item(known, book, depth + 1).model_copy(update={"quantity": count, "id": f"{offering.id}/{child_id}"}))
    reference = Reference(id=offering.id, name=offering.name)
    return CartItem(id=offering.id or "", product_offering=reference, product=product, cart_term=chosen, cart_item=tuple(children))


def _defaults(offering: ProductOffering, book: PriceBook) -> list[tuple[str, Any]]:
    uses = book.characteristics_of(offering) if isinstance(book, ConfigurableBook) else offering.prod_spec_char_value_use
    found = []
    for use in uses:
        default = next((each.value for each in use.product_spec_characteristic_value if each.is_default), None)
        if use.name and default is not None:
            found.append((use.name, default))
    return found
