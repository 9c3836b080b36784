"""Addresses that the deployment names."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable


class Networks:
    """A set of addresses and networks, asked about one peer at a time."""

    def __init__(self, addresses: Iterable[str]) -> None:
        self._networks = tuple(ipaddress.ip_network(address) for address in addresses)

    def __contains__(self, peer: object) -> bool:
        """Whether a peer's address, as text, is among them. What is no address is not."""
        try:
            address = ipaddress.ip_address(str(peer))
        except ValueError:
            return False
        return any(address in network for network in self._networks)
