"""The program's first step, for ``cartdesk`` and ``python -m cartdesk`` alike; what it is asked decides what is loaded."""

from __future__ import annotations

import sys


def main() -> None:
    """Say the version at once, or run the command line."""
    if sys.argv[1:] == ["--version"]:
        from cartdesk import __version__

        print(f"cartdesk {__version__}")
        return
    from cartdesk.cli import main as run

    run()


if __name__ == "__main__":
    main()
