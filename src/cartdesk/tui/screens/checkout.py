"""The checkout: who it is for, a review with one-off and recurring charges apart, and the order.

``CartdeskApp`` opens it for F8. What is typed is kept in the store as it is typed, so that going back, leaving or being killed loses none.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from cartdesk.documents.money import every_words, format_money
from cartdesk.documents.words import DUE_WHEN
from cartdesk.errors import Refused
from cartdesk.tui.keys import Hint
from cartdesk.tui.sheet import Sheet
from cartdesk.tui.widgets.bar import Bar, Word
from cartdesk.tui.widgets.form import Field, Form
from cartdesk.tui.widgets.grid import Grid
from cartdesk.tui.widgets.message import Tone
from cartdesk.tui.widgets.press import Press
from cartdesk.tui.widgets.review import Review
from cartdesk.tui.widgets.totals import Totals, TotalsLine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartdesk.desk import Desk
    from cartdesk.desk.view import CartView, DeskView

FIELDS = (
    ("customer", "Name", "given name and family name"),
    ("email", "E-mail", "name@example.com"),
    ("phone", "Phone", "+47 22 33 44 55"),
    ("street", "Street", ""),
    ("post_code", "Post code", ""),
    ("city", "City", ""),
    ("country", "Country", ""),
)
"""What the order is told of the customer: the command's field, its label, and how it is written."""

CUSTOMER, REVIEW = 0, 1
STEPS = ("Customer", "Review", "Confirm")


