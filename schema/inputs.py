"""What is sent to put something on record: each with the caller's own id, for sending it again."""

from __future__ import annotations

from datetime import datetime

import strawberry

from disclosure.assertion import About, Capacity, Giver, Says
from disclosure.judging import Judgement
from disclosure.requesting import Answered
from disclosure.reviewing import Finding
from disclosure.sayable import (
    CheckedBy,
    CheckRisk,
    ProtocolMeeting,
    SaidToHappen,
)
from records.episode import MissingFromPlace
from records.items import Item
from records.people import Kind, Role, Standing
from schema.words import as_enum

as_enum(About, "ConsentAbout")
as_enum(Giver, "ConsentGiver")
as_enum(Says, "ConsentSays")
as_enum(Capacity)
as_enum(Judgement)
as_enum(Standing)
as_enum(ProtocolMeeting)
as_enum(SaidToHappen)
as_enum(MissingFromPlace)
as_enum(CheckedBy)
as_enum(CheckRisk)
as_enum(Finding, "ReviewFinding")
as_enum(Answered, "RequestAnswer")

_CHILD = "The child's id."
_ITEMS = "The items of information."
_KEY = (
    "An id of your own, 8 to 128 characters. Send it again with the same content and nothing is done twice; "
    "it is yours alone."
)
_REASON = "Why, in your own words: 20 to 1,000 characters. Somebody else will read it."
_GIVER = "Who said it."
_WHOSE = "Whose: the code that its people's tokens carry; your own organisation unless given."
_SUBJECT = "Which person, as their tokens call them; nobody in particular unless given."
_ISSUER = "Who issues that person's tokens; whoever issued yours unless given."
_TEAM = "Only this team, as tokens carry it."
_WHICH = "Which parent, by a number of your own from 1 to 9; no name."


@strawberry.input(description="What the child or a parent wants shared, with whom.")
class RecordConsentInput:
    """A preference. It is no lawful basis, and says nothing of taking part in an interview."""

    child: strawberry.ID = strawberry.field(description=_CHILD)
    giver: Giver = strawberry.field(description=_GIVER)
    says: Says = strawberry.field(description="What they said. To take it back, `withdrawConsent`.")
    capacity: Capacity = strawberry.field(
        description="Whether they could decide this, as assessed; never by age alone."
    )
    client_mutation_id: str = strawberry.field(description=_KEY)
    about: About = strawberry.field(
        description="What they were asked about.", default=About.SHARING
    )
    with_agencies: Kind | None = strawberry.field(
        description="With organisations of this kind; with everybody if neither this nor the next is given.",
        default=None,
    )
    with_organisation: str | None = strawberry.field(
        description="With this organisation alone, by its code.", default=None
    )
    which_parent: int = strawberry.field(description=_WHICH, default=1)


@strawberry.input(description="That the child or a parent takes back what they wanted.")
class WithdrawConsentInput:
    """A withdrawal. It counts from now on."""

    child: strawberry.ID = strawberry.field(description=_CHILD)
    giver: Giver = strawberry.field(description=_GIVER)
    capacity: Capacity = strawberry.field(
        description="Whether they could decide this, as assessed."
    )
    client_mutation_id: str = strawberry.field(description=_KEY)
    about: About = strawberry.field(description="What they take back.", default=About.SHARING)
    with_agencies: Kind | None = strawberry.field(
        description="For organisations of this kind; for everybody if neither this nor the next is given.",
        default=None,
    )
    with_organisation: str | None = strawberry.field(
        description="For this organisation alone, by its code.", default=None
    )
    which_parent: int = strawberry.field(description=_WHICH, default=1)


@strawberry.input(description="Whether a return interview may take place.")
class RecordParticipationInput:
    """Agreement to take part. It is no agreement to share what is said."""

    child: strawberry.ID = strawberry.field(description=_CHILD)
    giver: Giver = strawberry.field(description=_GIVER)
    says: Says = strawberry.field(description="What they said.")
    client_mutation_id: str = strawberry.field(description=_KEY)
    interview: strawberry.ID | None = strawberry.field(
        description="The interview's id, if there is a record of it already.", default=None
    )
    which_parent: int = strawberry.field(description=_WHICH, default=1)


@strawberry.input(description="That the child was told who gets what, when and why; or why not.")
class RecordNoticeInput:
    """Notice. It is neither agreement nor a lawful basis."""

    child: strawberry.ID = strawberry.field(description=_CHILD)
    told: bool = strawberry.field(description="Whether the child was told.")
    why: str = strawberry.field(description="What they were told, or why telling them was unsafe.")
    client_mutation_id: str = strawberry.field(description=_KEY)


