"""What a deployment says of its Liquidlogic: where it is, how to sign in, how its forms are made."""

from __future__ import annotations

import msgspec

from adapters.settings import Seconds, Secret, Url
from records.meeting import MeetingKind


class CouncilForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One form that the council made: ``template`` is its name, ``DIM_ASSESSMENT_TEMPLATE_ID_DESC``."""

    template: str


class InterviewForm(CouncilForm, frozen=True, forbid_unknown_fields=True):
    """Which answers of the council's own return interview form mean what.

    Each value is an ``ANSWER_NO`` of the form; what the form does not ask is left out, and is
    then not supplied. ``episode`` is the answer that holds the missing episode's id, if any, and
    ``episode_began`` the one that holds the day on which it began: without either, of which of
    several episodes an interview is has to be asked of a person.
    """

    held: str
    held_by: str | None = None
    safeguarding: str | None = None
    safeguarding_provider: str | None = None
    needs: str | None = None
    synopsis: str | None = None
    account: str | None = None
    sensitive: str | None = None
    episode: str | None = None
    episode_began: str | None = None


class PlanForm(CouncilForm, frozen=True, forbid_unknown_fields=True):
    """Which answers of a plan's form mean what. ``risks`` and ``actions`` may be several answers."""

    written: str
    review_due: str | None = None
    profile: str | None = None
    risks: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()


class SchoolForm(CouncilForm, frozen=True, forbid_unknown_fields=True):
    """Which answers of a form, such as the personal education plan, name the child's school."""

    name: str
    started: str | None = None
    ended: str | None = None


class MeetingForm(CouncilForm, frozen=True, forbid_unknown_fields=True):
    """Which answers of the form of one kind of meeting mean what.

    ``meets`` is when it is to meet; ``held`` answers on which day it did.
    """

    kind: MeetingKind
    meets: str
    called: str | None = None
    held: str | None = None
    minutes: str | None = None


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One council's Liquidlogic. ``authority`` is the GSS code of that council.

    ``placed_in`` says in whose area a placement is, which the copy does not: the GSS code of the
    authority, by the home's Ofsted number or by a postcode or its beginning; the longest counts.
    ``reads_reviews`` is false where the layer has no reviews of looked-after children.
    """

    url: Url
    token_url: Url
    client_id: str
    client_secret: Secret
    supplier_key: Secret
    authority: str | None = None
    scope: str | None = None
    interview_form: InterviewForm | None = None
    placement_plan_form: PlanForm | None = None
    prevention_plan_form: PlanForm | None = None
    philomena_form: PlanForm | None = None
    school_form: SchoolForm | None = None
    meeting_forms: tuple[MeetingForm, ...] = ()
    placed_in: dict[str, str] = msgspec.field(default_factory=dict)
    early_help: bool = False
    reads_reviews: bool = True
    timeout: Seconds = 5.0
    deadline: Seconds | None = None
