"""Whatever a council's Mosaic sends is read, counted or breaks the contract; nothing of it is lost in silence."""

from datetime import datetime

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.mosaic.asking import sections
from adapters.mosaic.council import council
from adapters.mosaic.people import identity
from adapters.mosaic.reading import Reading
from adapters.mosaic.wire import RESIDENT, RESIDENTS
from records.errors import SourceContractBroken
from records.items import Item
from records.record import Provenance
from tests.adapters.asking import NOW
from tests.adapters.mosaic.conftest import ROBIN

NAMES = st.sampled_from(
    [
        "residents",
        "mosaicId",
        "firstName",
        "nhsNumber",
        "restricted",
        "dateOfBirth",
        "duplicateOf",
        "workflowSteps",
        "workflowStepId",
        "workflowStepTypeId",
        "subjectPersonId",
        "answers",
        "questionCode",
        "dateAnswer",
        "MFHStart",
        "placements",
        "placementId",
        "personId",
        "legalStatuses",
        "allocations",
        "id",
        "nextCursor",
    ]
)
VALUES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9)
)
SENT = st.recursive(
    VALUES | NAMES | st.sampled_from([ROBIN, 2301, 2302, "2026-02-31", "2026-10-25T01:30:00"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=8),
    max_leaves=20,
)


def _reading(items: frozenset[Item]) -> Reading:
    return Reading(
        source="mosaic",
        subject=str(ROBIN),
        council=council("blackpool"),
        items=items,
        provenance=Provenance(source="mosaic", system="x", as_of=NOW),
        now=NOW,
    )


@settings(deadline=None)
@given(SENT)
def test_whatever_a_council_sends_is_read_or_breaks_the_contract(sent: object) -> None:
    body = msgspec.json.encode(sent)
    for wire in (RESIDENTS, *(section.page for section in sections(council("essex")))):
        try:
            wire.read("mosaic", body)
        except SourceContractBroken:
            continue
    try:
        resident = RESIDENT.read("mosaic", body)
    except SourceContractBroken:
        return
    identity(resident, _reading(frozenset({Item.IDENTITY_CORE, Item.IDENTITY_NUMBERS})))


@settings(deadline=None)
@given(st.lists(SENT, max_size=4))
def test_whatever_rows_a_council_sends_are_read_or_counted(rows: list[object]) -> None:
    raws = [msgspec.Raw(msgspec.json.encode(row)) for row in rows]
    for section in sections(council("blackpool")):
        section.read(raws, _reading(section.serves))


@settings(deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "workflowStepId": st.integers(),
            "workflowStepTypeId": st.just(2301),
            "subjectPersonId": st.just(ROBIN),
        },
        optional={
            "stepStatus": st.none() | st.text(max_size=9),
            "startedOn": st.none() | st.text(max_size=25),
            "answers": st.lists(
                st.fixed_dictionaries(
                    {"questionCode": st.sampled_from(["MFHStart", "DateFound"])},
                    optional={
                        "dateAnswer": st.text(max_size=25) | st.datetimes().map(datetime.isoformat),
                        "textAnswer": st.text(max_size=5),
                        "handlerRowIdentifier": st.integers() | st.text(max_size=3),
                    },
                ),
                max_size=4,
            ),
        },
    )
)
def test_a_step_of_the_right_shape_is_never_lost_whatever_stands_in_it(step: object) -> None:
    [section] = [s for s in sections(council("blackpool")) if Item.EPISODE_STATUS in s.serves]
    reading = _reading(section.serves)
    [episode] = section.read([msgspec.Raw(msgspec.json.encode(step))], reading)
    assert reading.notes.skipped == 0
    assert set(episode.notes) <= set(reading.notes.all())
