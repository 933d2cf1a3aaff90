"""What must be said before an order, as sentences that can be read aloud, each with the amounts that are in it.

The checkout's step "Read aloud" shows them and keeps which were said; every amount comes from pricing by way of ``agreement``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from cartdesk.documents.agreement import Agreement, Ending, Run, Sold, agreement_of
from cartdesk.documents.forms import NOT_ADVICE, Form, form_of
from cartdesk.documents.money import count_words, every_words, format_day, format_money
from cartdesk.documents.words import ShowTax, chosen_words, per_words, shown, tax_words
from cartdesk.language import capital, grouped, ntr, tr
from cartdesk.text import safe_text
from cartdesk.tmf.price_type import PriceType

if TYPE_CHECKING:
    from cartdesk.pricing.priced import Amounts, PricedCart, PricedItem
    from cartdesk.tmf.cart import ShoppingCart
    from cartdesk.tmf.money import Money
    from cartdesk.tmf.order import ProductOrder
    from cartdesk.tmf.period import Period


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing to say, in a sentence or a few."""

    key: str
    """What it is, the same for every cart: ``due``, ``every.monthly``, ``leaving``. Unique in a script."""
    text: str
    amounts: tuple[Money, ...] = ()
    """Every amount in the text, in its order."""
    title: str = ""
    """What it is about in a word or two: "Every month"."""
    aloud: bool = True
    """False for what is for the agent alone."""


def script_of(
    subject: ShoppingCart | ProductOrder,
    priced: PricedCart,
    form: str = "neutral",
    now: datetime | None = None,
    *,
    locale: str = "en",
    show_tax: ShowTax = "included",
    shop: str = "",
    on_first_bill: bool | None = None,
) -> tuple[Statement, ...]:
    """Return what is to be said of a cart or an order, in the order it is said; nothing for an empty cart.

    Args:
        subject: the cart or the order.
        priced: the same with its prices.
        form: neutral, uk, eu or us.
        now: the moment it is said, from which the days of cancelling run; the moment it was priced where left out.
        locale: the language numbers and dates are written in.
        show_tax: whether amounts are told with tax or without.
        shop: the shop's name.
        on_first_bill: as for :func:`~cartdesk.documents.agreement.agreement_of`.

    Raises:
        Refused: there is no such form.
    """
    chosen = form_of(form)
    if not any(top.counting() for top in priced.items):
        return ()
    agreement = agreement_of(subject, priced, now or priced.moment, on_first_bill=on_first_bill)
    return tuple(_Script(agreement, chosen, locale, show_tax, shop).statements())


def consent_text(statements: Iterable[Statement]) -> str:
    """Return the whole script as plain text: what was said, to be kept with the consent."""
    return "\n".join(f"{statement.title}: {statement.text}" for statement in statements if statement.aloud)


