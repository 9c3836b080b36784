"""What the CareDirector adapter makes of a council's OData service."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from adapters.caredirector.names import Council as Names
from adapters.caredirector.names import council as field_map
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
from tests.adapters.asking import question
from tests.adapters.caredirector.conftest import CHILD, Council

OTHER_CHILD = "11111111-2222-4333-8444-555555555555"


def asked_of(council: Council) -> dict[str, str]:
    return dict(council.simulator.asked[-1].query)


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


def _interviews(records: object) -> list[ReturnInterview]:
    assert isinstance(records, tuple)
    return [one for one in records if isinstance(one, ReturnInterview)]


@pytest.mark.parametrize("relative", [True, False])
async def test_every_page_is_read_whether_links_are_relative_or_absolute(
    council: Council, *, relative: bool
) -> None:
    council.simulator.relative = relative
    for hour in range(60):
        council.holds("missing", missingfrom=f"2026-10-{1 + hour % 28:02}T10:00:00Z")
    told = await council.answers(Item.EPISODE_EXISTS, page_size=10)
    assert len(told.records) == 60
    assert council.simulator.counts()["GET /odata/{set}"] == 7  # the person, and six pages of ten
    assert council.simulator.asked[-1].headers["prefer"] == "odata.maxpagesize=10"
    assert council.simulator.asked[-1].headers["x-request-id"]


async def test_a_server_that_pages_as_it_likes_is_followed(council: Council) -> None:
    council.simulator.page = 7
    for _ in range(20):
        council.holds("missing", missingfrom="2026-10-01T10:00:00Z")
    assert len((await council.answers(Item.EPISODE_EXISTS, page_size=5000)).records) == 20


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/odata/missingepisodes?$skiptoken=1",
        "//elsewhere.example/odata",
        "http://127.0.0.1:1/odata",
        "file:///etc/passwd",
        "http://[::1",
    ],
)
async def test_a_next_page_elsewhere_is_not_fetched(council: Council, link: str) -> None:
    council.simulator.next_link = link
    for _ in range(30):
        council.holds("missing", missingfrom="2026-10-01T10:00:00Z")
    with pytest.raises(SourceContractBroken, match="does not go there") as told:
        await council.answers(Item.EPISODE_EXISTS)
    assert "elsewhere" not in str(told.value)


async def test_a_page_that_leads_to_itself_ends_the_walk(council: Council) -> None:
    council.simulator.next_link = "missingepisodes?$skiptoken=WyB7fSwgMCBd"
    for _ in range(30):
        council.holds("missing", missingfrom="2026-10-01T10:00:00Z")
    with pytest.raises(SourceContractBroken, match="leads back to itself"):
        await council.answers(Item.EPISODE_EXISTS)


async def test_a_row_changed_between_pages_comes_once_in_its_last_state(council: Council) -> None:
    key = council.holds("missing", missingfrom="2026-10-01T10:00:00Z", episodetype__name="Missing")
    council.simulator.holds(
        "missing",
        CHILD,
        key,
        missingfrom="2026-10-01T10:00:00Z",
        returnedon="2026-10-02T10:00:00Z",
        episodetype__name="Missing",
    )
    told = await council.answers(Item.EPISODE_STATUS)
    [episode] = told.records
    assert isinstance(episode, MissingEpisode)
    assert episode.status is not None
    assert episode.status.state is EpisodeState.FOUND
    assert "changed-while-read" in {note.code for note in told.notes}


async def test_a_row_about_another_person_is_left_out_and_counted(council: Council) -> None:
    council.holds("missing", missingfrom="2026-10-01T10:00:00Z")
    # A server that ignores $filter sends everybody's rows.
    council.simulator.ignores_filters = True
    council.simulator.holds("missing", OTHER_CHILD, missingfrom="2026-10-01T10:00:00Z")
    told = await council.answers(Item.EPISODE_EXISTS)
    assert len(told.records) == 1
    assert told.skipped == 1
    assert OTHER_CHILD not in repr(told)


async def test_the_case_of_a_guid_does_not_matter(council: Council) -> None:
    council.simulator.holds("missing", CHILD.upper(), missingfrom="2026-10-01T10:00:00Z")
    told = await council.answers(Item.EPISODE_EXISTS)
    assert len(told.records) == 1
    assert told.skipped == 0


@pytest.mark.parametrize(
    "subject",
    [
        "40017",
        "' or 1 eq 1 or '",
        "7d3a1c52-8c1e-4f0b-9a53-0c6a1f6f2b01 or true",
        "../people",
        "\0",
    ],
)
async def test_an_id_that_cannot_be_a_key_is_never_sent(council: Council, subject: str) -> None:
    with pytest.raises(SourceContractBroken, match="Check the link"):
        await council.answers(Item.EPISODE_EXISTS, subject=subject)
    assert council.simulator.asked == []


async def test_a_text_key_with_a_quote_stays_inside_its_literal() -> None:
    names: Names = another_example(keys="text")
    with CareDirectorSimulator(names) as simulator:
        simulator.person("O'Brien-1", firstname="Robin")
        async with PooledHttp() as http:
            council = Council(simulator, http)
            [identity] = (await council.answers(Item.IDENTITY_CORE, subject="O'Brien-1")).records
            nobody = await council.answers(Item.IDENTITY_CORE, subject="x' or 'a' eq 'a")
    assert isinstance(identity, Identity)
    assert nobody.records == ()


def another_example(**changes: str) -> Names:
    """The example council with something else about it."""
    return msgspec.structs.replace(field_map("example"), **changes)


async def test_an_entity_set_that_is_not_there_is_no_empty_answer(council: Council) -> None:
    wrong = council.simulator.config()["council"]
    assert isinstance(wrong, dict)
    wrong = {**wrong, "missing": {**wrong["missing"], "entity_set": "episodesmissing"}}
    with pytest.raises(SourceContractBroken, match="HTTP 404"):
        await council.answers(Item.EPISODE_EXISTS, council=wrong)


async def test_a_property_that_is_not_there_is_refused_and_named_to_nobody(
    council: Council,
) -> None:
    wrong = council.simulator.config()["council"]
    assert isinstance(wrong, dict)
    wrong = {**wrong, "missing": {**wrong["missing"], "missing_from": "lostsince"}}
    with pytest.raises(SourceContractBroken, match="HTTP 400") as told:
        await council.answers(Item.EPISODE_STATUS, council=wrong)
    assert "Sentinelle" not in str(told.value)


async def test_a_field_that_was_not_sent_is_said(council: Council) -> None:
    council.simulator.drops = frozenset({"returnedon"})
    council.holds("missing", missingfrom="2026-10-01T10:00:00Z", episodetype__name="Missing")
    told = await council.answers(Item.EPISODE_STATUS)
    assert "field-not-sent" in {note.code for note in told.notes}


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


async def test_an_error_inside_a_200_is_an_error(council: Council) -> None:
    council.simulator.breaks_off_with = {"code": "Timeout", "message": "Sentinelle Ashworth"}
    council.holds("missing", missingfrom="2026-10-01T10:00:00Z")
    with pytest.raises(SourceUnavailable, match="fault of its own") as told:
        await council.answers(Item.EPISODE_EXISTS)
    assert "Ashworth" not in str(told.value)


async def test_a_token_refused_is_renewed_once(council: Council) -> None:
    source = council.connected()
    await source.records(question(source, CHILD, [Item.EPISODE_EXISTS]))
    council.simulator.forgets_tokens()
    await source.records(question(source, CHILD, [Item.EPISODE_EXISTS]))


async def test_without_a_token_endpoint_id_and_secret_are_sent_as_they_are(
    council: Council,
) -> None:
    council.holds("missing", missingfrom="2026-10-01T10:00:00Z")
    assert len((await council.answers(Item.EPISODE_EXISTS, token_url=None)).records) == 1
    with pytest.raises(SourceRefused) as told:
        await council.answers(Item.EPISODE_EXISTS, token_url=None, client_secret="another")
    assert "another" not in str(told.value)


async def test_a_merged_record_is_followed_and_nothing_that_stands_under_it_is_lost(
    council: Council,
) -> None:
    council.simulator.entities.clear()
    council.simulator.person(CHILD, firstname="Robyn", _masterid_value=OTHER_CHILD)
    council.simulator.person(OTHER_CHILD, firstname="Robin")
    council.holds("missing", missingfrom="2026-10-01T10:00:00Z")
    council.simulator.holds("missing", OTHER_CHILD, missingfrom="2026-11-01T10:00:00Z")
    told = await council.answers(Item.EPISODE_STATUS, Item.IDENTITY_CORE)
    assert told.superseded_by == LocalId("council", OTHER_CHILD)
    assert "superseded-person" in {note.code for note in told.notes}
    [identity] = [one for one in told.records if isinstance(one, Identity)]
    assert identity.core is not None
    assert identity.core.given_names == ("Robin",)
    assert len([one for one in told.records if isinstance(one, MissingEpisode)]) == 2


async def test_a_trace_finds_the_survivor_of_a_merge(council: Council) -> None:
    council.simulator.entities.clear()
    council.simulator.person(CHILD, nhsnumber="9990000018", _masterid_value=OTHER_CHILD)
    council.simulator.person(OTHER_CHILD, nhsnumber="9990000018", firstname="Robin")
    [known] = await council.connected().trace(NHSNumber("9990000018"))
    assert known.local_id == LocalId("council", OTHER_CHILD)
    assert known.core.given_names == ("Robin",)


async def test_two_people_with_one_number_are_both_told(council: Council) -> None:
    council.simulator.person(nhsnumber="9990000018")
    council.simulator.person(nhsnumber="9990000018")
    assert len(await council.connected().trace(NHSNumber("9990000018"))) == 2


async def test_a_number_searched_for_in_the_body_stands_in_no_address(council: Council) -> None:
    council.simulator.person(nhsnumber="9990000018")
    [known] = await council.connected(search_in="body").trace(NHSNumber("9990000018"))
    assert known.nhs_number == NHSNumber("9990000018")
    [asked] = council.simulator.asked
    assert (asked.method, asked.path) == ("POST", "/odata/{set}/$query")
    assert asked.query == ()


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
