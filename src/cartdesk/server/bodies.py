"""A request's body: its media type, its size, how long it takes, how deep it nests; then JSON.

``writing`` and the hub's operations call it. ``access`` bounds bodies at the door as well; these bounds hold without that door too.
"""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import ClientDisconnect, Request

from cartdesk.errors import WireError
from cartdesk.server import exact
from cartdesk.server.problems import Problem
from cartdesk.server.seams import Limits

HELD = "cartdesk.body"
"""Where a scope has the body that was read at the door already."""

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"


def media_type(request: Request, *accepted: str) -> str:
    """Return the body's media type.

    Raises:
        Problem: 415 where it is none of ``accepted``; a missing type is read as the first.
    """
    named = request.headers.get("content-type")
    kind = accepted[0] if named is None else named.partition(";")[0].strip().lower()
    if kind not in accepted:
        raise Problem(
            415,
            f"The body's type must be {' or '.join(accepted)}.",
            headers={"Accept-Patch" if len(accepted) > 1 else "Accept": ", ".join(accepted)},
        )
    if request.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise Problem(415, "A body is sent as it is, without a Content-Encoding.", headers={"Accept-Encoding": "identity"})
    return kind


async def read_body(request: Request, limits: Limits) -> bytes:
    """Return the body.

    Raises:
        Problem: 413 for one that is too big, 408 for one that takes too long.
    """
    held: bytes | None = request.scope.get(HELD)
    if held is not None and len(held) <= limits.body_bytes:
        return held
    declared = request.headers.get("content-length", "0")
    if not declared.isdigit() or len(declared) > 15 or int(declared) > limits.body_bytes:
        raise _too_big(limits)
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(limits.body_seconds):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limits.body_bytes:
                    raise _too_big(limits)
                chunks.append(chunk)
    except TimeoutError:
        raise Problem(408, f"The body did not arrive within {limits.body_seconds:g} seconds.", headers={"Connection": "close"}) from None
    except ClientDisconnect:
        raise Problem(400, "The body ended early.") from None
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def read_json(raw: bytes, limits: Limits) -> Any:
    """Return the body's JSON value.

    Raises:
        Problem: 400 for what is not JSON, or nests too deep.
    """
    if exact.is_deeper(raw, limits.depth):
        raise Problem(400, f"The body is nested more than {limits.depth} levels deep.", code="tooDeep")
    try:
        return exact.loads(raw)
    except WireError as error:
        raise Problem(400, str(error), code="invalidBody") from None


def read_object(raw: bytes, limits: Limits) -> dict[str, Any]:
    """Return the body's JSON object.

    Raises:
        Problem: 400 for anything else.
    """
    value = read_json(raw, limits)
    if not isinstance(value, dict):
        raise Problem(400, "The body must be a JSON object.", code="invalidBody")
    return value


def _too_big(limits: Limits) -> Problem:
    return Problem(413, f"A body may have {limits.body_bytes} bytes.", headers={"Connection": "close"})
