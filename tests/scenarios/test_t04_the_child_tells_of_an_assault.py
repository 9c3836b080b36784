"""T04: as T03, but the child tells the interviewer of a sexual assault by an adult while missing.

A worker wrote the matter down for others to act on. Who learns of it, and that nobody thereby
learns the rest of what was said.
"""

import pytest

from disclosure.assertion import Says
from records.people import Role
from tests.answers import Told
from tests.casefile import ACCOUNT, SAFEGUARDING, SENSITIVE, SYNOPSIS
from tests.scenarios.asked import IDENTITY, INTERVIEW
from tests.world import Child, World

NE = "North East Lincolnshire"


def assaulted(world: World, area: str, *, note: bool = True) -> Child:
    """The child refuses all sharing; a crime is suspected, and somebody judged that it is urgent."""
    child = world.child(
        lives_in=area,
        looked_after_by=area,
        placed_with="Elm House",
        crime_suspected=True,
        sensitive_disclosure=note,
    )
    child.goes_missing()
    child.is_found()
    child.file.interviewed(sensitive=SENSITIVE)
    child.registers.child_says(Says.REFUSES)
    for judged in ("at_risk", "urgent"):
        child.registers.judged(judged)
    world.forgets_what_was_asked()
    return child


def learns_of_it(told: Told) -> bool:
    return told.found and {"matters": [SAFEGUARDING]} in told.shown(
        "returnInterviews", "safeguarding"
    )


def nothing_else_that_was_said(told: Told) -> bool:
    return not any(words.encode() in told.raw for words in (ACCOUNT, SYNOPSIS, SENSITIVE))


@pytest.mark.parametrize("area", ["Staffordshire", "Stoke-on-Trent", "Lancashire", NE])
def test_police_learn_of_the_assault_at_once_and_of_nothing_else_that_was_said(
    world: World, area: str
) -> None:
    child = assaulted(world, area)

    told = world.police_coordinator(child).asks(child, INTERVIEW)

    assert learns_of_it(told)
    assert nothing_else_that_was_said(told)
    for part in ("account", "synopsis", "sensitive"):
        assert not child.file.was_asked_for(part)


@pytest.mark.parametrize("area", ["Staffordshire", "Stoke-on-Trent"])
def test_in_staffordshire_and_stoke_the_front_door_learns_of_it_and_the_rest_stays_closed(
    world: World, area: str
) -> None:
    child = assaulted(world, area)

    told = world.of_responsible(child, Role.FRONT_DOOR).asks(child, INTERVIEW)

    assert learns_of_it(told)
    assert nothing_else_that_was_said(told)
    assert told.reason("returnInterviews", "RHI_FULL") == "NO_CONSENT"
    assert "staffs-rhi-withhold-no-consent" in told.rules("returnInterviews", "RHI_FULL")


def test_in_essex_the_hub_learns_of_it_and_no_text_of_a_chat_is_released(world: World) -> None:
    child = assaulted(world, "Essex")

    hub = world.of_responsible(child, Role.FRONT_DOOR).asks(child, INTERVIEW)
    mplo = world.police_coordinator(child).asks(child, INTERVIEW)

    assert learns_of_it(hub)
    assert not learns_of_it(mplo)
    for told in (hub, mplo):
        assert nothing_else_that_was_said(told)
    assert not child.file.was_asked_for("account")


def test_in_somerset_managers_read_it_and_police_learn_of_it_only_by_a_decision(
    world: World,
) -> None:
    child = assaulted(world, "Somerset")
    officer = world.police_coordinator(child)

    manager = world.manager(child).asks(child, INTERVIEW)
    before = officer.asks(child, INTERVIEW)
    child.registers.judged("release_decided", for_person=officer.person)
    after = officer.asks(child, INTERVIEW)

    assert learns_of_it(manager)
    assert manager.shown("returnInterviews", "account") == [{"account": ACCOUNT}]
    assert not learns_of_it(before)
    assert learns_of_it(after)
    for told in (before, after):
        assert nothing_else_that_was_said(told)


def test_in_lancashire_co_ordinator_authority_and_reviewing_officer_learn_of_it(
    world: World,
) -> None:
    child = assaulted(world, "Lancashire")

    for asker in (
        world.police_coordinator(child),
        world.of_responsible(child, Role.MISSING_COORDINATOR),
        world.reviewing_officer(child),
    ):
        assert learns_of_it(asker.asks(child, INTERVIEW))


