"""Cells of lists: every drawing is exactly as wide as its column, whatever is in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from cartdesk.tui.widgets.cells import Bar, Piece, draw_bar, draw_cell, share_widths


def ink(tone: str) -> Style:
    return Style()


def text_of(segments: list[Segment]) -> str:
    return "".join(segment.text for segment in segments)


@given(st.lists(st.text(max_size=30), min_size=1, max_size=4), st.integers(0, 40), st.booleans())
def test_a_text_cell_fills_its_column_exactly(texts: list[str], width: int, right: bool) -> None:
    segments = draw_cell(tuple(Piece(text) for text in texts), width, ink, right=right)
    assert cell_len(text_of(segments)) == width


@given(st.floats(0, 2), st.floats(0, 2), st.booleans(), st.integers(1, 60))
def test_a_bar_fills_its_column_exactly(charged: float, listed: float, cut: bool, width: int) -> None:
    assert cell_len(text_of(draw_bar(Bar(charged, listed, cut), width, ink))) == width


def test_a_long_text_ends_in_an_ellipsis_and_a_short_one_does_not() -> None:
    assert text_of(draw_cell("Unlimited Family", 10, ink)) == "Unlimited…"
    assert text_of(draw_cell("Fibre", 10, ink)) == "Fibre     "
    assert text_of(draw_cell("39.00", 10, ink, right=True)) == "     39.00"


def test_wide_characters_are_cut_by_cells() -> None:
    assert text_of(draw_cell("日本語日本語", 6, ink)) == "日本… "


def test_controls_and_bidi_never_reach_the_strip() -> None:
    drawn = text_of(draw_cell("a\x1b]0;x\x07\u202eb\r\n", 30, ink))
    assert drawn.strip() == "a␛]0;x␇�b⏎"


def test_a_bar_shows_the_discount_as_a_shade_behind_what_is_charged() -> None:
    assert text_of(draw_bar(Bar(0.5, 0.8), 10, ink)) == "█████░░░  "
    assert text_of(draw_bar(Bar(0.55, 0.55), 10, ink)) == "█████▌    "


def test_the_smallest_amount_is_told_from_none() -> None:
    assert text_of(draw_bar(Bar(0.00001, 0.0), 10, ink)) == "▏         "
    assert text_of(draw_bar(Bar(0.0, 0.0), 10, ink)) == " " * 10


def test_a_bar_longer_than_the_chart_is_drawn_broken() -> None:
    assert text_of(draw_bar(Bar(1, 1, cut=True), 10, ink)) == "██████╱╱██"


@pytest.mark.parametrize(
    ("widths", "total", "expected"),
    [([8, None], 20, [8, 11]), ([8, None, None], 30, [8, 10, 10]), ([8, 8], 10, [8, 1]), ([None, 5], 3, [1, 1])],
)
def test_open_columns_share_what_is_left(widths: list[int | None], total: int, expected: list[int]) -> None:
    assert share_widths(widths, total) == expected
