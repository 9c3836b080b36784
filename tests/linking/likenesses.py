"""Invented people, written down in a line, for tests of linking."""

from datetime import date

from linking.particulars import Likeness, Particulars
from records.child import Address, Sex
from records.identifiers import NHSNumber, nhs_check_digit

BORN = date(2011, 5, 17)
HOME = ("12 Alma Lane", "QX1 2AB")


def number(serial: int) -> NHSNumber:
    """A number of the range that is never issued."""
    digit = nhs_check_digit(f"999{serial:06d}")
    return number(serial + 1) if digit is None else NHSNumber(f"999{serial:06d}{digit}")


def person(
    given: str = "Tabitha Rose",
    family: str | None = "Osgathorpe",
    *,
    born: date | None = BORN,
    sex: Sex = Sex.FEMALE,
    at: tuple[str, str] | None = HOME,
    nhs: NHSNumber | None = None,
    estimated: bool = False,
) -> Particulars:
    """Somebody; every part has a default, so that a test says only what matters to it."""
    return Particulars(
        given_names=tuple(given.split()),
        family_name=family,
        birth_date=born,
        birth_date_estimated=estimated,
        sex=sex,
        addresses=() if at is None else (Address(lines=(at[0],), postcode=at[1]),),
        nhs_number=nhs,
    )


def like(
    given: str = "Tabitha Rose", family: str | None = "Osgathorpe", **more: object
) -> Likeness:
    """Somebody, ready to be compared."""
    return Likeness(person(given, family, **more))  # type: ignore[arg-type] # the same arguments
