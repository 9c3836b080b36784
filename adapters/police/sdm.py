"""The shape of a Standard Data Model document: data, what is included, and relationships.

Source: schema.ihub.police.uk, Standard Data Model (JSON:API documents, POLE entities), as
quoted in the README; paging by ``links.next`` cursor and ``supersededBy`` are ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar

import msgspec

from adapters.reading import Wire
from records.child import Sex

R = TypeVar("R")


class Ref(msgspec.Struct, frozen=True):
    """One end of a relationship."""

    id: str
    type: str


class To(msgspec.Struct, frozen=True):
    """A relationship. The standard writes one-to-one as a list of one; a plain object is read too."""

    data: list[Ref] | Ref | None = None

    def refs(self) -> tuple[Ref, ...]:
        match self.data:
            case None:
                return ()
            case Ref():
                return (self.data,)
            case _:
                return tuple(self.data)


class Links(msgspec.Struct, frozen=True):
    """``next`` is the cursor of the page that follows; absent at the end."""

    next: str | None = None


class Meta(msgspec.Struct, frozen=True, rename="camel"):
    """What the system says of the whole.

    ``superseded_by`` is the nominal into which the one asked for was merged; ``refreshed_time``
    is when what it shows was last brought up to date, where it does not show things at once.
    """

    superseded_by: str | None = None
    refreshed_time: str | None = None


class Listing(msgspec.Struct, frozen=True):
    """One page of a list. Rows are read one by one."""

    data: list[msgspec.Raw]
    included: list[msgspec.Raw] = msgspec.field(default_factory=list)
    links: Links = Links()
    meta: Meta = Meta()


class Single(msgspec.Struct, frozen=True):
    """One thing and what is included with it."""

    data: msgspec.Raw
    included: list[msgspec.Raw] = msgspec.field(default_factory=list)
    meta: Meta = Meta()


class PersonAttributes(msgspec.Struct, frozen=True, rename="camel"):
    """A nominal: the standard's ``person``, and two extensions named in the README."""

    given_name: list[str] | None = None
    surname: str | None = None
    date_of_birth: str | None = None
    date_of_birth_known: bool | None = None
    gender: str | None = None
    nhs_number: str | None = None


class Around(msgspec.Struct, frozen=True, rename="camel"):
    """What hangs on a nominal, as far as it is read: the standard has more, and forces add theirs."""

    trigger_plans: To | None = None
    current_address: To | None = None


class Person(msgspec.Struct, frozen=True, tag_field="type", tag="person"):
    """A person as the force holds them."""

    id: str
    attributes: PersonAttributes = PersonAttributes()
    relationships: Around = Around()


class Location(msgspec.Struct, frozen=True, tag_field="type", tag="location"):
    """A place as the force holds it. Of its attributes only the postcode is read, wherever it is text."""

    id: str
    attributes: dict[str, Any] = {}

    @property
    def postcode(self) -> str | None:
        found = self.attributes.get("postcode")
        return found if isinstance(found, str) and found.strip() else None


# Of the standard's code list only GNDR_0001 (female) is quoted in public; 0003 stands with a
# man's name in the published example. Any other code is carried as "other", with a note.
SEXES: Final = {"GNDR_0001": Sex.FEMALE, "GNDR_0003": Sex.MALE}

LISTING: Final = Wire(Listing, what="list of reports")
SINGLE: Final = Wire(Single, what="nominal record")
PLACES: Final = Wire(Location, what="location")
PEOPLE: Final = Wire(Person, what="nominal record")
LIST_OF_PEOPLE: Final = Wire(Listing, what="list of nominals")


def all_refs(relationship: To | None) -> Iterator[str]:
    """The ids at the other end; none where there is no such relationship."""
    if relationship is not None:
        for ref in relationship.refs():
            yield ref.id


def at(kind: type[R], relationship: To | None, included: Mapping[str, object]) -> Iterator[R]:
    """What was included at the other end, if it is of that kind; an id of another kind is none."""
    for ref in all_refs(relationship):
        found = included.get(ref)
        if isinstance(found, kind):
            yield found
