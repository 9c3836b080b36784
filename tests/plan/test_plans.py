"""A plan and graphql-core give the same bytes, whatever is asked, decided and found."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, cast

import msgspec
import pytest
from graphql import (
    DocumentNode,
    ExecutionResult,
    FragmentDefinitionNode,
    OperationDefinitionNode,
    execute,
    get_variable_values,
    parse,
    validate,
)
from graphql.execution.values import VariableValues
from hypothesis import event, given, settings
from hypothesis import strategies as st

from consent.decision import Decision, Reason
from disclosure.answers import (
    Disclosure,
    Enquiry,
    Refusal,
    ReportState,
    SourceReport,
    Withheld,
)
from disclosure.disclose import Door
from gateway.plan import Plans
from linking.index import Index
from linking.kept import Kept
from records.episode import EpisodeState, EpisodeStatus, Risk, RiskGrade
from records.errors import GatewayError, NotRecorded, PurposeRequired
from records.health import Health, HealthAssessment, HealthNeeds
from records.items import Category, Item
from records.people import Kind
from records.record import Record
from schema.context import Context, Services
from schema.gathering import Gathering
from tests.disclosure.casework import MANAGER, access, bundle, episode
from tests.plan.invented import ASK, GRAPH, NOW, RULE, disclosure_of, document_of
from tests.schema.questions import IDS

BUNDLE = bundle()
CHILD = IDS.child("a-child")


@dataclass(slots=True)
class NoIndex:
    """In these tests every id is the child's own: nobody was joined to anybody."""

    kept: Kept = field(default_factory=Kept)


@dataclass(slots=True)
class GivenDoor:
    """A door that gives what it was given, and counts."""

    given: Disclosure | GatewayError
    bundle: object = field(default=BUNDLE)
    asked: list[Enquiry] = field(default_factory=list)

    async def disclose(self, enquiry: Enquiry) -> Disclosure:
        """What was given, or the fault."""
        self.asked.append(enquiry)
        if isinstance(self.given, GatewayError):
            raise self.given
        return self.given


def context(door: GivenDoor) -> Context:
    """One question, as the gateway would make it."""
    return Context(
        viewer=MANAGER,
        access=access(),
        services=Services(
            door=cast("Door", door),
            index=cast("Index", NoIndex()),
            ids=IDS,
            version="0",
            mode="dev",
        ),
        now=NOW,
        correlation_id="c",
    )


def parts(
    document: DocumentNode,
) -> tuple[OperationDefinitionNode, dict[str, FragmentDefinitionNode]]:
    """The one operation of a document, and its fragments."""
    (operation,) = (n for n in document.definitions if isinstance(n, OperationDefinitionNode))
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    return operation, fragments


async def by_core(
    document: DocumentNode, variables: Mapping[str, Any], asked: Context
) -> ExecutionResult:
    """The answer of graphql-core."""
    result = execute(GRAPH, document, context_value=asked, variable_values=dict(variables))
    if inspect.isawaitable(result):
        result = await result
    assert isinstance(result, ExecutionResult)
    return result


async def by_plan(
    plans: Plans, document: DocumentNode, variables: Mapping[str, Any], asked: Context
) -> bytes | None:
    """The answer of a plan, if there is one."""
    operation, fragments = parts(document)
    return await plans.answer(operation, fragments, variables, asked)


def items_of(document: DocumentNode, variables: dict[str, Any]) -> frozenset[Item]:
    """Every item that a document asks for."""
    operation, fragments = parts(document)
    values = get_variable_values(GRAPH, operation.variable_definitions or (), variables)
    assert isinstance(values, VariableValues)
    roots = Gathering(GRAPH).of(operation, fragments, values).values()
    return frozenset().union(*(root.items for root in roots))


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32), on=st.booleans())
def test_both_ways_give_the_same_bytes(seed: int, *, on: bool) -> None:
    rng = Random(seed)  # noqa: S311 (one seed, one case: nothing here is secret)
    document = parse(document_of(rng))
    assert validate(GRAPH, document) == []
    variables = {"id": CHILD, "on": on}
    found = disclosure_of(items_of(document, variables), rng)
    plans = Plans(GRAPH)

    async def compare() -> None:
        by_resolvers = GivenDoor(found)
        core = await by_core(document, variables, context(by_resolvers))
        door = GivenDoor(found)
        for times in (1, 2):  # the second time, with what the writers learnt from the first
            asked = context(door)
            planned = await by_plan(plans, document, variables, asked)
            if planned is None:
                event("left to graphql-core")
                assert _same(await by_core(document, variables, asked), core)
            else:
                event("planned")
                assert core.errors is None
                assert planned == msgspec.json.encode(core.data)
            assert len(door.asked) == times
            assert door.asked[-1] == by_resolvers.asked[-1]

    asyncio.run(compare())


