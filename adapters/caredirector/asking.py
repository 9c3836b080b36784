"""Which entity sets and which fields the permitted items need, and so the only ones asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from adapters.caredirector.names import (
    Case,
    Council,
    Entity,
    Interview,
    Legal,
    Missing,
    OfPerson,
    Person,
    Placement,
)
from records.items import Item

Query = tuple[tuple[str, str], ...]
Fields = Mapping[Item, tuple[str, ...]]
_GUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_I = Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One entity set: which fields serve which items. ``always`` are asked for whatever the items."""

    entity: Entity
    fields: Fields
    always: tuple[str, ...] = ()

    @property
    def person(self) -> str:
        """The property that holds the key of the person an entity is about."""
        return self.entity.person if isinstance(self.entity, OfPerson) else self.entity.key

    def query(self, items: frozenset[Item]) -> Query:
        """``$select`` and ``$expand`` for what these items need, and no other field."""
        wanted = dict.fromkeys((self.entity.key, self.person, *self.always))
        wanted |= dict.fromkeys(
            name for item, names in self.fields.items() if item in items for name in names
        )
        plain = [name for name in wanted if "/" not in name]
        hanging: dict[str, list[str]] = {}
        for name in wanted:
            navigation, slash, below = name.partition("/")
            if slash:
                hanging.setdefault(navigation, []).append(below)
        asked = [("$select", ",".join(plain))]
        if hanging:
            expand = (f"{there}($select={','.join(below)})" for there, below in hanging.items())
            asked.append(("$expand", ",".join(expand)))
        return tuple(asked)


def literal(key: str, keys: str) -> str | None:
    """A key as it is written in a filter; None for what cannot be a key of that form.

    Source: OASIS OData URL conventions 4.01, primitive literals: GUIDs and numbers stand bare, a
    quote in a text is doubled.
    """
    match keys:
        case "guid":
            return key if _GUID.fullmatch(key) else None
        case "number":
            return key if key.isascii() and key.isdigit() and len(key) < len("9" * 20) else None
        case _:
            return quoted(key) if key.isprintable() else None


def quoted(text: str) -> str:
    """A text literal."""
    return "'" + text.replace("'", "''") + "'"


def sections(council: Council) -> dict[str, Section]:
    """Every entity set that this council's field map describes, by what it holds."""
    found = {"person": _person(council.person)}
    if council.legal is not None:
        found["legal"] = _legal(council.legal)
    if council.placement is not None:
        found["placement"] = _placement(council.placement)
    if council.case is not None:
        found["case"] = _case(council.case)
    if council.missing is not None:
        found["missing"] = _missing(council.missing)
    if council.interview is not None:
        found["interview"] = _interview(council.interview)
    return found


def section_of(
    entity: Entity, exists: Iterable[Item], fields: Mapping[Item, Iterable[str | None]]
) -> Section:
    """The section, without the items of which the map names no field."""
    named = {item: tuple(filter(None, names)) for item, names in fields.items()}
    bare: dict[Item, tuple[str, ...]] = dict.fromkeys(exists, ())
    return Section(entity=entity, fields=bare | {i: names for i, names in named.items() if names})


def _person(names: Person) -> Section:
    core = (
        *names.given_names,
        names.family_name,
        names.birth_date,
        names.birth_date_estimated,
        names.sex.field if names.sex else None,
        names.restricted,
    )
    found = section_of(
        names,
        (_I.IDENTITY_EXISTS,),
        {
            _I.IDENTITY_CORE: core,
            # The key itself is a number of the child's, whatever else the map names.
            _I.IDENTITY_NUMBERS: (names.key, names.nhs_number, names.upn, names.former_id),
        },
    )
    always = (names.merged_into,) if names.merged_into else ()
    return Section(entity=names, fields=found.fields, always=always)


def _legal(names: Legal) -> Section:
    fields = (names.code, names.description, names.started, names.ended)
    return section_of(names, (_I.LEGAL_EXISTS,), {_I.LEGAL_STATUS: fields})


def _placement(names: Placement) -> Section:
    return section_of(
        names,
        (_I.PLACEMENT_EXISTS,),
        {
            _I.PLACEMENT_DETAIL: (
                names.placement_type,
                names.provider,
                names.ofsted_urn,
                names.host_authority,
                names.started,
                names.ended,
            ),
            _I.PLACEMENT_ADDRESS: (*names.address, names.postcode),
        },
    )


def _case(names: Case) -> Section:
    return section_of(
        names,
        (_I.CASE_EXISTS,),
        {
            _I.CASE_STATUS: (names.service, names.started, names.ended),
            _I.CASE_WORKER: (
                names.worker,
                names.worker_key,
                names.job,
                names.team,
                names.telephone,
                names.worker and names.allocated,
                # Whether the worker is still involved: one who is not is nobody to ring tonight.
                names.worker and names.ended,
            ),
        },
    )


def _missing(names: Missing) -> Section:
    # History is whole episodes, so it needs no field of its own.
    return section_of(
        names,
        (_I.EPISODE_EXISTS, _I.EPISODE_HISTORY),
        {
            _I.EPISODE_STATUS: (
                names.kind.field if names.kind else None,
                names.missing_from,
                names.reported_at,
                names.found_at,
            ),
            _I.EPISODE_DETAIL: (names.circumstances, names.reported_by, names.found_by),
        },
    )


def _interview(names: Interview) -> Section:
    found = section_of(
        names,
        (_I.RHI_EXISTS,),
        {
            _I.RHI_OFFER: (
                names.offered.field if names.offered else None,
                names.accepted.field if names.accepted else None,
                names.offered_at,
                names.declined_because,
            ),
            _I.RHI_CONFIRMATION: (names.held_at, names.held_at and names.held_by),
            _I.RHI_SAFEGUARDING: (names.safeguarding,),
            _I.RHI_SAFEGUARDING_PROVIDER: (names.safeguarding_provider,),
            _I.RHI_NEEDS: (names.needs,),
            _I.RHI_SYNOPSIS: (names.synopsis,),
            _I.RHI_FULL: (names.account,),
            _I.RHI_SENSITIVE: (names.sensitive,),
        },
    )
    return Section(entity=names, fields=found.fields)


def shown(names: Interview) -> str | None:
    """The filter that makes an entity an interview: one of its fields is filled in."""
    return " or ".join(f"{field} ne null" for field in names.shown_by) or None
