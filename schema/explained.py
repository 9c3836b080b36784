"""Why something is shown or withheld, and who has asked about a child."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Annotated, Final

import strawberry

from consent.bundle import Effect
from consent.explain import Tested as TestedRule
from consent.explain import Tried
from consent.grounds import Giver
from disclosure.answers import Refusal
from disclosure.doing import NotDone
from disclosure.entries import EntryKind
from disclosure.explaining import Explained, explain_access
from disclosure.grounding import InWords
from disclosure.report import AccessReport, Line, read_access_log
from records.errors import WrongArgument
from records.items import Item
from records.people import Kind, Purpose, Role
from schema.answer import Ask, RuleRef
from schema.asker import desk_of, doing, door_of, some
from schema.child import CATEGORY_OF_FIELD
from schema.context import Context
from schema.published import item_fields
from schema.recorded import Refused, refused
from schema.telling import ask, rule
from schema.words import as_enum, graphql_name

as_enum(Effect, "RuleEffect")
as_enum(EntryKind, "AccessKind")

LARGEST_PAGE: Final = 200


@strawberry.type(description="One condition of a rule, and how it stands.")
class ConditionTested:
    """A condition about the child shows that it exists, never how it stands, but to those who check."""

    says: str = strawberry.field(description="The condition.")
    holds: bool | None = strawberry.field(
        description="Whether it holds; null: not known, or not told."
    )
    told: bool = strawberry.field(description="Whether you may be told how it stands.")


@strawberry.type(description="One rule that speaks of the item to this role.")
class RuleTried:
    """A rule, and whether it counted."""

    rule: RuleRef = strawberry.field(description="The rule.")
    effect: Effect = strawberry.field(description="What it does.")
    counted: bool | None = strawberry.field(description="Whether it counted; null where not told.")
    conditions: list[ConditionTested] = strawberry.field(description="What it asks for.")


@strawberry.type(description="A rule that would open the item, and what it lacks.")
class NearMiss:
    """What would have to be otherwise."""

    rule: RuleRef = strawberry.field(description="The rule.")
    lacks: list[str] = strawberry.field(description="What is lacking, as far as you may be told.")


@strawberry.type(description="On what ground in law an item is told.")
class DisclosureGround:
    """`disclosure.grounding.InWords` as the schema says it."""

    told_by: Kind | None = strawberry.field(
        description="Whose records; null where it stands for several."
    )
    own_record: bool = strawberry.field(
        description="Whether those are the records of the caller's own organisation."
    )
    lawful_basis: str | None = strawberry.field(
        description="The row of the register of lawful bases, by its id; null where there is none."
    )
    law: str = strawberry.field(description="Its provisions.")
    confidentiality: str | None = strawberry.field(
        description="The row of the register of confidentiality, by its id; null where there is none."
    )
    met_by: str = strawberry.field(description="How the duty of confidence is met.")
    source: str = strawberry.field(description="By which law.")
    plain_english: list[str] = strawberry.field(description="Both, said to the child.")
    verified: bool = strawberry.field(
        description="Whether somebody accountable has confirmed both rows."
    )


@strawberry.type(description="Why one item is open or withheld.")
class ItemExplained:
    """`disclosure.explaining.Explained` as the schema says it."""

    item: Item = strawberry.field(description="The item.")
    open: bool = strawberry.field(description="Whether it is open.")
    reason: Refusal | None = strawberry.field(description="Why it is not; null where it is.")
    rules: list[RuleRef] = strawberry.field(description="The paragraphs that decided.")
    ask: Ask = strawberry.field(description="Whom to ask.")
    tried: list[RuleTried] = strawberry.field(
        description=(
            "The rules that speak of it. Where nothing is confirmed to you: as for a child of whom nothing is recorded."
        )
    )
    near_misses: list[NearMiss] = strawberry.field(
        description="The rules that would open it, those that lack least first."
    )
    grounds: list[DisclosureGround] = strawberry.field(
        description="On what grounds it would be told. Only to those who check."
    )


@strawberry.type(description="Why each item is open or withheld.")
class AccessExplained:
    """The explanation, item by item."""

    items: list[ItemExplained] = strawberry.field(description="Each item that was asked about.")


@strawberry.type(description="One thing that somebody did about the child.")
class AccessEntry:
    """`disclosure.report.Line` as the schema says it."""

    id: strawberry.ID = strawberry.field(description="The ledger's reference.")
    at: datetime = strawberry.field(description="When.")
    what: EntryKind = strawberry.field(description="What kind of thing it was.")
    role: Role | None = strawberry.field(description="In which role.")
    organisation: str = strawberry.field(description="In which organisation.")
    purpose: Purpose | None = strawberry.field(description="For which purpose.")
    reason: str | None = strawberry.field(
        description="Why, in their own words. Not given to the child: it may name others."
    )
    asked: list[str] = strawberry.field(description="What they asked for, in words.")
    shown: list[str] = strawberry.field(description="What they were shown, in words.")
    withheld: list[str] = strawberry.field(description="What they were not shown, in words.")
    refused: bool = strawberry.field(description="Whether they got nothing, or were not let do it.")
    broke_glass: bool = strawberry.field(description="Whether it was in an emergency.")
    plain_english: str = strawberry.field(description="All of it, said to the child.")
    grounds: list[DisclosureGround] | None = strawberry.field(
        description="On what grounds in law what was shown was told; null where it was not recorded."
    )


@strawberry.type(description="Who has asked about a child, oldest first. There is no total.")
class AccessLog:
    """A page of the child's access report."""

    entries: list[AccessEntry] = strawberry.field(description="The entries of this page.")
    has_next_page: bool = strawberry.field(description="Whether more follow.")
    end_cursor: str | None = strawberry.field(
        description="Give it as `after` for what follows; null on an empty page."
    )


