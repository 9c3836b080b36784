"""What a provider's FHIR server is understood to say."""

from datetime import date

import pytest

from adapters.health.simulator import outcome, patient
from adapters.health.simulator.provider import REVIEW, SDQ
from records.child import Identity, Sex
from records.errors import (
    SourceContractBroken,
    SourceError,
    SourceRefused,
    SourceUnavailable,
    WrongSettings,
)
from records.health import Health, HealthEvent
from records.identifiers import LocalId, NHSNumber
from records.items import Item
from records.record import DataNote
from tests.adapters.health.conftest import REQUEST, Trust

ALL_HEALTH = (
    Item.HEALTH_EXISTS,
    Item.HEALTH_NEEDS,
    Item.HEALTH_ASSESSMENT,
    Item.HEALTH_RECORD,
)


def codes(notes: tuple[DataNote, ...]) -> set[str]:
    return {note.code for note in notes}


def coded(code: str) -> dict[str, object]:
    system, _, value = code.partition("|")
    return {"coding": [{"system": system, "code": value}]}


@pytest.fixture(autouse=True)
def a_patient(trust: Trust) -> None:
    trust.simulator.keeps(
        patient("p1", given="Leanne", family="Ashworth", born="2011-05", nhs_number="9990000018")
    )


async def the_health(trust: Trust, *items: Item) -> Health:
    [health] = (await trust.answers(*(items or ALL_HEALTH))).records
    assert isinstance(health, Health)
    return health


async def test_a_patient_has_a_name_a_partial_birth_date_and_a_verified_number(
    trust: Trust,
) -> None:
    told = await trust.answers(Item.IDENTITY_CORE, Item.IDENTITY_NUMBERS)
    [identity] = told.records
    assert isinstance(identity, Identity)
    assert identity.core is not None
    assert identity.numbers is not None
    assert (identity.core.given_names, identity.core.family_name) == (("Leanne",), "Ashworth")
    assert identity.core.birth_date is None
    assert identity.core.birth_date_as_sent == "2011-05"
    assert identity.core.sex is Sex.FEMALE
    assert not identity.core.restricted
    assert identity.numbers.nhs_number == NHSNumber("9990000018")
    assert identity.numbers.nhs_number_verified
    assert codes(identity.notes) == {"partial-date"}


async def test_only_the_elements_that_are_permitted_are_asked_for(trust: Trust) -> None:
    [identity] = (await trust.answers(Item.IDENTITY_EXISTS)).records
    assert isinstance(identity, Identity)
    assert (identity.core, identity.numbers) == (None, None)
    reads = [asked for asked in trust.simulator.asked if asked.path == "/fhir/r4/{kind}/{id}"]
    assert [dict(asked.query) for asked in reads] == [{"_elements": "id,meta,active,link"}]
    assert reads[0].headers["x-request-id"] == REQUEST
    searches = [asked.query for asked in trust.simulator.asked if asked not in reads]
    assert searches == [(("patient", "Patient/p1"),)]  # the consents


async def test_the_name_in_use_is_a_current_one(trust: Trust) -> None:
    trust.simulator.resources.clear()
    names = [
        {"use": "old", "family": "Former"},
        {"use": "usual", "family": "Past", "period": {"end": "2025"}},
        {"use": "official", "family": "Now", "given": [None, " Jo "], "period": {"start": "2026"}},
    ]
    trust.simulator.keeps({"resourceType": "Patient", "id": "p1", "name": names, "gender": "x"})
    [identity] = (await trust.answers(Item.IDENTITY_CORE)).records
    assert isinstance(identity, Identity)
    assert identity.core is not None
    assert (identity.core.given_names, identity.core.family_name) == (("Jo",), "Now")
    assert codes(identity.notes) == {"sex-code-unknown"}


async def test_needs_are_the_alerts_in_force(trust: Trust) -> None:
    holds = trust.simulator.holds
    holds("Flag", "p1", status="active", code={"text": "Severe asthma"})
    holds("Flag", "p1", status="active", code={"coding": [{"code": "91935009", "display": "Nuts"}]})
    holds("Flag", "p1", status="inactive", code={"text": "No longer"})
    holds("Flag", "p1", status="active", code={"text": "Over"}, period={"end": "2025"})
    holds("Flag", "p1", status="active", code={"text": "This month"}, period={"end": "2026-11"})
    health = await the_health(trust, Item.HEALTH_NEEDS)
    assert health.needs is not None
    assert health.needs.needs == ("Severe asthma", "Nuts", "This month")
    assert (health.assessment, health.record) == (None, None)


