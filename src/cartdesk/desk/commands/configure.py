"""How a line is configured: characteristics, term, a bundle's choices; and a price set by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from cartdesk.desk.command import Command, Outcome, at_line, quoted
from cartdesk.errors import BeyondLimit
from cartdesk.language import message, tr
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk.draft import Draft
    from cartdesk.tmf import ShoppingCart

_CONFIGURE = message("Configuration")


@dataclass(frozen=True)
class Configure(Command):
    """Choose something on a line: a characteristic, its term, a part of a bundle."""

    name: ClassVar[str] = "cart.configure"
    label: ClassVar[str] = message("Choose")
    group: ClassVar[str] = _CONFIGURE
    entry: ClassVar[str | None] = "= color black, = term 24 or = color black @3"
    opener: ClassVar[str | None] = "="
    pattern: ClassVar[str | None] = r"=\s*(?P<text>[^\s;@=](?:[^;]*?[^;\s])??)(?:\s+@\s*(?P<line>\d+))?"
    keys: ClassVar[tuple[str, ...]] = ("equals_sign",)
    where: ClassVar[frozenset[str]] = frozenset({"cart"})
    prefill: ClassVar[str | None] = "= "
    numbers: ClassVar[frozenset[str]] = frozenset({"text"})

    text: str
    """A name and its value: ``color black``, ``term 24 months``, ``Choose your phone P12``, ``SPORT no``; a part's with its name
    before it where several have it: ``P12.color black``."""
    line: int | None = None

    def run(self, draft: Draft) -> Outcome:
        """Make the choice on the line, or on the part of it that has such a thing."""
        from cartdesk.selling import basket

        item = draft.item(self.line)
        draft.put(basket.choose(draft.cart, item.id, self.text, draft.catalog, ids=draft.ids))
        return Outcome(f"{draft.name_of(item)}: {safe_text(self.text, 80)}.")

    def written(self) -> str | None:
        """Return ``= color black @3``."""
        return f"= {self.text}{at_line(self.line)}"


@dataclass(frozen=True)
class ClearOverride(Command):
    """Take back a price that was set by hand."""

    name: ClassVar[str] = "cart.override.clear"
    label: ClassVar[str] = message("List price again")
    group: ClassVar[str] = _CONFIGURE
    entry: ClassVar[str | None] = "O2 none"
    pattern: ClassVar[str | None] = r"O\s*(?P<line>\d+)?\s*none"

    line: int | None = None

    def run(self, draft: Draft) -> Outcome:
        """Drop the line's overrides."""
        from cartdesk.selling import basket

        item = draft.item(self.line)
        draft.put(basket.remove_override(draft.cart, item.id))
        return Outcome(tr("{name} has its list price again.", name=draft.name_of(item)))

    def written(self) -> str | None:
        """Return ``O2 none``."""
        return f"O{'' if self.line is None else self.line} none"


@dataclass(frozen=True)
class OverridePrice(Command):
    """Take something off a line's price by hand, with the reason."""

    name: ClassVar[str] = "cart.override"
    label: ClassVar[str] = message("Price by hand")
    group: ClassVar[str] = _CONFIGURE
    entry: ClassVar[str | None] = "O2 10% loyal customer, or O2 5.00 once for 3 …"
    opener: ClassVar[str | None] = r"O\s*\d+\s+[-−]?\d"
    pattern: ClassVar[str | None] = (
        r"O(?:\s*(?P<line>\d+))?\s+[-−]?(?P<off>\d{1,9}(?:[.,]\d{1,6})?\s*%?)(?P<once>\s+once)?(?:\s+for\s+(?P<periods>\d+))?\s+(?P<why>[^;\s].*)"
    )
    prefill: ClassVar[str | None] = "O{line} "

    off: str
    """``10%``, or an amount with tax for one: ``5.00``."""
    why: str
    once: bool = False
    """True for the one-off price, False for the recurring one."""
    periods: int | None = None
    """For how many charge periods; None is always."""
    line: int | None = None

    @classmethod
    def from_fields(cls, values: Mapping[str, Any]) -> Command:
        """Read the amount and which price is meant."""
        off = "".join(values["off"].split()).replace(",", ".")
        return cls(**{**values, "off": off, "once": bool(values.get("once"))})

    def run(self, draft: Draft) -> Outcome:
        """Set the override, within what the role may give or somebody's PIN allows."""
        from cartdesk.desk.approving import approval_for

        item = draft.item(self.line)
        try:
            cart = self._lowered(draft, item.id, draft.role, draft.shown_by.name if draft.shown_by is not None else None)
            draft.approved = draft.approved or draft.shown_by
        except BeyondLimit as beyond:
            approval = approval_for(draft, beyond, at=draft.spot("off"))
            cart = self._lowered(draft, item.id, approval.role, approval.name)
        draft.put(cart)
        return Outcome(tr("{name}: {off} off.", name=draft.name_of(item), off=self.off))

    def _lowered(self, draft: Draft, item_id: str, role: str, approved_by: str | None) -> ShoppingCart:
        from cartdesk.selling import basket
        from cartdesk.tmf import PriceType

        return basket.override_price(
            draft.cart,
            item_id,
            draft.priced(),
            percentage=Decimal(self.off[:-1]) if self.off.endswith("%") else None,
            amount=None if self.off.endswith("%") else Decimal(self.off),
            price_type=PriceType.ONE_TIME if self.once else PriceType.RECURRING,
            periods=self.periods,
            who=draft.agent,
            role=role,
            why=self.why,
            approved_by=approved_by,
            limits=draft.roles.limits,
        )

    def written(self) -> str | None:
        """Return ``O2 10% once for 3 loyal customer``."""
        once = " once" if self.once else ""
        periods = "" if self.periods is None else f" for {self.periods}"
        line = "" if self.line is None else self.line
        return f"O{line} {self.off}{once}{periods} {quoted(self.why)}"
