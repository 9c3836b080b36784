"""What a provider's FHIR server is understood to say."""

from datetime import date

import pytest

from adapters.health.simulator import patient
from adapters.health.simulator.provider import REVIEW, SDQ
from records.child import Identity, Sex
from records.health import Health, HealthEvent
from records.identifiers import NHSNumber
from records.items import Item
from tests.adapters.health.conftest import REQUEST, Trust, codes, the_health

pytestmark = pytest.mark.usefixtures("a_patient")


def coded(code: str) -> dict[str, object]:
    system, _, value = code.partition("|")
    return {"coding": [{"system": system, "code": value}]}


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
