"""Long lists, ten rows at a time: offerings, shelves, carts, orders, changes; each row is numbered and can be picked.

``shows`` and ``own`` make them; ``session`` reads them out and goes on with ``more``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cartdesk.documents.money import every_words, format_day, format_moment
from cartdesk.language import grouped, message, ntr, tr
from cartdesk.line.words import money, money_json, price, sentence, spoken
from cartdesk.text import safe_text
from cartdesk.tmf.period import Period, read_time

if TYPE_CHECKING:
    from cartdesk.catalog import Catalog, CategoryRow, OfferingRow
    from cartdesk.desk import Desk
    from cartdesk.store import CartRow, HistoryRecord
    from cartdesk.tmf import ProductOrder

PAGE = 10
"""How many rows are read at once."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list."""

    text: str
    entry: str = ""
    """What picking it enters; empty where there is nothing to pick."""
    data: Any = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, and how far it was read."""

    title: str
    total: int
    row: Callable[[int], Row]
    """Makes the row with this place, from 0."""
    read: int = 0
    begun: int = 0
    """The first place of the page that was read last."""

    def next(self) -> Listing:
        """Return the list with its next page read."""
        return replace(self, begun=self.read, read=min(self.read + PAGE, self.total))

    def page(self) -> list[tuple[int, Row]]:
        """Return the rows of the page that was read last, each with its number."""
        return [(place + 1, self.row(place)) for place in range(self.begun, self.read)]

    def sentences(self) -> list[str]:
        """Return the page as sentences; the first one says what it is of."""
        said = [self.title] if self.begun == 0 else []
        said += [sentence(f"{number}: {row.text}") for number, row in self.page()]
        left = self.total - self.read
        if left:
            said.append(tr("{left} more; more reads on.", left=grouped(left)))
        return said

    def to_json(self) -> dict[str, Any]:
        """Return the page as JSON values."""
        rows = [{"number": number, "entry": row.entry, **(row.data or {})} for number, row in self.page()]
        return {"total": self.total, "from": self.begun + 1, "rows": rows}


def of_rows(title: str, rows: Sequence[Row]) -> Listing:
    """Return a list of rows that are made already."""
    return Listing(title, len(rows), lambda place: rows[place])


def offerings(catalog: Catalog, numbers: Sequence[int], title: str) -> Listing:
    """Return a list of offerings by their numbers in the catalog."""
    return Listing(title, len(numbers), lambda place: _offering(catalog.row(numbers[place]), catalog.locale))


def _offering(row: OfferingRow, locale: str) -> Row:
    lead = tr("from ") if row.from_price else ""
    term = tr(", binds for {count}", count=ntr("{n} month", "{n} months", row.term_months)) if row.term_months else ""
    usage = tr(", more by use") if row.usage else ""
    status = {"sold": "", "not sellable": tr(", not sellable")}.get(row.status, tr(", {status} sold", status=tr(row.status)))
    cost = price(row.one_off, row.recurring, row.period, locale)
    text = tr(
        "{name}, {lead}{cost}{usage}{term}{status}, code {id}",
        name=spoken(row.name),
        lead=lead,
        cost=cost,
        usage=usage,
        term=term,
        status=status,
        id=safe_text(row.id, 40),
    )
    data = {
        "id": row.id, "name": row.name, "status": row.status, "category": row.category, "oneOff": money_json(row.one_off),
        "recurring": money_json(row.recurring), "period": str(row.period) if row.period is not None else None,
        "termMonths": row.term_months,
    }  # fmt: skip
    return Row(text, row.id, data)


def shelves(categories: Sequence[CategoryRow]) -> Listing:
    """Return the outermost shelves of the catalog, each with those below it."""
    own = [each for each in categories if each.id is not None]
    rows = [
        Row(
            f"{'in it, ' * each.depth}{spoken(each.name)}, {ntr('{n} offering', '{n} offerings', each.count)}",
            f"browse {each.name}",
            {"id": each.id, "name": each.name, "depth": each.depth, "count": each.count},
        )
        for each in own
    ]
    return of_rows(tr("{count}. Pick one by its number, or browse and its name.", count=ntr("{n} shelf", "{n} shelves", len(rows))), rows)


def carts(rows: Sequence[CartRow]) -> Listing:
    """Return the carts, last changed first."""
    return of_rows(
        tr("{count}, last changed first.", count=ntr("{n} cart", "{n} carts", len(rows))) if rows else tr("There are no such carts."),
        [_cart(row) for row in rows],
    )


def _cart(row: CartRow) -> Row:
    currency = row.currency or ""
    every = [f"{amount} {currency} {every_words(Period.read(period))}" for period, amount in row.every]
    due = [tr("{due_now} {currency} now", due_now=row.due_now, currency=currency)] if row.due_now else []
    parts = [row.label or tr("no name"), tr(row.state), ntr("{n} line", "{n} lines", row.lines), *due, *every, tr("cart {id}", id=row.id)]
    return Row(", ".join(spoken(part) for part in parts if part), f"open {row.id}", row.to_json())


def orders(found: Sequence[ProductOrder], locale: str) -> Listing:
    """Return the orders, the last one first."""
    from cartdesk.documents.account_words import order_words

    rows = [
        Row(
            tr("order {order}, {customer}", order=spoken(order_words(each, locale)), customer=spoken(_customer(each)) or tr("no customer")),
            f"receipt {each.id}",
            {"id": each.id, "state": each.state, "customer": _customer(each)},
        )
        for each in found
    ]
    return of_rows(
        tr("{count}, the last one first.", count=ntr("{n} order", "{n} orders", len(rows))) if rows else tr("There are no such orders."),
        rows,
    )


def _customer(order: ProductOrder) -> str:
    found = next((party for party in order.related_party if (party.role or "").lower() == "customer"), None)
    return (found.name or found.id or "") if found is not None else ""


def history(records: Sequence[HistoryRecord]) -> Listing:
    """Return a cart's changes, the last one first; picking one takes the cart back to it."""
    rows = []
    for record in reversed(records):
        change = record.change
        what = (
            tr("entered {entry}", entry=change.entry)
            if change.kind in ("change", "create") and change.entry
            else tr("{kind} to {to_seq}", kind=change.kind, to_seq=change.to_seq)
        )
        after = ", ".join(f"{name} {value}" for name, value in change.after.items() if name not in ("currency", "lines"))
        moment = format_moment(read_time(change.at).astimezone())
        text = tr("change {seq}, {moment}, {who}, {what}", seq=record.seq, moment=moment, who=change.who, what=what) + (
            tr(", after it {after}", after=after) if after else ""
        )
        rows.append(
            Row(
                spoken(text),
                f"U to {record.seq}",
                {"seq": record.seq, "at": change.at, "who": change.who, "entry": change.entry},
            )
        )
    return of_rows(
        tr("{count}, the last one first.", count=ntr("{n} change", "{n} changes", len(rows))) if rows else tr("Nothing has changed yet."),
        rows,
    )


