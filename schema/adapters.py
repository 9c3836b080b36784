"""How the connected systems are doing: the same for every role, and nothing about any child."""

from __future__ import annotations

from datetime import datetime

import strawberry

from records.condition import BreakerState, Condition, SystemHealth
from records.people import Kind
from schema.context import Context
from schema.words import as_enum

as_enum(Condition, "AdapterState")
as_enum(BreakerState)


@strawberry.type(
    description=(
        "How one connected system is doing. Figures are of whole minutes that are over, "
        "and null when there are none."
    )
)
class AdapterHealth:
    """`records.condition.SystemHealth` as the schema says it."""

    name: str = strawberry.field(description="What the system is called here.")
    system: str = strawberry.field(description="The product.")
    agency: Kind = strawberry.field(description="Whose system it is.")
    state: Condition = strawberry.field(description="How it is doing now.")
    breaker: BreakerState = strawberry.field(description="Whether questions reach it now.")
    latency_ms: int | None = strawberry.field(
        description="How long half of its answers took at most, in milliseconds."
    )
    latency_p95_ms: int | None = strawberry.field(
        name="latencyP95Ms",
        description="How long nineteen in twenty of its answers took at most, in milliseconds.",
    )
    data_age_seconds: int | None = strawberry.field(
        description="How far behind its data were when it last answered, in seconds."
    )
    last_answered_at: datetime | None = strawberry.field(
        description="The minute in which it last gave a usable answer."
    )
    losing: list[str] = strawberry.field(
        description=(
            "The categories for which it cannot be relied on now, in words. Another system may still hold some."
        )
    )
    events_late_since: datetime | None = strawberry.field(
        description=(
            "Set where what happens there is told late: nobody has been told of anything that "
            "happened there after this minute. Look there yourself."
        )
    )


def adapters(context: Context) -> list[AdapterHealth]:
    """Every connected system, in the order in which the deployment names them."""
    return [_shown(health) for health in context.services.systems()]


def _shown(health: SystemHealth) -> AdapterHealth:
    return AdapterHealth(
        name=health.name,
        system=health.system,
        agency=health.agency,
        state=health.state,
        breaker=health.breaker,
        latency_ms=health.latency_ms,
        latency_p95_ms=health.latency_p95_ms,
        data_age_seconds=health.data_age_seconds,
        last_answered_at=health.last_answered_at,
        losing=list(health.losing),
        events_late_since=health.events_late_since,
    )
