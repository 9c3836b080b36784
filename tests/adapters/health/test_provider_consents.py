"""What a patient's refusals, which the provider holds, close."""

import pytest

from records.child import Identity
from records.health import HealthEvent
from records.items import Item
from tests.adapters.health.conftest import Trust, codes, the_health

pytestmark = pytest.mark.usefixtures("a_patient")


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
