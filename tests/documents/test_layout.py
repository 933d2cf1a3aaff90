"""No line is ever wider than it may be, whatever a catalog calls its offerings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from cartdesk.documents.bill_text import bill_text
from cartdesk.documents.cart_text import cart_text
from cartdesk.documents.layout import BLANK, RULE, Row, aligned, beside, fit, lay_out, left, right, wrap
from cartdesk.documents.receipt import receipt_text
from cartdesk.documents.summary import review_text
from cartdesk.documents.why_text import why_text
from cartdesk.pricing import project
from cartdesk.pricing.explanations import explain
from cartdesk.text import safe_text

HARD = "abc XY-9 日本語ｶﾅ\u0301\u0308\u200d\ufe0f👨👩🇳🇴שלוםمرحبا\u202e\u2066\x1b\n\t\u00ad\u200b[red]"
JOINER = "\u200d"
texts = st.text(HARD, max_size=60)
widths = st.integers(20, 120)


@given(texts, st.integers(0, 60))
def test_fitted_text_is_never_wider(text, width):
    assert cell_len(fit(text, width)) <= width
    assert cell_len(left(text, width)) == width
    assert cell_len(right(text, width)) == width


@given(texts, widths, st.integers(0, 10), st.integers(0, 10))
def test_wrapped_text_is_never_wider_and_loses_no_word(text, width, indent, hang):
    lines = wrap(text, width, indent, hang)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()).replace(JOINER, "") == "".join(safe_text(text).split()).replace(JOINER, "")


amounts = st.decimals(-(10**15), 10**15, places=3).map(lambda each: f"{each:,.3f}".replace("-", "−"))
rows = st.lists(
    st.one_of(
        st.builds(Row, text=texts, amount=amounts, suffix=st.sampled_from(["", "/mo", " EUR", "/3 mo"]), indent=st.integers(0, 8)),
        st.builds(Row, text=texts, indent=st.integers(0, 8)),
        st.sampled_from([RULE, BLANK]),
    ),
    max_size=12,
)


@given(rows, st.integers(1, 100))
def test_rows_are_never_wider(listed, width):
    for line in lay_out(listed, width):
        assert cell_len(line) <= max(width, 20)
        assert safe_text(line) == line


@given(st.lists(amounts, min_size=1, max_size=8))
def test_amounts_stand_on_their_decimal_point(listed):
    columns = aligned(listed)
    assert len({column.index(".") for column in columns}) == 1
    assert len(set(map(len, columns))) == 1
    assert [column.strip() for column in columns] == listed


@given(texts, texts, widths)
def test_words_beside_something_are_never_wider(start, words, width):
    assert all(cell_len(line) <= width for line in beside(safe_text(start), words, width))


def test_an_amount_is_never_cut():
    (words, amount) = lay_out([Row("Something with a long name", "123,456,789,012.00", " EUR")], 26)
    assert amount.strip() == "123,456,789,012.00 EUR"
    assert words == "Something with a long name"


class Sold:
    """A priced cart and its order, shortly told where a test fails."""

    def __init__(self, corner) -> None:
        cart = corner.full_cart()
        self.priced, self.order = corner.price(cart), corner.order(cart)

    def __repr__(self) -> str:
        return "sold"


@pytest.fixture(scope="module")
def sold(corner):
    return Sold(corner)


def changed(value, **parts):
    """Return a priced value with some of its parts changed, tuple or dataclass."""
    return value._replace(**parts) if isinstance(value, tuple) else replace(value, **parts)


def renamed(item, name):
    charges = tuple(
        changed(each, name=name, alterations=tuple(changed(off, name=name) for off in each.alterations)) for each in item.charges
    )
    return changed(item, name=name, charges=charges, children=tuple(renamed(child, name) for child in item.children))


def relabelled(item, name):
    return item.model_copy(
        update={
            "product_offering": item.product_offering.model_copy(update={"name": name}),
            "product_order_item": tuple(relabelled(child, name) for child in item.product_order_item),
        }
    )


@settings(max_examples=60, deadline=None)
@given(name=texts, width=widths)
def test_no_document_overflows_or_steers_the_terminal(sold, name, width):
    priced, order = sold.priced, sold.order
    cart = priced.cart.model_copy(update={"seat": priced.cart.notes.model_copy(update={"label": name})})
    hostile = changed(priced, cart=cart, items=tuple(renamed(item, name) for item in priced.items))
    bought = order.model_copy(
        update={
            "product_order_item": tuple(relabelled(item, name) for item in order.product_order_item),
            "related_party": tuple(party.model_copy(update={"name": name}) for party in order.related_party),
        }
    )
    bills = project(hostile, date(2026, 12, 1), 15, months=6)
    documents = [
        cart_text(hostile, width=width),
        review_text(hostile, width=width),
        receipt_text(bought, width=width, shop=name),
        bill_text(bills, width=width),
        why_text(explain(hostile, what="due_now"), title=name, width=width),
    ]
    for document in documents:
        for line in document.split("\n"):
            assert cell_len(line) <= width
            assert safe_text(line) == line
