"""T17: the first police record of a 13-year-old arrives graded LOW.

Who may know the grade is shown it as the force sent it, neither raised nor hidden, with a note of
the paragraph where the protocol does not admit it. Nobody learns more, or less, of the child
because of the word.
"""

import pytest

from protocols.status import Verdict, admit_grade, first_grade
from protocols.vocabulary import Fact, Known
from records.people import Role
from tests.people import Practitioner
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


NOTED = """
missingEpisodes { records {
  source { name } notes { code says } status { episodeState termAsSent } risk { state grade gradeAsSent }
} }
"""
UNNOTED = (
    "missingEpisodes { records { source { name } notes { code says } status { episodeState } } }"
)


def notes(who: Practitioner, child: Child, selection: str = NOTED) -> dict[str, str]:
    """What is noted beside the force's record, by code."""
    (record,) = [
        record
        for record in who.asks(child, selection).child["missingEpisodes"]["records"]
        if record["source"]["name"] == "police"
    ]
    return {note["code"]: note["says"] for note in record["notes"]}


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


@pytest.mark.parametrize(
    "area, code, words",
    [
        ("Staffordshire", "grade-not-allowed", "6. Police Risk Categories; rule staffs-risk-low"),
        ("Stoke-on-Trent", "grade-not-allowed", "not before the investigation has begun."),
        ("Essex", "grade-not-defined", "does not define this grade"),
        ("Somerset", "grade-not-defined", "does not define this grade"),
        ("Lancashire", "grade-not-allowed", "5.3.2 Risk Assessment; rule panlancs-grades-high"),
        ("North East Lincolnshire", "grade-not-allowed", "rule nelincs-grades-only-medium-high"),
    ],
)
def test_a_note_beside_the_grade_names_the_paragraph_that_does_not_admit_it(
    world: World, area: str, code: str, words: str
) -> None:
    child = graded(world, area, "LOW")
    who = world.police_coordinator(child)

    found = notes(who, child)

    assert words in found[code]
    assert found[code].endswith("It is shown as it was sent.")
    told = who.asks(child, NOTED)
    assert told.shown("missingEpisodes", "risk") == [{"grade": "LOW", "gradeAsSent": "LOW"}]


@pytest.mark.parametrize("area", [area for area in AREAS if area != "Somerset"])
def test_a_grade_that_the_protocol_knows_needs_no_note(world: World, area: str) -> None:
    child = graded(world, area, "MEDIUM")
    assert notes(world.police_coordinator(child), child) == {}


@pytest.mark.parametrize("area", ["Staffordshire", "Stoke-on-Trent"])
def test_once_the_investigation_has_begun_staffordshire_knows_low(world: World, area: str) -> None:
    child = graded(world, area, "LOW")
    child.registers.states("investigation_begun", value=True)
    assert notes(world.police_coordinator(child), child) == {}


@pytest.mark.parametrize("area", AREAS)
def test_whoever_is_not_given_the_grade_is_not_told_of_it_by_the_note(
    world: World, area: str
) -> None:
    child = graded(world, area, "LOW")
    who = world.police_coordinator(child)
    # Not asked for, so not given: neither is what is noted of it.
    assert notes(who, child, UNNOTED) == {}


def test_the_note_does_not_tell_that_the_child_is_wanted(world: World) -> None:
    told = []
    for wanted in (False, True):
        child = graded(world, "North East Lincolnshire", "LOW")
        child.registers.states("wanted", value=wanted)
        told.append(notes(world.police_coordinator(child), child))
    assert told[0] == told[1] != {}


@pytest.mark.parametrize(
    "area, code",
    [
        ("Lancashire", "term-not-allowed"),
        ("North East Lincolnshire", "term-not-allowed"),
        ("Staffordshire", "term-not-defined"),
        ("Essex", None),
        ("Somerset", None),
    ],
)
def test_the_word_absent_is_shown_as_sent_with_a_note_where_it_may_not_be_used(
    world: World, area: str, code: str | None
) -> None:
    child = world.child(lives_in=area, looked_after_by=area, placed_with="Elm House", aged=13)
    child.file.reported_absent()
    child.registers.states("reported_missing", value=True)
    child.registers.states("located", value=False)
    who = world.police_coordinator(child)

    (status,) = [
        record["status"]
        for record in who.asks(child, NOTED).child["missingEpisodes"]["records"]
        if record["source"]["name"] == "police"
    ]

    assert status == {"episodeState": "ABSENT", "termAsSent": "ABSENT"}
    of_the_word = {found for found in notes(who, child) if found.startswith("term")}
    assert of_the_word == (set() if code is None else {code})
