"""Known customers: from the store's TMF632 individuals to what a sale needs of them, and back.

``draft`` looks a typed name up here; ``checkout`` stores who ordered.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.catalog import Catalog
    from cartdesk.selling.customers import Customer
    from cartdesk.store import CartStore
    from cartdesk.tmf import ContactMedium, Party
    from cartdesk.tmf.customer import KnownCustomer


def known_customers(store: CartStore, catalog: Catalog) -> list[Customer]:
    """Return everybody who is a customer here: those of the store, and those that come with the catalog; one of both is the store's."""
    kept = [as_customer(each) for each in store.customers()]
    ids = {each.id for each in kept}
    return kept + [customer_of(each) for each in catalog.customers() if each.id not in ids]


def find_customers(customers: Iterable[Customer], text: str) -> list[Customer]:
    """Return the customers that ``text`` means, in the order given.

    An id or an email address must fit exactly; of a phone number the digits must stand in it (four at least); of a name each word must
    begin one of the customer's.
    """
    wanted = _plain(text.strip())
    digits = "".join(character for character in wanted if character.isdigit())
    is_number = len(digits) >= 4 and all(character.isdigit() or character in " +-()/." for character in wanted)
    words = wanted.split()
    found = []
    for customer in customers:
        if wanted in {_plain(customer.id or ""), _plain(customer.email or "")} - {""}:
            return [customer]
        if is_number:
            if digits in "".join(character for character in customer.phone or "" if character.isdigit()):
                found.append(customer)
        elif words and all(any(name.startswith(word) for name in _plain(customer.name).split()) for word in words):
            found.append(customer)
    return found


def _plain(text: str) -> str:
    """Return a name as it is compared: without case, and without marks over letters, which not every keyboard has."""
    return "".join(each for each in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(each))


def as_customer(party: Party) -> Customer:
    """Return what a sale needs of a person or an organization."""
    from cartdesk.selling.customers import Customer
    from cartdesk.tmf import Individual

    if isinstance(party, Individual):
        parts = (party.given_name, party.family_name)
        name = party.full_name or " ".join(part for part in parts if part)
    else:
        name = party.trading_name or party.name or ""
    organization = not isinstance(party, Individual)
    return Customer(name=name or party.id, id=party.id, known=True, is_organization=organization, **_reached(party.contact_medium))


def customer_of(known: KnownCustomer) -> Customer:
    """Return what a sale needs of a customer that comes with the catalog."""
    from cartdesk.selling.customers import Customer

    organization = known.is_organization
    return Customer(name=known.called, id=known.id, known=True, is_organization=organization, **_reached(known.contact_medium))


def _reached(media: Iterable[ContactMedium]) -> dict[str, str]:
    reached: dict[str, str] = {}
    for medium in media:
        there = medium.characteristic
        if there is None:
            continue
        given = (
            ("email", there.email_address), ("phone", there.phone_number), ("street", there.street1), ("post_code", there.post_code),
            ("city", there.city), ("country", there.country),
        )  # fmt: skip
        for key, value in given:
            if value:
                reached.setdefault(key, value)
    return reached


def as_party(customer: Customer) -> Party:
    """Return the customer as a TMF632 individual or organization, to be kept."""
    from cartdesk.selling.customers import contact_media
    from cartdesk.tmf import Individual, Organization

    media = contact_media(customer)
    if customer.is_organization:
        return Organization(id=customer.id or "", trading_name=customer.name, name=customer.name, contact_medium=media)
    return Individual(id=customer.id or "", full_name=customer.name, contact_medium=media)


def in_one_line(customer: Customer) -> str:
    """Return a customer in one line, so that two of one name can be told apart."""
    parts = (customer.name, customer.email, customer.phone, customer.city)
    return safe_text(", ".join(each for each in parts if each), 80)
