"""One TM Forum API of a remote: addresses, who we are, and what an answer means in plain words.

``carts``, ``parcels`` and ``pull`` speak through it. An answer is either a :class:`Reply`, or :class:`~cartdesk.errors.Declined`
(the server's own word), or :class:`~cartdesk.errors.NoAnswer` (nobody knows).
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

from cartdesk.errors import Declined, NoAnswer, WireError
from cartdesk.sync.messages import MAX_ANSWER, Answer, Credentials, Request, Transport
from cartdesk.text import safe_text
from cartdesk.tmf.wire import loads, loads_plain

UNSURE = frozenset({408, 425, 429})
"""Refusals that say nothing of the request itself: like 5xx, they are tried again."""
_MOST_PAGES = 10_000
_LINK_NEXT = re.compile(r'<([^>]+)>\s*;[^,]*\brel="?next"?')

Log = Callable[..., None]
"""Takes an event's name and plain facts; never contents, names, addresses or tokens."""


def silent(event: str, **facts: object) -> None:
    """Log nothing."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that is no refusal."""

    status: int
    data: Any
    """Parsed JSON; None where there was no body."""
    headers: Mapping[str, str]

    @property
    def etag(self) -> str | None:
        """The version the server gave it, where it gives one; a weak one is no use for writing."""
        tag = self.headers.get("etag")
        return tag if tag and not tag.startswith("W/") else None


