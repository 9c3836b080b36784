"""Reviews of a looked-after child: the statutory review that was held has reviewed the care plan.

Read for what has happened alone: when one was held, and nothing of what was said there. A review of
which the meeting was cancelled, or of a day that is still to come, was not held.

A reading beyond the sources' words: the day of the meeting (``MEETING_DTTM``) is the day on which it
was held once it has passed. To be confirmed by each council's missing coordinator.
Source: SSD ssd_cla_reviews (FACT_CLA_REVIEW, FACT_MEETINGS.CANCELLED; "Actual date of the Review
conference"); Essex, Quarterly statutory reviews; Staffordshire and Stoke 16.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from adapters.liquidlogic import wire
from adapters.liquidlogic.asks import Ask
from adapters.liquidlogic.held import Held
from adapters.liquidlogic.words import flag, key
from adapters.notes import Notes
from adapters.times import LONDON, local_instant
from records.meeting import Meeting, MeetingCalled, MeetingKind

TABLE: Final = "FACT_CLA_REVIEW"
MEETINGS: Final = "FACT_MEETINGS"
REVIEWS: Final = Ask(
    table=TABLE, columns=(f"{TABLE}_ID", "DIM_PERSON_ID", "FACT_MEETING_ID", "MEETING_DTTM")
)
MEETING: Final = Ask(table=MEETINGS, columns=("FACT_MEETING_ID", "CANCELLED"))


def reviews(held: Held) -> Iterator[Meeting]:
    """Every review that was held by now."""
    cancelled = _cancelled(held)
    for row, ref, provenance in held.rows(wire.REVIEW, TABLE):
        notes = Notes()
        met_at = local_instant(row.meeting_dttm, notes, "time of the review")
        met_on = None if met_at is None else met_at.astimezone(LONDON).date()
        was_held = (
            met_on is not None
            and met_on <= held.today
            and key(row.fact_meeting_id) not in cancelled
        )
        yield Meeting(
            ref=ref,
            provenance=provenance,
            kind=MeetingKind.CARE_PLAN_REVIEW,
            called=MeetingCalled(
                kind=MeetingKind.CARE_PLAN_REVIEW,
                called_on=None,
                meets_on=met_on,
                held_on=met_on if was_held else None,
            ),
            notes=notes.all(),
        )


def _cancelled(held: Held) -> frozenset[str]:
    """The meetings that are marked as cancelled."""
    answer = held.answers.get(MEETINGS)
    rows = wire.MEETING.rows(answer.rows, held.notes) if answer else ()
    return frozenset(str(row.fact_meeting_id) for row in rows if flag(row.cancelled))
