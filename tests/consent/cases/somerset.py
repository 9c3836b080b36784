"""One row for every row of the Somerset sharing file."""

from dataclasses import replace
from typing import Final

from consent.situation import Situation
from consent.vocabulary import Fact, Known
from records.items import Item
from records.people import Purpose, Role, Standing
from tests.consent.casework import Case, Person, person, shown, withheld

AT: Final = "somerset"
SOMERSET: Final = "E06000066"
LEEDS: Final = "E08000035"


def _somebody(role: Role, *standings: Standing, purpose: Purpose = Purpose.SAFEGUARD) -> Person:
    return person(role, *standings, at=AT, purpose=purpose)


HOME: Final = _somebody(Role.REGISTERED_MANAGER, Standing.PROVIDES_PLACEMENT)
FOSTER_CARER: Final = _somebody(Role.FOSTER_CARER, Standing.PROVIDES_PLACEMENT)
SOCIAL_WORKER: Final = _somebody(Role.SOCIAL_WORKER, Standing.ALLOCATED_WORKER)
FAMILY_WORKER: Final = _somebody(Role.FAMILY_HELP_PRACTITIONER, Standing.ALLOCATED_WORKER)
LINE_MANAGER: Final = _somebody(Role.TEAM_MANAGER, Standing.MANAGES_CASE)
OPERATIONS_MANAGER: Final = _somebody(Role.SERVICE_MANAGER, Standing.RESPONSIBLE_AUTHORITY)
DIRECTOR: Final = _somebody(
    Role.DIRECTOR_OF_CHILDRENS_SERVICES, Standing.RESPONSIBLE_AUTHORITY, purpose=Purpose.CARE
)
REVIEWING_OFFICER: Final = _somebody(Role.INDEPENDENT_REVIEWING_OFFICER, Standing.REVIEWS_CARE)
PMEX: Final = _somebody(Role.RETURN_INTERVIEWER, Standing.INTERVIEWS_CHILD)
SOMERSET_DIRECT: Final = _somebody(Role.FRONT_DOOR, Standing.HOME_AUTHORITY)
HOST_SOMERSET_DIRECT: Final = _somebody(Role.FRONT_DOOR, Standing.HOST_AUTHORITY)
CHILDRENS_SOCIAL_CARE: Final = _somebody(Role.CHILDRENS_SERVICES, Standing.RESPONSIBLE_AUTHORITY)
OTHER_HOST: Final = _somebody(Role.FRONT_DOOR, Standing.HOST_AUTHORITY)
LEEDS_FRONT_DOOR: Final = _somebody(Role.FRONT_DOOR, Standing.RESPONSIBLE_AUTHORITY)
OFFICER: Final = _somebody(Role.POLICE_OFFICER, Standing.INVESTIGATING_FORCE)
CHIEF_INSPECTOR: Final = _somebody(Role.POLICE_SENIOR_OFFICER, Standing.INVESTIGATING_FORCE)
DETECTIVE_INSPECTOR: Final = _somebody(Role.POLICE_INVESTIGATOR, Standing.INVESTIGATING_FORCE)
NURSE: Final = _somebody(Role.CLA_NURSE, Standing.NURSE_TEAM)
SCHOOL: Final = _somebody(Role.SCHOOL, Standing.CHILDS_SCHOOL, purpose=Purpose.EDUCATION)
PARTNER: Final = _somebody(Role.PARTNER_AGENCY, Standing.NAMED_PARTNER)
PARENT: Final = _somebody(Role.PARENT_CARER, Standing.PARENTAL_RESPONSIBILITY, purpose=Purpose.CARE)
UNCLE: Final = _somebody(Role.ENQUIRER)


def knowing(situation: Situation, **facts: Known) -> Situation:
    """The situation with these facts known as well."""
    more = {Fact(name): value for name, value in facts.items()}
    return replace(situation, facts={**situation.facts, **more})


def at_home(who: Person, **facts: Known) -> Situation:
    """This person asks about a child of Somerset who lives at home."""
    return knowing(who.asks(looked_after=False), **facts)


