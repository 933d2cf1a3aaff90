"""``cartdesk doctor``: whether this terminal, this store, this catalog and this server will do, in one table."""

from __future__ import annotations

from pathlib import Path

import click

from cartdesk.cli.output import say, write_json
from cartdesk.cli.places import places
from cartdesk.errors import Refused
from cartdesk.text import safe_text

MARKS = {True: "ok", None: "mind", False: "BAD"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--report", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write it with the last faults to FILE.")
@click.pass_context
@places
def doctor(context: click.Context, as_json: bool, report: Path | None) -> None:
    """Check this seat: terminal, store, catalog, server, versions; exits 1 where something is bad.

    A report holds no personal data: no names, no carts, no messages, only what is checked here and where in the code faults happened.
    """
    from cartdesk.cli.examination import examine

    found = list(examine())
    values = [{"area": each.area, "what": each.what, "state": MARKS[each.good].lower(), "found": each.found} for each in found]
    if as_json:
        write_json(values)
    else:
        say("\n".join(f"{each.area:<9} {each.what:<16} {MARKS[each.good]:<5} {each.found}".rstrip() for each in found))
    if report is not None:
        _write(report, values)
    if any(each.good is False for each in found):
        context.exit(1)


def _write(report: Path, values: list[dict[str, str]]) -> None:
    from cartdesk.cli.places import data_dir, state_dir
    from cartdesk.crash import faults_in
    from cartdesk.tmf.wire import dumps

    home = str(Path.home())
    told = [{**each, "found": each["found"].replace(home, "~")} for each in values]
    faults = [fault for folder in dict.fromkeys((state_dir(), data_dir())) for fault in faults_in(folder)]
    try:
        report.write_text(dumps({"checks": told, "faults": faults}, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise Refused(f"{safe_text(str(report))} cannot be written: {error.strerror}.") from None
    click.echo(f"The report is in {safe_text(str(report))}.", err=True)
