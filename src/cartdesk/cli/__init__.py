"""The front door: ``cartdesk`` opens the shop, and its commands do the same work without a screen.

Nothing heavy is imported until a command runs, so that ``--version`` and ``--help`` answer at once.
"""

from __future__ import annotations

from importlib import import_module

import click

from cartdesk import __version__
from cartdesk.cli.outermost import run_safely
from cartdesk.cli.places import (
    agent_is_given,
    agent_name,
    caller,
    catalog_path,
    data_dir,
    handoff_file,
    low_bandwidth,
    program_options,
    role_name,
    speak,
    training,
)

__all__ = ["cli", "main"]

_CODES = """
\b
Exit codes:
  0    done
  1    what was checked has faults
  2    the entry or the command line was refused; nothing was changed
  3    the store could not do what was asked
  4    the catalog cannot be opened
  5    anything else that was refused, such as a file that is no cart
  70   a fault in cartdesk itself; a log says where
  130  ended by Ctrl-C
"""


_COMMANDS = {
    "do": ("entries.do", "Run entries as the entry line does."),
    "line": ("talking.line", "Work at a plain prompt."),
    "carts": ("carts.group", "All carts of this seat."),
    "catalog": ("catalogs.group", "What is sold."),
    "bill": ("bills.bill", "Show a cart's bills."),
    "why": ("bills.why", "Show why a cart costs what it does."),
    "quote": ("papers.quote", "Write a quote for a cart."),
    "script": ("papers.script", "Print what is to be read aloud."),
    "paper": ("papers.paper", "Write an order's confirmation, summary or receipt."),
    "orders": ("orders.group", "The orders placed at this seat."),
    "accounts": ("accounts.group", "Customers' accounts, bills and products."),
    "customers": ("people.customers", "The customers this seat knows."),
    "store": ("storekeeping.group", "The file this seat keeps everything in."),
    "sync": ("syncing.sync", "Send what waits to the server and take in what is new there."),
    "remote": ("remotes.group", "The server this seat talks to."),
    "serve": ("serving.serve", "Share carts with other seats and systems, by TM Forum's APIs, until stopped."),
    "tokens": ("serving.tokens", "Who may use the server: bearer tokens, shown once when they are added and kept as hashes."),
    "listeners": ("serving.listeners", "Whom the server tells of changes, and how that goes."),
    "kiosk": ("kiosks.kiosk", "Let visitors shop by touch alone; nothing of them is kept."),
    "web": ("web.web", "Open the shop in a browser: on this machine, or behind a proxy on others."),
    "macros": ("macros.group", "Entries with a name, done by @NAME."),
    "keys": ("macros.keys", "Show which key does what, with this seat's changes, or with those of FILE."),
    "roles": ("roles.group", "Show the roles with their limits, and who has a PIN."),
    "language": ("languages.group", "The languages of the screens."),
    "doctor": ("doctor.doctor", "Check this seat: terminal, store, catalog, server, versions; exits 1 where something is bad."),
    "completion": ("completing.completion", "Print what completes commands, carts, orders and codes in a shell."),
    "verify-prices": ("bills.verify_prices", "Check this machine's arithmetic."),
}
"""Where each command is and what it is for, in the order of the help: listing them loads none of them."""


_MACHINES = frozenset({"serve", "tokens", "listeners", "completion"})
"""Commands that answer machines: in English, whoever starts them."""


class _Commands(click.Group):
    """Commands whose modules are loaded when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name][0].partition(".")
        command = getattr(import_module(f"cartdesk.cli.{module}"), name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, sentence) for name, (_, sentence) in _COMMANDS.items()])


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    epilog=_CODES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@program_options
@click.version_option(__version__, prog_name="cartdesk", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """A terminal shop for telecom offers. Without a command it opens the shop."""
    if context.invoked_subcommand not in _MACHINES:
        speak()
    if context.invoked_subcommand is None:
        from cartdesk.tui.opening import run

        shop = run(
            data_dir=data_dir(),
            catalog_path=catalog_path(),
            agent=agent_name(),
            by_system=not agent_is_given(),
            role=role_name(),
            training=training(),
            low_bandwidth=low_bandwidth(),
            call=caller(),
            handoff=handoff_file(),
            speak=speak,
        )
        context.exit(shop or 0)


def main() -> None:
    """Run the command line; every end of it is an exit code."""
    run_safely(cli)
