"""A cart in sentences: its lines, its totals, and what is amiss in it.

``shows`` and ``session`` ask here; everything comes from the desk's view, ready priced.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cartdesk.documents.money import every_words, format_day
from cartdesk.documents.words import phase_words
from cartdesk.language import capital, grouped, message, ntr, tr
from cartdesk.line.words import money, money_json, price, sentence, spoken
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk.view import CartView, DeskView, DetailView, EveryView, FindingView, LineView

_KINDS = {
    "refused": message("Does not hold: "),
    "note": message("Note: "),
    "override": message("By hand: "),
    "child": message("With "),
    "usage": message("By use: "),
    "term": message("Term: "),
}


def cart_sentences(view: DeskView, locale: str) -> Iterator[str]:
    """Yield the whole current cart: what it is, each line with what belongs to it, what is amiss, the totals."""
    cart = view.cart
    yield title(view)
    for line in cart.lines:
        yield from line_sentences(line, locale)
    if cart.promotions:
        yield tr("Codes given: {code}.", code=", ".join(safe_text(code, 40) for code in cart.promotions))
    yield from finding_sentences(cart.findings)
    yield from total_sentences(view, locale, whole=True)


def title(view: DeskView) -> str:
    """Return which cart it is: ``Cart A, Berg, 2 lines.``"""
    cart = view.cart
    state = "" if cart.state == "open" else tr("order {order_id}", order_id=cart.order_id) if cart.order_id else tr(cart.state)
    parts = [
        tr("Cart {letter}", letter=view.area.letter),
        cart.label,
        state,
        ntr("{n} line", "{n} lines", len(cart.lines)) if cart.lines else tr("empty"),
    ]
    return sentence(", ".join(part for part in parts if part))


def line_sentences(line: LineView, locale: str) -> Iterator[str]:
    """Yield a line: what it is and costs, then each thing below it."""
    times = tr(" times {quantity}", quantity=grouped(line.quantity)) if line.quantity != 1 else ""
    saved = tr(", saved for later, not counted") if line.saved else ""
    cost = price(line.one_off, line.recurring, line.period, locale)
    yield sentence(
        tr("Line {number}: {name}{times}, {cost}{saved}", number=line.number, name=spoken(line.name), times=times, cost=cost, saved=saved)
    )
    for detail in line.details:
        yield sentence(_detail(detail, locale))


def _detail(detail: DetailView, locale: str) -> str:
    said = tr(_KINDS.get(detail.kind, "")) + spoken(detail.text)
    if detail.amount is None:
        return said
    every = f" {every_words(detail.period)}" if detail.period is not None else ""
    return f"{said}, {money(detail.amount, locale)}{every}"


def total_sentences(view: DeskView, locale: str, *, whole: bool = False) -> Iterator[str]:
    """Yield the totals: due now, then every period; all of it also tells the first bill and the sum over the term."""
    cart = view.cart
    if cart.empty:
        yield tr("The cart is empty; nothing is due.")
        return
    yield (
        tr("Due now: {amount}, with tax.", amount=money(cart.due_now, locale))
        if view.show_tax == "included"
        else tr("Due now: {amount}, without tax.", amount=money(cart.due_now, locale))
    )
    for total in cart.every:
        yield from _every(total, locale)
    if whole and cart.first_bill is not None:
        day, amount = cart.first_bill
        yield tr("First bill on {day}: {amount}.", day=format_day(day, year=True, locale=locale), amount=money(amount, locale))
    if whole and cart.term_total is not None:
        months, amount = cart.term_total
        yield tr("Over {count} altogether: {amount}.", count=ntr("{n} month", "{n} months", months), amount=money(amount, locale))


def _every(total: EveryView, locale: str) -> Iterator[str]:
    often = capital(every_words(total.period))
    if len(total.phases) <= 1:
        yield f"{often}: {money(total.first, locale)}."
        return
    for phase in total.phases:
        until = tr(", until {day}", day=format_day(phase.until, year=True, locale=locale)) if phase.until is not None else ""
        yield f"{often} {phase_words(phase.first, phase.last, total.period).lower()}{until}: {money(phase.amount, locale)}."


def finding_sentences(findings: tuple[FindingView, ...]) -> Iterator[str]:
    """Yield what is amiss, and the entries that mend it."""
    for finding in findings:
        ways = tr(" or ").join(f"{safe_text(entry, 80)} ({spoken(label)})" for label, entry in finding.mends[:4])
        lead = tr("In the way of an order: ") if finding.blocking else tr("Mind: ")
        yield f"{lead}{sentence(finding.sentence)}" + (tr(" Enter {ways}.", ways=ways) if ways else "")


def cart_json(cart: CartView) -> dict[str, Any]:
    """Return the cart's state and totals as JSON values."""
    return {
        "id": cart.cart_id,
        "label": cart.label,
        "state": cart.state,
        "order": cart.order_id,
        "lines": [
            {
                "number": line.number,
                "offering": line.offering_id,
                "name": line.name,
                "quantity": line.quantity,
                "oneOff": money_json(line.one_off),
                "recurring": money_json(line.recurring),
                "period": str(line.period) if line.period is not None else None,
                "saved": line.saved,
                "problem": line.problem,
            }
            for line in cart.lines
        ],
        "dueNow": money_json(cart.due_now),
        "every": [
            {
                "period": str(total.period),
                "steady": money_json(total.steady),
                "phases": [
                    {
                        "first": phase.first,
                        "last": phase.last,
                        "until": phase.until and phase.until.isoformat(),
                        "amount": money_json(phase.amount),
                    }
                    for phase in total.phases
                ],
            }
            for total in cart.every
        ],
        "firstBill": cart.first_bill and {"on": cart.first_bill[0].isoformat(), "amount": money_json(cart.first_bill[1])},
        "findings": [
            {
                "sentence": each.sentence,
                "blocking": each.blocking,
                "mends": [{"label": label, "entry": entry} for label, entry in each.mends],
            }
            for each in cart.findings
        ],
    }
