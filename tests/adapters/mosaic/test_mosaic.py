"""What the Mosaic adapter makes of a council's steps, answers and people."""

from datetime import UTC, date, datetime

import pytest

from adapters.mosaic.council import council
from adapters.mosaic.simulator import STAGINGS, answer
from records.child import Sex
from records.episode import EpisodeState
from records.errors import WrongSettings
from records.identifiers import AuthorityCode, LocalId, NHSNumber
from records.interview import Took
from records.items import Item
from records.source import Known
from tests.adapters.asking import question
from tests.adapters.mosaic.conftest import ROBIN, SIBLING, Council


async def test_the_same_steps_mean_nothing_under_another_councils_map(mosaic: Council) -> None:
    mosaic.system.step(1, 1777, ROBIN, [answer("missingfrom", date="2026-11-20T20:00:00Z")])
    assert await mosaic.holds(Item.EPISODE_STATUS, field_map="blackpool") == []
    [episode] = await mosaic.holds(Item.EPISODE_STATUS, field_map="essex")
    assert episode.status.missing_from == datetime(2026, 11, 20, 20, tzinfo=UTC)


async def test_blackpool_records_missing_only_and_essex_absent_too(mosaic: Council) -> None:
    mosaic.system.step(1, 2301, ROBIN, [answer("MFHStart", date="2026-11-20T20:00:00Z")])
    mosaic.system.step(2, 1777, ROBIN, [answer("childabsentormissing", lookup="Absent")])
    [blackpool] = await mosaic.holds(Item.EPISODE_STATUS, field_map="blackpool")
    [essex] = await mosaic.holds(Item.EPISODE_STATUS, field_map="essex")
    assert (blackpool.status.state, blackpool.status.term_as_sent) == (EpisodeState.MISSING, None)
    assert (essex.status.state, essex.status.term_as_sent) == (EpisodeState.ABSENT, "Absent")


async def test_a_third_council_is_configuration_only(mosaic: Council) -> None:
    mosaic.system.step(1, 7, ROBIN, [answer("q9", lookup="AWOL"), answer("q1", text="left")])
    own = {
        "name": "Testshire",
        "authority": "E10000099",
        "missing": {
            "step_types": [7],
            "circumstances": "q1",
            "kind": {"question": "q9", "missing": ["Gone"], "away": ["awol"]},
        },
    }
    [episode] = await mosaic.holds(Item.EPISODE_STATUS, Item.EPISODE_DETAIL, field_map=own)
    assert episode.status.state is EpisodeState.AWAY_WITHOUT_AUTHORISATION
    assert episode.detail.circumstances == "left"
    assert mosaic.source(own).system == "Mosaic (Testshire)"
    assert Item.RHI_EXISTS not in mosaic.source(own).supplies


async def test_a_council_supplies_what_its_forms_ask_and_no_more(mosaic: Council) -> None:
    blackpool, essex = mosaic.source("blackpool").supplies, mosaic.source("essex").supplies
    assert Item.RHI_SAFEGUARDING_PROVIDER in blackpool - essex
    assert Item.RHI_SYNOPSIS in blackpool - essex


async def test_a_map_that_is_not_bundled_names_those_that_are(mosaic: Council) -> None:
    with pytest.raises(WrongSettings, match="blackpool, essex"):
        mosaic.source("atlantis")
    with pytest.raises(WrongSettings, match="missing"):
        mosaic.source({"name": "Testshire", "authority": "E10000099"})


async def test_only_the_permitted_questions_are_asked_of_a_form(mosaic: Council) -> None:
    mosaic.system.step(
        1,
        2302,
        ROBIN,
        [
            answer("ReturnInterviewCompleted", lookup="Yes"),
            answer("ReturnInterviewDate", date="2026-11-23T15:00:00Z"),
            answer("ReturnInterviewAccount", text="what was said"),
        ],
    )
    [interview] = await mosaic.holds(Item.RHI_CONFIRMATION)
    assert interview.confirmation.held_at == datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert interview.account is None
    [asked] = mosaic.system.asked
    assert dict(asked.query)["questions"] == (
        "ReturnInterviewBy,ReturnInterviewCompleted,ReturnInterviewDate"
    )


