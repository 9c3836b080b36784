"""One row for every row of the North East Lincolnshire sharing file."""

from dataclasses import replace
from typing import Final

from consent.situation import Situation
from consent.vocabulary import Fact, Known
from records.items import Item
from records.people import Purpose, Role, Standing
from tests.consent.casework import Case, Person, person, shown, withheld

AT: Final = "north-east-lincolnshire"
NORTH_EAST_LINCOLNSHIRE: Final = "E06000012"
LEEDS: Final = "E08000035"


def _somebody(role: Role, *standings: Standing, purpose: Purpose = Purpose.SAFEGUARD) -> Person:
    return person(role, *standings, at=AT, purpose=purpose)


HOME: Final = _somebody(Role.REGISTERED_MANAGER, Standing.PROVIDES_PLACEMENT)
FOSTER_CARER: Final = _somebody(Role.FOSTER_CARER, Standing.PROVIDES_PLACEMENT)
SOCIAL_WORKER: Final = _somebody(Role.SOCIAL_WORKER, Standing.ALLOCATED_WORKER)
FAMILY_HELP: Final = _somebody(Role.FAMILY_HELP_PRACTITIONER, Standing.ALLOCATED_WORKER)
SUPERVISOR: Final = _somebody(Role.TEAM_MANAGER, Standing.MANAGES_CASE)
REVIEWING_OFFICER: Final = _somebody(Role.INDEPENDENT_REVIEWING_OFFICER, Standing.REVIEWS_CARE)
FOSTERING: Final = _somebody(Role.FOSTERING_SERVICE, Standing.RESPONSIBLE_AUTHORITY)
CHILDRENS_SERVICES: Final = _somebody(Role.CHILDRENS_SERVICES, Standing.RESPONSIBLE_AUTHORITY)
DUTY_TEAM: Final = _somebody(Role.EMERGENCY_DUTY_TEAM, Standing.RESPONSIBLE_AUTHORITY)
COORDINATOR: Final = _somebody(Role.MISSING_COORDINATOR, Standing.RESPONSIBLE_AUTHORITY)
MISSING_OFFICER: Final = _somebody(Role.MISSING_OFFICER, Standing.HOME_AUTHORITY)
INTERVIEWER: Final = _somebody(Role.MISSING_OFFICER, Standing.INTERVIEWS_CHILD)
HOST_COORDINATOR: Final = _somebody(Role.MISSING_COORDINATOR, Standing.HOST_AUTHORITY)
HOST_OFFICER: Final = _somebody(Role.MISSING_OFFICER, Standing.HOST_AUTHORITY)
LEEDS_FRONT_DOOR: Final = _somebody(Role.FRONT_DOOR, Standing.RESPONSIBLE_AUTHORITY)
YOUTH_JUSTICE: Final = _somebody(Role.YOUTH_JUSTICE_WORKER, Standing.HOME_AUTHORITY)
HOST_YOUTH_JUSTICE: Final = _somebody(Role.YOUTH_JUSTICE_WORKER, Standing.HOST_AUTHORITY)
CHILDS_YOUTH_JUSTICE: Final = _somebody(Role.YOUTH_JUSTICE_WORKER, Standing.ALLOCATED_WORKER)
DESIGNATED_OFFICER: Final = _somebody(Role.DESIGNATED_OFFICER, Standing.RESPONSIBLE_AUTHORITY)
LOCATE_TEAM: Final = _somebody(Role.POLICE_MISSING_COORDINATOR, Standing.INVESTIGATING_FORCE)
OFFICER: Final = _somebody(Role.POLICE_OFFICER, Standing.INVESTIGATING_FORCE)
OTHER_FORCE: Final = _somebody(Role.POLICE_OFFICER, Standing.NAMED_PARTNER)
NURSE: Final = _somebody(Role.CLA_NURSE, Standing.NURSE_TEAM)
SCHOOL: Final = _somebody(Role.SCHOOL, Standing.CHILDS_SCHOOL, purpose=Purpose.EDUCATION)
PARTNER: Final = _somebody(Role.PARTNER_AGENCY, Standing.NAMED_PARTNER)
ADVOCATE: Final = _somebody(Role.INDEPENDENT_ADVOCATE, Standing.ADVOCATES)
IMMIGRATION: Final = _somebody(Role.HOME_OFFICE, Standing.NAMED_PARTNER)
PARENT: Final = _somebody(Role.PARENT_CARER, Standing.PARENTAL_RESPONSIBILITY, purpose=Purpose.CARE)
REPORTER: Final = _somebody(
    Role.REPORTING_PERSON, Standing.REPORTED_MISSING, purpose=Purpose.LOCATE
)
UNCLE: Final = _somebody(Role.ENQUIRER)


