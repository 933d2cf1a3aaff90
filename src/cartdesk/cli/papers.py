"""``cartdesk quote``, ``paper`` and ``script``: what is given to a customer, and what is said to them before they order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cartdesk.cli import completing
from cartdesk.cli.desks import find_cart, open_desk
from cartdesk.cli.output import say, write_json
from cartdesk.cli.places import places
from cartdesk.errors import Refused
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk import Desk
    from cartdesk.documents.paper import Paper
    from cartdesk.documents.paper_parts import Manner
    from cartdesk.documents.script import Statement
    from cartdesk.documents.writing import Way
    from cartdesk.tmf import ProductOrder

_FORMS = ("neutral", "uk", "eu", "us")
_Function = TypeVar("_Function", bound=Callable[..., Any])


def _ways(command: _Function) -> _Function:
    """Let a command write its paper to files, as JSON, or as text of some width; in one place's form."""
    for option in (
        click.option("--width", type=click.IntRange(20, 200), default=80, show_default=True, help="How wide the text is, in columns."),
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
        click.option("--markdown", metavar="FILE", type=click.Path(path_type=Path), help="Write Markdown to FILE."),
        click.option("--pdf", metavar="FILE", type=click.Path(path_type=Path), help="Write a PDF to FILE."),
        click.option("--form", type=click.Choice(_FORMS), default="neutral", show_default=True, help="Whose rules it follows."),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("cart", shell_complete=completing.carts)
@click.option("--valid", "days", type=int, default=30, show_default=True, help="For how many days it holds.")
@_ways
@places
def quote(cart: str, days: int, form: str, pdf: Path | None, markdown: Path | None, as_json: bool, width: int) -> None:
    """Write a quote for a cart.

    Prices as of now with their dates, and until when they hold. Without --pdf or --markdown it is printed.
    """
    with open_desk(read_only=True) as desk:
        from cartdesk.documents.papers import quote_paper

        found = desk.load(find_cart(desk.store, cart))
        if found.notes.order_id is not None:
            raise Refused(
                f"Cart {safe_text(found.id, 40)} is order {found.notes.order_id}; `cartdesk paper {found.notes.order_id}` writes it."
            )
        made = quote_paper(found, desk.price(found), desk.now(), days=days, manner=_manner(desk, form), agent=desk.view.agent)
    _give(made, form, pdf, markdown, as_json, width)


@click.command()
@click.argument("order", shell_complete=completing.orders)
@click.option(
    "--kind", type=click.Choice(["confirmation", "summary", "receipt"]), default="confirmation", show_default=True, help="Which document."
)
@_ways
@places
def paper(order: str, kind: str, form: str, pdf: Path | None, markdown: Path | None, as_json: bool, width: int) -> None:
    """Write an order's confirmation, summary or receipt.

    At the prices it was placed at. A summary can be had of a cart as well. Without --pdf or --markdown it is printed.
    """
    with open_desk(read_only=True) as desk:
        made = _summary_of_cart(desk, order, form) if kind == "summary" and desk.store.get_order(order) is None else None
        made = made or order_paper(_order(desk, order), kind, _manner(desk, form))
    _give(made, form, pdf, markdown, as_json, width)


@click.command()
@click.argument("cart", shell_complete=completing.carts)
@click.option("--form", type=click.Choice(_FORMS), default="neutral", show_default=True, help="Whose rules it follows.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@places
def script(cart: str, form: str, as_json: bool) -> None:
    """Print what is to be read aloud.

    Of a cart, as of now, or of an order: prices with their dates, terms, and the right to cancel. It helps, and is not legal advice.
    """
    with open_desk(read_only=True) as desk:
        statements = script_for(desk, cart, form)
    if as_json:
        write_json([_statement_json(each) for each in statements])
        return
    from cartdesk.documents.script_text import script_text

    say(script_text(statements) if statements else "There is nothing to read aloud: the cart is empty.")


def order_paper(order: ProductOrder, kind: str, manner: Manner) -> Paper:
    """Return a document of an order."""
    from cartdesk.documents.ordered import priced_order
    from cartdesk.documents.papers import confirmation_paper, summary_paper
    from cartdesk.documents.receipt import receipt_paper

    if kind == "receipt":
        return receipt_paper(order, locale=manner.locale, show_tax=manner.show_tax, shop=manner.shop)
    sold = priced_order(order)
    if kind == "summary":
        return summary_paper(order, sold, order.order_date or sold.moment, manner=manner)
    return confirmation_paper(order, sold, manner=manner)


def script_for(desk: Desk, wanted: str, form: str) -> tuple[Statement, ...]:
    """Return the script of an order or a cart."""
    from cartdesk.documents.ordered import priced_order
    from cartdesk.documents.script import script_of

    style = _manner(desk, form)
    order = desk.store.get_order(wanted)
    if order is not None:
        sold = priced_order(order)
        return script_of(order, sold, form, order.order_date or sold.moment, locale=style.locale, show_tax=style.show_tax, shop=style.shop)
    cart = desk.load(find_cart(desk.store, wanted))
    return script_of(cart, desk.price(cart), form, desk.now(), locale=style.locale, show_tax=style.show_tax, shop=style.shop)


def _summary_of_cart(desk: Desk, wanted: str, form: str) -> Paper:
    from cartdesk.documents.papers import summary_paper

    cart = desk.load(find_cart(desk.store, wanted))
    return summary_paper(cart, desk.price(cart), desk.now(), manner=_manner(desk, form))


def _order(desk: Desk, wanted: str) -> ProductOrder:
    found = desk.store.get_order(wanted)
    if found is None:
        raise Refused(f"There is no order {safe_text(wanted, 40)}; `cartdesk orders list` lists them.")
    return found


def _manner(desk: Desk, form: str) -> Manner:
    from cartdesk.documents.paper_parts import Manner

    return Manner.of(desk.catalog, desk.show_tax, form)


def _give(made: Paper, form: str, pdf: Path | None, markdown: Path | None, as_json: bool, width: int) -> None:
    from cartdesk.documents.writing import write_paper, written

    files: list[tuple[Path | None, Way]] = [(pdf, "pdf"), (markdown, "markdown")]
    for file, way in files:
        if file is not None:
            write_paper(made, file, way, form=form)
            click.echo(f"{safe_text(made.title)} is in {safe_text(str(file), 300)}.", err=True)
    if as_json:
        click.echo(written(made, "json").decode(), nl=False)
    elif pdf is None and markdown is None:
        say(written(made, "text", width=width).decode().rstrip("\n"))


def _statement_json(statement: Statement) -> dict[str, Any]:
    from cartdesk.tmf.wire import json_number

    return {
        "key": statement.key,
        "title": statement.title,
        "text": statement.text,
        "aloud": statement.aloud,
        "amounts": [{"unit": money.currency, "value": json_number(money.amount)} for money in statement.amounts],
    }
