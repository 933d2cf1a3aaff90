"""Offerings, prices, specifications and categories, in TMF620 v4's names.

Catalogs come as TMF620 v2, v4 and v5; the catalog room brings them to this one shape before it validates them.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import model_validator

from cartdesk.tmf.price import Price
from cartdesk.tmf.resource import Listed, Number, Quantity, Reference, Resource, TimePeriod


class CharacteristicValue(Resource):
    """One allowed value of a characteristic, or a range of them."""

    value: Any = None
    is_default: bool | None = None
    value_from: Number | None = None
    value_to: Number | None = None
    range_interval: str | None = None
    regex: str | None = None
    unit_of_measure: str | None = None
    value_type: str | None = None


class CharacteristicUse(Resource):
    """Which values of a characteristic an offering, or a price, is for (``prodSpecCharValueUse``)."""

    id: str | None = None
    name: str | None = None
    min_cardinality: int | None = None
    max_cardinality: int | None = None
    value_type: str | None = None
    product_spec_characteristic_value: Annotated[tuple[CharacteristicValue, ...], Listed] = ()


class SpecificationCharacteristic(CharacteristicUse):
    """A property that products of a specification have."""

    configurable: bool | None = None
    description: str | None = None
    regex: str | None = None


class ProductSpecification(Reference):
    """What an offering is, technically."""

    description: str | None = None
    brand: str | None = None
    product_number: str | None = None
    is_bundle: bool | None = None
    lifecycle_status: str | None = None
    product_spec_characteristic: Annotated[tuple[SpecificationCharacteristic, ...], Listed] = ()


class TaxItem(Resource):
    """One tax on a price."""

    id: str | None = None
    tax_category: str | None = None
    tax_rate: Number | None = None
    """In percent."""


class OfferingTerm(Resource):
    """A commitment that can be chosen: 24 months."""

    name: str | None = None
    description: str | None = None
    duration: Quantity | None = None
    valid_for: TimePeriod | None = None


class PriceRelationship(Reference):
    """A link from a price to another: ``alteration`` to a discount, ``penalty`` to a charge for leaving early."""

    relationship_type: str | None = None
    role: str | None = None


class ProductOfferingPrice(Reference):
    """One price of an offering, or (as an alteration) a discount on one.

    Two members are not TMF620's own and are read where a catalog has them: ``applicationDuration`` and ``priceCondition``, as
    TMF663's PriceAlteration names them.
    """

    description: str | None = None
    version: str | None = None
    lifecycle_status: str | None = None
    is_bundle: bool | None = None
    price_type: str | None = None
    """oneTime, recurring, usage; or discount, penalty, allowance, in any spelling."""
    price: Price | None = None
    """Without tax, with tax, or both. TMF620 v4's bare Money is read as without tax, or with tax where ``taxIncluded`` is true."""
    percentage: Number | None = None
    """In percent, what an alteration takes off."""
    recurring_charge_period_type: str | None = None
    recurring_charge_period_length: int | None = None
    unit_of_measure: Quantity | None = None
    """For usage: per how much."""
    tax: Annotated[tuple[TaxItem, ...], Listed] = ()
    valid_for: TimePeriod | None = None
    prod_spec_char_value_use: Annotated[tuple[CharacteristicUse, ...], Listed] = ()
    """The characteristic values this price is for; none is all."""
    product_offering_term: Annotated[tuple[OfferingTerm, ...], Listed] = ()
    """The terms this price is for; none is all."""
    pop_relationship: Annotated[tuple[PriceRelationship, ...], Listed] = ()
    bundled_pop_relationship: Annotated[tuple[PriceRelationship, ...], Listed] = ()
    application_duration: int | None = None
    """How many charge periods it runs, from the first: a discount's length, or an installment plan's."""
    priority: int | None = None
    price_condition: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _price_from_money(cls, data: Any) -> Any:
        """Read a bare Money as a Price, with the tax rate that stands beside it."""
        if not isinstance(data, dict):
            return data
        amount = data.get("price")
        if not isinstance(amount, dict) or not ({"value", "money"} & amount.keys()):
            return data
        side = "taxIncludedAmount" if data.get("taxIncluded") is True else "dutyFreeAmount"
        price: dict[str, Any] = {side: amount}
        taxes = data.get("tax")
        rates = [tax["taxRate"] for tax in taxes if isinstance(tax, dict) and "taxRate" in tax] if isinstance(taxes, list) else []
        if rates:
            price["taxRate"] = rates[0] if len(rates) == 1 else sum(rates)
        return {**data, "price": price}


class BundleOption(Resource):
    """How many of a child a bundle may have."""

    number_rel_offer_default: int | None = None
    number_rel_offer_lower_limit: int | None = None
    number_rel_offer_upper_limit: int | None = None


class BundledOffering(Reference):
    """A child of a bundle, or a choice between several (``options``)."""

    lifecycle_status: str | None = None
    bundled_product_offering_option: BundleOption | None = None
    options: Annotated[tuple[Reference, ...], Listed] = ()
    """The offerings to choose from, where this is a choice."""
    default: str | None = None
    """The id of the option taken when none is chosen."""
    number_rel_offer_lower_limit: int | None = None
    number_rel_offer_upper_limit: int | None = None


class OfferingRelationship(Reference):
    """A link between offerings: requires, excludes, upgrade, crossSell, shipping."""

    relationship_type: str | None = None
    role: str | None = None


class ProductOffering(Reference):
    """Something that is sold."""

    description: str | None = None
    version: str | None = None
    lifecycle_status: str | None = None
    is_bundle: bool | None = None
    is_sellable: bool | None = None
    valid_for: TimePeriod | None = None
    category: Annotated[tuple[Reference, ...], Listed] = ()
    channel: Annotated[tuple[Reference, ...], Listed] = ()
    market_segment: Annotated[tuple[Reference, ...], Listed] = ()
    product_specification: Reference | None = None
    product_offering_price: Annotated[tuple[Reference, ...], Listed] = ()
    """Pointers; the catalog resolves them."""
    product_offering_term: Annotated[tuple[OfferingTerm, ...], Listed] = ()
    prod_spec_char_value_use: Annotated[tuple[CharacteristicUse, ...], Listed] = ()
    bundled_product_offering: Annotated[tuple[BundledOffering, ...], Listed] = ()
    product_offering_relationship: Annotated[tuple[OfferingRelationship, ...], Listed] = ()
    maximum_per_customer: int | None = None
    """How many of it one customer may have, what they own counted; not TMF620's own, read where a catalog has it."""


class Category(Reference):
    """A shelf of the shop."""

    description: str | None = None
    is_root: bool | None = None
    parent_id: str | None = None
    lifecycle_status: str | None = None
    sub_category: Annotated[tuple[Reference, ...], Listed] = ()


class Promotion(Reference):
    """A code that takes something off (TMF671's shape)."""

    description: str | None = None
    code: str | None = None
    lifecycle_status: str | None = None
    valid_for: TimePeriod | None = None
    percentage: Number | None = None
    price: Price | None = None
    """An amount off, instead of a percentage."""
    price_type: str | None = None
    """Which prices it changes; recurring and one-off where it does not say."""
    application_duration: int | None = None
    applies_to: tuple[str, ...] = ()
    """Ids of the offerings it is for; none is the whole cart."""
    minimum_total: Price | None = None
    """The cart's one-off plus first recurring total, with tax, from which on it holds."""
    combinable: bool | None = None
    """False: with no other code in the same cart."""
    price_condition: str | None = None
