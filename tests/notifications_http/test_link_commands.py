"""``homeward link`` at the keyboard: what waits, both records beside each other, and deciding."""

import json

import pytest

from linking.index import Found
from records.identifiers import LocalId
from records.people import Role
from tests.adapters.police.incidents import pushed, report, robin
from tests.notifications_http.newcomer import REPORTED, TEAM, WHY, Story
from tests.notifications_http.test_commands import NO, NOTHING, operates, ran
from tests.notifications_http.test_commands import WHY as ASKING
from tests.notifications_http.town import Town

BECAUSE = ["--because", WHY, *ASKING]


@pytest.fixture
def story(town: Town) -> Story:
    return Story(town)


def test_a_match_is_seen_confirmed_and_taken_back(town: Town, story: Story) -> None:
    nominal = f"S-{story.child.file.serial}"
    apart = story.pushes(nominal, "Theodora")["child"]
    match = story.waits(nominal).match_ref
    listed = ran(story.coordinator, "link", "queue", *ASKING)
    assert listed.exit_code == 0, (listed.output, listed.exception)
    assert match in listed.output
    as_json = json.loads(ran(story.coordinator, "link", "queue", *ASKING, "--json").stdout)
    assert match in {one["id"] for one in as_json["possibleMatches"]}

    beside = ran(story.coordinator, "link", "queue", "--match", match, *ASKING)
    assert story.family in beside.output
    assert "(withheld)" in beside.output or "(not confirmed)" in beside.output

    stranger = town.world.person(Role.MISSING_COORDINATOR, "E10000012")
    assert ran(stranger, "link", "queue", *ASKING).exit_code == NOTHING
    assert ran(stranger, "link", "queue", "--match", match, *ASKING).exit_code == NOTHING
    assert ran(stranger, "link", "confirm", match, *BECAUSE).exit_code == NO

    done = ran(story.coordinator, "link", "confirm", match, *BECAUSE)
    assert done.exit_code == 0, (done.output, done.exception)
    find = story.index.find(local_id=LocalId("police", nominal))
    assert town.world.does(find) == Found(story.child.ref)
    again = ran(story.coordinator, "link", "confirm", match, *BECAUSE)
    assert again.exit_code != 0
    assert "confirmed" in str(again.exception)

    back = json.loads(ran(story.coordinator, "link", "unlink", match, *BECAUSE, "--json").stdout)
    assert (back["match"], back["decision"]) == (match, "UNLINK")
    find = story.index.find(local_id=LocalId("police", nominal))
    assert town.world.does(find) == Found(apart)


def test_a_match_is_rejected(story: Story) -> None:
    nominal = f"S-{story.child.file.serial}"
    story.pushes(nominal, "Theodora")
    match = story.waits(nominal).match_ref
    assert ran(story.coordinator, "link", "reject", match, *BECAUSE).exit_code == 0
    waits = ran(story.coordinator, "link", "queue", *ASKING, "--json")
    assert match not in waits.stdout


def test_an_event_in_doubt_is_placed(town: Town, story: Story) -> None:
    other = town.world.child(lives_in="Lancashire", looked_after_by="Lancashire")
    body = pushed(
        robin(other.file.nominal, nhsNumber=story.child.number.digits),
        report(f"LC-{other.file.nominal}", other.file.nominal),
    )
    event = town.pushes(body).json()["data"]["id"]
    office = town.world.person(Role.BUSINESS_SUPPORT, "E10000017")
    assert event in ran(office, "link", "queue", *ASKING).output
    assert ran(office, "link", "place", event, story.child.id, *BECAUSE).exit_code == 0
    assert TEAM in town.told_of(story.child, REPORTED)
    assert ran(office, "link", "place", event, story.child.id, *BECAUSE).exit_code == NO


def test_whoever_runs_the_gateway_sees_how_much_waits_and_nothing_of_whom(
    town: Town, story: Story
) -> None:
    before = json.loads(operates(town, "link", "waiting", "--json").stdout)
    nominal = f"S-{story.child.file.serial}"
    story.pushes(nominal, "Theodora")
    after = json.loads(operates(town, "link", "waiting", "--json").stdout)
    assert after["possible_matches"] == before["possible_matches"] + 1
    assert after["oldest_match"] is not None
    said = operates(town, "link", "waiting").output
    assert "possible matches: " in said
    assert story.waits(nominal).match_ref not in said
