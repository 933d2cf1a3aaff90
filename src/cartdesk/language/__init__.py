"""The language of the screens: what is said to people passes through here, and English costs nothing.

Every room may call it. Messages are English templates, written out where they are used, so that they can be found in the sources::

    from cartdesk.language import ctr, message, grouped, ntr, tr

    tr("Nothing is due now.")
    tr("{name} removed.", name=row.name)  # values are named; never an f-string inside tr()
    ntr("{n} line", "{n} lines", count)  # {n} is the count; other values are named behind it
    ctr("footer", "Help")  # the same English word where another language says it differently, or shorter
    grouped(1234)  # 1,234 · 1.234

A constant of a module or a class is made before the language is known: mark it there, and translate it where it is drawn::

    LABELS = {"held": message("held")}
    tr(LABELS[state])

A sentence is one message, never glued from parts: other languages order their words otherwise. Amounts and days come written
(``format_money``). Names and values of TM Forum, the words of the entry line, logs and files are not translated.
"""

from __future__ import annotations

from cartdesk.language.wording import (
    ENGLISH,
    Forms,
    Language,
    cached,
    capital,
    ctr,
    current,
    grouped,
    locale_of,
    message,
    ntr,
    speak,
    tr,
)

__all__ = ["ENGLISH", "Forms", "Language", "cached", "capital", "ctr", "current", "grouped", "locale_of", "message", "ntr", "speak", "tr"]
