"""By which item somebody may know that a thing happened, where its kind alone gives nothing away in a notice.

A notice goes to whom a paragraph names. Who else may see, among who was told of what, that it happened
at all, is decided by the item that it is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from disclosure.happenings import SAID_AT, SAID_BY
from notifications.content import SAYS, TAKES_BACK
from notifications.happening import OURSELVES, Happened
from notifications.never_notified import NEVER_NOTIFIED
from records.items import Item
from records.people import Kind

KNOWN_BY: Final[Mapping[str, Item]] = MappingProxyType(
    {
        **SAYS,
        "unreported-missing-identified": Item.EPISODE_STATUS,
        "missing-abroad": Item.EPISODE_STATUS,
        "risk-disputed": Item.RISK_GRADE,
        "wanted-decided": Item.STATUS_DECISION,
        "school-absence": Item.EDUCATION_SCHOOL,
        "contact-made": Item.CONTACT_RECORD,
        "harm-suspected": Item.RHI_SAFEGUARDING,
        "crime-suspected": Item.RHI_SAFEGUARDING,
        "trafficking-suspected": Item.RHI_SAFEGUARDING,
        "repeat-missing-risk": Item.PREVENTION_PLAN,
        "referral-received": Item.CASE_EXISTS,
        "abduction-notice-considered": Item.INTELLIGENCE_ABDUCTION_NOTICE,
        "media-considered": Item.MEDIA_MATERIAL,
        "national-alert-considered": Item.DECISION_RATIONALE,
        "prevention-plan-due": Item.PREVENTION_PLAN,
        "prevention-plan-updated": Item.PREVENTION_PLAN,
        "care-plan-reviewed": Item.CARE_PLAN,
        "photo-held": Item.TRIGGER_PLAN_PHOTO,
        "decision-recorded": Item.DECISION_RATIONALE,
        "record-made": Item.DECISION_RATIONALE,
    }
)
"""Everything that a system or a person can say has happened. A test says that it is whole."""


def of_which(event: Happened) -> str | None:
    """The event on which knowing of this one rests: what it says was wrong, or what it followed from."""
    return event.corrects if event.type in TAKES_BACK else event.caused_by


def whose_word(event: Happened) -> tuple[Kind, str] | None:
    """Of which kind of organisation, and of which, a person's word is that it happened; None of all else.

    That nobody was told of a placement rests on what the authority that placed the child holds of it.
    """
    placing = event.data.get("responsible_authority")
    if event.source == OURSELVES and event.type == NEVER_NOTIFIED and isinstance(placing, str):
        return Kind.SOCIAL_CARE, placing
    kind, organisation = event.data.get(SAID_BY), event.data.get(SAID_AT)
    if event.source != OURSELVES or not isinstance(kind, str) or not isinstance(organisation, str):
        return None
    return Kind(kind), organisation
