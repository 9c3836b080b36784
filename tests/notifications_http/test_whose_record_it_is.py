"""The force sends a child whose number it does not know: it is theirs, it may be theirs, or it is another."""

from datetime import UTC, datetime, timedelta

import pytest

from linking.index import Found
from records.identifiers import LocalId
from records.people import Role
from tests.adapters.police.incidents import pushed, report, robin
from tests.notifications_http.asking import lines, sends, told_to
from tests.notifications_http.newcomer import REPORTED, TEAM, WHY, Story
from tests.notifications_http.town import EVENING, Town
from tests.world import Child

QUEUE = """{ possibleMatches { id state bits heldBackBecause weights
  sides { system child values { aspect } } evidence { aspect says bits } } }"""
OF_CHILD = "query C($c: ID!) { possibleMatches(child: $c) { id state } }"
BESIDE = """query B($m: ID!) { possibleMatch(id: $m) { id sides { system child
  values { aspect state text } withheld { item reason } } } }"""


@pytest.fixture
def story(town: Town) -> Story:
    return Story(town)


def test_a_record_that_is_certainly_a_known_child_is_that_childs_and_its_duties_run(
    story: Story,
) -> None:
    nominal = f"S-{story.child.file.serial}"
    event = story.pushes(nominal, "Theodore")
    assert event["child"] == story.child.ref
    assert TEAM in story.town.told_of(story.child, REPORTED)
    sends(story.coordinator, QUEUE)  # what was noted before is written with it
    happened = {
        row["row"] for row in story.town.rows("SELECT row FROM ledger WHERE kind = 'index'")
    }
    assert any(b'"happened":"compared"' in row for row in happened)
    assert any(b'"happened":"weighed"' in row and b'"linked":1' in row for row in happened)
    assert not any(story.family.encode() in row for row in happened)


def test_what_a_machine_linked_wrongly_a_person_unlinks_and_it_is_not_linked_again(
    story: Story,
) -> None:
    nominal = f"S-{story.child.file.serial}"
    story.pushes(nominal, "Theodore")
    (match,) = sends(story.coordinator, OF_CHILD, c=story.child.id)["possibleMatches"]
    assert match["state"] == "CONFIRMED"
    stranger = story.town.world.person(Role.MISSING_COORDINATOR, "E10000012")
    assert sends(stranger, OF_CHILD, c=story.child.id)["possibleMatches"] == []

    done = story.decides("unlink", match["id"], f"unlink-{nominal}")
    assert done["__typename"] == "MatchDecided", done
    found = story.town.world.does(story.index.find(local_id=LocalId("police", nominal)))
    assert isinstance(found, Found)
    assert found.child_ref != story.child.ref
    assert story.events(found.child_ref) == [REPORTED]
    assert story.events(story.child.ref) == [REPORTED, "not-this-child"]
    assert TEAM in story.town.told_of(story.child, "not-this-child")
    found_later = story.pushes(nominal, "Theodore", EVENING + timedelta(hours=4))
    assert found_later["child"] == found.child_ref


def test_whoever_is_no_possible_match_is_a_child_of_their_own(story: Story) -> None:
    nominal = f"S-{story.child.file.serial}"
    event = story.pushes(nominal, "Beatrix", dateOfBirth="2015-02-27", gender="F")
    assert event["child"] != story.child.ref
    assert story.town.world.does(story.index.find(local_id=LocalId("police", nominal))) == Found(
        event["child"]
    )


