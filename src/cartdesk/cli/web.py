"""``cartdesk web``: the shop in a browser, a desk for each agent who signs in, or a kiosk for visitors."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from cartdesk.cli.output import say
from cartdesk.cli.places import agent_is_given, agent_name, catalog_path, data_dir, low_bandwidth, places, role_name, training
from cartdesk.errors import Refused

_NEEDED = ("textual_serve", "aiohttp")


@click.command()
@click.option("--kiosk", is_flag=True, help="Kiosks for visitors, each wiped when its page is closed; needs `cartdesk kiosk pin` first.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8664, show_default=True, type=int, help="The port; 0 takes any free one.")
@click.option("--public-url", default="", metavar="URL", help="What browsers call it behind a proxy, such as https://desk.example.com.")
@click.option("--sessions", default=8, show_default=True, type=click.IntRange(1, 200), help="How many are open at once.")
@click.option(
    "--idle-minutes",
    default=30.0,
    show_default=True,
    type=click.FloatRange(0.05, 1_440),
    help="When a desk that nobody uses is closed.",
)
@click.option("--fresh", is_flag=True, help="Begin each desk with nothing, and remove all of it when it is closed.")
@click.option(
    "--token-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the token in this file, so that it outlasts the server, and do not print it.",
)
@click.option("--large", is_flag=True, help="A kiosk with larger buttons.")
@click.option("--contrast", is_flag=True, help="A kiosk with high contrast.")
@click.option("--font-size", default=0, type=click.IntRange(0, 60), help="In pixels; left away, whatever suits the window.")
@places
def web(**told: Any) -> None:
    """Open the shop in a browser: on this machine, or behind a proxy on others.

    It prints an address that signs a browser in. Each browser has a desk of its own, kept in the data folder below web/seats; a page that
    is loaded again finds it as it was.
    """
    if any(find_spec(name) is None for name in _NEEDED):
        raise Refused("What puts the shop into a browser is not installed here; install it with: pip install 'cartdesk[web]'")
    from cartdesk.cli.outermost import event_log
    from cartdesk.language import current
    from cartdesk.web.running import run
    from cartdesk.web.settings import WebSettings

    here: dict[str, Any] = {
        "home": data_dir(),
        "catalog": catalog_path(),
        "agent": agent_name(),
        "agent_given": agent_is_given(),
        "role": role_name(),
        "training": training(),
        "language": current().code,
        "low_bandwidth": low_bandwidth(),
    }
    run(WebSettings(**here, **told), say, event_log)
