"""Who buys: a name and ways to reach them, checked, and how a cart carries them.

Called by the desk when a customer is named and by ``checkout`` before an order; the cart holds them as TMF663's related party and
contact media.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from cartdesk.errors import Refused
from cartdesk.language import tr
from cartdesk.selling.free_text import clean_text, is_card_as_phone
from cartdesk.selling.lines import require_open
from cartdesk.tmf.cart import ContactMedium, MediumCharacteristic, SeatNotes, ShoppingCart
from cartdesk.tmf.resource import RelatedParty

MAX_NAME = 120
"""The longest name, in characters."""
MAX_EMAIL = 254
MAX_ADDRESS_LINE = 120

EMAIL = "Email"
PHONE = "Phone"
POSTAL = "PostalAddress"
CUSTOMER = "customer"

_LOCAL = re.compile(r"[^\s@\"(),:;<>\[\]\\.]+(?:\.[^\s@\"(),:;<>\[\]\\.]+)*")
_DOMAIN_LABEL = re.compile(r"[^\W_](?:[\w-]*[^\W_])?")
_PHONE_SIGNS = str.maketrans("()/.-\u2010\u2011", " " * 7)
_PHONE = re.compile(r"\+?[0-9][0-9 ]*")


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as far as a sale needs one. Made by :func:`check_customer`, or by the desk from what the seat knows."""

    name: str
    email: str | None = None
    phone: str | None = None
    street: str | None = None
    post_code: str | None = None
    city: str | None = None
    country: str | None = None
    id: str | None = None
    """Their id at this seat or on a server; None for someone new."""
    known: bool = False
    """True for an existing customer, whom new-customer discounts are not for."""
    is_organization: bool = False
    """True for a company, an authority, a club."""

    @property
    def party_type(self) -> str:
        """TMF632's class of the party: Individual or Organization."""
        return "Organization" if self.is_organization else "Individual"

    @property
    def has_address(self) -> bool:
        """Say whether there is a postal address."""
        return bool(self.street and self.city)

    @property
    def can_be_reached(self) -> bool:
        """Say whether there is at least one way to reach them."""
        return bool(self.email or self.phone or self.has_address)


def check_customer(
    name: str,
    email: str | None = None,
    phone: str | None = None,
    *,
    street: str | None = None,
    post_code: str | None = None,
    city: str | None = None,
    country: str | None = None,
    customer_id: str | None = None,
    known: bool = False,
    is_organization: bool = False,
) -> Customer:
    """Return the customer with everything checked and without space around it.

    Raises:
        Refused: no name, no way to reach them, or something that cannot be right; the sentence says which.
    """
    customer = Customer(
        name=check_name(name),
        email=check_email(email) if email and email.strip() else None,
        phone=check_phone(phone) if phone and phone.strip() else None,
        street=_address_line(street, tr("The street")),
        post_code=_address_line(post_code, tr("The post code")),
        city=_address_line(city, tr("The city")),
        country=_address_line(country, tr("The country")),
        id=customer_id,
        known=known,
        is_organization=is_organization,
    )
    if not customer.can_be_reached:
        raise Refused(tr("{name} needs a way to be reached: an e-mail address or a phone number.", name=customer.name))
    return customer


def check_name(name: str) -> str:
    """Return a name without space around it.

    Raises:
        Refused: empty, too long, without a letter, or with control characters or a card number in it.
    """
    text = clean_text(name, tr("The customer's name"), limit=MAX_NAME)
    if not any(character.isalpha() for character in text):
        raise Refused(tr("The customer's name has no letter in it; type a name."))
    return text


def check_email(email: str) -> str:
    """Return an e-mail address without space around it.

    Raises:
        Refused: not one; the sentence says what is wrong.
    """
    text = clean_text(email, tr("The e-mail address"), limit=MAX_EMAIL)
    local, at, domain = text.rpartition("@")
    if not at:
        raise Refused(tr("The e-mail address has no @ in it; write it like name@example.com."))
    if not local or len(local) > 64 or not _LOCAL.fullmatch(local):
        raise Refused(tr("What stands before the @ of the e-mail address cannot be right; write it like name@example.com."))
    labels = domain.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or not all(len(each) <= 63 and _DOMAIN_LABEL.fullmatch(each) for each in labels):
        raise Refused(tr("What stands after the @ of the e-mail address cannot be right; write it like name@example.com."))
    return text


