"""What the police adapter makes of a force's records."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.notes import Notes
from adapters.police import connect
from adapters.police.dialect import Reading, Rows
from adapters.police.dialects import DIALECTS
from adapters.police.risk import risk
from adapters.police.sdm import LISTING, SINGLE
from adapters.police.settings import Product
from adapters.police.simulator import STAGINGS, PoliceSimulator, settings_for
from gateway.http import PooledHttp
from records.child import Identity
from records.episode import EpisodeState, MissingEpisode, Risk, SafeAndWellCheck
from records.errors import SourceContractBroken
from records.identifiers import LocalId, NHSNumber
from records.items import Item
from records.record import Provenance, only
from records.source import Source
from records.trigger_plan import Credential, TriggerPlan
from tests.adapters.asking import NOW, question


@dataclass
class Force:
    system: PoliceSimulator
    source: Source

    async def holds(self, *items: Item) -> list[Any]:
        return list((await self.source.records(question(self.source, "N-1", items))).records)


@pytest.fixture(scope="module")
def simulator() -> Iterator[PoliceSimulator]:
    with PoliceSimulator() as running:
        yield running


@pytest.fixture
async def force(simulator: PoliceSimulator) -> AsyncIterator[Force]:
    simulator.forgets_everything()
    simulator.nominal("N-1", givenName=["Robin"], surname="Ashworth")
    async with PooledHttp() as http:
        yield Force(simulator, connect("police", http, settings_for(simulator)))


def test_every_product_has_a_dialect() -> None:
    assert DIALECTS.keys() == set(Product)


def test_every_staging_is_a_product() -> None:
    assert STAGINGS.keys() == {product.value for product in Product}


async def test_the_newest_grading_counts_with_the_rank_that_set_it(force: Force) -> None:
    force.system.report(
        "R-1",
        "N-1",
        gradings=[
            {"grade": "MEDIUM", "gradedByRank": "Sergeant", "gradedTime": "2026-11-21T01:00:00Z"},
            {"grade": "HIGH", "gradedByRank": "Inspector", "gradedTime": "2026-11-21T03:00:00Z"},
            {"grade": "LOW", "gradedByRank": "Constable", "gradedTime": "2026-11-20T23:00:00Z"},
        ],
    )
    [episode] = await force.holds(Item.RISK_GRADE)
    assert episode.risk.grade is Risk.HIGH
    assert episode.risk.grade_as_sent == "HIGH"
    assert episode.risk.set_by_rank == "Inspector"
    assert episode.risk.set_at == datetime(2026, 11, 21, 3, tzinfo=UTC)
    assert episode.status is None


async def test_what_is_noted_of_the_grade_goes_with_the_grade_alone(force: Force) -> None:
    force.system.report("R-1", "N-1", gradings=[{"grade": "CRITICAL"}], status="LOST")
    asked = question(force.source, "N-1", [Item.RISK_GRADE, Item.EPISODE_STATUS])
    answered = await force.source.records(asked)

    [episode] = answered.records
    about = {note.code: note.item for note in episode.notes}
    assert about == {
        "unknown-risk-grade": Item.RISK_GRADE,
        "unknown-status": Item.EPISODE_STATUS,
    }
    # The answer's own notes are these, about the same parts.
    assert {note.code: note.item for note in answered.notes} == about
    shown = only(episode, frozenset({Item.EPISODE_STATUS}))
    assert [note.code for note in shown.notes] == ["unknown-status"]


async def test_a_grade_we_do_not_know_is_shown_as_sent(force: Force) -> None:
    force.system.report("R-1", "N-1", gradings=[{"grade": "CRITICAL"}])
    [episode] = await force.holds(Item.RISK_GRADE)
    assert (episode.risk.grade, episode.risk.grade_as_sent) == (Risk.NOT_A_GRADE, "CRITICAL")
    assert [note.code for note in episode.notes] == ["unknown-risk-grade"]


@pytest.mark.parametrize(
    "sent, grade",
    [
        ("HIGH", Risk.HIGH),
        ("High risk", Risk.HIGH),
        ("m", Risk.MEDIUM),
        ("VERY_LOW", Risk.NO_APPARENT_RISK),
        ("No apparent risk", Risk.NO_APPARENT_RISK),
        ("Low", Risk.LOW),
        (None, Risk.NOT_A_GRADE),
        ("not high", Risk.NOT_A_GRADE),
    ],
)
def test_grades_are_read_in_whatever_letters(sent: str | None, grade: Risk) -> None:
    assert risk(sent, Notes()) is grade


async def test_what_is_not_permitted_is_not_even_sent(force: Force) -> None:
    force.system.report(
        "R-1",
        "N-1",
        gradings=[{"grade": "HIGH", "rationale": "x"}],
        checks=[{"doneTime": "2026-11-21T09:30:00Z", "findings": "y"}],
        status="MISSING",
        circumstances="z",
    )
    [episode] = await force.holds(Item.EPISODE_STATUS)
    assert episode.status.state is EpisodeState.MISSING
    [asked] = force.system.asked
    assert asked.path == "/missing-person-reports"
    sent = dict(asked.query)
    assert sent["include"] == ""
    assert "circumstances" not in sent["fields[missingPersonReport]"]


async def test_reports_alone_never_touch_the_nominal_and_its_plan(force: Force) -> None:
    await force.holds(Item.EPISODE_STATUS, Item.RISK_GRADE, Item.SAW_RECORD)
    assert force.system.counts() == {"GET /missing-person-reports": 1}
    force.system.forgets_what_it_was_asked()
    await force.holds(Item.TRIGGER_PLAN_FULL, Item.IDENTITY_CORE, Item.INTELLIGENCE_REPORT)
    assert force.system.counts() == {"GET /nominals/{ref}": 1}


async def test_bare_existence_is_a_bare_record(force: Force) -> None:
    force.system.report("R-1", "N-1", checks=[{"findings": "y"}], status="FOUND")
    [episode] = await force.holds(Item.EPISODE_EXISTS)
    assert (episode.status, episode.detail, episode.risk, episode.safety) == (None,) * 4
    [check] = await force.holds(Item.SAW_EXISTS)
    assert isinstance(check, SafeAndWellCheck)
    assert (check.confirmation, check.findings) == (None, None)


async def test_credentials_come_only_when_they_are_permitted(force: Force) -> None:
    account = {"platform": "Snap", "username": "robin", "password": "kept-by-police"}
    force.system.trigger_plan("N-1", actions=["Ring the aunt first."], accounts=[account])
    [plan] = await force.holds(Item.TRIGGER_PLAN_FULL, Item.TRIGGER_PLAN_ASSOCIATES)
    assert plan.plan.actions == ("Ring the aunt first.",)
    assert plan.credentials is None
    assert "accounts" not in dict(force.system.asked[-1].query)["fields[triggerPlan]"]
    [plan] = await force.holds(Item.TRIGGER_PLAN_CREDENTIALS)
    assert isinstance(plan, TriggerPlan)
    assert plan.plan is None
    assert plan.credentials is not None
    assert plan.credentials.credentials == (Credential(**account),)
    assert "kept-by-police" not in repr(plan)


async def test_a_report_about_another_child_is_left_out_and_counted(force: Force) -> None:
    stray = {
        "type": "missingPersonReport",
        "id": "R-9",
        "attributes": {"status": "MISSING"},
        "relationships": {"nominal": {"data": [{"type": "person", "id": "N-2"}]}},
    }
    nobodys = {**stray, "id": "R-8", "relationships": {}}
    force.system.report("R-1", "N-1", status="MISSING")
    force.system.sends_also("N-1", stray)
    force.system.sends_also("N-1", nobodys)
    answered = await force.source.records(question(force.source, "N-1", [Item.EPISODE_STATUS]))
    assert [record.ref for record in answered.records] == ["R-1"]
    assert answered.skipped == 2


async def test_one_bad_report_does_not_hide_the_others(force: Force) -> None:
    force.system.report("R-1", "N-1", status="MISSING")
    force.system.sends_also("N-1", {"type": "missingPersonReport", "id": 7})
    answered = await force.source.records(question(force.source, "N-1", [Item.EPISODE_STATUS]))
    assert [record.ref for record in answered.records] == ["R-1"]
    assert answered.skipped == 1
    assert "A missing-person report could not be read and was left out." in {
        note.says for note in answered.notes
    }


async def test_an_impossible_time_costs_its_field_alone(force: Force) -> None:
    force.system.report(
        "R-1",
        "N-1",
        status="FOUND",
        reportedTime="2026-02-31T10:00:00Z",
        foundTime="2026-11-21T08:45:00Z",
    )
    [episode] = await force.holds(Item.EPISODE_STATUS)
    assert episode.status.reported_at is None
    assert episode.status.found_at == datetime(2026, 11, 21, 8, 45, tzinfo=UTC)
    assert [note.code for note in episode.notes] == ["time-impossible"]


async def test_found_before_missing_is_kept_and_said(force: Force) -> None:
    force.system.report(
        "R-1",
        "N-1",
        status="FOUND",
        reportedTime="2026-11-21T10:00:00+00:00",
        foundTime="2026-11-21T09:00:00+00:00",
    )
    [episode] = await force.holds(Item.EPISODE_STATUS)
    assert episode.status.found_at is not None
    assert [note.code for note in episode.notes] == ["found-before-missing"]


async def test_a_status_we_do_not_know_is_carried_through(force: Force) -> None:
    force.system.report("R-1", "N-1", status="INACTIVE")
    [episode] = await force.holds(Item.EPISODE_STATUS)
    assert episode.status.state is EpisodeState.NOT_KNOWN
    assert episode.status.term_as_sent == "INACTIVE"


async def test_a_report_that_comes_twice_is_one_episode(force: Force) -> None:
    row = {
        "type": "missingPersonReport",
        "id": "R-1",
        "attributes": {"status": "FOUND"},
        "relationships": {"nominal": {"data": {"type": "person", "id": "N-1"}}},
    }
    force.system.report("R-1", "N-1", status="MISSING")
    force.system.sends_also("N-1", row)
    [episode] = await force.holds(Item.EPISODE_STATUS)
    assert episode.status.state is EpisodeState.FOUND


async def test_more_reports_than_a_page_are_all_read(force: Force) -> None:
    for number in range(120):
        force.system.report(f"R-{number}", "N-1", status="CLOSED")
    episodes = await force.holds(Item.EPISODE_STATUS)
    assert len({episode.ref for episode in episodes}) == 120
    assert force.system.counts() == {"GET /missing-person-reports": 3}


async def test_a_merged_nominal_is_followed_and_said(force: Force) -> None:
    force.system.nominal("N-5", givenName=["Robin"], surname="Ashworth")
    force.system.report("R-1", "N-1", status="MISSING")
    force.system.merges("N-1", "N-5")
    answered = await force.source.records(
        question(force.source, "N-1", [Item.EPISODE_STATUS, Item.IDENTITY_CORE])
    )
    assert answered.superseded_by == LocalId("police", "N-5")
    assert {type(record) for record in answered.records} == {MissingEpisode, Identity}
    assert answered.skipped == 0


async def test_a_pnc_id_that_cannot_be_one_is_left_out(force: Force) -> None:
    force.system.report("R-1", "N-1", pncCirculated=True, pncId="none yet")
    [episode] = await force.holds(Item.EPISODE_DETAIL)
    assert episode.detail.pnc_circulated is True
    assert episode.detail.pnc_id is None
    assert episode.detail.force == "Lancashire Constabulary"
    assert [note.code for note in episode.notes] == ["pnc-id-invalid"]


async def test_the_force_is_told_for_whom_and_why_and_no_name(force: Force) -> None:
    await force.holds(Item.EPISODE_STATUS)
    [asked] = force.system.asked
    assert asked.headers["x-on-behalf-of"] == "E10000017"
    assert asked.headers["x-purpose"] == "locate"
    assert asked.headers["x-request-id"] == "6f9619ff-8b86-d011-b42d-00c04fc964ff"


async def test_an_nhs_number_stands_in_no_address(force: Force) -> None:
    force.system.nominal("N-1", givenName=["Robin"], nhsNumber="9990000018")

    [known] = await force.source.trace(NHSNumber("9990000018"))
    assert known.local_id == LocalId("police", "N-1")
    [asked] = force.system.asked
    assert asked.query == ()
    assert asked.path == "/nominals/search"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
NAMES = st.sampled_from(
    [
        "data",
        "included",
        "links",
        "meta",
        "next",
        "id",
        "type",
        "attributes",
        "relationships",
        "nominal",
        "status",
        "reportedTime",
        "gradedTime",
        "grade",
        "answers",
        "missingPersonReport",
        "person",
        "N-1",
        "triggerPlan",
        "accounts",
        "photo",
    ]
)
LIKELY = st.recursive(
    JSON | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=20,
)


@settings(deadline=None)
@given(LIKELY | JSON)
def test_whatever_a_force_sends_is_read_or_breaks_the_contract(sent: object) -> None:
    body = msgspec.json.encode(sent)
    for product in Product:
        for section in DIALECTS[product].sections:
            reading = Reading(
                source="police",
                items=section.serves,
                provenance=Provenance(source="police", system="x", as_of=NOW),
                now=NOW,
            )
            try:
                page = LISTING.read("police", body)
                single = SINGLE.read("police", body)
            except SourceContractBroken:
                continue
            ids = frozenset({"N-1"})
            section.read(Rows(data=page.data, included=page.included, nominals=ids), reading)
            section.read(Rows(data=(single.data,), included=single.included, nominals=ids), reading)


@settings(deadline=None)
@given(st.lists(LIKELY, max_size=3), st.lists(LIKELY, max_size=3))
def test_whatever_rows_a_force_sends_are_read_or_counted(
    data: list[object], included: list[object]
) -> None:
    raw = [msgspec.Raw(msgspec.json.encode(row)) for row in data]
    hanging = [msgspec.Raw(msgspec.json.encode(row)) for row in included]
    for section in DIALECTS[Product.CONNECT].sections:
        reading = Reading(
            source="police",
            items=section.serves,
            provenance=Provenance(source="police", system="x", as_of=NOW),
            now=NOW,
        )
        records = section.read(
            Rows(data=raw, included=hanging, nominals=frozenset({"N-1"})), reading
        )
        assert len(records) + reading.notes.skipped >= (1 if raw else 0)
