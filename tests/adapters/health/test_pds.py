"""What PDS is understood to say: by number, and by name."""

from datetime import date

import httpx2
import pytest

from adapters.health import Sought
from adapters.health.simulator import PdsSimulator, outcome, patient
from adapters.health.simulator.authority import Authority
from gateway.http import PooledHttp
from records.child import Identity
from records.errors import SourceContractBroken, SourceRefused, SourceUnavailable
from records.identifiers import LocalId, NHSNumber
from records.items import Item
from tests.adapters.health.conftest import REQUEST, Spine, ask

NUMBER = "9990000018"
OLD = "9990000026"
CORE = (Item.IDENTITY_CORE, Item.IDENTITY_NUMBERS)
LEANNE = Sought(family="Ashworth", birth_date=date(2011, 5, 3), given="Leanne")


def leanne(number: str = NUMBER, *, restricted: bool = False) -> dict[str, object]:
    return dict(
        patient(
            number,
            given="Leanne",
            family="Ashworth",
            born="2011-05-03",
            nhs_number=number,
            restricted=restricted,
            address=[{"line": ["1 Hidden Lane"], "postalCode": "LA1 1AA"}],
            telecom=[{"system": "phone", "value": "01524 000000"}],
            generalPractitioner=[{"identifier": {"value": "Y12345"}}],
        )
    )


async def test_a_number_is_told_with_its_verification_and_no_place(spine: Spine) -> None:
    spine.simulator.holds(leanne())
    told = await ask(spine.connected(), NUMBER, *CORE)
    [identity] = told.records
    assert isinstance(identity, Identity)
    assert identity.core is not None
    assert identity.core.birth_date == date(2011, 5, 3)
    assert identity.numbers is not None
    assert identity.numbers.nhs_number_verified
    assert "Hidden Lane" not in repr(told)
    [asked] = spine.simulator.asked
    assert asked.headers["x-request-id"] == REQUEST
    assert asked.headers["nhsd-end-user-organisation-ods"] == "Y12345"


async def test_a_restricted_patient_stays_restricted(spine: Spine) -> None:
    spine.simulator.holds(leanne(restricted=True))
    told = await ask(spine.connected(), NUMBER, *CORE)
    [identity] = told.records
    assert isinstance(identity, Identity)
    assert identity.core is not None
    assert identity.core.restricted
    assert [note.code for note in identity.notes] == ["restricted"]
    [known] = await spine.connected().trace(NHSNumber(NUMBER))
    assert known.core.restricted


async def test_a_superseded_number_leads_to_the_new_one(spine: Spine) -> None:
    spine.simulator.holds(leanne())
    spine.simulator.supersedes(OLD, NUMBER)
    told = await ask(spine.connected(), OLD, *CORE)
    assert told.superseded_by == LocalId("pds", NUMBER)
    assert [note.code for note in told.notes] == ["superseded-person"]
    [known] = await spine.connected().trace(NHSNumber(OLD))
    assert known.local_id == LocalId("pds", NUMBER)
    assert known.nhs_number == NHSNumber(NUMBER)
    assert known.superseded_from == LocalId("pds", OLD)


async def test_an_invalidated_number_is_nobodys_and_says_so(spine: Spine) -> None:
    spine.simulator.invalidates(NUMBER)
    told = await ask(spine.connected(), NUMBER, *CORE)
    assert told.records == ()
    assert [note.code for note in told.notes] == ["invalidated"]
    assert await spine.connected().trace(NHSNumber(NUMBER)) == ()
    unknown = await ask(spine.connected(), OLD, *CORE)
    assert (unknown.records, unknown.notes) == ((), ())


async def test_a_404_that_is_not_pds_speaking_is_no_answer(spine: Spine) -> None:
    spine.simulator.fails(404)
    with pytest.raises(SourceContractBroken):
        await ask(spine.connected(), NUMBER, *CORE)


