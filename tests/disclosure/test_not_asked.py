"""A system that was not asked is never said to have been, whatever else is said of it."""

import json

import pytest

from disclosure.answers import AnswerState, Disclosure, Enquiry, NotAsked, ReportState, state_of
from records.errors import NeedsExplicitAction, SourceError, SourceHeldBack, SourceUnavailable
from records.items import Category
from records.people import Kind
from tests.disclosure.casework import (
    EPISODE_ITEMS,
    INTERVIEW_ITEMS,
    NOW,
    WORKER,
    Testshire,
    access,
)


async def asks(testshire: Testshire, *, explicit: bool) -> Disclosure:
    """The worker's question of the child's episodes, meant for a national register or not."""
    return await testshire.door.disclose(
        Enquiry(
            viewer=WORKER,
            access=access(),
            child_ref=testshire.child_ref,
            items=EPISODE_ITEMS,
            now=NOW,
            explicit=explicit,
        )
    )


@pytest.mark.parametrize(
    "fault, state, because",
    [
        (SourceHeldBack, ReportState.UNAVAILABLE, NotAsked.HELD_BACK),
        (NeedsExplicitAction, ReportState.NOT_ASKED, NotAsked.NEEDS_ACTION),
    ],
)
async def test_what_was_not_asked_is_said_so_and_is_never_nothing_held(
    testshire: Testshire, fault: type[SourceError], state: ReportState, because: NotAsked
) -> None:
    testshire.systems["police"].fault = fault("police", "was not asked.")
    testshire.systems["social-care"].held.clear()

    told = await testshire.asks(WORKER, EPISODE_ITEMS)

    assert told.asked == ("social-care",)
    assert told.not_asked == {"police": because}
    (police, care) = told.reports[Category.EPISODES]
    assert (police.state, police.not_asked) == (state, because)
    assert police.says.startswith("Was not asked")
    assert "That is not: nothing is held" in police.says
    assert care.not_asked is None
    assert state_of(told, Category.EPISODES) is AnswerState.UNAVAILABLE
    # Of what the others alone hold, their silence still says that nothing is held.
    interviews = await testshire.asks(WORKER, INTERVIEW_ITEMS)
    assert state_of(interviews, Category.INTERVIEWS) is AnswerState.NOTHING_HELD


async def test_a_system_that_did_not_answer_was_asked(testshire: Testshire) -> None:
    testshire.systems["police"].fault = SourceUnavailable("police", "cannot be reached.")
    told = await testshire.asks(WORKER, EPISODE_ITEMS)
    assert told.asked == ("police", "social-care")
    assert told.not_asked == {}


@pytest.mark.parametrize("explicit", [False, True])
async def test_only_a_national_register_is_told_that_a_person_means_it(
    testshire: Testshire, *, explicit: bool
) -> None:
    testshire.systems["police"].kind = Kind.NATIONAL
    await asks(testshire, explicit=explicit)
    (national,) = testshire.systems["police"].asked
    (council,) = testshire.systems["social-care"].asked
    assert national.explicit is explicit
    assert not council.explicit


@pytest.mark.parametrize("explicit", [False, True])
async def test_that_a_person_meant_it_is_in_the_ledger(
    testshire: Testshire, *, explicit: bool
) -> None:
    testshire.systems["police"].fault = NeedsExplicitAction("police", "was not asked.")
    await asks(testshire, explicit=explicit)
    await testshire.door.ledger.close()

    (decision,) = await testshire.written("decision")
    assert json.loads(decision["row"])["body"].get("explicit", False) is explicit
    (receipt,) = await testshire.written("receipt")
    systems = json.loads(receipt["row"])["body"]["systems"]
    assert systems == {"police": "needs-action", "social-care": "answered"}
