"""Where existence is itself the secret: one answer, whatever lies behind it."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec
import pytest

from disclosure.answers import AnswerState, NotAsked, Refusal, ReportState, state_of
from disclosure.disclose import Disclosure
from disclosure.evening import EVEN_SECONDS
from linking.enrolment import new_child_ref
from records.errors import SourceUnavailable
from records.items import Category, Item
from records.people import Viewer
from tests.disclosure.casework import (
    EPISODE_ITEMS,
    INTERVIEW_ITEMS,
    MANAGER,
    NURSE,
    STRANGER,
    Testshire,
)

# What is compared is made above the database; the door's own tests run on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HEALTH_ITEMS = frozenset({Item.HEALTH_NEEDS, Item.HEALTH_RECORD})


def published(told: Disclosure) -> bytes:
    """All of a disclosure that anybody is shown, but for its reference."""
    states = {category.value: state_of(told, category).value for category in told.records}
    return msgspec.json.encode(
        [
            states,
            told.records,
            told.reports,
            told.withheld,
            told.asked,
            told.not_asked,
            told.policy,
        ]
    )


def _held(world: Testshire) -> str:
    return world.child_ref


def _nothing_held(world: Testshire) -> str:
    for system in world.systems.values():
        system.held.clear()
    return world.child_ref


def _unavailable(world: Testshire) -> str:
    for system in world.systems.values():
        system.fault = SourceUnavailable(system.name, "down")
    return world.child_ref


def _unknown(world: Testshire) -> str:
    return new_child_ref()


BEHIND: dict[str, Callable[[Testshire], str]] = {
    "held": _held,
    "nothing held": _nothing_held,
    "unavailable": _unavailable,
    "a child whom nobody knows": _unknown,
}


@pytest.mark.parametrize("behind", BEHIND.values(), ids=BEHIND)
async def test_a_caller_without_standing_gets_the_same_bytes_whatever_lies_behind(
    testshire: Testshire, behind: Callable[[Testshire], str]
) -> None:
    items = EPISODE_ITEMS | INTERVIEW_ITEMS | HEALTH_ITEMS
    unknown = await testshire.asks(STRANGER, items, child_ref=new_child_ref())

    told = await testshire.asks(STRANGER, items, child_ref=behind(testshire))

    assert published(told) == published(unknown)
    assert [system.asked for system in testshire.systems.values()] == [[], [], []]


@pytest.mark.parametrize("behind", list(BEHIND.values())[:3], ids=list(BEHIND)[:3])
@pytest.mark.parametrize(
    "who,items", [(MANAGER, HEALTH_ITEMS), (NURSE, INTERVIEW_ITEMS)], ids=["manager", "nurse"]
)
async def test_somebody_who_may_know_other_things_gets_the_same_bytes_about_this(
    testshire: Testshire, behind: Callable[[Testshire], str], who: Viewer, items: frozenset[Item]
) -> None:
    unknown = await testshire.asks(who, items, child_ref=new_child_ref())

    told = await testshire.asks(who, items, child_ref=behind(testshire))

    assert published(told) == published(unknown)


async def test_not_confirmed_says_what_it_is_and_whom_to_ask_by_the_role_alone(
    testshire: Testshire,
) -> None:
    told = await testshire.asks(STRANGER, INTERVIEW_ITEMS)

    assert state_of(told, Category.INTERVIEWS) is AnswerState.NOT_CONFIRMED
    assert {refusal.reason for refusal in told.withheld} == {Refusal.NOT_CONFIRMED}
    assert {refusal.rules for refusal in told.withheld} == {()}
    # Testshire's own word for it would tell that the child is Testshire's.
    assert {refusal.ask.label for refusal in told.withheld} == {"the front door"}
    assert told.not_asked == {"social-care": NotAsked.WITHHELD}
    assert not told.confirms(Item.RHI_FULL)


async def test_what_is_not_confirmed_does_not_show_through_what_is(testshire: Testshire) -> None:
    """The home may know of interviews and not of episodes; one system holds both."""
    items = INTERVIEW_ITEMS | EPISODE_ITEMS
    held = await testshire.asks(MANAGER, items)
    testshire.systems["social-care"].held.pop(0)
    not_held = await testshire.asks(MANAGER, items)

    assert state_of(held, Category.EPISODES) is AnswerState.NOT_CONFIRMED
    assert published(held) == published(not_held)
    reports = held.reports[Category.EPISODES]
    assert {report.state for report in reports} == {ReportState.NOT_ASKED}
    assert {report.as_of for report in reports} == {None}


async def test_a_question_for_nothing_is_written_down_and_asks_nobody(
    testshire: Testshire,
) -> None:
    told = await testshire.asks(STRANGER, frozenset())

    assert (told.records, told.withheld, told.asked) == ({}, (), ())
    assert len(await testshire.written("decision")) == 1


@pytest.mark.parametrize("behind", BEHIND.values(), ids=BEHIND)
async def test_an_answer_of_nothing_takes_a_whole_number_of_steps(
    testshire: Testshire, behind: Callable[[Testshire], str]
) -> None:
    """So that a child with rows in the registers does not take longer than one with none."""
    child = behind(testshire)
    began = time.monotonic()

    await testshire.asks(STRANGER, INTERVIEW_ITEMS, child_ref=child)

    assert time.monotonic() - began >= EVEN_SECONDS
