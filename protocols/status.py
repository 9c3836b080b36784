"""What a protocol calls things: who is a child, what is missing, which grades and words may stand.

Each function takes what is known and gives the ruling with the rule that made it. What is not known
is never guessed: a definition that depends on it is neither met nor unmet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from protocols.condition import together
from protocols.protocol import LocalRole, Protocol, StatusRule, Use
from protocols.rule import RuleRef
from protocols.vocabulary import Fact, Known
from records.words import Word

Facts = Mapping[Fact, Known]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """Whether a definition is met: True, False, or None where that is not known.

    ``rule`` is the one that is met or could be; None where the protocol has no such definition.
    """

    met: bool | None
    rule: RuleRef | None


def defined(protocol: Protocol, definition: str, facts: Facts) -> Definition:
    """Whether these facts meet a named definition, such as ``looked-after`` or ``child``.

    Source: the partnership's status rules with ``defines``.
    """
    rules = [rule for rule in protocol.status_rules if rule.defines == definition]
    outcomes = [(together(rule.clauses, facts), rule.ref) for rule in rules]
    for wanted in (True, None, False):
        for outcome, ref in outcomes:
            if outcome is wanted:
                return Definition(met=wanted, rule=ref)
    return Definition(met=None, rule=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A status that the facts certainly give, and whether it counts as missing."""

    status: str
    missing: bool
    rule: RuleRef


def terms(protocol: Protocol, facts: Facts) -> tuple[Term, ...]:
    """Every status that these facts certainly give, in the protocol's order; none when in doubt.

    Source: the partnership's status rules with ``term``.
    """
    return tuple(
        Term(status=rule.term, missing=bool(rule.missing), rule=rule.ref)
        for rule in protocol.status_rules
        if rule.term is not None and together(rule.clauses, facts) is True
    )


class Verdict(Word):
    """What is to be done with a word or a grade that somebody sent."""

    ADMITTED = "admitted"
    RESTRICTED = "restricted"
    REFUSED = "refused"
    NOT_DEFINED = "not-defined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The verdict and the rule behind it.

    RESTRICTED: only for the use that the status's meaning names. NOT_DEFINED: kept as sent, with a
    note, never converted.
    """

    verdict: Verdict
    rule: RuleRef | None


_OF_USE: Final[Mapping[Use, Verdict]] = MappingProxyType(
    {
        Use.ALLOWED: Verdict.ADMITTED,
        Use.RESTRICTED: Verdict.RESTRICTED,
        Use.FORBIDDEN: Verdict.REFUSED,
    }
)


def admit_term(protocol: Protocol, status: str) -> Ruling:
    """Whether a status word may be used of a child under this protocol.

    Source: the partnership's statuses, and its status rules with ``forbids_term``.
    """
    for rule in protocol.status_rules:
        if rule.forbids_term == status:
            return Ruling(verdict=Verdict.REFUSED, rule=rule.ref)
    for known in protocol.statuses:
        if known.id == status:
            return Ruling(verdict=_OF_USE[known.use], rule=None)
    return Ruling(verdict=Verdict.NOT_DEFINED, rule=None)


def admit_grade(protocol: Protocol, grade: str, facts: Facts) -> Ruling:
    """Whether a risk grade may be stored for this child now; a rule that may apply counts.

    Source: the partnership's status rules with ``grades``.
    """
    speaking = _on_grades(protocol, facts)
    for rule in speaking:
        grades = rule.grades
        if grades and (
            grade in grades.forbidden or (grades.allowed and grade not in grades.allowed)
        ):
            return Ruling(verdict=Verdict.REFUSED, rule=rule.ref)
    for rule in speaking:
        if rule.grades and grade in rule.grades.allowed:
            return Ruling(verdict=Verdict.ADMITTED, rule=rule.ref)
    return Ruling(verdict=Verdict.NOT_DEFINED, rule=None)


def first_grade(protocol: Protocol, facts: Facts) -> tuple[str, RuleRef] | None:
    """The grade that a first record starts from; None where the protocol names none.

    Source: the partnership's status rules with ``grades.starts``.
    """
    for rule in _on_grades(protocol, facts):
        if rule.grades and rule.grades.starts:
            return rule.grades.starts, rule.ref
    return None


def may_lower(protocol: Protocol, rank: str, *, reason_recorded: bool, facts: Facts) -> Ruling:
    """Whether somebody of this rank or role may lower a grade.

    Source: the partnership's status rules with ``grades.lowered_by``.
    """
    for rule in _on_grades(protocol, facts):
        if rule.grades and rule.grades.lowered_by:
            by_right = rank in rule.grades.lowered_by
            reasoned = reason_recorded or not rule.grades.with_reason
            verdict = Verdict.ADMITTED if by_right and reasoned else Verdict.REFUSED
            return Ruling(verdict=verdict, rule=rule.ref)
    return Ruling(verdict=Verdict.NOT_DEFINED, rule=None)


def _on_grades(protocol: Protocol, facts: Facts) -> list[StatusRule]:
    return [
        rule
        for rule in protocol.status_rules
        if rule.grades is not None and together(rule.clauses, facts) is not False
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A flag that the child's reported episodes set, and how many counted towards it."""

    flag: str
    episodes: int
    rule: RuleRef


