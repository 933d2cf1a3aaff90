"""How a catalog rounds: the setting that the catalog carries and pricing obeys.

Named here so that the two rooms, which stand side by side, mean one thing by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

RoundingMode = Literal["HALF_UP", "HALF_EVEN", "HALF_DOWN"]


class RoundingLevel(StrEnum):
    """Where the tax is rounded."""

    UNIT = "unit"
    LINE = "line"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class RoundingPolicy:
    """How a catalog rounds; printed in every explanation."""

    mode: RoundingMode = "HALF_UP"
    level: RoundingLevel = RoundingLevel.LINE
