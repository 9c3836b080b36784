"""The examples that NHS England and HL7 UK publish are read as they stand."""

import json
from datetime import date
from pathlib import Path

import pytest

from adapters.health import Sought
from adapters.health.wire import Consent
from adapters.reading import Wire
from records.child import Identity, Sex
from records.health import Health, HealthEvent
from records.identifiers import LocalId, NHSNumber
from records.items import Item
from tests.adapters.health.conftest import REQUEST, Spine, Trust, ask
from tests.fhir_xml import resource

DATA = Path(__file__).parents[2] / "data"
CORE = (Item.IDENTITY_CORE, Item.IDENTITY_NUMBERS)
RICHARD = "UKCore-Patient-RichardSmith-Example"


def pds(name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((DATA / "pds" / f"{name}.json").read_text())
    return found


def uk_core(name: str) -> dict[str, object]:
    return resource(DATA / "fhir" / f"{name}.xml")


@pytest.mark.parametrize(
    "example,number,given,family,restricted",
    [
        ("Patient", "9000000009", ("Jane",), "Smith", False),
        ("Sensitive_Patient", "9000000025", ("Janet",), "Smythe", True),
        ("Minimal_Patient", "9000000033", (), None, False),
    ],
)
async def test_pds_patients(
    spine: Spine,
    example: str,
    number: str,
    given: tuple[str, ...],
    family: str | None,
    *,
    restricted: bool,
) -> None:
    spine.simulator.answers_with(pds(example))
    told = await ask(spine.connected(), number, *CORE)
    [identity] = told.records
    assert isinstance(identity, Identity)
    assert identity.core is not None
    assert identity.numbers is not None
    assert (identity.core.given_names, identity.core.family_name) == (given, family)
    assert identity.core.restricted is restricted
    assert identity.numbers.nhs_number == NHSNumber(number)
    assert identity.numbers.nhs_number_verified
    assert identity.core.birth_date == (date(2010, 10, 22) if given else None)
    assert identity.core.sex is (Sex.FEMALE if given else Sex.NOT_KNOWN)
    for place in ("Trevelyan", "LS1", "Boar Lane", "01632"):
        assert place not in repr(told)

    [known] = await spine.connected().trace(NHSNumber(number))
    assert known.local_id == LocalId("pds", number)


@pytest.mark.parametrize(
    "example,number,restricted",
    [("PatientSearch", "9000000009", False), ("Sensitive_PatientSearch", "9000000025", True)],
)
async def test_pds_searches(spine: Spine, example: str, number: str, *, restricted: bool) -> None:
    spine.simulator.answers_with(pds(example))
    sought = Sought(family="Smith", birth_date=date(2010, 10, 22))
    [known] = (await spine.connected().find(sought, request_ref=REQUEST)).known
    assert known.nhs_number == NHSNumber(number)
    assert known.core.restricted is restricted


async def test_a_pds_answer_about_another_number_is_a_change_of_number(spine: Spine) -> None:
    spine.simulator.answers_with(pds("Patient"))
    told = await ask(spine.connected(), "9000000033", *CORE)
    assert told.superseded_by == LocalId("pds", "9000000009")


async def test_uk_core_patients(trust: Trust) -> None:
    for name in (RICHARD, "UKCore-Patient-BabyPatient-Example"):
        trust.simulator.keeps(uk_core(name))
    [richard] = (await trust.answers(*CORE, subject=RICHARD)).records
    assert isinstance(richard, Identity)
    assert richard.core is not None
    assert richard.numbers is not None
    assert (richard.core.given_names, richard.core.family_name) == (("Richard",), "SMITH")
    assert richard.core.birth_date == date(1970, 9, 11)
    assert richard.numbers.nhs_number == NHSNumber("9912003888")
    assert richard.numbers.nhs_number_verified

    # The published baby's NHS number has a wrong check digit: said, and not passed on.
    [baby] = (await trust.answers(*CORE, subject="UKCore-Patient-BabyPatient-Example")).records
    assert isinstance(baby, Identity)
    assert baby.numbers is not None
    assert baby.numbers.nhs_number is None
    assert "nhs-number-malformed" in {note.code for note in baby.notes}

    [known] = await trust.connected().trace(NHSNumber("9912003888"))
    assert known.local_id == LocalId("trust", RICHARD)


async def test_uk_core_health(trust: Trust) -> None:
    trust.simulator.keeps(uk_core(RICHARD))
    for name in (
        "UKCore-Flag-FoodAllergy-Example",
        "UKCore-Encounter-InpatientEncounter-Example",
        "UKCore-Immunization-InfluenzaVaccine-Example",
        "UKCore-Task-Colonoscopy-Example",
        "UKCore-Consent-ForInformationAccess-Example",
    ):
        trust.simulator.keeps(uk_core(name))
    told = await trust.answers(
        Item.HEALTH_NEEDS, Item.HEALTH_ASSESSMENT, Item.HEALTH_RECORD, subject=RICHARD
    )
    [health] = told.records
    assert isinstance(health, Health)
    assert told.skipped == 0
    # The example's consent gives access and refuses nothing.
    assert [note.code for note in health.notes] == ["allergies-not-read"]
    assert health.needs is not None
    assert health.needs.needs == ("Patient has a severe peanut allergy.",)
    assert health.record is not None
    assert health.record.events == (
        HealthEvent(what="Patient has a severe peanut allergy.", on="2019-12-10T13:00:00+00:00"),
        HealthEvent(what="Seen in hospital ward", on="2019-12-10T13:00:00+00:00"),
        HealthEvent(
            what="Influenza vaccine (split virion, inactivated) suspension for injection 0.5ml"
            " pre-filled syringes (Pfizer Ltd)",
            on="2013-01-10",
        ),
    )
    # A colonoscopy is a task, and no review of a looked-after child's health.
    assert health.assessment is not None
    assert health.assessment.due_on is None


async def test_a_child_protection_flag_is_not_told_as_a_health_need(trust: Trust) -> None:
    flag = uk_core("CPIS-Flag-Example")
    assert flag["contained"]
    trust.simulator.keeps(uk_core(RICHARD))
    trust.simulator.keeps({**flag, "subject": {"reference": f"Patient/{RICHARD}"}})
    told = await trust.answers(Item.HEALTH_NEEDS, Item.HEALTH_RECORD, subject=RICHARD)
    [health] = told.records
    assert isinstance(health, Health)
    assert health.needs is not None
    assert health.record is not None
    assert (health.needs.needs, health.record.events) == ((), ())
    assert told.skipped == 0


def test_the_published_consent_is_read_whole() -> None:
    body = json.dumps(uk_core("UKCore-Consent-ForInformationAccess-Example")).encode()
    consent = Wire(Consent, what="consent").read("trust", body)
    assert consent.status == "active"
    assert consent.provision is not None
    assert [purpose.code for purpose in consent.provision.purpose] == ["GOV"]
