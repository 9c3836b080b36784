"""What the CareDirector adapter makes of a council's OData service."""

from datetime import UTC, date, datetime

import pytest

from adapters.caredirector.simulator import OTHER, CareDirectorSimulator
from gateway.http import PooledHttp
from records.child import Identity, Involvement, LegalStatus, Placement, Sex, Worker
from records.episode import EpisodeState, MissingEpisode
from records.errors import (
    SourceContractBroken,
    SourceRefused,
    SourceUnavailable,
    WrongSettings,
)
from records.identifiers import LocalId, NHSNumber, OfstedURN
from records.interview import InterviewOffer, ReturnInterview, Took
from records.items import Item
from tests.adapters.caredirector.conftest import CHILD, Council


def asked_of(council: Council) -> dict[str, str]:
    return dict(council.simulator.asked[-1].query)


def _interviews(records: object) -> list[ReturnInterview]:
    assert isinstance(records, tuple)
    return [one for one in records if isinstance(one, ReturnInterview)]


async def test_only_the_permitted_fields_are_selected_and_expanded(council: Council) -> None:
    await council.answers(Item.PLACEMENT_ADDRESS)
    assert asked_of(council)["$select"] == (
        "personplacementid,_personid_value,addressline1,addressline2,postcode"
    )
    assert "$expand" not in asked_of(council)
    await council.answers(Item.PLACEMENT_DETAIL)
    assert asked_of(council)["$expand"] == (
        "placementtype($select=code),provider($select=name,ofstedurn)"
    )
    assert "addressline1" not in asked_of(council)["$select"]


async def test_an_interview_is_known_to_exist_without_a_word_of_it(council: Council) -> None:
    council.holds("interview", account="What Robin said.", heldon="2026-11-20T15:30:00Z")
    told = await council.answers(Item.RHI_EXISTS)
    assert [(type(one), one.account, one.confirmation) for one in _interviews(told.records)] == [
        (ReturnInterview, None, None)
    ]
    assert "account" not in asked_of(council)["$select"]
    assert "heldon" not in asked_of(council)["$select"]


@pytest.mark.parametrize(
    "status, expected",
    [
        (412, SourceContractBroken),
        (428, SourceContractBroken),
        (304, SourceContractBroken),
        (206, SourceContractBroken),
        (429, SourceUnavailable),
        (503, SourceUnavailable),
        (401, SourceRefused),
        (403, SourceRefused),
    ],
)
async def test_each_status_has_its_meaning(
    council: Council, status: int, expected: type[Exception]
) -> None:
    council.simulator.fails(status)
    with pytest.raises(expected) as told:
        await council.answers(Item.EPISODE_EXISTS)
    assert "Sentinelle" not in str(told.value)


async def test_a_wish_to_be_asked_later_is_kept(council: Council) -> None:
    council.simulator.is_busy(429, "17")
    with pytest.raises(SourceUnavailable) as told:
        await council.answers(Item.EPISODE_EXISTS)
    assert told.value.retry_after == 17.0


async def test_who_the_child_is(council: Council) -> None:
    council.simulator.entities.clear()
    council.simulator.person(
        CHILD,
        firstname="Robin",
        middlename=" ",
        lastname="Ashworth",
        dateofbirth="2011-05-02T23:00:00Z",
        dobestimated="Yes",
        gendercode=3,
        isrestricted="perhaps",
        nhsnumber="9990000018",
        upn="not one",
        legacyid=40017,
    )
    [identity] = (await council.answers(Item.IDENTITY_CORE, Item.IDENTITY_NUMBERS)).records
    assert isinstance(identity, Identity)
    assert identity.core is not None
    assert identity.core.given_names == ("Robin",)
    assert identity.core.birth_date == date(2011, 5, 3)
    assert identity.core.birth_date_estimated
    assert identity.core.sex is Sex.NOT_KNOWN
    assert identity.core.restricted
    assert identity.numbers is not None
    assert identity.numbers.nhs_number == NHSNumber("9990000018")
    assert identity.numbers.upn is None
    assert LocalId("council:former", "40017") in identity.numbers.local_ids
    assert {note.code for note in identity.notes} == {
        "date-shifted",
        "sex-code-unknown",
        "unknown-restriction",
        "upn-malformed",
    }


async def test_care_as_the_council_records_it(council: Council) -> None:
    council.holds("legal", legalstatus__code="C2", legalstatus__name="Full care order")
    council.holds("legal", legalstatus__code="ZZ", startdate="2026-02-31")
    council.holds(
        "placement",
        placementtype__code="K2",
        provider__ofstedurn="sc123456",
        hostauthoritycode="Lancashire",
        startdate="2026-01-12",
    )
    council.holds("placement", provider=None)
    told = await council.answers(Item.LEGAL_STATUS, Item.PLACEMENT_DETAIL)
    legal = [one for one in told.records if isinstance(one, LegalStatus)]
    assert [one.status.looked_after for one in legal if one.status] == [True, None]
    assert [note.code for note in legal[1].notes] == ["date-impossible"]
    first, second = (one for one in told.records if isinstance(one, Placement))
    assert first.detail is not None
    assert first.detail.ofsted_urn == OfstedURN("SC123456")
    assert first.detail.host_authority is None
    assert [note.code for note in first.notes] == ["authority-code-malformed"]
    assert second.detail is not None
    assert second.detail.provider is None


