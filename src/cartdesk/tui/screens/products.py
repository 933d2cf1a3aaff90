"""What the customer has: each product with what it costs and how long it binds, and the one under the cursor before and after this cart.

``CartdeskApp`` opens it for P. Changing, cancelling and keeping are commands; the page only shows what they do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from cartdesk.desk.command import Focus
from cartdesk.documents.money import format_day, format_money, period_suffix
from cartdesk.language import message, ntr, tr
from cartdesk.tui.plain import content, join
from cartdesk.tui.sheet import Sheet
from cartdesk.tui.widgets.cells import Piece
from cartdesk.tui.widgets.cells import Tone as Ink
from cartdesk.tui.widgets.grid import Column, Grid, Row

if TYPE_CHECKING:
    from cartdesk.desk import Desk
    from cartdesk.desk.owning import Comparison, OwnedView
    from cartdesk.desk.view import DeskView
    from cartdesk.tmf.money import Money
    from cartdesk.tmf.period import Period

NOBODY = message("Nothing is known of what this customer has. Name a customer at the desk with # and their name; Esc goes back.")
_FATES: dict[str, tuple[str, Ink]] = {
    "": ("", ""),
    "changes": ("changes", "accent"),
    "ends": ("ends", "warn"),
    "stays": ("stays", "good"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """What the page shows, read at once."""

    owned: tuple[OwnedView, ...]
    comparison: Comparison | None
    number: int | None


@dataclass(frozen=True, slots=True)
class _Line:
    """One row of the comparison."""

    what: str
    before: str = ""
    after: str = ""
    differs: bool = False
    heading: bool = False
    strong: bool = False


class ProductsScreen(Sheet):
    """The products of the cart's customer, and what the cart does to them."""

    CSS_PATH = "products.tcss"
    WHERE = "products"
    AUTO_FOCUS = "#owned"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._owned: tuple[OwnedView, ...] = ()
        self._wanted: int | None = None
        self._read = self.asking(self._show)

    def body(self) -> ComposeResult:
        """The products, and beside them the one under the cursor, now and then."""
        yield Static(id="head")
        with Horizontal(id="work"):
            yield Grid(
                Column("", 2, right=True),
                Column(tr("Product")),
                Column(tr("Now"), 14, right=True),
                Column(tr("Bound until"), 12, right=True, from_width=56),
                Column(tr("This cart"), 9),
                draw=self._draw,
                empty=tr(NOBODY),
                id="owned",
            )
            with Vertical(id="sides"):
                yield Static(id="sides-title")
                yield Grid(
                    Column("", 14),
                    Column(tr("Now")),
                    Column(tr("With this cart")),
                    draw=_drawn,
                    empty=tr("Move to a product to see it before and after."),
                    points=False,
                    id="rows",
                )

    def view_changed(self, view: DeskView) -> None:
        """Read everything again: any change may be one to a product. What keys act on is there at once, what it costs comes after."""
        from cartdesk.desk.owning import owned_views

        if not self.desk.catalog_open:
            return
        known = {each.product_id: each for each in self._owned}
        fresh = owned_views(self.desk, costs=False)
        self._list(
            tuple(
                replace(each, every=known[each.product_id].every, note=known[each.product_id].note) if each.product_id in known else each
                for each in fresh
            )
        )
        self._look()

    def catalog_opened(self) -> None:
        """Show what the customer has once the catalog can be asked."""
        self.view_changed(self.desk.view)

    def _list(self, owned: tuple[OwnedView, ...]) -> None:
        self._owned = owned
        grid = self.query_one("#owned", Grid)
        grid.show(owned, cursor=None if grid.current is not None else 0)
        self.refresh_keys()

    def standing_on(self) -> Focus:
        """The product under the cursor."""
        return Focus(product=self._number)

    @property
    def _number(self) -> int | None:
        current: OwnedView | None = self.query_one("#owned", Grid).current if self.is_mounted else None
        return None if current is None else current.number

    @on(Grid.Moved, "#owned")
    def look(self) -> None:
        """Show the product the cursor came to."""
        if self._number != self._wanted:
            self._look()

    @on(Grid.Chosen, "#owned")
    async def change(self) -> None:
        """A product that is clicked again is changed, as Enter does."""
        from cartdesk.desk.commands import ChangeProduct

        if self._number is not None:
            await self.shop.perform(ChangeProduct(self._number))

    def _look(self) -> None:
        from cartdesk.desk.owning import comparison, owned_views

        number = self._number or 1
        self._wanted = self._number
        desk = self.desk

        def read() -> Found:
            owned = owned_views(desk)
            known = min(number, len(owned)) or None
            return Found(owned, comparison(desk, known) if known is not None else None, known)

        self._read.ask(self.shop.seat, read)

    def _show(self, found: Found) -> None:
        self._list(found.owned)
        name = self.desk.view.cart.label or tr("the customer")
        count = len(found.owned)
        said = ntr("  {n} product", "  {n} products", count) if count else ""
        self.query_one("#head", Static).update(join(content(tr("Products · {name}", name=name), "bold"), content(said, "$quiet")))
        rows = _rows(found.comparison) if found.comparison is not None else []
        title = next((each.name for each in found.owned if each.number == found.number), "")
        self.query_one("#sides-title", Static).update(content(title, "bold"))
        self.query_one("#rows", Grid).show(rows)
        if self._number != found.number and self._number is not None:
            self._look()

    def _draw(self, owned: OwnedView) -> Row:
        word, tone = _FATES[owned.fate]
        times = (Piece(f" ×{owned.quantity}", "accent"),) if owned.quantity != 1 else ()
        note = (Piece(f"  {owned.note}", "dim"),) if owned.note else ()
        until = Piece(format_day(owned.until, year=True) if owned.until is not None else tr("not bound"), "" if owned.until else "dim")
        return Row((Piece(str(owned.number), "dim"), (Piece(owned.name), *times, *note), _amount(owned.every), until, Piece(word, tone)))


