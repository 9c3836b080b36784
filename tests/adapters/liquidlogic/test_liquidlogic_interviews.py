"""What a council's Liquidlogic says of return interviews, and what of them is never asked for."""

from datetime import UTC, datetime

from records.child import Identity
from records.interview import ReturnInterview, Took
from records.items import Item
from tests.adapters.liquidlogic.conftest import CHILD, Council

INTERVIEW = (Item.RHI_EXISTS, Item.RHI_CONFIRMATION)


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