class TestPossible:
    """One letter of the given name differs: it may be a brother."""

    @pytest.fixture
    def nominal(self, story: Story) -> str:
        return f"S-{story.child.file.serial}"

    @pytest.fixture
    def apart(self, story: Story, nominal: str) -> str:
        return str(story.pushes(nominal, "Theodora")["child"])

    def test_the_event_is_kept_and_planned_at_once(
        self, story: Story, nominal: str, apart: str
    ) -> None:
        assert apart != story.child.ref
        assert story.events(apart) == [REPORTED]
        match = story.waits(nominal)
        assert match.held_back_by is not None
        assert TEAM in story.town.told_of(story.child, "possible-match")
        assert story.town.told_of(story.child, REPORTED) == set()
        again = story.pushes(nominal, "Theodora")
        assert again["child"] == apart
        kept = "SELECT 1 FROM event WHERE child = :c AND type = 'possible-match'"
        assert len(story.town.rows(kept, c=story.child.ref)) == 1

    def test_whoever_answers_for_the_child_finds_it_in_their_queue_and_others_do_not(
        self, story: Story, nominal: str, apart: str
    ) -> None:
        assert apart
        match = story.waits(nominal)
        mine = {one["id"]: one for one in sends(story.coordinator, QUEUE)["possibleMatches"]}
        shown = mine[match.match_ref]
        assert [side["system"] for side in shown["sides"]] == ["police", "liquidlogic"]
        assert {"The family names are the same."} <= {e["says"] for e in shown["evidence"]}
        assert story.family not in str(mine)
        elsewhere = story.town.world.person(Role.MISSING_COORDINATOR, "E10000012")
        assert match.match_ref not in {
            one["id"] for one in sends(elsewhere, QUEUE)["possibleMatches"]
        }
        assert sends(elsewhere, BESIDE, m=match.match_ref)["possibleMatch"] is None

    def test_side_by_side_each_record_says_what_the_door_gives(
        self, story: Story, nominal: str, apart: str
    ) -> None:
        assert apart
        match = story.waits(nominal)
        beside = sends(story.coordinator, BESIDE, m=match.match_ref)["possibleMatch"]
        police, council = beside["sides"]
        own = {one["aspect"]: one for one in council["values"]}
        theirs = {one["aspect"]: one for one in police["values"]}
        assert own["FAMILY"] == {
            "aspect": "FAMILY",
            "state": "DISCLOSED",
            "text": story.family,
        }
        assert theirs["FAMILY"]["text"] == ""
        assert theirs["FAMILY"]["state"] in {"WITHHELD", "NOT_CONFIRMED"}
        assert police["child"] is None

    def test_a_confirmed_match_tells_whoever_had_not_been_told(
        self, story: Story, nominal: str, apart: str
    ) -> None:
        match = story.waits(nominal)
        told_before = {
            row["notice_ref"]
            for row in story.town.rows("SELECT notice_ref FROM delivery WHERE child = :c", c=apart)
        }
        refused = story.decides(
            "confirmMatch",
            match.match_ref,
            "stranger-0001",
            story.town.world.person(Role.MISSING_COORDINATOR, "E10000012"),
        )
        unknown = story.decides(
            "confirmMatch",
            "no-such-match",
            "stranger-0002",
            story.town.world.person(Role.MISSING_COORDINATOR, "E10000012"),
        )
        assert refused == unknown
        assert refused["__typename"] == "Refused"

        key = f"confirm-{nominal}"
        done = story.decides("confirmMatch", match.match_ref, key)
        assert done["__typename"] == "MatchDecided", done
        assert story.decides("confirmMatch", match.match_ref, key) == done
        assert story.town.world.does(
            story.index.find(local_id=LocalId("police", nominal))
        ) == Found(story.child.ref)
        assert story.events(story.child.ref) == [REPORTED]
        assert TEAM in story.town.told_of(story.child, REPORTED)
        now = {
            row["notice_ref"]
            for row in story.town.rows(
                "SELECT notice_ref FROM delivery WHERE child = :c", c=story.child.ref
            )
        }
        assert told_before <= now, "who was told stays told, under the same notice"
        left = story.town.rows("SELECT 1 FROM delivery WHERE child = :c", c=apart)
        assert left == []
        running = story.town.rows("SELECT state FROM deadline WHERE child = :c", c=story.child.ref)
        assert running, "the clocks of the child's protocol run"
        assert story.town.rows("SELECT 1 FROM deadline WHERE child = :c", c=apart) == []
        assert REPORTED in {
            one["event"] for one in told_to(story.coordinator, story.child)["tells"]
        }

    def test_the_id_that_was_given_out_before_leads_to_the_same_child(
        self, story: Story, nominal: str, apart: str
    ) -> None:
        old = str(story.town.world.parts.services.ids.child(apart))
        assert not story.coordinator.asks(old, "identity { state }").found
        story.decides("confirmMatch", story.waits(nominal).match_ref, f"confirm-{nominal}")
        asked = story.coordinator.asks(old, "id identity { state }")
        assert asked.found
        assert asked.child["id"] == story.child.id

    def test_the_force_sends_the_same_report_again_and_nothing_is_said_twice(
        self, story: Story, nominal: str, apart: str
    ) -> None:
        assert apart
        story.decides("confirmMatch", story.waits(nominal).match_ref, f"confirm-{nominal}")
        told = (
            "SELECT d.notice_ref FROM delivery d JOIN event e ON e.id = d.event"
            " WHERE d.child = :c AND e.source = 'police' ORDER BY d.notice_ref"
        )
        before = story.town.rows(told, c=story.child.ref)
        again = story.pushes(nominal, "Theodora")
        assert again["child"] == story.child.ref
        assert story.events(story.child.ref) == [REPORTED]
        assert story.town.rows(told, c=story.child.ref) == before != []

    def test_an_unlink_parts_them_again_and_those_who_were_told_wrongly_are_told_so(
        self, story: Story, nominal: str, apart: str
    ) -> None:
        match = story.waits(nominal).match_ref
        clocks = "SELECT id, due_at FROM deadline WHERE child = :c AND state = 'pending'"
        before = {row["id"] for row in story.town.rows(clocks, c=apart)}
        story.decides("confirmMatch", match, f"confirm-{nominal}")
        lapsed = story.decides("unlink", match, f"unlink-{nominal}")
        assert lapsed["__typename"] == "MatchDecided", lapsed
        find = story.index.find(local_id=LocalId("police", nominal))
        assert story.town.world.does(find) == Found(apart)
        assert story.events(apart) == [REPORTED]
        assert story.events(story.child.ref) == [REPORTED, "not-this-child"]
        told = story.town.told_of(story.child, "not-this-child")
        assert TEAM in told
        assert before <= {row["id"] for row in story.town.rows(clocks, c=apart)}
        assert not [
            row
            for row in story.town.rows(
                "SELECT kind FROM deadline WHERE child = :c AND state = 'pending'",
                c=story.child.ref,
            )
            if not row["kind"].startswith(("acknowledge", "unreachable"))
        ]
        facts = story.town.rows(
            "SELECT a.fact FROM attribute a WHERE a.child_ref = :c AND a.fact = 'reported_missing'"
            " AND (a.valid_to IS NULL OR a.valid_to > a.valid_from)"
            " AND NOT EXISTS (SELECT 1 FROM attribute l WHERE l.replaces = a.id)",
            c=story.child.ref,
        )
        assert facts == [], "nobody is told any more that this child is missing"

    def test_a_rejected_match_does_not_come_back(
        self, story: Story, nominal: str, apart: str
    ) -> None:
        assert apart
        match = story.waits(nominal).match_ref
        done = story.decides("rejectMatch", match, f"reject-{nominal}")
        assert done["__typename"] == "MatchDecided"
        assert match not in {
            one["id"] for one in sends(story.coordinator, QUEUE)["possibleMatches"]
        }
        assert TEAM not in story.town.told_of(story.child, REPORTED)

    def test_what_the_two_were_known_by_is_used_for_both_and_parted_again(
        self, story: Story, nominal: str, apart: str
    ) -> None:
        registers = type(story.child.registers)(story.town.world, apart)
        registers.states("wanted", value=True)
        match = story.waits(nominal).match_ref
        story.decides("confirmMatch", match, f"confirm-{nominal}")
        wanted = (
            "SELECT id FROM attribute a WHERE child_ref = :c AND fact = 'wanted'"
            " AND (valid_to IS NULL OR valid_to > valid_from)"
            " AND NOT EXISTS (SELECT 1 FROM attribute l WHERE l.replaces = a.id)"
        )
        assert len(story.town.rows(wanted, c=story.child.ref)) == 1
        story.decides("unlink", match, f"unlink-{nominal}")
        assert story.town.rows(wanted, c=story.child.ref) == []
        assert len(story.town.rows(wanted, c=apart)) == 1


