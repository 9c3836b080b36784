"""Data to Insight's SSDA903 returns and code lists, read as a Liquidlogic council would hold them."""

import csv
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path

import pytest

from adapters.liquidlogic.words import looked_after
from adapters.times import LONDON
from records.child import Identity, LegalStatus, Placement, Sex
from records.episode import EpisodeState, MissingEpisode
from records.health import Health
from records.items import Item
from tests.adapters.liquidlogic.conftest import Council

DATA = Path(__file__).parents[2] / "data" / "ssda903"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def dttm(text: str) -> str | None:
    """A return's dd/mm/yyyy as HDM holds it."""
    return f"{datetime.strptime(text, '%d/%m/%Y').date()}T00:00:00" if text else None  # noqa: DTZ007 - a date


def on(text: str) -> date | None:
    return datetime.strptime(text, "%d/%m/%Y").date() if text else None  # noqa: DTZ007 - a date


def midnight(text: str) -> datetime | None:
    day = on(text)
    if day is None:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC)


CODES = {
    item: {row["code"]: row["description"] for row in group}
    for item, group in groupby(rows("codes"), key=lambda row: row["data_item"])
}


async def test_every_missing_episode_of_a_return_is_read(council: Council) -> None:
    sent = rows("missing")
    for row in sent:
        council.simulator.holds(
            "FACT_MISSING_PERSON",
            DIM_PERSON_ID=int(row["CHILD"]),
            MISSING_STATUS=row["MISSING"],
            START_DTTM=dttm(row["MIS_START"]),
            END_DTTM=dttm(row["MIS_END"]),
        )
    ended = {"M": EpisodeState.FOUND, "A": EpisodeState.CLOSED}
    open_ = {"M": EpisodeState.MISSING, "A": EpisodeState.AWAY_WITHOUT_AUTHORISATION}
    for child in {row["CHILD"] for row in sent}:
        told = await council.answers(Item.EPISODE_STATUS, subject=child)
        read = [
            (r.status.term_as_sent, r.status.state, r.status.missing_from, r.status.found_at)
            for r in told.records
            if isinstance(r, MissingEpisode) and r.status
        ]
        assert read == [
            (
                row["MISSING"],
                (ended if row["MIS_END"] else open_)[row["MISSING"]],
                midnight(row["MIS_START"]),
                midnight(row["MIS_END"]),
            )
            for row in sent
            if row["CHILD"] == child
        ]


async def test_a_return_that_ends_before_it_starts_is_noted_and_kept(council: Council) -> None:
    """Source: DfE rule 567, as a note and never a refusal."""
    council.holds(
        "FACT_MISSING_PERSON",
        MISSING_STATUS="M",
        START_DTTM="2026-01-05T00:00:00",
        END_DTTM="2026-01-04T00:00:00",
    )
    [episode] = (await council.answers(Item.EPISODE_STATUS)).records
    assert [note.code for note in episode.notes] == ["ends-before-it-starts"]


async def test_an_episode_that_begins_while_another_is_open_is_noted(council: Council) -> None:
    """Source: DfE rule 574; 564 for the one without a start."""
    for start, end in (
        ("2026-03-01", "2026-03-03"),
        ("2026-01-01", "2026-01-05"),
        ("2026-01-04", "2026-01-06"),
        ("2026-01-06", "2026-01-07"),
        ("2026-04-01", None),
        ("2026-05-01", "2026-05-02"),
        (None, "2026-06-02"),
    ):
        council.holds(
            "FACT_MISSING_PERSON",
            MISSING_STATUS="M",
            START_DTTM=start and f"{start}T12:00:00",
            END_DTTM=end and f"{end}T12:00:00",
        )
    told = await council.answers(Item.EPISODE_STATUS)
    assert [[note.code for note in record.notes] for record in told.records] == [
        [],
        [],
        ["overlaps-another-episode"],
        [],
        [],
        ["overlaps-another-episode"],
        ["starts-nowhere"],
    ]


def test_every_legal_status_of_the_code_list_means_looked_after() -> None:
    assert len(CODES["LS"]) == 13
    assert {code: looked_after(words) for code, words in CODES["LS"].items()} == dict.fromkeys(
        CODES["LS"], True
    )


async def test_every_placement_code_is_carried_through_known_or_not(council: Council) -> None:
    sent = [*CODES["PLACE"], "A1", "K9", "H5a"]
    providers = [*CODES["PLACE_PROVIDER"], "PR9"]
    for index, code in enumerate(sent):
        council.holds(
            "FACT_CLA_PLACEMENT",
            DIM_LOOKUP_PLACEMENT_TYPE_CODE=code,
            DIM_LOOKUP_PLACEMENT_PROVIDER_CODE=providers[index % len(providers)],
        )
    told = await council.answers(Item.PLACEMENT_DETAIL)
    read = [r.detail for r in told.records if isinstance(r, Placement) and r.detail]
    assert [detail.placement_type for detail in read] == sent
    assert {detail.provider for detail in read} == set(providers)
    assert told.skipped == 0