async def test_allergies_are_needs_where_the_provider_has_them_and_said_to_be_unread_elsewhere(
    trust: Trust,
) -> None:
    for text, status in (("Penicillin", "active"), ("Milk", "resolved")):
        trust.simulator.holds(
            "AllergyIntolerance",
            "p1",
            code={"text": text},
            clinicalStatus={"coding": [{"code": status}]},
        )
    unread = await the_health(trust, Item.HEALTH_NEEDS)
    assert codes(unread.notes) == {"allergies-not-read"}
    [health] = (await trust.answers(Item.HEALTH_NEEDS, holds_allergies=True)).records
    assert isinstance(health, Health)
    assert health.needs is not None
    assert health.needs.needs == ("Allergy: Penicillin",)
    assert health.notes == ()


async def test_the_review_is_overdue_only_when_a_task_says_by_when(trust: Trust) -> None:
    holds = trust.simulator.holds
    holds("Task", "p1", status="completed", code=coded(REVIEW), lastModified="2025-11-03T09:00:00Z")
    holds(
        "Task",
        "p1",
        status="completed",
        code=coded(REVIEW),
        executionPeriod={"end": "2026-01-15T23:30:00Z"},
    )
    holds("Task", "p1", status="requested", code=coded("https://other|task"))
    holds("Task", "p1", status="requested", code=coded(REVIEW))
    undated = await the_health(trust, Item.HEALTH_ASSESSMENT)
    assert undated.assessment is not None
    assert undated.assessment.assessed_on == date(2026, 1, 15)
    assert (undated.assessment.due_on, undated.assessment.overdue) == (None, None)

    holds(
        "Task",
        "p1",
        status="in-progress",
        code=coded(REVIEW),
        restriction={"period": {"end": "2026-10"}},
    )
    dated = await the_health(trust, Item.HEALTH_ASSESSMENT)
    assert dated.assessment is not None
    assert dated.assessment.due_on == date(2026, 10, 31)
    assert dated.assessment.overdue is True


async def test_the_latest_questionnaire_counts_if_it_is_a_score(trust: Trust) -> None:
    holds = trust.simulator.holds
    holds("Observation", "p1", code=coded(SDQ), effectiveDateTime="2025-06-30", valueInteger=11)
    holds(
        "Observation",
        "p1",
        code=coded(SDQ),
        effectiveDateTime="2026-06-30",
        valueQuantity={"value": 17.0},
    )
    health = await the_health(trust, Item.HEALTH_ASSESSMENT)
    assert health.assessment is not None
    assert health.assessment.sdq_score == 17
    holds("Observation", "p1", code=coded(SDQ), effectiveDateTime="2026-07-30", valueInteger=99)
    later = await the_health(trust, Item.HEALTH_ASSESSMENT)
    assert later.assessment is not None
    assert later.assessment.sdq_score is None
    assert codes(later.notes) == {"sdq-not-a-score"}


async def test_the_record_is_newest_first_with_places_from_contained_resources(
    trust: Trust,
) -> None:
    holds = trust.simulator.holds
    holds(
        "Encounter",
        "p1",
        status="finished",
        type=[{"text": "School nurse"}],
        period={"start": "2026-09-14T10:00:00+01:00"},
        location=[{"location": {"reference": "#here"}}],
        contained=[
            {"resourceType": "Practitioner", "id": "who", "name": [{"family": "Nurse"}]},
            {"resourceType": "Location", "id": "here", "name": "Morecambe Clinic"},
        ],
        extension=[{"url": "https://unknown.example/extension", "valueBoolean": True}],
    )
    holds(
        "Immunization",
        "p1",
        status="not-done",
        vaccineCode={"text": "HPV"},
        occurrenceDateTime="2024-03",
    )
    holds(
        "Observation",
        "p1",
        code={"text": "Height"},
        effectiveDateTime="2026",
        valueQuantity={"value": 151.5, "unit": "cm"},
    )
    holds("Encounter", "p1", status="entered-in-error", type=[{"text": "Never happened"}])
    health = await the_health(trust, Item.HEALTH_RECORD)
    assert health.record is not None
    assert health.record.events == (
        HealthEvent(what="School nurse", on="2026-09-14T10:00:00+01:00", where="Morecambe Clinic"),
        HealthEvent(what="Height: 151.5 cm", on="2026"),
        HealthEvent(what="HPV (not given)", on="2024-03"),
    )


