"""CP-IS is asked once, by somebody's own action, and whoever asked knows what that set off."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from adapters.health import Cpis, connect
from adapters.health.simulator import CpisSimulator
from gateway.http import PooledHttp
from gateway.resilience.guarded import GuardedHttp
from records.child import CaseStatus, Involvement, LegalStatus, LegalStatusDetail, Worker
from records.errors import (
    NeedsExplicitAction,
    SourceContractBroken,
    SourceRefused,
    SourceUnavailable,
)
from records.http import Http
from records.identifiers import LocalId, NHSNumber
from records.items import Item
from records.people import Purpose
from records.source import Answered, Question
from tests.adapters.health.conftest import NOW, REQUEST
from tests.fhir_xml import resource

CHILD = "9990000018"
ALL = (Item.CASE_STATUS, Item.CASE_WORKER, Item.LEGAL_STATUS)
DATA = Path(__file__).parents[2] / "data" / "fhir"


class National:
    """The simulated CP-IS, and a way to ask it."""

    def __init__(self, simulator: CpisSimulator, http: Http) -> None:
        self.simulator = simulator
        self.http = http

    def connected(self, **more: object) -> Cpis:
        source = connect("cp-is", self.http, self.simulator.config(**more))
        assert isinstance(source, Cpis)
        return source

    async def answers(
        self, *items: Item, subject: str = CHILD, explicit: bool = True, **more: object
    ) -> Answered:
        return await self.connected(**more).records(
            asked(*items, subject=subject, explicit=explicit)
        )


def asked(*items: Item, subject: str = CHILD, explicit: bool = True) -> Question:
    return Question(
        subject=LocalId("cp-is", subject),
        items=frozenset(items or ALL),
        purpose=Purpose.SAFEGUARD,
        asked_for="Y12345",
        request_ref=REQUEST,
        now=NOW,
        explicit=explicit,
    )


@pytest.fixture(scope="session")
def cpis_simulator() -> Iterator[CpisSimulator]:
    with CpisSimulator() as simulator:
        yield simulator


@pytest.fixture
def cpis(cpis_simulator: CpisSimulator, http: PooledHttp) -> National:
    cpis_simulator.begins_anew()
    return National(cpis_simulator, http)


async def test_a_question_that_is_nobodys_own_action_sends_nothing(cpis: National) -> None:
    cpis.simulator.plan(CHILD, "Child protection plan", "Example County Council")
    with pytest.raises(NeedsExplicitAction) as told:
        await cpis.answers(explicit=False)
    # To whoever knows only the wider class it is no answer either, and never "nothing held".
    assert isinstance(told.value, SourceRefused)
    assert CHILD not in str(told.value)
    with pytest.raises(NeedsExplicitAction):
        await cpis.connected().trace(NHSNumber(CHILD))
    assert (cpis.simulator.asked, cpis.simulator.looks) == ([], [])


@pytest.mark.parametrize(
    "unscheduled, header, looks, code",
    [
        (True, "true", [CHILD], "authority-is-told"),
        (False, "false", [], "authority-is-not-told"),
    ],
)
async def test_the_header_is_always_sent_and_the_asker_is_told_what_it_set_off(
    cpis: National, *, unscheduled: bool, header: str, looks: list[str], code: str
) -> None:
    told = await cpis.answers(unscheduled=unscheduled)
    [request] = cpis.simulator.asked
    assert request.headers["isunscheduledaccessevent"] == header
    assert request.headers["traceid"] == REQUEST
    assert cpis.simulator.looks == looks
    # Said even where nothing is held.
    assert told.records == ()
    assert [note.code for note in told.notes] == [code]


async def test_the_header_is_sent_by_default_as_true(cpis: National) -> None:
    await cpis.answers()
    assert cpis.simulator.asked[0].headers["isunscheduledaccessevent"] == "true"


async def test_a_plan_is_told_with_the_numbers_to_ring(cpis: National) -> None:
    cpis.simulator.plan(
        CHILD,
        "Child protection plan",
        "Example County Council",
        period={"start": "2024-07-22T09:00:00+00:00"},
        telecom=[
            {"system": "phone", "value": "01632960001", "use": "work"},
            {"system": "phone", "value": "01632960002"},
        ],
    )
    told = await cpis.answers()
    assert [type(record) for record in told.records] == [Involvement]
    [plan] = told.records
    assert isinstance(plan, Involvement)
    assert plan.case == CaseStatus(
        service="Child protection plan",
        is_open=True,
        started_on=date(2024, 7, 22),
        ended_on=None,
    )
    assert plan.worker == Worker(
        name=None,
        job=None,
        team="Example County Council",
        telephone="01632960001 (work), 01632960002",
    )


async def test_a_looked_after_child_has_a_legal_status_too(cpis: National) -> None:
    cpis.simulator.plan(
        CHILD, "Looked After Child", "Example County Council", period={"start": "2024-02"}
    )
    cpis.simulator.plan(
        CHILD, "Looked after", "Other Council", period={"end": "2023-12-31"}, status="inactive"
    )
    now, before = (await cpis.answers(Item.LEGAL_STATUS)).records
    assert isinstance(now, LegalStatus)
    assert isinstance(before, LegalStatus)
    assert now.status == LegalStatusDetail(
        code=None,
        description="Looked After Child",
        looked_after=True,
        started_on=date(2024, 2, 1),
        ended_on=None,
    )
    assert before.status is not None
    assert before.status.looked_after is False
    assert before.status.ended_on == date(2023, 12, 31)


async def test_a_plan_entered_in_error_is_not_told(cpis: National) -> None:
    cpis.simulator.plan(CHILD, "Child protection plan", "X", status="entered-in-error")
    assert (await cpis.answers()).records == ()


@pytest.mark.parametrize(
    "subject",
    [
        {"identifier": {"value": "9990000115"}},
        {"reference": "Patient/9990000115"},
    ],
)
async def test_a_plan_of_another_child_is_left_out_and_counted(
    cpis: National, subject: dict[str, object]
) -> None:
    cpis.simulator.plan(CHILD, "Child protection plan", "X", subject=subject)
    told = await cpis.answers()
    assert told.records == ()
    assert told.skipped == 1
    assert "9990000115" not in repr(told)


async def test_one_plan_that_cannot_be_read_does_not_hide_the_other(cpis: National) -> None:
    cpis.simulator.plan(CHILD, "Child protection plan", "X")
    cpis.simulator.keeps(CHILD, {"resourceType": "CareTeam", "id": 7})
    told = await cpis.answers(Item.CASE_STATUS)
    assert (len(told.records), told.skipped) == (1, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda s: s.is_slow(60),
        lambda s: s.hangs_up(),
        lambda s: s.is_busy(503, "1"),
        lambda s: s.is_busy(429, "1"),
        lambda s: s.fails(500),
    ],
    ids=["slow", "hangs up", "overloaded", "busy", "fails"],
)
async def test_what_was_not_answered_is_not_asked_again_and_may_have_been_recorded(
    cpis: National, wrong: object
) -> None:
    assert callable(wrong)
    wrong(cpis.simulator)
    # Through the gateway's own repeats, which repeat what says that it may be repeated.
    repeated: list[None] = []
    cpis.http = GuardedHttp(cpis.http, deadline=2.0, on_repeat=lambda: repeated.append(None))
    with pytest.raises(SourceUnavailable, match="may all the same have recorded") as told:
        await cpis.answers(timeout=0.3, deadline=0.6)
    assert len(cpis.simulator.asked) == 1
    assert repeated == []
    assert CHILD not in str(told.value)


async def test_a_system_that_was_never_reached_recorded_nothing(cpis: National) -> None:
    source = cpis.connected()
    await source.records(asked())
    cpis.simulator.is_down()
    with pytest.raises(SourceUnavailable, match="cannot be reached"):
        await source.records(asked())
    cpis.simulator.recovers()


async def test_after_a_401_it_is_the_next_question_that_has_a_fresh_token(cpis: National) -> None:
    source = cpis.connected()
    await source.records(asked())
    cpis.simulator.authority.forgets_tokens()
    cpis.simulator.forgets_what_it_was_asked()
    with pytest.raises(SourceRefused):
        await source.records(asked())
    assert len(cpis.simulator.asked) == 1
    assert (await source.records(asked())).records == ()


async def test_a_child_linked_by_something_else_than_an_nhs_number_is_not_looked_up(
    cpis: National,
) -> None:
    with pytest.raises(SourceContractBroken, match="Check the link"):
        await cpis.answers(subject="9990000019")
    assert cpis.simulator.asked == []


async def test_an_answer_of_several_pages_is_none_of_cp_is(cpis: National) -> None:
    cpis.simulator.plan(CHILD, "Child protection plan", "X")
    cpis.simulator.following = f"{cpis.simulator.url}/cp-is/FHIR/R4/CareTeam?page=2"
    with pytest.raises(SourceContractBroken, match="one answer was due"):
        await cpis.answers()
    assert len(cpis.simulator.asked) == 1


async def test_the_authority_of_nhs_englands_example_is_read(cpis: National) -> None:
    cpis.simulator.keeps(CHILD, resource(DATA / "CPIS-CareTeam-Example.xml"))
    told = await cpis.answers(Item.CASE_WORKER, Item.CASE_STATUS)
    [plan] = told.records
    assert isinstance(plan, Involvement)
    assert plan.worker is not None
    assert plan.worker.team == "SHEFFIELD CITY COUNCIL"
    assert plan.worker.telephone == "01133973581 (work), 07133973581 (mobile)"
    # The example has no category: that it is a plan is told, and that its kind is not said.
    assert plan.case is not None
    assert plan.case.service is None
    assert [note.code for note in plan.notes] == ["plan-kind-not-said"]


async def test_a_whole_example_bundle_gives_the_one_authority_in_it(cpis: National) -> None:
    bundle = resource(DATA / "CPIS-CPP-Bundle-Example.xml")
    for entry in bundle["entry"]:
        cpis.simulator.keeps(CHILD, entry["resource"])
    told = await cpis.answers(Item.CASE_WORKER)
    [plan] = told.records
    assert isinstance(plan, Involvement)
    assert plan.worker is not None
    assert plan.worker.team == "SFD1 - SHEFFIELD CITY COUNCIL"
    assert told.skipped == 0
