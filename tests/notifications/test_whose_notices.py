"""A notice for a team is that team's: nobody of another reads it, follows it or answers it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from notifications.answering import Answer, acknowledge
from notifications.mine import is_theirs, recipients_of
from notifications.recipients import Way
from notifications.told import who_has_been_told
from tests.notifications.casework import ref_of
from tests.notifications.house import NURSE, House


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """What is read back is the same on either kind."""
    return f"sqlite+aiosqlite:///{tmp_path / 'homeward.sqlite'}"


@pytest.mark.parametrize(
    "registered, own, outcome",
    [
        (None, None, Answer.DONE),
        (None, "north", Answer.DONE),
        ("north", "north", Answer.DONE),
        ("north", "south", Answer.NOT_YOURS),
        ("north", None, Answer.NOT_YOURS),
    ],
)
async def test_a_teams_notices_are_for_that_team(
    house: House, registered: str | None, own: str | None, outcome: Answer
) -> None:
    nurse = await house.registers(NURSE, Way("feed"), team=registered)
    await house.happens(nurse)
    who, theirs = replace(NURSE, team=own), outcome is Answer.DONE
    assert [r.id for r in await recipients_of(house.engine, who)] == [nurse.id] * theirs
    assert is_theirs(nurse, who) is theirs
    (told,) = await who_has_been_told(house.engine, house.child)
    answer = await acknowledge(house.engine, house.ledger, ref_of(told), who, now=house.now)
    assert answer is outcome
