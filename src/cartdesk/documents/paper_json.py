"""A paper as JSON values: what it says, with its amounts as numbers beside their words.

Called where a program reads a document: ``--json``, and whoever prints it elsewhere.
"""

from __future__ import annotations

from typing import Any

from cartdesk.documents.paper import Block, Facts, Line, Paper, Section
from cartdesk.text import safe_text
from cartdesk.tmf.money import Money
from cartdesk.tmf.period import write_time
from cartdesk.tmf.wire import json_number


def paper_json(paper: Paper) -> dict[str, Any]:
    """Return a paper as JSON values: dicts, lists, strings and numbers."""
    return {
        "kind": paper.kind,
        "title": safe_text(paper.title),
        "number": safe_text(paper.number),
        "shop": safe_text(paper.shop),
        "made": write_time(paper.made) if paper.made is not None else None,
        "blocks": [_block(block) for block in paper.blocks],
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Facts):
        return {"facts": [{"name": safe_text(name), "value": safe_text(value)} for name, value in block.rows]}
    if isinstance(block, Section):
        return {"title": safe_text(block.title), "lines": [_line(line) for line in block.lines]}
    return {"title": safe_text(block.title), "paragraphs": [safe_text(each) for each in block.paragraphs]}


def _line(line: Line) -> dict[str, Any]:
    written: dict[str, Any] = {"text": safe_text(line.text)}
    if line.depth:
        written["depth"] = line.depth
    if line.money is not None:
        written["amount"] = _money(line.money)
    if line.period is not None:
        written["recurringChargePeriod"] = str(line.period)
    if line.total:
        written["total"] = True
    return written


def _money(money: Money) -> dict[str, Any]:
    return {"unit": money.currency, "value": json_number(money.amount)}
