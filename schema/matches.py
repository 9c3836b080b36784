"""Possible matches and events in doubt: what waits for a person to say whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final

import strawberry

from disclosure.answers import AnswerState, Disclosure, Enquiry, state_of
from disclosure.doing import Done
from linking.levels import Aspect
from linking.match import HOLD_SAYS, Evidence
from linking.particulars import Particulars
from linking.possible import Possible, State
from linking.words import SAYS, shown
from notifications.ledger import Appended
from notifications.matching import (
    Decision,
    Shown,
    decide_match,
    match_to_decide,
    matches_of_child,
    possible_matches,
)
from notifications.placing import Waiting, doubtful_events, place_event
from notifications.receiving import Doubt, Receiving
from records.child import Identity, Placement
from records.errors import WrongSettings
from records.identifiers import LocalId
from records.items import Category, Item
from schema.answer import Withheld
from schema.asker import access_of, desk_of, doing, door_of
from schema.context import Context
from schema.notified import board_of
from schema.recorded import Refused, refused
from schema.telling import known_to
from schema.words import as_enum

as_enum(Aspect, "MatchAspect")
as_enum(State, "MatchState")
as_enum(Decision, "MatchDecision")
as_enum(Doubt, "EventDoubt")

_REASON: Final = "Why, in your own words: 20 to 1,000 characters. Somebody else will read it."
_KEY: Final = (
    "An id of your own, 8 to 128 characters. Send it again with the same content and nothing is done twice; "
    "it is yours alone."
)
_LARGEST: Final = 50
_BESIDE: Final = frozenset({Item.IDENTITY_CORE, Item.IDENTITY_NUMBERS, Item.PLACEMENT_ADDRESS})
_TELLS: Final[Mapping[Aspect, Item]] = {
    Aspect.GIVEN: Item.IDENTITY_CORE,
    Aspect.FAMILY: Item.IDENTITY_CORE,
    Aspect.BIRTH: Item.IDENTITY_CORE,
    Aspect.SEX: Item.IDENTITY_CORE,
    Aspect.ADDRESS: Item.PLACEMENT_ADDRESS,
    Aspect.NHS_NUMBER: Item.IDENTITY_NUMBERS,
    Aspect.UPN: Item.IDENTITY_NUMBERS,
}
"""The item that what a record says of each aspect belongs to."""


@strawberry.type(description="One thing that was compared: how alike the two records are in it.")
class MatchEvidence:
    """`linking.match.Evidence` as the schema says it."""

    aspect: Aspect = strawberry.field(description="What was compared.")
    says: str = strawberry.field(description="How alike the two are in it, in words.")
    bits: float = strawberry.field(
        description="What that is worth: positive speaks for one child, negative against it."
    )


@strawberry.type(description="What one record says of one thing that was compared.")
class MatchValue:
    """One cell of the table."""

    aspect: Aspect = strawberry.field(description="What.")
    state: AnswerState = strawberry.field(
        description="Whether you are given it. What is withheld was compared by the gateway all the same."
    )
    text: str = strawberry.field(
        description="What the record says; empty where you are not given it."
    )


@strawberry.type(description="One of the two records.")
class MatchSide:
    """A record, by the system that holds it."""

    system: str = strawberry.field(description="The system's name in this deployment.")
    child: strawberry.ID | None = strawberry.field(
        description="The child whose record it is now, if you may be told that there is one."
    )
    values: list[MatchValue] = strawberry.field(
        description="What it says, as far as you may have it. Empty in a list: ask for the one match."
    )
    withheld: list[Withheld] = strawberry.field(
        description="What you are not given of it, and why not."
    )


@strawberry.type(description="Two records that may be of one child, and that no machine may link.")
class PossibleMatch:
    """`linking.possible.Possible` as the schema says it."""

    id: strawberry.ID = strawberry.field(description="Its id.")
    state: State = strawberry.field(description="Where it stands.")
    sides: list[MatchSide] = strawberry.field(description="The two records.")
    evidence: list[MatchEvidence] = strawberry.field(description="How alike they are.")
    bits: float = strawberry.field(description="The sum of the evidence.")
    held_back_because: str | None = strawberry.field(
        description="Why a machine may not link them however much they weigh; null where they do not weigh enough."
    )
    weights: str = strawberry.field(description="The version of the weights.")
    found_at: datetime = strawberry.field(description="When it was found.")


@strawberry.type(
    description="An event of which nothing says whose it is, or of which of a child's episodes."
)
class DoubtfulEvent:
    """`notifications.receiving.Doubtful` as the schema says it."""

    id: strawberry.ID = strawberry.field(description="Its id.")
    type: str = strawberry.field(description="What is said to have happened.")
    happened_at: datetime = strawberry.field(description="When.")
    system: str = strawberry.field(description="The system that sent it.")
    child: strawberry.ID | None = strawberry.field(
        description="The child whom the sender's own id leads to; null where it leads to none, or to several."
    )
    doubt: Doubt = strawberry.field(
        description="What has to be said of it. WHICH_EPISODE: the child is certain, and the interview may be of several episodes."
    )


@strawberry.input(description="Your decision about a possible match.")
class DecideMatchInput:
    """A decision."""

    match: strawberry.ID = strawberry.field(description="The match's id.")
    because: str = strawberry.field(description=_REASON)
    client_mutation_id: str = strawberry.field(description=_KEY)


@strawberry.input(description="Whose an event is.")
class PlaceEventInput:
    """A person's word."""

    event: strawberry.ID = strawberry.field(description="The event's id.")
    child: strawberry.ID = strawberry.field(description="The child's id.")
    because: str = strawberry.field(description=_REASON)
    client_mutation_id: str = strawberry.field(description=_KEY)
    episode: strawberry.ID | None = strawberry.field(
        default=None,
        description="Of which of the child's episodes it is, as `whoHasBeenTold` gives its id. Needed where the doubt is WHICH_EPISODE.",
    )


