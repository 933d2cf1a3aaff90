"""One piece of work at the desk: what a command, or a whole entry, reads and changes before any of it counts.

Commands are given a :class:`Draft`; the desk keeps all of it in one transaction, shows its effect as a preview, or drops it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from cartdesk.desk.command import Outcome
from cartdesk.desk.view import LETTERS, AreaView, ShowTax
from cartdesk.errors import EntryError, Mend, Refused
from cartdesk.language import tr
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from datetime import datetime

    from cartdesk.catalog import Catalog, OfferingRow
    from cartdesk.desk.approving import Approval
    from cartdesk.desk.desk import Desk
    from cartdesk.desk.grammar import Part
    from cartdesk.desk.roles import Roles
    from cartdesk.desk.speaking import Statement
    from cartdesk.pricing.priced import PricedCart
    from cartdesk.selling.checkout_draft import Checkout
    from cartdesk.selling.finding import Finding
    from cartdesk.store import CartStore
    from cartdesk.tmf import CartItem, ProductOrder, ShoppingCart

Kind = Literal["change", "create", "undo", "redo", "branch"]


@dataclass(frozen=True, slots=True)
class Changed:
    """A cart as this draft leaves it."""

    cart: ShoppingCart
    kind: Kind = "change"
    to_seq: int | None = None
    """For undo and redo: the record whose cart this is."""


class Draft:
    """What the desk is like with this work done.

    Attributes are what commands may read; everything that changes goes through the methods.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.areas: tuple[AreaView, ...] = desk.view.areas
        self.changed: dict[str, Changed] = {}
        """The carts this work changes, by id."""
        self.writes: list[Callable[[CartStore], None]] = []
        """What else goes into the store with them: orders, customers."""
        self.received = False
        """True for work that came from a server: it is not sent back, and its history says so."""
        self.checkouts: dict[str, Checkout | None] = {}
        """The unfinished checkouts this work changes, by the cart's id; None where one is dropped."""
        self.orders: dict[str, ProductOrder] = {}
        """The orders this work changes, by id."""
        self.show_tax: ShowTax = desk.view.show_tax
        self.ids = desk.ids
        self.now: Callable[[], datetime] = desk.now
        self.agent = desk.view.agent
        self.role = desk.view.role
        self.approval: Approval | None = None
        """Somebody's leave for what the agent may not do alone."""
        self.approved: Approval | None = None
        """The same once something needed it; the history says so."""
        self.shown_by = desk.shown_by
        self.agent_fixed = desk.agent_fixed
        self.hints = True
        """Whether a code that is not there is answered with codes like it, which takes a moment in a large catalog."""
        self._blank: ShoppingCart | None = None
        self._part: Part | None = None

    @property
    def catalog(self) -> Catalog:
        """The shop's offerings."""
        return self._desk.catalog

    @property
    def roles(self) -> Roles:
        """Who may take how much off."""
        return self._desk.roles

    @property
    def store(self) -> CartStore:
        """The store, to be read from; what is to be written goes into ``writes``."""
        return self._desk.store

    # ── the current cart ─────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def letter(self) -> str:
        """The area that is worked in."""
        return self._area().letter

    @property
    def cart_id(self) -> str | None:
        """The current cart's id; None while nothing was ever put into it."""
        return self._area().cart_id

    @property
    def cart(self) -> ShoppingCart:
        """The current cart; a fresh one where the area is empty, which is stored once something is put into it."""
        cart_id = self.cart_id
        if cart_id is not None:
            return self.load(cart_id)
        if self._blank is None:
            from cartdesk.selling import basket

            self._blank = basket.new_cart(self.new_cart_id(), self.now(), channel=self.store.setting("channel"))
        return self._blank

    def put(self, cart: ShoppingCart, *, kind: Kind = "change", to_seq: int | None = None) -> None:
        """Make ``cart`` the current one."""
        self.put_other(cart, kind=kind, to_seq=to_seq)
        area = self._area()
        if area.cart_id != cart.id:
            self._set_area(replace(area, cart_id=cart.id))
        self._blank = None

    def put_other(self, cart: ShoppingCart, *, kind: Kind = "change", to_seq: int | None = None) -> None:
        """Change a cart that need not be the current one."""
        before = self.changed.get(cart.id)
        if before is None and self._desk.known(cart.id) is cart:
            return
        self.changed[cart.id] = Changed(cart, kind, to_seq)

    def priced(self) -> PricedCart:
        """Return the current cart with its prices as this draft leaves it."""
        return self._desk.price(self.cart)

    def price(self, cart: ShoppingCart) -> PricedCart:
        """Return any cart with its prices."""
        return self._desk.price(cart)

    def findings(self) -> list[Finding]:
        """Return what is amiss in the current cart as this draft leaves it."""
        from cartdesk.selling.rules import findings

        return list(findings(self.cart, self.catalog, self.now(), self.priced()))

    def script(self, method: str) -> Sequence[Statement]:
        """Return what is to be read aloud of the current cart, paid as ``method`` says; nothing where no face says how."""
        return () if self._desk.script is None else self._desk.script(self._desk, self.priced(), self.now(), method)

    def load(self, cart_id: str) -> ShoppingCart:
        """Return any cart as this draft leaves it.

        Raises:
            Refused: there is no such cart.
        """
        changed = self.changed.get(cart_id)
        return changed.cart if changed is not None else self._desk.load(cart_id)

    def has(self, cart_id: str) -> bool:
        """Say whether there is such a cart, in the store or in this draft."""
        return cart_id in self.changed or self.store.get_cart(cart_id) is not None

    def new_cart_id(self) -> str:
        """Return an id for a new cart."""
        return self.ids()

    def called(self, cart: ShoppingCart) -> str:
        """Return what to call a cart in a sentence."""
        from cartdesk.desk.picture import label_of

        label = label_of(cart)
        letter = next((area.letter for area in self.areas if area.cart_id == cart.id), None)
        place = tr("Cart {letter}", letter=letter) if letter else tr("The cart")
        return f"{place} ({label})" if label else place

    # ── its lines ────────────────────────────────────────────────────────────────────────────────────────────────────

    def item(self, line: int | None) -> CartItem:
        """Return a line by its number; None is the last one.

        Raises:
            EntryError: there is no such line.
        """
        from cartdesk.selling import basket

        count = len(self.cart.cart_item)
        try:
            return basket.line(self.cart, max(count, 1) if line is None else line)
        except Refused as refused:
            raise EntryError(str(refused), *refused.mends, at=self.spot("line")) from None

    def set_quantity(self, line: int | None, quantity: int) -> Outcome:
        """Set a line's quantity and say so."""
        from cartdesk.selling import basket

        item = self.item(line)
        self.put(basket.set_quantity(self.cart, item.id, quantity))
        said = f"{self.name_of(item)} ×{quantity}"
        return Outcome(f"{said}.", label=said)

    def name_of(self, item: CartItem) -> str:
        """Return what an item is called."""
        from cartdesk.selling.lines import item_name

        return item_name(item)

    def offering_id(self, item: CartItem) -> str | None:
        """Return the id of an item's offering."""
        return item.product_offering.id if item.product_offering is not None else None

    def number_of(self, item_id: str) -> int | None:
        """Return the number of the line that is or holds this item."""
        from cartdesk.selling import basket

        return basket.line_number(self.cart, item_id)

    def find(self, code: str) -> OfferingRow:
        """Return the offering that ``code`` means.

        Raises:
            EntryError: the catalog has none; the likeliest ones are offered.
        """
        row = self.catalog.find(code)
        if row is not None:
            return row
        like = self.catalog.suggest(code, limit=3) if self.hints else []
        hint = tr(" Did you mean {id}?", id=safe_text(like[0].id, 40)) if like else ""
        mends = tuple(Mend(tr("Add {name}", name=safe_text(each.name, 60)), each.id) for each in like)
        raise self.refuse(tr("{code} is not in this catalog.{hint}", code=safe_text(code, 60), hint=hint), *mends, at="code")

    # ── the areas ────────────────────────────────────────────────────────────────────────────────────────────────────

    def area_carts(self) -> Iterator[tuple[str, str]]:
        """Yield (letter, cart id) of every area that has a cart."""
        return ((area.letter, area.cart_id) for area in self.areas if area.cart_id is not None)

    def free_letter(self) -> str | None:
        """Return the first area without a cart, or None."""
        return next((area.letter for area in self.areas if area.cart_id is None), None)

    def work_in(self, letter: str) -> None:
        """Make an area the current one."""
        self._blank = None
        self.areas = tuple(replace(area, current=area.letter == letter) for area in self.areas)

    def go_to(self, letter: str) -> Outcome:
        """Go to an area; a held cart there is taken up again."""
        area = self.areas[LETTERS.index(letter)]
        self.work_in(letter)
        if area.cart_id is None:
            return Outcome(tr("Cart {letter} is empty.", letter=letter))
        return self._resumed(area.cart_id)

    def take_up(self, cart_id: str) -> Outcome:
        """Work on a cart from the list of all: where it is at hand go there, else give it an area."""
        there = next((area.letter for area in self.areas if area.cart_id == cart_id), None)
        if there is not None:
            return self.go_to(there)
        cart = self.load(cart_id)
        if self.is_expired(cart):
            mends = (Mend(tr("Restore it"), f"restore {cart_id}"),) if cart_id.isalnum() else ()
            raise Refused(tr("This cart has expired; it can be restored as a new one, at the prices of today."), *mends)
        self.place(cart, kind=None)
        return self._resumed(cart_id)

    def is_expired(self, cart: ShoppingCart) -> bool:
        """Say whether a cart has been left alone for so long that it is valid no more."""
        from cartdesk.selling import expiry

        notes = cart.notes
        return expiry.is_expired(expiry.expiry_of(notes.changed, len(cart.cart_item), notes.state.value), self.now())

    def take_up_mends(self, cart: ShoppingCart) -> tuple[Mend, ...]:
        """Return the way to work on a cart, where its id can be typed."""
        return (Mend(tr("Take it up"), f"open {cart.id}"),) if cart.id.isalnum() else ()

    def place(self, cart: ShoppingCart, *, kind: Kind | None = "create") -> None:
        """Put a cart into an area and work there; where all are taken, the current one goes back among the carts.

        Args:
            cart: the cart.
            kind: how it came about where it is new; None for one that is in the store.
        """
        area = self._area()
        if area.cart_id is not None:
            self.work_in(self.free_letter() or area.letter)
        self._set_area(AreaView(self.letter, cart.id, current=True))
        if kind is not None:
            self.put_other(cart, kind=kind)

    def begin(self) -> Outcome:
        """Begin a new cart in a free area; where all are taken, the current one goes back among the carts."""
        if self.cart_id is None:
            return Outcome(tr("Cart {letter} is new already.", letter=self.letter))
        self.work_in(self.free_letter() or self.letter)
        if self.cart_id is not None:
            self.free(self.cart_id)
        return Outcome(tr("Cart {letter} is new.", letter=self.letter))

    def free(self, cart_id: str) -> None:
        """Take a cart out of its area; it stays among all carts."""
        self._blank = None
        self.areas = tuple(AreaView(each.letter, current=each.current) if each.cart_id == cart_id else each for each in self.areas)

    def _resumed(self, cart_id: str) -> Outcome:
        from cartdesk.selling import basket
        from cartdesk.tmf import CartState

        cart = self.load(cart_id)
        if cart.notes.state is not CartState.HELD:
            return Outcome(f"{self.called(cart)}.")
        self.put(basket.resume(cart))
        return Outcome(tr("{called} is taken up again.", called=self.called(cart)))

    def _area(self) -> AreaView:
        return next(area for area in self.areas if area.current)

    def _set_area(self, area: AreaView) -> None:
        self.areas = tuple(area if each.letter == area.letter else each for each in self.areas)

    def begin_if_done(self) -> None:
        """Begin a new cart where the current one is history, so that the next customer's first line just works."""
        area = self._area()
        if area.cart_id is not None and area.state in ("ordered", "discarded"):
            self.free(area.cart_id)

    # ── refusing, settings ────────────────────────────────────────────────────────────────────────────────

    def spot(self, name: str) -> int:
        """Return where in the entry a field was typed; the start of its part where it was not."""
        return 0 if self._part is None else self._part.spots.get(name, self._part.at)

    def refuse(self, sentence: str, *mends: Mend, at: str = "") -> EntryError:
        """Return the refusal of this part, pointing at one of its fields."""
        return EntryError(sentence, *mends, at=self.spot(at))

    def reading(self, part: Part | None) -> None:
        """Say which part of an entry is run now, so that refusals can point into it."""
        self._part = part

    def set(self, setting: str, value: object) -> None:
        """Keep a setting of this seat."""
        self.writes.append(lambda store: store.set_setting(setting, value))

    def set_show_tax(self, side: ShowTax) -> None:
        """Show amounts with (``included``) or without tax (``excluded``) from now on."""
        self.show_tax = side
        self.writes.append(lambda store: store.set_setting("show_tax", side))
