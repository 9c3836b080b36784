"""A number that is new is traced, one that was replaced is followed, and a silent system is asked again."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.health.simulator import PdsSimulator, patient
from adapters.police.inbound import Sender, incident
from adapters.police.settings import Product
from disclosure.comparing import COMPARED
from gateway.http import PooledHttp
from linking.enrolment import admit, enrol
from linking.index import Found, Index
from linking.particulars import Particulars
from linking.possible import waiting
from linking.search import Seen, remember
from linking.unweighed import how_many
from notifications.receiving import NOBODYS, Receiving
from records.child import Address, Identity, IdentityCore, Placement, Sex
from records.errors import SourceUnavailable
from records.events import ChildReportedMissing, Whom
from records.identifiers import LocalId, NHSNumber
from records.items import ITEM_CATEGORY, Category, Item
from records.people import Kind
from records.record import Provenance
from records.source import Answered, Evidence, Known, Question, Source
from tests.adapters.health.conftest import Spine
from tests.adapters.police.incidents import pushed, robin, row
from tests.adapters.police.incidents import report as pole_report
from tests.disclosure.casework import PEPPER, nhs_number
from tests.notifications.casework import DESK, rows, telling
from tests.notifications.house import House

OLD, NEW = nhs_number(610), nhs_number(611)
BORN = date(2011, 5, 3)


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Finding out who a child is runs the same statements on either kind of database."""
    return f"sqlite+aiosqlite:///{tmp_path / 'homeward.sqlite'}"


@pytest.fixture(scope="session")
def pds() -> Iterator[PdsSimulator]:
    with PdsSimulator() as simulator:
        yield simulator


@pytest.fixture
async def spine(pds: PdsSimulator) -> AsyncIterator[Source]:
    """The simulated PDS, asked over HTTP; it holds one child, who had another number before."""
    pds.recovers()
    pds.holds(
        patient(
            NEW.digits, given="Leanne", family="Ashworth", born="2011-05-03", nhs_number=NEW.digits
        )
    )
    pds.supersedes(OLD.digits, NEW.digits)
    http = PooledHttp()
    try:
        yield Spine(pds, http).connected()
    finally:
        await http.close()


@dataclass
class Council:
    """A council's system that knows people by name, and may be down."""

    held: dict[str, IdentityCore] = field(default_factory=dict)
    down: bool = False
    name: str = "council"
    system: str = "a simulated council"
    kind: Kind = Kind.SOCIAL_CARE
    evidence: Evidence = Evidence.INFERENCE
    supplies: frozenset[Item] = frozenset({Item.IDENTITY_EXISTS, Item.IDENTITY_CORE})

    async def records(self, question: Question) -> Answered:
        """The identity of whom it is asked about."""
        if self.down:
            raise SourceUnavailable(self.name, "is down.")
        provenance = Provenance(source=self.name, system=self.system, as_of=question.now)
        core = self.held.get(question.subject.value)
        found = () if core is None else (Identity(ref="1", provenance=provenance, core=core),)
        return Answered(records=found, as_of=question.now)

    async def trace(self, nhs_number: NHSNumber) -> tuple[Known, ...]:  # noqa: ARG002 (as a source must)
        """It knows nobody by number."""
        return ()


@dataclass
class Housed(Council):
    """A council's system that says where a child is placed, too."""

    homes: dict[str, str] = field(default_factory=dict)
    supplies: frozenset[Item] = COMPARED | {Item.IDENTITY_EXISTS}

    async def records(self, question: Question) -> Answered:
        """Who it is, and the address of the placement."""
        answered = await super().records(question)
        provenance = Provenance(source=self.name, system=self.system, as_of=question.now)
        home = Address(lines=(), postcode=self.homes.get(question.subject.value))
        placed = Placement(ref="2", provenance=provenance, address=home)
        return Answered(records=(*answered.records, placed), as_of=question.now)


def whoever(given: str = "Leanne", family: str = "Ashworth-Quillfeather") -> IdentityCore:
    return IdentityCore(given_names=(given,), family_name=family, birth_date=BORN, sex=Sex.FEMALE)


def report(house: House, local: str, ref: str, **about: Any) -> ChildReportedMissing:  # noqa: ANN401
    return ChildReportedMissing(
        about=Whom(local_id=LocalId("police", local), **about),
        sender_ref=ref,
        provenance=Provenance(source="police", system="simulated", as_of=house.now),
        happened_at=house.now,
        episode_ref=ref,
    )


def receiving(house: House, *sources: Any) -> Receiving:  # noqa: ANN401 (any source)
    named = {source.name: source for source in sources}
    return Receiving(Index(house.engine, PEPPER), house.ledger, telling(), sources=named)


