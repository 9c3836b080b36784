"""What one system holds to know a child by, and the same prepared for comparing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Self

from linking.folding import folded, postcode
from linking.given_names import is_placeholder
from records.child import Address, Identity, Sex
from records.identifiers import UPN, NHSNumber
from records.source import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What one record says of who somebody is. It never prints what it holds.

    ``addresses`` are all that the system knows, past ones too: children who go missing move often.
    """

    given_names: tuple[str, ...] = ()
    family_name: str | None = None
    birth_date: date | None = None
    birth_date_estimated: bool = False
    sex: Sex = Sex.NOT_KNOWN
    addresses: tuple[Address, ...] = ()
    nhs_number: NHSNumber | None = None
    upn: UPN | None = None

    @classmethod
    def of(
        cls, known: Known, *, addresses: tuple[Address, ...] = (), upn: UPN | None = None
    ) -> Self:
        """Of a person found by a trace, with whatever else their system holds."""
        return cls(
            given_names=known.core.given_names,
            family_name=known.core.family_name,
            birth_date=known.core.birth_date,
            birth_date_estimated=known.core.birth_date_estimated,
            sex=known.core.sex,
            addresses=addresses,
            nhs_number=known.nhs_number,
            upn=upn,
        )

    @classmethod
    def of_identity(cls, identity: Identity, *, addresses: tuple[Address, ...] = ()) -> Self:
        """Of an identity as a source answered; what it was not permitted to tell is not compared."""
        core, numbers = identity.core, identity.numbers
        return cls(
            given_names=core.given_names if core else (),
            family_name=core.family_name if core else None,
            birth_date=core.birth_date if core else None,
            birth_date_estimated=core.birth_date_estimated if core else False,
            sex=core.sex if core else Sex.NOT_KNOWN,
            addresses=addresses,
            nhs_number=numbers.nhs_number if numbers else None,
            upn=numbers.upn if numbers else None,
        )

    def __repr__(self) -> str:
        """Say nothing about the child."""
        return "Particulars(…)"

    __str__ = __repr__


class Home(NamedTuple):
    """An address as it is compared: outward code, inward code, and what tells the house."""

    outward: str
    inward: str
    house: str


class Likeness:
    """Particulars folded and taken apart once, so that comparing many pairs is quick."""

    __slots__ = (
        "birth_date",
        "birth_date_estimated",
        "family",
        "family_parts",
        "given",
        "homes",
        "nhs_number",
        "sex",
        "upn",
    )

    def __init__(self, particulars: Particulars) -> None:
        words = [word for name in particulars.given_names for word in folded(name)]
        self.given = tuple(word for word in words if not is_placeholder(word))
        parts = folded(particulars.family_name or "")
        self.family_parts = tuple(part for part in parts if not is_placeholder(part))
        self.family = "".join(self.family_parts)
        self.birth_date = particulars.birth_date
        self.birth_date_estimated = particulars.birth_date_estimated
        self.sex = particulars.sex
        self.homes = tuple(dict.fromkeys(filter(None, map(_home, particulars.addresses))))
        self.nhs_number = particulars.nhs_number.digits if particulars.nhs_number else ""
        self.upn = particulars.upn.text if particulars.upn else ""

    def __repr__(self) -> str:
        """Say nothing about the child."""
        return "Likeness(…)"


def _home(address: Address) -> Home | None:
    code = postcode(address.postcode)
    if code is None:
        return None
    return Home(*code, _house(folded(address.lines[0])) if address.lines else "")


def _house(words: tuple[str, ...]) -> str:
    """Its first number and the word after it: "54 Alma Ln" and "54, Alma Lane" are one house."""
    for at, word in enumerate(words):
        if word[0].isdigit():
            return " ".join(words[at : at + 2])
    return " ".join(words[:2])
