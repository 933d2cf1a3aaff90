"""What happens when something goes wrong that nobody planned for: a log with the trace, one sentence for the person.

``CartdeskApp`` calls :func:`record` from its outermost frames and opens :class:`FaultPage` where it can go on.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from cartdesk.language import message, tr
from cartdesk.tui.plain import content, join

if TYPE_CHECKING:
    from textual.app import ComposeResult

SENTENCE = message("Something went wrong inside cartdesk, and that action was not done. Your carts are as they were.")


def record(error: BaseException, folder: Path) -> Path:
    """Write where the error came from to the rotating log in ``folder`` and return the log's path.

    The log holds the kind of error and where it happened, not what was in the cart. A log that cannot be written is no reason to stop.
    """
    from cartdesk import crash

    try:
        return crash.record(error, folder, "screen")
    except OSError:
        return folder / crash.LOG_NAME


class FaultPage(ModalScreen[None]):
    """Says that an action failed, that nothing was changed, and where the log is."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter", "dismiss(None)", message("Go on"))]
    DEFAULT_CSS = """
    FaultPage { align: center middle; background: $background 60%; }
    FaultPage Static { width: 64; max-width: 90%; height: auto; padding: 1 2; border: round $error; background: $surface; }
    """

    def __init__(self, log: Path) -> None:
        super().__init__()
        self.log_path = log

    def compose(self) -> ComposeResult:
        """Show the sentence, the log and the key that goes on."""
        where = content(tr("What happened is written in {log_path}", log_path=self.log_path), "$foreground")
        goes_on = join(content(tr("Enter"), "bold $accent"), tr(" goes on"))
        yield Static(Content("\n\n").join((content(tr(SENTENCE), "bold"), where, goes_on)))
