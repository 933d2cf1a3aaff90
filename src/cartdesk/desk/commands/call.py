"""Somebody calls: the telephone says who, and their cart is at hand before hello is said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from cartdesk.desk.command import Command, Outcome, quoted
from cartdesk.errors import EntryError, Mend, Refused
from cartdesk.language import message, tr
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk.draft import Draft
    from cartdesk.selling.customers import Customer

_MOST = 20
"""How many carts that look like the caller's are opened to see."""
_OFFERED = 5
_NUMBER = r"\+?[\d(][\d ()/.-]{3,}\d"


@dataclass(frozen=True)
class TakeCall(Command):
    """Take a call: take up the caller's cart, or begin one for them."""

    name: ClassVar[str] = "customer.call"
    label: ClassVar[str] = message("Take the call")
    group: ClassVar[str] = message("Customer")
    entry: ClassVar[str | None] = "call Solveig Berg, +47 22 41 50 60"
    opener: ClassVar[str | None] = r"call\s"
    pattern: ClassVar[str | None] = (
        rf"call\s+(?:(?P<customer>[^,;+(\d\s][^,;]*?)(?:\s*,\s*(?P<phone>{_NUMBER})|\s+(?P<last>{_NUMBER}))?|(?P<alone>{_NUMBER}))"
    )
    numbers: ClassVar[frozenset[str]] = frozenset({"phone"})

    customer: str = ""
    """Who the telephone says is calling."""
    phone: str = ""
    """From which number."""

    @classmethod
    def from_fields(cls, values: Mapping[str, Any]) -> Command:
        """Read who and from where."""
        phone = values.get("phone") or values.get("last") or values.get("alone") or ""
        return cls(values.get("customer", ""), phone)

    def run(self, draft: Draft) -> Outcome:
        """Find the caller, then a cart of theirs that is not finished; a new one where there is none."""
        from cartdesk.selling import basket

        caller, known = self._caller(draft)
        called = safe_text(caller.name, 60)
        cart_id = next(carts_of(draft, caller), None)
        if cart_id is not None:
            there = draft.take_up(cart_id)
            return Outcome(tr("{called} is calling. {said}", called=called, said=there.said), label=called)
        draft.begin_if_done()
        if draft.cart_id is not None:
            draft.begin()
        draft.put(basket.name_customer(draft.cart, caller, known=known))
        what = tr("is a customer here") if known else tr("is new here")
        return Outcome(
            tr("{called} is calling and {what}; cart {letter} is theirs.", called=called, what=what, letter=draft.letter), label=called
        )

    def _caller(self, draft: Draft) -> tuple[Customer, bool]:
        """Return who calls, and whether they are a customer: by number first, which says more than a name does."""
        from cartdesk.desk.people import find_customers, in_one_line, known_customers
        from cartdesk.selling.customers import Customer, check_phone

        phone = check_phone(self.phone) if self.phone.strip() else ""
        if not phone and not self.customer.strip():
            raise EntryError(tr("Nobody is named, and no number is; say who calls."), at=draft.spot("customer"))
        everybody = known_customers(draft.store, draft.catalog)
        by_phone = [each for each in everybody if phone and _same_number(each.phone or "", phone)]
        by_name = find_customers(by_phone or everybody, self.customer) if self.customer.strip() else []
        found = by_name or by_phone
        if len(found) > 1:
            mends = tuple(Mend(in_one_line(each), f"call {each.id}") for each in found[:_OFFERED] if each.id)
            raise EntryError(tr("{n} customers may be calling; ask who it is.", n=len(found)), *mends, at=draft.spot("customer"))
        if found:
            return found[0], True
        return Customer(name=self.customer.strip() or tr("Caller {phone}", phone=phone), phone=phone or None), False

    def written(self) -> str:
        """Return ``call Solveig Berg, +47 …``."""
        return "call " + ", ".join(quoted(part) for part in (self.customer, self.phone) if part)


def carts_of(draft: Draft, caller: Customer) -> Iterator[str]:
    """Yield the ids of a caller's carts that are not finished, the last changed first."""
    from cartdesk.selling import basket

    marks = [each.casefold() for each in (caller.email, caller.phone, caller.name) if each]
    looked = 0
    for row in draft.store.cart_rows():
        if row.state not in ("open", "held") or not _looks_like(marks, row.label, row.contact):
            continue
        looked += 1
        if looked > _MOST:
            return
        try:
            named = basket.customer_of(draft.load(row.id))
        except Refused:
            continue
        if named is not None and (named.id == caller.id if caller.id else named.id is None and _same_person(named, caller)):
            yield row.id


def _looks_like(marks: list[str], *texts: str | None) -> bool:
    shown = " ".join(text.casefold() for text in texts if text)
    digits = re.sub(r"\D", "", shown)
    return any(mark in shown or (len(re.sub(r"\D", "", mark)) >= 5 and re.sub(r"\D", "", mark) in digits) for mark in marks)


def _same_person(one: Customer, other: Customer) -> bool:
    """Say whether two who are not known are the same: by number where both have one, else by name."""
    if one.phone and other.phone:
        return _same_number(one.phone, other.phone)
    return one.name.casefold() == other.name.casefold()


def _same_number(one: str, other: str) -> bool:
    """Say whether two numbers are the same, one of them perhaps without its country's code."""
    first, second = (re.sub(r"\D", "", each).lstrip("0") for each in (one, other))
    return min(len(first), len(second)) >= 5 and (first.endswith(second) or second.endswith(first))
