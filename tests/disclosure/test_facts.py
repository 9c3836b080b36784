"""What is known of a child and a caller, as of an instant, with doubt kept as doubt."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.situation import Situation
from consent.vocabulary import NOTHING_RECORDED, UNKNOWN, Fact
from disclosure import normal_form
from disclosure.assertion import Area, Capacity, Giver, Said, Says
from disclosure.fact_tables import STANDING
from disclosure.facts import Facts
from disclosure.recording import (
    end,
    record_agreement,
    record_area,
    record_attribute,
    record_birth_date,
    record_judgement,
    record_notice,
    record_participation,
    record_preference,
    record_standing,
)
from records.identifiers import AuthorityCode
from records.people import Kind, Purpose, Role, Standing, Viewer
from tests.disclosure.casework import (
    BEFORE,
    COORDINATOR,
    MANAGER,
    NOW,
    NURSE,
    TESTSHIRE,
    WORKER,
    access,
    bundle,
    said,
    viewer,
)

ELSEWHERE = AuthorityCode("E06000099")
CHILD = "a-child"
BUNDLE = bundle()
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def known(
    engine: AsyncEngine,
    who: Viewer = WORKER,
    *,
    now: datetime = NOW,
    known_at: datetime | None = None,
    purpose: Purpose = Purpose.SAFEGUARD,
    given: dict[Fact, Any] | None = None,
) -> Situation:
    """What is known now."""
    return await Facts(engine).situation(
        who, access(purpose), CHILD, now, known_at, bundle=BUNDLE, given=given or {}
    )


async def asked_child(
    engine: AsyncEngine, says: Says, since: datetime, audience: Kind | str | None = None
) -> None:
    """The child was asked."""
    await record_preference(
        engine,
        CHILD,
        says,
        said(since=since),
        giver=Giver.CHILD,
        giver_ref="the child",
        capacity=Capacity.COMPETENT,
        audience=audience,
    )


def since(days: int) -> datetime:
    """So many days after the beginning."""
    return BEFORE + timedelta(days=days)


async def test_of_a_child_nobody_has_heard_of_nothing_is_recorded(engine: AsyncEngine) -> None:
    situation = await known(engine)

    assert (situation.host, situation.responsible) == (UNKNOWN, UNKNOWN)
    assert situation.standings == frozenset()
    recorded = {f: v for f, v in situation.facts.items() if v is not UNKNOWN}
    assert recorded == NOTHING_RECORDED


async def test_everything_that_is_recorded_comes_back_on_either_database(
    engine: AsyncEngine,
) -> None:
    """One child with a row in every register, read by the one statement."""
    await record_standing(
        engine, CHILD, Standing.ALLOCATED_WORKER, said(), person=(WORKER.issuer, WORKER.subject)
    )
    await record_area(engine, CHILD, Area.HOST, TESTSHIRE, said())
    await record_area(engine, CHILD, Area.RESPONSIBLE, ELSEWHERE, said())
    await asked_child(engine, Says.REFUSES, BEFORE)
    await record_participation(
        engine, CHILD, Says.REFUSES, said(), interview="i", giver=Giver.CHILD, giver_ref="c"
    )
    await record_notice(engine, CHILD, said(), told=True, why="told at the visit")
    ending = Said(source="x", by="y", valid_from=BEFORE, recorded_at=BEFORE, valid_to=since(60))
    await record_judgement(engine, CHILD, Fact.URGENT, ending, value=True, reason="at once")
    await record_attribute(engine, CHILD, Fact.LOOKED_AFTER, value=True, said=said())
    await record_attribute(
        engine, CHILD, Fact.ON_PLAN, value=frozenset({"care", "pathway"}), said=said()
    )
    await record_birth_date(engine, CHILD, date(2012, 11, 25), said())
    await record_agreement(
        engine, WORKER.organisation, "testshire", said(), agreement_ref="a-1", purposes=None
    )

    situation = await known(engine)

    assert situation.standings == frozenset({Standing.ALLOCATED_WORKER, Standing.HOST_AUTHORITY})
    assert (situation.host, situation.responsible) == ("testshire", None)
    expected = {
        Fact.CHILD_SAYS: "refuses",
        Fact.INTERVIEW_DECLINED: True,
        Fact.CHILD_TOLD: True,
        Fact.URGENT: True,
        Fact.LOOKED_AFTER: True,
        Fact.ON_PLAN: frozenset({"care", "pathway"}),
        Fact.AGE: 13,
        Fact.AGREEMENT: True,
        Fact.AUTHORITY: ELSEWHERE.code,
        Fact.HOST_AUTHORITY: TESTSHIRE.code,
        Fact.PLACED_HERE_BY_OTHER_AUTHORITY: True,
        Fact.PLACED_OUT_OF_AREA: True,
    }
    assert {fact: situation.facts[fact] for fact in expected} == expected
    assert normal_form.read(normal_form.written(situation)) == situation_without_unknowns(situation)


def situation_without_unknowns(situation: Situation) -> Situation:
    """The same, as the ledger keeps it: a fact that is not given is unknown."""
    facts = {fact: value for fact, value in situation.facts.items() if value is not UNKNOWN}
    return Situation(
        role=situation.role,
        standings=situation.standings,
        purpose=situation.purpose,
        host=situation.host,
        responsible=situation.responsible,
        on=situation.on,
        facts=facts,
    )


async def test_what_was_known_then_is_told_from_what_was_true_then(engine: AsyncEngine) -> None:
    """A child looked after since day 1; we learnt it on day 10, and on day 20 that it was a mistake."""
    late = Said(source="care", by="x", valid_from=since(1), recorded_at=since(10))
    number = await record_attribute(engine, CHILD, Fact.LOOKED_AFTER, value=True, said=late)
    corrected = Said(
        source="care", by="x", valid_from=since(1), recorded_at=since(20), replaces=number
    )
    await record_attribute(engine, CHILD, Fact.LOOKED_AFTER, value=False, said=corrected)

    async def looked_after(true_at: int, known_at: int | None) -> object:
        moment = None if known_at is None else since(known_at)
        situation = await known(engine, now=since(true_at), known_at=moment)
        return situation.facts.get(Fact.LOOKED_AFTER, UNKNOWN)

    assert await looked_after(5, known_at=5) is UNKNOWN
    assert await looked_after(5, known_at=15) is True
    assert await looked_after(5, known_at=25) is False
    assert await looked_after(5, known_at=None) is False
    assert await looked_after(0, known_at=25) is UNKNOWN


async def test_a_standing_that_ended_counts_up_to_its_end_and_not_after(
    engine: AsyncEngine,
) -> None:
    person = (WORKER.issuer, WORKER.subject)
    number = await record_standing(engine, CHILD, Standing.ALLOCATED_WORKER, said(), person=person)
    await end(engine, STANDING, number, at=since(10), by="a manager", now=since(12))

    assert (await known(engine, now=since(9))).standings == frozenset({Standing.ALLOCATED_WORKER})
    assert (await known(engine, now=since(10))).standings == frozenset()
    # On day 11 nobody had yet said so.
    assert (await known(engine, now=since(11), known_at=since(11))).standings == frozenset(
        {Standing.ALLOCATED_WORKER}
    )


@sqlite_only
async def test_a_judgement_ends_by_itself(engine: AsyncEngine) -> None:
    ending = Said(source="x", by="y", valid_from=since(1), recorded_at=since(1), valid_to=since(2))
    await record_judgement(engine, CHILD, Fact.AT_RISK, ending, value=True, reason="seen with him")

    assert (await known(engine, now=since(1))).facts[Fact.AT_RISK] is True
    assert (await known(engine, now=since(2))).facts[Fact.AT_RISK] is False


@sqlite_only
async def test_an_override_is_for_the_one_who_asked_for_it(engine: AsyncEngine) -> None:
    ending = Said(source="x", by="y", valid_from=BEFORE, recorded_at=BEFORE, valid_to=since(60))
    await record_judgement(
        engine,
        CHILD,
        Fact.OVERRIDE,
        ending,
        value=True,
        reason="life at risk",
        for_person=(COORDINATOR.issuer, COORDINATOR.subject),
    )

    assert (await known(engine, COORDINATOR)).facts[Fact.OVERRIDE] is True
    assert (await known(engine, WORKER)).facts[Fact.OVERRIDE] is False
    namesake = viewer(COORDINATOR.role, COORDINATOR.organisation, "officer-4")
    assert (await known(engine, namesake)).facts[Fact.OVERRIDE] is False


@sqlite_only
@pytest.mark.parametrize(
    "values,expected",
    [
        ([("care", True), ("police", True)], True),
        ([("care", True), ("police", False)], UNKNOWN),
        ([("care", True), ("police", UNKNOWN)], UNKNOWN),
        ([("care", True), ("care", False)], False),
    ],
    ids=["agree", "disagree", "one cannot tell", "one source changes its mind"],
)
async def test_sources_that_disagree_make_a_fact_unknown(
    engine: AsyncEngine, values: list[tuple[str, Any]], expected: object
) -> None:
    for day, (source, value) in enumerate(values):
        await record_attribute(
            engine, CHILD, Fact.LOOKED_AFTER, value, said(source=source, since=since(day))
        )

    assert (await known(engine)).facts[Fact.LOOKED_AFTER] is expected


@sqlite_only
async def test_an_authority_that_only_one_source_names_has_no_certain_standing(
    engine: AsyncEngine,
) -> None:
    await record_area(engine, CHILD, Area.RESPONSIBLE, TESTSHIRE, said(source="care"))
    assert (await known(engine)).standings == frozenset({Standing.RESPONSIBLE_AUTHORITY})

    await record_area(engine, CHILD, Area.RESPONSIBLE, ELSEWHERE, said(source="police"))
    situation = await known(engine)
    assert situation.standings is UNKNOWN
    assert situation.responsible is UNKNOWN
    # Somebody whom no source names is not in doubt.
    assert (await known(engine, MANAGER)).standings == frozenset()


@sqlite_only
@pytest.mark.parametrize(
    "who,expected",
    [
        (viewer(Role.CLA_NURSE, "RXX01", "any"), {Standing.NURSE_TEAM}),
        (viewer(Role.HEALTH_PRACTITIONER, "RXX01", "any"), set()),
        (viewer(Role.CLA_NURSE, "RYY02", "any"), set()),
    ],
    ids=["this role there", "another role there", "this role elsewhere"],
)
async def test_standing_is_of_those_whom_the_row_names_in_every_respect(
    engine: AsyncEngine, who: Viewer, expected: set[Standing]
) -> None:
    await record_standing(
        engine, CHILD, Standing.NURSE_TEAM, said(), organisation="RXX01", role=Role.CLA_NURSE
    )
    assert (await known(engine, who)).standings == frozenset(expected)


@sqlite_only
async def test_the_same_subject_at_another_issuer_is_somebody_else(engine: AsyncEngine) -> None:
    await record_standing(
        engine, CHILD, Standing.ALLOCATED_WORKER, said(), person=("https://other", WORKER.subject)
    )
    assert (await known(engine)).standings == frozenset()


@sqlite_only
@pytest.mark.parametrize(
    "said_in_order,to_police,to_nurse",
    [
        ([(Says.AGREES, None)], "agrees", "agrees"),
        ([(Says.AGREES, None), (Says.WITHDREW, None)], "withdrew", "withdrew"),
        ([(Says.REFUSES, Kind.POLICE), (Says.AGREES, None)], "refuses", "agrees"),
        ([(Says.REFUSES, None), (Says.AGREES, Kind.HEALTH)], "refuses", "agrees"),
        ([(Says.AGREES, Kind.POLICE), (Says.REFUSES, None)], "refuses", "refuses"),
        ([(Says.REFUSES, Kind.POLICE), (Says.AGREES, "testshire-police")], "agrees", "not-asked"),
    ],
    ids=[
        "agrees to all",
        "withdraws",
        "all but the police",
        "nobody but health",
        "a later refusal of all",
        "one force after all",
    ],
)
async def test_what_the_child_says_counts_for_those_it_was_said_about(
    engine: AsyncEngine,
    said_in_order: list[tuple[Says, Kind | str | None]],
    to_police: str,
    to_nurse: str,
) -> None:
    for day, (says, audience) in enumerate(said_in_order):
        await asked_child(engine, says, since(day), audience)

    assert (await known(engine, COORDINATOR)).facts[Fact.CHILD_SAYS] == to_police
    assert (await known(engine, NURSE)).facts[Fact.CHILD_SAYS] == to_nurse


@sqlite_only
async def test_parents_who_differ_make_what_the_parent_says_unknown(engine: AsyncEngine) -> None:
    for parent, says in (("mother", Says.AGREES), ("father", Says.REFUSES)):
        await record_preference(
            engine,
            CHILD,
            says,
            said(),
            giver=Giver.PARENT,
            giver_ref=parent,
            capacity=Capacity.PARENTAL_RESPONSIBILITY,
        )
    facts = (await known(engine)).facts
    assert facts[Fact.PARENT_SAYS] is UNKNOWN
    assert facts[Fact.CHILD_SAYS] == "not-asked"


@sqlite_only
@pytest.mark.parametrize(
    "born,on,age",
    [
        (date(2008, 11, 24), datetime(2026, 11, 23, 23, 59, tzinfo=UTC), 17),
        (date(2008, 11, 24), datetime(2026, 11, 24, 0, 0, tzinfo=UTC), 18),
        # Summer time: in England the birthday has begun.
        (date(2008, 6, 24), datetime(2026, 6, 23, 23, 30, tzinfo=UTC), 18),
        (date(2008, 2, 29), datetime(2026, 2, 28, 12, 0, tzinfo=UTC), 17),
        (date(2008, 2, 29), datetime(2026, 3, 1, 12, 0, tzinfo=UTC), 18),
        (date(1990, 1, 1), datetime(2026, 1, 1, tzinfo=UTC), 25),
        (date(2027, 1, 1), datetime(2026, 1, 1, tzinfo=UTC), UNKNOWN),
        (None, datetime(2026, 1, 1, tzinfo=UTC), UNKNOWN),
    ],
)
async def test_age_is_of_the_day_in_england(
    engine: AsyncEngine, born: date | None, on: datetime, age: object
) -> None:
    always = datetime(2000, 1, 1, tzinfo=UTC)
    await record_birth_date(engine, CHILD, born, said(since=always))
    assert (await known(engine, now=on)).facts[Fact.AGE] == age


@sqlite_only
async def test_birth_dates_that_differ_within_one_age_do_not_matter(engine: AsyncEngine) -> None:
    for source, born in (("care", date(2012, 3, 1)), ("health", date(2012, 1, 3))):
        await record_birth_date(engine, CHILD, born, said(source=source))
    assert (await known(engine)).facts[Fact.AGE] == 14


@sqlite_only
async def test_an_agreement_counts_for_its_partnership_and_purposes(engine: AsyncEngine) -> None:
    await record_area(engine, CHILD, Area.HOST, TESTSHIRE, said())
    assert Fact.AGREEMENT not in (await known(engine, NURSE)).facts

    await record_agreement(
        engine,
        NURSE.organisation,
        "testshire",
        said(),
        agreement_ref="a-1",
        purposes=[Purpose.SAFEGUARD, Purpose.CARE],
    )
    assert (await known(engine, NURSE)).facts[Fact.AGREEMENT] is True
    assert (await known(engine, NURSE, purpose=Purpose.LOCATE)).facts[Fact.AGREEMENT] is False


@sqlite_only
async def test_how_an_answer_travels_is_given_and_nothing_else_is(engine: AsyncEngine) -> None:
    given = await known(engine, given={Fact.CHANNEL: "secure-email"})
    assert given.facts[Fact.CHANNEL] == "secure-email"
    with pytest.raises(ValueError, match="Only the channel and the meeting"):
        await known(engine, given={Fact.URGENT: True})


@sqlite_only
async def test_what_cannot_be_so_is_not_recorded(engine: AsyncEngine) -> None:
    with pytest.raises(ValueError, match="Name the person who is allocated-worker"):
        await record_standing(
            engine, CHILD, Standing.ALLOCATED_WORKER, said(), organisation=TESTSHIRE.code
        )
    with pytest.raises(ValueError, match="a reason and an end"):
        await record_judgement(engine, CHILD, Fact.URGENT, said(), value=True, reason="now")
    with pytest.raises(ValueError, match="is a choice, and cannot be that"):
        await record_attribute(engine, CHILD, Fact.LEGAL_STATUS, value="s99", said=said())
    with pytest.raises(ValueError, match="is recorded elsewhere"):
        await record_attribute(engine, CHILD, Fact.AGE, value=12, said=said())
    ending = Said(source="x", by="y", valid_from=NOW, recorded_at=NOW, valid_to=since(99))
    with pytest.raises(ValueError, match="Say for whom"):
        await record_judgement(engine, CHILD, Fact.OVERRIDE, ending, value=True, reason="life")
