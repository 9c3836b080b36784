"""What a council's Liquidlogic is understood to say."""

from datetime import UTC, date, datetime, timedelta

import pytest

from records.child import CaseStatus, Identity, Involvement, LegalStatus, Placement, Sex, Worker
from records.episode import EpisodeState, MissingEpisode
from records.errors import SourceContractBroken, SourceRefused, WrongSettings
from records.health import Health
from records.identifiers import AuthorityCode, LocalId, NHSNumber, OfstedURN
from records.interview import ReturnInterview, Took
from records.items import Item
from tests.adapters.liquidlogic.conftest import CHILD, NOW, Council

INTERVIEW = (Item.RHI_EXISTS, Item.RHI_CONFIRMATION)


def codes(notes: object) -> set[str]:
    assert isinstance(notes, tuple)
    return {note.code for note in notes}


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


async def test_what_was_not_permitted_is_not_even_asked_for(council: Council) -> None:
    council.holds("DIM_PERSON", FORENAME="Leanne", NHS_NUMBER="9990000018")
    [identity] = (await council.answers(Item.IDENTITY_EXISTS)).records
    assert isinstance(identity, Identity)
    assert (identity.core, identity.numbers) == (None, None)
    [asked] = council.simulator.asked
    assert dict(asked.query) == {
        "DIM_PERSON_ID": str(CHILD),
        "columns": "DIM_PERSON_ID,DUPLICATED_DTTM,DUPLICATE_OF_DIM_PERSON_ID",
    }
    assert asked.headers["x-request-id"] == "3f0c7a52-0f0e-4a55-8f4f-0f1f2d3c4b5a"


async def test_a_home_is_told_that_an_interview_was_held_and_its_words_are_never_asked(
    council: Council,
) -> None:
    council.simulator.holds_form(
        CHILD,
        {
            "RHIDate": "2026-11-20T15:30:00",
            "RHIBy": "Missing from Home team",
            "RHIAccount": "What she said.",
            "RHISafeguarding": "A man in a white car waits at the gate.",
        },
    )
    told = await council.answers(*INTERVIEW, Item.RHI_SAFEGUARDING)

    [interview] = told.records
    assert isinstance(interview, ReturnInterview)
    assert interview.confirmation is not None
    assert interview.confirmation.held_at == datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
    assert interview.confirmation.held_by == "Missing from Home team"
    assert interview.safeguarding is not None
    assert interview.safeguarding.matters == ("A man in a white car waits at the gate.",)
    assert (interview.account, interview.synopsis, interview.offer) == (None, None, None)
    asked = [value for a in council.simulator.asked for _, value in a.query]
    assert "RHIAccount" not in asked
    assert "RETURN_INTERVIEW_OFFERED" not in "".join(asked)


async def test_only_that_an_interview_exists_can_be_asked_without_when(council: Council) -> None:
    council.simulator.holds_form(CHILD, {"RHIDate": "2026-11-20T15:30:00"})
    [interview] = (await council.answers(Item.RHI_EXISTS)).records
    assert isinstance(interview, ReturnInterview)
    assert interview.confirmation is None
    [form] = [a for a in council.simulator.asked if ("ANSWER_NO", "RHIDate") in a.query]
    assert "ANSWER" not in dict(form.query)["columns"].split(",")


async def test_an_interview_held_without_a_safeguarding_matter_still_exists(
    council: Council,
) -> None:
    council.simulator.holds_form(CHILD, {"RHIDate": "2026-11-20T15:30:00"})
    [interview] = (await council.answers(Item.RHI_EXISTS, Item.RHI_SAFEGUARDING)).records
    assert isinstance(interview, ReturnInterview)
    assert interview.safeguarding is None


async def test_a_placement_concern_stands_apart_from_other_safeguarding_matters(
    council: Council,
) -> None:
    council.simulator.holds_form(
        CHILD, {"RHIDate": "2026-11-20T15:30:00", "RHIPlacementConcern": "About the home."}
    )
    [interview] = (
        await council.answers(Item.RHI_SAFEGUARDING, Item.RHI_SAFEGUARDING_PROVIDER)
    ).records
    assert isinstance(interview, ReturnInterview)
    assert interview.safeguarding is None
    assert interview.safeguarding_provider is not None
    assert interview.safeguarding_provider.matters == ("About the home.",)


