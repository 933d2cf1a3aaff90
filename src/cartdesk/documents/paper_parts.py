"""The parts that papers share: who, what is due now, what comes with the bill, what is used, and the terms in the script's own words.

Called by ``papers``; the amounts are the agreement's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from cartdesk.documents.agreement import Agreement, Run, Sold
from cartdesk.documents.cart_text import item_words
from cartdesk.documents.forms import form_of
from cartdesk.documents.money import OURS, every_words, format_day
from cartdesk.documents.paper import Facts, Line, Section, Text
from cartdesk.documents.script import Statement
from cartdesk.documents.words import ShowTax, alteration_words, chosen_words, contact_words, per_words, shown, tax_words
from cartdesk.language import tr
from cartdesk.text import safe_text
from cartdesk.tmf.price_type import PriceType

if TYPE_CHECKING:
    from cartdesk.pricing.priced import Amounts, PricedCharge, PricedItem
    from cartdesk.tmf.cart import ContactMedium
    from cartdesk.tmf.resource import RelatedParty


class House(Protocol):
    """What is needed of a catalog to write in its shop's name. ``cartdesk.catalog.Catalog`` is one."""

    @property
    def name(self) -> str:
        """The shop's name."""
        ...

    @property
    def locale(self) -> str:
        """The language of numbers and dates."""
        ...

    @property
    def terms(self) -> Mapping[str, Any]:
        """What the shop says of its own terms."""
        ...


@dataclass(frozen=True, slots=True)
class Manner:
    """How a shop writes its papers."""

    form: str = "neutral"
    """neutral, uk, eu or us."""
    locale: str = OURS
    show_tax: ShowTax = "included"
    shop: str = ""
    terms: Mapping[str, Any] = field(default_factory=dict)
    """What the shop says of its own terms, each with its name: notice, withdrawal."""

    @classmethod
    def of(cls, house: House, show_tax: ShowTax = "included", form: str = "neutral") -> Manner:
        """Return how a shop writes by its catalog's settings."""
        return cls(form, house.locale, show_tax, house.name, house.terms)

    def day(self, day: date) -> str:
        """Return a day as it is written, with its year."""
        return format_day(day, year=True, locale=self.locale)


def customer_facts(parties: Iterable[RelatedParty], media: Iterable[ContactMedium]) -> Iterator[tuple[str, str]]:
    """Yield the customer and the ways to reach them."""
    party = next((each for each in parties if (each.role or "").strip().lower() == "customer"), None)
    if party is not None:
        yield tr("Customer"), safe_text(party.name or party.id or "", 120)
        yield from (("", line) for line in contact_words(media))


def due_section(agreement: Agreement, manner: Manner) -> Section:
    """Return what is paid on confirmation."""
    lines = [line for sold in agreement.charges(PriceType.ONE_TIME) for line in _charged(sold, manner)]
    due = shown(agreement.priced.due_now, manner.show_tax)
    total = Line(tr("Total once") if agreement.on_first_bill else tr("Total due now"), due, total=True)
    title = tr("Once, with the first bill") if agreement.on_first_bill else tr("Due now")
    return Section(f"{title} ({tax_words(manner.show_tax)})", (*(lines or [Line(tr("Nothing"))]), total))


def recurring_section(agreement: Agreement, manner: Manner) -> Section:
    """Return what comes with the bill: the charges, what is taken off them, and each total from when to when."""
    sold = [each for each in agreement.sold if each.charge.kind is PriceType.RECURRING]
    lines = [line for each in sold for line in _charged(each, manner)] or [Line(tr("Nothing"))]
    return Section(tr("With the bill ({tax})", tax=tax_words(manner.show_tax)), (*lines, *recurring_totals(agreement, manner)))


def recurring_totals(agreement: Agreement, manner: Manner) -> Iterator[Line]:
    """Yield each recurring total: in one line where it is for good, else one for each run of periods."""
    for period in dict.fromkeys(run.period for run in agreement.runs):
        runs = [run for run in agreement.runs if run.period == period]
        title = tr("Total {often}", often=every_words(period))
        if len(runs) == 1 and runs[0].until is None:
            yield Line(title, shown(runs[0].amounts, manner.show_tax), period, total=True)
            yield from _taxes(runs[0].amounts, manner)
            continue
        yield Line(title, total=True)
        for run in runs:
            yield Line(_span(run, manner), shown(run.amounts, manner.show_tax), period, total=True, depth=1)
            yield from _taxes(run.amounts, manner)


