"""Dates and times as people and systems write them: read, or left out and said; never guessed."""

from datetime import UTC, date, datetime
from typing import NamedTuple

import pytest

from adapters.times import LONDON
from gateway.http import PooledHttp
from records.episode import EpisodeState
from records.items import Item
from tests.badinput.holders import (
    EPISODE,
    PERSON,
    Holder,
    HoldsEpisodes,
    asked,
    codes,
    cores,
    statuses,
)

# How each system's times are read. "uk": without an offset it is UK time. "day": so too, and a
# midnight in UTC is a date. "offset": without an offset it could be two instants.
CLOCKS = {
    "liquidlogic": "uk",
    "compact": "uk",
    "mosaic": "day",
    "caredirector": "day",
    "connect": "offset",
    "niche": "offset",
}
PEOPLE = ("liquidlogic", "mosaic", "caredirector", "connect", "niche", "compact", "provider", "pds")
SOCIAL_CARE = ("liquidlogic", "mosaic", "caredirector")


class Read(NamedTuple):
    """What a time is read as, in UTC, and what is said of it."""

    at: datetime | None
    code: str | None


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


IMPOSSIBLE = Read(None, "time-impossible")
UNREADABLE = Read(None, "time-unreadable")
NO_OFFSET = Read(None, "time-without-offset")
TIMES: dict[str, tuple[str, Read, dict[str, Read]]] = {
    "25 31 February": ("2026-02-31T10:00:00Z", IMPOSSIBLE, {}),
    "26 29 February in a common year": ("2025-02-29T10:00:00Z", IMPOSSIBLE, {}),
    "27 day before month": ("03/05/2026 10:00", UNREADABLE, {}),
    "27 a year of two digits": ("26-05-03T10:00:00Z", UNREADABLE, {}),
    "27 a month in words": ("3 May 2026", UNREADABLE, {}),
    "28 a leap second": (
        "2016-12-31T23:59:60Z",
        Read(utc(2016, 12, 31, 23, 59, 59), "leap-second"),
        {},
    ),
    "29 an hour that does not exist": (
        "2026-03-29T01:30:00",
        Read(utc(2026, 3, 29, 1, 30), "time-does-not-exist"),
        {"offset": NO_OFFSET},
    ),
    "30 an hour that comes twice": (
        "2026-10-25T01:30:00",
        Read(utc(2026, 10, 25, 0, 30), "time-ambiguous"),
        {"offset": NO_OFFSET},
    ),
    "30 the first of the two": (
        "2026-10-25T01:30:00+01:00",
        Read(utc(2026, 10, 25, 0, 30), None),
        {},
    ),
    "30 the second of the two": (
        "2026-10-25T01:30:00+00:00",
        Read(utc(2026, 10, 25, 1, 30), None),
        {},
    ),
    "31 no zone, in summer": (
        "2026-06-01T10:00:00",
        Read(utc(2026, 6, 1, 9), None),
        {"offset": NO_OFFSET},
    ),
    "31 another zone": ("2026-06-01T10:00:00-05:00", Read(utc(2026, 6, 1, 15), None), {}),
    "32 the furthest offset east": (
        "2026-06-01T10:00:00+14:00",
        Read(utc(2026, 5, 31, 20), None),
        {},
    ),
    "32 an offset of 25 hours": ("2026-06-01T10:00:00+25:00", IMPOSSIBLE, {}),
    "32 an offset that nobody has": ("2026-06-01T10:00:00-13:00", IMPOSSIBLE, {}),
    "33 the year nought": ("0000-01-01T10:00:00Z", IMPOSSIBLE, {}),
    "33 the year 1066": ("1066-10-14T10:00:00Z", IMPOSSIBLE, {}),
    "33 the year 9999": ("9999-12-31T23:59:59Z", IMPOSSIBLE, {}),
    "34 seconds since 1970": ("1779000000", UNREADABLE, {}),
    "34 milliseconds since 1970": ("1779000000000", UNREADABLE, {}),
    "35 a date of an old script": ("/Date(1779000000000+0100)/", UNREADABLE, {}),
    "36 a week date": ("2026-W23-1T10:00:00Z", UNREADABLE, {}),
    "36 a comma before the fraction": (
        "2026-06-01T10:00:00,5Z",
        Read(utc(2026, 6, 1, 10, 0, 0, 500_000), None),
        {},
    ),
    "36 nine digits of a second": (
        "2026-06-01T10:00:00.123456789Z",
        Read(utc(2026, 6, 1, 10, 0, 0, 123_456), None),
        {},
    ),
    "36 the hour 25": ("2026-06-01T25:00:00Z", IMPOSSIBLE, {}),
    "36 words": ("not recorded", UNREADABLE, {}),
    "36 digits of another script": ("２０２６-06-01T10:00:00Z", UNREADABLE, {}),
    "36 a midnight": (
        "2026-06-01T00:00:00Z",
        Read(utc(2026, 6, 1), None),
        {"day": Read(utc(2026, 5, 31, 23), "time-of-day-not-recorded")},
    ),
    "36 a bare date": (
        "2026-06-01",
        UNREADABLE,
        {"day": Read(utc(2026, 5, 31, 23), "time-of-day-not-recorded")},
    ),
}


