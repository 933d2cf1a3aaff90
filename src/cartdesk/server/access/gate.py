"""The gate every operation passes: whose token it is, what that allows, and how fast.

``make_app`` is given :meth:`Gate.authorize`; it answers 401, 403 and 429 with Problems.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from cartdesk.server.access.rates import Rates
from cartdesk.server.access.tokens import PREFIX, Token, find_token, has_tokens
from cartdesk.server.problems import Problem
from cartdesk.server.seams import LOCAL, Caller

if TYPE_CHECKING:
    from starlette.requests import Request

    from cartdesk.server.database import Database

REMEMBERED = 5.0
"""For how many seconds a token is taken for what it was: a removed one is refused by every worker after that."""

_KEPT = 20_000
_LONGEST = 200
_FAILURES_PER_SECOND = 2.0
_FAILURES_AT_ONCE = 20.0
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="cartdesk"'}
_INVALID = {"WWW-Authenticate": 'Bearer realm="cartdesk", error="invalid_token"'}


class Gate:
    """What lets requests through.

    Args:
        database: where the tokens are.
        unguarded: let requests without a token do everything as long as there is no token at all. For loopback only.
        per_second: how many requests a second one token may keep up, in this process; 0 is no limit.
        clock: epoch seconds.
    """

    def __init__(
        self, database: Database, *, unguarded: bool = False, per_second: float = 0.0, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._unguarded = unguarded
        self._rates = Rates(per_second)
        self._failures = Rates(_FAILURES_PER_SECOND, _FAILURES_AT_ONCE)
        self._clock = clock
        self._known: OrderedDict[str, tuple[Token, float]] = OrderedDict()
        self._looked_for_tokens = -math.inf

    async def authorize(self, request: Request, scope: str) -> Caller:
        """Return who sent a request that needs ``scope``.

        Raises:
            Problem: 401 without a token that holds, 403 where it lacks the scope, 429 where it comes too fast.
        """
        now = self._clock()
        caller = await self._caller(request, now)
        wait = 0.0 if caller is LOCAL else self._rates.take(caller.name, now)
        if wait:
            raise _too_fast(wait)
        if scope not in caller.scopes:
            raise Problem(403, f"This token lacks the scope {scope}.")
        return caller

    async def _caller(self, request: Request, now: float) -> Caller:
        given = request.headers.getlist("authorization")
        if not given and await self._is_open(now):
            return LOCAL
        address = request.client.host if request.client else ""
        if not given:
            raise Problem(401, "This request needs a bearer token.", headers=_CHALLENGE)
        found = await self._find(given[0], now) if len(given) == 1 else None
        if found is None or not found.holds(now):
            wait = self._failures.take(address, now)
            if wait:
                raise _too_fast(wait)
            raise Problem(
                401, "This bearer token is not known, or has ended.", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}
            )
        return found.caller

    async def _find(self, header: str, now: float) -> Token | None:
        scheme, _, secret = header.partition(" ")
        secret = secret.strip()
        if scheme.lower() != "bearer" or not secret.startswith(PREFIX) or len(secret) > _LONGEST:
            return None
        known = self._known.get(secret)
        if known is not None and now < known[1]:
            return known[0]
        found = await find_token(self._database, secret)
        self._known.pop(secret, None)
        if found is not None:
            self._known[secret] = (found, now + REMEMBERED)
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return found

    async def _is_open(self, now: float) -> bool:
        """Return True while requests need no token: the first token that is added closes the server."""
        if self._unguarded and now - self._looked_for_tokens >= REMEMBERED:
            self._unguarded = not await has_tokens(self._database)
            self._looked_for_tokens = now
        return self._unguarded


def _too_fast(wait: float) -> Problem:
    seconds = str(max(math.ceil(wait), 1))
    return Problem(429, "Too many requests at once.", message=f"Try again in {seconds} s.", headers={"Retry-After": seconds})
