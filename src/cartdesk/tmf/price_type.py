"""What a price is charged for. Apart from ``price``, so that the catalog's index reads it without loading a model."""

from __future__ import annotations

from enum import StrEnum


class PriceType(StrEnum):
    """What a price is charged for, in the one inner spelling."""

    ONE_TIME = "oneTime"
    RECURRING = "recurring"
    USAGE = "usage"

    @classmethod
    def read(cls, text: str | None) -> PriceType | None:
        """Read any spelling ("one time", "One-Off", "RECURRING"); None for a kind that is none of the three."""
        folded = "".join(character for character in (text or "").lower() if character.isalpha())
        return _SPELLINGS.get(folded)


_SPELLINGS = {
    "onetime": PriceType.ONE_TIME, "oneoff": PriceType.ONE_TIME, "once": PriceType.ONE_TIME, "nonrecurring": PriceType.ONE_TIME,
    "onetimecharge": PriceType.ONE_TIME, "recurring": PriceType.RECURRING, "recurringcharge": PriceType.RECURRING,
    "usage": PriceType.USAGE, "usagecharge": PriceType.USAGE,
}  # fmt: skip
