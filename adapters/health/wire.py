"""The few parts of FHIR R4 that we read, as UK Core and PDS send them.

Everything is optional, unknown extensions and elements are passed over, and what cannot be
read is refused one resource at a time. Location, telephone and practice of a patient are not
here at all: we do not read what we may not show, and PDS strips them for restricted patients.

Source: HL7 FHIR R4; UK Core 2.0.0; NHS England's PDS FHIR specification.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from adapters.reading import Wire

NHS_NUMBER: Final = "https://fhir.nhs.uk/Id/nhs-number"
VERIFICATION: Final = (
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"
)


class Resource(msgspec.Struct, frozen=True, rename="camel"):
    """What every resource begins with; read first, to know what the rest is."""

    resource_type: str
    id: str | None = None


class Coding(msgspec.Struct, frozen=True, rename="camel"):
    """One code of one system."""

    system: str | None = None
    code: str | None = None
    display: str | None = None


class Concept(msgspec.Struct, frozen=True, rename="camel"):
    """A CodeableConcept: codes, and what a person wrote."""

    coding: tuple[Coding, ...] = ()
    text: str | None = None

    def words(self) -> str | None:
        """What a person would call it: their own text, else a display, else the bare code."""
        displays = (coding.display for coding in self.coding)
        codes = (coding.code for coding in self.coding)
        for words in (self.text, *displays, *codes):
            if words and words.strip():
                return words.strip()
        return None

    def has(self, code: str) -> bool:
        """Whether it carries a code, given as ``system|code``."""
        return any(f"{coding.system}|{coding.code}" == code for coding in self.coding)


class Period(msgspec.Struct, frozen=True, rename="camel"):
    """A start and an end as sent: each may be missing, or only a year or a month."""

    start: str | None = None
    end: str | None = None


class Extension(msgspec.Struct, frozen=True, rename="camel"):
    """An extension; only those we know are looked at."""

    url: str | None = None
    value_codeable_concept: Concept | None = None


class Identifier(msgspec.Struct, frozen=True, rename="camel"):
    """One identifier of one system."""

    system: str | None = None
    value: str | None = None
    extension: tuple[Extension, ...] = ()

    @property
    def verified(self) -> bool:
        """Whether the NHS number is marked 01, present and verified."""
        return any(
            coding.code == "01"
            for extension in self.extension
            if extension.url == VERIFICATION and extension.value_codeable_concept
            for coding in extension.value_codeable_concept.coding
        )


class Reference(msgspec.Struct, frozen=True, rename="camel"):
    """A pointer to another resource."""

    reference: str | None = None
    display: str | None = None
    identifier: Identifier | None = None


class Meta(msgspec.Struct, frozen=True, rename="camel"):
    """Labels and the last change."""

    security: tuple[Coding, ...] = ()
    last_updated: str | None = None


class HumanName(msgspec.Struct, frozen=True, rename="camel"):
    """One name of a person."""

    use: str | None = None
    text: str | None = None
    family: str | None = None
    given: tuple[str | None, ...] = ()
    period: Period | None = None


class Link(msgspec.Struct, frozen=True, rename="camel"):
    """A patient's link to another record of the same person."""

    type: str | None = None
    other: Reference | None = None


class Patient(msgspec.Struct, frozen=True, rename="camel"):
    """A patient, without address, telephone or practice."""

    resource_type: Literal["Patient"]
    id: str
    meta: Meta | None = None
    active: bool | None = None
    identifier: tuple[Identifier, ...] = ()
    name: tuple[HumanName, ...] = ()
    gender: str | None = None
    birth_date: str | None = None
    link: tuple[Link, ...] = ()

    @property
    def restricted(self) -> bool:
        """Whether the record is labelled restricted or very restricted. Source: PDS, code R."""
        labels = self.meta.security if self.meta else ()
        return any(label.code in {"R", "V"} for label in labels)

    @property
    def replaced_by(self) -> str | None:
        """The id of the record that replaces this one, where the system says so."""
        for link in self.link:
            if link.type == "replaced-by" and link.other and link.other.reference:
                return link.other.reference.rstrip("/").rsplit("/", 1)[-1] or None
        return None


class Flag(msgspec.Struct, frozen=True, rename="camel"):
    """An alert. Source: UK Core Flag."""

    resource_type: Literal["Flag"]
    id: str
    status: str | None = None
    code: Concept | None = None
    subject: Reference | None = None
    period: Period | None = None


class Allergy(msgspec.Struct, frozen=True, rename="camel"):
    """An allergy or intolerance. Source: UK Core AllergyIntolerance."""

    resource_type: Literal["AllergyIntolerance"]
    id: str
    clinical_status: Concept | None = None
    verification_status: Concept | None = None
    code: Concept | None = None
    patient: Reference | None = None


class Contained(msgspec.Struct, frozen=True, rename="camel"):
    """A resource inside another; read only for the name of a place or organisation."""

    resource_type: str
    id: str | None = None
    name: str | list[HumanName] | None = None


class EncounterLocation(msgspec.Struct, frozen=True, rename="camel"):
    """Where an encounter took place."""

    location: Reference | None = None


class Encounter(msgspec.Struct, frozen=True, rename="camel"):
    """A contact with a service. Source: UK Core Encounter."""

    resource_type: Literal["Encounter"]
    id: str
    status: str | None = None
    class_: Coding | None = msgspec.field(default=None, name="class")
    type: tuple[Concept, ...] = ()
    subject: Reference | None = None
    period: Period | None = None
    location: tuple[EncounterLocation, ...] = ()
    service_provider: Reference | None = None
    contained: tuple[msgspec.Raw, ...] = ()