def knowing(situation: Situation, **facts: Known) -> Situation:
    """The situation with these facts known as well."""
    more = {Fact(name): value for name, value in facts.items()}
    return replace(situation, facts={**situation.facts, **more})


def at_home(who: Person, **facts: Known) -> Situation:
    """This person asks about a child of North East Lincolnshire who lives at home and is not open."""
    return knowing(who.asks(looked_after=False, open_to_social_care=False), **facts)


def placed_by_leeds(who: Person, **facts: Known) -> Situation:
    """This person asks about a child whom Leeds looks after and has placed here."""
    placed = who.asks(
        responsible=None,
        authority=LEEDS,
        host_authority=NORTH_EAST_LINCOLNSHIRE,
        placed_here_by_other_authority=True,
        placed_out_of_area=True,
    )
    return knowing(placed, **facts)


def placed_in_leeds(who: Person, **facts: Known) -> Situation:
    """This person asks about a child of North East Lincolnshire whom it has placed in Leeds."""
    placed = who.asks(
        host=None,
        authority=NORTH_EAST_LINCOLNSHIRE,
        host_authority=LEEDS,
        placed_here_by_other_authority=False,
        placed_out_of_area=True,
    )
    return knowing(placed, **facts)


_MEETING: Final = "risk-management-48-hour"

_REPORTING: Final = (
    withheld(
        "nelincs-scope-care-leavers-18-plus/parents",
        Item.EPISODE_STATUS,
        at_home(PARENT, age=19, care_leaver=True, reported_missing=True),
    ),
    shown(
        "nelincs-agency-checks-and-verifies", Item.EPISODE_EXISTS, at_home(PARTNER, concern=True)
    ),
    shown(
        "nelincs-report-content",
        Item.TRIGGER_PLAN_ASSOCIATES,
        at_home(OFFICER, reported_missing=True),
    ),
    shown(
        "nelincs-caller-told-sharing", Item.NOTICE_GIVEN, at_home(REPORTER, reported_missing=True)
    ),
    shown(
        "nelincs-risk-uses-partners", Item.EPISODE_HISTORY, at_home(OFFICER, reported_missing=True)
    ),
    shown("nelincs-risk-questions", Item.CASE_STATUS, at_home(OFFICER, reported_missing=True)),
    shown(
        "nelincs-support-prosecution",
        Item.EVIDENCE,
        OFFICER.asks(crime_suspected=True, release_decided=True),
    ),
    shown("nelincs-wanted-discuss-reporter", Item.DECISION_RATIONALE, REPORTER.asks(wanted=True)),
    withheld("nelincs-reporter-updates-controlled", Item.WHEREABOUTS_LOCATION, REPORTER.asks()),
    shown("nelincs-reporter-updates-controlled/case-status", Item.EPISODE_STATUS, REPORTER.asks()),
    shown(
        "nelincs-reporter-updates-controlled/officer-decides",
        Item.RISK_GRADE,
        REPORTER.asks(release_decided=True),
    ),
)

