"""What a protocol refuses of what a system sent: a grade it does not admit, a word it forbids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from protocols.duties_due import Refused, Why
from protocols.duties_history import Occurrence, same_episode
from protocols.duties_views import View
from protocols.duties_vocabulary import Event
from protocols.protocol import Use
from protocols.rule import Applies, RuleRef
from protocols.status import Ruling, Verdict, admit_grade, admit_term, first_grade, may_lower
from protocols.vocabulary import Fact, Known

_GRADED: Final = frozenset({Event.MISSING_RECORDED, Event.RISK_SET, Event.RISK_CHANGED})
_HEIGHT: Final = {"low": 1, "medium": 2, "high": 3}
_KEPT: Final = "It is kept as it was sent, with a note, and never converted."


def refusals(
    view: View, occurrence: Occurrence, history: Sequence[Occurrence] = ()
) -> Iterator[Refused]:
    """A grade or a word in this event that may not stand, with what is put in its place.

    The protocol of the area speaks, whose police grade; no other, and not the nation's.

    Source: the partnership's status rules with ``grades`` and ``forbids_term``.
    """
    if view.protocol.national or view.capacity is not Applies.HOST:
        return
    known: dict[Fact, Known] = {k: v for k, v in view.known.items() if isinstance(k, Fact)}
    grade = known.get(Fact.RISK_GRADE)
    if occurrence.events & _GRADED and isinstance(grade, str) and grade != "none":
        ruling = admit_grade(view.protocol, grade, known)
        first = first_grade(view.protocol, known)
        refused = ruling.verdict is Verdict.REFUSED
        instead = first if refused and Event.RISK_CHANGED not in occurrence.events else None
        if ruling.verdict is not Verdict.NOT_DEFINED or not _defined(view, grade):
            yield from _refused(view, f"risk grade {grade}", ruling, instead)
        if not refused:
            yield from _lowered(view, occurrence, history, grade, known)
    if Event.ABSENT in occurrence.events:
        yield from _refused(view, "absent", admit_term(view.protocol, "absent"), None)


def _lowered(
    view: View,
    occurrence: Occurrence,
    history: Sequence[Occurrence],
    grade: str,
    known: Mapping[Fact, Known],
) -> Iterator[Refused]:
    """A grade that was lowered by somebody who may not, or without the reason that has to be on record."""
    graded = occurrence.graded
    before = [
        past.circumstances[Fact.RISK_GRADE]
        for past in same_episode(occurrence, history)
        if Fact.RISK_GRADE in past.circumstances and past.at <= occurrence.at
    ]
    if graded is None or not before or _HEIGHT.get(grade, 0) >= _HEIGHT.get(str(before[-1]), 0):
        return
    ruling = may_lower(
        view.protocol, graded.rank, reason_recorded=graded.reason_recorded, facts=known
    )
    if ruling.verdict is Verdict.REFUSED:
        yield from _refused(view, f"lowered to {grade}", ruling, None)


def _defined(view: View, grade: str) -> bool:
    """Whether the protocol explains the grade among its words, where no rule admits or refuses any."""
    return any(s.id == f"risk_{grade}" and s.use is Use.ALLOWED for s in view.protocol.statuses)


def _refused(
    view: View, what: str, ruling: Ruling, instead: tuple[str, RuleRef] | None
) -> Iterator[Refused]:
    rule = ruling.rule or (None if instead is None else instead[1])
    if ruling.verdict in {Verdict.REFUSED, Verdict.NOT_DEFINED}:
        defined = "is not a grade or word of this protocol."
        yield Refused(
            what=what,
            verdict=ruling.verdict,
            says=rule.says if rule is not None else f"`{what}` {defined} {_KEPT}",
            because=None if rule is None else Why(rule=rule, as_=view.capacity),
            instead=None if instead is None else instead[0],
        )
