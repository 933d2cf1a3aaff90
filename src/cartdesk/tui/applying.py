"""Settings that hold at once: what the screen does when one has changed.

``CartdeskApp`` calls :func:`apply` for whatever a command says it has set, and :func:`wear` for other colours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from cartdesk.errors import Mend
from cartdesk.language import tr
from cartdesk.tui import loading, themes
from cartdesk.tui.widgets.message import Tone

if TYPE_CHECKING:
    from cartdesk.tui.app import CartdeskApp


def begin(app: CartdeskApp, *, low_bandwidth: bool) -> None:
    """Take over what is kept, before there is anything to draw."""
    for theme in themes.OURS:
        app.register_theme(theme)
    kept = app.desk.store.setting
    themes.start(app, kept("theme", themes.DEFAULT))
    app.scanner.set(kept("scanner"))
    app.thin(low_bandwidth or kept("bandwidth") == "low")


async def apply(app: CartdeskApp, setting: str) -> None:
    """Take over a setting that was just kept."""
    if setting == "keys":
        keymap = await app.work(lambda: loading.load_keymap(app.desk))
        if keymap is not None:
            app.keymap = keymap
    elif setting == "scanner":
        app.scanner.set(app.desk.store.setting("scanner"))
    elif setting == "bandwidth":
        app.thin(app.desk.store.setting("bandwidth") == "low")
        for line in app.screen.query(Input):
            line.cursor_blink = not app.is_thin
    for page in app.pages():
        page.refresh_keys()


def tell(app: CartdeskApp) -> None:
    """Say what of the settings could not be taken over: keys that clash, a role that still has to be shown by its PIN."""
    if app.keymap is not None and app.keymap.faults:
        app.say(app.keymap.faults[0], Tone.WARNING)
    role = app.desk.unproven
    if role:
        app.offer(tr("The role {role} takes its PIN.", role=role), Mend(tr("Give it"), f"role {role}"))


def wear(app: CartdeskApp, word: str) -> None:
    """Wear the theme that a word means, or say which there are."""
    name = themes.named(app, word)
    if name is None:
        ours = ", ".join(theme.name.removeprefix("cartdesk-") for theme in themes.OURS)
        app.say(tr("There are no colours called {word}; ours are {names}, and the settings list more.", word=word, names=ours), Tone.BAD)
        return
    app.theme = name
    app.say(tr("The colours are {name}.", name=name.removeprefix("cartdesk-")), Tone.GOOD)