_TOLD: Final = (
    shown("nelincs-notify-nel-cs-all", Item.EPISODE_STATUS, CHILDRENS_SERVICES.asks()),
    shown("nelincs-niche-report-inbox", Item.RISK_ASSESSMENT, placed_by_leeds(HOST_COORDINATOR)),
    shown(
        "nelincs-high-notify-cs",
        Item.RISK_ASSESSMENT,
        CHILDRENS_SERVICES.asks(risk_grade="high"),
    ),
    shown("nelincs-forward-responsible-la", Item.EPISODE_DETAIL, placed_by_leeds(LEEDS_FRONT_DOOR)),
    shown(
        "nelincs-open-share-workers",
        Item.EPISODE_DETAIL,
        at_home(FAMILY_HELP, open_to_social_care=True),
    ),
    shown("nelincs-cic-share", Item.EPISODE_DETAIL, CHILDS_YOUTH_JUSTICE.asks()),
    shown("nelincs-unknown-share", Item.EPISODE_DETAIL, at_home(MISSING_OFFICER)),
    shown("nelincs-unknown-share/notice", Item.EPISODE_STATUS, at_home(YOUTH_JUSTICE)),
    shown("nelincs-ola-share-officer-yjp", Item.EPISODE_DETAIL, placed_by_leeds(HOST_OFFICER)),
    shown(
        "nelincs-ola-share-officer-yjp/notice",
        Item.EPISODE_STATUS,
        placed_by_leeds(HOST_YOUTH_JUSTICE),
    ),
    shown("nelincs-ola-share-responsible", Item.RISK_ASSESSMENT, placed_by_leeds(LEEDS_FRONT_DOOR)),
    withheld(
        "nelincs-ola-secure-email-only",
        Item.EPISODE_STATUS,
        placed_by_leeds(LEEDS_FRONT_DOOR, channel="secure-email", secure_email_known=False),
    ),
    shown("nelincs-ola-sw-keeps-nel-informed", Item.CASE_STATUS, placed_by_leeds(HOST_COORDINATOR)),
    shown("nelincs-cic-liaise-iro", Item.EPISODE_STATUS, FOSTERING.asks()),
    shown(
        "nelincs-cic-information-to-police",
        Item.CASE_WORKER,
        OFFICER.asks(reported_missing=True),
    ),
    shown("nelincs-48h-update", Item.EPISODE_STATUS, at_home(PARENT, reported_missing=True)),
    shown("nelincs-48h-update/carers", Item.EPISODE_STATUS, HOME.asks(reported_missing=True)),
    shown("nelincs-police-confirm-classification", Item.STATUS_DECISION, HOME.asks()),
    withheld(
        "nelincs-location-withheld-if-unsafe",
        Item.WHEREABOUTS_LOCATION,
        at_home(PARENT, located=True, collection_appropriate=True, pr_contact_unsafe=True),
    ),
    withheld(
        "nelincs-location-withheld-if-unsafe/updates",
        Item.EPISODE_STATUS,
        at_home(PARENT, reported_missing=True, pr_contact_unsafe=True),
    ),
    shown(
        "nelincs-return-home-by-parents",
        Item.WHEREABOUTS_LOCATION,
        at_home(PARENT, located=True, collection_appropriate=True, uasc=False),
    ),
    shown("nelincs-return-care-by-la", Item.WHEREABOUTS_LOCATION, SOCIAL_WORKER.asks(located=True)),
    shown("nelincs-return-care-by-la/carers", Item.WHEREABOUTS_SAFE, HOME.asks(located=True)),
    shown(
        "nelincs-unsuitable-location",
        Item.WHEREABOUTS_LOCATION,
        at_home(SUPERVISOR, located=True, collection_appropriate=False),
    ),
    shown(
        "nelincs-found-police-notify-inbox", Item.WHEREABOUTS_SAFE, COORDINATOR.asks(located=True)
    ),
    shown("nelincs-saw-shared-with-la", Item.SAW_RECORD, placed_by_leeds(HOST_COORDINATOR)),
    shown(
        "nelincs-found-share-open",
        Item.WHEREABOUTS_SAFE,
        at_home(FAMILY_HELP, open_to_social_care=True, located=True),
    ),
    shown(
        "nelincs-found-share-unknown", Item.WHEREABOUTS_SAFE, at_home(MISSING_OFFICER, located=True)
    ),
)

