"""A line being configured: what can be chosen on an offering, what it would cost, and how it goes into the cart.

The offering's screen keeps one while somebody chooses; nothing is in the cart before :class:`PutLine` is run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Literal

from cartdesk.desk.command import Command, Outcome
from cartdesk.errors import Refused
from cartdesk.language import message, tr
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.catalog import Catalog
    from cartdesk.desk.desk import Desk
    from cartdesk.desk.draft import Draft
    from cartdesk.selling.bundles import Slot
    from cartdesk.tmf import CartItem, ProductOffering, ShoppingCart

Kind = Literal["term", "value", "text", "option", "count", "part"]
NONE = ""
"""The value that takes an optional choice out."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing to choose on a line, or on a part of it."""

    item_id: str
    """The item it belongs to."""
    kind: Kind
    """A term, a value of a characteristic, a text typed freely, an option of a bundle's choice, how many of a part; or a part that is
    always there, which is shown and cannot be changed."""
    name: str
    """The characteristic's or choice's name, or the part's offering id."""
    label: str
    depth: int = 0
    """How far below the line it belongs: 0 for its own."""
    values: tuple[tuple[str, str], ...] = ()
    """What there is to choose: the word to show and the value to set."""
    chosen: str | None = None
    """The value that is set; None where none is."""
    low: int = 0
    high: int | None = None
    """The limits of a count; no upper one where it is None."""
    owner: str = ""
    """The offering id of the part it belongs to; empty for the line itself."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from the others."""
        return self.item_id, self.kind, self.name


@dataclass(frozen=True, slots=True)
class Trial:
    """A line that is not in the cart yet, or a changed form of one that is."""

    base: ShoppingCart
    """The cart it is for."""
    line: CartItem
    is_new: bool
    catalog: Catalog
    ids: Callable[[], str]
    said: tuple[tuple[tuple[str, str, str], str], ...] = ()
    """The choices made: which, by ``Setting.key``, and as an entry would write it."""

    @property
    def cart(self) -> ShoppingCart:
        """The cart with the line as it stands."""
        from cartdesk.selling.lines import with_lines

        if self.is_new:
            return with_lines(self.base, (*self.base.cart_item, self.line))
        return with_lines(self.base, (self.line if each.id == self.line.id else each for each in self.base.cart_item))

    def with_quantity(self, quantity: int) -> Trial:
        """Return the trial with another quantity.

        Raises:
            Refused: it is not possible.
        """
        from cartdesk.selling import basket

        return self._after(basket.set_quantity(self.cart, self.line.id, quantity), self.said)

    def choosing(self, setting: Setting, value: str) -> Trial:
        """Return the trial with one thing chosen; for a count, ``value`` is the number.

        Raises:
            Refused: the catalog does not allow it; the sentence says what it allows.
        """
        from cartdesk.selling import basket, configuration, parts

        cart, item_id = self.cart, setting.item_id
        if setting.kind == "term":
            changed = basket.set_term(cart, item_id, value, self.catalog)
        elif setting.kind in ("value", "text"):
            changed = configuration.set_characteristic(cart, item_id, setting.name, value, self.catalog)
        elif setting.kind == "count":
            changed = parts.set_child_quantity(cart, item_id, setting.name, int(value), self.catalog, ids=self.ids)
        elif value == NONE:
            changed = parts.set_child_quantity(cart, item_id, setting.chosen or "", 0, self.catalog, ids=self.ids)
        else:
            changed = parts.choose_child(cart, item_id, setting.name, value, self.catalog, ids=self.ids)
        kept = tuple(each for each in self.said if each[0] != setting.key)
        return self._after(changed, (*kept, (setting.key, _written(setting, value))))

    def settings(self) -> tuple[Setting, ...]:
        """Return everything there is to choose, the line's own first, each part's below the choice it came from."""
        return tuple(_settings(self.line, self.catalog, 0))

    def command(self) -> PutLine:
        """Return the command that puts the line into the cart as it stands."""
        return PutLine(self.line, self.entry())

    def entry(self) -> str:
        """Return what could be typed for it: ``2*P12; = color black``."""
        number = "" if self.is_new else f" @{1 + next(n for n, each in enumerate(self.base.cart_item) if each.id == self.line.id)}"
        code = self.line.product_offering.id if self.line.product_offering is not None else ""
        count = self.line.quantity
        first = (f"{count}*{code}" if count != 1 else f"{code}") if self.is_new else f"*{count}{number}"
        return "; ".join((first, *(f"{each}{number}" for _, each in self.said)))

    def _after(self, cart: ShoppingCart, said: tuple[tuple[tuple[str, str, str], str], ...]) -> Trial:
        line = cart.item(self.line.id)
        if line is None:
            raise Refused(tr("That line is no longer there; go back and choose again."))
        return replace(self, line=line, said=said)