def _same(one: ExecutionResult, other: ExecutionResult) -> bool:
    errors = [[str(error) for error in each.errors or ()] for each in (one, other)]
    return one.data == other.data and errors[0] == errors[1]


COMMON = """query ($id: ID!) { child(id: $id) { __typename ... on Child { id
  missingEpisodes { state asOf withheld { item says } sources { name state }
    records { id source { name asOf } notes { code } status { state class: episodeState reportedAt asOf }
      risk { state v0: grade withheld { item rules { id quote } ask { label } } sources { name } } } } } } }"""
ITEMS = frozenset({Item.EPISODE_EXISTS, Item.EPISODE_STATUS, Item.RISK_GRADE})

OF_HEALTH = frozenset({Item.HEALTH_EXISTS, Item.HEALTH_NEEDS, Item.HEALTH_ASSESSMENT})


def decided(*withheld: Item) -> dict[Item, Decision]:
    """The items of the common question, all open but these."""
    return {
        item: Decision(
            item=item,
            open=item not in withheld,
            reason=Reason.SILENT if item in withheld else Reason.GRANTED,
            rules=(),
            set_aside=(),
            duties=(),
            holders=frozenset(Kind),
            unverified=False,
        )
        for item in Item
        if item in ITEMS or item in OF_HEALTH
    }


def found(record: Record, *withheld: Item, times: int = 1) -> Disclosure:
    """One record with the police, as often as is said, with what is kept back."""
    report = SourceReport(
        source="police",
        system="a system",
        kind=Kind.POLICE,
        state=ReportState.ANSWERED,
        says="Answered.",
        as_of=NOW,
    )
    return Disclosure(
        ref="ref",
        policy="policy",
        decisions=decided(*withheld),
        records={type(record).category: tuple(replace(record, ref=f"r{n}") for n in range(times))},
        reports={type(record).category: (report,)},
        withheld=tuple(
            Withheld(
                item=item,
                category=Category.EPISODES,
                reason=Refusal.DENIED,
                says="No.",
                rules=(RULE,),
                duties=(),
                ask=ASK,
                can_break_glass=False,
            )
            for item in withheld
        ),
        asked=("police",),
        not_asked={},
    )


EPISODE = replace(
    episode("police"),
    status=EpisodeStatus(state=EpisodeState.MISSING, reported_at=NOW),
    risk=RiskGrade(grade=Risk.HIGH, grade_as_sent="H"),
)


async def test_the_common_question_is_answered_by_a_plan() -> None:
    document = parse(COMMON)
    door = GivenDoor(found(EPISODE, Item.RISK_GRADE, times=2))
    planned = await by_plan(Plans(GRAPH), document, {"id": CHILD}, context(door))

    assert planned is not None
    told = msgspec.json.decode(planned)["child"]["missingEpisodes"]
    assert told["state"] == "REDUCED"
    (record, other) = told["records"]
    assert {**other, "id": record["id"]} == record
    assert record["status"] == {
        "state": "DISCLOSED",
        "class": "MISSING",
        "reportedAt": "2026-11-24T03:00:00Z",
        "asOf": "2026-11-24T03:00:00Z",
    }
    assert record["risk"] == {
        "state": "WITHHELD",
        "v0": None,
        "withheld": [
            {
                "item": "RISK_GRADE",
                "rules": [{"id": "testshire-x", "quote": "not"}],
                "ask": {"label": "the front door"},
            }
        ],
        "sources": [],
    }


class Untouchable:
    """A part whose content nobody may even look at."""

    def __getattribute__(self, name: str) -> object:
        """Nothing of it is to be read."""
        raise AssertionError(name)


async def test_what_is_withheld_is_not_even_looked_at() -> None:
    record = replace(EPISODE, risk=cast("RiskGrade", Untouchable()))
    asked = context(GivenDoor(found(record, Item.RISK_GRADE)))
    assert await by_plan(Plans(GRAPH), parse(COMMON), {"id": CHILD}, asked) is not None


@pytest.mark.parametrize(
    "text",
    [
        "query ($id: ID!) { node(id: $id) { id } }",
        "query ($id: ID!) { child(id: $id) { __typename } version }",
        "query ($id: ID!) { child(id: $id) { ... on Child { health { page { edges { cursor } } } } } }",
        "{ viewer { role } }",
        "{ __typename }",
        "query ($id: ID!) { child(id: $id) { __typename } __schema { queryType { name } } }",
    ],
)
async def test_what_a_plan_does_not_know_is_left_alone(text: str) -> None:
    door = GivenDoor(found(EPISODE))
    asked = context(door)
    assert await by_plan(Plans(GRAPH), parse(text), {"id": CHILD}, asked) is None
    assert asked.reading is None
    assert door.asked == []


