"""T03: as T02, but the child agreed to talk and refuses all sharing; nothing harmful disclosed.

Police, the child's social worker and the nurse for children looked after ask.
"""

from collections.abc import Callable

import pytest

from disclosure.assertion import Says
from tests.answers import Told
from tests.casefile import ACCOUNT, SYNOPSIS
from tests.scenarios.asked import AREAS, IDENTITY, INTERVIEW
from tests.world import Child, Practitioner, World

Asker = Callable[[World, Child], Practitioner]
POLICE: Asker = World.police_coordinator
WORKER: Asker = World.social_worker
NURSE: Asker = World.nurse


def refusing(world: World, area: str, by: str | None = None) -> Child:
    child = world.child(lives_in=area, looked_after_by=by or area, placed_with="Elm House")
    child.goes_missing()
    child.is_found()
    child.file.interviewed(safeguarding=None)
    child.registers.child_says(Says.REFUSES)
    world.forgets_what_was_asked()
    return child


def no_word_of_it(told: Told, child: Child) -> None:
    """Neither account nor synopsis was given, nor asked for."""
    assert not told.given("returnInterviews") & {"account", "synopsis", "needs", "sensitive"}
    for words in (ACCOUNT, SYNOPSIS):
        assert words.encode() not in told.raw
    for part in ("account", "synopsis", "sensitive"):
        assert not child.file.was_asked_for(part)


@pytest.mark.parametrize(
    "area, by, asker, because",
    [
        ("Staffordshire", None, POLICE, "staffs-rhi-withhold-no-consent"),
        ("Stoke-on-Trent", None, POLICE, "staffs-rhi-withhold-no-consent"),
        ("Staffordshire", None, WORKER, "staffs-rhi-withhold-no-consent"),
        ("Stoke-on-Trent", None, WORKER, "staffs-rhi-withhold-no-consent"),
        ("Essex", None, POLICE, "essex-rhi-child-consent"),
        ("Essex", None, WORKER, "essex-rhi-child-consent"),
        ("Somerset", None, POLICE, "somerset-rhi-withhold-police"),
        ("Lancashire", None, POLICE, "panlancs-rhi-share-police-health/no-consent"),
        ("Lancashire", "Blackpool", POLICE, "panlancs-rhi-share-police-health/no-consent"),
        ("Lancashire", None, NURSE, "panlancs-rhi-share-police-health/no-consent"),
        ("Lancashire", "Blackpool", NURSE, "panlancs-rhi-share-police-health/no-consent"),
        ("North East Lincolnshire", None, POLICE, "nelincs-rhi-share-police/refused"),
    ],
)
def test_they_learn_that_it_took_place_and_not_a_word_of_it(
    world: World, area: str, by: str | None, asker: Asker, because: str
) -> None:
    child = refusing(world, area, by)

    told = asker(world, child).asks(child, INTERVIEW)

    no_word_of_it(told, child)
    assert "confirmation" in told.given("returnInterviews")
    for item in ("RHI_FULL", "RHI_SYNOPSIS"):
        assert because in told.rules("returnInterviews", item)


@pytest.mark.parametrize(
    "area, asker",
    [
        ("Lancashire", POLICE),
        ("Lancashire", NURSE),
        ("Staffordshire", WORKER),
        ("Stoke-on-Trent", WORKER),
        ("Essex", WORKER),
        ("North East Lincolnshire", POLICE),
    ],
)
def test_they_are_told_that_it_is_the_childs_agreement_that_is_lacking(
    world: World, area: str, asker: Asker
) -> None:
    child = refusing(world, area)

    told = asker(world, child).asks(child, INTERVIEW)

    assert told.reason("returnInterviews", "RHI_SYNOPSIS") == "NO_CONSENT"


@pytest.mark.parametrize(
    "area, by",
    [
        ("Lancashire", "Lancashire"),
        ("Lancashire", "Blackpool"),
        ("Somerset", "Somerset"),
        ("North East Lincolnshire", "North East Lincolnshire"),
    ],
)
def test_where_consent_is_not_asked_the_worker_reads_the_authoritys_own_record(
    world: World, area: str, by: str
) -> None:
    child = refusing(world, area, by)
    told = world.social_worker(child).asks(child, INTERVIEW)
    assert told.shown("returnInterviews", "account") == [{"account": ACCOUNT}]


@pytest.mark.parametrize("area", [area for area in AREAS if area != "Lancashire"])
def test_outside_lancashire_the_nurse_learns_nothing_of_it(world: World, area: str) -> None:
    child = refusing(world, area)
    told = world.nurse(child).asks(child, IDENTITY + INTERVIEW)

    assert told.state("returnInterviews") == "NOT_CONFIRMED"
    no_word_of_it(told, child)
    assert not child.file.was_asked_for("held")


def test_the_home_is_told_what_it_would_be_told_anyway(world: World) -> None:
    child = refusing(world, "Lancashire")
    told = world.home_manager(child).asks(child, INTERVIEW)
    assert told.states("returnInterviews", "confirmation") == {"DISCLOSED"}
    no_word_of_it(told, child)


def test_health_is_never_asked_and_nobody_is_asked_for_the_account(world: World) -> None:
    child = refusing(world, "Lancashire", "Blackpool")
    for asker in (world.police_coordinator(child), world.nurse(child)):
        asker.asks(child, INTERVIEW)
    assert world.were_asked() == {"mosaic"}
    assert not child.file.was_asked_for("account")


@pytest.mark.parametrize("area", AREAS)
def test_a_child_who_takes_it_back_is_heard_with_the_next_question(world: World, area: str) -> None:
    child = world.child(lives_in=area, looked_after_by=area, placed_with="Elm House", critical=True)
    child.file.interviewed()
    child.registers.child_says(Says.AGREES)
    coordinator = world.police_coordinator(child)
    before = coordinator.asks(child, IDENTITY + INTERVIEW)
    child.registers.child_says(Says.WITHDREW)
    world.forgets_what_was_asked()

    after = coordinator.asks(child, IDENTITY + INTERVIEW)

    if area in {"Lancashire", "Staffordshire", "Stoke-on-Trent"}:
        assert before.shown("returnInterviews", "account") == [{"account": ACCOUNT}]
    no_word_of_it(after, child)
