"""Mutation: what can be put on record, asked of a person, opened in an emergency and answered.

Each needs a purpose and a reason with the request, is written down before it takes effect, is done
once however often it is sent, and tells nothing of the child.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import strawberry

from disclosure.assertion import Says
from disclosure.breaking_glass import Breaking, break_glass, overrides_for
from disclosure.happenings import Saying, say_happened, take_back
from disclosure.naming import Named, name, part
from disclosure.not_sharing import Refusal, record_not_shared
from disclosure.registrar import (
    Judged,
    Wish,
    judge,
    record_taking_part,
    record_telling,
    record_wish,
)
from disclosure.requesting import answer_request, request_disclosure
from disclosure.reviewing import review
from records.errors import WrongArgument
from records.items import Category
from records.people import Kind
from schema.asker import Info, access_of, desk_of, doing, doing_about, door_of, some
from schema.context import Context
from schema.detail import detail_of
from schema.ids import ChildId, RecordId
from schema.inputs import (
    AnswerDisclosureRequestInput,
    BreakGlassInput,
    EndStandingInput,
    RecordConsentInput,
    RecordEventInput,
    RecordJudgementInput,
    RecordNoticeInput,
    RecordNotSharedInput,
    RecordParticipationInput,
    RecordStandingInput,
    RequestDisclosureInput,
    RetractEventInput,
    ReviewBreakGlassInput,
    WithdrawConsentInput,
)
from schema.recorded import (
    BreakGlassResult,
    RecordResult,
    RequestResult,
    glass,
    recorded,
    requested,
)

NOT_YET_HELD = "not-yet-held"


async def _record_consent(info: Info, input: RecordConsentInput) -> Any:  # noqa: A002, ANN401
    if input.says is Says.WITHDREW:
        raise WrongArgument("To take back what was agreed, use withdrawConsent.")
    return await _wish(info.context, input, input.says)


async def _withdraw_consent(info: Info, input: WithdrawConsentInput) -> Any:  # noqa: A002, ANN401
    return await _wish(info.context, input, Says.WITHDREW)


async def _wish(
    context: Context, given: RecordConsentInput | WithdrawConsentInput, says: Says
) -> Any:  # noqa: ANN401
    wish = Wish(
        giver=given.giver,
        about=given.about,
        says=says,
        capacity=given.capacity,
        audience=_audience(given.with_agencies, given.with_organisation),
        which_parent=given.which_parent,
    )
    key = given.client_mutation_id
    outcome = await record_wish(door_of(context), doing(context, given.child, key), wish)
    await _tell_of_what_was_said(context)
    return recorded(outcome, desk_of(context), key)


async def _record_participation(info: Info, input: RecordParticipationInput) -> Any:  # noqa: A002, ANN401
    context, key = info.context, input.client_mutation_id
    outcome = await record_taking_part(
        door_of(context),
        doing(context, input.child, key),
        interview=_interview(context, input),
        giver=input.giver,
        says=input.says,
        which_parent=input.which_parent,
    )
    return recorded(outcome, desk_of(context), key)


async def _record_notice(info: Info, input: RecordNoticeInput) -> Any:  # noqa: A002, ANN401
    context, key = info.context, input.client_mutation_id
    who = doing(context, input.child, key)
    outcome = await record_telling(door_of(context), who, told=input.told, why=input.why)
    return recorded(outcome, desk_of(context), key)


async def _record_judgement(info: Info, input: RecordJudgementInput) -> Any:  # noqa: A002, ANN401
    context, key = info.context, input.client_mutation_id
    judged = Judged(
        judgement=input.judgement,
        value=input.value,
        lasts=timedelta(hours=input.hours),
        reason=input.reason,
    )
    outcome = await judge(door_of(context), doing(context, input.child, key), judged)
    await _tell_of_what_was_said(context)
    return recorded(outcome, desk_of(context), key)


async def _record_event(info: Info, input: RecordEventInput) -> Any:  # noqa: A002, ANN401
    context, key = info.context, input.client_mutation_id
    saying = Saying(what=input.what, at=input.at, more=detail_of(input))
    outcome = await say_happened(door_of(context), doing(context, input.child, key), saying)
    await _tell_of_what_was_said(context)
    return recorded(outcome, desk_of(context), key)


async def _retract_event(info: Info, input: RetractEventInput) -> Any:  # noqa: A002, ANN401
    context, key = info.context, input.client_mutation_id
    doings = doing(context, input.child, key)
    outcome = await take_back(door_of(context), doings, input.event, input.because)
    await _tell_of_what_was_said(context)
    return recorded(outcome, desk_of(context), key)


async def _tell_of_what_was_said(context: Context) -> None:
    """Make events of what was said just now; were this to fail, a later look does it."""
    board = context.services.notices
    if board is not None and board.said is not None:
        await board.said.look_safely()


async def _record_standing(info: Info, input: RecordStandingInput) -> Any:  # noqa: A002, ANN401
    context, key = info.context, input.client_mutation_id
    outcome = await name(
        door_of(context),
        doing(context, input.child, key),
        _named(context, input),
        timedelta(days=input.days),
    )
    return recorded(outcome, desk_of(context), key)


async def _end_standing(info: Info, input: EndStandingInput) -> Any:  # noqa: A002, ANN401
    context, key = info.context, input.client_mutation_id
    who = doing(context, input.child, key)
    outcome = await part(door_of(context), who, _named(context, input))
    return recorded(outcome, desk_of(context), key)


def _named(context: Context, given: RecordStandingInput | EndStandingInput) -> Named:
    """Who is named: of one's own organisation and issuer where nothing else is said."""
    issuer = given.issuer or context.viewer.issuer
    return Named(
        standing=given.standing,
        organisation=given.organisation or context.viewer.organisation,
        person=None if given.subject is None else (issuer, given.subject),
        team=given.team,
    )


