"""Who may do what, how much and how fast: bearer tokens, scopes, rates, and the bounds of a request.

``cartdesk serve`` gives :class:`~cartdesk.server.access.gate.Gate` and the middleware of ``bounds`` to the application;
``cartdesk tokens`` calls :mod:`~cartdesk.server.access.tokens`.
"""
