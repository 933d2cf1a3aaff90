"""An answer beside what was sent: where the server shows just that, nothing of it has to be read again.

``carts`` asks it of the answer to each POST and PATCH, which is most of what a first sync reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cartdesk.sync.marker import Marker
from cartdesk.sync.tree import CART_LEFT_OUT, ITEM_LEFT_OUT, Node, is_usual_type


@dataclass(frozen=True, slots=True)
class Sent:
    """A cart as it was sent, or as it is with what was sent."""

    members: Mapping[str, Any]
    """All of it, in the server's dialect."""
    tree: Node
    """What that says."""
    marker: Marker


def is_echo(shown: Mapping[str, Any], sent: Sent) -> bool:
    """Say whether a server shows just what was sent: what it works out by itself, such as prices, totals, times and types, does not count.

    Args:
        shown: the cart as the server shows it, in its dialect.
        sent: what was sent.
    """
    names = (shown.keys() | sent.members.keys()) - CART_LEFT_OUT
    return all(_same_member(name, shown, sent.members) for name in names)


def _same_member(name: str, shown: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
    return _same(shown.get(name), sent.get(name)) or (name not in sent and is_usual_type(name, shown.get(name)))


def _same(shown: Any, sent: Any) -> bool:
    if shown == sent:
        return True
    if isinstance(shown, list) and isinstance(sent, list):
        return len(shown) == len(sent) and all(map(_same, shown, sent))
    if isinstance(shown, dict) and isinstance(sent, dict):
        return all(_same_member(name, shown, sent) for name in (shown.keys() | sent.keys()) - ITEM_LEFT_OUT)
    return False
