"""The typefaces that come with cartdesk for PDFs, and which of them a text needs.

Called by ``paper_pdf``; most texts need DejaVu alone, and the others are opened only for scripts that it does not have.
"""

from __future__ import annotations

from bisect import bisect_right
from pathlib import Path

FOLDER = Path(__file__).parent / "fonts"
REGULAR = FOLDER / "DejaVuSans.ttf"
BOLD = FOLDER / "DejaVuSans-Bold.ttf"
MISSING = "□"
"""What stands for a character that no typeface here has."""

_EAST_ASIAN = "DroidSansFallback.ttf"
_FROM = (
    (0x0000, ""),
    (0x0900, "NotoSansDevanagari-Regular.ttf"),
    (0x0980, "NotoSansBengali-Regular.ttf"),
    (0x0A00, ""),
    (0x0B80, "NotoSansTamil-Regular.ttf"),
    (0x0C00, "NotoSansTelugu-Regular.ttf"),
    (0x0C80, ""),
    (0x0E00, "NotoSansThai-Regular.ttf"),
    (0x0E80, ""),
    (0x1100, _EAST_ASIAN),
    (0x1200, ""),
    (0x1780, "NotoSansKhmer-Regular.ttf"),
    (0x1800, ""),
    (0x2E80, _EAST_ASIAN),
    (0xA4D0, ""),
    (0xA960, _EAST_ASIAN),
    (0xA980, ""),
    (0xAC00, _EAST_ASIAN),
    (0xD800, ""),
    (0xF900, _EAST_ASIAN),
    (0xFB00, ""),
    (0xFE30, _EAST_ASIAN),
    (0xFE50, ""),
    (0xFF00, _EAST_ASIAN),
    (0xFFF0, ""),
    (0x20000, _EAST_ASIAN),
    (0x30000, ""),
)
"""From which code point on which file has the characters; nothing where it is DejaVu's or nobody's."""
_STARTS = tuple(start for start, _ in _FROM)


def faces_for(text: str) -> tuple[Path, ...]:
    """Return the files that a text needs beside DejaVu, in the order in which it needs them."""
    names = (_FROM[bisect_right(_STARTS, ord(each)) - 1][1] for each in dict.fromkeys(text) if ord(each) >= 0x0900)
    return tuple(FOLDER / name for name in dict.fromkeys(names) if name)
