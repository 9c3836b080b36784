"""Every child that one operation reads, each disclosed once.

All root fields of the operation are looked at together, so that two fields that name one
child alike become one decision, one row in the ledger and one round to the systems. What
counts is how the caller names the child, never whom a look-up finds: otherwise the number of
receipts would tell a stranger whether two names are of one child. What cannot be found goes
the same way as what can, with a child_ref that belongs to nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from graphql import GraphQLError, GraphQLObjectType, GraphQLResolveInfo, get_argument_values
from graphql.execution.values import VariableValues

from disclosure.answers import Disclosure, Enquiry
from linking.index import Found
from records.errors import GatewayError, PurposeRequired, SourceUnavailable, WrongArgument
from records.identifiers import LocalId, NHSNumber
from records.items import Item
from records.people import Access, Purpose
from schema.asked import AnswerAsked, RootAsked
from schema.context import Context
from schema.gathering import gathering
from schema.ids import ChildId, RecordId
from schema.results import INCOMPLETE, NOT_FOUND, MatchNeeded, NotFoundOrNotPermitted
from schema.shown import AnswerShown, ChildShown, RecordShown
from schema.telling import FAILED, Desk, Receipt, known_to


@dataclass(frozen=True, slots=True)
class _Target:
    """Whom one root field asks about. ``invented`` means: nobody, and nobody must notice.

    ``explicit``: the caller means CP-IS to be asked.

    ``name`` is what the caller named them by, the same for the same words.
    """

    name: str = field(repr=False)
    child_ref: str = field(repr=False)
    items: frozenset[Item]
    invented: bool = False
    record: RecordId | None = None
    explicit: bool = False

    def beside(self, other: _Target) -> _Target:
        """The same child, asked about by both fields."""
        return replace(
            self, items=self.items | other.items, explicit=self.explicit or other.explicit
        )


@dataclass(slots=True)
class Reading:
    """One operation's reading of children."""

    context: Context
    query: GraphQLObjectType
    variables: VariableValues
    asked: Mapping[str, RootAsked]
    receipts: list[Receipt] = field(default_factory=list)
    _work: asyncio.Task[None] | None = None
    _targets: dict[str, _Target | MatchNeeded | GatewayError] = field(default_factory=dict)
    _given: dict[str, Disclosure | GatewayError] = field(default_factory=dict)

    async def child(self, key: str) -> ChildShown | NotFoundOrNotPermitted | MatchNeeded:
        """What the root field under this response key found.

        Raises:
            GatewayError: it could not be asked; see `records.errors`.
        """
        match await self._target(key):
            case MatchNeeded() as needed:
                return needed
            case target:
                return self._child(key, target) or self._not_found()

    async def node(self, key: str) -> ChildShown | RecordShown | None:
        """What `node` under this response key found; None for all that is absent or forbidden.

        Raises:
            GatewayError: it could not be asked; see `records.errors`.
        """
        match await self._target(key):
            case _Target(record=RecordId() as record) as target:
                return self._record(target, record)
            case _Target() as target:
                return self._child(key, target)
            case _:
                return None

    def _child(self, key: str, target: _Target) -> ChildShown | None:
        """The child, if anything asked for may be confirmed."""
        disclosure = self._disclosure(target)
        if target.invented or not known_to(disclosure, target.items):
            return None
        return ChildShown(target.child_ref, disclosure, self.asked[key], self._desk())

    def _record(self, target: _Target, wanted: RecordId) -> RecordShown | None:
        disclosure = self._disclosure(target)
        asked = AnswerAsked(wanted.category, target.items)
        answer = AnswerShown(target.child_ref, disclosure, asked, self._desk())
        for shown in answer.records:
            if shown.digest == wanted.digest:
                return shown
        for report in answer.sources:
            if report.state in FAILED:
                raise SourceUnavailable(report.name, "it could not be asked for this record.")
        return None

    def _disclosure(self, target: _Target) -> Disclosure:
        given = self._given[target.name]
        if isinstance(given, GatewayError):
            raise given
        return given

    async def _target(self, key: str) -> _Target | MatchNeeded:
        """The target of one root field, once everything has been read."""
        access = self.context.access
        if access is None:
            raise PurposeRequired(
                "Say why you need this record: a purpose "
                f"({', '.join(purpose.value for purpose in Purpose)}) and a reason, in the headers"
                " Access-Purpose and Access-Reason or as extensions.access."
            )
        self.context.about_somebody = True
        if len(self.asked) > 1:
            if self._work is None:
                self._work = asyncio.create_task(self._read(access))
            await self._work
        elif not self._targets:
            await self._read(access)
        target = self._targets[key]
        if isinstance(target, GatewayError):
            raise target
        return target

    async def _read(self, access: Access) -> None:
        """Find whom every root field asks about, then disclose each child once."""
        for key, asked in self.asked.items():
            self._targets[key] = await self._find(asked)
        named: dict[str, _Target] = {}
        paths: dict[str, list[str]] = {}
        for key, target in self._targets.items():
            if isinstance(target, _Target):
                before = named.get(target.name)
                named[target.name] = target if before is None else before.beside(target)
                paths.setdefault(target.name, []).append(key)
        if len(named) == 1:
            (only,) = named.values()
            await self._disclose(only, access)
        else:
            async with asyncio.TaskGroup() as disclosing:
                for target in named.values():
                    disclosing.create_task(self._disclose(target, access))
        for name in named:
            given = self._given[name]
            if not isinstance(given, GatewayError):
                self.receipts.append(Receipt.of(given, paths[name]))

    async def _disclose(self, target: _Target, access: Access) -> None:
        context = self.context
        enquiry = Enquiry(
            viewer=context.viewer,
            access=access,
            child_ref=target.child_ref,
            items=target.items,
            now=context.now,
            document_hash=context.document_hash,
            explicit=target.explicit,
            even=False,
        )
        try:
            given = await context.services.door.disclose(enquiry)
            context.systems_asked = context.systems_asked or bool(given.asked)
            self._given[target.name] = given
        except GatewayError as error:
            self._given[target.name] = error

    async def _find(self, asked: RootAsked) -> _Target | MatchNeeded | GatewayError:
        """Whom a root field asks about. Faults are kept for the field they belong to."""
        name = asked.field.name.value
        try:
            arguments = get_argument_values(self.query.fields[name], asked.field, self.variables)
            explicit = arguments.get("consultCpis") is True
            if name == "findChild":
                sought = await self._sought(asked, arguments)
                return replace(sought, explicit=explicit) if isinstance(sought, _Target) else sought
        except GatewayError as error:
            return error
        except GraphQLError:
            # The executor says this itself, for the field whose argument it is.
            return WrongArgument("An argument is missing or is not of its type.")
        return replace(self._named(asked, arguments["id"]), explicit=explicit)

    def _not_found(self) -> NotFoundOrNotPermitted:
        """One answer for absent, ambiguous and forbidden; it depends on the caller's role alone."""
        return NotFoundOrNotPermitted(says=NOT_FOUND, ask=self._desk().whom())

    def _desk(self) -> Desk:
        context = self.context
        return Desk(context.services.door.bundle, context.viewer.role, context.services.ids)

    def _named(self, asked: RootAsked, text: str) -> _Target:
        """Whom an id names; somebody invented for one that is not ours."""
        ids, kept = self.context.services.ids, self.context.services.index.kept
        match ids.read(text):
            case ChildId(named):
                child_ref = kept.of(named)
                return _Target(f"id:{child_ref}", child_ref, asked.items)
            case RecordId(named, category) as record if asked.records:
                child_ref = kept.of(named)
                return _Target(f"id:{child_ref}", child_ref, asked.records[category], record=record)
            case _:
                return _Target(f"id:{text}", ids.invent(f"id:{text}"), asked.items, invented=True)

    async def _sought(
        self, asked: RootAsked, arguments: Mapping[str, Any]
    ) -> _Target | MatchNeeded:
        """Whom identifiers point to; somebody invented where they point to nobody, or to several."""
        number, local, system = (arguments.get(name) for name in ("nhsNumber", "localId", "system"))
        if (number is None and local is None) or (local is None) != (system is None):
            return INCOMPLETE
        nhs_number = None if number is None else NHSNumber("".join(number.split()))
        local_id = None if local is None or system is None else LocalId(system, local)
        services = self.context.services
        found = await services.index.find(nhs_number=nhs_number, local_id=local_id)
        text = f"find:{'' if nhs_number is None else nhs_number.digits}:{system}:{local}"
        if isinstance(found, Found):
            return _Target(text, found.child_ref, asked.items)
        return _Target(text, services.ids.invent(text), asked.items, invented=True)


def reading_of(info: GraphQLResolveInfo[Context]) -> Reading:
    """The one reading of this operation, begun by whichever root field comes first."""
    context: Context = info.context
    if context.reading is None:
        asked = gathering(info.schema).of(info.operation, info.fragments, info.variable_values)
        query = cast("GraphQLObjectType", info.schema.query_type)
        context.reading = Reading(context, query, info.variable_values, asked)
    return context.reading
