"""What is told of the work: spans by verb, and metrics without people.

One span for a question and one for each system asked, with attributes from a closed list.
No document, variable, name, id of a child or words of an error is ever among them: what is
personal is in answers and nowhere else. What others send as trace context is not continued.
"""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import NoOpTracer, Span, Tracer
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from gateway.settings import Telemetry as TelemetrySettings

_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)


class Attribute(enum.Enum):
    """Everything that a span may say."""

    ROLE = "user.roles"
    OPERATION = "graphql.operation.type"
    DOCUMENT = "homeward.document.hash"
    SOURCE = "homeward.source"
    ITEMS = "homeward.items"
    OUTCOME = "homeward.outcome"
    CORRELATION = "homeward.correlation_id"


class Told:
    """What one piece of work tells of itself when it is done. ``outcome`` is a short slug."""

    def __init__(self, span: Span) -> None:
        self._span = span
        self.outcome = "failed"

    def say(self, attribute: Attribute, value: str | Sequence[str]) -> None:
        """Add one attribute from the closed list."""
        self._span.set_attribute(attribute.value, value)


class Telemetry:
    """The spans and metrics of one gateway. ``processors`` take spans beside the OTLP exporter."""

    def __init__(
        self, settings: TelemetrySettings, processors: Sequence[SpanProcessor] = ()
    ) -> None:
        self.registry = CollectorRegistry(auto_describe=True)
        self._questions = Counter(
            "homeward_questions", "Questions by outcome.", ["outcome"], registry=self.registry
        )
        self._question_seconds = Histogram(
            "homeward_question_seconds",
            "From the request's first byte read to the answer encoded.",
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._asked = Counter(
            "homeward_asked", "Systems asked.", ["source", "outcome"], registry=self.registry
        )
        self._asked_seconds = Histogram(
            "homeward_asked_seconds",
            "How long a system took.",
            ["source"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._beside = Counter(
            "homeward_beside_asking",
            "What was done instead of asking, or again: joined, repeated, held-back, paused.",
            ["source", "what"],
            registry=self.registry,
        )
        self._breakers = Gauge(
            "homeward_breaker",
            "0 closed, 1 half open (a probe is due or under way), 2 open.",
            ["source"],
            registry=self.registry,
        )
        self._data_age = Gauge(
            "homeward_data_age_seconds",
            "How far behind a system's last answer said it was.",
            ["source"],
            registry=self.registry,
        )
        self._overlooked = Counter(
            "homeward_overlooked",
            "Recipients found to have been overlooked, and told late.",
            registry=self.registry,
        )
        self._clocks_changed = Counter(
            "homeward_clocks_reconsidered",
            "Clocks that stopped, started or were set anew because a fact had changed.",
            registry=self.registry,
        )
        self._provider = _provider(settings, processors)
        self._tracer: Tracer = (
            NoOpTracer() if self._provider is None else self._provider.get_tracer("homeward")
        )

    @contextmanager
    def question(self, correlation_id: str) -> Iterator[Told]:
        """One question, from a caller's request to the answer."""
        begun = time.perf_counter()
        # An empty context: whatever trace context came with the request is not continued.
        with self._tracer.start_as_current_span(
            "question", context=Context(), record_exception=False, set_status_on_exception=False
        ) as span:
            told = Told(span)
            told.say(Attribute.CORRELATION, correlation_id)
            try:
                yield told
            finally:
                told.say(Attribute.OUTCOME, told.outcome)
                self._questions.labels(told.outcome).inc()
                self._question_seconds.observe(time.perf_counter() - begun)

    @contextmanager
    def asking(self, source: str, items: Sequence[str]) -> Iterator[Told]:
        """One system asked for some items."""
        begun = time.perf_counter()
        with self._tracer.start_as_current_span(
            f"ask {source}", record_exception=False, set_status_on_exception=False
        ) as span:
            told = Told(span)
            told.say(Attribute.SOURCE, source)
            if span.is_recording():
                told.say(Attribute.ITEMS, sorted(items))
            try:
                yield told
            finally:
                told.say(Attribute.OUTCOME, told.outcome)
                self._asked.labels(source, told.outcome).inc()
                self._asked_seconds.labels(source).observe(time.perf_counter() - begun)

    def beside(self, source: str, what: str) -> None:
        """Something was done instead of asking a system, or it was asked again. ``what`` is a slug."""
        self._beside.labels(source, what).inc()

    def watch_breaker(self, source: str, state: Callable[[], float]) -> None:
        """Read a system's breaker whenever the metrics are read."""
        self._breakers.labels(source).set_function(state)

    def data_age(self, source: str, seconds: float) -> None:
        """How far behind a system said it was."""
        self._data_age.labels(source).set(seconds)

    def reconsidered(self, told: int, clocks: int) -> None:
        """A child was looked at again: so many were told late, so many clocks changed."""
        self._overlooked.inc(told)
        self._clocks_changed.inc(clocks)

    def metrics(self) -> bytes:
        """The metrics as Prometheus reads them."""
        return generate_latest(self.registry)

    def close(self) -> None:
        """Send what is left, and stop."""
        if self._provider is not None:
            self._provider.shutdown()


def _provider(
    settings: TelemetrySettings, processors: Sequence[SpanProcessor]
) -> TracerProvider | None:
    if settings.otlp_endpoint is None and not processors:
        return None
    provider = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(settings.sampled)),
        # Not Resource.create: that adds what the environment says of the machine.
        resource=Resource({"service.name": "homeward"}),
        span_limits=SpanLimits(max_span_attributes=len(Attribute), max_events=0),
        shutdown_on_exit=False,
    )
    if settings.otlp_endpoint is not None:
        exporter = OTLPSpanExporter(endpoint=settings.otlp_endpoint)
        provider.add_span_processor(BatchSpanProcessor(exporter))
    for processor in processors:
        provider.add_span_processor(processor)
    return provider
