"""Nothing from outside steers the terminal, and readable text stays readable."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartdesk.text import safe_lines, safe_text


@given(st.text())
def test_no_control_or_direction_character_gets_through(text: str) -> None:
    for character in safe_text(text):
        assert unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}
        assert character not in "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"


@given(st.text())
def test_safe_text_is_safe_already(text: str) -> None:
    assert safe_text(safe_text(text)) == safe_text(text)


@pytest.mark.parametrize("text", ["Unlimited Family", "Forfait Été ß ø", "データ 10GB", "شريحة", "[bold]Fibre[/] [New]", "a\u0301"])
def test_readable_text_is_left_alone(text: str) -> None:
    assert safe_text(text) == text


def test_what_steers_is_made_visible() -> None:
    assert safe_text("a\x1b]52;c;YQ==\x07b") == "a␛]52;c;YQ==␇b"
    assert safe_text("one\ntwo\r\nthree\tfour") == "one⏎two⏎three four"
    assert safe_text("abcdef", limit=4) == "abc…"
    assert safe_lines("one\r\ntwo\x00") == ["one", "two␀"]
