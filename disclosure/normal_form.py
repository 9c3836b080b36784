"""A situation as the ledger keeps it, so that a past decision can be taken again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from consent.situation import Situation
from consent.vocabulary import UNKNOWN, Fact, Known
from disclosure.chain import Plain
from records.people import Purpose, Role, Standing

_UNKNOWN = "?"
"""For standings and places, where absence already means something; unknown facts are left out."""


def written(situation: Situation) -> Mapping[str, Plain]:
    """The situation in plain values, always the same for the same situation."""
    standings, host, responsible = situation.standings, situation.host, situation.responsible
    return {
        "role": situation.role.value,
        "purpose": situation.purpose.value,
        "on": situation.on.isoformat(),
        "standings": _UNKNOWN if standings is UNKNOWN else sorted(s.value for s in standings),
        "host": _UNKNOWN if host is UNKNOWN else host,
        "responsible": _UNKNOWN if responsible is UNKNOWN else responsible,
        "facts": {
            fact.value: sorted(value) if isinstance(value, frozenset) else value
            for fact, value in situation.facts.items()
            if value is not UNKNOWN
        },
    }


def read(form: Mapping[str, Any]) -> Situation:
    """The situation that was written."""
    standings, facts = form["standings"], form["facts"]
    return Situation(
        role=Role(form["role"]),
        purpose=Purpose(form["purpose"]),
        on=date.fromisoformat(form["on"]),
        standings=UNKNOWN if standings == _UNKNOWN else frozenset(map(Standing, standings)),
        host=UNKNOWN if form["host"] == _UNKNOWN else form["host"],
        responsible=UNKNOWN if form["responsible"] == _UNKNOWN else form["responsible"],
        facts={Fact(name): _value(value) for name, value in facts.items()},
    )


def _value(value: bool | int | str | list[str]) -> Known:  # noqa: FBT001 (a fact's value may be yes or no)
    return frozenset(value) if isinstance(value, list) else value
