"""Every error cartdesk raises on purpose, in one tree.

::

    CartdeskError
    ├── MoneyError               a sum that money does not allow
    │   └── CurrencyMismatch     two currencies in one sum, or in one cart
    ├── WireError                JSON that cannot be read as what it should be
    ├── CatalogError             a catalog that cannot be opened at all
    ├── PricingError             a price that cannot be worked out
    ├── Refused                  an action that the rules do not allow; says how to mend it
    │   ├── BeyondLimit          more than a role may do by itself
    │   └── EntryError           an entry that cannot be read; says where
    │       └── ApprovalNeeded   it can be done once somebody who may has given their PIN
    ├── StoreError               the seat's store could not do what was asked
    │   ├── StoreLocked          another process has it
    │   ├── StoreDamaged         bytes that do not fit their checksum
    │   ├── StoreForeign         a file that is not a cartdesk store, or from a newer version
    │   ├── StoreFull            no room left, or the file may not be written
    │   └── StoreReadOnly        opened for reading only
    ├── SettingsError            a setting that cannot be used
    ├── SyncError                a server could not be talked to
    │   ├── NoAnswer             nobody knows what came of a request: ask before doing it again
    │   └── Declined             the server said no, and why
    └── ServingError             our own server cannot be started

``str(error)`` is one sentence a person can act on: what, where, and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


class CartdeskError(Exception):
    """The root. Faces catch this one and show its sentence."""


class MoneyError(CartdeskError):
    """A sum that money does not allow."""


class CurrencyMismatch(MoneyError):
    """Two currencies met in one sum."""

    def __init__(self, ours: str, theirs: str) -> None:
        super().__init__(f"An amount in {theirs} cannot be added to one in {ours}; a cart has one currency.")
        self.ours = ours
        self.theirs = theirs


class WireError(CartdeskError):
    """JSON from outside that cannot be read as the resource it should be."""


class CatalogError(CartdeskError):
    """A catalog that cannot be opened at all."""


class PricingError(CartdeskError):
    """A price that cannot be worked out from the catalog's data."""


@dataclass(frozen=True, slots=True)
class Mend:
    """One way out of a refusal."""

    label: str
    """What it does, in a few words: ``Add SIM card``."""
    entry: str
    """The entry that does it: ``SIM``."""


class Refused(CartdeskError):
    """An action that the rules do not allow; nothing was changed."""

    def __init__(self, sentence: str, *mends: Mend) -> None:
        super().__init__(sentence)
        self.mends = mends


class EntryError(Refused):
    """An entry that cannot be read."""

    def __init__(self, sentence: str, *mends: Mend, at: int = 0) -> None:
        super().__init__(sentence, *mends)
        self.at = at
        """The offset in the typed text, in characters, where the trouble starts."""


class BeyondLimit(Refused):
    """More than a role may do by itself."""

    def __init__(self, sentence: str, percent: Decimal) -> None:
        super().__init__(sentence)
        self.percent = percent
        """How many per cent off would have to be allowed."""


class ApprovalNeeded(EntryError):
    """It can be done once somebody who may allow it has given their PIN."""

    def __init__(self, sentence: str, percent: Decimal, *, role: str | None = None, at: int = 0) -> None:
        super().__init__(sentence, at=at)
        self.percent = percent
        """How many per cent off have to be allowed."""
        self.role = role
        """Whose PIN it has to be where one role alone will do; None for anybody who may take off as much."""


class StoreError(CartdeskError):
    """The seat's store could not do what was asked."""


class StoreLocked(StoreError):
    """Another process has the store open for writing."""


class StoreDamaged(StoreError):
    """Bytes in the store that do not fit their checksum."""


class StoreForeign(StoreError):
    """A file that is not a cartdesk store, or one from a newer version."""


class StoreFull(StoreError):
    """No room left on the disk, or the file may not be written."""


class StoreReadOnly(StoreError):
    """A write was asked of a store that is open for reading only."""


class SettingsError(CartdeskError):
    """A setting that cannot be used."""


class SyncError(CartdeskError):
    """A server could not be talked to."""


class NoAnswer(SyncError):
    """Nobody knows what came of a request: it timed out, broke off, or was answered with nonsense. Ask before doing it again."""

    def __init__(self, sentence: str, *, after: float | None = None) -> None:
        super().__init__(sentence)
        self.after = after
        """How many seconds the server wants to be left alone, where it said so."""


class Declined(SyncError):
    """The server said no. Nothing was changed there."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        """The HTTP status."""


class ServingError(CartdeskError):
    """Our own server cannot be started."""
