"""Customers in sentences: their orders, accounts and products, and what is to be read to them.

``shows`` has these among the screens it tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cartdesk.errors import Refused
from cartdesk.language import grouped, ntr, tr
from cartdesk.line import lists
from cartdesk.line.shown import Shown
from cartdesk.line.words import money, sentence, spoken
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk import Command, Desk
    from cartdesk.desk.accounts import Listed
    from cartdesk.documents.paper import Paper


def orders(desk: Desk, args: Mapping[str, Any]) -> Shown:
    """Return the orders that a text means."""
    words = str(args.get("text", "")).casefold().split()
    found = [each for each in desk.store.orders()[::-1] if all(word in _order_words(each) for word in words)]
    return Shown(listing=lists.orders(found, desk.catalog.locale))


def _order_words(order: Any) -> str:
    return " ".join([order.id, order.state, *(party.name or "" for party in order.related_party)]).casefold()


def receipt(desk: Desk, args: Mapping[str, Any]) -> Shown:
    """Return an order: its receipt, its states, and what the customer said."""
    from cartdesk.documents.receipt import receipt_paper
    from cartdesk.selling.tracking import WORDS, comments_of, history_of, state_of

    order = desk.store.get_order(str(args["order_id"]))
    if order is None:
        raise Refused(tr("There is no order {args}; orders lists them.", args=safe_text(str(args["order_id"]), 40)))
    paper = receipt_paper(order, locale=desk.catalog.locale, show_tax=desk.show_tax, shop=desk.catalog.name)
    states = [
        f"{_moment(change.at)}: {WORDS.get(change.state, change.state)}{f', {change.why}' if change.why else ''}"
        for change in history_of(order)
    ]
    facts = [
        *paper_sentences(paper),
        sentence(tr("The order is {state_of}", state_of=WORDS.get(state_of(order), order.state))),
        *(sentence(each) for each in states),
        *(
            sentence(tr("{author} says: {text}", author=spoken(note.author or tr("The customer")), text=spoken(note.text or "")))
            for note in comments_of(order)
        ),
    ]
    return Shown(tuple(facts), {"order": order.wire()})


def _moment(text: str) -> str:
    """Return a stored moment as it is heard; one that is no moment as it is."""
    from cartdesk.documents.money import format_moment
    from cartdesk.tmf.period import read_time

    try:
        return format_moment(read_time(text).astimezone())
    except ValueError:
        return safe_text(text, 40)


def accounts(desk: Desk, args: Mapping[str, Any]) -> Shown:
    """Return a customer's accounts, bills and products; the customers where more than one is meant."""
    from cartdesk.desk.accounts import book_for, customers_with_accounts
    from cartdesk.documents.account_words import book_paper

    known, text = str(args.get("customer_id") or ""), str(args.get("text") or "")
    if not known:
        found = customers_with_accounts(desk, text)
        if len(found) != 1 or not text:
            rows = [
                lists.Row(
                    _person(each),
                    f"accounts {each.customer.id}",
                    {"id": each.customer.id, "name": each.customer.name, "accounts": [account.id for account in each.accounts]},
                )
                for each in found
            ]
            title = f"{ntr('{n} customer', '{n} customers', len(rows))}." if rows else tr("Nobody here is called that, and no account is.")
            return Shown(listing=lists.of_rows(title, rows))
        known = found[0].customer.id or ""
    book = book_for(desk, known)
    paper = book_paper(book, desk.now(), locale=desk.catalog.locale, show_tax=desk.show_tax, shop=desk.catalog.name)
    return Shown(tuple(paper_sentences(paper)), {"customer": known})


def _person(found: Listed) -> str:
    accounts = ntr("{n} account", "{n} accounts", len(found.accounts))
    return ", ".join(part for part in (spoken(found.customer.name), accounts, found.customer.city or "") if part)


def products(desk: Desk, args: Mapping[str, Any]) -> Shown:
    """Return what the cart's customer has."""
    from cartdesk.desk.owning import owned_views
    from cartdesk.documents.money import every_words, format_day

    locale = desk.catalog.locale
    rows = []
    for each in owned_views(desk):
        costs = [f"{money(amount, locale)} {every_words(period)}" for period, amount in each.every]
        bound = [tr("bound until {day}", day=format_day(each.until, year=True, locale=locale))] if each.until is not None else []
        fate = [tr("{fate} in line {line}", fate=each.fate, line=each.line)] if each.fate and each.line is not None else []
        times = tr(" times {quantity}", quantity=grouped(each.quantity)) if each.quantity != 1 else ""
        parts = [f"{spoken(each.name)}{times}", *costs, *bound, spoken(each.note), *fate]
        data = {"number": each.number, "id": each.product_id, "name": each.name, "fate": each.fate}
        rows.append(lists.Row(", ".join(part for part in parts if part), f"P{each.number}", data))
    title = tr(
        "{count} of the customer; P2 up changes product 2 for the better, P2 - gives it up, P2 keep keeps it.",
        count=ntr("{n} product", "{n} products", len(rows)),
    )
    return Shown(listing=lists.of_rows(title if rows else tr("The cart's customer has nothing here; # and a name finds a customer."), rows))


