"""Step 3: which account is charged; one of the customer's or a new one, and another for single lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from cartdesk.errors import Refused
from cartdesk.language import message, tr
from cartdesk.selling.accounts import FORMATS, MEDIA, account_words, billable, pick
from cartdesk.selling.checkout_draft import NEW, Step
from cartdesk.tui.plain import content
from cartdesk.tui.screens.checkout.panel import Note, Panel, Radios, set_options
from cartdesk.tui.widgets.form import Choice, Field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartdesk.desk.view import CartView
    from cartdesk.selling.checkout_look import CheckoutLook

NEW_FIELDS = ("account_name", "bill_day")
_LIKE_THE_REST = message("like the rest")


class BillingPanel(Panel):
    """The accounts, the new one's terms, and lines of their own."""

    STEP: ClassVar[Step] = Step.BILLING

    def __init__(self) -> None:
        super().__init__()
        self._listed: tuple[object, ...] = ()

    def rows(self) -> ComposeResult:
        """The accounts one a row, then what a new one needs, then the lines."""
        yield Radios(tr("Account"), id="account")
        yield Field(tr("Account name"), hint=tr("the customer's name"), name="account_name")
        yield Field(tr("Bill day"), hint=tr("1 to 31, the 1st if nothing is typed"), name="bill_day")
        yield Choice(tr("Bill comes by"), tuple(map(tr, MEDIA.values())), name="bill_media", id="bill-media")
        yield Choice(tr("Bill format"), tuple(map(tr, FORMATS.values())), name="bill_format", id="bill-format")
        yield Vertical(id="line-accounts")
        yield Note(id="other-accounts")

    def show(self, look: CheckoutLook, cart: CartView) -> None:
        """Show the accounts, and what a new one needs where one is opened."""
        self._list(look)
        opens = look.account == NEW or any(line.account == NEW for line in look.lines)
        for name in NEW_FIELDS:
            self.field(name).display = opens
        for id, names, field in (("#bill-media", MEDIA, "bill_media"), ("#bill-format", FORMATS, "bill_format")):
            choice = self.query_one(id, Choice)
            set_options(choice, tuple(map(tr, names.values())), _place(look.checkout.get(field), names))
            choice.display = opens
        others = [account for account in look.accounts if account not in billable(look.accounts)]
        kept = self.query_one("#other-accounts", Note)
        kept.say(content(tr("Kept too: ") + ", ".join(f"{account_words(each)} ({each.kind})" for each in others), "$quiet"))
        kept.display = bool(others)

    def first(self) -> Widget | None:
        """The chosen account has the focus, where there is one to choose; else the new one's first line."""
        accounts = self.query_one(Radios)
        return accounts.row if len(accounts.children) > 1 else self.field("account_name").input

    def _list(self, look: CheckoutLook) -> None:
        accounts = billable(look.accounts)
        options = [(account.id, account_words(account)) for account in accounts] + [(NEW, tr("a new account"))]
        lines = look.lines if len(options) > 1 and len(look.lines) > 1 else ()
        self.query_one(Radios).show(options, look.account)
        listed = (tuple(options), tuple((line.item_id, line.number, line.name) for line in lines))
        if listed != self._listed:
            self._listed = listed
            self.query_one("#line-accounts").remove_children()
            names = (tr(_LIKE_THE_REST), *(words for _, words in options))
            self.query_one("#line-accounts").mount_all(
                [Choice(f"{line.number} {line.name}", names, name=f"line {line.item_id}", label_width=30) for line in lines]
            )
        values = ["", *(value for value, _ in options)]
        for line in lines:
            for choice in self.query_one("#line-accounts").query(Choice):
                if choice.name == f"line {line.item_id}":
                    with choice.prevent(Choice.Changed):
                        choice.chosen = values.index(line.account) if line.account in values else 0

    def choose(self, choice: Choice, index: int) -> None:
        """Take how the new account's bill comes, or another account for a line."""
        if self.look is None:
            return
        if choice.name == "bill_media":
            self.post_message(self.Told({"bill_media": tuple(MEDIA)[index]}, chosen=True))
        elif choice.name == "bill_format":
            self.post_message(self.Told({"bill_format": tuple(FORMATS)[index]}, chosen=True))
        else:
            item_id = (choice.name or "").removeprefix("line ")
            number = next((line.number for line in self.look.lines if line.item_id == item_id), None)
            values = ["", *(account.id for account in billable(self.look.accounts)), NEW]
            if number is not None:
                self.post_message(self.Did(f"E account @{number}={values[index]}"))


def _place(text: str, names: Mapping[str, str]) -> int:
    try:
        return list(names).index(pick(text, names, "")) if text else 0
    except Refused:
        return -1
