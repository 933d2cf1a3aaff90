"""A paper as plain text for a terminal or a till roll, each line at most so many cells wide.

Called for every document on screen, at the prompt and in files.
"""

from __future__ import annotations

from collections.abc import Iterator

from cartdesk.documents.layout import BLANK, RULE, Row, lay_out
from cartdesk.documents.money import decimal_point
from cartdesk.documents.paper import Block, Facts, Line, Paper, Section, Text
from cartdesk.text import safe_text

_STEP = 2
_LONGEST_FACT = 2_000


def paper_text(paper: Paper, width: int = 80) -> str:
    """Return a paper as text, each line at most ``width`` cells wide.

    Args:
        paper: the document.
        width: the widest line in cells; 80 for a screen, 42 for a till roll.
    """
    rows = [Row(text) for text in (safe_text(paper.shop, 80), safe_text(paper.title, 120)) if text]
    last: Block | None = None
    for block in paper.blocks:
        rows.extend(_between(last, block))
        rows.extend(_rows(block, paper.locale))
        last = block
    return "\n".join(lay_out(rows, width, decimal_point(paper.locale)))


def _between(before: Block | None, block: Block) -> Iterator[Row]:
    """Yield what parts two blocks: a rule around the sections, a blank line between them."""
    if isinstance(block, Facts):
        return
    if before is None or isinstance(before, Facts) or _is_foot(block) != _is_foot(before):
        yield RULE
    elif not _is_foot(block):
        yield BLANK


def _is_foot(block: Block) -> bool:
    return isinstance(block, Text) and block.quiet


def _rows(block: Block, locale: str) -> Iterator[Row]:
    if isinstance(block, Facts):
        yield from _facts(block)
    elif isinstance(block, Section):
        yield Row(safe_text(block.title, 200))
        yield from (_line(line, locale) for line in block.lines)
    else:
        if block.title:
            yield Row(safe_text(block.title, 200))
        for paragraph in block.paragraphs:
            yield Row(safe_text(paragraph), indent=_STEP if block.title else 0)


def _facts(facts: Facts) -> Iterator[Row]:
    for name, value in facts.rows:
        written = safe_text(value, _LONGEST_FACT)
        yield Row(f"{safe_text(name, 40)}: {written}") if name else Row(written, indent=_STEP)


def _line(line: Line, locale: str) -> Row:
    indent = 0 if line.total and not line.depth else _STEP * (line.depth + (0 if line.total else 1))
    return Row(safe_text(line.text), line.amount(locale), safe_text(line.suffix, 20), indent)