def test_in_lancashire_the_home_learns_of_what_a_worker_wrote_and_never_reads_the_interview(
    world: World,
) -> None:
    child = assaulted(world, "Lancashire")

    told = world.home_manager(child).asks(child, INTERVIEW)

    assert learns_of_it(told)
    assert nothing_else_that_was_said(told)
    assert told.reason("returnInterviews", "RHI_FULL") == "DENIED"


@pytest.mark.parametrize("area", ["Staffordshire", "Stoke-on-Trent", "Essex", "Somerset", NE])
def test_elsewhere_the_home_learns_nothing_of_it(world: World, area: str) -> None:
    child = assaulted(world, area)
    told = world.home_manager(child).asks(child, IDENTITY + INTERVIEW)
    assert told.state("returnInterviews") == "NOT_CONFIRMED"
    assert nothing_else_that_was_said(told)


@pytest.mark.parametrize(
    "role", [Role.SOCIAL_WORKER, Role.FAMILY_HELP_PRACTITIONER, Role.YOUTH_JUSTICE_WORKER]
)
def test_in_north_east_lincolnshire_nobody_who_reads_the_catch_up_reads_the_restricted_note(
    world: World, role: Role
) -> None:
    child = assaulted(world, NE)

    told = world.allocated(child, role).asks(child, INTERVIEW)

    assert SENSITIVE.encode() not in told.raw
    assert not child.file.was_asked_for("sensitive")
    assert told.reason("returnInterviews", "RHI_SENSITIVE") == "DENIED"


def test_in_north_east_lincolnshire_the_catch_up_shows_that_a_restricted_note_exists(
    world: World,
) -> None:
    noted = assaulted(world, NE)
    none = assaulted(world, NE, note=False)

    with_note, without = (
        world.social_worker(child).asks(child, INTERVIEW) for child in (noted, none)
    )

    assert with_note.shown("returnInterviews", "account") == [{"account": ACCOUNT}]
    assert "nelincs-rhi-sensitive-separate" in with_note.rules("returnInterviews", "RHI_SENSITIVE")
    assert "nelincs-rhi-sensitive-separate" not in without.rules(
        "returnInterviews", "RHI_SENSITIVE"
    )


def test_in_north_east_lincolnshire_the_note_is_read_by_its_writer_and_by_whom_the_writer_chose(
    world: World,
) -> None:
    child = assaulted(world, NE)
    writer = world.interviewer(child)
    chosen, not_chosen = world.social_worker(child), world.manager(child)
    child.registers.judged("release_decided", for_person=chosen.person)

    shown = {
        asker: asker.asks(child, INTERVIEW).shown("returnInterviews", "sensitive")
        for asker in (writer, chosen, not_chosen)
    }

    assert shown == {
        writer: [{"account": SENSITIVE}],
        chosen: [{"account": SENSITIVE}],
        not_chosen: [],
    }


def test_in_north_east_lincolnshire_youth_justice_sees_nothing_of_it(world: World) -> None:
    child = assaulted(world, NE)

    for asker in (
        world.allocated(child, Role.YOUTH_JUSTICE_WORKER),
        world.of_responsible(child, Role.YOUTH_JUSTICE_WORKER),
    ):
        told = asker.asks(child, IDENTITY + INTERVIEW)
        assert not learns_of_it(told)
        assert nothing_else_that_was_said(told)
        assert not told.given("returnInterviews") & {
            "account",
            "synopsis",
            "safeguarding",
            "safeguardingProvider",
            "sensitive",
        }


@pytest.mark.parametrize("area", ["Staffordshire", "Stoke-on-Trent", "Somerset", NE])
def test_without_a_suspected_crime_or_danger_police_have_no_extract(
    world: World, area: str
) -> None:
    child = world.child(
        lives_in=area, looked_after_by=area, placed_with="Elm House", crime_suspected=False
    )
    child.file.interviewed()
    child.registers.child_says(Says.REFUSES)

    told = world.police_coordinator(child).asks(child, INTERVIEW)

    assert told.state("returnInterviews") == "REDUCED"
    assert not learns_of_it(told)