@strawberry.type(description="It is decided, and on record.")
class MatchDecided:
    """A receipt."""

    id: strawberry.ID = strawberry.field(description="The ledger's reference to it.")
    match: strawberry.ID = strawberry.field(description="The match's id.")
    decision: Decision = strawberry.field(description="What was decided.")
    client_mutation_id: str = strawberry.field(description="Your own id for it.")


@strawberry.type(
    description="The event is kept as this child's, and whoever is to be told is told."
)
class EventPlaced:
    """A receipt."""

    id: strawberry.ID = strawberry.field(description="The ledger's reference to it.")
    event: strawberry.ID = strawberry.field(description="The event's id, as you gave it.")
    child: strawberry.ID = strawberry.field(description="The child's id.")
    client_mutation_id: str = strawberry.field(description="Your own id for it.")


MatchResult = Annotated[
    MatchDecided | Refused,
    strawberry.union("MatchResult", description="A receipt, or a refusal."),
]
PlaceResult = Annotated[
    EventPlaced | Refused,
    strawberry.union("PlaceEventResult", description="A receipt, or a refusal."),
]


async def matches(context: Context, first: int, child: str | None) -> list[PossibleMatch]:
    """Those that the caller may decide, or all of one child, without what the records say."""
    access = access_of(context)
    most = max(1, min(first, _LARGEST))
    if child is not None:
        of_child = await matches_of_child(door_of(context), doing(context, child))
        return [
            _match(one, [_side(one.match.one.source), _side(one.match.other.source)])
            for one in of_child[:most]
        ]
    desk = receiving_of(context).desk
    found = await possible_matches(
        door_of(context), context.viewer, access, context.now, most=most, desk=desk
    )
    return [
        _match(one, [_side(one.match.one.source), _side(one.match.other.source)]) for one in found
    ]


async def match_side_by_side(context: Context, match: str) -> PossibleMatch | None:
    """One that the caller may decide, with what each record says as far as the door gives it to them."""
    desk = receiving_of(context).desk
    one = await match_to_decide(door_of(context), doing(context, ""), match, desk=desk)
    if one is None:
        return None
    sides = [
        await _read(context, one.match.one, one.one_child),
        await _read(context, one.match.other, one.other_child),
    ]
    return _match(one, sides)


async def decide(
    context: Context, given: DecideMatchInput, decision: Decision
) -> MatchDecided | Refused:
    """Decide a match, once; everybody for whom there is something new is woken."""
    board, key = board_of(context), given.client_mutation_id
    who = doing(context, "", key)
    outcome = await decide_match(
        door_of(context),
        board.planning,
        who,
        str(given.match),
        decision,
        given.because,
        desk=receiving_of(context).desk,
    )
    if not isinstance(outcome, Done):
        return refused(outcome.may, desk_of(context))
    board.bells.ring(outcome.told.get("recipients", ()))
    return MatchDecided(
        id=strawberry.ID(outcome.ref),
        match=given.match,
        decision=decision,
        client_mutation_id=key,
    )


