"""Which fields and inclusions the permitted items need, and so the only ones asked for.

JSON:API's sparse fieldsets and ``include`` keep what is not permitted from being sent at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from adapters.police.dialect import Query
from records.items import Item

Fields = Mapping[Item, tuple[str, ...]]
_I = Item
REPORT: Final[Fields] = {
    _I.EPISODE_EXISTS: (),
    _I.EPISODE_STATUS: (
        "status",
        "missingFromTime",
        "reportedTime",
        "recordedTime",
        "foundTime",
    ),
    _I.EPISODE_DETAIL: (
        "circumstances",
        "reportedBy",
        "foundBy",
        "commandAndControlRef",
        "pncCirculated",
        "pncId",
    ),
    _I.EPISODE_HISTORY: (),
    _I.WHEREABOUTS_SAFE: ("knownSafe", "safetyStatedTime"),
    _I.WHEREABOUTS_LOCATION: ("lastSeenPlace", "lastSeenTime"),
}
RISK: Final[Fields] = {
    _I.RISK_GRADE: ("grade", "gradedByRank", "gradedTime"),
    # The time is needed to know which assessment is the newest.
    _I.RISK_ASSESSMENT: ("rationale", "answers", "gradedTime"),
}
CHECK: Final[Fields] = {
    _I.SAW_EXISTS: (),
    _I.SAW_CONFIRMATION: ("doneTime", "doneBy"),
    _I.SAW_RECORD: ("findings",),
}
PERSON: Final[Fields] = {
    _I.IDENTITY_EXISTS: (),
    _I.IDENTITY_CORE: ("givenName", "surname", "dateOfBirth", "dateOfBirthKnown", "gender"),
    _I.IDENTITY_NUMBERS: ("nhsNumber",),
}
PLAN: Final[Fields] = {
    _I.TRIGGER_PLAN_EXISTS: (),
    _I.TRIGGER_PLAN_FULL: ("updatedOn", "reviewDueOn", "actions", "likelyPlaces", "risks"),
    _I.TRIGGER_PLAN_ASSOCIATES: ("associates",),
    _I.TRIGGER_PLAN_PHOTO: ("photo",),
    _I.TRIGGER_PLAN_CREDENTIALS: ("accounts",),
}
INTEL: Final[Fields] = {
    _I.INTELLIGENCE_EXISTS: (),
    _I.INTELLIGENCE_REPORT: ("report", "handling", "submittedTime"),
}
NOTICE: Final[Fields] = {
    _I.INTELLIGENCE_EXISTS: (),
    _I.INTELLIGENCE_ABDUCTION_NOTICE: ("issuedOn", "expiresOn"),
}
Kinds = tuple[tuple[str, str, Fields], ...]
_ON_REPORT: Final[Kinds] = (
    ("riskAssessments", "riskAssessment", RISK),
    ("safeAndWellRecords", "safeAndWellRecord", CHECK),
)
_ON_NOMINAL: Final[Kinds] = (
    ("triggerPlans", "triggerPlan", PLAN),
    ("intelligenceReports", "intelligenceReport", INTEL),
    ("childAbductionWarningNotices", "childAbductionWarningNotice", NOTICE),
)


def asking(kind: str, own: Fields, hanging: Kinds, items: frozenset[Item]) -> Query:
    """One type's own fields, and what hangs on it, as far as the permitted items need them.

    ``hanging`` names each relationship, the type at its other end and that type's fields.
    """
    wanted = [(name, type_, fields) for name, type_, fields in hanging if fields.keys() & items]
    asked = [*sparse(kind, own, items), ("include", ",".join(name for name, _, _ in wanted))]
    for _, type_, fields in wanted:
        asked.extend(sparse(type_, fields, items))
    return tuple(asked)


def ask_reports(items: frozenset[Item]) -> Query:
    """The fields and inclusions of reports that the permitted items need."""
    return asking("missingPersonReport", REPORT, _ON_REPORT, items)


def ask_nominal(items: frozenset[Item]) -> Query:
    """The fields and inclusions of the nominal that the permitted items need."""
    return asking("person", PERSON, _ON_NOMINAL, items)


def sparse(kind: str, fields: Fields, items: frozenset[Item]) -> Query:
    """JSON:API's ``fields[kind]``. An empty list is sent as such: it asks for bare existence."""
    wanted = dict.fromkeys(
        name for item, names in fields.items() if item in items for name in names
    )
    return ((f"fields[{kind}]", ",".join(wanted)),)
