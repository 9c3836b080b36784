"""How a council's CareDirector answers: page by page, about another person, merged, with errors inside an answer."""

import msgspec
import pytest

from adapters.caredirector.names import Council as Names
from adapters.caredirector.names import council as field_map
from adapters.caredirector.simulator import CareDirectorSimulator
from gateway.http import PooledHttp
from records.child import Identity
from records.episode import EpisodeState, MissingEpisode
from records.errors import (
    SourceContractBroken,
    SourceRefused,
    SourceUnavailable,
)
from records.identifiers import LocalId, NHSNumber
from records.items import Item
from tests.adapters.asking import question
from tests.adapters.caredirector.conftest import CHILD, Council

OTHER_CHILD = "11111111-2222-4333-8444-555555555555"


def another_example(**changes: str) -> Names:
    """The example council with something else about it."""
    return msgspec.structs.replace(field_map("example"), **changes)


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
