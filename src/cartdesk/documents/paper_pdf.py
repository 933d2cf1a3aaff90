"""A paper as a PDF: laid out on A4 or Letter, with typefaces for the world's names embedded, and nothing fetched from anywhere.

Called for ``--pdf`` and by the desk's key; fpdf2 and the typefaces are loaded only then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos
from fpdf.fonts import TTFFont

from cartdesk.documents.money import decimal_point
from cartdesk.documents.paper import Block, Facts, Line, Paper, Section
from cartdesk.documents.typefaces import BOLD, MISSING, REGULAR, faces_for
from cartdesk.language import tr
from cartdesk.text import safe_text

PageFormat = Literal["A4", "Letter"]

_MARGIN = 18.0
"""Millimetres around the text."""
_FACT = 34.0
"""How wide the names of facts are, at full size."""
_STEP = 4.0
_POINT = 25.4 / 72
_LEADING = 1.32
_BODY, _SMALL, _HEADING, _TITLE = 9.5, 8.0, 11.0, 17.0
_SMALLER = (0.92, 0.85, 0.78, 0.72, 0.66)
"""How much smaller a paper that is meant for one page is written until it fits."""
_NEVER = 3
"""So many pages may still become one; more never do."""
_INK, _DIM, _ACCENT, _RULE = (28, 32, 38), (110, 116, 124), (20, 84, 110), (205, 210, 215)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def paper_pdf(paper: Paper, *, page_format: PageFormat = "A4") -> bytes:
    """Return a paper as the bytes of a PDF; the same paper makes the same bytes.

    A paper that is meant for one page is written smaller where it would need two, as long as it can still be read.
    """
    whole, pages = _drawn(paper, 1.0, page_format)
    for scale in _SMALLER if paper.one_page and 1 < pages <= _NEVER else ():
        smaller, pages = _drawn(paper, scale, page_format)
        if pages == 1:
            return smaller
    return whole


def _drawn(paper: Paper, scale: float, page_format: PageFormat) -> tuple[bytes, int]:
    """Return a paper drawn at one size, and on how many pages; the typefaces' files are closed again."""
    sheet = _Sheet(paper, scale, page_format)
    try:
        return bytes(sheet.output()), sheet.page
    finally:
        for font in sheet.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()