@strawberry.input(description="Who is what to a child, where no system tells it.")
class RecordStandingInput:
    """A standing. It ends by itself."""

    child: strawberry.ID = strawberry.field(description=_CHILD)
    standing: Standing = strawberry.field(description="What they are to the child.")
    days: int = strawberry.field(description="For how long: 1 to 366 days.")
    client_mutation_id: str = strawberry.field(description=_KEY)
    organisation: str | None = strawberry.field(description=_WHOSE, default=None)
    subject: str | None = strawberry.field(description=_SUBJECT, default=None)
    issuer: str | None = strawberry.field(description=_ISSUER, default=None)
    team: str | None = strawberry.field(description=_TEAM, default=None)


@strawberry.input(description="That somebody is no longer what your organisation said.")
class EndStandingInput:
    """Named as it was recorded."""

    child: strawberry.ID = strawberry.field(description=_CHILD)
    standing: Standing = strawberry.field(description="What they were to the child.")
    client_mutation_id: str = strawberry.field(description=_KEY)
    organisation: str | None = strawberry.field(description=_WHOSE, default=None)
    subject: str | None = strawberry.field(description=_SUBJECT, default=None)
    issuer: str | None = strawberry.field(description=_ISSUER, default=None)
    team: str | None = strawberry.field(description=_TEAM, default=None)


@strawberry.input(description="What you judge of a child, for a time.")
class RecordJudgementInput:
    """A judgement. It ends by itself."""

    child: strawberry.ID = strawberry.field(description=_CHILD)
    judgement: Judgement = strawberry.field(description="What you judge.")
    value: bool = strawberry.field(description="Whether it is so.")
    hours: int = strawberry.field(description="For how many hours it stands.")
    reason: str = strawberry.field(description=_REASON)
    client_mutation_id: str = strawberry.field(description=_KEY)


@strawberry.input(description="What more is said of an event. Each belongs to some events alone.")
class EventDetailInput:
    """Codes that the protocols ask about: yes, no, a number or one of a list; never words."""

    meeting: ProtocolMeeting | None = strawberry.field(
        description="Of a meeting: of which kind.", default=None
    )
    concerns_continue: bool | None = strawberry.field(
        description="Of a meeting that was held, or a review: that the concerns continue.",
        default=None,
    )
    travel_minutes: int | None = strawberry.field(
        description=(
            "Of a placement that was notified: how long the way there is by road, in minutes, from the "
            "boundary of the authority that looks after the child."
        ),
        default=None,
    )
    checked_by: CheckedBy | None = strawberry.field(
        description="Of a safe and well check: who saw the child, or is to see them.", default=None
    )
    return_safe: bool | None = strawberry.field(
        description="Of a safe and well check: whether where the child went back to is safe.",
        default=None,
    )
    check_risk: CheckRisk | None = strawberry.field(
        description="Of a check that somebody else is to make: how risky that is.", default=None
    )
    significant_harm_suspected: bool | None = strawberry.field(
        description="That significant harm is suspected.", default=None
    )
    exploitation_risk: bool | None = strawberry.field(
        description="Of a safe and well check: that there is a risk of exploitation.", default=None
    )
    parental_abduction_suspected: bool | None = strawberry.field(
        description="Of a child who cannot be found: that a parent may have taken them.",
        default=None,
    )
    safety_plan_immediate: bool | None = strawberry.field(
        description="Of a child who cannot be found, or is away: that their safety plan says to report at once.",
        default=None,
    )
    missing_from_place: MissingFromPlace | None = strawberry.field(
        description="Of a child who cannot be found: from where.", default=None
    )
    first_review_done: bool | None = strawberry.field(
        description="Of a grade that is disputed: that the first review is done.", default=None
    )
    contactable: bool | None = strawberry.field(
        description="Of an interview that was offered, or an absence: whether the child can be reached.",
        default=None,
    )
    allegation_against_professional: bool | None = strawberry.field(
        description="Of an interview: that something was alleged against a professional.",
        default=None,
    )
    alert_received: bool | None = strawberry.field(
        description="Of a national alert: that one was received.", default=None
    )
    attendance_percent: int | None = strawberry.field(
        description="Of an absence from school: how much the child attends.", default=None
    )
    part_time_timetable: bool | None = strawberry.field(
        description="Of an absence from school: that the timetable is part-time.", default=None
    )
    not_on_roll: bool | None = strawberry.field(
        description="Of an absence from school: that the child is on no school's roll.",
        default=None,
    )
    repeated: bool | None = strawberry.field(
        description="Of an absence from school: that it is not the first.", default=None
    )
    persistent_absence: bool | None = strawberry.field(
        description="Of a referral: that it is about persistent absence.", default=None
    )
    notice_served: bool | None = strawberry.field(
        description="Of an abduction warning notice: that it was served.", default=None
    )
    new_information: bool | None = strawberry.field(
        description="Of a trigger plan that is due: that something new belongs in it.", default=None
    )
    whereabouts_known: bool | None = strawberry.field(
        description="Of a child who is away: whether it is known where.", default=None
    )
    immediate_risk: bool | None = strawberry.field(
        description="Of a child who is away or absent: that they are at risk now.", default=None
    )
    concern_increased: bool | None = strawberry.field(
        description="Of a child who is away: that there is more reason for concern than before.",
        default=None,
    )
    absence_authorised: bool | None = strawberry.field(
        description="Of a child who is away: that the absence has been authorised since.",
        default=None,
    )
    tier_4: bool | None = strawberry.field(
        description="Of a decision of a front door: that the child's need is at tier 4.",
        default=None,
    )


