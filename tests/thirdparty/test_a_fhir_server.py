"""A FHIR R4 server and an authorisation server that nobody here wrote, reached by configuration alone.

The server is Medplum's router with its store in memory; whoever asks it brings a token that
oidc-provider gave for an assertion signed with the gateway's key.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest

from adapters.health import Provider as Trust
from adapters.health import connect
from gateway.http import PooledHttp
from gateway.settings import Settings, SourceSettings
from linking.enrolment import enrol
from records.child import Identity, IdentityCore
from records.errands import Errand, Stands
from records.errors import SourceRefused
from records.health import Health
from records.identifiers import LocalId, NHSNumber
from records.items import Item
from records.people import Purpose
from records.source import Answered, Known, Question
from tests.thirdparty import openid
from tests.thirdparty.node import serving
from tests.thirdparty.openid import BY_KEY, KEY_ID, Provider
from tests.world import running_world

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
NUMBER = NHSNumber("9990000018")
SNOMED = "http://snomed.info/sct"
REVIEW = "https://trust.example/task|review-health-assessment"
SDQ = "https://trust.example/score|sdq-total"
REQUEST = "3f0c7a52-0f0e-4a55-8f4f-0f1f2d3c4b5a"


@dataclass
class Clinic:
    """The two servers, and what a clinician puts into the one."""

    url: str
    provider: Provider

    @property
    def base(self) -> str:
        return f"{self.url}/fhir/R4"

    def config(self, **more: object) -> dict[str, Any]:
        return {
            "interface": "fhir-r4",
            "url": self.base,
            "token_url": self.provider.token_url,
            "client_id": BY_KEY,
            "private_key": openid.pem(),
            "key_id": KEY_ID,
            "scope": "read",
            "system": "Medplum",
            "review_codes": [REVIEW],
            "sdq_codes": [SDQ],
            **more,
        }

    def holds(self, kind: str, **elements: object) -> str:
        made = self._sends("POST", kind, {"resourceType": kind, **elements})
        return str(made["id"])

    def turns(self, task_id: str, status: str) -> None:
        task = self._sends("GET", f"Task/{task_id}", None)
        self._sends("PUT", f"Task/{task_id}", {**task, "status": status})

    def has(self, kind: str, identifier: str) -> int:
        found = self._sends("GET", f"{kind}?identifier=urn:homeward|{identifier}", None)
        return len(found.get("entry", []))

    def reads(self, path: str) -> Mapping[str, Any]:
        return self._sends("GET", path, None)

    def patient(self, number: NHSNumber = NUMBER) -> str:
        return self.holds(
            "Patient",
            identifier=[{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": number.digits}],
            name=[{"use": "usual", "family": "Ashworth", "given": ["Robin"]}],
            gender="female",
            birthDate="2011-05-03",
        )

    def _sends(self, method: str, path: str, body: object) -> dict[str, Any]:
        reply = httpx2.request(
            method,
            f"{self.base}/{path}",
            json=body,
            headers={"authorization": f"Bearer {self.provider.by_key()}"},
            timeout=10,
        )
        assert reply.status_code in (200, 201), reply.text
        read: dict[str, Any] = reply.json()
        return read


@pytest.fixture(scope="module")
def clinic() -> Iterator[Clinic]:
    with (
        openid.provider(opaque=True) as provider,
        serving("fhir.mjs", INTROSPECTION=provider.introspection_url) as url,
    ):
        yield Clinic(url, provider)


@pytest.fixture
async def http() -> AsyncIterator[PooledHttp]:
    async with PooledHttp() as opened:
        yield opened


def connected(clinic: Clinic, http: PooledHttp, **more: object) -> Trust:
    source = connect("trust", http, clinic.config(**more))
    assert isinstance(source, Trust)
    return source


async def asks(trust: Trust, subject: str, *items: Item) -> Answered:
    return await trust.records(
        Question(
            subject=LocalId("trust", subject),
            items=frozenset(items),
            purpose=Purpose.HEALTH_SUPPORT,
            asked_for="Y12345",
            request_ref=REQUEST,
            now=NOW,
        )
    )


def of(patient: str) -> dict[str, str]:
    return {"reference": f"Patient/{patient}"}


def flag(clinic: Clinic, patient: str, words: str) -> str:
    code = {"text": words, "coding": [{"system": SNOMED, "code": "1"}]}
    return clinic.holds("Flag", status="active", code=code, subject=of(patient))


async def test_a_child_is_traced_by_nhs_number(clinic: Clinic, http: PooledHttp) -> None:
    number = NHSNumber("9990000026")
    patient = clinic.patient(number)
    (known,) = await connected(clinic, http).trace(number)
    assert (known.local_id.value, known.nhs_number) == (patient, number)
    assert known.core.family_name == "Ashworth"
    assert await connected(clinic, http).trace(NHSNumber("9990000034")) == ()


BY_SECRET = {"client_id": openid.BY_SECRET, "client_secret": openid.SECRET}
WAYS = {
    "client-secret-basic": BY_SECRET,
    "client-secret": {**BY_SECRET, "client_id": openid.BY_SECRET_IN_FORM},
}


@pytest.mark.parametrize("way", sorted(WAYS))
async def test_the_deployment_says_how_the_server_lets_us_in(
    clinic: Clinic, http: PooledHttp, way: str
) -> None:
    patient = clinic.patient()
    trust = connected(clinic, http, sign_in=way, **WAYS[way])
    assert (await asks(trust, patient, Item.IDENTITY_CORE)).records


async def test_a_token_that_was_given_once_for_all_is_sent_as_it_is(
    clinic: Clinic, http: PooledHttp
) -> None:
    patient = clinic.patient()
    trust = connected(clinic, http, sign_in="token", token=clinic.provider.by_key())
    assert (await asks(trust, patient, Item.IDENTITY_CORE)).records
    with pytest.raises(SourceRefused):
        await asks(connected(clinic, http, sign_in="none"), patient, Item.IDENTITY_CORE)


async def test_the_depths_of_health_are_read(clinic: Clinic, http: PooledHttp) -> None:
    patient = clinic.patient()
    flag(clinic, patient, "Epilepsy")
    system, _, code = REVIEW.partition("|")
    clinic.holds(
        "Task",
        status="requested",
        intent="order",
        code={"coding": [{"system": system, "code": code}]},
        restriction={"period": {"end": "2026-11-01"}},
        **{"for": of(patient)},
    )
    system, _, code = SDQ.partition("|")
    clinic.holds(
        "Observation",
        status="final",
        code={"coding": [{"system": system, "code": code}]},
        subject=of(patient),
        effectiveDateTime="2026-10-02",
        valueInteger=17,
    )
    clinic.holds(
        "Immunization",
        status="completed",
        vaccineCode={"text": "MenACWY"},
        patient=of(patient),
        occurrenceDateTime="2025-09-12",
    )
    told = await asks(
        connected(clinic, http),
        patient,
        Item.IDENTITY_CORE,
        Item.HEALTH_NEEDS,
        Item.HEALTH_ASSESSMENT,
        Item.HEALTH_RECORD,
    )
    (identity,) = [one for one in told.records if isinstance(one, Identity)]
    (health,) = [one for one in told.records if isinstance(one, Health)]
    assert identity.core is not None
    assert identity.core.given_names == ("Robin",)
    assert health.needs is not None
    assert health.needs.needs == ("Epilepsy",)
    assert health.assessment is not None
    assert (health.assessment.overdue, health.assessment.sdq_score) == (True, 17)
    assert health.record is not None
    assert "MenACWY" in {event.what for event in health.record.events}


async def test_a_refusal_held_there_is_honoured(clinic: Clinic, http: PooledHttp) -> None:
    patient = clinic.patient()
    flag(clinic, patient, "Epilepsy")
    clinic.holds(
        "Consent",
        status="active",
        scope={"coding": [{"code": "patient-privacy"}]},
        category=[{"coding": [{"code": "INFA"}]}],
        patient=of(patient),
        provision={
            "type": "deny",
            "class": [{"system": "http://hl7.org/fhir/resource-types", "code": "Flag"}],
        },
        policyRule={"coding": [{"code": "OPTIN"}]},
    )
    told = await asks(connected(clinic, http), patient, Item.HEALTH_NEEDS)
    (health,) = told.records
    assert "Epilepsy" not in str(health)
    assert "withheld-at-source" in {note.code for note in health.notes}


async def test_a_long_record_is_whole(clinic: Clinic, http: PooledHttp) -> None:
    patient = clinic.patient()
    for number in range(45):
        flag(clinic, patient, f"Alert {number}")
    told = await asks(connected(clinic, http), patient, Item.HEALTH_NEEDS)
    (health,) = [one for one in told.records if isinstance(one, Health)]
    assert health.needs is not None
    assert len(health.needs.needs) == 45


async def test_nobody_there_is_nothing_held(clinic: Clinic, http: PooledHttp) -> None:
    told = await asks(
        connected(clinic, http), "0f0e4a55-8f4f-4b5a-9f1f-2d3c4b5a6c7d", Item.HEALTH_NEEDS
    )
    assert told.records == ()


async def test_a_notice_is_there_once_and_its_task_is_followed(
    clinic: Clinic, http: PooledHttp
) -> None:
    trust = connected(clinic, http)
    errand = Errand(
        ref="a-notice-reference-22c",
        origin="urn:homeward",
        team="CareTeam/cla-nurses",
        urgent=True,
        sent_at=NOW,
        answer_by=NOW + timedelta(hours=1),
        says="Child reported missing.",
    )
    there = await trust.give(errand)
    assert await trust.give(errand) == there
    assert (clinic.has("Communication", errand.ref), clinic.has("Task", errand.ref)) == (1, 1)
    task = clinic.reads(there)
    said = clinic.reads(task["focus"]["reference"])
    assert said["payload"] == [{"contentString": "Child reported missing."}]
    assert await trust.stands(there) is Stands.WAITING
    for status, stands in (("accepted", Stands.TAKEN), ("rejected", Stands.REFUSED)):
        clinic.turns(there.partition("/")[2], status)
        assert await trust.stands(there) is stands
    assert await trust.stands("Task/0f0e4a55-8f4f-4b5a-9f1f-2d3c4b5a6c7d") is Stands.GONE


def test_a_nurse_reads_it_through_the_whole_gateway(clinic: Clinic) -> None:
    def with_clinic(settings: Settings, _folder: Path) -> Settings:
        trust = SourceSettings(adapter="health", config=clinic.config())
        return msgspec.structs.replace(settings, sources={**settings.sources, "trust": trust})

    with running_world(adjust=with_clinic) as world:
        child = world.child(lives_in="Lancashire", looked_after_by="Lancashire")
        patient = clinic.patient(child.number)
        flag(clinic, patient, "Asthma")
        known = Known(
            local_id=LocalId("trust", patient),
            nhs_number=child.number,
            core=IdentityCore(given_names=(), family_name=None, birth_date=None),
        )
        world.does(enrol(world.parts.services.index, [known], by="test", now=datetime.now(UTC)))
        told = world.nurse(child).asks(child, HEALTH)
        (given,) = [r for r in told.child["health"]["records"] if r["source"]["name"] == "trust"]
        assert given["needs"]["needs"] == ["Asthma"]


HEALTH = "health { state records { source { name } needs { state needs } } }"
