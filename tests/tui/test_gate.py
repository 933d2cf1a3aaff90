"""Keys in one chunk reach whatever has the focus when their turn comes, with stock widgets too."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.keys import key_to_character
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import Input

from cartdesk.tui.gate import OneKeyAtATime

from .story import until


class Second(ModalScreen[str]):
    def compose(self) -> ComposeResult:
        yield Input(id="inner", select_on_focus=False)

    @on(Input.Submitted)
    def done(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)


class Form(OneKeyAtATime):
    """Two fields; Enter in the second opens a third over them, whose value is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[str | None] = []

    def compose(self) -> ComposeResult:
        yield Input(id="first", select_on_focus=False)
        yield Input(id="second", select_on_focus=False)

    @on(Input.Submitted, "#first")
    def to_second(self) -> None:
        self.query_one("#second").focus()

    @on(Input.Submitted, "#second")
    async def to_third(self) -> None:
        await self.push_screen(Second(), self.kept.append)


async def send(pilot: Pilot[None], *keys: str) -> None:
    app = pilot.app
    assert isinstance(app, Form)
    for key in keys:
        app.post_message(events.Key(key, key_to_character(key)))
    await pilot.pause()
    await until(pilot, lambda: app.keys_are_quiet)


async def test_a_key_behind_one_that_moves_the_focus_goes_to_the_new_place() -> None:
    app = Form()
    async with app.run_test() as pilot:
        await send(pilot, "a", "b", "tab", "c", "shift+tab", "d")
        assert app.query_one("#first", Input).value == "abd"
        assert app.query_one("#second", Input).value == "c"


async def test_keys_behind_one_that_opens_a_screen_go_to_that_screen() -> None:
    app = Form()
    async with app.run_test() as pilot:
        await send(pilot, "a", "enter", "b", "enter", "c", "c", "enter")
        await until(pilot, lambda: bool(app.kept))
        assert app.query_one("#first", Input).value == "a"
        assert app.query_one("#second", Input).value == "b"
        assert app.kept == ["cc"]


async def test_keys_are_let_go_on_when_the_widget_that_had_one_is_gone() -> None:
    app = Form()
    async with app.run_test() as pilot:
        await send(pilot, "a")
        app.query_one("#first", Input).remove()
        await send(pilot, "x", "tab", "y")
        assert app.query_one("#second", Input).value.endswith("y")


async def test_forgotten_keys_do_nothing() -> None:
    app = Form()
    async with app.run_test() as pilot:
        await send(pilot, "a")

        async def first() -> None:
            for key in "bc":
                app.post_message(events.Key(key, key))
            app.forget_keys()

        app._arrived.append(events.Key("z", "z"))
        app.before_next_key(first)
        await send(pilot)
        assert app.query_one("#first", Input).value == "abc"
