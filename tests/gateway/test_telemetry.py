"""What spans and metrics say: verbs and outcomes, and nobody's data."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import cast

import msgspec
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from gateway.settings import Settings
from gateway.settings import Telemetry as TelemetrySettings
from gateway.sources import Watched
from gateway.telemetry import Attribute, Telemetry
from records.errors import SourceRefused, SourceUnavailable
from records.identifiers import LocalId
from records.items import Item
from records.people import Kind, Purpose
from records.source import Answered, Evidence, Question, Source
from tests.gateway.edges import Served, serving

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ALWAYS = TelemetrySettings(sampled=1.0)


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def traced(spans: InMemorySpanExporter) -> Iterator[Served]:
    settings = msgspec.structs.replace(Settings(listen="127.0.0.1:0"), telemetry=ALWAYS)
    with serving(settings, [SimpleSpanProcessor(spans)]) as served:
        yield served


def said(span: ReadableSpan) -> str:
    return str(span.to_json())


def test_a_question_is_one_span_with_attributes_from_the_list(
    traced: Served, spans: InMemorySpanExporter
) -> None:
    traced.ask("query OfAurelia { role }", {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"})
    (span,) = spans.get_finished_spans()
    assert span.name == "question"
    assert span.parent is None
    attributes = dict(span.attributes or {})
    assert attributes.keys() <= {one.value for one in Attribute}
    assert attributes[Attribute.OUTCOME.value] == "answered"
    assert attributes[Attribute.ROLE.value] == "social-worker"


def test_what_a_caller_writes_is_in_no_span_and_no_metric(
    traced: Served, spans: InMemorySpanExporter
) -> None:
    canary = "Aurelia"
    traced.ask(f'query {canary} {{ {canary}: echo(text: "{canary}") }}')
    traced.ask("query($t: String!) { echo(text: $t) }", variables={"t": canary})
    traced.ask('{ fails(how: "otherwise") }')
    traced.ask(f"{{ {canary}")
    traced.ask("{ role }", {"baggage": f"child={canary}", "User-Agent": canary})
    traced.send("{}", path=f"/{canary}")
    written = "".join(said(span) for span in spans.get_finished_spans())
    assert len(spans.get_finished_spans()) == 6
    assert canary not in written
    metrics = traced.telemetry.metrics().decode()
    assert 'homeward_questions_total{outcome="answered"} 3.0' in metrics
    assert canary not in metrics


def test_spans_are_sampled_by_head_and_none_are_made_when_nobody_takes_them() -> None:
    spans = InMemorySpanExporter()
    never = Telemetry(TelemetrySettings(sampled=0.0), [SimpleSpanProcessor(spans)])
    with never.question("c") as told, never.asking("police", []):
        told.outcome = "answered"
    assert spans.get_finished_spans() == ()
    assert b'homeward_questions_total{outcome="answered"} 1.0' in never.metrics()


class ASystem:
    """A system that answers as it is told to."""

    name = "police"
    system = "an invented system"
    kind = Kind.POLICE
    evidence = Evidence.INFERENCE
    supplies = frozenset({Item.EPISODE_STATUS})

    def __init__(self, outcome: Exception | None) -> None:
        self._outcome = outcome

    async def records(self, question: Question) -> Answered:
        if self._outcome is not None:
            raise self._outcome
        return Answered(records=(), as_of=question.now)


@pytest.mark.parametrize(
    "outcome, slug",
    [
        (None, "nothing-held"),
        (SourceUnavailable("police", "slow"), "unavailable"),
        (SourceRefused("police", "no"), "refused"),
        (ValueError("Aurelia"), "failed"),
        (asyncio.CancelledError(), "given-up"),
    ],
    ids=str,
)
async def test_each_system_asked_is_a_span_within_the_question(
    outcome: Exception | None, slug: str
) -> None:
    spans = InMemorySpanExporter()
    telemetry = Telemetry(ALWAYS, [SimpleSpanProcessor(spans)])
    watched = Watched(cast("Source", ASystem(outcome)), telemetry)
    question = Question(
        subject=LocalId("police", "Aurelia-1"),
        items=frozenset({Item.EPISODE_STATUS}),
        purpose=Purpose.LOCATE,
        asked_for="E10000017",
        request_ref="r",
        now=NOW,
    )
    with telemetry.question("c"):
        if outcome is None:
            await watched.records(question)
        else:
            with pytest.raises(type(outcome)):
                await watched.records(question)
    asked, whole = spans.get_finished_spans()
    assert (asked.name, whole.name) == ("ask police", "question")
    assert asked.parent is not None
    assert whole.context is not None
    assert asked.parent.span_id == whole.context.span_id
    assert dict(asked.attributes or {}) == {
        Attribute.SOURCE.value: "police",
        Attribute.ITEMS.value: ("episode.status",),
        Attribute.OUTCOME.value: slug,
    }
    assert "Aurelia" not in said(asked)
    assert (
        f'homeward_asked_total{{outcome="{slug}",source="police"}} 1.0'
        in telemetry.metrics().decode()
    )
