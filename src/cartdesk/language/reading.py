"""A language's file, read and judged: gettext's .po, by Babel.

``catalogs`` asks for what a file says when there is no younger copy of it in the cache; ``cartdesk language check`` asks for its faults.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any, NamedTuple

from cartdesk.errors import SettingsError
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

LARGEST = 4_000_000
"""Bytes of a language's file that are read at most; ours have a tenth of that."""
_LINE = re.compile(r'(#.*|((msgctxt|msgid|msgid_plural|msgstr(\[\d\])?)\s+)?"([^"\\]|\\.)*")?')


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a language's file that cannot be used; English is shown in its place."""

    file: Path
    line: int
    """Counted from 1; that of the message."""
    what: str

    def __str__(self) -> str:
        return f"{safe_text(str(self.file))}, line {self.line}: {self.what}"


def read(path: Path, content: bytes) -> tuple[dict[str, Any], list[Fault]]:
    """Return what a language's file says, as the cache keeps it, and what of it cannot be used.

    Raises:
        SettingsError: it is no such file; names the line.
    """
    catalog = _parsed(path, content)
    faults: list[Fault] = []
    texts: dict[str, str] = {}
    counted: dict[str, list[str]] = {}
    for each in _entries(catalog):
        wrong = _wrong(each)
        if wrong is not None:
            faults.append(Fault(path, each.line, wrong))
        elif not each.is_said:
            continue
        elif len(each.english) == 1:
            texts[f"{each.context}|{each.english[0]}" if each.context else each.english[0]] = _safe(each.said[0])
        else:
            counted[each.english[0]] = [_safe(form) for form in each.said]
    for one, forms in counted.items():
        texts.setdefault(one, forms[0])  # where one alone is said elsewhere too
    language = catalog.locale_identifier or path.stem
    return {
        "name": safe_text(dict(catalog.mime_headers).get("X-Language-Name", "") or _own_name(language) or path.stem, 40),
        "locale": language,
        "texts": texts,
        "counted": counted,
        "plural": catalog.plural_expr,
        "forms": forms_of(language),
    }, faults


def unsaid(path: Path, content: bytes, template: bytes) -> list[str]:
    """Return the messages of the template that a language's file does not translate, in the template's order."""
    said = {each.key for each in entries(path, content) if each.is_said}
    return [each.english[0] for each in entries(path, template) if each.key not in said]


class Entry(NamedTuple):
    """One message of a language's file."""

    line: int
    english: tuple[str, ...]
    """The message; for one that counts, that for one and that for many."""
    said: tuple[str, ...]
    """Its translation; for one that counts, every form."""
    context: str

    @property
    def key(self) -> tuple[str, str]:
        """What it is found by."""
        return self.context, self.english[0]

    @property
    def is_said(self) -> bool:
        """True where it is translated, in all of its forms."""
        return bool(self.said) and all(self.said)


def entries(path: Path, content: bytes) -> list[Entry]:
    """Return the messages of a language's file or of a template, in their order.

    Raises:
        SettingsError: it is no such file; names the line.
    """
    return list(_entries(_parsed(path, content)))


def _entries(catalog: Catalog) -> Iterator[Entry]:
    for each in catalog:
        if each.id:
            said = () if each.fuzzy else _texts(each.string)
            yield Entry(each.lineno or 1, _texts(each.id), said, str(each.context or ""))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(text) for text in value) if isinstance(value, (tuple, list)) else (str(value or ""),)


def _parsed(path: Path, content: bytes) -> Catalog:
    from babel.messages.pofile import PoFileError, read_po

    if len(content) > LARGEST:
        raise SettingsError(f"The language file {safe_text(str(path))} is too large to be one: {len(content):,} bytes.")
    try:
        content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _broken(path, line, "it is not UTF-8") from None
    for place, text in enumerate(content.decode().splitlines(), 1):
        if _LINE.fullmatch(text.strip()) is None:
            raise _broken(path, place, "it is neither a comment nor a keyword with a text in quotation marks")
    try:
        catalog = read_po(BytesIO(content), abort_invalid=True, ignore_obsolete=True)
    except PoFileError as error:
        raise _broken(path, error.lineno + 1, safe_text(str(error), 120)) from None
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise _broken(path, 1, f"its head is not right: {safe_text(str(error), 120)}") from None
    try:
        gettext.c2py(catalog.plural_expr)
    except (ValueError, SyntaxError, RecursionError):
        raise _broken(path, content.count(b"\n", 0, content.find(b"Plural-Forms")) + 1, "this is no rule for plurals") from None
    if not any(each.id for each in catalog):
        raise _broken(path, 1, "there is no message in it")
    return catalog


def _broken(path: Path, line: int, why: str) -> SettingsError:
    return SettingsError(f"The language file {safe_text(str(path))} cannot be read, line {line}: {why}.")


def _wrong(each: Entry) -> str | None:
    """Return what is wrong with a translation, in a few words."""
    wanted = [_names(text) or set() for text in each.english]
    for text in each.said:
        if not text:
            continue
        found = _names(text)
        if found is None:
            return f"“{safe_text(text, 60)}” has braces that do not close."
        if found not in wanted:
            missing, strange = sorted(wanted[-1] - found), sorted(found - wanted[-1])
            what = [f"lacks {{{name}}}" for name in missing] + [
                f"has {{{safe_text(name, 20)}}}, which is not filled in" for name in strange
            ]
            return f"“{safe_text(text, 60)}” {' and '.join(what)}."
    return None


def _names(text: str) -> set[str] | None:
    """Return the names in braces, with whatever else stands in them; None where the braces are not right."""
    try:
        return {
            f"{name}{f'!{conversion}' if conversion else ''}{f':{spec}' if spec else ''}"
            for _, name, spec, conversion in Formatter().parse(text)
            if name is not None
        }
    except ValueError:
        return None


def _safe(text: str) -> str:
    return "\n".join(safe_text(line) for line in text.split("\n"))


def _own_name(language: str) -> str:
    locale = _babel(language)
    return str(locale.display_name or "").capitalize() if locale is not None else ""


def _babel(language: str) -> Any:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language.replace("-", "_"))
    except (ValueError, TypeError, UnknownLocaleError):
        return None


def forms_of(language: str) -> dict[str, Any] | None:
    """Return how a language writes numbers and days, as ``Forms`` holds it; None where it does so in a way of its own."""
    from babel.dates import format_skeleton

    locale = _babel(language)
    if locale is None or locale.language == "en":
        return None
    signs = locale.number_symbols.get("latn", {})
    pattern = locale.decimal_formats[None]
    if locale.default_numbering_system != "latn" or pattern.grouping != (3, 3) or "decimal" not in signs or pattern.prefix != ("", "-"):
        return None

    def each(skeleton: str) -> Iterator[str]:
        for month in range(1, 13):
            written = safe_text(str(format_skeleton(skeleton, date(2026, month, 28), locale=locale)))
            yield written.replace("28", "{day}").replace("2026", "{year}")

    return {
        "decimal": signs["decimal"],
        "group": signs["group"],
        "days": list(each("MMMd")),
        "dated": list(each("yMMMd")),
        "months": list(each("MMM")),
        "dated_months": list(each("yMMM")),
    }
