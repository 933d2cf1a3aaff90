"""One line of a cart, priced: which of its offering's prices hold, what alters them, and its children below it.

Called by ``cart`` for every line that changed, and by anyone who wants the price of one item or of an offering nobody has chosen yet.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from cartdesk.pricing.charges import priced_charge, settle, unit_amounts
from cartdesk.pricing.conditions import PricingContext, check
from cartdesk.pricing.floors import none_below_zero
from cartdesk.pricing.former import former_charges
from cartdesk.pricing.matching import Moment, chosen_values, term_fits, term_months, values_fit
from cartdesk.pricing.offers import ListAlteration, ListPenalty, ListPrice, Offer, OfferReader
from cartdesk.pricing.overrides import DEFAULT_LIMITS, with_overrides
from cartdesk.pricing.priced import Amounts, AppliedAlteration, Penalty, PriceBook, PricedCharge, PricedItem, RefusedAlteration
from cartdesk.pricing.rounding import Rounder, exactly
from cartdesk.text import safe_text
from cartdesk.tmf.cart import Action, CartItem, CartTerm, Characteristic, ItemStatus, Product
from cartdesk.tmf.money import Money
from cartdesk.tmf.price import PriceType
from cartdesk.tmf.resource import Reference

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        return price_line(item, OfferReader(book), Moment(now), around, parent_quantity)


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


def price_line(item: CartItem, reader: OfferReader, moment: Moment, context: PricingContext, parent_quantity: int = 1) -> PricedItem:
    """Return one line of a cart with its prices, its discounts kept from taking more than it costs."""
    rests_on: set[str] = set()
    line = _Line(reader, moment, context, rests_on).price(
        item, parent_quantity, covered=0, bundle="", covered_prices=frozenset(), sold=True
    )
    problem = next((each.problem for each in _all(line) if each.problem), None)
    line = _not_counted(line, problem) if problem else none_below_zero(line, reader.rounder)
    return replace(line, rests_on=frozenset(rests_on)) if rests_on else line


class _Line:
    """Prices one line; everything it needs besides the item stays the same all the way down."""

    def __init__(self, reader: OfferReader, moment: Moment, context: PricingContext, rests_on: set[str]) -> None:
        self.reader = reader
        self.rounder: Rounder = reader.rounder
        self.moment = moment
        self.context = context
        self.rests_on = rests_on

    def price(self, item: CartItem, parents: int, *, covered: int, bundle: str, covered_prices: frozenset[str], sold: bool) -> PricedItem:
        """Return an item and its children.

        Args:
            item: the item.
            parents: how many of its parent there are.
            covered: how many of it the bundle's own price covers.
            bundle: the name of that bundle.
            covered_prices: ids of prices that a bundle's own price stands for.
            sold: False below an item that is put aside or given up.
        """
        quantity = item.quantity * parents
        sold = sold and item.status is ItemStatus.ACTIVE and item.action is not Action.DELETE
        counted = sold and item.action is not Action.NO_CHANGE
        offer, problem = self._offer(item)
        if offer is None:
            return PricedItem(item, _name(item), quantity, (), counted=counted and problem is None, problem=problem)
        charged = max(quantity - covered, 0)
        chosen = chosen_values(item)
        holding, problem = self._holding(item, offer, chosen, covered_prices)
        charges = tuple(
            self._charge(price, item, chosen, charged if price.kind is not PriceType.USAGE else quantity)
            for price in holding
            if charged or price.kind is PriceType.USAGE
        )
        remark: str | None = None
        refused: tuple[RefusedAlteration, ...] = ()
        if item.action is Action.MODIFY and counted:
            charges, remark = former_charges(item, offer, charges, self)
        if self.context.overrides:
            charges, refused = with_overrides(item, charges, self.context, self.rounder)
        covered_below = covered_prices.union(*(price.covers for price in holding)) if holding else covered_prices
        children = tuple(
            self.price(
                child,
                quantity,
                covered=offer.included.get(_id(child).casefold(), 0) * quantity,
                bundle=offer.name,
                covered_prices=covered_below,
                sold=sold,
            )
            for child in item.cart_item
        )
        return PricedItem(
            item=item,
            name=offer.name,
            quantity=quantity,
            charges=charges,
            children=children,
            counted=counted and problem is None,
            problem=problem,
            included_in=bundle if covered and not charged else None,
            remark=remark,
            refused=refused,
            term_months=_term(item),
        )

    def list_charges(self, item: CartItem, offer: Offer, quantity: int) -> tuple[PricedCharge, ...]:
        """Return what an offer costs by its list prices alone, for what is chosen on an item."""
        chosen = chosen_values(item)
        holding, _ = self._holding(item, offer, chosen, frozenset())
        return tuple(priced_charge(self._bare(price, quantity), (), self.rounder) for price in holding)

    def _offer(self, item: CartItem) -> tuple[Offer | None, str | None]:
        wanted = _id(item)
        if not wanted:
            known = item.product is not None and item.action in (Action.DELETE, Action.NO_CHANGE)
            return None, None if known else f"{_name(item)} names no offering, so it has no price; remove it or add an offering instead."
        offer = self.reader.offer(wanted)
        if offer is None:
            if item.action in (Action.DELETE, Action.NO_CHANGE):
                return None, None
            return None, f"{_name(item)} is not in this catalog, so it has no price; remove it or open the catalog it is from."
        ours = self.rounder.currency
        foreign = next((price.currency for price in offer.prices if price.currency != ours), None)
        if foreign is not None:
            return None, f"{offer.name} is priced in {foreign} and this cart is in {ours}; a cart has one currency."
        return offer, None

    def _holding(
        self, item: CartItem, offer: Offer, chosen: Mapping[str, str], covered_prices: frozenset[str]
    ) -> tuple[list[ListPrice], str | None]:
        """Return the offer's prices that hold for what is chosen, and what is wrong where none does."""
        holding, out_of_time, out_of_term = [], [], []
        for price in offer.prices:
            if price.id in covered_prices:
                continue
            in_time, in_term = self.moment.holds(price.valid_for), term_fits(price.terms, item.cart_term)
            fits = values_fit(price.values, chosen) is None
            if in_time and in_term and fits:
                holding.append(price)
            elif in_term and fits:
                out_of_time.append(price)
            elif in_time and fits:
                out_of_term.append(price)
        if out_of_term and not any(price.kind is PriceType.RECURRING for price in holding):
            return holding, f"{offer.name} has no price for the term chosen; choose one of its terms."
        if holding or not offer.prices or covered_prices:
            return holding, None
        if out_of_time:
            return holding, f"{offer.name} has no price that holds on {self.moment.now.date().isoformat()}."
        return holding, f"{offer.name} has no price for what is chosen; choose other values."

    def _charge(self, price: ListPrice, item: CartItem, chosen: Mapping[str, str], quantity: int) -> PricedCharge:
        applied: list[AppliedAlteration] = []
        refused: list[RefusedAlteration] = []
        for alteration in price.alterations:
            why = self._refusal(alteration, price, item, chosen)
            if why is None:
                applied.append(_applied(alteration, self.rounder))
            else:
                refused.append(why)
        charge = self._bare(price, quantity)
        if refused:
            charge = replace(charge, refused=tuple(refused))
        return priced_charge(charge, applied, self.rounder)

    def _refusal(self, alteration: ListAlteration, price: ListPrice, item: CartItem, chosen: Mapping[str, str]) -> RefusedAlteration | None:
        """Return why a discount does not hold, or None where it does."""
        if alteration.kind is not None and alteration.kind is not price.kind:
            return RefusedAlteration(alteration.name, alteration.id, f"for {_KINDS[alteration.kind]} only")
        if not self.moment.holds(alteration.valid_for):
            return RefusedAlteration(alteration.name, alteration.id, when_not(alteration.valid_for, self.moment.now))
        if not term_fits(alteration.terms, item.cart_term):
            names = " or ".join(safe_text(term.name or "", 40) for term in alteration.terms if term.name)
            mend = f"= term {names}" if names and len(alteration.terms) == 1 else None
            return RefusedAlteration(
                alteration.name, alteration.id, f"only with the term {names}" if names else "only with another term", mend
            )
        unmet = values_fit(alteration.values, chosen)
        if unmet is not None:
            name = safe_text(unmet.name or unmet.id or "", 40)
            values = [safe_text(str(each.value), 40) for each in unmet.product_spec_characteristic_value if each.value is not None]
            mend = f"= {name} {values[0]}" if len(values) == 1 else None
            return RefusedAlteration(alteration.name, alteration.id, f"only with {name} {' or '.join(values)}".rstrip(), mend)
        verdict = check(alteration.condition, item, self.context, self.rests_on)
        return None if verdict.holds else RefusedAlteration(alteration.name, alteration.id, verdict.reason, verdict.mend)

    def _bare(self, price: ListPrice, quantity: int) -> PricedCharge:
        rounder = self.rounder
        unit = unit_amounts(price.given, rounder)
        return PricedCharge(
            price_id=price.id,
            name=price.name,
            kind=price.kind,
            period=price.period,
            per=price.per,
            unit=unit,
            total=unit,
            installments=price.installments,
            category=price.category,
            quantity=quantity if price.kind is not PriceType.USAGE else 1,
            given=price.given,
            floor=price.floor,
            penalties=tuple(_penalty(penalty, rounder) for penalty in price.penalties),
        )