@pytest.mark.parametrize("holder", CLOCKS, indirect=True, ids=str)
@pytest.mark.parametrize("kind", TIMES)
async def test_a_time_is_read_or_left_out_and_said(
    holder: HoldsEpisodes, kind: str, http: PooledHttp, request: pytest.FixtureRequest
) -> None:
    sent, usual, others = TIMES[kind]
    clock = CLOCKS[request.node.callspec.params["holder"]]
    read = others.get(clock, usual)
    holder.episode(start=sent)
    told = await asked(holder, http, *EPISODE)
    # The episode is there, whatever its time; and what stands in it is what was meant or nothing.
    [status] = statuses(told)
    assert status.missing_from == read.at
    assert status.state is EpisodeState.MISSING
    doubts = codes(told) - {"starts-on-no-date", "starts-nowhere"}
    assert doubts == ({read.code} if read.code else set())
    assert sent not in repr(told.notes)


# Mosaic's simulator builds its form answers as texts, so it cannot be made to send anything else.
TYPED = [name for name in CLOCKS if name != "mosaic"]


@pytest.mark.parametrize("holder", TYPED, indirect=True, ids=str)
@pytest.mark.parametrize("value", [1779000000, 1779000000.5, True, ["2026"], {"date": "2026"}])
async def test_34_a_time_that_is_no_text_costs_its_row_and_is_counted(
    holder: HoldsEpisodes, value: object, http: PooledHttp
) -> None:
    holder.episode(start="2026-06-01T10:00:00Z")
    holder.episode(start=value)
    told = await asked(holder, http, *EPISODE)
    assert len(statuses(told)) == 1
    assert told.skipped == 1
    assert "row-skipped" in codes(told)


@pytest.mark.parametrize("holder", CLOCKS, indirect=True, ids=str)
async def test_31_times_in_several_zones_are_one_line(
    holder: HoldsEpisodes, http: PooledHttp
) -> None:
    for start in ("2026-06-01T10:00:00+01:00", "2026-06-01T09:30:00Z", "2026-06-01T10:15:00+00:00"):
        holder.episode(start=start, end="2026-06-01T23:00:00Z")
    told = await asked(holder, http, *EPISODE)
    assert sorted(one.missing_from for one in statuses(told) if one.missing_from) == [
        utc(2026, 6, 1, 9),
        utc(2026, 6, 1, 9, 30),
        utc(2026, 6, 1, 10, 15),
    ]