@dataclass(frozen=True)
class PutLine(Command):
    """Put a line that was configured into the cart."""

    name: ClassVar[str] = "cart.put"
    label: ClassVar[str] = message("Add as chosen")
    group: ClassVar[str] = message("Configuration")

    item: CartItem
    text: str = ""
    """What could have been typed for it; the history shows it."""

    def run(self, draft: Draft) -> Outcome:
        """Add it as a new line, or in place of the line it was made from."""
        from cartdesk.selling.lines import item_name, require_open, walk, with_lines
        from cartdesk.selling.relations import forget_items, relate_shipping

        draft.begin_if_done()
        cart = draft.cart
        require_open(cart)
        before = cart.item(self.item.id)
        if before is None:
            lines = (*cart.cart_item, self.item)
        else:
            lines = tuple(self.item if each.id == self.item.id else each for each in cart.cart_item)
            gone = {each.id for each in walk(before)} - {each.id for each in walk(self.item)}
            cart = forget_items(cart, gone) if gone else cart
        draft.put(relate_shipping(with_lines(cart, lines), draft.catalog))
        times = "" if self.item.quantity == 1 else f" ×{self.item.quantity}"
        what = tr("changed") if before is not None else tr("line {number_of}", number_of=draft.number_of(self.item.id))
        return Outcome(
            tr("{name}{times} is {what}.", name=item_name(self.item), times=times, what=what),
            changed=True,
            label=f"{item_name(self.item)}{times}",
        )

    def as_entry(self) -> str | None:
        """Return what could have been typed for it."""
        return self.text or None


def trial_of_offering(desk: Desk, offering_id: str) -> Trial:
    """Return a new line of an offering, with its defaults.

    Raises:
        Refused: the catalog does not have it, or it is not sold now.
    """
    from cartdesk.selling import basket
    from cartdesk.tmf import CartState

    offering = desk.catalog.offering(offering_id)
    if offering is None:
        raise Refused(tr("{offering_id} is not in this catalog.", offering_id=safe_text(offering_id, 40)))
    now = desk.now()
    current = desk.cart
    blank = basket.new_cart("trial", now)
    is_open = current is not None and current.notes.state in (CartState.OPEN, CartState.HELD)
    base = current if current is not None and is_open else blank
    taken = {each.id for each in base.cart_item}
    alone = basket.add_item(blank, offering, desk.catalog, ids=_other_than(desk.ids, taken), now=now)
    return Trial(base, alone.cart_item[0], True, desk.catalog, desk.ids)


def trial_of_line(desk: Desk, item_id: str) -> Trial:
    """Return a line of the current cart, to be changed.

    Raises:
        Refused: there is no such line, or the cart is history.
    """
    from cartdesk.selling.lines import require_open
    from cartdesk.selling.owned import refuse_owned

    cart = desk.cart
    line = cart.item(item_id) if cart is not None else None
    if cart is None or line is None:
        raise Refused(tr("That line is no longer in the cart; look at the cart and choose again."))
    require_open(cart)
    refuse_owned(line, "choosing")
    return Trial(cart, line, False, desk.catalog, desk.ids)


def _other_than(ids: Callable[[], str], taken: set[str]) -> Callable[[], str]:
    def draw() -> str:
        for _ in range(1_000):
            drawn = ids()
            if drawn not in taken:
                return drawn
        raise Refused(tr("No new line can be made: the source of line ids repeats itself."))

    return draw


