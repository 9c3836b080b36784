"""Bundles that somebody approved: the texts themselves, by digest, with who, when and from which day.

The texts are kept, so that what was in force on any day can be read and decided under again,
whatever has become of the folders. Nothing here is changed or deleted: a later approval replaces
an earlier one from its own first day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.audit import Ledger
from disclosure.entries import Entry, EntryKind
from linking.append_only import append_only
from linking.storage import TABLES, Instant, reading, writing
from protocols.bundle import Bundle
from protocols.checking import bundle_of
from records.errors import IncompleteProtocol

BUNDLE: Final = append_only(
    sa.Table(
        "bundle",
        TABLES,
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("files", sa.Text, nullable=False),
    )
)
"""The text of every file of a bundle, as JSON by name. The digest is of the texts: they are what they are."""

APPROVAL: Final = append_only(
    sa.Table(
        "bundle_approval",
        TABLES,
        sa.Column("ref", sa.String(32), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False, index=True),
        sa.Column("approved_by", sa.String(200), nullable=False),
        sa.Column("approved_at", Instant, nullable=False),
        sa.Column("starts", sa.Date, nullable=False),
        sa.Column("ends", sa.Date),
        sa.Column("partnerships", sa.Text, nullable=False),
        sa.Column("accepted", sa.String(200)),
    )
)
"""That a bundle was approved. ``accepted`` is the reference under which what it widens was accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One approval. ``ref`` is the ledger's; ``ends`` is the first day no longer in force, if any.

    ``partnerships`` are the protocols that the bundle holds, so that a lost folder shows.
    """

    ref: str
    digest: str
    approved_by: str = field(repr=False)
    approved_at: datetime
    starts: date
    ends: date | None
    partnerships: tuple[str, ...]
    accepted: str | None = None

    def holds(self, on: date) -> bool:
        """Whether its days include this one."""
        return self.starts <= on and (self.ends is None or on < self.ends)


def partnerships_of(bundle: Bundle) -> tuple[str, ...]:
    """The partnerships whose protocols a bundle holds, by id."""
    return tuple(sorted(p.id for p in bundle.protocols.values() if not p.national))


async def approve(
    engine: AsyncEngine,
    ledger: Ledger,
    files: Mapping[str, str],
    *,
    by: str,
    now: datetime,
    starts: date,
    ends: date | None = None,
    accepted: str | None = None,
) -> Approval:
    """Keep these texts and that they are approved; the ledger has it first.

    Raises:
        IncompleteProtocol: the files make no bundle.
        NotRecorded: it could not be written down; nothing is approved.
    """
    bundle = bundle_of(files)
    partnerships = partnerships_of(bundle)
    said = Entry(
        kind=EntryKind.APPROVED,
        at=now,
        by=("command-line", by),
        body={
            "policy": bundle.digest,
            "starts": starts.isoformat(),
            "ends": None if ends is None else ends.isoformat(),
            "partnerships": list(partnerships),
            "accepted": accepted,
        },
    )
    approval = Approval(
        ref=await ledger.append(said),
        digest=bundle.digest,
        approved_by=by,
        approved_at=now,
        starts=starts,
        ends=ends,
        partnerships=partnerships,
        accepted=accepted,
    )
    row = {name: getattr(approval, name) for name in APPROVAL.c.keys()}  # noqa: SIM118 (columns, not a dict)
    async with writing(engine) as connection:
        known = await connection.scalar(
            sa.select(BUNDLE.c.digest).where(BUNDLE.c.digest == bundle.digest)
        )
        if known is None:
            kept = msgspec.json.encode(dict(files)).decode()
            await connection.execute(BUNDLE.insert().values(digest=bundle.digest, files=kept))
        await connection.execute(
            APPROVAL.insert().values({**row, "partnerships": " ".join(partnerships)})
        )
    return approval


async def approvals(engine: AsyncEngine) -> tuple[Approval, ...]:
    """Every approval, by the day from which it counts; of one day the last given is last."""
    wanted = sa.select(APPROVAL).order_by(APPROVAL.c.starts, APPROVAL.c.approved_at)
    async with reading(engine) as connection:
        return tuple(_approval(row) for row in await connection.execute(wanted))


def in_force(given: Iterable[Approval], on: date) -> Approval | None:
    """The approval in force on that day: of those whose days include it, the one that began last."""
    found = [approval for approval in given if approval.holds(on)]
    return max(found, key=lambda one: (one.starts, one.approved_at)) if found else None


async def kept_files(engine: AsyncEngine, digest: str) -> dict[str, str] | None:
    """The texts that were kept under this digest, or the only one that begins with it."""
    wanted = sa.select(BUNDLE.c.files).where(BUNDLE.c.digest.startswith(digest, autoescape=True))
    async with reading(engine) as connection:
        found = (await connection.execute(wanted)).scalars().all()
    return msgspec.json.decode(found[0], type=dict[str, str]) if len(found) == 1 else None


async def kept_bundle(engine: AsyncEngine, digest: str) -> Bundle | None:
    """The bundle that was kept under this digest; None where there is none.

    Raises:
        IncompleteProtocol: the texts are not those that were approved, or this version cannot read them.
    """
    files = await kept_files(engine, digest)
    if files is None:
        return None
    bundle = bundle_of(files)
    if not bundle.digest.startswith(digest):
        raise IncompleteProtocol(
            f"bundle {digest[:12]}: the texts kept are not those that were approved. Approve the folder again."
        )
    return bundle


def _approval(row: sa.Row[Any]) -> Approval:
    found = row._asdict()
    return Approval(**{**found, "partnerships": tuple(found["partnerships"].split())})