def bills(desk: Desk, cart_id: str) -> Listing:
    """Return a cart's bills, those that are alike in a row as one, and the sums over the usual numbers of months."""
    from cartdesk.desk.billing import bills_of
    from cartdesk.documents.bill_text import what_is_on
    from cartdesk.documents.words import shown
    from cartdesk.pricing import sum_over

    locale, side = desk.catalog.locale, desk.show_tax
    made = bills_of(desk.price(desk.load(cart_id)))
    rows: list[Row] = []
    place = 0
    while place < len(made):
        bill, last = made[place], place
        what = what_is_on(bill)
        while last + 1 < len(made) and not bill.is_today and (what_is_on(made[last + 1]), made[last + 1].total) == (what, bill.total):
            last += 1
        day = tr("Today") if bill.is_today else format_day(bill.on, year=True, locale=locale)
        if last > place:
            day += tr(
                " to {day}, {count} of",
                day=format_day(made[last].on, year=True, locale=locale),
                count=ntr("{n} bill", "{n} bills", last - place + 1),
            )
        amount = shown(bill.total, side)
        data = {"on": bill.on.isoformat(), "to": made[last].on.isoformat(), "count": last - place + 1, "today": bill.is_today}
        rows.append(
            Row(f"{day} {money(amount, locale)}" + (f", {spoken(what)}" if what else ""), "", {**data, "total": money_json(amount)})
        )
        place = last + 1
    if not made:
        return of_rows(tr("There is nothing to bill: the cart is empty."), [])
    for months in (12, 24, 36):
        if months < len(made):
            amount = shown(sum_over(made, months), side)
            rows.append(
                Row(
                    tr("{months} months altogether {amount}", months=months, amount=money(amount, locale)),
                    "",
                    {"months": months, "total": money_json(amount)},
                )
            )
    with_tax, without = message("Bills, with tax, what is due today first."), message("Bills, without tax, what is due today first.")
    return of_rows(tr(with_tax if side == "included" else without), rows)
