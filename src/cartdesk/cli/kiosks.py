"""``cartdesk kiosk``: the shop for visitors with a finger or a mouse, its staff's PIN, and the key its codes are signed with."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cartdesk.cli.output import say
from cartdesk.cli.places import catalog_path, data_dir, places
from cartdesk.errors import Mend, Refused
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk import Desk

_CODES = """
\b
Exit codes, for whoever starts it again:
  0    staff left it, or it was told to stop: leave it be
  2    it has no PIN, or the command line is wrong: leave it be
  3    another kiosk works in this folder
  4    the catalog cannot be opened
  69   its terminal has gone: start it again
  70   a fault of its own: start it again
  75   a new process is wanted for the next visitor: start it again
"""


@click.group(invoke_without_command=True, epilog=_CODES)
@click.option("--large", is_flag=True, help="Larger buttons for everybody; a visitor can ask for them too.")
@click.option("--contrast", is_flag=True, help="High contrast for everybody; a visitor can ask for it too.")
@click.option("--idle", default=60.0, show_default=True, type=click.FloatRange(5, 3_600), help="Seconds until a visitor is asked.")
@click.option("--warning", default=20.0, show_default=True, type=click.FloatRange(5, 600), help="Seconds they then have to answer.")
@click.option("--one-visitor", is_flag=True, help="End with code 75 after each visitor, so that the next gets a new process.")
@places
@click.pass_context
def kiosk(context: click.Context, large: bool, contrast: bool, idle: float, warning: float, one_visitor: bool) -> None:
    """Let visitors shop by touch alone; nothing of them is kept.

    Staff leave it with F9 F10 F9 F9 F10 F10 F9 F10 F10 F9 and the PIN.
    """
    if context.invoked_subcommand is not None:
        return
    from cartdesk.tui.kiosk.staff import read_pin

    pin = read_pin(data_dir())
    if pin is None:
        raise Refused("A kiosk needs a PIN before it opens, or nobody could leave it: set one with `cartdesk kiosk pin`.")
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise Refused("A kiosk needs a terminal.")
    from cartdesk.tui.kiosk.opening import run

    options = {"large": large, "contrast": contrast, "idle": idle, "warning": warning, "one_visitor": one_visitor}
    context.exit(run(data_dir=data_dir(), catalog_path=catalog_path(), pin=pin, **options))


@kiosk.command()
@places
def pin() -> None:
    """Set the PIN that staff leave the kiosk with: 6 to 12 digits, asked for twice or read from standard input."""
    from cartdesk.tui.kiosk.staff import write_pin

    if sys.stdin.isatty():
        given = click.prompt("New PIN", hide_input=True, confirmation_prompt=True, type=str)
    else:
        given = sys.stdin.readline(100).strip()
    say(f"The PIN is set, as a hash in {safe_text(str(write_pin(data_dir(), given)))}.")


@kiosk.command()
@click.option("--from", "source", type=click.Path(dir_okay=False, path_type=Path), help="Take over the key in this file.")
@places
def key(source: Path | None) -> None:
    """Show where the key is that codes are signed with, making it where there is none; or take one over.

    Every kiosk and every desk of a shop has the same one: copy the file, or name it with --from.
    """
    from cartdesk.desk.handoff import key_path, make_key, parse_key, write_key

    folder = data_dir()
    if source is None:
        make_key(folder)
        say(f"The key is in {safe_text(str(key_path(folder)))}; every kiosk and desk of this shop needs the same file.")
        return
    try:
        text = source.read_text("ascii", errors="replace")[:1_000]
    except OSError as error:
        raise Refused(f"{safe_text(str(source))} cannot be read: {error.strerror}.") from None
    taken = parse_key(text)
    if taken is None:
        raise Refused(f"{safe_text(str(source))} is not a key for hand-off codes.", Mend("See where one is", "cartdesk kiosk key"))
    say(f"The key is kept in {safe_text(str(write_key(folder, taken)))}.")


def import_handoff(desk: Desk, text: str) -> list[str]:
    """Open a visitor's cart from the text of its code, as scanned into a file, and return its id.

    Raises:
        Refused: it is no such code.
    """
    from cartdesk.desk.commands.handoff import TakeOver

    outcome = desk.run(TakeOver(text.strip()))
    for line in outcome.listed:
        click.echo(safe_text(line), err=True)
    cart_id = desk.view.area.cart_id
    return [cart_id] if cart_id is not None else []
