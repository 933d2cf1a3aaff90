"""How a sale stands: who the customer is, what they own, where they are and through which channel it is sold.

Called by the rules, and by the desk for what the customer owns. Everything comes from the cart's own notes and the catalog's customers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from cartdesk.errors import Mend, Refused
from cartdesk.language import tr
from cartdesk.selling.customers import customer_of
from cartdesk.selling.lines import require_open, with_seat
from cartdesk.text import safe_text
from cartdesk.tmf.cart import Action, ShoppingCart

if TYPE_CHECKING:
    from cartdesk.tmf.customer import KnownCustomer, OwnedProduct

AGENT = "agent"
CHANNELS = {
    AGENT: ("agent", "phone", "telephone", "call centre", "call center", "contact centre", "contact center"),
    "kiosk": ("kiosk", "shop", "shops", "store", "stores", "retail"),
    "field": ("field", "field sales", "door to door", "doorstep"),
}
"""The channels a seat can be, and what catalogs call each of them."""
ELSEWHERE = frozenset({"web", "website", "online", "internet", "app", "self care", "self service", "partner"})
"""Words for channels that no seat is."""
MAX_SEGMENT = 40
_POST_CODE = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z -]{0,10}[0-9A-Za-z])?")
_PERSON = "residential"
"""The segment that every person belongs to."""


@runtime_checkable
class Registry(Protocol):
    """A catalog that knows customers."""

    def customer(self, customer_id: str) -> KnownCustomer | None:
        """Return a customer by their id."""
        ...


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules need of the customer and the sale."""

    customer: KnownCustomer | None
    segments: frozenset[str]
    """In lower case; none where nothing is known."""
    told: bool
    """True where the agent said the segment, so that it can be said anew."""
    channel: str
    post_code: str | None
    owned: tuple[OwnedProduct, ...]
    """What the customer has now, whatever the cart does to it; the parts of bundles are inside."""
    touched: frozenset[str]
    """The ids of owned products that the cart changes or gives up."""

    def staying(self) -> Iterator[OwnedProduct]:
        """Yield the products, parts included, that stay as they are when the cart is ordered."""
        for product in self.owned:
            if product.id not in self.touched:
                yield from with_parts(product)


def standing_of(cart: ShoppingCart, catalog: object) -> Standing:
    """Return how the sale of a cart stands."""
    named = customer_of(cart)
    known = catalog.customer(named.id) if named is not None and named.id and isinstance(catalog, Registry) else None
    notes = cart.notes
    segments = {notes.segment.casefold()} if notes.segment else set()
    if not segments and known is not None:
        segments = {(each.id or each.name or "").casefold() for each in known.market_segment} - {""}
        if not known.is_organization:
            segments.add(_PERSON)
    elif segments and segments <= {"youth", "senior"}:
        segments.add(_PERSON)
    return Standing(
        customer=known,
        segments=frozenset(segments),
        told=notes.segment is not None or known is None,
        channel=notes.channel or AGENT,
        post_code=notes.post_code or (named.post_code if named is not None else None),
        owned=known.product if known is not None else (),
        touched=frozenset(
            item.product.id for item in cart.cart_item if item.product is not None and item.product.id and item.action in _TOUCHING
        ),
    )


_TOUCHING = frozenset({Action.MODIFY, Action.DELETE})


def with_parts(product: OwnedProduct) -> Iterator[OwnedProduct]:
    """Yield an owned product and everything it is made of."""
    yield product
    for part in product.parts:
        yield from with_parts(part)


def set_segment(cart: ShoppingCart, segment: str | None) -> ShoppingCart:
    """Return the cart with the market segment the customer says they belong to; None is the customer's own again.

    Raises:
        Refused: no word.
    """
    require_open(cart)
    word = " ".join(segment.split()).casefold() if segment is not None else None
    if word is not None and (not word or len(word) > MAX_SEGMENT or not word.replace(" ", "").replace("-", "").isalnum()):
        raise Refused(tr("A market segment is a word or two, such as business or youth."), Mend(tr("Say it is business"), "for business"))
    return cart if cart.notes.segment == word else with_seat(cart, segment=word)


def set_place(cart: ShoppingCart, post_code: str | None) -> ShoppingCart:
    """Return the cart with the post code it is to be delivered to; None is the customer's own again.

    Raises:
        Refused: no post code.
    """
    require_open(cart)
    code = post_code.strip().upper() if post_code is not None else None
    if code is not None and not _POST_CODE.fullmatch(code):
        raise Refused(tr("«{code}» is no post code; write letters and digits, such as 0155.", code=safe_text(code, 20)))
    return cart if cart.notes.post_code == code else with_seat(cart, post_code=code)


def set_channel(cart: ShoppingCart, channel: str) -> ShoppingCart:
    """Return the cart with the channel it is sold through: agent, kiosk or field.

    Raises:
        Refused: none of them.
    """
    require_open(cart)
    if channel not in CHANNELS:
        ways = tuple(Mend(tr("Sell as {each}", each=each), f"channel {each}") for each in CHANNELS)
        raise Refused(
            tr("«{channel}» is no channel; it is {channels}.", channel=safe_text(channel, 20), channels=", ".join(CHANNELS)), *ways
        )
    return cart if (cart.notes.channel or AGENT) == channel else with_seat(cart, channel=channel)