def flags(protocol: Protocol, reported: Iterable[date], on: date) -> tuple[Flag, ...]:
    """The flags set on that day by formally reported episodes, given by the day of each report.

    A window of 90 days is that day and the 89 before it. Reports after that day do not count.

    Source: the partnership's status rules with ``repeats``.
    """
    past = [day for day in reported if day <= on]
    found = []
    for rule in protocol.status_rules:
        repeats = rule.repeats
        if repeats is None:
            continue
        within = repeats.within
        counted = sum(within is None or on - day < within for day in past)
        if counted >= repeats.at_least:
            found.append(Flag(flag=repeats.flag, episodes=counted, rule=rule.ref))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Presumption:
    """What is to be presumed of such a child, in words for the reader."""

    says: str
    rule: RuleRef


def presumptions(protocol: Protocol, facts: Facts) -> tuple[Presumption, ...]:
    """What the protocol presumes where these facts certainly hold.

    Source: the partnership's status rules with ``presumes``.
    """
    return tuple(
        Presumption(says=rule.presumes, rule=rule.ref)
        for rule in protocol.status_rules
        if rule.presumes is not None and together(rule.clauses, facts) is True
    )


def who_decides(protocol: Protocol, facts: Facts) -> tuple[tuple[tuple[str, ...], RuleRef], ...]:
    """Who decides how this child is classified, where the protocol says.

    Source: the partnership's status rules with ``decided_by``.
    """
    return tuple(
        (rule.decided_by, rule.ref)
        for rule in protocol.status_rules
        if rule.decided_by and together(rule.clauses, facts) is True
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitles:
    """A role of the protocol that may state an event, and the rule that lets it."""

    who: LocalRole
    rule: RuleRef


def who_states(protocol: Protocol, event: str, facts: Facts) -> tuple[Entitles, ...]:
    """Who may state that this happened to such a child; nobody where a condition is not certainly met.

    Source: the partnership's status rules with ``decided_by`` and ``states``.
    """
    roles = {role.id: role for role in protocol.roles}
    return tuple(
        Entitles(who=roles[who], rule=rule.ref)
        for rule in protocol.status_rules
        if event in rule.states and together(rule.clauses, facts) is True
        for who in rule.decided_by
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Participation:
    """Whose agreement the interview needs before it takes place, and what follows a refusal.

    This is agreement to take part: another thing than agreement to share what was said.
    """

    needs: tuple[str, ...]
    if_refused: str | None
    certain: bool
    rule: RuleRef


def participation(protocol: Protocol, facts: Facts) -> tuple[Participation, ...]:
    """Whose agreement is needed; ``certain`` is false where a fact that decides it is not known.

    Source: the partnership's status rules with ``participation``.
    """
    found = []
    for rule in protocol.status_rules:
        outcome = together(rule.clauses, facts)
        if rule.participation and outcome is not False:
            found.append(
                Participation(
                    needs=rule.participation,
                    if_refused=rule.if_refused,
                    certain=outcome is True,
                    rule=rule.ref,
                )
            )
    return tuple(found)