async def _break_glass(info: Info, input: BreakGlassInput) -> Any:  # noqa: A002, ANN401
    context, key = info.context, input.client_mutation_id
    who = await doing_about(context, input.child, input.nhs_number, key)
    breaking = Breaking(
        items=some(input.items), lasts=timedelta(minutes=input.minutes), reason=input.reason
    )
    door = door_of(context)
    outcome = await break_glass(door, who, breaking)
    await _tell_reviewers(context)
    under = overrides_for(door.bundle, context.viewer.role, context.now, who.access.purpose)
    return glass(outcome, desk_of(context), key, [one.ref for one in under])


async def _tell_reviewers(context: Context) -> None:
    """Tell of what was broken or reviewed just now; were this to fail, a later look does it."""
    board = context.services.notices
    if board is not None and board.glass is not None:
        await board.glass.look_safely()


async def _review_break_glass(info: Info, input: ReviewBreakGlassInput) -> Any:  # noqa: A002, ANN401
    context, key = info.context, input.client_mutation_id
    who = doing(context, "", key)
    outcome = await review(door_of(context), who, input.id, input.finding, input.reason)
    await _tell_reviewers(context)
    return recorded(outcome, desk_of(context), key)


async def _request_disclosure(info: Info, input: RequestDisclosureInput) -> Any:  # noqa: A002, ANN401
    context, key = info.context, input.client_mutation_id
    who = await doing_about(context, input.child, input.nhs_number, key)
    outcome = await request_disclosure(door_of(context), who, some(input.items), input.reason)
    return requested(outcome, desk_of(context), key)


async def _answer_request(info: Info, input: AnswerDisclosureRequestInput) -> Any:  # noqa: A002, ANN401
    context, key = info.context, input.client_mutation_id
    outcome = await answer_request(
        door_of(context),
        doing(context, "", key),
        input.id,
        input.answer,
        input.reason,
        lasts=timedelta(hours=input.hours),
    )
    return recorded(outcome, desk_of(context), key)


async def _record_not_shared(info: Info, input: RecordNotSharedInput) -> Any:  # noqa: A002, ANN401
    context, key = info.context, input.client_mutation_id
    refusal = Refusal(
        items=some(input.items),
        with_role=input.with_role,
        told=frozenset(input.told),
        reason=input.because,
    )
    outcome = await record_not_shared(door_of(context), doing(context, input.child, key), refusal)
    return recorded(outcome, desk_of(context), key)


def _audience(kind: Kind | None, organisation: str | None) -> Kind | str | None:
    if kind is not None and organisation is not None:
        raise WrongArgument("Say withAgencies or withOrganisation, not both.")
    return kind if organisation is None else organisation


def _interview(context: Context, given: RecordParticipationInput) -> str:
    """What an interview is called in the register: the digest of its record, by ids of ours alone."""
    access_of(context)
    if given.interview is None:
        return NOT_YET_HELD
    ids = context.services.ids
    match ids.read(given.child), ids.read(given.interview):
        case ChildId(child), RecordId(of_child, Category.INTERVIEWS, digest) if child == of_child:
            return digest.hex()
        case _:
            raise WrongArgument("That is no id of a return interview of this child.")


def _on_record(resolver: Any, description: str) -> Any:  # noqa: ANN401 - a Strawberry field
    return strawberry.field(resolver=resolver, graphql_type=RecordResult, description=description)


@strawberry.type(
    description=(
        "What can be put on record. Each needs a purpose and a reason with the request, and is in the ledger before it "
        "takes effect. No answer tells whether there is such a child."
    )
)
class Mutation:
    """The root of every mutation."""

    record_consent: Any = _on_record(
        _record_consent,
        "What the child or a parent wants shared with whom. Who may write it down is looked up.",
    )
    withdraw_consent: Any = _on_record(
        _withdraw_consent, "That they take it back. The next answer is given without it."
    )
    record_participation: Any = _on_record(
        _record_participation, "Whether a return interview may take place."
    )
    record_notice: Any = _on_record(
        _record_notice, "That the child was told who gets what, when and why; or why not."
    )
    record_judgement: Any = _on_record(
        _record_judgement, "What you judge of the child, with a reason and an end."
    )
    record_event: Any = _on_record(
        _record_event,
        "What has happened of which no system tells: a meeting, contact, an interview. Others are told by the protocols.",
    )
    retract_event: Any = _on_record(
        _retract_event,
        "That what you or a colleague put on record did not happen, or not so. Whoever was told of it is told that.",
    )
    record_standing: Any = _on_record(
        _record_standing,
        "Who is what to the child, where no system tells it: your own people, or anybody if you answer for the child.",
    )
    end_standing: Any = _on_record(
        _end_standing,
        "That they no longer are. What is read from a system ends when it ends there.",
    )
    break_glass: Any = strawberry.field(
        resolver=_break_glass,
        graphql_type=BreakGlassResult,
        description=(
            "Open in an emergency what is withheld from you: for the roles, purposes and items that an override of the "
            "rules names, for at most twelve hours, reviewed by somebody else within one working day."
        ),
    )
    review_break_glass: Any = _on_record(
        _review_break_glass, "What you found of somebody else's breaking of glass."
    )
    request_disclosure: Any = strawberry.field(
        resolver=_request_disclosure,
        graphql_type=RequestResult,
        description="Ask the person whom a refusal names to share what was withheld.",
    )
    answer_disclosure_request: Any = _on_record(
        _answer_request, "Answer a request that waits for somebody in your role."
    )
    record_not_shared: Any = _on_record(
        _record_not_shared, "Why you do not share something that another person needs."
    )
