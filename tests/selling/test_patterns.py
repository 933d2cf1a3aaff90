"""A catalog's regular expressions: the tame ones are used, the others never run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartdesk.selling.patterns import MAX_VALUE, fits, is_usable


@pytest.mark.parametrize(
    ("pattern", "value", "fitting"),
    [
        (r"\d{4}", "1234", True),
        (r"\d{4}", "12345", False),
        (r"[A-Z]{2} ?\d{3,5}", "NO 123", True),
        (r"(\d{4} ){3}\d{4}", "1234 1234 1234 1234", True),
        (r"(?:red|green|blue)", "green", True),
        (r"red|green", "blue", False),
        (r"(?P<a>x)y", "xy", True),
        (r"[()|*+]{2}", "(+", True),
        (r"\(\d+\)", "(5)", True),
        (r".*", "x" * MAX_VALUE, True),
        (r".*", "x" * (MAX_VALUE + 1), False),
        (r"(?=ab)\w+", "abc", True),
        (r"a{,3}", "aa", True),
        (r"[\[\]]+", "[]", True),
        (r"[a-z-]+", "a-b", True),
    ],
)
def test_tame_patterns_are_used(pattern, value, fitting):
    assert is_usable(pattern)
    assert fits(pattern, value) is fitting


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+$", r"(a*)*b", r"(a|aa)+$", r"(a|a?)+$", r"(.*a){20}", r"([a-z]+)*", r"a?" * 60 + "a" * 60, r".*.*.*.*x",
        r"(x)\1", r"(?P<a>x)(?P=a)",
        r"(?i)abc", r"[",
        r"[[", r"[[a]", r"[a--b]", r"[a&&b]", r"(", r"*", "a" * 201, r"((a|b)|(c|d)){30}", r"(a|b)" * 25,
        r"(?:a{1,50}){1,50}x", "a{5000000000}", r"\d++\1",
    ],
)  # fmt: skip
def test_patterns_that_could_run_away_or_are_none_say_nothing(pattern):
    assert not is_usable(pattern)
    assert fits(pattern, "a" * 60 + "!")


@given(st.text(r"ab.*+?(){}[]|\123,:=<P>!^$", max_size=40), st.text("ab12", max_size=30))
def test_no_pattern_raises(pattern, value):
    assert fits(pattern, value) in {True, False}