def check_phone(phone: str) -> str:
    """Return a phone number as digits and single spaces, perhaps with a + before; brackets, points and dashes become spaces.

    Raises:
        Refused: letters or other signs, fewer than 5 or more than 15 digits, or a payment card's number.
    """
    text = " ".join(clean_text(phone, tr("The phone number"), limit=40, cards=True).translate(_PHONE_SIGNS).split())
    if not _PHONE.fullmatch(text):
        raise Refused(tr("The phone number has something other than digits, spaces and a + in front; write it like +47 22 33 44 55."))
    digits = sum(character.isdigit() for character in text)
    if is_card_as_phone(text):
        raise Refused(
            tr("The phone number looks like a payment card's, which is never stored here; write it with + and the country's code.")
        )
    if not 5 <= digits <= 15:
        raise Refused(tr("The phone number has {digits} digits; a number has 5 to 15.", digits=digits))
    return text


def check_address(street: str, post_code: str, city: str, country: str = "") -> tuple[str, str, str, str | None]:
    """Return a postal address that something can be brought to: street, post code, city and perhaps the country.

    Raises:
        Refused: one of the first three is missing, or cannot be right; the sentence says which.
    """
    parts = (_address_line(street, tr("The street")), _address_line(post_code, tr("The post code")), _address_line(city, tr("The city")))
    if parts[0] is None:
        raise Refused(tr("The address needs a street."))
    if parts[1] is None:
        raise Refused(tr("The address needs a post code."))
    if parts[2] is None:
        raise Refused(tr("The address needs a city."))
    if not any(character.isalnum() for character in parts[1]):
        raise Refused(tr("The post code has no digit or letter in it."))
    if not any(character.isalpha() for character in parts[2]):
        raise Refused(tr("The city has no letter in it; type its name."))
    return parts[0], parts[1], parts[2], _address_line(country, tr("The country"))


def name_customer(cart: ShoppingCart, customer: Customer, known: bool | None = None) -> ShoppingCart:
    """Return the cart with its customer named; contact media that were there for another are replaced.

    Args:
        cart: the cart.
        customer: who, checked or at least with a name.
        known: whether they are a customer already, which ends new-customer discounts; None takes ``customer.known``.

    Raises:
        Refused: the cart is history, or the name cannot be right.
    """
    require_open(cart)
    name = check_name(customer.name)
    others = tuple(party for party in cart.related_party if not _is_customer(party))
    party = RelatedParty(id=customer.id, name=name, role=CUSTOMER, referred_type=customer.party_type)
    update: dict[str, Any] = {
        "related_party": (party, *others),
        "contact_medium": contact_media(customer),
        "seat": (cart.seat or SeatNotes()).model_copy(update={"customer_known": customer.known if known is None else known}),
    }
    return cart.model_copy(update=update)


def customer_of(cart: ShoppingCart) -> Customer | None:
    """Return the customer the cart carries, or None."""
    party = next((each for each in cart.related_party if _is_customer(each)), None)
    if party is None or not (party.name or party.id):
        return None
    found: dict[str, Any] = {}
    for medium in cart.contact_medium:
        reached = medium.characteristic
        if reached is not None:
            _take(found, email=reached.email_address, phone=reached.phone_number, street=reached.street1)
            _take(found, post_code=reached.post_code, city=reached.city, country=reached.country)
    organization = party.referred_type == "Organization"
    return Customer(name=party.name or party.id or "", id=party.id, known=cart.notes.customer_known, is_organization=organization, **found)


def contact_media(customer: Customer) -> tuple[ContactMedium, ...]:
    """Return the ways to reach a customer as TMF663 carries them, the preferred one first."""
    media = []
    if customer.email:
        media.append(ContactMedium(type=EMAIL, characteristic=MediumCharacteristic(email_address=customer.email)))
    if customer.phone:
        media.append(ContactMedium(type=PHONE, characteristic=MediumCharacteristic(phone_number=customer.phone)))
    if customer.has_address:
        address = MediumCharacteristic(street1=customer.street, post_code=customer.post_code, city=customer.city, country=customer.country)
        media.append(ContactMedium(type=POSTAL, characteristic=address))
    return tuple(medium.model_copy(update={"preferred": True}) if place == 0 else medium for place, medium in enumerate(media))


def _take(found: dict[str, Any], **values: str | None) -> None:
    for key, value in values.items():
        if value and not found.get(key):
            found[key] = value


def _address_line(text: str | None, what: str) -> str | None:
    return clean_text(text, what, limit=MAX_ADDRESS_LINE) if text and text.strip() else None


def _is_customer(party: RelatedParty) -> bool:
    return (party.role or "").strip().lower() == CUSTOMER