class _Sheet(FPDF):
    """One paper drawn at one size."""

    def __init__(self, paper: Paper, scale: float, page_format: PageFormat) -> None:
        super().__init__(format=page_format)
        self._paper = paper
        self._scale = scale
        self._point = decimal_point(paper.locale)
        self._known: set[int] = set()
        self._about()
        self._typefaces()
        self.set_margin(_MARGIN)
        self.c_margin = 0.0
        self.set_auto_page_break(True, margin=_MARGIN + 4)
        self.add_page()
        self._room, self._tail = self._columns()
        self._title()
        for block in paper.blocks:
            self._block(block)

    def add_page(self, *args: Any, **kwargs: Any) -> None:
        """Begin a page with the font that the page before ended with."""
        super().add_page(*args, **kwargs)
        if self.font_family:
            self._settle_font()

    def footer(self) -> None:
        """Write the paper's name and the page at the foot of each page."""
        self.set_y(-_MARGIN + 3)
        self._ink(_DIM, 7.5, fixed=True)
        name = " · ".join(part for part in (self._safe(self._paper.shop, 60), self._safe(self._paper.title, 90)) if part)
        self.cell(self.epw - 30, 4, name)
        self.cell(30, 4, f"{self.page_no()} / {{nb}}", align="R")

    def _about(self) -> None:
        self.set_title(safe_text(self._paper.title, 200))
        self.set_author(safe_text(self._paper.shop, 100) or "cartdesk")
        self.set_creator("cartdesk")
        self.set_lang(self._paper.locale.replace("_", "-"))
        self.set_creation_date(self._paper.made or _EPOCH)

    def _typefaces(self) -> None:
        self.add_font("body", fname=REGULAR)
        self.add_font("body", "B", fname=BOLD)
        others = faces_for(_everything(self._paper))
        for number, file in enumerate(others):
            self.add_font(tr("more{number}", number=number), fname=file)
        if others:
            self.set_fallback_fonts([tr("more{number}", number=number) for number in range(len(others))], exact_match=False)
        self.set_text_shaping(use_shaping_engine=True)
        self._known = {code for font in self.fonts.values() if isinstance(font, TTFFont) for code in font.cmap}

    def _title(self) -> None:
        if self._paper.shop:
            self._ink(_DIM, _BODY)
            self._write(self._safe(self._paper.shop, 100))
        self._ink(_ACCENT, _TITLE, bold=True)
        self._write(self._safe(self._paper.title, 160))
        self.ln(self._height(_BODY) * 0.5)

    def _block(self, block: Block) -> None:
        if isinstance(block, Facts):
            self._facts(block.rows)
        elif isinstance(block, Section):
            self._heading(block.title)
            for line in block.lines:
                self._line(line)
        else:
            if block.title:
                self._heading(block.title)
            elif block.quiet:
                self.ln(self._height(_BODY) * 0.6)
            self._ink(_DIM if block.quiet else _INK, _SMALL if block.quiet else _BODY)
            for paragraph in block.paragraphs:
                self._write(self._safe(paragraph), after=0.25)

    def _facts(self, rows: Sequence[tuple[str, str]]) -> None:
        wide = _FACT * self._scale
        for name, value in rows:
            self._ink(_DIM, _BODY)
            self._make_room(self._height(_BODY))
            self.cell(wide, self._height(_BODY), self._safe(name, 40))
            self._ink(_INK, _BODY)
            self._write(self._safe(value, 2_000), indent=wide)

    def _heading(self, title: str) -> None:
        self.ln(self._height(_BODY) * 0.75)
        self._make_room(self._height(_HEADING) + 2 * self._height(_BODY))
        self._ink(_ACCENT, _HEADING, bold=True)
        self._write(self._safe(title, 160))
        self.set_draw_color(*_RULE)
        self.set_line_width(0.2)
        self.line(self.l_margin, self.get_y() + 0.4, self.l_margin + self.epw, self.get_y() + 0.4)
        self.ln(1.4 * self._scale)

    def _columns(self) -> tuple[float, float]:
        """Return how wide words may be beside amounts, and how wide amounts are from the decimal point on, in the whole paper."""
        self._ink(_INK, _BODY, bold=True)
        lines = [line for block in self._paper.blocks if isinstance(block, Section) for line in block.lines if line.money is not None]
        parts = [self._parted(line) for line in lines]
        tail = max((self.get_string_width(self._safe(fraction + suffix)) for _, fraction, suffix in parts), default=0.0)
        whole = max((self.get_string_width(self._safe(whole)) for whole, _, _ in parts), default=0.0)
        return max(self.epw - tail - whole - _STEP, self.epw / 3), tail

    def _line(self, line: Line) -> None:
        """Write a line with its amount aligned on the decimal point and what stands behind that dim."""
        whole, fraction, suffix = self._parted(line)
        high, indent, room, tail = self._height(_BODY), line.depth * _STEP * self._scale, self._room, self._tail
        self._ink(_INK if line.total or not line.depth else _DIM, _BODY, bold=line.total)
        text = self._safe(line.text)
        rows = self.multi_cell(room - indent, high, text, dry_run=True, output=MethodReturnValue.LINES, align="L")
        self._make_room(min(high * (len(rows) if isinstance(rows, list) else 1), self.eph / 2))
        if whole:
            top = self.get_y()
            self.set_x(self.l_margin + room)
            self.cell(self.epw - room - tail, high, whole, align="R")
            self.cell(self.get_string_width(fraction), high, fraction)
            self._ink(_DIM, _BODY)
            self.cell(0, high, self._safe(suffix, 20))
            self._ink(_INK if line.total or not line.depth else _DIM, _BODY, bold=line.total)
            self.set_xy(self.l_margin, top)
        self._write(text, indent=indent, width=room - indent)

    def _parted(self, line: Line) -> tuple[str, str, str]:
        """Return what stands before the decimal point, from it on, and behind the amount."""
        whole, sign, fraction = line.amount(self._paper.locale).rpartition(self._point)
        return (whole, sign + fraction, line.suffix) if sign else (fraction, "", line.suffix)

    def _write(self, text: str, *, indent: float = 0.0, width: float = 0.0, after: float = 0.0) -> None:
        """Write a paragraph from the left margin on, and go below it."""
        high = self._height(self.font_size_pt / self._scale)
        self.set_x(self.l_margin + indent)
        self.multi_cell(width or self.epw - indent, high, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        if after:
            self.ln(high * after)

    def _make_room(self, high: float) -> None:
        if self.will_page_break(high):
            self.add_page()

    def _ink(self, color: tuple[int, int, int], points: float, *, bold: bool = False, fixed: bool = False) -> None:
        self.set_text_color(*color)
        self.set_font("body", "B" if bold else "", points if fixed else points * self._scale)
        self._settle_font()

    def _settle_font(self) -> None:
        """Write a space, so that the font holds for the page.

        fpdf2 sets a font when it is first used; where that is in a line that begins with another typeface's character, it sets it for
        that line alone and takes it as set for those that follow.
        """
        x, y = self.x, self.y
        self.cell(0.01, 0.01, " ")
        self.set_xy(x, y)

    def _height(self, points: float) -> float:
        """Return how high a line of this size is, in millimetres."""
        return points * self._scale * _POINT * _LEADING

    def _safe(self, text: str, limit: int | None = None) -> str:
        """Return text that can be drawn: safe, and with a sign for what no typeface here has."""
        return "".join(each if ord(each) in self._known else _instead(each) for each in safe_text(text, limit))


def _instead(character: str) -> str:
    """Return what is drawn for a character that there is no glyph for: nothing for joiners and variation selectors."""
    code = ord(character)
    return "" if code in (0x200B, 0x200C, 0x200D, 0x2060) or 0xFE00 <= code <= 0xFE0F or 0xE0000 <= code <= 0xE01EF else MISSING


def _everything(paper: Paper) -> str:
    """Return all characters of a paper, to see which typefaces it needs."""
    parts = [paper.title, paper.shop]
    for block in paper.blocks:
        if isinstance(block, Facts):
            parts.extend(part for row in block.rows for part in row)
        elif isinstance(block, Section):
            parts.extend((block.title, *(line.text for line in block.lines)))
        else:
            parts.extend((block.title, *block.paragraphs))
    return safe_text("".join(dict.fromkeys("".join(parts))))
