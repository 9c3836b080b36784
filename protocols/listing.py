"""The list of every rule that is carried: its id, how it is treated, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypedDict

from protocols.bundle import Bundle
from protocols.duties import Duty
from protocols.duties_words import said
from protocols.grounds import ground_for
from protocols.protocol import StatusRule
from protocols.rule import Effect, Rule
from protocols.ungrounded import tellings


class Listed(TypedDict):
    """One rule of the catalogue, or one of ours, as it is listed."""

    id: str
    protocol: str
    kind: str
    treatment: str
    citation: str
    verified: bool
    tests: list[str]
    grounds: list[ListedGround]


class ListedGround(TypedDict):
    """A ground in law on which what the rule opens may be told, by the ids of the registers' rows."""

    lawful_basis: str | None
    confidentiality: str | None


def _grounds(
    bundle: Bundle, same: Iterable[Rule | StatusRule | Duty], on: date | None
) -> list[ListedGround]:
    found = {
        ground_for(bundle, telling).ids
        for row in same
        if isinstance(row, Rule)
        for telling in tellings(bundle, row, on)
    }
    return [
        ListedGround(lawful_basis=basis, confidentiality=confidence)
        for basis, confidence in sorted(found, key=str)
    ]


_DOES = {
    Effect.BAR: "closes for good",
    Effect.OVERRIDE: "opens in an emergency",
    Effect.DENY: "withholds",
    Effect.GRANT: "opens",
    Effect.DUTY: "asks for a reason where withheld",
}


def rules_listing(
    bundle: Bundle, tests: Mapping[str, Iterable[str]] | None = None, on: date | None = None
) -> list[Listed]:
    """Every rule once by its catalogue id, with all its rows in the treatment.

    ``tests`` are the names of the tests in which each catalogue id decided something. The grounds of
    what a rule opens are those of one day; of every day on which the registers differ, if none is said.
    """
    reached = {} if tests is None else tests
    rows: dict[str, list[Rule | StatusRule | Duty]] = {}
    carried: list[Rule | StatusRule | Duty] = [*bundle.rules]
    carried += [rule for p in bundle.protocols.values() for rule in p.status_rules]
    carried += [duty for p in bundle.protocols.values() for duty in p.duties]
    for rule in carried:
        rows.setdefault(rule.catalogue_id, []).append(rule)
    return [
        Listed(
            id=name,
            protocol=same[0].ref.protocol,
            kind=same[0].kind.value,
            treatment="; ".join(dict.fromkeys(_treatment(row) for row in same)),
            citation="; ".join(dict.fromkeys(row.ref.heading for row in same)),
            verified=all(row.ref.verified for row in same),
            tests=sorted(reached.get(name, ())),
            grounds=_grounds(bundle, same, on),
        )
        for name, same in rows.items()
    ]


def _treatment(row: Rule | StatusRule | Duty) -> str:
    if isinstance(row, Duty):
        return said(row)
    if isinstance(row, StatusRule):
        return f"status: {_status(row)}"
    items = (
        "every item" if len(row.items) > _MANY else ", ".join(sorted(i.value for i in row.items))
    )
    return f"consent engine: {_DOES[row.effect]} {items}"


_MANY = 40


def _status(row: StatusRule) -> str:
    match row:
        case StatusRule(term=str() as term):
            return f"gives the status {term}"
        case StatusRule(forbids_term=str() as term):
            return f"refuses the word {term}"
        case StatusRule(defines=str() as definition):
            return f"defines {definition}"
        case StatusRule(repeats=repeats) if repeats is not None:
            return f"sets the flag {repeats.flag}"
        case StatusRule(grades=grades) if grades is not None:
            return "says which grades may stand"
        case StatusRule(presumes=str()):
            return "says what is presumed"
        case StatusRule(decided_by=(_, *_)):
            return "says who decides"
        case _:
            return "says whose agreement the interview needs"