def _applied(alteration: ListAlteration, rounder: Rounder) -> AppliedAlteration:
    given = alteration.given
    nothing = Amounts(Money.zero(rounder.currency), Money.zero(rounder.currency))
    return AppliedAlteration(
        name=alteration.name,
        source=alteration.id,
        percentage=alteration.percentage,
        amount=Money(given.amount, rounder.currency) if given is not None else None,
        priority=alteration.priority,
        periods=alteration.periods,
        condition=alteration.condition,
        effect=nothing,
        side=side_off(given.side, given.stated_rate) if given is not None else None,
    )


def side_off(side: Any, stated_rate: object) -> Any:
    """Return the side an amount off is on: an amount without tax that states no rate is in the terms of the price it changes."""
    return None if side == "net" and stated_rate is None else side


def _penalty(penalty: ListPenalty, rounder: Rounder) -> Penalty:
    given = penalty.given
    if given is None:
        return Penalty(penalty.name, penalty.id, None, penalty.percentage, None)
    settled = settle(given.amount, given.side, given.rate, rounder)
    amounts = Amounts(Money(settled.net, rounder.currency), Money(settled.gross, rounder.currency), given.stated_rate)
    return Penalty(penalty.name, penalty.id, amounts, None, penalty.per)


def when_not(valid_for: Any, now: datetime) -> str:
    """Return why something does not hold now, as a short sentence: it ended, or has yet to start."""
    if valid_for.start_date_time is not None and now < valid_for.start_date_time:
        return f"starts on {valid_for.start_date_time.date().isoformat()}"
    return f"ended on {valid_for.end_date_time.date().isoformat()}"


