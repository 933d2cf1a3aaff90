"""Which formats this cartdesk writes and reads, and the steps that bring older ones forward.

Whoever changes how documents are stored raises the version in ``frame``, adds the step here, and keeps a store of the old format in
``tests/store/golden``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from cartdesk.store.frame import FORMAT_VERSION, Op

Step = Callable[[str, str, bytes], Iterable[Op]]
"""Takes a document's table, key and JSON; returns what to put instead: itself, another, several or nothing."""


@dataclass(frozen=True, slots=True)
class Format:
    """What a cartdesk knows of formats."""

    version: int
    """The version that it writes."""
    steps: Mapping[int, Step] = field(default_factory=dict)
    """By the version that each step starts from."""


LATEST = Format(FORMAT_VERSION)
"""What this cartdesk writes. Version 1 is the first, so there is no step yet."""
