"""One row for every row of the Staffordshire and Stoke-on-Trent sharing file."""

from dataclasses import replace
from typing import Final

from consent.situation import Situation
from consent.vocabulary import Fact, Known
from records.items import Item
from records.people import Purpose, Role, Standing
from tests.consent.casework import Case, Person, person, shown, withheld

AT: Final = "staffordshire-stoke"
STAFFORDSHIRE: Final = "E10000028"
STOKE: Final = "E06000021"
LEEDS: Final = "E08000035"


def _somebody(role: Role, *standings: Standing, purpose: Purpose = Purpose.SAFEGUARD) -> Person:
    return person(role, *standings, at=AT, purpose=purpose)


HOME: Final = _somebody(Role.REGISTERED_MANAGER, Standing.PROVIDES_PLACEMENT)
FOSTER_CARER: Final = _somebody(Role.FOSTER_CARER, Standing.PROVIDES_PLACEMENT)
SOCIAL_WORKER: Final = _somebody(Role.SOCIAL_WORKER, Standing.ALLOCATED_WORKER)
TEAM_MANAGER: Final = _somebody(Role.TEAM_MANAGER, Standing.MANAGES_CASE)
SERVICE_MANAGER: Final = _somebody(Role.SERVICE_MANAGER, Standing.MANAGES_CASE)
SENIOR_MANAGER: Final = _somebody(Role.SENIOR_MANAGER, Standing.RESPONSIBLE_AUTHORITY)
REVIEWING_OFFICER: Final = _somebody(Role.INDEPENDENT_REVIEWING_OFFICER, Standing.REVIEWS_CARE)
CHILDRENS_SERVICES: Final = _somebody(Role.CHILDRENS_SERVICES, Standing.RESPONSIBLE_AUTHORITY)
HOST_SERVICES: Final = _somebody(Role.CHILDRENS_SERVICES, Standing.HOST_AUTHORITY)
CHAD: Final = _somebody(Role.FRONT_DOOR, Standing.RESPONSIBLE_AUTHORITY)
HOST_CHAD: Final = _somebody(Role.FRONT_DOOR, Standing.HOST_AUTHORITY)
LEEDS_FRONT_DOOR: Final = _somebody(Role.FRONT_DOOR, Standing.RESPONSIBLE_AUTHORITY)
MISSING_OFFICER: Final = _somebody(Role.MISSING_OFFICER, Standing.RESPONSIBLE_AUTHORITY)
FAMILY_PRACTITIONER_LEAD: Final = _somebody(
    Role.FAMILY_HELP_PRACTITIONER, Standing.RESPONSIBLE_AUTHORITY
)
TEAM_COORDINATOR: Final = _somebody(Role.BUSINESS_SUPPORT, Standing.MANAGES_CASE)
EXPLOITATION_WORKER: Final = _somebody(Role.EXPLOITATION_WORKER, Standing.RESPONSIBLE_AUTHORITY)
CATCH22: Final = _somebody(Role.RETURN_INTERVIEW_SERVICE, Standing.INTERVIEWS_CHILD)
COORDINATOR: Final = _somebody(Role.POLICE_MISSING_COORDINATOR, Standing.INVESTIGATING_FORCE)
OFFICER: Final = _somebody(Role.POLICE_OFFICER, Standing.INVESTIGATING_FORCE)
PCSO: Final = _somebody(Role.POLICE_COMMUNITY_SUPPORT, Standing.NAMED_PARTNER)
NURSE: Final = _somebody(Role.CLA_NURSE, Standing.NURSE_TEAM)
SCHOOL: Final = _somebody(Role.SCHOOL, Standing.CHILDS_SCHOOL, purpose=Purpose.EDUCATION)
PARTNER: Final = _somebody(Role.PARTNER_AGENCY, Standing.NAMED_PARTNER)
PARENT: Final = _somebody(Role.PARENT_CARER, Standing.PARENTAL_RESPONSIBILITY, purpose=Purpose.CARE)
CHILD: Final = _somebody(Role.CHILD, Standing.IS_THE_CHILD, purpose=Purpose.CARE)
UNCLE: Final = _somebody(Role.ENQUIRER)


def knowing(situation: Situation, **facts: Known) -> Situation:
    """The situation with these facts known as well."""
    more = {Fact(name): value for name, value in facts.items()}
    return replace(situation, facts={**situation.facts, **more})


def from_stoke(who: Person, **facts: Known) -> Situation:
    """This person asks about a child of Stoke-on-Trent who lives there."""
    return knowing(who.asks(authority=STOKE, host_authority=STOKE), **facts)


def from_staffordshire(who: Person, **facts: Known) -> Situation:
    """This person asks about a child of Staffordshire who lives there."""
    return knowing(who.asks(authority=STAFFORDSHIRE, host_authority=STAFFORDSHIRE), **facts)


