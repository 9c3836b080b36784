"""Queues of what waits for a person: broken glass to review, requests to answer."""

from __future__ import annotations

from datetime import datetime

import strawberry

from disclosure.requesting import Answered, Request, requests
from disclosure.reviewing import ToReview, reviews
from records.items import Item
from records.people import Purpose, Role
from schema.answer import RuleRef
from schema.asker import access_of, door_of
from schema.context import Context
from schema.telling import rule


@strawberry.type(description="Glass that somebody else broke, to be reviewed by you.")
class BreakGlassReview:
    """`disclosure.reviewing.ToReview` as the schema says it."""

    id: strawberry.ID = strawberry.field(description="Its id: the ledger's reference.")
    child: strawberry.ID = strawberry.field(description="The child's id, if there is such a child.")
    role: Role = strawberry.field(description="In which role it was broken.")
    organisation: str = strawberry.field(description="In which organisation.")
    items: list[Item] = strawberry.field(description="For which items.")
    reason: str = strawberry.field(description="Why, in their own words.")
    broken_at: datetime = strawberry.field(description="When.")
    expires_at: datetime = strawberry.field(description="When it ends, or ended, by itself.")
    review_due: datetime = strawberry.field(description="By when it is to be reviewed.")
    overdue: bool = strawberry.field(description="Whether that has passed.")
    set_aside: list[RuleRef] = strawberry.field(description="The refusals that it sets aside.")
    this_week: int = strawberry.field(
        description="How often the same person broke glass in the seven days up to it, with it."
    )
    judgements_this_week: int = strawberry.field(
        description="How many judgements the same person made in those seven days."
    )


@strawberry.type(description="A request for what was withheld.")
class DisclosureRequest:
    """`disclosure.requesting.Request` as the schema says it."""

    id: strawberry.ID = strawberry.field(description="Its id: the ledger's reference.")
    child: strawberry.ID = strawberry.field(description="The child's id.")
    role: Role = strawberry.field(description="The role that asks.")
    organisation: str = strawberry.field(description="The organisation that asks.")
    to_role: Role = strawberry.field(description="The role that is asked.")
    items: list[Item] = strawberry.field(description="What is asked for.")
    purpose: Purpose = strawberry.field(description="For which purpose.")
    reason: str = strawberry.field(description="Why, in their own words.")
    asked_at: datetime = strawberry.field(description="When.")
    answer: Answered | None = strawberry.field(description="The answer; null while it waits.")
    answer_reason: str | None = strawberry.field(description="The answer's reason.")


async def break_glass_reviews(context: Context) -> list[BreakGlassReview]:
    """What this caller may review, those due first."""
    found = await reviews(door_of(context), context.viewer, access_of(context), context.now)
    return [_review(context, one) for one in found]


async def disclosure_requests(context: Context, *, mine: bool) -> list[DisclosureRequest]:
    """Requests that wait for this caller, or that they made."""
    found = await requests(
        door_of(context), context.viewer, access_of(context), context.now, mine=mine
    )
    return [_request(context, one) for one in found]


def _review(context: Context, one: ToReview) -> BreakGlassReview:
    return BreakGlassReview(
        id=strawberry.ID(one.ref),
        child=strawberry.ID(context.services.ids.child(one.child_ref)),
        role=one.role,
        organisation=one.organisation,
        items=list(one.items),
        reason=one.reason,
        broken_at=one.at,
        expires_at=one.expires_at,
        review_due=one.review_due,
        overdue=one.overdue,
        set_aside=[rule(ref) for ref in one.set_aside],
        this_week=one.this_week,
        judgements_this_week=one.judgements_this_week,
    )


def _request(context: Context, one: Request) -> DisclosureRequest:
    return DisclosureRequest(
        id=strawberry.ID(one.ref),
        child=strawberry.ID(context.services.ids.child(one.child_ref)),
        role=one.role,
        organisation=one.organisation,
        to_role=one.to_role,
        items=list(one.items),
        purpose=one.purpose,
        reason=one.reason,
        asked_at=one.at,
        answer=one.answer,
        answer_reason=one.answer_reason,
    )
