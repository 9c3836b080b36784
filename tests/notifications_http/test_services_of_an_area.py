"""A force and a nurse team that serve an area are told of its children, and can read what they are told."""

from datetime import timedelta

from records.people import Role
from tests.notifications_http.asking import mine
from tests.notifications_http.kept import told
from tests.notifications_http.town import EVENING, Town


def test_a_nurse_team_registered_for_the_footprint_reads_what_it_is_told_without_being_entered_for_the_child(
    town: Town,
) -> None:
    team = "Y-FOOTPRINT"
    town.registers(team, Role.CLA_NURSE, serves=frozenset({"E06000008"}))
    child = town.world.child(
        lives_in="Blackburn with Darwen",
        looked_after_by="Blackburn with Darwen",
        placed_with="Elm House",
    )
    nurse = town.world.person(Role.CLA_NURSE, team)
    town.goes_missing(child)
    assert (f"{team}/cla-nurse", "panlancs-cla-nurse-notified") in told(
        town, child, "child-reported-missing"
    )
    (notice,) = mine(nurse, "told")
    assert notice["told"]
    stands = "SELECT standing, organisation, valid_to FROM standing WHERE child_ref = :c AND organisation = :o"
    (row,) = town.rows(stands, c=child.ref, o=team)
    assert row["standing"] == "nurse-team"
    assert row["valid_to"] is not None
    town.is_found(child, EVENING + timedelta(hours=3))
    assert len(town.rows(stands, c=child.ref, o=team)) == 1


def test_a_team_of_another_area_is_nothing_to_the_child(town: Town) -> None:
    town.registers("Y-ELSEWHERE", Role.CLA_NURSE, serves=frozenset({"E06000066"}))
    child = town.world.child(
        lives_in="Blackburn with Darwen",
        looked_after_by="Blackburn with Darwen",
        placed_with="Elm House",
    )
    town.goes_missing(child)
    assert "Y-ELSEWHERE/cla-nurse" not in town.told_of(child, "child-reported-missing")
    assert not town.rows("SELECT id FROM standing WHERE organisation = 'Y-ELSEWHERE'")
