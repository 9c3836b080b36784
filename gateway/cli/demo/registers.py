"""What Homeward's own registers hold of the demo's child: links, standing, agreements, wishes.

In a deployment these come from the agencies' systems and from what practitioners record.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from consent.vocabulary import Fact
from disclosure.assertion import Area, Capacity, Giver, Said, Says
from disclosure.recording import (
    record_agreement,
    record_area,
    record_attribute,
    record_birth_date,
    record_preference,
    record_standing,
)
from gateway.cli.demo import story
from gateway.cli.demo.people import (
    BLACKPOOL,
    ELM_HOUSE,
    LANCASHIRE,
    LANCASHIRE_CONSTABULARY,
    NURSE_TEAM,
    PEOPLE,
)
from gateway.issuer import ISS
from gateway.opening import Opened
from linking.enrolment import enrol
from records.people import Kind, Role, Standing

PARTNERSHIP: Final = "pan-lancashire"
_PLACED: Final = datetime(2026, 1, 12, tzinfo=UTC)
_BY: Final = "demo"


async def enter(opened: Opened, now: datetime) -> str:
    """Link the child across all systems by their NHS number, and record who is what to them.

    Returns the child's reference in the index.
    """
    known = [
        person for source in opened.sources.values() for person in await source.trace(story.NUMBER)
    ]
    enrolled = await enrol(opened.services.index, known, by=_BY, now=now)
    (child_ref,) = {ref for ref in enrolled.child_refs if ref is not None}
    await _standing(opened, child_ref, now)
    await _attributes(opened, child_ref, now)
    for organisation in (
        BLACKPOOL.code,
        LANCASHIRE.code,
        LANCASHIRE_CONSTABULARY,
        NURSE_TEAM.code,
        ELM_HOUSE.text,
    ):
        await record_agreement(
            opened.engine,
            organisation,
            PARTNERSHIP,
            _said("registers", now),
            agreement_ref="demo",
        )
    return child_ref


async def child_wishes(opened: Opened, child_ref: str, at: datetime) -> None:
    """The child agrees that police and social care may have the interview, and not health."""
    for audience, says in (
        (Kind.POLICE, Says.AGREES),
        (Kind.SOCIAL_CARE, Says.AGREES),
        (Kind.HEALTH, Says.REFUSES),
    ):
        await record_preference(
            opened.engine,
            child_ref,
            says,
            _said("mosaic", at, since=at),
            giver=Giver.CHILD,
            giver_ref="child",
            capacity=Capacity.COMPETENT,
            audience=audience,
        )


async def _standing(opened: Opened, child_ref: str, now: datetime) -> None:
    worker = next(person for person in PEOPLE if person.role is Role.SOCIAL_WORKER)
    await record_standing(
        opened.engine,
        child_ref,
        Standing.ALLOCATED_WORKER,
        _said("mosaic", now),
        person=(ISS, worker.subject),
        organisation=worker.organisation,
    )
    for standing, organisation in (
        (Standing.RESPONSIBLE_AUTHORITY, BLACKPOOL.code),
        (Standing.HOST_AUTHORITY, LANCASHIRE.code),
        (Standing.INVESTIGATING_FORCE, LANCASHIRE_CONSTABULARY),
        (Standing.NURSE_TEAM, NURSE_TEAM.code),
        (Standing.PROVIDES_PLACEMENT, ELM_HOUSE.text),
    ):
        await record_standing(
            opened.engine, child_ref, standing, _said("mosaic", now), organisation=organisation
        )
    for area, authority in ((Area.RESPONSIBLE, BLACKPOOL), (Area.HOST, LANCASHIRE)):
        await record_area(opened.engine, child_ref, area, authority, _said("mosaic", now))


async def _attributes(opened: Opened, child_ref: str, now: datetime) -> None:
    said = _said("mosaic", now)
    await record_birth_date(opened.engine, child_ref, date.fromisoformat(story.BORN), said)
    for fact, value in (
        (Fact.LOOKED_AFTER, True),
        (Fact.LEGAL_STATUS, "s31"),
        (Fact.OPEN_TO_SOCIAL_CARE, True),
        (Fact.PLACEMENT_TYPE, "residential"),
        (Fact.PLACED_HERE_BY_OTHER_AUTHORITY, False),
        (Fact.TRIGGER_PLAN_EXISTS, True),
    ):
        await record_attribute(opened.engine, child_ref, fact, value, said)


def _said(source: str, now: datetime, *, since: datetime = _PLACED) -> Said:
    return Said(source=source, by=_BY, valid_from=since, recorded_at=now)
