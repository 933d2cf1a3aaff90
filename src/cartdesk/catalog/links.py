"""What offerings have to do with each other: bundles and their children, relations, shelves. All that leads nowhere is found here.

Called by ``builder`` once everything is read.
"""

from __future__ import annotations

from collections.abc import Iterator

from cartdesk.catalog.columns import NEVER, Window
from cartdesk.catalog.faults import shown
from cartdesk.catalog.listing import add
from cartdesk.catalog.parts import Part
from cartdesk.catalog.rows import Listing
from cartdesk.catalog.stock import Goods, Place, Shelf, Stock


def join_up(stock: Stock) -> None:
    """Check every link of the catalog, and give each bundle its children's prices."""
    _check_bundles(stock)
    _add_children(stock)
    if stock.shelves:
        _check_shelves(stock)
    else:
        _shelves_from_offerings(stock)
    for goods in stock.goods:
        _check_relations(goods, stock)
    _check_promotions(stock)


def _check_bundles(stock: Stock) -> None:
    """Leave out bundles that contain themselves and those that cannot be had without a child that is not there."""
    for goods in _in_circles(stock):
        _leave_out(goods, stock, "the bundle contains itself", "Take it, or the bundle inside it that leads back, out of its children")
    users: dict[str, list[tuple[Goods, int, Part]]] = {}
    for goods in stock.goods:
        for number, part in enumerate(goods.parts):
            for option in part.options:
                users.setdefault(option, []).append((goods, number, part))
    for option, places in users.items():
        if option not in stock.by_id:
            for goods, number, _ in places:
                what = f"it contains {shown(option)!r}, which is not in the catalog"
                stock.fault(goods.place, what, "Add the offering, or take it out of the bundle", at=f".bundledProductOffering[{number}]")
    waiting = [option for option in users if not _is_sound(option, stock)]
    while waiting:
        missing = waiting.pop()
        for goods, number, part in users.get(missing, ()):
            if goods.sound and part.lower and not any(_is_sound(option, stock) for option in part.options):
                what = f"it cannot be sold without {shown(missing)!r}, which is left out or not in the catalog"
                _leave_out(goods, stock, what, "Mend that offering first", at=f".bundledProductOffering[{number}]")
                waiting.append(goods.id)


def _is_sound(identity: str, stock: Stock) -> bool:
    number = stock.by_id.get(identity)
    return number is not None and stock.goods[number].sound


def _leave_out(goods: Goods, stock: Stock, what: str, mend: str, *, at: str = "") -> None:
    stock.left_out += goods.sound
    goods.sound = False
    stock.fault(goods.place, what, mend, left_out=True, at=at)


def _children(goods: Goods, stock: Stock) -> Iterator[Goods]:
    for part in goods.parts:
        for option in part.options:
            number = stock.by_id.get(option)
            if number is not None:
                yield stock.goods[number]


def _in_circles(stock: Stock) -> list[Goods]:
    """Return the bundles that lie on a circle: strongly connected components, found without recursion (Tarjan)."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    open_path: list[Goods] = []
    on_path: set[str] = set()
    found: list[Goods] = []
    for root in stock.goods:
        if root.id in order or not root.parts:
            continue
        work = [(root, _children(root, stock))]
        order[root.id] = lowest[root.id] = len(order)
        open_path.append(root)
        on_path.add(root.id)
        while work:
            goods, children = work[-1]
            child = next((each for each in children if each.parts), None)
            if child is not None:
                if child.id not in order:
                    order[child.id] = lowest[child.id] = len(order)
                    open_path.append(child)
                    on_path.add(child.id)
                    work.append((child, _children(child, stock)))
                elif child.id in on_path:
                    lowest[goods.id] = min(lowest[goods.id], order[child.id])
                continue
            work.pop()
            if work:
                parent = work[-1][0]
                lowest[parent.id] = min(lowest[parent.id], lowest[goods.id])
            if lowest[goods.id] == order[goods.id]:
                circle = open_path[open_path.index(goods) :] if open_path[-1] is not goods else [goods]
                del open_path[len(open_path) - len(circle) :]
                on_path.difference_update(each.id for each in circle)
                if len(circle) > 1 or any(each is goods for each in _children(goods, stock)):
                    found.extend(circle)
    return found


def _add_children(stock: Stock) -> None:
    """Add to each bundle's list price what the children cost that come with it when nothing is chosen."""
    done: dict[str, Listing] = {}
    for root in stock.goods:
        waiting = [root]
        while waiting:
            goods = waiting[-1]
            pending = [each for each in _taken(goods, stock) if each.parts and each.id not in done]
            if goods.sound and goods.parts and goods.id not in done and pending:
                waiting.extend(pending)
                continue
            waiting.pop()
            if goods.sound and goods.parts and goods.id not in done:
                done[goods.id] = goods.listing = _with_children(goods, stock)