@pytest.mark.parametrize("variables", [{}, {"id": None}, {"id": ["a"]}, {"id": 1.5}])
async def test_variables_that_are_wrong_are_left_to_those_who_can_say_so(
    variables: dict[str, Any],
) -> None:
    asked = context(GivenDoor(found(EPISODE)))
    assert await by_plan(Plans(GRAPH), parse(COMMON), variables, asked) is None
    assert (await by_core(parse(COMMON), variables, asked)).errors


async def test_a_fault_of_the_door_is_said_by_graphql_core_without_asking_twice() -> None:
    door = GivenDoor(NotRecorded("The decision could not be written down."))
    asked = context(door)
    document = parse(COMMON)
    assert await by_plan(Plans(GRAPH), document, {"id": CHILD}, asked) is None
    core = await by_core(document, {"id": CHILD}, asked)

    assert core.errors is not None
    assert isinstance(core.errors[0].original_error, NotRecorded)
    assert len(door.asked) == 1


async def test_a_value_of_another_type_is_said_by_graphql_core_without_asking_twice() -> None:
    broken = replace(EPISODE, risk=RiskGrade(grade=cast("Risk", "H"), grade_as_sent=None))
    door = GivenDoor(found(broken))
    asked = context(door)
    document = parse(COMMON)
    assert await by_plan(Plans(GRAPH), document, {"id": CHILD}, asked) is None
    core = await by_core(document, {"id": CHILD}, asked)

    assert core.errors is not None
    assert core.errors[0].path == ["child", "missingEpisodes", "records", 0, "risk", "v0"]
    assert len(door.asked) == 1


@pytest.mark.parametrize("score", [2**31, -(2**31) - 1, True, 3.0, "3"])
async def test_a_number_that_graphql_cannot_hold_is_no_answer_of_a_plan(score: object) -> None:
    record = Health(
        ref="h",
        provenance=EPISODE.provenance,
        assessment=HealthAssessment(
            assessed_on=None, due_on=None, overdue=None, sdq_score=cast("int", score)
        ),
    )
    document = parse(
        """query ($id: ID!) { child(id: $id) { ... on Child {
             health { records { assessment { sdqScore } } } } } }"""
    )
    asked = context(GivenDoor(found(record, times=2)))
    assert await by_plan(Plans(GRAPH), document, {"id": CHILD}, asked) is None


async def test_a_text_where_a_list_is_due_is_no_answer_of_a_plan() -> None:
    needs = HealthNeeds(needs=cast("tuple[str, ...]", "allergies"))
    record = Health(ref="h", provenance=EPISODE.provenance, needs=needs)
    document = parse(
        "query ($id: ID!) { child(id: $id) { ... on Child { health { records { needs { needs } } } } } }"
    )
    asked = context(GivenDoor(found(record, times=2)))
    assert await by_plan(Plans(GRAPH), document, {"id": CHILD}, asked) is None
    assert (await by_core(document, {"id": CHILD}, asked)).errors


async def test_without_a_purpose_a_plan_reads_nothing() -> None:
    door = GivenDoor(found(EPISODE))
    asked = replace(context(door), access=None)
    assert await by_plan(Plans(GRAPH), parse(COMMON), {"id": CHILD}, asked) is None
    core = await by_core(parse(COMMON), {"id": CHILD}, asked)

    assert core.errors is not None
    assert isinstance(core.errors[0].original_error, PurposeRequired)
    assert door.asked == []


async def test_a_switch_is_planned_for_each_of_its_settings() -> None:
    plans = Plans(GRAPH)
    document = parse(
        """query ($id: ID!, $on: Boolean!) { child(id: $id) { ... on Child {
             missingEpisodes { state records @include(if: $on) { status { state } risk { state } } } } } }"""
    )
    told = [
        await by_plan(plans, document, {"id": CHILD, "on": on}, context(GivenDoor(found(EPISODE))))
        for on in (True, False, True)
    ]
    assert told[0] == told[2]
    assert told[1] == b'{"child":{"missingEpisodes":{"state":"REDUCED"}}}'


async def test_plans_are_remembered_within_bounds() -> None:
    plans = Plans(GRAPH)
    for number in range(520):
        document = parse(f'{{ child(id: "x{number}") {{ __typename }} }}')
        await by_plan(plans, document, {}, context(GivenDoor(found(EPISODE))))
    assert len(plans._plans._kept) == 512
