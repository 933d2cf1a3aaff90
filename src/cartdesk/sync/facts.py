"""What is known of a server: which dialect it speaks and which of the standard's doors it has.

Learned as we go and by ``cartdesk remote check``; ``carts`` asks here before each request.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from cartdesk.tmf.dialects.shapes import Version

MERGE_PATCH = "application/merge-patch+json"
PLAIN_JSON = "application/json"
JSON_PATCH = "application/json-patch+json"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a server of one API can do. None is not known yet."""

    dialect: Version | None = None
    media: str = MERGE_PATCH
    """What a PATCH is called there."""
    patch: bool | None = None
    json_patch: bool | None = None
    """Whether it takes JSON Patch and refuses one whose ``test`` fails."""
    delete: bool | None = None
    etag: bool | None = None
    markers: bool | None = None
    """Whether it keeps our mark; where it does not, two people's edits are less well protected."""
    fits: bool | None = None
    """Whether it keeps what the mark's hash is made of as it was sent."""
    filters: bool | None = None
    """Whether a cart can be found by its mark."""
    paging: bool | None = None
    hub: bool | None = None
    drops: tuple[str, ...] = ()
    """What it leaves out of what it is sent: ``cartItem.*.note``."""

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {name: value for name, value in asdict(self).items() if value is not None and value != ()}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Facts:
        """Read what :meth:`to_json` wrote; what this version does not know is left out."""
        known = {each.name for each in fields(cls)}
        found = {name: each for name, each in value.items() if name in known}
        return cls(**{**found, "drops": tuple(found.get("drops", ()))})

    def learned(self, **found: Any) -> Facts:
        """Return it with more known."""
        return replace(self, **found)
