"""The desk, the store and the catalog as the commands open them: by the clock of this machine, and closed again at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cartdesk.cli.places import agent_is_given, agent_name, catalog_path, data_dir, role_name, speak, training
from cartdesk.errors import Refused
from cartdesk.language import tr
from cartdesk.language.choosing import SETTING as LANGUAGE
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.catalog import Catalog
    from cartdesk.desk import Desk
    from cartdesk.documents.script import Statement
    from cartdesk.pricing.priced import PricedCart
    from cartdesk.store import CartStore


def now() -> datetime:
    """Return this moment, with the zone of this machine."""
    return datetime.now(UTC).astimezone()


@contextmanager
def open_desk(*, read_only: bool = False, apart: bool = True) -> Iterator[Desk]:
    """Open the desk; apart from its screen the areas of whoever works at it stay as they are."""
    from cartdesk.desk import Desk, new_id

    if read_only:
        _refuse_none()
    desk = Desk.open(
        data_dir(),
        catalog_path(),
        now=now,
        ids=new_id,
        agent=agent_name(),
        by_system=not agent_is_given(),
        role=role_name(),
        read_only=read_only,
        apart=apart,
        training=training(),
    )
    try:
        speak(desk.store.setting(LANGUAGE))
        if desk.store.setting("currency") == "sign":
            from cartdesk.documents.money import write_currencies

            write_currencies("sign")
        _tell_training(desk.store)
        _tell_damage(desk.store)
        _refuse_nothing(desk.catalog)
        desk.script = _read_aloud
        _show_role(desk)
        yield desk
    finally:
        desk.close()


def pin_asker() -> Callable[[str], str | None] | None:
    """Return what asks for a PIN without showing it, or None where nobody sits at a terminal."""
    import sys

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    import click

    def ask(sentence: str) -> str | None:
        click.echo(safe_text(sentence, 400))
        given = click.prompt(tr("PIN (nothing is shown; Enter alone leaves it)"), default="", show_default=False, hide_input=True, type=str)
        return str(given).strip() or None

    return ask


def _show_role(desk: Desk) -> None:
    """Have the role that was asked for shown by its PIN; where it is not, say that the work is an agent's."""
    if not desk.unproven or desk.store.read_only:
        return
    import click

    from cartdesk.desk.approving import with_leave
    from cartdesk.desk.commands.settings import SetRole

    command = SetRole(desk.unproven)
    try:
        with_leave(desk, lambda approval: desk.run(command, approval), pin_asker())
    except Refused as refused:
        click.echo(safe_text(tr("{refused} This is done as {role}.", refused=str(refused), role=desk.view.role)), err=True)


def _tell_training(store: CartStore) -> None:
    """Say on standard error that nothing here is real."""
    from cartdesk.desk.training import is_training

    if is_training(store):
        import click

        click.echo("Training: nothing here is real, and nothing is sent.", err=True)


def _tell_damage(store: CartStore) -> None:
    """Say on standard error what damage took from the store, and where the copy is."""
    if store.recovery.damaged:
        import click

        for sentence in store.recovery.sentences():
            click.echo(safe_text(sentence), err=True)


def _read_aloud(desk: Desk, priced: PricedCart, now: datetime, method: str) -> Sequence[Statement]:
    from cartdesk.documents.checkout_text import read_aloud

    return read_aloud(desk, priced, now, method)


def _refuse_nothing(catalog: Catalog) -> None:
    """Raise CatalogError where a catalog has nothing that is sound, so that its faults are said and not that a code is unknown."""
    from cartdesk.errors import CatalogError

    if not len(catalog) and catalog.faults:
        fault = catalog.faults[0]
        raise CatalogError(f"Nothing in the catalog {safe_text(str(catalog.path))} can be sold. {fault}")


@contextmanager
def open_store(*, read_only: bool = True) -> Iterator[CartStore]:
    """Open the store alone.

    Raises:
        Refused: there is none yet, and it is only to be read.
    """
    from cartdesk.desk import make_data_dir, store_path
    from cartdesk.store import CartStore

    path = store_path(data_dir())
    if read_only:
        _refuse_none()
    else:
        make_data_dir(path.parent)
    store = CartStore(path, read_only=read_only)
    try:
        speak(store.setting(LANGUAGE))
        _tell_training(store)
        _tell_damage(store)
        yield store
    finally:
        store.close()


@contextmanager
def open_shelf() -> Iterator[Catalog]:
    """Open the catalog alone, all of it."""
    from cartdesk.catalog import open_catalog
    from cartdesk.desk import cache_dir

    catalog = open_catalog(catalog_path(), cache_dir=cache_dir(data_dir()), wait=True)
    try:
        yield catalog
    finally:
        catalog.close()


def _refuse_none() -> None:
    from cartdesk.desk import store_path

    path = store_path(data_dir())
    if not path.exists():
        raise Refused(f"There are no carts in {safe_text(str(path.parent))} yet; `cartdesk` or `cartdesk do` makes the first.")


def find_cart(store: CartStore, wanted: str) -> str:
    """Return the id of the cart that ``wanted`` names: its id, the beginning of one, or the number of the order it became.

    Raises:
        Refused: there is none, or more than one.
    """
    rows = store.cart_rows()
    exact = [row.id for row in rows if wanted in (row.id, row.order_id)]
    begun = exact or [row.id for row in rows if len(wanted) >= 3 and row.id.startswith(wanted)]
    if len(begun) == 1:
        return begun[0]
    if begun:
        raise Refused(f"{len(begun)} carts begin with {safe_text(wanted, 40)}; give more of the id.")
    raise Refused(f"There is no cart {safe_text(wanted, 40)}; `cartdesk carts list` lists them.")
