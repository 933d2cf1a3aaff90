"""The command palette: every command that works here, with its key, and the catalog's offerings.

``CartdeskApp`` names its providers; the lists are made from the registry and the catalog, nothing is declared here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider

from cartdesk.language import tr
from cartdesk.tui.asking import Asked, Typed
from cartdesk.tui.page import Page
from cartdesk.tui.plain import content

if TYPE_CHECKING:
    from cartdesk.desk.command import Command

MOST = 12
"""How many offerings the palette finds."""


class CommandProvider(Provider):
    """The commands that can be done on the page the palette was opened from."""

    def _commands(self) -> Iterator[tuple[str, str, Command]]:
        from cartdesk.desk.commands import for_context

        page = self.screen
        if not isinstance(page, Page) or page.shop.keymap is None:
            return
        seen: set[type[Command]] = set()
        for context in page.contexts():
            for kind in for_context(context):
                command = kind.from_focus(page.standing_on()) if kind not in seen else None
                if command is not None:
                    seen.add(kind)
                    yield f"{tr(kind.label)}  {page.shop.keymap.label(kind)}".rstrip(), tr(kind.help()), command

    async def discover(self) -> Hits:
        """Offer everything that can be done here."""
        for label, help_text, command in self._commands():
            yield DiscoveryHit(content(label), self._doer(command), text=label, help=help_text)

    async def search(self, query: str) -> Hits:
        """Offer what fits ``query``."""
        matcher = self.matcher(query)
        for label, help_text, command in self._commands():
            score = max(matcher.match(label), matcher.match(help_text) * 0.5)
            if score > 0:
                yield Hit(score, content(label), self._doer(command), text=label, help=help_text)

    def _doer(self, command: Command) -> Callable[[], object]:
        return partial(self.app.post_message, Asked(command))


class OfferingProvider(Provider):
    """The offerings of the catalog, to be added."""

    async def search(self, query: str) -> Hits:
        """Offer the offerings that fit ``query``, the best first."""
        page = self.screen
        if not isinstance(page, Page):
            return
        from cartdesk.catalog import Query

        catalog = page.desk.catalog
        for place, number in enumerate(catalog.rows(Query(text=query))[:MOST]):
            row = catalog.row(number)
            label = tr("Add {name}  {id}", name=row.name, id=row.id)
            yield Hit(
                0.4 - place / 100, content(label), partial(self.app.post_message, Typed(row.id)), text=label, help=tr("Into the cart.")
            )
