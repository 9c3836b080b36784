"""Where existence is the secret, every way in gives one answer: query, node, findChild, pages and errors.

The same bytes whether an interview is held and agreed to, refused, not held, behind a system that is
down, or the child is nobody that any system has heard of.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import pytest

from disclosure.assertion import Says
from records.items import Category
from tests.answers import Told
from tests.scenarios.asked import INTERVIEW
from tests.world import Child, Practitioner, World

Asker = Callable[[World, Child], Practitioner]
ASKERS: Final[dict[str, tuple[str, Asker]]] = {
    "a head teacher in Lancashire": ("Lancashire", World.head_teacher),
    "a head teacher in Essex": ("Essex", World.head_teacher),
    "a nurse in Staffordshire": ("Staffordshire", World.nurse),
    "a head teacher in Somerset": ("Somerset", World.head_teacher),
    "a home in North East Lincolnshire": ("North East Lincolnshire", World.home_manager),
    "a nurse in Stoke": ("Stoke-on-Trent", World.nurse),
}
PAGED: Final = """
page(first: 3, after: $after) {
  edges { cursor node { id account { state account } } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
}
"""


@dataclass(frozen=True)
class Named:
    """A child by everything that somebody could call them, and one of their interviews."""

    id: str
    number: str
    local: str
    interview: str
    cursor: str


_ON_CHILD: Final = f"{{ __typename ... on Child {{ {INTERVIEW} }} }}"
_INTERVIEW: Final = "... on ReturnInterview { confirmation { state heldAt } account { state } }"
_WRONG_PAGE: Final = "returnInterviews { state page(first: 0) { edges { cursor } } }"
_PAGE: Final = f"{{ returnInterviews {{ state {PAGED} }} }}"
WAYS_IN: Final[dict[str, tuple[str, Callable[[Named], dict[str, object]]]]] = {
    "query": (
        f"query ($id: ID!) {{ child(id: $id) {_ON_CHILD} }}",
        lambda named: {"id": named.id},
    ),
    "node of the child": (
        f"query ($id: ID!) {{ node(id: $id) {_ON_CHILD} }}",
        lambda named: {"id": named.id},
    ),
    "node of the interview": (
        f"query ($id: ID!) {{ node(id: $id) {{ __typename {_INTERVIEW} }} }}",
        lambda named: {"id": named.interview},
    ),
    "findChild by number": (
        f"query ($number: String!) {{ findChild(nhsNumber: $number) {_ON_CHILD} }}",
        lambda named: {"number": named.number},
    ),
    "findChild by a system's own id": (
        f'query ($local: String!) {{ findChild(localId: $local, system: "police") {_ON_CHILD} }}',
        lambda named: {"local": named.local},
    ),
    "a page": (
        f"query ($id: ID!, $after: String) {{ child(id: $id) {{ ... on Child {_PAGE} }} }}",
        lambda named: {"id": named.id, "after": named.cursor},
    ),
    "a wrong page": (
        f"query ($id: ID!) {{ child(id: $id) {{ __typename ... on Child {{ {_WRONG_PAGE} }} }} }}",
        lambda named: {"id": named.id},
    ),
}


def looked_after(world: World, area: str, *, interviewed: bool, says: Says) -> Child:
    child = world.child(lives_in=area, looked_after_by=area, placed_with="Elm House")
    if interviewed:
        child.file.interviewed()
    child.registers.child_says(says)
    return child


def names(world: World, child: Child) -> Named:
    """The child as somebody might come to name them, with the id of an interview, held or not."""
    ids = world.parts.services.ids
    digest = bytes(16)
    return Named(
        id=child.id,
        number=child.number.digits,
        local=child.file.nominal,
        interview=ids.record(child.ref, Category.INTERVIEWS, digest),
        cursor=ids.cursor(child.ref, Category.INTERVIEWS, digest),
    )


def interview_of(world: World, child: Child) -> Named:
    """The child, and the interview by the id and the cursor that the child's own manager has of it."""
    told = world.manager(child).asks(
        child, "returnInterviews { page(first: 1) { edges { cursor node { id } } } }"
    )
    (edge,) = told.child["returnInterviews"]["page"]["edges"]
    return replace(names(world, child), interview=edge["node"]["id"], cursor=edge["cursor"])


def nobody(world: World) -> Named:
    """A child whom no system has ever heard of, named as well as can be."""
    ids = world.parts.services.ids
    ref = "N" * 22
    return Named(
        id=ids.child(ref),
        number=world.unused_number().digits,
        local="N-0",
        interview=ids.record(ref, Category.INTERVIEWS, bytes(16)),
        cursor=ids.cursor(ref, Category.INTERVIEWS, bytes(16)),
    )


@dataclass(frozen=True)
class Behind:
    """One asker, and three children who differ only in what lies behind the question."""

    held: Child
    refused: Child
    nothing: Child
    held_named: Named
    asker: Asker

    def __iter__(self) -> Iterator[Child]:
        return iter((self.held, self.refused, self.nothing))


@pytest.fixture(scope="module", params=ASKERS)
def behind(whole_world: World, request: pytest.FixtureRequest) -> Behind:
    for simulator in whole_world.simulators.values():
        simulator.recovers()
    area, asker = ASKERS[request.param]
    held = looked_after(whole_world, area, interviewed=True, says=Says.AGREES)
    return Behind(
        held=held,
        refused=looked_after(whole_world, area, interviewed=True, says=Says.REFUSES),
        nothing=looked_after(whole_world, area, interviewed=False, says=Says.AGREES),
        held_named=interview_of(whole_world, held),
        asker=asker,
    )


@pytest.mark.parametrize("way_in", WAYS_IN)
def test_held_refused_nothing_down_and_unknown_are_the_same_bytes(
    world: World, behind: Behind, way_in: str
) -> None:
    document, variables = WAYS_IN[way_in]
    of_held, of_refused, of_nothing = (behind.asker(world, child) for child in behind)

    def asks(person: Practitioner, one: Named) -> Told:
        return person.sends(document, variables(one))

    answers = {
        "held": asks(of_held, behind.held_named),
        "refused": asks(of_refused, names(world, behind.refused)),
        "nothing held": asks(of_nothing, names(world, behind.nothing)),
        "unknown": asks(of_held, nobody(world)),
    }
    assert world.were_asked() == frozenset()
    world.simulators[behind.held.file.council].fails()
    answers["unavailable"] = asks(of_held, behind.held_named)

    assert {told.status for told in answers.values()} == {200}
    assert len({told.without_reference for told in answers.values()}) == 1
    assert len({len(told.raw) for told in answers.values()}) == 1
    assert len({frozenset(told.reply.headers) for told in answers.values()}) == 1


BESIDE: Final = f"identity {{ state }} {INTERVIEW}"


def test_beside_what_is_confirmed_the_interview_is_still_one_answer(
    world: World, behind: Behind
) -> None:
    answers = [behind.asker(world, child).asks(child, BESIDE) for child in behind]
    world.simulators[behind.held.file.council].fails()
    unavailable = behind.asker(world, behind.held).asks(behind.held, BESIDE)

    assert {told.state("returnInterviews") for told in answers} == {"NOT_CONFIRMED"}
    assert len({told.without_reference for told in answers}) == 1
    assert unavailable.child["returnInterviews"] == answers[0].child["returnInterviews"]


def test_a_wrong_page_is_the_same_error_whether_or_not_there_is_an_interview(
    world: World, behind: Behind
) -> None:
    wrong = f"identity {{ state }} {_WRONG_PAGE}"

    told = [behind.asker(world, child).asks(child, wrong) for child in behind]

    assert all("errors" in one.body for one in told)
    assert len({one.without_reference for one in told}) == 1


def test_two_names_of_one_child_do_not_tell_a_stranger_that_they_are_one(world: World) -> None:
    child = world.child(lives_in="Lancashire", looked_after_by="Lancashire")
    unknown = nobody(world)
    document = """query ($number: String!, $local: String!) {
      one: findChild(nhsNumber: $number) { __typename }
      two: findChild(localId: $local, system: "police") { __typename }
    }"""
    stranger = world.uncle()

    answers = [
        stranger.sends(document, {"number": number, "local": local})
        for number, local in (
            (child.number.digits, child.file.nominal),
            (unknown.number, unknown.local),
        )
    ]

    assert len({told.without_reference for told in answers}) == 1
