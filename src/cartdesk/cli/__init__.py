"""The front door: ``cartdesk`` opens the shop, and its commands do the same work without a screen.

Nothing heavy is imported until a command runs, so that ``--version`` and ``--help`` answer at once.
"""

from __future__ import annotations

import click

from cartdesk import __version__
from cartdesk.cli import bills, carts, catalogs, entries, people, storekeeping
from cartdesk.cli.outermost import run_safely
from cartdesk.cli.places import agent_name, catalog_path, data_dir, program_options, role_name

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


@click.group(
    invoke_without_command=True,
    epilog=_CODES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@program_options
@click.version_option(__version__, prog_name="cartdesk", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """A terminal shop for telecom offers. Without a command it opens the shop."""
    if context.invoked_subcommand is None:
        from cartdesk.tui.app import run

        context.exit(run(data_dir=data_dir(), catalog_path=catalog_path(), agent=agent_name(), role=role_name()) or 0)


for _command in (
    entries.do, carts.group, catalogs.group, bills.bill, bills.why, bills.verify_prices, people.orders, people.customers,
    storekeeping.group,
):  # fmt: skip
    cli.add_command(_command)


def main() -> None:
    """Run the command line; every end of it is an exit code."""
    run_safely(cli)