async def test_an_offer_joins_the_interview_whose_form_names_the_episode(council: Council) -> None:
    episode = council.holds(
        "FACT_MISSING_PERSON", RETURN_INTERVIEW_OFFERED="yes", RETURN_INTERVIEW_ACCEPTED="Yes"
    )
    council.holds(
        "FACT_MISSING_PERSON", RETURN_INTERVIEW_OFFERED="NO", RETURN_INTERVIEW_ACCEPTED="na"
    )
    council.holds(
        "FACT_MISSING_PERSON", RETURN_INTERVIEW_OFFERED="", RETURN_INTERVIEW_ACCEPTED=None
    )
    council.simulator.holds_form(
        CHILD, {"RHIDate": "2026-11-20T15:30:00", "RHIEpisode": str(episode)}
    )
    told = await council.answers(*INTERVIEW, Item.RHI_OFFER)

    joined, alone = told.records
    assert isinstance(joined, ReturnInterview)
    assert isinstance(alone, ReturnInterview)
    assert joined.confirmation is not None
    assert joined.offer is not None
    assert (joined.offer.offered, joined.offer.accepted) == (Took.YES, Took.YES)
    assert alone.offer is not None
    assert (alone.offer.offered, alone.offer.accepted) == (Took.NO, Took.NOT_APPLICABLE)
    assert alone.confirmation is None


async def test_the_latest_answer_to_a_question_counts(council: Council) -> None:
    form = council.simulator.holds_form(CHILD, {"RHIDate": "2026-11-19T10:00:00"})
    later = council.simulator.holds_form(
        CHILD, {"RHIDate": "2026-11-20T10:00:00"}, answered="2026-11-21T09:00:00"
    )
    council.simulator.tables["FACT_FORM_ANSWERS"][-1]["FACT_FORM_ID"] = form
    assert later != form
    [interview] = (await council.answers(*INTERVIEW)).records
    assert isinstance(interview, ReturnInterview)
    assert interview.confirmation is not None
    assert interview.confirmation.held_at == datetime(2026, 11, 20, 10, tzinfo=UTC)


async def test_a_council_without_a_form_map_supplies_the_offer_alone(council: Council) -> None:
    council.holds("FACT_MISSING_PERSON", RETURN_INTERVIEW_OFFERED="Yes")
    bare = council.connected(interview_form=None)
    assert Item.RHI_OFFER in bare.supplies
    assert Item.RHI_FULL not in bare.supplies
    [interview] = (await council.answers(Item.RHI_EXISTS, interview_form=None)).records
    assert isinstance(interview, ReturnInterview)
    assert interview.offer is None


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


async def test_a_child_with_nothing_recorded_and_a_child_unknown_are_one_empty_answer(
    council: Council,
) -> None:
    council.holds("DIM_PERSON")
    known = await council.answers(Item.LEGAL_STATUS, Item.EPISODE_STATUS)
    unknown = await council.answers(Item.LEGAL_STATUS, Item.EPISODE_STATUS, subject=99999)
    assert known == unknown
    assert (known.records, known.notes) == ((), ())


async def test_a_merged_person_is_followed_and_nothing_under_either_id_is_lost(
    council: Council,
) -> None:
    holds = council.simulator.holds
    council.holds(
        "DIM_PERSON",
        DUPLICATED_DTTM="2026-10-01T09:00:00",
        DUPLICATE_OF_DIM_PERSON_ID=50001,
        NHS_NUMBER=9990000018,
        SURNAME="Old",
    )
    holds("DIM_PERSON", DIM_PERSON_ID=50001, SURNAME="New")
    council.holds("FACT_MISSING_PERSON", MISSING_STATUS="M", END_DTTM="2026-01-05T00:00:00")
    holds("FACT_MISSING_PERSON", DIM_PERSON_ID=50001, MISSING_STATUS="M")
    told = await council.answers(Item.IDENTITY_CORE, Item.EPISODE_STATUS)
    assert told.superseded_by == LocalId("council", "50001")
    assert codes(told.notes) == {"superseded-person"}
    identity, later, earlier = told.records
    assert isinstance(identity, Identity)
    assert identity.core is not None
    assert identity.core.family_name == "New"
    assert isinstance(later, MissingEpisode)
    assert isinstance(earlier, MissingEpisode)
    assert later.status is not None
    assert later.status.state is EpisodeState.MISSING

    [known] = await council.connected().trace(NHSNumber("9990000018"))
    assert known.local_id == LocalId("council", "50001")
    assert known.superseded_from == LocalId("council", str(CHILD))


