"""Customers as an operator knows them: the party (TMF632), what they own (TMF637) and their accounts (TMF666) in one resource.

``catalog`` reads them from a shop's ``customer.json``; ``selling`` and the desk change what is owned, choose accounts and name them.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, model_validator

from cartdesk.tmf.cart import CartTerm, Characteristic, ContactMedium, Place
from cartdesk.tmf.price import CartPrice
from cartdesk.tmf.resource import Listed, Reference, RelatedParty, Resource, Time, TimePeriod

ORGANIZATION = "Organization"


class OwnedRelationship(Resource):
    """A link from an owned product to another: ``bundles`` to a part of it."""

    relationship_type: str | None = None
    product: OwnedProduct | None = None


class OwnedProduct(Reference):
    """A product that a customer has (TMF637 Product)."""

    status: str | None = None
    """active, suspended, pendingTerminate, terminated."""
    quantity: int = Field(default=1, ge=1)
    """How many there are, made alike; of a part, per one of its bundle."""
    start_date: Time | None = None
    termination_date: Time | None = None
    product_offering: Reference | None = None
    product_characteristic: Annotated[tuple[Characteristic, ...], Listed] = ()
    product_term: Annotated[tuple[CartTerm, ...], Listed] = ()
    """The commitment it was sold with; it runs from ``start_date``."""
    product_price: Annotated[tuple[CartPrice, ...], Listed] = ()
    """What one of it costs, where that is not the catalog's price."""
    place: Annotated[tuple[Place, ...], Listed] = ()
    billing_account: Reference | None = None
    product_relationship: Annotated[tuple[OwnedRelationship, ...], Listed] = ()

    @property
    def parts(self) -> tuple[OwnedProduct, ...]:
        """The products a bundle is made of."""
        return tuple(each.product for each in self.product_relationship if each.product is not None and each.relationship_type == "bundles")


class KnownCustomer(Resource):
    """A person or an organisation who is a customer, with what they own and how they are billed."""

    id: str
    given_name: str | None = None
    family_name: str | None = None
    full_name: str | None = None
    name: str | None = None
    """An organisation's name."""
    trading_name: str | None = None
    status: str | None = None
    valid_for: TimePeriod | None = None
    """Since when they are a customer."""
    market_segment: Annotated[tuple[Reference, ...], Listed] = ()
    contact_medium: Annotated[tuple[ContactMedium, ...], Listed] = ()
    related_party: Annotated[tuple[RelatedParty, ...], Listed] = ()
    product: Annotated[tuple[OwnedProduct, ...], Listed] = ()
    account: Annotated[tuple[Resource, ...], Listed] = ()
    """Their BillingAccount, PartyAccount, SettlementAccount and FinancialAccount resources, told apart by ``@type``."""

    @model_validator(mode="before")
    @classmethod
    def _read_later_names(cls, data: Any) -> Any:
        """Read TMF632 v4's ``mediumType`` where R18 has ``type``."""
        media = data.get("contactMedium") if isinstance(data, dict) else None
        if not isinstance(media, list):
            return data
        return {**data, "contactMedium": [{"type": each["mediumType"], **each} if _is_later(each) else each for each in media]}

    @property
    def is_organization(self) -> bool:
        """Say whether this is an organisation rather than a person."""
        return self.type_ == ORGANIZATION

    @property
    def called(self) -> str:
        """What they are called."""
        parts = (self.given_name, self.family_name)
        return self.full_name or self.trading_name or self.name or " ".join(part for part in parts if part) or self.id


def _is_later(medium: Any) -> bool:
    return isinstance(medium, dict) and isinstance(medium.get("mediumType"), str) and "type" not in medium
