"""The words of each API version for what happened, and the notification's shape.

The courier calls this for every notification it sends; the inner words are ``create``, ``change``, ``state`` and ``delete``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_NOTIFICATIONS = {"create": "CreationNotification", "change": "ChangeNotification", "state": "ChangeNotification"}
_EVENTS = {"create": "CreateEvent", "change": "AttributeValueChangeEvent", "state": "StateChangeEvent", "delete": "DeleteEvent"}


def event_type(version: str, kind: str, happening: str) -> str | None:
    """Return the name of a notification in a version's family; none where the version has no word for it.

    R18 (v2) knows creation and change only; from v4 on there are events for deletion and, where resources have a state, for its change.
    """
    name = (_NOTIFICATIONS if version == "v2" else _EVENTS).get(happening)
    return None if name is None else f"{kind[:1].upper()}{kind[1:]}{name}"


def notification(version: str, kind: str, happening: str, *, event_id: str, at: int, resource: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what is posted to a listener; none where its version has no word for what happened.

    Args:
        version: the API version the listener registered with.
        kind: the resource's kind, ``shoppingCart``.
        happening: ``create``, ``change``, ``state`` or ``delete``.
        event_id: the same however often it is delivered.
        at: when it happened, in epoch milliseconds.
        resource: the resource in that version's shape.
    """
    name = event_type(version, kind, happening)
    if name is None:
        return None
    moment = datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    told: dict[str, Any] = {"eventId": event_id, "eventTime": moment, "eventType": name, "event": {kind: dict(resource)}}
    if version != "v2":
        told |= {"title": name, "domain": "Commercial", "timeOcurred": moment}
    if version == "v5":
        told |= {"@type": name, "@baseType": "Event", "timeOccurred": moment}
    return told
