"""CP-IS as it is live: it answers the person who asks, by their own sign-in, and no application."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from adapters.health.simulator import CpisSimulator
from gateway.settings import Settings, SourceSettings
from records.people import Role, Standing
from tests.people import Practitioner
from tests.world import DEADLINE, Child, World, running_world

DOCUMENT = """
query Ask($child: ID!) {
  child(id: $child, consultCpis: true) {
    ... on Child { identity { state } involvements { state sources { name state says } records { source { name } } } }
  }
}
"""
PERSON = "555000000001"


@pytest.fixture(scope="module")
def cpis() -> Iterator[CpisSimulator]:
    with CpisSimulator(users_only=True) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def world(cpis: CpisSimulator) -> Iterator[World]:
    def with_cpis(settings: Settings, _folder: Path) -> Settings:
        described = SourceSettings(
            adapter="health", deadline_seconds=DEADLINE, config=dict(cpis.config())
        )
        return msgspec.structs.replace(settings, sources={**settings.sources, "cp-is": described})

    with running_world(adjust=with_cpis) as running:
        yield running


@pytest.fixture
def child(world: World, cpis: CpisSimulator) -> Child:
    found = world.child(lives_in="Lancashire", looked_after_by="Lancashire")
    cpis.plan(found.number.digits, "Child protection plan", "Lancashire County Council")
    cpis.forgets_what_it_was_asked()
    cpis.by.clear()
    return found


@pytest.fixture
def clinician(world: World, child: Child) -> Practitioner:
    return world.knows(child, Role.HEALTH_PRACTITIONER, Standing.TREATS_CHILD, "RXX02")


def asks(who: Practitioner, child: Child, *shown: str) -> dict[str, object]:
    headers = [("authorization", f"Bearer {who.token()}"), *(("identity-token", t) for t in shown)]
    access = {"purpose": "safeguard", "reason": "Seen in the emergency department tonight"}
    reply = who.world.client.post(
        f"{who.world.url}/graphql",
        json={
            "query": DOCUMENT,
            "variables": {"child": child.id},
            "extensions": {"access": access},
        },
        headers=headers,
    )
    return {"status": reply.status_code, **reply.json()}


def of(told: dict[str, object]) -> dict[str, object]:
    """What is said of CP-IS."""
    answer = told["data"]["child"]["involvements"]  # type: ignore[index]
    (found,) = [one for one in answer["sources"] if one["name"] == "cp-is"]
    return {**found, "state of all": answer["state"]}


def test_a_clinician_who_has_signed_in_looks_in_their_own_name(
    cpis: CpisSimulator, child: Child, clinician: Practitioner
) -> None:
    told = asks(clinician, child, cpis.authority.signs_in(PERSON))
    assert of(told)["state"] == "ANSWERED"
    assert cpis.by == [PERSON]


@pytest.mark.parametrize("shown", [(), ("an-old-sign-in",)])
def test_without_a_sign_in_the_answer_says_what_to_do_and_nobody_was_looked_up(
    cpis: CpisSimulator, child: Child, clinician: Practitioner, shown: tuple[str, ...]
) -> None:
    told = asks(clinician, child, *shown)
    assert of(told)["state"] == "NOT_ASKED"
    assert "Sign in there and ask again" in str(of(told)["says"])
    assert of(told)["state of all"] != "NOTHING_HELD"
    (receipt,) = told["extensions"]["disclosure"]  # type: ignore[index]
    assert {"source": "cp-is", "because": "NEEDS_SIGN_IN"}.items() <= next(
        one for one in receipt["notAsked"] if one["source"] == "cp-is"
    ).items()
    assert cpis.by == []


def test_two_at_once_each_look_in_their_own_name(
    world: World, cpis: CpisSimulator, child: Child, clinician: Practitioner
) -> None:
    other = world.knows(child, Role.HEALTH_PRACTITIONER, Standing.TREATS_CHILD, "RXX02")
    asks(clinician, child, cpis.authority.signs_in("one"))
    asks(other, child, cpis.authority.signs_in("two"))
    assert cpis.by == ["one", "two"]


@pytest.mark.parametrize("shown", [("one", "two"), ("has a blank",), ("x" * 9000,)])
def test_what_is_no_sign_in_is_refused_in_words(
    cpis: CpisSimulator, child: Child, clinician: Practitioner, shown: tuple[str, ...]
) -> None:
    told = asks(clinician, child, *shown)
    assert told["status"] == 400
    assert "Identity-Token" in str(told["errors"])
    assert cpis.asked == []
