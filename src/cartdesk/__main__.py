"""``python -m cartdesk``: the same as the ``cartdesk`` command."""

from cartdesk.cli import main

main()
