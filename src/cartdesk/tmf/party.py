"""Organizations beside individuals: whoever a cart, an order or an account may belong to (TMF632 v4 names).

The store keeps both as customers; ``read_party`` tells which of the two a document is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import Field

from cartdesk.tmf.cart import Characteristic, ContactMedium
from cartdesk.tmf.order import Individual
from cartdesk.tmf.resource import Listed, Reference, RelatedParty, Resource

INDIVIDUAL = "Individual"
ORGANIZATION = "Organization"


class OrganizationIdentification(Resource):
    """A number an organization is registered under."""

    identification_id: str | None = None
    identification_type: str | None = None
    issuing_authority: str | None = None


class Organization(Resource):
    """A company, an authority, a club."""

    type_: str | None = Field(default=ORGANIZATION, alias="@type")
    id: str
    href: str | None = None
    name: str | None = None
    trading_name: str | None = None
    """The name it does business under."""
    is_legal_entity: bool | None = None
    organization_type: str | None = None
    status: str | None = None
    contact_medium: Annotated[tuple[ContactMedium, ...], Listed] = ()
    organization_identification: Annotated[tuple[OrganizationIdentification, ...], Listed] = ()
    party_characteristic: Annotated[tuple[Characteristic, ...], Listed] = ()
    related_party: Annotated[tuple[RelatedParty, ...], Listed] = ()
    organization_parent_relationship: Reference | None = None


Party: TypeAlias = Individual | Organization
"""A person or an organization."""


def read_party(value: Mapping[str, Any]) -> Party:
    """Return a party's JSON as what it is: an organization by ``@type``, or by the members only one has; else a person."""
    says = str(value.get("@type") or value.get("@baseType") or "")
    if says == ORGANIZATION or (says != INDIVIDUAL and ("tradingName" in value or "isLegalEntity" in value)):
        return Organization.model_validate(value)
    return Individual.model_validate(value)
