"""The kiosk: the same shop for a visitor who only has a finger or a mouse, and of whom nothing stays.

``cartdesk kiosk`` opens it through ``opening.run``; a :class:`~cartdesk.tui.kiosk.session.Session` holds one visitor, and ``wipe`` ends it.
"""
