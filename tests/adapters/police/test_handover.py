"""COMPACT's e-mails, taken apart and handed over, become the same events."""

from datetime import UTC, date, datetime

import pytest

from adapters.police.handover import LABELS, Message, handed_over
from adapters.police.inbound import Received
from adapters.police.not_accepted import NotAccepted
from records.episode import Risk
from records.events import ChildFound, ChildReportedMissing, RiskSet, SafeAndWellDone
from records.identifiers import LocalId, NHSNumber
from tests.adapters.police.incidents import COMPACT, NAME, RECEIVED

MISSING = {
    "Report type": "Missing report",
    "COMPACT reference:": "C-55/3",
    "Person reference": "N-1001",
    "Forenames": f"Robin {NAME}",
    "Surname": "Ashworth",
    "Date of birth": "23/05/2011",
    "NHS number": "999 000 0018",
    "Missing since": "20/11/2026 20:00",
    "Reported": "20/11/2026 21:40hrs",
    "Recorded": "20/11/2026 21:55",
    "STORM reference": "ST-0031",
    "Circulated on PNC": "Yes",
    "Risk": "HIGH",
    "Risk set by": "Inspector",
    "Risk set at": "20/11/2026, 22:10",
    "Anything else": f"{NAME} was upset.",
}
FOUND = {
    "report type": "Found report",
    "compact reference": "C-55/3",
    "person reference": "N-1001",
    "found at": "21/11/2026 08:45",
    "prevention interview held": "21/11/2026 09:30",
    "prevention interview by": "Response officer",
}


def message(subject: str = "COMPACT", ref: str = "<1@force.example>", **fields: str) -> Message:
    return Message(message_id=ref, subject=subject, fields=fields)


def told(fields: dict[str, str], subject: str = "COMPACT", **more: str) -> Received:
    whole = Message(message_id="<1@force.example>", subject=subject, fields={**fields, **more})
    return handed_over(whole, COMPACT, received_at=RECEIVED)


def refused(fields: dict[str, str], subject: str = "COMPACT") -> NotAccepted:
    with pytest.raises(NotAccepted) as caught:
        told(fields, subject)
    for secret in (NAME, "Ashworth", "9990000018", "C-55/3"):
        assert secret not in str(caught.value)
        assert secret not in caught.value.body.decode()
    return caught.value


def without(fields: dict[str, str], *labels: str) -> dict[str, str]:
    return {label: text for label, text in fields.items() if label not in labels}


def test_a_missing_report_is_a_report_and_a_grade() -> None:
    received = told(MISSING)
    missing, risk = received.events
    assert isinstance(missing, ChildReportedMissing)
    assert missing.happened_at == datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
    assert missing.recorded_at == datetime(2026, 11, 20, 21, 55, tzinfo=UTC)
    assert missing.missing_from == datetime(2026, 11, 20, 20, tzinfo=UTC)
    assert (missing.episode_ref, missing.log_ref, missing.pnc_circulated) == (
        "C-55/3",
        "ST-0031",
        True,
    )
    assert missing.about.local_id == LocalId("police", "N-1001")
    assert missing.about.nhs_number == NHSNumber("9990000018")
    assert missing.about.core is not None
    assert missing.about.core.birth_date == date(2011, 5, 23)
    assert missing.about.core.given_names == ("Robin", NAME)
    assert missing.notes == ()
    assert isinstance(risk, RiskSet)
    assert (risk.grade, risk.set_by_rank) == (Risk.HIGH, "Inspector")
    assert received.document_ref == "<1@force.example>"
    assert NAME not in repr(received)


def test_a_found_report_is_the_same_episodes_and_a_check() -> None:
    found, check = told(FOUND).events
    assert isinstance(found, ChildFound)
    assert found.happened_at == datetime(2026, 11, 21, 8, 45, tzinfo=UTC)
    assert found.episode_ref == "C-55/3"
    assert isinstance(check, SafeAndWellDone)
    assert check.done_by == "Response officer"


def test_times_are_uk_time_in_summer_too() -> None:
    missing, *_ = told({**MISSING, "Reported": "01/07/2026 00:30"}).events
    assert missing.happened_at == datetime(2026, 6, 30, 23, 30, tzinfo=UTC)


def test_a_time_in_the_hour_that_comes_twice_is_said() -> None:
    missing, *_ = told({**MISSING, "Reported": "25/10/2026 01:30"}).events
    assert missing.happened_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert "time-ambiguous" in {note.code for note in missing.notes}


