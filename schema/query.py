"""Query: where every question begins."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

import strawberry

from records.people import Kind, Purpose, Role
from schema.about import About, about
from schema.answer import Node
from schema.context import Context
from schema.reading import Reading, reading_of
from schema.results import ChildResult


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


@strawberry.type(description="What can be asked.")
class Query:
    """The root of every query."""

    @strawberry.field(
        graphql_type=ChildResult,
        description=(
            "A child by id. Needs a purpose and a reason with the request. Absent and forbidden are one answer."
        ),
    )
    async def child(self, info: strawberry.Info[Context, None], id: strawberry.ID) -> Any:  # noqa: A002, ANN401
        """The child, or that there is none to show."""
        del id  # read with all the others of this operation
        return await _reading(info).child(str(info.path.key))

    @strawberry.field(
        graphql_type=ChildResult,
        description=(
            "A child by an NHS number, or by what one system calls them. Needs a purpose and a reason. No search "
            "by name or part of a number: that would tell who is known."
        ),
    )
    async def find_child(
        self,
        info: strawberry.Info[Context, None],
        nhs_number: str | None = strawberry.UNSET,
        local_id: str | None = strawberry.UNSET,
        system: str | None = strawberry.UNSET,
    ) -> Any:  # noqa: ANN401
        """The child, or that there is none to show."""
        del nhs_number, local_id, system  # read with all the others of this operation
        return await _reading(info).child(str(info.path.key))

    @strawberry.field(
        graphql_type=Node | None,
        description="Anything by its id, through the same rules. Null for absent and forbidden alike.",
    )
    async def node(self, info: strawberry.Info[Context, None], id: strawberry.ID) -> Any:  # noqa: A002, ANN401
        """The child or record, or nothing to show."""
        del id  # read with all the others of this operation
        return await _reading(info).node(str(info.path.key))

    @strawberry.field(description="Who the gateway thinks you are.")
    def viewer(self, info: strawberry.Info[Context, None]) -> Viewer:
        """The caller."""
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

    @strawberry.field(description="What this gateway is, and under which rules it decides.")
    def about(self, info: strawberry.Info[Context, None]) -> About:
        """The gateway itself."""
        return about(info.context)

    @strawberry.field(description="The gateway's version.")
    def version(self, info: strawberry.Info[Context, None]) -> str:
        """The deployment's own."""
        return info.context.services.version


def _reading(info: strawberry.Info[Context, None]) -> Reading:
    return reading_of(cast("Any", info)._raw_info)  # noqa: SLF001 - Strawberry has no public way
