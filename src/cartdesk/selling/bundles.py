"""Bundles: which children a bundle has, how many of each, and how they are made, nested as deep as the catalog nests them.

Called by ``basket`` for new lines, by the desk when children are chosen, and by ``rules`` to check what is in a cart already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from cartdesk.errors import Refused
from cartdesk.language import grouped, tr
from cartdesk.selling.characteristics import choice_mends, fold
from cartdesk.selling.configuration import configured
from cartdesk.selling.lines import offering_id
from cartdesk.selling.shelf import Shelf, name_of
from cartdesk.selling.terms import chosen_term, default_term
from cartdesk.text import safe_text
from cartdesk.tmf.cart import CartItem, CartTerm, Characteristic, Product, ProductSpecificationRef
from cartdesk.tmf.resource import Reference

if TYPE_CHECKING:
    from cartdesk.tmf.catalog import BundledOffering, ProductOffering

MAX_QUANTITY = 9_999
"""The most of one thing that a line, or a child of one, may have."""
MAX_NESTING = 20
"""How deep bundles may nest: a cart nested deeper could not be read back from JSON."""
MAX_CHILDREN = 500
"""How many items one line may be made of."""

Ids = Callable[[], str]
"""Makes a short id that no other item of the cart has."""
Choices = Mapping[str, int | str | Sequence[str]]
"""What was chosen in a bundle, by a child's or a choice's id or name: how many of it, or which of its options."""
NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Slot:
    """One place in a bundle: a child, or a choice between several."""

    name: str
    """What it is called, safe to show."""
    keys: frozenset[str]
    """The ids and names that mean the whole slot, folded."""
    options: tuple[tuple[str, str], ...]
    """The id and name of each offering that can stand here; one for a plain child."""
    lower: int
    upper: int | None
    """How many there must and may be of all options together, for one of the bundle; None is any number."""
    usual: int
    """How many there are when nothing is chosen."""
    default: str | None
    """The id of the option taken when nothing is chosen; None where the customer must say."""
    is_choice: bool

    def option(self, wanted: str) -> str | None:
        """Return the id of the option that ``wanted`` names by id or name, or None."""
        folded = fold(wanted)
        return next((each for each, name in self.options if folded in {fold(each), fold(name)}), None)

    def counted(self, children: Sequence[CartItem]) -> int:
        """Return how many of the slot's offerings are among ``children``."""
        ids = {each for each, _ in self.options}
        return sum(child.quantity for child in children if offering_id(child) in ids)

    @property
    def most(self) -> int:
        """How many there may be at most."""
        return MAX_QUANTITY if self.upper is None else self.upper

    def allows(self, count: int) -> bool:
        """Say whether there may be ``count`` of it."""
        return self.lower <= count <= self.most

    def limits(self) -> str:
        """Return the limits in words: "exactly 1", "1 to 3", "up to 2"."""
        if self.lower == self.most:
            return tr("exactly {most}", most=grouped(self.most))
        return (
            tr("{lower} to {most}", lower=grouped(self.lower), most=grouped(self.most))
            if self.lower
            else tr("up to {most}", most=grouped(self.most))
        )

    def refuse_beyond_limits(self, count: int, bundle: str) -> None:
        """Refuse ``count`` of this slot in ``bundle`` when its limits do not allow it.

        Raises:
            Refused: too few or too many.
        """
        if not self.allows(count):
            raise Refused(
                tr(
                    "{bundle} has {limits} of {name}, not {count}.",
                    bundle=bundle,
                    limits=self.limits(),
                    name=self.name,
                    count=grouped(count),
                )
                if abs(count) < 10**9
                else tr("{bundle} has {limits} of {name}, not that many.", bundle=bundle, limits=self.limits(), name=self.name)
            )


def slots_of(offering: ProductOffering) -> tuple[Slot, ...]:
    """Return the places of a bundle in the catalog's order; none for an offering that is no bundle."""
    return tuple(_slot(child) for child in offering.bundled_product_offering)


