"""Settings that hold at once: what the screen does when one has changed.

``CartdeskApp`` calls :func:`apply` for whatever a command says it has set, and :func:`wear` for other colours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartdesk.desk.command import Show
from cartdesk.documents.money import write_currencies
from cartdesk.errors import Mend
from cartdesk.language import current, tr
from cartdesk.tui import loading, themes
from cartdesk.tui.widgets.message import Tone

if TYPE_CHECKING:
    from cartdesk.desk.command import Outcome
    from cartdesk.tui.app import CartdeskApp


def begin(app: CartdeskApp, *, low_bandwidth: bool) -> None:
    """Take over what is kept, before there is anything to draw."""
    for theme in themes.OURS:
        app.register_theme(theme)
    kept = app.desk.store.setting
    themes.start(app, kept("theme", themes.DEFAULT))
    app.scanner.set(kept("scanner"))
    write_currencies(kept("currency"))
    app.thin(low_bandwidth or kept("bandwidth") == "low")


async def apply(app: CartdeskApp, setting: str) -> None:
    """Take over a setting that was just kept."""
    if setting == "keys":
        keymap = await app.work(lambda: loading.load_keymap(app.desk))
        if keymap is not None:
            app.keymap = keymap
    elif setting == "scanner":
        app.scanner.set(app.desk.store.setting("scanner"))
    elif setting == "currency":
        write_currencies(app.desk.store.setting("currency"))
        app.refresh(layout=True)
        for page in app.pages():
            page.show_anew()
    elif setting == "language":
        await draw_anew(app)
    elif setting == "bandwidth":
        app.thin(app.desk.store.setting("bandwidth") == "low")
    for page in app.pages():
        page.refresh_keys()


async def draw_anew(app: CartdeskApp) -> None:
    """Draw every page anew: in another language no word stands as it stood. The settings, where it was chosen, are opened again."""
    from cartdesk.tui.screens.desk import DeskScreen
    from cartdesk.tui.screens.settings import SettingsScreen

    chosen = isinstance(app.screen, SettingsScreen)
    await app.work(app.desk.refresh)
    while len(app.screen_stack) > 1:
        await app.pop_screen()
    await app.screen.recompose()
    if isinstance(app.screen, DeskScreen):
        app.screen.fit_panes(app.size.width)
    for page in app.pages():
        page.show_anew()
        page.catalog_opened()
        page.warmed()
    if chosen:
        await app.show(Show("settings"))
    app.say(tr("{language} is spoken.", language=current().name), Tone.GOOD)


def is_told(outcome: Outcome) -> bool:
    """Say whether the entry that would have done it is shown beside what was done."""
    return outcome.changed or (outcome.show is not None and outcome.show.screen == "applied")


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
