"""Query: where every question begins."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import strawberry

from records.items import Item
from records.people import Kind, Purpose, Role
from schema.about import About, about
from schema.adapters import AdapterHealth, adapters
from schema.answer import Node
from schema.context import Context
from schema.explained import AccessLogResult, ExplainResult, access_log, explain
from schema.queues import (
    BreakGlassReview,
    DisclosureRequest,
    break_glass_reviews,
    disclosure_requests,
)
from schema.reading import Reading, reading_of
from schema.results import ChildResult

Info = strawberry.Info[Context, None]


@strawberry.type(description="Who the gateway thinks you are, from your token alone.")
class Viewer:
    """The caller, as the token says. Standing with a child is never here: it is looked up."""

    subject: str = strawberry.field(description="The issuer's own opaque id for you.")
    role: Role = strawberry.field(description="The role in which you act.")
    agency: Kind = strawberry.field(description="The kind of organisation that role belongs to.")
    organisation: str = strawberry.field(description="Your organisation's code.")
    team: str | None = strawberry.field(description="Your team, if the token says.")
    client: str = strawberry.field(description="The program through which you ask.")
    expires_at: datetime = strawberry.field(description="Until when your token is good.")
    purpose: Purpose | None = strawberry.field(
        description="The purpose you gave with this request."
    )
    purposes: list[Purpose] = strawberry.field(
        description="The purposes of which every read of a child needs one."
    )


# What the three fields below are given is read by `schema.reading`, together with that of all the
# others in the operation: the arguments stand here for the schema's sake.


_ConsultCpis = Annotated[
    bool,
    strawberry.argument(
        description=(
            "Ask CP-IS too. It records every look at a child, and the responsible authority may be notified that you "
            "looked: say so only if you mean it. Left out, CP-IS is not asked. It answers health workers by their own "
            "sign-in to NHS Care Identity, which comes in the request's `Identity-Token` header."
        )
    ),
]


async def _child(
    info: Info,
    id: strawberry.ID,  # noqa: A002, ARG001
    consult_cpis: _ConsultCpis = False,  # noqa: ARG001, FBT002
) -> Any:  # noqa: ANN401
    return await _reading(info).child(str(info.path.key))


async def _find_child(
    info: Info,
    nhs_number: str | None = strawberry.UNSET,  # noqa: ARG001
    local_id: str | None = strawberry.UNSET,  # noqa: ARG001
    system: str | None = strawberry.UNSET,  # noqa: ARG001
    consult_cpis: _ConsultCpis = False,  # noqa: ARG001, FBT002
) -> Any:  # noqa: ANN401
    return await _reading(info).child(str(info.path.key))


async def _node(info: Info, id: strawberry.ID) -> Any:  # noqa: A002, ANN401, ARG001
    return await _reading(info).node(str(info.path.key))


def _viewer(info: Info) -> Viewer:
    context = info.context
    viewer = context.viewer
    return Viewer(
        subject=viewer.subject,
        role=viewer.role,
        agency=viewer.kind,
        organisation=viewer.organisation,
        team=viewer.team,
        client=viewer.client,
        expires_at=viewer.expires_at,
        purpose=None if context.access is None else context.access.purpose,
        purposes=list(Purpose),
    )


def _about(info: Info) -> About:
    return about(info.context)


def _adapters(info: Info) -> list[AdapterHealth]:
    return adapters(info.context)


def _version(info: Info) -> str:
    return info.context.services.version


async def _explain_access(
    info: Info,
    child: strawberry.ID,
    items: list[Item] | None = None,
    paths: list[str] | None = None,
    as_role: Role | None = None,
) -> Any:  # noqa: ANN401
    return await explain(info.context, child, items, paths, as_role)


async def _access_log(
    info: Info, child: strawberry.ID, first: int = 50, after: str | None = None
) -> Any:  # noqa: ANN401
    return await access_log(info.context, child, first, after)


async def _break_glass_reviews(info: Info) -> list[BreakGlassReview]:
    return await break_glass_reviews(info.context)


async def _disclosure_requests(info: Info, *, mine: bool = False) -> list[DisclosureRequest]:
    return await disclosure_requests(info.context, mine=mine)


@strawberry.type(description="What can be asked.")
class Query:
    """The root of every query."""

    child: Any = strawberry.field(
        resolver=_child,
        graphql_type=ChildResult,
        description=(
            "A child by id. Needs a purpose and a reason with the request. Absent and forbidden are one answer."
        ),
    )
    find_child: Any = strawberry.field(
        resolver=_find_child,
        graphql_type=ChildResult,
        description=(
            "A child by an NHS number, or by what one system calls them. Needs a purpose and a reason. There is no "
            "search by name or by part of a number: it would tell who is known."
        ),
    )
    node: Any = strawberry.field(
        resolver=_node,
        graphql_type=Node | None,
        description="Anything by its id, through the same rules. Null for absent and forbidden alike.",
    )
    viewer: Viewer = strawberry.field(
        resolver=_viewer, description="Who the gateway thinks you are."
    )
    about: About = strawberry.field(
        resolver=_about, description="What this gateway is, and under which rules it decides."
    )
    adapters: list[AdapterHealth] = strawberry.field(
        resolver=_adapters,
        description="How each connected system is doing, and what its users lose meanwhile.",
    )
    version: str = strawberry.field(resolver=_version, description="The gateway's version.")
    explain_access: Any = strawberry.field(
        resolver=_explain_access,
        graphql_type=ExplainResult,
        description=(
            "Why each of these items, or of these paths such as missingEpisodes.lastSeen, is open to you or withheld; "
            "for another role, if you answer for the record or inspect it. Needs a purpose and a reason, and is on record."
        ),
    )
    access_log: Any = strawberry.field(
        resolver=_access_log,
        graphql_type=AccessLogResult,
        description=(
            "Who has asked about a child, when, why, and what they were shown and not: for whoever answers for the record "
            "or inspects it (with the purpose ASSURE), and for the child. That you look is on record."
        ),
    )
    break_glass_reviews: list[BreakGlassReview] = strawberry.field(
        resolver=_break_glass_reviews,
        description="Glass that others broke and that you may review, those due first.",
    )
    disclosure_requests: list[DisclosureRequest] = strawberry.field(
        resolver=_disclosure_requests,
        description="Requests that wait for somebody in your role who has to do with the child; or your own.",
    )


def _reading(info: Info) -> Reading:
    return reading_of(info._raw_info)  # noqa: SLF001 - Strawberry has no public way
