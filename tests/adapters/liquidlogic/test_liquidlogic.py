"""What a council's Liquidlogic is understood to say."""

from datetime import UTC, date, datetime

import pytest

from records.child import CaseStatus, Identity, Involvement, LegalStatus, Placement, Sex, Worker
from records.episode import EpisodeState, MissingEpisode
from records.health import Health
from records.identifiers import AuthorityCode, LocalId, NHSNumber, OfstedURN
from records.items import Item
from tests.adapters.liquidlogic.conftest import CHILD, Council, codes


async def test_a_child_has_a_name_a_birth_date_and_two_ids(council: Council) -> None:
    council.holds(
        "DIM_PERSON",
        FORENAME=" Leanne ",
        SURNAME="Ashworth",
        GENDER_MAIN_CODE="f",
        BIRTH_DTTM="2011-05-03T00:00:00",
        DOB_ESTIMATED="n",
        NHS_NUMBER="999 000 0018",
        LEGACY_ID="L-40017",
    )
    told = await council.answers(Item.IDENTITY_CORE, Item.IDENTITY_NUMBERS)

    [identity] = told.records
    assert isinstance(identity, Identity)
    assert identity.core is not None
    assert identity.numbers is not None
    assert identity.core.given_names == ("Leanne",)
    assert identity.core.birth_date == date(2011, 5, 3)
    assert identity.core.sex is Sex.FEMALE
    assert not identity.core.birth_date_estimated
    assert identity.numbers.nhs_number == NHSNumber("9990000018")
    assert not identity.numbers.nhs_number_verified
    assert identity.numbers.local_ids == (
        LocalId("council", "40017"),
        LocalId("council:legacy", "L-40017"),
    )
    assert identity.notes == ()


async def test_an_estimated_birth_date_says_so_and_numbers_that_cannot_be_are_noted(
    council: Council,
) -> None:
    council.holds(
        "DIM_PERSON",
        BIRTH_DTTM="2027-01-20T00:00:00",
        DOB_ESTIMATED="Y",
        GENDER_MAIN_CODE="Q",
        NHS_NUMBER="9990000019",
        UPN="A123",
    )
    [identity] = (await council.answers(Item.IDENTITY_CORE, Item.IDENTITY_NUMBERS)).records
    assert isinstance(identity, Identity)
    assert identity.core is not None
    assert identity.core.birth_date_estimated
    assert identity.core.birth_date == date(2027, 1, 20)
    assert identity.core.sex is Sex.NOT_KNOWN
    assert identity.numbers is not None
    assert (identity.numbers.nhs_number, identity.numbers.upn) == (None, None)
    assert codes(identity.notes) == {
        "birth-date-in-future",
        "sex-code-unknown",
        "nhs-number-malformed",
        "upn-malformed",
    }


@pytest.mark.parametrize(
    "status,ended,state",
    [
        ("Missing", False, EpisodeState.MISSING),
        ("m", True, EpisodeState.FOUND),
        ("A", False, EpisodeState.AWAY_WITHOUT_AUTHORISATION),
        ("away", True, EpisodeState.CLOSED),
        ("Absent", False, EpisodeState.ABSENT),
        ("Gone off", False, EpisodeState.NOT_KNOWN),
        (None, False, EpisodeState.NOT_KNOWN),
    ],
)
async def test_an_episode_keeps_the_councils_own_word(
    council: Council, status: str | None, state: EpisodeState, *, ended: bool
) -> None:
    council.holds(
        "FACT_MISSING_PERSON",
        MISSING_STATUS=status,
        START_DTTM="2026-07-18T21:30:00",
        END_DTTM="2026-07-19T07:15:00" if ended else None,
    )
    [episode] = (await council.answers(Item.EPISODE_STATUS)).records
    assert isinstance(episode, MissingEpisode)
    assert episode.status is not None
    assert episode.status.state is state
    assert episode.status.term_as_sent == status
    # 21:30 in July is British Summer Time.
    assert episode.status.missing_from == datetime(2026, 7, 18, 20, 30, tzinfo=UTC)
    assert (episode.status.found_at is not None) is ended
    assert episode.status.reported_at is None


