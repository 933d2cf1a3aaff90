"""Makes a large catalog in TMF620 v4 shape, the same for the same seed.

Run by hand and by the benchmarks and stress tests: ``python benchmarks/make_catalog.py 100000 DIR``.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]

PAGE = 20_000
"""How many resources a file has."""


def words(text: str, between: str = " ") -> list[str]:
    """Return the words of a text."""
    return text.split(between)


SHELVES = {
    "mobile": ("Mobile", None), "plans": ("Phone plans", "mobile"), "flex": ("No contract", "mobile"), "addons": ("Add-ons", "mobile"),
    "roaming": ("Roaming", "mobile"), "internet": ("Internet", None), "fibre": ("Fibre", "internet"), "cable": ("Cable", "internet"),
    "tv": ("TV", None), "packages": ("TV packages", "tv"), "channels": ("Channels", "tv"), "devices": ("Devices", None),
    "phones": ("Phones", "devices"), "tablets": ("Tablets", "devices"), "wearables": ("Watches and trackers", "devices"),
    "accessories": ("Accessories", "devices"), "business": ("Business", None), "lines": ("Business lines", "business"),
    "bundles": ("Bundles", None),
}  # fmt: skip
BRANDS = words("Nordphone Aurora Fjell Kestrel Lumen Orbit Pebble Quanta Sierra Tundra Vertex Willow Zephyr Borealis Cobalt Drift")
LINES = words("One Pro Max Lite Ultra Edge Note Fold Flip Air Plus Mini Neo Prime Active Rugged")
COLOURS = words("Black White Silver Graphite Midnight Rosé Sand Forest Sky Coral Lavender Titanium")
STORAGE = ("64 GB", "128 GB", "256 GB", "512 GB", "1 TB")
ACCESSORIES = words(
    "Case;Leather Case;Screen Protector;Charger;Fast Charger;Wireless Charger;Car Holder;Earbuds;Headphones;"
    "Power Bank;USB-C Cable;Stylus;Keyboard;Selfie Stick;Memory Card;Travel Adapter;Strap;Dock",
    ";",
)
PLANS = words("Unlimited Smart Talk Simple Flex Family Youth Senior Student Traveller Surf Start Basic Comfort Premium Classic")
PLAN_ENDS = words("Family Max Lite Plus Solo Duo Trio Weekend Europe World Young Home Work Evening")
REGIONS = words("Europe World Nordics Balkans Asia Africa Americas Oceania Gulf Switzerland Turkey Canada Mexico Japan Brazil")
GENRES = words("Sports Movies Kids News Series Music Nature Science History Comedy Drama Crime Cooking Travel Cars Football Hockey Tennis")
SYLLABLES = words("ba bo da de fa fe ga go ka ke la le lu ma mi na no pa po ra ri sa so ta te va vi za zo")
START, END = "2020-01-01T00:00:00Z", "2099-12-31T23:59:59Z"


class Maker:
    """Makes offerings one after the other, with their prices and specifications."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.prices: list[Json] = []
        self.specifications: list[Json] = []
        self.plans: list[str] = []
        self.phones: list[str] = []
        self._kinds: list[tuple[Callable[[int], Json], int]] = [
            (self.plan, 20), (self.internet, 8), (self.channel, 7), (self.phone, 25), (self.accessory, 25), (self.addon, 8),
            (self.business, 5), (self.bundle, 2),
        ]  # fmt: skip

    def offerings(self, count: int) -> Iterator[Json]:
        """Yield ``count`` offerings."""
        makers = [maker for maker, _ in self._kinds]
        weights = [weight for _, weight in self._kinds]
        for number, maker in enumerate(self.random.choices(makers, weights, k=count)):
            yield maker(number)

    def name(self) -> str:
        """Return a made-up word, so that names have as many words as real ones do."""
        return "".join(self.random.choices(SYLLABLES, k=self.random.randint(2, 3))).title()

    def plan(self, number: int) -> Json:
        pick = self.random.choice
        gigabytes = pick((1, 2, 3, 5, 8, 10, 15, 20, 30, 40, 50, 80, 100))
        first = pick(PLANS)
        name = f"{first} {pick(PLAN_ENDS)} {gigabytes}" if self.random.random() < 0.7 else f"{first} {self.name()} {gigabytes}"
        identity = f"MOB{number:06}"
        amount = 4 + gigabytes // 2 + self.random.randint(0, 900) / 100
        monthly = self.recurring(identity, name, amount, terms=(24,))
        monthly["popRelationship"] = [{"id": f"{identity}-intro", "name": "Introductory offer", "relationshipType": "alteration"}]
        intro = {
            "id": f"{identity}-intro",
            "@type": "ProductOfferingPriceAlteration",
            "name": "Introductory offer",
            "priceType": "recurring",
        }
        self.prices.append({**intro, "percentage": 50, "applicationDuration": 3, "priority": 1, "priceCondition": "new customer"})
        free = self.recurring(identity, name, amount + 4, terms=(1,), suffix="f")
        activation = self.once(identity, "Activation", pick((9.99, 19.99, 29.99)))
        self.plans.append(identity)
        shelf = pick(("plans", "plans", "flex"))
        detail = f"{gigabytes} GB of data in the network, calls and texts without limit, roaming in {pick(REGIONS)} included."
        offering = self.offering(identity, name, detail, shelf, [activation, monthly, free], "mobile-line")
        offering["productOfferingTerm"] = [_term(24), _term(1)]
        return offering

    def internet(self, number: int) -> Json:
        speed = self.random.choice((50, 100, 250, 500, 1000, 2000, 10000))
        kind, shelf = self.random.choice((("Fibre", "fibre"), ("Cable", "cable"), ("DSL", "cable")))
        name = f"{kind} {self.random.choice(PLAN_ENDS)} {speed}"
        identity = f"NET{number:06}"
        prices = [self.once(identity, "Connection", 49.0), self.recurring(identity, name, 19.9 + speed / 100)]
        return self.offering(identity, name, f"{speed} Mbit/s down, router included, 30 days' notice.", shelf, prices, "access-line")

    def channel(self, number: int) -> Json:
        name = f"{self.random.choice(GENRES)} {self.random.choice(GENRES)} {self.name()} TV"
        identity = f"TV{number:06}"
        shelf = self.random.choice(("packages", "channels"))
        price = self.recurring(identity, name, self.random.randint(200, 2500) / 100)
        return self.offering(identity, name, f"{self.random.randint(1, 160)} channels in high definition.", shelf, [price], None)

    def phone(self, number: int) -> Json:
        pick = self.random.choice
        brand, line = pick(BRANDS), pick(LINES)
        model = f"{brand} {line} {pick('ABGSXZ')}{self.random.randint(10, 99)}"
        identity = f"DEV{number:06}"
        shelf = pick(("phones", "phones", "phones", "tablets", "wearables"))
        sizes = self.random.sample(STORAGE, k=self.random.randint(1, 3))
        specification = f"{identity}-spec"
        values = [{"value": size, "isDefault": place == 0} for place, size in enumerate(sizes)]
        colours = [{"value": colour, "isDefault": place == 0} for place, colour in enumerate(self.random.sample(COLOURS, k=3))]
        self.specifications.append({
            "id": specification, "name": model, "brand": brand,
            "productSpecCharacteristic": [_characteristic("color", colours), _characteristic("storage", values)],
        })  # fmt: skip
        prices = []
        for place, size in enumerate(sizes):
            price = self.once(identity, f"{model} {size}", self.random.randint(99, 1299) + 0.99, suffix=f"b{place}")
            price["prodSpecCharValueUse"] = [{"name": "storage", "productSpecCharacteristicValue": [{"value": size}]}]
            prices.append(price)
        self.phones.append(identity)
        detail = f"A {self.random.randint(50, 130) / 10} inch display and a battery for a long day, by {brand}."
        return self.offering(identity, model, detail, shelf, prices, specification)

    def accessory(self, number: int) -> Json:
        brand, line = self.random.choice(BRANDS), self.random.choice(LINES)
        name = f"{self.name()} {self.random.choice(ACCESSORIES)} for {brand} {line}"
        identity = f"ACC{number:06}"
        price = self.once(identity, name, self.random.randint(5, 149) + 0.99)
        colour = self.random.choice(COLOURS)
        return self.offering(identity, name, f"In {colour.lower()}, two years of warranty.", "accessories", [price], None)

    def addon(self, number: int) -> Json:
        region = self.random.choice(REGIONS)
        gigabytes = self.random.choice((1, 2, 3, 5, 10))
        identity = f"ADD{number:06}"
        name = f"{region} {self.random.choice(('Pass', 'Day', 'Week', 'Data'))} {gigabytes} GB"
        price = self.once(identity, name, 2.5 * gigabytes)
        usage = {"id": f"{identity}-u", "name": "Each further MB", "priceType": "usage", "unitOfMeasure": {"amount": 1, "units": "MB"}}
        self.prices.append({**usage, "price": {"unit": "EUR", "value": 0.02}})
        offering = self.offering(identity, name, f"{gigabytes} GB to use in {region}.", "roaming", [price], None)
        offering["productOfferingPrice"].append({"id": f"{identity}-u", "name": "Each further MB"})
        return offering

    def business(self, number: int) -> Json:
        name = f"Business {self.random.choice(PLANS)} {self.name()} {self.random.randint(1, 500)}"
        identity = f"BIZ{number:06}"
        prices = [self.recurring(identity, name, self.random.randint(900, 9900) / 100, taxed=False)]
        return self.offering(
            identity, name, "For companies, with an account manager and a four hour repair promise.", "lines", prices, None
        )

    def bundle(self, number: int) -> Json:
        if not self.plans or not self.phones:
            return self.plan(number)
        children = [self.random.choice(self.plans), self.random.choice(self.phones)]
        identity = f"BUN{number:06}"
        name = f"{self.name()} {self.random.choice(PLAN_ENDS)} Bundle"
        offering = self.offering(
            identity, name, "A plan and a phone together cost less.", "bundles", [self.recurring(identity, name, -5)], None
        )
        limits = {"numberRelOfferLowerLimit": 1, "numberRelOfferUpperLimit": 1}
        offering["isBundle"] = True
        offering["bundledProductOffering"] = [{"id": child, "bundledProductOfferingOption": limits} for child in children]
        return offering

    def offering(self, identity: str, name: str, detail: str, shelf: str, prices: list[Json], specification: str | None) -> Json:
        """Return an offering; one in fifty is no longer sold, one in a hundred not yet."""
        luck = self.random.random()
        self.prices.extend(prices)
        made: Json = {
            "id": identity,
            "href": f"/tmf-api/productCatalogManagement/v4/productOffering/{identity}",
            "name": name,
            "description": detail,
            "version": "1.0",
            "lifecycleStatus": "Retired" if luck < 0.02 else "In study" if luck < 0.03 else "Active",
            "isBundle": False,
            "isSellable": True,
            "validFor": {"startDateTime": START, "endDateTime": END},
            "category": [{"id": shelf, "name": SHELVES[shelf][0], "@referredType": "Category"}],
            "productOfferingPrice": [{"id": each["id"], "name": each["name"]} for each in prices],
        }
        if specification is not None:
            made["productSpecification"] = {"id": specification}
        return made

    def recurring(
        self, identity: str, name: str, amount: float, terms: tuple[int, ...] = (), suffix: str = "m", *, taxed: bool = True
    ) -> Json:
        """Return a monthly price."""
        price = {
            **self._price(f"{identity}-{suffix}", f"{name} monthly", amount, taxed),
            "priceType": "recurring",
            "recurringChargePeriodType": "month",
            "recurringChargePeriodLength": 1,
        }
        return {**price, "productOfferingTerm": [_term(months) for months in terms]} if terms else price

    def once(self, identity: str, name: str, amount: float, suffix: str = "o") -> Json:
        """Return a one-off price."""
        return {**self._price(f"{identity}-{suffix}", name, amount, True), "priceType": "oneTime"}

    def _price(self, identity: str, name: str, amount: float, taxed: bool) -> Json:
        return {
            "id": identity,
            "@type": "ProductOfferingPrice",
            "name": name,
            "lifecycleStatus": "Active",
            "price": {"unit": "EUR", "value": round(amount, 2)},
            "taxIncluded": taxed,
            "tax": [{"taxCategory": "standard", "taxRate": 19}],
        }


