"""Lists by the page: newest first, no totals, and cursors that say nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from records.episode import EpisodeState, EpisodeStatus, MissingEpisode
from records.errors import WrongArgument
from tests.disclosure.casework import MANAGER, NOW, WORKER, provenance
from tests.schema.questions import Questions, place_of

PAGE = """query ($child: ID!, $first: Int!, $after: String) { child(id: $child) { ... on Child {
  missingEpisodes { page(first: $first, after: $after) {
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { id status { reportedAt } } } } } } } }"""


def _episodes(count: int) -> list[MissingEpisode]:
    """Episodes on as many days, the oldest first, as a system might send them."""
    return [
        MissingEpisode(
            ref=f"ep-{number}",
            provenance=provenance("police"),
            status=EpisodeStatus(
                state=EpisodeState.FOUND, reported_at=NOW - timedelta(days=count - number)
            ),
        )
        for number in range(count)
    ]


@pytest.fixture
def five(questions: Questions) -> Questions:
    """Five episodes, all with the police."""
    questions.testshire.systems["social-care"].held.clear()
    questions.testshire.systems["police"].held[:] = _episodes(5)
    return questions


async def _page(questions: Questions, *, first: int, after: str | None = None) -> dict[str, Any]:
    told = await questions.ask(WORKER, PAGE, first=first, after=after)
    page: dict[str, Any] = told.data["child"]["missingEpisodes"]["page"]
    return page


async def test_pages_follow_one_another_newest_first_until_there_are_no_more(
    five: Questions,
) -> None:
    first = await _page(five, first=2)
    second = await _page(five, first=2, after=first["pageInfo"]["endCursor"])
    third = await _page(five, first=2, after=second["pageInfo"]["endCursor"])

    reported = [
        edge["node"]["status"]["reportedAt"]
        for page in (first, second, third)
        for edge in page["edges"]
    ]
    assert reported == sorted(reported, reverse=True)
    assert len(reported) == 5
    assert [page["pageInfo"]["hasNextPage"] for page in (first, second, third)] == [
        True,
        True,
        False,
    ]
    assert [page["pageInfo"]["hasPreviousPage"] for page in (first, second, third)] == [
        False,
        True,
        True,
    ]


async def test_the_list_at_once_is_in_the_order_of_the_pages(five: Questions) -> None:
    listed = await five.of_child(WORKER, "missingEpisodes { records { id status { state } } }")
    page = await _page(five, first=100)
    assert [each["id"] for each in listed["missingEpisodes"]["records"]] == [
        edge["node"]["id"] for edge in page["edges"]
    ]


async def test_what_follows_the_last_record_is_an_empty_page(five: Questions) -> None:
    whole = await _page(five, first=100)
    after = await _page(five, first=1, after=whole["pageInfo"]["endCursor"])
    assert after["edges"] == []
    assert after["pageInfo"] == {
        "hasNextPage": False,
        "hasPreviousPage": True,
        "startCursor": None,
        "endCursor": None,
    }


@pytest.mark.parametrize("first", [0, -1, 101, 2**31 - 1])
async def test_a_page_of_no_rows_or_of_too_many_is_refused(five: Questions, first: int) -> None:
    told = await five.ask(WORKER, PAGE, first=first)
    assert isinstance(told.error, WrongArgument)


async def test_forged_edited_and_foreign_cursors_are_one_fault(five: Questions) -> None:
    page = await _page(five, first=1)
    cursor = page["pageInfo"]["endCursor"]
    gone = five.ids.cursor(
        five.testshire.child_ref, *place_of(replace(_episodes(1)[0], ref="gone"))
    )
    foreign = five.ids.cursor("somebody else", *place_of(_episodes(1)[0]))
    faults = set()
    for wrong in ("x", cursor[:-1], cursor + "A", gone, foreign, page["edges"][0]["node"]["id"]):
        told = await five.ask(WORKER, PAGE, first=1, after=wrong)
        assert isinstance(told.error, WrongArgument)
        faults.add(str(told.error))
    assert len(faults) == 1


async def test_a_cursor_tells_nothing_where_nothing_may_be_shown(five: Questions) -> None:
    """The home may not know of episodes: a true cursor and a false one read alike."""
    page = await _page(five, first=1)
    text = PAGE.replace("missingEpisodes {", "returnInterviews { state } missingEpisodes { state")
    true = await five.ask(MANAGER, text, first=1, after=page["pageInfo"]["endCursor"])
    false = await five.ask(MANAGER, text, first=1, after="x")
    assert true.data["child"]["missingEpisodes"]["state"] == "NOT_CONFIRMED"
    assert true.sent == false.sent


async def test_the_order_does_not_depend_on_what_is_withheld(five: Questions) -> None:
    """Without the status nothing dates an episode, so their dates cannot move them."""
    text = "missingEpisodes { records { id detail { state } } }"
    before = await five.of_child(WORKER, text)
    dates = [NOW - timedelta(days=3 * number) for number in range(5)]
    five.testshire.systems["police"].held[:] = [
        replace(each, status=EpisodeStatus(state=EpisodeState.FOUND, reported_at=date))
        for each, date in zip(_episodes(5), dates, strict=True)
    ]
    assert await five.of_child(WORKER, text) == before
