"""Carts as a whole: the six areas at hand, take up, hold, copy, discard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from cartdesk.desk.command import Command, Outcome, quoted
from cartdesk.desk.travel import cart_as_it_was
from cartdesk.desk.view import LETTERS
from cartdesk.errors import Refused
from cartdesk.language import message, tr
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk.draft import Draft
    from cartdesk.desk.view import DeskView

_CARTS = message("Carts")


@dataclass(frozen=True)
class GoToArea(Command):
    """Go to another cart at hand; a held one is taken up again."""

    name: ClassVar[str] = "area.go"
    label: ClassVar[str] = message("Go to cart")
    group: ClassVar[str] = _CARTS
    entry: ClassVar[str | None] = "C B"
    opener: ClassVar[str | None] = r"C\s+\S\s*$"
    pattern: ClassVar[str | None] = r"C\s+(?P<letter>[A-F])"

    letter: str

    @classmethod
    def from_fields(cls, values: Mapping[str, Any]) -> Command:
        """Read the letter in any case."""
        return cls(values["letter"].upper())

    def run(self, draft: Draft) -> Outcome:
        """Work in that area from now on."""
        return draft.go_to(self.letter)

    def written(self) -> str | None:
        """Return ``C B``."""
        return f"C {self.letter}"


@dataclass(frozen=True)
class NextArea(Command):
    """Go to the next cart at hand."""

    name: ClassVar[str] = "area.next"
    label: ClassVar[str] = message("Next cart")
    group: ClassVar[str] = _CARTS
    keys: ClassVar[tuple[str, ...]] = ("ctrl+pagedown",)
    where: ClassVar[frozenset[str]] = frozenset({"desk"})

    def run(self, draft: Draft) -> Outcome:
        """Work in the area to the right, from the last one on in the first."""
        return draft.go_to(LETTERS[(LETTERS.index(draft.letter) + 1) % len(LETTERS)])


@dataclass(frozen=True)
class PreviousArea(Command):
    """Go to the previous cart at hand."""

    name: ClassVar[str] = "area.previous"
    label: ClassVar[str] = message("Previous cart")
    group: ClassVar[str] = _CARTS
    keys: ClassVar[tuple[str, ...]] = ("ctrl+pageup",)
    where: ClassVar[frozenset[str]] = frozenset({"desk"})

    def run(self, draft: Draft) -> Outcome:
        """Work in the area to the left, from the first one on in the last."""
        return draft.go_to(LETTERS[LETTERS.index(draft.letter) - 1])


@dataclass(frozen=True)
class Hold(Command):
    """Hold the cart and turn to a free one; nothing of it is lost."""

    name: ClassVar[str] = "cart.hold"
    label: ClassVar[str] = message("Hold")
    group: ClassVar[str] = _CARTS
    keys: ClassVar[tuple[str, ...]] = ("f4",)
    where: ClassVar[frozenset[str]] = frozenset({"desk", "carts"})
    footer: ClassVar[bool] = True
    entry: ClassVar[str | None] = "H"
    pattern: ClassVar[str | None] = "H|hold"

    cart_id: str | None = None

    def run(self, draft: Draft) -> Outcome:
        """Mark the cart as held; where it was the current one, go on in a free area."""
        from cartdesk.selling import basket

        if self.cart_id is not None and self.cart_id != draft.cart_id:
            cart = draft.load(self.cart_id)
            draft.put_other(basket.hold(cart))
            return Outcome(tr("{called} is held.", called=draft.called(cart)))
        if draft.cart_id is None:
            raise Refused(tr("Cart {letter} is empty; there is nothing to hold.", letter=draft.letter))
        cart = basket.hold(draft.cart)
        said = tr("{called} is held", called=draft.called(cart))
        draft.put(cart)
        free = draft.free_letter()
        if free is None:
            return Outcome(tr("{said}; every area has a cart, so this one stays in sight.", said=said))
        draft.work_in(free)
        return Outcome(tr("{said}; this is cart {free}.", said=said, free=free))

    def written(self) -> str | None:
        """Return ``H``."""
        return "H" if self.cart_id is None else None


@dataclass(frozen=True)
class NewCart(Command):
    """Begin a new cart in a free area."""

    name: ClassVar[str] = "cart.new"
    label: ClassVar[str] = message("New cart")
    group: ClassVar[str] = _CARTS
    keys: ClassVar[tuple[str, ...]] = ("ctrl+n",)
    where: ClassVar[frozenset[str]] = frozenset({"desk", "carts"})
    entry: ClassVar[str | None] = "new"
    pattern: ClassVar[str | None] = "new"

    def run(self, draft: Draft) -> Outcome:
        """Go to a free area; where all are taken, the current cart is put back among the carts."""
        return draft.begin()

    def written(self) -> str | None:
        """Return ``new``."""
        return "new"


@dataclass(frozen=True)
class OpenCart(Command):
    """Take up a cart from the list of all carts."""

    name: ClassVar[str] = "cart.open"
    label: ClassVar[str] = message("Take up")
    group: ClassVar[str] = _CARTS
    keys: ClassVar[tuple[str, ...]] = ("enter",)
    where: ClassVar[frozenset[str]] = frozenset({"carts"})
    footer: ClassVar[bool] = True
    entry: ClassVar[str | None] = "open 4f2a…"
    pattern: ClassVar[str | None] = r"open\s+(?P<cart_id>[^;\s]+)"

    cart_id: str

    def run(self, draft: Draft) -> Outcome:
        """Put the cart into an area and work there; a held one counts as open again."""
        return draft.take_up(self.cart_id)

    def written(self) -> str | None:
        """Return ``open ID``."""
        return f"open {self.cart_id}"


@dataclass(frozen=True)
class Duplicate(Command):
    """Copy the cart into a free area."""

    name: ClassVar[str] = "cart.duplicate"
    label: ClassVar[str] = message("Copy")
    group: ClassVar[str] = _CARTS
    keys: ClassVar[tuple[str, ...]] = ("d",)
    where: ClassVar[frozenset[str]] = frozenset({"carts"})
    footer: ClassVar[bool] = True
    entry: ClassVar[str | None] = "copy"
    pattern: ClassVar[str | None] = "copy"

    cart_id: str | None = None

    def run(self, draft: Draft) -> Outcome:
        """Make the copy and go there; the first cart stays as it is."""
        from cartdesk.selling import basket

        source_id = self.cart_id or draft.cart_id
        if source_id is None:
            raise Refused(tr("Cart {letter} is empty; there is nothing to copy.", letter=draft.letter))
        source = draft.load(source_id)
        draft.place(basket.duplicate(source, draft.new_cart_id(), draft.ids, draft.now()))
        return Outcome(tr("{called} copied into cart {letter}.", called=draft.called(source), letter=draft.letter))

    def written(self) -> str | None:
        """Return ``copy``."""
        return "copy" if self.cart_id is None else None


@dataclass(frozen=True)
class BranchCart(Command):
    """Copy the cart as it was at a point of its history, for a what-if."""

    name: ClassVar[str] = "cart.branch"
    label: ClassVar[str] = message("Copy from here")
    group: ClassVar[str] = _CARTS
    keys: ClassVar[tuple[str, ...]] = ("b",)
    where: ClassVar[frozenset[str]] = frozenset({"history"})
    footer: ClassVar[bool] = True
    entry: ClassVar[str | None] = "copy from 17"
    pattern: ClassVar[str | None] = r"copy\s+from\s+(?P<seq>\d+)"

    seq: int
    cart_id: str | None = None

    def run(self, draft: Draft) -> Outcome:
        """Make the copy and go there."""
        from cartdesk.selling import basket

        then = cart_as_it_was(draft, self.seq, self.cart_id)
        draft.place(basket.duplicate(then, draft.new_cart_id(), draft.ids, draft.now()), kind="branch")
        return Outcome(
            tr("{called} as it was at change {seq} is cart {letter}.", called=draft.called(then), seq=self.seq, letter=draft.letter)
        )

    def written(self) -> str | None:
        """Return ``copy from 17``."""
        return f"copy from {self.seq}" if self.cart_id is None else None


@dataclass(frozen=True)
class LabelCart(Command):
    """Call the cart something you will find it by."""

    name: ClassVar[str] = "cart.label"
    label: ClassVar[str] = message("Name the cart")
    group: ClassVar[str] = _CARTS
    entry: ClassVar[str | None] = "label the couple from Oslo"
    pattern: ClassVar[str | None] = r"label\s+(?P<text>\S.*)"

    text: str

    def run(self, draft: Draft) -> Outcome:
        """Set the cart's label."""
        from cartdesk.selling import basket

        draft.put(basket.set_label(draft.cart, self.text))
        return Outcome(tr("Cart {letter} is called {text}.", letter=draft.letter, text=safe_text(self.text, 60)))

    def written(self) -> str | None:
        """Return ``label …``."""
        return f"label {quoted(self.text)}"