class Quantity(msgspec.Struct, frozen=True, rename="camel"):
    """A number with its unit."""

    value: float | None = None
    unit: str | None = None


class Observation(msgspec.Struct, frozen=True, rename="camel"):
    """A measurement or a score. Source: UK Core Observation."""

    resource_type: Literal["Observation"]
    id: str
    status: str | None = None
    code: Concept | None = None
    subject: Reference | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    value_integer: int | None = None
    value_quantity: Quantity | None = None
    value_string: str | None = None
    value_codeable_concept: Concept | None = None


class Immunization(msgspec.Struct, frozen=True, rename="camel"):
    """A vaccination given, or recorded as not given. Source: UK Core Immunization."""

    resource_type: Literal["Immunization"]
    id: str
    status: str | None = None
    vaccine_code: Concept | None = None
    patient: Reference | None = None
    occurrence_date_time: str | None = None
    occurrence_string: str | None = None
    location: Reference | None = None
    contained: tuple[msgspec.Raw, ...] = ()


class Written(msgspec.Struct, frozen=True, rename="camel"):
    """What we wrote, as the server has it: its id there, and the identifier that we gave it."""

    resource_type: str
    id: str
    identifier: tuple[Identifier, ...] = ()


class Restriction(msgspec.Struct, frozen=True, rename="camel"):
    """Within what time a task is to be done."""

    period: Period | None = None


class Task(msgspec.Struct, frozen=True, rename="camel"):
    """Something to be done, such as a review health assessment. Source: UK Core Task."""

    resource_type: Literal["Task"]
    id: str
    status: str | None = None
    code: Concept | None = None
    for_: Reference | None = msgspec.field(default=None, name="for")
    execution_period: Period | None = None
    last_modified: str | None = None
    restriction: Restriction | None = None


class ConsentData(msgspec.Struct, frozen=True, rename="camel"):
    """One resource that a provision is about."""

    reference: Reference | None = None


class Provision(msgspec.Struct, frozen=True, rename="camel"):
    """A rule of a consent, and the rules inside it."""

    type: str | None = None
    period: Period | None = None
    purpose: tuple[Coding, ...] = ()
    class_: tuple[Coding, ...] = msgspec.field(default=(), name="class")
    data: tuple[ConsentData, ...] = ()
    provision: tuple[Provision, ...] = ()


class Consent(msgspec.Struct, frozen=True, rename="camel"):
    """What a patient, or somebody for them, has agreed or refused. Source: UK Core Consent."""

    resource_type: Literal["Consent"]
    id: str
    status: str | None = None
    scope: Concept | None = None
    patient: Reference | None = None
    policy_rule: Concept | None = None
    provision: Provision | None = None


class ContactPoint(msgspec.Struct, frozen=True, rename="camel"):
    """A way to reach somebody."""

    system: str | None = None
    value: str | None = None
    use: str | None = None


class CareTeam(msgspec.Struct, frozen=True, rename="camel"):
    """The authority with a plan for a child. Source: NHS England, CP-IS API guide."""

    resource_type: Literal["CareTeam"]
    id: str
    status: str | None = None
    category: tuple[Concept, ...] = ()
    name: str | None = None
    subject: Reference | None = None
    period: Period | None = None
    telecom: tuple[ContactPoint, ...] = ()


class Issue(msgspec.Struct, frozen=True, rename="camel"):
    """One thing that went wrong, or that the server wants known."""

    severity: str | None = None
    code: str | None = None
    details: Concept | None = None


class OperationOutcome(msgspec.Struct, frozen=True, rename="camel"):
    """What a server says of its own work; alone, or as an entry of a searchset."""

    resource_type: Literal["OperationOutcome"]
    issue: tuple[Issue, ...] = ()

    def codes(self) -> frozenset[str]:
        """The service's own error codes, such as TOO_MANY_MATCHES."""
        return frozenset(
            coding.code
            for issue in self.issue
            if issue.details
            for coding in issue.details.coding
            if coding.code
        )


class BundleLink(msgspec.Struct, frozen=True, rename="camel"):
    """Where another page is."""

    relation: str
    url: str


class EntrySearch(msgspec.Struct, frozen=True, rename="camel"):
    """Why an entry is in the bundle."""

    mode: str | None = None


class Entry(msgspec.Struct, frozen=True, rename="camel"):
    """One resource of a bundle, not yet read."""

    resource: msgspec.Raw = msgspec.Raw()
    search: EntrySearch | None = None


class Bundle(msgspec.Struct, frozen=True, rename="camel"):
    """One page of a search."""

    resource_type: Literal["Bundle"]
    type: str | None = None
    link: tuple[BundleLink, ...] = ()
    entry: tuple[Entry, ...] = ()

    def next_url(self) -> str | None:
        """Where the next page is; None on the last."""
        return next((link.url for link in self.link if link.relation == "next"), None)


RESOURCE: Final = Wire(Resource, what="resource")
BUNDLE: Final = Wire(Bundle, what="page of resources")
OUTCOME: Final = Wire(OperationOutcome, what="note on the answer")
PATIENT: Final = Wire(Patient, what="patient")
FLAG: Final = Wire(Flag, what="flag")
ALLERGY: Final = Wire(Allergy, what="allergy")
ENCOUNTER: Final = Wire(Encounter, what="encounter")
OBSERVATION: Final = Wire(Observation, what="observation")
IMMUNIZATION: Final = Wire(Immunization, what="immunisation")
TASK: Final = Wire(Task, what="task")
WRITTEN: Final = Wire(Written, what="resource that was written")
CONSENT: Final = Wire(Consent, what="consent")
CARE_TEAM: Final = Wire(CareTeam, what="plan")
CONTAINED: Final = Wire(Contained, what="contained resource")
