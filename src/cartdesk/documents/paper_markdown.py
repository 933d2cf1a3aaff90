"""A paper as Markdown, with every character that would mean something there taken as itself.

Called for ``--markdown``; what it makes reads the same in CommonMark and where tables are understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cartdesk.documents.paper import Block, Facts, Line, Paper, Section
from cartdesk.text import safe_text

_ANYWHERE = re.compile(r"([\\`*_\[\]<>&|~$])")
_AT_START = re.compile(r"^(\d{1,9}(?=[.)](?:\s|$))|(?=[#+=:-]))")
_ADDRESS = re.compile(r"(?i)\b(?:https?|ftp)(?=://)|\bwww(?=\.)")
_STEP = "&emsp;"


def paper_markdown(paper: Paper) -> str:
    """Return a paper as Markdown; ends with a line break."""
    parts = [f"# {_escaped(paper.title)}"]
    if paper.shop:
        parts.append(f"**{_escaped(paper.shop)}**")
    parts.extend("\n".join(_lines(block, paper.locale)) for block in paper.blocks)
    return "\n\n".join(part for part in parts if part) + "\n"


def _lines(block: Block, locale: str) -> Iterator[str]:
    if isinstance(block, Facts):
        for name, value in block.rows:
            yield f"- **{_escaped(name)}:** {_escaped(value)}" if name else f"  - {_escaped(value)}"
    elif isinstance(block, Section):
        yield f"## {_escaped(block.title)}"
        yield ""
        if any(line.money is not None for line in block.lines):
            yield from ("| | |", "|:---|---:|")
            yield from (_row(line, locale) for line in block.lines)
        else:
            yield from (f"{'  ' * line.depth}- {_escaped(line.text)}" for line in block.lines)
    else:
        if block.title:
            yield f"## {_escaped(block.title)}"
            yield ""
        yield "\n\n".join(f"*{_escaped(each)}*" if block.quiet else _escaped(each) for each in block.paragraphs)


def _row(line: Line, locale: str) -> str:
    text, amount = _escaped(line.text), _escaped(line.amount(locale) + line.suffix)
    if line.total and line.money is not None:
        text, amount = f"**{text}**", f"**{amount}**"
    return f"| {_STEP * line.depth}{text} | {amount} |"


def _escaped(text: str) -> str:
    """Return text in one line that Markdown takes as it is: no markup, no HTML, no entity, no link of its own."""
    plain = _ANYWHERE.sub(r"\\\1", " ".join(safe_text(text).split()))
    return _ADDRESS.sub(r"\g<0>\\", _AT_START.sub(r"\1\\", plain))
