"""Words as search compares them: without case, accents and punctuation.

Called by ``builder`` for what is searched in and by ``search`` for what is typed, so that both see the same words.
"""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "th", "ħ": "h"})
_runs = re.compile(r"[^\W_]+").findall
_joined = re.compile(r"[^\W_]+(?:[-'’.&+/][^\W_]+)+").findall
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
_has_ideograph = re.compile(f"[{_IDEOGRAPHS}]").search
_scripts = re.compile(f"[{_IDEOGRAPHS}]+|[^{_IDEOGRAPHS}]+").findall
_parts = re.compile(r"[^\W\d_]+|\d+").findall


def fold(text: str) -> str:
    """Return ``text`` in lower case without accents: "Fibré" and "FIBRE" are one."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    plain = unicodedata.normalize("NFKD", folded.translate(_LETTERS))
    return unicodedata.normalize("NFC", "".join(each for each in plain if not unicodedata.combining(each)))


def words_of(text: str) -> list[str]:
    """Return the words of ``text``, folded, in their order.

    Words joined by a hyphen or the like count by themselves and as one ("Wi-Fi": wi, fi, wifi). Scripts that are written without
    spaces are cut into overlapping pairs of characters.
    """
    folded = fold(text)
    found: list[str] = _runs(folded)
    if not folded.isascii() and _has_ideograph(folded):
        found = [piece for run in found for piece in _pieces(run)]
    if "-" in folded or not folded.replace(" ", "").isalnum():
        found.extend("".join(_runs(each)) for each in _joined(folded))
    return found


def apart(word: str) -> list[str]:
    """Return the letters and the digits of a word apart: "fibre500" is "fibre" and "500"."""
    return _parts(word)


def _pieces(run: str) -> list[str]:
    if not _has_ideograph(run):
        return [run]
    pieces: list[str] = []
    for part in _scripts(run):
        if not _has_ideograph(part) or len(part) == 1:
            pieces.append(part)
        else:
            pieces.extend(part[at : at + 2] for at in range(len(part) - 1))
    return pieces
