"""What an entry would do, worked out before Enter on a draft that is dropped.

``Desk.preview`` calls it at each keystroke.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartdesk.desk.view import ShowTax
from cartdesk.errors import CartdeskError, EntryError, Mend
from cartdesk.language import tr

if TYPE_CHECKING:
    from cartdesk.desk.desk import Desk
    from cartdesk.pricing.priced import PricedCart
    from cartdesk.tmf.money import Money
    from cartdesk.tmf.period import Period


HINTED = 20_000
"""Up to how many offerings a preview looks for codes like a wrong one at every key; in larger catalogs Enter does."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The effect of an entry, or what is wrong with it."""

    text: str
    label: str = ""
    """What it is about: ``Fibre 500 ×2``."""
    due_now: Money | None = None
    """What is added to what is due now; None where nothing is."""
    every: tuple[tuple[Period, Money], ...] = ()
    """What is added to each recurring total once discounts have ended; totals that stay are left out."""
    error: str | None = None
    """Why it cannot be done, in a sentence."""
    at: int | None = None
    """Where in the text the trouble starts."""
    mends: tuple[Mend, ...] = ()
    waiting: bool = False
    """True while the catalog is still being opened, so that nothing can be said yet."""


def preview_of(desk: Desk, text: str) -> Preview:
    """Return the preview of an entry at the desk as it is."""
    from cartdesk.desk.commands import registry
    from cartdesk.desk.doing import run_parts
    from cartdesk.desk.draft import Draft
    from cartdesk.desk.grammar import parse

    if not text.strip():
        return Preview(text)
    try:
        parts = parse(text, registry())
        if not desk.catalog_open:
            return Preview(text, waiting=True)
        draft = Draft(desk)
        draft.hints = len(desk.catalog) <= HINTED
        outcomes = run_parts(draft, parts)
        changed = draft.changed.get(draft.cart_id or "")
        label = ", ".join(outcome.label or tr(part.command.label) for outcome, part in zip(outcomes, parts, strict=True))
        mends = tuple(mend for outcome in outcomes for mend in outcome.mends)
        if changed is None or draft.cart_id is None:
            return Preview(text, label, mends=mends)
        after = desk.price(changed.cart)
        old = desk.known(draft.cart_id)
        before = desk.price(old) if old is not None else None
    except EntryError as error:
        return Preview(text, error=str(error), at=min(error.at, len(text)), mends=error.mends)
    except CartdeskError as error:
        return Preview(text, error=str(error), at=0)
    due_now, every = _difference(before, after, desk.view.show_tax)
    return Preview(text, label, due_now, every, mends=mends)


def _difference(before: PricedCart | None, after: PricedCart, show_tax: ShowTax) -> tuple[Money | None, tuple[tuple[Period, Money], ...]]:
    from cartdesk.desk.details import shown

    nothing = shown(after.nothing, show_tax)
    due_now = shown(after.due_now, show_tax) - (shown(before.due_now, show_tax) if before is not None else nothing)
    now, then = _steady(after, show_tax), _steady(before, show_tax) if before is not None else {}
    every = tuple((period, now.get(period, nothing) - then.get(period, nothing)) for period in {**now, **then})
    return due_now or None, tuple(pair for pair in every if pair[1])


def _steady(priced: PricedCart, show_tax: ShowTax) -> dict[Period, Money]:
    from cartdesk.desk.details import shown

    return {total.period: shown(total.steady, show_tax) for total in priced.totals if total.period is not None}
