"""A transport that a test answers itself, and a server of any TM Forum resource in memory."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from cartdesk.errors import NoAnswer
from cartdesk.sync.messages import Answer, Request


def answer(status: int, data: Any = None, **headers: str) -> Answer:
    """An answer with JSON in it."""
    return Answer(
        status, {name.replace("_", "-"): value for name, value in headers.items()}, b"" if data is None else json.dumps(data).encode()
    )


class Scripted:
    """Carries requests to a function."""

    def __init__(self, handle: Callable[[Request], Answer]) -> None:
        self._handle = handle
        self.sent: list[Request] = []

    async def send(self, request: Request) -> Answer:
        self.sent.append(request)
        return self._handle(request)

    async def close(self) -> None:
        return

    @property
    def methods(self) -> list[str]:
        """What was sent, in short: ``POST productOrder``."""
        return [f"{request.method} {urlsplit(request.url).path.rsplit('/v4/', 1)[-1]}" for request in self.sent]


class Shelf:
    """Resources of any kind by name, filtered by whatever text stands in a filter, page by page."""

    def __init__(self, **kinds: list[dict[str, Any]]) -> None:
        self.kinds = kinds
        self.filters = True
        self.deaf_after: int | None = None
        """How many requests get through before the line is cut."""
        self.unheard = 0
        """How many answers to a POST are lost on their way back."""
        self.refusal: Answer | None = None
        """What every POST and PATCH is answered with, where set."""

    def __call__(self, request: Request) -> Answer:
        if self.deaf_after is not None:
            if self.deaf_after <= 0:
                raise NoAnswer("shop.example cannot be reached.")
            self.deaf_after -= 1
        split = urlsplit(request.url)
        kind, _, name = split.path.rsplit("/v4/", 1)[-1].partition("/")
        if request.method != "GET" and self.refusal is not None:
            return self.refusal
        if request.method == "POST":
            return self._made(kind, json.loads(request.body or b"{}"))
        listed = self.kinds.get(kind)
        if listed is None:
            return answer(404, {"reason": "no such kind"})
        if not name:
            return self._page(listed, dict(parse_qsl(split.query)))
        found = next((each for each in listed if each["id"] == unquote(name)), None)
        if found is None:
            return answer(404, {"reason": "no such resource"})
        if request.method == "PATCH":
            found.update(json.loads(request.body or b"{}"))
        return answer(200, found)

    def _made(self, kind: str, body: dict[str, Any]) -> Answer:
        listed = self.kinds.setdefault(kind, [])
        listed.append({**body, "id": f"{kind}-{len(listed) + 1}"})
        if self.unheard:
            self.unheard -= 1
            raise NoAnswer("The connection to shop.example broke off (ReadError).")
        return answer(201, listed[-1])

    def _page(self, listed: list[dict[str, Any]], query: dict[str, str]) -> Answer:
        offset, limit = int(query.pop("offset", 0)), int(query.pop("limit", 20))
        wanted = list(query.values())
        if wanted and not self.filters:
            return answer(200, [])
        found = [each for each in listed if all(text in json.dumps(each) for text in wanted)]
        return answer(200, found[offset : offset + limit])
