"""A customer's books as rows of a list: accounts with their facts, bills that open to their charges, products and orders.

The accounts screen makes them on the desk's thread and draws them; the words are ``documents.account_words``'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from cartdesk.documents.account_words import (
    account_facts,
    account_title,
    bill_words,
    charge_words,
    order_words,
    owned_words,
)
from cartdesk.documents.money import format_day, format_money, period_suffix
from cartdesk.documents.words import ShowTax, shown, tax_words
from cartdesk.language import message, tr
from cartdesk.text import safe_text
from cartdesk.tui.widgets.cells import Piece, Tone
from cartdesk.tui.widgets.grid import Row

if TYPE_CHECKING:
    from cartdesk.selling.books import AccountBook, BillMade, Charge, CustomerBook

Kind = Literal["heading", "part", "fact", "bill", "charge", "product", "order", "note"]
_LABEL = 11
"""How wide the names of facts are, in cells."""
NO_ACCOUNT = message("There is no account yet; the checkout opens one.")
NO_BILL = message("Nothing was billed, and nothing is to come.")
NO_PRODUCT = message("They have no products yet.")
NO_ORDER = message("They ordered nothing here yet.")


@dataclass(frozen=True, slots=True)
class BookRow:
    """One row of the books."""

    kind: Kind
    text: str
    detail: str = ""
    amount: str = ""
    after: str = ""
    key: str = ""
    """For a bill what tells it from others, for an order its number."""
    inside: tuple[BookRow, ...] = field(default=())
    """What a bill opens to."""
    muted: bool = False


def book_rows(book: CustomerBook, *, show_tax: ShowTax = "included", locale: str = "en") -> tuple[BookRow, ...]:
    """Return a customer's books as rows, bills closed."""
    return tuple(_rows(book, show_tax, locale))


def with_open(rows: tuple[BookRow, ...], opened: frozenset[str]) -> list[BookRow]:
    """Return rows with the charges of those bills below them that are open."""
    found: list[BookRow] = []
    for row in rows:
        found.append(row)
        if row.kind == "bill" and row.key in opened:
            found.extend(row.inside)
    return found


def draw_row(row: BookRow) -> Row:
    """Return a row as the list draws it: a mark, what it is, how much."""
    if row.kind == "heading":
        return Row(("", (Piece(row.text),), ""), heading=True, wide=True)
    if row.kind == "part":
        return Row(("", (Piece(row.text, "strong"), Piece(f"  {row.detail}", "dim")), ""), wide=True)
    if row.kind == "fact":
        return Row(("", (Piece(f"  {row.text:<{_LABEL - 1}} ", "dim"), Piece(row.detail)), ""), wide=True)
    tone: Tone = "dim" if row.kind in ("note", "charge") else ""
    indent = "    " if row.kind == "charge" else "  " if row.kind != "bill" else ""
    detail = Piece(f"  {row.detail}" if row.detail else "", "" if row.kind == "bill" else "dim")
    mark = Piece("+" if row.kind == "bill" else "", "dim")
    return Row(
        (mark, (Piece(indent + row.text, tone), detail), (Piece(row.amount, tone), Piece(f"{row.after:<4}", "dim"))), muted=row.muted
    )


def _rows(book: CustomerBook, show_tax: ShowTax, locale: str) -> Iterator[BookRow]:
    for each in book.accounts:
        yield BookRow("heading", account_title(each.account))
        yield from (BookRow("fact", name, value) for name, value in account_facts(each, locale))
        yield from _bill_rows(each, show_tax, locale)
    if not book.accounts:
        yield BookRow("heading", tr("Accounts"))
        yield BookRow("note", tr(NO_ACCOUNT))
    yield BookRow("heading", tr("Products, {tax}", tax=tax_words(show_tax)))
    yield from _product_rows(book, show_tax, locale)
    yield BookRow("heading", tr("Orders"))
    yield from (BookRow("order", order_words(order, locale), key=order.id) for order in book.orders)
    if not book.orders:
        yield BookRow("note", tr(NO_ORDER))


def _bill_rows(book: AccountBook, show_tax: ShowTax, locale: str) -> Iterator[BookRow]:
    past: bool | None = None
    for bill in book.bills:
        if bill.past is not past:
            past = bill.past
            yield BookRow("part", tr("Bills until today") if past else tr("Bills to come"), tax_words(show_tax))
        yield _bill_row(book.account.id, bill, show_tax, locale)
    if not book.bills and book.bill_day is not None:
        yield BookRow("note", tr(NO_BILL))


def _bill_row(account_id: str, bill: BillMade, show_tax: ShowTax, locale: str) -> BookRow:
    total = shown(bill.total, show_tax)
    return BookRow(
        "bill",
        format_day(bill.on, year=True, locale=locale),
        bill_words(bill),
        format_money(total, currency=False, locale=locale),
        f" {safe_text(total.currency, 12)}",
        key=f"{account_id}/{bill.on.isoformat()}/{total.currency}",
        inside=tuple(_charge_row(charge, show_tax, locale) for charge in bill.charges),
        muted=bill.past,
    )


def _charge_row(charge: Charge, show_tax: ShowTax, locale: str) -> BookRow:
    why = ", ".join(
        part for part in (charge.why, tr("order {order_id}", order_id=charge.order_id) if charge.order_id else tr("foreseen")) if part
    )
    amount = format_money(shown(charge.amounts, show_tax), currency=False, locale=locale)
    return BookRow("charge", charge_words(charge), safe_text(why, 120), amount)


def _product_rows(book: CustomerBook, show_tax: ShowTax, locale: str) -> Iterator[BookRow]:
    for owned in book.owned:
        words, detail = owned_words(owned, locale).partition(", ")[::2]
        if not owned.every:
            yield BookRow("product", words, detail)
        for period, amounts in owned.every:
            amount = format_money(shown(amounts, show_tax), currency=False, locale=locale)
            yield BookRow("product", words, detail, amount, period_suffix(period))
    if not book.owned:
        yield BookRow("note", tr(NO_PRODUCT))
