"""A child as each system knows them: who they are, in whose care, where placed, who works with them."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from records.identifiers import UPN, AuthorityCode, LocalId, NHSNumber, OfstedURN
from records.items import Category, Item
from records.record import Record, part


class Sex(enum.Enum):
    """Sex as recorded. Source: SSDA903 codes from 2024/25; FHIR administrative gender."""

    MALE = "male"
    FEMALE = "female"
    OTHER = "other"
    NOT_KNOWN = "not-known"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityCore:
    """Name, birth date and sex. A birth date may be partial, estimated, or an expected date.

    ``restricted`` means that the system marks the person as one whose whereabouts must not be given
    out: an absent address is then no sign that there is none.
    Source: SSD pers_*; PDS meta.security R; Mosaic RESTRICTED.
    """

    given_names: tuple[str, ...]
    family_name: str | None
    birth_date: date | None
    birth_date_as_sent: str | None = None
    birth_date_estimated: bool = False
    sex: Sex = Sex.NOT_KNOWN
    restricted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityNumbers:
    """Identifiers held by one system. ``nhs_number_verified`` only where that system says so."""

    nhs_number: NHSNumber | None = None
    nhs_number_verified: bool = False
    upn: UPN | None = None
    local_ids: tuple[LocalId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialCategories:
    """What the law protects more strictly of who a child is: ethnicity, disability, immigration status.

    Codes as sent. Source: SSD pers_ethnicity, disa_disability_code, immi_immigration_status; that no
    more is kept of an immigration status that has ended is ours.
    """

    ethnicity: str | None
    disabilities: tuple[str, ...]
    immigration_statuses: tuple[str, ...]

    def __repr__(self) -> str:
        """Never print any of it."""
        return "SpecialCategories(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity(Record):
    """A child's identity in one system."""

    category: ClassVar[Category] = Category.IDENTITY
    exists: ClassVar[Item] = Item.IDENTITY_EXISTS

    core: IdentityCore | None = part(Item.IDENTITY_CORE)
    numbers: IdentityNumbers | None = part(Item.IDENTITY_NUMBERS)
    special: SpecialCategories | None = part(Item.IDENTITY_SPECIAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalStatusDetail:
    """The legal status in force over a period. ``code`` is SSDA903's LS where the system has codes.

    Source: SSDA903 LS; Liquidlogic sends a description and no code.
    """

    code: str | None
    description: str | None
    looked_after: bool | None
    started_on: date | None
    ended_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalStatus(Record):
    """One legal status of a child."""

    category: ClassVar[Category] = Category.LEGAL_STATUS
    exists: ClassVar[Item] = Item.LEGAL_EXISTS

    status: LegalStatusDetail | None = part(Item.LEGAL_STATUS)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementDetail:
    """Where a looked-after child is placed, with whom, and in whose area; not the address.

    ``placement_type`` is SSDA903's PLACE as sent; unknown codes are carried through.
    ``ceased_because`` is why the episode of care ended (SSDA903 REC), as sent: a code or its words.
    """

    placement_type: str | None
    provider: str | None
    ofsted_urn: OfstedURN | None
    host_authority: AuthorityCode | None
    responsible_authority: AuthorityCode | None
    started_on: date | None
    ended_on: date | None
    ceased_because: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address as one system holds it."""

    lines: tuple[str, ...]
    postcode: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement(Record):
    """One placement of a looked-after child."""

    category: ClassVar[Category] = Category.PLACEMENTS
    exists: ClassVar[Item] = Item.PLACEMENT_EXISTS

    detail: PlacementDetail | None = part(Item.PLACEMENT_DETAIL)
    address: Address | None = part(Item.PLACEMENT_ADDRESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStatus:
    """Whether the child is open to a service, and since when."""

    service: str | None
    is_open: bool | None
    started_on: date | None
    ended_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A worker involved with the child, so that they can be rung."""

    name: str | None
    job: str | None
    team: str | None
    telephone: str | None
    allocated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Involvement(Record):
    """One service's or worker's involvement with a child.

    ``worker_ref`` is the system's own key of the worker, by which it is found whose standing this
    is. Like ``ref`` it is never shown.
    """

    category: ClassVar[Category] = Category.INVOLVEMENTS
    exists: ClassVar[Item] = Item.CASE_EXISTS

    case: CaseStatus | None = part(Item.CASE_STATUS)
    worker: Worker | None = part(Item.CASE_WORKER)
    worker_ref: str | None = None
