"""The checkout asked step by step, one question at a time, for whoever sits at a terminal; what was told stays told when it is left.

``session`` opens it for ``E`` and hands it every answer until the order is placed or ``stop`` is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartdesk.errors import CartdeskError, EntryError
from cartdesk.language import message, tr
from cartdesk.line.answer import Answer
from cartdesk.line.checkout_words import look_at, step_sentence
from cartdesk.line.words import spoken

if TYPE_CHECKING:
    from cartdesk.desk import Command, Desk, Outcome
    from cartdesk.line.questions import Question
    from cartdesk.selling.checkout_draft import Step
    from cartdesk.selling.checkout_look import CheckoutLook

HOW = message(
    "Answer each question; an empty answer keeps what is there, back goes to the question before, stop leaves and keeps everything."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was answered, so that it can be asked again."""

    step: Step
    field: str


class Guide:
    """One cart's checkout being asked for."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._asked: list[Asked] = []
        self._again: Asked | None = None
        self._now: Question | None = None
        self.placed: Outcome | None = None
        """What placing the order answered; the guide is over then."""
        self.over = False

    def begin(self) -> Answer:
        """Return the first question, after how to answer."""
        return self._go_on("E", [tr(HOW)])

    def answer(self, text: str) -> Answer:
        """Take an answer and return the next question."""
        word = text.strip()
        if word.casefold() in ("stop", "quit", "exit"):
            self.over = True
            return Answer(text, (tr("The checkout is kept as it stands; E goes on with it."),))
        if word.casefold() == "back":
            self._again = self._asked.pop() if self._asked else None
            return self._go_on(text, [])
        question = self._now
        if question is None:
            return self._go_on(text, [])
        try:
            commands = question.read(word)
            if commands is None:
                self.over = True
                return Answer(text, (tr("Nothing was ordered; the checkout is kept as it stands, E goes on with it."),))
            said = [spoken(outcome.said) for outcome in self._run(commands)]
        except CartdeskError as error:
            mends = error.mends if isinstance(error, EntryError) else ()
            return Answer(text, mends=mends, error=error, asks=question.text)
        if self.over:
            return Answer(text, tuple(said), changed=True)
        self._again = None
        self._asked.append(Asked(question.step, question.field))
        return self._go_on(text, said)

    def _run(self, commands: Sequence[Command]) -> Iterator[Outcome]:
        from cartdesk.desk.commands import ConfirmOrder

        for command in commands:
            outcome = self._desk.run(command)
            if isinstance(command, ConfirmOrder):
                self.placed, self.over = outcome, True
            yield outcome

    def _go_on(self, text: str, said: list[str]) -> Answer:
        """Close the steps that need nothing more, and ask what the next one needs."""
        from cartdesk.desk.commands import CompleteStep
        from cartdesk.line.questions import question_of
        from cartdesk.selling.checkout_draft import Step

        locale = self._desk.catalog.locale
        for _ in Step:
            look = look_at(self._desk)
            step = self._step(look)
            asked = {each.field for each in self._asked if each.step is step}
            self._now = question_of(look, step, asked, locale, self._again.field if self._again is not None else "")
            if self._now is not None:
                break
            try:
                self._desk.run(CompleteStep(step.value))
            except CartdeskError as error:
                self._ask_again(look, step)
                mends = error.mends if isinstance(error, EntryError) else ()
                asks = self._now.text if self._now is not None else ""
                self.over = self._now is None
                return Answer(text, tuple(said), mends=mends, error=error, asks=asks)
            said.append(step_sentence(look_at(self._desk), step, locale))
        return Answer(text, tuple(said), asks=self._now.text if self._now is not None else "")

    def _step(self, look: CheckoutLook) -> Step:
        """Return the step that is asked for: the one gone back to, else the first open one."""
        return look.first_open if self._again is None else self._again.step

    def _ask_again(self, look: CheckoutLook, step: Step) -> None:
        """Ask once more for what is wrong with a step."""
        from cartdesk.line.questions import question_of

        wrong = {fault.field for fault in look.faults[step]}
        self._asked = [each for each in self._asked if each.step is not step or (each.field not in wrong and "" not in wrong)]
        asked = {each.field for each in self._asked if each.step is step}
        self._now = question_of(look, step, asked, self._desk.catalog.locale)
