"""Events: what changed, queued in the change's own transaction and delivered to listeners until they have it.

The resources' handlers call :mod:`~cartdesk.server.events.outbox` and the hub routes :mod:`~cartdesk.server.events.hub`; each worker
runs one :class:`~cartdesk.server.events.courier.Courier`.
"""
