"""An answer beside what was sent: where the server shows just that, nothing of it has to be read again.

``carts`` asks it of the answer to each POST and PATCH, which is most of what a first sync reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cartdesk.sync.marker import Marker
from cartdesk.sync.tree import CART_LEFT_OUT, ITEM_LEFT_OUT, ITEMS, Node


@dataclass(frozen=True, slots=True)
class Sent:
    """A cart as it was sent, or as it is with what was sent."""

    members: Mapping[str, Any]
    """All of it, in the server's dialect."""
    tree: Node
    """What that says."""
    marker: Marker


def is_echo(shown: Mapping[str, Any], sent: Sent) -> bool:
    """Say whether a server shows just what was sent: what it works out by itself, such as prices, totals and times, does not count.

    Args:
        shown: the cart as the server shows it, in its dialect.
        sent: what was sent.
    """
    names = (shown.keys() | sent.members.keys()) - CART_LEFT_OUT
    return all(
        _same_items(shown.get(name), sent.members.get(name)) if name == ITEMS else shown.get(name) == sent.members.get(name)
        for name in names
    )


def _same_items(shown: Any, sent: Any) -> bool:
    if not isinstance(shown, list) or not isinstance(sent, list):
        return bool(shown == sent)
    return len(shown) == len(sent) and all(map(_same_item, shown, sent))


def _same_item(shown: Any, sent: Any) -> bool:
    if not isinstance(shown, dict) or not isinstance(sent, dict):
        return bool(shown == sent)
    for name in (shown.keys() | sent.keys()) - ITEM_LEFT_OUT:
        here, there = sent.get(name), shown.get(name)
        if here != there and not (name == ITEMS and _same_items(there, here)):
            return False
    return True
