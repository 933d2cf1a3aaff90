"""One cart's checkout in a piece of work: begun, filled in, its steps applied to the cart, and at last the order.

The commands of ``commands/order.py`` call it; what each step asks for is decided in ``cartdesk.selling``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cartdesk.errors import EntryError, Mend, Refused

if TYPE_CHECKING:
    from cartdesk.desk.draft import Draft
    from cartdesk.selling.checkout_draft import Checkout, Step
    from cartdesk.selling.checkout_steps import Fault, Spoken
    from cartdesk.selling.customers import Customer
    from cartdesk.selling.delivery import Way
    from cartdesk.selling.likeness import Likeness
    from cartdesk.selling.rules import Finding
    from cartdesk.tmf import Account


class Till:
    """The current cart's checkout. Made anew for each piece of work; what changes goes into the draft."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft

    # ── the document ─────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def begun(self) -> Checkout | None:
        """The checkout as this draft leaves it; None where it did not begin."""
        cart_id = self.draft.cart.id
        if cart_id in self.draft.checkouts:
            return self.draft.checkouts[cart_id]
        kept = self.draft.store.get_checkout(cart_id)
        if kept is None:
            return None
        from cartdesk.selling.checkout_draft import read_checkout

        return read_checkout(kept)

    @property
    def checkout(self) -> Checkout:
        """The checkout; a new one, with an order number of its own, where it did not begin."""
        return self.begun or self._begin()

    def put(self, checkout: Checkout) -> None:
        """Keep the checkout with this piece of work."""
        cart_id, values = checkout.cart_id, checkout.wire()
        self.draft.checkouts[cart_id] = checkout
        self.draft.writes.append(lambda store: store.put_checkout(cart_id, values))

    def drop(self) -> None:
        """Forget the checkout; nothing of what was typed stays."""
        cart_id = self.draft.cart.id
        self.draft.checkouts[cart_id] = None
        self.draft.writes.append(lambda store: store.remove_checkout(cart_id))

    def _begin(self) -> Checkout:
        from cartdesk.selling.checkout_draft import begin_checkout

        draft = self.draft
        taken = {str((draft.store.get_checkout(cart_id) or {}).get("orderId")) for cart_id in draft.store.checkouts()}
        now = draft.now()
        order_id = order_number(now.strftime("%y%m%d"), draft.ids())
        while draft.store.get_order(order_id) is not None or order_id in taken:
            order_id = order_number(now.strftime("%y%m%d"), draft.ids())
        return begin_checkout(draft.cart.id, order_id, f"Y-{order_id}", at=now, who=draft.agent, typed=self._known_already())

    def _known_already(self) -> dict[str, str]:
        """Return what the cart itself says of its customer."""
        from cartdesk.selling import basket

        cart = self.draft.cart
        named = basket.customer_of(cart)
        if named is None:
            label = cart.notes.label
            return {"name": label} if label else {}
        if named.known and named.id:
            return {"customer": named.id}
        given = {
            "name": named.name, "email": named.email, "phone": named.phone, "street": named.street, "post_code": named.post_code,
            "city": named.city, "country": named.country, "kind": "organization" if named.is_organization else None,
        }  # fmt: skip
        return {field: text for field, text in given.items() if text}

    # ── what the steps look at ───────────────────────────────────────────────────────────────────────────────────────

    def known(self) -> Customer | None:
        """Return the known customer that was chosen, or None."""
        wanted = self.checkout.get("customer")
        if not wanted:
            return None
        from cartdesk.desk.people import as_customer, customer_of

        kept = self.draft.store.get_customer(wanted)
        if kept is not None:
            return as_customer(kept)
        listed = self.draft.catalog.customer(wanted)
        return customer_of(listed) if listed is not None else None

    def customer(self) -> Customer | None:
        """Return who buys, as far as that is right already."""
        from cartdesk.selling.checkout_steps import buyer_of

        try:
            return buyer_of(self.checkout, self.known())
        except Refused:
            return None

    def accounts(self) -> list[Account]:
        """Return every account of the known customer that was chosen: the store's, and those that come with the catalog."""
        customer_id = self.checkout.get("customer")
        if not customer_id:
            return []
        from cartdesk.tmf.account import read_account

        kept = self.draft.store.accounts(customer_id)
        ids = {account.id for account in kept}
        listed = self.draft.catalog.customer(customer_id)
        return kept + [
            read_account(each.wire()) for each in (listed.account if listed is not None else ()) if each.wire().get("id") not in ids
        ]

    def ways(self) -> tuple[Way, ...]:
        """Return how the cart can be delivered."""
        from cartdesk.selling.delivery import ways_for

        return ways_for(self.draft.cart, self.draft.catalog, self.draft.catalog.terms, self.draft.now())

    def way(self) -> Way | None:
        """Return how the cart is delivered: the way that was chosen, else the one that is in it."""
        from cartdesk.selling.delivery import way_of

        wanted = self.checkout.get("option") or way_of(self.draft.cart, self.draft.catalog)
        return next((way for way in self.ways() if way.offering_id == wanted), None)

    def spoken(self) -> tuple[Spoken, ...]:
        """Return what is to be read aloud, and what of it was; nothing where no face says how."""
        from cartdesk.selling.checkout_steps import Spoken, digest_of

        heard = self.checkout.heard
        return tuple(
            Spoken(each.key, each.title, each.text, each.aloud, each.key in heard and heard[each.key].of == digest_of(each.text))
            for each in self.draft.script()
        )

    def blocking(self) -> tuple[Finding, ...]:
        """Return what stands in the way of an order, but for the delivery, which is chosen on the way."""
        from cartdesk.selling.checkout import blockers

        draft = self.draft
        return tuple(each for each in blockers(draft.cart, draft.catalog, draft.now()) if each.blocking and each.code != "shipping")

    def faults(self, step: Step) -> tuple[Fault, ...]:
        """Return what is wrong with a step as it is filled in now."""
        from cartdesk.selling import checkout_steps as steps
        from cartdesk.selling.checkout_draft import Step
        from cartdesk.selling.delivery import to_deliver

        checkout = self.checkout
        match step:
            case Step.CUSTOMER:
                return tuple(steps.customer_faults(checkout, self.known(), self.likely()))
            case Step.DELIVERY:
                needed = bool(to_deliver(self.draft.cart, self.draft.catalog))
                return tuple(steps.delivery_faults(checkout, self.customer(), self.way(), self.ways(), needed))
            case Step.BILLING:
                return tuple(steps.billing_faults(checkout, self.customer(), self.accounts()))
            case Step.PAYMENT:
                return self._payment_faults()
            case Step.READ:
                return tuple(steps.read_faults(self.spoken()))
            case Step.CONFIRM:
                return tuple(steps.Fault("", each.sentence, each.mends) for each in self._all_blocking())

    def likely(self) -> tuple[Likeness, ...]:
        """Return known customers like the one that is typed."""
        from cartdesk.desk.people import known_customers
        from cartdesk.selling.likeness import alike

        checkout = self.checkout
        if checkout.get("customer"):
            return ()
        name, email, phone = (checkout.get(field) for field in ("name", "email", "phone"))
        return alike(known_customers(self.draft.store, self.draft.catalog), name, email, phone) if name or email or phone else ()

    def _payment_faults(self) -> tuple[Fault, ...]:
        from cartdesk.selling import payment
        from cartdesk.selling.checkout_steps import Fault

        due = self.draft.priced().due_now.tax_included
        if not due.amount:
            return ()
        try:
            tried = payment.attempted(self.checkout, due, at=self.draft.now(), who=self.draft.agent)
            payment.refuse_unpaid(tried, due)
        except Refused as refused:
            sentence = str(refused)
            field = "reference" if "reference" in sentence else "result" if "result" in sentence or "became" in sentence else "method"
            return (Fault(field, sentence, refused.mends),)
        return ()

    def _all_blocking(self) -> tuple[Finding, ...]:
        from cartdesk.selling.checkout import blockers

        return tuple(each for each in blockers(self.draft.cart, self.draft.catalog, self.draft.now()) if each.blocking)

    # ── what the steps do ────────────────────────────────────────────────────────────────────────────────────────────

    def fill(self, changes: Mapping[str, str]) -> None:
        """Keep what was typed or chosen."""
        from cartdesk.selling.checkout_draft import fill

        before = self.checkout
        if "method" in changes and changes["method"] != before.get("method"):
            self.refuse_paid(but=changes)
        after = fill(before, changes)
        if after.get("customer") != before.get("customer"):
            after = self._for_somebody_else(after)
        self.put(after)

    def _for_somebody_else(self, checkout: Checkout) -> Checkout:
        """Return the checkout without what belongs to the customer it was for: their words, their account, where lines are charged."""
        kept = {field: text for field, text in checkout.typed.items() if field not in ("account",)}
        if checkout.get("customer"):
            kept = {field: text for field, text in kept.items() if field not in ("name", "email", "phone", "kind", "account_name")}
        return checkout.model_copy(update={"typed": kept, "line_account": {}})

    def take_name(self, name: str, email: str, phone: str) -> None:
        """Take who buys from one entry, with the usual way to pay where none was chosen: with the first bill."""
        from cartdesk.selling import basket

        named = basket.customer_of(self.draft.cart)
        known = self.checkout.get("customer") or (named.id if named is not None and named.known else None)
        self.fill({"customer": known or ""})
        changes = {"name": name, "email": email, "phone": phone}
        if not self.checkout.get("method"):
            changes["method"] = "bill"
        self.fill(changes)
        self.set_apart([each.customer.id for each in self.likely() if each.customer.id])

    def charge_line(self, item_id: str, account_id: str) -> None:
        """Charge a line to another account than the rest; an empty id charges it like the rest."""
        from cartdesk.selling.checkout_draft import Step

        checkout = self.checkout.reopened(Step.BILLING)
        lines = {name: to for name, to in checkout.line_account.items() if name != item_id}
        if account_id:
            lines[item_id] = account_id
        self.put(checkout.model_copy(update={"line_account": lines}))

    def refuse_paid(self, but: Mapping[str, str] | None = None) -> None:
        """Refuse what would forget a payment that went through.

        Args:
            but: what is to be filled in; the same way of paying again is no harm.
        """
        from cartdesk.selling.payment import paid

        done = paid(self.checkout)
        if done is None or (but is not None and but.get("method") == done.method):
            return
        sentence = f"{done.amount} {done.currency} is paid already; give it back first, then pay anew."
        raise EntryError(sentence, Mend("It was given back", "E payment=again"), at=self.draft.spot("value"))

    def set_apart(self, customer_ids: Sequence[str]) -> None:
        """Say that known customers are somebody else."""
        checkout = self.checkout
        apart = tuple(dict.fromkeys((*checkout.apart, *customer_ids)))
        self.put(checkout.model_copy(update={"apart": apart}))

    def go_to(self, step: Step) -> None:
        """Stand at a step."""
        self.put(self.checkout.at(step))

    def complete(self, step: Step) -> None:
        """Apply a step to the cart, and stand at the next one.

        Raises:
            EntryError: something is wrong with it.
        """
        from cartdesk.selling.checkout_draft import Step

        self.refuse_faults(step)
        apply = {Step.CUSTOMER: self._name, Step.DELIVERY: self._deliver, Step.BILLING: self._bill, Step.PAYMENT: self._pay}.get(step)
        if apply is not None:
            apply()
        self.put(self.checkout.with_done(step))

    def through(self, last: Step) -> None:
        """Apply every step up to ``last`` that was not gone through since it was filled in, so that what is said and paid is what holds.

        Raises:
            EntryError: one of them is not right.
        """
        from cartdesk.selling.checkout_draft import STEPS

        for step in STEPS[: last.number]:
            if step in self.checkout.done:
                self.refuse_faults(step)
            else:
                here = self.checkout.step
                self.complete(step)
                self.put(self.checkout.at(max(here, step.next, key=lambda each: each.number)))

    def refuse_faults(self, step: Step) -> None:
        """Raise EntryError with the first thing that is wrong with a step, and what mends it."""
        found = self.faults(step)
        if found:
            more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
            raise EntryError(f"{found[0].sentence}{more}", *found[0].mends, at=self.draft.spot("value"))

    def refuse_blocked(self) -> None:
        """Raise EntryError with the first thing that stands in the way of a checkout, and the entries that mend it."""
        blocking = self.blocking()
        if blocking:
            more = f" (and {len(blocking) - 1} more)" if len(blocking) > 1 else ""
            raise EntryError(f"{blocking[0].sentence}{more}", *blocking[0].mends, at=self.draft.spot(""))

    def _name(self) -> None:
        """Name the customer on the cart, which may change its prices."""
        from cartdesk.selling import basket
        from cartdesk.selling.checkout_steps import buyer_of

        self.draft.put(basket.name_customer(self.draft.cart, buyer_of(self.checkout, self.known())))

    def _deliver(self) -> None:
        """Put the delivery that was chosen into the cart, and the address it goes to."""
        from dataclasses import replace

        from cartdesk.selling import basket
        from cartdesk.selling.checkout_steps import address_of, buyer_of
        from cartdesk.selling.delivery import deliver_by

        draft = self.draft
        way = self.way()
        if way is not None:
            draft.put(deliver_by(draft.cart, way, draft.catalog, ids=draft.ids, now=draft.now()))
        buyer = buyer_of(self.checkout, self.known())
        there = address_of(self.checkout, buyer)
        if there is not None:
            buyer = replace(buyer, street=there.street, post_code=there.post_code, city=there.city, country=there.country)
            draft.put(basket.name_customer(draft.cart, buyer))

    def _bill(self) -> None:
        """Bill the cart on the account's day, so that the first bill that is said is the first bill that comes."""
        from cartdesk.selling import basket
        from cartdesk.selling.accounts import USUAL_DAY
        from cartdesk.selling.checkout_draft import NEW
        from cartdesk.selling.checkout_steps import account_choice, new_account_of
        from cartdesk.tmf import PartyAccount

        accounts = self.accounts()
        choice = account_choice(self.checkout, accounts)
        if choice == NEW:
            day = new_account_of(self.checkout, self.customer()).day
        else:
            account = next(each for each in accounts if each.id == choice)
            day = (account.bill_day if isinstance(account, PartyAccount) else None) or USUAL_DAY
        self.draft.put(basket.set_bill_day(self.draft.cart, day))
        self.put(self.checkout.model_copy(update={"typed": {**self.checkout.typed, "account": choice}}))

    def _pay(self) -> None:
        """Keep what the agent reports of the payment."""
        from cartdesk.selling.payment import attempted

        due = self.draft.priced().due_now.tax_included
        if due.amount:
            self.put(attempted(self.checkout, due, at=self.draft.now(), who=self.draft.agent))

    def report_payment(self) -> None:
        """Keep what became of a payment, also where it did not go through, so that the checkout goes on from there.

        Raises:
            EntryError: a step before is not right, so that it is not known yet what is to be paid.
        """
        from cartdesk.selling.checkout_draft import Step

        self.through(Step.BILLING)
        self._pay()

    def pay_again(self) -> None:
        """Forget what was paid: it was given back, and is paid anew."""
        checkout = self.checkout
        typed = {field: text for field, text in checkout.typed.items() if field not in ("result", "reference")}
        done = tuple(each for each in checkout.done if each != "payment")
        self.put(checkout.model_copy(update={"attempt": (), "typed": typed, "done": done}))

    def hear(self, keys: Sequence[str] | None = None) -> int:
        """Stamp statements as read aloud, all of them where none are named; return how many."""
        from cartdesk.selling.checkout_draft import Stamp, Step
        from cartdesk.selling.checkout_steps import digest_of
        from cartdesk.tmf.period import write_time

        self.through(Step.BILLING)
        checkout = self.checkout
        said = {each.key: each for each in self.spoken() if each.aloud and (keys is None or each.key in keys)}
        if keys is not None and not said:
            raise EntryError(
                "There is no such statement in this cart's script.", Mend("All were read", "E heard"), at=self.draft.spot("value")
            )
        at, who = write_time(self.draft.now()), self.draft.agent
        stamps = {key: Stamp(at=at, who=who, of=digest_of(each.text)) for key, each in said.items() if not each.heard}
        self.put(checkout.model_copy(update={"heard": {**checkout.heard, **stamps}}))
        return len(said)


def order_number(day: str, token: str) -> str:
    """Return an order's number that can be read out on the phone: its day and a few letters of its id."""
    letters = "".join(character for character in token.upper() if character.isalnum())
    return f"{day}-{letters[-6:]}"
