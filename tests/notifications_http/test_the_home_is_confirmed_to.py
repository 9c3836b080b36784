"""T02, wholly: the interview is done; the home hears nothing of it until the child's social worker confirms.

Then its manager has a notice that the interview took place, when, and what was written for the home to
act on; not a word of what was said.

Source: Pan-Lancashire 5.7.4.
"""

import json
from datetime import timedelta
from typing import Any

import pytest

from disclosure.assertion import Says
from notifications.happening import Happening
from notifications.ledger import accept
from records.people import Role
from tests.casefile import ABOUT_THE_HOME, ACCOUNT, INTERVIEWED, SAFEGUARDING, SYNOPSIS
from tests.notifications_http.asking import mine, sends
from tests.notifications_http.test_commands import NO, NOTHING, ran
from tests.notifications_http.town import EVENING, Town
from tests.people import Practitioner
from tests.places import HOMES
from tests.world import Child

DONE = EVENING + timedelta(hours=40)
HOME = HOMES["Elm House"]
TASKS = """
query F($child: ID!) { whoHasBeenTold(child: $child) { ... on Tellings {
  followUps { event tasks { id doneAt owners because { id } } }
  deadlines { state because { id } }
} } }
"""
COMPLETES = """
mutation C($task: ID!, $how: String!) {
  completeTask(input: { task: $task, how: $how }) {
    __typename ... on TellingRecorded { outcome } ... on Refused { says }
  }
}
"""
HOW = "I rang the manager of the home this morning and said that it took place."


@pytest.fixture
def child(town: Town) -> Child:
    return placed(town, "Lancashire")


def placed(town: Town, area: str, by: str | None = None) -> Child:
    """A looked-after child in a home there who went missing, is back, and has been interviewed."""
    one = town.world.child(
        lives_in=area, looked_after_by=by or area, placed_with="Elm House", aged=15
    )
    one.registers.child_says(Says.AGREES)
    one.file.interviewed(about_the_home=ABOUT_THE_HOME)
    town.registers(HOME, Role.REGISTERED_MANAGER)
    town.goes_missing(one)
    town.is_found(one, EVENING + timedelta(hours=15))
    interview_is_done(town, one)
    return one


def interview_is_done(town: Town, child: Child) -> None:
    """The council's system says that the interview took place."""
    town.is_now(DONE)
    notices = town.world.parts.notices
    what = Happening(
        type="interview-done",
        child=child.ref,
        at=DONE,
        source=child.file.council,
        sender_ref=f"interview-{child.ref}",
    )
    town.world.does(accept(notices.engine, what, notices.planning, now=town.world.clock()))


def task_of(who: Practitioner, child: Child) -> dict[str, Any]:
    """The task to confirm it to the home, as somebody sees it."""
    told = sends(who, TASKS, child=child.id)["whoHasBeenTold"]
    (task,) = [
        task
        for one in told["followUps"]
        for task in one["tasks"]
        if task["because"][0]["id"] == "panlancs-rhi-confirm-placement"
    ]
    return task  # type: ignore[no-any-return] # JSON


def confirms(who: Practitioner, task: str) -> dict[str, Any]:
    done: dict[str, Any] = sends(who, COMPLETES, task=task, how=HOW)["completeTask"]
    return done


def notices(town: Town, child: Child) -> list[dict[str, Any]]:
    """What the home's manager has been told about interviews of this child."""
    subject = town.world.parts.notices.telling.subject(f"{HOME}/registered-manager", child.ref)
    return [
        one["event"]
        for one in mine(town.world.home_manager(child), "event told")
        if one["told"]
        and one["event"].get("subject") == subject
        and "interview" in one["event"]["type"]
    ]


def test_t02_the_home_has_its_notice_once_the_social_worker_has_confirmed_and_not_before(
    town: Town, child: Child
) -> None:
    worker = town.world.social_worker(child)
    assert notices(town, child) == []
    task = task_of(worker, child)
    assert task["owners"] == ["allocated_social_worker"]
    assert task["doneAt"] is None

    done = confirms(worker, task["id"])
    assert done == {"__typename": "TellingRecorded", "outcome": "DONE"}
    (notice,) = notices(town, child)
    assert notice["type"] == "uk.homeward.interview-confirmed"
    rules = {one["rule"] for one in notice["data"]["because"]}
    assert rules == {
        "panlancs-rhi-confirm-placement/relayed",
        "panlancs-rhi-safeguarding-matters-placement",
    }
    (record,) = notice["data"]["records"]
    assert record["confirmation"]["heldAt"].startswith(f"{INTERVIEWED:%Y-%m-%dT%H:%M}")
    assert record["safeguarding"]["matters"] == [SAFEGUARDING]
    for words in (ACCOUNT, SYNOPSIS, ABOUT_THE_HOME, HOW):
        assert words not in str(notice)
    assert task_of(worker, child)["doneAt"] is not None


