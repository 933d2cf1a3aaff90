"""The shop on a terminal with a stopped clock and counted ids, which says in a file how it looks whenever a mark comes down the line.

``test_bursts`` starts it: what it shows at the end of a script is then the same each time, however fast the script was typed. A mark is a
paste of ``§`` and a number; it is answered once every key before it has been.

    python burst_program.py DATA CATALOG ANSWERS
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from textual import events

sys.path.insert(0, str(Path(__file__).parent.parent))

import cartdesk.tui
from cartdesk.desk import Desk
from cartdesk.tui.app import CartdeskApp
from resting import rest

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
MARK = "§"


class Marked(CartdeskApp):
    """A shop that answers marks."""

    CSS_PATH = Path(cartdesk.tui.__file__).parent / "screens" / "desk.tcss"
    answers: Path
    _answering: asyncio.Task[None] | None = None

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Paste) and event.text.startswith(MARK):
            self._answering = asyncio.create_task(self._answer(event.text))
            return
        await super().on_event(event)

    async def _answer(self, mark: str) -> None:
        await rest(self, self._rests)
        cart = self.desk.view.cart
        told = {
            "mark": mark,
            "screen": type(self.screen).__name__,
            "focus": str(self.focused.id or type(self.focused).__name__) if self.focused is not None else "",
            "picture": picture(self),
            "lines": [[line.name, line.quantity, line.saved] for line in cart.lines],
            "area": self.desk.view.area.letter,
            "history": [record.change.entry for record in self.desk.store.history(cart.cart_id)] if cart.cart_id else [],
        }
        fresh = self.answers.with_suffix(".new")
        fresh.write_text(json.dumps(told))
        fresh.replace(self.answers)

    def _rests(self) -> bool:
        pages = [page for page in self.screen_stack if hasattr(page, "is_quiet")]
        return self.is_warm and self.is_quiet and all(page.is_quiet for page in pages)


def picture(app: CartdeskApp) -> list[str]:
    """Return what the screen is to show, as text."""
    return ["".join(segment.text for segment in strip).rstrip() for strip in app.screen._compositor.render_strips()]


def main() -> None:
    data, catalog, answers = (Path(each) for each in sys.argv[1:4])
    numbers = itertools.count(1)
    gc.disable()

    def open_desk() -> Desk:
        return Desk.open(data, catalog, now=lambda: NOW, ids=lambda: f"id{next(numbers):06}", agent="ana")

    app = Marked(open_desk, log_dir=data, owns_process=True)
    app.answers = answers
    app.scanner.how = "off"
    app.run()
    app.seat.shutdown()
    app.lookups.shutdown()
    app.desk.close()


if __name__ == "__main__":
    main()
