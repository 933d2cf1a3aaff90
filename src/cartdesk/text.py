"""Text from outside, made safe for a terminal.

Catalogs, customers, servers, files and the keyboard are all outside. Their strings pass :func:`safe_text` when they come in and once
more when they are shown.
"""

from __future__ import annotations

import re

_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_NAMED = {"\t": " ", "\n": "⏎", "\r": "⏎", "\u2028": "⏎", "\u2029": "⏎", "\x7f": "␡"}


def _visible(match: re.Match[str]) -> str:
    character = match[0]
    if character in _NAMED:
        return _NAMED[character]
    code = ord(character)
    return chr(0x2400 + code) if code < 0x20 else "�"


def safe_text(text: str, limit: int | None = None) -> str:
    """Return ``text`` with everything that could steer a terminal replaced by something visible.

    C0 and C1 controls, DEL, bidirectional marks, overrides and isolates, line and paragraph separators, byte-order marks and lone
    surrogates are replaced; a tab becomes a space and a line break ``⏎``. The text is otherwise kept as it is, so right-to-left and
    wide characters stay readable.

    Args:
        text: any string.
        limit: the longest result in characters; what is cut off is replaced by ``…``.
    """
    safe = text if text.isascii() and text.isprintable() else _UNSAFE.sub(_visible, text.replace("\r\n", "\n"))
    if limit is not None and len(safe) > limit:
        return safe[: max(limit - 1, 0)] + "…"
    return safe


def safe_lines(text: str) -> list[str]:
    """Return ``text`` as lines that are each safe, for notes and descriptions where line breaks mean something."""
    return [safe_text(line) for line in text.replace("\r\n", "\n").split("\n")]
