"""What a scanner reads, entered wherever the focus is: the app's side of :mod:`cartdesk.tui.scanner`.

``CartdeskApp`` is such an app.
"""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

from textual import events
from textual.widgets import Input

from cartdesk.tui.gate import OneKeyAtATime
from cartdesk.tui.page import Page
from cartdesk.tui.scanner import Place, Scan, Scanner

if TYPE_CHECKING:
    from cartdesk.desk import Desk
    from cartdesk.desk.command import Command, Outcome

_GOES_WITH = re.compile(r"(?:.*;)?\s*(?:\d+\s*[*×x])?\s*")
"""What may stand on the entry line before a code is scanned onto it: nothing, how many, or entries that are finished."""


class Scans(OneKeyAtATime):
    """An app whose scanned codes are entered."""

    desk: Desk

    def __init__(self) -> None:
        super().__init__()
        self.scanner = Scanner(self._is_known, _is_barcode)
        self._stood: tuple[Input, str] | None = None
        """The line to type in that a run of quick keys began on, and what was on it."""

    async def perform(self, command: Command, *, confirmed: bool = False) -> Outcome | None:
        """Do a command."""
        raise NotImplementedError

    async def hold_back(self, arrived: deque[events.Key | events.Paste]) -> float | None:
        """Take out what is a scan, and enter it."""
        if self.scanner.begins(arrived[0]):
            self._stood = self._stands()
        found = self.scanner.sift(arrived, self._place(), self._acts(arrived[0]), events.Show().time)
        if not isinstance(found, Scan):
            return found
        await self._enter_scan(found)
        return 0.0

    async def _enter_scan(self, scan: Scan) -> None:
        from cartdesk.desk.commands import AddOffering
        from cartdesk.desk.commands.handoff import TakeOver
        from cartdesk.desk.handoff import PREFIX

        if scan.typed and self._stood is not None:
            line, text = self._stood
            line.value = text
            line.cursor_position = len(text)
        await self.perform(TakeOver(scan.code) if scan.code.startswith(PREFIX) else AddOffering(scan.code))

    def _stands(self) -> tuple[Input, str] | None:
        """Return the line to type in that keys go to now, and what is on it; on the desk's lists, that is the entry line."""
        from cartdesk.tui.screens.desk import DeskScreen

        page, focused = self.screen, self.focused
        if not isinstance(focused, Input) and isinstance(page, DeskScreen) and page.is_up:
            focused = page.field
        return (focused, focused.value) if isinstance(focused, Input) else None

    def _place(self) -> Place:
        from cartdesk.tui.widgets.entry import EntryInput

        focused = self.focused
        if not isinstance(self.screen, Page):
            return "closed"
        if isinstance(focused, EntryInput):
            stood = self._stood[1] if self._stood is not None and self._stood[0] is focused else focused.value
            return "entry" if _GOES_WITH.fullmatch(stood) else "half"
        if isinstance(focused, Input):
            return "closed" if focused.password else "field"
        return "list"

    def _acts(self, event: events.Key | events.Paste) -> bool:
        """Say whether a key would do something at once: on the desk, where letters go to the entry line, those that are commands."""
        from cartdesk.tui.screens.desk import DeskScreen

        page = self.screen
        if not isinstance(event, events.Key) or not isinstance(page, Page) or isinstance(self.focused, Input):
            return False
        if not (event.character or "").isalnum():
            return False  # no code begins with a sign, and + and - are pressed again and again
        return not isinstance(page, DeskScreen) or event.key in page.active_bindings or page.command_for(event.key) is not None

    def _is_known(self, code: str) -> bool:
        return self.desk.catalog_open and self.desk.catalog.find(code) is not None


def _is_barcode(code: str) -> bool:
    from cartdesk.catalog.barcodes import gtin

    return gtin(code) is not None
