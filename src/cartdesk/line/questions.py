"""What a checkout asks, step by step: the question's words, what can be chosen, and the commands an answer means.

``guide`` asks them in turn; a question whose answer is known already is not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from cartdesk.errors import Refused
from cartdesk.language import tr
from cartdesk.line.words import money, sentence, spoken
from cartdesk.selling.checkout_draft import NEW, Step
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk import Command
    from cartdesk.selling.checkout_look import CheckoutLook

_Value = TypeVar("_Value")
YES = frozenset({"yes", "y"})
NO = frozenset({"no", "n", ""})


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a checkout."""

    step: Step
    field: str
    text: str
    read: Callable[[str], Sequence[Command] | None]
    """What an answer means: commands to run, none to go on as it is, or None to leave the checkout."""


def question_of(look: CheckoutLook, step: Step, asked: set[str], locale: str, again: str = "") -> Question | None:
    """Return the next question of a step; None where it needs nothing more.

    Args:
        look: the checkout as it stands.
        step: the step.
        asked: the fields that were asked for already.
        locale: the language amounts are written in.
        again: a field that is asked for though it is known.
    """
    makers: Mapping[Step, Callable[[CheckoutLook, str, str], Iterator[Question]]] = {
        Step.CUSTOMER: _customer,
        Step.DELIVERY: _delivery,
        Step.BILLING: _billing,
        Step.PAYMENT: _payment,
        Step.READ: _read,
        Step.CONFIRM: _confirm,
    }
    return next((each for each in makers[step](look, locale, again) if each.field not in asked), None)


def _customer(look: CheckoutLook, locale: str, again: str) -> Iterator[Question]:
    checkout = look.checkout
    for fault in look.faults[Step.CUSTOMER]:
        if fault.field == "customer" and fault.mends:
            pairs = [(mend.label, mend.entry) for mend in fault.mends]
            text = sentence(fault.sentence) + _numbered([label for label, _ in pairs])
            yield Question(Step.CUSTOMER, "", text, _entered(pairs))
            return
    if again == "name" or (look.known is None and not checkout.get("name")):
        ask = tr("Who buys? A name, a phone number, an e-mail address or an id of a customer here, or a new customer's full name.")
        yield Question(Step.CUSTOMER, "name", ask, lambda said: [_fill("customer", said)])
    if look.known is None:
        for field, word in (("email", tr("e-mail address")), ("phone", tr("phone number"))):
            if again == field or not checkout.get(field):
                yield _plain(Step.CUSTOMER, field, tr("Their {word}; empty for none.", word=word))


def _delivery(look: CheckoutLook, locale: str, again: str) -> Iterator[Question]:
    from cartdesk.selling.checkout_steps import address_or_none

    checkout, way = look.checkout, look.way
    if look.needed and look.ways:
        words = []
        for each in look.ways:
            cost = look.costs.get(each.offering_id)
            words.append(f"{each.name}, {money(cost, locale) if cost is not None else tr('no charge')}")
        now = way.name if way is not None else None
        yield _choice(Step.DELIVERY, "option", tr("How is it delivered?"), words, [each.offering_id for each in look.ways], now)
    if way is not None and way.is_pick_up:
        if len(way.shops) > 1:
            now = next((shop.in_words for shop in way.shops if shop.id == checkout.get("shop")), None)
            yield _choice(
                Step.DELIVERY, "shop", tr("In which shop?"), [shop.in_words for shop in way.shops], [shop.id for shop in way.shops], now
            )
        return
    typed = any(checkout.get(field) for field in ("street", "post_code", "city"))
    if again == "street" or (not typed and address_or_none(checkout, look.customer) is None):
        more = "" if look.needed else tr("; empty for none")
        yield _plain(Step.DELIVERY, "street", tr("The street and number of the address{more}.", more=more))
    elif typed:
        for field, word in (("post_code", tr("post code")), ("city", "city")):
            if again == field or not checkout.get(field):
                yield _plain(Step.DELIVERY, field, tr("The {word}.", word=word))
        if again == "country" or not checkout.get("country"):
            yield _plain(Step.DELIVERY, "country", tr("The country; empty for this one."))


def _billing(look: CheckoutLook, locale: str, again: str) -> Iterator[Question]:
    from cartdesk.selling.accounts import FORMATS, MEDIA, account_words, billable

    checkout = look.checkout
    accounts = billable(look.accounts)
    if accounts:
        words = [*(account_words(each) for each in accounts), tr("A new account")]
        now = next((account_words(each) for each in accounts if each.id == look.account), None)
        yield _choice(Step.BILLING, "account", tr("Which account pays?"), words, [*(each.id for each in accounts), NEW], now)
    if look.account != NEW:
        return
    if again == "bill_day" or not checkout.get("bill_day"):
        yield _plain(Step.BILLING, "bill_day", tr("The day of the month bills are made on, 1 to 31; empty for the 1st."), tr("bill day"))
    if again == "bill_media" or not checkout.get("bill_media"):
        yield _choice(
            Step.BILLING,
            "bill_media",
            tr("How does the bill come?"),
            [*map(tr, MEDIA.values())],
            [*MEDIA.values()],
            tr("E-mail"),
            tr("bill by"),
        )
    if again == "bill_format" or not checkout.get("bill_format"):
        yield _choice(
            Step.BILLING,
            "bill_format",
            tr("How detailed is it?"),
            [*map(tr, FORMATS.values())],
            [*FORMATS.values()],
            tr("Summary"),
            tr("bill format"),
        )