async def doubtful(context: Context) -> list[DoubtfulEvent]:
    """Events that the caller may place."""
    found = await doubtful_events(door_of(context), receiving_of(context), doing(context, ""))
    return [_doubtful(context, one) for one in found]


async def place(context: Context, given: PlaceEventInput) -> EventPlaced | Refused:
    """Say whose an event is, once; everybody who is to be told is woken."""
    key = given.client_mutation_id
    who = doing(context, str(given.child), key)
    outcome, kept = await place_event(
        door_of(context),
        receiving_of(context),
        who,
        str(given.event),
        given.because,
        episode=None
        if given.episode is None
        else context.services.ids.read_episode(str(given.episode)) or "",
    )
    if not isinstance(outcome, Done):
        return refused(outcome.may, desk_of(context))
    if isinstance(kept, Appended):
        await board_of(context).bells.announce(kept)
    return EventPlaced(
        id=strawberry.ID(outcome.ref),
        event=given.event,
        child=given.child,
        client_mutation_id=key,
    )


def receiving_of(context: Context) -> Receiving:
    """What keeps events in this deployment.

    Raises:
        WrongSettings: nothing does.
    """
    receiving = board_of(context).receiving
    if receiving is None:
        raise WrongSettings("This deployment keeps no events.")
    return receiving


def _match(one: Shown, sides: list[MatchSide]) -> PossibleMatch:
    match: Possible = one.match
    held = match.held_back_by
    return PossibleMatch(
        id=strawberry.ID(match.match_ref),
        state=match.state,
        sides=sides,
        evidence=[_evidence(each) for each in match.evidence],
        bits=round(match.weight, 1),
        held_back_because=None if held is None else HOLD_SAYS[held],
        weights=match.weights_version,
        found_at=match.found_at,
    )


def _evidence(one: Evidence) -> MatchEvidence:
    return MatchEvidence(
        aspect=one.aspect, says=SAYS[one.aspect, one.level], bits=round(one.weight, 1)
    )


def _side(system: str) -> MatchSide:
    return MatchSide(system=system, child=None, values=[], withheld=[])


async def _read(context: Context, record: LocalId, child: str | None) -> MatchSide:
    """One record through the door: what this caller may have of it."""
    if child is None:
        return _side(record.source)
    enquiry = Enquiry(
        viewer=context.viewer,
        access=access_of(context),
        child_ref=child,
        items=_BESIDE,
        now=context.now,
        document_hash=context.document_hash,
    )
    given = await door_of(context).disclose(enquiry)
    desk = desk_of(context)
    said = _particulars(given, record.source)
    return MatchSide(
        system=record.source,
        child=strawberry.ID(context.services.ids.child(child))
        if known_to(given, _BESIDE)
        else None,
        values=[_value(aspect, said, given) for aspect in Aspect],
        withheld=desk.refusals(given, _BESIDE),
    )


def _particulars(given: Disclosure, system: str) -> Particulars | None:
    people = [
        one
        for one in given.records.get(Category.IDENTITY, ())
        if isinstance(one, Identity) and one.provenance.source == system
    ]
    addresses = tuple(
        one.address
        for one in given.records.get(Category.PLACEMENTS, ())
        if isinstance(one, Placement)
        and one.address is not None
        and one.provenance.source == system
    )
    return Particulars.of_identity(people[0], addresses=addresses) if len(people) == 1 else None


def _value(aspect: Aspect, said: Particulars | None, given: Disclosure) -> MatchValue:
    item = _TELLS[aspect]
    category = Category.PLACEMENTS if item is Item.PLACEMENT_ADDRESS else Category.IDENTITY
    text = "" if said is None else shown(aspect, said)
    state = AnswerState.DISCLOSED if text else state_of(given, category, frozenset({item}))
    if not text and state is AnswerState.DISCLOSED:
        state = AnswerState.NOTHING_HELD
    return MatchValue(aspect=aspect, state=state, text=text)


def _doubtful(context: Context, one: Waiting) -> DoubtfulEvent:
    child = one.child_ref
    return DoubtfulEvent(
        id=strawberry.ID(one.doubtful.event),
        type=one.doubtful.type,
        happened_at=one.doubtful.at,
        system=one.doubtful.source,
        child=None if child is None else strawberry.ID(context.services.ids.child(child)),
        doubt=one.doubtful.doubt,
    )
