"""Makes the index of a catalog: reads everything once, joins it up, and writes it down in sections.

Called by ``cache`` in this process for small catalogs, and by ``worker`` in one of its own for large ones.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from cartdesk.catalog.columns import row_sections
from cartdesk.catalog.container import Container
from cartdesk.catalog.documents import Documents
from cartdesk.catalog.folder import Folder
from cartdesk.catalog.links import join_up
from cartdesk.catalog.normal import ITSELF
from cartdesk.catalog.postings import Posted, posting_sections
from cartdesk.catalog.reading import read_folder
from cartdesk.catalog.records import record_sections
from cartdesk.catalog.stock import Goods, Settings, Stock
from cartdesk.catalog.words import fold, words_of

_DETAIL_WORD = 3
"""The shortest word of a description that is searched for."""

_LONG_NAME = 9
"""From this many words on, a name is simply long; ``search`` knows it too."""


def read_catalog(
    folder: Folder, moment: datetime, progress: Callable[[int], None] = lambda done: None, *, spill: Path | None = None
) -> Stock:
    """Return everything a catalog holds, joined up; faults are noted in it.

    Args:
        folder: its files.
        moment: the moment that list prices are worked out for.
        progress: is told how many bytes have been read.
        spill: a file to keep the resources' bytes in, for a catalog too large for memory.
    """
    stock = Stock(_settings(folder), moment, Documents(spill))
    read_folder(folder, stock, progress)
    join_up(stock)
    return stock


def taste_catalog(folder: Folder, moment: datetime) -> Stock:
    """Return the beginning of a catalog, to be browsed while the rest is read; what does not fit together yet is not in it."""
    stock = Stock(_settings(folder), moment)
    read_folder(folder, stock, tasting=True)
    join_up(stock)
    stock.faults.clear()
    stock.left_out = 0
    return stock


def nothing(folder: Folder, moment: datetime) -> Container:
    """Return the index of a catalog of which nothing has been read."""
    return index_of(Stock(_settings(folder), moment))


def _settings(folder: Folder) -> Settings:
    return Settings((folder.root.stem if folder.root.is_file() else folder.root.name) or "Catalog")


def index_of(stock: Stock) -> Container:
    """Return the index of what was read."""
    goods = [each for each in stock.goods if each.sound]
    facts, sections = row_sections(goods, list(stock.shelves))
    prices = [(identity, each.document, each.inside) for identity, each in stock.prices.items() if each.charge is not None]
    sections |= record_sections("offering", [(each.id, each.document, ITSELF) for each in goods])
    sections |= record_sections("price", prices)
    sections |= record_sections("specification", [(each.id, each.document, ITSELF) for each in stock.specifications.values()])
    sections |= record_sections("promotion", [(each.id, each.document, ITSELF) for each in stock.promotions.values()])
    sections |= posting_sections("shelf", _standing_on(goods, stock), len(goods))
    sections |= _search_sections(goods)
    sections["faults"] = json.dumps([list(fault) for fault in stock.faults]).encode("utf-8", "replace")
    settings = stock.settings
    facts |= {
        "name": settings.name,
        "currency": settings.currency or _usual_currency(stock),
        "rounding": [settings.policy.mode, settings.policy.level.value],
        "locale": settings.locale,
        "terms": settings.terms,
        "count": len(goods),
        "left_out": stock.left_out,
        "shelves": [[shelf.id, shelf.name, shelf.parent] for shelf in stock.shelves.values()],
    }
    return Container(facts, {**stock.documents.sections(), **sections})


def _standing_on(goods: Sequence[Goods], stock: Stock) -> dict[str, list[int]]:
    """Return the offerings on each shelf and on the shelves below it."""
    above: dict[str, tuple[str, ...]] = {}
    for identity in stock.shelves:
        path = [identity]
        while (parent := stock.shelves[path[-1]].parent) is not None:
            path.append(parent)
        above[identity] = tuple(path)
    standing: dict[str, list[int]] = {identity: [] for identity in stock.shelves}
    for number, each in enumerate(goods):
        for shelf in {shelf for identity in each.shelves for shelf in above.get(identity, ())}:
            standing[shelf].append(number)
    return standing


def _search_sections(goods: Sequence[Goods]) -> dict[str, bytes]:
    first, names, details, ids = Posted(), Posted(), Posted(), Posted()
    lengths: dict[str, list[int]] = {}
    for number, each in enumerate(goods):
        words = words_of(each.name)
        different = set(words)
        first.add(number, words[:1])
        names.add(number, different)
        details.add(number, (word for word in set(words_of(each.detail)) - different if len(word) >= _DETAIL_WORD))
        ids.add(number, (fold(each.id).replace(" ", ""),))
        lengths.setdefault(str(min(len(words), _LONG_NAME)), []).append(number)
    spelt = sorted(word for word in names.words if len(word) > 2 and word.isalpha())
    count = len(goods)
    return {
        "spelling": "\n".join(spelt).encode("utf-8", "replace"),
        **first.sections("first", count),
        **names.sections("names", count),
        **details.sections("details", count),
        **ids.sections("ids", count),
        **posting_sections("lengths", lengths, count),
    }


def _usual_currency(stock: Stock) -> str:
    counts = Counter(each.charge.amount.currency for each in stock.prices.values() if each.charge and each.charge.amount)
    return min(counts, key=lambda code: (-counts[code], code)) if counts else "EUR"
