"""The children of these situations, and what is kept about them: what was asked of whom, and refused."""

from typing import Any

import msgspec

from notifications.reconsider import reconsider
from records.people import Role, Standing
from tests.acting import does
from tests.notifications_http.town import Town
from tests.people import Practitioner
from tests.places import NURSE_TEAM, SCHOOL
from tests.world import Child

REPORTED = "child-reported-missing"
FOUND = "child-found"


def at_home(town: Town, area: str, **how: Any) -> Child:  # noqa: ANN401 (facts by name)
    """A child who lives at home there, and is open to social care unless said otherwise."""
    return town.world.child(lives_in=area, **{"open_to_social_care": True, "aged": 14, **how})


def in_care(town: Town, of: str, *, lives_in: str | None = None, **how: Any) -> Child:  # noqa: ANN401
    """A child whom an authority looks after, in a home there or elsewhere, with a school and a nurse team."""
    child = town.world.child(
        lives_in=lives_in or of, looked_after_by=of, placed_with="Elm House", **{"aged": 14, **how}
    )
    child.registers.stands(Standing.NURSE_TEAM, organisation=NURSE_TEAM)
    child.registers.stands(Standing.CHILDS_SCHOOL, organisation=SCHOOL)
    child.registers.stands(Standing.INVESTIGATING_FORCE, organisation=child.host.force)
    return child


def followed(town: Town, child: Child, what: str) -> list[dict[str, Any]]:
    """What followed beside notices and clocks: ``tasks``, ``rejects``, ``conflicts``, ``answers``."""
    kept = town.rows("SELECT body FROM follow_up WHERE child = :c", c=child.ref)
    return [one for row in kept for one in msgspec.json.decode(row["body"]).get(what, ())]


def says(who: Practitioner, child: Child, what: str, at: str, **more: object) -> dict[str, Any]:
    """Somebody puts on record that something has happened; the receipt, or the refusal."""
    return does(
        who,
        "recordEvent",
        "__typename ... on Recorded { id } ... on Refused { says }",
        child=child.id,
        what=what,
        at=at,
        **more,
    )


def of_council(council: str, role: Role) -> str:
    """What a council's service is called among the recipients."""
    return f"{council}/{role.value}"


def judged_again(town: Town, child: Child) -> None:
    """What happened to this child is judged again by the facts of now, as the looking comes to do of everybody."""
    notices = town.world.parts.notices
    town.world.does(reconsider(notices.engine, notices.planning, child.ref, now=town.world.clock()))
