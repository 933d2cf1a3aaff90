"""Whether this customer may have this here: market segment, channel, how many of it, and whether it reaches the address.

Called by ``rules`` for every item that is sold; each rule yields what is wrong and the entries that mend it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from cartdesk.errors import Mend
from cartdesk.language import grouped, tr
from cartdesk.selling.facts import OfferingFacts
from cartdesk.selling.finding import SHOWN, Finding, Look
from cartdesk.selling.lines import is_active, walk
from cartdesk.selling.shelf import name_of
from cartdesk.selling.standing import CHANNELS, ELSEWHERE
from cartdesk.text import safe_text
from cartdesk.tmf.cart import Action, CartItem

if TYPE_CHECKING:
    from cartdesk.catalog.coverage import Coverage

SEGMENT, CHANNEL, PLACE, LIMIT = "segment", "channel", "place", "limit"
"""The codes of what is found here."""


@runtime_checkable
class Covered(Protocol):
    """A catalog that knows what can be delivered where."""

    @property
    def coverage(self) -> Coverage:
        """The areas, and what offerings need there."""
        ...


def eligibility(look: Look, item: CartItem, facts: OfferingFacts) -> Iterator[Finding]:
    """Yield everything that keeps this customer from having this item here."""
    if facts.segments:
        yield from _segment(look, item, facts)
    if facts.channels:
        yield from _channel(look, item, facts)
    yield from _place(look, item, facts)
    if facts.most is not None:
        yield from _limit(look, item, facts, facts.most)


def _segment(look: Look, item: CartItem, facts: OfferingFacts) -> Iterator[Finding]:
    ours = look.standing.segments
    names = [name for _, name in facts.segments]
    told = tuple(Mend(tr("The customer is {name}", name=name), f"for {key}") for key, name in facts.segments)
    for_whom = tr("{name} is for {names}", name=name_of(facts.offering), names=tr(" or ").join(names))
    if not ours:
        yield Finding(item.id, SEGMENT, tr("{for_whom}; ask whether the customer is.", for_whom=for_whom), False, told[:SHOWN])
    elif not ours & {word for key, name in facts.segments for word in (key, name.casefold())}:
        mends = (*look.removal(item), *(told if look.standing.told else ()))
        yield Finding(
            item.id, SEGMENT, tr("{for_whom}, and this customer is {listed}.", for_whom=for_whom, listed=_listed(ours)), True, mends[:SHOWN]
        )


def _channel(look: Look, item: CartItem, facts: OfferingFacts) -> Iterator[Finding]:
    ours = look.standing.channel
    there = {word for pair in facts.channels for word in (pair[0], pair[1].casefold())}
    if there & {ours, *CHANNELS.get(ours, ())}:
        return
    names = tr(" or ").join(name for _, name in facts.channels)
    others = [each for each, words in CHANNELS.items() if there & {each, *words}]
    mends = (*look.removal(item), *(Mend(tr("Sell as {each}", each=each), f"channel {each}") for each in others))
    understood = bool(others or there & ELSEWHERE)
    sentence = tr("{name} is sold by {names} only, and this seat is {ours}", name=name_of(facts.offering), names=names, ours=ours)
    yield Finding(
        item.id,
        CHANNEL,
        f"{sentence}." if understood else tr("{sentence}; check whether that is meant.", sentence=sentence),
        understood,
        mends,
    )


def _place(look: Look, item: CartItem, facts: OfferingFacts) -> Iterator[Finding]:
    post_code = look.standing.post_code
    coverage = look.catalog.coverage if post_code is not None and isinstance(look.catalog, Covered) else None
    need = coverage.needs.get(facts.offering.id or "") if coverage else None
    if coverage is None or need is None or post_code is None:
        return
    name, shown = name_of(facts.offering), safe_text(post_code, 12)
    area = coverage.area(post_code)
    if area is None:
        sentence = tr("Whether {name} can be delivered to {shown} is not known; check before it is promised.", name=name, shown=shown)
        yield Finding(item.id, PLACE, sentence, False)
        return
    if area.meets(need):
        return
    fastest = area.speeds.get(need.technology)
    why = (
        tr("there is no {technology}", technology=need.technology)
        if fastest is None
        else tr(
            "{technology} reaches {fastest} Mbit/s there, not {speed}",
            technology=need.technology,
            fastest=grouped(fastest),
            speed=grouped(need.speed),
        )
    )
    better = sorted((code for code, each in coverage.needs.items() if area.meets(each)), key=lambda code: -coverage.needs[code].speed)
    sold = [code for code in better if not look.segments_of(code) or look.segments_of(code) & look.standing.segments]
    mends = (*look.instead(item, sold)[: SHOWN - 2], *look.removal(item))
    yield Finding(
        item.id,
        PLACE,
        tr("{name} cannot be delivered to {shown} {other}: {why}.", name=name, shown=shown, other=area.name, why=why),
        True,
        mends,
    )


def _limit(look: Look, item: CartItem, facts: OfferingFacts, most: int) -> Iterator[Finding]:
    own = facts.offering.id or ""
    lines = look.active.get(own, ())
    if not lines or lines[0] is not item:
        return
    here = sum(_count(look, each) for each in lines if each.action is Action.ADD)
    had = sum(product.quantity for product in look.standing.staying() if product.product_offering and product.product_offering.id == own)
    if here + had <= most:
        return
    number = look.number(item)
    left = max(most - had, 0)
    fits = left and len(lines) == 1 and look.top(item) is item
    mends = ((Mend(tr("Take {left}", left=grouped(left)), f"*{left} @{number}"),) if fits else ()) + look.removal(item)
    has = (
        tr("the customer has {had} and this cart {here}", had=grouped(had), here=grouped(here))
        if had
        else tr("this cart has {here}", here=grouped(here))
    )
    sentence = tr("{name} is sold at most {most} times to one customer; {has}.", name=name_of(facts.offering), most=grouped(most), has=has)
    yield Finding(item.id, LIMIT, sentence, True, mends)


def _count(look: Look, item: CartItem) -> int:
    """Return how many of an item there are, its parents counted."""
    return _times(look.top(item), item.id, 1)


def _times(top: CartItem, item_id: str, parents: int) -> int:
    if not is_active(top):
        return 0
    count = top.quantity * parents
    return count if top.id == item_id else sum(_times(child, item_id, count) for child in top.cart_item if _holds(child, item_id))


def _holds(item: CartItem, item_id: str) -> bool:
    return any(each.id == item_id for each in walk(item))


def _listed(words: frozenset[str]) -> str:
    return ", ".join(sorted(safe_text(word, 40) for word in words))
