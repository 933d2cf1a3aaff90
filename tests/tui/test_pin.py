"""A price beyond the agent's limit, allowed by somebody's PIN on the screen, at the prompt and for one command; the PIN is seen nowhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cartdesk.desk import Desk
from cartdesk.desk.roles import Roles, write_roles
from cartdesk.tui.app import CartdeskApp
from cartdesk.tui.screens.pin import PinScreen

from .story import enter, picture, press, settled, type_text
from .terminal import Terminal

PIN = "482915"


@pytest.fixture(scope="module")
def roles() -> Roles:
    return Roles().with_person("Kaya", "supervisor", PIN)


async def test_a_pin_on_the_screen(open_desk: Callable[..., Desk], tmp_path: Path, roles: Roles) -> None:
    write_roles(tmp_path / "data" / "roles.json", roles)
    app = CartdeskApp(open_desk, log_dir=tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await enter(pilot, "14277")
        await type_text(pilot, "O 20% loyal")
        await press(pilot, "enter", *"999999", "enter")
        assert isinstance(app.screen, PinScreen)
        assert "999999" not in picture(app)
        assert "left" not in picture(app), "keys typed before the question are no PIN"
        await press(pilot, *PIN[:-1], "9", "backspace", *"1", "enter")
        assert "; 2 " in picture(app)
        await press(pilot, *PIN)
        assert "PIN  ••••••" in picture(app)
        assert PIN not in picture(app)
        await press(pilot, "enter")
        assert "20% off" in picture(app)
        assert app.desk.cart is not None
        assert app.desk.cart.notes.override[0].approved_by == "Kaya"
        await enter(pilot, "O 30% loyal")
        await press(pilot, "escape")
        assert app.desk.cart.notes.override[0].percentage == "20"
        assert "Nothing was changed" in picture(app)
        await press(pilot, "up")
        assert "O 30% loyal" in picture(app)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert PIN.encode() not in path.read_bytes(), path


def test_a_pin_at_the_prompt_and_for_one_command(tmp_path: Path, nordlys: Path, roles: Roles) -> None:
    data = tmp_path / "data"
    write_roles(data / "roles.json", roles)
    program = [sys.executable, "-m", "cartdesk", "--data-dir", data, "--catalog", nordlys]
    with Terminal([*program, "line"], columns=100, rows=50, env={"CARTDESK_AGENT": "ana"}) as prompt:
        prompt.wait_for("quit to leave")
        prompt.press("14277", "enter")
        prompt.wait_for("is line 1")
        prompt.press("O 20% loyal", "enter")
        prompt.wait_for("PIN (nothing is shown")
        prompt.press("111222", "enter")
        prompt.wait_for("2 tries are left")
        prompt.press(PIN, "enter")
        prompt.wait_for("20 percent off")
        assert PIN not in prompt.text
        prompt.press("quit", "enter")
        prompt.wait_end()
    with Terminal([*program, "do", "14277; O 20% loyal"], columns=100, rows=50) as once:
        once.wait_for("PIN (nothing is shown")
        once.press("enter")
        assert once.wait_end() == 2
        assert "the PIN of a supervisor" in once.text
