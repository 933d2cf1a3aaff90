"""What is asked before something is done: whether it is really meant, and the PIN of somebody who may allow it.

``CartdeskApp`` asks; keys that were typed before a question could be read never answer it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cartdesk.errors import CartdeskError
from cartdesk.language import tr
from cartdesk.tui.asking import Asked

if TYPE_CHECKING:
    from cartdesk.desk.approving import Approval
    from cartdesk.desk.command import Command, Outcome
    from cartdesk.errors import ApprovalNeeded
    from cartdesk.tui.app import CartdeskApp


async def ask_whether(app: CartdeskApp, question: str, command: Command) -> None:
    """Ask whether a command is meant; it is done once that is answered with yes."""
    from cartdesk.tui.screens.confirm import ConfirmScreen

    def answered(yes: bool | None) -> None:
        if yes:
            app.post_message(Asked(command, confirmed=True))

    app.forget_keys()
    await app.push_screen(ConfirmScreen(question, yes=tr(command.label)), answered)


async def ask_pin(
    app: CartdeskApp, needed: ApprovalNeeded, again: Callable[[Approval], Outcome], finish: Callable[[Outcome], object]
) -> None:
    """Ask for the PIN of somebody who may allow what was refused, and do it then.

    Args:
        app: the app.
        needed: what for.
        again: does it, with the leave given.
        finish: shows what it did.
    """
    from cartdesk.desk.approving import WrongPin
    from cartdesk.tui.screens.pin import PinScreen

    done: list[Outcome] = []

    async def give(pin: str) -> str | None:
        future = await app.attempt(lambda: again(app.desk.approvals.check(pin, needed)))
        error = future.exception()
        if isinstance(error, WrongPin):
            return str(error)
        if error is None:
            done.append(future.result())
        elif isinstance(error, CartdeskError):
            app.refuse(error)
            return str(error)
        else:
            app.answer_error(error)
        return None

    def answered(yes: bool | None) -> None:
        if done:
            finish(done[0])
        elif not yes:
            from cartdesk.language import tr

            app.say(tr("Nothing was changed."))

    app.forget_keys()
    await app.push_screen(PinScreen(str(needed), give), answered)
