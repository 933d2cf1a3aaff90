"""The terms an offering is sold with: 24 months, 12 months, no contract.

Called by ``basket`` for a new line's term and by ``configuration`` when another is chosen.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cartdesk.errors import Mend, Refused
from cartdesk.language import tr
from cartdesk.selling.characteristics import choice_mends, fold
from cartdesk.selling.shelf import name_of
from cartdesk.text import safe_text
from cartdesk.tmf.cart import CartTerm
from cartdesk.tmf.period import Period

if TYPE_CHECKING:
    from cartdesk.tmf.catalog import OfferingTerm, ProductOffering

TERM = "term"
"""The word that means a line's commitment, in an entry."""
_SHOWN = 8
_LONGEST = 1200


def default_term(offering: ProductOffering) -> tuple[CartTerm, ...]:
    """Return the term of a new item: the first that the offering lists, or none."""
    return (as_cart_term(offering.product_offering_term[0]),) if offering.product_offering_term else ()


def chosen_term(offering: ProductOffering, wanted: str, at: tuple[str, str] = ("", "")) -> tuple[CartTerm, ...]:
    """Return the offering's term that ``wanted`` names: its name, or its length ("24", "24 months").

    Raises:
        Refused: the offering has no such term.
    """
    folded = fold(wanted)
    terms = offering.product_offering_term
    for term in terms:
        if folded and folded in {fold(each) for each in _spellings(term)}:
            return (as_cart_term(term),)
    if not terms:
        raise Refused(tr("{name} has no terms to choose from; it is sold without a commitment.", name=name_of(offering)))
    names = ", ".join(term_name(term) for term in terms[:_SHOWN])
    raise Refused(
        tr("{name} has no term «{wanted}»; choose {names}.", name=name_of(offering), wanted=safe_text(wanted, 40), names=names),
        *term_mends(offering, at),
    )


def term_mends(offering: ProductOffering, at: tuple[str, str] = ("", "")) -> tuple[Mend, ...]:
    """Return the ways out that take one of the offering's terms."""
    names = [term_name(term) for term in offering.product_offering_term[:_SHOWN]]
    return choice_mends(TERM, [(name, name) for name in names], at)


def term_name(term: OfferingTerm | CartTerm) -> str:
    """Return what a term is called: its name, else its length in words."""
    if term.name:
        return safe_text(term.name, 40)
    duration = term.duration
    if duration is None or duration.amount is None:
        return safe_text(term.description or tr("a term"), 40)
    unit = safe_text((duration.units or "month").rstrip("s"), 20)
    return f"{duration.amount:f} {unit}" + ("" if duration.amount == 1 else "s")


def months_of(term: OfferingTerm | CartTerm) -> int | None:
    """Return how many months a term binds; None where it says no such length."""
    duration = term.duration
    if duration is None or duration.amount is None:
        return None
    try:
        months = Period.read(duration.units or "month").months
    except ValueError:
        return None
    return None if months is None or abs(duration.amount) > _LONGEST else int(duration.amount * months)


def as_cart_term(term: OfferingTerm) -> CartTerm:
    """Return the offering's term as a cart carries it."""
    return CartTerm(name=term.name, description=term.description, duration=term.duration)


def _spellings(term: OfferingTerm) -> Iterable[str]:
    yield term_name(term)
    duration = term.duration
    if duration is not None and duration.amount is not None:
        amount, unit = f"{duration.amount:f}", (duration.units or "month").rstrip("s")
        yield from (amount, f"{amount}{unit}", f"{amount}{unit}s", f"{amount}{unit[:2]}", f"{amount}{unit[:1]}")
