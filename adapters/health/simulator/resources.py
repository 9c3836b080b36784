"""Resources as these servers send them, built from what a test or the demo cares about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

Resource = Mapping[str, Any]

NHS_NUMBER: Final = "https://fhir.nhs.uk/Id/nhs-number"
SPINE: Final = "https://fhir.nhs.uk/R4/CodeSystem/Spine-ErrorOrWarningCode"
_CONFIDENTIALITY: Final = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
_VERIFICATION: Final = (
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"
)


def patient(
    resource_id: str,
    *,
    given: str,
    family: str,
    born: str,
    nhs_number: str | None = None,
    gender: str = "female",
    restricted: bool = False,
    **more: object,
) -> Resource:
    """A UK Core Patient. ``more`` are further elements, by FHIR's own names."""
    verified = {
        "url": _VERIFICATION,
        "valueCodeableConcept": {"coding": [{"code": "01", "display": "Present and verified"}]},
    }
    label = {"system": _CONFIDENTIALITY, "code": "R" if restricted else "U"}
    return {
        "resourceType": "Patient",
        "id": resource_id,
        "meta": {"versionId": "2", "security": [label]},
        "identifier": [{"system": NHS_NUMBER, "value": nhs_number, "extension": [verified]}]
        if nhs_number
        else [],
        "name": [{"use": "usual", "given": [given], "family": family}],
        "gender": gender,
        "birthDate": born,
        **more,
    }


def about(resource: Resource, patient_id: str) -> bool:
    """Whether a resource names this patient."""
    references = (resource.get(name) or {} for name in ("subject", "patient", "for"))
    return any(held.get("reference") == f"Patient/{patient_id}" for held in references)


def outcome(
    code: str, *, severity: str = "error", issue: str = "processing", display: str = ""
) -> Resource:
    """An OperationOutcome with one issue, in the words of the Spine."""
    coding = {"system": SPINE, "version": "1", "code": code, "display": display or code}
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": severity, "code": issue, "details": {"coding": [coding]}}],
    }


def bundle(
    resources: Sequence[Resource],
    *,
    base: str,
    total: int | None = None,
    following: str | None = None,
    outcomes: Sequence[Resource] = (),
) -> Resource:
    """One page of a searchset. ``outcomes`` come as entries of mode ``outcome``."""
    matches = [
        {
            "fullUrl": f"{base}/{resource['resourceType']}/{resource.get('id')}",
            "resource": resource,
            "search": {"mode": "match", "score": 1},
        }
        for resource in resources
    ]
    told = [{"resource": one, "search": {"mode": "outcome"}} for one in outcomes]
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(resources) if total is None else total,
        "link": [{"relation": "next", "url": following}] if following else [],
        "entry": [*matches, *told],
    }
