"""A language that nobody speaks: every message in letters that English has not, and longer than English.

What is on a screen in plain letters is then either data, or a word that nobody marked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cartdesk.language import Language
from cartdesk.language.reading import Entry, entries
from cartdesk.language.template import TEMPLATE

LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "áƀćđéƒǵĥíĵķĺḿńóƥʠŕśţúṽŵẋýźÁƁĆĐÉƑǴĤÍĴĶĹḾŃÓƤɊŔŚŢÚṼŴẊÝŹ")
LONGER = 0.4
"""By how much of its length a message grows."""
_KEPT = re.compile(
    r"F\d+|Ctrl|Alt|Shift|Tab|Esc|EUR|Mbit|[A-Z][a-z]{2} \d{4}|\d+ [A-Z][a-z]{2}\b|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
)


def twisted(text: str, longer: float = LONGER) -> str:
    """Return a message in the language, its names in braces untouched."""
    parts = (part if part.startswith("{") else part.translate(LETTERS) for part in re.split(r"(\{\w+\})", text))
    padding = "~" * round(len(text.strip()) * longer)
    said = "".join(parts)
    return f"{said.rstrip()}{padding}{said[len(said.rstrip()) :]}"


def pseudo(longer: float = LONGER) -> Language:
    """Return the language, made of the template's messages."""
    texts: dict[str, str] = {}
    counted: dict[str, tuple[str, ...]] = {}
    for each in entries(TEMPLATE, TEMPLATE.read_bytes()):
        if len(each.english) > 1:
            counted[each.english[0]] = tuple(twisted(text, longer) for text in each.english)
            texts[each.english[0]] = counted[each.english[0]][0]
        else:
            texts[_key(each)] = twisted(each.english[0], longer)
    return Language("xx", "Pseudo", "en", texts, counted, lambda n: int(n != 1))


def _key(each: Entry) -> str:
    return f"{each.context}|{each.english[0]}" if each.context else each.english[0]


def data_words(catalog: Path) -> frozenset[str]:
    """Return the words that a catalog brings along: names, codes and values, not its descriptions."""
    words: set[str] = set()
    for path in sorted(catalog.rglob("*.json")):
        for text in _named(json.loads(path.read_bytes())):
            words.update(re.findall(r"[A-Za-z]+", text))
    return frozenset(words)


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, str) and key in (
                "name",
                "id",
                "value",
                "units",
                "unitOfMeasure",
                "firstValue",
                "city",
                "street1",
                "state",
                "paymentStatus",
            ):
                yield inner
            else:
                yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)


def plain_words(picture: str, known: frozenset[str]) -> list[str]:
    """Return the words on a picture that were not said in the language and are no data, each with its line."""
    found = []
    for line in picture.split("\n"):
        for match in re.finditer(r"[A-Za-z]{2,}…?", _KEPT.sub(" ", line)):
            word = match[0]
            begun = word.endswith("…") and any(each.startswith(word[:-1]) for each in known)
            if word not in known and not begun:
                found.append(f"{word}: {line.strip()}")
    return found
