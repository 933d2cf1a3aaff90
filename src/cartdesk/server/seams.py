"""Where the rooms of the server meet: who calls, what changed, and what ``make_app`` is given.

The handlers code against these; ``events`` and ``access`` fill them:

* ``ServerConfig.hook`` is awaited inside the same transaction as every create, change and delete, after the resource's own statement.
  Whatever it executes on the given :class:`~cartdesk.server.database.Transaction` is stored with the change or not at all. An exception
  from it undoes the change and answers 500 (a :class:`~cartdesk.server.problems.Problem`: its own status).
* ``ServerConfig.authorize`` is awaited before every operation with the Starlette request and the scope that the operation needs
  (``cart:read``, ``cart:write``, ``admin``); it returns the :class:`Caller` or raises a Problem (401, 403, 429).
* ``ServerConfig.hub`` stores listeners: ``POST /tmf-api/{api}/{version}/hub`` and ``DELETE …/hub/{id}`` are routed to it after the body
  was read and checked to be ``{"callback": text, "query": text or absent}``. Other members are given too.
* ``ServerConfig.middleware`` wraps everything, first is outermost; ``ServerConfig.routes`` are added beside ``/tmf-api`` (readiness,
  liveness); ``ServerConfig.lifespans`` are entered at start and left at stop (a delivery task).

A document in a :class:`Change` is version-neutral; ``faces.face_of(resource, version, document, public_url)`` gives what a listener of one
version reads. ``table.RESOURCES[(api, resource)]`` is the resource's description, with its event names by version.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from cartdesk.pricing.priced import PriceBook
    from cartdesk.server.database import Database, Transaction

Document = dict[str, Any]
"""A resource's version-neutral JSON members (a cart's: v2's names), ``id`` among them, ``href`` not."""

READ = "cart:read"
WRITE = "cart:write"
ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request, and what it may see."""

    name: str
    """Stable and without secrets; it keeps idempotency keys and rates apart."""
    scopes: frozenset[str]
    owner: str | None = None
    """Whose resources it makes and sees: a seat's or a customer's party id. None with ``admin`` sees everything."""
    team: str | None = None
    """The team whose resources it sees too; None is no team."""
    customer: bool = False
    """A customer's token: expired carts are not found, and resources that name the owner as a related party are its own."""

    @property
    def is_admin(self) -> bool:
        """True where every resource may be seen, changed and deleted."""
        return ADMIN in self.scopes

    @property
    def sees_all(self) -> bool:
        """True where no owner narrows what is seen."""
        return self.is_admin or (self.owner is None and self.team is None)


LOCAL = Caller("local", frozenset({READ, WRITE, ADMIN}))
"""Who calls a server that was given no tokens and listens on loopback only."""


@dataclass(frozen=True, slots=True)
class Change:
    """One resource made, changed or deleted, told to the hook inside the transaction."""

    kind: Literal["create", "change", "state", "delete"]
    """``state`` is a change in which the resource's state member changed."""
    api: str
    """The API's name as in its path: ``shoppingCart``."""
    resource: str
    """The resource's name as in its path: ``productOrder``."""
    id: str
    revision: int
    """1 for a new resource, one more with every change; a delete has the last one plus one."""
    before: Document | None
    after: Document | None
    at: datetime
    caller: Caller
    owner: str | None = None
    """Whose the resource is, as its row says (not who changed it)."""
    team: str | None = None
    """Whose team's it is, as its row says: listeners are told of no more than they may read."""
    body: bytes = b""
    """``after`` as its row keeps it; of a delete, what the row kept."""
    listened: bool = True
    """False where it is known already that nobody listens for the API's changes."""


class Hub(Protocol):
    """Where listeners are kept."""

    async def register(self, api: str, version: str, body: Mapping[str, Any], caller: Caller) -> Document:
        """Keep a listener; return its ``{"id", "callback", "query"}``.

        Raises:
            Problem: 400 for a query that cannot be read, 403 for a callback that is not allowed, 409 for one that is there already.
        """

    async def unregister(self, api: str, version: str, listener_id: str, caller: Caller) -> bool:
        """Forget a listener; False where there is none such."""


Authorize = Callable[["Request", str], Awaitable[Caller]]
Hook = Callable[["Transaction", Change], Awaitable[None]]


async def everyone(request: Request, scope: str) -> Caller:
    """Let everyone do everything: for a server on loopback without tokens."""
    return LOCAL


async def no_hook(transaction: Transaction, change: Change) -> None:
    """Tell nobody."""


def _now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    from uuid import uuid4

    return str(uuid4())


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may ask at most."""

    body_bytes: int = 1_000_000
    body_seconds: float = 20.0
    """How long a body may take to arrive."""
    depth: int = 32
    cart_items: int = 1_000
    """In one cart, children of bundles counted."""
    page: int = 1_000
    filters: int = 30
    """Filter values in one query."""


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """What ``make_app`` builds a server from."""

    database: Database
    authorize: Authorize = everyone
    hook: Hook = no_hook
    hook_hears_all: bool = True
    """False: the hook has nothing to do with a change of an API that no listener is active for, and need not be told of it."""
    hub: Hub | None = None
    middleware: Sequence[Middleware] = ()
    routes: Sequence[BaseRoute] = ()
    lifespans: Sequence[Callable[[Starlette], AbstractAsyncContextManager[None]]] = ()
    catalog: PriceBook | None = None
    """What carts are priced by and TMF620 shows; the shipped catalog where None."""
    public_url: str = ""
    """``https://host`` that ``href``, ``Location`` and ``Link`` start with; empty writes paths."""
    limits: Limits = field(default_factory=Limits)
    now: Callable[[], datetime] = _now
    ids: Callable[[], str] = _new_id
