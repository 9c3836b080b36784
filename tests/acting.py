"""Putting things on record as practitioners do: by one mutation over HTTP."""

import itertools
from typing import Any

from records.identifiers import NHSNumber
from tests.world import Child, Practitioner

_SERIALS = itertools.count(1)
WHY = "He is in the river and cannot be found by those who look."


def does(who: Practitioner, mutation: str, selection: str, **given: object) -> dict[str, Any]:
    """One mutation with its input; a new clientMutationId unless one is given."""
    given.setdefault("clientMutationId", f"message-{next(_SERIALS):06d}")
    kind = f"{mutation[0].upper()}{mutation[1:]}Input"
    document = f"mutation Do($input: {kind}!) {{ {mutation}(input: $input) {{ {selection} }} }}"
    told = who.sends(document, {"input": given})
    assert "errors" not in told.body, told.body["errors"]
    found: dict[str, Any] = told.body["data"][mutation]
    return found


def records(
    who: Practitioner, mutation: str, child: Child | str, **given: object
) -> dict[str, Any]:
    """Put something on record about a child; the receipt, or the refusal."""
    named = child if isinstance(child, str) else child.id
    selection = (
        "__typename ... on Recorded { id until thisWeek clientMutationId }"
        " ... on Refused { says ask { role label } rules { id } }"
    )
    return does(who, mutation, selection, child=named, **given)


def breaks_glass(
    who: Practitioner,
    child: Child | NHSNumber | str,
    *items: str,
    reason: str = WHY,
    **given: object,
) -> dict[str, Any]:
    """Break glass; what was opened, or the refusal."""
    if isinstance(child, NHSNumber):
        given["nhsNumber"] = child.digits
    else:
        given["child"] = child if isinstance(child, str) else child.id
    selection = (
        "__typename ... on GlassBroken { id items expiresAt reviewDue thisWeek clientMutationId rules { id } }"
        " ... on Refused { says ask { role } rules { id } }"
    )
    return does(who, "breakGlass", selection, items=list(items), reason=reason, **given)


def reviews(who: Practitioner) -> list[dict[str, Any]]:
    """The queue of broken glass."""
    told = who.sends(
        "{ breakGlassReviews { id child role organisation items reason overdue thisWeek"
        " judgementsThisWeek setAside { id } } }"
    )
    assert "errors" not in told.body, told.body["errors"]
    found: list[dict[str, Any]] = told.body["data"]["breakGlassReviews"]
    return found
