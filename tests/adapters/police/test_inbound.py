"""What a force pushes becomes events, or errors that say why not and quote nobody."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.police.inbound import MOST_BYTES, Received, Sender, incident
from adapters.police.not_accepted import NotAccepted
from records.episode import EpisodeState, Risk
from records.errors import SourceContractBroken
from records.events import (
    ChildAbsent,
    ChildFound,
    ChildLocated,
    ChildReportedMissing,
    EpisodeEvent,
    Event,
    RiskChanged,
    RiskSet,
    SafeAndWellDone,
    StatusDecided,
    TriggerPlanUpdated,
    codes_of,
)
from records.identifiers import LocalId, NHSNumber
from tests.adapters.police.incidents import (
    COMPACT,
    CONNECT,
    NAME,
    NICHE,
    RECEIVED,
    graded,
    pushed,
    report,
    robin,
    row,
)


def told(body: bytes, sender: Sender = CONNECT) -> Received:
    return incident(body, sender, received_at=RECEIVED)


def one(body: bytes, sender: Sender = CONNECT) -> EpisodeEvent:
    [event] = told(body, sender).events
    assert isinstance(event, EpisodeEvent)
    return event


def refused(body: bytes, sender: Sender = CONNECT) -> NotAccepted:
    with pytest.raises(NotAccepted) as caught:
        told(body, sender)
    error = caught.value
    said = [str(error), repr(error), error.body.decode()]
    said += [str(error.__cause__), "" if error.__suppress_context__ else str(error.__context__)]
    for secret in (NAME, "Ashworth", "9990000018", "N-1001"):
        assert all(secret not in text for text in said)
    return error


def errors(error: NotAccepted) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(error.body)["errors"]
    return found


# What is told


def test_connects_notice_with_its_risk_assessment_is_a_report_and_a_grade() -> None:
    received = told(
        pushed(
            robin(),
            *graded(
                {
                    "grade": "HIGH",
                    "gradedByRank": "Inspector",
                    "gradedTime": "2026-11-20T22:10:00Z",
                },
                commandAndControlRef="LC-20261120-1187",
                pncCirculated=True,
                circumstances=f"{NAME} left after a quarrel.",
            ),
        )
    )
    missing, risk = received.events
    assert isinstance(missing, ChildReportedMissing)
    assert missing.happened_at == datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
    assert missing.recorded_at == datetime(2026, 11, 20, 21, 55, tzinfo=UTC)
    assert missing.missing_from == datetime(2026, 11, 20, 20, tzinfo=UTC)
    assert missing.provenance.as_of == RECEIVED
    assert (missing.episode_ref, missing.force) == ("LC-42", "lancashire")
    assert (missing.state, missing.term_as_sent) == (EpisodeState.MISSING, "MISSING")
    assert (missing.log_ref, missing.pnc_circulated) == ("LC-20261120-1187", True)
    assert missing.about.local_id == LocalId("police", "N-1001")
    assert missing.about.nhs_number == NHSNumber("9990000018")
    assert missing.about.core is not None
    assert missing.about.core.given_names == ("Robin", NAME)
    assert isinstance(risk, RiskSet)
    assert (risk.grade, risk.grade_as_sent, risk.set_by_rank) == (Risk.HIGH, "HIGH", "Inspector")
    assert risk.happened_at == datetime(2026, 11, 20, 22, 10, tzinfo=UTC)
    assert received.document_ref == "INC-7"
    assert received.status == 201


def test_nothing_that_was_written_about_the_child_stays_with_an_event() -> None:
    body = pushed(
        robin(), *graded({"grade": "HIGH", "rationale": f"{NAME}: rationale"}, circumstances=NAME)
    )
    for event in told(body).events:
        assert NAME not in repr(event)
        assert NAME not in repr(codes_of(event))


def test_a_report_that_is_the_document_itself_is_read_too() -> None:
    body = json.dumps({"data": report(), "included": [robin()]}).encode()
    received = told(body)
    assert isinstance(received.events[0], ChildReportedMissing)
    assert received.document_ref == "LC-42"


def test_every_grading_is_told_in_the_order_in_which_they_were_set() -> None:
    _, *risks = told(
        pushed(
            robin(),
            *graded(
                {"grade": "MEDIUM", "gradedTime": "2026-11-20T22:20:00Z"},
                {"grade": "HIGH", "gradedTime": "2026-11-20T22:00:00Z"},
                {"grade": "CRITICAL", "gradedTime": "2026-11-20T22:25:00Z"},
            ),
        )
    ).events
    assert [type(event) for event in risks] == [RiskSet, RiskChanged, RiskChanged]
    assert [risk.grade for risk in risks if isinstance(risk, RiskSet)] == [
        Risk.HIGH,
        Risk.MEDIUM,
        Risk.NOT_A_GRADE,
    ]
    assert [note.code for note in risks[2].notes] == ["unknown-risk-grade"]


@pytest.mark.parametrize(
    "status, more, kind, at",
    [
        ("REPORTED", {}, ChildReportedMissing, (20, 21, 40)),
        ("found", {"foundTime": "2026-11-21T08:45:00Z"}, ChildFound, (21, 8, 45)),
        ("CLOSED", {"foundTime": "2026-11-21T08:45:00Z"}, ChildFound, (21, 8, 45)),
        ("LOCATED", {"safetyStatedTime": "2026-11-21T01:00:00Z"}, ChildLocated, (21, 1, 0)),
        ("ABSENT", {}, ChildAbsent, (20, 21, 40)),
        ("CLOSED", {}, StatusDecided, None),
        ("WANDERING", {}, StatusDecided, None),
    ],
)
def test_where_an_episode_stands(
    status: str, more: dict[str, str], kind: type[Event], at: tuple[int, int, int] | None
) -> None:
    event = one(pushed(robin(), report(status=status, **more)))
    assert type(event) is kind
    assert event.term_as_sent == status
    day = datetime(2026, 11, *at, tzinfo=UTC) if at else None
    assert event.happened_at == day
    unknown = ["unknown-status"] if status == "WANDERING" else []
    late = ["time-in-future"] if day and day.day == 21 else []
    assert [note.code for note in event.notes] == unknown + late


def test_a_check_on_return_is_told_without_its_findings() -> None:
    found = report(status="FOUND", foundTime="2026-11-20T22:00:00Z")
    found["relationships"]["safeAndWellRecords"] = {
        "data": [{"type": "safeAndWellRecord", "id": "SW-1"}]
    }
    findings = {"doneTime": "2026-11-20T22:20:00Z", "doneBy": "Response officer", "findings": NAME}
    _, check = told(pushed(robin(), found, row("safeAndWellRecord", "SW-1", findings))).events
    assert isinstance(check, SafeAndWellDone)
    assert check.done_by == "Response officer"
    assert check.happened_at == datetime(2026, 11, 20, 22, 20, tzinfo=UTC)
    assert NAME not in repr(check)


def test_a_trigger_plan_that_hangs_on_the_nominal_is_told() -> None:
    child = robin()
    child["relationships"]["triggerPlans"] = {"data": [{"type": "triggerPlan", "id": "TP-1"}]}
    strangers = row("triggerPlan", "TP-2", {"updatedOn": "2026-11-02"})
    plan = row("triggerPlan", "TP-1", {"updatedOn": "2026-11-01", "likelyPlaces": [NAME]})
    _, event = told(pushed(child, report(), plan, strangers)).events
    assert isinstance(event, TriggerPlanUpdated)
    assert event.plan_ref == "TP-1"
    assert event.sender_ref == "TP-1/updated/2026-11-01"


def test_niches_occurrence_and_its_questionnaire() -> None:
    occurrence = row(
        "occurrence",
        "16/88001/26",
        {
            "occurrenceStatus": "OPEN",
            "reportedTime": "2026-11-20T21:40:00+00:00",
            "enteredTime": "2026-11-20T21:55:00+00:00",
            "stormLogRef": "HP-0612",
            "pncCirculated": True,
        },
        nominal=("person", "N-1001"),
        riskQuestionnaires=("riskQuestionnaire", "Q-1"),
    )
    answers = [{"number": 4, "answer": f"{NAME} needs an inhaler."}]
    asked = row("riskQuestionnaire", "Q-1", {"grade": "HIGH", "answers": answers})
    missing, risk = told(pushed(robin(), occurrence, asked), NICHE).events
    assert isinstance(missing, ChildReportedMissing)
    assert (missing.term_as_sent, missing.state) == ("OPEN", EpisodeState.MISSING)
    assert missing.pnc_circulated is True
    assert missing.log_ref == "HP-0612"
    assert isinstance(risk, RiskSet)
    assert risk.grade is Risk.HIGH
    assert NAME not in repr(risk)


def test_a_report_marked_inactive_is_no_return() -> None:
    inactive = row(
        "occurrence", "O-1", {"occurrenceStatus": "INACTIVE"}, nominal=("person", "N-1001")
    )
    event = one(pushed(robin(), inactive), NICHE)
    assert isinstance(event, StatusDecided)
    assert [note.code for note in event.notes] == ["inactive"]


def test_siblings_in_one_document_are_two_children() -> None:
    received = told(
        pushed(
            robin(),
            robin("N-1002", givenName=["Alex"], nhsNumber="9990000115"),
            report(),
            report("LC-43", "N-1002"),
        )
    )
    assert [(event.about.local_id, event.sender_ref) for event in received.events] == [
        (LocalId("police", "N-1001"), "LC-42/missing"),
        (LocalId("police", "N-1002"), "LC-43/missing"),
    ]


def test_a_child_known_by_an_id_alone_is_reported_all_the_same() -> None:
    event = one(pushed(row("person", "N-1001"), report()))
    assert event.about.local_id == LocalId("police", "N-1001")
    assert event.about.nhs_number is None


def test_an_nhs_number_that_cannot_be_one_is_said_and_left_out() -> None:
    event = one(pushed(robin(nhsNumber="9990000019"), report()))
    assert event.about.nhs_number is None
    assert "nhs-number-invalid" in {note.code for note in event.notes}


def test_where_the_child_lives_is_taken_for_finding_out_who_they_are_and_for_nothing_else() -> None:
    home = row("location", "L-1", {"postcode": "PR1 8XJ", "line": "1 Canal Street"})
    other = row("location", "L-2", {"postcode": "FY1 1AD"})
    child = robin()
    child["relationships"] = {"currentAddress": {"data": [{"type": "location", "id": "L-1"}]}}
    event = one(pushed(child, report(), home, other))
    assert [place.postcode for place in event.about.addresses] == ["PR1 8XJ"]
    for kept in (repr(event), str(codes_of(event)), str(event.notes)):
        assert "PR1" not in kept


@pytest.mark.parametrize("postcode", [None, "", "  ", 7, ["PR1 8XJ"]])
def test_a_place_without_a_postcode_costs_the_report_nothing(postcode: object) -> None:
    child = robin()
    child["relationships"] = {"currentAddress": {"data": [{"type": "location", "id": "L-1"}]}}
    event = one(pushed(child, report(), row("location", "L-1", {"postcode": postcode})))
    assert event.about.addresses == ()
    assert one(pushed(child, report())).about.addresses == ()


def test_places_and_other_things_of_the_standard_are_passed_over() -> None:
    place = {"type": "location", "id": "L-1", "attributes": {"line": 7, "odd": [None]}}
    assert isinstance(one(pushed(robin(), report(), place)), ChildReportedMissing)


# Times


def test_a_time_without_an_offset_costs_itself_and_not_the_report() -> None:
    event = one(pushed(robin(), report(reportedTime="2026-11-20T21:40:00")))
    assert isinstance(event, ChildReportedMissing)
    assert event.happened_at is None
    # The time of recording stands in, and when it reached us if need be.
    assert event.at == datetime(2026, 11, 20, 21, 55, tzinfo=UTC)
    assert [note.code for note in event.notes] == ["time-without-offset"]
    bare = one(pushed(robin(), report(reportedTime=None, recordedTime=None)))
    assert bare.at == RECEIVED


def test_a_clock_that_runs_ahead_is_remarked_on() -> None:
    ahead = one(pushed(robin(), report(reportedTime="2026-11-20T23:40:00+00:00")))
    assert [note.code for note in ahead.notes] == ["time-in-future"]
    little = one(pushed(robin(), report(reportedTime="2026-11-20T22:33:00+00:00")))
    assert little.notes == ()


def test_found_before_missing_is_told_and_said() -> None:
    event = one(pushed(robin(), report(status="FOUND", foundTime="2026-11-20T19:00:00+00:00")))
    assert isinstance(event, ChildFound)
    assert [note.code for note in event.notes] == ["found-before-missing"]


def test_a_found_report_that_comes_first_belongs_to_the_same_episode() -> None:
    found = one(pushed(robin(), report(status="FOUND", foundTime="2026-11-20T22:00:00Z")))
    missing = one(pushed(robin(), report()))
    assert found.episode_ref == missing.episode_ref
    assert found.sender_ref != missing.sender_ref


# The same again


def test_the_same_said_again_has_the_same_references_and_digest() -> None:
    body = pushed(robin(), *graded({"grade": "HIGH", "gradedTime": "2026-11-20T22:00:00Z"}))
    spaced = json.dumps(json.loads(body), indent=2, sort_keys=True).encode()
    later = incident(
        pushed(
            robin(),
            *graded({"grade": "HIGH", "gradedTime": "2026-11-20T22:00:00Z"}),
            submitTime="2026-11-20T23:00:00Z",
        ),
        CONNECT,
        received_at=datetime(2026, 11, 20, 23, tzinfo=UTC),
    )
    first = told(body)
    for again in (told(spaced), later):
        assert again.digest == first.digest
        assert [e.sender_ref for e in again.events] == [e.sender_ref for e in first.events]


def test_said_otherwise_under_the_same_reference_is_a_correction() -> None:
    first = told(pushed(robin(), report()))
    other = told(pushed(robin(), report(reportedTime="2026-11-20T21:30:00+00:00")))
    assert [e.sender_ref for e in first.events] == [e.sender_ref for e in other.events]
    assert first.digest != other.digest


def test_a_regrading_sent_with_the_first_grade_is_one_new_reference() -> None:
    high = {"grade": "HIGH", "gradedTime": "2026-11-20T22:00:00Z"}
    medium = {"grade": "MEDIUM", "gradedTime": "2026-11-20T22:20:00Z"}
    before = {event.sender_ref for event in told(pushed(robin(), *graded(high))).events}
    after = {event.sender_ref for event in told(pushed(robin(), *graded(high, medium))).events}
    assert after - before == {"LC-42/risk/2026-11-20T22:20:00+00:00"}


# What is refused


@pytest.mark.parametrize(
    "body, status",
    [
        (b"", 400),
        (b"{", 400),
        (b"<html>", 400),
        (b"\xff\xfe{\x00", 400),
        (b"[" * 100_000, 422),
        (b'{"data":' + b"[" * 100_000, 400),
        (pushed(robin(), report())[:-20], 400),
        (pushed(robin(), report()) + b"{}", 400),
        (b"null", 422),
        (b"[]", 422),
        (b'{"data": {"type": "incident"}}', 422),
        (b'{"data": {"type": "incident", "id": 7}}', 422),
        (b'{"included": []}', 422),
        (b" " * (MOST_BYTES + 1), 413),
        (pushed(*[robin()] * 501), 413),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_is_no_document_is_refused_with_a_status(body: bytes, status: int) -> None:
    error = refused(body)
    assert error.status == status
    assert {told_["status"] for told_ in errors(error)} == {str(status)}
    assert all(told_["title"].endswith(".") for told_ in errors(error))
    # Whoever knows only the wider class knows what it means.
    assert isinstance(error, SourceContractBroken)


def test_every_record_that_cannot_be_read_is_pointed_at() -> None:
    error = refused(pushed(robin(), report(status=[NAME]), robin("N-2", surname={"x": NAME})))
    assert [told_["source"]["pointer"] for told_ in errors(error)] == [
        "/included/1/attributes/status",
        "/included/2/attributes/surname",
    ]


@pytest.mark.parametrize(
    "included",
    [
        (),
        (robin(),),
        (report(),),
        (robin("N-2"), report()),
        (robin(), row("missingPersonReport", "R-1", {"status": "MISSING"})),
        (robin(" "), report(nominal=" ")),
    ],
    ids=["nothing", "a person alone", "a report alone", "another's", "nobody's", "a blank id"],
)
def test_a_document_that_reports_on_nobody_is_not_taken_for_one(included: tuple[Any, ...]) -> None:
    error = refused(pushed(*included))
    assert error.status == 422
    assert "no missingPersonReport about a person" in errors(error)[0]["title"]


def test_a_skeleton_of_text_alone_is_refused_and_so_sent_another_way() -> None:
    skeleton = row("incident", "INC-8", {"incidentDescription": f"{NAME} is missing."})
    assert refused(json.dumps({"data": skeleton}).encode()).status == 422


def test_a_system_that_pushes_nothing_is_told_so() -> None:
    assert refused(pushed(robin(), report()), COMPACT).status == 404


def test_a_niche_report_is_not_read_as_connects() -> None:
    assert refused(pushed(robin(), report()), NICHE).status == 422


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(
    attributes=st.dictionaries(
        st.sampled_from(["status", "reportedTime", "foundTime", "pncCirculated", "recordedTime"]),
        JSON,
    ),
    person=st.dictionaries(
        st.sampled_from(["surname", "givenName", "dateOfBirth", "gender"]), JSON
    ),
)
def test_whatever_stands_in_a_report_it_is_told_or_refused(
    attributes: dict[str, object], person: dict[str, object]
) -> None:
    try:
        events = told(
            pushed(robin("N-1001", **person), report("LC-42", "N-1001", **attributes))
        ).events
    except NotAccepted as error:
        assert error.status == 422  # noqa: PT017 - either is right; only this one has a status
    else:
        assert len(events) == 1


@settings(max_examples=100, deadline=None)
@given(body=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_a_document_or_refused(body: bytes) -> None:
    assert refused(body).status in {400, 422}
