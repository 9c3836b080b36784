"""T17: the first police record of a 13-year-old arrives graded LOW.

Who may know the grade is shown it as the force sent it, neither raised nor hidden; whether a
protocol admits that grade is a ruling of its own, with its paragraph. Nobody learns more, or
less, of the child because of the word.
"""

import pytest

from protocols.status import Verdict, admit_grade, first_grade
from protocols.vocabulary import Fact, Known
from records.people import Role
from tests.scenarios.asked import AREAS, EPISODE, IDENTITY
from tests.world import Child, World

PROTOCOLS = {
    "Staffordshire": "staffordshire-stoke",
    "Stoke-on-Trent": "staffordshire-stoke",
    "Essex": "essex",
    "Somerset": "somerset",
    "Lancashire": "pan-lancashire",
    "North East Lincolnshire": "north-east-lincolnshire",
}
FIRST_RECORD: dict[Fact, Known] = {Fact.AGE: 13, Fact.INVESTIGATION_BEGUN: False}


def graded(world: World, area: str, grade: str) -> Child:
    child = world.child(lives_in=area, looked_after_by=area, placed_with="Elm House", aged=13)
    child.goes_missing(grade=grade)
    world.forgets_what_was_asked()
    return child


@pytest.mark.parametrize("area", AREAS)
def test_police_see_the_grade_as_it_was_sent_and_never_converted(world: World, area: str) -> None:
    child = graded(world, area, "LOW")

    told = world.police_coordinator(child).asks(child, EPISODE)

    assert told.shown("missingEpisodes", "risk") == [{"grade": "LOW", "gradeAsSent": "LOW"}]


@pytest.mark.parametrize("area", ["Lancashire", "North East Lincolnshire"])
def test_the_worker_who_has_the_grade_has_it_as_it_was_sent(world: World, area: str) -> None:
    child = graded(world, area, "LOW")
    told = world.social_worker(child).asks(child, EPISODE)
    assert {"grade": "LOW", "gradeAsSent": "LOW"} in told.shown("missingEpisodes", "risk")


@pytest.mark.parametrize("area", AREAS)
def test_the_police_word_for_a_grade_opens_nothing_that_medium_would_not(
    world: World, area: str
) -> None:
    low, medium = graded(world, area, "LOW"), graded(world, area, "MEDIUM")
    askers = (
        World.police_coordinator,
        World.social_worker,
        World.home_manager,
        World.nurse,
        World.head_teacher,
    )

    for asker in askers:
        of_low, of_medium = (
            asker(world, child).asks(child, IDENTITY + EPISODE) for child in (low, medium)
        )
        assert of_low.given("missingEpisodes") <= of_medium.given("missingEpisodes")


@pytest.mark.parametrize(
    "area, verdict, rule",
    [
        ("Staffordshire", Verdict.REFUSED, "staffs-risk-low-not-initial"),
        ("Stoke-on-Trent", Verdict.REFUSED, "staffs-risk-low-not-initial"),
        ("Essex", Verdict.NOT_DEFINED, None),
        ("Somerset", Verdict.NOT_DEFINED, None),
        ("Lancashire", Verdict.REFUSED, "panlancs-grades-high-medium-only"),
        ("North East Lincolnshire", Verdict.REFUSED, "nelincs-grades-only-medium-high"),
    ],
)
def test_the_rules_by_which_the_gateway_runs_say_whether_the_grade_is_admitted(
    world: World, area: str, verdict: Verdict, rule: str | None
) -> None:
    protocol = world.parts.bundle.bundle.protocols[PROTOCOLS[area]]

    ruling = admit_grade(protocol, "low", FIRST_RECORD)

    assert ruling.verdict is verdict
    assert (None if ruling.rule is None else ruling.rule.id) == rule


def test_in_north_east_lincolnshire_the_first_record_starts_high(world: World) -> None:
    protocol = world.parts.bundle.bundle.protocols["north-east-lincolnshire"]
    first = first_grade(protocol, FIRST_RECORD)
    assert first is not None
    assert first[0] == "high"


@pytest.mark.parametrize("area", ["Staffordshire", "Stoke-on-Trent"])
def test_in_staffordshire_and_stoke_the_council_has_the_assessment_at_once_if_high(
    world: World, area: str
) -> None:
    low, high = graded(world, area, "LOW"), graded(world, area, "HIGH")

    of_low, of_high = (
        world.of_responsible(child, Role.CHILDRENS_SERVICES).asks(child, EPISODE)
        for child in (low, high)
    )

    assert "assessment" not in of_low.given("missingEpisodes")
    assert "assessment" in of_high.given("missingEpisodes")
