"""A plan and graphql-core give the same bytes, whatever is asked, decided and found."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
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

from disclosure.answers import Disclosure, Enquiry
from disclosure.disclose import Door
from gateway.plan import Plans
from linking.index import Index
from records.episode import EpisodeState, EpisodeStatus, RiskGrade
from records.errors import GatewayError, NotRecorded
from records.items import Category, Item
from schema.context import Context, Services
from schema.gathering import Gathering
from tests.disclosure.casework import MANAGER, access, bundle, episode
from tests.plan.invented import GRAPH, NOW, disclosure_of, document_of
from tests.schema.questions import IDS

BUNDLE = bundle()
CHILD = IDS.child("a-child")


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
            index=cast("Index", None),
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


@settings(max_examples=400, deadline=None)
@given(seed=st.integers(0, 2**32), on=st.booleans())
def test_both_ways_give_the_same_bytes(seed: int, *, on: bool) -> None:
    rng = Random(seed)
    document = parse(document_of(rng))
    assert validate(GRAPH, document) == []
    variables = {"id": CHILD, "on": on}
    found = disclosure_of(items_of(document, variables), rng)
    plans = Plans(GRAPH)

    async def compare() -> None:
        core = await by_core(document, variables, context(GivenDoor(found)))
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

    asyncio.run(compare())


def _same(one: ExecutionResult, other: ExecutionResult) -> bool:
    errors = [[str(error) for error in each.errors or ()] for each in (one, other)]
    return one.data == other.data and errors[0] == errors[1]


COMMON = """query ($id: ID!) { child(id: $id) { __typename ... on Child { id
  missingEpisodes { state asOf withheld { item says } sources { name state }
    records { id source { name asOf } notes { code } status { state episodeState reportedAt asOf }
      risk { state grade withheld { item rules { id quote } ask { label } } sources { name } } } } } } }"""


def _found(**changes: object) -> Disclosure:
    """An episode with the police: its status is open, its risk grade is not."""
    from tests.plan.invented import _ASK, _RULE  # noqa: PLC0415, PLC2701

    raise NotImplementedError(changes, _ASK, _RULE)
