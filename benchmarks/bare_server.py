"""The least a server can do: one SQL statement for each request, in Starlette under the same uvicorn.

``server_load.py`` starts it: ``python bare_server.py DATABASE_URL PORT``.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

import orjson
import sqlalchemy as sa
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cartdesk.server.database import Database, resource

KIND = "shoppingCart"
_GET = sa.select(resource.c.body).where(resource.c.kind == KIND, resource.c.id == sa.bindparam("wanted"))
_PATCH = resource.update().where(resource.c.kind == KIND, resource.c.id == sa.bindparam("wanted")).values(body=sa.bindparam("new"))
_LIST = sa.select(resource.c.body).where(resource.c.kind == KIND).order_by(resource.c.seq).limit(100)


def bare_app(database: Database) -> Starlette:
    """Return the application."""

    async def get(request: Request) -> Response:
        rows = await database.fetch(_GET, {"wanted": request.path_params["id"]})
        return Response(rows[0].body, media_type="application/json")

    changes = count()

    async def patch(request: Request) -> Response:
        orjson.loads(await request.body())
        new = BODY + b" " * (next(changes) % 50)  # SQLite writes and syncs nothing where nothing changes
        async with database.transaction() as transaction:
            await transaction.execute(_PATCH, {"wanted": request.path_params["id"], "new": new})
        return Response(new, media_type="application/json")

    async def page(request: Request) -> Response:
        rows = await database.fetch(_LIST)
        return Response(orjson.dumps([orjson.loads(row.body) for row in rows]), media_type="application/json")

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await database.close()

    path = "/tmf-api/shoppingCart/v4/shoppingCart"
    routes = [Route(path, page), Route(f"{path}/{{id}}", get), Route(f"{path}/{{id}}", patch, methods=["PATCH"])]
    return Starlette(routes=routes, lifespan=lifespan)


BODY = sys.stdin.buffer.read() if __name__ == "__main__" else b"{}"
"""What a PATCH stores: a cart of the size that the server stores."""


def main() -> None:
    """Serve until told to stop."""
    database = Database.open(sys.argv[1])
    config = uvicorn.Config(
        bare_app(database),
        port=int(sys.argv[2]),
        http="h11",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
    )
    asyncio.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main()
