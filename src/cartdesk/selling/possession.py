"""What the customer has already, beside what the cart does: what it needs, what it rules out, and what giving something up leaves behind.

Called by ``rules``. Owned products are numbered as the products screen numbers them, which is what the entries say.
"""

from __future__ import annotations

from collections.abc import Iterator

from cartdesk.errors import Mend
from cartdesk.language import tr
from cartdesk.selling.facts import OfferingFacts, facts_of
from cartdesk.selling.finding import Finding, Look
from cartdesk.selling.lines import is_active, item_name, offering_id
from cartdesk.selling.shelf import name_of
from cartdesk.selling.standing import with_parts
from cartdesk.text import safe_text
from cartdesk.tmf.cart import Action, CartItem
from cartdesk.tmf.customer import OwnedProduct


def has(look: Look, wanted: str) -> bool:
    """Say whether the customer has an offering and keeps it."""
    return any(owned_offering(product) == wanted for product in look.standing.staying())


def clashes(look: Look, item: CartItem, facts: OfferingFacts) -> Iterator[Finding]:
    """Yield what an item cannot be had beside, among what the customer has and keeps."""
    if item.action is not Action.ADD:
        return
    for number, top in enumerate(look.standing.owned, start=1):
        if top.id in look.standing.touched:
            continue
        if any(_excludes(look, facts, part) for part in with_parts(top)):
            what = _called(top)
            mends = [Mend(tr("Cancel {what}", what=what), f"P{number} -"), *look.removal(item)]
            if look.top(item) is item and item.quantity == 1:
                code = offering_id(item)
                mends.insert(0, Mend(tr("Change {what} to it", what=what), f"-{look.number(item)}; P{number} {code}"))
            sentence = tr("{name} cannot be had beside {what}, which the customer has.", name=name_of(facts.offering), what=what)
            yield Finding(item.id, "excluded", sentence, True, tuple(mends))
            return


def bereft(look: Look) -> Iterator[Finding]:
    """Yield what giving something up, or changing it, leaves without what it needs."""
    standing = look.standing
    if not standing.touched:
        return
    for line in look.cart.cart_item:
        if line.action not in (Action.DELETE, Action.MODIFY) or not is_active(line) or line.product is None:
            continue
        gone = next(((n, each) for n, each in enumerate(standing.owned, start=1) if each.id == line.product.id), None)
        if gone is None:
            continue
        codes = {owned_offering(part) for part in with_parts(gone[1])}
        if line.action is Action.MODIFY:
            codes -= {offering_id(line)}
        for number, other in enumerate(standing.owned, start=1):
            if other.id not in standing.touched:
                yield from _left(look, line, gone, codes, number, other)


def _left(
    look: Look, line: CartItem, gone: tuple[int, OwnedProduct], codes: set[str | None], number: int, other: OwnedProduct
) -> Iterator[Finding]:
    for part in with_parts(other):
        offering = look.catalog.offering(owned_offering(part) or "")
        if offering is None:
            continue
        for alternatives in facts_of(offering, look.catalog).requirements:
            wanted = {relation.id or "" for relation in alternatives}
            if not wanted & codes or any(each in look.active or has(look, each) for each in wanted):
                continue
            what = _called(other)
            mends = (
                Mend(tr("Keep {called}", called=_called(gone[1])), f"P{gone[0]} keep"),
                Mend(tr("Cancel {what} too", what=what), f"P{number} -"),
            )
            yield Finding(
                line.id,
                "companion",
                tr("{what}, which the customer has, needs {name}.", what=what, name=item_name_of(gone[1], line)),
                True,
                mends,
            )
            return


def item_name_of(product: OwnedProduct, line: CartItem) -> str:
    """Return what an owned product is called, on the line that changes it."""
    return _called(product) if product.name else item_name(line)


def owned_offering(product: OwnedProduct) -> str | None:
    """Return the id of an owned product's offering."""
    return product.product_offering.id if product.product_offering is not None else None


def _excludes(look: Look, facts: OfferingFacts, part: OwnedProduct) -> bool:
    own = owned_offering(part)
    if own in facts.excludes:
        return True
    offering = look.catalog.offering(own or "")
    return offering is not None and facts.offering.id in facts_of(offering, look.catalog).excludes


def _called(product: OwnedProduct) -> str:
    offering = product.product_offering
    return safe_text(product.name or (offering and (offering.name or offering.id)) or tr("a product"), 60)
