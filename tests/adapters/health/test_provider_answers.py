"""How whole a provider's answers are: pages, errors inside an answer, merged records, what is not configured."""

import pytest

from adapters.health.simulator import outcome, patient
from records.errors import (
    SourceContractBroken,
    SourceError,
    SourceRefused,
    SourceUnavailable,
    WrongSettings,
)
from records.health import Health
from records.identifiers import LocalId, NHSNumber
from records.items import Item
from tests.adapters.health.conftest import Trust, codes, the_health

pytestmark = pytest.mark.usefixtures("a_patient")


@pytest.mark.parametrize("relative", [False, True])
async def test_pages_are_followed_whether_links_are_whole_or_relative(
    trust: Trust, *, relative: bool
) -> None:
    trust.simulator.relative_links = relative
    for number in range(25):
        trust.simulator.holds("Flag", "p1", status="active", code={"text": f"Alert {number}"})
    health = await the_health(trust, Item.HEALTH_NEEDS)
    assert health.needs is not None
    assert len(health.needs.needs) == 25


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/fhir?page=2",
        "//169.254.169.254/latest",
        "file:///etc/passwd",
        "http://127.0.0.1:1/fhir",
        "http://[",
        "javascript:alert(1)",
    ],
)
async def test_a_page_elsewhere_is_not_fetched(trust: Trust, link: str) -> None:
    for _ in range(11):
        trust.simulator.holds("Flag", "p1", status="active", code={"text": "Alert"})
    trust.simulator.next_url = link
    with pytest.raises(SourceContractBroken, match="another place for its next page") as told:
        await trust.answers(Item.HEALTH_NEEDS)
    assert link not in str(told.value)


async def test_a_page_that_leads_to_itself_breaks_the_contract(trust: Trust) -> None:
    for _ in range(11):
        trust.simulator.holds("Flag", "p1", status="active", code={"text": "Alert"})
    trust.simulator.next_url = "?patient=Patient/p1&_page=0"
    with pytest.raises(SourceContractBroken, match="leads back to itself"):
        await trust.answers(Item.HEALTH_NEEDS)


@pytest.mark.parametrize(
    "severity,issue,raised",
    [
        ("error", "transient", SourceUnavailable),
        ("fatal", "exception", SourceUnavailable),
        ("error", "throttled", SourceUnavailable),
        ("error", "forbidden", SourceRefused),
        ("error", "invalid", SourceContractBroken),
        ("catastrophe", "invalid", SourceContractBroken),
    ],
)
async def test_an_error_inside_a_200_is_an_error(
    trust: Trust, severity: str, issue: str, raised: type[SourceError]
) -> None:
    trust.simulator.holds("Flag", "p1", status="active", code={"text": "Severe asthma"})
    trust.simulator.outcomes = [
        outcome("X", severity=severity, issue=issue, display="Leanne Ashworth")
    ]
    with pytest.raises(raised) as told:
        await trust.answers(Item.HEALTH_NEEDS)
    assert type(told.value) is raised
    assert "Leanne" not in str(told.value)


async def test_a_warning_inside_a_200_is_a_note_in_our_own_words(trust: Trust) -> None:
    trust.simulator.outcomes = [
        outcome("X", severity="warning", display="Leanne Ashworth"),
        outcome("Y", severity="information", issue="suppressed"),
    ]
    told = await trust.answers(Item.HEALTH_NEEDS)
    assert codes(told.notes) == {"warning-from-source", "withheld-at-source"}
    assert "Leanne" not in repr(told.notes)


async def test_a_merged_record_is_followed_and_its_new_id_is_told(trust: Trust) -> None:
    link = [{"type": "replaced-by", "other": {"reference": "Patient/p1"}}]
    trust.simulator.keeps({"resourceType": "Patient", "id": "p0", "link": link})
    trust.simulator.merged["p00"] = "p1"
    trust.simulator.holds("Flag", "p1", status="active", code={"text": "Severe asthma"})
    for old in ("p0", "p00"):
        told = await trust.answers(Item.HEALTH_NEEDS, subject=old)
        assert told.superseded_by == LocalId("trust", "p1")
        assert codes(told.notes) == {"superseded-person"}
        [health] = told.records
        assert isinstance(health, Health)
        assert health.needs is not None
        assert health.needs.needs == ("Severe asthma",)


async def test_an_entry_about_another_child_or_about_nobody_is_left_out(
    trust: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.health.simulator.provider.about", lambda *_: True)
    trust.simulator.holds("Flag", "p2", status="active", code={"text": "Another child"})
    trust.simulator.holds("Flag", status="active", code={"text": "Nobody"})
    trust.simulator.holds("Flag", "p1", status="active", code=17)
    trust.simulator.keeps(
        {
            "resourceType": "Flag",
            "id": "whole",
            "status": "active",
            "code": {"text": "This child"},
            "subject": {"reference": f"{trust.simulator.base}/Patient/p1/_history/3"},
        }
    )
    told = await trust.answers(Item.HEALTH_NEEDS)
    [health] = told.records
    assert isinstance(health, Health)
    assert health.needs is not None
    assert health.needs.needs == ("This child",)
    assert told.skipped == 3
    assert codes(told.notes) == {"row-of-another-person", "row-skipped"}


async def test_a_known_child_without_alerts_differs_from_an_unknown_child(trust: Trust) -> None:
    health = await the_health(trust, Item.HEALTH_NEEDS)
    assert health.needs is not None
    assert health.needs.needs == ()
    assert (await trust.answers(Item.HEALTH_NEEDS, subject="nobody")).records == ()


async def test_a_trace_of_a_replaced_record_leads_to_its_successor(trust: Trust) -> None:
    number = "9990000018"
    trust.simulator.keeps(
        patient(
            "p0",
            given="Leanne",
            family="Ashworth",
            born="2011-05-03",
            nhs_number=number,
            link=[{"type": "replaced-by", "other": {"reference": "Patient/p1"}}],
        )
    )
    [known] = await trust.connected().trace(NHSNumber(number))
    assert known.local_id == LocalId("trust", "p1")
    assert known.nhs_number == NHSNumber(number)
    assert known.superseded_from is None
    assert await trust.connected().trace(NHSNumber("9990000026")) == ()

    trust.simulator.resources.pop(0)
    [followed] = await trust.connected().trace(NHSNumber(number))
    assert followed.local_id == LocalId("trust", "p1")
    assert followed.superseded_from == LocalId("trust", "p0")


async def test_an_assertion_is_signed_anew_for_every_token(trust: Trust) -> None:
    source = trust.connected()
    await source.trace(NHSNumber("9990000018"))
    trust.simulator.authority.forgets_tokens()
    await source.trace(NHSNumber("9990000018"))
    first, second = trust.simulator.authority.assertions
    assert first != second
    with pytest.raises(SourceRefused, match="no access token"):
        await trust.answers(Item.IDENTITY_CORE, key_id="another-key")


async def test_a_server_without_consents_is_not_asked_for_them(trust: Trust) -> None:
    await trust.answers(Item.HEALTH_EXISTS, holds_consents=False)
    assert trust.simulator.counts() == {"GET /fhir/r4/{kind}/{id}": 1}


def test_what_is_not_configured_is_not_supplied(trust: Trust) -> None:
    assert Item.HEALTH_ASSESSMENT in trust.connected().supplies
    bare = trust.connected(review_codes=[], sdq_codes=[])
    assert Item.HEALTH_ASSESSMENT not in bare.supplies
    with pytest.raises(WrongSettings, match="interface"):
        trust.connected(interface="stu3")