def test_that_a_sealed_child_is_like_anybody_is_told_to_nobody(story: Story) -> None:
    nominal = f"S-{story.child.file.serial}"
    story.pushes(nominal, "Theodora")
    match = story.waits(nominal).match_ref
    story.child.registers.judged("identity_sealed")
    story.town.is_now(datetime.now(UTC))
    assert match not in str(sends(story.coordinator, QUEUE))
    assert sends(story.coordinator, BESIDE, m=match)["possibleMatch"] is None
    assert sends(story.coordinator, OF_CHILD, c=story.child.id)["possibleMatches"] == []
    refused = story.decides("confirmMatch", match, f"confirm-{match}")
    assert refused["__typename"] == "Refused"


def test_of_two_children_for_whom_nobody_answers_the_desk_decides(town: Town, story: Story) -> None:
    born = str(story.born + timedelta(days=2000))
    for ref in ("one", "other"):
        town.world.police.nominal(
            f"{ref}-{story.child.file.serial}",
            givenName=["Ambrose"],
            surname=f"{story.family}son",
            dateOfBirth=born,
        )
        story.pushes(
            f"{ref}-{story.child.file.serial}",
            "Ambrose",
            surname=f"{story.family}son",
            dateOfBirth=born,
        )
    match = story.waits(f"other-{story.child.file.serial}").match_ref
    office = town.world.person(Role.BUSINESS_SUPPORT, "E10000017")
    elsewhere = town.world.person(Role.BUSINESS_SUPPORT, "E10000012")
    for who, shown in ((office, True), (story.coordinator, False), (elsewhere, False)):
        seen = {one["id"] for one in sends(who, QUEUE)["possibleMatches"]}
        assert (match in seen) is shown
    refused = story.decides("rejectMatch", match, f"reject-{match}", elsewhere)
    assert refused["__typename"] == "Refused"
    done = story.decides("rejectMatch", match, f"reject-{match}", office)
    assert done["__typename"] == "MatchDecided"