@pytest.mark.parametrize("holder", CLOCKS, indirect=True, ids=str)
async def test_37_found_before_missing_is_kept_and_said(
    holder: HoldsEpisodes, http: PooledHttp
) -> None:
    holder.episode(start="2026-06-02T10:00:00Z", end="2026-06-01T10:00:00Z")
    told = await asked(holder, http, *EPISODE)
    [status] = statuses(told)
    assert status.missing_from == utc(2026, 6, 2, 10)
    assert status.found_at == utc(2026, 6, 1, 10)
    assert codes(told) & {"ends-before-it-starts", "found-before-missing"}


@pytest.mark.parametrize("holder", SOCIAL_CARE, indirect=True, ids=str)
async def test_37_missing_before_birth_is_kept_and_said(
    holder: HoldsEpisodes, http: PooledHttp
) -> None:
    holder.episode(start="2010-06-02T10:00:00Z", end="2010-06-03T10:00:00Z")
    holder.person(born="2011-05-03")
    told = await asked(holder, http, *EPISODE, Item.IDENTITY_CORE)
    assert len(statuses(told)) == 1
    assert "before-birth" in codes(told)
    # To whoever may not know the date of birth nothing is said of it.
    assert "before-birth" not in codes(await asked(holder, http, *EPISODE))


BIRTHS: dict[str, tuple[str, date | None, str | None]] = {
    "25 31 February": ("2011-02-31", None, "date-impossible"),
    "26 29 February in a common year": ("2011-02-29", None, "date-impossible"),
    "27 day before month": ("03/05/2011", None, "time-unreadable"),
    "27 a year alone": ("2011", None, "partial-date"),
    "27 a month of a year": ("2011-05", None, "partial-date"),
    "33 the year 1066": ("1066-10-14", None, "date-impossible"),
    "38 in the future": ("2027-02-01", date(2027, 2, 1), "birth-date-in-future"),
    "38 not known, by a date that stands for it": ("1900-01-01", None, "birth-date-not-known"),
    "38 an adult's": ("1950-03-02", date(1950, 3, 2), None),
    "39 tomorrow": ("2026-11-25", date(2026, 11, 25), "birth-date-in-future"),
    "39 today": ("2026-11-24", date(2026, 11, 24), None),
    "39 eighteen today": ("2008-11-24", date(2008, 11, 24), None),
    "40 on 29 February": ("2012-02-29", date(2012, 2, 29), None),
    "36 with a midnight": ("2011-05-03T00:00:00", date(2011, 5, 3), None),
    "36 with a summer's midnight in UTC": (
        "2011-05-02T23:00:00Z",
        date(2011, 5, 3),
        "date-shifted",
    ),
}


@pytest.mark.parametrize("holder", PEOPLE, indirect=True, ids=str)
@pytest.mark.parametrize("kind", BIRTHS)
async def test_a_date_of_birth_is_read_or_left_out_and_said(
    holder: Holder, kind: str, http: PooledHttp
) -> None:
    sent, born, code = BIRTHS[kind]
    holder.person(family="Ashworth", born=sent)
    told = await asked(holder, http, *PERSON)
    [core] = cores(told)
    assert core.birth_date == born
    # What could not be read is carried as it was sent, for somebody who can.
    if born is None:
        assert core.birth_date_as_sent == sent
    assert codes(told) == ({code} if code else set())
    assert core.family_name == "Ashworth"


@pytest.mark.parametrize("holder", ["liquidlogic", "caredirector"], indirect=True, ids=str)
async def test_39_an_unborn_child_has_an_expected_date(holder: Holder, http: PooledHttp) -> None:
    holder.person(family="Ashworth", born="2027-02-01", estimated="Y")
    [core] = cores(await asked(holder, http, *PERSON))
    assert core.birth_date == date(2027, 2, 1)
    assert core.birth_date_estimated


def test_the_clock_of_the_table_is_the_clock_of_the_country() -> None:
    assert datetime(2026, 6, 1, 10, tzinfo=LONDON).astimezone(UTC) == utc(2026, 6, 1, 9)