ExplainResult = Annotated[
    AccessExplained | Refused,
    strawberry.union("ExplainAccessResult", description="The explanation, or a refusal."),
]
AccessLogResult = Annotated[
    AccessLog | Refused, strawberry.union("AccessLogResult", description="The log, or a refusal.")
]


async def explain(
    context: Context,
    child: str,
    items: list[Item] | None,
    paths: list[str] | None,
    as_role: Role | None,
) -> AccessExplained | Refused:
    """Why each of these is open or withheld.

    Raises:
        WrongArgument: a path that the schema does not have.
    """
    wanted = some([*(items or ()), *(_item_at(path) for path in paths or ())])
    who = doing(context, child)
    found = await explain_access(door_of(context), who, wanted, as_role=as_role)
    if isinstance(found, NotDone):
        return refused(found.may, desk_of(context))
    return AccessExplained(items=[_explained(one) for one in found])


async def access_log(
    context: Context, child: str, first: int, after: str | None
) -> AccessLog | Refused:
    """Who has asked about the child.

    Raises:
        WrongArgument: a page of no entries or too many, or a cursor that is not of this log.
    """
    if not 1 <= first <= LARGEST_PAGE:
        raise WrongArgument(f"Ask for a page of 1 to {LARGEST_PAGE} entries.")
    found = await read_access_log(door_of(context), doing(context, child))
    if isinstance(found, NotDone):
        return refused(found.may, desk_of(context))
    begin = _place_after(found, after)
    page = found.lines[begin : begin + first]
    return AccessLog(
        entries=[_entry(line) for line in page],
        has_next_page=begin + first < len(found.lines),
        end_cursor=page[-1].ref if page else None,
    )


def _place_after(report: AccessReport, after: str | None) -> int:
    if after is None:
        return 0
    for place, line in enumerate(report.lines):
        if line.ref == after:
            return place + 1
    raise WrongArgument("This cursor is not one of this log. Begin with the first page again.")


@cache
def _paths() -> Mapping[str, Item]:
    """Each item by where it stands in the schema: `missingEpisodes.lastSeen`."""
    fields = {category: name for name, category in CATEGORY_OF_FIELD.items()}
    return MappingProxyType(
        {
            ".".join(filter(None, (fields[category], graphql_name(name) if name else ""))): item
            for item, (category, name) in item_fields().items()
            if category in fields
        }
    )


def _item_at(path: str) -> Item:
    found = _paths().get(path)
    if found is None:
        raise WrongArgument("A path is a category and a part, such as missingEpisodes.lastSeen.")
    return found


def _explained(one: Explained) -> ItemExplained:
    why = one.why
    return ItemExplained(
        item=one.item,
        open=one.open,
        reason=one.reason,
        rules=[rule(ref) for ref in why.decision.rules],
        ask=ask(one.ask),
        tried=[_tried(each) for each in why.tried],
        near_misses=[
            NearMiss(rule=rule(miss.rule), lacks=list(miss.lacks)) for miss in why.near_misses
        ],
        grounds=[_ground(words, giver) for giver, words in one.grounds],
    )


def _ground(one: InWords, giver: Giver | None = None) -> DisclosureGround:
    return DisclosureGround(
        told_by=None if giver is None else giver.kind,
        own_record=giver is not None and giver.own,
        lawful_basis=one.basis,
        law=one.law,
        confidentiality=one.confidence,
        met_by=one.met_by,
        source=one.source,
        plain_english=list(one.says),
        verified=one.verified,
    )


def _tried(one: Tried) -> RuleTried:
    return RuleTried(
        rule=rule(one.rule),
        effect=one.effect,
        counted=one.counted,
        conditions=[_tested(each) for each in one.conditions],
    )


def _tested(one: TestedRule) -> ConditionTested:
    return ConditionTested(says=one.says, holds=one.outcome, told=one.told)


def _entry(line: Line) -> AccessEntry:
    return AccessEntry(
        id=strawberry.ID(line.ref),
        at=line.at,
        what=line.what,
        role=line.role,
        organisation=line.organisation,
        purpose=line.purpose,
        reason=line.reason,
        asked=list(line.asked),
        shown=list(line.shown),
        withheld=list(line.withheld),
        refused=line.refused,
        broke_glass=line.broke_glass,
        plain_english=line.says,
        grounds=None if line.grounds is None else [_ground(one) for one in line.grounds],
    )
