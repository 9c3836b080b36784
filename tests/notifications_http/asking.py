"""Asking who has been told, and answering: as practitioners do over HTTP."""

from typing import Any

from tests.people import Practitioner
from tests.world import Child

TELLS = (
    "tells { id recipient event episode happenedAt items state overdue channel dueAt deliveredAt acknowledgedAt"
    " notToldBecause decidedBecause because { id protocol paragraph quote } keptBack { item reason } }"
)
CLOCKS = "id child says dueAt basisAt state owners advisory departed because { id paragraph }"
ASKED = (
    "query Told($child: ID!) { whoHasBeenTold(child: $child) { __typename"
    f" ... on Tellings {{ {TELLS} deadlines {{ {CLOCKS} }} }}"
    " ... on NotFoundOrNotPermitted { says ask { role label } } } }"
)


def told_to(who: Practitioner, child: Child | str) -> dict[str, Any]:
    """Who has been told about a child, as somebody may know it."""
    named = child if isinstance(child, str) else child.id
    told = who.sends(ASKED, {"child": named})
    assert "errors" not in told.body, told.body["errors"]
    found: dict[str, Any] = told.body["data"]["whoHasBeenTold"]
    return found


def lines(who: Practitioner, child: Child, event: str) -> dict[str, dict[str, Any]]:
    """The lines about one kind of event, by recipient."""
    return {
        tell["recipient"]: tell for tell in told_to(who, child)["tells"] if tell["event"] == event
    }


def clocks(who: Practitioner, child: Child, rule: str) -> list[dict[str, Any]]:
    """The clocks of a rule, those due first."""
    return [
        clock
        for clock in told_to(who, child)["deadlines"]
        if any(rule in ref["id"] for ref in clock["because"])
    ]


def mine(who: Practitioner, fields: str) -> list[dict[str, Any]]:
    """Every notice that somebody has, oldest first, page by page: a desk of the town may have hundreds by now."""
    document = (
        "query Mine($after: String) { myNotifications(first: 100, after: $after)"
        f" {{ notifications {{ {fields} }} endCursor hasNextPage }} }}"
    )
    found: list[dict[str, Any]] = []
    page: dict[str, Any] = {"endCursor": None, "hasNextPage": True}
    while page["hasNextPage"]:
        page = sends(who, document, after=page["endCursor"])["myNotifications"]
        found += page["notifications"]
    return found


def sends(who: Practitioner, document: str, **variables: object) -> Any:  # noqa: ANN401 (JSON)
    """The data of a document of one's own."""
    told = who.sends(document, variables)
    assert "errors" not in told.body, told.body["errors"]
    return told.body["data"]
