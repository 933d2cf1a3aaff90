"""The customers that come with a catalog: ``customer*.json``, read when somebody is first looked for.

Held by ``catalog`` and asked by ``check``. A customer with a fault is left out and told; the others are there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartdesk.catalog.faults import Fault, Issue, as_faults, shown
from cartdesk.catalog.folder import Source, companions, read
from cartdesk.catalog.scan import ScanError, elements, scrub

if TYPE_CHECKING:
    from cartdesk.tmf.customer import KnownCustomer, OwnedProduct

CUSTOMERS = "customer"
"""How the name of a file of customers begins."""

_ID = re.compile(r"C-[A-Za-z0-9-]{1,40}")


class People:
    """The customers of one catalog, and what is wrong with their files."""

    def __init__(self, root: Path, has_offering: Callable[[str], bool]) -> None:
        self.faults: list[Fault] = []
        self._has_offering = has_offering
        self._places: dict[str, str] = {}
        self._accounts: set[str] = set()
        self._products: set[str] = set()
        self.customers: tuple[KnownCustomer, ...] = tuple(self._read(root))

    def _read(self, root: Path) -> Iterator[KnownCustomer]:
        for source in companions(root, CUSTOMERS, self.faults):
            for path, value in resources(source, self.faults):
                customer = self._customer(source.name, path, value)
                if customer is not None:
                    yield customer

    def _customer(self, file: str, path: str, value: Any) -> KnownCustomer | None:
        from pydantic import ValidationError

        from cartdesk.tmf.customer import KnownCustomer

        try:
            customer = KnownCustomer.model_validate(value)
        except ValidationError as error:
            first = error.errors()[0]
            step = "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in first["loc"])
            self.faults.append(Fault(file, path + step, first["msg"], "Mend it; this customer is not known until then", True))
            return None
        issues = list(self._issues(customer, f"{file} {path}"))
        self.faults.extend(as_faults(file, path, issues))
        return None if any(issue.fatal for issue in issues) else customer

    def _issues(self, customer: KnownCustomer, place: str) -> Iterator[Issue]:
        if not _ID.fullmatch(customer.id):
            yield Issue(".id", f"{shown(customer.id)!r} is not a customer's id", "Write C- and a number, such as C-1001", True)
        elif customer.id in self._places:
            what = f"another customer has the id {shown(customer.id)!r}: {self._places[customer.id]}"
            yield Issue(".id", what, "Give each customer an id of their own", True)
        self._places.setdefault(customer.id, place)
        if customer.called == customer.id:
            yield Issue("", "the customer has no name", "Write givenName and familyName, or an organisation's name", True)
        own = {str(account.model_dump(by_alias=True).get("id", "")) for account in customer.account}
        for number, account in enumerate(customer.account):
            yield from self._account_issues(account.model_dump(by_alias=True), f".account[{number}]")
        for number, product in enumerate(customer.product):
            yield from self._product_issues(product, f".product[{number}]", own)

    def _account_issues(self, account: dict[str, Any], at: str) -> Iterator[Issue]:
        identity = account.get("id")
        if not identity:
            yield Issue(at, "the account has no id", "Give it one", True)
        elif identity in self._accounts:
            yield Issue(f"{at}.id", f"another account has the id {shown(identity)!r}", "Give each account an id of its own", True)
        self._accounts.add(str(identity))

    def _product_issues(self, product: OwnedProduct, at: str, accounts: set[str]) -> Iterator[Issue]:
        if not product.id or product.id in self._products:
            what = f"another product has the id {shown(product.id)!r}" if product.id else "the product has no id"
            yield Issue(f"{at}.id", what, "Give each product an id of its own", True)
        self._products.add(product.id or "")
        offering = product.product_offering.id if product.product_offering is not None else None
        if offering is None or not self._has_offering(offering):
            what = f"the offering {shown(offering)!r} is not in this catalog" if offering else "it does not say which offering it is"
            yield Issue(f"{at}.productOffering", what, "Name one that is, so that the product can be changed")
        account = product.billing_account.id if product.billing_account is not None else None
        if account is not None and account not in accounts:
            yield Issue(f"{at}.billingAccount", f"the customer has no account {shown(account)!r}", "Name one of the customer's accounts")
        for number, part in enumerate(product.parts):
            yield from self._product_issues(part, f"{at}.productRelationship[{number}].product", accounts)


def resources(source: Source, faults: list[Fault]) -> Iterator[tuple[str, Any]]:
    """Yield the resources of a file that stands beside the catalog, each with its place; what cannot be read is told."""
    try:
        text = read(source).decode("utf-8-sig")
    except OSError as error:
        faults.append(
            Fault(source.name, "", f"the file cannot be read: {error.strerror or error}", "Put a readable file in its place", True)
        )
        return
    except UnicodeDecodeError as error:
        faults.append(Fault(source.name, "", f"the file is not UTF-8 text: byte {error.start} cannot be read", "Save it as UTF-8", True))
        return
    issues: list[Issue] = []
    try:
        for element in elements(text, issues):
            found: list[Issue] = []
            value = scrub(element.value, found)
            faults.extend(as_faults(source.name, element.path, found))
            if isinstance(value, dict):
                yield element.path, value
            else:
                faults.append(Fault(source.name, element.path, f"{shown(value)!r} stands where an object should be", "Write {…}", True))
    except ScanError as error:
        faults.append(Fault(source.name, error.path, error.what, error.mend, True))
    faults.extend(as_faults(source.name, "", issues))
