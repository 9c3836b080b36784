"""Whatever a council sends, it is read, left out with a note, or refused plainly."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.liquidlogic import wire
from adapters.liquidlogic.asks import INTERVIEW, INTERVIEW_HELD, SDQ
from adapters.liquidlogic.held import Answer, Held
from adapters.liquidlogic.interviews import interviews
from adapters.liquidlogic.settings import InterviewForm
from adapters.liquidlogic.simulator import FORM
from adapters.liquidlogic.translation import (
    episodes,
    health,
    identities,
    involvements,
    legal_statuses,
    placements,
)
from adapters.notes import Notes
from adapters.reading import Wire
from records.errors import SourceContractBroken
from records.items import Item

NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)
WIRES = [value for value in vars(wire).values() if isinstance(value, Wire)]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3)
    ),
    max_leaves=8,
)
COLUMNS = sorted(
    {
        field.encode_name
        for kind in vars(wire).values()
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct)
        for field in msgspec.structs.fields(kind)
    }
)
ROWS = st.lists(
    st.dictionaries(st.sampled_from(COLUMNS), JSON | st.sampled_from(["2026-10-25T01:30:00", -1]))
    .map(lambda row: {**row, "DIM_PERSON_ID": 7})
    .map(msgspec.json.encode)
    .map(msgspec.Raw),
    max_size=4,
)
ASKS = [
    "DIM_PERSON",
    "FACT_LEGAL_STATUS",
    "FACT_CLA_PLACEMENT",
    "FACT_CARE_EPISODES",
    "FACT_REFERRALS",
    "FACT_CAF_EPISODE",
    "FACT_INVOLVEMENTS",
    "FACT_MISSING_PERSON",
    "FACT_HEALTH_CHECK",
    "FACT_CLA",
    SDQ,
    INTERVIEW,
    INTERVIEW_HELD,
]


@pytest.mark.parametrize("shape", WIRES)
@given(body=st.binary(max_size=200) | JSON.map(msgspec.json.encode))
def test_any_bytes_are_a_row_or_a_broken_contract(shape: Wire[object], body: bytes) -> None:
    try:
        shape.read("council", body)
    except SourceContractBroken as error:
        assert str(error).startswith("council: sent a ")  # noqa: PT017 - either outcome is right


@given(rows=ROWS)
def test_any_rows_become_records_or_are_counted(rows: list[msgspec.Raw]) -> None:
    held = Held(
        source="council",
        subject="7",
        items=frozenset(Item),
        now=NOW,
        authority="E10000017",
        answers={ask: Answer(rows=rows, as_of=NOW) for ask in ASKS},
    )
    workers = {str(row.dim_worker_id): row for row in wire.WORKER.rows(rows, Notes())}
    people = list(held.rows(wire.PERSON, "DIM_PERSON"))
    missing = list(held.rows(wire.MISSING, "FACT_MISSING_PERSON"))
    records = [
        *identities(held, people),
        *legal_statuses(held),
        *placements(held),
        *involvements(held, workers),
        *episodes(held, missing),
        *interviews(held, InterviewForm(**FORM), missing),
        *health(held),
    ]
    refs = [(type(record), record.ref) for record in records]
    assert len(set(refs)) == len(refs)
    assert all(record.provenance.as_of == NOW for record in records)
