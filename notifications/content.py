"""What a notice says: a CloudEvent without personal data in its attributes, and lines for people.

Built from a disclosure, so that nothing can stand here that the door did not give. What happened is
itself an item: where the recipient may not know it, the notice says that something of a category
happened; where not even that, that there is a notice and nothing more.

Source: CloudEvents 1.0 (structured JSON); design of notices: withheld is said openly.
"""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

import msgspec

from disclosure.answers import EXISTS, Disclosure, ReportState
from disclosure.chain import instant as written_instant
from notifications.channels.channel import Words
from notifications.episode_table import Step
from notifications.recipients import LONDON
from records.items import ITEM_CATEGORY, Item, below
from records.record import Record, parts_of

PREFIX: Final = "uk.homeward."
WITHHELD: Final = "notice-withheld"

SAYS: Final[Mapping[str, Item]] = MappingProxyType(
    {
        **{step.value: Item.EPISODE_STATUS for step in Step},
        "child-not-located": Item.EPISODE_STATUS,
        "status-decided": Item.EPISODE_STATUS,
        "episode-count-reached": Item.EPISODE_HISTORY,
        "risk-set": Item.RISK_GRADE,
        "risk-changed": Item.RISK_GRADE,
        "safe-and-well-done": Item.SAW_CONFIRMATION,
        "safe-and-well-proposed": Item.SAW_CONFIRMATION,
        "interview-offered": Item.RHI_OFFER,
        "interview-accepted": Item.RHI_OFFER,
        "interview-declined": Item.RHI_OFFER,
        "interview-done": Item.RHI_CONFIRMATION,
        "interview-confirmed": Item.RHI_CONFIRMATION,
        "interview-shared": Item.RHI_CONFIRMATION,
        "interview-urgent-finding": Item.RHI_SAFEGUARDING,
        "placement-planned": Item.PLACEMENT_DETAIL,
        "placement-made": Item.PLACEMENT_DETAIL,
        "placement-moved": Item.PLACEMENT_DETAIL,
        "placement-ended": Item.PLACEMENT_DETAIL,
        "placement-notified": Item.PLACEMENT_DETAIL,
        "placement-never-notified": Item.PLACEMENT_DETAIL,
        "placement-withdrawn": Item.PLACEMENT_DETAIL,
        "trigger-plan-updated": Item.TRIGGER_PLAN_EXISTS,
        "trigger-plan-due": Item.TRIGGER_PLAN_EXISTS,
        "prevention-plan-updated": Item.PREVENTION_PLAN,
        "prevention-plan-due": Item.PREVENTION_PLAN,
        "review-health-assessment-overdue": Item.HEALTH_ASSESSMENT,
        "consent-changed": Item.CONSENT_RECORD,
        "strategy-discussion-held": Item.MEETING_REQUEST,
        "meeting-convened": Item.MEETING_REQUEST,
        "meeting-held": Item.MEETING_REQUEST,
    }
)
"""The item that the kind of an event gives away by itself. Of others, any item that is open will do."""

TAKES_BACK: Final = frozenset({"said-by-mistake", "not-this-child"})
"""Events that say that an earlier one was wrong: what was wrong is named by its notice, and not said again."""

_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WRITTEN_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_WRITTEN_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")

