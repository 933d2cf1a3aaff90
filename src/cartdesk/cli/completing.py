"""``cartdesk completion``: what a shell needs to complete commands, carts, orders and offering codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from cartdesk.errors import CartdeskError
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.store import CartStore

MOST = 200
"""How many are offered at once."""
_WHERE = {
    "bash": '# eval "$(cartdesk completion bash)" in ~/.bashrc',
    "zsh": '# eval "$(cartdesk completion zsh)" in ~/.zshrc',
    "fish": "# cartdesk completion fish > ~/.config/fish/completions/cartdesk.fish",
}


@click.command()
@click.argument("shell", type=click.Choice([*_WHERE]))
def completion(shell: str) -> None:
    """Print what completes commands, carts, orders and codes in a shell."""
    from click.shell_completion import get_completion_class

    from cartdesk.cli import cli
    from cartdesk.cli.outermost import COMPLETE

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"There is no completion for {shell}.")
    click.echo(_WHERE[shell])
    click.echo(kind(cli, {}, "cartdesk", COMPLETE).source())


def carts(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a cart's id, last changed first, with its name beside it."""

    def ask(store: CartStore) -> list[CompletionItem]:
        rows = [row for row in store.cart_rows() if row.id.startswith(incomplete)]
        return [CompletionItem(row.id, help=safe_text(row.label or row.state, 40)) for row in rows[:MOST]]

    return _of_store(context, ask)


def orders(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete an order's number, the last one first."""

    def ask(store: CartStore) -> list[CompletionItem]:
        known = [(row.order_id or "", row.label or "") for row in store.cart_rows(state="ordered")]
        return [CompletionItem(order_id, help=safe_text(label, 40)) for order_id, label in known if order_id.startswith(incomplete)][:MOST]

    return _of_store(context, ask)


def codes(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the code of an offering at the end of an entry: ``SIM; 2*FIB`` offers FIB500."""
    from cartdesk.catalog import open_catalog
    from cartdesk.cli.places import catalog_path, data_dir
    from cartdesk.desk import cache_dir

    cut = max(incomplete.rfind(sign) for sign in ";* ") + 1
    lead, wanted = incomplete[:cut], incomplete[cut:].casefold()
    try:
        with context.scope(cleanup=False):
            catalog = open_catalog(catalog_path(), cache_dir=cache_dir(data_dir()) if data_dir().is_dir() else None, wait=True)
    except CartdeskError:
        return []
    try:
        rows = (catalog.row(number) for number in range(len(catalog)))
        fitting = (row for row in rows if row.id.casefold().startswith(wanted) and row.status == "sold")
        return [CompletionItem(lead + row.id, help=safe_text(row.name, 40)) for row, _ in zip(fitting, range(MOST), strict=False)]
    finally:
        catalog.close()


def _of_store(context: click.Context, ask: Callable[[CartStore], list[CompletionItem]]) -> list[CompletionItem]:
    """Ask the store, and offer nothing where there is none: a shell that completes must never be answered with an error."""
    from cartdesk.cli.desks import open_store

    try:
        with context.scope(cleanup=False), open_store() as store:
            return ask(store)
    except CartdeskError:
        return []
