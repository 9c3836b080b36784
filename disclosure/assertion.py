"""One thing that somebody says of a child, and the words in which such things are said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from consent.vocabulary import NOTHING_RECORDED, SHAPES, Fact, Form
from records.people import Standing
from records.words import Word


class Area(Word):
    """What an authority is to a child."""

    HOST = "host"
    RESPONSIBLE = "responsible"
    HOME = "home"


class Giver(Word):
    """Who was asked."""

    CHILD = "child"
    PARENT = "parent"


class About(Word):
    """What they were asked about."""

    SHARING = "sharing"
    PHOTO = "photo"
    MEDIA = "media"


class Says(Word):
    """What they answered. Withdrawing is not refusing: the record tells them apart."""

    AGREES = "agrees"
    REFUSES = "refuses"
    WITHDREW = "withdrew"
    NOT_ASKED = "not-asked"


class Capacity(Word):
    """Whether the giver could decide this, as somebody assessed it: never a rule about age."""

    COMPETENT = "gillick-competent"
    NOT_COMPETENT = "not-competent"
    SIXTEEN_OR_OVER = "16-or-over"
    PARENTAL_RESPONSIBILITY = "parental-responsibility"
    NOT_ASSESSED = "not-assessed"


COULD_AGREE: Final = frozenset(
    {
        (Giver.CHILD.value, Capacity.COMPETENT.value),
        (Giver.CHILD.value, Capacity.SIXTEEN_OR_OVER.value),
        (Giver.PARENT.value, Capacity.PARENTAL_RESPONSIBILITY.value),
    }
)
"""Whose agreement counts, by giver and capacity. A refusal counts whoever gives it.

Source: Gillick v West Norfolk and Wisbech AHA [1986] AC 112; Children Act 1989, section 3.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Who says it, since when it holds, and when we learnt it.

    ``source`` is the system or register that it comes from: two that differ make a fact unknown.
    ``by`` is the person or process. ``replaces`` is the row that this one corrects; with an empty
    period (``valid_to`` equal to ``valid_from``) it takes that row back.
    """

    source: str
    by: str
    valid_from: datetime
    recorded_at: datetime
    valid_to: datetime | None = None
    replaces: int | None = None


class Assertion(NamedTuple):
    """A row of any of the tables, as it is read for deciding.

    ``key`` is what the row is about and ``value`` what it says. For a preference, ``role`` is the
    giver, ``subject`` which giver, ``organisation`` the audience and ``team`` the giver's capacity.
    """

    table: str
    key: str
    value: str | None
    issuer: str | None
    subject: str | None
    organisation: str | None
    team: str | None
    role: str | None
    source: str
    valid_from: datetime
    recorded_at: datetime
    id: int

    @property
    def order(self) -> tuple[datetime, datetime, int]:
        """By when it began to hold; of two that began together, the one learnt last is later."""
        return (self.valid_from, self.recorded_at, self.id)


BIRTH_DATE: Final = "birth_date"
"""The one attribute that is no fact itself: age is worked out from it, for any day."""

PERSONAL: Final = frozenset(
    {
        Standing.ALLOCATED_WORKER,
        Standing.REVIEWS_CARE,
        Standing.ADVOCATES,
        Standing.PARENTAL_RESPONSIBILITY,
        Standing.CARES_FOR_CHILD,
        Standing.IS_THE_CHILD,
    }
)
"""Standings that only a person has; an organisation's name alone never gives them."""

FOR_ONE_CALLER: Final = frozenset(
    {Fact.OVERRIDE, Fact.RELEASE_DECIDED, Fact.RELATIONSHIP_VERIFIED, Fact.SECURE_EMAIL_KNOWN}
)
"""Judgements that concern one caller only."""

JUDGED_OR_STATED: Final = frozenset(
    {
        Fact.CONCERN,
        Fact.CRIME_SUSPECTED,
        Fact.LIVE_INVESTIGATION,
        Fact.PR_CONTACT_UNSAFE,
        Fact.SENSITIVE_DISCLOSURE,
    }
)
"""Facts that a system may state and a person may judge: nobody knows until one of them has said so.

Whether it is safe to speak to a parent is unknown, not yes, for a child of whom nothing is recorded.
Where a system and a person differ it is unknown again, which opens nothing and closes what may be closed.
"""

JUDGED: Final = (
    frozenset(
        fact
        for fact, shape in SHAPES.items()
        if shape.form is Form.YES_NO and NOTHING_RECORDED.get(fact) is False
    )
    - {Fact.CHILD_TOLD}
) | JUDGED_OR_STATED
"""Facts that somebody may judge; each judgement ends by itself."""

IMPLIES_AT_RISK: Final = frozenset({Fact.IMMEDIATE_RISK, Fact.LIFE_AT_RISK})
"""Judgements that say "at risk" and more: no protocol means less by "at risk of significant harm"."""

SAID_ABOUT: Final = {
    (About.SHARING.value, Giver.CHILD.value): Fact.CHILD_SAYS,
    (About.SHARING.value, Giver.PARENT.value): Fact.PARENT_SAYS,
    (About.PHOTO.value, Giver.CHILD.value): Fact.PHOTO_SAYS,
    (About.PHOTO.value, Giver.PARENT.value): Fact.PHOTO_SAYS,
    (About.MEDIA.value, Giver.CHILD.value): Fact.MEDIA_SAYS,
    (About.MEDIA.value, Giver.PARENT.value): Fact.MEDIA_SAYS,
}

OF_THE_ANSWER: Final = frozenset({Fact.CHANNEL, Fact.MEETING})
"""Facts about how the answer travels, which whoever asks the door states; never the caller."""

WORKED_OUT: Final = frozenset({Fact.AGE, Fact.AUTHORITY, Fact.HOST_AUTHORITY, Fact.AGREEMENT})
"""Facts that are worked out from other rows, and never recorded themselves."""

ATTRIBUTES: Final = frozenset(
    set(Fact)
    - {Fact.ROLE, Fact.STANDING, Fact.PURPOSE, Fact.CHILD_TOLD}
    - set(SAID_ABOUT.values())
    - FOR_ONE_CALLER
    - OF_THE_ANSWER
    - WORKED_OUT
)
"""Facts that a system may state of a child."""
