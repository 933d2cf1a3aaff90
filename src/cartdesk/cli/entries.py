"""``cartdesk do``: the entry line without a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cartdesk.cli import completing
from cartdesk.cli.desks import find_cart, open_desk, pin_asker
from cartdesk.cli.output import say, write_json
from cartdesk.cli.places import places

if TYPE_CHECKING:
    from cartdesk.desk import Desk, Show


@click.command()
@click.argument("entry", shell_complete=completing.codes)
@click.option("--cart", "cart_id", metavar="ID", shell_complete=completing.carts, help="Work on this cart instead of a new one.")
@click.option("--json", "as_json", is_flag=True, help="Print the cart as TMF663 v2 JSON.")
@places
def do(entry: str, cart_id: str | None, as_json: bool) -> None:
    """Run entries as the entry line does.

    On a new cart, or on the one given: cartdesk do "14277; 2*FIB500". All parts of an entry count, or none: a refused one
    prints a sentence, changes nothing and exits with 2.
    """
    from cartdesk.desk.approving import with_leave

    with open_desk() as desk:
        chosen = None if cart_id is None else find_cart(desk.store, cart_id)
        if chosen is not None:
            desk.work_on(chosen)
        outcome = with_leave(desk, lambda approval: desk.enter(entry, approval), pin_asker())
        at_hand = [area.cart_id for area in desk.view.areas if area.cart_id is not None]
        shown = desk.view.area.cart_id or chosen or (at_hand[0] if at_hand else None)
        if as_json:
            write_json(cart_json(desk, shown) if shown is not None else {"said": outcome.said})
            return
        if outcome.said:
            say(outcome.said)
        if outcome.show is not None:
            _show(desk, outcome.show)
        elif shown is not None:
            from cartdesk.cli.carts import cart_as_text

            say(cart_as_text(desk, shown))


def cart_json(desk: Desk, cart_id: str, version: str = "v2") -> object:
    """Return a cart as TMF663 JSON values with its prices and totals filled in.

    A cart that came with totals and was not changed since goes out with them: any change here drops what no longer fits.
    """
    from cartdesk.pricing import fill_prices
    from cartdesk.tmf.dialects import write

    cart = desk.load(cart_id)
    filled = cart if cart.cart_total_price else fill_prices(cart, desk.price(cart))
    return write(filled, "v4" if version == "v4" else "v5" if version == "v5" else "v2")


def _show(desk: Desk, show: Show) -> None:
    """Print what a screen would show, where it has a form in text."""
    from cartdesk.cli import bills, carts, catalogs, orders

    cart_id = desk.view.area.cart_id
    if show.screen == "offerings":
        say(catalogs.found_text(desk.catalog, str(show.args["text"])))
    elif show.screen == "carts":
        say(carts.rows_text(desk.store.cart_rows(text=str(show.args["text"]))))
    elif show.screen == "receipt":
        say(orders.receipt_of(desk.store, str(show.args["order_id"])))
    elif show.screen == "orders":
        say(orders.rows_text(desk.store.order_rows(str(show.args["text"]))))
    elif show.screen == "bill" and cart_id is not None:
        say(bills.bill_as_text(desk, cart_id))
    elif show.screen == "why" and cart_id is not None:
        item_id = show.args["item_id"]
        say(bills.why_as_text(desk, cart_id, None if item_id is None else str(item_id)))
    elif show.screen == "history" and cart_id is not None:
        say(carts.history_text(desk.store.history(cart_id)))
    elif show.screen == "checkout" and cart_id is not None:
        from cartdesk.desk.checkout_reader import look
        from cartdesk.documents.checkout_text import checkout_text

        say(carts.cart_as_text(desk, cart_id))
        say(checkout_text(desk.ask(look), desk.catalog.locale))
