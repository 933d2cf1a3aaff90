"""What a screen would show, in sentences: one function for each screen that a command can ask for.

``session`` calls :func:`shown_in_sentences` with the outcome's wish.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cartdesk.language import capital, message, ntr, tr
from cartdesk.line import lists, people
from cartdesk.line.shown import Shown
from cartdesk.line.words import listed, money, money_json, price, sentence, spoken
from cartdesk.text import safe_lines, safe_text

if TYPE_CHECKING:
    from cartdesk.desk import Desk
    from cartdesk.pricing.priced import Step

_KINDS = {
    "requires": message("Needs"),
    "excludes": message("Not with"),
    "shipping": message("Delivered by"),
    "crosssell": message("Goes with"),
    "upgrade": message("Or rather"),
}


def shown_in_sentences(desk: Desk, screen: str, args: Mapping[str, Any]) -> Shown:
    """Return what a screen would show.

    Raises:
        CartdeskError: what it is of cannot be had.
    """
    teller = SCREENS.get(screen)
    if teller is None:
        return Shown(
            (tr("That is shown on the desk's own screen: {screen}. Everything it does has an entry; help lists them.", screen=screen),)
        )
    return teller(desk, args)


def _offerings(desk: Desk, args: Mapping[str, Any]) -> Shown:
    from cartdesk.catalog import Query

    text = str(args.get("text", "")).strip()
    numbers = desk.catalog.rows(Query(text=text))
    said = tr(" like {text}", text=safe_text(text, 60)) if text else ""
    title = (
        f"{ntr('{n} offering', '{n} offerings', len(numbers))}{said}."
        if len(numbers)
        else tr("Nothing in this catalog is like {text}.", text=safe_text(text, 60))
    )
    return Shown(listing=lists.offerings(desk.catalog, numbers, title))


def _carts(desk: Desk, args: Mapping[str, Any]) -> Shown:
    at_hand = [
        tr("Cart {letter}: {label}, {state}.", letter=area.letter, label=area.label or tr("no name"), state=tr(area.state))
        for area in desk.view.areas
        if area.cart_id is not None
    ]
    return Shown(tuple(map(spoken, at_hand)), listing=lists.carts(desk.store.cart_rows(text=str(args.get("text", "")))))


def _bill(desk: Desk, args: Mapping[str, Any]) -> Shown:
    cart_id = args.get("cart_id") or desk.view.area.cart_id
    return (
        Shown((tr("There is nothing to bill: the cart is empty."),)) if cart_id is None else Shown(listing=lists.bills(desk, str(cart_id)))
    )


def _history(desk: Desk, args: Mapping[str, Any]) -> Shown:
    cart_id = args.get("cart_id")
    return Shown(listing=lists.history(desk.store.history(str(cart_id)) if cart_id else []))


def _why(desk: Desk, args: Mapping[str, Any]) -> Shown:
    from cartdesk.pricing.explanations import explain
    from cartdesk.tmf import PriceType

    priced = desk.priced
    if priced is None or not priced.items:
        return Shown((tr("There is nothing to explain: the cart is empty."),))
    side: Any = "net" if desk.show_tax == "excluded" else "gross"
    item_id = args.get("item_id")
    parts: list[tuple[str, list[Step]]] = []
    if item_id is None:
        parts.append((tr("Due now"), explain(priced, what="due_now", shown=side)))
        for total in priced.totals:
            if total.period is not None:
                parts.append((_often(total.period), explain(priced, what="total", period=total.period, shown=side)))
    else:
        line = next((each for each in priced.items if each.item.id == item_id), None)
        charges = line.all_charges() if line is not None else ()
        for period in dict.fromkeys(charge.period for charge in charges if charge.kind is not PriceType.USAGE):
            name = f"{line.name if line is not None else ''}, {tr('now') if period is None else _often(period).lower()}"
            parts.append((name, explain(priced, item_id=str(item_id), period=period, shown=side)))
    facts = [said for name, steps in parts for said in _steps(spoken(name), steps, desk.catalog.locale)]
    return Shown(tuple(facts) or (tr("There is no amount to explain."),))


def _steps(name: str, steps: list[Step], locale: str) -> Iterator[str]:
    from cartdesk.documents.why_text import why_lines

    signs = {"+": tr("plus "), "−": tr("minus "), "=": tr("makes ")}
    yield f"{name}:"
    for line in why_lines(steps, locale):
        source = tr(", from {source}", source=safe_text(line.source, 60)) if line.source else ""
        if line.refused:
            yield sentence(tr("Does not hold: {state}{source}", state=spoken(line.words), source=source))
        else:
            yield sentence(f"{signs.get(line.sign, '')}{spoken(line.amount)}: {spoken(line.words)}{source}")


def _often(period: Any) -> str:
    from cartdesk.documents.money import every_words

    return capital(every_words(period))


def _offering(desk: Desk, args: Mapping[str, Any]) -> Shown:
    from cartdesk.desk.trial import trial_of_line, trial_of_offering

    offering_id, item_id = str(args.get("offering_id") or ""), args.get("item_id")
    row, offering = desk.catalog.find(offering_id), desk.catalog.offering(offering_id)
    if offering is None:
        return Shown((tr("{offering_id} is not in this catalog.", offering_id=safe_text(offering_id, 60)),))
    locale = desk.catalog.locale
    facts = [sentence(tr("{name}, code {offering_id}", name=spoken(offering.name or offering_id), offering_id=safe_text(offering_id, 40)))]
    if row is not None:
        facts.append(sentence((tr("From ") if row.from_price else tr("Costs ")) + price(row.one_off, row.recurring, row.period, locale)))
        if row.status != "sold":
            facts.append(sentence(tr("It is {status}", status=row.status)))
        if row.term_months:
            facts.append(tr("It binds for {count}.", count=ntr("{n} month", "{n} months", row.term_months)))
    facts += [sentence(line) for line in safe_lines(offering.description or "") if line.strip()]
    for relation in offering.product_offering_relationship:
        kind = "".join(letter for letter in (relation.relationship_type or "").casefold() if letter.isalpha())
        other = desk.catalog.find(relation.id or "")
        if kind in _KINDS and other is not None:
            cost = price(other.one_off, other.recurring, other.period, locale)
            facts.append(
                sentence(
                    tr(
                        "{kinds} {name}, {cost}, code {id}",
                        kinds=tr(_KINDS[kind]),
                        name=spoken(other.name),
                        cost=cost,
                        id=safe_text(other.id, 40),
                    )
                )
            )
    if row is None or row.status == "sold" or item_id is not None:
        trial = trial_of_line(desk, str(item_id)) if item_id is not None else trial_of_offering(desk, offering_id)
        for setting in trial.settings():
            words = {value: word for word, value in setting.values}
            now = tr(", now {chosen}", chosen=spoken(words.get(setting.chosen or "", setting.chosen))) if setting.chosen else ""
            choice = f": {', '.join(spoken(word) for word, _ in setting.values)}" if setting.values else ""
            verb = tr("With") if setting.kind == "part" else tr("How many") if setting.kind == "count" else tr("To choose,")
            facts.append(sentence(f"{verb} {spoken(setting.label)}{choice}{now}"))
    one_off, recurring = (row.one_off, row.recurring) if row is not None else (None, None)
    data = {"id": offering_id, "name": offering.name, "oneOff": money_json(one_off), "recurring": money_json(recurring)}
    return Shown(tuple(facts), data)


def _compare(desk: Desk, args: Mapping[str, Any]) -> Shown:
    from cartdesk.documents.words import shown
    from cartdesk.pricing.comparison import compare

    ids = tuple(args.get("cart_ids", ()))[:4]
    if len(ids) < 2:
        return Shown((tr("Comparing needs two carts at hand; C and a letter goes to another one."),))
    names = {area.cart_id: tr("cart {letter}", letter=area.letter) for area in desk.view.areas}
    sides = [desk.price(desk.load(cart_id)) for cart_id in ids]
    if any(not each.items for each in sides):
        return Shown((tr("One of the carts is empty; there is nothing to compare."),))
    said = [names.get(cart_id, tr("a cart")) for cart_id in ids]
    found = compare(*sides, months=36)
    locale = desk.catalog.locale

    def row(what: str, amounts: Any) -> str:
        each = [f"{name} {money(shown(amount, desk.show_tax), locale)}" for name, amount in zip(said, amounts, strict=True)]
        return sentence(f"{what}: {listed(each)}")

    facts = [tr("{n} carts compared: {listed}.", n=len(ids), listed=listed(said)), row(tr("Due today"), found.bills[0].amounts)]
    facts += [row(tr("Over {months} months", months=each.months), each.amounts) for each in found.sums]
    facts.append(tr("{count} of {n} differ.", count=ntr("{n} bill", "{n} bills", len(found.differing)), n=len(found.bills)))
    if found.turns is not None:
        facts.append(tr("From bill {turns} on the other one is cheaper altogether.", turns=found.turns))
    return Shown(tuple(facts))


def _checkout(desk: Desk, args: Mapping[str, Any]) -> Shown:
    from cartdesk.line.checkout_words import checkout_json, checkout_sentences, look_at

    look = look_at(desk)
    return Shown(tuple(checkout_sentences(look, desk.catalog.locale)), checkout_json(look))


def _settings(desk: Desk, args: Mapping[str, Any]) -> Shown:
    with_tax = message("Amounts are told with tax; tax included or tax excluded changes that.")
    without = message("Amounts are told without tax; tax included or tax excluded changes that.")
    return Shown(
        (
            tr(with_tax if desk.show_tax == "included" else without),
            tr("This seat sells as {setting}; channel and a word changes that.", setting=desk.store.setting("channel", "agent")),
            tr("Colours and keys belong to the screen: cartdesk without a command opens it."),
        )
    )


def _merge(desk: Desk, args: Mapping[str, Any]) -> Shown:
    from cartdesk.desk.merging import merge_view

    cart_id = str(args["cart_id"])
    found, locale = merge_view(desk, cart_id, {}), desk.catalog.locale
    facts = [sentence(tr("{there} into {here}", there=spoken(found.there), here=spoken(found.here)))]
    for row in found.rows:
        what = {
            "add": tr("would be a line of its own"),
            "join": tr("would join line {twin}", twin=row.twin),
            "leave": tr("would stay there"),
        }.get(row.way, row.way)
        facts.append(
            sentence(
                tr(
                    "Line {number} there: {name} times {quantity}, {what}",
                    number=row.view.number,
                    name=spoken(row.view.name),
                    quantity=row.view.quantity,
                    what=what,
                )
            )
        )
    if found.refused:
        facts.append(tr("It would be refused: {refused}", refused=sentence(found.refused)))
    facts += [sentence(tr("Then amiss: {each}", each=each)) for each in found.amiss]
    facts.append(
        tr("Due now {amount} before, {other} after.", amount=money(found.before.due_now, locale), other=money(found.after.due_now, locale))
    )
    facts.append(tr("merge {cart_id} all does it; merge {cart_id} 1 3 takes those lines only.", cart_id=cart_id))
    return Shown(tuple(facts))


def _note(desk: Desk, args: Mapping[str, Any]) -> Shown:
    from cartdesk.documents.call_note import call_note

    view = desk.view
    text = call_note(desk.priced, shop=view.shop, agent=view.agent, now=desk.now(), show_tax=view.show_tax)
    return Shown(tuple(line for line in text.split("\n") if line.strip("─ ")))


SCREENS: Mapping[str, Callable[[Desk, Mapping[str, Any]], Shown]] = {
    "accounts": people.accounts,
    "bill": _bill,
    "carts": _carts,
    "checkout": _checkout,
    "compare": _compare,
    "history": _history,
    "merge": _merge,
    "note": _note,
    "offering": _offering,
    "offerings": _offerings,
    "orders": people.orders,
    "products": people.products,
    "receipt": people.receipt,
    "script": people.script,
    "settings": _settings,
    "sync": people.sync,
    "conflict": people.conflict,
    "themes": _settings,
    "why": _why,
}
"""The screens that are told in sentences; help, the desk itself, an entry to be filled in and quitting are the session's own."""
