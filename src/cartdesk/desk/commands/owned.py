"""What the customer has: shown, changed, given up, or said to stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from cartdesk.desk.command import Command, Outcome, Show
from cartdesk.errors import Refused
from cartdesk.language import message, ntr, tr

if TYPE_CHECKING:
    from cartdesk.desk.draft import Draft
    from cartdesk.tmf import ShoppingCart

_PRODUCTS = message("Products")
_WHERE = frozenset({"products"})


@dataclass(frozen=True)
class ShowProducts(Command):
    """Show what the customer has, to be changed, cancelled or kept."""

    name: ClassVar[str] = "show.products"
    label: ClassVar[str] = message("Products")
    group: ClassVar[str] = _PRODUCTS
    keys: ClassVar[tuple[str, ...]] = ("p",)
    where: ClassVar[frozenset[str]] = frozenset({"cart"})
    entry: ClassVar[str | None] = "P"
    pattern: ClassVar[str | None] = "P|products"

    def run(self, draft: Draft) -> Outcome:
        """Open the products of the cart's customer."""
        return Outcome("", Show("products"))

    def written(self) -> str | None:
        """Return ``P``."""
        return "P"


@dataclass(frozen=True)
class CancelProduct(Command):
    """Give up something the customer has; what leaving early costs is shown."""

    name: ClassVar[str] = "product.cancel"
    label: ClassVar[str] = message("Cancel it")
    group: ClassVar[str] = _PRODUCTS
    keys: ClassVar[tuple[str, ...]] = ("delete",)
    where: ClassVar[frozenset[str]] = _WHERE
    footer: ClassVar[bool] = True
    entry: ClassVar[str | None] = "P2 -"
    pattern: ClassVar[str | None] = r"P\s*(?P<product>\d+)\s*(?:[-−]|cancel)"

    product: int

    def run(self, draft: Draft) -> Outcome:
        """Put it into the cart as given up."""
        from cartdesk.selling import basket

        return _done(
            draft, self.product, basket.cancel_product(draft.cart, self.product, draft.catalog, ids=draft.ids, now=draft.now()), "ends"
        )

    def written(self) -> str | None:
        """Return ``P2 -``."""
        return f"P{self.product} -"


@dataclass(frozen=True)
class KeepProduct(Command):
    """Say that something the customer has stays as it is."""

    name: ClassVar[str] = "product.keep"
    label: ClassVar[str] = message("Keep it")
    group: ClassVar[str] = _PRODUCTS
    keys: ClassVar[tuple[str, ...]] = ("k",)
    where: ClassVar[frozenset[str]] = _WHERE
    footer: ClassVar[bool] = True
    entry: ClassVar[str | None] = "P2 keep"
    pattern: ClassVar[str | None] = r"P\s*(?P<product>\d+)\s+keep"

    product: int

    def run(self, draft: Draft) -> Outcome:
        """Put it into the cart as it is, not to be sold again."""
        from cartdesk.selling import basket

        return _done(
            draft, self.product, basket.keep_product(draft.cart, self.product, draft.catalog, ids=draft.ids, now=draft.now()), "stays"
        )

    def written(self) -> str | None:
        """Return ``P2 keep``."""
        return f"P{self.product} keep"


@dataclass(frozen=True)
class UpgradeProduct(Command):
    """Change something the customer has to what the catalog calls its upgrade."""

    name: ClassVar[str] = "product.upgrade"
    label: ClassVar[str] = message("Upgrade")
    group: ClassVar[str] = _PRODUCTS
    keys: ClassVar[tuple[str, ...]] = ("u",)
    where: ClassVar[frozenset[str]] = _WHERE
    footer: ClassVar[bool] = True
    entry: ClassVar[str | None] = "P2 up"
    pattern: ClassVar[str | None] = r"P\s*(?P<product>\d+)\s+up"

    product: int

    def run(self, draft: Draft) -> Outcome:
        """Change it to the first upgrade that is sold now."""
        from cartdesk.selling import basket, owned

        had = owned.product_at(draft.cart, draft.catalog, self.product)
        wanted = owned.upgrade_of(had, draft.catalog, draft.now())
        if wanted is None:
            raise Refused(
                tr(
                    "The catalog has no upgrade of {called}; say what it is to become: P{product} and a code.",
                    called=owned.called(had),
                    product=self.product,
                )
            )
        changed = basket.change_product(draft.cart, self.product, draft.catalog, ids=draft.ids, now=draft.now(), offering=wanted)
        return _done(draft, self.product, changed, "changes")

    def written(self) -> str | None:
        """Return ``P2 up``."""
        return f"P{self.product} up"