IN_DOUBT = "{ doubtfulEvents { id type system child } }"
PLACE = """mutation P($e: ID!, $c: ID!, $why: String!, $key: String!) {
  placeEvent(input: {event: $e, child: $c, because: $why, clientMutationId: $key}) {
    __typename ... on EventPlaced { id event child } ... on Refused { says } } }"""


class TestInDoubt:
    """The force sends one child's id with another child's number."""

    @pytest.fixture
    def other(self, town: Town) -> Child:
        return town.world.child(lives_in="Lancashire", looked_after_by="Lancashire")

    @pytest.fixture
    def event(self, town: Town, story: Story, other: Child) -> str:
        body = pushed(
            robin(other.file.nominal, nhsNumber=story.child.number.digits),
            report(f"LC-{other.file.nominal}", other.file.nominal),
        )
        reply = town.pushes(body)
        assert reply.status_code == 201
        kept: str = reply.json()["data"]["id"]
        return kept

    def test_the_desk_and_whoever_answers_for_the_child_see_it_and_others_do_not(
        self, town: Town, story: Story, other: Child, event: str
    ) -> None:
        office = town.world.person(Role.BUSINESS_SUPPORT, "E10000017")
        for who in (office, story.coordinator):
            seen = {one["id"]: one for one in sends(who, IN_DOUBT)["doubtfulEvents"]}
            assert seen[event]["type"] == REPORTED
            assert seen[event]["child"] == other.id
        for who in (
            town.world.person(Role.MISSING_COORDINATOR, "E10000012"),
            town.world.person(Role.SCHOOL, "E10000017"),
        ):
            assert sends(who, IN_DOUBT)["doubtfulEvents"] == []

    def test_after_placing_everybody_is_told_and_it_waits_no_longer(
        self, town: Town, story: Story, event: str
    ) -> None:
        given = {"e": event, "c": story.child.id, "why": WHY, "key": f"place-{event}"}
        stranger = town.world.person(Role.MISSING_COORDINATOR, "E10000012")
        refused = sends(stranger, PLACE, **given)["placeEvent"]
        nobody = sends(stranger, PLACE, **{**given, "e": "no-such-event"})["placeEvent"]
        assert refused == nobody
        assert refused["__typename"] == "Refused"
        assert not story.town.told_of(story.child, REPORTED)

        office = town.world.person(Role.BUSINESS_SUPPORT, "E10000017")
        placed = sends(office, PLACE, **given)["placeEvent"]
        assert placed["__typename"] == "EventPlaced", placed
        assert sends(office, PLACE, **given)["placeEvent"] == placed
        assert TEAM in town.told_of(story.child, REPORTED)
        assert story.events(story.child.ref) == [REPORTED]
        assert event not in {one["id"] for one in sends(office, IN_DOUBT)["doubtfulEvents"]}
        again = sends(office, PLACE, **{**given, "key": f"again-{event}"})["placeEvent"]
        assert again["__typename"] == "Refused", "it has been placed"


def test_who_is_told_is_shown_as_it_was(story: Story) -> None:
    nominal = f"S-{story.child.file.serial}"
    story.pushes(nominal, "Theodore")
    assert lines(story.coordinator, story.child, REPORTED)
