"""Checking a ledger without us: the export and a public key are enough.

A chain is whole when its rows are numbered from 1 without a gap, each names the digest
of the one before, each digest is right, every signature is right, and the last row is
signed. Rows cut from the end of a chain show where another chain, or somebody outside,
has kept one of its heads: each chain notes the heads of the others whenever it is opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from disclosure.chain import BEGINNING, Line, digest_of, read_line, signed_bytes, stated


@dataclass(frozen=True, slots=True)
class Head:
    """The last row of a chain that was seen: its number and digest."""

    seq: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """The first row that is not as it was written. ``line`` counts from 1, as editors do."""

    line: int
    writer: str | None
    seq: int | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a ledger is as it was written; how many rows were checked; the first that is bad."""

    ok: bool
    rows: int
    first_bad: Bad | None
    heads: Mapping[str, Head]


@dataclass(slots=True)
class _Chain:
    seq: int = 0
    digest: str = BEGINNING
    signed: bool = True
    line: int = 0


@dataclass(slots=True)
class Checker:
    """Takes lines in any order of chains, each chain's rows in their own order.

    ``kept`` are heads known from elsewhere, by writer: each must be in its chain.
    """

    keys: tuple[Ed25519PublicKey, ...]
    kept: Mapping[str, tuple[Head, ...]] = field(default_factory=dict)
    _chains: dict[str, _Chain] = field(default_factory=dict)
    _awaited: set[tuple[str, int, str]] = field(init=False)
    _rows: int = 0
    _bad: Bad | None = None

    def __post_init__(self) -> None:
        """Wait for every head that was kept elsewhere."""
        self._awaited = {
            (writer, head.seq, head.digest) for writer, heads in self.kept.items() for head in heads
        }

    def add(self, text: bytes) -> bool:
        """Check one more line; False once something is bad, and nothing more need be read."""
        if self._bad is not None:
            return False
        self._rows += 1
        try:
            line = read_line(text)
            place = stated(bytes(line.row))
        except msgspec.DecodeError:
            self._bad = Bad(
                line=self._rows, writer=None, seq=None, why="This is no row of a ledger."
            )
            return False
        chain = self._chains.setdefault(place.writer, _Chain())
        why = self._fault(line, chain, place.seq, place.previous)
        if why is not None:
            self._bad = Bad(line=self._rows, writer=place.writer, seq=place.seq, why=why)
            return False
        chain.seq, chain.digest, chain.line = place.seq, line.digest, self._rows
        chain.signed = line.signature is not None
        self._awaited.discard((place.writer, place.seq, line.digest))
        return True

    def verdict(self) -> Verdict:
        """What the lines so far amount to."""
        bad = self._bad or self._unsigned() or self._missing()
        # Rows up to the first bad one are as they were written.
        return Verdict(
            ok=bad is None,
            rows=self._rows,
            first_bad=bad,
            heads={w: Head(chain.seq, chain.digest) for w, chain in self._chains.items()},
        )

    def _fault(self, line: Line, chain: _Chain, seq: int, previous: str) -> str | None:
        if seq != chain.seq + 1:
            return f"Row {chain.seq + 1} of this chain should be here."
        if previous != chain.digest:
            return "It does not follow from the row before it."
        if digest_of(bytes(line.row)) != line.digest:
            return "Its words are not those that were written."
        if line.signature is not None and not self._vouched(line.digest, line.signature):
            return "Its signature is not by the ledger's key."
        return None

    def _vouched(self, digest: str, signature: str) -> bool:
        for key in self.keys:
            try:
                key.verify(bytes.fromhex(signature), signed_bytes(digest))
            except (InvalidSignature, ValueError):
                continue
            return True
        return False

    def _unsigned(self) -> Bad | None:
        for writer, chain in self._chains.items():
            if not chain.signed:
                why = "The chain ends here without a signature: rows after this one are gone."
                return Bad(line=chain.line, writer=writer, seq=chain.seq, why=why)
        return None

    def _missing(self) -> Bad | None:
        for writer, seq, _digest in sorted(self._awaited):
            why = "This row was seen when it was written, and is not here as it was."
            return Bad(line=self._rows, writer=writer, seq=seq, why=why)
        return None


def heads_noted(lines: Iterable[bytes]) -> dict[str, tuple[Head, ...]]:
    """The heads of other chains that these rows noted, by writer. Lines that cannot be read are passed over."""
    noted: dict[str, tuple[Head, ...]] = {}
    for text in lines:
        try:
            place = stated(bytes(read_line(text).row))
        except msgspec.DecodeError:
            continue
        for writer, (seq, digest) in place.heads.items():
            noted[writer] = (*noted.get(writer, ()), Head(seq, digest))
    return noted


def verify(
    export: Path,
    keys: Iterable[Ed25519PublicKey],
    *,
    kept: Mapping[str, tuple[Head, ...]] | None = None,
) -> Verdict:
    """Whether this export is a ledger as it was written, by one of these keys.

    ``kept`` are heads that somebody kept elsewhere, by writer. The file is read twice.

    Raises:
        OSError: the file cannot be read.
    """
    with export.open("rb") as lines:
        known = heads_noted(lines)
    for writer, heads in (kept or {}).items():
        known[writer] = (*known.get(writer, ()), *heads)
    checker = Checker(tuple(keys), known)
    with export.open("rb") as lines:
        for text in lines:
            if not checker.add(text):
                break
    return checker.verdict()
