"""The note of a call: one key shows it and copies it, and the prompt reads it."""

from __future__ import annotations

from cartdesk.tui.app import CartdeskApp

from .acting import at


async def test_one_key_shows_what_the_call_came_to_and_copies_it(app: CartdeskApp) -> None:
    async with at(app, "14277; label Mrs Berg", "N call back after six") as me:
        await me.press("alt+n")
        assert "ana" in me.row("22 Nov 2026")
        assert me.row("1. Talk Simple 25")
        assert me.row("call back after six")
        assert "Due now" in me.app.clipboard
        assert "The note is copied" in me.said
        await me.press("escape")
        assert len(me.app.screen_stack) == 1