@asynccontextmanager
async def ledger_of(house: House) -> AsyncIterator[list[str]]:
    """What the ledger says of the index, once all of it is written."""
    await house.ledger.close()
    yield [
        bytes(row["row"]).decode()
        for row in await rows(house.engine, "SELECT row FROM ledger WHERE kind = 'index'")
    ]


async def test_two_numbers_of_one_child_lead_to_that_child_whichever_comes_first(
    house: House, spine: Source
) -> None:
    takes = receiving(house, spine)
    first = await takes.receive(
        report(house, "P-1", "1", nhs_number=OLD, core=whoever()), now=house.now
    )
    second = await takes.receive(
        report(house, "P-1", "2", nhs_number=NEW, core=whoever()), now=house.now
    )
    assert first.event.child == second.event.child != NOBODYS
    index = takes.index
    for found in (
        await index.find(nhs_number=OLD),
        await index.find(nhs_number=NEW),
        await index.find(local_id=LocalId("pds", NEW.digits)),
    ):
        assert found == Found(first.event.child)
    async with ledger_of(house) as written:
        assert any('"happened":"traced"' in row for row in written)
        assert any('"happened":"superseded"' in row for row in written)
        assert not any(OLD.digits in row or NEW.digits in row for row in written)


async def test_a_child_who_is_known_by_the_older_number_is_known_by_the_newer(
    house: House, spine: Source
) -> None:
    takes = receiving(house, spine)
    known = Known(local_id=LocalId("police", "P-2"), nhs_number=NEW, core=whoever())
    done = await enrol(takes.index, [known], by="test", now=house.now)
    event = await takes.receive(
        report(house, "P-2", "3", nhs_number=OLD, core=whoever()), now=house.now
    )
    assert event.event.child == done.child_refs[0]


async def test_a_number_beside_the_id_of_a_child_who_had_none_is_that_childs(house: House) -> None:
    takes = receiving(house)
    first = await takes.receive(report(house, "P-3", "4", core=whoever()), now=house.now)
    second = await takes.receive(
        report(house, "P-3", "5", core=whoever(), nhs_number=nhs_number(620)), now=house.now
    )
    assert first.event.child == second.event.child
    assert await takes.index.find(nhs_number=nhs_number(620)) == Found(first.event.child)


async def test_another_number_beside_the_id_of_a_child_who_has_one_is_in_doubt(
    house: House, spine: Source
) -> None:
    takes = receiving(house, spine)
    known = Known(local_id=LocalId("police", "P-4"), nhs_number=nhs_number(630), core=whoever())
    await enrol(takes.index, [known], by="test", now=house.now)
    event = await takes.receive(
        report(house, "P-4", "6", core=whoever(), nhs_number=nhs_number(640)), now=house.now
    )
    assert event.event.child == NOBODYS
    assert len(await takes.in_doubt()) == 1


async def test_two_children_whose_numbers_were_of_one_are_put_before_a_person(
    house: House, spine: Source
) -> None:
    council = Council(held={"C-1": whoever(), "C-2": whoever()})
    takes = receiving(house, spine, council)
    people = [
        Known(local_id=LocalId("council", "C-1"), nhs_number=OLD, core=whoever()),
        Known(local_id=LocalId("council", "C-2"), nhs_number=NEW, core=whoever()),
    ]
    one, other = (await enrol(takes.index, people, by="test", now=house.now)).child_refs
    await takes.newcomers.follow(OLD, NEW, by="pds", now=house.now)
    assert one != other
    (match,) = await waiting(takes.index)
    assert {match.one, match.other} == {LocalId("council", "C-1"), LocalId("council", "C-2")}


async def test_whoever_decides_is_told_of_two_children_whose_numbers_were_of_one(
    house: House, spine: Source
) -> None:
    council = Council(held={"C-1": whoever(), "C-2": whoever()})
    takes = Receiving(
        Index(house.engine, PEPPER),
        house.ledger,
        telling(),
        sources={one.name: one for one in (spine, council)},
        match_told=telling(DESK.id),
    )
    people = [
        Known(local_id=LocalId("council", "C-1"), nhs_number=OLD, core=whoever()),
        Known(local_id=LocalId("council", "C-2"), nhs_number=NEW, core=whoever()),
    ]
    await enrol(takes.index, people, by="test", now=house.now)
    for _ in range(2):
        await takes.newcomers.follow(OLD, NEW, by="pds", now=house.now)
    told = await rows(
        house.engine,
        "SELECT d.recipient FROM delivery d JOIN event e ON e.id = d.event"
        " WHERE e.type = 'possible-match'",
    )
    assert told == [{"recipient": DESK.id}]


async def test_a_fault_inside_one_adapter_loses_no_event(house: House) -> None:
    class Faulty(Council):
        async def trace(self, nhs_number: NHSNumber) -> tuple[Known, ...]:
            raise KeyError(nhs_number)

    takes = receiving(house, Faulty())
    event = await takes.receive(
        report(house, "P-7", "7", core=whoever(), nhs_number=nhs_number(660)), now=house.now
    )
    assert event.new
    assert event.event.child != NOBODYS
    assert await how_many(house.engine) == 1, "it is traced again later"


