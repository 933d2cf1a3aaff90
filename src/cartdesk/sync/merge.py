"""Three-way merge of two carts that grew from one: pure functions on trees, held by laws.

What only one side changed, or both changed alike, merges silently. What collides keeps this seat's value here, the server's there, and
a :class:`Clash` that holds both until somebody chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from cartdesk.sync.tree import ABSENT, ITEMS, Node, Path, at, dump, load, put


class Kind(StrEnum):
    """How two changes collide."""

    BOTH_CHANGED = "both changed"
    """One value here, another there: each side keeps its own until somebody chooses."""
    REMOVED_HERE = "removed here"
    """Removed here, changed there: it is back, as it is there."""
    REMOVED_THERE = "removed there"
    """Changed here, removed there: it is kept, and sent again."""
    VANISHED_THERE = "vanished there"
    """Taken away by a program that does not say what it has seen, so perhaps by mistake: kept here, not sent until somebody chooses."""
    BACK_THERE = "back there"
    """Removed here before, and there again without a sign that the removal was seen: not shown here until somebody chooses."""


HELD = frozenset({Kind.BOTH_CHANGED, Kind.VANISHED_THERE, Kind.BACK_THERE})
"""The kinds where the server keeps its side until somebody has chosen."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Two changes that collide, and what each side has."""

    path: Path
    kind: Kind
    base: Any
    ours: Any
    """What this seat has or had, or ABSENT."""
    theirs: Any
    """What the server has or had, or ABSENT."""

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        sides = {name: dump(value) for name in ("base", "ours", "theirs") if (value := getattr(self, name)) is not ABSENT}
        return {"path": list(self.path), "kind": self.kind.value, **sides}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Clash:
        """Read what :meth:`to_json` wrote."""
        sides = [load(value[name]) if name in value else ABSENT for name in ("base", "ours", "theirs")]
        return cls(tuple(value["path"]), Kind(value["kind"]), *sides)


class Back(StrEnum):
    """What to make of an item that is there again though it was removed."""

    WANTED = "wanted"
    STALE = "stale"
    ASK = "ask"


Verdict = Callable[[Path, Node], Back]
"""Says of an item, which neither the base nor this seat has, what its being there means."""


def _wanted(_: Path, __: Node) -> Back:
    return Back.WANTED


@dataclass(frozen=True, slots=True)
class Merged:
    """The result of a merge."""

    tree: Node
    """What this seat shows from now on."""
    clashes: tuple[Clash, ...] = ()


def merge(base: Node, ours: Node, theirs: Node, *, foreign: bool = False, apart: bool = False, verdict: Verdict = _wanted) -> Merged:
    """Return both sides' changes since ``base`` in one tree.

    Args:
        base: what both have grown from.
        ours: this seat's contents.
        theirs: the server's.
        foreign: the server's contents were written by somebody who does not say what they had seen: what is missing there is flagged
            instead of taken away here.
        apart: the server's contents have not grown from ``base``: another value there may be the older one, and is flagged too.
        verdict: what to make of items that only the server has.
    """
    clashes: list[Clash] = []
    tree = _merged((), base, ours, theirs, _Doubts(foreign, apart, verdict), clashes)
    return Merged(tree, tuple(clashes))


@dataclass(frozen=True, slots=True)
class _Doubts:
    """What is not known of the server's contents."""

    foreign: bool
    apart: bool
    verdict: Verdict


def _merged(path: Path, base: Node, ours: Node, theirs: Node, doubts: _Doubts, clashes: list[Clash]) -> Node:
    result = Node()
    for name in dict.fromkeys((*theirs, *ours)):
        way = (*path, name)
        b, o, t = base.get(name, ABSENT), ours.get(name, ABSENT), theirs.get(name, ABSENT)
        value = _chosen(way, b, o, t, doubts, clashes)
        if value is not ABSENT:
            result[name] = value
    return result


def _chosen(way: Path, b: Any, o: Any, t: Any, doubts: _Doubts, clashes: list[Clash]) -> Any:
    """Return what one part becomes."""
    if _same(o, t) or _same(t, b):
        return o
    if _same(o, b):
        return _their_change(way, b, t, doubts, clashes)
    if isinstance(o, Node) and isinstance(t, Node):
        return _merged(way, b if isinstance(b, Node) else Node(), o, t, doubts, clashes)
    if is_item(way) and b is not ABSENT and (o is ABSENT or t is ABSENT):
        clashes.append(Clash(way, Kind.REMOVED_HERE if o is ABSENT else Kind.REMOVED_THERE, b, o, t))
        return t if o is ABSENT else o
    clashes.append(Clash(way, Kind.BOTH_CHANGED, b, o, t))
    return o


