"""Identifiers that validate, and that never print themselves whole.

Source: NHS Data Dictionary (NHS number, Modulus 11); DfE UPN guide (form of a
UPN); ONS (GSS codes); ODS (organisation codes); PNC id as police systems print
it; Ofsted unique reference numbers as SSDA903 carries them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from records.errors import MalformedIdentifier

_UPN: Final = re.compile(r"(?![IOS])[A-Z]\d{12}|(?![IOS])[A-Z]\d{11}[A-Z]", re.ASCII)
_UPN_LETTERS: Final = "ABCDEFGHJKLMNPQRTUVWXYZ"
_GSS: Final = re.compile(r"[EWSN]\d{8}", re.ASCII)
_ODS: Final = re.compile(r"[A-Z0-9]{3,10}", re.ASCII)
_PNC: Final = re.compile(r"(?:\d{2}|\d{4})/\d{1,7}[A-HJ-NP-RT-Z]", re.ASCII)
_URN: Final = re.compile(r"SC\d{6,7}", re.ASCII)
_ASCII_DIGITS: Final = frozenset("0123456789")
_NHS_LENGTH: Final = 10
_NO_CHECK_DIGIT: Final = 10


def nhs_check_digit(first_nine: str) -> int | None:
    """The Modulus 11 check digit of nine digits; None where no such number exists.

    Source: NHS Data Dictionary, NHS NUMBER.
    """
    total = sum(
        weight * int(digit) for weight, digit in zip(range(10, 1, -1), first_nine, strict=True)
    )
    digit = (11 - total % 11) % 11
    return None if digit == _NO_CHECK_DIGIT else digit


@dataclass(frozen=True, slots=True)
class NHSNumber:
    """Ten digits whose Modulus 11 check digit is right.

    Raises:
        MalformedIdentifier: the message leaves the digits out.
    """

    digits: str

    def __post_init__(self) -> None:
        """Check length, digits and the check digit."""
        if len(self.digits) != _NHS_LENGTH or not _ASCII_DIGITS.issuperset(self.digits):
            message = "An NHS number is ten digits. Check that none is missing."
            raise MalformedIdentifier(message)
        if self.digits == "0" * _NHS_LENGTH or nhs_check_digit(self.digits[:9]) != int(
            self.digits[9]
        ):
            message = "This NHS number's check digit is wrong. Check it against the record."
            raise MalformedIdentifier(message)

    @classmethod
    def parse(cls, text: str) -> NHSNumber:
        """Read a number as people write it: spaces and hyphens between digits are allowed.

        Raises:
            MalformedIdentifier: the message leaves the digits out.
        """
        return cls(text.strip().replace(" ", "").replace("-", ""))

    @classmethod
    def padded(cls, number: int) -> NHSNumber:
        """Read a number from a system that stores it as a number and so loses leading zeros.

        Source: Mosaic's DM_PERSONS.NHS_ID is numeric(10).
        """
        return cls(str(number).zfill(_NHS_LENGTH))

    def __repr__(self) -> str:
        """Show the last three digits only."""
        return f"NHSNumber(…{self.digits[-3:]})"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class UPN:
    """A unique pupil number, permanent or temporary.

    The check letter of a permanent number is verified (weights 2 to 13, modulo 23).

    Raises:
        MalformedIdentifier: the message leaves the number out.
    Source: DfE, Unique pupil numbers: guide, section on the check letter.
    """

    text: str

    def __post_init__(self) -> None:
        """Check the form, and the check letter of a permanent number."""
        if _UPN.fullmatch(self.text) is None:
            message = "A UPN is a letter and twelve digits (a temporary one ends in a letter)."
            raise MalformedIdentifier(message)
        if self.text[-1].isdigit():
            total = sum(
                weight * int(digit)
                for weight, digit in zip(range(2, 14), self.text[1:], strict=True)
            )
            if _UPN_LETTERS[total % 23] != self.text[0]:
                message = "This UPN's check letter is wrong. Check it against the record."
                raise MalformedIdentifier(message)

    def __repr__(self) -> str:
        """Show the last three characters only."""
        return f"UPN(…{self.text[-3:]})"

    __str__ = __repr__


@dataclass(frozen=True, slots=True, order=True)
class AuthorityCode:
    """The ONS GSS code of a local authority, such as E10000017. Not personal, so printed whole.

    Raises:
        MalformedIdentifier: it is not a letter of a UK nation and eight digits.
    """

    code: str

    def __post_init__(self) -> None:
        """Check the form."""
        if _GSS.fullmatch(self.code) is None:
            message = "A GSS code is E, W, S or N and eight digits, such as E10000017."
            raise MalformedIdentifier(message)

    def __str__(self) -> str:
        """The code itself."""
        return self.code


@dataclass(frozen=True, slots=True, order=True)
class ODSCode:
    """An NHS organisation's ODS code. Not personal, so printed whole.

    Raises:
        MalformedIdentifier: it is not three to ten capital letters or digits.
    """

    code: str

    def __post_init__(self) -> None:
        """Check the form."""
        if _ODS.fullmatch(self.code) is None:
            message = "An ODS code is three to ten capital letters or digits, such as Y12345."
            raise MalformedIdentifier(message)

    def __str__(self) -> str:
        """The code itself."""
        return self.code


@dataclass(frozen=True, slots=True)
class PNCId:
    """A Police National Computer id: year, serial and a letter.

    Raises:
        MalformedIdentifier: the message leaves the id out.
    """

    text: str

    def __post_init__(self) -> None:
        """Check the form."""
        if _PNC.fullmatch(self.text) is None:
            message = "A PNC id is a year, a slash, a serial number and a letter."
            raise MalformedIdentifier(message)

    def __repr__(self) -> str:
        """Show the last letter only."""
        return f"PNCId(…{self.text[-1]})"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class OfstedURN:
    """The unique reference number of a children's social care setting, such as SC123456.

    It names a home's address, so it prints its last two digits only.

    Raises:
        MalformedIdentifier: the message leaves the number out.
    """

    text: str

    def __post_init__(self) -> None:
        """Check the form."""
        if _URN.fullmatch(self.text) is None:
            message = "An Ofsted URN is SC and six or seven digits."
            raise MalformedIdentifier(message)

    def __repr__(self) -> str:
        """Show the last two digits only."""
        return f"OfstedURN(…{self.text[-2:]})"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class LocalId:
    """What one system calls a person. Unique only together with that system's name."""

    source: str
    value: str

    def __post_init__(self) -> None:
        """Refuse an empty id: it would match every record that lacks one."""
        if not self.source or not self.value.strip():
            message = "A local id needs the name of its system and a value."
            raise MalformedIdentifier(message)

    def __repr__(self) -> str:
        """Name the system, leave the value out."""
        return f"LocalId({self.source}: …)"

    __str__ = __repr__
