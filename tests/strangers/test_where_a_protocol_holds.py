"""For whom each protocol holds, said once in each episode: with the first word that the child is gone."""

from datetime import timedelta

import pytest

from tests.notifications_http.kept import due, rules
from tests.notifications_http.town import EVENING, Town
from tests.strangers.children import FOUND, at_home, followed, in_care
from tests.world import Child

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BACK = EVENING + 15 * HOUR
HOLDS = {
    "Somerset": "somerset-scope-cla-uasc",
    "Essex": "essex-scope",
    "North East Lincolnshire": "nelincs-scope",
    "Staffordshire": "staffs-scope-children",
}
OUTSIDE = "somerset-scope-exclude-education-health"


def scopes(town: Town, child: Child) -> list[str]:
    """The rules that say who follows which protocol for this child, each as often as it was said."""
    said = [one["because"]["rule"] for one in followed(town, child, "answers")]
    return [rule for rule in said if rule in HOLDS.values()]


@pytest.mark.parametrize("area", HOLDS)
def test_that_a_protocol_holds_is_said_with_the_first_word_and_once_in_each_episode(
    town: Town, area: str
) -> None:
    """Somerset, PURPOSE; Essex 1.1; North East Lincolnshire, applies to; Staffordshire and Stoke 3.1."""
    child = in_care(town, area)
    town.goes_missing(child)
    assert scopes(town, child) == [HOLDS[area]]
    town.goes_missing(child, grade="HIGH", graded_at=EVENING + 2 * HOUR)
    town.is_found(child, BACK)
    assert scopes(town, child) == [HOLDS[area]]
    town.goes_missing(child, EVENING + 9 * DAY, ref=f"LC-{child.file.serial}-again")
    assert scopes(town, child) == [HOLDS[area]] * 2


def test_a_child_who_was_found_before_anybody_wrote_that_they_were_gone_is_within_it_as_well(
    town: Town,
) -> None:
    child = at_home(town, "Somerset")
    town.is_found(child, BACK)
    assert scopes(town, child) == []
    town.goes_missing(child)
    assert scopes(town, child) == [HOLDS["Somerset"]]


@pytest.mark.parametrize(
    "host, holding",
    [
        ("Essex", {"nelincs-scope"}),
        ("Staffordshire", {"staffs-scope-children", "nelincs-scope"}),
        ("Leeds", {"nelincs-scope"}),
    ],
)
def test_a_child_placed_away_is_within_both_protocols_and_essex_leaves_out_who_was_placed_there(
    town: Town, host: str, holding: set[str]
) -> None:
    """Staffordshire and Stoke 3.1; North East Lincolnshire, applies to; Essex 1.1, its own children."""
    child = in_care(town, "North East Lincolnshire", lives_in=host)
    town.goes_missing(child)
    assert set(scopes(town, child)) == holding


@pytest.mark.parametrize(
    "area, team",
    [
        ("Blackpool", "panlancs-rhi-provider-blackpool"),
        ("Blackburn with Darwen", "panlancs-rhi-provider-bwd"),
        ("Lancashire", "panlancs-rhi-provider-lancashire"),
    ],
)
def test_the_team_that_interviews_who_went_missing_within_their_own_authority_is_told(
    town: Town, area: str, team: str
) -> None:
    """Pan-Lancashire 5.7.4: one team for each; a report says since when a child is missing, not whence."""
    child = in_care(town, area)
    town.goes_missing(child)
    town.is_found(child, BACK)
    heard = {rule for rule in rules(town, child, FOUND) if "rhi-provider" in rule}
    assert heard == {team}
    answering = {
        one["because"]["rule"]
        for one in followed(town, child, "answers")
        if one["matter"] == "return-interview"
    }
    assert team in answering


def asked_or_refused(town: Town, child: Child) -> tuple[bool, bool]:
    """Whether it is asked if Somerset's protocol holds, and whether it is said that it does not."""
    asked = [one for one in followed(town, child, "tasks") if one["because"]["rule"] == OUTSIDE]
    refused = [one for one in followed(town, child, "rejects") if one["what"] == OUTSIDE]
    return bool(asked), bool(refused)


@pytest.mark.parametrize("place", ["SCHOOL", "HEALTH", "EDUCATION", "HOME", "PLACEMENT", None])
def test_who_cannot_be_found_is_within_somersets_protocol_wherever_they_left(
    town: Town, place: str | None
) -> None:
    """Somerset, DEFINITIONS: missing is whose whereabouts cannot be established."""
    child = at_home(town, "Somerset")
    town.goes_missing(child, missingFromPlaceType=place)
    assert asked_or_refused(town, child) == (False, False)
    assert due(town, child, "somerset-strategy-24h") == [EVENING + DAY]


@pytest.mark.parametrize(
    "place, asked",
    [
        ("SCHOOL", True),
        ("HEALTH", True),
        ("EDUCATION", True),
        ("HOME", False),
        ("PLACEMENT", False),
    ],
)
def test_somerset_is_asked_about_a_child_who_is_absent_from_school_or_hospital_and_no_other(
    town: Town, place: str, *, asked: bool
) -> None:
    """DEFINITIONS: missing from education or hospital and health settings is outside this document."""
    child = at_home(town, "Somerset")
    town.goes_missing(child, status="ABSENT", missingFromPlaceType=place)
    assert asked_or_refused(town, child) == (asked, False)


def test_a_child_who_left_hospital_and_is_known_to_be_elsewhere_is_outside_and_that_is_shown(
    town: Town,
) -> None:
    """DEFINITIONS: another procedure holds. What is shown is the refusal, with its paragraph."""
    child = at_home(town, "Somerset", whereabouts_known=True)
    town.goes_missing(child, status="ABSENT", missingFromPlaceType="HEALTH")
    assert asked_or_refused(town, child) == (False, True)


def test_a_place_by_a_word_of_the_forces_own_is_noted_and_loses_nothing(town: Town) -> None:
    child = at_home(town, "Somerset")
    town.goes_missing(child, missingFromPlaceType="FUNFAIR")
    (event,) = town.rows(
        "SELECT data FROM event WHERE child = :c AND source = 'police'", c=child.ref
    )
    assert "FUNFAIR" not in event["data"]
    assert scopes(town, child) == [HOLDS["Somerset"]]
