"""Plans and meetings under the names of a council's CareDirector."""

from datetime import date

from records.items import Item
from records.meeting import MeetingKind
from tests.adapters.caredirector.conftest import Council


async def test_a_kind_of_meeting_that_the_map_does_not_list_is_another_kind(
    council: Council,
) -> None:
    for name in ("missing intervention meeting", "Family Group Conference", None):
        council.holds("meeting", meetingtype__name=name, meetingdate="2026-11-24")
    answered = await council.answers(Item.MEETING_REQUEST)
    kinds = sorted(one.kind.value for one in answered.records)  # type: ignore[attr-defined]
    assert kinds == ["missing-intervention", "other", "other"]


async def test_the_kind_comes_with_the_minutes_alone_too(council: Council) -> None:
    council.holds("meeting", meetingtype__name="Strategy Discussion", minutes="Police lead.")
    answered = await council.answers(Item.MEETING_MINUTES)
    (meeting,) = answered.records
    assert meeting.kind is MeetingKind.STRATEGY  # type: ignore[attr-defined]
    assert meeting.called is None  # type: ignore[attr-defined]
    assert meeting.minutes.minutes == "Police lead."  # type: ignore[attr-defined]


async def test_a_plan_with_a_field_of_the_wrong_type_is_left_out_and_counted(
    council: Council,
) -> None:
    council.holds("placement_plan", profile=["a", "list"])
    council.holds("placement_plan", writtenon="2026-01-14", risks="Buses")
    answered = await council.answers(Item.PLACEMENT_PLAN)
    (plan,) = answered.records
    assert plan.plan.written_on == date(2026, 1, 14)  # type: ignore[attr-defined]
    assert answered.skipped == 1
