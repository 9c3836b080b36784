"""Every way in which somebody can ask whether an interview with a child is held: documents and variables."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from records.identifiers import NHSNumber
from records.items import Category
from schema.ids import Ids
from tests.world import Child, World

_KEYS: Final = itertools.count(10_000_000)
_RECORDS: Final = "records { id confirmation { state heldAt } account { state account } }"
_ANSWER: Final = (
    "state asOf withheld { item reason says rules { id } ask { role label } duties { id } }"
    " sources { name state }"
)
_ON_CHILD: Final = (
    f"{{ __typename ... on Child {{ returnInterviews {{ {_ANSWER} {_RECORDS} }} }} }}"
)
_ON_RECORD: Final = "{ __typename ... on ReturnInterview { confirmation { state heldAt } } }"
_PAGE: Final = (
    "{ __typename ... on Child { returnInterviews { state page(first: 3, after: $after)"
    " { edges { cursor node { id } } pageInfo { hasNextPage } } } } }"
)
_WRONG: Final = (
    "{ __typename ... on Child { returnInterviews { state page(first: 0) { edges { cursor } } } } }"
)
_REFUSED: Final = "... on Refused { says }"
_TOLD: Final = "{ __typename ... on Tellings { tells { id event } deadlines { id says } } }"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A child by everything that somebody could call them. ``interview`` and ``cursor`` may be of none."""

    id: str
    number: str
    local: str
    interview: str
    cursor: str


def named(world: World, child: Child) -> Named:
    """A child, as somebody who has had their ids might name them."""
    return _named(world.parts.services.ids, child.ref, child.number, child.file.nominal)


def nobody(world: World) -> Named:
    """A child whom no system has ever heard of, named as well as can be."""
    return _named(world.parts.services.ids, "N" * 22, world.unused_number(), "N-0")


def _named(ids: Ids, ref: str, number: NHSNumber, local: str) -> Named:
    digest = bytes(16)
    return Named(
        id=ids.child(ref),
        number=number.digits,
        local=local,
        interview=ids.record(ref, Category.INTERVIEWS, digest),
        cursor=ids.cursor(ref, Category.INTERVIEWS, digest),
    )


Variables = Callable[[Named], dict[str, Any]]


def _by_id(one: Named) -> dict[str, Any]:
    return {"id": one.id}


def _request(one: Named) -> dict[str, Any]:
    asked = {
        "child": one.id,
        "items": ["RHI_FULL"],
        "reason": "Asked in a measurement of times",
        "clientMutationId": str(next(_KEYS)),
    }
    return {"input": asked}


WAYS_IN: Final[Mapping[str, tuple[str, Variables]]] = MappingProxyType(
    {
        "child": (f"query ($id: ID!) {{ child(id: $id) {_ON_CHILD} }}", _by_id),
        "node of the child": (f"query ($id: ID!) {{ node(id: $id) {_ON_CHILD} }}", _by_id),
        "node of the record": (
            f"query ($id: ID!) {{ node(id: $id) {_ON_RECORD} }}",
            lambda one: {"id": one.interview},
        ),
        "findChild, NHS number": (
            f"query ($number: String!) {{ findChild(nhsNumber: $number) {_ON_CHILD} }}",
            lambda one: {"number": one.number},
        ),
        "findChild, local id": (
            f'query ($local: String!) {{ findChild(localId: $local, system: "police") {_ON_CHILD} }}',
            lambda one: {"local": one.local},
        ),
        "a page": (
            f"query ($id: ID!, $after: String) {{ child(id: $id) {_PAGE} }}",
            lambda one: {"id": one.id, "after": one.cursor},
        ),
        "an error of the field": (f"query ($id: ID!) {{ child(id: $id) {_WRONG} }}", _by_id),
        "explainAccess": (
            (
                "query ($id: ID!) { explainAccess(child: $id, items: [RHI_FULL]) { __typename"
                f" ... on AccessExplained {{ items {{ item open reason }} }} {_REFUSED} }} }}"
            ),
            _by_id,
        ),
        "accessLog": (
            (
                "query ($id: ID!) { accessLog(child: $id) { __typename"
                f" ... on AccessLog {{ entries {{ what }} }} {_REFUSED} }} }}"
            ),
            _by_id,
        ),
        "whoHasBeenTold": (f"query ($id: ID!) {{ whoHasBeenTold(child: $id) {_TOLD} }}", _by_id),
        "deadlines": ("query ($id: ID!) { deadlines(child: $id) { id says } }", _by_id),
        "requestDisclosure": (
            (
                "mutation ($input: RequestDisclosureInput!) { requestDisclosure(input: $input)"
                " { __typename ... on Requested { asked { role label } } ... on Refused { says } } }"
            ),
            _request,
        ),
    }
)
"""Each way in, but for subscriptions: what is sent, and what it is sent with."""
