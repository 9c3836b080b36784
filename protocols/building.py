"""From what is written in a partnership's files to checked rules and a checked protocol."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from msgspec import UNSET

from protocols.condition import Clause
from protocols.conditions_written import NotSo, clauses, nearest
from protocols.duties_vocabulary import Event
from protocols.protocol import (
    Ask,
    AskRow,
    Authority,
    Grades,
    LocalRole,
    Protocol,
    Repeats,
    Status,
    StatusRule,
    System,
)
from protocols.reading import Page, Place
from protocols.rule import Ambiguity, Applies, Effect, Rule, RuleRef
from protocols.vocabulary import SHAPES, Fact
from protocols.written import Cited, ProtocolFile, WrittenRule, WrittenStatusRule
from records.errors import MalformedIdentifier
from records.identifiers import AuthorityCode
from records.items import Item
from records.people import Kind

LONGEST_QUOTE: Final = 25
EVERY_ITEM: Final = "*"
_ITEMS: Final = {item.value: item for item in Item}
_SUBJECTS: Final = frozenset(item.value.partition(".")[0] for item in Item)
_GRADES: Final = frozenset(SHAPES[Fact.RISK_GRADE].values) - {"none"}
_EVENTS: Final = frozenset(event.value for event in Event)


def protocol_from(page: Page, written: ProtocolFile) -> Protocol:
    """The protocol, without its status rules: those stand in sharing.toml.

    Raises:
        IncompleteProtocol: with file, line and what to do.
    """
    if written.in_force_to is not None and written.in_force_to <= written.in_force_from:
        raise page.wrong(
            Place(key="in_force_to"),
            "`in_force_to` is not after `in_force_from`. Correct one of them.",
        )
    if not written.national and not written.authority:
        raise page.wrong(Place(), "a partnership has at least one [[authority]]. Add it.")
    for table, ids in (
        ("role", [r.id for r in written.role]),
        ("status", [s.id for s in written.status]),
        ("authority", [a.code for a in written.authority]),
    ):
        for index, name in enumerate(ids):
            if name in ids[:index]:
                raise page.wrong(
                    Place(table, index, "id" if table != "authority" else "code"),
                    f"`{name}` stands twice. Rename or remove one.",
                )
    for index, row in enumerate(written.ask):
        for subject in row.subjects:
            if subject != EVERY_ITEM and subject not in _SUBJECTS:
                raise page.wrong(
                    Place("ask", index, "subjects"),
                    f"`{subject}` is not the subject of any item.{nearest(subject, _SUBJECTS)}",
                )
    return Protocol(
        id=written.id,
        catalogue=written.catalogue,
        title=written.title,
        edition=written.edition,
        national=written.national,
        verified=written.verified,
        in_force_from=written.in_force_from,
        in_force_to=written.in_force_to,
        review_on=written.review_on,
        text_file=None if written.text is None else written.text.file,
        text_sha256=None if written.text is None else written.text.sha256,
        authorities=_authorities(page, written),
        police_force=written.police_force,
        terms=written.terms,
        roles=tuple(
            LocalRole(
                id=r.id,
                name=r.name,
                roles=frozenset(r.roles),
                standing=frozenset(r.standing),
                cite=r.cite,
                in_order=tuple(r.roles),
                each=r.each,
            )
            for r in written.role
        ),
        statuses=tuple(
            Status(
                id=s.id, label=s.label, meaning=s.meaning, use=s.use, cite=s.cite, instead=s.instead
            )
            for s in written.status
        ),
        systems=tuple(
            System(name=s.name, kind=s.kind, owner=s.owner, used_for=s.used_for, cite=s.cite)
            for s in written.system
        ),
        asks=tuple(
            AskRow(
                subjects=frozenset(a.subjects),
                kinds=frozenset(a.kinds),
                ask=Ask(role=a.role, label=a.label, why=a.why),
            )
            for a in written.ask
        ),
        status_rules=(),
    )


def _authorities(page: Page, written: ProtocolFile) -> tuple[Authority, ...]:
    found = []
    for index, row in enumerate(written.authority):
        try:
            found.append(Authority(name=row.name, code=AuthorityCode(row.code)))
        except MalformedIdentifier as error:
            raise page.wrong(Place("authority", index, "code"), str(error)) from error
    return tuple(found)


def rule_from(
    page: Page,
    index: int,
    written: WrittenRule,
    protocol: Protocol,
    authorities: frozenset[str],
) -> Rule:
    """One row, checked.

    Raises:
        IncompleteProtocol: with file, line and what to do.
    """
    try:
        found = _clauses(written, protocol, authorities)
        items = _items(written)
        _enough(written.effect, found)
        _own(written)
        _quotable(written, protocol)
        _ours(written.id, protocol)
        if written.starts and written.ends and written.ends <= written.starts:
            raise NotSo("ends", "`ends` is not after `starts`. Correct one of them.")  # noqa: TRY301
    except NotSo as error:
        raise page.wrong(Place("rule", index, error.key), f"{written.id}: {error}") from error
    return Rule(
        ref=ref_from(written, protocol),
        catalogue_id=written.id.partition("/")[0],
        kind=written.kind,
        effect=written.effect,
        items=items,
        clauses=found,
        applies=frozenset({Applies.HOST} if written.applies is UNSET else written.applies),
        holders=frozenset(Kind if written.from_ is UNSET else written.from_),
        because=written.because,
        starts=written.starts or protocol.in_force_from,
        ends=written.ends or protocol.in_force_to,
        national=protocol.national,
        file=page.name,
        line=page.line(Place("rule", index, "id")),
        own_record=written.own_record,
    )


def ref_from(written: Cited, protocol: Protocol) -> RuleRef:
    """The rule as people are shown it."""
    verified = protocol.verified if written.verified is None else written.verified
    doubt = written.ambiguity
    return RuleRef(
        id=written.id,
        protocol=protocol.id,
        title=protocol.title,
        edition=protocol.edition,
        heading=written.cite.heading,
        quote=written.cite.quote,
        says=written.says,
        strength=written.strength,
        basis=written.basis,
        verified=verified,
        ambiguity=None
        if doubt is None
        else Ambiguity(
            issue=doubt.issue, reading=doubt.reading, other=doubt.other, confirm=doubt.confirm
        ),
    )


def status_rule_from(
    page: Page,
    index: int,
    written: WrittenStatusRule,
    protocol: Protocol,
    authorities: frozenset[str],
) -> StatusRule:
    """One status rule, checked: it has exactly one outcome, in words that the protocol defines.

    Raises:
        IncompleteProtocol: with file, line and what to do.
    """
    try:
        found = _clauses(written, protocol, authorities)
        _one_outcome(written)
        _quotable(written, protocol)
        _ours(written.id, protocol)
        _defined(written, protocol)
        _stated(written, protocol)
    except NotSo as error:
        raise page.wrong(
            Place("status_rule", index, error.key), f"{written.id}: {error}"
        ) from error
    grades, repeats = written.grades, written.repeats
    return StatusRule(
        ref=ref_from(written, protocol),
        catalogue_id=written.id.partition("/")[0],
        kind=written.kind,
        clauses=found,
        term=written.term,
        missing=written.missing,
        forbids_term=written.forbids_term,
        defines=written.defines,
        grades=None
        if grades is None
        else Grades(
            allowed=tuple(grades.allowed),
            forbidden=tuple(grades.forbidden),
            starts=grades.starts,
            lowered_by=tuple(grades.lowered_by),
            with_reason=grades.with_reason,
        ),
        repeats=None
        if repeats is None
        else Repeats(
            flag=repeats.flag,
            at_least=repeats.at_least,
            within=None if repeats.within_days is None else timedelta(days=repeats.within_days),
        ),
        presumes=written.presumes,
        decided_by=tuple(written.decided_by),
        states=tuple(written.states),
        participation=tuple(written.participation),
        if_refused=written.if_refused,
        file=page.name,
        line=page.line(Place("status_rule", index, "id")),
    )


def _clauses(
    written: WrittenRule | WrittenStatusRule, protocol: Protocol, authorities: frozenset[str]
) -> tuple[Clause, ...]:
    roles: Mapping[str, LocalRole] = {role.id: role for role in protocol.roles}
    return clauses(written.when, written.unless, roles, authorities)


def _items(written: WrittenRule) -> frozenset[Item]:
    if EVERY_ITEM in written.items:
        if written.effect in {Effect.GRANT, Effect.OVERRIDE}:
            raise NotSo("items", "what opens names its items one by one; `*` is for what closes.")
        return frozenset(Item)
    for name in written.items:
        if name not in _ITEMS:
            raise NotSo(
                "items",
                f"`{name}` is not an item.{nearest(name, _ITEMS)} Use one of records/items.py.",
            )
    return frozenset(_ITEMS[name] for name in written.items)


def _enough(effect: Effect, found: tuple[Clause, ...]) -> None:
    """What opens says to whom: a grant by standing, an override by role, purpose and the override."""
    needed = {
        Effect.GRANT: {Fact.STANDING},
        Effect.OVERRIDE: {Fact.ROLE, Fact.PURPOSE, Fact.OVERRIDE},
    }.get(effect, set())
    for clause in found:
        lacking = needed - {c.fact for c in clause.conditions if not c.negated}
        if lacking:
            names = ", ".join(sorted(f"`{fact.value}`" for fact in lacking))
            raise NotSo(
                "when",
                f"an {effect.value} must also say {names}. Add it to `when`."
                if effect is Effect.OVERRIDE
                else f"a grant must also say {names}, or it is open to strangers. Add it to `when`.",
            )


def _own(written: WrittenRule) -> None:
    if written.own_record and (written.effect is not Effect.GRANT or written.from_ is UNSET):
        raise NotSo(
            "own_record",
            "only a grant speaks of the caller's own organisation's record, and it says of which kind: add `from`.",
        )


def _quotable(written: WrittenRule | WrittenStatusRule, protocol: Protocol) -> None:
    verified = protocol.verified if written.verified is None else written.verified
    if verified and not written.cite.quote.strip():
        raise NotSo(
            "cite", "there is no quotation. Quote the words that say it, or set `verified = false`."
        )
    words = len(written.cite.quote.split())
    if words > LONGEST_QUOTE:
        raise NotSo("quote", f"the quotation has {words} words. Quote at most {LONGEST_QUOTE}.")


def _ours(name: str, protocol: Protocol) -> None:
    if not name.startswith(f"{protocol.catalogue}-"):
        raise NotSo("id", f"the ids of this protocol begin with `{protocol.catalogue}-`.")


def _one_outcome(written: WrittenStatusRule) -> None:
    outcomes = [
        written.term,
        written.forbids_term,
        written.defines,
        written.grades,
        written.repeats,
        written.presumes,
        written.decided_by or None,
        written.participation or None,
    ]
    if sum(outcome is not None for outcome in outcomes) != 1:
        raise NotSo(
            "id",
            "a status rule has exactly one of term, forbids_term, defines, grades, repeats, presumes, decided_by, participation.",
        )


def _defined(written: WrittenStatusRule, protocol: Protocol) -> None:
    """Terms stand among the protocol's statuses, grades among the grades."""
    statuses = {s.id for s in protocol.statuses}
    for key, word in (("term", written.term), ("forbids_term", written.forbids_term)):
        if word is not None and word not in statuses:
            raise NotSo(
                key, f"`{word}` is not a [[status]] of protocol.toml.{nearest(word, statuses)}"
            )
    grades = written.grades
    if grades is None:
        return
    for grade in (*grades.allowed, *grades.forbidden, grades.starts):
        if grade is not None and grade not in _GRADES:
            raise NotSo("grades", f"`{grade}` is not a grade.{nearest(grade, _GRADES)}")


def _stated(written: WrittenStatusRule, protocol: Protocol) -> None:
    """What somebody may state is an event, and whoever decides is among the protocol's roles."""
    if written.states and not written.decided_by:
        raise NotSo("states", "`states` says what those of `decided_by` may say: name them.")
    for key, words, known in (
        ("states", written.states, _EVENTS),
        ("decided_by", written.decided_by, {role.id for role in protocol.roles}),
    ):
        for word in words:
            if word not in known:
                what = "an event" if key == "states" else "a [[role]] of protocol.toml"
                raise NotSo(key, f"`{word}` is not {what}.{nearest(word, known)}")
