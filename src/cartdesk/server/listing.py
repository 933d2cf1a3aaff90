"""Lists: what can be found by an index is asked of the database, the rest is tested on documents as they stream by.

``dispatch`` calls it for every GET of a collection. It runs in a thread; memory does not grow with what is searched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import Response

from cartdesk.server import exact
from cartdesk.server.answers import answer
from cartdesk.server.database import resource
from cartdesk.server.filters import Filter, comparable
from cartdesk.server.problems import Problem
from cartdesk.server.query import Query, read_query
from cartdesk.server.rendering import Renderings, chosen
from cartdesk.server.seams import Caller, Document, ServerConfig
from cartdesk.server.shelf import COLUMNS, Kept, kept_of, named_by, seen_by
from cartdesk.server.shelf import indexed as as_indexed
from cartdesk.server.table import ResourceType
from cartdesk.tmf.period import write_time

_CHUNK = 200


@dataclass(frozen=True, slots=True)
class Page:
    """What a list answers with."""

    total: int
    """How many fit, on all pages."""
    items: Sequence[bytes]


class Lister:
    """Lists resources.

    Args:
        config: the server's.
        renderings: the server's.
    """

    def __init__(self, config: ServerConfig, renderings: Renderings) -> None:
        self._config = config
        self._renderings = renderings

    async def answer(self, request: Request, row: ResourceType, version: str, caller: Caller) -> Response:
        """Answer a GET of stored resources."""
        query = read_query(request.scope["query_string"], row, version, self._config.limits)
        read = _Reading(row, version, query, self._limit(query), caller, self._config.now(), self._renderings)
        return self.respond(row, version, query, await self._config.database.scan(read))

    def answer_from(self, request: Request, row: ResourceType, version: str, documents: Callable[[], Iterable[Document]]) -> Response:
        """Answer a GET of documents that are at hand."""
        query = read_query(request.scope["query_string"], row, version, self._config.limits)
        fitting = [document for document in documents() if all(each.fits(document) for each in query.filters)]
        for path, descending in reversed(query.sort):
            fitting = _sorted(fitting, partial(comparable, path), descending)
        here = fitting[query.offset : query.offset + self._limit(query)]
        items = [exact.dumps(document if query.fields is None else chosen(document, query.fields)) for document in here]
        return self.respond(row, version, query, Page(len(fitting), items))

    def _limit(self, query: Query) -> int:
        most = self._config.limits.page
        return most if query.limit is None else min(query.limit, most)

    def respond(self, row: ResourceType, version: str, query: Query, page: Page) -> Response:
        """Answer with a page and what is known of the others.

        Raises:
            Problem: 416 for a page past the end.
        """
        if query.offset and query.offset >= page.total:
            raise Problem(
                416, f"There are {page.total} in all; 'offset' starts past the end.", headers={"Content-Range": f"items */{page.total}"}
            )
        count = len(page.items)
        headers = {"X-Total-Count": str(page.total), "X-Result-Count": str(count)}
        if count < page.total:
            headers["Link"] = self._links(row, version, query, page.total)
            if count:
                headers["Content-Range"] = f"items {query.offset}-{query.offset + count - 1}/{page.total}"
        status = 200 if count == page.total else 206
        return answer(status, b"[" + b",".join(page.items) + b"]", headers)

    def _links(self, row: ResourceType, version: str, query: Query, total: int) -> str:
        limit = self._limit(query) or 1
        starts = {"first": 0, "last": (total - 1) // limit * limit}
        if query.offset + limit < total:
            starts["next"] = query.offset + limit
        if query.offset:
            starts["prev"] = max(query.offset - limit, 0)
        place = self._config.public_url + row.path(version)
        return ", ".join(f'<{place}?{query.link(start, limit)}>; rel="{name}"' for name, start in starts.items())


class _Reading:
    """One list's reading of the database."""

    def __init__(
        self, row: ResourceType, version: str, query: Query, limit: int, caller: Caller, now: datetime, renderings: Renderings
    ) -> None:
        self._row = row
        self._version = version
        self._query = query
        self._limit = limit
        self._renderings = renderings
        self._tests: list[Filter] = []
        self._conditions: list[sa.ColumnElement[bool]] = [resource.c.kind == row.name, *seen_by(row, caller, now)]
        for each in query.filters:
            condition = self._condition(each)
            if condition is None:
                self._tests.append(each)
            else:
                self._conditions.append(condition)

    def __call__(self, connection: sa.Connection) -> Page:
        if not self._tests and not self._query.sort:
            return self._page(connection)
        return self._searched(connection)

    def _condition(self, each: Filter) -> sa.ColumnElement[bool] | None:
        """Return a filter as a condition that an index answers; None where there is no such index."""
        if each.operator != "eq":
            return None
        values = [str(value) for value in each.values]
        path = each.path.stored
        if path == "id":
            return resource.c.id.in_([as_indexed(value) for value in values])
        if path == "href":
            place = self._renderings.location(self._row, self._version, "")
            return resource.c.id.in_([as_indexed(value.removeprefix(place)) for value in values if value.startswith(place)])
        if path in self._row.found_by:
            return resource.c.seq.in_(named_by(self._row, path, values))
        if path == self._row.unique:
            return resource.c.unique_key.in_([as_indexed(value) for value in values])
        if path == self._row.state:
            return resource.c.state.in_([as_indexed(value) for value in values])
        return None

    def _page(self, connection: sa.Connection) -> Page:
        total = connection.execute(sa.select(sa.func.count()).select_from(resource).where(*self._conditions)).scalar_one()
        if self._query.offset >= total or not self._limit:
            return Page(total, ())
        rows = connection.execute(
            sa.select(*COLUMNS).where(*self._conditions).order_by(resource.c.seq).offset(self._query.offset).limit(self._limit)
        )
        return Page(total, [self._shown(kept_of(row)) for row in rows])

    def _shown(self, kept: Kept) -> bytes:
        return self._renderings.some(self._row, self._version, kept, self._query.fields)

    def _searched(self, connection: sa.Connection) -> Page:
        """Search all that may fit: a page in the order of making, or the places of all in the order asked for."""
        if self._query.sort:
            return self._in_order(connection)
        total, items = 0, []
        first, end = self._query.offset, self._query.offset + self._limit
        for kept, _ in self._fitting(connection):
            if first <= total < end:
                items.append(self._shown(kept))
            total += 1
        return Page(total, items)

    def _in_order(self, connection: sa.Connection) -> Page:
        paths = [path for path, _ in self._query.sort]
        found = [(kept.seq, [comparable(path, document) for path in paths]) for kept, document in self._fitting(connection)]
        for number, (_, descending) in reversed(list(enumerate(self._query.sort))):
            found = _sorted(found, partial(_key, number), descending)
        here = [seq for seq, _ in found[self._query.offset : self._query.offset + self._limit]]
        rows = {row.seq: row for row in connection.execute(sa.select(*COLUMNS).where(resource.c.seq.in_(here)))} if here else {}
        return Page(len(found), [self._shown(kept_of(rows[seq])) for seq in here if seq in rows])

    def _fitting(self, connection: sa.Connection) -> Iterator[tuple[Kept, Document]]:
        """Give what fits, read in chunks by the place of the last."""
        select = sa.select(*COLUMNS).where(*self._conditions).order_by(resource.c.seq).limit(_CHUNK)
        last = 0
        while True:
            rows = connection.execute(select.where(resource.c.seq > last)).all()
            for row in rows:
                kept = kept_of(row)
                document = kept.parsed()
                if self._row.behaviour == "cart":
                    document["lastUpdate"] = write_time(datetime.fromtimestamp(kept.changed / 1000, UTC))
                if all(each.fits(document) for each in self._tests):
                    yield kept, document
            if len(rows) < _CHUNK:
                return
            last = rows[-1].seq


def _key(number: int, found: tuple[int, Sequence[Any]]) -> Any:
    return found[1][number]


def _sorted(items: list[Any], key: Callable[[Any], Any], descending: bool) -> list[Any]:
    """Return items in order; those without a value come last either way, and equal ones stay as they were."""
    named = [(key(item), item) for item in items]
    there = sorted((each for each in named if each[0] is not None), key=lambda each: each[0], reverse=descending)
    return [item for _, item in there] + [item for value, item in named if value is None]