class _Script:
    """Writes the statements of one script."""

    def __init__(self, agreement: Agreement, form: Form, locale: str, show_tax: ShowTax, shop: str) -> None:
        self._agreement = agreement
        self._form = form
        self._locale = locale
        self._show_tax = show_tax
        self._shop = safe_text(shop, 60) or tr("the shop")
        self._amounts: list[Money] = []

    def statements(self) -> Iterator[Statement]:
        """Yield them in the form's order."""
        yield Statement("about", tr(NOT_ADVICE), title=tr("For the agent"), aloud=False)
        kinds: dict[str, Callable[[], Iterator[Statement]]] = {
            "before": self._before,
            "what": self._what,
            "due": self._due,
            "every": self._every,
            "change": self._changes,
            "first_bill": self._first_bill,
            "usage": self._usage,
            "term": self._terms,
            "total": self._total,
            "leaving": self._leaving,
            "cancel": self._cancel,
            "consent": self._consent,
        }
        for kind in self._form.order:
            yield from kinds[kind]()

    def _before(self) -> Iterator[Statement]:
        for number, text in enumerate(self._form.before, start=1):
            yield self._said(f"before.{number}", tr("Before you agree"), tr(text, shop=self._shop))

    def _what(self) -> Iterator[Statement]:
        items = [item for top in self._agreement.priced.items for item in top.counting()]
        yield self._said("what", tr("Your order"), tr("You are ordering {listed}.", listed=_listed(_item_words(item) for item in items)))

    def _due(self) -> Iterator[Statement]:
        due = self._agreement.priced.due_now
        sold = self._agreement.charges(PriceType.ONE_TIME)
        if not sold:
            yield self._said("due", tr("Due now"), tr("There is nothing to pay today."))
            return
        whole = self._whole(due)
        each = tr(" That is {each}.", each=self._each(sold)) if len(sold) > 1 else ""
        if self._agreement.on_first_bill:
            text = tr("There is nothing to pay today. {whole} comes once, with your first bill.{each}", whole=whole, each=each)
            yield self._said("due", tr("With the first bill"), text)
            return
        yield self._said("due", tr("Due now"), tr("Today you pay {whole}.{each}", whole=whole, each=each))

    def _every(self) -> Iterator[Statement]:
        for period in dict.fromkeys(run.period for run in self._agreement.runs):
            runs = [run for run in self._agreement.runs if run.period == period]
            text = tr("{often} you pay {runs}.", often=capital(every_words(period)), runs=self._runs(runs))
            sold = self._agreement.charges(PriceType.RECURRING, period)
            if len(sold) > 1:
                text += ntr(" That is {each}.", " That is at first {each}.", len(runs), each=self._each(sold))
            yield self._said(f"every.{period}", capital(every_words(period)), text)

    def _runs(self, runs: Sequence[Run]) -> str:
        if len(runs) == 1:
            return self._whole(runs[0].amounts)
        return "; ".join(f"{self._whole(run.amounts)}, {self._span(run)}" for run in runs)

    def _span(self, run: Run) -> str:
        return tr("from {day} on", day=self._day(run.begins)) if run.until is None else tr("until {day}", day=self._day(run.until))

    def _changes(self) -> Iterator[Statement]:
        for number, ending in enumerate(self._agreement.endings, start=1):
            yield self._said(f"change.{number}", tr("Change of price"), self._change(ending))

    def _change(self, ending: Ending) -> str:
        name, day = _called(ending.item, ending.charge.name), self._day(ending.last_day)
        every = _every(ending.charge.period)
        before = self._money(ending.before)
        if ending.charge.installments is not None and not ending.names:
            return tr(
                "{name}: the last of {installments} payments of {before} {every} is for the time until {day}.",
                name=name,
                installments=ending.charge.installments,
                before=before,
                every=every,
                day=day,
            )
        what = _listed(safe_text(each, 60) for each in ending.names) or tr("A discount")
        return tr(
            "{name}: {what} ends on {day}. Instead of {before} it then costs {amount} {every}.",
            name=name,
            what=what,
            day=day,
            before=before,
            amount=self._money(ending.after),
            every=every,
        )

    def _first_bill(self) -> Iterator[Statement]:
        bill, total = self._agreement.first_bill, self._agreement.first_total
        if bill is None or total is None:
            return
        once = tr(", what is charged once among it") if self._agreement.on_first_bill else ""
        text = tr("Your first bill comes on {day} and is {amount}{once}.", day=self._day(bill.on), amount=self._money(total), once=once)
        part = next((line for line in bill.lines if line.rule == "partPeriod"), None)
        if part is not None:
            days = tr("{day} to {end}", day=self._day(part.first_day), end=self._day(part.last_day))
            text += tr(" It is for the days from {days}, and for the month after them in advance.", days=days)
        yield self._said("first_bill", tr("First bill"), text)

    def _usage(self) -> Iterator[Statement]:
        used = [sold for sold in self._agreement.sold if sold.charge.kind is PriceType.USAGE]
        if used:
            said = (f"{_called(each.item, each.charge.name)} {self._money(each.first)}{per_words(each.charge.per)}" for each in used)
            yield self._said("usage", tr("As used"), tr("What you use beyond that is charged by use: {listed}.", listed=_listed(said)))

    def _terms(self) -> Iterator[Statement]:
        if not self._agreement.commitments:
            yield self._said("term", tr("Minimum term"), tr("There is no minimum term."))
        for each in self._agreement.commitments:
            names = _listed(dict.fromkeys(safe_text(item.name, 80) for item in each.items))
            text = tr(
                "The minimum term of {names} is {months}, until {day}.",
                names=names,
                months=_months(each.months),
                day=self._day(each.last_day),
            )
            yield self._said(f"term.{each.months}", tr("Minimum term"), text)

    def _total(self) -> Iterator[Statement]:
        total, months = self._agreement.term_total, self._agreement.months
        if total is not None:
            amount = self._money(total)
            if self._agreement.on_first_bill:
                text = tr("The first {months} monthly bills together are {amount}.", months=months, amount=amount)
            else:
                text = tr("Today's payment and the first {months} monthly bills together are {amount}.", months=months, amount=amount)
            yield self._said("total", tr("Altogether"), text)

    def _leaving(self) -> Iterator[Statement]:
        leaving = self._agreement.leaving
        if not leaving:
            if self._agreement.commitments:
                yield self._said("leaving", tr("Leaving early"), tr("Leaving before the end of the minimum term has no charge of its own."))
            return
        costs = _listed(self._left(each.months, each.on, each.amounts) for each in leaving)
        yield self._said("leaving", tr("Leaving early"), tr("If you end everything early, you pay {costs}.", costs=costs))

    def _left(self, months: int, on: date, amounts: Amounts) -> str:
        when = (
            tr("on the first day, {day}", day=self._day(on))
            if not months
            else tr("after {months}, on {day}", months=_months(months), day=self._day(on))
        )
        free = not amounts.duty_free.amount and not amounts.tax_included.amount
        return f"{tr('nothing') if free else self._money(amounts)} {when}"

    def _cancel(self) -> Iterator[Statement]:
        days = self._form.withdrawal_days
        until = self._day(self._agreement.made.date() + timedelta(days=days)) if days is not None else ""
        yield self._said("cancel", tr("Right to cancel"), tr(self._form.withdrawal, until=until, shop=self._shop))

    def _consent(self) -> Iterator[Statement]:
        for number, text in enumerate(self._form.consent, start=1):
            yield self._said(f"consent.{number}", tr("Your answer"), tr(text, shop=self._shop))

    def _said(self, key: str, title: str, text: str) -> Statement:
        amounts, self._amounts = tuple(self._amounts), []
        return Statement(key, text, amounts, title)

    def _each(self, sold: Sequence[Sold]) -> str:
        return _listed(
            tr("{amount} for {called}", amount=self._money(each.first), called=_called(each.item, each.charge.name)) for each in sold
        )

    def _whole(self, amounts: Amounts) -> str:
        """Say a total: with its tax beside it where the form wants that."""
        if not self._form.tax_apart:
            return f"{self._money(amounts)} {tax_words(self._show_tax)}"
        before, tax, altogether = (self._say(each) for each in (amounts.duty_free, amounts.tax, amounts.tax_included))
        return tr("{before} before taxes and {tax} of taxes, {altogether} in all", before=before, tax=tax, altogether=altogether)

    def _money(self, amounts: Amounts) -> str:
        return self._say(shown(amounts, self._show_tax))

    def _say(self, money: Money) -> str:
        self._amounts.append(money)
        return format_money(money, locale=self._locale)

    def _day(self, day: date) -> str:
        return format_day(day, year=True, locale=self._locale)


def _item_words(item: PricedItem) -> str:
    times = f"{grouped(item.quantity)} × " if item.quantity != 1 else ""
    chosen = chosen_words(item.item)
    return f"{times}{safe_text(item.name, 80)}{f' ({chosen})' if chosen else ''}"


def _called(item: PricedItem, charge: str) -> str:
    """Return a charge's name with its line's: "Fibre 500: Installation", and each only once."""
    name, what = safe_text(item.name, 80), safe_text(charge, 80)
    if not what or what == name:
        return name
    return what if what.startswith(name) else f"{name}: {what}"


def _every(period: Period | None) -> str:
    return every_words(period) if period is not None else ""


def _months(count: int) -> str:
    from cartdesk.tmf.period import MONTHLY

    return count_words(MONTHLY, count)


def _listed(parts: Iterable[str]) -> str:
    """Return parts in a row as they are spoken: "a, b and c"."""
    *most, last = [part for part in parts if part] or [""]
    return tr("{most} and {last}", most=", ".join(most), last=last) if most else last
