"""Children at home and in care, whose forces, nurses and school can be told."""

from datetime import timedelta
from typing import Final

from records.people import Role, Standing
from tests.notifications_http.town import EVENING, Town
from tests.places import AUTHORITIES, NURSE_TEAM, SCHOOL
from tests.world import Child

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
FOUND: Final = EVENING + 15 * HOUR
REPORTED: Final = "child-reported-missing"
TELLINGS: Final = """
query Told($child: ID!) { whoHasBeenTold(child: $child) { ... on Tellings {
  followUps { event tasks { says because { id } } flags { flag episodes } refusals { what says } conflicts { matter taken } }
} } }
"""


def can_be_told(town: Town) -> None:
    """Forces, nurses and a school who can be told."""
    for authority in AUTHORITIES.values():
        for role in (Role.POLICE_MISSING_COORDINATOR, Role.POLICE_REFERRAL_MANAGER):
            town.registers(authority.force, role, serves=frozenset({authority.code}))
    town.registers(NURSE_TEAM, Role.CLA_NURSE)
    town.registers(SCHOOL, Role.SCHOOL)


def at_home(town: Town, area: str, **how: object) -> Child:
    """A child who lives at home there, open to social care unless said otherwise."""
    return town.world.child(lives_in=area, **{"open_to_social_care": True, "aged": 15, **how})  # type: ignore[arg-type]


def in_care(town: Town, area: str, **how: object) -> Child:
    """A child of that authority, in a home in its area, with a school, a nurse team and a force."""
    child = town.world.child(
        lives_in=area,
        looked_after_by=area,
        placed_with="Elm House",
        **{"aged": 14, **how},  # type: ignore[arg-type]
    )
    child.registers.stands(Standing.NURSE_TEAM, organisation=NURSE_TEAM)
    child.registers.stands(Standing.CHILDS_SCHOOL, organisation=SCHOOL)
    child.registers.stands(Standing.INVESTIGATING_FORCE, organisation=child.host.force)
    return child