async def test_no_place_is_told_of_a_restricted_patient(trust: Trust) -> None:
    trust.simulator.resources.clear()
    trust.simulator.keeps(
        patient(
            "p1",
            given="Leanne",
            family="Ashworth",
            born="2011-05-03",
            restricted=True,
            address=[{"postalCode": "LA1 1AA"}],
        )
    )
    place = {"location": {"display": "Morecambe Clinic"}}
    trust.simulator.holds("Encounter", "p1", type=[{"text": "Seen"}], location=[place])
    told = await trust.answers(Item.IDENTITY_CORE, Item.HEALTH_RECORD)
    identity, health = told.records
    assert isinstance(identity, Identity)
    assert isinstance(health, Health)
    assert identity.core is not None
    assert identity.core.restricted
    assert health.record is not None
    assert health.record.events == (HealthEvent(what="Seen", on=None),)
    assert "restricted" in codes(identity.notes) & codes(health.notes)
    assert "Morecambe" not in repr(told)
    assert "LA1" not in repr(told)


def deny(**narrowed: object) -> dict[str, object]:
    return {
        "status": "active",
        "scope": {"coding": [{"code": "patient-privacy"}]},
        "provision": {"type": "permit", "provision": [{"type": "deny", **narrowed}]},
    }


def of_type(*kinds: str) -> list[dict[str, str]]:
    return [{"system": "http://hl7.org/fhir/resource-types", "code": kind} for kind in kinds]


@pytest.mark.parametrize(
    "directive,told",
    [
        (deny(**{"class": of_type("Flag")}), {"assessment", "record"}),
        (deny(**{"class": of_type("Task", "Observation")}), {"needs", "record"}),
        (deny(), set()),
        (deny(actor=[{"role": {"text": "anybody"}}]), set()),
        (deny(**{"class": [{"system": "urn:unknown", "code": "Flag"}]}), set()),
        (deny(period={"end": "2025-12-31"}), {"needs", "assessment", "record"}),
        (deny(period={"start": "2027-01"}), {"needs", "assessment", "record"}),
        (deny(purpose=[{"code": "HRESCH"}]), {"needs", "assessment", "record"}),
        (deny(purpose=[{"code": "HRESCH"}, {"code": "TREAT"}]), set()),
        ({**deny(), "status": "inactive"}, {"needs", "assessment", "record"}),
        (
            {**deny(), "scope": {"coding": [{"code": "research"}]}},
            {"needs", "assessment", "record"},
        ),
        ({"status": "active", "provision": {"type": "deny"}}, set()),
        ({"status": "active", "policyRule": {"coding": [{"code": "OPTOUT"}]}}, set()),
        ({"status": "active", "provision": 17}, set()),
    ],
)
async def test_a_refusal_held_by_the_provider_is_honoured(
    trust: Trust, directive: dict[str, object], told: set[str]
) -> None:
    trust.simulator.holds("Flag", "p1", status="active", code={"text": "Severe asthma"})
    trust.simulator.holds("Encounter", "p1", type=[{"text": "Seen"}])
    trust.simulator.holds("Consent", "p1", **directive)
    health = await the_health(trust)
    parts = {"needs": health.needs, "assessment": health.assessment, "record": health.record}
    assert {name for name, part in parts.items() if part is not None} == told
    assert ("withheld-at-source" in codes(health.notes)) is (len(told) < len(parts))
    if "needs" not in told:
        assert "asthma" not in repr(health)


async def test_a_refusal_of_one_entry_leaves_out_that_entry(trust: Trust) -> None:
    kept = trust.simulator.holds("Encounter", "p1", type=[{"text": "Seen by nurse"}])
    secret = trust.simulator.holds("Encounter", "p1", type=[{"text": "Seen by clinic"}])
    assert kept != secret
    data = [{"meaning": "instance", "reference": {"reference": f"Encounter/{secret}"}}]
    trust.simulator.holds("Consent", "p1", **deny(data=data))
    health = await the_health(trust, Item.HEALTH_RECORD)
    assert health.record is not None
    assert health.record.events == (HealthEvent(what="Seen by nurse", on=None),)
    assert codes(health.notes) == {"withheld-at-source"}


async def test_a_refusal_about_the_patient_closes_the_identity(trust: Trust) -> None:
    trust.simulator.holds("Consent", "p1", **deny(**{"class": of_type("Patient")}))
    [identity] = (await trust.answers(Item.IDENTITY_CORE)).records
    assert isinstance(identity, Identity)
    assert identity.core is None
    assert codes(identity.notes) == {"withheld-at-source"}


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
