"""The outermost frame of the command line: every error ends here as one sentence and an exit code.

What nobody expected is logged with its trace, in a rotating file in the state folder, without a word of anybody's data.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from cartdesk.errors import CartdeskError, CatalogError, Refused, StoreError
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

REFUSED = 2
STORE = 3
CATALOG = 4
OTHER = 5
FAULT = 70
INTERRUPTED = 130
COMPLETE = "_CARTDESK_COMPLETE"
"""The variable by which a shell asks for completions."""


def run_safely(cli: click.Group) -> None:
    """Run the command line and leave the process with its exit code."""
    try:
        status = cli.main(standalone_mode=False, complete_var=COMPLETE)
        sys.stdout.flush()
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _tell("Stopped.")
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except CartdeskError as error:
        _tell(str(error))
        sys.exit(exit_code(error))
    except BrokenPipeError:
        _quiet_pipe()
        sys.exit(0)
    except Exception as error:  # noqa: BLE001  # the one outermost frame: nothing may reach the user as a trace
        _tell(f"cartdesk met a fault of its own ({type(error).__name__}); nothing more was done. The log is {log_fault(error)}.")
        sys.exit(FAULT)
    sys.exit(status if isinstance(status, int) else 0)


def exit_code(error: CartdeskError) -> int:
    """Return the exit code of an error, as ``--help`` lists them."""
    if isinstance(error, Refused):
        return REFUSED
    if isinstance(error, StoreError):
        return STORE
    return CATALOG if isinstance(error, CatalogError) else OTHER


def log_fault(error: BaseException) -> Path | str:
    """Write where a fault came from into the log, and return the log's path.

    Only the kinds of errors and the places in the code are written, never their messages or values: those may hold a customer's.
    """
    from cartdesk import crash
    from cartdesk.cli.places import state_dir

    try:
        return crash.record(error, state_dir(), "command line")
    except OSError:
        return "not written, since its folder cannot be"


def event_log() -> Callable[..., None]:
    """Return what writes events into the log, names and plain facts only; what writes nothing where the log cannot be written."""
    from cartdesk.cli.places import state_dir
    from cartdesk.crash import LOG_NAME

    folder = state_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        logger, close = _logger(folder / LOG_NAME)
    except OSError:
        return lambda event, **facts: None
    context = click.get_current_context(silent=True)
    if context is not None:
        context.find_root().call_on_close(close)

    def write(event: str, **facts: object) -> None:
        logger.info(event, **facts)

    return write


def _logger(path: Path) -> tuple[Any, Callable[[], None]]:
    """Return what writes into the log, and what closes it."""
    import logging
    from logging.handlers import RotatingFileHandler

    import structlog

    from cartdesk.crash import LOG_FILES, LOG_SIZE

    handler = RotatingFileHandler(path, maxBytes=LOG_SIZE, backupCount=LOG_FILES, encoding="utf-8")
    log = logging.Logger("cartdesk")
    log.addHandler(handler)
    logger = structlog.wrap_logger(
        log,
        processors=[structlog.processors.TimeStamper(fmt="iso", utc=True), structlog.processors.JSONRenderer()],
    )
    return logger, handler.close


def _tell(sentence: str) -> None:
    try:
        click.echo(safe_text(sentence), err=True)
    except BrokenPipeError:
        _quiet_pipe()


def _quiet_pipe() -> None:
    """Let the interpreter's own last flush go nowhere, so that a closed pipe is no second error."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
