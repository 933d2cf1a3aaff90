"""One cart's checkout as it stands: what was told, what can be chosen, and what is wrong with each step. Changes nothing.

``checkout`` builds on it; faces ask for :func:`look`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartdesk.desk.training import is_training
from cartdesk.errors import Refused

if TYPE_CHECKING:
    from cartdesk.desk.draft import Draft
    from cartdesk.selling.checkout_draft import Checkout, Step
    from cartdesk.selling.checkout_look import CheckoutLook
    from cartdesk.selling.checkout_steps import Fault, Spoken
    from cartdesk.selling.customers import Customer
    from cartdesk.selling.delivery import Way
    from cartdesk.selling.likeness import Likeness
    from cartdesk.selling.rules import Finding
    from cartdesk.tmf import Account


class CheckoutReader:
    """The current cart's checkout in a piece of work."""

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

    def _begin(self) -> Checkout:
        from cartdesk.selling.checkout_draft import begin_checkout

        draft = self.draft
        taken = {str((draft.store.get_checkout(cart_id) or {}).get("orderId")) for cart_id in draft.store.checkouts()}
        now = draft.now()
        day = f"{'TRAINING-' if is_training(draft.store) else ''}{now:%y%m%d}"
        order_id = order_number(day, draft.ids())
        while draft.store.get_order(order_id) is not None or order_id in taken:
            order_id = order_number(day, draft.ids())
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
            for each in self.draft.script(self.checkout.get("method"))
        )

    def blocking(self) -> tuple[Finding, ...]:
        """Return what stands in the way of an order, but for the delivery, which is chosen on the way."""
        from cartdesk.selling.checkout import blockers

        draft = self.draft
        return tuple(
            each for each in blockers(draft.cart, draft.catalog, draft.now(), draft.priced()) if each.blocking and each.code != "shipping"
        )

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

        return tuple(each for each in blockers(self.draft.cart, self.draft.catalog, self.draft.now(), self.draft.priced()) if each.blocking)

    # ── all of it ────────────────────────────────────────────────────────────────────────────────────────────────────

    def look(self) -> CheckoutLook:
        """Return everything a face shows of the checkout."""
        from cartdesk.selling.checkout_draft import STEPS
        from cartdesk.selling.checkout_look import ChargedLine, CheckoutLook
        from cartdesk.selling.checkout_steps import account_choice
        from cartdesk.selling.delivery import to_deliver
        from cartdesk.selling.orders import ordered_lines
        from cartdesk.selling.payment import paid

        draft, checkout, ways = self.draft, self.checkout, self.ways()
        accounts = tuple(self.accounts())
        rows = {way.offering_id: draft.catalog.find(way.offering_id) for way in ways}
        ordered = {item.id for item in ordered_lines(draft.cart)}
        return CheckoutLook(
            checkout=checkout,
            customer=self.customer(),
            known=self.known(),
            since=self._since(),
            likely=self.likely(),
            needed=bool(to_deliver(draft.cart, draft.catalog)),
            ways=ways,
            way=self.way(),
            costs={code: row.one_off if row is not None else None for code, row in rows.items()},
            accounts=accounts,
            account=account_choice(checkout, accounts),
            lines=tuple(
                ChargedLine(item.id, number, draft.name_of(item), checkout.line_account.get(item.id, ""))
                for number, item in enumerate(draft.cart.cart_item, start=1)
                if item.id in ordered
            ),
            due=draft.priced().due_now.tax_included,
            paid=paid(checkout),
            spoken=self.spoken(),
            faults={step: self.faults(step) for step in STEPS},
        )

    def _since(self) -> int | None:
        listed = self.draft.catalog.customer(self.checkout.get("customer")) if self.checkout.get("customer") else None
        valid = listed.valid_for if listed is not None else None
        return valid.start_date_time.year if valid is not None and valid.start_date_time is not None else None


def look(draft: Draft) -> CheckoutLook:
    """Return everything a face shows of the current cart's checkout; ``Desk.ask`` calls it."""
    return CheckoutReader(draft).look()


def order_number(day: str, token: str) -> str:
    """Return an order's number that can be read out on the phone: its day and a few letters of its id."""
    letters = "".join(character for character in token.upper() if character.isalnum())
    return f"{day}-{letters[-6:]}"
