"""A COMPACT report is told once somebody has pressed refresh, and nobody has to push anything."""

from datetime import timedelta

import pytest

from records.people import Role
from tests.notifications_http.town import EVENING
from tests.places import AUTHORITIES
from tests.polling.polled import Polled
from tests.world import Child

STAFFORDSHIRE = AUTHORITIES["Staffordshire"].code


@pytest.fixture
def child(polled: Polled) -> Child:
    one = polled.town.world.child(
        lives_in="Staffordshire", looked_after_by="Staffordshire", known_to=frozenset({"police"})
    )
    polled.compact.nominal(nominal(one), nhsNumber=one.number.digits)
    polled.knows("compact", nominal(one), one)
    return one


def nominal(child: Child) -> str:
    return f"C-{child.file.serial}"


def goes_missing(polled: Polled, child: Child, **more: object) -> None:
    polled.compact.missing_report(
        f"M-{child.file.serial}",
        nominal(child),
        f"E-{child.file.serial}",
        **{
            "status": "MISSING",
            "missingSince": "2027-01-11T16:00:00",
            "reported": "2027-01-11T17:00:00",
            "recorded": "2027-01-11T17:05:00",
            "circumstances": "Did not come back from school.",
            "risk": "MEDIUM",
            "riskSetByRank": "Inspector",
            "riskSet": "2027-01-11T17:10:00",
            **more,
        },
    )


def is_found(polled: Polled, child: Child) -> None:
    polled.compact.found_report(
        f"F-{child.file.serial}",
        nominal(child),
        f"E-{child.file.serial}",
        found="2027-01-11T17:45:00",
        preventionInterviewRecorded=True,
        preventionInterviewHeld="2027-01-11T17:50:00",
        preventionInterviewBy="Response officer",
    )


def test_a_report_appears_after_its_refresh_and_everybody_is_told(
    polled: Polled, child: Child
) -> None:
    goes_missing(polled, child)
    polled.looks("compact")
    assert polled.kinds(child) == []
    polled.compact.refreshes(EVENING.isoformat())
    polled.looks("compact")
    assert polled.kinds(child) == ["child-reported-missing", "risk-set"]
    told = polled.town.told_of(child, "child-reported-missing")
    for role in (Role.CHILDRENS_SERVICES, Role.MISSING_OFFICER):
        assert f"{STAFFORDSHIRE}/{role.value}" in told


def test_a_report_and_its_found_report_in_one_refresh_are_both_told(
    polled: Polled, child: Child
) -> None:
    goes_missing(polled, child)
    is_found(polled, child)
    polled.compact.refreshes(EVENING.isoformat())
    polled.looks("compact")
    assert polled.kinds(child) == [
        "child-reported-missing",
        "risk-set",
        "child-found",
        "safe-and-well-done",
    ]


def test_a_case_closed_between_two_refreshes_was_reported_all_the_same(
    polled: Polled, child: Child
) -> None:
    goes_missing(polled, child, status="CLOSED")
    polled.compact.refreshes(EVENING.isoformat())
    polled.looks("compact")
    assert polled.kinds(child)[0] == "child-reported-missing"
    assert "status-decided" in polled.kinds(child)


def test_what_was_written_of_the_child_is_not_asked_for(polled: Polled, child: Child) -> None:
    goes_missing(polled, child)
    polled.compact.refreshes(EVENING.isoformat())
    polled.compact.forgets_what_it_was_asked()
    polled.looks("compact")
    asked = {
        name for one in polled.compact.asked for _, value in one.query for name in value.split(",")
    }
    assert "status" in asked
    assert asked.isdisjoint(
        {"circumstances", "informant", "riskRationale", "lastSeenPlace", "surname"}
    )


def test_while_nobody_refreshes_its_events_are_known_to_be_late(
    polled: Polled, child: Child
) -> None:
    polled.compact.refreshes(EVENING.isoformat())
    goes_missing(polled, child)
    polled.town.is_now(EVENING + timedelta(hours=4))
    polled.looks("compact")
    polled.town.world.does(polled.town.world.parts.polling.refresh())
    late = {one.name: one.events_late_since for one in polled.town.world.parts.services.systems()}
    assert late["compact"] == EVENING
    assert late["police"] is None, "what is pushed is not polled"


# By e-mail


def mailed(child: Child, report: str, *lines: str) -> bytes:
    """A message as a mail relay hands it over."""
    text = "\r\n".join(
        [
            "This is an automated message.",
            f"Report type: {report}",
            f"COMPACT reference: E-{child.file.serial}",
            f"Person reference: {nominal(child)}",
            *lines,
        ]
    )
    head = "From: compact@force.example\r\nMessage-ID: <1@force.example>\r\nSubject: COMPACT\r\n"
    return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()


def test_a_report_that_is_mailed_is_told_at_once_and_not_again_after_the_refresh(
    polled: Polled, child: Child
) -> None:
    message = mailed(
        child,
        "Missing report",
        "Missing since: 11/01/2027 16:00",
        "Reported: 11/01/2027 17:00",
        "Recorded: 11/01/2027 17:05",
        "Risk: MEDIUM",
        "Risk set by: Inspector",
        "Risk set at: 11/01/2027 17:10",
    )
    reply = polled.town.pushes(message, to="compact", kind="message/rfc822")
    assert reply.status_code == 201, reply.text
    assert polled.kinds(child) == ["child-reported-missing", "risk-set"]
    assert f"{STAFFORDSHIRE}/{Role.MISSING_OFFICER.value}" in polled.town.told_of(
        child, "child-reported-missing"
    )
    again = polled.town.pushes(message, to="compact", kind="message/rfc822")
    assert again.json()["data"]["id"] == reply.json()["data"]["id"]
    goes_missing(polled, child)
    polled.compact.refreshes(EVENING.isoformat())
    polled.looks("compact")
    assert polled.kinds(child) == ["child-reported-missing", "risk-set"]


@pytest.mark.parametrize(
    "message, status",
    [
        (b"not a message", 422),
        (b"Subject: x\r\nContent-Type: text/html\r\n\r\n<p>Missing</p>", 422),
        (b"Subject: COMPACT missing\r\n\r\nRisk: HIGH\r\nRisk: LOW\r\n", 422),
        (b"Subject: x\r\n\r\n" + b"a" * 300_000, 413),
        (b"Content-Type: text/plain; charset=no-such\r\n\r\nReport type: missing", 422),
    ],
)
def test_a_message_that_cannot_be_read_is_refused_in_plain_words(
    polled: Polled, message: bytes, status: int
) -> None:
    reply = polled.town.pushes(message, to="compact", kind="message/rfc822")
    assert reply.status_code == status
    assert all(error["title"] for error in reply.json()["errors"])


def test_a_force_that_pushes_documents_sends_no_mail(polled: Polled) -> None:
    reply = polled.town.pushes(b"Subject: x\r\n\r\nRisk: HIGH", kind="message/rfc822")
    assert reply.status_code == 415
