"""One row for every row of the pan-Lancashire sharing file: who asks, what is known, what follows."""

from typing import Final

from records.items import Item
from records.people import Purpose
from tests.consent.casework import (
    CHILD,
    COORDINATOR,
    FOSTER_CARER,
    HEALTH_VISITOR,
    HOME,
    HOST_LEAD,
    INTERVIEWER,
    NURSE,
    OFFICER,
    OWN_LEAD,
    PARENT,
    PARTNER,
    REPORTER,
    SCHOOL,
    SENIOR_OFFICER,
    SOCIAL_WORKER,
    Case,
    shown,
    withheld,
)

CASES: Final[tuple[Case, ...]] = (
    shown("panlancs-interventions-use-saw-rhi", Item.SAW_RECORD, SOCIAL_WORKER.asks()),
    shown(
        "panlancs-trigger-plan-with-report",
        Item.TRIGGER_PLAN_FULL,
        OFFICER.asks(reported_missing=True),
    ),
    shown(
        "panlancs-reporter-informs-social-worker",
        Item.EPISODE_STATUS,
        SOCIAL_WORKER.asks(host=None),
    ),
    withheld(
        "panlancs-photo-consent",
        Item.TRIGGER_PLAN_PHOTO,
        OFFICER.asks(reported_missing=True, photo_says="refuses"),
    ),
    withheld("panlancs-media-consent", Item.MEDIA_MATERIAL, OFFICER.asks(media_says="not-asked")),
    shown("panlancs-media-consent/agreed", Item.MEDIA_MATERIAL, OFFICER.asks(media_says="agrees")),
    shown(
        "panlancs-child-rescue-alert", Item.MEDIA_MATERIAL, SENIOR_OFFICER.asks(life_at_risk=True)
    ),
    shown(
        "panlancs-photo-refresh",
        Item.TRIGGER_PLAN_PHOTO,
        OFFICER.asks(appearance_changed=True, photo_says="agrees"),
    ),
    shown("panlancs-auto-notify-csc", Item.EPISODE_STATUS, OWN_LEAD.asks()),
    shown("panlancs-share-risk-assessment", Item.RISK_ASSESSMENT, HOST_LEAD.asks()),
    shown(
        "panlancs-wanted-discuss-with-reporter",
        Item.DECISION_RATIONALE,
        REPORTER.asks(wanted=True),
    ),
    withheld("panlancs-reporter-updates-controlled", Item.WHEREABOUTS_LOCATION, REPORTER.asks()),
    shown("panlancs-reporter-updates-controlled/case-status", Item.EPISODE_STATUS, REPORTER.asks()),
    shown(
        "panlancs-reporter-updates-controlled/officer-decides",
        Item.WHEREABOUTS_LOCATION,
        REPORTER.asks(release_decided=True),
    ),
    shown("panlancs-cla-nurse-notified", Item.EPISODE_STATUS, NURSE.asks()),
    shown("panlancs-cla-nurse-offers-contact", Item.PLACEMENT_DETAIL, NURSE.asks()),
    shown("panlancs-review-health-assessment-offer", Item.HEALTH_ASSESSMENT, NURSE.asks()),
    shown(
        "panlancs-health-not-cla-notified",
        Item.EPISODE_STATUS,
        HEALTH_VISITOR.asks(looked_after=False),
    ),
    shown("panlancs-health-liaise-others", Item.HEALTH_NEEDS, PARTNER.asks(release_decided=True)),
    shown("panlancs-missing-risk-in-plans", Item.PLACEMENT_PLAN, HOME.asks()),
    shown("panlancs-three-in-90-meeting", Item.MEETING_REQUEST, PARENT.asks()),
    shown("panlancs-risk-meeting-review-date", Item.MEETING_MINUTES, PARTNER.asks()),
    withheld(
        "panlancs-risk-meeting-withhold-sensitive",
        Item.INTELLIGENCE_REPORT,
        CHILD.asks(meeting="mfh-risk-management"),
    ),
    shown("panlancs-ola-placing-notifies", Item.CARE_PLAN, HOST_LEAD.asks()),
    shown(
        "panlancs-ola-setting-tells-bcu",
        Item.PLACEMENT_DETAIL,
        COORDINATOR.asks(placed_here_by_other_authority=True),
    ),
    shown("panlancs-trigger-plan-share", Item.TRIGGER_PLAN_FULL, HOME.asks()),
    shown(
        "panlancs-trigger-plan-share/lead-professional",
        Item.CASE_WORKER,
        HOME.asks(trigger_plan_exists=True),
    ),
    shown(
        "panlancs-trigger-plan-share/address",
        Item.PLACEMENT_ADDRESS,
        OFFICER.asks(trigger_plan_exists=True),
    ),
    withheld(
        "panlancs-trigger-plan-credentials", Item.TRIGGER_PLAN_CREDENTIALS, SOCIAL_WORKER.asks()
    ),
    shown(
        "panlancs-trigger-plan-credentials/police",
        Item.TRIGGER_PLAN_CREDENTIALS,
        OFFICER.asks(purpose=Purpose.LOCATE),
    ),
    shown("panlancs-trigger-plan-to-coordinators", Item.TRIGGER_PLAN_FULL, COORDINATOR.asks()),
    shown("panlancs-share-proactively", Item.EPISODE_DETAIL, HOME.asks()),
    shown(
        "panlancs-location-to-carer",
        Item.WHEREABOUTS_LOCATION,
        HOME.asks(located=True, release_decided=True, collection_appropriate=True),
    ),
    shown(
        "panlancs-location-to-carer/safe", Item.WHEREABOUTS_SAFE, FOSTER_CARER.asks(located=True)
    ),
    shown(
        "panlancs-location-to-carer/corporate-parent",
        Item.WHEREABOUTS_LOCATION,
        SOCIAL_WORKER.asks(located=True),
    ),
    withheld(
        "panlancs-location-withheld-if-unsafe",
        Item.WHEREABOUTS_LOCATION,
        HOME.asks(located=True, release_decided=True, collection_appropriate=False),
    ),
    withheld(
        "panlancs-location-withheld-if-unsafe/parent",
        Item.WHEREABOUTS_LOCATION,
        PARENT.asks(
            located=True,
            release_decided=True,
            collection_appropriate=True,
            pr_contact_unsafe=True,
        ),
    ),
    shown(
        "panlancs-saw-delegated-to-bcu",
        Item.SAW_RECORD,
        COORDINATOR.asks(saw_by="other-professional"),
    ),
    shown("panlancs-school-encompass", Item.EPISODE_STATUS, SCHOOL.asks()),
    shown("panlancs-ola-police-notify-host", Item.EPISODE_STATUS, HOST_LEAD.asks()),
    shown("panlancs-ola-host-informs-placing", Item.EPISODE_STATUS, OWN_LEAD.asks()),
    shown("panlancs-rhi-share-police-health", Item.RHI_FULL, NURSE.asks(child_says="agrees")),
    withheld(
        "panlancs-rhi-share-police-health/no-consent",
        Item.RHI_FULL,
        COORDINATOR.asks(child_says="refuses"),
    ),
    withheld(
        "panlancs-rhi-share-police-health/parent",
        Item.RHI_FULL,
        COORDINATOR.asks(
            child_says="agrees",
            looked_after=False,
            open_to_social_care=False,
            parent_says="refuses",
        ),
    ),
    shown(
        "panlancs-rhi-share-police-health/confirmation",
        Item.RHI_CONFIRMATION,
        NURSE.asks(child_says="refuses"),
    ),
    withheld("panlancs-rhi-withhold-placement", Item.RHI_FULL, HOME.asks(child_says="agrees")),
    shown("panlancs-rhi-confirm-placement", Item.RHI_CONFIRMATION, HOME.asks()),
    shown("panlancs-rhi-safeguarding-matters-placement", Item.RHI_SAFEGUARDING, HOME.asks()),
    withheld(
        "panlancs-rhi-safeguarding-matters-placement/about-the-home",
        Item.RHI_SAFEGUARDING_PROVIDER,
        HOME.asks(),
    ),
    shown("panlancs-rhi-email-bcu-la-lead", Item.RHI_FULL, HOST_LEAD.asks(child_says="agrees")),
    withheld(
        "panlancs-rhi-email-bcu-la-lead/no-consent",
        Item.RHI_FULL,
        HOST_LEAD.asks(child_says="withdrew"),
    ),
    shown("panlancs-rhi-email-bcu-la-lead/confirmation", Item.RHI_CONFIRMATION, HOST_LEAD.asks()),
    shown("panlancs-rhi-form-to-health", Item.RHI_FULL, NURSE.asks(child_says="agrees")),
    withheld(
        "panlancs-rhi-form-to-health/no-consent", Item.RHI_FULL, NURSE.asks(child_says="refuses")
    ),
    withheld(
        "panlancs-rhi-mailbox-nonurgent",
        Item.EPISODE_STATUS,
        COORDINATOR.asks(channel="interview-mailbox"),
    ),
    withheld(
        "panlancs-rhi-mailbox-nonurgent/urgent",
        Item.RHI_SAFEGUARDING,
        COORDINATOR.asks(channel="interview-mailbox", urgent=True),
    ),
    shown(
        "panlancs-rhi-urgent-sharing",
        Item.RHI_SAFEGUARDING,
        COORDINATOR.asks(child_says="refuses", urgent=True),
    ),
    shown("panlancs-rhi-la-decides", Item.RHI_FULL, SOCIAL_WORKER.asks(child_says="refuses")),
    shown("panlancs-rhi-la-lead-disseminate", Item.RHI_FULL, OWN_LEAD.asks(child_says="refuses")),
    shown(
        "panlancs-rhi-parent-input",
        Item.PARENT_INFORMATION,
        INTERVIEWER.asks(interview_declined=True),
    ),
    shown("panlancs-post-rhi-joint-analysis", Item.RHI_NEEDS, PARTNER.asks(child_says="agrees")),
    shown("panlancs-post-rhi-joint-analysis/patterns", Item.AGGREGATE_DATA, PARTNER.asks()),
    shown(
        "panlancs-post-rhi-joint-analysis/intelligence",
        Item.INTELLIGENCE_REPORT,
        SOCIAL_WORKER.asks(release_decided=True),
    ),
)
