"""Where a webhook may go: a public address over TLS, resolved once and kept to.

Whoever registers a webhook names a host, and a host's owner says where it is: without this, one
could be pointed at the deployment's own machines. So the address is looked up, refused unless it is
public, and connected to as it was looked up.

Source: design of the edge, requests to addresses that others choose.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from urllib.parse import urlsplit

_PORTS: Final = {"https": 443, "http": 80}

_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
"""All of IPv6 that is given out. Beside it lie ways to name an IPv4 address inside: `::10.1.2.3`, `64:ff9b::10.1.2.3`."""

_SPECIAL: Final = (ipaddress.ip_network("192.0.0.0/24"), ipaddress.ip_network("3fff::/20"))
"""What this Python's own list of addresses for special uses does not hold. Source: IANA's registries."""

Resolver: TypeAlias = Callable[[str, int], Awaitable[list[str]]]
"""The addresses of a host."""


class Forbidden(Exception):
    """An address to which nothing is sent. Carries a slug and not the address."""


@dataclass(frozen=True, slots=True)
class Place:
    """A host, the address at which it was found, and the port."""

    host: str = field(repr=False)
    address: str = field(repr=False)
    port: int


async def resolved(host: str, port: int) -> list[str]:
    """What the system's resolver says.

    Raises:
        OSError: it knows no such host.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


async def place_of(url: str, resolve: Resolver, *, loopback: bool) -> Place:
    """Where this URL may be reached. ``loopback``: this machine may be named, for development.

    Raises:
        Forbidden: no https, a name and password in it, or any of its addresses not a public one.
        OSError: the resolver knows no such host.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise Forbidden("no-address") from None
    if not host or not port or parts.username is not None or parts.fragment:
        raise Forbidden("no-address")
    addresses = await resolve(host, port)
    if not addresses:
        raise Forbidden("no-address")
    at_home = loopback and all(_own(address) for address in addresses)
    if at_home:
        return Place(host, addresses[0], port)
    if parts.scheme != "https":
        raise Forbidden("not-https")
    # Every one must be public: of several, the library or an attacker's timing might pick.
    if not all(_public(address) for address in addresses):
        raise Forbidden("forbidden-address")
    return Place(host, addresses[0], port)


def _ip(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None)
    return inner if isinstance(inner, ipaddress.IPv4Address) else found


def _public(address: str) -> bool:
    found = _ip(address)
    if isinstance(found, ipaddress.IPv6Address) and (
        found not in _UNICAST or found.sixtofour or found.teredo
    ):
        return False
    special = any(found in network for network in _SPECIAL)
    return found.is_global and not found.is_multicast and not special


def _own(address: str) -> bool:
    return _ip(address).is_loopback