def test_confirmed_twice_it_is_told_once_and_is_on_record(town: Town, child: Child) -> None:
    worker = town.world.social_worker(child)
    task = task_of(worker, child)["id"]
    assert confirms(worker, task)["outcome"] == "DONE"
    assert confirms(worker, task)["outcome"] == "ALREADY"
    assert len(notices(town, child)) == 1
    kept = town.rows(
        "SELECT count(*) AS n FROM event WHERE child = :c AND type = 'interview-confirmed'",
        c=child.ref,
    )
    assert kept[0]["n"] == 1
    reasons = town.rows("SELECT count(*) AS n FROM ledger_reason WHERE reason = :how", how=HOW)
    assert reasons[0]["n"] >= 1


def test_nobody_confirms_in_the_social_workers_place(town: Town, child: Child) -> None:
    task = task_of(town.world.social_worker(child), child)["id"]
    others = [
        town.world.manager(child),
        town.world.of_responsible(child, Role.MISSING_COORDINATOR),
        town.world.home_manager(child),
        town.world.person(Role.SOCIAL_WORKER, child.responsible.code),
        town.world.person(Role.SOCIAL_WORKER, "E10000012"),
    ]
    assert {confirms(who, task)["__typename"] for who in others} == {"Refused"}
    assert notices(town, child) == []


def test_a_task_that_never_was_is_refused_as_one_that_is_not_yours(
    town: Town, child: Child
) -> None:
    task = task_of(town.world.social_worker(child), child)["id"]
    stranger = town.world.person(Role.SOCIAL_WORKER, "E10000012")
    ids = town.world.parts.services.ids
    answers = {
        str(confirms(stranger, one)) for one in (task, ids.task("no\nsuch\ndo"), "no-id-at-all")
    }
    assert len(answers) == 1


def test_elsewhere_no_paragraph_orders_it_and_the_home_is_told_nothing(town: Town) -> None:
    child = placed(town, "Essex")
    told = sends(town.world.social_worker(child), TASKS, child=child.id)["whoHasBeenTold"]
    rules = {
        rule["id"] for one in told["followUps"] for task in one["tasks"] for rule in task["because"]
    }
    assert rules
    assert not any("confirm-placement" in rule for rule in rules)
    assert notices(town, child) == []


def test_no_clock_of_another_rule_is_met_by_it(town: Town) -> None:
    child = placed(town, "Lancashire")
    worker = town.world.social_worker(child)
    before = sends(worker, TASKS, child=child.id)["whoHasBeenTold"]["deadlines"]
    confirms(worker, task_of(worker, child)["id"])
    after = sends(worker, TASKS, child=child.id)["whoHasBeenTold"]["deadlines"]
    assert [one["state"] for one in before] == [one["state"] for one in after]


def test_the_command_lists_what_is_asked_and_says_that_it_is_done(town: Town, child: Child) -> None:
    worker = town.world.social_worker(child)
    why = ("--purpose", "safeguard", "--reason", "Back this morning; their social worker")
    listed = json.loads(ran(worker, "task", "list", child.id, *why, "--json").stdout)
    (task,) = [one for one in listed if one["because"][0]["id"] == "panlancs-rhi-confirm-placement"]
    table = ran(worker, "task", "list", child.id, *why)
    assert "5.7.4" in table.output

    stranger = town.world.person(Role.SOCIAL_WORKER, "E10000012")
    not_theirs = ran(stranger, "task", "done", task["id"], "--how", HOW, *why)
    assert not_theirs.exit_code == NO
    assert ran(stranger, "task", "list", child.id, *why).exit_code == NOTHING
    for says in ("It is on record.", "It was on record already."):
        done = ran(worker, "task", "done", task["id"], "--how", HOW, *why)
        assert done.exit_code == 0
        assert says in done.stderr
    assert len(notices(town, child)) == 1
