"""A script as plain text, one statement under the other, with what is for the agent alone set apart.

Called by ``cartdesk script`` and to keep what was said.
"""

from __future__ import annotations

from collections.abc import Iterable

from cartdesk.documents.layout import NARROWEST, wrap
from cartdesk.documents.script import Statement
from cartdesk.language import tr


def script_text(statements: Iterable[Statement], width: int = 80) -> str:
    """Return statements as text, each line at most ``width`` cells wide."""
    wide = max(width, NARROWEST)
    parts = []
    for statement in statements:
        lines = wrap(statement.text, wide, 2)
        heading = statement.title if statement.aloud else tr("({title}) not read aloud", title=statement.title)
        parts.append("\n".join((*wrap(heading, wide), *lines)))
    return "\n\n".join(parts)
