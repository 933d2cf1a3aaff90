"""A code as a QR picture made of half blocks: dark on white, with the quiet edge that scanners need.

The kiosk's last page shows it; the desk's ``handoff`` says what stands in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

QUIET = 4
"""Modules of white around the code, as the standard asks."""
LEAST_QUIET = 2
"""What is still read where there is no room for more."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A QR code in terminal cells: square modules of two cells, or two modules in the height of one."""

    rows: tuple[str, ...]
    """Characters to be drawn dark on white: full, upper and lower half blocks and spaces."""
    text: str
    """What is read from it."""

    @property
    def width(self) -> int:
        """How many cells wide it is."""
        return len(self.rows[0])


def picture(texts: Iterable[str], *, width: int, height: int) -> Picture | None:
    """Return the first of ``texts`` that fits as a picture, with the widest edge there is room for; None where none fits.

    Args:
        texts: what may stand in it, the best first.
        width: cells there are.
        height: rows there are.
    """
    import segno

    for text in texts:
        try:
            code = segno.make_qr(text, error="l", boost_error=True)
        except segno.DataOverflowError:
            continue
        modules = [list(row) for row in code.matrix]
        for room, drawn in ((min(width // 2, height), _large), (min(width, 2 * height), _small)):
            quiet = min(QUIET, (room - len(modules)) // 2)
            if quiet >= LEAST_QUIET:
                return Picture(drawn(_with_edge(modules, quiet)), text)
    return None


def _with_edge(modules: list[list[int]], quiet: int) -> list[list[int]]:
    edge = [0] * quiet
    blank = [0] * (len(modules) + 2 * quiet)
    return [blank] * quiet + [[*edge, *line, *edge] for line in modules] + [blank] * quiet


def _large(lines: list[list[int]]) -> tuple[str, ...]:
    """Draw each module two cells wide and one high."""
    return tuple("".join("██" if dark else "  " for dark in line) for line in lines)


def _small(lines: list[list[int]]) -> tuple[str, ...]:
    """Draw two modules in the height of one cell."""
    even = lines if len(lines) % 2 == 0 else [*lines, [0] * len(lines)]
    pairs = zip(even[::2], even[1::2], strict=True)
    return tuple("".join(" ▄▀█"[2 * up + down] for up, down in zip(*pair, strict=True)) for pair in pairs)