def find_slot(offering: ProductOffering, wanted: str) -> tuple[Slot, str | None]:
    """Return the slot that ``wanted`` names, and the option where it names one of a choice.

    Raises:
        Refused: the offering has no such child or choice.
    """
    slots = slots_of(offering)
    folded = fold(wanted)
    for slot in slots:
        if folded in slot.keys:
            return slot, None if slot.is_choice else slot.options[0][0]
    for slot in slots:
        option = slot.option(wanted)
        if option is not None:
            return slot, option
    if not slots:
        raise Refused(tr("{name} is not a bundle; there is nothing to choose in it.", name=name_of(offering)))
    raise Refused(
        tr(
            "«{wanted}» is not part of {name}; it has {other}.",
            wanted=safe_text(wanted, 40),
            name=name_of(offering),
            other=", ".join(slot.name for slot in slots[:8]),
        )
    )


def build_item(
    offering: ProductOffering,
    shelf: Shelf,
    ids: Ids,
    *,
    quantity: int = 1,
    characteristics: Mapping[str, object] = NOTHING,
    term: str | None = None,
    choices: Choices = MappingProxyType({}),
) -> CartItem:
    """Return a new item with its defaults, and its children with theirs.

    Raises:
        Refused: a value, term or choice the catalog does not allow; a bundle that contains itself, or is deeper or larger than MAX.
    """
    builder = _Builder(shelf, ids, {fold(key): (key, value) for key, value in choices.items()})
    item = builder.build(offering, quantity, characteristics, term, ())
    builder.refuse_unused(offering)
    return item


class _Builder:
    """Makes one line, counting what it makes and which choices it used."""

    def __init__(self, shelf: Shelf, ids: Ids, choices: Mapping[str, tuple[str, int | str | Sequence[str]]]) -> None:
        self._shelf = shelf
        self._ids = ids
        self._choices = choices
        self._used: set[str] = set()
        self._made = 0

    def build(
        self, offering: ProductOffering, quantity: int, characteristics: Mapping[str, object], term: str | None, path: tuple[str, ...]
    ) -> CartItem:
        name = name_of(offering)
        own_id = offering.id or ""
        if own_id in path:
            raise Refused(tr("{name} is a bundle that contains itself; the catalog needs mending before it can be sold.", name=name))
        if len(path) >= MAX_NESTING:
            raise Refused(
                tr("{name} is nested more than {max_nesting} bundles deep, which no cart can hold.", name=name, max_nesting=MAX_NESTING)
            )
        self._made += 1
        if self._made > MAX_CHILDREN:
            raise Refused(tr("The bundle is made of more than {max_children} parts, which no line can hold.", max_children=MAX_CHILDREN))
        terms: tuple[CartTerm, ...] = default_term(offering) if term is None else chosen_term(offering, term)
        item_id = self._ids()
        chosen = configured(offering, characteristics, self._shelf)
        children = tuple(child for slot in slots_of(offering) for child in self._children(slot, name, (*path, own_id)))
        return CartItem(
            id=item_id,
            quantity=quantity,
            cart_term=terms,
            cart_item=children,
            product=_product(offering, chosen) if chosen else None,
            product_offering=Reference(id=offering.id, href=offering.href, name=offering.name),
        )

    def refuse_unused(self, offering: ProductOffering) -> None:
        for folded, (key, _) in self._choices.items():
            if folded not in self._used:
                find_slot(offering, key)

    def _children(self, slot: Slot, bundle: str, path: tuple[str, ...]) -> list[CartItem]:
        counts = self._counts(slot, bundle)
        if counts is None:
            counts = {slot.default: slot.usual} if slot.default is not None else {}
        else:
            slot.refuse_beyond_limits(sum(counts.values()), bundle)
        made = []
        for option, count in counts.items():
            if not count:
                continue
            child = self._shelf.offering(option)
            if child is None:
                raise Refused(
                    tr(
                        "{bundle} contains {option}, which is not in this catalog; it cannot be sold until it is.",
                        bundle=bundle,
                        option=safe_text(option, 40),
                    )
                )
            made.append(self.build(child, count, NOTHING, None, path))
        return made

    def _counts(self, slot: Slot, bundle: str) -> dict[str, int] | None:
        """Return how many of each option were chosen, or None when nothing was said about this slot."""
        counts: dict[str, int] = {}
        said = False
        for folded, (_, value) in self._choices.items():
            option = slot.option(folded)
            if folded not in slot.keys and option is None:
                continue
            said = True
            self._used.add(folded)
            if isinstance(value, int):
                counts[option or self._only(slot, bundle)] = value
                continue
            for wanted in [value] if isinstance(value, str) else value:
                chosen = slot.option(wanted)
                if chosen is None:
                    raise not_an_option(slot, wanted)
                counts[chosen] = counts.get(chosen, 0) + 1
        return counts if said else None

    def _only(self, slot: Slot, bundle: str) -> str:
        if len(slot.options) == 1:
            return slot.options[0][0]
        raise Refused(tr("{name} in {bundle} is a choice; say which: {other}.", name=slot.name, bundle=bundle, other=option_names(slot)))


