"""One cart's checkout in a piece of work: begun, filled in, its steps applied to the cart, and at last the order.

The commands of ``commands/order.py`` call it; what each step asks for is decided in ``cartdesk.selling``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cartdesk.desk.checkout_reader import CheckoutReader
from cartdesk.errors import EntryError, Mend
from cartdesk.language import tr

if TYPE_CHECKING:
    from cartdesk.selling.checkout_draft import Checkout, Step


class Till(CheckoutReader):
    """The current cart's checkout. Made anew for each piece of work; what changes goes into the draft."""

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
        sentence = tr("{amount} {currency} is paid already; give it back first, then pay anew.", amount=done.amount, currency=done.currency)
        raise EntryError(sentence, Mend(tr("It was given back"), "E payment=again"), at=self.draft.spot("value"))

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
            more = tr(" (and {n} more)", n=len(found) - 1) if len(found) > 1 else ""
            raise EntryError(f"{found[0].sentence}{more}", *found[0].mends, at=self.draft.spot("value"))

    def refuse_blocked(self) -> None:
        """Raise EntryError with the first thing that stands in the way of a checkout, and the entries that mend it."""
        blocking = self.blocking()
        if blocking:
            more = tr(" (and {n} more)", n=len(blocking) - 1) if len(blocking) > 1 else ""
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
                tr("There is no such statement in this cart's script."), Mend(tr("All were read"), "E heard"), at=self.draft.spot("value")
            )
        at, who = write_time(self.draft.now()), self.draft.agent
        stamps = {key: Stamp(at=at, who=who, of=digest_of(each.text)) for key, each in said.items() if not each.heard}
        self.put(checkout.model_copy(update={"heard": {**checkout.heard, **stamps}}))
        return len(said)