class Api:
    """One API at its own address."""

    def __init__(
        self, name: str, base: str, transport: Transport, credentials: Credentials | None = None, *, log: Log = silent, page: int = 100
    ) -> None:
        """Make it.

        Args:
            name: what sentences call it: ``shopping cart``.
            base: the address that resources' names are put behind, such as ``https://host/tmf-api/shoppingCart/v4``.
            transport: carries the requests.
            credentials: who we are; None where the server asks nobody.
            log: takes what happened.
            page: how many resources to ask for at once.
        """
        self.name = name
        self.base = base.rstrip("/")
        self._transport = transport
        self._credentials = credentials
        self._log = log
        self.page = page

    def at(self, resource: str, resource_id: str | None = None) -> str:
        """Return the address of a kind of resource, or of one."""
        return f"{self.base}/{resource}" + ("" if resource_id is None else "/" + quote(resource_id, safe=""))

    async def ask(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        accept: frozenset[int] = frozenset(),
    ) -> Reply:
        """Send a request and return the reply.

        Args:
            method: the HTTP method.
            url: where.
            body: JSON in UTF-8.
            headers: what goes along.
            accept: refusals that are answers to the caller too: 304, 404, 412.

        Raises:
            NoAnswer: nobody knows what came of it.
            Declined: the server refused it.
        """
        sent = {"Accept": "application/json", **({} if body is None else {"Content-Type": "application/json"}), **(headers or {})}
        answer = await self._carried(Request(method, url, sent, body))
        self._log("request", api=self.name, method=method, status=answer.status)
        if answer.good or answer.status in accept:
            return Reply(answer.status, self._data(answer), answer.headers)
        if (answer.status >= 500 and answer.status != 501) or answer.status in UNSURE:
            raise NoAnswer(self._busy(answer), after=_seconds(answer.headers.get("retry-after")))
        raise Declined(answer.status, self._reason(answer))

    async def _carried(self, request: Request) -> Answer:
        answer = await self._transport.send(await self._signed(request))
        if answer.status == 401 and self._credentials is not None:
            answer = await self._transport.send(await self._signed(request, fresh=True))
        return answer

    async def _signed(self, request: Request, *, fresh: bool = False) -> Request:
        if self._credentials is None:
            return request
        header = await self._credentials.header(fresh=fresh)
        if header is None:
            return request
        return Request(request.method, request.url, {**request.headers, "Authorization": header}, request.body)

    async def pages(
        self, resource: str, query: Mapping[str, str] | None = None, *, known: Iterable[str] = ()
    ) -> AsyncIterator[list[dict[str, Any]]]:
        """Yield a list page by page, no resource twice, whatever the server makes of ``offset`` and ``limit``.

        It ends where a page brings nothing new; ``X-Total-Count`` is not believed, since some servers count past the filter.

        Args:
            resource: what the API calls the resources.
            query: a filter.
            known: the ids that an earlier call has brought; what comes after them is asked for.
        """
        seen = set(known)
        resumed = bool(seen)
        wanted = {**(query or {}), "offset": str(len(seen)), "limit": str(self.page)}
        url: str | None = f"{self.at(resource)}?{urlencode(wanted)}"
        for _ in range(_MOST_PAGES):
            if url is None:
                return
            reply = await self.ask("GET", url, accept=frozenset({416}))
            listed = [each for each in reply.data if isinstance(each, dict)] if isinstance(reply.data, list) and reply.status != 416 else []
            fresh = [each for each in listed if str(each.get("id")) not in seen]
            seen.update(str(each.get("id")) for each in fresh)
            if fresh:
                yield fresh
            if resumed and listed and not fresh:
                resumed = False  # it counts otherwise than we do: from its beginning, then
                wanted["offset"] = "0"
                url = f"{self.at(resource)}?{urlencode(wanted)}"
                continue
            if not fresh or (len(listed) < self.page and reply.status != 206 and "link" not in reply.headers):
                return
            url = self._next(reply, url, resource, {**wanted, "offset": str(len(seen))})

    def _next(self, reply: Reply, url: str, resource: str, query: Mapping[str, str]) -> str | None:
        link = _LINK_NEXT.search(reply.headers.get("link", ""))
        if link is None:
            last = "link" in reply.headers and reply.status != 206
            return None if last else f"{self.at(resource)}?{urlencode(query)}"
        found = urljoin(url, link[1])
        same = urlsplit(found)[:2] == urlsplit(self.base)[:2]
        return found if same else f"{self.at(resource)}?{urlencode(query)}"  # our credentials go to no other host

    def _data(self, answer: Answer) -> Any:
        if not answer.body.strip() or not answer.good:
            return None
        if len(answer.body) > MAX_ANSWER:
            raise NoAnswer(f"The {self.name} server sent more than {MAX_ANSWER // 1024 // 1024} MB at once; that cannot be right.")
        try:
            return loads_plain(answer.body, where="The answer")
        except WireError:
            raise NoAnswer(f"The {self.name} server answered with something that is no JSON, perhaps a sign-in page.") from None

    def _busy(self, answer: Answer) -> str:
        if answer.status == 429:
            return f"The {self.name} server has too much to do (429); it is asked again later."
        return f"The {self.name} server is not well ({answer.status}); it is asked again later."

    def _reason(self, answer: Answer) -> str:
        """Return the refusal in plain words: the server's own reason where it gives one, never its HTML."""
        said = _said(answer)
        plain = _PLAIN.get(answer.status, "refused it")
        return f"The {self.name} server {plain} ({answer.status}){': ' + said if said else ''}."


_PLAIN = {
    400: "does not understand what was sent",
    401: "does not know us; add the remote again with a fresh token",
    403: "does not allow us that",
    404: "does not have it",
    405: "cannot do that",
    409: "has something else there",
    410: "no longer has it",
    412: "has a newer version",
    415: "does not take this form",
    422: "refuses what was sent",
    501: "cannot do that",
}


def _said(answer: Answer) -> str:
    try:
        data = loads(answer.body)
    except WireError:
        return ""
    parts = [data.get("reason"), data.get("message")] if isinstance(data, dict) else []
    words = [safe_text(str(part), 160).rstrip(".") for part in parts if isinstance(part, str) and part.strip()]
    return ": ".join(dict.fromkeys(words))


def _seconds(text: str | None) -> float | None:
    return min(float(text), 3600.0) if text is not None and text.strip().isdigit() else None
