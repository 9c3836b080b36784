"""What a notice says to people: in words, by the clock on their wall, and never as a machine writes it."""

from __future__ import annotations

import pytest

from notifications.content import lines_of


def lines(**record: object) -> list[str]:
    """The lines of one record."""
    one = {"category": "missing-episodes", "source": "police", "asOf": "2026-07-01T12:00:00Z"}
    data = {"records": [{**one, **record}], "withheld": [], "unanswered": []}
    return [line.strip() for line in lines_of("child-reported-missing", data)]


@pytest.mark.parametrize(
    "part, line",
    [
        ({"reportedAt": "2026-07-01T11:28:36.636699Z"}, "reported at: Wed 01 Jul 2026 12:28"),
        ({"reportedAt": "2026-01-01T11:28:36Z"}, "reported at: Thu 01 Jan 2026 11:28"),
        ({"heldOn": "2026-11-24"}, "held on: 24 Nov 2026"),
        ({"safe": True}, "safe: yes"),
        ({"circumstances": "Left at 12"}, "circumstances: Left at 12"),
        ({"note": "2026-02-31T25:00:00Z"}, "note: 2026-02-31T25:00:00Z"),
        ({"reference": "2026-99-99"}, "reference: 2026-99-99"),
    ],
)
def test_a_part_of_a_record_is_said_as_people_say_it(part: dict[str, object], line: str) -> None:
    assert lines(status=part) == ["Child reported missing.", "missing episodes, from police:", line]


def test_each_of_several_has_a_line_of_its_own() -> None:
    said = lines(plan={"likelyPlaces": ["Pier", "Bus station"], "accounts": [{"platform": "A"}]})
    assert said[2:] == ["likely places: Pier", "likely places: Bus station", "platform: A"]


def test_what_is_not_recorded_is_not_said() -> None:
    assert lines(status={"foundAt": None, "note": "", "seen": []})[2:] == []
