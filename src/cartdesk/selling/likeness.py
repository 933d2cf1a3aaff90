"""Whether somebody is a customer already: known customers with the same e-mail, phone number or name.

The checkout asks before a prospect becomes a customer, so that nobody is kept twice.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cartdesk.language import tr
from cartdesk.selling.customers import Customer

_DIGITS_THAT_COUNT = 8
"""So many last digits of two phone numbers must be the same: with and without the country's code."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A known customer who may be the one in hand."""

    customer: Customer
    by: tuple[str, ...]
    """What is the same: e-mail, phone, name."""

    @property
    def is_sure(self) -> bool:
        """Say whether more than the name is the same."""
        return self.by != ("name",)


def alike(known: Iterable[Customer], name: str = "", email: str = "", phone: str = "", limit: int = 5) -> tuple[Likeness, ...]:
    """Return known customers like this one, those with the most in common first.

    Args:
        known: who is a customer.
        name: as typed; its words in any order, without accents, must be all of a customer's, or all but given names in the middle.
        email: as typed; case does not matter.
        phone: as typed; the last eight digits must be the same.
        limit: how many at most.
    """
    wanted = _Wanted(_words(name), email.strip().casefold(), _tail(phone))
    found = [Likeness(each, by) for each in known if (by := tuple(wanted.shared(each)))]
    return tuple(sorted(found, key=lambda each: (-len(each.by), each.by == ("name",)))[:limit])


@dataclass(frozen=True, slots=True)
class _Wanted:
    name: frozenset[str]
    email: str
    phone: str

    def shared(self, customer: Customer) -> Iterator[str]:
        if self.email and self.email == (customer.email or "").casefold():
            yield tr("e-mail")
        if self.phone and self.phone == _tail(customer.phone or ""):
            yield tr("phone")
        if len(self.name) > 1 and (self.name <= (theirs := _words(customer.name)) or (len(theirs) > 1 and theirs <= self.name)):
            yield tr("name")


def _words(text: str) -> frozenset[str]:
    plain = "".join(each for each in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(each))
    return frozenset(plain.replace(",", " ").replace(".", " ").split())


def _tail(phone: str) -> str:
    digits = "".join(each for each in phone if each.isdigit())
    return digits[-_DIGITS_THAT_COUNT:] if len(digits) >= _DIGITS_THAT_COUNT else ""
