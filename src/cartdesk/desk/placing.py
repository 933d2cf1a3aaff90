"""The last step of a checkout: the order, its payment, its account and what will be billed, with the cart, in one piece of work.

``commands/order.py`` calls it. Everything goes into the draft's writes, so that all of it is durable at once or none of it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from cartdesk.errors import EntryError
from cartdesk.language import tr

if TYPE_CHECKING:
    from cartdesk.desk.checkout import Till
    from cartdesk.pricing.priced import PricedCart
    from cartdesk.selling.accounts import Charged
    from cartdesk.selling.customers import Customer
    from cartdesk.store import CartStore
    from cartdesk.tmf import Account, BillItem, Payment, Place, ProductOrder, Reference
    from cartdesk.tmf.order import OrderNotes


@dataclass(frozen=True, slots=True)
class Placed:
    """What a confirmed checkout leaves behind."""

    order: ProductOrder
    payment: Payment | None
    accounts: tuple[Account, ...]
    """Those to be kept: opened with the order, or used by it for the first time."""
    items: tuple[BillItem, ...]
    customer: Customer

    def keep(self, store: CartStore) -> None:
        """Put all of it into the store; the caller has a transaction open."""
        from cartdesk.desk.people import as_party

        store.put_order(self.order)
        if self.payment is not None:
            store.put_payment(self.payment)
        for account in self.accounts:
            store.put_account(account)
        for item in self.items:
            store.put_bill_item(item)
        if self.customer.id and not self.customer.known:
            store.put_customer(as_party(self.customer))


def place(till: Till, *, strict: bool = True) -> Placed:
    """Turn the cart into its order and put everything that comes of it into the draft.

    Args:
        till: the checkout.
        strict: whether every statement must have been read aloud, and consent is stamped now.

    Raises:
        EntryError: a step is not right yet.
        Refused: something stands in the way.
    """
    from cartdesk.selling import basket, checkout
    from cartdesk.selling.checkout_draft import STEPS, Step

    draft = till.draft
    till.refuse_blocked()
    for step in STEPS:
        if step is Step.CONFIRM or (step is Step.READ and not strict):
            continue
        till.complete(step)
    till.refuse_faults(Step.CONFIRM)
    if draft.store.get_order(till.checkout.order_id) is not None:
        raise EntryError(tr("Order {order_id} is placed already.", order_id=till.checkout.order_id))
    now = draft.now()
    buyer = _buyer(till)
    draft.put(basket.name_customer(draft.cart, buyer))
    priced = draft.priced()
    accounts, charged = _accounts(till, buyer, now)
    cart, order = checkout.place_order(draft.cart, priced, buyer, order_id=till.checkout.order_id, now=now, who=draft.agent)
    made = _whole(till, order, priced, buyer, accounts, charged, now=now, strict=strict)
    draft.put(cart)
    till.drop()
    draft.writes.append(made.keep)
    return made


def _buyer(till: Till) -> Customer:
    """Return who buys, with the id they have from now on and the address that was given."""
    from cartdesk.selling.checkout_steps import address_of, buyer_of

    buyer = buyer_of(till.checkout, till.known())
    there = address_of(till.checkout, buyer)
    if there is not None:
        buyer = replace(buyer, street=there.street, post_code=there.post_code, city=there.city, country=there.country)
    return buyer if buyer.id else replace(buyer, id=till.draft.ids())


def _accounts(till: Till, buyer: Customer, now: datetime) -> tuple[tuple[Account, ...], tuple[Charged, ...]]:
    """Return the accounts to be kept, and those that are charged with their lines, the usual one first."""
    from cartdesk.selling.accounts import Charged, billable, open_account, open_financial_account
    from cartdesk.selling.checkout_draft import NEW
    from cartdesk.selling.checkout_steps import account_choice, new_account_of
    from cartdesk.tmf import FinancialAccount

    draft, checkout = till.draft, till.checkout
    theirs = till.accounts()
    there = {account.id: account for account in billable(theirs)}
    choice = account_choice(checkout, theirs)
    here = {item.id for item in draft.cart.cart_item}
    apart = {item_id: account_id for item_id, account_id in checkout.line_account.items() if item_id in here and account_id != choice}
    wanted = dict.fromkeys((choice, *apart.values()))
    kept: list[Account] = []
    if NEW in wanted:
        currency = draft.catalog.currency
        financial = next((account for account in theirs if isinstance(account, FinancialAccount)), None)
        if financial is None:
            financial = open_financial_account(buyer, account_id=f"F-{draft.ids()}", now=now, currency=currency)
            kept.append(financial)
        new = new_account_of(checkout, buyer)
        opened = open_account(new, buyer, account_id=f"A-{draft.ids()}", financial=financial, now=now, currency=currency)
        there[NEW] = opened
        kept.append(opened)
    kept += [there[name] for name in wanted if name != NEW and draft.store.get_account(name) is None]
    charged = [Charged(there[name], frozenset(item_id for item_id, to in apart.items() if to == name)) for name in wanted]
    return tuple(kept), tuple(charged)


def _whole(
    till: Till,
    order: ProductOrder,
    priced: PricedCart,
    buyer: Customer,
    accounts: tuple[Account, ...],
    charged: tuple[Charged, ...],
    *,
    now: datetime,
    strict: bool,
) -> Placed:
    """Return the order with its places, accounts, payment and consent written in, and what is kept with it."""
    from cartdesk.selling.accounts import bill_items
    from cartdesk.selling.delivery import with_places
    from cartdesk.selling.payment import Method, payment_of, read_method
    from cartdesk.tmf import Reference

    checkout = till.checkout
    main = charged[0].account
    due = priced.due_now
    method = read_method(checkout.get("method")) if due.tax_included.amount else None
    payment = payment_of(checkout, due, buyer, main.id, order.id, now=now)
    order = with_places(order, till.draft.cart, *_places(till, buyer))
    others = {item_id: each.account for each in charged[1:] for item_id in each.item_ids}
    items = tuple(
        item.model_copy(update={"billing_account": _account_ref(others[item.id])}) if item.id in others else item
        for item in order.product_order_item
    )
    order = order.model_copy(
        update={
            "product_order_item": items,
            "billing_account": _account_ref(main),
            "payment": (Reference(id=payment.id, referred_type=tr("Payment")),) if payment is not None else (),
            "seat": _notes(till, order, method=method.value if method is not None else None, now=now, strict=strict),
        }
    )
    notes = order.seat
    start = date.fromisoformat(notes.start) if notes is not None and notes.start else now.date()
    foreseen = bill_items(order.id, priced, charged, start=start, zone=now.tzinfo, one_off_on_bill=method is Method.BILL)
    return Placed(order, payment, accounts, tuple(foreseen), buyer)


def _notes(till: Till, order: ProductOrder, *, method: str | None, now: datetime, strict: bool) -> OrderNotes:
    from cartdesk.selling.checkout_steps import digest_of
    from cartdesk.tmf.order import OrderNotes, SaidAloud, StateChange
    from cartdesk.tmf.period import write_time

    checkout, who, at = till.checkout, till.draft.agent, write_time(now)
    heard = tuple(SaidAloud(key=key, at=stamp.at, who=stamp.who, of=stamp.of) for key, stamp in checkout.heard.items())
    script = "\n".join(each.text for each in till.spoken() if each.aloud)
    return (order.seat or OrderNotes()).model_copy(
        update={
            "history": (StateChange(state=order.state, at=at, who=who),),
            "heard": heard,
            "consent": SaidAloud(key="consent", at=at, who=who, of=digest_of(script) if script else None) if strict else None,
            "payment_method": method,
            "appointment": checkout.get("appointment") or None,
        }
    )


def _places(till: Till, buyer: Customer) -> tuple[Place | None, Place | None]:
    """Return where what is shipped goes, and where the rest is used."""
    from cartdesk.selling.checkout_steps import address_of, chosen_shop
    from cartdesk.selling.delivery import DELIVERY, address_place, shop_place

    there = address_of(till.checkout, buyer)
    home = address_place(there.street, there.post_code, there.city, there.country, DELIVERY) if there is not None else None
    way = till.way()
    if way is not None and way.is_pick_up:
        return shop_place(chosen_shop(till.checkout, way)), home
    return home, home


def _account_ref(account: Account) -> Reference:
    from cartdesk.tmf import Reference

    return Reference(id=account.id, name=account.name, referred_type=account.kind)
