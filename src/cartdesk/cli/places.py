"""Where this run's store and catalog are, and who works here: options before or after the command, the environment, or the defaults.

Every command of the command line asks here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from pathlib import Path

    from cartdesk.desk.calls import Call

_Function = TypeVar("_Function", bound=Callable[..., Any])


def _note(context: click.Context, parameter: click.Parameter, value: str | bool | None) -> None:
    """Keep an option's value for the run; given twice, the one nearer the end of the line counts."""
    if value is not None and parameter.name is not None:
        context.find_root().ensure_object(dict)[parameter.name] = value


def places(command: _Function) -> _Function:
    """Let a command take the program's ``--data-dir`` and ``--catalog`` after itself too."""
    for option, metavar in (("--catalog", "PATH"), ("--data-dir", "DIR")):
        command = click.option(option, metavar=metavar, callback=_note, expose_value=False, hidden=True)(command)
    return _training(command, hidden=True)


def program_options(command: _Function) -> _Function:
    """Give the program its options, each with the environment variable that stands for it."""
    options = (
        ("--language", "CODE", "The language of the screens: de, en, es, fr, or a file of one."),
        ("--role", "ROLE", "What they may do: agent, supervisor."),
        ("--agent", "NAME", "Who works here."),
        ("--catalog", "PATH", "The catalog to sell from."),
        ("--data-dir", "DIR", "Where carts are kept."),
    )
    for option, metavar, text in (*CALLS, *options):
        variable = f"CARTDESK_{option[2:].upper().replace('-', '_')}"
        command = click.option(option, envvar=variable, show_envvar=True, metavar=metavar, callback=_note, expose_value=False, help=text)(
            command
        )
    command = _switch(command, "low-bandwidth", "Draw less and in fewer colours, for a slow line.")
    return _training(command)


CALLS = (
    ("--handoff", "FILE", "Where the telephone system says who calls; watched while the shop is open."),
    ("--phone", "NUMBER", "From which number they call."),
    ("--customer", "NAME", "Who is calling: their cart is taken up, or begun."),
)
"""Options for the shop and the prompt that say who is calling."""


def caller() -> Call | None:
    """Return who is calling, where that was said."""
    name, phone = _given("customer"), _given("phone")
    if not name and not phone:
        return None
    from cartdesk.desk.calls import Call

    return Call(name or "", phone or "")


def handoff_file() -> Path | None:
    """Return the file that calls come in by."""
    from pathlib import Path

    given = _given("handoff")
    return Path(given).expanduser() if given else None


def calls(command: _Function) -> _Function:
    """Let a command take who is calling after itself too."""
    for option, metavar, text in CALLS:
        command = click.option(option, metavar=metavar, callback=_note, expose_value=False, help=text)(command)
    return command


def _training(command: _Function, *, hidden: bool = False) -> _Function:
    return _switch(command, "training", "Practise on a store of its own; nothing is real, nothing is sent.", hidden=hidden)


def _switch(command: _Function, name: str, text: str, *, hidden: bool = False) -> _Function:
    """Let a command take ``--name``; for the program itself, the environment may stand for it."""
    return click.option(
        f"--{name}",
        is_flag=True,
        default=None,
        envvar=None if hidden else f"CARTDESK_{name.upper().replace('-', '_')}",
        show_envvar=True,
        callback=_note,
        expose_value=False,
        hidden=hidden,
        help=text,
    )(command)


def _given(name: str) -> str | None:
    found = click.get_current_context().find_root().ensure_object(dict).get(name)
    return None if found is None else str(found)


def training() -> bool:
    """Say whether this run is for practice."""
    return _given("training") == str(True)


def data_dir() -> Path:
    """Return the folder carts are kept in; training has one of its own within."""
    if not training():
        return seat_dir()
    from cartdesk.desk.training import training_dir

    return training_dir(seat_dir())


def seat_dir() -> Path:
    """Return the seat's folder, for practice too."""
    given = _given("data_dir")
    if given:
        from pathlib import Path

        return Path(given).expanduser()
    from platformdirs import user_data_path

    return user_data_path("cartdesk", appauthor=False)


def state_dir() -> Path:
    """Return the folder logs are written to."""
    from platformdirs import user_state_path

    return user_state_path("cartdesk", appauthor=False)


def catalog_path() -> Path:
    """Return the catalog: the one given, else the one that was pulled from the remote, else the one that comes with cartdesk."""
    given = _given("catalog")
    if given:
        from pathlib import Path

        return Path(given).expanduser()
    pulled = pulled_catalog()
    if pulled.is_dir():
        return pulled
    from cartdesk.catalog import shipped_catalog

    return shipped_catalog()


def pulled_catalog() -> Path:
    """Return where ``catalog pull`` puts the remote's catalog; practice sells from it too."""
    return seat_dir() / "catalog"


def speak(kept: object = None) -> None:
    """Speak the language asked for, else the one kept in the store's settings, else the system's.

    Args:
        kept: the setting, once there is a store to ask for it.

    Raises:
        SettingsError: the one asked for is not there.
    """
    from cartdesk.desk.places import cache_dir
    from cartdesk.language.choosing import choose

    folder = seat_dir()
    choose(_given("language"), kept, data_dir=folder, cache_dir=cache_dir(folder))


def low_bandwidth() -> bool:
    """Say whether the line is slow."""
    return _given("low_bandwidth") == str(True)


def agent_is_given() -> bool:
    """Say whether whoever started the program said who works here."""
    return bool(_given("agent"))


def agent_name() -> str:
    """Return who works here: the name given, else the system's name for this user."""
    from getpass import getuser

    from cartdesk.text import safe_text

    given = _given("agent")
    if given:
        return safe_text(given, 60)
    try:
        return safe_text(getuser(), 60)
    except (OSError, KeyError, ImportError):
        return "agent"  # a container's user may have no name


def role_name() -> str:
    """Return what whoever works here may do."""
    return _given("role") or "agent"
