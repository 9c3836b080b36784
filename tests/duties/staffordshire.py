"""Children of Staffordshire and of Stoke-on-Trent in tests, and what follows for them in a readable form.

Reported missing on Monday 12 January 2026 at 18:00, recorded at 18:10, found the next morning at 9.
Rules are named without the prefix of their protocol.
"""

from __future__ import annotations

from typing import Final

import pytest

from protocols.duties_due import Due, TaskKind
from protocols.duties_vocabulary import Circumstances
from protocols.vocabulary import Known
from tests.duties.casework import happens, known, lives, when

STAFFORDSHIRE: Final = "E10000028"
STOKE: Final = "E06000021"
PROTOCOL: Final = "staffordshire-stoke"
MISSING: Final = happens(["child-reported-missing", "missing-recorded"], name="missing")
BACK: Final = happens("child-found", name="back", returned_by="own-accord", located_by="carer")
F_72H: Final = "2026-01-16T09:00Z"

in_either = pytest.mark.parametrize("council", [STAFFORDSHIRE, STOKE])
"""The test runs for a child of each of the two councils."""

_PREFIX: Final = "staffs-"
_TO_DO: Final = (TaskKind.DO, TaskKind.MEET, TaskKind.ASK)


def a_child(
    council: str, at: str | None = None, *, age: int = 15, care: bool = False, **more: Known
) -> Circumstances:
    """A child of that council, open to social work, at medium risk, with nothing unusual on record."""
    usual: dict[str, Known] = {
        "open_to_social_care": True,
        "known_to_services": True,
        "open_to": frozenset({"social-work"}),
        "placement_type": "residential" if care else "none",
        "risk_grade": "medium",
        "uasc": False,
        "pattern_developing": False,
        "pr_contact_unsafe": False,
    }
    return lives(council, at, age=age, looked_after=care, **{**usual, **more})


def a_child_not_open(council: str, **more: Known) -> Circumstances:
    """A child of that council at home, whom no service knows."""
    nobody = known(open_to_social_care=False, known_to_services=False, open_to=frozenset())
    return {**a_child(council), **nobody, **known(**more)}


def why_told(due: Due, role: str) -> set[str]:
    """The rules that have this role told."""
    whys = [why for notice in due.notices for why in notice.because]
    return {why.rule.id.removeprefix(_PREFIX) for why in whys if why.role == role}


def all_certain(due: Due) -> bool:
    """Whether nobody is told because of a condition that is not known."""
    return all(why.certain for notice in due.notices for why in notice.because)


def clocks_of(due: Due) -> dict[str, str]:
    """When the clock of each rule is due."""
    return {c.because.rule.id.removeprefix(_PREFIX): when(c.due_at) for c in due.clocks}


def tasks_of(due: Due, *kinds: TaskKind) -> dict[str, tuple[str, ...]]:
    """Whose task it is, by rule; records apart."""
    return {
        t.because.rule.id.removeprefix(_PREFIX): tuple(to.role.id for to in t.owners)
        for t in due.tasks
        if t.kind in (kinds or _TO_DO)
    }


def records_of(due: Due) -> dict[str, tuple[str, ...]]:
    """In which systems each rule has something kept."""
    return {
        t.because.rule.id.removeprefix(_PREFIX): t.keep.where
        for t in due.tasks
        if t.kind is TaskKind.RECORD and t.keep is not None
    }


def interviewers_of(due: Due) -> list[str]:
    """Who answers for the return interview."""
    return [to.role.id for a in due.answers if a.matter == "return-interview" for to in a.who]


def chairs_of(due: Due) -> list[str]:
    """Who chairs the one Missing Intervention Meeting that follows."""
    [meeting] = [t for t in due.tasks if t.kind is TaskKind.MEET]
    assert meeting.meeting == "missing-intervention"
    return [to.role.id for to in meeting.chair]