def _amount(every: tuple[tuple[Period, Money], ...]) -> tuple[Piece, ...]:
    if not any(amount.amount for _, amount in every):
        return (Piece(tr("nothing"), "dim"),)
    period, amount = every[0]
    return (Piece(format_money(amount, currency=False)), Piece(period_suffix(period), "dim"))


def _rows(comparison: Comparison) -> list[_Line]:
    """Return a comparison's rows: what it is, what it costs and what leaving costs, and then how it is configured."""
    same = comparison.fate == ""
    facts = [_Line(row.what, row.before, "" if same else row.after or "—", row.differs and not same) for row in comparison.rows]
    rows = facts[:1]
    before, after, difference = (dict(each) for each in (comparison.before, comparison.after, comparison.difference))
    for period in dict.fromkeys((*before, *after, *difference)):
        then = "" if same else _money(after.get(period)) or tr("nothing")
        rows.append(
            _Line(tr("Each {unit}", unit=tr(period.unit.value)), _money(before.get(period)) or tr("nothing"), then, not same, strong=True)
        )
        if period in difference:
            rows.append(_Line(tr("Difference"), "", _money(difference[period], sign=True), True))
    if comparison.once is not None:
        rows.append(_Line("Once, now", "", _money(comparison.once), True))
    if comparison.leaving:
        rows.append(_Line(tr("Leaving today") if same else tr("Leaving early"), heading=True))
        rows += [_Line("", name, _money(amount)) for name, amount in comparison.leaving]
        rows.append(_Line(tr("As configured"), heading=True))
    elif not same:
        rows.append(_Line(tr("Leaving early"), "", tr("costs nothing")))
    return [*rows, *facts[1:]]


def _money(amount: Money | None, *, sign: bool = False) -> str:
    return "" if amount is None else format_money(amount, currency=False, sign=sign)


def _drawn(row: _Line) -> Row:
    if row.heading:
        return Row((Piece(row.what), "", ""), heading=True)
    after: Ink = "accent" if row.differs else ""
    return Row(
        (Piece(row.what, "dim"), Piece(row.before, "strong" if row.strong else ""), Piece(row.after, "strong" if row.strong else after))
    )
