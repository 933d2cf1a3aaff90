"""The one table of resource descriptions: every API of the server is a row here, with its paths, rules, defaults and events.

``dispatch`` finds a request's row here, the operations follow it, ``openapi`` writes it down. Adding a resource is adding a row (and its
definition in ``shapes/``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from cartdesk.server.seams import ADMIN, READ, WRITE

Operation = Literal["list", "retrieve", "create", "patch", "delete"]
ALL: tuple[Operation, ...] = ("list", "retrieve", "create", "patch", "delete")
READ_ONLY: tuple[Operation, ...] = ("list", "retrieve")

METHODS: Mapping[Operation, str] = {"list": "GET", "retrieve": "GET", "create": "POST", "patch": "PATCH", "delete": "DELETE"}


@dataclass(frozen=True, slots=True)
class Face:
    """How one API version shows a resource."""

    mandatory: tuple[str, ...] = ()
    """Attributes that a create must bring."""
    rules: tuple[str, ...] = ()
    """Mandatory sub-attributes, as ``checks.check_rules`` reads them; of patches too."""
    strict: bool = True
    """False: what the definitions require below the first level is not asked for, only ``rules``."""


@dataclass(frozen=True, slots=True)
class ResourceType:
    """One resource of one API."""

    api: str
    """The API's name in paths: ``shoppingCart``."""
    name: str
    """The resource's name in paths."""
    type_name: str
    """Its definition in ``shapes/`` and its ``@type``."""
    faces: Mapping[str, Face]
    """By version; the first is the one whose names documents are stored under."""
    operations: tuple[Operation, ...] = ALL
    fixed: tuple[str, ...] = ("id", "href")
    """Not patchable: a PATCH that names one is refused."""
    given: tuple[str, ...] = ()
    """Set by the server alone: what a create says of them is passed over. ``id`` and ``href`` always are."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """Members of a new resource that did not bring them."""
    state: str | None = None
    """The member that is its state."""
    unique: str | None = None
    """A member whose value one resource alone may have: creating it again answers the one that is there."""
    found_by: tuple[str, ...] = ("relatedParty.id",)
    """Dotted paths whose values are indexed."""
    behaviour: str = "plain"
    """``plain``, or the name of a behaviour of its own in ``behaviours``."""
    scopes: Mapping[str, str] = field(default_factory=lambda: {"create": WRITE, "patch": WRITE, "delete": ADMIN})
    """The scope an operation needs; ``cart:read`` where none is named."""
    shared: bool = False
    """True: every caller may read it, whoever made it (reference data)."""

    def scope_of(self, operation: str) -> str:
        """Return the scope that an operation needs."""
        return self.scopes.get(operation, READ)

    @property
    def key(self) -> tuple[str, str]:
        """The row's key in ``RESOURCES``."""
        return self.api, self.name

    def path(self, version: str) -> str:
        """Return the path of its collection."""
        return f"/tmf-api/{self.api}/{version}/{self.name}"


_CART_RULES = (
    "cartItem^: id, action",
    "cartItem^.note: text",
    "relatedParty: id|href|name",
    "cartItem^.product.place: role",
    "cartItem^.product.place: href|…",
    "cartItem^.productOffering: id|href",
    "cartItem^.product: id|href|…",
)
"""The R18 document's table "Mandatory Sub-Attributes"; a product or a place that is given by value needs no id or href."""

_ACCOUNT = ("id", "href", "accountBalance")
_ACCOUNTS = {"create": WRITE, "patch": WRITE, "delete": ADMIN}
_REFERENCE = {"create": ADMIN, "patch": ADMIN, "delete": ADMIN}


def _account(name: str, type_name: str, *mandatory: str, fixed: tuple[str, ...] = _ACCOUNT) -> ResourceType:
    faces = {"v4": Face(mandatory=mandatory), "v2": Face(mandatory=mandatory)}
    return ResourceType(
        "accountManagement",
        name,
        type_name,
        faces,
        fixed=fixed,
        given=("lastModified",),
        defaults={"state": "Active"},
        state="state",
        found_by=("relatedParty.id", "financialAccount.id"),
        scopes=_ACCOUNTS,
    )


