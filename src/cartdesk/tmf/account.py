"""Accounts: what is billed and settled, to whom, how and when (TMF666 R17, R18 and v4 names).

Checkout opens and chooses them, the accounts screen shows them, and the store and the server keep all four kinds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from cartdesk.tmf.cart import ContactMedium
from cartdesk.tmf.money import Money
from cartdesk.tmf.resource import Listed, Reference, RelatedParty, Resource, Time, TimePeriod

PARTY = "PartyAccount"
BILLING = "BillingAccount"
SETTLEMENT = "SettlementAccount"
FINANCIAL = "FinancialAccount"


class BillFormat(Resource):
    """How detailed a bill is."""

    id: str | None = None
    href: str | None = None
    name: str | None = None
    description: str | None = None
    is_ref: bool | None = None
    """v4: whether this stands for one kept elsewhere."""


class BillPresentationMedia(Resource):
    """How a bill reaches its receiver: post, e-mail, web page."""

    id: str | None = None
    href: str | None = None
    name: str | None = None
    description: str | None = None
    is_ref: bool | None = None


class BillingCycleSpecification(Resource):
    """When bills are made and paid, as shifts in days; also the reference to one, with its ``date_shift``."""

    id: str | None = None
    href: str | None = None
    name: str | None = None
    description: str | None = None
    billing_date_shift: int | None = None
    """The day of the month bills are made on in R17's reading, an offset in days in later text."""
    date_shift: int | None = None
    """The same, in a reference."""
    billing_period: str | None = None
    frequency: str | None = None
    charge_date_offset: int | None = None
    credit_date_offset: int | None = None
    mailing_date_offset: int | None = None
    payment_due_date_offset: int | None = None
    valid_for: TimePeriod | None = None
    is_ref: bool | None = None

    @property
    def day(self) -> int | None:
        """The day of the month bills are made on, 1 to 31; None where the shift is no such day."""
        shift = self.billing_date_shift if self.billing_date_shift is not None else self.date_shift
        return shift if shift is not None and 1 <= shift <= 31 else None


class BillStructure(Resource):
    """How and when an account is billed."""

    format: BillFormat | None = None
    presentation_media: Annotated[tuple[BillPresentationMedia, ...], Listed] = ()
    cycle_specification: BillingCycleSpecification | None = None


class AccountBalance(Resource):
    """What is owed on an account, or to its holder."""

    balance_type: str | None = None
    type: str | None = None
    """R18's name of ``balance_type``."""
    amount: Money | None = None
    valid_for: TimePeriod | None = None


class AccountRef(Reference):
    """A pointer to an account."""

    description: str | None = None


class FinancialAccountRef(Reference):
    """A pointer to the financial account that what is owed on a party account is booked to."""

    account_balance: AccountBalance | None = None


class AccountRelationship(Resource):
    """A link to another account: contains, is part of."""

    relationship_type: str | None = None
    account: AccountRef | None = None
    valid_for: TimePeriod | None = None


class AccountContact(Resource):
    """Who to turn to about an account, and how."""

    contact_name: str | None = None
    contact_type: str | None = None
    """primary, secondary."""
    party_role_type: str | None = None
    contact_medium: Annotated[tuple[ContactMedium, ...], Listed] = ()
    """v4 writes ``mediumType`` where R18 writes ``type``; both are kept."""
    related_party: RelatedParty | None = None
    valid_for: TimePeriod | None = None


class TaxExemption(Resource):
    """A proof that some tax is not to be charged."""

    certificate_number: str | None = None
    issuing_jurisdiction: str | None = None
    reason: str | None = None
    valid_for: TimePeriod | None = None


class PaymentPlan(Resource):
    """How an account's debt is paid off."""

    number_of_payments: int | None = None
    payment_frequency: str | None = None
    plan_type: str | None = None
    type: str | None = None
    """R18's name of ``plan_type``."""
    priority: int | None = None
    status: str | None = None
    total_amount: Money | None = None
    payment_method: Reference | None = None
    valid_for: TimePeriod | None = None


class CreditProfile(Resource):
    """How far a customer is trusted to pay later (TMF629 names)."""

    credit_profile_date: Time | None = None
    credit_score: int | None = None
    credit_risk_rating: int | None = None
    valid_for: TimePeriod | None = None


class Account(Resource):
    """What every account has."""

    id: str
    href: str | None = None
    name: str | None = None
    description: str | None = None
    account_type: str | None = None
    """Business, Individual, Global…"""
    type: str | None = None
    """R18's name of ``account_type``."""
    state: str | None = None
    """Defined, Active, Inactive, Suspended…, in whatever case its system writes."""
    last_modified: Time | None = None
    credit_limit: Money | None = None
    related_party: Annotated[tuple[RelatedParty, ...], Listed] = ()
    contact: Annotated[tuple[AccountContact, ...], Listed] = ()
    account_balance: Annotated[tuple[AccountBalance, ...], Listed] = ()
    account_relationship: Annotated[tuple[AccountRelationship, ...], Listed] = ()
    tax_exemption: Annotated[tuple[TaxExemption, ...], Listed] = ()

    @property
    def kind(self) -> str:
        """Which of the four kinds it is, also where ``@type`` names an extension of one."""
        return kind_of({"@type": self.type_, "@baseType": self.base_type})

    @property
    def is_active(self) -> bool:
        """Say whether it can be billed: no state, or an active one."""
        return (self.state or "active").strip().lower() in {"active", "defined"}

    def names(self, party_id: str) -> bool:
        """Say whether a party is related to the account."""
        return any(party.id == party_id for party in self.related_party)


class FinancialAccount(Account):
    """Where what is owed and paid is booked."""

    type_: str | None = Field(default=FINANCIAL, alias="@type")


class PartyAccount(Account):
    """An account of a party, billed or settled as ``bill_structure`` says."""

    type_: str | None = Field(default=PARTY, alias="@type")
    payment_status: str | None = None
    """In Arrears, In Collection…"""
    bill_structure: BillStructure | None = None
    payment_plan: Annotated[tuple[PaymentPlan, ...], Listed] = ()
    financial_account: FinancialAccountRef | None = None
    default_payment_method: Reference | None = None

    @property
    def bill_day(self) -> int | None:
        """The day of the month its bills are made on; None where that is not known."""
        cycle = self.bill_structure.cycle_specification if self.bill_structure is not None else None
        return cycle.day if cycle is not None else None


class BillingAccount(PartyAccount):
    """A party account that charges for products are billed to."""

    type_: str | None = Field(default=BILLING, alias="@type")


class SettlementAccount(PartyAccount):
    """A party account to settle with a partner what customers paid (B2B2C)."""

    type_: str | None = Field(default=SETTLEMENT, alias="@type")


_KINDS: Mapping[str, type[Account]] = {
    PARTY: PartyAccount,
    BILLING: BillingAccount,
    SETTLEMENT: SettlementAccount,
    FINANCIAL: FinancialAccount,
    "FinantialAccount": FinancialAccount,  # so in the published samples
}


def kind_of(value: Mapping[str, Any]) -> str:
    """Return which of the four kinds an account's JSON is by ``@type``, else by ``@baseType``; a billing account where neither says."""
    for member in ("@type", "@baseType"):
        known = _KINDS.get(str(value.get(member) or ""))
        if known is not None:
            return known.__name__
    return BILLING


def read_account(value: Mapping[str, Any]) -> Account:
    """Return an account's JSON as the kind of account that it is."""
    return _KINDS[kind_of(value)].model_validate(value)