@strawberry.input(description="What has happened to a child, of which no system tells.")
class RecordEventInput:
    """That, and when. What was said there stays in your own system."""

    child: strawberry.ID = strawberry.field(description=_CHILD)
    what: SaidToHappen = strawberry.field(description="What happened.")
    at: datetime = strawberry.field(description="When: not in the future, and at most 90 days ago.")
    client_mutation_id: str = strawberry.field(description=_KEY)
    meeting: ProtocolMeeting | None = strawberry.field(
        description="The same as `detail.meeting`.", default=None
    )
    travel_minutes: int | None = strawberry.field(
        description="The same as `detail.travelMinutes`.", default=None
    )
    detail: EventDetailInput | None = strawberry.field(
        description="What more is said of it.", default=None
    )


@strawberry.input(description="An event that was said by mistake.")
class RetractEventInput:
    """It did not happen, or not so. Whoever was told of it is told that."""

    child: strawberry.ID = strawberry.field(description=_CHILD)
    event: strawberry.ID = strawberry.field(description="The receipt's `id`.")
    because: str = strawberry.field(description="Why, in your own words: 20 to 1000 characters.")
    client_mutation_id: str = strawberry.field(description=_KEY)


@strawberry.input(description="What you need in an emergency although it is withheld from you.")
class BreakGlassInput:
    """Breaking glass. It is reviewed by somebody else within one working day."""

    items: list[Item] = strawberry.field(description=_ITEMS)
    reason: str = strawberry.field(description=_REASON)
    client_mutation_id: str = strawberry.field(description=_KEY)
    child: strawberry.ID | None = strawberry.field(
        description="The child's id, if you have been given it.", default=None
    )
    nhs_number: str | None = strawberry.field(
        description="The child's NHS number, where you have no id.", default=None
    )
    minutes: int = strawberry.field(description="For how long: 1 to 720 minutes.", default=60)


@strawberry.input(description="What you found of somebody else's breaking of glass.")
class ReviewBreakGlassInput:
    """A review."""

    id: strawberry.ID = strawberry.field(description="The id in the queue.")
    finding: Finding = strawberry.field(description="What you found.")
    reason: str = strawberry.field(description=_REASON)
    client_mutation_id: str = strawberry.field(description=_KEY)


@strawberry.input(description="What you ask a person to share with you.")
class RequestDisclosureInput:
    """A request to whoever the refusals name."""

    items: list[Item] = strawberry.field(description=_ITEMS)
    reason: str = strawberry.field(description=_REASON)
    client_mutation_id: str = strawberry.field(description=_KEY)
    child: strawberry.ID | None = strawberry.field(
        description="The child's id, if you have been given it.", default=None
    )
    nhs_number: str | None = strawberry.field(
        description="The child's NHS number, where you have no id.", default=None
    )


@strawberry.input(description="Your answer to somebody's request.")
class AnswerDisclosureRequestInput:
    """An answer."""

    id: strawberry.ID = strawberry.field(description="The id in the queue.")
    answer: Answered = strawberry.field(description="How you answer.")
    reason: str = strawberry.field(description=_REASON)
    client_mutation_id: str = strawberry.field(description=_KEY)
    hours: int = strawberry.field(
        description="For how long, if you release it: 1 to 72 hours.", default=24
    )


@strawberry.input(description="Why you do not share something that another person needs.")
class RecordNotSharedInput:
    """An answer to the duty to share."""

    child: strawberry.ID = strawberry.field(description=_CHILD)
    items: list[Item] = strawberry.field(description=_ITEMS)
    with_role: Role = strawberry.field(description="With whom it is not shared.")
    told: list[Role] = strawberry.field(description="Whom you told that it is not shared.")
    because: str = strawberry.field(
        description="Why sharing would do the child more harm: 20 to 1,000 characters."
    )
    client_mutation_id: str = strawberry.field(description=_KEY)
