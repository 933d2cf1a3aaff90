"""Papers written from a page: a PDF in the folder beside the store, made on the desk's thread, and where it is said on the message line.

The receipt, bill, script and accounts pages call it for their ``p`` key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cartdesk.language import tr
from cartdesk.tui.plain import cut
from cartdesk.tui.widgets.message import Tone

if TYPE_CHECKING:
    from pathlib import Path

    from cartdesk.desk import Desk
    from cartdesk.documents.paper import Paper
    from cartdesk.documents.paper_parts import Manner
    from cartdesk.tmf import ProductOrder
    from cartdesk.tui.sheet import Sheet

_SHOWN = 200
"""The longest path that is said, in cells."""


async def write_pdf(page: Sheet, make: Callable[[], Paper], form: str = "neutral") -> None:
    """Write a paper as a PDF and say where it is; what stands in the way is said by the app.

    Args:
        page: the page that asks.
        make: returns the paper; runs on the desk's thread.
        form: whose form it has; the US form is on Letter.
    """
    folder = page.desk.store.path.parent

    def write() -> Path:
        from cartdesk.documents.writing import put_into_folder

        return put_into_folder(make(), folder, form=form)

    file = await page.shop.work(write)
    if file is not None:
        page.say(tr("{name} is in {parent}", name=cut(file.name, _SHOWN), parent=cut(str(file.parent), _SHOWN)), Tone.GOOD)


def manner_of(desk: Desk) -> Manner:
    """Return how this seat writes its papers."""
    from cartdesk.desk.commands.books import FORM
    from cartdesk.documents.forms import FORMS
    from cartdesk.documents.paper_parts import Manner

    kept = desk.store.setting(FORM)
    return Manner.of(desk.catalog, desk.show_tax, kept if kept in FORMS else "neutral")


def paper_of_order(desk: Desk, order: ProductOrder) -> Paper:
    """Return the confirmation of an order; its receipt, where it does not say what was sold at which prices."""
    from cartdesk.documents.ordered import priced_order
    from cartdesk.documents.papers import confirmation_paper
    from cartdesk.documents.receipt import receipt_paper

    manner = manner_of(desk)
    if order.seat is None or order.seat.sold is None:
        return receipt_paper(order, locale=manner.locale, show_tax=manner.show_tax, shop=manner.shop)
    return confirmation_paper(order, priced_order(order), manner=manner)


def quote_of_cart(desk: Desk) -> Paper:
    """Return a quote for the current cart, as of now.

    Raises:
        Refused: there is nothing in it.
    """
    from cartdesk.documents.papers import quote_paper
    from cartdesk.errors import Refused

    cart, priced = desk.cart, desk.priced
    if cart is None or priced is None:
        raise Refused(tr("There is nothing to quote: this cart is empty."))
    return quote_paper(cart, priced, desk.now(), manner=manner_of(desk), agent=desk.view.agent)
