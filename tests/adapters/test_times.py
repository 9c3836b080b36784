"""Instants and dates as systems really send them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.notes import Notes
from adapters.times import birth_date, day, instant, local_instant, moment

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def codes(notes: Notes) -> list[str]:
    return [note.code for note in notes.all()]


@pytest.mark.parametrize(
    "sent, expected",
    [
        ("2026-11-22T10:00:00Z", datetime(2026, 11, 22, 10, tzinfo=UTC)),
        ("2026-07-01T10:00:00+01:00", datetime(2026, 7, 1, 9, tzinfo=UTC)),
        ("2026-07-01 10:00+0100", datetime(2026, 7, 1, 9, tzinfo=UTC)),
        ("2026-11-22T10:00:00,5Z", datetime(2026, 11, 22, 10, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-11-22T10:00:00.1234567Z", datetime(2026, 11, 22, 10, 0, 0, 123_456, tzinfo=UTC)),
    ],
)
def test_an_instant_with_its_offset_is_read(sent: str, expected: datetime) -> None:
    notes = Notes()
    assert instant(sent, notes, "time") == expected
    assert codes(notes) == []


@pytest.mark.parametrize(
    "sent, code",
    [
        ("2026-02-31T10:00:00Z", "time-impossible"),
        ("2025-02-29T10:00:00Z", "time-impossible"),
        ("2026-11-22T24:00:00Z", "time-impossible"),
        ("2026-11-22T10:00:00+25:00", "time-impossible"),
        ("2026-11-22T10:00:00+15:00", "time-impossible"),
        ("0000-01-01T00:00:00Z", "time-impossible"),
        ("1066-10-14T09:00:00Z", "time-impossible"),
        ("9999-12-31T23:59:59Z", "time-impossible"),
        ("22/11/2026 10:00", "time-unreadable"),
        ("11/22/26", "time-unreadable"),
        ("2026-W47-7T10:00:00Z", "time-unreadable"),
        ("1763805600", "time-unreadable"),
        ("1763805600000", "time-unreadable"),
        ("/Date(1763805600000)/", "time-unreadable"),
        ("２０２６-11-22T10:00:00Z", "time-unreadable"),
        ("2026-11-22", "time-unreadable"),
        ("2026-11-22T10:00:00", "time-without-offset"),
    ],
)
def test_a_time_that_cannot_be_is_left_out_and_said_so(sent: str, code: str) -> None:
    notes = Notes()
    assert instant(sent, notes, "time of the report") is None
    assert codes(notes) == [code]
    assert sent not in repr(notes.all())


def test_a_leap_second_is_the_second_before() -> None:
    notes = Notes()
    assert instant("2016-12-31T23:59:60Z", notes, "time") == datetime(
        2016, 12, 31, 23, 59, 59, tzinfo=UTC
    )
    assert codes(notes) == ["leap-second"]


def test_the_hour_that_comes_twice_is_the_first_and_said_so() -> None:
    notes = Notes()
    read = local_instant("2026-10-25T01:30:00", notes, "time")
    assert read == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert codes(notes) == ["time-ambiguous"]


def test_with_an_offset_the_hour_that_comes_twice_is_one_hour() -> None:
    notes = Notes()
    assert local_instant("2026-10-25T01:30:00+00:00", notes, "time") == datetime(
        2026, 10, 25, 1, 30, tzinfo=UTC
    )
    assert codes(notes) == []


def test_the_hour_that_does_not_exist_is_an_hour_later_and_said_so() -> None:
    notes = Notes()
    read = local_instant("2026-03-29T01:30:00", notes, "time")
    assert read == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert codes(notes) == ["time-does-not-exist"]


def test_summer_time_is_an_hour_ahead() -> None:
    assert local_instant("2026-07-01T10:00:00", Notes(), "time") == datetime(
        2026, 7, 1, 9, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "sent, expected, noted",
    [
        ("2020-05-15", date(2020, 5, 15), []),
        ("2020-05-15T00:00:00Z", date(2020, 5, 15), []),
        ("2020-05-15T00:00:00", date(2020, 5, 15), []),
        ("2019-03-28 00:00:00", date(2019, 3, 28), []),
        ("2020-05-14T23:00:00Z", date(2020, 5, 15), ["date-shifted"]),
        ("2020-05-15T13:45:00Z", date(2020, 5, 15), ["date-with-time"]),
        ("2020-02-30", None, ["date-impossible"]),
        ("0000-00-00", None, ["date-impossible"]),
        ("2010", None, ["partial-date"]),
        ("2010-10", None, ["partial-date"]),
        ("15/05/2020", None, ["time-unreadable"]),
        ("", None, []),
        (None, None, []),
    ],
)
def test_a_date_is_read_as_the_uk_day_it_was(
    sent: str | None, expected: date | None, noted: list[str]
) -> None:
    notes = Notes()
    assert day(sent, notes, "date") == expected
    assert codes(notes) == noted


def test_a_date_where_a_time_is_due_is_the_start_of_its_day_and_said_so() -> None:
    for sent in ("2026-07-01", "2026-07-01T00:00:00Z", "2026-07-01T00:00:00"):
        notes = Notes()
        assert moment(sent, notes, "time") == datetime(2026, 6, 30, 23, tzinfo=UTC)
        assert codes(notes) == ["time-of-day-not-recorded"]


def test_a_birth_date_not_known_is_none_and_one_to_come_is_kept() -> None:
    notes = Notes()
    assert birth_date("1900-01-01", notes, NOW) is None
    assert birth_date("2027-02-01", notes, NOW) == date(2027, 2, 1)
    assert birth_date("2026-11-24", notes, NOW) == date(2026, 11, 24)
    assert codes(notes) == ["birth-date-not-known", "birth-date-in-future"]


@settings(deadline=None)
@given(st.one_of(st.none(), st.text(), st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.{0,7}")))
def test_no_text_at_all_stops_the_reading(sent: str | None) -> None:
    for read in (instant, local_instant, day, moment):
        read(sent, Notes(), "time")
    birth_date(sent, Notes(), NOW)
