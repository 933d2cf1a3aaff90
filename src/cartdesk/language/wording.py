"""The language this process speaks, and the functions that say something in it.

It is chosen once at the start and may be changed in the settings; whatever was written in the one before is then forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ParamSpec, TypeVar

_Given = ParamSpec("_Given")
_Said = TypeVar("_Said")


@dataclass(frozen=True, slots=True)
class Forms:
    """How a language writes numbers and days, where it groups digits by three; taken from Babel once, so that Babel need not be loaded."""

    decimal: str
    """The sign between whole and fraction."""
    group: str
    """The sign between groups of digits."""
    days: tuple[str, ...]
    """A day of each of the twelve months, without its year: ``{day}. Dez.``."""
    dated: tuple[str, ...]
    """The same with its year: ``{day}. Dez. {year}``."""
    months: tuple[str, ...]
    """Each month by itself: ``Dez``."""
    dated_months: tuple[str, ...]
    """The same with its year: ``Dez. {year}``."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language with everything it can say."""

    code: str
    """``de``, ``fr``, ``pt-BR``: the catalog's file without its ending."""
    name: str
    """What it calls itself: ``Deutsch``."""
    locale: str
    """The CLDR locale its numbers and days are written in."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Message to translation; one with a context stands under ``context|message``."""
    counted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The message for one to all forms of a counted message."""
    plural: Callable[[int], int] | None = None
    """Which form a count takes."""
    forms: Forms | None = None
    """How numbers and days are written; None where Babel has to be asked each time."""


ENGLISH = Language("en", "English", "en")

_language = ENGLISH
_texts: Mapping[str, str] = {}
_memories: list[Callable[[], None]] = []


def speak(language: Language) -> None:
    """Say everything in this language from now on."""
    global _language, _texts
    if language is _language:
        return
    _language, _texts = language, language.texts
    for forget in _memories:
        forget()


def current() -> Language:
    """Return the language spoken now."""
    return _language


def locale_of(catalog: str) -> str:
    """Return the locale amounts and days are written in: the language's own, or that of the catalog where English is spoken."""
    return catalog if _language is ENGLISH else _language.locale


def message(english: str) -> str:
    """Return a message as it is: marks a constant as one that is translated where it is shown."""
    return english


def tr(english: str, /, **values: object) -> str:
    """Return a message in the language spoken, its ``{names}`` filled in."""
    text = _texts.get(english, english)
    return text.format_map(values) if values else text


def ctr(context: str, english: str, /, **values: object) -> str:
    """Return a message as it is said in a certain place, such as the narrow ``footer``; as anywhere else where nothing is said for it."""
    text = _texts.get(f"{context}|{english}") or _texts.get(english, english) if _texts else english
    return text.format_map(values) if values else text


def ntr(one: str, many: str, n: int, /, **values: object) -> str:
    """Return a message that counts: ``{n}`` is the count, as it is written in the language."""
    values.setdefault("n", grouped(n))
    forms, plural = _language.counted.get(one), _language.plural
    if forms is None or plural is None:
        return (one if n == 1 else many).format_map(values)
    return forms[min(plural(n), len(forms) - 1)].format_map(values)


def grouped(whole: int) -> str:
    """Return a whole number with its digits in groups: ``1,234``."""
    written = f"{whole:,}"
    return written if _language.forms is None else written.replace(",", _language.forms.group)


def capital(text: str) -> str:
    """Return a text that begins as a sentence does, the rest of it as it is."""
    return text[:1].upper() + text[1:]


def cached(size: int) -> Callable[[Callable[_Given, _Said]], Callable[_Given, _Said]]:
    """Keep what a function said, the ``size`` newest, until another language is spoken."""

    def keep(function: Callable[_Given, _Said]) -> Callable[_Given, _Said]:
        kept: Any = lru_cache(maxsize=size)(function)
        _memories.append(kept.cache_clear)
        return kept  # type: ignore[no-any-return]  # lru_cache forgets what it is called with

    return keep
