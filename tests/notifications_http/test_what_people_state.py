"""What no system tells is said by whoever did it, in the words that the duties ask about; a mistake is taken back.

Source: each test names its paragraph.
"""

import json
from datetime import timedelta
from typing import Any

import pytest

from disclosure.assertion import Says
from disclosure.judging import IS_AN_EVENT
from disclosure.sayable import BELONGS, SaidToHappen
from notifications.known_by import KNOWN_BY
from protocols.duties_vocabulary import KEYS
from records.people import Role
from schema.detail import CALLED
from schema.inputs import EventDetailInput
from tests.acting import records
from tests.casefile import ACCOUNT
from tests.notifications_http.asking import mine, told_to
from tests.notifications_http.kept import due, rules, told
from tests.notifications_http.test_commands import NO, WHY, ran
from tests.notifications_http.town import EVENING, Town
from tests.strangers.children import at_home, in_care, says
from tests.world import Child, Practitioner

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BACK = EVENING + 15 * HOUR
WRONG = "I had another child's file open when I entered this."


def retracts(who: Practitioner, child: Child, event: str, **more: object) -> dict[str, Any]:
    return records(who, "retractEvent", child, event=event, **{"because": WRONG, **more})


def codes_of(kept: list[dict[str, Any]]) -> dict[str, object]:
    """What was said of the one event, beside whose word it is."""
    (row,) = kept
    said: dict[str, object] = json.loads(row["data"])
    return {name: value for name, value in said.items() if name not in {"said_by", "said_at"}}


def home_from(town: Town, area: str) -> Child:
    """A child in care who was missing for a night and is back."""
    child = in_care(town, area)
    town.goes_missing(child)
    town.is_found(child, BACK)
    town.is_now(BACK + 20 * HOUR)
    return child


def test_the_police_co_ordinator_says_that_the_check_was_made_and_who_made_it(town: Town) -> None:
    """Staffordshire and Stoke 13.4: by the police, or exceptionally by another professional."""
    child = home_from(town, "Staffordshire")
    at = (BACK + 2 * HOUR).isoformat()

    said = says(
        town.world.police_coordinator(child),
        child,
        "SAFE_AND_WELL_DONE",
        at,
        detail={"checkedBy": "POLICE", "returnSafe": True},
    )

    assert said["__typename"] == "Recorded"
    assert told(town, child, "safe-and-well-done")
    kept = town.rows(
        "SELECT data FROM event WHERE child = :c AND type = 'safe-and-well-done'", c=child.ref
    )
    assert codes_of(kept) == {"return_safe": True, "saw_by": "police"}


def test_neither_a_home_nor_a_head_teacher_says_that_the_police_check_was_made(town: Town) -> None:
    child = home_from(town, "Staffordshire")
    for who in (town.world.home_manager(child), town.world.head_teacher(child)):
        at = (BACK + 2 * HOUR).isoformat()
        said = says(who, child, "SAFE_AND_WELL_DONE", at, detail={"checkedBy": "POLICE"})
        assert said["__typename"] == "Refused"
    assert not told(town, child, "safe-and-well-done")


def test_an_updated_trigger_plan_goes_to_the_partners_whom_lancashire_names(town: Town) -> None:
    """Pan-Lancashire 5.5: shared with all partner agencies after each update, carers and home included."""
    child = home_from(town, "Lancashire")

    said = says(
        town.world.social_worker(child),
        child,
        "TRIGGER_PLAN_UPDATED",
        (BACK + 19 * HOUR).isoformat(),
    )

    assert said["__typename"] == "Recorded"
    assert rules(town, child, "trigger-plan-updated")


@pytest.mark.parametrize(
    "detail, served",
    [({"noticeServed": True}, True), ({"noticeServed": False}, False), ({}, False)],
)
def test_the_authority_hears_of_an_abduction_notice_once_it_is_served(
    town: Town, detail: dict[str, object], *, served: bool
) -> None:
    """Staffordshire and Stoke 22: if one is served by the police, the authority is told."""
    child = home_from(town, "Staffordshire")
    officer = town.world.police_coordinator(child)

    says(
        officer,
        child,
        "ABDUCTION_NOTICE_CONSIDERED",
        (BACK + 18 * HOUR).isoformat(),
        detail=detail,
    )

    found = rules(town, child, "abduction-notice-considered")
    assert any(rule.startswith("staffs-cawn-tell-la") for rule in found) is served


