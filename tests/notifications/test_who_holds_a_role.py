"""From a role that a protocol names to whoever holds it: posts, everybody of several, the authority itself."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.vocabulary import Fact
from disclosure.assertion import Area, Said
from disclosure.recording import record_area, record_attribute, record_standing
from linking.storage import writing
from notifications.recipients import Recipient, Way, recipient_id, register
from records.identifiers import AuthorityCode
from records.people import Role, Standing
from tests.notifications.casework import T0
from tests.notifications.lancashire import LONG_AGO, Lancashire, lancashire_on

STAFFORDSHIRE = "E10000028"
DAY = timedelta(days=1)


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Whom a role means is read alike from either database."""
    return f"sqlite+aiosqlite:///{tmp_path / 'homeward.sqlite'}"


@pytest.fixture
async def stafford(engine: AsyncEngine) -> Lancashire:
    """A child of Staffordshire who is open to social care, of whom no standing is recorded at all."""
    place = await lancashire_on(engine)
    said = Said(source="care", by="test", valid_from=LONG_AGO, recorded_at=LONG_AGO)
    for area in (Area.HOST, Area.RESPONSIBLE):
        await record_area(engine, place.child, area, AuthorityCode(STAFFORDSHIRE), said)
    for fact in (Fact.OPEN_TO_SOCIAL_CARE, Fact.LOOKED_AFTER):
        await record_attribute(engine, place.child, fact, fact is Fact.OPEN_TO_SOCIAL_CARE, said)
    return place


def at(organisation: str, role: Role, post: str | None = None, **how: object) -> Recipient:
    return Recipient(
        id=recipient_id(organisation, role, post),
        organisation=organisation,
        role=role,
        ways=(Way("feed"),),
        **how,  # type: ignore[arg-type]
    )


async def registered(place: Lancashire, *recipients: Recipient) -> None:
    async with writing(place.engine) as connection:
        for one in recipients:
            await register(connection, one, now=LONG_AGO)


async def test_each_senior_manager_is_told_at_their_own_hour_by_the_post_that_the_protocol_names(
    stafford: Lancashire,
) -> None:
    lead = at(STAFFORDSHIRE, Role.SENIOR_MANAGER, "district_operational_lead")
    director = at(STAFFORDSHIRE, Role.SENIOR_MANAGER, "assistant_director")
    await registered(stafford, lead, director)
    await stafford.goes_missing()

    await stafford.time_passes(T0 + DAY)
    assert lead.id in await stafford.told("deadline-reached")
    assert director.id not in await stafford.told("deadline-reached")

    await stafford.time_passes(T0 + 3 * DAY)
    assert director.id in await stafford.told("deadline-reached")


async def test_a_senior_manager_without_a_post_stands_for_each_of_them(
    stafford: Lancashire,
) -> None:
    anyone = at(STAFFORDSHIRE, Role.SENIOR_MANAGER)
    await registered(stafford, anyone)
    await stafford.goes_missing()
    await stafford.time_passes(T0 + DAY)

    assert anyone.id in await stafford.told("deadline-reached")


async def test_two_posts_that_nobody_registered_are_missed_each_by_name(
    stafford: Lancashire,
) -> None:
    await stafford.goes_missing()
    await stafford.time_passes(T0 + 5 * DAY)

    missed = set(await stafford.told("deadline-reached"))
    assert {
        f"staffordshire-stoke/{post}"
        for post in ("district_operational_lead", "assistant_director")
    } <= {name.replace(STAFFORDSHIRE, "staffordshire-stoke") for name in missed}


async def test_every_agency_that_is_involved_is_asked_to_the_meeting_and_not_the_first_of_them(
    stafford: Lancashire,
) -> None:
    agencies = [
        at("UNITED-1", Role.PARTNER_AGENCY),
        at("YOUTH-1", Role.YOUTH_JUSTICE_WORKER),
        at("ADVOCATES-1", Role.INDEPENDENT_ADVOCATE),
    ]
    await registered(stafford, *agencies)
    said = Said(source="care", by="test", valid_from=LONG_AGO, recorded_at=LONG_AGO)
    for agency in agencies:
        await record_standing(
            stafford.engine,
            stafford.child,
            Standing.NAMED_PARTNER,
            said,
            organisation=agency.organisation,
        )
    await stafford.goes_missing()
    await stafford.time_passes(T0 + 3 * DAY)

    assert {agency.id for agency in agencies} <= set(await stafford.told("deadline-reached"))
