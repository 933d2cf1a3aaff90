"""A price book made of a handful of resources, without files.

Called by ``verification`` for the shipped cases, and by tests and benchmarks that need a catalog of their own making.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cartdesk.tmf.catalog import ProductOffering, ProductOfferingPrice, Promotion
from cartdesk.tmf.rounding import RoundingPolicy


class SmallBook:
    """A :class:`~cartdesk.pricing.priced.PriceBook` over given resources, each a model or its TMF620 v4 JSON values."""

    def __init__(
        self,
        offerings: Iterable[ProductOffering | Mapping[str, Any]],
        prices: Iterable[ProductOfferingPrice | Mapping[str, Any]] = (),
        promotions: Iterable[Promotion | Mapping[str, Any]] = (),
        *,
        currency: str = "EUR",
        policy: RoundingPolicy | None = None,
    ) -> None:
        self.currency = currency
        self.policy = policy or RoundingPolicy()
        self._offerings = {each.id: each for each in map(ProductOffering.model_validate, offerings)}
        self._prices = {each.id: each for each in map(ProductOfferingPrice.model_validate, prices)}
        self._promotions = {(each.code or "").casefold(): each for each in map(Promotion.model_validate, promotions)}

    def offering(self, offering_id: str) -> ProductOffering | None:
        """Return an offering by its id."""
        return self._offerings.get(offering_id)

    def offerings(self) -> tuple[ProductOffering, ...]:
        """Return all offerings."""
        return tuple(self._offerings.values())

    def prices_of(self, offering: ProductOffering) -> tuple[ProductOfferingPrice, ...]:
        """Return the offering's own prices, in its order."""
        found = (self._prices.get(reference.id) for reference in offering.product_offering_price)
        return tuple(price for price in found if price is not None)

    def price(self, price_id: str) -> ProductOfferingPrice | None:
        """Return a price or an alteration by its id."""
        return self._prices.get(price_id)

    def promotion(self, code: str) -> Promotion | None:
        """Return the promotion with this code, whatever its case."""
        return self._promotions.get(code.casefold())
