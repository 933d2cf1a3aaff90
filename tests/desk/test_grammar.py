"""The entry line's grammar: what each entry means, where a slip is, and that what is written reads back."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cartdesk.desk import Command, parse, registry
from cartdesk.desk.commands import (
    AcceptPrices,
    AddNote,
    AddOffering,
    BillDay,
    BranchCart,
    CancelProduct,
    ChangeProduct,
    ClearOverride,
    Configure,
    Discard,
    DropPromotion,
    Duplicate,
    Fewer,
    GivePromotion,
    GoToArea,
    Hold,
    KeepProduct,
    LabelCart,
    MendLine,
    MergeCart,
    More,
    NameCustomer,
    NewCart,
    OpenCart,
    OverridePrice,
    PlaceOrder,
    Quit,
    Redo,
    RemoveLine,
    RestoreCart,
    RestorePoint,
    SaveForLater,
    Search,
    SetChannel,
    SetPlace,
    SetQuantity,
    SetSegment,
    ShowBill,
    ShowCarts,
    ShowCheckout,
    ShowCompare,
    ShowHelp,
    ShowHistory,
    ShowOffering,
    ShowProducts,
    ShowTax,
    ShowWhy,
    StartDay,
    TakeBack,
    Undo,
    UpgradeProduct,
)
from cartdesk.errors import EntryError
from cartdesk.text import safe_text

ENTRIES: list[tuple[str, Command]] = [
    ("FIB500", AddOffering("FIB500")),
    ("  fib500 ", AddOffering("fib500")),
    ("3*FIB500", AddOffering("FIB500", 3)),
    ("3 × FIB500", AddOffering("FIB500", 3)),
    ("14277", AddOffering("14277")),
    ("Talk Simple 25", AddOffering("Talk Simple 25")),
    ("1*U", AddOffering("U", 1)),
    ("*2", SetQuantity(2)),
    ("* 2", SetQuantity(2)),
    ("*2 @3", SetQuantity(2, 3)),
    ("*2@3", SetQuantity(2, 3)),
    ("+", More()),
    ("+ @3", More(3)),
    ("--", Fewer()),
    ("-- @2", Fewer(2)),
    ("-", RemoveLine()),
    ("-2", RemoveLine(2)),
    ("- 2", RemoveLine(2)),
    ("?fibre 500", Search("fibre 500")),
    ("?", Search("")),
    ("#Berg", NameCustomer("Berg")),
    ("# Ingrid Berg", NameCustomer("Ingrid Berg")),
    ("#+Berg", NameCustomer("Berg", "+")),
    ("%SPRING", GivePromotion("SPRING")),
    ("% spring", GivePromotion("spring")),
    ("%-SPRING", DropPromotion("SPRING")),
    ("L2", SaveForLater(2)),
    ("l 2", SaveForLater(2)),
    ("L", SaveForLater()),
    ("L2 back", TakeBack(2)),
    ("l2 BACK", TakeBack(2)),
    ("N2 call back after six", AddNote("call back after six", 2)),
    ("N call back", AddNote("call back")),
    ('N2 "six; or later"', AddNote("six; or later", 2)),
    ("= color black", Configure("color black")),
    ("=color black @3", Configure("color black", 3)),
    ("= term 24 months", Configure("term 24 months")),
    ("O2 10% loyal customer", OverridePrice("10%", "loyal customer", line=2)),
    ("O2 -5,50 once for 3 late delivery", OverridePrice("5.50", "late delivery", True, 3, 2)),
    ("O2 none", ClearOverride(2)),
    ("B", ShowBill()),
    ("B 15", BillDay(15)),
    ("b15", BillDay(15)),
    ("B from 2026-12-01", StartDay(date(2026, 12, 1))),
    ("W", ShowWhy()),
    ("W 2", ShowWhy(2)),
    ("U", Undo()),
    ("u 3", Undo(3)),
    ("U to 17", RestorePoint(17)),
    ("R", Redo()),
    ("R 2", Redo(2)),
    ("H", Hold()),
    ("C B", GoToArea("B")),
    ("c b", GoToArea("B")),
    ("new", NewCart()),
    ("copy", Duplicate()),
    ("copy from 17", BranchCart(17)),
    ("open k7wq", OpenCart("k7wq")),
    ("label the couple from Oslo", LabelCart("the couple from Oslo")),
    ("discard", Discard()),
    ("carts", ShowCarts()),
    ("carts Berg", ShowCarts("Berg")),
    ("compare a c", ShowCompare("AC")),
    ("history", ShowHistory()),
    ("P", ShowProducts()),
    ("P2", ChangeProduct(2)),
    ("p 2 FIB1000", ChangeProduct(2, "FIB1000")),
    ("P2 -", CancelProduct(2)),
    ("P2 cancel", CancelProduct(2)),
    ("P2 keep", KeepProduct(2)),
    ("P2 up", UpgradeProduct(2)),
    ("at 0155", SetPlace("0155")),
    ("for business", SetSegment("business")),
    ("channel Kiosk", SetChannel("kiosk")),
    ("mend", MendLine()),
    ("mend 2", MendLine(2)),
    ("yes", AcceptPrices()),
    ("yes 2", AcceptPrices(2)),
    ("merge B", MergeCart("B")),
    ("merge B all", MergeCart("B", "all")),
    ("merge k7wq 1 3", MergeCart("k7wq", "1 3")),
    ("restore k7wq", RestoreCart("k7wq")),
    ("info FIB500", ShowOffering("FIB500")),
    ("info @3", ShowOffering(line=3)),
    ("tax excluded", ShowTax("excluded")),
    ("help", ShowHelp()),
    ("quit", Quit()),
    ("E", ShowCheckout()),
    ("E Ingrid Berg, ingrid@berg.example, +47 22 33 44 55", PlaceOrder("Ingrid Berg", "ingrid@berg.example", "+47 22 33 44 55")),
    ("e Ingrid Berg, 22334455", PlaceOrder("Ingrid Berg", "", "22334455")),
]


@pytest.mark.parametrize(("text", "command"), ENTRIES, ids=[text for text, _ in ENTRIES])
def test_an_entry_means_its_command(text: str, command: Command) -> None:
    (part,) = parse(text, registry())
    assert part.command == command


@pytest.mark.parametrize("command", [command for _, command in ENTRIES], ids=[text for text, _ in ENTRIES])
def test_a_command_shows_the_entry_that_does_it(command: Command) -> None:
    entry = command.as_entry()
    assert entry is not None or command == ShowCarts("Berg")
    if entry is not None:
        assert parse(entry, registry())[0].command == command


SLIPS = [
    ("*", 0, "«*» cannot be read. Write *2 or *2 @3."),
    ("*two", 0, "«*two» cannot be read. Write *2 or *2 @3."),
    ("FIB500; *x", 8, "«*x» cannot be read. Write *2 or *2 @3."),
    ("*0", 1, "A quantity is a whole number from 1 to 9999, not 0."),
    ("99999*FIB500", 0, "A quantity is a whole number from 1 to 9999, not 99999."),
    ("FIB500;  2*", 9, "«2*» cannot be read. Write FIB500 or 3*FIB500."),
    ("*2 @0", 4, "A line number is a whole number from 1 to 9999, not 0."),
    ("-x", 0, "«-x» cannot be read. Write - or -2."),
    ("B 32", 2, "A bill day is a whole number from 1 to 31, not 32."),
    ("B 0", 2, "A bill day is a whole number from 1 to 31, not 0."),
    ("B from 2026-02-30", 7, "There is no day 2026-02-30; write it as 2026-12-01."),
    ("B from tomorrow", 0, "«B from tomorrow» cannot be read. Write B from 2026-12-01."),
    ("C G", 0, "«C G» cannot be read. Write C B."),
    ("=", 0, "«=» cannot be read. Write = color black, = term 24 or = color black @3."),
    ("%", 0, "«%» cannot be read. Write %SPRING."),
    ("#", 0, "«#» cannot be read. Write #Berg, or #+Berg for a new one."),
    ("U 0", 2, "A number of steps is a whole number from 1 to 9999, not 0."),
    ("@3", 0, "«@3» cannot be read. Write @NEWCONNECT."),
    ("~", 0, "«~» cannot be read. F1 lists what can be entered."),
    ("FIB500; U", 8, "«U» stands alone: enter it by itself."),
    ("E Ingrid Berg,", 2, "An order needs an email address or a phone number after the name."),
    ("-\x1b[2J", 0, "«-␛[2J» cannot be read. Write - or -2."),
]


@pytest.mark.parametrize(("text", "at", "sentence"), SLIPS, ids=[repr(text) for text, _, _ in SLIPS])
def test_a_slip_is_answered_in_place(text: str, at: int, sentence: str) -> None:
    with pytest.raises(EntryError) as caught:
        parse(text, registry())
    assert str(caught.value) == sentence
    assert caught.value.at == at


def test_parts_are_read_in_order_with_their_places() -> None:
    parts = parse("14277;;  2*FIB500 ;*2 @1;", registry())
    assert [(part.command, part.at) for part in parts] == [
        (AddOffering("14277"), 0),
        (AddOffering("FIB500", 2), 9),
        (SetQuantity(2, 1), 19),
    ]
    assert parts[1].spots == {"quantity": 9, "code": 11}


def test_nothing_typed_means_nothing() -> None:
    assert parse("", registry()) == ()
    assert parse("  ; ; ", registry()) == ()


def test_a_quote_inside_a_word_is_only_a_quote() -> None:
    parts = parse('TV 10"; TV 12"', registry())
    assert [part.command for part in parts] == [AddOffering('TV 10"'), AddOffering('TV 12"')]


def test_an_entry_as_long_as_a_book_is_refused() -> None:
    with pytest.raises(EntryError, match="longer than 10000"):
        parse("x" * 10_001, registry())


SIGNS = st.text(st.sampled_from('FIB50*-?#%=@;+~"LUBRWHCEON 0129.,×−back\t\n'), max_size=25)


@given(st.one_of(st.text(max_size=60), SIGNS))
@example('"')
@example(";" * 40)
@example("E " + "a," * 20)
def test_any_text_is_read_or_refused_at_a_place_in_it(text: str) -> None:
    try:
        parts = parse(text, registry())
    except EntryError as error:
        assert 0 <= error.at < max(len(text), 1)
        assert safe_text(str(error)) == str(error)
    else:
        for part in parts:
            assert text[part.at :].startswith(part.text)
            assert all(part.at <= spot <= part.at + len(part.text) for spot in part.spots.values())


@given(st.one_of(st.text(min_size=1, max_size=30), SIGNS), st.integers(1, 9999))
def test_an_addition_shown_as_an_entry_adds_the_same(code: str, quantity: int) -> None:
    command = AddOffering(code, quantity)
    entry = command.as_entry()
    if entry is not None:
        assert parse(entry, registry())[0].command == command
    elif code.isalnum():
        pytest.fail(f"an offering called {code!r} cannot be entered")


@given(st.text(min_size=1, max_size=40), st.one_of(st.none(), st.integers(1, 99)))
def test_words_shown_in_an_entry_say_the_same(words: str, line: int | None) -> None:
    for command in (
        AddNote(words, line),
        Configure(words, line),
        NameCustomer(words),
        LabelCart(words),
        Search(words),
        PlaceOrder(words, "a@b.no"),
    ):
        entry = command.as_entry()
        if entry is not None:
            assert parse(entry, registry())[0].command == command
