"""Our own themes, and the variables that every theme has on this desk.

``CartdeskApp`` registers them; Textual's own themes stay selectable and get the same variables worked out from their colours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.color import Color
from textual.theme import Theme

if TYPE_CHECKING:
    from textual.app import App

DARK = Theme(
    name="cartdesk-dark",
    primary="#7cc0e0",
    secondary="#4f8fae",
    accent="#7cc0e0",
    warning="#e3b067",
    error="#e98b7f",
    success="#9ccf8c",
    foreground="#d9dfe4",
    background="#11161b",
    surface="#171d23",
    panel="#1e262e",
    dark=True,
)
LIGHT = Theme(
    name="cartdesk-light",
    primary="#0a5f87",
    secondary="#3b7c9c",
    accent="#0a5f87",
    warning="#8a5200",
    error="#a8281c",
    success="#2b6a2f",
    foreground="#20262b",
    background="#fbfaf7",
    surface="#f3f1ec",
    panel="#e9e6df",
    dark=False,
)
CONTRAST = Theme(
    name="cartdesk-contrast",
    primary="#ffe94d",
    secondary="#ffffff",
    accent="#ffe94d",
    warning="#ffb347",
    error="#ff8a80",
    success="#8cff9b",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1a1a1a",
    dark=True,
    text_alpha=1.0,
    variables={"quiet": "#e6e6e6", "rule": "#ffffff", "here": "#3d3d00", "here-quiet": "#2b2b2b"},
)
OURS = (DARK, LIGHT, CONTRAST)
DEFAULT = DARK.name


def variables(theme: Theme) -> dict[str, str]:
    """Return the variables our styles use beside Textual's, for a theme that may not set them itself.

    ``quiet`` is secondary text, ``rule`` a thin line, ``here`` the row under the cursor and ``here-quiet`` the same in a pane that
    does not have the focus.
    """
    if theme.ansi:
        return {"quiet": "ansi_bright_black", "rule": "ansi_bright_black", "here": "ansi_blue", "here-quiet": "ansi_black"}
    background = Color.parse(theme.background or ("#121212" if theme.dark else "#efefef"))
    foreground = Color.parse(theme.foreground or ("#e0e0e0" if theme.dark else "#1f1f1f"))
    accent = Color.parse(theme.accent or theme.primary)
    return {
        "quiet": background.blend(foreground, 0.64).hex,
        "rule": background.blend(foreground, 0.24).hex,
        "here": background.blend(accent, 0.26).hex,
        "here-quiet": background.blend(foreground, 0.10).hex,
    }


def start(app: App[None], chosen: object) -> None:
    """Begin in a theme without styling everything twice: what changing to it later does, done before there is anything to style."""
    theme = chosen if isinstance(chosen, str) and chosen in app.available_themes else DEFAULT
    if app.available_themes[theme].ansi:
        app.theme = theme
        return
    app.set_reactive(type(app).theme, theme)
    dark = app.current_theme.dark
    named = {name: False for name in app.classes if name.startswith("-theme-")}
    app.update_classes({**named, f"-theme-{theme}": True, "-dark-mode": dark, "-light-mode": not dark}, update=False)
    app.stylesheet.set_variables(app.get_css_variables())


def named(app: App[None], word: str) -> str | None:
    """Return the theme that a word means: its name, or what follows ours in it (``light``); None where there is none such."""
    return next((name for name in (word, f"cartdesk-{word}", f"textual-{word}") if name in app.available_themes), None)
