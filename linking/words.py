"""Evidence in a reviewer's words, and two records side by side while somebody looks at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from linking.levels import Agrees, Aspect, Birth, Family, Given, Level, Lives
from linking.match import Match
from linking.particulars import Particulars

SAYS: Final[Mapping[tuple[Aspect, Level], str]] = MappingProxyType(
    {
        **{
            (Aspect.GIVEN, level): says
            for level, says in {
                Given.SAME: "The given names are the same.",
                Given.OTHERS_LEFT_OUT: "The first given name is the same; one record leaves others out.",
                Given.SPELT_OTHERWISE: "The given names are one name spelt in two ways.",
                Given.ONE_SLIP: "The given names differ by one slip of the hand.",
                Given.SHORT_FORM: "One given name is a short form of the other.",
                Given.OTHER_ORDER: "The given names are the same in another order.",
                Given.KNOWN_BY_ANOTHER: "One record uses a later given name of the other as the first.",
                Given.INITIAL: "One record has an initial where the other has a name.",
                Given.SHARED_BY_CUSTOM: "Only a name that brothers or sisters may share is the same.",
                Given.OTHERS_DIFFER: "The first given name is the same and the others are not.",
                Given.SIMILAR: "The given names look similar.",
                Given.DIFFERENT: "The given names are different.",
                Given.NOT_COMPARED: "The given names could not be compared.",
            }.items()
        },
        **{
            (Aspect.FAMILY, level): says
            for level, says in {
                Family.SAME: "The family names are the same.",
                Family.PART_SAME: "Part of a double family name is the same.",
                Family.ONE_SLIP: "The family names differ by one slip of the hand.",
                Family.SOUNDS_SAME: "The family names sound the same.",
                Family.SIMILAR: "The family names look similar.",
                Family.DIFFERENT: "The family names are different.",
                Family.NOT_COMPARED: "The family names could not be compared.",
            }.items()
        },
        **{
            (Aspect.BIRTH, level): says
            for level, says in {
                Birth.SAME: "The birth dates are the same.",
                Birth.SAME_BUT_ESTIMATED: "The birth dates are the same, but may be an estimate.",
                Birth.DAY_AND_MONTH_EXCHANGED: "Day and month of birth are exchanged.",
                Birth.ONE_DIGIT: "One digit of the birth dates differs.",
                Birth.YEAR_BESIDE: "The years of birth are one apart, day and month the same.",
                Birth.NEAR_AN_ESTIMATE: "The birth dates are near one another, and one may be an estimate.",
                Birth.YEARS_APART: "The birth dates are many years apart.",
                Birth.DIFFERENT: "The birth dates are different.",
                Birth.NOT_COMPARED: "One record has no birth date.",
            }.items()
        },
        **{
            (Aspect.ADDRESS, level): says
            for level, says in {
                Lives.SAME_HOUSE: "Both know the child at one house.",
                Lives.SAME_POSTCODE: "Both know the child at one postcode.",
                Lives.ONE_SLIP: "The postcodes differ by one slip of the hand.",
                Lives.SAME_DISTRICT: "The postcodes are of one district.",
                Lives.DIFFERENT: "The addresses are different.",
                Lives.NOT_COMPARED: "One record has no postcode.",
            }.items()
        },
        **{
            (aspect, level): says.format(what)
            for aspect, what in (
                (Aspect.SEX, "recorded sex"),
                (Aspect.NHS_NUMBER, "NHS number"),
                (Aspect.UPN, "pupil number"),
            )
            for level, says in {
                Agrees.SAME: "The {} is the same.",
                Agrees.DIFFERENT: "The {} is not the same.",
                Agrees.NOT_COMPARED: "The {} could not be compared.",
            }.items()
        },
    }
)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Compared:
    """One aspect as a reviewer sees it: what each record says, how alike that is, and its weight."""

    aspect: Aspect
    one: str
    other: str
    says: str
    weight: float


def side_by_side(found: Match, one: Particulars, other: Particulars) -> tuple[Compared, ...]:
    """Two records beside each other, for the eyes of somebody who may see both; never kept."""
    return tuple(
        Compared(
            aspect=evidence.aspect,
            one=shown(evidence.aspect, one),
            other=shown(evidence.aspect, other),
            says=SAYS[evidence.aspect, evidence.level],
            weight=evidence.weight,
        )
        for evidence in found.evidence
    )


def shown(aspect: Aspect, of: Particulars) -> str:
    """What one record says of one aspect; empty where it says nothing."""
    match aspect:
        case Aspect.GIVEN:
            return " ".join(of.given_names)
        case Aspect.FAMILY:
            return of.family_name or ""
        case Aspect.BIRTH:
            return of.birth_date.isoformat() if of.birth_date else ""
        case Aspect.SEX:
            return of.sex.value
        case Aspect.ADDRESS:
            return "; ".join(
                ", ".join((*home.lines, *filter(None, [home.postcode]))) for home in of.addresses
            )
        case Aspect.NHS_NUMBER:
            return of.nhs_number.digits if of.nhs_number else ""
        case Aspect.UPN:
            return of.upn.text if of.upn else ""