def placed_by_leeds(who: Person, *, living_in: str = STAFFORDSHIRE, **facts: Known) -> Situation:
    """This person asks about a child whom Leeds looks after and has placed here."""
    placed = who.asks(
        responsible=None,
        authority=LEEDS,
        host_authority=living_in,
        placed_here_by_other_authority=True,
        placed_out_of_area=True,
    )
    return knowing(placed, **facts)


CASES: Final[tuple[Case, ...]] = (
    shown(
        "staffs-risk-high-notify-cs",
        Item.RISK_ASSESSMENT,
        placed_by_leeds(HOST_SERVICES, risk_grade="high"),
    ),
    shown("staffs-compact-auto-notify", Item.EPISODE_STATUS, CHILDRENS_SERVICES.asks()),
    shown("staffs-mpo-coordinates-found", Item.EPISODE_STATUS, from_staffordshire(CATCH22)),
    shown("staffs-mpo-alerts", Item.EPISODE_HISTORY, from_staffordshire(SOCIAL_WORKER)),
    shown(
        "staffs-stoke-chad-receives",
        Item.EPISODE_STATUS,
        placed_by_leeds(HOST_CHAD, living_in=STOKE),
    ),
    shown(
        "staffs-stoke-chad-receives/interview",
        Item.RHI_FULL,
        placed_by_leeds(HOST_CHAD, living_in=STOKE, child_says="agrees", child_told=True),
    ),
    shown("staffs-daily-alert", Item.EPISODE_STATUS, EXPLOITATION_WORKER.asks()),
    shown(
        "staffs-staffs-officer-routes",
        Item.EPISODE_STATUS,
        from_staffordshire(FAMILY_PRACTITIONER_LEAD, looked_after=False, open_to_social_care=False),
    ),
    shown(
        "staffs-report-content",
        Item.TRIGGER_PLAN_ASSOCIATES,
        OFFICER.asks(reported_missing=True),
    ),
    shown(
        "staffs-report-content/special",
        Item.IDENTITY_SPECIAL,
        OFFICER.asks(reported_missing=True, release_decided=True),
    ),
    shown("staffs-school-shares", Item.EDUCATION_SCHOOL, OFFICER.asks()),
    shown("staffs-police-contact-sw", Item.EPISODE_STATUS, placed_by_leeds(SOCIAL_WORKER)),
    shown(
        "staffs-sw-informs-risk-assessment",
        Item.PLACEMENT_ADDRESS,
        OFFICER.asks(reported_missing=True),
    ),
    shown("staffs-la-notified-after-debrief", Item.SAW_CONFIRMATION, HOST_SERVICES.asks()),
    shown(
        "staffs-found-tell-mpit",
        Item.WHEREABOUTS_LOCATION,
        OFFICER.asks(located=True),
    ),
    shown(
        "staffs-return-by-carer",
        Item.WHEREABOUTS_LOCATION,
        HOME.asks(located=True, collection_appropriate=True),
    ),
    withheld(
        "staffs-location-withheld-if-unsafe",
        Item.WHEREABOUTS_LOCATION,
        PARENT.asks(located=True, collection_appropriate=True, pr_contact_unsafe=True),
    ),
    shown(
        "staffs-location-withheld-if-unsafe/safe",
        Item.WHEREABOUTS_SAFE,
        PARENT.asks(located=True, release_decided=True, pr_contact_unsafe=True),
    ),
    shown(
        "staffs-rhi-save-staffordshire",
        Item.RHI_FULL,
        from_staffordshire(MISSING_OFFICER, child_says="agrees"),
    ),
    shown(
        "staffs-rhi-save-staffordshire/worker",
        Item.RHI_FULL,
        from_staffordshire(SOCIAL_WORKER, child_says="agrees"),
    ),
    shown(
        "staffs-rhi-unknown-child-staffordshire",
        Item.RHI_FULL,
        from_staffordshire(
            FAMILY_PRACTITIONER_LEAD,
            looked_after=False,
            open_to_social_care=False,
            known_to_services=False,
            child_says="agrees",
        ),
    ),
    shown("staffs-rhi-stoke-route", Item.RHI_FULL, from_stoke(CHAD, child_says="agrees")),
    shown(
        "staffs-rhi-stoke-route/open",
        Item.RHI_FULL,
        from_stoke(TEAM_COORDINATOR, child_says="agrees"),
    ),
    shown("staffs-consent-inform", Item.NOTICE_GIVEN, CHILD.asks()),
    withheld(
        "staffs-consent-inform/not-told",
        Item.RHI_SYNOPSIS,
        SOCIAL_WORKER.asks(child_told=False, child_says="not-asked"),
    ),
    withheld("staffs-consent-gain", Item.RHI_NEEDS, TEAM_MANAGER.asks(child_says="refuses")),
    shown(
        "staffs-rhi-feedback",
        Item.RHI_FULL,
        COORDINATOR.asks(child_says="agrees", critical=True),
    ),
    shown(
        "staffs-rhi-feedback/authority",
        Item.RHI_FULL,
        SERVICE_MANAGER.asks(child_says="agrees", critical=True),
    ),
    withheld(
        "staffs-rhi-withhold-no-consent",
        Item.RHI_SYNOPSIS,
        COORDINATOR.asks(child_says="refuses", critical=True),
    ),
    withheld(
        "staffs-rhi-withhold-no-consent/not-critical",
        Item.RHI_FULL,
        COORDINATOR.asks(child_says="agrees", critical=False),
    ),
    shown(
        "staffs-rhi-withhold-no-consent/confirmation",
        Item.RHI_CONFIRMATION,
        COORDINATOR.asks(child_says="refuses"),
    ),
    withheld("staffs-rhi-withhold-placement", Item.RHI_SYNOPSIS, HOME.asks(child_says="agrees")),
    shown(
        "staffs-ola-rhi-to-placing",
        Item.RHI_FULL,
        placed_by_leeds(LEEDS_FRONT_DOOR, child_says="agrees"),
    ),
    shown(
        "staffs-mim-attendees",
        Item.MEETING_REQUEST,
        SCHOOL.asks(meeting="missing-intervention"),
    ),
    shown(
        "staffs-mim-attendees/parents",
        Item.MEETING_REQUEST,
        PARENT.asks(meeting="missing-intervention"),
    ),
    shown(
        "staffs-mim-minutes-police",
        Item.MEETING_MINUTES,
        OFFICER.asks(meeting="missing-intervention"),
    ),
    shown("staffs-24h-line-manager", Item.EPISODE_STATUS, TEAM_MANAGER.asks()),
    shown("staffs-24h-stoke-strategic-manager", Item.EPISODE_STATUS, from_stoke(SENIOR_MANAGER)),
    shown(
        "staffs-24h-staffs-district-lead",
        Item.EPISODE_STATUS,
        from_staffordshire(SENIOR_MANAGER),
    ),
    shown(
        "staffs-3d-review-minutes",
        Item.MEETING_MINUTES,
        REVIEWING_OFFICER.asks(meeting="urgent-care-review"),
    ),
    shown(
        "staffs-weekly-wider-agencies",
        Item.EPISODE_HISTORY,
        NURSE.asks(meeting="weekly-subgroup", release_decided=True),
    ),
    shown(
        "staffs-weekly-case-specific-agencies",
        Item.EPISODE_HISTORY,
        HOME.asks(meeting="weekly-subgroup", release_decided=True),
    ),
    shown("staffs-placement-plan-content", Item.PLACEMENT_PLAN, FOSTER_CARER.asks()),
    shown(
        "staffs-philomena-profile-spoc",
        Item.PHILOMENA_FORM,
        PCSO.asks(at_risk_of_missing=True),
    ),
    shown("staffs-philomena-part2", Item.PHILOMENA_FORM, HOME.asks(release_decided=True)),
    shown(
        "staffs-philomena-part2-3-on-report",
        Item.PHILOMENA_FORM,
        OFFICER.asks(reported_missing=True),
    ),
    shown(
        "staffs-out-provider-reports",
        Item.EPISODE_STATUS,
        SOCIAL_WORKER.asks(host=None, placed_out_of_area=True),
    ),
    shown("staffs-ola-inform-host", Item.PLACEMENT_DETAIL, placed_by_leeds(HOST_SERVICES)),
    shown("staffs-ola-share-episodes", Item.AGGREGATE_DATA, placed_by_leeds(HOST_SERVICES)),
    shown("staffs-ola-forward-reports", Item.RISK_ASSESSMENT, placed_by_leeds(LEEDS_FRONT_DOOR)),
    shown(
        "staffs-crime-tell-police",
        Item.RHI_SAFEGUARDING,
        COORDINATOR.asks(child_says="refuses", crime_suspected=True),
    ),
    shown(
        "staffs-crime-tell-police/in-danger",
        Item.RHI_SAFEGUARDING,
        COORDINATOR.asks(child_says="refuses", at_risk=True),
    ),
    shown(
        "staffs-crime-parallel-s47",
        Item.RHI_SAFEGUARDING,
        HOST_CHAD.asks(child_says="refuses", crime_suspected=True),
    ),
    shown(
        "staffs-crime-parallel-s47/in-danger",
        Item.RHI_SAFEGUARDING,
        HOST_CHAD.asks(child_says="refuses", at_risk=True),
    ),
    shown("staffs-cawn-tell-la", Item.INTELLIGENCE_ABDUCTION_NOTICE, HOST_SERVICES.asks()),
    shown("staffs-uasc-welfare-check", Item.TRIGGER_PLAN_PHOTO, OFFICER.asks(uasc=True)),
)