_CATCH_UP: Final = (
    shown(
        "nelincs-rhi-parents-offered",
        Item.PARENT_INFORMATION,
        at_home(MISSING_OFFICER, interview_declined=True),
    ),
    shown("nelincs-rhi-recorded", Item.RHI_FULL, COORDINATOR.asks(child_says="refuses")),
    shown(
        "nelincs-rhi-recorded/for-another-authority",
        Item.RHI_FULL,
        placed_by_leeds(HOST_OFFICER, rhi_by="host-authority"),
    ),
    shown("nelincs-rhi-recorded/who-wrote-it", Item.RHI_SENSITIVE, INTERVIEWER.asks()),
    shown(
        "nelincs-ola-rhi-forward-to-nel",
        Item.RHI_FULL,
        placed_by_leeds(HOST_COORDINATOR, rhi_by="responsible-authority", child_says="agrees"),
    ),
    withheld(
        "nelincs-ola-rhi-forward-to-nel/refused",
        Item.RHI_FULL,
        placed_by_leeds(HOST_COORDINATOR, rhi_by="responsible-authority", child_says="refuses"),
    ),
    shown(
        "nelincs-ola-rhi-forward-to-nel/limited",
        Item.RHI_NEEDS,
        placed_by_leeds(HOST_COORDINATOR, child_says="refuses"),
    ),
    shown(
        "nelincs-rhi-share-police", Item.RHI_CONFIRMATION, LOCATE_TEAM.asks(child_says="refuses")
    ),
    shown("nelincs-rhi-share-police/relevant", Item.RHI_SYNOPSIS, LOCATE_TEAM.asks()),
    withheld(
        "nelincs-rhi-share-police/refused",
        Item.RHI_SYNOPSIS,
        LOCATE_TEAM.asks(child_says="refuses"),
    ),
    withheld(
        "nelincs-rhi-share-police/not-the-whole",
        Item.RHI_FULL,
        LOCATE_TEAM.asks(child_says="agrees"),
    ),
    withheld(
        "nelincs-rhi-sensitive-separate",
        Item.RHI_SENSITIVE,
        SOCIAL_WORKER.asks(sensitive_disclosure=True),
    ),
    shown(
        "nelincs-rhi-sensitive-separate/discussed",
        Item.RHI_SENSITIVE,
        SOCIAL_WORKER.asks(sensitive_disclosure=True, release_decided=True),
    ),
    shown(
        "nelincs-rhi-lado",
        Item.RHI_SENSITIVE,
        DESIGNATED_OFFICER.asks(sensitive_disclosure=True, release_decided=True),
    ),
    shown(
        "nelincs-rhi-outcomes-to-professionals",
        Item.RHI_FULL,
        FAMILY_HELP.asks(child_says="refuses"),
    ),
    shown("nelincs-rhi-outcomes-to-professionals/agencies", Item.RHI_NEEDS, PARTNER.asks()),
    withheld(
        "nelincs-rhi-outcomes-to-professionals/refused",
        Item.RHI_NEEDS,
        PARTNER.asks(child_says="refuses"),
    ),
    withheld("nelincs-rhi-withhold-placement", Item.RHI_FULL, HOME.asks(child_says="agrees")),
    withheld(
        "nelincs-rhi-withhold-placement/youth-justice",
        Item.RHI_SAFEGUARDING,
        CHILDS_YOUTH_JUSTICE.asks(crime_suspected=True),
    ),
    shown(
        "nelincs-rhi-withhold-placement/worker-releases",
        Item.RHI_SAFEGUARDING,
        HOME.asks(release_decided=True),
    ),
    shown("nelincs-rhi-joint-work", Item.RHI_NEEDS, LOCATE_TEAM.asks(child_says="agrees")),
    shown(
        "nelincs-rhi-joint-work/intelligence",
        Item.INTELLIGENCE_REPORT,
        PARTNER.asks(release_decided=True),
    ),
    shown("nelincs-intelligence-form", Item.INTELLIGENCE_REPORT, LOCATE_TEAM.asks()),
    shown(
        "nelincs-rhi-disclosure-action",
        Item.RHI_SAFEGUARDING,
        OFFICER.asks(urgent=True, child_says="refuses"),
    ),
    shown(
        "nelincs-abuse-contact-immediately",
        Item.RHI_SAFEGUARDING,
        placed_by_leeds(LEEDS_FRONT_DOOR, at_risk=True, child_says="refuses"),
    ),
    shown(
        "nelincs-crime-police-attend",
        Item.RHI_SAFEGUARDING,
        OFFICER.asks(crime_suspected=True, child_says="refuses"),
    ),
    shown("nelincs-advocacy", Item.RHI_NEEDS, ADVOCATE.asks(child_says="agrees")),
)

_MEETINGS: Final = (
    shown("nelincs-48h-meeting-open", Item.MEETING_REQUEST, PARTNER.asks(meeting=_MEETING)),
    shown("nelincs-48h-meeting-open/parents", Item.MEETING_REQUEST, PARENT.asks(meeting=_MEETING)),
    withheld(
        "nelincs-48h-meeting-open/professionals-only",
        Item.INTELLIGENCE_REPORT,
        PARENT.asks(meeting=_MEETING),
    ),
    shown("nelincs-strategy-harm", Item.MEETING_REQUEST, NURSE.asks(meeting="strategy")),
    shown("nelincs-review-agencies-contribute", Item.EPISODE_HISTORY, REVIEWING_OFFICER.asks()),
)