@pytest.mark.parametrize(
    "what, detail, says_what",
    [
        ("SAFE_AND_WELL_DONE", {}, "saw_by"),
        ("MEETING_HELD", {"concernsContinue": True}, "meeting"),
        ("CONTACT_MADE", {"tier4": True}, "nothing more"),
        ("SCHOOL_ABSENCE", {"attendancePercent": 101}, "attendance_percent"),
        ("PLACEMENT_NOTIFIED", {"travelMinutes": -1}, "travel_minutes"),
    ],
)
def test_what_does_not_belong_together_is_refused_in_words_and_nothing_is_kept(
    town: Town, what: str, detail: dict[str, object], says_what: str
) -> None:
    child = at_home(town, "Essex")
    document = (
        "mutation Do($input: RecordEventInput!) { recordEvent(input: $input) { __typename } }"
    )
    given = {
        "child": child.id,
        "what": what,
        "at": (EVENING - HOUR).isoformat(),
        "detail": detail,
        "clientMutationId": f"belongs-{what}",
    }

    answer = town.world.police_coordinator(child).sends(document, {"input": given})

    assert says_what in answer.body["errors"][0]["message"]
    assert not town.rows("SELECT ref FROM said_to_happen WHERE child_ref = :c", c=child.ref)


def test_every_field_of_the_detail_is_one_that_the_protocols_ask_about() -> None:
    fields = EventDetailInput.__dataclass_fields__
    named = {CALLED.get(name) or KEYS[name] for name in fields}
    assert named == frozenset().union(*BELONGS.values())
    assert BELONGS.keys() <= set(SaidToHappen)


def test_contact_that_was_entered_for_the_wrong_child_is_taken_back_and_the_clock_runs_again(
    town: Town,
) -> None:
    """Essex 3.3.1: the clock of 48 hours is met by contact with this child, and not by a slip."""
    child = home_from(town, "Essex")
    worker = town.world.social_worker(child)
    said = says(worker, child, "CONTACT_MADE", (BACK + 19 * HOUR).isoformat())
    assert due(town, child, "essex-contact-48h", state="met")
    heard = town.told_of(child, "contact-made")
    assert heard

    back = retracts(worker, child, said["id"], clientMutationId="taken-back-once")
    again = retracts(worker, child, said["id"], clientMutationId="taken-back-once")

    assert back["__typename"] == "Recorded"
    assert again == back
    assert due(town, child, "essex-contact-48h", state="pending") == [BACK + 48 * HOUR]
    assert town.told_of(child, "said-by-mistake") == heard
    assert (
        len(
            town.rows(
                "SELECT id FROM event WHERE child = :c AND type = 'said-by-mistake'", c=child.ref
            )
        )
        == 1
    )
    assert WRONG not in str(town.rows("SELECT * FROM event WHERE child = :c", c=child.ref))


def test_a_clock_that_something_else_has_met_too_stays_met(town: Town) -> None:
    child = home_from(town, "Essex")
    worker = town.world.social_worker(child)
    first = says(worker, child, "CONTACT_MADE", (BACK + 18 * HOUR).isoformat())
    says(worker, child, "CONTACT_MADE", (BACK + 19 * HOUR).isoformat())

    retracts(worker, child, first["id"])

    assert due(town, child, "essex-contact-48h", state="met")
    assert not due(town, child, "essex-contact-48h", state="pending")


def test_a_clock_that_the_mistake_had_started_stops(town: Town) -> None:
    """Somerset, Case Escalation: each discussion sets the next one 24 hours later."""
    child = in_care(town, "Somerset")
    town.goes_missing(child)
    town.is_now(EVENING + 24 * HOUR)
    worker = town.world.social_worker(child)
    said = says(worker, child, "STRATEGY_DISCUSSION_HELD", (EVENING + 23 * HOUR).isoformat())
    assert due(town, child, "somerset-strategy-review-24h", state="pending")

    retracts(worker, child, said["id"])

    assert not due(town, child, "somerset-strategy-review-24h", state="pending")


def test_only_who_may_say_it_may_take_it_back_and_only_once(town: Town) -> None:
    child, other = home_from(town, "Essex"), home_from(town, "Essex")
    worker = town.world.social_worker(child)
    said = says(worker, child, "CONTACT_MADE", (BACK + 19 * HOUR).isoformat())

    for who, whose in (
        (town.world.head_teacher(child), child),
        (town.world.social_worker(other), other),
        (town.world.social_worker(other), child),
    ):
        assert retracts(who, whose, said["id"])["__typename"] == "Refused"
    manager = town.world.of_responsible(child, Role.TEAM_MANAGER)
    assert retracts(manager, child, said["id"])["__typename"] == "Recorded"
    assert retracts(worker, child, said["id"])["__typename"] == "Refused"


def test_a_judgement_is_taken_back_in_its_own_way(town: Town) -> None:
    child = home_from(town, "Lancashire")
    interviewer = town.world.interviewer(child)
    judged = records(
        interviewer,
        "recordJudgement",
        child,
        judgement="URGENT",
        value=True,
        hours=12,
        reason="Heard from the child in the car on the way back.",
    )
    document = (
        "mutation Do($input: RetractEventInput!) { retractEvent(input: $input) { __typename } }"
    )
    given = {
        "child": child.id,
        "event": judged["id"],
        "because": WRONG,
        "clientMutationId": "of-a-judgement",
    }

    answer = interviewer.sends(document, {"input": given})

    assert "recordJudgement" in answer.body["errors"][0]["message"]


