"""The other end: TMF663, 666, 622, 620, 632 and 676 over HTTP for seats and other systems, on one SQL database.

``cartdesk serve`` starts it; importing this package loads nothing, the modules below load Starlette and SQLAlchemy.
"""
