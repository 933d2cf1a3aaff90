"""From the kiosk's screen to an agent's desk: the code is read by a real reader, signed, complete, and nobody else's."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zxingcpp
from click.testing import CliRunner
from PIL import Image

from cartdesk.catalog import Catalog
from cartdesk.cli import cli
from cartdesk.desk import Desk, new_id
from cartdesk.desk.handoff import HandedLine, likeness, make_key, payload, read_key, read_payload, write_key
from cartdesk.desk.handoff_code import SCANNED, read_code, short_code
from cartdesk.documents.handoff import picture as qr_picture
from cartdesk.errors import CartdeskError, EntryError, Refused
from cartdesk.tui.kiosk.app import KioskApp
from cartdesk.tui.kiosk.pages.cart import HandOver
from cartdesk.tui.kiosk.session import Session

from .conftest import KEY, NOW
from .visiting import opened, picture, touch

_CELL = 8


@pytest.fixture
def desk(tmp_path: Path, nordlys: Path) -> Iterator[Desk]:
    """An agent's desk of the same shop."""
    folder = tmp_path / "desk"
    write_key(folder, KEY)
    opened_desk = Desk.open(folder, nordlys, now=lambda: NOW, ids=new_id, agent="ana")
    yield opened_desk
    opened_desk.close()


@pytest.fixture
def session(catalog: Catalog, folder: Path) -> Iterator[Session]:
    """A visitor."""
    visit = Session(catalog, folder=folder, now=lambda: NOW, ids=new_id)
    yield visit
    visit.end()


def scan(rows: list[str]) -> list[str]:
    """Photograph half blocks, as dark on white as they are on the screen, and read what codes there are."""
    image = Image.new("L", (len(rows[0]) * _CELL, len(rows) * 2 * _CELL), 255)
    for y, row in enumerate(rows):
        for x, sign in enumerate(row):
            for half, signs in enumerate(("▀█", "▄█")):
                if sign in signs:
                    image.paste(0, (x * _CELL, (2 * y + half) * _CELL, (x + 1) * _CELL, (2 * y + half + 1) * _CELL))
    return [found.text for found in zxingcpp.read_barcodes(image)]


def shapes(desk: Desk) -> list[tuple[int, object]]:
    cart = desk.cart
    assert cart is not None
    return [(item.quantity, likeness(item)) for item in cart.cart_item]


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_a_visitors_cart_is_scanned_from_the_screen_and_opens_on_a_desk(kiosk: KioskApp, desk: Desk, size: tuple[int, int]) -> None:
    async with kiosk.run_test(size=size) as pilot:
        await opened(pilot)
        await touch(pilot, "begin", "search", *(f"key {key}" for key in "667374663"), "key _", "key 1", "key 2", "show")
        await touch(pilot, "offer NP12", "turn 0", "turn 1", "add", "one more", "hand")
        page = kiosk.page
        assert isinstance(page, HandOver)
        shown = next(each for each in kiosk.stage.placed if each.cell.look == "paper")
        rows = [row[shown.x : shown.x + shown.width].ljust(shown.width) for row in picture(kiosk).splitlines()[: size[1]]]
        rows += [" " * shown.width] * (size[1] - len(rows))
        [read] = scan(rows)
        assert read == page.texts[0]
        assert page.short is not None
        assert page.short in picture(kiosk)
        short, wanted, due = page.short, shapes(kiosk.visit.desk), kiosk.visit.view.due_now

        outcome = desk.enter(read)
        assert outcome.said == "The visitor's cart with 1 line is cart A."
        assert shapes(desk) == wanted
        assert desk.view.cart.due_now == due
        assert "×2" in desk.preview(short.lower()).label or desk.preview(short.lower()).error is None
        desk.enter(short.lower())
        assert shapes(desk) == wanted
        assert desk.view.area.letter == "B"


@pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.stress)])
def test_offerings_with_any_choices_arrive_as_they_left(session: Session, desk: Desk, catalog: Catalog, step: int) -> None:
    chance = random.Random(7)
    rows = [row for row in map(catalog.row, range(0, len(catalog), step)) if row.status == "sold"]
    arrived = 0
    for some in (rows[at : at + 12] for at in range(0, len(rows), 12)):
        visit = session
        while visit.view.lines:
            visit.more(visit.view.lines[-1].item_id, -99)
        for row in some:
            _add_somehow(visit, row.id, chance)
        lines = visit.lines()
        if not lines:
            continue
        plain = [(each.offering_id, each.quantity, each.choices) for each in lines]
        text = payload(lines, KEY)
        assert [(each.offering_id, each.quantity, each.choices) for each in read_payload(text, KEY)] == plain
        desk.enter(text)
        assert shapes(desk) == shapes(visit.desk)
        code = short_code(lines, KEY, catalog, longest=SCANNED)
        if code is not None:
            assert read_code(code, KEY, catalog, new_id) == lines
        arrived += len(lines)
    assert arrived > 200 // step


def _add_somehow(visit: Session, code: str, chance: random.Random) -> None:
    try:
        trial = visit.trial(code)
    except CartdeskError:
        return  # sold through other channels only
    for _ in range(chance.randrange(4)):
        settings = [each for each in trial.settings() if len(each.values) > 1]
        if settings:
            setting = chance.choice(settings)
            trial = trial.choosing(setting, chance.choice(setting.values)[1])
    visit.add(trial.with_quantity(chance.choice((1, 1, 2, 7))))


