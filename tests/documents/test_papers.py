"""Quotes, summaries, confirmations and receipts in every way they are written, word for word, and what all ways have in common."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from pypdf import PdfReader
from rich.cells import cell_len

from cartdesk.documents.ordered import priced_order
from cartdesk.documents.paper import Facts, Line, Paper, Section, Text
from cartdesk.documents.paper_json import paper_json
from cartdesk.documents.paper_markdown import paper_markdown
from cartdesk.documents.paper_parts import Manner
from cartdesk.documents.paper_pdf import paper_pdf
from cartdesk.documents.paper_text import paper_text
from cartdesk.documents.papers import confirmation_paper, quote_paper, summary_paper
from cartdesk.documents.receipt import receipt_paper
from cartdesk.errors import Refused
from cartdesk.selling import basket
from cartdesk.selling.customers import Customer
from cartdesk.tmf import Money, ProductOrder
from cartdesk.tmf.wire import dumps, loads

from .conftest import NOW

TERMS = {"notice": "30 days' notice to the end of any month.", "pickup": {"not": "words"}}
KINDS = ("quote", "summary", "confirmation", "receipt")


def paper(corner, kind: str, form: str = "neutral") -> Paper:
    manner = Manner(form, shop="Corner Shop", terms=TERMS)
    cart = basket.name_customer(corner.full_cart(), Customer("Ingrid Berg", email="ingrid@berg.example", phone="+47 22 33 44 55"))
    priced = corner.price(cart)
    if kind == "quote":
        return quote_paper(cart, priced, NOW, days=14, manner=manner, agent="ana")
    if kind == "summary":
        return summary_paper(cart, priced, NOW, manner=manner)
    order = corner.order(cart)
    return receipt_paper(order, shop="Corner Shop") if kind == "receipt" else confirmation_paper(order, priced_order(order), manner=manner)


def words(block) -> list[str]:
    if isinstance(block, Facts):
        return [part for row in block.rows for part in row]
    if isinstance(block, Section):
        return [block.title, *(line.text for line in block.lines), *(line.amount() for line in block.lines)]
    return [block.title, *block.paragraphs]


def read_pdf(data: bytes) -> str:
    return " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", ["_80.txt", "_42.txt", ".md", ".json"])
def test_each_paper_is_written_each_way_as_it_should_be(corner, golden, kind, way) -> None:
    made = paper(corner, kind)
    text = {
        "_80.txt": lambda: paper_text(made, 80) + "\n",
        "_42.txt": lambda: paper_text(made, 42) + "\n",
        ".md": lambda: paper_markdown(made),
        ".json": lambda: dumps(paper_json(made), indent=2) + "\n",
    }[way]()
    assert text == (golden / f"{kind}{way}").read_text(encoding="utf-8")


@pytest.mark.parametrize("form", ["uk", "eu", "us"])
def test_the_summary_has_the_headings_of_its_form(corner, golden, form) -> None:
    assert paper_text(paper(corner, "summary", form)) + "\n" == (golden / f"summary_{form}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_a_pdf_says_all_that_the_paper_says_and_is_the_same_every_time(corner, kind) -> None:
    made = paper(corner, kind)
    data = paper_pdf(made)
    assert data == paper_pdf(made)
    said = read_pdf(data).replace(" ", "")
    for block in made.blocks:
        for text in words(block):
            assert text.replace(" ", "") in said, text
    reader = PdfReader(io.BytesIO(data))
    assert reader.metadata.title == made.title
    assert not any(page.get("/Annots") for page in reader.pages)


def test_the_summary_is_on_one_page_and_on_letter_in_the_us(corner) -> None:
    (page,) = PdfReader(io.BytesIO(paper_pdf(paper(corner, "summary", "us"), page_format="Letter"))).pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (612, 792)
    (page,) = PdfReader(io.BytesIO(paper_pdf(paper(corner, "summary", "eu")))).pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)


def test_a_summary_that_cannot_be_on_one_page_is_at_its_full_size_on_several() -> None:
    lines = tuple(Line(f"Line {number}", Money(1, "EUR")) for number in range(200))
    long = Paper("summary", "Contract summary", "c", "Shop", NOW, (Section("What you get", lines),), one_page=True)
    full = Paper("quote", "Contract summary", "c", "Shop", NOW, (Section("What you get", lines),))
    pages = PdfReader(io.BytesIO(paper_pdf(long))).pages
    assert len(pages) == len(PdfReader(io.BytesIO(paper_pdf(full))).pages) > 1
    said = read_pdf(paper_pdf(long))
    assert all(f"Line {number}" in said for number in range(200))


@pytest.mark.parametrize("kind", KINDS)
def test_every_way_has_the_same_amounts(corner, kind) -> None:
    made = paper(corner, kind)
    amounts = [line.amount() for block in made.blocks if isinstance(block, Section) for line in block.lines if line.money is not None]
    text, markdown, pdf = paper_text(made), paper_markdown(made), read_pdf(paper_pdf(made))
    lines = [line for block in json.loads(dumps(paper_json(made)))["blocks"] for line in block.get("lines", []) if "amount" in line]
    assert [f"{line['amount']['value']:.4f}" for line in lines] == [f"{float(_plain(amount)):.4f}" for amount in amounts]
    for amount in amounts:
        assert amount in text
        assert amount in markdown
        assert amount in pdf


def _plain(amount: str) -> str:
    return amount.replace(",", "").replace("−", "-")


@pytest.mark.parametrize("width", [20, 42, 60, 80, 120])
@pytest.mark.parametrize("kind", KINDS)
def test_no_line_is_wider_than_it_may_be(corner, kind, width) -> None:
    assert all(cell_len(line) <= width for line in paper_text(paper(corner, kind), width).split("\n"))


def test_a_quote_says_until_when_it_holds(corner) -> None:
    cart = corner.cart("14277")
    made = quote_paper(cart, corner.price(cart), NOW, days=30)
    (facts,) = [block for block in made.blocks if isinstance(block, Facts)]
    assert ("Valid until", "22 Dec 2026") in facts.rows
    for days in (0, -1, 366, 10**12):
        with pytest.raises(Refused, match="1 to 365 days"):
            quote_paper(cart, corner.price(cart), NOW, days=days)


def test_nothing_is_written_of_an_empty_cart(corner) -> None:
    cart = corner.cart()
    for write in (quote_paper, summary_paper):
        with pytest.raises(Refused, match="the cart is empty"):
            write(cart, corner.price(cart), NOW)


def test_what_is_saved_for_later_is_not_quoted(corner) -> None:
    cart = corner.cart("14277", "FIB500")
    cart = basket.save_for_later(cart, cart.cart_item[1].id)
    assert "Fibre" not in paper_text(quote_paper(cart, corner.price(cart), NOW))


def test_a_confirmation_is_the_same_from_a_stored_order_years_later(corner) -> None:
    order = corner.order(corner.full_cart())
    again = ProductOrder.model_validate(loads(dumps(order.wire())))
    made = confirmation_paper(order, priced_order(order))
    assert confirmation_paper(again, priced_order(again)) == made
    assert made.made == NOW
    later = summary_paper(again, priced_order(again), NOW + timedelta(days=900))
    assert "117.93" in paper_text(later)


def test_an_order_that_does_not_say_what_was_sold_has_its_receipt_alone(corner) -> None:
    order = corner.order(corner.cart("14277"))
    bare = order.model_copy(update={"seat": order.seat.model_copy(update={"sold": None})})
    with pytest.raises(Refused, match="its receipt is all there is"):
        priced_order(bare)
    assert "Total every month" in paper_text(receipt_paper(bare))


def test_in_another_language_numbers_and_days_are_written_its_way(corner) -> None:
    cart = corner.cart("14277")
    text = paper_text(quote_paper(cart, corner.price(cart), NOW, manner=Manner(locale="de", show_tax="excluded")))
    assert "29,00" in text
    assert "22. Dez. 2026" in text
    assert "(without tax)" in text


def test_the_text_alone_tells_what_is_what() -> None:
    made = Paper("quote", "Quote 1", "1", "", None, (Text(("only words",)), Text(("small print",), quiet=True)))
    assert paper_text(made, 30) == f"Quote 1\n{'─' * 30}\nonly words\n{'─' * 30}\nsmall print"


def test_a_confirmation_says_who_is_billed_and_how_what_is_due_is_paid(corner) -> None:
    order = corner.order(corner.cart("FIB500"))
    account = {"id": "A-4711", "name": "Home"}
    paid = ProductOrder.model_validate(
        {**order.wire(), "billingAccount": account, "cartdesk": {**order.wire()["cartdesk"], "paymentMethod": "cash"}}
    )
    (facts,) = [block for block in confirmation_paper(paid, priced_order(paid)).blocks if isinstance(block, Facts)]
    assert ("Billed to", "Home A-4711") in facts.rows
    assert dict(facts.rows)["One-off charges"]
    unknown = paid.model_copy(update={"seat": paid.seat.model_copy(update={"payment_method": "barter"})})
    (facts,) = [block for block in confirmation_paper(unknown, priced_order(unknown)).blocks if isinstance(block, Facts)]
    assert "One-off charges" not in dict(facts.rows)


def test_a_receipt_and_a_confirmation_say_that_one_off_charges_come_with_the_first_bill(corner) -> None:
    order = corner.order(corner.cart("FIB500"))
    billed = order.model_copy(update={"seat": order.seat.model_copy(update={"payment_method": "bill"})})
    for paper in (receipt_paper(billed), confirmation_paper(billed, priced_order(billed))):
        text = paper_text(paper)
        assert "Once, with the first bill" in text
        assert "One-off charges come with the first bill" in text.replace("\n", " ")
        assert "ue now" not in text
        assert "Today you pay" not in text
    assert "Due now" in paper_text(receipt_paper(order))
