"""Known customers: from the store's TMF632 individuals to what a sale needs of them, and back.

``draft`` looks a typed name up here; ``checkout`` stores who ordered.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.selling.customers import Customer
    from cartdesk.tmf import Individual


def find_customers(individuals: Iterable[Individual], text: str) -> list[Customer]:
    """Return the customers that ``text`` means, in the order given.

    An id or an email address must fit exactly; of a phone number the digits must stand in it (four at least); of a name each word must
    begin one of the customer's.
    """
    wanted = text.strip().casefold()
    digits = "".join(character for character in wanted if character.isdigit())
    is_number = len(digits) >= 4 and all(character.isdigit() or character in " +-()/." for character in wanted)
    words = wanted.split()
    found = []
    for customer in map(as_customer, individuals):
        if wanted in {(customer.id or "").casefold(), (customer.email or "").casefold()} - {""}:
            return [customer]
        if is_number:
            if digits in "".join(character for character in customer.phone or "" if character.isdigit()):
                found.append(customer)
        elif words and all(any(name.startswith(word) for name in customer.name.casefold().split()) for word in words):
            found.append(customer)
    return found


def as_customer(individual: Individual) -> Customer:
    """Return what a sale needs of an individual."""
    from cartdesk.selling.customers import Customer

    reached: dict[str, str] = {}
    for medium in individual.contact_medium:
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
    parts = (individual.given_name, individual.family_name)
    name = individual.full_name or " ".join(part for part in parts if part) or individual.id
    return Customer(name=name, id=individual.id, known=True, **reached)


def as_individual(customer: Customer) -> Individual:
    """Return the customer as a TMF632 individual, to be kept."""
    from cartdesk.selling.customers import contact_media
    from cartdesk.tmf import Individual

    return Individual(id=customer.id or "", full_name=customer.name, contact_medium=contact_media(customer))


def in_one_line(customer: Customer) -> str:
    """Return a customer in one line, so that two of one name can be told apart."""
    parts = (customer.name, customer.email, customer.phone, customer.city)
    return safe_text(", ".join(each for each in parts if each), 80)