_PLANS: Final = (
    shown(
        "nelincs-photo-held",
        Item.TRIGGER_PLAN_PHOTO,
        OFFICER.asks(reported_missing=True, photo_says="agrees"),
    ),
    withheld(
        "nelincs-photo-consent",
        Item.TRIGGER_PLAN_PHOTO,
        OFFICER.asks(reported_missing=True, photo_says="refuses", risk_grade="high"),
    ),
    withheld(
        "nelincs-photo-consent/not-asked",
        Item.TRIGGER_PLAN_PHOTO,
        OFFICER.asks(reported_missing=True, photo_says="not-asked"),
    ),
    shown(
        "nelincs-photo-media",
        Item.MEDIA_MATERIAL,
        OFFICER.asks(risk_grade="high", release_decided=True),
    ),
    withheld(
        "nelincs-photo-media/not-decided", Item.MEDIA_MATERIAL, OFFICER.asks(risk_grade="high")
    ),
    withheld(
        "nelincs-photo-media/not-serious", Item.MEDIA_MATERIAL, OFFICER.asks(release_decided=True)
    ),
    shown("nelincs-carer-information", Item.TRIGGER_PLAN_ASSOCIATES, FOSTER_CARER.asks()),
    shown("nelincs-care-plan-risk", Item.CARE_PLAN, HOME.asks()),
    shown("nelincs-missing-strategy-content", Item.PREVENTION_PLAN, placed_in_leeds(HOME)),
    shown(
        "nelincs-missing-strategy-content/police",
        Item.PREVENTION_PLAN,
        OFFICER.asks(reported_missing=True),
    ),
    withheld(
        "nelincs-away-not-to-police",
        Item.CONTACT_RECORD,
        OFFICER.asks(whereabouts_known=True, concern=False),
    ),
    shown(
        "nelincs-away-not-to-police/concern",
        Item.CONTACT_RECORD,
        OFFICER.asks(whereabouts_known=True, concern=True),
    ),
    shown("nelincs-philomena-on-missing", Item.PHILOMENA_FORM, OFFICER.asks(reported_missing=True)),
    withheld(
        "nelincs-philomena-withhold-until-missing",
        Item.PHILOMENA_FORM,
        OFFICER.asks(reported_missing=False),
    ),
)

_ELSEWHERE: Final = (
    shown(
        "nelincs-ola-placing-notifies", Item.PLACEMENT_ADDRESS, placed_by_leeds(HOST_COORDINATOR)
    ),
    shown("nelincs-out-notify-host", Item.PLACEMENT_DETAIL, placed_in_leeds(HOST_COORDINATOR)),
    shown(
        "nelincs-return-to-home-area-liaison",
        Item.WHEREABOUTS_LOCATION,
        placed_by_leeds(LEEDS_FRONT_DOOR),
    ),
    shown(
        "nelincs-return-to-home-area-liaison/intelligence",
        Item.INTELLIGENCE_REPORT,
        placed_by_leeds(OTHER_FORCE, release_decided=True),
    ),
    shown("nelincs-run-to-other-area", Item.RISK_ASSESSMENT, at_home(OTHER_FORCE)),
    withheld(
        "nelincs-uasc-location-withheld",
        Item.PLACEMENT_ADDRESS,
        UNCLE.asks(uasc=True, relationship_verified=False),
    ),
    withheld(
        "nelincs-uasc-location-withheld/trafficking",
        Item.PLACEMENT_ADDRESS,
        UNCLE.asks(uasc=False, trafficking=True),
    ),
    shown(
        "nelincs-uasc-share-police-immigration", Item.INTELLIGENCE_REPORT, OFFICER.asks(uasc=True)
    ),
    shown(
        "nelincs-uasc-share-police-immigration/immigration",
        Item.INTELLIGENCE_REPORT,
        IMMIGRATION.asks(uasc=True, release_decided=True),
    ),
)

CASES: Final[tuple[Case, ...]] = (
    *_REPORTING,
    *_TOLD,
    *_CATCH_UP,
    *_MEETINGS,
    *_PLANS,
    *_ELSEWHERE,
)