def _term(months: int) -> Json:
    return {"name": f"{months} months" if months > 1 else "No contract", "duration": {"amount": months, "units": "month"}}


def _characteristic(name: str, values: list[Json]) -> Json:
    limits = {"valueType": "string", "configurable": True, "minCardinality": 1, "maxCardinality": 1}
    return {"name": name, **limits, "productSpecCharacteristicValue": values}


def make_catalog(count: int, folder: Path, seed: int = 1) -> None:
    """Write a catalog of ``count`` offerings into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    maker = Maker(seed)
    offerings = list(maker.offerings(count))
    specifications = [{"id": "mobile-line", "name": "Mobile line"}, {"id": "access-line", "name": "Access line"}, *maker.specifications]
    shelves = [{"id": identity, "name": name, "parentId": parent} for identity, (name, parent) in SHELVES.items()]
    _write(folder / "catalog.json", {"name": f"Generated {count:,}", "currency": "EUR"})
    _write(folder / "category.json", [{key: each for key, each in shelf.items() if each} for shelf in shelves])
    for kind, resources in (
        ("productOffering", offerings),
        ("productOfferingPrice", maker.prices),
        ("productSpecification", specifications),
    ):
        for page, start in enumerate(range(0, len(resources), PAGE)):
            _write(folder / f"{kind}-{page + 1:03}.json", resources[start : start + PAGE])


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def main() -> None:
    """Read the command line and write the catalog."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, help="how many offerings")
    parser.add_argument("folder", type=Path, help="where to write them")
    parser.add_argument("--seed", type=int, default=1, help="another seed makes another catalog")
    options = parser.parse_args()
    make_catalog(options.count, options.folder, options.seed)


if __name__ == "__main__":
    main()