async def test_an_interview_offered_and_refused_is_no_interview_held(mosaic: Council) -> None:
    mosaic.system.step(
        1,
        2302,
        ROBIN,
        [
            answer("ReturnInterviewOffered", lookup="Y"),
            answer("ReturnInterviewCompleted", lookup="n"),
            answer("ReturnInterviewRefusedReason", text="Did not want to talk"),
        ],
    )
    [interview] = await mosaic.holds(Item.RHI_OFFER, Item.RHI_CONFIRMATION)
    assert interview.confirmation is None
    assert (interview.offer.offered, interview.offer.accepted) == (Took.YES, Took.NO)
    assert interview.offer.declined_because == "Did not want to talk"


async def test_an_answer_we_do_not_know_is_not_recorded_and_said(mosaic: Council) -> None:
    mosaic.system.step(1, 2302, ROBIN, [answer("ReturnInterviewOffered", lookup="Perhaps")])
    [interview] = await mosaic.holds(Item.RHI_OFFER)
    assert interview.offer.offered is Took.NOT_RECORDED
    assert [note.code for note in interview.notes] == ["unknown-answer"]


async def test_in_essex_a_dated_letter_is_an_offer_and_an_unanswered_step_no_interview(
    mosaic: Council,
) -> None:
    mosaic.system.step(1, 1777, ROBIN, [answer("missinglettersent", date="2026-11-21T00:00:00Z")])
    mosaic.system.step(2, 1777, ROBIN, [answer("missingfrom", date="2026-11-22T20:00:00Z")])
    episodes = await mosaic.holds(Item.EPISODE_STATUS, field_map="essex")
    [interview] = await mosaic.holds(Item.RHI_OFFER, field_map="essex")
    assert [episode.ref for episode in episodes] == ["1", "2"]
    assert interview.ref == "1"
    assert interview.offer.offered is Took.YES
    assert interview.offer.offered_at == datetime(2026, 11, 21, tzinfo=UTC)


async def test_a_sibling_groups_step_is_each_siblings_with_their_own_answers(
    mosaic: Council,
) -> None:
    mosaic.system.step(
        1,
        2301,
        -3,
        [
            answer("MFHStart", subject=-3, date="2026-11-20T20:00:00Z"),
            answer("DateFound", row=SIBLING, date="2026-11-20T23:00:00Z"),
            answer("MFHCircumstances", subject=ROBIN, text="Robin stayed away."),
        ],
        group=[ROBIN, SIBLING],
    )
    items = (Item.EPISODE_STATUS, Item.EPISODE_DETAIL)
    [robins] = await mosaic.holds(*items, of=ROBIN)
    [siblings] = await mosaic.holds(*items, of=SIBLING)
    assert (robins.status.state, siblings.status.state) == (
        EpisodeState.MISSING,
        EpisodeState.FOUND,
    )
    assert robins.status.missing_from == siblings.status.missing_from
    assert robins.detail.circumstances == "Robin stayed away."
    assert siblings.detail.circumstances is None


async def test_a_step_of_another_person_is_left_out_and_counted(mosaic: Council) -> None:
    mosaic.system.step(1, 2301, -3, [answer("MFHStart", subject=-3, date="2026-11-20")], group=[])
    mosaic.system.sends_to_everybody(1)
    source = mosaic.source()
    answered = await source.records(question(source, str(ROBIN), [Item.EPISODE_STATUS]))
    assert answered.records == ()
    assert answered.skipped == 1


