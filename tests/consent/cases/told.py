"""One row for every rule that opens to somebody what a paragraph orders them to be told."""

from typing import Final

from records.items import Item
from records.people import Role, Standing
from tests.consent.casework import Person, person, shown


def _at(partnership: str, role: Role, standing: Standing) -> Person:
    return person(role, standing, at=partnership)


CASES: Final = (
    shown(
        "essex-unsafe-placement",
        Item.EPISODE_STATUS,
        _at("essex", Role.SENIOR_MANAGER, Standing.MANAGES_CASE).asks(
            looked_after=True, placed_here_by_other_authority=False, located=True
        ),
    ),
    shown(
        "essex-school-may-report",
        Item.EPISODE_STATUS,
        _at("essex", Role.POLICE_OFFICER, Standing.INVESTIGATING_FORCE).asks(),
    ),
    shown(
        "essex-unopen-auto-notify",
        Item.EPISODE_DETAIL,
        _at("essex", Role.FRONT_DOOR, Standing.HOME_AUTHORITY).asks(
            open_to_social_care=False, placed_here_by_other_authority=False, recorded_missing=True
        ),
    ),
    shown(
        "essex-unopen-strategy-police",
        Item.MEETING_REQUEST,
        _at("essex", Role.SOCIAL_WORKER, Standing.ALLOCATED_WORKER).asks(
            meeting="strategy",
            open_to_social_care=False,
            placed_here_by_other_authority=False,
            reported_missing=True,
        ),
    ),
    shown(
        "essex-unopen-close",
        Item.EPISODE_STATUS,
        _at("essex", Role.BUSINESS_SUPPORT, Standing.HOME_AUTHORITY).asks(
            open_to_social_care=False, placed_here_by_other_authority=False, located=True
        ),
    ),
    shown(
        "essex-unopen-police-refer/at-risk",
        Item.EPISODE_DETAIL,
        _at("essex", Role.FRONT_DOOR, Standing.HOME_AUTHORITY).asks(
            open_to_social_care=False,
            at_risk=True,
            placed_here_by_other_authority=False,
            located=True,
        ),
    ),
    shown(
        "essex-hub-notify-school-absence",
        Item.EDUCATION_SCHOOL,
        _at("essex", Role.SCHOOL, Standing.CHILDS_SCHOOL).asks(
            placed_here_by_other_authority=False
        ),
    ),
    shown(
        "essex-part-time-timetable",
        Item.EDUCATION_SCHOOL,
        _at("essex", Role.EDUCATION_SERVICE, Standing.NAMED_PARTNER).asks(),
    ),
    shown(
        "essex-cme-team",
        Item.EDUCATION_SCHOOL,
        _at("essex", Role.EDUCATION_SERVICE, Standing.NAMED_PARTNER).asks(),
    ),
    shown(
        "essex-exec-director",
        Item.EPISODE_STATUS,
        _at("essex", Role.DIRECTOR_OF_CHILDRENS_SERVICES, Standing.MANAGES_CASE).asks(
            placed_here_by_other_authority=False
        ),
    ),
    shown(
        "essex-carer-calls-police",
        Item.EPISODE_STATUS,
        _at("essex", Role.POLICE_OFFICER, Standing.INVESTIGATING_FORCE).asks(
            looked_after=True, whereabouts_known=False
        ),
    ),
    shown(
        "essex-away-concern-police",
        Item.EPISODE_STATUS,
        _at("essex", Role.POLICE_OFFICER, Standing.INVESTIGATING_FORCE).asks(looked_after=True),
    ),
    shown(
        "essex-carer-notifies-responsible-la/told",
        Item.EPISODE_STATUS,
        _at("essex", Role.POLICE_OFFICER, Standing.INVESTIGATING_FORCE).asks(
            looked_after=True, reported_missing=True
        ),
    ),
    shown(
        "nelincs-ola-rhi-agreement",
        Item.EPISODE_STATUS,
        _at(
            "north-east-lincolnshire", Role.CHILDRENS_SERVICES, Standing.RESPONSIBLE_AUTHORITY
        ).asks(
            looked_after=True, placed_here_by_other_authority=True, rhi_by="nobody", located=True
        ),
    ),
    shown(
        "nelincs-absconder-report",
        Item.EPISODE_STATUS,
        _at("north-east-lincolnshire", Role.POLICE_OFFICER, Standing.INVESTIGATING_FORCE).asks(
            looked_after=True, legal_status="bail"
        ),
    ),
    shown(
        "nelincs-remand-escaped-custody",
        Item.EPISODE_STATUS,
        _at("north-east-lincolnshire", Role.YOUTH_JUSTICE_WORKER, Standing.ALLOCATED_WORKER).asks(
            looked_after=True, legal_status="remand", recorded_missing=True
        ),
    ),
    shown(
        "nelincs-review-after-missing/contribute",
        Item.MEETING_REQUEST,
        _at("north-east-lincolnshire", Role.POLICE_OFFICER, Standing.INVESTIGATING_FORCE).asks(
            meeting="care-plan-review", looked_after=True, placed_here_by_other_authority=False
        ),
    ),
    shown(
        "nelincs-high-notify-cs/starts-high",
        Item.EPISODE_STATUS,
        _at("north-east-lincolnshire", Role.CHILDRENS_SERVICES, Standing.HOST_AUTHORITY).asks(
            age=10, risk_grade="none", recorded_missing=True
        ),
    ),
    shown(
        "nelincs-strategy-where-appropriate",
        Item.MEETING_REQUEST,
        _at("north-east-lincolnshire", Role.CHILDRENS_SERVICES, Standing.HOST_AUTHORITY).asks(
            meeting="strategy", recorded_missing=True
        ),
    ),
    shown(
        "nelincs-enquiries-until-found",
        Item.EPISODE_STATUS,
        _at(
            "north-east-lincolnshire", Role.CHILDRENS_SERVICES, Standing.RESPONSIBLE_AUTHORITY
        ).asks(located=True),
    ),
    shown(
        "nelincs-unsuitable-location/told",
        Item.WHEREABOUTS_LOCATION,
        _at("north-east-lincolnshire", Role.TEAM_MANAGER, Standing.MANAGES_CASE).asks(located=True),
    ),
    shown(
        "nelincs-found-parents-tell-police",
        Item.EPISODE_STATUS,
        _at(
            "north-east-lincolnshire", Role.CHILDRENS_SERVICES, Standing.RESPONSIBLE_AUTHORITY
        ).asks(located=True),
    ),
    shown(
        "nelincs-found-share-unknown/placed-here",
        Item.EPISODE_DETAIL,
        _at("north-east-lincolnshire", Role.MISSING_OFFICER, Standing.HOST_AUTHORITY).asks(
            looked_after=True, placed_here_by_other_authority=True, located=True
        ),
    ),
    shown(
        "nelincs-ola-48h-consider",
        Item.MEETING_REQUEST,
        _at(
            "north-east-lincolnshire", Role.CHILDRENS_SERVICES, Standing.RESPONSIBLE_AUTHORITY
        ).asks(
            meeting="risk-management-48-hour",
            placed_here_by_other_authority=True,
            reported_missing=True,
        ),
    ),
    shown(
        "nelincs-ola-48h-consider/convened",
        Item.MEETING_REQUEST,
        _at("north-east-lincolnshire", Role.MISSING_COORDINATOR, Standing.HOST_AUTHORITY).asks(
            meeting="risk-management-48-hour", placed_here_by_other_authority=True
        ),
    ),
    shown(
        "panlancs-health-route-bth",
        Item.EPISODE_STATUS,
        _at("pan-lancashire", Role.CLA_NURSE, Standing.NURSE_TEAM).asks(recorded_missing=True),
    ),
    shown(
        "panlancs-health-route-hcrg-cla",
        Item.EPISODE_STATUS,
        _at("pan-lancashire", Role.CLA_NURSE, Standing.NURSE_TEAM).asks(
            looked_after=True, recorded_missing=True
        ),
    ),
    shown(
        "panlancs-health-route-hcrg-not-cla",
        Item.EPISODE_STATUS,
        _at("pan-lancashire", Role.CLA_NURSE, Standing.NURSE_TEAM).asks(
            looked_after=False, recorded_missing=True
        ),
    ),
    shown(
        "panlancs-not-recorded-missing",
        Item.STATUS_DECISION,
        _at("pan-lancashire", Role.PARENT_CARER, Standing.CARES_FOR_CHILD).asks(
            reported_missing=True
        ),
    ),
    shown(
        "panlancs-not-recorded-missing/social-worker",
        Item.STATUS_DECISION,
        _at("pan-lancashire", Role.SOCIAL_WORKER, Standing.ALLOCATED_WORKER).asks(
            open_to_social_care=True, reported_missing=True
        ),
    ),
    shown(
        "panlancs-three-in-90-meeting/told",
        Item.MEETING_REQUEST,
        _at("pan-lancashire", Role.MISSING_COORDINATOR, Standing.HOST_AUTHORITY).asks(
            meeting="mfh-risk-management", open_to_social_care=True, recorded_missing=True
        ),
    ),
    shown(
        "panlancs-three-in-90-meeting/not-open",
        Item.MEETING_REQUEST,
        _at("pan-lancashire", Role.MISSING_COORDINATOR, Standing.HOST_AUTHORITY).asks(
            meeting="mfh-risk-management", open_to_social_care=False, recorded_missing=True
        ),
    ),
    shown(
        "panlancs-strategy-on-harm",
        Item.MEETING_REQUEST,
        _at("pan-lancashire", Role.CHILDRENS_SERVICES, Standing.RESPONSIBLE_AUTHORITY).asks(
            meeting="strategy"
        ),
    ),
    shown(
        "panlancs-strategy-48h",
        Item.MEETING_REQUEST,
        _at("pan-lancashire", Role.CHILDRENS_SERVICES, Standing.HOST_AUTHORITY).asks(
            meeting="strategy", placed_here_by_other_authority=False, reported_missing=True
        ),
    ),
    shown(
        "panlancs-strategy-48h/placed-here",
        Item.MEETING_REQUEST,
        _at("pan-lancashire", Role.CHILDRENS_SERVICES, Standing.RESPONSIBLE_AUTHORITY).asks(
            meeting="strategy", placed_here_by_other_authority=True, reported_missing=True
        ),
    ),
    shown(
        "panlancs-strategy-48h-not-held",
        Item.DECISION_RATIONALE,
        _at("pan-lancashire", Role.TEAM_MANAGER, Standing.MANAGES_CASE).asks(reported_missing=True),
    ),
    shown(
        "panlancs-strategy-request-route",
        Item.MEETING_REQUEST,
        _at("pan-lancashire", Role.POLICE_REFERRAL_MANAGER, Standing.INVESTIGATING_FORCE).asks(
            meeting="strategy"
        ),
    ),
    shown(
        "panlancs-strategy-request-route/at-48h",
        Item.MEETING_REQUEST,
        _at("pan-lancashire", Role.POLICE_REFERRAL_MANAGER, Standing.INVESTIGATING_FORCE).asks(
            meeting="strategy", reported_missing=True
        ),
    ),
    shown(
        "panlancs-ola-no-notification",
        Item.PLACEMENT_EXISTS,
        _at("pan-lancashire", Role.CHILDRENS_SERVICES, Standing.RESPONSIBLE_AUTHORITY).asks(
            placed_here_by_other_authority=True
        ),
    ),
    shown(
        "panlancs-out-placement-notify",
        Item.PLACEMENT_ADDRESS,
        _at("pan-lancashire", Role.CHILDRENS_SERVICES, Standing.HOST_AUTHORITY).asks(
            looked_after=True, placed_out_of_area=True
        ),
    ),
    shown(
        "panlancs-rhi-provider-blackpool",
        Item.EPISODE_STATUS,
        _at("pan-lancashire", Role.RETURN_INTERVIEWER, Standing.INTERVIEWS_CHILD).asks(
            looked_after=True, authority="E06000009", located=True
        ),
    ),
    shown(
        "panlancs-rhi-provider-blackpool/at-home",
        Item.EPISODE_STATUS,
        _at("pan-lancashire", Role.RETURN_INTERVIEWER, Standing.INTERVIEWS_CHILD).asks(
            looked_after=False, host_authority="E06000009", located=True
        ),
    ),
    shown(
        "panlancs-rhi-over-two-hours",
        Item.EPISODE_STATUS,
        _at("pan-lancashire", Role.CHILDRENS_SERVICES, Standing.RESPONSIBLE_AUTHORITY).asks(
            looked_after=True, placed_out_of_area=True, located=True
        ),
    ),
    shown(
        "panlancs-rhi-within-two-hours",
        Item.EPISODE_STATUS,
        _at("pan-lancashire", Role.CHILDRENS_SERVICES, Standing.RESPONSIBLE_AUTHORITY).asks(
            looked_after=True, placed_out_of_area=True, located=True
        ),
    ),
    shown(
        "somerset-cla-24h-operations-manager/told",
        Item.EPISODE_STATUS,
        _at("somerset", Role.SERVICE_MANAGER, Standing.MANAGES_CASE).asks(
            meeting="strategy",
            looked_after=True,
            placed_here_by_other_authority=False,
            reported_missing=True,
        ),
    ),
    shown(
        "somerset-strategy-24h/told",
        Item.MEETING_REQUEST,
        _at("somerset", Role.CHILDRENS_SERVICES, Standing.HOST_AUTHORITY).asks(
            meeting="strategy", placed_here_by_other_authority=False, reported_missing=True
        ),
    ),
    shown(
        "somerset-strategy-review-24h/none-recorded",
        Item.MEETING_REQUEST,
        _at("somerset", Role.CHILDRENS_SERVICES, Standing.HOST_AUTHORITY).asks(
            meeting="strategy", placed_here_by_other_authority=False, reported_missing=True
        ),
    ),
    shown(
        "somerset-strategy-14d/told",
        Item.MEETING_REQUEST,
        _at("somerset", Role.PARTNER_AGENCY, Standing.NAMED_PARTNER).asks(
            meeting="strategy-14-day", reported_missing=True
        ),
    ),
    shown(
        "somerset-absent-strategy",
        Item.MEETING_REQUEST,
        _at("somerset", Role.CHILDRENS_SERVICES, Standing.HOST_AUTHORITY).asks(meeting="strategy"),
    ),
    shown(
        "somerset-failure-to-report",
        Item.EPISODE_STATUS,
        _at("somerset", Role.CHILDRENS_SERVICES, Standing.HOST_AUTHORITY).asks(),
    ),
    shown(
        "somerset-saw-unsafe-return/told",
        Item.SAW_RECORD,
        _at("somerset", Role.CHILDRENS_SERVICES, Standing.HOST_AUTHORITY).asks(located=True),
    ),
    shown(
        "somerset-rhi-timely/parent-refuses",
        Item.CONSENT_RECORD,
        _at("somerset", Role.TEAM_MANAGER, Standing.MANAGES_CASE).asks(
            parent_says="refuses", placed_here_by_other_authority=False
        ),
    ),
    shown(
        "somerset-rhi-manager-review/by-agreement",
        Item.RHI_CONFIRMATION,
        _at("somerset", Role.CHILDRENS_SERVICES, Standing.RESPONSIBLE_AUTHORITY).asks(
            placed_here_by_other_authority=True, rhi_by="host-authority"
        ),
    ),
    shown(
        "somerset-rhi-follow-on/harm",
        Item.RHI_SAFEGUARDING,
        _at("somerset", Role.CHILDRENS_SERVICES, Standing.HOST_AUTHORITY).asks(meeting="strategy"),
    ),
    shown(
        "staffs-uasc-urgent-report",
        Item.EPISODE_STATUS,
        _at("staffordshire-stoke", Role.POLICE_CONTROL_ROOM, Standing.INVESTIGATING_FORCE).asks(
            uasc=True
        ),
    ),
    shown(
        "staffs-uasc-missing-immediate",
        Item.EPISODE_STATUS,
        _at("staffordshire-stoke", Role.POLICE_OFFICER, Standing.INVESTIGATING_FORCE).asks(
            meeting="strategy", uasc=True, recorded_missing=True
        ),
    ),
    shown(
        "staffs-uasc-missing-immediate/told-and",
        Item.MEETING_REQUEST,
        _at("staffordshire-stoke", Role.FRONT_DOOR, Standing.HOST_AUTHORITY).asks(
            meeting="strategy", uasc=True, recorded_missing=True
        ),
    ),
    shown(
        "staffs-uasc-missing-immediate/suspected-later",
        Item.EPISODE_STATUS,
        _at("staffordshire-stoke", Role.POLICE_OFFICER, Standing.INVESTIGATING_FORCE).asks(
            meeting="strategy", uasc=True, recorded_missing=True, located=False
        ),
    ),
    shown(
        "staffs-uasc-missing-immediate/suspected-later-told-and",
        Item.MEETING_REQUEST,
        _at("staffordshire-stoke", Role.FRONT_DOOR, Standing.HOST_AUTHORITY).asks(
            meeting="strategy", uasc=True, recorded_missing=True, located=False
        ),
    ),
    shown(
        "staffs-uasc-missing-immediate/trafficked",
        Item.EPISODE_STATUS,
        _at("staffordshire-stoke", Role.POLICE_OFFICER, Standing.INVESTIGATING_FORCE).asks(
            meeting="strategy", trafficking=True, uasc=False, recorded_missing=True
        ),
    ),
    shown(
        "staffs-uasc-missing-immediate/trafficked-told-and",
        Item.MEETING_REQUEST,
        _at("staffordshire-stoke", Role.FRONT_DOOR, Standing.HOST_AUTHORITY).asks(
            meeting="strategy", trafficking=True, uasc=False, recorded_missing=True
        ),
    ),
    shown(
        "staffs-uasc-six-monthly/invited",
        Item.MEETING_REQUEST,
        _at("staffordshire-stoke", Role.INDEPENDENT_REVIEWING_OFFICER, Standing.REVIEWS_CARE).asks(
            meeting="unaccompanied-review"
        ),
    ),
    shown(
        "staffs-3d-urgent-care-review",
        Item.MEETING_REQUEST,
        _at("staffordshire-stoke", Role.POLICE_OFFICER, Standing.INVESTIGATING_FORCE).asks(
            meeting="urgent-care-review", open_to_social_care=True, reported_missing=True
        ),
    ),
    shown(
        "staffs-3d-urgent-care-review/foster-carer",
        Item.MEETING_REQUEST,
        _at("staffordshire-stoke", Role.FOSTER_CARER, Standing.CARES_FOR_CHILD).asks(
            meeting="urgent-care-review",
            open_to_social_care=True,
            looked_after=True,
            placement_type="foster",
            reported_missing=True,
        ),
    ),
    shown(
        "staffs-mim-trigger-3",
        Item.MEETING_REQUEST,
        _at("staffordshire-stoke", Role.PARTNER_AGENCY, Standing.NAMED_PARTNER).asks(
            meeting="missing-intervention", recorded_missing=True
        ),
    ),
    shown(
        "staffs-mim-trigger-5",
        Item.MEETING_REQUEST,
        _at("staffordshire-stoke", Role.PARTNER_AGENCY, Standing.NAMED_PARTNER).asks(
            meeting="missing-intervention", recorded_missing=True
        ),
    ),
    shown(
        "staffs-mim-trigger-9",
        Item.MEETING_REQUEST,
        _at("staffordshire-stoke", Role.PARTNER_AGENCY, Standing.NAMED_PARTNER).asks(
            meeting="missing-intervention", recorded_missing=True
        ),
    ),
    shown(
        "staffs-mim-chair-3-5-stoke-not-open",
        Item.MEETING_REQUEST,
        _at("staffordshire-stoke", Role.TEAM_MANAGER, Standing.MANAGES_CASE).asks(
            meeting="missing-intervention",
            authority="E06000021",
            open_to_social_care=False,
            recorded_missing=True,
        ),
    ),
    shown(
        "staffs-mim-chair-3-5-stoke-not-open/plan-not-working",
        Item.MEETING_REQUEST,
        _at("staffordshire-stoke", Role.TEAM_MANAGER, Standing.MANAGES_CASE).asks(
            meeting="missing-intervention",
            authority="E06000021",
            open_to_social_care=False,
            recorded_missing=True,
        ),
    ),
    shown(
        "staffs-mim-chair-3-5-stoke-not-open/five",
        Item.MEETING_REQUEST,
        _at("staffordshire-stoke", Role.TEAM_MANAGER, Standing.MANAGES_CASE).asks(
            meeting="missing-intervention",
            authority="E06000021",
            open_to_social_care=False,
            recorded_missing=True,
        ),
    ),
    shown(
        "staffs-mim-chair-3-staffs-not-open",
        Item.MEETING_REQUEST,
        _at("staffordshire-stoke", Role.FAMILY_HELP_PRACTITIONER, Standing.HOME_AUTHORITY).asks(
            meeting="missing-intervention",
            authority="E10000028",
            open_to_social_care=False,
            recorded_missing=True,
        ),
    ),
    shown(
        "staffs-mim-chair-5-stoke",
        Item.MEETING_REQUEST,
        _at("staffordshire-stoke", Role.SERVICE_MANAGER, Standing.MANAGES_CASE).asks(
            meeting="missing-intervention",
            authority="E06000021",
            open_to_social_care=True,
            recorded_missing=True,
        ),
    ),
    shown(
        "staffs-mim-chair-5-staffs/early-help",
        Item.MEETING_REQUEST,
        _at("staffordshire-stoke", Role.FAMILY_HELP_PRACTITIONER, Standing.HOME_AUTHORITY).asks(
            meeting="missing-intervention",
            authority="E10000028",
            open_to_social_care=False,
            recorded_missing=True,
        ),
    ),
    shown(
        "staffs-mim-chair-9-stoke",
        Item.MEETING_REQUEST,
        _at("staffordshire-stoke", Role.SENIOR_MANAGER, Standing.MANAGES_CASE).asks(
            meeting="missing-intervention", authority="E06000021", recorded_missing=True
        ),
    ),
    shown(
        "staffs-mim-chair-9-staffs",
        Item.MEETING_REQUEST,
        _at("staffordshire-stoke", Role.SENIOR_MANAGER, Standing.MANAGES_CASE).asks(
            meeting="missing-intervention", authority="E10000028", recorded_missing=True
        ),
    ),
    shown(
        "staffs-risk-high-command",
        Item.EPISODE_STATUS,
        _at("staffordshire-stoke", Role.POLICE_SENIOR_OFFICER, Standing.INVESTIGATING_FORCE).asks(
            risk_grade="high"
        ),
    ),
    shown(
        "staffs-report-without-delay",
        Item.EPISODE_STATUS,
        _at("staffordshire-stoke", Role.POLICE_CONTROL_ROOM, Standing.INVESTIGATING_FORCE).asks(
            immediate_risk=True
        ),
    ),
    shown(
        "staffs-report-staffordshire",
        Item.EPISODE_STATUS,
        _at("staffordshire-stoke", Role.POLICE_CONTROL_ROOM, Standing.INVESTIGATING_FORCE).asks(
            host_authority="E10000028"
        ),
    ),
    shown(
        "staffs-report-stoke",
        Item.EPISODE_STATUS,
        _at("staffordshire-stoke", Role.POLICE_CONTROL_ROOM, Standing.INVESTIGATING_FORCE).asks(
            host_authority="E06000021"
        ),
    ),
    shown(
        "staffs-practitioner-leads",
        Item.EPISODE_STATUS,
        _at("staffordshire-stoke", Role.SOCIAL_WORKER, Standing.ALLOCATED_WORKER).asks(
            open_to_social_care=True, placed_here_by_other_authority=False, recorded_missing=True
        ),
    ),
    shown(
        "staffs-nrm-strategy",
        Item.MEETING_REQUEST,
        _at("staffordshire-stoke", Role.FRONT_DOOR, Standing.HOST_AUTHORITY).asks(
            meeting="strategy"
        ),
    ),
    shown(
        "staffs-risk-dispute-first",
        Item.RISK_ASSESSMENT,
        _at(
            "staffordshire-stoke", Role.POLICE_MISSING_COORDINATOR, Standing.INVESTIGATING_FORCE
        ).asks(),
    ),
    shown(
        "staffs-risk-dispute-second",
        Item.RISK_ASSESSMENT,
        _at("staffordshire-stoke", Role.POLICE_SUPERVISOR, Standing.INVESTIGATING_FORCE).asks(),
    ),
    shown(
        "staffs-unreported-triggers-enquiry",
        Item.EPISODE_STATUS,
        _at("staffordshire-stoke", Role.POLICE_OFFICER, Standing.INVESTIGATING_FORCE).asks(
            placed_here_by_other_authority=False
        ),
    ),
    shown(
        "staffs-strategy-any-agency/through-scass",
        Item.MEETING_REQUEST,
        _at("staffordshire-stoke", Role.FRONT_DOOR, Standing.HOST_AUTHORITY).asks(
            meeting="strategy", host_authority="E10000028"
        ),
    ),
    shown(
        "staffs-strategy-any-agency/through-chad",
        Item.MEETING_REQUEST,
        _at("staffordshire-stoke", Role.FRONT_DOOR, Standing.HOST_AUTHORITY).asks(
            meeting="strategy", host_authority="E06000021"
        ),
    ),
    shown(
        "staffs-rhi-catch22",
        Item.EPISODE_STATUS,
        _at("staffordshire-stoke", Role.RETURN_INTERVIEW_SERVICE, Standing.INTERVIEWS_CHILD).asks(
            age=10, located=True
        ),
    ),
    shown(
        "essex-unopen-5d-allocate",
        Item.EPISODE_DETAIL,
        _at("essex", Role.CHILDRENS_SERVICES, Standing.RESPONSIBLE_AUTHORITY).asks(
            open_to_social_care=False, reported_missing=True
        ),
    ),
)
