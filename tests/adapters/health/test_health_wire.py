"""Whatever a health system sends, it is read, left out with a note, or refused plainly."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.health import wire
from adapters.health.directives import refused
from adapters.health.moments import last_day, over, to_come
from adapters.health.outcome import heed
from adapters.health.settings import ProviderSettings
from adapters.health.translation import HEALTH, IDENTITY, Told, records
from adapters.notes import Notes
from adapters.reading import Wire
from adapters.settings import Secret, Url
from records.errors import SourceContractBroken, SourceError
from records.record import Provenance

NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)
SETTINGS = ProviderSettings(
    interface="fhir-r4",
    url=Url("https://trust.example/fhir"),
    token_url=Url("https://trust.example/token"),
    client_id="homeward",
    private_key=Secret("none"),
    key_id="1",
    review_codes=("s|c",),
    sdq_codes=("s|c",),
)
WIRES = [value for value in vars(wire).values() if isinstance(value, Wire)]
DATES = st.sampled_from(
    [
        "2010",
        "2010-10",
        "2010-02-31",
        "0000",
        "2010-10-10T25:00:00Z",
        "2026-11-24T10:00:00+15:00",
        "9999-12-31",
        "2026-10-25T01:30:00",
        "x",
        "",
        "2026-W48",
        "١٢٣٤",
    ]
)
TEXTS = st.text(max_size=12) | DATES | st.sampled_from(["s", "c", "active", "deny", "Patient/p1"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
OF_PATIENT_ONE = {"reference": "Patient/p1"}
NAMES = sorted(
    {
        field.encode_name
        for kind in vars(wire).values()
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct)
        for field in msgspec.structs.fields(kind)
    }
    - {"resourceType", "id"}
)
KINDS = (
    "Flag",
    "AllergyIntolerance",
    "Encounter",
    "Observation",
    "Immunization",
    "Task",
    "Consent",
)
CONCEPTS = st.builds(lambda text: {"text": text, "coding": [{"system": "s", "code": "c"}]}, TEXTS)
PERIODS = st.builds(lambda start, end: {"start": start, "end": end}, DATES, DATES)


def resources(kind: str) -> st.SearchStrategy[list[msgspec.Raw]]:
    whole = {"resourceType": kind, "id": "1", "subject": OF_PATIENT_ONE}
    whole |= {"patient": OF_PATIENT_ONE, "for": OF_PATIENT_ONE}
    values = JSON | CONCEPTS | PERIODS | TEXTS
    return st.lists(
        st.dictionaries(st.sampled_from(NAMES), values, max_size=6)
        .map(lambda more: {**more, **whole})
        .map(msgspec.json.encode)
        .map(msgspec.Raw),
        max_size=3,
    )


@pytest.mark.parametrize("shape", WIRES)
@given(body=st.binary(max_size=200) | JSON.map(msgspec.json.encode))
def test_any_bytes_are_a_resource_or_a_broken_contract(shape: Wire[object], body: bytes) -> None:
    try:
        shape.read("trust", body)
    except SourceContractBroken as error:
        assert str(error).startswith("trust: sent a ")  # noqa: PT017 - either outcome is right


@given(told=st.fixed_dictionaries({kind: resources(kind) for kind in KINDS}), patient=JSON)
def test_any_resources_become_records_or_are_counted(
    told: dict[str, list[msgspec.Raw]], patient: object
) -> None:
    notes = Notes()
    found = records(
        Told(
            patient=wire.Patient(
                resource_type="Patient",
                id="p1",
                birth_date=patient if isinstance(patient, str) else None,
                gender=patient if isinstance(patient, str) else None,
            ),
            resources=told,
            items=HEALTH | IDENTITY,
            provenance=Provenance(source="trust", system="any", as_of=NOW),
            notes=notes,
        ),
        SETTINGS,
    )
    assert [type(record).__name__ for record in found] == ["Identity", "Health"]
    assert notes.skipped <= sum(map(len, told.values()))


@given(text=TEXTS | st.text())
def test_any_text_is_a_moment_or_none(text: str) -> None:
    assert over(text, NOW) in {True, False}
    assert not (over(text, NOW) and to_come(text, NOW))
    last_day(text, Notes(), "a day")


@given(outcome=JSON.map(msgspec.json.encode))
def test_any_outcome_is_a_note_or_an_error(outcome: bytes) -> None:
    body = b'{"resourceType":"OperationOutcome","issue":[' + outcome + b"]}"
    try:
        heed("trust", wire.OUTCOME.read("trust", body), Notes())
    except SourceError as error:
        assert error.source == "trust"  # noqa: PT017 - either outcome is right


@given(raws=resources("Consent"))
def test_any_consent_refuses_something_or_nothing(raws: list[msgspec.Raw]) -> None:
    consents = list(wire.CONSENT.rows(raws, Notes()))
    refusal = refused(consents, NOW)
    assert refusal.covers("Flag") in {True, False}
    assert not refused([], NOW).covers("Flag")