def _defaults(offering: ProductOffering, book: PriceBook) -> list[tuple[str, Any]]:
    uses = book.characteristics_of(offering) if isinstance(book, ConfigurableBook) else offering.prod_spec_char_value_use
    found = []
    for use in uses:
        default = next((each.value for each in use.product_spec_characteristic_value if each.is_default), None)
        if use.name and default is not None:
            found.append((use.name, default))
    return found


def _not_counted(item: PricedItem, problem: str | None) -> PricedItem:
    children = tuple(_not_counted(child, None) for child in item.children)
    return replace(item, counted=False, children=children, problem=problem or item.problem)


def _all(item: PricedItem) -> list[PricedItem]:
    return [item, *(each for child in item.children for each in _all(child))]


def _term(item: CartItem) -> int | None:
    return max((months for months in (term_months(term) for term in item.cart_term) if months is not None), default=None)


def _id(item: CartItem) -> str:
    return (item.product_offering.id or "") if item.product_offering is not None else ""


def _name(item: CartItem) -> str:
    offering, product = item.product_offering, item.product
    name = (offering and (offering.name or offering.id)) or (product and (product.name or product.id)) or "This line"
    return safe_text(name, 120)


_KINDS = {PriceType.ONE_TIME: "one-off charges", PriceType.RECURRING: "recurring charges", PriceType.USAGE: "usage"}