@dataclass(frozen=True)
class Discard(Command):
    """Discard the cart; it stays among the carts as history."""

    name: ClassVar[str] = "cart.discard"
    label: ClassVar[str] = message("Discard")
    group: ClassVar[str] = _CARTS
    keys: ClassVar[tuple[str, ...]] = ("delete",)
    where: ClassVar[frozenset[str]] = frozenset({"carts"})
    footer: ClassVar[bool] = True
    confirm: ClassVar[bool] = True
    entry: ClassVar[str | None] = "discard"
    pattern: ClassVar[str | None] = "discard"

    cart_id: str | None = None

    def question(self, view: DeskView) -> str | None:
        """Ask before a held cart, or one that is not at hand, is discarded; the current one is on the screen."""
        area = next((each for each in view.areas if each.cart_id == self.cart_id), None) if self.cart_id else view.area
        if area is not None and area.state == "open":
            return None
        if area is None:
            return tr("Discard this cart?")
        return tr("Discard the held cart {label}?", label=safe_text(area.label, 40)) if area.state == "held" else None

    def run(self, draft: Draft) -> Outcome:
        """Discard it and free its area."""
        from cartdesk.selling import basket

        cart_id = self.cart_id or draft.cart_id
        if cart_id is None:
            raise Refused(tr("Cart {letter} is empty; there is nothing to discard.", letter=draft.letter))
        cart = draft.load(cart_id)
        draft.put_other(basket.discard(cart))
        draft.free(cart.id)
        return Outcome(tr("{called} is discarded; `copy` in the carts takes it up again.", called=draft.called(cart)))

    def written(self) -> str | None:
        """Return ``discard``."""
        return "discard" if self.cart_id is None else None