def _taken(goods: Goods, stock: Stock) -> list[Goods]:
    return [stock.goods[stock.by_id[part.taken]] for part in goods.parts if part.usual and part.taken and _is_sound(part.taken, stock)]


def _with_children(goods: Goods, stock: Stock) -> Listing:
    total = goods.listing
    for part in goods.parts:
        if not part.usual:
            continue
        if part.taken is None or not _is_sound(part.taken, stock):
            total = total if goods.whole else total._replace(from_price=True)
            continue
        child = stock.goods[stock.by_id[part.taken]]
        charged = part.usual - (part.lower if goods.whole else 0)
        goods.window = NEVER if charged > 1 else _overlap(goods.window, child.window)
        total = add(total, child.listing if charged else Listing(usage=child.listing.usage))
    return total


def _overlap(one: Window, other: Window) -> Window:
    return Window(max(one.since, other.since), min(one.until, other.until))


def _check_shelves(stock: Stock) -> None:
    for shelf in stock.shelves.values():
        if shelf.parent is not None and shelf.parent not in stock.shelves:
            what = f"its parent {shown(shelf.parent)!r} is not in the catalog"
            stock.fault(shelf.place, what, "Add that category; until then this one is outermost", at=".parentId")
            shelf.parent = None
        for child in shelf.below:
            inner = stock.shelves.get(child)
            if inner is None:
                what = f"it contains the category {shown(child)!r}, which is not in the catalog"
                stock.fault(shelf.place, what, "Add that category, or remove it from subCategory", at=".subCategory")
            elif inner.parent is None and inner is not shelf:
                inner.parent = shelf.id
        for offering in shelf.offerings:
            number = stock.by_id.get(offering)
            if number is None:
                what = f"it contains the offering {shown(offering)!r}, which is not in the catalog"
                stock.fault(shelf.place, what, "Add that offering, or remove it from the category", at=".productOffering")
            elif shelf.id not in stock.goods[number].shelves:
                stock.goods[number].shelves += (shelf.id,)
    _break_circles(stock)
    for goods in stock.goods:
        for number, identity in enumerate(goods.shelves):
            if identity not in stock.shelves:
                what = f"its category {shown(identity)!r} is not in the catalog"
                stock.fault(goods.place, what, "Add that category, or remove the pointer to it", at=f".category[{number}]")


def _break_circles(stock: Stock) -> None:
    """Make a category outermost that lies below itself."""
    sure: set[str] = set()
    for shelf in stock.shelves.values():
        path: dict[str, Shelf] = {}
        here: Shelf | None = shelf
        while here is not None and here.id not in sure:
            if here.id in path:
                stock.fault(
                    here.place, "the category lies below itself", "Give it another parent; until then it is outermost", at=".parentId"
                )
                here.parent = None
                break
            path[here.id] = here
            here = stock.shelves.get(here.parent) if here.parent is not None else None
        sure.update(path)


def _shelves_from_offerings(stock: Stock) -> None:
    """Without a category file the offerings' own pointers say which shelves there are."""
    for identity, name in stock.shelf_names.items():
        stock.shelves[identity] = Shelf(Place(".", ""), identity, name, None, (), ())


def _check_relations(goods: Goods, stock: Stock) -> None:
    for number, kind, identity in goods.relations:
        if identity not in stock.by_id:
            what = f"its relation {shown(kind)!r} points to {shown(identity)!r}, which is not in the catalog"
            stock.fault(goods.place, what, "Add that offering, or remove the relation", at=f".productOfferingRelationship[{number}]")


def _check_promotions(stock: Stock) -> None:
    codes: dict[str, str] = {}
    for record in stock.promotions.values():
        code = str(record.value.get("code") or record.id)
        first = codes.setdefault(code.casefold(), record.id)
        if first != record.id:
            what = f"the code {shown(code)!r} is also that of {shown(first)!r}"
            stock.fault(record.place, what, "Give each promotion a code of its own; the first one holds", at=".code")
        for number, identity in enumerate(record.value.get("appliesTo", ())):
            if identity not in stock.by_id:
                what = f"it is for the offering {shown(identity)!r}, which is not in the catalog"
                stock.fault(record.place, what, "Add that offering, or remove it from appliesTo", at=f".appliesTo[{number}]")
