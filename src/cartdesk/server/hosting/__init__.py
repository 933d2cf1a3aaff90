"""The server as processes: settings, workers, a socket, logs, health, and an end that loses nothing.

``cartdesk serve`` calls :func:`cartdesk.server.hosting.running.run`; importing this package loads nothing.
"""
