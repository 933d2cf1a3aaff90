"""A small shop that a test stocks with a line or two, and prices carts from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from cartdesk.pricing import SmallBook, price_cart
from cartdesk.pricing.priced import PricedCart
from cartdesk.tmf import CartItem, Characteristic, Product, Reference, SeatNotes, ShoppingCart
from cartdesk.tmf.cart import CartTerm
from cartdesk.tmf.resource import Quantity
from cartdesk.tmf.rounding import RoundingLevel, RoundingPolicy

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


class Shop:
    """Offerings, prices and promotions, added one by one; prices carts of them."""

    def __init__(self, currency: str = "EUR", mode: Any = "HALF_UP", level: str = "line") -> None:
        self.currency = currency
        self.policy = RoundingPolicy(mode, RoundingLevel(level))
        self.offerings: list[dict[str, Any]] = []
        self.prices: list[dict[str, Any]] = []
        self.promotions: list[dict[str, Any]] = []
        self._numbers = count(1)
        self._book: SmallBook | None = None

    def offer(self, code: str, *prices: dict[str, Any], name: str | None = None, **extra: Any) -> str:
        """Add an offering with these prices and return its id."""
        self._book = None
        for price in prices:
            self.prices.append(price)
            self.prices.extend(price.pop("parts", []))
        references = [{"id": price["id"]} for price in prices]
        self.offerings.append({"id": code, "name": name or code, "productOfferingPrice": references} | extra)
        return code

    def once(self, amount: object, **options: Any) -> dict[str, Any]:
        """Return a one-off price."""
        return self._price(amount, {"priceType": "oneTime"}, **options)

    def every(self, amount: object, period: str = "month", length: int = 1, **options: Any) -> dict[str, Any]:
        """Return a recurring price."""
        kind = {"priceType": "recurring", "recurringChargePeriodType": period, "recurringChargePeriodLength": length}
        return self._price(amount, kind, **options)

    def usage(self, amount: object, units: str = "GB", **options: Any) -> dict[str, Any]:
        """Return a price per unit of use."""
        return self._price(amount, {"priceType": "usage", "unitOfMeasure": {"amount": 1, "units": units}}, **options)

    def off(self, percent: object = None, amount: object = None, **extra: Any) -> dict[str, Any]:
        """Return a discount."""
        made: dict[str, Any] = {"id": f"p{next(self._numbers)}", "@type": "ProductOfferingPriceAlteration", "name": "Discount"}
        if percent is not None:
            made["percentage"] = Decimal(str(percent))
        if amount is not None:
            made["price"] = {"unit": extra.pop("currency", self.currency), "value": Decimal(str(amount))}
        return made | extra

    def penalty(self, percent: object = None, amount: object = None, **extra: Any) -> dict[str, Any]:
        """Return a charge for leaving early."""
        return self.off(percent, amount, priceType="penalty", **extra) | {"@type": "ProductOfferingPrice", "name": "Leaving early"}

    def _price(
        self,
        amount: object,
        kind: dict[str, Any],
        *,
        rate: object = None,
        gross: bool = False,
        cuts: tuple[dict[str, Any], ...] = (),
        penalties: tuple[dict[str, Any], ...] = (),
        floor: object = None,
        **extra: Any,
    ) -> dict[str, Any]:
        made: dict[str, Any] = {"id": f"p{next(self._numbers)}", "name": extra.pop("name", "Price")} | kind
        made["price"] = (
            amount if isinstance(amount, dict) else {"unit": extra.pop("currency", self.currency), "value": Decimal(str(amount))}
        )
        if gross:
            made["taxIncluded"] = True
        if rate is not None:
            made["tax"] = [{"taxRate": Decimal(str(rate))}]
        links = [(cut, "alteration") for cut in cuts] + [(penalty, "penalty") for penalty in penalties]
        if floor is not None:
            links.append((self.once(floor, rate=rate, gross=gross), "floor"))
        made["popRelationship"] = [{"id": part["id"], "relationshipType": role} for part, role in links]
        made["parts"] = [part for part, _ in links]
        return made | extra

    def code(self, code: str, percent: object = None, amount: object = None, **extra: Any) -> str:
        """Add a promotion code and return it; an amount is with tax."""
        self._book = None
        made: dict[str, Any] = {"id": code, "code": code, "name": code, "combinable": True}
        if percent is not None:
            made["percentage"] = Decimal(str(percent))
        if amount is not None:
            made["price"] = {"taxIncludedAmount": {"unit": self.currency, "value": Decimal(str(amount))}}
        minimum = extra.pop("minimum", None)
        if minimum is not None:
            made["minimumTotal"] = {"taxIncludedAmount": {"unit": self.currency, "value": Decimal(str(minimum))}}
        self.promotions.append(made | extra)
        return code

    @property
    def book(self) -> SmallBook:
        """The catalog; the same one until something is added."""
        if self._book is None:
            self._book = SmallBook(self.offerings, self.prices, self.promotions, currency=self.currency, policy=self.policy)
        return self._book

    def item(
        self, code: str, quantity: int = 1, *children: CartItem, chosen: Any = None, months: int | None = None, **extra: Any
    ) -> CartItem:
        """Return an item for an offering."""
        product = Product(
            **extra.pop("product", {}), characteristic=tuple(Characteristic(name=n, value=v) for n, v in (chosen or {}).items())
        )
        term = (CartTerm(name=f"{months} months", duration=Quantity(amount=months, units="month")),) if months else ()
        name = next((each["name"] for each in self.offerings if each["id"] == code), code)
        return CartItem(
            id=extra.pop("id", f"i{next(self._numbers)}"),
            quantity=quantity,
            product_offering=Reference(id=code, name=name),
            product=product,
            cart_term=term,
            cart_item=children,
            **extra,
        )

    def cart(
        self, *items: CartItem | str, codes: tuple[str, ...] = (), known: bool = False, overrides: tuple[Any, ...] = ()
    ) -> ShoppingCart:
        """Return a cart."""
        lines = tuple(self.item(item) if isinstance(item, str) else item for item in items)
        return ShoppingCart(id="c", cart_item=lines, seat=SeatNotes(promotion_code=codes, customer_known=known, override=overrides))

    def sell(self, *items: CartItem | str, now: datetime = NOW, **notes: Any) -> PricedCart:
        """Return a cart, priced."""
        return price_cart(self.cart(*items, **notes), self.book, now)


@pytest.fixture(scope="session")
def new_shop() -> Callable[..., Shop]:
    """What makes an empty shop."""
    return Shop


@pytest.fixture
def shop() -> Shop:
    """An empty shop in euros."""
    return Shop()
