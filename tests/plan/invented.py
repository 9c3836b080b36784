"""Documents and disclosures, invented at random; one seed gives one of each, always the same."""

from __future__ import annotations

import dataclasses
import enum
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from typing import Any, Union, get_args, get_origin, get_type_hints

from graphql import GraphQLObjectType, GraphQLSchema, get_named_type

from consent.decision import Decision, Reason
from disclosure.answers import Disclosure, NotAsked, Refusal, ReportState, SourceReport, Withheld
from protocols.protocol import Ask
from protocols.rule import Basis, RuleRef, Strength
from records.identifiers import UPN, AuthorityCode, LocalId, NHSNumber, OfstedURN, PNCId
from records.items import ITEM_CATEGORY, Category, Item
from records.kinds_of_record import RECORD_OF
from records.meeting import Meeting, MeetingKind
from records.people import Kind, Role
from records.record import DataNote, Provenance, Record, parts_of
from schema import schema

GRAPH: GraphQLSchema = schema._schema
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SOURCES = {"police": Kind.POLICE, "social-care": Kind.SOCIAL_CARE}
RULE = RuleRef(
    id="testshire-x",
    protocol="testshire",
    title="Testshire",
    edition="1",
    heading="4",
    quote="not",
    says="They are not told.",
    strength=Strength.MUST,
    basis=Basis.STATED,
    verified=True,
)
ASK = Ask(role=Role.FRONT_DOOR, label="the front door", why="They know.")

_LETTERS = "aZé'\"\\/<\n\t\u2028\U0001f600\u0000 "
_FEW = 3
_CONSULTING = ("", "", ", consultCpis: $on", ", consultCpis: true")


def _words(rng: Random) -> str:
    return "".join(rng.choices(_LETTERS, k=rng.randrange(8)))


def _instant(rng: Random) -> datetime:
    zone = rng.choice([UTC, timezone(timedelta(hours=1))])
    micro = rng.choice([0, 5, 120_000])
    return datetime(2026, 10, rng.randint(1, 30), rng.randrange(24), 5, 7, micro, tzinfo=zone)


_VALUES: dict[Any, Callable[[Random], Any]] = {
    str: _words,
    bool: lambda rng: rng.random() < 0.5,
    int: lambda rng: rng.choice([0, 40, -(2**31), 2**31 - 1, 2**31]),
    datetime: _instant,
    date: lambda rng: date(2026, rng.randint(1, 12), rng.randint(1, 28)),
    NHSNumber: lambda _rng: NHSNumber("9990000018"),
    UPN: lambda _rng: UPN("H801200001001"),
    PNCId: lambda _rng: PNCId("24/123456A"),
    OfstedURN: lambda _rng: OfstedURN("SC123456"),
    AuthorityCode: lambda _rng: AuthorityCode("E10000017"),
    LocalId: lambda _rng: LocalId("police", "p-1"),
}


def of_type(hint: Any, rng: Random, *, broken: bool = False) -> Any:  # noqa: ANN401 (any field)
    """A value of a type that a record may hold; ``broken``: now and then one of another type."""
    if broken and rng.random() < 0.1:
        return rng.choice([7, "7", b"7", 7.5, (None,), Category.HEALTH, NOW])
    if get_origin(hint) in {Union, types.UnionType}:
        return of_type(rng.choice(get_args(hint)), rng, broken=broken)
    if hint is type(None):
        return None
    if get_origin(hint) is tuple:
        (inner, _) = get_args(hint)
        return tuple(of_type(inner, rng, broken=broken) for _ in range(rng.randrange(_FEW)))
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return rng.choice(list(hint))
    if hint in _VALUES:
        return _VALUES[hint](rng)
    hints = get_type_hints(hint)
    return hint(
        **{f.name: of_type(hints[f.name], rng, broken=broken) for f in dataclasses.fields(hint)}
    )


def _record(kind: type[Record], ref: str, rng: Random, *, broken: bool) -> Record:
    hints = get_type_hints(kind)
    return kind(
        ref=ref,
        provenance=Provenance(
            source=rng.choice(list(SOURCES)),
            system="a system",
            as_of=rng.choice([NOW, NOW - timedelta(days=1)]),
            recorded_at=rng.choice([None, NOW]),
        ),
        notes=(DataNote(code="x", says=_words(rng)),) if rng.random() < 0.3 else (),
        **_beside_parts(kind, rng),
        **{name: _part(hints[name], rng, broken=broken) for name in parts_of(kind)},
    )


def _beside_parts(kind: type[Record], rng: Random) -> dict[str, Any]:
    """A meeting has a kind, and the door may have kept its minutes back."""
    if kind is not Meeting:
        return {}
    kept = frozenset({Item.MEETING_MINUTES}) if rng.random() < 0.3 else frozenset[Item]()
    return {"kind": rng.choice(list(MeetingKind)), "kept_back": kept}