async def test_somebody_is_found_by_name_and_birth_date(spine: Spine) -> None:
    spine.simulator.holds(leanne())
    found = await spine.connected().find(LEANNE, request_ref=REQUEST)
    [known] = found.known
    assert known.nhs_number == NHSNumber(NUMBER)
    assert not found.too_many
    assert not found.restricted_left_out
    [asked] = spine.simulator.asked
    assert dict(asked.query) == {
        "_history": "true",
        "family": "Ashworth",
        "birthdate": "eq2011-05-03",
        "given": "Leanne*",
    }
    nobody = Sought(family="Nobody", birth_date=date(2011, 5, 3))
    assert (await spine.connected().find(nobody, request_ref=REQUEST)).known == ()


async def test_several_who_fit_are_not_nobody(spine: Spine) -> None:
    spine.simulator.holds(leanne())
    spine.simulator.holds(leanne(OLD))
    found = await spine.connected().find(LEANNE, request_ref=REQUEST)
    assert found.known == ()
    assert found.too_many


async def test_a_postcode_in_the_search_keeps_restricted_patients_out_and_says_so(
    spine: Spine,
) -> None:
    spine.simulator.holds(leanne(restricted=True))
    with_postcode = Sought(
        family="Ashworth", birth_date=date(2011, 5, 3), given="Leanne", postcode="LA1 1AA"
    )
    found = await spine.connected().find(with_postcode, request_ref=REQUEST)
    assert found.known == ()
    assert found.restricted_left_out
    without = await spine.connected().find(LEANNE, request_ref=REQUEST)
    assert [known.core.restricted for known in without.known] == [True]
    assert "Ashworth" not in repr(with_postcode)


async def test_the_sixth_request_in_a_second_is_too_many(http: PooledHttp) -> None:
    with (simulator := PdsSimulator(a_second=5, clock=lambda: 100.0)):
        simulator.holds(leanne())
        source = Spine(simulator, http).connected()
        for _ in range(5):
            await source.trace(NHSNumber(NUMBER))
        with pytest.raises(SourceUnavailable, match="is busy"):
            await source.trace(NHSNumber(NUMBER))


@pytest.mark.parametrize(
    "severity,issue,raised",
    [("error", "forbidden", SourceRefused), ("error", "timeout", SourceUnavailable)],
)
async def test_an_outcome_in_place_of_a_search_answer_is_heeded(
    spine: Spine, severity: str, issue: str, raised: type[Exception]
) -> None:
    spine.simulator.answers_with(outcome("X", severity=severity, issue=issue))
    with pytest.raises(raised):
        await spine.connected().find(LEANNE, request_ref=REQUEST)


async def test_the_simulated_authority_takes_no_assertion_twice(spine: Spine) -> None:
    source = spine.connected()
    spine.simulator.holds(leanne())
    await source.trace(NHSNumber(NUMBER))
    [assertion] = spine.simulator.authority.assertions
    async with httpx2.AsyncClient() as client:
        again = await client.post(
            f"{spine.simulator.url}/oauth2/token",
            data={
                "grant_type": "client_credentials",
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": assertion,
            },
        )
    assert again.status_code == 401
    assert again.json() == {"error": "invalid_client"}
    assert not Authority()._proves(assertion, "https://another.example/token")


@pytest.mark.parametrize(
    "status,raised",
    [
        (400, SourceContractBroken),
        (403, SourceRefused),
        (408, SourceUnavailable),
        (409, SourceContractBroken),
        (412, SourceContractBroken),
        (503, SourceUnavailable),
    ],
)
async def test_no_status_that_pds_has_for_trouble_is_taken_for_nobody(
    spine: Spine, status: int, raised: type[Exception]
) -> None:
    """Source: PDS FHIR specification, errors: 409 and 412 belong to writing, which we do not."""
    spine.simulator.holds(leanne())
    spine.simulator.fails(status)
    with pytest.raises(raised):
        await ask(spine.connected(), NUMBER, *CORE)
    with pytest.raises(raised):
        await spine.connected().trace(NHSNumber(NUMBER))