async def test_only_those_who_work_with_the_child_now_are_named(council: Council) -> None:
    council.holds("case", servicename="Children in care", responsibleuser__fullname="A. Patel")
    council.holds("case", enddate="2026-01-01", responsibleuser__fullname="B. Gone")
    told = await council.answers(Item.CASE_WORKER)
    assert [one.worker for one in told.records if isinstance(one, Involvement)] == [
        Worker(name="A. Patel", job=None, team=None, telephone=None)
    ]
    assert "Gone" not in repr(told)
    both = await council.answers(Item.CASE_STATUS)
    assert [
        one.case.is_open for one in both.records if isinstance(one, Involvement) and one.case
    ] == [
        True,
        False,
    ]


@pytest.mark.parametrize(
    "word, ended, state",
    [
        ("Missing", None, EpisodeState.MISSING),
        ("missing ", "2026-10-02T10:00:00Z", EpisodeState.FOUND),
        ("Away without authorisation", None, EpisodeState.AWAY_WITHOUT_AUTHORISATION),
        ("Away without authorisation", "2026-10-02T10:00:00Z", EpisodeState.CLOSED),
        ("Lost", None, EpisodeState.NOT_KNOWN),
        (None, None, EpisodeState.NOT_KNOWN),
    ],
)
async def test_where_an_episode_stands(
    council: Council, word: str | None, ended: str | None, state: EpisodeState
) -> None:
    council.holds(
        "missing",
        episodetype__name=word,
        missingfrom="2026-10-01T10:00:00Z",
        returnedon=ended,
    )
    [episode] = (await council.answers(Item.EPISODE_STATUS)).records
    assert isinstance(episode, MissingEpisode)
    assert episode.status is not None
    assert episode.status.state is state
    assert episode.status.missing_from == datetime(2026, 10, 1, 10, tzinfo=UTC)
    unknown = {"missing-status-unknown"} if state is EpisodeState.NOT_KNOWN else set()
    assert {note.code for note in episode.notes} == unknown


async def test_what_was_offered_is_told_as_recorded(council: Council) -> None:
    council.holds("interview", wasoffered=True, wasaccepted="NotApplicable")
    council.holds("interview", wasoffered="perhaps")
    first, second = _interviews((await council.answers(Item.RHI_OFFER)).records)
    assert first.offer == InterviewOffer(offered=Took.YES, accepted=Took.NOT_APPLICABLE)
    assert second.offer is not None
    assert second.offer.offered is Took.NOT_RECORDED
    assert [note.code for note in second.notes] == ["interview-answer-unknown"]


async def test_another_council_is_another_map_and_no_other_line() -> None:
    with CareDirectorSimulator(OTHER, relative=True) as simulator:
        simulator.person(CHILD, Forename="Robin")
        simulator.holds("missing", CHILD, LastSeen="2026-10-01T10:00:00Z")
        simulator.holds("missing", CHILD, LastSeen="2026-10-05T10:00:00Z", RHI__Offered="N")
        async with PooledHttp() as http:
            council = Council(simulator, http)
            source = council.connected()
            told = await council.answers(Item.EPISODE_EXISTS, Item.RHI_EXISTS)
    assert Item.PLACEMENT_DETAIL not in source.supplies
    assert Item.RHI_OFFER in source.supplies
    # Only the form on which something of an interview is filled in is an interview too.
    assert len([one for one in told.records if isinstance(one, MissingEpisode)]) == 2
    assert len(_interviews(told.records)) == 1


@pytest.mark.parametrize(
    "change, says",
    [
        ({"council": "nowhere"}, "bundled are: example"),
        ({"page_size": 0}, "page_size"),
        ({"search_in": "cookie"}, "Not one of the words"),
    ],
)
async def test_a_mistake_in_the_settings_is_one_line(
    council: Council, change: dict[str, object], says: str
) -> None:
    with pytest.raises(WrongSettings, match=says) as told:
        council.connected(**change)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("name", ["a b", "x) or (1", "a/b/c", "$ref", "é", ""])
async def test_a_field_name_that_cannot_be_one_stops_the_start(council: Council, name: str) -> None:
    wrong = council.simulator.config()["council"]
    assert isinstance(wrong, dict)
    wrong = {**wrong, "missing": {**wrong["missing"], "found_at": name}}
    with pytest.raises(WrongSettings, match=r"council\.missing\.found_at"):
        council.connected(council=wrong)