def placed_by_leeds(who: Person, **facts: Known) -> Situation:
    """This person asks about a child whom Leeds looks after and has placed in Somerset."""
    placed = who.asks(
        responsible=None,
        authority=LEEDS,
        host_authority=SOMERSET,
        placed_here_by_other_authority=True,
        placed_out_of_area=True,
    )
    return knowing(placed, **facts)


def placed_in_leeds(who: Person, **facts: Known) -> Situation:
    """This person asks about a child of Somerset whom it has placed in Leeds."""
    placed = who.asks(
        host=None,
        authority=SOMERSET,
        host_authority=LEEDS,
        placed_here_by_other_authority=False,
        placed_out_of_area=True,
    )
    return knowing(placed, **facts)


_REPORTING: Final = (
    shown("somerset-report-contents", Item.TRIGGER_PLAN_PHOTO, OFFICER.asks(reported_missing=True)),
    shown("somerset-report-risk-drawn", Item.RISK_ASSESSMENT, OFFICER.asks(reported_missing=True)),
    shown(
        "somerset-parents-inform-risk", Item.HEALTH_NEEDS, at_home(OFFICER, reported_missing=True)
    ),
    shown(
        "somerset-parents-inform-risk/corporate-parent",
        Item.HEALTH_NEEDS,
        OFFICER.asks(reported_missing=True),
    ),
    shown("somerset-philomena", Item.PHILOMENA_FORM, OFFICER.asks(reported_missing=True)),
    shown("somerset-trigger-plan-3-in-28/recipients", Item.TRIGGER_PLAN_FULL, OFFICER.asks()),
    shown("somerset-cla-care-plan", Item.CARE_PLAN, FOSTER_CARER.asks(at_risk_of_missing=True)),
)

_TOLD: Final = (
    shown(
        "somerset-police-inform-somerset-direct",
        Item.EPISODE_STATUS,
        placed_by_leeds(HOST_SOMERSET_DIRECT, recorded_missing=True),
    ),
    shown(
        "somerset-sd-notifies-worker",
        Item.EPISODE_STATUS,
        at_home(FAMILY_WORKER, open_to_social_care=True),
    ),
    shown(
        "somerset-sd-safeguarding-referral",
        Item.EPISODE_DETAIL,
        at_home(SOMERSET_DIRECT, open_to_social_care=False, recorded_missing=True),
    ),
    shown(
        "somerset-return-agreed",
        Item.WHEREABOUTS_LOCATION,
        HOME.asks(located=True, collection_appropriate=True),
    ),
    shown(
        "somerset-return-agreed/parents",
        Item.WHEREABOUTS_LOCATION,
        at_home(PARENT, located=True, collection_appropriate=True),
    ),
    shown(
        "somerset-return-agreed/corporate-parent",
        Item.WHEREABOUTS_LOCATION,
        placed_by_leeds(LEEDS_FRONT_DOOR, located=True),
    ),
    withheld(
        "somerset-location-withheld-if-unsafe",
        Item.WHEREABOUTS_LOCATION,
        at_home(PARENT, located=True, collection_appropriate=True, pr_contact_unsafe=True),
    ),
    shown(
        "somerset-saw-unsafe-return",
        Item.SAW_RECORD,
        CHILDRENS_SOCIAL_CARE.asks(located=True, collection_appropriate=False),
    ),
    shown("somerset-found-refer-pmex", Item.EPISODE_STATUS, PMEX.asks()),
    shown("somerset-rhi-ola-liaison", Item.EPISODE_STATUS, placed_by_leeds(LEEDS_FRONT_DOOR)),
)

