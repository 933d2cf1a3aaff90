"""Trees and edits for the merge's laws."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from cartdesk.sync.tree import ITEMS, Node, tree_of

NAMES = ("a1", "b2", "c3", "d4", "e5")
COLORS = ("black", "white", "red")


def _item(item_id: str, draw: st.DrawFn, depth: int) -> dict[str, Any]:
    chosen = draw(st.dictionaries(st.sampled_from(["color", "size"]), st.sampled_from(COLORS), max_size=2))
    children = draw(st.lists(st.sampled_from(["x", "y"]), unique=True, max_size=2)) if depth else []
    return {
        "id": item_id,
        "action": "add",
        "quantity": draw(st.integers(1, 4)),
        "status": draw(st.sampled_from(["Active", "SavedForLater"])),
        "productOffering": {"id": f"offer-{item_id}"},
        "product": {"characteristic": [{"name": name, "value": value} for name, value in chosen.items()]},
        "note": [{"text": text} for text in draw(st.lists(st.sampled_from(["hello", "later"]), unique=True, max_size=2))],
        "cartItem": [_item(f"{item_id}{child}", draw, depth - 1) for child in children],
    }


@st.composite
def carts(draw: st.DrawFn) -> Node:
    """A cart's contents with up to five lines, bundles among them."""
    ids = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=5))
    parties = draw(st.lists(st.sampled_from(["customer", "seller"]), unique=True, max_size=2))
    return tree_of(
        {
            "cartItem": [_item(item_id, draw, 1) for item_id in ids],
            "relatedParty": [{"id": draw(st.sampled_from(["p1", "p2"])), "role": role} for role in parties],
            "description": draw(st.sampled_from(["", "gift"])),
        }
    )


def edited(tree: Node, names: tuple[str, ...], draw: st.DrawFn) -> Node:
    """Return the tree with random edits to the lines named, and only to those."""
    items = Node(tree[ITEMS])
    for name in names:
        what = draw(st.sampled_from(["keep", "remove", "quantity", "color", "add"]))
        item = items.get(name)
        if what == "add" and item is None:
            items[name] = tree_of({"cartItem": [_item(name, draw, 1)]})[ITEMS][name]
        elif item is not None and what == "remove":
            del items[name]
        elif item is not None and what == "quantity":
            items[name] = Node(item, quantity=draw(st.integers(5, 9)))
        elif item is not None and what == "color":
            product = Node(item["product"])
            product["characteristic"] = Node(product["characteristic"], color={"name": "color", "value": draw(st.sampled_from(COLORS))})
            items[name] = Node(item, product=product)
    return Node(tree, cartItem=items)


@st.composite
def apart(draw: st.DrawFn) -> tuple[Node, Node, Node]:
    """A cart and two edits of it that touch different lines."""
    base = draw(carts())
    mine = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=4))
    yours = tuple(name for name in NAMES if name not in mine)
    return base, edited(base, tuple(mine), draw), edited(base, yours, draw)


@st.composite
def threes(draw: st.DrawFn) -> tuple[Node, Node, Node]:
    """A cart and two edits of it that may touch the same lines."""
    base = draw(carts())
    return base, edited(base, NAMES, draw), edited(base, NAMES, draw)