_SILENT: Final = frozenset(
    {
        ReportState.TIMED_OUT,
        ReportState.UNAVAILABLE,
        ReportState.REFUSED,
        ReportState.CONTRACT_BROKEN,
        ReportState.AMBIGUOUS,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is known of a notice before anybody asks whether it may be said.

    ``takes_back`` are the recipient's own earlier notices that this one says were wrong.
    """

    ref: str
    recipient: str
    seq: int
    event_type: str
    at: datetime
    subject: str
    origin: str
    items: frozenset[Item]
    reasons: tuple[Mapping[str, str], ...] = ()
    takes_back: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A notice as it may be said now. ``told`` is false where nothing of it may be.

    ``words`` say the same as ``body`` to people: they are put together only where people read them.
    """

    told: bool
    body: bytes = field(repr=False)
    words: Words = field(default=tuple, repr=False)
    disclosed: tuple[str, ...] = ()
    withheld: tuple[tuple[str, str], ...] = ()

    @property
    def digest(self) -> str:
        """What was sent, as evidence without a copy."""
        return hashlib.sha256(self.body).hexdigest()


def asked_of(event_type: str, items: frozenset[Item]) -> frozenset[Item]:
    """Everything to be decided before such a notice is sent: of what is closed, what it includes may be open."""
    says = SAYS.get(event_type)
    wanted = items if says is None else items | {says}
    return frozenset[Item]().union(*(below(item) for item in wanted))


def content_of(notice: Notice, disclosure: Disclosure) -> Content:
    """What this recipient is sent, from what the door gave."""
    said = said_of(notice, disclosure)
    refused = [w for w in disclosure.withheld if w.item in notice.items]
    withheld = tuple((w.item.value, w.reason.value) for w in refused)
    back: dict[str, Any] = {"takesBack": list(notice.takes_back)} if notice.takes_back else {}
    if said is None:
        body = _event(notice, WITHHELD, subject=None, data=back)
        return Content(told=False, body=body, withheld=withheld)
    wrong = notice.event_type in TAKES_BACK
    records = [r for found in disclosure.records.values() for r in found if not wrong]
    data = {
        "records": [_record(record) for record in records],
        "withheld": [_refusal(w) for w in refused],
        "unanswered": sorted(
            {
                report.source
                for reports in disclosure.reports.values()
                for report in reports
                if report.state in _SILENT
            }
        ),
        "because": [dict(reason) for reason in notice.reasons],
        **back,
    }
    asked = asked_of(notice.event_type, notice.items)
    disclosed = tuple(
        sorted(item.value for item in asked if disclosure.is_open(item) and not wrong)
    )
    return Content(
        told=True,
        body=_event(notice, said, subject=notice.subject, data=data),
        words=lambda: lines_of(said, data),
        disclosed=disclosed,
        withheld=withheld,
    )


def said_of(notice: Notice, disclosure: Disclosure) -> str | None:
    """What may be said to have happened; None where not even that anything did."""
    says = SAYS.get(notice.event_type)
    if says is None:
        opened = any(disclosure.is_open(item) for item in notice.items)
        return notice.event_type if opened or not notice.items else None
    if disclosure.is_open(says):
        return notice.event_type
    category = ITEM_CATEGORY[says]
    exists = EXISTS.get(category)
    return category.value if exists is not None and disclosure.is_open(exists) else None


def _event(notice: Notice, said: str, *, subject: str | None, data: Mapping[str, Any]) -> bytes:
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "id": notice.ref,
        "source": notice.origin,
        "type": PREFIX + said,
        "sequence": notice.seq,
        "datacontenttype": "application/json",
    }
    if subject is not None:
        attributes |= {"subject": subject, "time": written_instant(notice.at)}
    return msgspec.json.encode({**attributes, "data": data})


def _record(record: Record) -> dict[str, Any]:
    parts = {
        _camel(name): _plain(getattr(record, name))
        for name in parts_of(type(record))
        if getattr(record, name) is not None
    }
    return {
        "category": record.category.value,
        "source": record.provenance.source,
        "asOf": written_instant(record.provenance.as_of),
        **parts,
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 (any part of a record)
    """A part of a record as JSON has it, names as GraphQL spells them."""
    match value:
        case enum.Enum():
            return value.value
        case datetime():
            return written_instant(value)
        case date():
            return value.isoformat()
        case tuple() | frozenset() | list():
            return [_plain(one) for one in value]
        case _ if dataclasses.is_dataclass(value):
            names = [f.name for f in dataclasses.fields(value)]
            return {_camel(name): _plain(getattr(value, name)) for name in names}
        case _:
            return value


def _refusal(withheld: Any) -> dict[str, Any]:  # noqa: ANN401 (disclosure.answers.Withheld)
    return {
        "item": withheld.item.value,
        "reason": withheld.reason.value,
        "says": withheld.says,
        "rules": [rule.id for rule in withheld.rules],
        "ask": {"role": withheld.ask.role.value, "label": withheld.ask.label},
    }


def lines_of(said: str, data: Mapping[str, Any]) -> list[str]:
    """The same for people to read: what happened, what is given, what is not and why."""
    lines = [said.replace("-", " ").capitalize() + "."]
    lines += [f"Take back what notice {ref} told you." for ref in data.get("takesBack", ())]
    for record in data["records"]:
        for name, value in record.items():
            if name in ("category", "source", "asOf"):
                continue
            lines.append(f"{record['category'].replace('-', ' ')}, from {record['source']}:")
            lines += [f"  {line}" for line in _told(name, value)]
    lines += [
        f"Not given: {w['item']} ({w['says']} Ask: {w['ask']['label']}.)" for w in data["withheld"]
    ]
    lines += [f"Did not answer: {name}." for name in data["unanswered"]]
    return lines


def _told(name: str, value: Any) -> list[str]:  # noqa: ANN401 (any part of a record)
    match value:
        case dict():
            return [line for key, part in value.items() for line in _told(key, part)]
        case list():
            return [line for part in value for line in _told(name, part)]
        case None | "":
            return []
        case bool():
            return [f"{_in_words(name)}: {'yes' if value else 'no'}"]
        case _:
            return [f"{_in_words(name)}: {_as_people_say(str(value))}"]


def _in_words(name: str) -> str:
    """A field's name as people read it: `reportedAt` is "reported at"."""
    return _HUMP.sub(" ", name).lower()


def _as_people_say(text: str) -> str:
    """An instant by the clock on the wall in London, and a day as it is written; anything else as it is."""
    try:
        if _WRITTEN_INSTANT.fullmatch(text):
            return f"{datetime.fromisoformat(text).astimezone(LONDON):%a %d %b %Y %H:%M}"
        if _WRITTEN_DAY.fullmatch(text):
            return f"{date.fromisoformat(text):%d %b %Y}"
    except ValueError:
        # Somebody's own words that look like a day and are none.
        return text
    return text


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
