"""T04, told and not asked for: a child tells the interviewer of an assault, and refuses that anything be shared.

The interviewer, or the worker, says here that it cannot wait. Whoever the paragraph names has a notice at once,
which holds what somebody wrote down for them to act on, and nothing else of what was said.
"""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from disclosure.assertion import Says
from notifications.recipients import Way
from records.people import Role
from tests.acting import records
from tests.casefile import ACCOUNT, SAFEGUARDING, SENSITIVE, SYNOPSIS
from tests.notifications.receiver import Receiver
from tests.notifications_http.asking import mine
from tests.notifications_http.kept import told
from tests.notifications_http.test_consent_taken_back import TAKEN, TOO_BUSY, listening, waits_for
from tests.notifications_http.town import EVENING, Town
from tests.people import Practitioner
from tests.strangers.children import in_care
from tests.world import Child

HOUR = timedelta(hours=1)
BACK = EVENING + 15 * HOUR
WHY = "The child said so in the interview, and it cannot wait until Monday."
STAFFORDSHIRE, STOKE, ESSEX, SOMERSET = "E10000028", "E06000021", "E10000012", "E06000066"
LANCASHIRE, GRIMSBY = "E10000017", "E06000012"


def interviewed(town: Town, area: str) -> Child:
    """A looked-after child of that area, back for twenty hours, who refuses all sharing of what they said."""
    child = in_care(town, area)
    town.goes_missing(child)
    town.is_found(child, BACK)
    town.is_now(BACK + 20 * HOUR)
    child.file.interviewed(sensitive=SENSITIVE)
    child.registers.child_says(Says.REFUSES)
    return child


def judges(who: Practitioner, child: Child, judgement: str) -> None:
    done = records(
        who, "recordJudgement", child, judgement=judgement, value=True, hours=12, reason=WHY
    )
    assert done["__typename"] == "Recorded", done


def reads(who: Practitioner, event: str) -> list[str]:
    """Every notice of this kind of event that somebody has, as it may be said to them."""
    return [
        msgspec.json.encode(one["event"]).decode()
        for one in mine(who, "event")
        if one["event"] and one["event"]["type"].endswith(event)
    ]


def sent(town: Town, receiver: Receiver) -> str:
    """The notice of the interview that the force's machine was sent."""
    for minutes in range(1, 240, 5):
        town.is_now(BACK + 20 * HOUR + timedelta(minutes=minutes))
        town.world.does(asyncio.sleep(0.1))
        of_interview = [e for e in receiver.events if str(e["type"]).endswith("interview-done")]
        if of_interview:
            return msgspec.json.encode(of_interview[-1]).decode()
    pytest.fail("nothing came")


def nothing_else(notice: str) -> bool:
    return not any(words in notice for words in (ACCOUNT, SYNOPSIS, SENSITIVE))


@pytest.mark.parametrize(
    "area, judgement, event, rule, role, where",
    [
        ("Staffordshire", "CRIME_SUSPECTED", "crime-suspected", "staffs-crime-tell-police", Role.POLICE_OFFICER, None),
        ("Staffordshire", "CRIME_SUSPECTED", "crime-suspected", "staffs-crime-parallel-s47", Role.FRONT_DOOR, STAFFORDSHIRE),
        ("Stoke-on-Trent", "CRIME_SUSPECTED", "crime-suspected", "staffs-crime-parallel-s47/stoke", Role.FRONT_DOOR, STOKE),
        ("Essex", "AT_RISK", "harm-suspected", "essex-harm-to-ai", Role.FRONT_DOOR, ESSEX),
        ("Somerset", "URGENT", "interview-urgent-finding", "somerset-rhi-manager-review", Role.TEAM_MANAGER, SOMERSET),
        ("Lancashire", "URGENT", "interview-urgent-finding", "panlancs-rhi-urgent-sharing", Role.POLICE_MISSING_COORDINATOR, None),
        ("Lancashire", "URGENT", "interview-urgent-finding", "panlancs-rhi-urgent-sharing", Role.CHILDRENS_SERVICES, LANCASHIRE),
        ("North East Lincolnshire", "CRIME_SUSPECTED", "crime-suspected", "nelincs-crime-police-attend", Role.POLICE_OFFICER, None),
        ("North East Lincolnshire", "AT_RISK", "harm-suspected", "nelincs-abuse-contact-immediately", Role.CHILDRENS_SERVICES, GRIMSBY),
    ],
)  # fmt: skip
def test_whom_the_paragraph_names_has_what_was_written_for_them_and_nothing_else(
    town: Town, area: str, judgement: str, event: str, rule: str, role: Role, where: str | None
) -> None:
    """As T04 says for each protocol.

    Source: Staffordshire and Stoke 19.1; Essex 4.2.1; Somerset, Returning children; Pan-Lancashire
    5.7.4; North East Lincolnshire, Incidents of specific concern.
    """
    child = interviewed(town, area)
    organisation = where or child.host.force
    town.registers(organisation, role)
    reader = town.world.person(role, organisation)
    if role is Role.TEAM_MANAGER:
        reader = town.world.manager(child)
    by = (
        town.world.social_worker(child) if judgement == "AT_RISK" else town.world.interviewer(child)
    )

    judges(by, child, judgement)

    assert (f"{organisation}/{role.value}", rule) in told(town, child, event)
    notices = reads(reader, event)
    assert any(SAFEGUARDING in notice for notice in notices), notices
    # A manager of the authority that held the interview reads their own authority's record.
    own = role is Role.TEAM_MANAGER
    assert all(own or nothing_else(notice) for notice in notices)
    assert not any(SENSITIVE in notice for notice in notices)