async def test_a_record_of_a_system_that_only_pushes_is_not_tried_again_for_ever(
    house: House,
) -> None:
    council = Council(held={"C-9": whoever()})
    takes = receiving(house, council)
    known = Known(local_id=LocalId("council", "C-9"), nhs_number=nhs_number(650), core=whoever())
    await takes.newcomers.by_number([known], nhs_number(650), "test", house.now)
    council.down = True
    await takes.receive(report(house, "P-9", "9", core=whoever()), now=house.now)
    assert await how_many(house.engine) == 1
    council.down = False
    house.later(timedelta(minutes=2))
    assert await takes.newcomers.look_again(house.now) == 1
    assert await how_many(house.engine) == 0


async def test_a_silent_system_delays_nobody_and_is_asked_again(house: House) -> None:
    council = Council(held={"C-9": whoever()})
    takes = receiving(house, council)
    known = Known(local_id=LocalId("council", "C-9"), nhs_number=nhs_number(650), core=whoever())
    await takes.newcomers.by_number([known], nhs_number(650), "test", house.now)
    council.down = True
    council.held["P-9"] = whoever()
    event = await takes.receive(report(house, "P-9", "9", core=whoever()), now=house.now)
    assert event.new
    assert event.event.child != NOBODYS
    assert await how_many(house.engine) == 1
    assert await waiting(takes.index) == ()

    council.down = False
    police = Council(held={"P-9": whoever()}, name="police")
    takes = receiving(house, council, police)
    assert await takes.newcomers.look_again(house.now) == 0, "not before its time"
    house.later(timedelta(minutes=2))
    assert await takes.newcomers.look_again(house.now) == 1
    assert await how_many(house.engine) == 0
    (match,) = await waiting(takes.index)
    assert {match.one, match.other} == {LocalId("police", "P-9"), LocalId("council", "C-9")}, (
        "a machine makes no two children one, however certain it is later"
    )


async def test_what_is_compared_is_in_the_ledger_and_no_name_is(house: House) -> None:
    council = Council(held={"C-9": whoever()})
    takes = receiving(house, council)
    known = Known(local_id=LocalId("council", "C-9"), nhs_number=nhs_number(650), core=whoever())
    await takes.newcomers.by_number([known], nhs_number(650), "test", house.now)
    event = await takes.receive(report(house, "P-9", "9", core=whoever()), now=house.now)
    assert await takes.index.find(nhs_number=nhs_number(650)) == Found(event.event.child)
    async with ledger_of(house) as written:
        assert any('"happened":"compared"' in row for row in written)
        assert any('"happened":"weighed"' in row and '"linked":1' in row for row in written)
        assert not any("Ashworth" in row for row in written)


def test_every_item_that_is_compared_is_of_who_somebody_is() -> None:
    assert {ITEM_CATEGORY[item] for item in COMPARED} == {Category.IDENTITY, Category.PLACEMENTS}


@pytest.mark.parametrize(
    "postcode, linked", [("PR1 8XJ", True), ("TR18 2JZ", False), (None, False)]
)
async def test_where_a_new_child_lives_tells_a_machine_who_they_are_or_leaves_it_to_a_person(
    house: House, postcode: str | None, *, linked: bool
) -> None:
    """A common name, as two children may have it: without a postcode no machine says that it is one."""
    common = IdentityCore(given_names=("Jack",), family_name="Smith", birth_date=BORN, sex=Sex.MALE)
    council = Housed(held={"C-1": common}, homes={"C-1": "PR1 8XJ"})
    takes = receiving(house, council)
    seen = Seen(
        local_id=LocalId("council", "C-1"),
        particulars=Particulars(
            given_names=("Jack",), family_name="Smith", birth_date=BORN, sex=Sex.MALE
        ),
    )
    await remember(takes.index, [seen], now=house.now)
    await admit(takes.index, seen.local_id, by="test", now=house.now)
    child = robin("N-7", givenName=["Jack"], surname="Smith", gender="GNDR_0003", nhsNumber=None)
    places = []
    if postcode is not None:
        places = [row("location", "L-7", {"postcode": postcode})]
        child["relationships"] = {"currentAddress": {"data": [{"type": "location", "id": "L-7"}]}}
    sender = Sender(source="police", product=Product.CONNECT)
    body = pushed(child, pole_report("LC-7", "N-7"), *places)
    (event,) = incident(body, sender, received_at=house.now).events

    kept = await takes.receive(event, now=house.now)
    known = await takes.index.find(local_id=seen.local_id)
    assert (known == Found(kept.event.child)) is linked
    assert bool(await waiting(takes.index)) is not linked