async def test_a_merged_person_without_a_successor_is_shown_as_such(council: Council) -> None:
    council.holds("DIM_PERSON", DUPLICATED_DTTM="2026-10-01T09:00:00", NHS_NUMBER=9990000018)
    told = await council.answers(Item.IDENTITY_EXISTS)
    assert len(told.records) == 1
    assert told.superseded_by is None
    assert codes(told.notes) == {"superseded-person"}
    assert await council.connected().trace(NHSNumber("9990000018")) == ()


async def test_two_people_under_one_nhs_number_are_both_named(council: Council) -> None:
    for person in (50001, 50002):
        council.simulator.holds("DIM_PERSON", DIM_PERSON_ID=person, NHS_NUMBER="9990000018")
    known = await council.connected().trace(NHSNumber("9990000018"))
    assert len(known) == 2
    assert await council.connected().trace(NHSNumber("9990000026")) == ()


async def test_the_age_of_the_copy_goes_with_every_answer(council: Council) -> None:
    council.holds("FACT_MISSING_PERSON", MISSING_STATUS="Missing")
    told = await council.answers(Item.EPISODE_STATUS)
    assert told.as_of == NOW - timedelta(hours=9)
    assert told.records[0].provenance.as_of == told.as_of
    council.simulator.lag = -timedelta(days=1)
    assert (await council.answers(Item.EPISODE_STATUS)).as_of == NOW


async def test_pages_are_followed_to_the_end(council: Council) -> None:
    for _ in range(60):
        council.holds("FACT_MISSING_PERSON", MISSING_STATUS="Missing")
    told = await council.answers(Item.EPISODE_EXISTS)
    assert len(told.records) == 60
    assert len({record.ref for record in told.records}) == 60


async def test_rows_of_another_child_and_rows_twice_do_not_become_this_childs_records(
    council: Council,
) -> None:
    row = {"FACT_MISSING_PERSON_ID": 5, "MISSING_STATUS": "Missing"}
    other = {"FACT_MISSING_PERSON_ID": 5, "MISSING_STATUS": "Absent"}
    council.simulator.tables["FACT_MISSING_PERSON"] += [
        {**row, "DIM_PERSON_ID": CHILD},
        {**row, "DIM_PERSON_ID": CHILD},
        {**other, "DIM_PERSON_ID": CHILD},
        {"FACT_MISSING_PERSON_ID": {"no": "key"}, "DIM_PERSON_ID": CHILD},
    ]
    council.simulator.tables["DIM_PERSON"].append({"DIM_PERSON_ID": CHILD})
    told = await council.answers(Item.EPISODE_STATUS)
    assert told.skipped == 1
    assert codes(told.notes) == {"row-skipped", "row-twice", "one-id-on-two-rows"}
    assert len(told.records) == 2
    assert len({record.ref for record in told.records}) == len(told.records)


async def test_a_server_that_ignores_the_filter_cannot_show_us_another_child(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.liquidlogic.simulator._matches", lambda *_: True)
    council.simulator.holds("FACT_MISSING_PERSON", DIM_PERSON_ID=1, MISSING_STATUS="Missing")
    council.simulator.holds("DIM_PERSON", DIM_PERSON_ID=1)
    told = await council.answers(Item.EPISODE_STATUS)
    assert told.records == ()
    assert told.skipped == 2
    assert codes(told.notes) == {"row-of-another-person"}


async def test_a_lost_token_is_renewed_once_and_a_wrong_supplier_key_is_a_refusal(
    council: Council,
) -> None:
    source = council.connected()
    council.holds("DIM_PERSON")
    await source.trace(NHSNumber("9990000018"))
    council.simulator.forgets_tokens()
    await source.trace(NHSNumber("9990000018"))
    assert council.simulator.counts()["GET /records/{table}"] == 3

    with pytest.raises(SourceRefused, match="Check its credentials"):
        await council.answers(Item.IDENTITY_EXISTS, supplier_key="somebody else's")
    with pytest.raises(SourceRefused, match="no access token"):
        await council.answers(Item.IDENTITY_EXISTS, client_secret="wrong")


async def test_somebody_traced_who_cannot_be_read_is_not_nobody(council: Council) -> None:
    council.simulator.holds("DIM_PERSON", DIM_PERSON_ID=[1], NHS_NUMBER="9990000018")
    with pytest.raises(SourceContractBroken, match="cannot be read"):
        await council.connected().trace(NHSNumber("9990000018"))


def test_wrong_settings_stop_the_start_with_one_line(council: Council) -> None:
    with pytest.raises(WrongSettings, match="authority: A GSS code"):
        council.connected(authority="Lancashire")
    with pytest.raises(WrongSettings, match="unknown field `supplierKey`"):
        council.connected(supplierKey="x")
