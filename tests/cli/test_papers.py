"""Quotes, papers, scripts and accounts at the prompt: what they print and write, and how they refuse."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from .conftest import Cartdesk
from .test_commands import new_cart


def order_of(cartdesk: Cartdesk, entries: str = "FIB500; 14277") -> str:
    """Place an order and return its number."""
    cartdesk("do", f"{entries}; E Ingrid Berg, ingrid@berg.example")
    return str(cartdesk("orders", "list", "--json").json[0]["id"])


def test_a_quote_is_printed_with_its_prices_terms_and_validity(cartdesk: Cartdesk) -> None:
    cart = new_cart(cartdesk, "2*FIB500")
    ran = cartdesk("quote", cart, "--valid", "10", "--form", "uk", "--width", "60")
    assert ran.code == 0
    assert ran.out.startswith(f"Nordlys\nQuote {cart}\n")
    assert "Valid until: " in ran.out
    assert "Total due now" in ran.out
    assert "98.00 EUR" in ran.out
    assert "The minimum term of Fibre 500 is 24 months" in ran.out
    assert "Notice: 30 days' notice" in ran.out
    assert all(len(line) <= 60 for line in ran.out.splitlines())


def test_a_quote_is_written_to_files_and_printed_as_json(cartdesk: Cartdesk, tmp_path: Path) -> None:
    cart = new_cart(cartdesk, "FIB500")
    ran = cartdesk("quote", cart, "--pdf", str(tmp_path / "q.pdf"), "--markdown", str(tmp_path / "q.md"))
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == f"Quote {cart} is in {tmp_path}/q.pdf.\nQuote {cart} is in {tmp_path}/q.md.\n"
    assert "39.00" in "".join(page.extract_text() for page in PdfReader(tmp_path / "q.pdf").pages)
    assert (tmp_path / "q.md").read_text(encoding="utf-8").startswith(f"# Quote {cart}\n\n**Nordlys**\n")
    told = cartdesk("quote", cart, "--json").json
    assert (told["kind"], told["number"], told["shop"]) == ("quote", cart, "Nordlys")
    totals = [line for block in told["blocks"] for line in block.get("lines", []) if line.get("total")]
    assert {"text": "Total due now", "amount": {"unit": "EUR", "value": 49}, "total": True} in totals


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nope"], "There is no cart nope"),
        (["CART", "--valid", "0"], "1 to 365 days"),
        (["CART", "--valid", "1000000000000"], "1 to 365 days"),
        (["CART", "--pdf", "/none/such/x.pdf"], "/none/such/x.pdf cannot be written: No such file or directory."),
        (["CART", "--markdown", "."], "cannot be written: it is a folder."),
        (["CART", "--form", "mars"], "mars"),
    ],
)
def test_a_quote_that_cannot_be_made_is_refused_in_a_sentence(cartdesk: Cartdesk, arguments, sentence) -> None:
    cart = new_cart(cartdesk, "FIB500")
    ran = cartdesk("quote", *(cart if each == "CART" else each for each in arguments))
    assert ran.code == 2
    assert ran.out == ""
    assert sentence in ran.err


def test_an_empty_cart_and_an_order_are_not_quoted(cartdesk: Cartdesk) -> None:
    empty = new_cart(cartdesk, "FIB500; -")
    assert "the cart is empty" in cartdesk("quote", empty).err
    assert cartdesk("script", empty).out == "There is nothing to read aloud: the cart is empty.\n"
    order = order_of(cartdesk)
    assert f"`cartdesk paper {order}` writes it." in cartdesk("quote", order).err


@pytest.mark.parametrize("kind", ["confirmation", "summary", "receipt"])
def test_an_orders_papers_are_printed_and_written(cartdesk: Cartdesk, tmp_path: Path, kind: str) -> None:
    order = order_of(cartdesk)
    ran = cartdesk("paper", order, "--kind", kind, "--form", "eu")
    assert ran.code == 0
    assert order in ran.out
    assert "49.00 EUR" in ran.out
    cartdesk("paper", order, "--kind", kind, "--pdf", str(tmp_path / "x.pdf"))
    assert order in "".join(page.extract_text() for page in PdfReader(tmp_path / "x.pdf").pages)
    assert cartdesk("paper", order, "--kind", kind, "--json").json["kind"] == kind


def test_a_summary_can_be_had_of_a_cart_and_other_papers_only_of_orders(cartdesk: Cartdesk) -> None:
    cart = new_cart(cartdesk, "FIB500")
    assert "Broadband facts" in cartdesk("paper", cart, "--kind", "summary", "--form", "us").out
    ran = cartdesk("paper", cart)
    assert (ran.code, ran.out) == (2, "")
    assert f"There is no order {cart}" in ran.err
    assert "There is no cart nope" in cartdesk("paper", "nope", "--kind", "summary").err


def test_an_orders_papers_keep_the_prices_it_was_placed_at(cartdesk: Cartdesk, tmp_path: Path, root: Path, monkeypatch) -> None:
    from shutil import copytree

    order = order_of(cartdesk)
    before = cartdesk("paper", order, "--kind", "summary").out
    dearer = copytree(root / "catalog_fixtures" / "nordlys", tmp_path / "dearer")
    for file in dearer.glob("productOfferingPrice*.json"):
        file.write_text(file.read_text(encoding="utf-8").replace('"value": 39', '"value": 93'), encoding="utf-8")
    monkeypatch.setenv("CARTDESK_CATALOG", str(dearer))
    assert "93.00" in cartdesk("quote", new_cart(cartdesk, "FIB500")).out
    assert cartdesk("paper", order, "--kind", "summary").out == before


def test_a_script_is_printed_and_has_its_amounts_in_json(cartdesk: Cartdesk) -> None:
    cart = new_cart(cartdesk, "FIB500")
    ran = cartdesk("script", cart, "--form", "us")
    assert "not legal advice" in ran.out.replace("\n  ", " ")
    assert "before taxes" in ran.out.replace("\n  ", " ")
    first, *_ = told = cartdesk("script", cart, "--json").json
    assert first["aloud"] is False
    due = next(each for each in told if each["key"] == "due")
    assert due["amounts"] == [{"unit": "EUR", "value": 49}]
    assert {each["key"] for each in cartdesk("script", order_of(cartdesk), "--json").json} >= {"due", "every.monthly", "cancel"}


def test_papers_go_with_the_customer_who_is_forgotten(cartdesk: Cartdesk, seat: Path) -> None:
    order = order_of(cartdesk)
    (customer,) = cartdesk("customers", "list", "--json").json
    folder = seat / "papers"
    folder.mkdir()
    for name in (f"confirmation-{order}.pdf", f"accounts-{customer['id']}.pdf", "quote-other.pdf"):
        (folder / name).write_bytes(b"x")
    ran = cartdesk("customers", "erase", customer["id"])
    assert "2 papers removed" in ran.out
    assert [file.name for file in folder.iterdir()] == ["quote-other.pdf"]
    ran = cartdesk("paper", order)
    assert (ran.code, "its receipt is all there is" in ran.err) == (2, True)


def test_accounts_are_listed_with_their_customers(cartdesk: Cartdesk) -> None:
    new_cart(cartdesk, "SIM")
    rows = cartdesk("accounts", "list").out.splitlines()
    assert next(row for row in rows if row.startswith("A-4711")).split() == [
        "A-4711",
        "Home",
        "billing",
        "Active",
        "15th",
        "Solveig",
        "Berg",
        "C-1001",
    ]
    assert any("settlement" in row and "Fjellnett" in row for row in rows)
    assert [each["id"] for each in cartdesk("accounts", "list", "--text", "solveig", "--json").json] == ["F-1001", "A-4711", "A-4712"]
    assert cartdesk("accounts", "list", "--text", "a-4711").out.count("Solveig Berg") == 3
    assert cartdesk("accounts", "list", "--text", "nobody at all").out == "There are no such accounts.\n"


def test_a_customers_accounts_are_shown_with_days_bills_products_and_orders(cartdesk: Cartdesk) -> None:
    order_of(cartdesk, "#C-1001; FIB500")
    text = cartdesk("accounts", "show", "C-1001", "--bills", "2").out
    assert "Accounts of Solveig Berg" in text
    assert "Bill day: 15th: last 15 " in text
    assert "Bills to come" in text
    assert "and 10 more within a year" in text
    assert "TV box rental ×2, since 1 Dec 2025" in text
    told = cartdesk("accounts", "show", "A-4711", "--json").json
    home = next(each for each in told["accounts"] if each["account"]["id"] == "A-4711")
    assert home["billDay"] == 15
    assert all(day.endswith("-15") for day in home["nextDays"])
    assert {charge["name"] for bill in home["bills"] for charge in bill["charges"]} >= {"Smart 20: Smart 20 monthly, 24 months"}
    assert next(each for each in told["products"] if each["product"]["id"] == "P-1001-4")["every"][0]["amount"]["taxIncluded"] == 9.98


def test_who_is_not_here_or_not_alone_is_refused(cartdesk: Cartdesk) -> None:
    new_cart(cartdesk, "SIM")
    assert cartdesk("accounts", "show", "nobody at all").code == 2
    ran = cartdesk("accounts", "show", "as")
    assert ran.code == 2
    assert ran.err == "2 customers fit as: Fjellnett Partner AS (C-2002), Havn Logistikk AS (C-2001); give the id.\n"
    assert "`cartdesk accounts list`" in cartdesk("accounts", "show", "x" * 10_000).err


def test_a_pdf_of_a_form_is_on_that_places_paper(cartdesk: Cartdesk, tmp_path: Path) -> None:
    cart = new_cart(cartdesk, "SIM")
    sizes = []
    for form in ("us", "eu"):
        cartdesk("quote", cart, "--form", form, "--pdf", str(tmp_path / "x.pdf"))
        sizes.append(round(PdfReader(io.BytesIO((tmp_path / "x.pdf").read_bytes())).pages[0].mediabox.width))
    assert sizes == [612, 595]
