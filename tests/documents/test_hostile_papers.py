"""Papers with what nobody should be called: ten thousand characters, emoji, right to left, controls and markup, in every way of writing."""

from __future__ import annotations

import io
import json
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pypdf import PdfReader
from rich.cells import cell_len

from cartdesk.documents.paper import Facts, Line, Paper, Section, Text
from cartdesk.documents.paper_json import paper_json
from cartdesk.documents.paper_markdown import paper_markdown
from cartdesk.documents.paper_pdf import paper_pdf
from cartdesk.documents.paper_text import paper_text
from cartdesk.documents.papers import quote_paper
from cartdesk.documents.script import script_of
from cartdesk.selling import basket
from cartdesk.text import safe_text
from cartdesk.tmf import Money
from cartdesk.tmf.resource import RelatedParty
from cartdesk.tmf.wire import dumps

from .conftest import NOW

NAMES = {
    "long": "Å" * 10_000,
    "words": "very long name " * 700,
    "emoji": "Ana 😀🇳🇴👩‍👩‍👧 Berg",
    "right to left": "ليلى حداد and שלום",
    "controls": "\x1b]0;owned\x07\x1b[31mred\x00\u202eevil\u2066\r\nnext",
    "markup": "**bold** <script>alert(1)</script> [x](javascript:alert(1)) | pipe `code` # head\n- item &copy; https://evil.example $a$",
    "east asian": "王秀兰 김철수 テレコム",
    "indic": "भारत বাংলা தமிழ் తెలుగు ไทย ខ្មែរ",
    "private": "\ue000\U000f0000\U0010ffff\ud800",
    "empty": "",
    "backslashes": "C:\\new\\table \\(x\\) (unclosed",
}


def paper(name: str) -> Paper:
    """A paper that has a name everywhere one can stand."""
    money = Money(1_234_567, "EUR")
    blocks = (
        Facts((("Customer", name), ("", name), (name, "value"))),
        Section(name, (Line(name, money), Line(name, money, total=True, depth=1), Line(name, depth=2))),
        Section("Without amounts", (Line(name), Line(name, depth=1))),
        Text((name, "sound"), name),
        Text((name,), quiet=True),
    )
    return Paper("quote", f"Quote {name}", name, name, NOW, blocks)


def is_clean(text: str) -> bool:
    return all(
        each == "\n" or (unicodedata.category(each) not in ("Cc", "Cs") and each not in "\u202e\u2066\u2028\u2029\u200f") for each in text
    )


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("width", [20, 42, 80])
def test_text_stays_within_its_width_and_steers_no_terminal(name, width) -> None:
    text = paper_text(paper(name), width)
    assert is_clean(text)
    assert all(cell_len(line) <= width for line in text.split("\n"))
    assert "sound" in text


class _Seen(HTMLParser):
    """What a browser would make of rendered Markdown: its tags, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def rendered(markdown: str) -> _Seen:
    seen = _Seen()
    seen.feed(MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(markdown))
    return seen


ALLOWED = {"h1", "h2", "p", "strong", "em", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_markdown_means_nothing_but_what_the_paper_means(name) -> None:
    markdown = paper_markdown(paper(name))
    assert is_clean(markdown)
    seen = rendered(markdown)
    assert seen.tags <= ALLOWED
    assert " ".join(safe_text(name).split()) in " ".join(seen.text.split())


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.one_of(st.sampled_from("*_`[]()<>#+-=|~&\\!$:.1 ab/"), st.characters(codec="utf-8")), max_size=40))
def test_any_text_is_the_same_text_in_markdown(name) -> None:
    made = Paper(
        "quote", "T", "", "", None, (Facts((("Name", f"x{name}"),)), Section("S", (Line(f"y{name}", Money(1, "EUR")),)), Text((name,), "Z"))
    )
    seen = rendered(paper_markdown(made))
    assert seen.tags <= ALLOWED
    plain = " ".join(safe_text(name).split())
    assert " ".join(seen.text.split()).endswith(f"Z {plain}".rstrip())


@pytest.mark.parametrize("name", [name[:200] for name in NAMES.values()], ids=NAMES)
def test_a_pdf_can_be_opened_and_has_no_link_and_no_script(name) -> None:
    _is_sound(paper_pdf(paper(name)))


@pytest.mark.stress
@pytest.mark.parametrize("name", ["long", "words"])
def test_a_pdf_with_a_name_of_ten_thousand_characters_in_every_place_can_be_opened(name) -> None:
    _is_sound(paper_pdf(paper(NAMES[name])))


def test_a_pdf_with_a_name_of_ten_thousand_characters_can_be_opened() -> None:
    _is_sound(paper_pdf(Paper("quote", "Quote", "c", "Shop", NOW, (Facts((("Customer", NAMES["words"]),)), Text(("sound",))))))


def _is_sound(data: bytes) -> None:
    reader = PdfReader(io.BytesIO(data))
    assert "sound" in "".join(page.extract_text() for page in reader.pages)
    assert not any(page.get("/Annots") for page in reader.pages)
    assert all(each not in data for each in (b"/JavaScript", b"/OpenAction /JS", b"/URI", b"/Launch"))


@pytest.mark.parametrize(
    ("name", "shown"),
    [("east asian", "王秀兰 김철수 テレコム"), ("emoji", "😀"), ("markup", "**bold** <script>"), ("controls", "red")],
)
def test_a_pdf_shows_the_worlds_names_and_signs_as_they_are(name, shown) -> None:
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper_pdf(paper(NAMES[name])))).pages)
    assert shown in text


def test_what_no_typeface_has_is_a_box_and_not_nothing() -> None:
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper_pdf(paper("a\ue000b")))).pages)
    assert "a□b" in text


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_json_is_json_and_has_no_controls(name) -> None:
    written = dumps(paper_json(paper(name)))
    assert json.loads(written)["blocks"][0]["facts"][0]["value"] == safe_text(name)
    assert is_clean(written)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_quote_for_whoever_it_is(corner, name) -> None:
    cart = corner.cart("14277", "PHONE")
    party = RelatedParty(id="c", name=name or "?", role="customer")
    offering = cart.cart_item[0].product_offering.model_copy(update={"name": name or "?"})
    item = cart.cart_item[0].model_copy(update={"product_offering": offering})
    cart = basket.set_label(cart, "label").model_copy(update={"related_party": (party,), "cart_item": (item, *cart.cart_item[1:])})
    made = quote_paper(cart, corner.price(cart), NOW)
    assert all(cell_len(line) <= 42 for line in paper_text(made, 42).split("\n"))
    assert PdfReader(io.BytesIO(paper_pdf(made))).pages
    assert all(is_clean(each.text) for each in script_of(cart, corner.price(cart), "eu", NOW))


@pytest.mark.parametrize("count", [100, pytest.param(1_000, marks=pytest.mark.stress)])
def test_a_long_paper_is_written_whole(count) -> None:
    lines = tuple(Line(f"Line {number} 光", Money(number, "EUR")) for number in range(count))
    data = paper_pdf(Paper("quote", "Long", "1", "", NOW, (Section("Lines", lines),)))
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    assert "Line 0 光" in text
    assert f"Line {count - 1} 光" in text
