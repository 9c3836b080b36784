"""Another child whom a person in Staffordshire took for the one placed there, and how that is put right."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from linking.match import match
from linking.particulars import Likeness, Particulars
from linking.review import propose
from records.child import IdentityCore
from records.identifiers import LocalId
from records.people import Role
from records.source import Known
from tests.adapters.police.incidents import pushed, report, robin
from tests.notifications_http.asking import sends
from tests.regions.placed import STAFFS, Placed

BECAUSE = "I rang the sergeant, who has a photograph of the boy beside him."
DECIDES = """mutation D($m: ID!, $why: String!, $key: String!) {
  %s(input: {match: $m, because: $why, clientMutationId: $key}) {
    __typename ... on MatchDecided { id } ... on Refused { says } } }"""
_SERIALS = count(1)


class Mistaken:
    """Somebody else, whom the force in Staffordshire reports missing under a number of its own."""

    def __init__(self, child: Placed) -> None:
        self.child = child
        self.region = child.regions.staffordshire
        self.serial = next(_SERIALS)
        self.ref = ""
        self.match = ""
        self.ran_before: set[str] = set()

    @property
    def nominal(self) -> str:
        return f"OTHER-{self.child.serial}-{self.serial}"

    def is_reported(self, at: datetime, **said: object) -> None:
        """The force pushes a report of this other child."""
        self.child.regions.is_now(at + timedelta(minutes=5))
        told = {
            "status": "MISSING",
            "missingFromTime": (at - timedelta(hours=1)).isoformat(),
            "reportedTime": at.isoformat(),
            "recordedTime": (at + timedelta(minutes=2)).isoformat(),
            **said,
        }
        body = pushed(
            robin(
                self.nominal,
                nhsNumber=None,
                givenName=["Ambrose"],
                surname=f"Thistle{self.nominal}",
            ),
            report(f"R-{self.nominal}", self.nominal, **told),
        )
        reply = self.region.town.pushes(body)
        assert reply.status_code == 201, reply.text
        (kept,) = self.region.rows(
            "SELECT child FROM event WHERE id = :i", i=reply.json()["data"]["id"]
        )
        self.ref = self.ref or kept["child"]

    def is_taken_for_the_child(self) -> None:
        """A reviewer in Staffordshire confirms that the two records are one child's."""
        world = self.region.town.world
        one, other = LocalId("police", self.nominal), LocalId("police", self.child.nominal)
        alike = match(_likeness(one), _likeness(other))
        self.match = world.does(
            propose(world.parts.services.index, one, other, alike, by="gateway", now=world.clock())
        )
        assert self._decides("confirmMatch")["__typename"] == "MatchDecided"

    def is_told_apart(self) -> None:
        """The reviewer takes it back."""
        assert self._decides("unlink")["__typename"] == "MatchDecided"

    def _decides(self, how: str) -> dict[str, Any]:
        world = self.region.town.world
        reviewer = world.person(Role.MISSING_COORDINATOR, STAFFS)
        key = f"{how}-{self.nominal}-{next(_SERIALS)}"
        done = sends(reviewer, DECIDES % how, m=self.match, why=BECAUSE, key=key)[how]
        return dict(done)


def _likeness(local_id: LocalId) -> Likeness:
    core = IdentityCore(given_names=("Ambrose",), family_name="Thistle", birth_date=None)
    return Likeness(Particulars.of(Known(local_id=local_id, nhs_number=None, core=core)))
