"""The command palette: every command that works here, with its key, the catalog's offerings, the carts and the customers.

``CartdeskApp`` names its providers; the lists are made from the registry and the catalog, nothing is declared here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider, SearchIcon
from textual.widgets import Input

from cartdesk.language import tr
from cartdesk.text import safe_text
from cartdesk.tui.asking import Asked, Typed
from cartdesk.tui.page import Page
from cartdesk.tui.plain import content

if TYPE_CHECKING:
    from cartdesk.desk.command import Command

MOST = 12
"""How many offerings, carts or customers the palette finds."""


class Palette(CommandPalette):
    """The palette itself: no card's number stays in its line, and its sign is one that every terminal has."""

    def on_mount(self) -> None:
        """Take a plain sign for the search."""
        self.query_one(SearchIcon).icon = "›"

    @on(Input.Changed)
    def refuse_card(self, event: Input.Changed) -> None:
        """Empty the line the moment a payment card's number is whole, and say why."""
        from cartdesk.tui.widgets.no_cards import SENTENCE, is_card

        if is_card(event.value):
            event.input.value = ""
            self.app.notify(tr(SENTENCE), severity="warning", markup=False)


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


class CartProvider(Provider):
    """The carts of this seat, to be taken up."""

    async def search(self, query: str) -> Hits:
        """Offer the carts that fit ``query`` by name, phone, e-mail or id, the newest first."""
        page = self.screen
        if not isinstance(page, Page):
            return
        for place, row in enumerate(page.desk.store.cart_rows(text=query)[:MOST]):
            name = row.label or row.contact or row.id
            text = tr("Cart {name}  {state}", name=safe_text(name, 60), state=row.state)
            what = partial(self.app.post_message, Typed(f"open {row.id}"))
            yield Hit(0.3 - place / 100, content(text), what, text=text, help=tr("Take it up."))


class CustomerProvider(Provider):
    """The customers known here, to be named."""

    async def search(self, query: str) -> Hits:
        """Offer the customers that ``query`` means."""
        from cartdesk.desk.people import find_customers, in_one_line, known_customers

        page = self.screen
        if not isinstance(page, Page) or len(query.strip()) < 2:
            return
        found = find_customers(known_customers(page.desk.store, page.desk.catalog), query)
        for place, customer in enumerate(found[:MOST]):
            text = tr("Customer {name}", name=safe_text(in_one_line(customer), 100))
            what = partial(self.app.post_message, Typed(f"#{customer.id or customer.name}"))
            yield Hit(0.2 - place / 100, content(text), what, text=text, help=tr("Name them on this cart."))