def _their_change(way: Path, b: Any, t: Any, doubts: _Doubts, clashes: list[Clash]) -> Any:
    """Return what a part becomes that only the server changed."""
    if t is ABSENT:
        if not doubts.foreign:
            return ABSENT
        clashes.append(Clash(way, Kind.VANISHED_THERE, b, b, ABSENT))
        return b
    if isinstance(b, Node) and isinstance(t, Node):
        return _merged(way, b, b, t, doubts, clashes)
    if doubts.apart and b is not ABSENT:
        clashes.append(Clash(way, Kind.BOTH_CHANGED, b, b, t))
        return b
    if b is ABSENT and is_item(way):
        back = doubts.verdict(way, t)
        if back is Back.ASK:
            clashes.append(Clash(way, Kind.BACK_THERE, ABSENT, ABSENT, t))
        if back is not Back.WANTED:
            return ABSENT
    return t


def is_item(path: Path) -> bool:
    """Say whether a path ends at an item: what an agent calls a line, or a part of a bundle."""
    return len(path) >= 2 and len(path) % 2 == 0 and all(name == ITEMS for name in path[::2])


def _same(left: Any, right: Any) -> bool:
    if left is ABSENT or right is ABSENT:
        return left is right
    return type(left) is type(right) and bool(left == right) if isinstance(left, (Node, bool)) else bool(left == right)


def carry(open_: Iterable[Clash], found: Iterable[Clash], base: Node, ours: Node, theirs: Node | None) -> tuple[Clash, ...]:
    """Return the clashes that are still to be chosen after a merge: those just found, and the earlier ones that are not settled.

    Args:
        open_: the earlier ones.
        found: those of this merge; one at the same place takes an earlier one's.
        base: what the merge was made from; where the server has just that, it says nothing new, and its side stays what it was.
        ours: this seat's contents after the merge.
        theirs: the server's; None where they were written without knowing what the server had, so that its side stays what it was.
    """
    fresh = {clash.path: clash for clash in found}
    kept = [still for clash in open_ if clash.path not in fresh and (still := _still(clash, base, ours, theirs)) is not None]
    return (*kept, *fresh.values())


def _still(clash: Clash, base: Node, ours: Node, theirs: Node | None) -> Clash | None:
    if clash.kind not in HELD:
        return clash
    here, before = at(ours, clash.path), at(base, clash.path)
    if theirs is None:
        return None if _same(here, clash.theirs) or _is_moot(clash.path, ours) else replace(clash, ours=here)
    there = at(theirs, clash.path)
    if _same(there, before):
        there = clash.theirs
    if _same(here, there) or _is_moot(clash.path, ours) or (_is_moot(clash.path, theirs) and not _is_moot(clash.path, base)):
        return None
    return replace(clash, ours=here, theirs=there)


def _is_moot(path: Path, side: Node) -> bool:
    """Say whether a side removed the item around a part since, so that there is nothing left to choose within it."""
    return at(side, path[:-1]) is ABSENT


def outgoing(ours: Node, open_: Iterable[Clash]) -> Node:
    """Return what the server is to have: this seat's contents, but for what is still to be chosen, where the server keeps its side."""
    tree = ours
    for clash in open_:
        if clash.kind in HELD:
            tree = put(tree, clash.path, clash.theirs)
    return tree


def differences(before: Node, after: Node, path: Path = ()) -> Iterator[Path]:
    """Yield the path of each part that differs, as deep as the trees tell them apart."""
    for name in dict.fromkeys((*before, *after)):
        b, a = before.get(name, ABSENT), after.get(name, ABSENT)
        if _same(b, a):
            continue
        if isinstance(b, Node) and isinstance(a, Node):
            yield from differences(b, a, (*path, name))
        else:
            yield (*path, name)


def contains(whole: Any, part: Any) -> bool:
    """Say whether everything in ``part`` is in ``whole`` too; what ``whole`` has beside it does not count."""
    if part is None or part == [] or part == {}:
        return True
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(contains(whole.get(name, ABSENT), value) for name, value in part.items())
    return whole is not ABSENT and bool(whole == part)