@pytest.mark.parametrize("born, doubt", [("03/05/2011", True), ("05/05/2011", False)])
def test_a_date_that_reads_both_ways_is_said(born: str, *, doubt: bool) -> None:
    missing, *_ = told({**MISSING, "Date of birth": born}).events
    assert missing.about.core is not None
    assert missing.about.core.birth_date == date(2011, 5, int(born[:2]))
    assert ("day-or-month" in {note.code for note in missing.notes}) is doubt


@pytest.mark.parametrize(
    "reported", ["yesterday", "31/02/2026 10:00", "20/11/26 21:40", "20/11/2026"]
)
def test_a_time_that_is_none_costs_itself_and_not_the_report(reported: str) -> None:
    missing, *_ = told({**MISSING, "Reported": reported}).events
    assert isinstance(missing, ChildReportedMissing)
    assert missing.happened_at is None
    assert missing.at == datetime(2026, 11, 20, 21, 55, tzinfo=UTC)
    assert missing.notes


def test_the_same_report_mailed_twice_is_recognised_by_its_references() -> None:
    first = told(MISSING)
    again = handed_over(
        Message(message_id="<2@force.example>", subject="FW: COMPACT", fields=MISSING),
        COMPACT,
        received_at=datetime(2026, 11, 21, 6, tzinfo=UTC),
    )
    assert again.digest == first.digest
    assert [e.sender_ref for e in again.events] == [e.sender_ref for e in first.events]
    assert again.document_ref != first.document_ref


@pytest.mark.parametrize(
    "report, subject, found_at, kind",
    [
        ("Missing", "x", None, ChildReportedMissing),
        ("Found", "x", "21/11/2026 08:45", ChildFound),
        ("Found", "x", None, ChildFound),
        ("", "Missing report - COMPACT", None, ChildReportedMissing),
        ("", "RETURNED: missing report", "21/11/2026 08:45", ChildFound),
        ("", "Missing person found", None, None),
        ("Not found", "Update", None, None),
        ("", "Child still missing, not found yet", None, None),
        ("", "COMPACT", "21/11/2026 08:45", None),
        ("update", "Missing report", None, ChildReportedMissing),
    ],
)
def test_a_child_is_never_taken_for_found_by_a_word_alone_that_reads_both_ways(
    report: str, subject: str, found_at: str | None, kind: type | None
) -> None:
    fields = without(MISSING, "Report type") | ({"found at": found_at} if found_at else {})
    fields["Report type"] = report
    if kind is None:
        assert "missing or found" in str(refused(fields, subject))
    else:
        assert type(told(fields, subject).events[0]) is kind


@pytest.mark.parametrize(
    "left_out, says",
    [
        (("COMPACT reference:",), "no field `compact reference`"),
        (("Person reference", "Surname", "NHS number"), "whom it is about"),
    ],
)
def test_what_is_needed_and_not_there_is_named(left_out: tuple[str, ...], says: str) -> None:
    error = refused(without(MISSING, *left_out))
    assert says in str(error)
    assert error.status == 422


def test_a_child_without_an_id_is_told_with_what_finds_them() -> None:
    missing, *_ = told(without(MISSING, "Person reference")).events
    assert missing.about.local_id is None
    assert missing.about.core is not None
    assert missing.about.core.family_name == "Ashworth"


def test_an_nhs_number_that_cannot_be_one_is_said() -> None:
    missing, *_ = told({**MISSING, "NHS number": "9990000019"}).events
    assert missing.about.nhs_number is None
    assert "nhs-number-invalid" in {note.code for note in missing.notes}


def test_a_forces_own_labels_are_configuration() -> None:
    labels = {**LABELS, "episode": "Case no", "report": "Type"}
    fields = without(MISSING, "COMPACT reference:", "Report type")
    received = handed_over(
        Message(
            message_id="m",
            subject="x",
            fields={**fields, "CASE NO.": "C-9", "Case no ": "C-8", "type": "missing"},
        ),
        COMPACT,
        received_at=RECEIVED,
        labels=labels,
    )
    assert received.events[0].sender_ref == "C-8/missing"


def test_a_whole_story_in_one_field_is_no_reference() -> None:
    refused({**MISSING, "COMPACT reference:": "x" * 5000})


def test_a_message_never_prints_what_it_holds() -> None:
    assert NAME not in repr(Message(message_id="m", subject=NAME, fields=MISSING))
