"""A child as each agency's system wrote them down: typed by hand, at another time, from hearsay.

Every rate is a choice of ours, none is published: council and health near one another and fairly
clean, the police as heard at the door. What matters is that each kind of slip is there.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from england.numbers import nhs_numbers
from england.people import Adult, Child
from england.places import Home, address, authority_of
from england.slips import mistyped, nickname, other_date
from records.child import Address, IdentityCore, Sex
from records.identifiers import LocalId, NHSNumber
from records.source import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How one system errs: the share of its records with each kind of slip."""

    source: str
    without_nhs_number: float
    wrong_nhs_number: float
    given_mistyped: float
    nickname: float
    second_name_left_out: float
    names_in_other_order: float
    family_mistyped: float
    other_family_name: float
    birth_date_wrong: float
    birth_date_missing: float
    sex_not_known: float
    sex_wrong: float
    old_address: float
    keeps_past_addresses: float
    no_postcode: float
    line_left_out: float
    capitals: float


COUNCIL: Final = Profile(
    source="council", without_nhs_number=0.20, wrong_nhs_number=0.0005, given_mistyped=0.012, nickname=0.01,
    second_name_left_out=0.4, names_in_other_order=0.003, family_mistyped=0.012,
    other_family_name=0.015, birth_date_wrong=0.008, birth_date_missing=0.001, sex_not_known=0.005, sex_wrong=0.001,
    old_address=0.08, keeps_past_addresses=0.7, no_postcode=0.02, line_left_out=0.03, capitals=0.0,
)  # fmt: skip
HEALTH: Final = Profile(
    source="health", without_nhs_number=0.01, wrong_nhs_number=0.0002, given_mistyped=0.008, nickname=0.003,
    second_name_left_out=0.2, names_in_other_order=0.003, family_mistyped=0.008,
    other_family_name=0.02, birth_date_wrong=0.004, birth_date_missing=0.0, sex_not_known=0.002, sex_wrong=0.0005,
    old_address=0.15, keeps_past_addresses=0.3, no_postcode=0.01, line_left_out=0.03, capitals=0.3,
)  # fmt: skip
POLICE: Final = Profile(
    source="police", without_nhs_number=1.0, wrong_nhs_number=0.0, given_mistyped=0.05, nickname=0.06,
    second_name_left_out=0.6, names_in_other_order=0.01, family_mistyped=0.05,
    other_family_name=0.03, birth_date_wrong=0.03, birth_date_missing=0.01, sex_not_known=0.01, sex_wrong=0.004,
    old_address=0.12, keeps_past_addresses=0.2, no_postcode=0.10, line_left_out=0.20, capitals=0.8,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Held:
    """What one system holds of a child, or of a father. ``child`` is the truth, None for a father."""

    child: int | None
    household: int
    known: Known
    addresses: tuple[Address, ...]


def as_held(child: Child, profile: Profile, seed: int) -> Held:
    """The child in this system: always the same for the same child, system and seed."""
    rng = Random(f"{seed}/{profile.source}/{child.number}")  # noqa: S311 (invented people, not secrets)
    number = None if rng.random() < profile.without_nhs_number else child.nhs_number
    if number is not None and rng.random() < profile.wrong_nhs_number:
        number = next(nhs_numbers(rng.randrange(1_000_000)))
    return Held(
        child=child.number,
        household=child.household,
        known=Known(
            local_id=LocalId(profile.source, f"{profile.source[0].upper()}{child.number:08}"),
            nhs_number=number,
            core=_core(child, profile, rng),
        ),
        addresses=_addresses(child, profile, rng),
    )


def father_as_held(father: Adult, household: int, source: str) -> Held:
    """A father in a system that holds adults too, such as the police's."""
    return Held(
        child=None,
        household=household,
        known=Known(
            local_id=LocalId(source, f"F{household:08}"),
            nhs_number=None,
            core=IdentityCore(
                given_names=father.given_names,
                family_name=father.family_name,
                birth_date=father.birth_date,
                sex=Sex.MALE,
            ),
        ),
        addresses=(Address(lines=(father.at.line,), postcode=father.at.postcode),),
    )


def with_number(held: Held, number: NHSNumber | None) -> Held:
    """The same record with this NHS number: to measure how linking does without one."""
    known = Known(local_id=held.known.local_id, nhs_number=number, core=held.known.core)
    return Held(child=held.child, household=held.household, known=known, addresses=held.addresses)


def _core(child: Child, profile: Profile, rng: Random) -> IdentityCore:
    born, estimated = _born(child.birth_date, profile, rng)
    return IdentityCore(
        given_names=_given(child.given_names, profile, rng),
        family_name=_family(child.family_name, profile, rng),
        birth_date=born,
        birth_date_estimated=estimated,
        sex=_sex(child.sex, profile, rng),
    )


def _given(names: tuple[str, ...], profile: Profile, rng: Random) -> tuple[str, ...]:
    first, others = names[0], names[1:]
    if others and rng.random() < profile.second_name_left_out:
        others = ()
    if rng.random() < profile.nickname:
        first = nickname(rng, first)
    if rng.random() < profile.given_mistyped:
        first = mistyped(rng, first)
    written = (*others, first) if rng.random() < profile.names_in_other_order else (first, *others)
    return tuple(_written(name, profile, rng) for name in written)


def _family(name: str | None, profile: Profile, rng: Random) -> str | None:
    if name is None:
        return None
    draw = rng.random()
    if "-" in name and draw < 0.3:  # noqa: PLR2004 (a choice of ours)
        name = name.split("-")[rng.randrange(2)] or name
    elif rng.random() < profile.other_family_name:
        name = rng.choice(("Cartwright", "Bell", "Osborne", "Hussain", "Foley", "Marchetti"))
    if rng.random() < profile.family_mistyped:
        name = mistyped(rng, name)
    return _written(name, profile, rng)


def _written(name: str, profile: Profile, rng: Random) -> str:
    """Capitals, accents left off or decomposed, the other apostrophe."""
    draw = rng.random()
    if draw < profile.capitals:
        return name.upper()
    forms: tuple[Callable[[str], str], ...] = (
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace("'", "’"),
        lambda text: text.replace("'", ""),
        lambda text: f" {text} ",
    )
    return rng.choice(forms)(name) if rng.random() < 0.05 else name  # noqa: PLR2004 (a choice of ours)


def _born(born: date, profile: Profile, rng: Random) -> tuple[date | None, bool]:
    draw = rng.random()
    if draw < profile.birth_date_missing:
        return None, False
    if draw < profile.birth_date_missing + profile.birth_date_wrong:
        return other_date(rng, born), False
    if (born.month, born.day) == (1, 1):
        # An age that was guessed: another agency guessed another year now and then.
        year = born.year + (rng.choice((-1, 1)) if rng.random() < 0.1 else 0)  # noqa: PLR2004
        return born.replace(year=year), rng.random() < 0.5  # noqa: PLR2004 (choices of ours)
    return born, False


def _sex(sex: Sex, profile: Profile, rng: Random) -> Sex:
    draw = rng.random()
    if draw < profile.sex_not_known:
        return Sex.NOT_KNOWN
    if draw < profile.sex_not_known + profile.sex_wrong:
        return Sex.FEMALE if sex is Sex.MALE else Sex.MALE
    return sex


def _addresses(child: Child, profile: Profile, rng: Random) -> tuple[Address, ...]:
    """The address held, and where the system keeps them, the one before it."""
    now, before = child.lives_at, _before(child)
    draw = rng.random()
    keeps = rng.random() < profile.keeps_past_addresses
    if draw < profile.no_postcode:
        return ()
    if draw < profile.no_postcode + profile.old_address:
        return (_as_written(before, profile, rng),)
    return (
        (_as_written(now, profile, rng), _as_written(before, profile, rng))
        if keeps
        else (_as_written(now, profile, rng),)
    )


def _before(child: Child) -> Home:
    """Where the child was before: at home if placed now, otherwise another house nearby."""
    if child.placement is not None:
        return child.at
    rng = Random(f"before/{child.household}/{child.at.postcode}")  # noqa: S311 (an invented address)
    return address(rng, authority_of(child.responsible))


def _as_written(home: Home, profile: Profile, rng: Random) -> Address:
    """The first line in the system's own manner, or left out; the postcode with or without its gap."""
    draw = rng.random()
    if draw < profile.line_left_out:
        return Address(lines=(), postcode=home.postcode)
    if draw < profile.line_left_out + 0.10:
        return Address(lines=(f"Flat 1, {home.line}",), postcode=home.postcode.replace(" ", ""))
    if draw < profile.line_left_out + 0.30:
        short = home.line.replace(" Lane", " Ln").replace(" Road", " Rd").replace(" Street", " St.")
        return Address(lines=(short,), postcode=home.postcode.lower())
    return Address(lines=(home.line,), postcode=home.postcode)
