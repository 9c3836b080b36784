"""Whom a council's Liquidlogic answers about, how whole its answers are, and what is refused."""

from datetime import timedelta

import pytest

from records.child import Identity
from records.episode import EpisodeState, MissingEpisode
from records.errors import SourceContractBroken, SourceRefused, WrongSettings
from records.identifiers import LocalId, NHSNumber
from records.items import Item
from tests.adapters.liquidlogic.conftest import CHILD, NOW, Council, codes


async def test_a_child_with_nothing_recorded_and_a_child_unknown_are_one_empty_answer(
    council: Council,
) -> None:
    council.holds("DIM_PERSON")
    known = await council.answers(Item.LEGAL_STATUS, Item.EPISODE_STATUS)
    unknown = await council.answers(Item.LEGAL_STATUS, Item.EPISODE_STATUS, subject=99999)
    assert known == unknown
    assert (known.records, known.notes) == ((), ())


async def test_a_merged_person_is_followed_and_nothing_under_either_id_is_lost(
    council: Council,
) -> None:
    holds = council.simulator.holds
    council.holds(
        "DIM_PERSON",
        DUPLICATED_DTTM="2026-10-01T09:00:00",
        DUPLICATE_OF_DIM_PERSON_ID=50001,
        NHS_NUMBER=9990000018,
        SURNAME="Old",
    )
    holds("DIM_PERSON", DIM_PERSON_ID=50001, SURNAME="New")
    council.holds("FACT_MISSING_PERSON", MISSING_STATUS="M", END_DTTM="2026-01-05T00:00:00")
    holds("FACT_MISSING_PERSON", DIM_PERSON_ID=50001, MISSING_STATUS="M")
    told = await council.answers(Item.IDENTITY_CORE, Item.EPISODE_STATUS)
    assert told.superseded_by == LocalId("council", "50001")
    assert codes(told.notes) == {"superseded-person"}
    identity, later, earlier = told.records
    assert isinstance(identity, Identity)
    assert identity.core is not None
    assert identity.core.family_name == "New"
    assert isinstance(later, MissingEpisode)
    assert isinstance(earlier, MissingEpisode)
    assert later.status is not None
    assert later.status.state is EpisodeState.MISSING

    [known] = await council.connected().trace(NHSNumber("9990000018"))
    assert known.local_id == LocalId("council", "50001")
    assert known.superseded_from == LocalId("council", str(CHILD))


async def test_a_merged_person_without_a_successor_is_shown_as_such(council: Council) -> None:
    council.holds("DIM_PERSON", DUPLICATED_DTTM="2026-10-01T09:00:00", NHS_NUMBER=9990000018)
    told = await council.answers(Item.IDENTITY_EXISTS)
    assert len(told.records) == 1
    assert told.superseded_by is None
    assert codes(told.notes) == {"superseded-person"}
    assert await council.connected().trace(NHSNumber("9990000018")) == ()


async def test_two_people_under_one_nhs_number_are_both_named(council: Council) -> None:
    for person in (50001, 50002):
        council.simulator.holds("DIM_PERSON", DIM_PERSON_ID=person, NHS_NUMBER="9990000018")
    known = await council.connected().trace(NHSNumber("9990000018"))
    assert len(known) == 2
    assert await council.connected().trace(NHSNumber("9990000026")) == ()


async def test_the_age_of_the_copy_goes_with_every_answer(council: Council) -> None:
    council.holds("FACT_MISSING_PERSON", MISSING_STATUS="Missing")
    told = await council.answers(Item.EPISODE_STATUS)
    assert told.as_of == NOW - timedelta(hours=9)
    assert told.records[0].provenance.as_of == told.as_of
    council.simulator.lag = -timedelta(days=1)
    assert (await council.answers(Item.EPISODE_STATUS)).as_of == NOW


async def test_pages_are_followed_to_the_end(council: Council) -> None:
    for _ in range(60):
        council.holds("FACT_MISSING_PERSON", MISSING_STATUS="Missing")
    told = await council.answers(Item.EPISODE_EXISTS)
    assert len(told.records) == 60
    assert len({record.ref for record in told.records}) == 60


async def test_rows_of_another_child_and_rows_twice_do_not_become_this_childs_records(
    council: Council,
) -> None:
    row = {"FACT_MISSING_PERSON_ID": 5, "MISSING_STATUS": "Missing"}
    other = {"FACT_MISSING_PERSON_ID": 5, "MISSING_STATUS": "Absent"}
    council.simulator.tables["FACT_MISSING_PERSON"] += [
        {**row, "DIM_PERSON_ID": CHILD},
        {**row, "DIM_PERSON_ID": CHILD},
        {**other, "DIM_PERSON_ID": CHILD},
        {"FACT_MISSING_PERSON_ID": {"no": "key"}, "DIM_PERSON_ID": CHILD},
    ]
    council.simulator.tables["DIM_PERSON"].append({"DIM_PERSON_ID": CHILD})
    told = await council.answers(Item.EPISODE_STATUS)
    assert told.skipped == 1
    assert codes(told.notes) == {"row-skipped", "row-twice", "one-id-on-two-rows"}
    assert len(told.records) == 2
    assert len({record.ref for record in told.records}) == len(told.records)


async def test_a_server_that_ignores_the_filter_cannot_show_us_another_child(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.liquidlogic.simulator._matches", lambda *_: True)
    council.simulator.holds("FACT_MISSING_PERSON", DIM_PERSON_ID=1, MISSING_STATUS="Missing")
    council.simulator.holds("DIM_PERSON", DIM_PERSON_ID=1)
    told = await council.answers(Item.EPISODE_STATUS)
    assert told.records == ()
    assert told.skipped == 2
    assert codes(told.notes) == {"row-of-another-person"}


async def test_a_lost_token_is_renewed_once_and_a_wrong_supplier_key_is_a_refusal(
    council: Council,
) -> None:
    source = council.connected()
    council.holds("DIM_PERSON")
    await source.trace(NHSNumber("9990000018"))
    council.simulator.forgets_tokens()
    await source.trace(NHSNumber("9990000018"))
    assert council.simulator.counts()["GET /records/{table}"] == 3

    with pytest.raises(SourceRefused, match="Check its credentials"):
        await council.answers(Item.IDENTITY_EXISTS, supplier_key="somebody else's")
    with pytest.raises(SourceRefused, match="no access token"):
        await council.answers(Item.IDENTITY_EXISTS, client_secret="wrong")


async def test_somebody_traced_who_cannot_be_read_is_not_nobody(council: Council) -> None:
    council.simulator.holds("DIM_PERSON", DIM_PERSON_ID=[1], NHS_NUMBER="9990000018")
    with pytest.raises(SourceContractBroken, match="cannot be read"):
        await council.connected().trace(NHSNumber("9990000018"))


def test_wrong_settings_stop_the_start_with_one_line(council: Council) -> None:
    with pytest.raises(WrongSettings, match="authority: A GSS code"):
        council.connected(authority="Lancashire")
    with pytest.raises(WrongSettings, match="unknown field `supplierKey`"):
        council.connected(supplierKey="x")
