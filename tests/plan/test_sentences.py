"""What a subscription says straight to bytes is what graphql-core says, to the byte."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
import strawberry
from graphql import (
    Executor,
    OperationDefinitionNode,
    execute_subscription_event,
    parse,
)
from graphql.language import FragmentDefinitionNode

from gateway.plan.remembering import Remembered
from gateway.plan.sentences import Sentences
from notifications.tables import DeliveryState
from schema import schema
from schema.notified import Notification
from schema.scalars import CloudEvent
from schema.streams import AccessEnded, AccessEndedReason, Heartbeat, HistoryTruncated

CORE = schema._schema
NOON = datetime(2026, 6, 1, 12, 0, 0, 250, tzinfo=UTC)
BODY = b'{"specversion":"1.0","id":"n1","data":{"records":[],"withheld":[{"says":"caf\xc3\xa9"}]}}'
TOLD = Notification(
    id=strawberry.ID("n1"),
    cursor="place",
    sequence=7,
    recipient="E06000008/front-door",
    told=True,
    state=DeliveryState.PENDING,
    child=strawberry.ID("child"),
    event=CloudEvent(msgspec.Raw(BODY)),
)
SAID = [
    TOLD,
    Heartbeat(cursor="place", sequence=7, at=NOON),
    AccessEnded(reason=AccessEndedReason.SIGNED_OUT, says="Sign in again.", resume_from=None),
    HistoryTruncated(says="Begin without a cursor."),
]
EVERYTHING = """
subscription Told($heard: Boolean = true) { heard: notifications { __typename
  ... on Notification { ...Told }
  ... on Heartbeat @include(if: $heard) { cursor seq: sequence at }
  ... on AccessEnded { reason says resumeFrom }
  ... on HistoryTruncated { says } } }
fragment Told on Notification { id cursor sequence recipient told state child event }
"""


def both(text: str, said: object, **variables: object) -> tuple[bytes | None, bytes]:
    """The same event: straight, and by graphql-core."""
    tree = parse(text)
    operation = next(d for d in tree.definitions if isinstance(d, OperationDefinitionNode))
    fragments = {d.name.value: d for d in tree.definitions if isinstance(d, FragmentDefinitionNode)}
    executor = Executor.build(CORE, tree, raw_variable_values=variables)
    assert not isinstance(executor, list)
    sentences = Remembered(CORE, Sentences).of(operation, fragments, executor.variable_values)
    straight = sentences.write(said)
    result = execute_subscription_event(executor.build_per_event_executor(said))
    assert not hasattr(result, "__await__")
    return straight, msgspec.json.encode({"data": result.data})


@pytest.mark.parametrize("said", SAID, ids=lambda said: type(said).__name__)
@pytest.mark.parametrize("heard", [True, False])
def test_both_ways_say_the_same(said: object, *, heard: bool) -> None:
    straight, executed = both(EVERYTHING, said, heard=heard)
    assert straight == executed


def test_what_was_sent_by_other_channels_is_in_it_as_it_is() -> None:
    straight, _ = both("subscription { notifications { ... on Notification { event } } }", TOLD)
    assert straight == b'{"data":{"notifications":{"event":' + BODY + b"}}}"


def test_an_event_of_no_kind_that_the_schema_has_is_left_to_graphql_core() -> None:
    tree = parse("subscription { notifications { __typename } }")
    (operation,) = tree.definitions
    assert isinstance(operation, OperationDefinitionNode)
    executor = Executor.build(CORE, tree)
    assert not isinstance(executor, list)
    sentences = Remembered(CORE, Sentences).of(operation, {}, executor.variable_values)
    assert sentences.write(object()) is None


def test_a_value_of_another_type_is_left_to_graphql_core() -> None:
    wrong = Heartbeat(cursor="place", sequence=2**40, at=NOON)
    text = "subscription { notifications { ... on Heartbeat { sequence } } }"
    tree = parse(text)
    (operation,) = tree.definitions
    assert isinstance(operation, OperationDefinitionNode)
    executor = Executor.build(CORE, tree)
    assert not isinstance(executor, list)
    sentences = Remembered(CORE, Sentences).of(operation, {}, executor.variable_values)
    assert sentences.write(wrong) is None
