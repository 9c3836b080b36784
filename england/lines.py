"""The simulated England as JSON lines: one child a line, then one line that sums up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from england.people import Child, Incident
from england.population import population
from england.summary import Tally

_encode = msgspec.json.Encoder().encode


def lines(seed: int, children: int, *, tally: Tally | None = None) -> Iterator[bytes]:
    """A line for each child and one for the summary; the same seed gives the same bytes."""
    counted = tally or Tally()
    for child in population(seed, children):
        counted.add(child)
        yield _encode(_child(child))
    yield _encode({"summary": summary(counted)})


def summary(tally: Tally) -> dict[str, Any]:
    """What was made, and each published figure beside it."""
    return {
        "children": tally.children,
        "looked_after": tally.looked_after,
        "twins": tally.twins,
        "without_nhs_number": tally.without_nhs_number,
        "figures": [
            {
                "id": one.figure.id,
                "says": one.figure.says,
                "unit": one.figure.unit,
                "published": one.figure.value,
                "simulated": None if one.simulated is None else round(one.simulated, 3),
                "may_differ_by": round(one.figure.tolerance + one.chance, 3),
                "within": one.within,
                "period": one.figure.period,
                "source": one.figure.source,
            }
            for one in tally.compared()
        ],
    }


def _child(child: Child) -> dict[str, Any]:
    placement = child.placement
    return {
        "child": child.number,
        "household": child.household,
        "given_names": child.given_names,
        "family_name": child.family_name,
        "birth_date": child.birth_date,
        "sex": child.sex.value,
        "nhs_number": child.nhs_number.digits if child.nhs_number else None,
        "twin": child.twin,
        "address": {"line": child.at.line, "postcode": child.at.postcode},
        "responsible_authority": child.responsible.code,
        "placement": None
        if placement is None
        else {
            "in": placement.placed_in.value,
            "line": placement.at.line,
            "postcode": placement.at.postcode,
            "host_authority": placement.at.authority.code,
            "miles": placement.miles,
        },
        "incidents": [_incident(one) for one in child.incidents],
    }


def _incident(one: Incident) -> dict[str, Any]:
    return {
        "was": one.kind.value,
        "recorded": one.recorded.value,
        "from": one.missing_from,
        "found": one.found_at,
    }