def _taxes(amounts: Amounts, manner: Manner) -> Iterator[Line]:
    """Yield the taxes in a total, where the form tells them apart."""
    if form_of(manner.form).tax_apart:
        yield Line(tr("taxes in it") if manner.show_tax == "included" else tr("taxes on it"), amounts.tax, depth=2)


def usage_sections(agreement: Agreement, manner: Manner) -> Iterator[Section]:
    """Yield what is charged as it is used, and what has no charge of its own, where there is any."""
    used = tuple(
        Line(_named(sold) + per_words(sold.charge.per), shown(sold.first, manner.show_tax))
        for sold in agreement.sold
        if sold.charge.kind is PriceType.USAGE
    )
    if used:
        yield Section(tr("As used ({tax})", tax=tax_words(manner.show_tax)), used)
    free = tuple(Line(_item_words(item)) for item in _items(agreement) if not item.charges and not item.children)
    if free:
        yield Section(tr("Without a charge of its own"), free)


def item_section(agreement: Agreement, title: str) -> Section:
    """Return what is sold, without prices; the parts of a bundle below it."""
    return Section(title, tuple(line for top in agreement.priced.items for line in _item_lines(top, 0)))


def price_section(agreement: Agreement, manner: Manner, title: str) -> Section:
    """Return the totals alone: due now, every period from when to when, and what use costs."""
    due = agreement.priced.due_now
    once = tr("Once, with the first bill") if agreement.on_first_bill else tr("Due now")
    lines = [Line(once, shown(due, manner.show_tax), total=True), *_taxes(due, manner), *recurring_totals(agreement, manner)]
    used = [line for section in usage_sections(agreement, manner) for line in section.lines if line.money is not None]
    return Section(f"{title} ({tax_words(manner.show_tax)})", (*lines, *used))


def said(statements: Iterable[Statement], title: str, *kinds: str) -> Iterator[Text]:
    """Yield the statements of some kinds as one text, in the kinds' order; nothing where there are none."""
    listed = list(statements)
    told = [each.text for kind in kinds for each in listed if each.key.split(".")[0] == kind]
    if told:
        yield Text(tuple(told), title)


def own_terms(manner: Manner) -> Iterator[Text]:
    """Yield what the shop says of its own terms."""
    told = tuple(
        f"{safe_text(name, 40).capitalize()}: {safe_text(text, 600)}" for name, text in manner.terms.items() if isinstance(text, str)
    )
    if told:
        yield Text(told, tr("Terms of {shop}", shop=safe_text(manner.shop, 80)) if manner.shop else tr("Terms"))


def facts(*rows: tuple[str, str]) -> Facts:
    """Return facts, those without a value left out."""
    return Facts(tuple((name, value) for name, value in rows if value))


def _item_lines(item: PricedItem, depth: int) -> Iterator[Line]:
    if item.counted:
        yield Line(_item_words(item), depth=depth)
    for child in item.children:
        yield from _item_lines(child, depth + item.counted)


def _charged(sold: Sold, manner: Manner) -> Iterator[Line]:
    charge = sold.charge
    times = tr(", {installments} times", installments=charge.installments) if charge.installments is not None else ""
    yield Line(_line_words(sold) + times, shown(charge.total, manner.show_tax), charge.period)
    for each in charge.alterations:
        yield Line(alteration_words(each, charge.period, manner.locale), shown(each.effect, manner.show_tax), charge.period, depth=1)


def _line_words(sold: Sold) -> str:
    """Return a charge's line and, where the line has several, the charge's own name."""
    kind, period = sold.charge.kind, sold.charge.period
    several = sum(1 for each in sold.item.charges if each.kind is kind and each.period == period) > 1
    parts = (_item_words(sold.item), safe_text(sold.charge.name, 60) if several or _is_apart(sold.charge) else "")
    return ", ".join(part for part in parts if part)


def _is_apart(charge: PricedCharge) -> bool:
    return charge.category != "charge"


def _named(sold: Sold) -> str:
    return ", ".join(part for part in (safe_text(sold.item.name, 80), safe_text(sold.charge.name, 60)) if part)


def _item_words(item: PricedItem) -> str:
    return ", ".join(part for part in (item_words(item), chosen_words(item.item)) if part)


def _items(agreement: Agreement) -> Iterator[PricedItem]:
    return (item for top in agreement.priced.items for item in top.counting())


def _span(run: Run, manner: Manner) -> str:
    return tr("from {day} on", day=manner.day(run.begins)) if run.until is None else tr("until {day}", day=manner.day(run.until))