def not_an_option(slot: Slot, wanted: str, at: tuple[str, str] = ("", "")) -> Refused:
    """Return the refusal of something that is not among a choice's options."""
    sentence = tr(
        "«{wanted}» is not among the options of {name}; choose {other}.",
        wanted=safe_text(wanted, 40),
        name=slot.name,
        other=option_names(slot),
    )
    return Refused(sentence, *choice_mends(slot.name, slot.options[:8], at))


def option_names(slot: Slot) -> str:
    """Return the first options of a choice in words."""
    return ", ".join(safe_text(name, 60) for _, name in slot.options[:8]) + (", …" if len(slot.options) > 8 else "")


def _slot(child: BundledOffering) -> Slot:
    is_choice = bool(child.options)
    listed = child.options or (child,)
    options = tuple((each.id, each.name or each.id) for each in listed if each.id)
    option = child.bundled_product_offering_option
    given = (
        (option.number_rel_offer_lower_limit, option.number_rel_offer_upper_limit, option.number_rel_offer_default)
        if option is not None
        else (child.number_rel_offer_lower_limit, child.number_rel_offer_upper_limit, None)
    )
    lower, upper, usual, default = _limits(*given, is_choice=is_choice, options=options, default=child.default)
    name = child.name or child.id or (tr("a choice") if is_choice else tr("a part"))
    shown = safe_text(name, 60)
    keys = frozenset(fold(key) for key in (child.id, child.name, shown) if key)
    return Slot(shown, keys, options, lower, upper, usual, default, is_choice)


def _limits(
    lower: int | None, upper: int | None, usual: int | None, *, is_choice: bool, options: tuple[tuple[str, str], ...], default: str | None
) -> tuple[int, int | None, int, str | None]:
    """Return the limits with what the catalog leaves out: without any, there is exactly one."""
    if lower is None and upper is None and usual is None:
        lower = upper = 1
    low = max(0, lower or 0)
    high = None if upper is None else max(upper, low)
    known = {each for each, _ in options}
    taken = default if default in known else options[0][0] if len(options) == 1 else None
    count = usual if usual is not None else max(low, 1) if is_choice and default in known else low
    count = max(low, count if high is None else min(count, high))
    return low, high, min(count, MAX_QUANTITY), taken


def _product(offering: ProductOffering, chosen: tuple[Characteristic, ...]) -> Product:
    made_to = offering.product_specification
    specification = ProductSpecificationRef(id=made_to.id, href=made_to.href, name=made_to.name) if made_to is not None else None
    return Product(characteristic=chosen, product_specification=specification)
