"""Every published sample of an account, a payment or a party is read as what it is and written again without losing a member."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cartdesk.tmf import (
    BillFormat,
    BillingAccount,
    BillingCycleSpecification,
    BillItem,
    BillPresentationMedia,
    FinancialAccount,
    Individual,
    Organization,
    PartyAccount,
    Payment,
    SettlementAccount,
)
from cartdesk.tmf.account import kind_of, read_account
from cartdesk.tmf.party import read_party
from cartdesk.tmf.period import read_time
from cartdesk.tmf.resource import Resource
from cartdesk.tmf.wire import dumps, loads

SAMPLES: dict[str, type[Resource]] = {
    "TMF666_v4_BillFormat": BillFormat,
    "TMF666_v4_BillPresentationMedia": BillPresentationMedia,
    "TMF666_v4_BillingCycleSpecification": BillingCycleSpecification,
    "TMF666_v4_BillingAccount": BillingAccount,
    "TMF666_v4_FinancialAccount": FinancialAccount,
    "TMF666_v4_PartyAccount": PartyAccount,
    "TMF666_v4_SettlementAccount": SettlementAccount,
    "TMF676_v4_Payment": Payment,
    "TMF632_v4_Individual": Individual,
}


def sample(shared: Path, name: str) -> Any:
    return loads((shared / "spec" / "samples" / f"{name}.example.json").read_text(encoding="utf-8"))


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    """Every leaf by its path; moments are compared as moments."""
    if isinstance(value, dict):
        return {place: leaf for name, each in value.items() for place, leaf in leaves(each, f"{path}/{name}").items()}
    if isinstance(value, list):
        return {place: leaf for number, each in enumerate(value) for place, leaf in leaves(each, f"{path}/{number}").items()}
    if isinstance(value, str) and value[:4].isdigit() and "T" in value:
        return {path: read_time(value)}
    return {path: value}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_comes_back_whole(shared: Path, name: str) -> None:
    given = sample(shared, name)
    model = SAMPLES[name].model_validate(given)
    written = loads(dumps(model.wire()))
    assert leaves(written) == leaves(given)
    assert SAMPLES[name].model_validate(written) == model


@pytest.mark.parametrize("kind", [BillingAccount, FinancialAccount, PartyAccount, SettlementAccount])
def test_an_account_is_read_as_the_kind_it_is(shared: Path, kind: type[Resource]) -> None:
    account = read_account(sample(shared, f"TMF666_v4_{kind.__name__}"))
    assert type(account) is kind
    assert account.kind == kind.__name__


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({}, "BillingAccount"),
        ({"@type": "FinantialAccount"}, "FinancialAccount"),
        ({"@type": "SpecialAccount", "@baseType": "PartyAccount"}, "PartyAccount"),
        ({"@type": "Vendor"}, "BillingAccount"),
    ],
)
def test_an_extension_is_the_kind_that_it_extends(value: dict[str, Any], kind: str) -> None:
    assert kind_of(value) == kind


def test_the_older_names_are_kept_too() -> None:
    given = {"@type": "BillingAccount", "id": "1", "type": "Business", "accountBalance": [{"type": "Receivable", "vendor": 1}]}
    account = read_account(given)
    assert account.type == "Business"
    assert account.wire() == given


@pytest.mark.parametrize(("shift", "day"), [(15, 15), (31, 31), (0, None), (32, None), (54, None), (None, None)])
def test_a_bill_day_is_a_day_of_a_month(shift: int | None, day: int | None) -> None:
    account = BillingAccount.model_validate({"id": "1", "billStructure": {"cycleSpecification": {"dateShift": shift, "name": "x"}}})
    assert account.bill_day == day


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"id": "1", "@type": "Organization", "name": "Berg AS"}, Organization),
        ({"id": "1", "tradingName": "Berg AS"}, Organization),
        ({"id": "1", "@type": "Individual", "tradingName": "x"}, Individual),
        ({"id": "1", "fullName": "Ingrid Berg"}, Individual),
    ],
)
def test_a_party_is_read_as_what_it_is(value: dict[str, Any], kind: type[Resource]) -> None:
    assert type(read_party(value)) is kind


def test_a_bill_item_keeps_every_digit() -> None:
    item = BillItem.model_validate({"id": "1", "taxIncludedAmount": {"unit": "EUR", "value": "97.200000001"}, "mine": [1]})
    assert BillItem.model_validate(loads(dumps(item.wire()))) == item