@pytest.mark.parametrize(
    "area, judgement, event, role",
    [
        ("Lancashire", "URGENT", "interview-urgent-finding", Role.REGISTERED_MANAGER),
        ("Essex", "AT_RISK", "harm-suspected", Role.POLICE_MISSING_COORDINATOR),
        ("Somerset", "URGENT", "interview-urgent-finding", Role.POLICE_MISSING_COORDINATOR),
        ("North East Lincolnshire", "CRIME_SUSPECTED", "crime-suspected", Role.YOUTH_JUSTICE_WORKER),
        ("Staffordshire", "CRIME_SUSPECTED", "crime-suspected", Role.CLA_NURSE),
    ],
)  # fmt: skip
def test_whom_no_paragraph_names_has_no_notice_of_what_the_child_said(
    town: Town, area: str, judgement: str, event: str, role: Role
) -> None:
    """The rest of T04: a home, a force that learns through the discussion, youth justice, a nurse.

    Source: Pan-Lancashire 5.7.4; Somerset, Returning children; North East Lincolnshire, Recording;
    Essex 4.2.1: no text of a chat.
    """
    child = interviewed(town, area)
    by = (
        town.world.social_worker(child) if judgement == "AT_RISK" else town.world.interviewer(child)
    )

    judges(by, child, judgement)

    rows = town.rows(
        "SELECT d.recipient, d.items FROM delivery d JOIN event e ON e.id = d.event"
        " WHERE d.child = :c AND e.type = :t",
        c=child.ref,
        t=event,
    )
    assert rows
    of_the_interview = {row["recipient"] for row in rows if "rhi." in row["items"]}
    assert not any(who.endswith(f"/{role.value}") for who in of_the_interview)


@pytest.mark.parametrize("takes_back", [False, True])
def test_an_interview_said_here_is_sent_without_the_account_once_agreement_is_taken_back(
    town: Town, *, takes_back: bool
) -> None:
    """Pan-Lancashire 5.7.4: the co-ordinator has the interview with the child's agreement, while it lasts."""
    child = in_care(town, "Lancashire")
    child.registers.child_says(Says.AGREES)
    child.file.interviewed()
    worker, interviewer = town.world.social_worker(child), town.world.interviewer(child)
    with listening(town) as receiver:
        receiver.answers = lambda _event: TOO_BUSY
        town.registers(
            child.host.force,
            Role.POLICE_MISSING_COORDINATOR,
            Way("webhook", address=receiver.url, secrets=("hook",), content=True),
        )
        town.goes_missing(child)
        town.is_found(child, BACK)
        town.is_now(BACK + 20 * HOUR)
        at = (BACK + 19 * HOUR).isoformat()
        done = records(interviewer, "recordEvent", child, what="INTERVIEW_DONE", at=at)
        assert done["__typename"] == "Recorded"
        waits_for(town, receiver, 1)
        if takes_back:
            back = records(worker, "withdrawConsent", child, giver="CHILD", capacity="COMPETENT")
            assert back["__typename"] == "Recorded"
        receiver.answers = lambda _event: TAKEN
        last = sent(town, receiver)

    assert (ACCOUNT in last) is not takes_back
