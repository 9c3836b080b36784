"""What the registers knew at a past instant, for a decision of which the ledger holds pseudonyms only.

The child and the person are found by making the pseudonyms again, which needs this deployment's
pepper. Only people whom the registers name matter: nobody else has a standing of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.bundle import Bundle
from consent.situation import Situation
from consent.vocabulary import UNKNOWN, Fact, Known
from disclosure.assertion import OF_THE_ANSWER
from disclosure.entries import Pseudonyms
from disclosure.fact_tables import JUDGEMENT, STANDING
from disclosure.facts import Facts
from disclosure.replaying import Past
from linking.storage import reading
from linking.tables import CHILD
from protocols.condition import value_words
from records.people import Access, Viewer

_NOBODY: Final = ("", "")


@dataclass(frozen=True, slots=True)
class Otherwise:
    """One thing that the registers say otherwise than the decision had it. The values are about the child."""

    what: str
    then: str = field(repr=False)
    recalled: str = field(repr=False)


async def child_of(engine: AsyncEngine, pseudonyms: Pseudonyms, pseudonym: str) -> str | None:
    """The child of whom a decision was, by going through the index; None where it has gone."""
    async with engine.connect() as connection:
        refs = await connection.stream_scalars(sa.select(CHILD.c.child_ref))
        async for child_ref in refs:
            if pseudonyms.child(child_ref) == pseudonym:
                found: str = child_ref
                return found
    return None


async def recalled(
    facts: Facts,
    pseudonyms: Pseudonyms,
    past: Past,
    child_ref: str,
    *,
    bundle: Bundle,
    known_at: datetime | None,
) -> Situation:
    """The situation as the registers give it for that instant, with what was known at ``known_at``.

    Without ``known_at``, with all that has been learnt since.
    """
    issuer, subject = await _person(facts.engine, pseudonyms, past, child_ref)
    viewer = Viewer(
        subject=subject,
        issuer=issuer,
        role=past.situation.role,
        organisation=past.organisation,
        client=past.client,
        expires_at=past.at,
        team=past.team,
    )
    access = Access(purpose=past.situation.purpose, reason="To take a decision again")
    given = {
        fact: value
        for fact, value in past.situation.facts.items()
        if fact in OF_THE_ANSWER and value is not UNKNOWN
    }
    return await facts.situation(
        viewer, access, child_ref, past.at, known_at, bundle=bundle, given=given
    )


async def _person(
    engine: AsyncEngine, pseudonyms: Pseudonyms, past: Past, child_ref: str
) -> tuple[str, str]:
    """Whoever of those that the registers name for this child it was; nobody in particular otherwise."""
    named = sa.union(
        sa.select(STANDING.c.issuer, STANDING.c.subject).where(STANDING.c.child_ref == child_ref),
        sa.select(JUDGEMENT.c.for_issuer, JUDGEMENT.c.for_subject).where(
            JUDGEMENT.c.child_ref == child_ref
        ),
    )
    async with reading(engine) as connection:
        for issuer, subject in await connection.execute(named):
            if issuer and subject and pseudonyms.person(issuer, subject) == past.by:
                return issuer, subject
    return _NOBODY


def otherwise(then: Situation, now: Situation) -> tuple[Otherwise, ...]:
    """Every fact in which two situations of one caller differ, in words."""
    return tuple(_otherwise(then, now))


def _otherwise(then: Situation, now: Situation) -> Iterator[Otherwise]:
    for what, was, is_now in (
        ("host", _place(then.host), _place(now.host)),
        ("responsible", _place(then.responsible), _place(now.responsible)),
        ("standing", _words(then.standing_words), _words(now.standing_words)),
    ):
        if was != is_now:
            yield Otherwise(what, was, is_now)
    for fact in Fact:
        was, is_now = (_words(s.facts.get(fact, UNKNOWN)) for s in (then, now))
        if was != is_now:
            yield Otherwise(fact.value, was, is_now)


def _words(value: Known) -> str:
    return "not known" if value is UNKNOWN else value_words(value)


def _place(place: object) -> str:
    if place is UNKNOWN:
        return "not known"
    return "no protocol loaded" if place is None else str(place)
