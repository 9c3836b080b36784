"""Playing the story: each step as it happens, then one question asked as five people."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any, Final

import httpx2
import msgspec

from gateway.app import Gateway
from gateway.cli.asking import SECONDS, Answer, Why, ask
from gateway.cli.demo.agencies import Agencies
from gateway.cli.demo.people import NURSE, PEOPLE, Person
from gateway.cli.demo.registers import PARTNERSHIP, child_wishes, enter
from gateway.cli.demo.running import StoryClock
from gateway.cli.demo.story import Step, Times, before_it_begins, steps
from gateway.cli.demo.telling import (
    acknowledges,
    begin_polling,
    poll,
    push,
    register_recipients,
    whom_it_was_told,
)
from gateway.issuer import DevelopmentIssuer

QUESTION: Final = (files(__package__) / "question.graphql").read_text(encoding="utf-8")
LEARNT: Final = timedelta(minutes=10)
"""How long after it happened each thing is learnt here."""

TOKEN_MINUTES: Final = 12 * 60

STATUS: Final = """
query Status($child: ID!) {
  child(id: $child) {
    ... on Child {
      missingEpisodes { state records { status { state episodeState } risk { state grade } } }
      returnInterviews { state records { confirmation { state heldBy } } }
    }
  }
}
"""
"""What the allocated social worker asks after each step."""


class Told(msgspec.Struct, frozen=True):
    """What one person was answered, what was kept back, and which systems were asked for it."""

    answer: dict[str, Any]
    withheld: list[dict[str, Any]]
    asked: list[str]
    not_asked: list[dict[str, str]]


class Played(msgspec.Struct, frozen=True):
    """The whole demo as one document. ``elapsed_ms`` is from the first question to the last answer.

    ``told`` is who should know of each thing that happened, as it stood ten minutes after it did;
    ``deadlines`` are the clocks as they stood once the council's system had told of the interview.
    """

    protocol: str
    question: str
    child: str
    roles: dict[str, Told]
    told: list[dict[str, Any]]
    deadlines: list[dict[str, Any]]
    elapsed_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A running gateway with its agencies and the child it is about."""

    url: str
    gateway: Gateway
    agencies: Agencies
    clock: StoryClock
    child_ref: str
    child_id: str
    client: httpx2.AsyncClient

    @property
    def issuer(self) -> DevelopmentIssuer:
        """Who mints the invented people's tokens."""
        assert self.gateway.issuer is not None  # noqa: S101 (the demo is always in development)
        return self.gateway.issuer

    def token(self, person: Person) -> str:
        """An access token for one of the five."""
        return self.issuer.mint(person.role, person.organisation, person.subject, TOKEN_MINUTES)

    async def asks(
        self, person: Person, document: str, variables: Mapping[str, object] | None = None
    ) -> Answer:
        """One person's question, about the child unless it names something else."""
        why = Why(purpose=person.purpose, reason=person.reason)
        return await ask(
            self.client,
            self.url,
            self.token(person),
            document,
            variables={"child": self.child_id} if variables is None else variables,
            why=why,
        )


async def set_stage(
    url: str, gateway: Gateway, agencies: Agencies, clock: StoryClock, now: datetime
) -> Stage:
    """Fill the agencies' systems, and Homeward's own registers, with the invented child."""
    assert gateway.open is not None  # noqa: S101 (it is serving)
    before_it_begins(agencies)
    begins = before(now)
    clock.is_at(begins)
    child_ref = await enter(gateway.open, begins)
    await begin_polling(gateway)
    await register_recipients(gateway.open.engine, begins)
    return Stage(
        url=url,
        gateway=gateway,
        agencies=agencies,
        clock=clock,
        child_ref=child_ref,
        child_id=str(gateway.open.services.ids.child(child_ref)),
        client=httpx2.AsyncClient(timeout=SECONDS),
    )


async def play(stage: Stage, now: datetime, told: Callable[[Step, Answer], None]) -> Played:
    """The story from report to interview, then the question; ``told`` hears of each step."""
    assert stage.gateway.open is not None  # noqa: S101 (it is serving)
    social_worker = PEOPLE[0]
    times = Times.before(now)
    tells: list[dict[str, Any]] = []
    clocks: list[dict[str, Any]] = []
    for step in steps(times):
        stage.clock.is_at(step.at + LEARNT)
        step.happens(stage.agencies)
        if step.pushed:
            await push(stage.client, stage.url, stage.gateway, stage.agencies)
        if step.polled:
            await poll(stage.gateway)
        if step.at == times.interviewed:
            await child_wishes(stage.gateway.open, stage.child_ref, step.at)
        await acknowledges(stage.asks, NURSE)
        now_told = await whom_it_was_told(stage.asks, social_worker)
        there = {tell["id"] for tell in tells}
        tells += [tell for tell in now_told["tells"] if tell["id"] not in there]
        clocks = now_told["deadlines"]
        told(step, await stage.asks(social_worker, STATUS))
    stage.clock.is_today()
    roles: dict[str, Told] = {}
    began = time.perf_counter()
    for person in PEOPLE:
        answer = await stage.asks(person, QUESTION)
        roles[person.role.value] = Told(
            answer=answer.data,
            withheld=kept_back(answer.data),
            asked=answer.asked,
            not_asked=answer.not_asked,
        )
    return Played(
        protocol=PARTNERSHIP,
        question=QUESTION,
        child=stage.child_id,
        roles=roles,
        told=tells,
        deadlines=clocks,
        elapsed_ms=round((time.perf_counter() - began) * 1000, 1),
    )


def kept_back(answer: Any) -> list[dict[str, Any]]:  # noqa: ANN401 (JSON)
    """Every refusal in an answer, once, in the order in which it stands there."""
    found: dict[str, dict[str, Any]] = {}

    def look(value: Any) -> None:  # noqa: ANN401 (JSON)
        if isinstance(value, dict):
            for refusal in value.get("withheld") or []:
                found.setdefault(refusal["item"], refusal)
            for inner in value.values():
                look(inner)
        elif isinstance(value, list):
            for inner in value:
                look(inner)

    look(answer)
    return list(found.values())


def before(now: datetime) -> datetime:
    """When the story begins that is told now."""
    return Times.before(now).reported - timedelta(hours=1)


def today() -> datetime:
    """The instant at which the story is told."""
    return datetime.now(UTC)
