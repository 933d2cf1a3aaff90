"""``cartdesk line``: the plain prompt, on a terminal or in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import TextIOWrapper
from typing import TYPE_CHECKING, TextIO

import click

from cartdesk.cli import completing
from cartdesk.cli.desks import find_cart, open_desk, pin_asker
from cartdesk.cli.outermost import exit_code
from cartdesk.cli.places import caller, calls, handoff_file, places

if TYPE_CHECKING:
    from cartdesk.desk.calls import Call


@click.command("line")
@click.option("--cart", "cart_id", metavar="ID", shell_complete=completing.carts, help="Begin with this cart.")
@click.option("--json", "as_json", is_flag=True, help="Answer each entry with one JSON object on a line of its own.")
@click.option("--strict", is_flag=True, help="Stop at the first entry that is refused.")
@click.option("--here/--apart", default=None, help="Work where the desk was left, or on a new cart; the first on a terminal.")
@click.pass_context
@calls
@places
def line(context: click.Context, cart_id: str | None, as_json: bool, strict: bool, here: bool | None) -> None:
    """Work at a plain prompt.

    Everything the desk does, by the same entries, in sentences: for screen readers, scripts and slow links. Say help there.
    In a pipe nothing is asked, and it ends with 2 where an entry was refused.
    """
    from cartdesk.desk.commands import TakeCall
    from cartdesk.line.prompt import Manner, talk
    from cartdesk.line.session import Session

    at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    source, sink = _forgiving(sys.stdin), _forgiving(sys.stdout)
    with open_desk(apart=not (at_terminal if here is None else here)) as desk:
        desk.refresh()
        if cart_id is not None:
            desk.work_on(find_cart(desk.store, cart_id))
        asks = at_terminal and not as_json
        manner = Manner(prompts=at_terminal, as_json=as_json, strict=strict)
        call = caller()
        begin = TakeCall(call.customer, call.phone).written() if call is not None else ""
        session = Session(desk, asking=asks, ask_pin=_asker() if asks else None)
        refused = talk(session, source, sink, manner, begin=begin, calls=_calls(), forget_typed=_forget_typed)
    if refused is not None and not at_terminal:
        context.exit(exit_code(refused))


def _asker() -> Callable[[str], str | None] | None:
    """Return what asks for a PIN; what was typed before it asks is not one."""
    ask = pin_asker()
    if ask is None:
        return None

    def fresh(sentence: str) -> str | None:
        _forget_typed()
        return ask(sentence)

    return fresh


def _calls() -> Callable[[], Call | None]:
    """Return what says who began to call, where a file says so."""
    from cartdesk.desk.calls import HandoffFile

    path = handoff_file()
    return HandoffFile(path).take if path is not None else lambda: None


def _forgiving(stream: TextIO) -> TextIO:
    """Return a stream that writes and reads a mark for what its encoding cannot."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="replace")
    return stream


def _forget_typed() -> None:
    """Drop what was typed at the terminal and not read yet."""
    try:
        import termios
    except ImportError:  # a system without them has no such queue either
        return
    termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