def _bill_reference(name: str, type_name: str) -> ResourceType:
    faces = {"v4": Face(mandatory=("name",)), "v2": Face(mandatory=("name",))}
    return ResourceType("accountManagement", name, type_name, faces, found_by=(), scopes=_REFERENCE, shared=True)


def _catalog(name: str, type_name: str) -> ResourceType:
    return ResourceType(
        "productCatalogManagement", name, type_name, {"v4": Face()}, operations=READ_ONLY, found_by=(), behaviour="catalog", shared=True
    )


_ROWS = (
    ResourceType(
        "shoppingCart",
        "shoppingCart",
        "ShoppingCart",
        {"v2": Face(mandatory=("cartItem",), rules=_CART_RULES, strict=False), "v4": Face(), "v5": Face()},
        fixed=("id", "href", "validFor", "cartTotalPrice", "creationDate", "lastUpdate"),
        given=("validFor", "cartTotalPrice", "creationDate", "lastUpdate"),
        behaviour="cart",
    ),
    _account("billingAccount", "BillingAccount", "name", "relatedParty"),
    _account("settlementAccount", "SettlementAccount", "name", "relatedParty"),
    _account("financialAccount", "FinancialAccount", "name", fixed=("id", "href", "lastModified")),
    _account("partyAccount", "PartyAccount", "name", "relatedParty"),
    _bill_reference("billFormat", "BillFormat"),
    _bill_reference("billPresentationMedia", "BillPresentationMedia"),
    _bill_reference("billingCycleSpecification", "BillingCycleSpecification"),
    ResourceType(
        "accountManagement",
        "appliedCustomerBillingRate",
        "AppliedCustomerBillingRate",
        {"v4": Face(mandatory=("billingAccount",)), "v2": Face(mandatory=("billingAccount",))},
        operations=("list", "retrieve", "create"),
        defaults={"isBilled": False},
        found_by=("billingAccount.id",),
    ),
    ResourceType(
        "productOrderingManagement",
        "productOrder",
        "ProductOrder",
        {"v4": Face(mandatory=("productOrderItem",))},
        fixed=("id", "href", "orderDate"),
        given=("completionDate", "expectedCompletionDate", "orderDate", "state"),
        defaults={"state": "acknowledged"},
        state="state",
        unique="externalId",
        found_by=("relatedParty.id", "billingAccount.id"),
        behaviour="order",
    ),
    ResourceType(
        "productOrderingManagement",
        "cancelProductOrder",
        "CancelProductOrder",
        {"v4": Face(mandatory=("productOrder",))},
        operations=("list", "retrieve", "create"),
        given=("effectiveCancellationDate", "state"),
        state="state",
        found_by=("productOrder.id",),
        behaviour="cancel",
    ),
    _catalog("catalog", "Catalog"),
    _catalog("category", "Category"),
    _catalog("productOffering", "ProductOffering"),
    _catalog("productOfferingPrice", "ProductOfferingPrice"),
    _catalog("productSpecification", "ProductSpecification"),
    ResourceType("party", "individual", "Individual", {"v4": Face(mandatory=("givenName", "familyName"))}, state="status"),
    ResourceType("party", "organization", "Organization", {"v4": Face(mandatory=("tradingName",))}, state="status"),
    ResourceType(
        "payment",
        "payment",
        "Payment",
        {"v4": Face(mandatory=("account", "paymentMethod", "totalAmount"))},
        operations=("list", "retrieve", "create"),
        given=("status", "statusDate"),
        state="status",
        found_by=("account.id", "payer.id", "correlatorId"),
        behaviour="payment",
    ),
)

RESOURCES: Mapping[tuple[str, str], ResourceType] = {row.key: row for row in _ROWS}
"""Every resource, by API and name."""

APIS: Mapping[str, tuple[str, ...]] = {
    api: tuple(sorted({version for row in _ROWS if row.api == api for version in row.faces}))
    for api in dict.fromkeys(row.api for row in _ROWS)
}
"""Every API's versions."""


def operations_at(row: ResourceType, *, one: bool) -> dict[str, Operation]:
    """Return the operations at a collection's path or at one resource's, by method."""
    here: tuple[Operation, ...] = ("retrieve", "patch", "delete") if one else ("list", "create")
    return {METHODS[operation]: operation for operation in row.operations if operation in here}
