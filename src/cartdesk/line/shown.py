"""What is told instead of a screen: facts, or a list that is read in parts, and the same as JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cartdesk.line.lists import Listing


@dataclass(frozen=True, slots=True)
class Shown:
    """What is told instead of a screen."""

    facts: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    listing: Listing | None = None
