"""Which language is spoken: the one asked for, else the one kept in the settings, else the system's, else English.

``cli`` calls :func:`choose` before it opens anything, and the desk's faces :func:`choose_kept` when the settings can be read.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from cartdesk.errors import SettingsError
from cartdesk.language.shelf import load, match
from cartdesk.language.wording import ENGLISH, Language, current, speak

SETTING = "language"
"""The setting that keeps a seat's language."""
VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Where a system says its language; the first that is set counts."""


def system_language(environment: Mapping[str, str], data_dir: Path | None = None) -> str:
    """Return the code of the system's language, English where there is none such here."""
    said = next((environment[name] for name in VARIABLES if environment.get(name)), "")
    return (match(said, data_dir) if said else None) or ENGLISH.code


def choose(asked: str | None, kept: object, *, data_dir: Path | None = None, cache_dir: Path | None = None) -> Language:
    """Speak the language there is reason to speak, and return it.

    Args:
        asked: a code or a file that was asked for on the command line.
        kept: the setting, where there is one.
        data_dir: where a shop's own languages are.
        cache_dir: where what was read of a language is kept.

    Raises:
        SettingsError: the language asked for is not there, or its file cannot be read. One kept or the system's that is not there (any
            more) is passed over.
    """
    if asked:
        language = load(asked, data_dir, cache_dir)
    else:
        language = ENGLISH
        for code in (kept if isinstance(kept, str) else "", system_language(os.environ, data_dir)):
            if not code or match(code, data_dir) is None:
                continue
            try:
                language = load(code, data_dir, cache_dir)
                break
            except SettingsError:
                continue
    speak(language)
    return current()