class CheckoutScreen(Sheet):
    """Customer, review, confirm. Enter goes on, Esc goes back, and nothing typed is lost."""

    CSS_PATH = "checkout.tcss"
    WHERE = "checkout"
    AUTO_FOCUS = "#customer Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next", "Next", show=False),
        Binding("escape", "back", "Back", tooltip="Go back a step; what is typed is kept."),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._step = CUSTOMER
        self._typed: dict[str, str] = {}
        self._keeping = False
        self._unkept = False

    def body(self) -> ComposeResult:
        """The steps with their state, the step in hand, and the totals."""
        yield Bar(id="steps")
        with Horizontal(id="work"):
            with Vertical(id="step"):
                with Form(id="customer"):
                    for name, label, hint in FIELDS:
                        yield Field(label, hint=hint, name=name)
                yield Review(id="review")
                with Horizontal(id="presses"):
                    yield Press("Next: review", id="next")
                    yield Press("Back", id="back")
            with Vertical(id="right"):
                yield Totals(id="totals")
        yield TotalsLine(id="totals-line")

    def on_mount(self) -> None:
        """Fill in what was typed before, or who the cart names."""
        self._typed = self._kept()
        for field in self.query(Field):
            with field.prevent(Input.Changed):
                field.value = self._typed.get(field.name or "", "")

    def view_changed(self, view: DeskView) -> None:
        """Show the cart as it is now."""
        self.query_one(Totals).load(view.cart)
        self.query_one(TotalsLine).load(view.cart, view.area.letter)
        self.query_one(Review).load(view.cart)
        self._show_step()

    def hints(self) -> Iterator[Hint]:
        """Yield Enter with what it does on this step, then the other keys."""
        word = (self.query_one(Review).way or "Confirm the order") if self._step == REVIEW and self.is_up else "Next"
        yield Hint("enter", word, "Go on to the next step.", local=True)
        yield from super().hints()

    @property
    def customer(self) -> dict[str, str]:
        """What is typed of the customer, by the order's names."""
        return {field.name or "": field.value.strip() for field in self.query(Field)}

    # -- going on and back ----------------------------------------------------------------------------------------------------------

    @on(Field.Entered)
    async def entered(self) -> None:
        """Enter in a field goes on."""
        await self.action_next()

    @on(Grid.Moved)
    def point(self) -> None:
        """Say in the footer what Enter does on this row."""
        self.refresh_keys()

    @on(Grid.Chosen)
    async def chosen(self) -> None:
        """A row that is clicked again does what Enter does."""
        await self.action_next()

    @on(Press.Pressed)
    async def pressed(self, event: Press.Pressed) -> None:
        """The buttons do what Enter and Esc do."""
        await (self.action_next() if event.press.id == "next" else self.action_back())

    async def action_next(self) -> None:
        """Go on: to what is missing, to the review, or to the order."""
        if self._step == CUSTOMER:
            if self._check():
                self._go(REVIEW)
        elif (self.focused is not None and self.focused.id == "next") or not await self.query_one(Review).mend(self.shop):
            await self._order()

    async def action_back(self) -> None:
        """Go back a step, from the first one to where the checkout was opened."""
        if self._step == REVIEW:
            self._go(CUSTOMER)
        else:
            self.leave()

    def _go(self, step: int) -> None:
        self._step = step
        self.say("")
        self._show_step()
        if step == CUSTOMER:
            self.query(Field).first().input.focus()
        else:
            self.query_one(Review).focus()
        self.refresh_keys()

    async def _order(self) -> None:
        from cartdesk.desk.commands import PlaceOrder

        if self._check():
            await self.shop.perform(PlaceOrder(**self.customer))
        else:
            self._go(CUSTOMER)
            self._focus_fault()

    # -- the customer ---------------------------------------------------------------------------------------------------------------

    def _check(self) -> bool:
        """Say under each field what is wrong with it, and put the focus on the first that is; True when nothing is."""
        from cartdesk.selling.customers import check_customer, check_email, check_name, check_phone

        checks = {"customer": check_name, "email": check_email, "phone": check_phone}
        given = self.customer
        for field in self.query(Field):
            name = field.name or ""
            field.error = ""
            if name in checks and (given[name] or name == "customer"):
                try:
                    checks[name](given[name])
                except Refused as refused:
                    field.error = str(refused)
        if not any(field.error for field in self.query(Field)):
            try:
                check_customer(
                    given["customer"],
                    given["email"],
                    given["phone"],
                    street=given["street"],
                    post_code=given["post_code"],
                    city=given["city"],
                    country=given["country"],
                )
            except Refused as refused:
                self._field("email").error = str(refused)
        return not self._focus_fault()

    def _focus_fault(self) -> bool:
        wrong = next((field for field in self.query(Field) if field.error), None)
        if wrong is None:
            return False
        wrong.input.focus()
        self.say(wrong.error, Tone.BAD)
        return True

    def _field(self, name: str) -> Field:
        return next(field for field in self.query(Field) if field.name == name)

    # -- kept as typed --------------------------------------------------------------------------------------------------------------

    @on(Input.Changed)
    async def typed(self, event: Input.Changed) -> None:
        """Keep what is typed, and take back what was said of it."""
        field = next((each for each in self.query(Field) if each.input is event.input), None)
        if field is None or self._typed.get(field.name or "", "") == event.value:
            return
        field.error = ""
        self._typed[field.name or ""] = event.value
        self._show_step()
        await self._keep()

    def _kept(self) -> dict[str, str]:
        kept = self.desk.store.setting(self._key, {})
        if isinstance(kept, dict) and kept:
            return {str(name): str(value) for name, value in kept.items()}
        return self._named()

    def _named(self) -> dict[str, str]:
        """Return what the cart itself knows of its customer."""
        from cartdesk.selling.customers import customer_of

        cart = self.desk.cart
        customer = customer_of(cart) if cart is not None else None
        if customer is None:
            return {"customer": self.desk.view.cart.label}
        known: dict[str, Any] = {name: getattr(customer, name, None) for name, _, _ in FIELDS}
        return {name: value for name, value in {**known, "customer": customer.name}.items() if value}

    async def _keep(self) -> None:
        """Write what is typed into the store; keys typed while it is written are written next, not one by one."""
        self._unkept = True
        if self._keeping:
            return
        self._keeping = True
        try:
            while self._unkept:
                self._unkept = False
                typed = dict(self._typed)
                await self.shop.work(partial(self.desk.store.set_setting, self._key, typed))
        finally:
            self._keeping = False

    @property
    def _key(self) -> str:
        return f"checkout {self.desk.view.cart.cart_id or ''}"

    # -- what is on the screen ------------------------------------------------------------------------------------------------------

    def _show_step(self) -> None:
        review = self._step == REVIEW
        self.query_one("#customer").display = not review
        self.query_one(Review).display = review
        self.query_one("#next", Press).label = "Confirm the order" if review else "Next: review"
        cart = self.desk.view.cart
        summaries = (self._customer_words(), _cart_words(cart), DUE_WHEN if review else "")
        rows = []
        for place, (name, summary) in enumerate(zip(STEPS, summaries, strict=True)):
            mark, style = ("✓", "$success") if place < self._step else ("▸", "bold $accent") if place == self._step else (" ", "$quiet")
            act = (lambda place=place: self._clicked(place)) if place <= REVIEW else None
            rows.append(
                [
                    Word(f" {mark} ", style),
                    Word(f"{place + 1} {name:<12}", style if place == self._step else "" if place < self._step else "$quiet", act),
                    Word(summary, "$quiet", act),
                ]
            )
        self.query_one("#steps", Bar).set_words(*rows)

    def _clicked(self, step: int) -> None:
        if step == CUSTOMER or self._check():
            self._go(step)

    def _customer_words(self) -> str:
        typed = self.customer
        return " · ".join(part for part in (typed["customer"], typed["email"], typed["phone"], typed["city"]) if part)


def _cart_words(cart: CartView) -> str:
    count = len(cart.lines)
    every = " · ".join(f"{format_money(total.steady, currency=False)} {every_words(total.period)}" for total in cart.every)
    return " · ".join(
        part for part in (f"{count} line{'' if count == 1 else 's'}", f"{format_money(cart.due_now, currency=False)} now", every) if part
    )