@pytest.mark.parametrize("start", range(0, 600, 40))
async def test_episodes_of_care_keep_codes_dates_and_postcodes(
    council: Council, start: int
) -> None:
    sent = rows("episodes-first600")[start : start + 40]
    child = sent[0]["CHILD"]
    own = [row for row in sent if row["CHILD"] == child]
    for row in sent:
        person = int(row["CHILD"])
        placement = council.simulator.holds(
            "FACT_CLA_PLACEMENT",
            DIM_PERSON_ID=person,
            DIM_LOOKUP_PLACEMENT_TYPE_CODE=row["PLACE"],
            DIM_LOOKUP_PLACEMENT_PROVIDER_CODE=row["PLACE_PROVIDER"],
            START_DTTM=dttm(row["DECOM"]),
            END_DTTM=dttm(row["DEC"]),
            POSTCODE=row["PL_POST"],
        )
        council.simulator.holds(
            "FACT_CARE_EPISODES",
            DIM_PERSON_ID=person,
            FACT_CLA_PLACEMENT_ID=placement,
            OFSTED_URN=row["URN"],
        )
        council.simulator.holds(
            "FACT_LEGAL_STATUS",
            DIM_PERSON_ID=person,
            DIM_LOOKUP_LGL_STATUS_DESC=CODES["LS"].get(row["LS"], row["LS"]),
            START_DTTM=dttm(row["DECOM"]),
            END_DTTM=dttm(row["DEC"]),
        )
    told = await council.answers(
        Item.PLACEMENT_DETAIL, Item.PLACEMENT_ADDRESS, Item.LEGAL_STATUS, subject=child
    )
    placements = [r for r in told.records if isinstance(r, Placement) and r.detail]
    legal = [r.status for r in told.records if isinstance(r, LegalStatus) and r.status]
    assert [
        (
            r.detail.placement_type,
            r.detail.provider,
            r.detail.started_on,
            r.detail.ended_on,
            r.address.postcode if r.address else None,
        )
        for r in placements
        if r.detail
    ] == [
        (
            row["PLACE"] or None,
            row["PLACE_PROVIDER"] or None,
            on(row["DECOM"]),
            on(row["DEC"]),
            row["PL_POST"] or None,
        )
        for row in own
    ]
    # The fake returns draw any seven digits as the Ofsted number; real ones begin with SC.
    assert all(r.detail.ofsted_urn is None for r in placements if r.detail)
    assert [status.started_on for status in legal] == [on(row["DECOM"]) for row in own]
    assert [status.looked_after for status in legal] == [
        True if row["LS"] in CODES["LS"] else None for row in own
    ]


async def test_children_and_their_health_columns_are_read(council: Council) -> None:
    headers = {row["CHILD"]: row for row in rows("header-first300")}
    health = [row for row in rows("oc2-first300") if row["SDQ_SCORE"]][:12]
    for row in health:
        person, header = int(row["CHILD"]), headers[row["CHILD"]]
        # Sex is 1 or 2 in these returns, M, F or U since 2024/25; HDM holds the letters.
        council.simulator.holds(
            "DIM_PERSON",
            DIM_PERSON_ID=person,
            BIRTH_DTTM=dttm(header["DOB"]),
            GENDER_MAIN_CODE={"1": "M", "2": "F"}[header["SEX"]],
            UPN=header["UPN"],
        )
        council.simulator.holds_form(
            person,
            {"SDQScore": row["SDQ_SCORE"]},
            template="Strengths and Difficulties Questionnaire",
        )
        council.simulator.holds(
            "FACT_CLA",
            DIM_PERSON_ID=person,
            IMMU_UP_TO_DATE_FLAG={"1": "Y", "0": "N"}[row["IMMUNISATIONS"]],
        )
    for row in health:
        told = await council.answers(
            Item.IDENTITY_CORE, Item.HEALTH_ASSESSMENT, subject=row["CHILD"]
        )
        identity, found = told.records
        assert isinstance(identity, Identity)
        assert isinstance(found, Health)
        assert identity.core is not None
        assert identity.core.birth_date == on(headers[row["CHILD"]]["DOB"])
        assert identity.core.sex in {Sex.MALE, Sex.FEMALE}
        assert found.assessment is not None
        score = int(row["SDQ_SCORE"])
        assert found.assessment.sdq_score == (score if score <= 40 else None)
        assert found.assessment.immunisations_up_to_date is (row["IMMUNISATIONS"] == "1")
