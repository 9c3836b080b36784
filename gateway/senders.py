"""Who pushes documents to the gateway: each system under its own name, with its own proof.

Whatever is wrong, the answer is the same: nobody learns from it which systems there are.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from gateway.bindings import TrustedProxy
from gateway.dpop import Called
from gateway.identity import Identity
from gateway.settings import InboundSettings, Settings
from gateway.sources import connect
from records.errors import WrongSettings
from records.http import Http
from records.inbound import Receives

NOT_KNOWN: Final = "This sender is not known here, or did not prove who it is."
_SHORTEST: Final = 16


class Proof:
    """How one system that pushes proves that it is itself. ``where`` is its section of the settings."""

    def __init__(self, where: str, inbound: InboundSettings, proxy: TrustedProxy) -> None:
        self.body_bytes: Final = inbound.body_bytes
        self._inbound = inbound
        self._proxy = proxy
        self._secrets = [_secret(where, path) for path in inbound.secret_files]

    async def is_itself(
        self,
        identity: Identity,
        headers: list[tuple[bytes, bytes]],
        peer: str | None,
        now: datetime,
        called: Called,
    ) -> bool:
        """Whether whoever sent these headers, with this request, is this system.

        Raises:
            KeysUnavailable: the issuer's keys cannot be had at the moment.
        """
        wanted = self._inbound.certificate
        if wanted is not None:
            shown = self._proxy.thumbprint(peer, headers)
            if shown is None or not hmac.compare_digest(shown.encode(), wanted.encode()):
                return False
        if self._inbound.token_client is None:
            return self._by_secret(headers)
        viewer = await identity.viewer(headers, peer, now, called)
        return viewer.client == self._inbound.token_client

    def _by_secret(self, headers: list[tuple[bytes, bytes]]) -> bool:
        known = _once(headers, self._inbound.id_header)
        secret = _once(headers, self._inbound.secret_header)
        # All are compared, so that the time taken tells nothing of which one was nearly right.
        right = [hmac.compare_digest(secret, one) for one in self._secrets]
        expected = (self._inbound.client_id or "").encode()
        return hmac.compare_digest(known, expected) and any(right)


class Sender(Proof):
    """One system that pushes: what reads its documents, and how it proves that it is itself."""

    def __init__(
        self, name: str, receives: Receives, inbound: InboundSettings, proxy: TrustedProxy
    ) -> None:
        super().__init__(f"sources.{name}", inbound, proxy)
        self.name: Final = name
        self.receives: Final = receives


def senders_of(settings: Settings, http: Http, proxy: TrustedProxy) -> Mapping[str, Sender]:
    """Every system that the deployment lets push, by its name here.

    Raises:
        WrongSettings: a system of which nothing that is pushed can be read, or a secret that is none.
    """
    found: dict[str, Sender] = {}
    for name, described in settings.sources.items():
        if described.inbound is None:
            continue
        source = connect(name, described, http)
        if not isinstance(source, Receives):
            raise WrongSettings(
                f"sources.{name}.inbound: this kind of system pushes nothing; remove the section"
            )
        found[name] = Sender(name, source, described.inbound, proxy)
    return found


def _once(headers: list[tuple[bytes, bytes]], name: str) -> bytes:
    wanted = name.lower().encode("ascii")
    found = [value for header, value in headers if header == wanted]
    return found[0] if len(found) == 1 else b""


def _secret(where: str, path: Path) -> bytes:
    try:
        secret = path.read_bytes().strip()
    except OSError:
        raise WrongSettings(
            f"{where}.inbound: a secret's file cannot be read; correct the path"
        ) from None
    if len(secret) < _SHORTEST:
        raise WrongSettings(
            f"{where}.inbound: a secret has fewer than {_SHORTEST} bytes; make a longer one"
        )
    return secret