async def test_a_reopened_step_says_that_it_may_have_changed(mosaic: Council) -> None:
    mosaic.system.step(1, 2301, ROBIN, stepStatus="REOPENED")
    [episode] = await mosaic.holds(Item.EPISODE_STATUS)
    assert episode.status.state is EpisodeState.MISSING
    assert "reopened" in {note.code for note in episode.notes}
    mosaic.system.step(1, 2301, ROBIN, stepStatus="COMPLETED")
    [episode] = await mosaic.holds(Item.EPISODE_STATUS)
    assert episode.status.state is EpisodeState.CLOSED


async def test_a_date_where_a_time_is_due_is_said_to_be_a_date(mosaic: Council) -> None:
    mosaic.system.step(1, 2301, ROBIN, [answer("MFHStart", date="2026-07-01T00:00:00Z")])
    [episode] = await mosaic.holds(Item.EPISODE_STATUS)
    assert episode.status.missing_from == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert [note.code for note in episode.notes] == ["time-of-day-not-recorded"]


async def test_an_nhs_number_that_lost_its_zero_gets_it_back(mosaic: Council) -> None:
    zero = NHSNumber("0123456789")
    mosaic.system.person(ROBIN, firstName="Robin", nhsNumber=123456789)
    [held] = await mosaic.holds(Item.IDENTITY_NUMBERS)
    assert held.numbers.nhs_number == zero
    [known] = await mosaic.source().trace(zero)
    assert known.local_id == LocalId("mosaic", str(ROBIN))


@pytest.mark.parametrize("number", [1, "12345", "not known", 9990000019, -5, 10**20])
async def test_a_number_that_cannot_be_one_is_left_out_and_said(
    mosaic: Council, number: object
) -> None:
    mosaic.system.person(ROBIN, firstName="Robin", nhsNumber=number)
    [held] = await mosaic.holds(Item.IDENTITY_NUMBERS)
    assert held.numbers.nhs_number is None
    assert [note.code for note in held.notes] == ["nhs-number-invalid"]


async def test_a_duplicate_leads_to_the_person_it_became(mosaic: Council) -> None:
    mosaic.system.person(
        4700, firstName="Robin", lastName="Ashwort", nhsNumber=9990000018, duplicateOf=ROBIN
    )
    source = mosaic.source()
    answered = await source.records(question(source, "4700", [Item.IDENTITY_CORE]))
    assert answered.superseded_by == LocalId("mosaic", str(ROBIN))
    [known] = await source.trace(NHSNumber("9990000018"))
    assert known.local_id == LocalId("mosaic", str(ROBIN))
    assert known.superseded_from is None


async def test_a_duplicate_alone_is_traced_to_the_person_it_became(mosaic: Council) -> None:
    mosaic.system.person(4700, firstName="Robin", nhsNumber=9990000026, duplicateOf=ROBIN)
    [known] = await mosaic.source().trace(NHSNumber("9990000026"))
    assert isinstance(known, Known)
    assert known.local_id == LocalId("mosaic", str(ROBIN))
    assert known.superseded_from == LocalId("mosaic", "4700")


async def test_two_people_with_one_number_are_both_told(mosaic: Council) -> None:
    mosaic.system.person(SIBLING, firstName="Wren", nhsNumber=9990000018)
    found = await mosaic.source().trace(NHSNumber("9990000018"))
    assert {known.local_id.value for known in found} == {str(ROBIN), str(SIBLING)}


@pytest.mark.parametrize(
    "sent, restricted, noted",
    [
        ("Y", True, []),
        ("N", False, []),
        (None, False, []),
        (True, True, []),
        ("R", True, ["unknown-restriction"]),
    ],
)
async def test_a_restriction_is_carried_and_doubt_restricts(
    mosaic: Council, *, sent: object, restricted: bool, noted: list[str]
) -> None:
    mosaic.system.person(ROBIN, firstName="Robin", gender="F", restricted=sent)
    [held] = await mosaic.holds(Item.IDENTITY_CORE)
    assert held.core.restricted is restricted
    assert held.core.sex is Sex.FEMALE
    assert [note.code for note in held.notes] == noted


