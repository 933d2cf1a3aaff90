"""Our own catalogs: everything the sources say is in each of them, with the same names to fill in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cartdesk.language.reading import entries, read
from cartdesk.language.shelf import SHIPPED, languages
from cartdesk.language.template import TEMPLATE, extracted, written

CODES = ("de", "es", "fr")
AGAIN = "run `python -m cartdesk.language.template` and translate what it names"


def test_the_languages_that_come_with_it() -> None:
    assert languages() == {"en": "English", "de": "Deutsch", "es": "Español", "fr": "Français"}


def test_the_template_is_what_the_sources_say(root: Path) -> None:
    assert TEMPLATE.read_bytes() == written(extracted(root / "src" / "cartdesk")), AGAIN


@pytest.mark.parametrize("code", CODES)
def test_every_message_is_said_with_its_names_and_nothing_else_is(code: str) -> None:
    path = SHIPPED / f"{code}.po"
    content = path.read_bytes()
    _, faults = read(path, content)
    assert not faults
    said = {each.key: each for each in entries(path, content)}
    wanted = {each.key for each in entries(TEMPLATE, TEMPLATE.read_bytes())}
    assert [key for key in wanted if key not in said or not said[key].is_said] == [], AGAIN
    assert said.keys() == wanted, AGAIN
    assert b"fuzzy" not in content
    assert b"#~" not in content


@pytest.mark.parametrize("code", CODES)
def test_a_message_keeps_its_edges_and_its_lines(code: str) -> None:
    """What is set beside something else has its blanks where English has them."""
    path = SHIPPED / f"{code}.po"
    for each in entries(path, path.read_bytes()):
        for english, said in zip(each.english, each.said, strict=True):
            before, after = (re.findall(r"^ *| *$", text)[:2] for text in (english, said))
            assert before[0] == after[0] or english.startswith(" (") or said[:1] in " \u202f\u00a0", (english, said)
            assert english.count("\n") == said.count("\n")
            assert len(english) - len(english.rstrip(" ")) == len(said) - len(said.rstrip(" ")), (english, said)


@pytest.mark.parametrize("code", CODES)
def test_entries_and_codes_within_a_message_stay_as_they_are_typed(code: str) -> None:
    path = SHIPPED / f"{code}.po"
    for each in entries(path, path.read_bytes()):
        for english, said in zip(each.english, each.said, strict=True):
            for typed in re.findall(r"`[^`]+`|\bE [a-z]+=|\bE (?:heard|confirm)\b", english):
                assert typed in said, (english, said)