_INTERVIEW: Final = (
    shown("somerset-rhi-record-lcs", Item.RHI_FULL, SOCIAL_WORKER.asks(child_says="refuses")),
    shown("somerset-rhi-manager-review", Item.RHI_FULL, LINE_MANAGER.asks(child_says="refuses")),
    shown(
        "somerset-rhi-needs-to-agencies",
        Item.RHI_NEEDS,
        PARTNER.asks(on_plan=frozenset({"multi-agency"})),
    ),
    withheld(
        "somerset-rhi-needs-to-agencies/refused",
        Item.RHI_NEEDS,
        PARTNER.asks(on_plan=frozenset({"multi-agency"}), child_says="refuses"),
    ),
    withheld("somerset-rhi-withhold-police", Item.RHI_FULL, OFFICER.asks(child_says="agrees")),
    withheld(
        "somerset-rhi-withhold-police/parents", Item.RHI_SYNOPSIS, PARENT.asks(child_says="agrees")
    ),
    shown(
        "somerset-rhi-withhold-police/confirmation",
        Item.RHI_CONFIRMATION,
        OFFICER.asks(child_says="refuses"),
    ),
    shown(
        "somerset-rhi-withhold-police/extract-crime",
        Item.RHI_SAFEGUARDING,
        OFFICER.asks(crime_suspected=True, release_decided=True, child_says="refuses"),
    ),
    shown(
        "somerset-rhi-withhold-police/extract-risk",
        Item.RHI_SAFEGUARDING,
        OFFICER.asks(at_risk=True, release_decided=True, child_says="refuses"),
    ),
    shown(
        "somerset-rhi-follow-on",
        Item.RHI_SAFEGUARDING,
        placed_by_leeds(HOST_SOMERSET_DIRECT, at_risk=True),
    ),
    shown(
        "somerset-rhi-follow-on/crime",
        Item.RHI_SAFEGUARDING,
        placed_by_leeds(HOST_SOMERSET_DIRECT, crime_suspected=True),
    ),
)

_ESCALATED: Final = (
    shown("somerset-communicate-regularly", Item.EPISODE_STATUS, HOME.asks(reported_missing=True)),
    shown(
        "somerset-communicate-regularly/parents",
        Item.EPISODE_STATUS,
        at_home(PARENT, reported_missing=True),
    ),
    shown("somerset-cla-24h-operations-manager", Item.EPISODE_STATUS, OPERATIONS_MANAGER.asks()),
    shown("somerset-sw-line-manager", Item.EPISODE_STATUS, LINE_MANAGER.asks()),
    shown(
        "somerset-out-provider-notifies",
        Item.EPISODE_STATUS,
        placed_in_leeds(CHILDRENS_SOCIAL_CARE),
    ),
    shown("somerset-out-notify-host-silent", Item.EPISODE_STATUS, placed_in_leeds(OTHER_HOST)),
    shown("somerset-strategy-24h", Item.MEETING_REQUEST, SCHOOL.asks(meeting="strategy")),
    shown(
        "somerset-strategy-14d",
        Item.MEETING_MINUTES,
        DETECTIVE_INSPECTOR.asks(meeting="strategy-14-day"),
    ),
    shown(
        "somerset-media-police",
        Item.MEDIA_MATERIAL,
        OFFICER.asks(risk_grade="high", media_says="refuses"),
    ),
    withheld(
        "somerset-media-medium-authorised", Item.MEDIA_MATERIAL, OFFICER.asks(media_says="agrees")
    ),
    shown(
        "somerset-media-medium-authorised/chief-inspector",
        Item.MEDIA_MATERIAL,
        CHIEF_INSPECTOR.asks(),
    ),
    withheld(
        "somerset-media-pr-consulted",
        Item.MEDIA_MATERIAL,
        OFFICER.asks(risk_grade="high", media_says="not-asked"),
    ),
    shown("somerset-media-pr-consulted/shown", Item.MEDIA_MATERIAL, PARENT.asks()),
    shown("somerset-iro-health-updates", Item.EPISODE_STATUS, NURSE.asks()),
    shown("somerset-dcs-6-months", Item.EPISODE_HISTORY, DIRECTOR.asks()),
)

CASES: Final[tuple[Case, ...]] = (*_REPORTING, *_TOLD, *_INTERVIEW, *_ESCALATED)
