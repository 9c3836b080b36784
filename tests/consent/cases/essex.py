"""One row for every row of the Essex sharing file."""

from dataclasses import replace
from typing import Final

from consent.situation import Situation
from consent.vocabulary import Fact, Known
from records.items import Item
from records.people import Purpose, Role, Standing
from tests.consent.casework import Case, Person, person, shown, withheld

AT: Final = "essex"
ESSEX: Final = "E10000012"
LEEDS: Final = "E08000035"


def _somebody(role: Role, *standings: Standing, purpose: Purpose = Purpose.SAFEGUARD) -> Person:
    return person(role, *standings, at=AT, purpose=purpose)


HOME: Final = _somebody(Role.REGISTERED_MANAGER, Standing.PROVIDES_PLACEMENT)
FOSTER_CARER: Final = _somebody(Role.FOSTER_CARER, Standing.PROVIDES_PLACEMENT)
SOCIAL_WORKER: Final = _somebody(Role.SOCIAL_WORKER, Standing.ALLOCATED_WORKER)
FAMILY_WORKER: Final = _somebody(Role.FAMILY_HELP_PRACTITIONER, Standing.ALLOCATED_WORKER)
SERVICE_MANAGER: Final = _somebody(Role.SERVICE_MANAGER, Standing.MANAGES_CASE)
DIRECTOR: Final = _somebody(Role.SENIOR_MANAGER, Standing.RESPONSIBLE_AUTHORITY)
REVIEWING_OFFICER: Final = _somebody(Role.INDEPENDENT_REVIEWING_OFFICER, Standing.REVIEWS_CARE)
CONFERENCE_CHAIR: Final = _somebody(Role.CHILD_PROTECTION_CHAIR, Standing.REVIEWS_CARE)
HUB: Final = _somebody(Role.FRONT_DOOR, Standing.RESPONSIBLE_AUTHORITY)
HOST_HUB: Final = _somebody(Role.FRONT_DOOR, Standing.HOST_AUTHORITY)
OTHER_FRONT_DOOR: Final = _somebody(Role.FRONT_DOOR, Standing.RESPONSIBLE_AUTHORITY)
DUTY_TEAM: Final = _somebody(Role.EMERGENCY_DUTY_TEAM, Standing.RESPONSIBLE_AUTHORITY)
HOST_AUTHORITY: Final = _somebody(Role.MISSING_COORDINATOR, Standing.HOST_AUTHORITY)
FAMILY_SOLUTIONS: Final = _somebody(Role.FAMILY_HELP_PRACTITIONER, Standing.INTERVIEWS_CHILD)
INTERVIEWER: Final = _somebody(Role.RETURN_INTERVIEWER, Standing.INTERVIEWS_CHILD)
MPLO: Final = _somebody(Role.POLICE_MISSING_COORDINATOR, Standing.INVESTIGATING_FORCE)
OFFICER: Final = _somebody(Role.POLICE_OFFICER, Standing.INVESTIGATING_FORCE)
NURSE: Final = _somebody(Role.CLA_NURSE, Standing.NURSE_TEAM)
SCHOOL: Final = _somebody(Role.SCHOOL, Standing.CHILDS_SCHOOL, purpose=Purpose.EDUCATION)
PANEL: Final = _somebody(Role.EXPLOITATION_PANEL, Standing.NAMED_PARTNER)
PARTNER: Final = _somebody(Role.PARTNER_AGENCY, Standing.NAMED_PARTNER)
PARENT: Final = _somebody(Role.PARENT_CARER, Standing.PARENTAL_RESPONSIBILITY, purpose=Purpose.CARE)
CHILD: Final = _somebody(Role.CHILD, Standing.IS_THE_CHILD, purpose=Purpose.CARE)
MEDIA: Final = _somebody(Role.MEDIA_AND_PUBLIC)
UNCLE: Final = _somebody(Role.ENQUIRER)


def knowing(situation: Situation, **facts: Known) -> Situation:
    """The situation with these facts known as well."""
    more = {Fact(name): value for name, value in facts.items()}
    return replace(situation, facts={**situation.facts, **more})


def placed_in_essex(who: Person, **facts: Known) -> Situation:
    """This person asks about a child whom Leeds looks after and has placed in Essex."""
    placed = who.asks(
        responsible=None,
        authority=LEEDS,
        host_authority=ESSEX,
        placed_here_by_other_authority=True,
        placed_out_of_area=True,
    )
    return knowing(placed, **facts)


def placed_elsewhere(who: Person, **facts: Known) -> Situation:
    """This person asks about an Essex child whom Essex has placed in Leeds."""
    placed = who.asks(
        host=None,
        authority=ESSEX,
        host_authority=LEEDS,
        placed_here_by_other_authority=True,
        placed_out_of_area=True,
    )
    return knowing(placed, **facts)