async def test_an_hour_that_comes_twice_and_an_end_before_the_start_are_noted(
    council: Council,
) -> None:
    council.holds(
        "FACT_MISSING_PERSON",
        MISSING_STATUS="Missing",
        START_DTTM="2026-10-25T01:30:00",
        END_DTTM="2026-10-24T23:00:00",
    )
    [episode] = (await council.answers(Item.EPISODE_STATUS)).records
    assert codes(episode.notes) == {"time-ambiguous", "ends-before-it-starts"}


@pytest.mark.parametrize(
    "description,looked_after",
    [
        ("Full care order", True),
        ("INTERIM CARE ORDER", True),
        ("Accommodated S20", True),
        ("Single period of accommodation under Section 20", True),
        ("Placement order granted", True),
        ("Supervision Order", False),
        ("Care order discharged", False),
        ("Special Guardianship Order (SGO)", False),
        ("Ward of court", None),
        (None, None),
    ],
)
async def test_a_legal_status_is_known_by_its_words(
    council: Council, description: str | None, *, looked_after: bool | None
) -> None:
    council.holds(
        "FACT_LEGAL_STATUS",
        DIM_LOOKUP_LGL_STATUS_DESC=description,
        START_DTTM="2024-02-01T00:00:00",
    )
    [legal] = (await council.answers(Item.LEGAL_STATUS)).records
    assert isinstance(legal, LegalStatus)
    assert legal.status is not None
    assert legal.status.looked_after is looked_after
    assert legal.status.description == description
    assert legal.status.code is None
    assert legal.status.started_on == date(2024, 2, 1)


async def test_a_placement_brings_its_ofsted_number_from_the_care_episode(
    council: Council,
) -> None:
    placement = council.holds(
        "FACT_CLA_PLACEMENT",
        DIM_LOOKUP_PLACEMENT_TYPE_CODE="Z13",
        DIM_LOOKUP_PLACEMENT_PROVIDER_CODE="PR4",
        START_DTTM="2026-01-12T00:00:00",
        POSTCODE=" la1  1aa ",
    )
    council.holds("FACT_CARE_EPISODES", FACT_CLA_PLACEMENT_ID=-1, OFSTED_URN="SC999999")
    council.holds("FACT_CARE_EPISODES", FACT_CLA_PLACEMENT_ID=placement, OFSTED_URN="1234567")
    council.holds("FACT_CARE_EPISODES", FACT_CLA_PLACEMENT_ID=placement, OFSTED_URN="SC123456")
    told = await council.answers(
        Item.PLACEMENT_DETAIL, Item.PLACEMENT_ADDRESS, authority="E10000017"
    )
    [found] = told.records
    assert isinstance(found, Placement)
    assert found.detail is not None
    assert found.detail.placement_type == "Z13"
    assert found.detail.ofsted_urn == OfstedURN("SC123456")
    assert found.detail.responsible_authority == AuthorityCode("E10000017")
    assert found.detail.ended_on is None
    assert found.address is not None
    assert found.address.postcode == "LA1 1AA"


@pytest.mark.parametrize("postcode", ["ZZZ", "XX", "nopostcode", "", None])
async def test_a_postcode_that_stands_for_none_is_none(
    council: Council, postcode: str | None
) -> None:
    council.holds("FACT_CLA_PLACEMENT", POSTCODE=postcode)
    [placement] = (await council.answers(Item.PLACEMENT_ADDRESS)).records
    assert isinstance(placement, Placement)
    assert placement.address is None
    assert placement.detail is None
    assert codes(placement.notes) == ({"postcode-not-one"} if postcode else set())


async def test_the_allocated_worker_is_named_and_a_former_one_is_not(council: Council) -> None:
    council.simulator.holds(
        "DIM_WORKER", DIM_WORKER_ID=11, FORENAME="Priya", SURNAME="Patel", JOB_TITLE="Social worker"
    )
    council.simulator.holds("DIM_WORKER", DIM_WORKER_ID=12, FORENAME="Sam", SURNAME="Gone")
    council.holds("FACT_INVOLVEMENTS", DIM_WORKER_ID=11, IS_ALLOCATED_CW_FLAG="y")
    council.holds("FACT_INVOLVEMENTS", DIM_WORKER_ID=12, END_DTTM="2026-03-01T00:00:00")
    council.holds(
        "FACT_INVOLVEMENTS", DIM_WORKER_ID=-1, DIM_LOOKUP_INVOLVEMENT_TYPE_DESC="Key agency: school"
    )
    told = await council.answers(Item.CASE_WORKER)

    allocated, agency = told.records
    assert isinstance(allocated, Involvement)
    assert isinstance(agency, Involvement)
    assert allocated.worker == Worker(
        name="Priya Patel", job="Social worker", team=None, telephone=None, allocated=True
    )
    assert allocated.case is None
    assert agency.worker is not None
    assert agency.worker.name is None
    assert agency.worker.job == "Key agency: school"
    assert (
        council.simulator.counts()["GET /records/{table}"] == 3
    )  # the person, involvements, workers


