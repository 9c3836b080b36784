"""Each proof of a key works once, whichever replica is asked; where it is said so, only with a nonce of ours.

What is kept of a proof is a hash, and no longer than the proof could be shown again. A database that
cannot be asked lets nobody in: unknown must not mean unused.

Source: RFC 9449 sections 11.1 (replay) and 8 and 9 (nonces).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.compact import NotAToken
from gateway.dpop import LEEWAY, Called, Proof, Wanted, check_proof
from gateway.jwks import KeysUnavailable
from gateway.presented import NOT_PROVEN, KeyNotProven, NonceWanted
from gateway.settings import Dpop
from linking.storage import TABLES, Instant
from notifications.turns import writing_in_turn

USED_PROOF: Final = sa.Table(
    "used_proof",
    TABLES,
    sa.Column("proof", sa.LargeBinary(32), primary_key=True),
    sa.Column("expires_at", Instant, nullable=False, index=True),
)
"""Proofs that were shown, by a hash of key and `jti`, until they are too old to be shown again."""

_USE: Final = sa.text(
    "INSERT INTO used_proof (proof, expires_at) VALUES (:proof, :until) ON CONFLICT (proof) DO NOTHING"
).bindparams(sa.bindparam("until", type_=Instant))
_OVER: Final = sa.delete(USED_PROOF).where(USED_PROOF.c.expires_at < sa.bindparam("now"))


class ReplayUnknown(KeysUnavailable):
    """Whether a proof was used before cannot be told, so nobody is let in; worth asking again."""


class Proofs:
    """The proofs that requests show. ``engine`` gives the database once it is open; ``key`` keys nonces.

    ``in_clear``: callers may have used `http:`, as in development.
    """

    def __init__(
        self,
        settings: Dpop,
        engine: Callable[[], AsyncEngine | None],
        key: Callable[[], bytes],
        *,
        in_clear: bool,
    ) -> None:
        self._lasts = timedelta(seconds=settings.seconds)
        self._with_nonce = settings.nonce
        self._engine = engine
        self._key = key
        self._in_clear = in_clear
        self._cleared_at: datetime | None = None

    async def need(
        self,
        headers: list[tuple[bytes, bytes]],
        called: Called,
        token: str,
        key: object,
        now: datetime,
    ) -> None:
        """Take the proof that came with a request, once.

        Raises:
            KeyNotProven: there is none, or not one, or not a good one, or it was used; or it needs a nonce.
            ReplayUnknown: it cannot be told whether it was used.
        """
        shown = [value for name, value in headers if name == b"dpop"]
        if len(shown) != 1:
            raise KeyNotProven(NOT_PROVEN)
        wanted = Wanted(
            called=called, token=token, key=key, lasts=self._lasts, in_clear=self._in_clear
        )
        try:
            proof = check_proof(shown[0], wanted, now)
        except NotAToken:
            raise KeyNotProven(NOT_PROVEN) from None
        if self._with_nonce and not self._is_nonce(proof.nonce, now):
            raise NonceWanted(self._nonce(now))
        if not await self._use(proof, now):
            raise KeyNotProven(NOT_PROVEN)

    async def _use(self, proof: Proof, now: datetime) -> bool:
        """Whether this is the first time."""
        engine = self._engine()
        if engine is None:
            raise ReplayUnknown("The gateway is starting: try again.")
        mark = hashlib.sha256(f"{proof.key} {proof.jti}".encode()).digest()
        until = proof.made_at + self._lasts
        try:
            async with writing_in_turn(engine) as transaction:
                if self._cleared_at is None or abs(now - self._cleared_at) >= LEEWAY:
                    await transaction.execute(_OVER, {"now": now - LEEWAY})
                    self._cleared_at = now
                used = await transaction.execute(_USE, {"proof": mark, "until": until})
        except (SQLAlchemyError, OSError, TimeoutError):
            raise ReplayUnknown("Proofs cannot be taken at the moment: try again.") from None
        return bool(used.rowcount)

    def _nonce(self, at: datetime) -> str:
        """The nonce of the moment: the same on every replica, another after as long as proofs last."""
        turn = int(at.timestamp() / self._lasts.total_seconds())
        made = hmac.digest(self._key(), f"dpop-nonce {turn}".encode("ascii"), "sha256")
        return base64.urlsafe_b64encode(made).rstrip(b"=").decode("ascii")

    def _is_nonce(self, told: str | None, now: datetime) -> bool:
        """Whether it is the nonce of this moment, or the one before it."""
        good = (self._nonce(now), self._nonce(now - self._lasts))
        return told is not None and any(
            hmac.compare_digest(told.encode(), one.encode()) for one in good
        )
