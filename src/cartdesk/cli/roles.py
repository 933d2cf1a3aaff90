"""``cartdesk roles``: who may take how much off a price by hand, and whose PIN allows more."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from cartdesk.cli.output import say, table, write_json
from cartdesk.cli.places import places, seat_dir
from cartdesk.errors import Refused
from cartdesk.language import tr
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from pathlib import Path


def _path() -> Path:
    """Return the file; training has the real one, so that it is practised with what holds."""
    from cartdesk.desk.roles import FILE

    return seat_dir() / FILE


@click.group("roles", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, without the PINs.")
@click.pass_context
@places
def group(context: click.Context, as_json: bool) -> None:
    """Show the roles with their limits, and who has a PIN.

    A price may be set by hand within the role's limit; beyond it the desk asks for the PIN of somebody who may. Once anybody has one,
    a role that may give more than an agent has to be shown by a PIN too. Who may write roles.json decides: on a seat that agents share,
    let it belong to somebody else (cartdesk only reads it).
    """
    if context.invoked_subcommand is not None:
        return
    from cartdesk.desk.roles import read_roles

    roles = read_roles(_path())
    if as_json:
        write_json(
            {
                "roles": {role: {"percent": f"{limit:f}"} for role, limit in roles.limits.items()},
                "people": {each.name: {"role": each.role} for each in roles.people},
            }
        )
        return
    say(table(("role", "off a price by hand"), [(role, f"{limit:f} %") for role, limit in roles.limits.items()]))
    if roles.people:
        say(table(("has a PIN", "role"), [(each.name, each.role) for each in roles.people]))
    else:
        say(tr("Nobody has a PIN: every role is believed. `cartdesk roles pin NAME` sets one."))


@group.command()
@click.argument("role")
@click.argument("percent")
@places
def limit(role: str, percent: str) -> None:
    """Set how many per cent a role may take off: roles limit agent 15."""
    from decimal import Decimal, InvalidOperation

    from cartdesk.desk.roles import checked_role, read_roles, write_roles

    try:
        most = Decimal(percent.strip().removesuffix("%").strip())
    except InvalidOperation:
        raise Refused(tr("A limit is a percentage from 0 to 100.")) from None
    write_roles(_path(), read_roles(_path()).with_limit(role, most))
    say(tr("The role {role} may take {percent} % off.", role=checked_role(role), percent=f"{most:f}"))


@group.command()
@click.argument("name")
@click.option("--role", "as_role", default="supervisor", show_default=True, metavar="ROLE", help="What the PIN shows them to be.")
@places
def pin(name: str, as_role: str) -> None:
    """Set somebody's PIN: 6 to 12 digits, asked for twice or read from standard input. Only a salted, slow hash is kept."""
    from cartdesk.desk.roles import read_roles, write_roles

    if sys.stdin.isatty():
        given = click.prompt(tr("New PIN"), hide_input=True, confirmation_prompt=True, type=str)
    else:
        given = sys.stdin.readline(100).strip()
    write_roles(_path(), read_roles(_path()).with_person(name, as_role, given))
    say(tr("{name} has a PIN, kept as a hash in {path}.", name=safe_text(name, 60), path=safe_text(str(_path()))))


@group.command()
@click.argument("name")
@places
def remove(name: str) -> None:
    """Take somebody's PIN away."""
    from cartdesk.desk.roles import read_roles, write_roles

    write_roles(_path(), read_roles(_path()).without_person(name))
    say(tr("{name} has no PIN any more.", name=safe_text(name, 60)))