def _payment(look: CheckoutLook, locale: str, again: str) -> Iterator[Question]:
    from cartdesk.selling.payment import METHOD_WORDS, Method, Result

    if not look.due.amount or (look.paid is not None and not look.faults[Step.PAYMENT]):
        return
    pairs = [(tr(words), method.value) for method, words in METHOD_WORDS.items()]
    method = look.checkout.get("method")
    text = tr("How are {amount} paid?", amount=money(look.due, locale)) + _numbered([words for words, _ in pairs])
    yield Question(Step.PAYMENT, "method", text, lambda said: _pay(_picked(said, pairs)))
    if method == Method.TERMINAL:
        text = tr("The reference that the card terminal printed; or declined, or no answer.")
        yield Question(Step.PAYMENT, "reference", text, _reference)
    if method == Method.LINK:
        text = tr("What became of the pay link? Approved, declined or unknown.")
        yield Question(Step.PAYMENT, "result", text, lambda said: [_fill("payment", said or Result.UNKNOWN.value)])


def _entered(pairs: Sequence[tuple[str, str]]) -> Callable[[str], Sequence[Command]]:
    """Read a choice among entries."""
    from cartdesk.desk.commands import registry
    from cartdesk.desk.grammar import parse

    return lambda said: [part.command for part in parse(_picked(said, pairs), registry())]


def _pay(method: str) -> Sequence[Command]:
    from cartdesk.selling.payment import Method

    return [_fill("method", method)] if method in (Method.TERMINAL, Method.LINK) else [_fill("pay", method)]


def _reference(said: str) -> Sequence[Command]:
    if said.casefold() in ("declined", "no answer", tr("declined"), tr("no answer")):
        return [_fill("payment", said)]
    return [_fill("pay", f"terminal {said}")] if said else []


def _read(look: CheckoutLook, locale: str, again: str) -> Iterator[Question]:
    from cartdesk.desk.commands import HearStatements
    from cartdesk.selling.checkout_steps import unheard

    for each in unheard(look.spoken):
        text = tr("Read to the customer. {title}: {text} Was it read? Yes or no.", title=spoken(each.title), text=sentence(each.text))
        yield Question(Step.READ, each.key, text, _yes(lambda key=each.key: [HearStatements(key)]))  # type: ignore[misc]


def _confirm(look: CheckoutLook, locale: str, again: str) -> Iterator[Question]:
    from cartdesk.desk.commands import ConfirmOrder

    text = tr(
        "Does the customer agree, and is the order to be placed? One-off charges are due now, recurring ones with the bill. Yes or no."
    )
    yield Question(Step.CONFIRM, "", text, _yes(lambda: [ConfirmOrder()]))


def _yes(then: Callable[[], Sequence[Command]]) -> Callable[[str], Sequence[Command] | None]:
    def read(said: str) -> Sequence[Command] | None:
        if said.casefold() in YES:
            return then()
        if said.casefold() in NO:
            return None
        raise Refused(tr("Answer yes or no."))

    return read


def _plain(step: Step, field: str, text: str, word: str = "") -> Question:
    return Question(step, field, text, lambda said: [_fill(word or field.replace("_", " "), said)] if said else [])


def _choice(step: Step, field: str, text: str, words: Sequence[str], values: Sequence[str], now: str | None, word: str = "") -> Question:
    pairs = [*zip(words, values, strict=True)]
    kept = tr(" Empty keeps {now}.", now=spoken(now)) if now else ""

    def read(said: str) -> Sequence[Command]:
        return [] if not said and now else [_fill(word or field, _picked(said, pairs))]

    return Question(step, field, text + _numbered(words) + kept, read)


def _numbered(words: Sequence[str]) -> str:
    return " " + "; ".join(f"{number}: {spoken(word)}" for number, word in enumerate(words, start=1)) + "."


def _picked(said: str, pairs: Sequence[tuple[str, _Value]]) -> _Value:
    """Return the value that an answer chooses, by its number or by how its words begin."""
    if said.isdecimal() and 1 <= int(said[:6]) <= len(pairs):
        return pairs[int(said) - 1][1]
    begun = [value for word, value in pairs if said and word.casefold().startswith(said.casefold())]
    if len(begun) == 1:
        return begun[0]
    raise Refused(
        tr(
            "Answer with a number from 1 to {n}, or with how a choice begins, not {said}.",
            n=len(pairs),
            said=safe_text(said, 30) or "nothing",
        )
    )


def _fill(field: str, value: str) -> Command:
    from cartdesk.desk.commands import FillCheckout

    return FillCheckout(field, value)