def _part(hint: Any, rng: Random, *, broken: bool) -> Any:  # noqa: ANN401 (any part)
    """A part, or none; never broken itself, as no door gives something else for a part."""
    if rng.random() < 0.2:
        return None
    (kind,) = (each for each in get_args(hint) if each is not type(None))
    hints = get_type_hints(kind)
    return kind(
        **{f.name: of_type(hints[f.name], rng, broken=broken) for f in dataclasses.fields(kind)}
    )


def disclosure_of(items: frozenset[Item], rng: Random) -> Disclosure:
    """What the door might give, and what it never would: values in parts that are withheld."""
    categories = [c for c in RECORD_OF if c in {ITEM_CATEGORY[item] for item in items}]
    wanted = items | {RECORD_OF[category].exists for category in categories}
    decided = {item: _decision(item, rng) for item in Item if item in wanted}
    broken = rng.random() < 0.3
    return Disclosure(
        ref="ref",
        policy="policy",
        decisions=decided,
        records={
            category: tuple(
                _record(RECORD_OF[category], ref, rng, broken=broken)
                for ref in "abc"[: rng.randint(0, _FEW)]
            )
            for category in categories
        },
        reports={
            category: tuple(_report(name, rng) for name in SOURCES) for category in categories
        },
        withheld=tuple(
            Withheld(
                item=item,
                category=ITEM_CATEGORY[item],
                reason=rng.choice(list(Refusal)),
                says="No.",
                rules=(RULE,) * rng.randrange(_FEW),
                duties=(RULE,) * rng.randrange(2),
                ask=ASK,
                can_break_glass=rng.random() < 0.5,
            )
            for item, decision in decided.items()
            if not decision.open
        ),
        asked=("police",),
        not_asked={"social-care": NotAsked.WITHHELD},
    )


def _decision(item: Item, rng: Random) -> Decision:
    opens = rng.random() < 0.7
    return Decision(
        item=item,
        open=opens,
        reason=Reason.GRANTED if opens else Reason.SILENT,
        rules=(RULE,),
        set_aside=(),
        duties=(),
        holders=rng.choice([frozenset(Kind), frozenset({Kind.POLICE})]),
        unverified=False,
    )


def _report(name: str, rng: Random) -> SourceReport:
    return SourceReport(
        source=name,
        system="a system",
        kind=SOURCES[name],
        state=rng.choice(list(ReportState)),
        says="So.",
        notes=(DataNote(code="x", says=_words(rng)),) * rng.randrange(2),
        skipped=rng.randrange(2),
        as_of=rng.choice([None, NOW, _instant(rng)]),
    )


@dataclass(slots=True)
class _Writing:
    """A document being written."""

    rng: Random
    fragments: list[str] = field(default_factory=list)
    aliases: int = 0

    def selection(self, kind: GraphQLObjectType) -> str:
        """A selection on a type: fields, aliases, inline and named fragments, switches."""
        names = self.rng.choices(sorted(kind.fields), k=self.rng.randint(1, 6))
        fields = " ".join(
            [
                *(self._field(kind, name) for name in names),
                "__typename" if self.rng.random() < 0.3 else "",
            ]
        )
        match self.rng.randrange(8):
            case 0:
                return f"... on {kind.name} {{ {fields} }} __typename"
            case 1:
                name = f"F{len(self.fragments)}"
                self.fragments.append(f"fragment {name} on {kind.name} {{ {fields} }}")
                return f"...{name} __typename"
            case _:
                return fields

    def _field(self, kind: GraphQLObjectType, name: str) -> str:
        self.aliases += 1
        inner = get_named_type(kind.fields[name].type)
        switch = self.rng.choice(["", "", "", "", "@include(if: $on)", "@skip(if: $on)"])
        if not isinstance(inner, GraphQLObjectType):
            alias = f"a{self.aliases}: " if self.rng.random() < 0.2 else ""
            return f"{alias}{name} {switch}"
        # A page may have other arguments each time, so it never meets itself.
        if name == "page":
            if self.rng.random() < 0.8:
                return "__typename"
            return f"a{self.aliases}: page(first: 2) {switch} {{ {self.selection(inner)} }}"
        alias = f"a{self.aliases}: " if self.rng.random() < 0.3 else ""
        return f"{alias}{name} {switch} {{ {self.selection(inner)} }}"


def document_of(rng: Random) -> str:
    """A question about one child, asked once or twice."""
    child = GRAPH.type_map["Child"]
    assert isinstance(child, GraphQLObjectType)
    writing = _Writing(rng)
    roots = [
        f"{'' if number == 0 else f'r{number}: '}child(id: $id{rng.choice(_CONSULTING)}) {{ __typename "
        f"t: __typename @include(if: $on) ... on NotFoundOrNotPermitted {{ says ask {{ role label }} }} "
        f"... on Child {{ {writing.selection(child)} }} }}"
        for number in range(rng.randint(1, 2))
    ]
    head = "query ($id: ID!, $on: Boolean = true)"
    return "\n".join([f"{head} {{ {' '.join(roots)} }}", *writing.fragments])
