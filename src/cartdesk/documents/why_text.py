"""Why a number is what it is: pricing's steps as lines that can be read aloud, one step a line, the refused discounts below.

Called by ``cartdesk why`` and the why screen; the arithmetic is in the steps and is only worded here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from cartdesk.documents.layout import NARROWEST, aligned, beside, wrap
from cartdesk.documents.money import MINUS, decimal_point, format_money, format_number, format_percent
from cartdesk.language import message, ntr, tr
from cartdesk.text import safe_text
from cartdesk.tmf.money import Money

if TYPE_CHECKING:
    from cartdesk.pricing.priced import Step

_MODES = {"HALF_UP": message("half up"), "HALF_EVEN": message("half to even"), "HALF_DOWN": message("half down")}
_NAMED = (message("price with tax"), message("price without tax"), message("Total"))
"""What pricing calls a step or what goes into it."""
_MADE = frozenset({"add", "subtract", "multiply", "round"})


@dataclass(frozen=True, slots=True)
class WhyLine:
    """One line of an explanation."""

    sign: str
    """What is done with the amount: ``+``, ``−``, ``=`` for what it makes, or nothing."""
    amount: str
    """A written number; empty for a refusal."""
    words: str
    """What it is, with its rule."""
    source: str = ""
    """Where it comes from: the id of a catalog's price, a code; empty where there is none."""
    refused: bool = False
    """True for a discount that does not hold."""


def why_lines(steps: Sequence[Step], locale: str = "en") -> list[WhyLine]:
    """Return an explanation as lines, refused discounts last."""
    made = [line for place, step in enumerate(steps) if step.operation != "refuse" for line in _lines(steps, place, locale)]
    refused = [_refusal(step) for step in steps if step.operation == "refuse"]
    return [*made, *dict.fromkeys(refused)]


def why_text(steps: Sequence[Step], *, title: str = "", width: int = 80, locale: str = "en") -> str:
    """Return an explanation as text, each line at most ``width`` cells wide.

    Args:
        steps: what pricing's ``explain`` answers.
        title: what is explained: "Every month 31.90 EUR  Talk Simple 25".
        width: the widest line in cells.
        locale: the language numbers are written in.
    """
    wide = max(width, NARROWEST)
    lines = why_lines(steps, locale)
    amounts = aligned([line.amount for line in lines if not line.refused], decimal_point(locale))
    written = iter(amounts)
    text = wrap(title, wide) if title else []
    for line in lines:
        source = f" ({line.source})" if line.source else ""
        start = tr(" refused") if line.refused else f" {line.sign or ' '} {next(written)}"
        text.extend(beside(start, line.words + source, wide))
    return "\n".join(text)


def _lines(steps: Sequence[Step], place: int, locale: str) -> Iterator[WhyLine]:
    step = steps[place]
    if step.rule == "sum" and step.operation == "add":
        for name, value in step.inputs:
            yield WhyLine(MINUS if value < 0 else "+", _money(abs(value), step, locale), _called(name))
    amount = format_number(step.result, locale=locale) if _is_share(step) else _money(step.result, step, locale)
    yield WhyLine(_sign(steps, place), amount, _words(step, locale), _source(step))


def _refusal(step: Step) -> WhyLine:
    reason = f": {safe_text(step.reason, 200)}" if step.reason else ""
    return WhyLine("", "", f"{safe_text(step.subject, 80)}{reason}", _source(step), refused=True)


def _sign(steps: Sequence[Step], place: int) -> str:
    """Return how the next step that uses this one's result uses it."""
    if steps[place].operation in _MADE and not _is_share(steps[place]):
        return "="
    for later in steps[place + 1 :]:
        for at, carried in enumerate(later.carried):
            if carried == place:
                return {"add": "+", "subtract": MINUS}.get(later.operation, "") if at and later.rule != "sum" else ""
    return ""


def _words(step: Step, locale: str) -> str:
    """Return what a step does, in words that do not need the ones before."""
    subject = _called(tr(step.subject))
    values = [value for _, value in step.inputs]
    if step.operation == "percent":
        return _percent_words(step, subject, values, locale)
    if step.operation == "round":
        return _round_words(step, values, locale)
    if step.operation == "multiply":
        factors = (_money(values[0], step, locale), *(format_number(value, locale=locale) for value in values[1:]))
        return f"{' × '.join(factors)}, {subject}"
    if step.rule == "tax" and step.operation in {"add", "subtract"}:
        return tr("with tax, {subject}", subject=subject) if step.operation == "add" else tr("without tax, {subject}", subject=subject)
    if step.operation == "subtract":
        return tr("after {subject}", subject=subject)
    if step.rule == "list-price":
        return tr("list {inputs}, {subject}", inputs=tr(step.inputs[0][0]), subject=subject)
    if step.rule == "alteration":
        return tr("off for one: {subject}", subject=subject)
    if step.rule == "ended":
        return tr("{subject} has ended", subject=subject)
    if step.rule == "round-on-total":
        return tr("with the cents of the total's tax, {subject}", subject=subject)
    return subject if step.rule == "sum" else f"{subject}: {safe_text(step.inputs[0][0], 60)}" if step.inputs else subject


def _percent_words(step: Step, subject: str, values: Sequence[Decimal], locale: str) -> str:
    of = _money(values[0], step, locale)
    percent = format_percent(values[1], locale=locale)
    if step.rule == "tax":
        return (
            tr("{percent} tax in {of}", percent=percent, of=of) if len(values) > 2 else tr("{percent} tax on {of}", percent=percent, of=of)
        )
    return tr("{percent} of {of}: {subject}", percent=percent, of=of, subject=subject)


def _round_words(step: Step, values: Sequence[Decimal], locale: str) -> str:
    digits = ntr("{n} digit", "{n} digits", int(values[-1]))
    mode = tr(_MODES.get(step.source, "half up"))
    if len(values) > 2:
        unit = safe_text(step.inputs[0][0], 30)
        return tr(
            "{values} of {values2} {unit}, to {digits}, {mode}",
            values=f"{values[0]:f}",
            values2=f"{values[1]:f}",
            unit=unit,
            digits=digits,
            mode=mode,
        )
    return tr(
        "rounded from {format_number} to {digits}, {mode}", format_number=format_number(values[0], locale=locale), digits=digits, mode=mode
    )


def _called(name: str) -> str:
    """Return a name without saying it twice: "Fibre 500 monthly" for "Fibre 500: Fibre 500 monthly"."""
    line, colon, charge = safe_text(name, 160).partition(": ")
    return charge if colon and charge.startswith(line) else line + colon + charge


def _is_share(step: Step) -> bool:
    """Say whether a step's result is a share rather than money."""
    return step.operation == "round" and len(step.inputs) > 2


def _source(step: Step) -> str:
    return "" if step.operation == "round" else safe_text(step.source, 60)


def _money(amount: Decimal, step: Step, locale: str) -> str:
    return format_money(Money(amount, step.currency), currency=False, locale=locale)