def script(desk: Desk, args: Mapping[str, Any]) -> Shown:
    """Return what is to be read aloud of the cart."""
    from cartdesk.documents.script import script_of

    priced = desk.priced
    if priced is None:
        return Shown((tr("There is nothing to read aloud: the cart is empty."),))
    shop = desk.catalog
    form = str(args.get("form") or "neutral")
    said = script_of(priced.cart, priced, form, desk.now(), locale=shop.locale, show_tax=desk.show_tax, shop=shop.name)
    facts = [f"{'' if each.aloud else tr('Not read aloud. ')}{spoken(each.title)}: {sentence(each.text)}" for each in said]
    data = {"statements": [{"key": each.key, "title": each.title, "text": each.text, "aloud": each.aloud} for each in said]}
    return Shown(tuple(facts) or (tr("There is nothing to read aloud: the cart is empty."),), data)


def sync(desk: Desk, args: Mapping[str, Any]) -> Shown:
    """Return what is still to be sent, refused or to be chosen."""
    from cartdesk.sync.ledger import Ledger
    from cartdesk.sync.queue import queue_of

    found = queue_of(Ledger(desk.store.log_storage))
    rows = [
        lists.Row(
            ", ".join(spoken(part) for part in (each.kind, each.id, each.status, each.why) if part),
            f"open {each.id}" if each.kind == "cart" else "",
            each.to_json(),
        )
        for each in found
    ]
    title = tr(
        "{count} to send or to choose. Pick one to open its cart; conflict there reads out both sides.",
        count=ntr("{n} thing", "{n} things", len(rows)),
    )
    return Shown(listing=lists.of_rows(title if rows else tr("Everything is sent."), rows))


def conflict(desk: Desk, args: Mapping[str, Any]) -> Shown:
    """Return both sides of what collided in a cart."""
    from cartdesk.desk.choosing import disputes

    found = disputes(desk, str(args["cart_id"]))
    said = [
        tr("{what}: here {here}, there {there}", what=spoken(each.what), here=spoken(each.here), there=spoken(each.there)) for each in found
    ]
    facts = [sentence(f"{number}, {each}") for number, each in enumerate(said, start=1)]
    facts.append(tr("choose here keeps what is here, choose there takes the server's; choose here there says it for each in turn."))
    data = {"disputes": [{"what": each.what, "here": each.here, "there": each.there, "marked": each.marked} for each in found]}
    return Shown(tuple(facts), data)


def choice(desk: Desk, sides: str) -> Command:
    """Return the command that keeps the sides that were said of the current cart's conflict: one for all, or one for each.

    Raises:
        Refused: nothing is to be chosen, or the sides are not as many.
    """
    from cartdesk.desk.choosing import link_of
    from cartdesk.desk.commands.syncing import Choose

    cart_id = desk.view.area.cart_id or ""
    clashes = link_of(desk, cart_id).clashes
    said = tuple(sides.casefold().split())
    each = said * len(clashes) if len(said) == 1 else said
    if len(each) != len(clashes):
        raise Refused(
            tr("{count} to be chosen, and {n} sides were said.", count=ntr("{n} thing is", "{n} things are", len(clashes)), n=len(said))
        )
    return Choose(cart_id, tuple("/".join(clash.path) for clash in clashes), each)


def paper_sentences(paper: Paper) -> Iterator[str]:
    """Yield a document as sentences, every amount with what it is of."""
    from cartdesk.documents.money import every_words
    from cartdesk.documents.paper import Facts, Section

    yield sentence(paper.title)
    for block in paper.blocks:
        if isinstance(block, Facts):
            yield from (sentence(f"{name}: {value}" if name else value) for name, value in block.rows)
        elif isinstance(block, Section):
            yield f"{spoken(block.title)}:"
            for line in block.lines:
                often = f" {every_words(line.period)}" if line.period is not None and line.money is not None and not line.total else ""
                amount = f", {money(line.money, paper.locale)}{often}" if line.money is not None else ""
                yield sentence(f"{spoken(line.text)}{amount}")
        else:
            yield from (sentence(each) for each in ((block.title,) if block.title else ()) + block.paragraphs)
