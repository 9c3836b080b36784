"""A child whom Lancashire looks after in a home in Staffordshire, as each region comes to know of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from linking.enrolment import link
from linking.tables import How
from records.events import Event, InterviewDone, PlacementMade, Whom
from records.identifiers import AuthorityCode, LocalId
from records.people import Role
from records.record import Provenance
from tests.adapters.police.incidents import pushed, report, robin
from tests.notifications_http.asking import sends
from tests.notifications_http.town import EVENING
from tests.regions.regions import Region, Regions
from tests.world import Child

LANCS, STAFFS = "E10000017", "E10000028"
LINE = f"{STAFFS}/childrens-services"
HOME = f"{LANCS}/childrens-services"
HAVE = (
    "mutation Have($notices: [ID!]!)"
    " { acknowledge(input: { notices: $notices }) { notice outcome } }"
)
_SERIALS = count(1)


@dataclass
class Placed:
    """The child: ``child`` in Lancashire, ``there`` what Staffordshire's gateway calls the same child."""

    regions: Regions
    child: Child
    serial: int
    there: str = ""

    @property
    def nominal(self) -> str:
        """What the force in Staffordshire calls the child."""
        return f"ST-{self.serial}"

    @property
    def report(self) -> str:
        return f"SC-{self.serial}"

    # What happens

    def is_placed(self, at: datetime = EVENING, *, ref: str = "") -> str:
        """Lancashire's own system says where the child is placed; the event's id."""
        return self.says(
            PlacementMade(
                about=self.whom,
                sender_ref=ref or f"P-{self.serial}",
                provenance=self.provenance(at),
                happened_at=at,
                placement_ref=f"PL-{self.serial}",
                placement_type="residential",
                host_authority=AuthorityCode(STAFFS),
                responsible_authority=AuthorityCode(LANCS),
            )
        )

    def is_interviewed(self, at: datetime) -> str:
        """Lancashire's own system says that the return interview took place; the event's id."""
        return self.says(
            InterviewDone(
                about=self.whom,
                sender_ref=f"I-{self.serial}",
                provenance=self.provenance(at),
                happened_at=at,
                interview_ref=f"I-{self.serial}",
            )
        )

    def says(self, event: Event) -> str:
        """Lancashire's gateway takes an event from one of its systems."""
        world = self.regions.lancashire.town.world
        notices = world.parts.notices
        appended = world.does(notices.receiving.receive(event, now=world.clock()))
        world.does(notices.bells.announce(appended))
        return appended.event.id

    @property
    def whom(self) -> Whom:
        world = self.regions.lancashire.town.world
        subjects = world.does(world.parts.services.index.subjects(self.child.ref))
        local_id = subjects.of("liquidlogic")
        assert isinstance(local_id, LocalId)
        return Whom(local_id=local_id)

    def is_known_there(self) -> None:
        """Staffordshire's gateway has the notice, and a person there links the force's record to it."""
        self.regions.until(lambda: self.events(self.regions.staffordshire, "placement-made"))
        (placed,) = self.events(self.regions.staffordshire, "placement-made")
        self.there = placed["child"]
        town = self.regions.staffordshire.town
        town.world.does(
            link(
                town.world.parts.services.index,
                self.there,
                LocalId("police", self.nominal),
                how=How.PERSON,
                by="a person in Staffordshire",
                now=town.world.clock(),
            )
        )

    def is_reported_there(self, at: datetime, **more: object) -> None:
        """The force in Staffordshire pushes a report."""
        self.regions.is_now(at + timedelta(minutes=5))
        told = {
            "status": "MISSING",
            "missingFromTime": (EVENING + timedelta(hours=1)).isoformat(),
            "reportedTime": (EVENING + timedelta(hours=2)).isoformat(),
            "recordedTime": (EVENING + timedelta(hours=2, minutes=2)).isoformat(),
            **more,
        }
        body = pushed(
            robin(self.nominal, nhsNumber=None), report(self.report, self.nominal, **told)
        )
        reply = self.regions.staffordshire.town.pushes(body)
        assert reply.status_code == 201, reply.text

    def is_found_there(self, at: datetime) -> None:
        """The force in Staffordshire pushes that the child is back."""
        self.is_reported_there(
            at, status="FOUND", foundTime=at.isoformat(), foundBy="Police", knownSafe=True
        )

    def is_acknowledged_there(self) -> None:
        """A duty worker in Staffordshire acknowledges the notice of the placement."""
        notice = self.told(self.regions.staffordshire, "placement-made")[LINE]
        world = self.regions.staffordshire.town.world
        worker = world.person(Role.CHILDRENS_SERVICES, STAFFS)
        (done,) = sends(worker, HAVE, notices=[notice["notice_ref"]])["acknowledge"]
        assert done["outcome"] == "DONE"

    # What is kept

    def events(self, region: Region, kind: str) -> list[dict[str, Any]]:
        """The events of this kind about the child, in one region."""
        if region is self.regions.lancashire:
            return region.rows(
                "SELECT * FROM event WHERE child = :c AND type = :t ORDER BY child_seq",
                c=self.child.ref,
                t=kind,
            )
        return region.rows(
            "SELECT * FROM event WHERE type = :t AND (child = :c OR source = 'peer:lancashire'"
            " AND data LIKE :ref) ORDER BY child_seq",
            c=self.there,
            t=kind,
            ref=f'%"PL-{self.serial}"%',
        )

    def told(self, region: Region, kind: str) -> dict[str, dict[str, Any]]:
        """Who has a notice of this kind of event about the child in one region, by recipient."""
        child = self.child.ref if region is self.regions.lancashire else self.there
        found = region.rows(
            "SELECT d.* FROM delivery d JOIN event e ON e.id = d.event WHERE d.child = :c AND e.type = :t",
            c=child,
            t=kind,
        )
        return {one["recipient"]: one for one in found}

    def provenance(self, at: datetime) -> Provenance:
        """As Lancashire's own system says it."""
        return Provenance(source="liquidlogic", system="Liquidlogic LCS", as_of=at, recorded_at=at)


def placed(regions: Regions, at: datetime = EVENING) -> Placed:
    """A new child, whom Staffordshire does not know of yet."""
    regions.is_now(at)
    child = regions.lancashire.town.world.child(
        lives_in="Staffordshire", looked_after_by="Lancashire", placed_with="Elm House", aged=14
    )
    return Placed(regions, child, next(_SERIALS))
