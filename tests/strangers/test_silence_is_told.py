"""Whoever does not acknowledge is followed by somebody who answers for that: whose it was to tell, or the duty team.

No text of the five says who hears of silence. Each says whose it is to tell: it goes back to them.
"""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from records.people import Role
from tests.notifications_http.asking import mine, sends, told_to
from tests.notifications_http.town import EVENING, Town
from tests.places import NURSE_TEAM, SCHOOL
from tests.strangers.children import FOUND, REPORTED, in_care
from tests.world import Child

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SILENT = "notice-unacknowledged"
SCHOOL_HEAD = f"{SCHOOL}/school"
NURSES = f"{NURSE_TEAM}/cla-nurse"


def silences(town: Town, child: Child, of: str) -> list[dict[str, Any]]:
    """Who was told that this recipient had not acknowledged a notice, and why."""
    return town.rows(
        "SELECT d.recipient, d.reasons, d.items FROM delivery d JOIN event e ON e.id = d.event"
        " WHERE d.child = :c AND e.type IN ('notice-unacknowledged', 'notice-undeliverable')"
        " AND e.data LIKE :who ORDER BY d.created_at",
        c=child.ref,
        who=f'%"recipient":"{of}"%',
    )


def by(rows: list[dict[str, Any]]) -> list[tuple[str, set[str]]]:
    """Who, and the rules by which."""
    return [
        (row["recipient"], {one["rule"] for one in msgspec.json.decode(row["reasons"])})
        for row in rows
    ]


def passes(town: Town, child: Child, *hours: int) -> None:
    """Hours go by, and every clock that is due has fired."""
    for hour in hours:
        town.is_now(EVENING + hour * HOUR)
        town.works_off(child)


def test_a_silent_school_goes_back_to_the_police_whose_it_is_to_tell_schools_and_once(
    town: Town,
) -> None:
    """Pan-Lancashire 5.7.4, Operation Encompass: all schools will be notified, by the police."""
    child = in_care(town, "Lancashire")
    town.goes_missing(child)
    passes(town, child, 2, 3, 9, 30, 80)
    assert by(silences(town, child, SCHOOL_HEAD)) == [
        ("E23000003/police-officer", {"panlancs-school-encompass", "silence-goes-back"})
    ]


def test_the_police_read_of_it_and_the_house_says_that_this_is_a_rule_of_its_own(
    town: Town,
) -> None:
    child = in_care(town, "Lancashire")
    worker = town.world.social_worker(child)
    town.goes_missing(child)
    passes(town, child, 2)
    shown = [
        tell
        for tell in told_to(worker, child)["tells"]
        if tell["event"] == SILENT and tell["recipient"] == "E23000003/police-officer"
    ]
    because = {one["id"]: one for tell in shown for one in tell["because"]}
    assert because["panlancs-school-encompass"]["paragraph"] == "5.7.4 Return Interview"
    assert because["silence-goes-back"]["protocol"] == "Homeward"
    assert "of no protocol" in because["silence-goes-back"]["paragraph"]
    officer = town.world.person(Role.POLICE_OFFICER, "E23000003")
    heard = [one for one in mine(officer, "id child told event") if one["child"] == child.id]
    assert f"uk.homeward.{SILENT}" in {one["event"]["type"] for one in heard if one["told"]}


def test_a_school_that_acknowledges_in_time_is_followed_by_nobody(town: Town) -> None:
    child = in_care(town, "Lancashire")
    town.goes_missing(child)
    head = town.world.head_teacher(child)
    notices = [one["id"] for one in mine(head, "id child") if one["child"] == child.id]
    sends(
        head, "mutation A($n: [ID!]!) { acknowledge(input: {notices: $n}) { outcome } }", n=notices
    )
    passes(town, child, 2, 9)
    assert silences(town, child, SCHOOL_HEAD) == []


def test_a_silent_nurse_team_goes_back_to_business_support_or_where_there_is_none_to_the_duty_team(
    town: Town,
) -> None:
    """Pan-Lancashire 5.4: business support notifies the nurse team for children looked after."""
    child = in_care(town, "Blackpool")
    town.goes_missing(child)
    passes(town, child, 2)
    nobody_there = by(silences(town, child, NURSES))
    assert nobody_there == [
        (
            "E06000009/emergency-duty-team",
            {"panlancs-cla-nurse-notified", "silence-to-the-duty-team"},
        )
    ]
    town.registers("E06000009", Role.BUSINESS_SUPPORT)
    town.is_found(child, EVENING + 4 * HOUR)
    passes(town, child, 6)
    (_, back) = by(silences(town, child, NURSES))
    assert back == (
        "E06000009/business-support",
        {"panlancs-cla-nurse-notified", "silence-goes-back"},
    )


@pytest.mark.parametrize("area", ["Essex", "Somerset", "Staffordshire", "North East Lincolnshire"])
def test_no_silence_in_any_area_ends_with_nobody_told(town: Town, area: str) -> None:
    """Every notice that was not acknowledged has led to another, or to somebody who was told before."""
    child = in_care(town, area)
    town.goes_missing(child, grade="HIGH")
    town.is_found(child, EVENING + 3 * HOUR)
    passes(town, child, 5, 7, 9, 30)
    first = town.rows(
        "SELECT d.recipient, d.notice_ref FROM delivery d JOIN event e ON e.id = d.event"
        " WHERE d.child = :c AND e.type IN (:missing, :found)",
        c=child.ref,
        missing=REPORTED,
        found=FOUND,
    )
    followed_up = {
        row["subject"]
        for row in town.rows(
            "SELECT json_extract(e.data, '$.subject') AS subject FROM event e"
            " JOIN delivery d ON d.event = e.id"
            " WHERE e.child = :c AND e.type IN ('notice-unacknowledged', 'notice-undeliverable')",
            c=child.ref,
        )
    }
    assert first
    assert {one["notice_ref"] for one in first} <= followed_up


def test_silence_ends_with_whoever_answers_for_it_and_goes_in_no_circle(town: Town) -> None:
    """Whoever answers for a silence and is silent as well has their own ladder, and there it ends."""
    child = in_care(town, "Lancashire", lives_in="Staffordshire")
    town.goes_missing(child)
    passes(town, child, 2, 4, 6, 8, 10, 12, 24)
    steps = town.rows(
        "SELECT e.id, e.caused_by, e.data, (SELECT count(*) FROM delivery d WHERE d.event = e.id) AS told"
        " FROM event e WHERE e.child = :c AND e.type LIKE 'notice-un%'",
        c=child.ref,
    )
    by_id = {one["id"]: one for one in steps}
    ended = [one for one in steps if not msgspec.json.decode(one["data"])["terms"]["ladder"]]
    assert len([one for one in ended if one["told"]]) > 3
    assert [one for one in ended if not one["told"]]
    for one in ended:
        went_back, at = bool(one["told"]), by_id.get(one["caused_by"])
        while at is not None:
            no_ladder = not msgspec.json.decode(at["data"])["terms"]["ladder"]
            assert not (went_back and no_ladder and at["told"])
            at = by_id.get(at["caused_by"])
