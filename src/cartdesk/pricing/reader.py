"""Keeps what was read of a catalog's prices, and what they came to, for as long as the catalog is open.

Called by ``cart`` and ``items``; ``offers`` does the reading.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from weakref import WeakKeyDictionary, ref

from cartdesk.errors import PricingError
from cartdesk.pricing.charges import work_out
from cartdesk.pricing.offers import ListPrice, Offer, read_offer
from cartdesk.pricing.priced import AppliedAlteration, PriceBook, PricedCharge, RefusedAlteration
from cartdesk.pricing.rounding import Rounder
from cartdesk.tmf.price import PriceType

_MOST_CHARGES = 20_000

ChargeKey = tuple[int, int, tuple[int, ...], tuple[RefusedAlteration, ...]]


class OfferReader:
    """Reads offerings of one catalog and keeps what it read.

    It holds the catalog weakly where that is possible, so that what was read goes when the catalog does.
    """

    def __init__(self, book: PriceBook) -> None:
        self.rounder = Rounder(book.policy, book.currency)
        self._book: Callable[[], PriceBook | None] = _weakly(book)
        self._offers: dict[str, Offer] = {}
        self._charges: dict[ChargeKey, PricedCharge] = {}

    @property
    def book(self) -> PriceBook:
        """The catalog.

        Raises:
            PricingError: it is no longer there.
        """
        book = self._book()
        if book is None:
            raise PricingError("The catalog of these prices has been closed; open it again.")
        return book

    def reads(self, book: PriceBook) -> bool:
        """Say whether this is a reader of that very catalog, which still rounds as it did."""
        return self._book() is book and self.rounder.policy == book.policy and self.rounder.currency == book.currency

    def offer(self, offering_id: str) -> Offer | None:
        """Return the offer, or None where the catalog has no such offering (yet).

        Raises:
            PricingError: one of its prices cannot be used.
        """
        offer = self._offers.get(offering_id)
        if offer is None:
            book = self.book
            offering = book.offering(offering_id)
            if offering is not None:
                offer = self._offers[offering_id] = read_offer(offering, book, self.rounder)
        return offer

    def charge(
        self, price: ListPrice, quantity: int, applied: Sequence[AppliedAlteration], refused: tuple[RefusedAlteration, ...]
    ) -> PricedCharge:
        """Return a price as the charge for a quantity, with what is taken off; usage is for one.

        Lines that are charged the same share one charge; it is worked out once.

        Args:
            price: one of this reader's.
            quantity: how many.
            applied: the alterations of this price that hold, in order.
            refused: those that do not.
        """
        if price.kind is PriceType.USAGE:
            quantity = 1
        key = (id(price), quantity, tuple(map(id, applied)), refused)
        charge = self._charges.get(key)
        if charge is None:
            if len(self._charges) >= _MOST_CHARGES:
                self._charges.clear()
            charge = self._charges[key] = _charge_of(price, quantity, applied, refused, self.rounder)
        return charge


_READERS: WeakKeyDictionary[PriceBook, OfferReader] = WeakKeyDictionary()


def reader_of(book: PriceBook) -> OfferReader:
    """Return the reader of a catalog: the one there is, so that a catalog's prices are read once while it is open."""
    try:
        reader = _READERS.get(book)
        if reader is None or not reader.reads(book):
            reader = _READERS[book] = OfferReader(book)
    except TypeError:  # a book that cannot be hashed or referred to weakly
        return OfferReader(book)
    return reader


def _weakly(book: PriceBook) -> Callable[[], PriceBook | None]:
    try:
        return ref(book)
    except TypeError:
        return lambda: book


def _charge_of(
    price: ListPrice, quantity: int, applied: Sequence[AppliedAlteration], refused: tuple[RefusedAlteration, ...], rounder: Rounder
) -> PricedCharge:
    total, alterations, phases = work_out(price.given, quantity, price.kind, price.installments, applied, rounder, price.one)
    return PricedCharge(
        price.id,
        price.name,
        price.kind,
        price.period,
        price.per,
        price.unit,
        total,
        alterations,
        refused,
        price.installments,
        price.category,
        phases,
        quantity,
        price.given,
        price.floor,
        price.penalties,
    )
