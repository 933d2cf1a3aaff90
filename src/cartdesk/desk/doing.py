"""An entry's commands done one after another on one draft, and what all of them said as one outcome.

``Desk.enter`` does an entry this way, and a preview tries one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cartdesk.desk.card_guard import refuse_cards
from cartdesk.errors import EntryError, Refused

if TYPE_CHECKING:
    from cartdesk.desk.command import Outcome
    from cartdesk.desk.draft import Draft
    from cartdesk.desk.grammar import Part


def run_parts(draft: Draft, parts: tuple[Part, ...]) -> list[Outcome]:
    """Run an entry's commands on a draft and return the outcome of each.

    Raises:
        EntryError: one of them is refused; ``at`` is where it stands in the entry.
    """
    outcomes = []
    for part in parts:
        draft.reading(part)
        try:
            refuse_cards(part.command, part)
            outcomes.append(part.command.run(draft))
        except EntryError:
            raise
        except Refused as refused:
            raise EntryError(str(refused), *refused.mends, at=part.at) from None
    draft.reading(None)
    return outcomes


def as_one(outcomes: Sequence[Outcome]) -> Outcome:
    """Return the outcomes of an entry's parts as one: what all of them said, and the last screen one of them wants."""
    from cartdesk.desk.command import Outcome

    if len(outcomes) == 1:
        return outcomes[0]
    return Outcome(
        " ".join(outcome.said for outcome in outcomes if outcome.said),
        next((outcome.show for outcome in reversed(outcomes) if outcome.show is not None), None),
        any(outcome.changed for outcome in outcomes),
        tuple(mend for outcome in outcomes for mend in outcome.mends),
        listed=tuple(line for outcome in outcomes for line in outcome.listed),
    )
