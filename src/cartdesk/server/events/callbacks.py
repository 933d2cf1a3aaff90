"""Where notifications may go: the URLs the configuration allows, and of their addresses only those that are public or allowed.

The hub asks when a listener registers, and :mod:`~cartdesk.server.events.posting` for every connection, so that a name that leads
elsewhere later is refused later.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from cartdesk.errors import CartdeskError, SettingsError
from cartdesk.text import safe_text

LONGEST = 2_000
_NAT64 = IPv6Network("64:ff9b::/96")

Address = IPv4Address | IPv6Address


class CallbackRefused(CartdeskError):
    """A callback that notifications may not be sent to."""


@dataclass(frozen=True, slots=True)
class CallbackPolicy:
    """Which callbacks are allowed."""

    hosts: tuple[str, ...] = ()
    """Patterns of host names (``*.example.com``); none at all allows every host."""
    networks: tuple[str, ...] = ()
    """Networks that are allowed though they are not public (``10.20.0.0/16``)."""
    loopback: bool = False
    """Whether this machine itself is allowed, for development."""

    @classmethod
    def of(cls, allowed: Sequence[str], *, loopback: bool = False) -> CallbackPolicy:
        """Read what the configuration allows: host patterns and networks, mixed.

        Raises:
            SettingsError: neither a pattern of a host name nor a network.
        """
        hosts, networks = [], []
        for each in allowed:
            try:
                networks.append(str(ip_network(each)))
            except ValueError:
                if not each or any(sign in each for sign in "/:@ ") or not each.isascii():
                    raise SettingsError(
                        f"{safe_text(each, 80)!r} is neither a host name such as *.example.com nor a network such as 10.20.0.0/16."
                    ) from None
                hosts.append(each.lower())
        return cls(tuple(hosts), tuple(networks), loopback)

    def check_url(self, url: str) -> SplitResult:
        """Return a callback's parts where its text alone is nothing to object to.

        Raises:
            CallbackRefused: not an http(s) URL, one with a user or a fragment, or a host or literal address that is not allowed.
        """
        if not 0 < len(url) <= LONGEST or not url.isascii() or not url.isprintable() or any(sign in url for sign in " \\<>\"'`{}|^"):
            raise CallbackRefused(f"A callback is a URL of at most {LONGEST:,} ASCII characters.")
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise CallbackRefused("The callback is no URL that can be read.") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise CallbackRefused("A callback is an http or https URL with a host.")
        if parts.username is not None or parts.password is not None or "#" in url or port == 0:
            raise CallbackRefused("A callback has no user, no password and no fragment.")
        literal = _literal(parts.hostname)
        if literal is not None:
            self.check_address(literal)
        if self.hosts and not self._names(parts.hostname) and (literal is None or not self._is_listed(_embedded(literal))):
            raise CallbackRefused(f"Callbacks to {safe_text(parts.hostname, 80)} are not allowed here.")
        return parts

    def _names(self, host: str) -> bool:
        host = host.rstrip(".").lower()
        return any(fnmatchcase(host, pattern) for pattern in self.hosts) or (self.loopback and host == "localhost")

    def check_address(self, address: Address) -> None:
        """Do nothing for an address that may be connected to.

        Raises:
            CallbackRefused: private, link-local, loopback or otherwise not public, and not allowed either.
        """
        meant = _embedded(address)
        if self._is_listed(meant):
            return
        site_local = isinstance(meant, IPv6Address) and meant.is_site_local
        if not meant.is_global or meant.is_multicast or meant.is_reserved or meant.is_loopback or meant.is_unspecified or site_local:
            raise CallbackRefused("Callbacks to addresses that are not public are not allowed here.")

    def _is_listed(self, address: Address) -> bool:
        return (self.loopback and address.is_loopback) or any(address in ip_network(network) for network in self.networks)

    async def addresses(self, host: str, port: int) -> list[str]:
        """Resolve a host once and return the addresses that may be connected to.

        Raises:
            CallbackRefused: it has addresses, but one of them is not allowed.
            OSError: it has none.
        """
        literal = _literal(host)
        if literal is not None:
            self.check_address(literal)
            return [str(literal)]
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        for each in addresses:
            self.check_address(ip_address(each.partition("%")[0]))
        return addresses


def _literal(host: str) -> Address | None:
    """Return a host that is an address, also in the old spellings (``127.1``, ``0x7f000001``, ``2130706433``) that resolvers accept."""
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def _embedded(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for, else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address