def test_what_is_changed_or_foreign_is_refused(session: Session, desk: Desk, catalog: Catalog) -> None:
    session.add(session.trial("FIB500"))
    session.add(session.trial("TVPLUS"))
    lines = session.lines()
    text, code = payload(lines, KEY), short_code(lines, KEY, catalog)
    assert code is not None
    for at in range(5, len(text)):
        other = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
        if at < len(text) - 1:  # the last letter has bits that stand for nothing
            with pytest.raises(Refused):
                read_payload(other, KEY)
    for cut in range(5, len(text) - 1):
        with pytest.raises(Refused):
            read_payload(text[:cut], KEY)
    wrong = 0
    for at in range(2, len(code)):
        if code[at] == "-":
            continue
        other = code[:at] + ("2" if code[at] != "2" else "3") + code[at + 1 :]
        try:
            read_code(other, KEY, catalog, new_id)
        except Refused:
            wrong += 1
    assert wrong >= len(code.replace("-", "")) - 2
    for foreign in (payload(lines, bytes(32)), short_code(lines, bytes(32), catalog)):
        before = desk.view
        with pytest.raises(EntryError, match=r"another shop|not made in this shop"):
            desk.enter(foreign or "")
        assert desk.view is before


@pytest.mark.parametrize(
    "text", ["CDH1.", "CDH1.AAAA", "CDH1.!!", "K-", "K-0000-0000", "K-ZZZZ-ZZZZ-ZZZZ", "K-IIII-LLLL-OOOO-UUUU", "CDH1." + "A" * 4_000]
)
def test_noise_is_refused_in_a_sentence(desk: Desk, text: str) -> None:
    with pytest.raises(CartdeskError) as refused:
        desk.enter(text)
    assert str(refused.value)[-1] in ".?"
    assert desk.cart is None


def test_noise_never_breaks_the_reader(catalog: Catalog) -> None:
    chance = random.Random(3)
    for _ in range(1_000):
        text = "".join(chance.choice("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(chance.randrange(60)))
        with pytest.raises(Refused):
            read_code(text, KEY, catalog, new_id)
        with pytest.raises(Refused):
            read_payload(text, KEY)


def test_a_desk_takes_what_it_can_and_names_the_rest(desk: Desk) -> None:
    lines = [
        HandedLine("FIB500", 2),
        HandedLine("NOSUCH"),
        HandedLine("TALKOLD"),
        HandedLine("NP12", 1, ("color Pink",)),
        HandedLine("TVPLUS"),
    ]
    outcome = desk.enter(payload(lines, KEY))
    assert outcome.said == "The visitor's cart with 2 lines is cart A; 3 could not be taken over."
    assert [line.split(":")[0] for line in outcome.listed] == ["NOSUCH", "TALKOLD", "NP12"]
    assert [(line.offering_id, line.quantity) for line in desk.view.cart.lines] == [("FIB500", 2), ("TVPLUS", 1)]
    with pytest.raises(EntryError, match="Nothing of this visitor's cart"):
        desk.enter(payload([HandedLine("NOSUCH")], KEY))


def test_a_visitors_cart_never_lands_in_a_caller_s(desk: Desk) -> None:
    desk.enter("TVPLUS")
    desk.enter(payload([HandedLine("FIB500")], KEY))
    assert [area.lines for area in desk.view.areas[:3]] == [1, 1, 0]
    assert desk.view.area.letter == "B"
    with pytest.raises(EntryError, match="nothing to undo"):
        desk.enter("U")
    assert desk.view.areas[0].lines == 1


def test_a_desk_without_the_key_says_where_it_belongs(tmp_path: Path, nordlys: Path) -> None:
    desk = Desk.open(tmp_path / "other", nordlys, now=lambda: NOW, ids=new_id, agent="ana")
    with pytest.raises(EntryError, match=r"no key.*handoff\.key"):
        desk.enter(payload([HandedLine("FIB500")], KEY))
    desk.close()


def test_a_file_with_a_code_is_imported(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "code.txt"
    key = make_key(data)
    assert read_key(data) == make_key(data) == key
    assert (data / "handoff.key").stat().st_mode & 0o777 == 0o600
    file.write_text(payload([HandedLine("FIB500", 3)], key) + "\n")
    run = CliRunner().invoke(cli, ["--data-dir", str(data), "carts", "import", str(file)])
    assert run.exit_code == 0, run.output
    assert "imported" in run.output
    listed = CliRunner().invoke(cli, ["--data-dir", str(data), "carts", "list", "--json"])
    assert '"lines": 1' in listed.output


def test_the_picture_is_as_large_as_there_is_room_for(make: Callable[..., KioskApp]) -> None:
    text = payload([HandedLine("FIB500", 2), HandedLine("NP12", 1, ("color White",))], KEY)
    wide = qr_picture([text], width=100, height=40)
    small = qr_picture([text], width=60, height=24)
    assert wide is not None
    assert small is not None
    assert wide.width > 1.5 * small.width
    assert qr_picture(["x" * 4_000], width=300, height=100) is None
    assert qr_picture([text], width=30, height=10) is None
    for each in (wide, small):
        assert scan(list(each.rows)) == [text]
