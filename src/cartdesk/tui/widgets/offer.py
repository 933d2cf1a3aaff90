"""What the offering's screen shows beside its choices: the facts, the price as chosen, and what it needs and excludes.

Read once from the catalog on the desk's thread; nothing here computes a number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from cartdesk.documents.money import OURS, every_words, format_money, period_suffix
from cartdesk.documents.words import ShowTax, lasting_words, reduction_words, shown
from cartdesk.language import capital, message, tr
from cartdesk.text import safe_lines, safe_text
from cartdesk.tui.widgets.cells import Piece, Tone
from cartdesk.tui.widgets.facts import RULE, Fact
from cartdesk.tui.widgets.grid import Column, Grid, Row

if TYPE_CHECKING:
    from cartdesk.desk import Desk
    from cartdesk.desk.trial import Trial
    from cartdesk.desk.view import CartView
    from cartdesk.pricing import PricedCart, PricedCharge, PricedItem
    from cartdesk.tmf import ProductOffering, ShoppingCart

_KINDS: dict[str, tuple[str, Tone]] = {
    "requires": (message("needs"), "warn"),
    "excludes": (message("not with"), "warn"),
    "shipping": (message("delivered by"), ""),
    "crosssell": (message("goes with"), ""),
    "upgrade": (message("or rather"), ""),
}
_MOST_LINES = 3


@dataclass(frozen=True, slots=True)
class Related:
    """Another offering that this one has to do with."""

    kind: str
    code: str
    name: str
    price: str
    there: bool
    """True where it is in the cart."""


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """What an offering is."""

    name: str
    facts: str
    lines: tuple[str, ...]
    relations: tuple[Related, ...]

    def related(self, view: CartView, cart: ShoppingCart | None) -> Iterator[Related]:
        """Yield what it has to do with, and whether that is in the cart now."""
        there = _codes(cart)
        for each in self.relations:
            yield Related(each.kind, each.code, each.name, each.price, each.code in there)

    def price(self, trial: Trial | None, priced: PricedCart | None, desk: Desk) -> Iterator[Fact]:
        """Yield what the line costs as it is chosen, and what the cart then costs."""
        if trial is None or priced is None:
            return
        item = next((each for each in priced.items if each.item.id == trial.line.id), None)
        if item is None:
            return
        side: ShowTax = "excluded" if desk.view.show_tax == "excluded" else "included"
        yield Fact(tr("Price as chosen"), tone="dim")
        yield from _item(item, side, 0)
        yield RULE
        yield Fact(tr("The cart then"), tone="dim")
        yield Fact(tr("Due now"), format_money(shown(priced.due_now, side), currency=False), f" {priced.currency}", "strong")
        for total in priced.totals:
            if total.period is not None:
                yield Fact(capital(every_words(total.period)), format_money(shown(total.steady, side), currency=False), "", "strong")
                if total.first != total.steady:
                    yield Fact(tr("  at first"), format_money(shown(total.first, side), currency=False), "", "good")


def offer_facts(desk: Desk, offering_id: str) -> OfferFacts:
    """Return what an offering is; one the catalog does not have is named by its id."""
    offering = desk.catalog.offering(offering_id)
    if offering is None:
        return OfferFacts(safe_text(offering_id, 60), tr("not in this catalog"), (), ())
    row = desk.catalog.find(offering_id)
    terms = [term.name or "" for term in offering.product_offering_term]
    status = row.status if row is not None and row.status != "sold" else ""
    facts = [offering.id or "", row.category if row is not None else "", tr(" or ").join(term for term in terms if term), status]
    described = [line for line in safe_lines(offering.description or "") if line.strip()]
    fixed = ", ".join(_fixed(desk, offering))
    lines = (*described[:_MOST_LINES], *((fixed,) if fixed else ()))
    return OfferFacts(
        safe_text(offering.name or offering_id, 120), " · ".join(fact for fact in facts if fact), lines, tuple(_relations(desk, offering))
    )


def _fixed(desk: Desk, offering: ProductOffering) -> Iterator[str]:
    """Yield the product's facts that are not the customer's to choose."""
    from cartdesk.selling.characteristics import allowed_values, can_be_set

    for each in desk.catalog.characteristics_of(offering):
        values = allowed_values(each)
        if not can_be_set(each) and values:
            unit = next((value.unit_of_measure for value in each.product_spec_characteristic_value if value.unit_of_measure), "")
            yield safe_text(f"{each.name} {', '.join(values)} {unit or ''}".strip(), 80)


def _relations(desk: Desk, offering: ProductOffering) -> Iterator[Related]:
    found = []
    for relation in offering.product_offering_relationship:
        kind = "".join(letter for letter in (relation.relationship_type or "").casefold() if letter.isalpha())
        row = desk.catalog.find(relation.id or "")
        if row is None or kind not in _KINDS:
            continue
        amount = row.recurring if row.recurring is not None else row.one_off
        price = format_money(amount, currency=False) if amount is not None else ""
        suffix = period_suffix(row.period) if row.period is not None and row.recurring is not None else ""
        found.append(Related(kind, row.id, row.name, price + suffix, False))
    order = list(_KINDS)
    yield from sorted(found, key=lambda each: order.index(each.kind))


def _codes(cart: ShoppingCart | None) -> set[str]:
    from cartdesk.selling.lines import offering_id, walk_all

    return {offering_id(item) or "" for item in walk_all(cart)} if cart is not None else set()


def _item(item: PricedItem, side: ShowTax, depth: int) -> Iterator[Fact]:
    indent = "  " * depth
    if depth:
        yield Fact(f"{indent}{item.name}" + (f" ×{item.quantity}" if item.quantity != 1 else ""), tone="dim")
    for charge in item.charges:
        yield from _charge(charge, side, indent)
    for child in item.children:
        if child.charges or child.children:
            yield from _item(child, side, depth + 1)
    if item.problem:
        yield Fact(item.problem, tone="warn")


def _charge(charge: PricedCharge, side: ShowTax, indent: str) -> Iterator[Fact]:
    label = charge.name or (every_words(charge.period) if charge.period is not None else tr("once"))
    if charge.per is not None:
        yield Fact(
            tr("{indent}{label}, per {per}", indent=indent, label=label, per=charge.per),
            format_money(shown(charge.unit, side), currency=False),
            "",
            "dim",
        )
        return
    suffix = period_suffix(charge.period) if charge.period is not None else tr(" now")
    yield Fact(indent + label, format_money(shown(charge.total, side), currency=False), suffix, why="line")
    for each in charge.alterations:
        words = reduction_words(each.percentage, each.amount, OURS) + lasting_words(each.periods, charge.period)
        yield Fact(f"{indent}  {words}", format_money(shown(each.effect, side), currency=False), suffix, "good")
    for refused in charge.refused:
        yield Fact(f"{indent}  {refused.name}: {refused.reason}", tone="dim")


class RelatedList(Grid):
    """What the offering needs, excludes and goes with; Enter or a click adds it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", message("Add"), show=False)]

    @dataclass
    class Wanted(Message):
        """One of them is to be added."""

        entry: str

    def __init__(self, *, id: str) -> None:
        super().__init__(
            Column(width=12), Column(), Column(width=10, right=True, from_width=56), Column(width=13), draw=_drawn, points=False, id=id
        )

    def load(self, related: tuple[Related, ...]) -> None:
        """Show them, as high as they are many."""
        self.styles.height = max(min(len(related), 8), 1)
        self.display = bool(related)
        self.show(related)

    def on_click(self, event: events.Click) -> None:
        """A click asks for the one that is clicked, at once."""
        index = self.row_at(event.y)
        if index is not None:
            event.prevent_default()
            self.cursor = index
            self.action_choose()

    def action_choose(self) -> None:
        """Ask for the one under the cursor, unless it is there or may not be."""
        related: Related | None = self.current
        if related is not None and not related.there and related.kind != "excludes":
            self.post_message(self.Wanted(related.code))


def _drawn(related: Related) -> Row:
    words, tone = _KINDS[related.kind]
    if related.kind == "excludes":
        state = Piece(tr("in the cart!"), "warn") if related.there else Piece("")
    else:
        state = Piece(tr("✓ in the cart"), "good") if related.there else Piece(tr("▸ add"), "accent")
    return Row(
        (
            Piece(tr(words), tone if not related.there or related.kind == "excludes" else "dim"),
            related.name,
            Piece(related.price, "dim"),
            state,
        )
    )
