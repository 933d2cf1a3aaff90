"""Which server this seat talks to: addresses, dialect, how we say who we are, and whose carts are followed.

Kept as one setting of the store, without secrets; ``cartdesk remote`` writes it, ``session`` reads it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal
from urllib.parse import urlsplit

from cartdesk.errors import SettingsError
from cartdesk.text import safe_text
from cartdesk.tmf.dialects.shapes import Version

APIS = {
    "carts": "shopping cart",
    "orders": "product ordering",
    "accounts": "account management",
    "customers": "party management",
    "catalog": "product catalog",
}
"""The APIs a remote may have, and what sentences call them."""
_VERSION = re.compile(r"/v([245])(?:/|$)")
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Remote:
    """A server."""

    apis: Mapping[str, str]
    """The base address of each API, by its name in ``APIS``; carts have to be among them."""
    dialect: Version | None = None
    """None is found out."""
    auth: Literal["none", "token", "oauth2"] = "none"
    token_url: str | None = None
    client_id: str | None = None
    scope: str | None = None
    ca: str | None = None
    """A file of certificates to trust beside or instead of the system's."""
    timeout: float = 15.0
    """Seconds until an answer is given up on."""
    follow: Mapping[str, str] | None = field(default=None)
    """The filter for carts of others that are to come here too; None for none, empty for all."""

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Remote:
        """Read what :meth:`to_json` wrote."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: each for name, each in value.items() if name in known})

    def checked(self) -> Remote:
        """Return it where it can be used.

        Raises:
            SettingsError: an address that is none or not safe, a time limit that is none.
        """
        if "carts" not in self.apis:
            raise SettingsError("A remote needs the address of its shopping cart API.")
        for address in (*self.apis.values(), *([self.token_url] if self.token_url else [])):
            _check_address(address)
        if not 1 <= self.timeout <= 600:
            raise SettingsError("A time limit is from 1 to 600 seconds.")
        if self.auth == "oauth2" and not (self.token_url and self.client_id):
            raise SettingsError("OAuth2 needs the address that gives tokens and a client id.")
        return self

    @property
    def likely_dialect(self) -> Version | None:
        """The dialect that was set, else the one that the address names."""
        if self.dialect is not None:
            return self.dialect
        match = _VERSION.search(urlsplit(self.apis["carts"]).path)
        found: dict[str, Version] = {"2": "v2", "4": "v4", "5": "v5"}
        return found[match[1]] if match else None


def _check_address(address: str) -> None:
    shown = safe_text(address, 80)
    try:
        split = urlsplit(address)
        port_is_sound = split.port is None or split.port > 0
    except ValueError:
        raise SettingsError(f"{shown} is not an address.") from None
    if split.scheme not in ("http", "https") or not split.hostname or not port_is_sound:
        raise SettingsError(f"{shown} is not an address; it starts with https://.")
    if split.username or split.password:
        raise SettingsError("An address is written without a user's name or password; give a token instead.")
    if split.scheme == "http" and split.hostname not in _HERE:
        raise SettingsError(f"{shown} would send customers' data unprotected; use https://.")
