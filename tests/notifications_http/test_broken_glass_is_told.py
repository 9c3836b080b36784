"""Whoever reviews broken glass is told that it was broken, and told again until somebody has reviewed it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from disclosure.working_days import within_one_working_day
from notifications.glass import Glass
from notifications.happening import Happened, Plan
from records.people import Purpose, Role
from tests.acting import breaks_glass, does, reviews
from tests.notifications_http.asking import mine
from tests.notifications_http.town import EVENING, Town
from tests.world import Child, Practitioner

LEAD = Role.INFORMATION_GOVERNANCE_LEAD
BROKEN, OVERDUE = "glass-broken", "deadline-breached"
CLOCK = "SELECT state, occurrence, due_at FROM deadline WHERE child = :c AND kind = 'glass-review' ORDER BY occurrence"


@pytest.fixture
def child(town: Town) -> Child:
    one = town.world.child(lives_in="Lancashire", looked_after_by="Blackpool")
    one.file.interviewed()
    return one


@pytest.fixture
def officer(town: Town, child: Child) -> Practitioner:
    return town.world.person(
        Role.POLICE_OFFICER, f"FORCE-{child.file.serial}", purpose=Purpose.LOCATE
    )


def of_force(officer: Practitioner, role: Role) -> str:
    return f"{officer.organisation}/{role.value}"


def test_the_leads_where_it_was_broken_and_of_the_child_s_authority_are_told_at_once(
    town: Town, child: Child, officer: Practitioner
) -> None:
    town.registers(officer.organisation, LEAD)
    town.registers(officer.organisation, Role.POLICE_SUPERVISOR)
    theirs = town.registers(child.responsible.code, LEAD)
    breaks_glass(officer, child, "RHI_FULL")

    assert town.told_of(child, BROKEN) == {of_force(officer, LEAD), theirs.id}


def test_where_there_is_no_lead_somebody_who_supervises_there_is_told(
    town: Town, child: Child, officer: Practitioner
) -> None:
    town.registers(officer.organisation, Role.POLICE_SUPERVISOR)
    town.changes(
        "UPDATE recipient SET ended_at = registered_at WHERE id = :r",
        r=f"{child.responsible.code}/{LEAD.value}",
    )
    breaks_glass(officer, child, "RHI_FULL")

    assert town.told_of(child, BROKEN) == {of_force(officer, Role.POLICE_SUPERVISOR)}


def test_where_nobody_is_registered_it_is_kept_as_told_to_nobody(
    town: Town, child: Child, officer: Practitioner
) -> None:
    town.changes(
        "UPDATE recipient SET ended_at = registered_at WHERE id = :r",
        r=f"{child.responsible.code}/{LEAD.value}",
    )
    breaks_glass(officer, child, "RHI_FULL")

    [line] = town.rows(
        "SELECT d.recipient, d.state FROM delivery d JOIN event e ON e.id = d.event"
        " WHERE d.child = :c AND e.type = 'glass-broken'",
        c=child.ref,
    )
    assert line == {"recipient": of_force(officer, LEAD), "state": "failed"}


def test_the_notice_names_neither_the_child_nor_what_was_opened(
    town: Town, child: Child, officer: Practitioner
) -> None:
    town.registers(officer.organisation, LEAD)
    lead = town.world.person(LEAD, officer.organisation, purpose=Purpose.ASSURE)
    breaks_glass(officer, child, "RHI_FULL")

    told = str(mine(lead, "told child event"))
    assert "glass-broken" in told
    for secret in (child.ref, child.number.digits, "rhi.full", "river", officer.subject):
        assert secret not in told
    assert [one["overdue"] for one in reviews(lead)] == [False]


def test_it_is_due_by_the_next_working_day_and_a_review_ends_that(
    town: Town, child: Child, officer: Practitioner
) -> None:
    town.registers(officer.organisation, LEAD)
    lead = town.world.person(LEAD, officer.organisation, purpose=Purpose.ASSURE)
    broken = breaks_glass(officer, child, "RHI_FULL")
    [running] = town.rows(CLOCK, c=child.ref)
    assert running["state"] == "pending"
    due = within_one_working_day(town.world.clock())
    assert str(running["due_at"]).startswith(due.replace(tzinfo=None).isoformat(" "))

    done = does(
        lead,
        "reviewBreakGlass",
        "__typename",
        id=broken["id"],
        finding="JUSTIFIED",
        reason="She was in danger, and nobody else could be asked.",
    )
    assert done["__typename"] == "Recorded"
    assert [one["state"] for one in town.rows(CLOCK, c=child.ref)] == ["met"]


def test_overdue_whoever_supervises_is_told_and_the_clock_runs_again(
    town: Town, child: Child, officer: Practitioner
) -> None:
    town.registers(officer.organisation, LEAD)
    town.registers(officer.organisation, Role.POLICE_SUPERVISOR)
    breaks_glass(officer, child, "RHI_FULL")
    town.is_now(EVENING + timedelta(days=5))
    town.works_off(child)

    assert town.told_of(child, OVERDUE) >= {
        of_force(officer, LEAD),
        of_force(officer, Role.POLICE_SUPERVISOR),
    }
    assert [one["state"] for one in town.rows(CLOCK, c=child.ref)] == ["fired", "pending"]


def test_glass_broken_by_a_process_that_died_is_told_by_the_next_look_and_once(
    town: Town, child: Child, officer: Practitioner
) -> None:
    town.registers(officer.organisation, LEAD)
    glass = town.world.parts.notices.glass
    board = town.world.parts.services.notices
    assert board is not None
    object.__setattr__(board, "glass", None)
    try:
        breaks_glass(officer, child, "RHI_FULL")
        assert town.told_of(child, BROKEN) == set()
    finally:
        object.__setattr__(board, "glass", glass)
    assert town.world.does(glass.look()) >= 1
    assert of_force(officer, LEAD) in town.told_of(child, BROKEN)
    assert town.world.does(glass.look()) == 0


def test_glass_that_cannot_be_told_of_keeps_nobody_else_s_waiting(town: Town, child: Child) -> None:
    town.registers(child.responsible.code, LEAD)
    board = town.world.parts.services.notices
    assert board is not None
    parts = town.world.parts.notices
    first, second = child, town.world.child(lives_in="Lancashire", looked_after_by="Blackpool")
    object.__setattr__(board, "glass", None)
    try:
        for one in (first, second):
            one.file.interviewed()
            force = town.world.person(
                Role.POLICE_OFFICER, f"FORCE-{one.file.serial}", purpose=Purpose.LOCATE
            )
            breaks_glass(force, one, "RHI_FULL")
    finally:
        object.__setattr__(board, "glass", parts.glass)

    async def faulty(event: Happened, history: Sequence[Happened]) -> Plan:
        if event.child == first.ref:
            raise LookupError(event.child)
        return await parts.planning(event, history)

    glass = Glass(parts.engine, faulty, parts.bells, clock=town.world.clock)
    assert town.world.does(glass.look()) == 1
    assert town.told_of(first, BROKEN) == set()
    assert town.told_of(second, BROKEN)
    assert town.world.does(parts.glass.look()) == 1, "and what failed comes again"
