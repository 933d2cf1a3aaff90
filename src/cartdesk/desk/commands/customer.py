"""Who the cart is for, and the codes they bring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from cartdesk.desk.command import Command, Outcome, quoted
from cartdesk.desk.people import find_customers, in_one_line, known_customers
from cartdesk.errors import EntryError, Mend
from cartdesk.language import message, ntr, tr
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk.draft import Draft

_SHOWN = 5


@dataclass(frozen=True)
class NameCustomer(Command):
    """Name the customer: one who is known here, or a new one's name on the cart."""

    name: ClassVar[str] = "customer.name"
    label: ClassVar[str] = message("Customer")
    group: ClassVar[str] = message("Customer")
    keys: ClassVar[tuple[str, ...]] = ("number_sign",)
    where: ClassVar[frozenset[str]] = frozenset({"cart"})
    entry: ClassVar[str | None] = "#Berg, or #+Berg for a new one"
    opener: ClassVar[str | None] = "#"
    pattern: ClassVar[str | None] = r"#\s*(?P<new>\+)?\s*(?P<customer>[^\s+].*)"
    prefill: ClassVar[str | None] = "#"

    customer: str
    new: str | None = None
    """``+`` where a new customer is meant even if one of that name is known."""

    def run(self, draft: Draft) -> Outcome:
        """Find the one known customer this means; else take it as a new one's name."""
        from cartdesk.selling import basket
        from cartdesk.selling.customers import Customer

        draft.begin_if_done()
        found = [] if self.new else find_customers(known_customers(draft.store, draft.catalog), self.customer)
        if len(found) > 1:
            mends = (Mend(in_one_line(each), f"#{each.id}") for each in found[:_SHOWN])
            text = tr(
                "{n} customers are called «{customer}»; type more of the name, or #+ for a new one.",
                n=len(found),
                customer=safe_text(self.customer, 40),
            )
            raise EntryError(text, *mends, at=draft.spot("customer"))
        customer = found[0] if found else Customer(name=self.customer)
        draft.put(basket.name_customer(draft.cart, customer, known=bool(found)))
        name = safe_text(customer.name, 60)
        said = tr("{name} is a customer here.", name=name) if found else tr("Cart {letter} is for {name}.", letter=draft.letter, name=name)
        others = tuple(_other_carts(draft, customer.name)) if found else ()
        more = tr(" There is another cart of theirs, with {lines}.", lines=_lines(others[0][1])) if others else ""
        return Outcome(said + more, label=name if found else tr("{name} (new)", name=name), mends=tuple(mend for mend, _ in others))

    def written(self) -> str | None:
        """Return ``#Berg``."""
        return f"#{self.new or ''}{quoted(self.customer)}"


def _other_carts(draft: Draft, name: str) -> Iterator[tuple[Mend, int]]:
    """Yield the ways to merge the customer's other carts that are not history into this one, and how many lines each has."""
    for row in draft.store.cart_rows(text=name):
        if row.label == name and row.state in ("open", "held") and row.id != draft.cart_id and row.lines and row.id.isalnum():
            yield Mend(tr("Merge it into this one"), f"merge {row.id}"), row.lines


def _lines(count: int) -> str:
    return ntr("{n} line", "{n} lines", count)


@dataclass(frozen=True)
class DropPromotion(Command):
    """Take a promotion code back."""

    name: ClassVar[str] = "promotion.drop"
    label: ClassVar[str] = message("Drop a code")
    group: ClassVar[str] = message("Customer")
    entry: ClassVar[str | None] = "%-SPRING"
    pattern: ClassVar[str | None] = r"%\s*[-−]\s*(?P<promo>[^;\s]+)"

    promo: str

    def run(self, draft: Draft) -> Outcome:
        """Remove the code from the cart."""
        from cartdesk.selling import basket

        draft.put(basket.remove_promotion(draft.cart, self.promo))
        return Outcome(tr("Code {promo} taken back.", promo=safe_text(self.promo.upper(), 40)))

    def written(self) -> str | None:
        """Return ``%-SPRING``."""
        return f"%-{self.promo}"


@dataclass(frozen=True)
class GivePromotion(Command):
    """Give a promotion code."""

    name: ClassVar[str] = "promotion.give"
    label: ClassVar[str] = message("Code")
    group: ClassVar[str] = message("Customer")
    keys: ClassVar[tuple[str, ...]] = ("percent_sign",)
    where: ClassVar[frozenset[str]] = frozenset({"cart"})
    entry: ClassVar[str | None] = "%SPRING"
    opener: ClassVar[str | None] = "%"
    pattern: ClassVar[str | None] = r"%\s*(?P<promo>[^-−;\s][^;\s]*)"
    prefill: ClassVar[str | None] = "%"

    promo: str

    def run(self, draft: Draft) -> Outcome:
        """Put the code on the cart; what it takes off, or why it does not hold, shows in the totals."""
        from cartdesk.selling import basket

        draft.put(basket.add_promotion(draft.cart, self.promo, draft.catalog))
        return Outcome(
            tr("Code {promo} given.", promo=safe_text(self.promo.upper(), 40)),
            label=tr("Code {promo}", promo=safe_text(self.promo.upper(), 40)),
        )

    def written(self) -> str | None:
        """Return ``%SPRING``."""
        return f"%{self.promo}"