async def test_many_workers_are_named_in_as_many_calls_as_an_address_has_room_for(
    council: Council,
) -> None:
    for worker in range(1, 91):
        council.holds("FACT_INVOLVEMENTS", DIM_WORKER_ID=worker)
        council.simulator.holds("DIM_WORKER", DIM_WORKER_ID=worker, SURNAME=f"Worker {worker}")
    told = await council.answers(Item.CASE_WORKER)
    names = [r.worker.name for r in told.records if isinstance(r, Involvement) and r.worker]
    assert names == [f"Worker {worker}" for worker in range(1, 91)]
    calls = [dict(asked.query) for asked in council.simulator.asked]
    assert sum("DIM_WORKER_ID" in call for call in calls) == 2 + 2 + 1  # pages of 25 of 40, 40, 10


async def test_a_case_is_open_until_it_has_an_end_and_early_help_is_a_second_family(
    council: Council,
) -> None:
    council.holds(
        "FACT_REFERRALS",
        REFRL_START_DTTM="2023-11-01T00:00:00",
        REFRL_END_DTTM="2024-01-05T00:00:00",
    )
    council.holds("FACT_CAF_EPISODE", EPISODE_START_DTTM="2025-09-01T00:00:00")
    told = await council.answers(Item.CASE_STATUS, early_help=True)
    cases = [r.case for r in told.records if isinstance(r, Involvement)]
    assert cases == [
        CaseStatus(
            service="children's social care",
            is_open=False,
            started_on=date(2023, 11, 1),
            ended_on=date(2024, 1, 5),
        ),
        CaseStatus(service="early help", is_open=True, started_on=date(2025, 9, 1), ended_on=None),
    ]
    without = await council.answers(Item.CASE_STATUS)
    assert len(without.records) == 1


async def test_the_health_of_a_looked_after_child_is_told_by_checks_flags_and_scores(
    council: Council,
) -> None:
    for kind, status, when in (
        ("Review Health Assessment", "Completed", "2026-01-30T00:00:00"),
        ("Review Health Assessment", "Refused", "2026-08-01T00:00:00"),
        ("Review Health Assessment", "Completed", "2027-01-30T00:00:00"),
        ("Dental Check", "Completed", "2026-05-05T00:00:00"),
    ):
        council.holds(
            "FACT_HEALTH_CHECK",
            DIM_LOOKUP_EVENT_TYPE_DESC=kind,
            DIM_LOOKUP_EXAM_STATUS_DESC=status,
            START_DTTM=when,
        )
    council.holds("FACT_CLA", IMMU_UP_TO_DATE_FLAG="N", LAST_UPDATED_DTTM="2025-01-01T00:00:00")
    council.holds("FACT_CLA", IMMU_UP_TO_DATE_FLAG="Y", LAST_UPDATED_DTTM="2026-01-01T00:00:00")
    sdq = "Strengths and Difficulties Questionnaire (EHM)"
    council.simulator.holds_form(
        CHILD, {"SDQScore": "12"}, template=sdq, answered="2025-01-01T00:00:00"
    )
    council.simulator.holds_form(
        CHILD, {"SDQScore": 17}, template=sdq, answered="2026-01-01T00:00:00"
    )
    [health] = (await council.answers(Item.HEALTH_ASSESSMENT)).records
    assert isinstance(health, Health)
    assert health.assessment is not None
    assert health.assessment.assessed_on == date(2026, 1, 30)
    assert health.assessment.dental_checked_on == date(2026, 5, 5)
    assert health.assessment.immunisations_up_to_date is True
    assert health.assessment.sdq_score == 17
    assert health.assessment.overdue is None
    assert health.needs is None
