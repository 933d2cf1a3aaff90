"""What is done to the cart's lines: add, how many, remove, put aside, take back, note."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from cartdesk.desk.command import Command, Outcome, at_line, quoted
from cartdesk.language import message, tr

if TYPE_CHECKING:
    from cartdesk.desk.draft import Draft

_CART = frozenset({"cart"})
_LINE = r"(?:\s*@\s*(?P<line>\d+))?"


@dataclass(frozen=True)
class AddOffering(Command):
    """Add an offering by its code or its name."""

    name: ClassVar[str] = "cart.add"
    label: ClassVar[str] = message("Add")
    group: ClassVar[str] = message("Lines")
    keys: ClassVar[tuple[str, ...]] = ("enter", "plus")
    where: ClassVar[frozenset[str]] = frozenset({"offerings", "offering"})
    entry: ClassVar[str | None] = "FIB500 or 3*FIB500"
    opener: ClassVar[str | None] = r"\d+\s*[*x×]"
    pattern: ClassVar[str | None] = r"(?:(?P<quantity>\d+)\s*[*×]\s*)?(?!\d+\s*[*×])(?P<code>[^-−*×?#%=@;+~\"\s](?:[^;]*[^;\s])?)"

    code: str
    quantity: int = 1

    def run(self, draft: Draft) -> Outcome:
        """Put it into the cart as a new line, or onto the line that is the same."""
        from cartdesk.selling import basket

        draft.begin_if_done()
        row = draft.find(self.code)
        offering = draft.catalog.offering(row.id)
        if offering is None:
            raise draft.refuse(tr("{name} cannot be opened from this catalog.", name=row.name), at="code")
        before = {item.id for item in draft.cart.cart_item}
        cart = basket.add_item(draft.cart, offering, draft.catalog, ids=draft.ids, now=draft.now(), quantity=self.quantity)
        draft.put(cart)
        new = next((item for item in cart.cart_item if item.id not in before), None)
        times = "" if self.quantity == 1 else f" ×{self.quantity}"
        where = tr(" is line {number_of}", number_of=draft.number_of(new.id)) if new is not None else tr(" added to its line")
        return Outcome(f"{row.name}{times}{where}.", label=row.name + times)

    def written(self) -> str | None:
        """Return ``FIB500`` or ``3*FIB500``."""
        return self.code if self.quantity == 1 and not self._reads_otherwise() else f"{self.quantity}*{self.code}"

    def _reads_otherwise(self) -> bool:
        from cartdesk.desk.commands import registry
        from cartdesk.desk.grammar import reads_as

        return not reads_as(self.code, self, registry())


@dataclass(frozen=True)
class SetQuantity(Command):
    """Set how many of the last line, or of the line named."""

    name: ClassVar[str] = "cart.quantity"
    label: ClassVar[str] = message("Quantity")
    group: ClassVar[str] = message("Lines")
    entry: ClassVar[str | None] = "*2 or *2 @3"
    opener: ClassVar[str | None] = r"[*×]"
    pattern: ClassVar[str | None] = r"[*×]\s*(?P<quantity>\d+)" + _LINE
    prefill: ClassVar[str | None] = "*"

    quantity: int
    line: int | None = None

    def run(self, draft: Draft) -> Outcome:
        """Set the line's quantity."""
        return draft.set_quantity(self.line, self.quantity)

    def written(self) -> str | None:
        """Return ``*2 @3``."""
        return f"*{self.quantity}{at_line(self.line)}"


@dataclass(frozen=True)
class More(Command):
    """Take one more of a line."""

    name: ClassVar[str] = "cart.more"
    label: ClassVar[str] = message("One more")
    group: ClassVar[str] = message("Lines")
    keys: ClassVar[tuple[str, ...]] = ("plus",)
    where: ClassVar[frozenset[str]] = _CART
    entry: ClassVar[str | None] = "+ or + @3"
    opener: ClassVar[str | None] = r"\+"
    pattern: ClassVar[str | None] = r"\+" + _LINE

    line: int | None = None

    def run(self, draft: Draft) -> Outcome:
        """Add one to the line's quantity."""
        return draft.set_quantity(self.line, draft.item(self.line).quantity + 1)

    def written(self) -> str | None:
        """Return ``+ @3``."""
        return f"+{at_line(self.line)}"


@dataclass(frozen=True)
class Fewer(Command):
    """Take one fewer of a line; the last one removes it."""

    name: ClassVar[str] = "cart.fewer"
    label: ClassVar[str] = message("One fewer")
    group: ClassVar[str] = message("Lines")
    keys: ClassVar[tuple[str, ...]] = ("minus",)
    where: ClassVar[frozenset[str]] = _CART
    entry: ClassVar[str | None] = "-- or -- @3"
    opener: ClassVar[str | None] = "--"
    pattern: ClassVar[str | None] = "(?:--|−−)" + _LINE

    line: int | None = None

    def run(self, draft: Draft) -> Outcome:
        """Take one off the line's quantity."""
        item = draft.item(self.line)
        if item.quantity <= 1:
            return RemoveLine(self.line).run(draft)
        return draft.set_quantity(self.line, item.quantity - 1)

    def written(self) -> str | None:
        """Return ``-- @3``."""
        return f"--{at_line(self.line)}"


