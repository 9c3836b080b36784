"""When something is due: elapsed, by the calendar, in working days; and how episodes are counted."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.clock import ENGLAND, LONDON, Calendar, Hours, Period, Window

REPORTED: Final = datetime(2026, 1, 12, 18, 0, tzinfo=UTC)


def _at(written: str) -> datetime:
    return datetime.fromisoformat(written)


@pytest.mark.parametrize(
    "written, period",
    [
        ("PT48H", Period(elapsed=timedelta(hours=48))),
        ("PT1H30M", Period(elapsed=timedelta(minutes=90))),
        ("P5D", Period(days=5)),
        ("P1W", Period(days=7)),
        ("P6M", Period(months=6)),
        ("P1Y", Period(months=12)),
        ("P1DT12H", Period(days=1, elapsed=timedelta(hours=12))),
    ],
)
def test_a_duration_is_read_as_written(written: str, period: Period) -> None:
    assert Period.parse(written) == period


@pytest.mark.parametrize("written", ["", "P", "PT", "48H", "P0D", "PT0H", "P5D ", "P-1D", "P1.5D"])
def test_what_is_no_duration_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="is not a duration such as PT48H"):
        Period.parse(written)


def test_hours_are_elapsed_nights_and_the_change_to_summer_time_included() -> None:
    evening = _at("2026-03-28T20:00:00+00:00")

    due = ENGLAND.later(evening, Period.parse("PT72H"))

    assert due == _at("2026-03-31T20:00:00+00:00")
    assert due.astimezone(LONDON).hour == 21


def test_days_keep_the_time_of_day_in_london_across_the_change() -> None:
    evening = _at("2026-03-27T20:00:00+00:00")

    due = ENGLAND.later(evening, Period.parse("P5D"))

    assert due == _at("2026-04-01T19:00:00+00:00")


@pytest.mark.parametrize(
    "start, period, due",
    [
        ("2026-01-12T18:00:00+00:00", "PT48H", "2026-01-14T18:00:00+00:00"),
        ("2026-01-12T18:00:00+00:00", "P5D", "2026-01-17T18:00:00+00:00"),
        ("2026-01-12T18:00:00+00:00", "P6M", "2026-07-12T17:00:00+00:00"),
        ("2026-01-31T12:00:00+00:00", "P1M", "2026-02-28T12:00:00+00:00"),
        ("2024-02-29T12:00:00+00:00", "P1Y", "2025-02-28T12:00:00+00:00"),
        ("2026-12-31T12:00:00+00:00", "P2M", "2027-02-28T12:00:00+00:00"),
    ],
)
def test_periods_of_the_calendar(start: str, period: str, due: str) -> None:
    assert ENGLAND.later(_at(start), Period.parse(period)) == _at(due)


def test_months_are_counted_from_the_start_so_that_a_short_month_shortens_no_other() -> None:
    month = Period.parse("P1M")
    last_of_january = _at("2026-01-31T12:00:00+00:00")

    dues = [ENGLAND.later(last_of_january, month + month * n).date() for n in range(3)]

    assert dues == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


@pytest.mark.parametrize(
    "start, days, due",
    [
        # Good Friday and Easter Monday are 3 and 6 April 2026.
        ("2026-03-27T12:00:00+00:00", 5, "2026-04-07T22:59:00+00:00"),
        ("2026-01-10T12:00:00+00:00", 1, "2026-01-12T23:59:00+00:00"),
        ("2026-01-16T17:00:00+00:00", 5, "2026-01-23T23:59:00+00:00"),
        # Boxing Day 2026 is a Saturday: the Monday is a bank holiday in its place.
        ("2026-12-24T09:00:00+00:00", 1, "2026-12-29T23:59:00+00:00"),
        # Half past midnight in London, though it is still the day before in UTC.
        ("2026-07-06T23:30:00+00:00", 1, "2026-07-08T22:59:00+00:00"),
    ],
)
def test_working_days_are_english_and_end_with_the_day_in_london(
    start: str, days: int, due: str
) -> None:
    assert ENGLAND.later(_at(start), Period(working_days=days)) == _at(due)


def test_a_proclaimed_bank_holiday_takes_effect_without_a_release() -> None:
    proclaimed = Calendar({date(2026, 1, 13): True})

    due = proclaimed.later(REPORTED, Period(working_days=1))

    assert due == _at("2026-01-14T23:59:00+00:00")


def test_a_bank_holiday_that_was_moved_is_a_working_day() -> None:
    moved = Calendar({date(2026, 5, 4): False})

    assert moved.is_working(date(2026, 5, 4))
    assert not ENGLAND.is_working(date(2026, 5, 4))


@pytest.mark.parametrize(
    "at, ends",
    [
        ("2026-01-14T18:00:00+00:00", "2026-01-14T23:59:00+00:00"),
        ("2026-01-17T18:00:00+00:00", "2026-01-19T23:59:00+00:00"),
        ("2026-04-03T08:00:00+00:00", "2026-04-07T22:59:00+00:00"),
    ],
)
def test_the_end_of_that_working_day_or_of_the_next(at: str, ends: str) -> None:
    assert ENGLAND.end_of_working_day(_at(at)) == _at(ends)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(ZoneInfo("UTC"))),  # noqa: DTZ001
    st.integers(1, 30),
)
def test_so_many_working_days_later_is_a_working_day_and_so_many_away(
    start: datetime, number: int
) -> None:
    due = ENGLAND.later(start, Period(working_days=number)).astimezone(LONDON)
    first = start.astimezone(LONDON).date()
    between = [first + timedelta(days=n) for n in range(1, (due.date() - first).days + 1)]

    assert sum(ENGLAND.is_working(day) for day in between) == number
    assert ENGLAND.is_working(due.date())
    assert due.time() == time(23, 59)


def _noon(*days: str) -> list[datetime]:
    return [_at(f"{day}T12:00:00+00:00") for day in days]


THREE_IN_90: Final = Window.of(3, 90)


@pytest.mark.parametrize(
    "before, latest, reached",
    [
        (("2026-01-05", "2026-02-14"), "2026-03-27", True),
        # The first of the three is the 90th day counted back, and still counts.
        (("2025-12-28", "2026-02-14"), "2026-03-27", True),
        (("2025-12-27", "2026-02-14"), "2026-03-27", False),
        (("2026-02-14",), "2026-03-27", False),
        # The fourth in the same run adds nothing.
        (("2026-01-05", "2026-02-14", "2026-03-01"), "2026-03-27", False),
        # After a gap the number is reached anew.
        (
            ("2025-01-01", "2025-01-02", "2025-01-03", "2026-03-01", "2026-03-02"),
            "2026-03-27",
            True,
        ),
        # Ones that are later do not count.
        (("2026-02-14", "2026-04-01"), "2026-03-27", False),
    ],
)
def test_three_in_90_days_is_reached_by_the_third(
    before: tuple[str, ...], latest: str, *, reached: bool
) -> None:
    assert THREE_IN_90.reached_by(_noon(latest)[0], _noon(*before)) is reached


def test_without_a_window_every_episode_counts() -> None:
    second = Window.of(2, None)

    assert second.reached_by(_noon("2026-01-01")[0], _noon("2019-01-01"))
    assert not second.reached_by(_noon("2026-01-01")[0], [])


NINE_TO_FIVE: Final = Hours(days=frozenset(range(5)), opens=time(9), closes=time(17))


@pytest.mark.parametrize(
    "at, there",
    [
        ("2026-01-12T09:00:00+00:00", True),
        ("2026-01-12T16:59:00+00:00", True),
        ("2026-01-12T17:00:00+00:00", False),
        ("2026-01-10T10:00:00+00:00", False),
        ("2026-04-03T10:00:00+00:00", False),
        # 8:30 in UTC is half past nine in London in summer.
        ("2026-07-06T08:30:00+00:00", True),
    ],
)
def test_office_hours_are_those_of_london_without_weekends_and_bank_holidays(
    at: str, *, there: bool
) -> None:
    assert NINE_TO_FIVE.open_at(_at(at)) is there


def test_some_are_there_on_bank_holidays_too() -> None:
    always = Hours(days=frozenset(range(7)), opens=time(7), closes=time(23), bank_holidays=True)

    assert always.open_at(_at("2026-04-03T10:00:00+00:00"))


@pytest.mark.parametrize(
    "period, words",
    [
        (Period.parse("PT72H"), "72 hours"),
        (Period.parse("P1M"), "1 month"),
        (Period(working_days=5), "5 working days"),
        (Period.parse("P1DT1H30M"), "1 day and 1 hour and 30 minutes"),
    ],
)
def test_a_period_in_plain_words(period: Period, words: str) -> None:
    assert str(period) == words


@pytest.mark.parametrize(
    "at, due",
    [
        ("2026-01-12T22:59:00+00:00", "2026-01-12T23:00:00+00:00"),
        ("2026-01-12T23:00:00+00:00", "2026-01-13T23:00:00+00:00"),
        # In summer 23:00 in London is 22:00 UTC.
        ("2026-07-12T21:30:00+00:00", "2026-07-12T22:00:00+00:00"),
        ("2026-07-12T22:30:00+00:00", "2026-07-13T22:00:00+00:00"),
        # The clocks go forward in the night between.
        ("2026-03-28T23:30:00+00:00", "2026-03-29T22:00:00+00:00"),
    ],
)
def test_a_time_of_day_is_the_next_such_time_in_london(at: str, due: str) -> None:
    assert ENGLAND.next_at(datetime.fromisoformat(at), time(23)) == datetime.fromisoformat(due)
