"""What crosses from gateway to gateway: an event by its codes, each an item of information, and never case content.

The CloudEvent's attributes hold a pseudonym, a type, a time and a number. All else is in its data,
closed to the receiving gateway. A code that stands in no list here does not cross.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Annotated, Any, Final, Self

import msgspec

from disclosure.chain import Plain
from notifications.content import PREFIX
from notifications.happening import Reason
from notifications.peer_proof import NotProven, OwnPeerKeys, closed, opened
from notifications.peers import PeerKey
from records.items import Item

CLOUDEVENT: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch+json"
CLOSED: Final = "application/jose"
ACKNOWLEDGED: Final = "notice-acknowledged"

CARRIED: Final[Mapping[str, Item]] = MappingProxyType(
    {
        "episode_ref": Item.EPISODE_STATUS,
        "episode_began_on": Item.EPISODE_STATUS,
        "state": Item.EPISODE_STATUS,
        "term_as_sent": Item.EPISODE_STATUS,
        "reported_at": Item.EPISODE_STATUS,
        "force": Item.EPISODE_STATUS,
        "said_by": Item.EPISODE_STATUS,
        "whereabouts_known": Item.EPISODE_STATUS,
        "contactable": Item.EPISODE_STATUS,
        "missing_from": Item.EPISODE_DETAIL,
        "missing_from_place": Item.EPISODE_DETAIL,
        "log_ref": Item.EPISODE_DETAIL,
        "pnc_circulated": Item.EPISODE_DETAIL,
        "grade": Item.RISK_GRADE,
        "grade_as_sent": Item.RISK_GRADE,
        "set_by_rank": Item.RISK_GRADE,
        "reason_recorded": Item.RISK_GRADE,
        "done_by": Item.SAW_CONFIRMATION,
        "saw_by": Item.SAW_CONFIRMATION,
        "return_safe": Item.SAW_CONFIRMATION,
        "plan_ref": Item.TRIGGER_PLAN_EXISTS,
        "placement_ref": Item.PLACEMENT_DETAIL,
        "placement_type": Item.PLACEMENT_DETAIL,
        "moved_from_ref": Item.PLACEMENT_DETAIL,
        "started_on": Item.PLACEMENT_DETAIL,
        "ended_on": Item.PLACEMENT_DETAIL,
        "interview_ref": Item.RHI_EXISTS,
        "due_on": Item.HEALTH_ASSESSMENT,
        "notification_received": Item.PLACEMENT_DETAIL,
        "travel_minutes": Item.PLACEMENT_DETAIL,
        "meeting": Item.MEETING_REQUEST,
        "meeting_ref": Item.MEETING_REQUEST,
    }
)
"""The codes of an event that may cross, and the item by which each is decided.

The two authorities always cross: whoever is told, is told as the one or the other.
"""

_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_Ref = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{1,32}$")]
_Code = Annotated[str, msgspec.Meta(max_length=200)] | bool | int
_Several = msgspec.Meta(max_length=100)


class About(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Whom it is about, as far as the receiving gateway may know: what they called the child, or a number.

    ``yours`` is the receiver's own pseudonym of an earlier notice. Number, name and birth date are
    there only where the door opened them.
    """

    yours: _Ref | None = None
    nhs_number: _Text | None = None
    given_names: tuple[_Text, ...] = ()
    family_name: _Text | None = None
    birth_date: date | None = None

    def __repr__(self) -> str:
        """Nothing of whom."""
        return "About(…)"


class Paragraph(msgspec.Struct, frozen=True):
    """The paragraph by which the sender tells: its rule, in whose protocol, and as whose."""

    rule: _Text
    partnership: _Text
    applies: _Text

    @classmethod
    def of(cls, reason: Reason) -> Self:
        """The same, as it crosses."""
        return cls(reason.rule, reason.partnership, reason.applies)

    @property
    def reason(self) -> Reason:
        """The same, as notices have it."""
        return Reason(rule=self.rule, partnership=self.partnership, applies=self.applies)


class Carried(msgspec.Struct, frozen=True, rename="camel"):
    """The data of an event between gateways.

    ``event`` is the sender's event, ``statement`` one and the same for a fact and all its corrections. ``via`` are the gateways that
    have it already, in order: none of them is told of it again.
    """

    event: _Ref
    statement: _Ref
    responsible: _Text | None
    host: _Text | None
    codes: Annotated[dict[str, _Code], _Several]
    about: About
    because: Annotated[tuple[Paragraph, ...], _Several]
    items: Annotated[tuple[_Text, ...], _Several]
    withheld: Annotated[tuple[_Text, ...], _Several]
    urgent: bool
    via: Annotated[tuple[_Text, ...], _Several]
    looked_after: bool | None = None


class Answered(msgspec.Struct, frozen=True, rename="camel"):
    """The data of an acknowledgement: which notice, when, and in which role at which organisation."""

    notice: _Ref
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    role: _Text
    organisation: _Text


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """The attributes of an event between gateways, with its data closed. Unknown attributes are passed over."""

    specversion: Annotated[str, msgspec.Meta(pattern="^1[.]0$")]
    id: _Ref
    source: _Text
    type: _Text
    sequence: Annotated[int, msgspec.Meta(ge=0)]
    recipient: _Text
    datacontenttype: Annotated[str, msgspec.Meta(pattern="^application/jose$")]
    data: str
    subject: _Ref | None = None
    time: Annotated[datetime, msgspec.Meta(tz=True)] | None = None

    @property
    def said(self) -> str:
        """What is said to have happened, as the gateway names it."""
        return self.type.removeprefix(PREFIX)


class Inside(msgspec.Struct, frozen=True, kw_only=True):
    """What was closed: the whole event again, so that nobody can put other attributes around the data."""

    id: str
    source: str
    type: str
    sequence: int
    recipient: str
    data: msgspec.Raw
    subject: str | None = None
    time: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


def wrapped(body: bytes, to: PeerKey) -> bytes:
    """An event as it goes: its attributes in clear, the whole of it closed in its data."""
    event: dict[str, Any] = msgspec.json.decode(body)
    return msgspec.json.encode({**event, "datacontenttype": CLOSED, "data": closed(to, body)})


def unwrapped(envelope: Envelope, own: OwnPeerKeys) -> tuple[bytes, Inside]:
    """The event that was closed, as bytes and read.

    Raises:
        NotProven: it is not closed to us, cannot be read, or its attributes are not those around it.
    """
    body = opened(own, envelope.data)
    try:
        inside = msgspec.json.decode(body, type=Inside)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NotProven("malformed") from None
    for name in ("id", "source", "type", "sequence", "recipient", "subject", "time"):
        if getattr(inside, name) != getattr(envelope, name):
            raise NotProven("attributes-differ")
    return body, inside


def codes_to_carry(data: Mapping[str, Plain], may: Mapping[Item, bool]) -> dict[str, _Code]:
    """The codes of an event that the receiving gateway may have, by what the door opened."""
    return {
        name: value
        for name, value in data.items()
        if isinstance(value, str | bool | int)
        and (item := CARRIED.get(name)) is not None
        and may.get(item, False)
    }


def items_of(data: Mapping[str, Plain]) -> frozenset[Item]:
    """The items by which the codes of an event are decided."""
    return frozenset(CARRIED[name] for name in data if name in CARRIED)
