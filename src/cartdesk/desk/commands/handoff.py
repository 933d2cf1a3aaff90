"""A visitor's cart, taken over from a kiosk: what was scanned from its screen, or the short code read from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from cartdesk.desk.command import Command, Outcome
from cartdesk.errors import CartdeskError, Refused
from cartdesk.language import message, tr
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartdesk.desk.draft import Draft
    from cartdesk.desk.handoff import HandedLine
    from cartdesk.tmf import CartItem


@dataclass(frozen=True)
class TakeOver(Command):
    """Open the cart of a visitor's code from a kiosk: scan it, or type the short one below it."""

    name: ClassVar[str] = "cart.takeover"
    label: ClassVar[str] = message("Take over from a kiosk")
    group: ClassVar[str] = message("Carts")
    entry: ClassVar[str | None] = "K-7Q2M-9XRB-4TZC"
    opener: ClassVar[str | None] = r"CDH1\.|K-[0-9A-Z]{4}-"
    pattern: ClassVar[str | None] = r"(?P<text>CDH1\.[A-Z2-7]+|K(?:-[0-9A-Z]{4}){2,}(?:-[0-9A-Z]{1,4})?)"
    numbers: ClassVar[frozenset[str]] = frozenset({"text"})

    text: str
    """The text of the QR code, or the short code."""

    def run(self, draft: Draft) -> Outcome:
        """Build the cart anew in an area of its own, at this desk's prices."""
        from cartdesk.selling import basket
        from cartdesk.selling.lines import with_lines
        from cartdesk.selling.relations import relate_shipping

        items: list[CartItem] = []
        bad: list[str] = []
        for line in self._lines(draft):
            try:
                items.append(_item(line, items, draft))
            except CartdeskError as error:
                bad.append(f"{safe_text(line.offering_id, 40)}: {error}")
        if not items:
            raise draft.refuse(tr("Nothing of this visitor's cart can be sold here: {bad}", bad=bad[0]), at="text")
        draft.begin_if_done()
        fresh = basket.new_cart(draft.new_cart_id(), draft.now(), channel=draft.store.setting("channel"))
        draft.place(relate_shipping(with_lines(fresh, tuple(items)), draft.catalog))
        count = tr("{n} line", n=len(items)) + ("" if len(items) == 1 else "s")
        rest = tr("; {n} could not be taken over", n=len(bad)) if bad else ""
        said = tr("The visitor's cart with {count} is cart {letter}{rest}.", count=count, letter=draft.letter, rest=rest)
        return Outcome(said, label=tr("A visitor's cart, {count}", count=count), listed=tuple(bad))

    def written(self) -> str | None:
        """Return the code."""
        return self.text

    def _lines(self, draft: Draft) -> Sequence[HandedLine]:
        from cartdesk.desk.handoff import PREFIX, key_path, read_key, read_payload
        from cartdesk.desk.handoff_code import read_code

        folder = draft.store.path.parent
        key = read_key(folder)
        if key is None:
            where = safe_text(str(key_path(folder)))
            raise draft.refuse(
                tr("This desk has no key for kiosks' codes: copy the kiosk's {name} to {where}.", name=key_path(folder).name, where=where),
                at="text",
            )
        try:
            if self.text[: len(PREFIX)].upper() == PREFIX:
                return read_payload(self.text, key)
            return read_code(self.text, key, draft.catalog, draft.ids)
        except Refused as refused:
            raise draft.refuse(str(refused), at="text") from None


def _item(line: HandedLine, before: Sequence[CartItem], draft: Draft) -> CartItem:
    from cartdesk.desk.handoff import fresh_line
    from cartdesk.selling import basket
    from cartdesk.selling.lines import walk
    from cartdesk.selling.shelf import refuse_not_sold

    taken = {each.id for item in before for each in walk(item)}

    def ids() -> str:
        return next(drawn for drawn in iter(draft.ids, "") if drawn not in taken)

    trial = fresh_line(draft.catalog, line.offering_id, ids)
    offering = draft.catalog.offering(line.offering_id)
    if offering is not None:
        refuse_not_sold(offering, draft.catalog, draft.now())
    cart = trial.cart
    for choice in line.choices:
        cart = basket.choose(cart, trial.line.id, choice, draft.catalog, ids=ids)
    cart = basket.set_quantity(cart, trial.line.id, line.quantity)
    return cart.cart_item[0]
