"""Answers: the headers every representation carries, and the conditions that spare or forbid one (ETag, If-Match, If-None-Match).

The operations call it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from cartdesk.server.problems import Problem
from cartdesk.server.shelf import Kept

_TAG = re.compile(r'(?:W/)?"([^"]*)"')
MEDIA_TYPE = "application/json"


def answer(status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer; one with a body is JSON."""
    if not body and status in (204, 304):
        return Response(status_code=status, headers=dict(headers or {}))
    return Response(body, status_code=status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def unchanged(request: Request, kept: Kept) -> Response | None:
    """Return a 304 where the client has this revision already."""
    wanted = request.headers.get("if-none-match")
    if wanted is not None and (wanted.strip() == "*" or str(kept.revision) in _TAG.findall(wanted)):
        return answer(304, headers={"ETag": kept.tag})
    return None


def wanted_revision(request: Request) -> str | None:
    """Return the condition a change is asked under."""
    return request.headers.get("if-match")


def check_condition(wanted: str | None, kept: Kept) -> None:
    """Refuse a change that was made from another revision.

    Raises:
        Problem: 412.
    """
    if wanted is not None and wanted.strip() != "*" and str(kept.revision) not in _TAG.findall(wanted):
        raise Problem(
            412,
            "The resource was changed since it was read: If-Match names another revision.",
            code="changedMeanwhile",
            message="Read it again, and make the change on what is there now.",
            headers={"ETag": kept.tag},
        )
