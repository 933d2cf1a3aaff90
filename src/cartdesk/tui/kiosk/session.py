"""One visitor: a desk over a store in memory, from the first touch until it is ended and nothing of it is left.

``KioskApp`` begins and ends them; the pages ask it for what they show and hand it what was touched.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cartdesk.desk import CartView, Desk, DeskView
from cartdesk.desk.opening import Opening
from cartdesk.store import CartStore
from cartdesk.tui.kiosk.memory_disk import MemoryDisk

if TYPE_CHECKING:
    from cartdesk.catalog import Catalog
    from cartdesk.desk.handoff import HandedLine
    from cartdesk.desk.trial import Trial

STORE_NAME = "kiosk.cartdesk"
"""What the store is called; only its lock file is ever on the disk."""
CHANNEL = "kiosk"
_MOST = 99


class Session:
    """A visitor's cart."""

    def __init__(self, catalog: Catalog, *, folder: Path, now: Callable[[], datetime], ids: Callable[[], str]) -> None:
        """Begin.

        Args:
            catalog: what is sold; it outlives the session.
            folder: where the lock that keeps a second kiosk away is.
            now: the clock.
            ids: makes ids.

        Raises:
            StoreLocked: another kiosk works here.
        """
        self._disk = MemoryDisk()
        self._store = CartStore(folder / STORE_NAME, disk=self._disk)
        self._store.set_setting("channel", CHANNEL)
        view = DeskView(catalog.name, CHANNEL, "visitor", cart=CartView.nothing(catalog.currency))
        self.desk = Desk(self._store, Opening(lambda: catalog), view, now=now, ids=ids)

    @property
    def view(self) -> CartView:
        """The cart as it is."""
        return self.desk.view.cart

    @property
    def pieces(self) -> int:
        """How many pieces the cart holds."""
        return sum(line.quantity for line in self.view.lines)

    def trial(self, offering_id: str) -> Trial:
        """Return an offering as it would be added, to be chosen on.

        Raises:
            Refused: it is not sold now.
        """
        from cartdesk.desk.trial import trial_of_offering

        return trial_of_offering(self.desk, offering_id)

    def add(self, trial: Trial) -> None:
        """Put an offering into the cart as it was chosen; one more of a line that is the very same.

        Raises:
            CartdeskError: it cannot be added.
        """
        from cartdesk.desk.handoff import likeness

        new = likeness(trial.line)
        cart = self.desk.cart
        for number, item in enumerate(() if cart is None else cart.cart_item, start=1):
            if likeness(item) == new:
                self.desk.enter(f"*{min(item.quantity + 1, _MOST)} @{number}")
                return
        self.desk.run(trial.command())

    def more(self, item_id: str, by: int) -> None:
        """Take more or fewer of a line; none is out of the cart.

        Raises:
            CartdeskError: it cannot be changed.
        """
        line = next((each for each in self.view.lines if each.item_id == item_id), None)
        if line is None:
            return
        count = line.quantity + by
        self.desk.enter(f"-{line.number}" if count < 1 else f"*{min(count, _MOST)} @{line.number}")

    def mend(self, entry: str) -> None:
        """Do what mends a finding.

        Raises:
            CartdeskError: it does not.
        """
        self.desk.enter(entry)

    def lines(self) -> tuple[HandedLine, ...]:
        """Return what is handed over to an agent."""
        from cartdesk.desk.handoff import lines_of

        return lines_of(self.desk)

    def end(self) -> None:
        """Forget: the store is closed and its memory overwritten; nothing may be asked of the session afterwards."""
        self._store.close()
        self._disk.shred()
        self._store.forget()