@dataclass(frozen=True)
class ChangeProduct(Command):
    """Change something the customer has: to another offering, or as it is to be configured anew."""

    name: ClassVar[str] = "product.change"
    label: ClassVar[str] = message("Change")
    group: ClassVar[str] = _PRODUCTS
    keys: ClassVar[tuple[str, ...]] = ("enter",)
    where: ClassVar[frozenset[str]] = _WHERE
    footer: ClassVar[bool] = True
    entry: ClassVar[str | None] = "P2 FIB1000 or P2"
    pattern: ClassVar[str | None] = r"P\s*(?P<product>\d+)(?:\s+(?P<code>[^-−;\s](?:[^;]*[^;\s])?))?"
    opener: ClassVar[str | None] = r"P\s*\d+\s"

    product: int
    code: str = ""
    """What it becomes; nothing is what it is, whose offering is then opened to be configured."""

    @classmethod
    def from_fields(cls, values: Mapping[str, Any]) -> Command:
        """Read the number and the code."""
        return cls(values["product"], values.get("code", ""))

    def run(self, draft: Draft) -> Outcome:
        """Put it into the cart as it will be, with what is paid now taken off."""
        from cartdesk.selling import basket, owned

        offering = None
        if self.code:
            row = draft.find(self.code)
            offering = draft.catalog.offering(row.id)
            if offering is None:
                raise draft.refuse(tr("{name} cannot be opened from this catalog.", name=row.name), at="code")
        elif owned.line_of(draft.cart, owned.product_at(draft.cart, draft.catalog, self.product)) is not None:
            return self._configure(draft)
        changed = basket.change_product(draft.cart, self.product, draft.catalog, ids=draft.ids, now=draft.now(), offering=offering)
        outcome = _done(draft, self.product, changed, "changes")
        return outcome if self.code else Outcome(outcome.said, self._configure(draft).show, label=outcome.label)

    def _configure(self, draft: Draft) -> Outcome:
        """Open the line that is there already; what is given up or kept is first changed back."""
        from cartdesk.selling import basket, owned
        from cartdesk.tmf import Action

        had = owned.product_at(draft.cart, draft.catalog, self.product)
        line = owned.line_of(draft.cart, had)
        if line is None or line.action is not Action.MODIFY:
            draft.put(basket.change_product(draft.cart, self.product, draft.catalog, ids=draft.ids, now=draft.now()))
            line = owned.line_of(draft.cart, had)
        if line is None:
            raise Refused(tr("That line is no longer in the cart; look at the cart and choose again."))
        return Outcome(
            tr("Change {called}.", called=owned.called(had)), Show("offering", {"offering_id": draft.offering_id(line), "item_id": line.id})
        )

    def written(self) -> str | None:
        """Return ``P2 FIB1000``."""
        return f"P{self.product} {self.code}".strip()


def _done(draft: Draft, number: int, cart: ShoppingCart, word: str) -> Outcome:
    """Keep the changed cart and say what happens to the product, and what that costs early."""
    from cartdesk.selling import owned

    draft.begin_if_done()
    had = owned.product_at(cart, draft.catalog, number)
    draft.put(cart)
    line = owned.line_of(cart, had)
    name = owned.called(had)
    becomes = draft.name_of(line) if line is not None else name
    said = {"ends": tr("{name} is given up", name=name), "stays": tr("{name} stays as it is", name=name)}.get(
        word, tr("{name} becomes {becomes}", name=name, becomes=becomes) if becomes != name else tr("{name} is to be changed", name=name)
    )
    owed = owned.leaving_charges(line) if line is not None else ()
    early = ntr("; {n} charge for leaving early", "; {n} charges for leaving early", len(owed)) if owed else ""
    return Outcome(f"{said}{early}.", label=said)
