"""The children of a bundle, as far as its list price needs them.

Called by ``offerings`` when a catalog is read, and by ``shop`` for bundles whose price depends on the moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple


class Part(NamedTuple):
    """A child of a bundle, or a choice between several."""

    options: tuple[str, ...]
    """The ids of the offerings that can stand here."""
    taken: str | None
    """The one that is taken when nothing is chosen; None where the customer must say."""
    usual: int
    """How many are taken when nothing is chosen; 0 is none."""
    lower: int
    """How many there must be; a bundle with a price of its own has them in it."""


def parts_of(offering: dict[str, Any]) -> Iterator[Part]:
    """Yield the parts of an offering in the inner shape. A part without any limits is there exactly once."""
    for child in offering.get("bundledProductOffering", ()):
        listed = child.get("options") or ([child] if child.get("id") else [])
        options = tuple(each["id"] for each in listed if each.get("id"))
        option = child.get("bundledProductOfferingOption")
        limits = child if option is None else option
        lower, upper = limits.get("numberRelOfferLowerLimit"), limits.get("numberRelOfferUpperLimit")
        usual = None if option is None else option.get("numberRelOfferDefault")
        if lower is None and upper is None and usual is None:
            lower = upper = 1
        lower = max(0, lower or 0)
        default = child.get("default")
        taken = default if default in options else options[0] if len(options) == 1 else None
        count = usual if usual is not None else max(lower, 1) if child.get("options") and default in options else lower
        yield Part(options, taken, max(lower, count if upper is None else min(count, max(upper, lower))), lower)
