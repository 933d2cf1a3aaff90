"""``cartdesk language``: which languages there are, whether a file of one is right, and the template to translate."""

from __future__ import annotations

from pathlib import Path

import click

from cartdesk.cli.output import plural, say, table, write_json
from cartdesk.cli.places import data_dir, places
from cartdesk.text import safe_text


@click.group("language")
@places
def group() -> None:
    """The languages of the screens."""


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@places
def list_languages(as_json: bool) -> None:
    """List the languages there are, and the one spoken."""
    from cartdesk.language import current
    from cartdesk.language.shelf import FOLDER, languages

    found, spoken = languages(data_dir()), current().code
    if as_json:
        write_json([{"code": code, "name": name, "spoken": code == spoken} for code, name in found.items()])
        return
    say(table(("code", "language", ""), [(code, name, "spoken" if code == spoken else "") for code, name in found.items()]))
    say(f"More go into {safe_text(str(data_dir() / FOLDER))}, as <code>.po.")


@group.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@places
def check(file: Path) -> None:
    """Check a language's file: exits 1 where something in it cannot be used."""
    from cartdesk.language.reading import read, unsaid
    from cartdesk.language.template import TEMPLATE

    content = file.read_bytes()
    said, faults = read(file, content)
    for fault in faults:
        say(str(fault))
    left = unsaid(file, content, TEMPLATE.read_bytes())
    say(
        f"{plural(len(said['texts']) + len(said['counted']), 'message')} in {said['name']}, {plural(len(left), 'message')} left in English."
    )
    for english in left[:20]:
        say(f"  not yet: {safe_text(english, 100)}")
    if len(left) > 20:
        say(f"  and {plural(len(left) - 20, 'message')} more")
    if faults:
        raise click.exceptions.Exit(1)


@group.command()
@places
def template() -> None:
    """Print the template: every message, to be translated."""
    from cartdesk.language.template import TEMPLATE

    click.echo(TEMPLATE.read_text("utf-8"), nl=False)
