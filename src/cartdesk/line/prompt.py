"""Reading entries and writing answers, a line at a time, with nothing but letters: no colours, no cursor, no escape codes.

``cartdesk line`` calls :func:`talk` with its streams; on a terminal there is a prompt, in a pipe there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from cartdesk.errors import CartdeskError, EntryError
from cartdesk.language import grouped, tr
from cartdesk.line.session import Session
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk.calls import Call
    from cartdesk.line.answer import Answer

LONGEST = 20_000
"""The longest line that is read, in characters; more is no entry."""
COMMENT = "//"
"""What a script's remarks begin with."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How one talks."""

    prompts: bool = False
    """Write a prompt and a greeting: somebody sits at a terminal."""
    as_json: bool = False
    """One JSON object a line for each entry."""
    strict: bool = False
    """Stop at the first refusal."""


def talk(
    session: Session,
    source: TextIO,
    sink: TextIO,
    manner: Manner,
    *,
    begin: str = "",
    calls: Callable[[], Call | None] = lambda: None,
    forget_typed: Callable[[], None] = lambda: None,
) -> CartdeskError | None:
    """Answer every line of ``source`` on ``sink`` until it ends; return the first refusal, or None.

    Args:
        session: the sitting.
        source: where entries come from.
        sink: where answers go.
        manner: how.
        begin: an entry that is done before the first one is read.
        calls: says who began to call since it was last asked.
        forget_typed: drops what was typed and not read yet; called before a question that must not be answered by it.

    Raises:
        StoreError: the store could not do what was asked.
    """
    first: CartdeskError | None = None
    writer = _Writer(sink, manner)
    if manner.prompts and not manner.as_json:
        writer.write(session.greeting())
    answer = session.answer(begin) if begin else None
    if answer is not None:
        writer.write(answer)
        first = answer.error
    while first is None or not manner.strict:
        call = calls()
        if call is not None:
            writer.write(session.offer(call))
        try:
            writer.prompt()
            line = _line(source)
        except KeyboardInterrupt:
            if not manner.prompts:
                raise
            sink.write("\n")
            continue
        if line is None:
            break
        if line.lstrip().startswith(COMMENT):
            continue
        answer = session.answer(line) if len(line) <= LONGEST else _too_long(line)
        if answer is None:
            continue
        if session.waits:
            forget_typed()
        writer.write(answer)
        if answer.error is not None:
            first = first or answer.error
            if manner.strict:
                return first
        if answer.ends:
            return first
    ended = session.end()
    if ended is not None:
        writer.write(ended)
        first = first or ended.error
    if manner.prompts:
        sink.write("\n")
    return first


class _Writer:
    """Writes answers one way."""

    def __init__(self, sink: TextIO, manner: Manner) -> None:
        self._sink = sink
        self._manner = manner

    def prompt(self) -> None:
        """Ask for the next entry, where somebody sits there."""
        if self._manner.prompts and not self._manner.as_json:
            self._sink.write("> ")
            self._sink.flush()

    def write(self, answer: Answer) -> None:
        """Write an answer, at once: whoever listens acts on it."""
        if self._manner.as_json:
            from cartdesk.tmf.wire import dumps

            self._sink.write(dumps(answer.to_json()) + "\n")
        else:
            self._sink.writelines(f"{safe_text(each)}\n" for each in answer.sentences())
        self._sink.flush()


def _line(source: TextIO) -> str | None:
    """Read a line without its end; None where there is none. Of one that is far too long only the beginning is kept."""
    line = source.readline(LONGEST + 2)
    if not line:
        return None
    rest = line
    while rest and not rest.endswith("\n") and len(rest) > LONGEST:
        rest = source.readline(LONGEST + 2)
    return line.rstrip("\r\n")


def _too_long(line: str) -> Answer:
    from cartdesk.line.answer import Answer

    error = EntryError(tr("The line is longer than {longest} characters; enter it in parts.", longest=grouped(LONGEST)), at=LONGEST)
    return Answer(safe_text(line, 60), error=error)
