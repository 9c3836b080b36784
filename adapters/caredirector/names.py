"""One council's names: which entity set and which field mean what. None is known in public.

CareDirector's own names have not been published, so every one stands in a field map; another
council is another map, never another line of Python. A field is a property of the entity, or
``navigation/property`` of one that hangs on it.
"""

from __future__ import annotations

from importlib import resources
from typing import Annotated, Final

import msgspec

from records.errors import WrongSettings
from records.meeting import MeetingKind

LOOKED_AFTER: Final = (
    *("C1", "C2", "D1", "E1", "V2", "V3", "V4"),
    *("L1", "L2", "L3", "J1", "J2", "J3"),
)
"""Every legal status under which a child is looked after. Source: SSDA903, LS."""

Set = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_.]{0,127}$")]
Property = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,127}$")]
Field = Annotated[
    str, msgspec.Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,127}(/[A-Za-z_][A-Za-z0-9_]{0,127})?$")
]
Codes = tuple[str, ...]


class Entity(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One kind of entity, and the property that is its key.

    ``modified`` is the property that holds when an entity was last changed: without it, what happens
    is not told by itself.
    """

    entity_set: Set
    key: Property
    modified: Property | None = None


class OfPerson(Entity, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An entity about a person; ``person`` is the property that holds that person's key."""

    person: Property


class Sexes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The field that says the sex, and the codes it says it in."""

    field: Field
    male: Codes = ()
    female: Codes = ()
    other: Codes = ()
    not_known: Codes = ()


class Episodes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The field that tells missing from absent and away; words compared without case."""

    field: Field
    missing: Codes = ()
    absent: Codes = ()
    away: Codes = ()


class YesNo(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A field that says yes, no or not applicable."""

    field: Field
    yes: Codes = ("true",)
    no: Codes = ("false",)
    not_applicable: Codes = ()


class Person(Entity, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who somebody is. ``merged_into`` holds the key of the record that replaces this one."""

    merged_into: Property | None = None
    given_names: tuple[Field, ...] = ()
    family_name: Field | None = None
    birth_date: Field | None = None
    birth_date_estimated: Field | None = None
    sex: Sexes | None = None
    restricted: Field | None = None
    nhs_number: Property | None = None
    upn: Field | None = None
    former_id: Field | None = None


class Legal(OfPerson, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Legal statuses. Only a code among ``looked_after`` says that the child is looked after."""

    code: Field | None = None
    description: Field | None = None
    looked_after: Codes = LOOKED_AFTER
    started: Field | None = None
    ended: Field | None = None


class Placement(OfPerson, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Placements. ``address`` are the fields of its lines, in order."""

    placement_type: Field | None = None
    provider: Field | None = None
    ofsted_urn: Field | None = None
    host_authority: Field | None = None
    started: Field | None = None
    ended: Field | None = None
    address: tuple[Field, ...] = ()
    postcode: Field | None = None


class Case(OfPerson, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Cases and who works them."""

    service: Field | None = None
    started: Field | None = None
    ended: Field | None = None
    worker: Field | None = None
    worker_key: Field | None = None
    job: Field | None = None
    team: Field | None = None
    telephone: Field | None = None
    allocated: Field | None = None


class Missing(OfPerson, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Missing episodes. Without ``kind`` the council records missing only."""

    kind: Episodes | None = None
    missing_from: Field | None = None
    reported_at: Field | None = None
    found_at: Field | None = None
    circumstances: Field | None = None
    reported_by: Field | None = None
    found_by: Field | None = None


class Interview(OfPerson, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Return interviews.

    Where they stand on the missing episode itself, one of ``shown_by`` being filled in is what
    makes an entity an interview too, of that episode. ``episode`` is the property that holds the key
    of the missing episode, ``episode_began`` the one that holds the day on which it began.
    """

    episode: Property | None = None
    episode_began: Field | None = None

    shown_by: tuple[Field, ...] = ()
    offered: YesNo | None = None
    accepted: YesNo | None = None
    offered_at: Field | None = None
    declined_because: Field | None = None
    held_at: Field | None = None
    held_by: Field | None = None
    safeguarding: Field | None = None
    safeguarding_provider: Field | None = None
    needs: Field | None = None
    synopsis: Field | None = None
    account: Field | None = None
    sensitive: Field | None = None


class CarePlan(OfPerson, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Care plans of looked-after children."""

    started: Field | None = None
    ended: Field | None = None
    permanence: Field | None = None


class Plan(OfPerson, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Plans of one kind. ``risks`` and ``actions`` may be several fields."""

    written: Field | None = None
    review_due: Field | None = None
    profile: Field | None = None
    risks: tuple[Field, ...] = ()
    actions: tuple[Field, ...] = ()


class SchoolNames(OfPerson, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which school a child goes to."""

    name: Field
    started: Field | None = None
    ended: Field | None = None


class Meetings(OfPerson, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Meetings. ``kinds`` says in which words the field ``kind`` tells them apart; others are "other"."""

    kind: Field
    kinds: dict[MeetingKind, Codes]
    called: Field | None = None
    meets: Field | None = None
    held: Field | None = None
    minutes: Field | None = None


class Council(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A council's whole field map. What is left out is not supplied.

    ``authority`` is its GSS code. ``keys`` says how keys are written in a filter: as GUIDs,
    as quoted text, or as numbers.
    """

    name: str
    authority: Annotated[str, msgspec.Meta(pattern=r"^[EWSN]\d{8}$")]
    person: Person
    keys: Annotated[str, msgspec.Meta(pattern="^(guid|text|number)$")] = "guid"
    legal: Legal | None = None
    placement: Placement | None = None
    case: Case | None = None
    missing: Missing | None = None
    interview: Interview | None = None
    care_plan: CarePlan | None = None
    placement_plan: Plan | None = None
    prevention_plan: Plan | None = None
    philomena: Plan | None = None
    school: SchoolNames | None = None
    meeting: Meetings | None = None


def council(named: str | Council) -> Council:
    """The field map itself, or the bundled one of that name.

    Raises:
        WrongSettings: no such map is bundled, or it has a mistake.
    """
    if isinstance(named, Council):
        return named
    folder = resources.files("adapters.caredirector") / "councils"
    bundled = sorted(
        file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml")
    )
    if named not in bundled:
        raise WrongSettings(
            f"No field map of that name is bundled; bundled are: {', '.join(bundled)}."
            " Write your own under `council`."
        )
    try:
        return msgspec.toml.decode((folder / f"{named}.toml").read_bytes(), type=Council)
    except msgspec.MsgspecError as error:
        raise WrongSettings(f"adapters/caredirector/councils/{named}.toml: {error}") from None
