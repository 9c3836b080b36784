"""Who should know, who has been told and who has not: for those who may know what it is about, and nobody else."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from records.people import Role, Standing
from tests.notifications_http.asking import ASKED, clocks, lines, mine, sends, told_to
from tests.notifications_http.town import EVENING, Town
from tests.world import Child, Practitioner

WHY = "The family was told by telephone by the duty manager already."
REPORTED = "child-reported-missing"


@pytest.fixture
def child(town: Town) -> Child:
    one = town.world.child(lives_in="Lancashire", looked_after_by="Lancashire")
    team = f"Y{one.file.serial}"
    one.registers.stands(Standing.NURSE_TEAM, organisation=team)
    town.registers(team, Role.CLA_NURSE)
    return one


@pytest.fixture
def worker(town: Town, child: Child) -> Practitioner:
    return town.world.social_worker(child)


def nurses(child: Child) -> str:
    return f"Y{child.file.serial}/cla-nurse"


def test_each_line_says_by_which_paragraph_and_what_became_of_it(
    town: Town, child: Child, worker: Practitioner
) -> None:
    town.goes_missing(child)
    line = lines(worker, child, REPORTED)[nurses(child)]
    assert line["state"] == "PENDING"
    assert line["items"] == ["EPISODE_STATUS"]
    assert not line["overdue"]
    assert {"panlancs-cla-nurse-notified"} <= {ref["id"] for ref in line["because"]}
    assert all(ref["quote"] and ref["paragraph"] for ref in line["because"])


def test_whom_nobody_registered_is_shown_as_not_told(
    town: Town, child: Child, worker: Practitioner
) -> None:
    town.goes_missing(child)
    failed = [line for line in lines(worker, child, REPORTED).values() if line["state"] == "FAILED"]
    assert failed
    assert {line["notToldBecause"] for line in failed} == {"nobody is registered for this role"}
    assert all(line["overdue"] for line in failed)


def test_an_acknowledgement_is_shown_and_done_once(
    town: Town, child: Child, worker: Practitioner
) -> None:
    town.goes_missing(child)
    nurse = town.world.person(Role.CLA_NURSE, f"Y{child.file.serial}")
    (notice,) = mine(nurse, "id told child")
    assert (notice["told"], notice["child"]) == (True, child.id)
    mutation = "mutation A($n: ID!) { acknowledge(input: {notices: [$n]}) { notice outcome } }"
    stranger = town.world.person(Role.CLA_NURSE, "Y-nobody")
    for who, outcome in ((stranger, "NOT_YOURS"), (nurse, "DONE"), (nurse, "ALREADY")):
        (done,) = sends(who, mutation, n=notice["id"])["acknowledge"]
        assert done["outcome"] == outcome
    line = lines(worker, child, REPORTED)[nurses(child)]
    assert line["state"] == "ACKNOWLEDGED"
    assert line["acknowledgedAt"] is not None
    assert line["notToldBecause"] is None


def test_whoever_does_not_acknowledge_is_overdue(
    town: Town, child: Child, worker: Practitioner
) -> None:
    town.goes_missing(child)
    town.is_now(EVENING + timedelta(hours=2))
    town.works_off(child)
    assert lines(worker, child, REPORTED)[nurses(child)]["overdue"]


def test_a_decision_not_to_tell_is_on_record_and_nothing_is_sent(
    town: Town, child: Child, worker: Practitioner
) -> None:
    town.goes_missing(child)
    line = lines(worker, child, REPORTED)[nurses(child)]
    mutation = (
        "mutation N($t: ID!, $b: String!) { recordNotTold(input: {tell: $t, because: $b})"
        " { __typename ... on TellingRecorded { id outcome } ... on Refused { says } } }"
    )
    stranger = town.world.person(Role.SOCIAL_WORKER, "E10000012")
    assert (
        sends(stranger, mutation, t=line["id"], b=WHY)["recordNotTold"]["__typename"] == "Refused"
    )
    for outcome in ("DONE", "ALREADY"):
        done = sends(worker, mutation, t=line["id"], b=WHY)["recordNotTold"]
        assert done["outcome"] == outcome
    after = lines(worker, child, REPORTED)[nurses(child)]
    assert after["state"] == "WITHHELD"
    assert after["notToldBecause"] == "somebody decided not to, with a reason"
    assert after["decidedBecause"] == WHY, "whoever answers for the child may read why"
    nurse = town.world.person(Role.CLA_NURSE, f"Y{child.file.serial}")
    theirs = lines(nurse, child, REPORTED)[nurses(child)]
    assert (theirs["state"], theirs["decidedBecause"]) == ("WITHHELD", None)
    assert WHY not in str(town.rows("SELECT * FROM not_told"))


def test_something_due_that_is_not_done_says_so_and_its_clock_stops(
    town: Town, child: Child, worker: Practitioner
) -> None:
    town.goes_missing(child)
    (clock, *_) = clocks(worker, child, "strategy-48h")
    mutation = (
        "mutation D($d: ID!, $b: String!) { recordDeparture(input: {deadline: $d, because: $b})"
        " { __typename ... on TellingRecorded { outcome } ... on Refused { says } } }"
    )
    stranger = town.world.person(Role.CHILDRENS_SERVICES, "E10000012")
    refused = sends(stranger, mutation, d=clock["id"], b=WHY)["recordDeparture"]
    unknown = sends(stranger, mutation, d="bm90aGluZw", b=WHY)["recordDeparture"]
    assert refused == unknown
    assert refused["__typename"] == "Refused"
    done = sends(worker, mutation, d=clock["id"], b=WHY)["recordDeparture"]
    assert done["outcome"] == "DONE"
    (after, *_) = clocks(worker, child, "strategy-48h")
    assert (after["state"], after["departed"]) == ("DEPARTED", True)


def test_absent_forbidden_and_never_known_are_one_answer(town: Town, child: Child) -> None:
    town.goes_missing(child)
    quiet = town.world.child(lives_in="Lancashire", looked_after_by="Lancashire")
    never = town.world.parts.services.ids.child("somebody-who-never-was")
    stranger = town.world.person(Role.SOCIAL_WORKER, "E10000012")
    answers = {
        stranger.sends(ASKED, {"child": named}).raw
        for named in (child.id, quiet.id, never, "no-id-at-all")
    }
    assert len(answers) == 1
    assert b"NotFoundOrNotPermitted" in answers.pop()


def test_for_whoever_may_know_nothing_nothing_is_read(town: Town, child: Child) -> None:
    """Reading would take time, and the time would tell that there is something."""
    town.goes_missing(child)
    # The gateway's own workers read too: they have done what there is to do.
    town.works_off(child)
    engine = town.world.parts.engine.sync_engine
    read: list[object] = []

    def count(*execution: object) -> None:
        if child.ref in str(execution[3]) and "FROM event" in str(execution[2]):
            read.append(execution[2])

    stranger = town.world.person(Role.SOCIAL_WORKER, "E10000012")
    worker = town.world.social_worker(child)
    sa.event.listen(engine, "before_cursor_execute", count)
    try:
        told_to(stranger, child)
        assert read == []
        told_to(worker, child)
        assert read, "and what is counted here is what is read for others"
    finally:
        sa.event.remove(engine, "before_cursor_execute", count)


def test_the_question_needs_a_reason_and_is_on_record(town: Town, child: Child) -> None:
    worker = town.world.social_worker(child)
    reply = town.world.client.post(
        f"{town.world.url}/graphql",
        headers={"authorization": f"Bearer {worker.token()}"},
        json={"query": ASKED, "variables": {"child": child.id}},
    )
    assert reply.json()["errors"][0]["extensions"]["code"] == "PURPOSE_REQUIRED"
    before = town.rows("SELECT count(*) AS n FROM ledger")[0]["n"]
    told_to(worker, child)
    assert town.rows("SELECT count(*) AS n FROM ledger")[0]["n"] > before


def test_deadlines_are_those_of_children_of_whom_one_has_a_notice(town: Town, child: Child) -> None:
    town.goes_missing(child)
    on_duty = town.world.of_host(child, Role.EMERGENCY_DUTY_TEAM)
    document = "query D($m: Int) { deadlines(dueWithinMinutes: $m) { child dueAt says } }"
    mine = sends(on_duty, document)["deadlines"]
    assert child.id in {one["child"] for one in mine}
    elsewhere = town.world.person(Role.MISSING_COORDINATOR, "E10000012")
    assert child.id not in {one["child"] for one in sends(elsewhere, document)["deadlines"]}
    assert mine == sorted(mine, key=lambda one: one["dueAt"])
    soon = sends(on_duty, document, m=1)["deadlines"]
    assert all(one["dueAt"] <= "2027-01-11T18:06" for one in soon)