@dataclass(frozen=True)
class RemoveLine(Command):
    """Remove the last line, or the line named."""

    name: ClassVar[str] = "cart.remove"
    label: ClassVar[str] = message("Remove")
    group: ClassVar[str] = message("Lines")
    keys: ClassVar[tuple[str, ...]] = ("delete",)
    where: ClassVar[frozenset[str]] = _CART
    entry: ClassVar[str | None] = "- or -2"
    opener: ClassVar[str | None] = "[-−]"
    pattern: ClassVar[str | None] = r"[-−]\s*(?P<line>\d+)?"

    line: int | None = None

    def run(self, draft: Draft) -> Outcome:
        """Take the line out of the cart."""
        from cartdesk.selling import basket

        item = draft.item(self.line)
        name = draft.name_of(item)
        draft.put(basket.remove_item(draft.cart, item.id))
        return Outcome(tr("{name} removed.", name=name), label=tr("Remove {name}", name=name))

    def written(self) -> str | None:
        """Return ``-2``."""
        return "-" if self.line is None else f"-{self.line}"


@dataclass(frozen=True)
class TakeBack(Command):
    """Take a line back that was saved for later."""

    name: ClassVar[str] = "cart.take_back"
    label: ClassVar[str] = message("Take back")
    group: ClassVar[str] = message("Lines")
    keys: ClassVar[tuple[str, ...]] = ("b",)
    where: ClassVar[frozenset[str]] = _CART
    entry: ClassVar[str | None] = "L2 back"
    pattern: ClassVar[str | None] = r"L\s*(?P<line>\d+)?\s*back"

    line: int | None = None

    def run(self, draft: Draft) -> Outcome:
        """Let the line count again."""
        from cartdesk.selling import basket

        item = draft.item(self.line)
        draft.put(basket.take_back(draft.cart, item.id))
        return Outcome(tr("{name} counts again.", name=draft.name_of(item)), label=tr("{name} back", name=draft.name_of(item)))

    def written(self) -> str | None:
        """Return ``L2 back``."""
        return f"L{'' if self.line is None else self.line} back"


@dataclass(frozen=True)
class SaveForLater(Command):
    """Put a line aside for later; it stays in sight and is not counted."""

    name: ClassVar[str] = "cart.save_for_later"
    label: ClassVar[str] = message("For later")
    group: ClassVar[str] = message("Lines")
    keys: ClassVar[tuple[str, ...]] = ("l",)
    where: ClassVar[frozenset[str]] = _CART
    entry: ClassVar[str | None] = "L2"
    pattern: ClassVar[str | None] = r"L\s*(?P<line>\d+)?"

    line: int | None = None

    def run(self, draft: Draft) -> Outcome:
        """Put the line aside; the same key on a line put aside takes it back."""
        from cartdesk.selling import basket
        from cartdesk.tmf import ItemStatus

        item = draft.item(self.line)
        if item.status is ItemStatus.SAVED_FOR_LATER:
            return TakeBack(self.line).run(draft)
        draft.put(basket.save_for_later(draft.cart, item.id))
        return Outcome(tr("{name} is saved for later.", name=draft.name_of(item)), label=tr("{name} for later", name=draft.name_of(item)))

    def written(self) -> str | None:
        """Return ``L2``."""
        return f"L{'' if self.line is None else self.line}"


@dataclass(frozen=True)
class AddNote(Command):
    """Write a note on a line."""

    name: ClassVar[str] = "cart.note"
    label: ClassVar[str] = message("Note")
    group: ClassVar[str] = message("Lines")
    keys: ClassVar[tuple[str, ...]] = ("n",)
    where: ClassVar[frozenset[str]] = _CART
    entry: ClassVar[str | None] = "N2 call back after six"
    pattern: ClassVar[str | None] = r"N(?:\s*(?P<line>\d+))?\s+(?P<text>[^;\s].*)"
    prefill: ClassVar[str | None] = "N{line} "

    text: str
    line: int | None = None

    def run(self, draft: Draft) -> Outcome:
        """Put the note on the line, with who wrote it and when."""
        from cartdesk.selling import basket

        item = draft.item(self.line)
        draft.put(basket.add_note(draft.cart, item.id, self.text, draft.agent, draft.now()))
        return Outcome(tr("Note on {name}.", name=draft.name_of(item)))

    def written(self) -> str | None:
        """Return ``N2 call back after six``."""
        return f"N{'' if self.line is None else self.line} {quoted(self.text)}"