async def test_a_birth_date_sent_as_a_midnight_is_that_day(mosaic: Council) -> None:
    mosaic.system.person(ROBIN, firstName="Robin", dateOfBirth="2011-07-02T00:00:00Z")
    [held] = await mosaic.holds(Item.IDENTITY_CORE)
    assert held.core.birth_date == date(2011, 7, 2)


async def test_an_address_is_not_asked_for_with_a_placement(mosaic: Council) -> None:
    mosaic.system.placement(
        ROBIN, 5, splitNumber=2, placedInAuthority="E06000008", address="1 Elm Road, Testbury"
    )
    [placement] = await mosaic.holds(Item.PLACEMENT_DETAIL)
    assert placement.ref == "5/2"
    assert placement.address is None
    assert placement.detail.host_authority == AuthorityCode("E06000008")
    assert placement.detail.responsible_authority == AuthorityCode("E06000009")
    assert "address" not in dict(mosaic.system.asked[-1].query)["fields"]


@pytest.mark.parametrize("postcode", ["ZZZ", "XX", "nopostcode", "", None])
async def test_a_postcode_that_says_none_is_none(mosaic: Council, postcode: object) -> None:
    mosaic.system.placement(ROBIN, 5, address="1 Elm Road, Testbury", postCode=postcode)
    [placement] = await mosaic.holds(Item.PLACEMENT_ADDRESS)
    assert placement.address.lines == ("1 Elm Road", "Testbury")
    assert placement.address.postcode is None


async def test_a_legal_status_we_do_not_know_says_neither(mosaic: Council) -> None:
    mosaic.system.legal_status(ROBIN, 1, legalStatusCode="C2")
    mosaic.system.legal_status(ROBIN, 2, legalStatusCode="Q7")
    known, unknown = await mosaic.holds(Item.LEGAL_STATUS)
    assert (known.status.code, known.status.looked_after) == ("C2", True)
    assert (unknown.status.code, unknown.status.looked_after) == ("Q7", None)


async def test_an_allocation_that_ended_is_closed(mosaic: Council) -> None:
    mosaic.system.allocation(ROBIN, 1, allocationEndDate="2026-11-01T00:00:00Z")
    mosaic.system.allocation(ROBIN, 2, allocatedWorker="A. Marsden", profRelTypeCode="ALLWKR")
    closed, is_open = await mosaic.holds(Item.CASE_STATUS, Item.CASE_WORKER)
    assert (closed.case.is_open, is_open.case.is_open) == (False, True)
    assert (closed.worker.allocated, is_open.worker.allocated) == (False, True)


async def test_more_steps_than_a_page_are_all_read_up_to_the_empty_cursor(
    mosaic: Council,
) -> None:
    for number in range(1, 201):
        mosaic.system.step(number, 2301, ROBIN, stepStatus="COMPLETED")
    episodes = await mosaic.holds(Item.EPISODE_STATUS)
    assert len(episodes) == 200
    # 200 fill two pages of 100 exactly, so only a third, empty page says that it is the end.
    assert len(mosaic.system.asked) == 3


@pytest.mark.parametrize("subject", ["../residents", "4711/placements", "4711?x=1"])
async def test_an_odd_id_finds_nobody_and_steers_nothing(mosaic: Council, subject: str) -> None:
    source = mosaic.source()
    answered = await source.records(question(source, subject, [Item.IDENTITY_CORE]))
    assert answered.records == ()


def test_bundled_maps_are_whole() -> None:
    for name in ("blackpool", "essex"):
        mapped = council(name)
        assert mapped.supplied() >= {Item.EPISODE_STATUS, Item.RHI_EXISTS, Item.RHI_FULL}
        AuthorityCode(mapped.authority)
    assert STAGINGS.keys() == {"blackpool", "essex"}
