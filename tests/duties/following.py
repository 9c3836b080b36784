"""What follows from an event, in the few words that a worked situation compares."""

from typing import Final

from protocols.duties_due import Due, TaskKind
from tests.duties.casework import FOUND, happens, when

MISSING: Final = happens(["child-reported-missing", "missing-recorded"], name="missing")
"""Reported at 18:00 on Monday 12 January 2026 and recorded ten minutes later."""

BACK: Final = happens("child-found", FOUND, name="back")
"""Found at 9 the next morning."""


def told(due: Due) -> dict[str, str]:
    """Items by role, with the authority after an ``@`` where the role is one of an authority's."""
    return {
        _name(n.to.role.id, n.to.authority): " ".join(sorted(item.value for item in n.items))
        for n in due.notices
    }


def told_whom(due: Due) -> dict[tuple[str, str | None], str]:
    """Items by the rule's word for whom it tells and the authority, one entry to an addressee."""
    return {
        (n.to.role.id, n.to.authority if isinstance(n.to.authority, str) else None): " ".join(
            sorted(item.value for item in n.items)
        )
        for n in due.notices
    }


def because(due: Due, role: str) -> set[str]:
    """The rules by which a role is told."""
    return {why.rule.id for n in due.notices if n.to.role.id == role for why in n.because}


def clocks(due: Due) -> dict[str, str]:
    """When each clock is due, by its rule; to the minute, in UTC."""
    return {c.because.rule.id: when(c.due_at) for c in due.clocks}


def tasks(due: Due, *kinds: TaskKind) -> dict[str, tuple[str, ...]]:
    """Whose task it is, by rule: of these kinds, or of every kind but records."""
    wanted = kinds or tuple(k for k in TaskKind if k is not TaskKind.RECORD)
    return {
        t.because.rule.id: tuple(to.role.id for to in t.owners)
        for t in due.tasks
        if t.kind in wanted
    }


def records(due: Due) -> dict[str, tuple[str, ...]]:
    """In which systems something is kept, by rule."""
    return {t.because.rule.id: t.keep.where for t in due.tasks if t.keep is not None}


def answers(due: Due, matter: str) -> dict[str, tuple[str, ...]]:
    """Who answers for a matter, by rule."""
    return {
        a.because.rule.id: tuple(_name(to.role.id, to.authority) for to in a.who)
        for a in due.answers
        if a.matter == matter
    }


def _name(role: str, authority: object) -> str:
    return f"{role}@{authority}" if isinstance(authority, str) else role
