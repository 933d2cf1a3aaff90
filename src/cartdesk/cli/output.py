"""What the commands write: safe text for people, pure JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import click

from cartdesk.text import safe_text


def say(text: str) -> None:
    """Write text, each of its lines safe for a terminal."""
    for line in text.split("\n"):
        click.echo(safe_text(line))


def write_json(value: Any) -> None:
    """Write JSON values, and nothing else, to standard output."""
    from cartdesk.tmf.wire import dumps

    click.echo(dumps(value, indent=2))


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, right: frozenset[int] = frozenset()) -> str:
    """Return a table as text: columns as wide as their widest cell, two spaces between them.

    Args:
        head: the columns' names.
        rows: a text for each column.
        right: the columns whose cells end at the right edge: numbers.
    """
    from rich.cells import cell_len

    cells = [[safe_text(cell, 60) for cell in row] for row in (head, *rows)]
    widths = [max(cell_len(row[column]) for row in cells) for column in range(len(head))]
    lines = []
    for row in cells:
        padded = []
        for column, cell in enumerate(row):
            gap = " " * (widths[column] - cell_len(cell))
            padded.append(gap + cell if column in right else cell + gap)
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return a count with its noun: ``1 cart``, ``3 carts``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