def test_from_a_terminal_an_event_is_said_and_taken_back(town: Town) -> None:
    """Staffordshire and Stoke 13.17 and 13.23: the missing intervention meeting was held."""
    child = home_from(town, "Essex")
    worker = town.world.social_worker(child)
    at = (BACK + 19 * HOUR).isoformat()

    done = ran(
        worker, "events", "record", child.id, "meeting-held",
        *("--at", at, "--detail", "meeting=cp-conference", "--detail", "concerns_continue=yes"),
        *("--key", "from-a-terminal", *WHY, "--json"),
    )  # fmt: skip
    assert done.exit_code == 0, (done.output, done.exception)
    kept = town.rows(
        "SELECT data FROM event WHERE child = :c AND type = 'meeting-held'", c=child.ref
    )
    assert codes_of(kept) == {"concerns_continue": True, "meeting": "cp-conference"}

    receipt = json.loads(done.stdout)["id"]
    given = ["events", "retract", child.id, receipt, "--because", WRONG, *WHY]
    back = ran(worker, *given, "--key", "back-from-a-terminal")
    assert back.exit_code == 0, (back.output, back.exception)
    assert "on record" in back.output
    once_more = ran(worker, *given, "--key", "once-more-from-there")
    assert once_more.exit_code == NO


@pytest.mark.parametrize(
    "detail, says_what", [("colour=red", "there is meeting"), ("meeting", "NAME=VALUE")]
)
def test_a_detail_that_nobody_asks_for_is_refused_before_anything_is_sent(
    town: Town, detail: str, says_what: str
) -> None:
    child = at_home(town, "Essex")
    done = ran(
        town.world.social_worker(child), "events", "record", child.id, "meeting-convened",
        *("--at", EVENING.isoformat(), "--detail", detail, "--key", "wrong-detail", *WHY),
    )  # fmt: skip
    assert done.exit_code == 2
    assert says_what in " ".join(done.output.split())


def test_a_notice_that_takes_back_names_the_earlier_notice_and_says_nothing_again(
    town: Town,
) -> None:
    """Pan-Lancashire 5.7.4: told of an interview that was another child's, the co-ordinator has to know which."""
    child = home_from(town, "Lancashire")
    child.registers.child_says(Says.AGREES)
    child.file.interviewed()
    town.registers(child.host.force, Role.POLICE_MISSING_COORDINATOR)
    co_ordinator = town.world.person(Role.POLICE_MISSING_COORDINATOR, child.host.force)
    interviewer = town.world.interviewer(child)
    said = says(interviewer, child, "INTERVIEW_DONE", (BACK + 19 * HOUR).isoformat())
    first = notice_of(co_ordinator, "interview-done")
    assert ACCOUNT in str(first)

    retracts(interviewer, child, said["id"])

    back = notice_of(co_ordinator, "said-by-mistake")
    assert back["data"]["takesBack"] == [first["id"]]
    assert back["subject"] == first["subject"]
    assert back["data"]["records"] == []


def notice_of(who: Practitioner, event: str) -> dict[str, Any]:
    """The last notice that somebody has of this kind of event."""
    events = [one["event"] for one in mine(who, "event") if one["event"]]
    found = [one for one in events if one["type"].endswith(event)]
    assert found, event
    last: dict[str, Any] = max(found, key=lambda one: one["sequence"])
    return last


def test_who_was_told_of_what_somebody_said_is_seen_by_whom_it_concerns_and_no_others(
    town: Town,
) -> None:
    """The worker sees who heard of it; a force sees what is not for it to know as little as before."""
    child = home_from(town, "Essex")
    worker, officer = town.world.social_worker(child), town.world.police_coordinator(child)
    at = (BACK + 19 * HOUR).isoformat()
    said = says(worker, child, "CONTACT_MADE", at)
    says(worker, child, "INTERVIEW_DONE", at)
    retracts(worker, child, said["id"])

    seen = {line["event"] for line in told_to(worker, child)["tells"]}
    theirs = {line["event"] for line in told_to(officer, child)["tells"]}
    head = told_to(town.world.head_teacher(child), child)

    assert {"contact-made", "interview-done", "said-by-mistake"} <= seen
    assert not {"contact-made", "said-by-mistake"} & theirs
    assert not {"contact-made", "said-by-mistake"} & {
        line["event"] for line in head.get("tells", ())
    }


def test_it_is_settled_by_which_item_every_event_that_is_said_may_be_known() -> None:
    said = {what.value for what in SaidToHappen} | set(IS_AN_EVENT.values())

    assert said <= KNOWN_BY.keys()
