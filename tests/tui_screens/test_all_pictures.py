"""Every page at every size it is made for, as text: one app walks through all of them, and each picture is compared with the one kept.

``REDRAW=1 pytest tests/tui_screens/test_all_pictures.py`` keeps the pictures as they are now; look at what has changed before they are
committed. Colours and weights are in the drawn pictures beside these; of the monochrome ones the weights are kept here.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from cartdesk.desk import Desk
from cartdesk.desk.command import Show
from cartdesk.desk.roles import Roles, write_roles
from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.listed import Listed

from .acting import Actor, at

KEPT = Path(__file__).with_name("pictures")
SIZES = {"60x20": (60, 20), "80x24": (80, 24), "120x40": (120, 40)}
ENTRIES = ("14277; label Mrs Berg; %SPRING", "C B", "2*FIB500", "E Ingrid Berg, ingrid@berg.example", "C A", "FIB500; *2; TVPLUS")
Step = Callable[[Actor], Awaitable[object]]


def keys(*names: str) -> Step:
    return lambda me: me.press(*names)


def page(name: str, *names: str, **args: object) -> Step:
    async def open_it(me: Actor) -> None:
        given = {key: value(me) if callable(value) else value for key, value in args.items()}
        await me.app.show(Show(name, given))
        await me.settle()
        await me.press(*names)

    return open_it


def entry(text: str) -> Step:
    return lambda me: me.open(text)


async def listed(me: Actor) -> None:
    await me.app.push_screen(Listed("1 of 2 lines added; 1 could not be added.", ("NOSUCH,1: NOSUCH is not in this catalog.",)))
    await me.settle()


async def palette(me: Actor) -> None:
    await me.press("ctrl+p")
    await me.type("fibre 1000")


def carts(me: Actor) -> tuple[str, ...]:
    return tuple(area.cart_id for area in me.app.desk.view.areas if area.cart_id is not None)


def order(me: Actor) -> str:
    return next(iter(me.app.desk.store.orders())).id or ""


PAGES: dict[str, Step] = {
    "desk, entry line": keys("f2"),
    "desk, offerings": keys("f2", "tab"),
    "desk, cart": keys("f2", "tab", "tab"),
    "desk, an entry refused": entry("NOSUCH"),
    "desk, searching": entry("?unlimted famly"),
    "help": page("help"),
    "carts": page("carts", "tab", "tab"),
    "compare": page("compare", cart_ids=carts),
    "bill": page("bill", "down"),
    "why": page("why", what="total"),
    "checkout": page("checkout"),
    "history": page("history", "down"),
    "offering": page("offering", offering_id="NP12", item_id=None),
    "settings": page("settings"),
    "accounts": page("accounts", customer_id="C-1001"),
    "script": page("script"),
    "orders": page("orders"),
    "receipt": page("receipt", order_id=order),
    "products": page("products"),
    "call note": page("note"),
    "a PIN asked for": entry("O 30% loyal"),
    "a list of what was left out": listed,
    "palette": palette,
}


def drawing(me: Actor, *, weights: bool) -> str:
    """Return what is on the screen, as text; where it is asked for, with a line of marks below each that has reversed or bold cells."""
    rows = []
    for strip in me.app.screen._compositor.render_strips():
        rows.append("".join(segment.text for segment in strip).rstrip())
        if weights:
            marks = "".join(_mark(segment.style) * segment.cell_length for segment in strip).rstrip()
            if marks:
                rows.append(marks)
    return "\n".join(rows).rstrip()


def _mark(style: object) -> str:
    if getattr(style, "reverse", False):
        return "▒"
    return "^" if getattr(style, "bold", False) else " "


async def walk(app: CartdeskApp, size: tuple[int, int], *, weights: bool = False) -> str:
    """Go to every page and return all pictures, one below the other."""
    found = []
    async with at(app, *ENTRIES, size=size) as me:
        for name, step in PAGES.items():
            while len(me.app.screen_stack) > 1:
                await me.app.pop_screen()
            me.app.screen.search("")  # type: ignore[attr-defined]
            await me.press("f2", "escape", "f2", "escape", "f2")
            await step(me)
            found.append(f"═══ {name}\n{drawing(me, weights=weights)}\n")
    return "\n".join(found)


def check(name: str, found: str) -> None:
    path = KEPT / f"{name}.txt"
    if os.environ.get("REDRAW"):
        KEPT.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")
    kept = dict(_parts(path.read_text(encoding="utf-8")))
    for title, picture in _parts(found):
        assert picture == kept.get(title), f"{title} at {name} looks otherwise than it did; now it is\n{picture}"


def _parts(text: str) -> list[tuple[str, str]]:
    return [(title, picture.rstrip()) for title, _, picture in (part.partition("\n") for part in text.split("═══ ")[1:])]


@pytest.fixture
def guarded(open_desk: Callable[..., Desk], tmp_path: Path) -> CartdeskApp:
    """The app on a desk where somebody's PIN allows more."""
    write_roles(tmp_path / "data" / "roles.json", Roles().with_person("Kaya", "supervisor", "482915"))
    return CartdeskApp(open_desk, log_dir=tmp_path)


@pytest.mark.parametrize("name", ["60x20", "80x24", pytest.param("120x40", marks=pytest.mark.stress)])
async def test_every_page_at_every_size(guarded: CartdeskApp, name: str) -> None:
    check(name, await walk(guarded, SIZES[name]))


@pytest.mark.stress
async def test_every_page_without_colours(open_desk: Callable[..., Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = CartdeskApp(open_desk, log_dir=tmp_path)
    check("80x24 without colours", await walk(app, SIZES["80x24"], weights=True))
