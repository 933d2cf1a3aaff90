"""The shop in a browser: a small server that signs people in and gives each of them a desk, or a kiosk, in a process of its own.

``cartdesk web`` calls :func:`cartdesk.web.running.run`. Nothing here sells; the processes run the very screens of ``cartdesk.tui``.
"""
