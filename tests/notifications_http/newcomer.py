"""A child whom a council and the health service know, and what the force says of somebody whose number it does not know."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, Final

from linking.enrolment import enrol
from linking.particulars import Particulars
from linking.possible import Possible, waiting
from linking.search import Seen, remember
from records.child import IdentityCore, Sex
from records.identifiers import LocalId
from records.people import Role
from records.source import Known
from tests.adapters.police.incidents import pushed, report, robin
from tests.notifications_http.asking import sends
from tests.notifications_http.town import EVENING, Town
from tests.people import Practitioner
from tests.world import Child

WHY: Final = (
    "I rang the sergeant: it is the same boy, in the same coat, and she has his photograph."
)
REPORTED: Final = "child-reported-missing"
TEAM: Final = "E10000017/emergency-duty-team"
_SERIAL: Final = count()
_BEGINS: Final = ("Quill", "Brom", "Ashen", "Tofts", "Marl", "Gund", "Vesp")
_ENDS: Final = ("feather", "stock", "dale", "worthy", "ingham", "croft", "pike")

CONFIRM = """mutation D($m: ID!, $why: String!, $key: String!) {
  %s(input: {match: $m, because: $why, clientMutationId: $key}) {
    __typename ... on MatchDecided { id decision } ... on Refused { says } } }"""


class Story:
    """A child whom the council and health know, and what the force says of somebody."""

    def __init__(self, town: Town) -> None:
        self.town = town
        nth = next(_SERIAL)
        self.born = date(2008, 1, 2) + timedelta(days=97 * nth)
        # Families that neither look nor sound like one another.
        self.family = _BEGINS[nth % 7] + _ENDS[nth // 7 % 7]
        self.child: Child = town.world.child(
            lives_in="Lancashire",
            looked_after_by="Lancashire",
            known_to=frozenset({"health"}),
        )
        serial = str(self.child.file.serial)
        town.world.liquidlogic.holds(
            "DIM_PERSON",
            DIM_PERSON_ID=serial,
            FORENAME="Theodore",
            SURNAME=self.family,
            BIRTH_DTTM=f"{self.born}T00:00:00",
            GENDER_CODE="M",
            NHS_NUMBER=self.child.number.digits,
            IS_CLIENT="Y",
        )
        core = IdentityCore(
            given_names=("Theodore",),
            family_name=self.family,
            birth_date=self.born,
            sex=Sex.MALE,
        )
        known = Known(
            local_id=LocalId("liquidlogic", serial), nhs_number=self.child.number, core=core
        )
        index = town.world.parts.services.index
        town.world.does(enrol(index, [known], by="test", now=town.world.clock()))
        seen = Seen(local_id=known.local_id, particulars=Particulars.of(known))
        town.world.does(remember(index, [seen], now=town.world.clock()))
        self.index = index
        self.coordinator = town.world.of_responsible(self.child, Role.MISSING_COORDINATOR)

    def pushes(
        self, nominal: str, given: str, at: datetime = EVENING, **person: object
    ) -> dict[str, Any]:
        """The force reports somebody missing, without a number; the event as it was kept."""
        self.town.is_now(at + timedelta(minutes=5))
        told = {
            "givenName": [given],
            "surname": self.family,
            "dateOfBirth": str(self.born),
            "nhsNumber": None,
            **person,
        }
        body = pushed(
            robin(nominal, **told),
            report(
                f"LC-{nominal}",
                nominal,
                reportedTime=at.isoformat(),
                recordedTime=at.isoformat(),
                missingFromTime=(at - timedelta(hours=1)).isoformat(),
            ),
        )
        reply = self.town.pushes(body)
        assert reply.status_code == 201, reply.text
        (event,) = self.town.rows("SELECT * FROM event WHERE id = :i", i=reply.json()["data"]["id"])
        return event

    def waits(self, nominal: str) -> Possible:
        """The possible match of a nominal."""
        found = [
            one
            for one in self.town.world.does(waiting(self.index, most=500))
            if LocalId("police", nominal) in {one.one, one.other}
        ]
        (match,) = found
        return match

    def decides(
        self, how: str, match: str, key: str, who: Practitioner | None = None
    ) -> dict[str, Any]:
        """Somebody decides a match."""
        done = sends(who or self.coordinator, CONFIRM % how, m=match, why=WHY, key=key)[how]
        return dict(done)

    def events(self, child: str) -> list[str]:
        """The types of what is kept under a child by the force, in order."""
        return [
            row["type"]
            for row in self.town.rows(
                "SELECT type FROM event WHERE child = :c AND source = 'police' ORDER BY child_seq",
                c=child,
            )
        ]
