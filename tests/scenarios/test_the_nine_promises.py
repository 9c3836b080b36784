"""The promises that can be kept or broken by one question: each has its tests, named after it.

Promises 6 and 7 (notices and deadlines) are kept by the event side and tested there. Promise 9 has
a file of its own as well, in which a child of sentinel strings goes through everything.
"""

import ast
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
import sqlalchemy as sa

from disclosure.answers import AnswerState
from disclosure.assertion import Says
from linking.storage import writing
from tests.casefile import ACCOUNT
from tests.scenarios.asked import AREAS, EPISODE, EVERYTHING, HEALTH, IDENTITY, INTERVIEW
from tests.scenarios.ledger import row_of
from tests.scenarios.promises import looked_after, modules
from tests.world import Child, World

# 1. One door


def test_promise_1_nothing_but_the_door_asks_a_system_for_records() -> None:
    """But for the watch around each, the check of a new adapter, and polling, which tells nobody."""
    asking = {
        name
        for name, tree in modules()
        if not name.startswith("adapters/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Await)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
        and node.value.func.attr == "records"
    }
    assert asking == {
        "disclosure/asking.py",
        "gateway/watching.py",
        "gateway/conformance.py",
        "gateway/polling/look.py",
    }


def test_promise_1_nothing_but_the_door_imports_what_asks() -> None:
    """But for the comparison of who somebody is, which is in the ledger first and tells nobody."""
    importing = {
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and node.module == "disclosure.asking"
        and {"ask_all"} & {alias.name for alias in node.names}
    }
    assert importing == {"disclosure/disclose.py", "disclosure/comparing.py"}


_EPISODES: Final = "{ ... on Child { missingEpisodes { state } } }"
_PAGE: Final = "{ ... on Child { missingEpisodes { page { edges { cursor } } } } }"
WAYS_IN: Final[dict[str, Callable[[Child], str]]] = {
    "child": lambda child: f'{{ child(id: "{child.id}") {_EPISODES} }}',
    "node": lambda child: f'{{ node(id: "{child.id}") {_EPISODES} }}',
    "a page": lambda child: f'{{ child(id: "{child.id}") {_PAGE} }}',
    "findChild": lambda child: f'{{ findChild(nhsNumber: "{child.number.digits}") {_EPISODES} }}',
}


@pytest.mark.parametrize("way_in", WAYS_IN)
def test_promise_1_every_way_in_leaves_one_decision_in_the_ledger(
    world: World, way_in: str
) -> None:
    child = looked_after(world)
    before = world.does(decisions(world))

    told = world.police_coordinator(child).sends(WAYS_IN[way_in](child))

    (ref,) = told.refs
    assert row_of(world, ref)
    assert world.does(decisions(world)) == before + 1


async def decisions(world: World) -> int:
    """How many decisions the ledger holds."""
    async with world.parts.engine.connect() as connection:
        found = await connection.execute(
            sa.text("SELECT count(*) FROM ledger WHERE kind = 'decision'")
        )
    return int(found.scalar_one())


# 2. Decide, write it down, then ask


@contextmanager
def ledger_that_cannot_be_written(world: World) -> Iterator[None]:
    async def rename(old: str, new: str) -> None:
        async with writing(world.parts.engine) as connection:
            await connection.execute(sa.text(f"ALTER TABLE {old} RENAME TO {new}"))

    world.does(rename("ledger", "ledger_gone"))
    try:
        yield
    finally:
        world.does(rename("ledger_gone", "ledger"))


def test_promise_2_where_the_ledger_cannot_be_written_nothing_is_asked_and_nothing_released(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    child = looked_after(world)
    coordinator = world.police_coordinator(child)

    with ledger_that_cannot_be_written(world):
        told = coordinator.asks(child, EPISODE + INTERVIEW)

    assert world.were_asked() == frozenset()
    (error,) = told.body["errors"]
    assert error["extensions"]["code"] == "NOT_RECORDED"
    assert told.body["data"] is None
    assert ACCOUNT.encode() not in told.raw
    loud = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert loud
    assert child.number.digits not in caplog.text

    again = coordinator.asks(child, INTERVIEW)
    assert again.shown("returnInterviews", "account") == [{"account": ACCOUNT}]


def test_promise_2_a_system_is_never_asked_for_what_the_caller_may_not_see(world: World) -> None:
    child = looked_after(world, says=Says.REFUSES)

    told = world.nurse(child).asks(child, INTERVIEW)

    assert world.were_asked() == told.asked
    assert child.file.was_asked_for("held")
    assert not child.file.was_asked_for("account")


def test_promise_2_the_answer_shows_which_systems_were_not_asked_and_why(world: World) -> None:
    child = looked_after(world, "Essex")

    told = world.head_teacher(child).asks(child, EPISODE + HEALTH)

    (receipt,) = told.body["extensions"]["disclosure"]
    unasked = {one["source"]: one["because"] for one in receipt["notAsked"]}
    assert unasked["health"] == "WITHHELD"
    assert unasked["mosaic"] == "NOT_LINKED"
    assert unasked.keys().isdisjoint(world.were_asked())
    assert unasked.keys() | told.asked == set(world.simulators)


# 3. Absence has a name


def states(world: World) -> dict[AnswerState, str]:
    """Every state, as an answer over HTTP has it."""
    child = looked_after(world)
    never = world.child(lives_in="Lancashire", looked_after_by="Lancashire")
    double = world.child(
        lives_in="Lancashire",
        looked_after_by="Lancashire",
        known_to=frozenset({"police", "police-twice", "council", "health"}),
    )
    asked = {
        AnswerState.DISCLOSED: (world.police_coordinator(child), child, "missingEpisodes"),
        AnswerState.REDUCED: (world.home_manager(child), child, "returnInterviews"),
        AnswerState.WITHHELD: (world.social_worker(child), child, "health"),
        AnswerState.NOTHING_HELD: (world.police_coordinator(never), never, "missingEpisodes"),
        AnswerState.AMBIGUOUS: (world.officer(double), double, "intelligence"),
        AnswerState.NOT_CONFIRMED: (world.head_teacher(child), child, "returnInterviews"),
    }
    found = {
        state: who.asks(of, f"{IDENTITY} {EVERYTHING}").state(category)
        for state, (who, of, category) in asked.items()
    }
    world.police.fails()
    told = world.officer(child).asks(child, f"{IDENTITY} {EVERYTHING}")
    return {**found, AnswerState.UNAVAILABLE: told.state("intelligence")}


def test_promise_3_each_kind_of_absence_has_a_name_of_its_own_and_none_is_null(
    world: World,
) -> None:
    found = states(world)

    assert found == {state: state.name for state in AnswerState}


def test_promise_3_what_is_old_says_how_old_it_is(world: World) -> None:
    """Liquidlogic's reporting copy is made at night: nine hours behind when asked."""
    child = looked_after(world)
    told = world.social_worker(child).asks(
        child, "returnInterviews { asOf sources { name asOf } records { source { asOf } } }"
    )

    as_of = datetime.fromisoformat(told.child["returnInterviews"]["asOf"])

    assert datetime.now(UTC) - as_of > timedelta(hours=8)
    assert {record["source"]["asOf"] for record in told.child["returnInterviews"]["records"]}


# 4. Every decision shows its source


@pytest.mark.parametrize("area", AREAS)
def test_promise_4_every_refusal_by_a_paragraph_shows_it_and_every_refusal_whom_to_ask(
    world: World, area: str
) -> None:
    child = looked_after(world, area, says=Says.REFUSES)
    child.file.trigger_plan()
    rules = {rule.ref.id: rule.ref for rule in world.parts.bundle.bundle.rules}
    shown = 0

    for asker in (
        world.home_manager(child),
        world.police_coordinator(child),
        world.nurse(child),
        world.social_worker(child),
    ):
        told = asker.asks(child, EVERYTHING.replace("quote }", "quote says version protocol }"))
        for category in (name for name in told.child if name not in {"__typename", "identity"}):
            for kept in told.withheld(category).values():
                assert kept["ask"]["label"]
                assert bool(kept["rules"]) is (kept["reason"] in {"DENIED", "NO_CONSENT"})
                for rule in kept["rules"]:
                    shown += 1
                    ref = rules[rule["id"]]
                    assert (rule["paragraph"], rule["quote"]) == (ref.heading, ref.quote)
                    assert rule["says"] == ref.says
                    assert rule["version"] == ref.edition
    assert shown


@pytest.mark.parametrize("area", AREAS)
def test_promise_4_what_is_granted_has_its_paragraph_on_record_too(world: World, area: str) -> None:
    child = looked_after(world, area)
    known = {rule.ref.id for rule in world.parts.bundle.bundle.rules}

    told = world.police_coordinator(child).asks(child, EPISODE + INTERVIEW)

    (ref,) = told.refs
    body: dict[str, Any] = json.loads(row_of(world, ref))["body"]
    assert body["open"]
    for rules in body["open"].values():
        assert rules
        assert set(rules) <= known
    assert body["policy"] == world.parts.bundle.bundle.digest