def _settings(item: CartItem, catalog: Catalog, depth: int) -> Iterator[Setting]:
    from cartdesk.selling.bundles import slots_of

    offering = catalog.offering(item.product_offering.id or "") if item.product_offering is not None else None
    if offering is None:
        return
    owner = (offering.id or "") if depth else ""
    yield from _own(item, offering, catalog, depth, owner)
    for slot in slots_of(offering):
        yield from (replace(each, owner=owner) for each in _slot(item, slot, depth, catalog))
        options = {option for option, _ in slot.options}
        for child in item.cart_item:
            if child.product_offering is not None and child.product_offering.id in options:
                yield from _settings(child, catalog, depth + 1)


def _own(item: CartItem, offering: ProductOffering, catalog: Catalog, depth: int, owner: str) -> Iterator[Setting]:
    from cartdesk.selling.characteristics import allowed_values, can_be_set, fold, most_values, value_text
    from cartdesk.selling.terms import TERM, term_name

    names = tuple(term_name(term) for term in offering.product_offering_term)
    if len(names) > 1:
        chosen = term_name(item.cart_term[0]) if item.cart_term else None
        yield Setting(item.id, "term", TERM, tr("Term"), depth, tuple((name, name) for name in names), chosen, owner=owner)
    set_now: dict[str, str] = {}
    for chosen_one in item.product.characteristic if item.product else ():
        text, key = value_text(chosen_one.value), fold(chosen_one.name or "")
        if text is not None:
            set_now[key] = f"{set_now[key]}, {text}" if key in set_now else text
    for each in catalog.characteristics_of(offering):
        if not can_be_set(each) or not each.name:
            continue
        values = tuple((_worded(value, each.product_spec_characteristic_value), value) for value in allowed_values(each))
        label = safe_text(each.name, 40)
        if most_values(each) > 1:
            # Several at once are typed with commas; what there is to choose stands beside the name.
            label = f"{label} ({', '.join(word for word, _ in values[:6])})" if values else label
            values = ()
        kind: Kind = "value" if values else "text"
        yield Setting(item.id, kind, each.name, label, depth, values, set_now.get(fold(each.name)), owner=owner)


def _worded(value: str, allowed: tuple[object, ...]) -> str:
    units = [getattr(each, "unit_of_measure", None) for each in allowed if str(getattr(each, "value", "")) == value]
    unit = next((each for each in units if each), None)
    return safe_text(f"{value} {unit}" if unit else {"true": "yes", "false": "no"}.get(value, value), 40)


def _slot(item: CartItem, slot: Slot, depth: int, catalog: Catalog) -> Iterator[Setting]:
    counts = {option: 0 for option, _ in slot.options}
    for child in item.cart_item:
        offering = child.product_offering.id if child.product_offering is not None else None
        if offering in counts:
            counts[offering] += child.quantity
    if slot.is_choice and slot.upper == 1:
        named = tuple((safe_text(_name(option, name, catalog), 40), option) for option, name in slot.options)
        values = (*named, ("none", NONE)) if slot.lower == 0 else named
        chosen = next((option for option, count in counts.items() if count), NONE if slot.lower == 0 else None)
        yield Setting(item.id, "option", slot.name, slot.name, depth, values, chosen)
        return
    for option, name in slot.options:
        if slot.upper is not None and slot.upper == slot.lower and not slot.is_choice:
            yield Setting(item.id, "part", option, safe_text(_name(option, name, catalog), 40), depth, (), str(counts[option]))
        else:
            yield Setting(
                item.id,
                "count",
                option,
                safe_text(_name(option, name, catalog), 40),
                depth,
                (),
                str(counts[option]),
                slot.lower,
                slot.upper,
            )


def _name(option: str, name: str, catalog: Catalog) -> str:
    if name != option:
        return name
    row = catalog.find(option)
    return row.name if row is not None else option


def _written(setting: Setting, value: str) -> str:
    owner = f"{setting.owner}." if setting.owner else ""
    if setting.kind == "option" and value == NONE:
        return f"= {owner}{setting.chosen or setting.name} no"
    return f"= {owner}{setting.name} {value}"