CASES: Final[tuple[Case, ...]] = (
    shown("essex-placement-prepared", Item.TRIGGER_PLAN_PHOTO, FOSTER_CARER.asks()),
    shown("essex-planning-for-missing-form", Item.PREVENTION_PLAN, placed_in_essex(HOME)),
    shown(
        "essex-plan-consults-agencies",
        Item.CARE_PLAN,
        SCHOOL.asks(pattern_developing=True, release_decided=True),
    ),
    shown("essex-sw-informs-iro", Item.CONTACT_RECORD, REVIEWING_OFFICER.asks()),
    shown("essex-carer-tells-sw-eds", Item.EPISODE_STATUS, DUTY_TEAM.asks()),
    shown("essex-carer-gives-form", Item.PREVENTION_PLAN, OFFICER.asks(reported_missing=True)),
    shown(
        "essex-carer-notifies-responsible-la",
        Item.EPISODE_STATUS,
        placed_in_essex(OTHER_FRONT_DOOR),
    ),
    shown("essex-carer-notifies-pr", Item.EPISODE_STATUS, PARENT.asks(reported_missing=True)),
    withheld(
        "essex-withhold-from-pr",
        Item.EPISODE_EXISTS,
        PARENT.asks(reported_missing=True, pr_contact_unsafe=True),
    ),
    shown("essex-sw-notifies-iro", Item.EPISODE_STATUS, REVIEWING_OFFICER.asks()),
    shown("essex-sw-notifies-host", Item.EPISODE_STATUS, placed_elsewhere(HOST_AUTHORITY)),
    shown("essex-strategy-5d-care", Item.MEETING_REQUEST, PARTNER.asks(reported_missing=True)),
    shown("essex-dld-5d-care", Item.EPISODE_STATUS, DIRECTOR.asks()),
    shown(
        "essex-return-health",
        Item.HEALTH_NEEDS,
        NURSE.asks(located=True, release_decided=True),
    ),
    withheld("essex-return-health/parents", Item.HEALTH_NEEDS, PARENT.asks(child_says="refuses")),
    shown("essex-found-notify-police", Item.WHEREABOUTS_LOCATION, OFFICER.asks(located=True)),
    shown("essex-found-notify-school", Item.EPISODE_STATUS, SCHOOL.asks(located=True)),
    shown("essex-saw-outcome-to-sw", Item.SAW_RECORD, SOCIAL_WORKER.asks()),
    shown(
        "essex-home-police-notify-hub",
        Item.EPISODE_DETAIL,
        HUB.asks(looked_after=False, open_to_social_care=False),
    ),
    shown("essex-hub-uploads-mosaic", Item.EPISODE_DETAIL, FAMILY_WORKER.asks(looked_after=False)),
    shown(
        "essex-cp-chair-notified",
        Item.EPISODE_STATUS,
        CONFERENCE_CHAIR.asks(looked_after=False, on_plan=frozenset({"child-protection"})),
    ),
    shown(
        "essex-cp-chair-notified/child-in-need",
        Item.EPISODE_STATUS,
        CONFERENCE_CHAIR.asks(looked_after=False, on_plan=frozenset({"child-in-need"})),
    ),
    withheld("essex-media-strategy", Item.MEDIA_MATERIAL, MEDIA.asks(release_decided=False)),
    shown("essex-media-strategy/discussed-with", Item.MEDIA_MATERIAL, DIRECTOR.asks()),
    shown("essex-media-strategy/parents", Item.MEDIA_MATERIAL, PARENT.asks()),
    shown(
        "essex-harm-to-ai",
        Item.RHI_SAFEGUARDING,
        HUB.asks(at_risk=True, child_says="refuses"),
    ),
    shown(
        "essex-harm-to-ai/crime",
        Item.RHI_SAFEGUARDING,
        HUB.asks(crime_suspected=True, child_says="refuses"),
    ),
    shown("essex-rhi-recorded", Item.RHI_FULL, FAMILY_SOLUTIONS.asks(child_says="refuses")),
    withheld(
        "essex-rhi-child-consent", Item.RHI_SYNOPSIS, SOCIAL_WORKER.asks(child_says="refuses")
    ),
    shown("essex-rhi-child-consent/told", Item.CONSENT_RECORD, CHILD.asks()),
    shown("essex-rhi-synopsis-sw", Item.RHI_SYNOPSIS, SOCIAL_WORKER.asks()),
    shown("essex-rhi-synopsis-sw/action-plan", Item.RHI_NEEDS, SOCIAL_WORKER.asks()),
    shown("essex-rhi-synopsis-police", Item.RHI_SYNOPSIS, MPLO.asks()),
    shown(
        "essex-rhi-unopen-synopsis",
        Item.RHI_SYNOPSIS,
        MPLO.asks(looked_after=False, open_to_social_care=False),
    ),
    withheld("essex-rhi-full-withheld", Item.RHI_FULL, MPLO.asks(child_says="agrees")),
    withheld(
        "essex-rhi-full-withheld/social-care",
        Item.RHI_FULL,
        SOCIAL_WORKER.asks(child_says="agrees"),
    ),
    withheld("essex-rhi-withhold-placement", Item.RHI_SYNOPSIS, HOME.asks(child_says="agrees")),
    withheld(
        "essex-rhi-withhold-placement/host-authority",
        Item.RHI_SYNOPSIS,
        placed_elsewhere(HOST_AUTHORITY, child_says="agrees"),
    ),
    shown("essex-ola-inbound-silent", Item.EPISODE_STATUS, placed_in_essex(OTHER_FRONT_DOOR)),
    shown("essex-mace1-share-intelligence", Item.INTELLIGENCE_REPORT, PANEL.asks(meeting="mace-1")),
    shown("essex-mace1-monthly", Item.PREVENTION_PLAN, PANEL.asks(meeting="mace-1")),
)
