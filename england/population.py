"""The population, streamed household by household: same seed, same people, any size, flat memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Final

from england.missing import LOOKED_AFTER_BY_AGE, YEAR_END, incidents
from england.names import TWINS_ALIKE, Community, community, given_names
from england.numbers import ISSUED, nhs_numbers
from england.people import Adult, Child, Household, PlacedIn, PlacementOfChild
from england.places import (
    Authority,
    Home,
    address,
    any_authority,
    elsewhere,
    home_of_several,
)
from records.child import Sex
from records.identifiers import NHSNumber

_MIDDLE: Final = date(YEAR_END.year - 1, 9, 30)
_DAYS: Final = 18 * 365 + 4
_YOUNGEST_ALONE: Final = 14 * 365

# What follows is chosen, not published, except where it says so.
_LOOKED_AFTER: Final = 0.4
_MALE: Final = 0.512
_TWINS: Final = 0.016
_TWINS_ALIKE: Final = 0.15
_SAME_SEX: Final = 0.6
_OTHER_NAME: Final = 0.12
_FATHERS_NAME: Final = 0.05
_SIBLINGS: Final = (0.45, 0.83, 0.95)
_FIRST_OF_JANUARY: Final = 0.5
_NO_NUMBER: Final = 0.004

# Source: House of Lords written answer HL11468 (41%, 7%, 3%); figures.toml.
_OUT_OF_AREA: Final = 0.41
_OVER_50: Final = 0.07
_OVER_100: Final = 0.03
# Source: half of the incidents come from homes; figures.toml.
_HOME_IF_MISSING: Final = 0.5
_HOME_OTHERWISE: Final = 0.13


def households(seed: int, children: int) -> Iterator[Household]:
    """Households until there are so many children; the last one is cut to fit."""
    numbers = nhs_numbers(seed)
    # A million children outnumber the range: then some more of them have no number.
    without = max(_NO_NUMBER, 1 - ISSUED / (children * (1 - _NO_NUMBER) + 1))
    made = household = 0
    while made < children:
        rng = Random(f"{seed}/{household}")  # noqa: S311 (invented people, not secrets)
        one = _Family(rng, household).household(made, children - made, numbers, without)
        made += len(one.children)
        household += 1
        yield one


def population(seed: int, children: int) -> Iterator[Child]:
    """The children alone, in order."""
    for household in households(seed, children):
        yield from household.children


class _Family:
    def __init__(self, rng: Random, number: int) -> None:
        self.rng = rng
        self.number = number
        self.community: Community = community(rng)
        self.authority: Authority = any_authority(rng)
        self.at: Home = address(rng, self.authority)
        self.alone = self.community.name == "arrived-alone"
        self.family_name = self.community.family_name(rng)
        self.father = given_names(rng, self.community, Sex.MALE)

    def household(
        self, made: int, room: int, numbers: Iterator[NHSNumber], without: float
    ) -> Household:
        draw = self.rng.random()
        births = 1 if self.alone else 1 + sum(draw > step for step in _SIBLINGS)
        days = self.rng.randrange(_YOUNGEST_ALONE if self.alone else 0, _DAYS)
        children: list[Child] = []
        for _ in range(births):
            children.extend(self._birth(days, made + len(children), numbers, without, children))
            days = (days + self.rng.randint(300, 1_900)) % _DAYS
        children = children[:room]
        oldest = min(child.birth_date for child in children)
        born = oldest - timedelta(days=self.rng.randint(17 * 365, 42 * 365))
        father = Adult(
            given_names=self.father, family_name=self.family_name, birth_date=born, at=self.at
        )
        return Household(number=self.number, children=tuple(children), father=father)

    def _birth(
        self,
        days: int,
        number: int,
        numbers: Iterator[NHSNumber],
        without: float,
        before: list[Child],
    ) -> Iterator[Child]:
        rng = self.rng
        born = _MIDDLE - timedelta(days=days)
        if self.alone and rng.random() < _FIRST_OF_JANUARY:
            born = born.replace(month=1, day=1)
            if born < _MIDDLE - timedelta(days=_DAYS):
                born = born.replace(year=born.year + 1)
        family = self.family_name
        if rng.random() < _OTHER_NAME:
            family = self.community.family_name(rng)
        taken = {child.given_names[0] for child in before}
        sex = Sex.MALE if rng.random() < _MALE else Sex.FEMALE
        twins = not self.alone and rng.random() < _TWINS
        pair = rng.choice(TWINS_ALIKE) if twins and rng.random() < _TWINS_ALIKE else None
        for order in range(2 if twins else 1):
            if order and rng.random() >= _SAME_SEX:
                sex = Sex.FEMALE if sex is Sex.MALE else Sex.MALE
            names = (pair[order],) if pair else self._names(sex, taken)
            taken.add(names[0])
            child_number = None if rng.random() < without else next(numbers, None)
            yield self._child(
                number=number + order,
                names=names,
                family=family,
                born=born,
                sex=sex,
                nhs_number=child_number,
                twin=twins,
            )

    def _names(self, sex: Sex, taken: set[str]) -> tuple[str, ...]:
        """Names that no brother or sister has as their first, save where that is the custom."""
        if sex is Sex.MALE and self.father[0] not in taken and self.rng.random() < _FATHERS_NAME:
            return (self.father[0],)
        while True:
            names = given_names(self.rng, self.community, sex)
            if names[0] not in taken or (len(names) > 1 and names[0].startswith(("Muh", "Moh"))):
                return names

    def _child(
        self,
        *,
        number: int,
        names: tuple[str, ...],
        family: str | None,
        born: date,
        sex: Sex,
        nhs_number: NHSNumber | None,
        twin: bool,
    ) -> Child:
        rng = self.rng
        age = (_MIDDLE - born).days / 365.25
        looked_after = self.alone or rng.random() < _likely_looked_after(age)
        gone = incidents(
            rng, born, sex, looked_after=looked_after, uses_absent=self.authority.uses_absent
        )
        return Child(
            number=number,
            household=self.number,
            given_names=names,
            family_name=family,
            birth_date=born,
            sex=sex,
            nhs_number=nhs_number,
            at=self.at,
            responsible=self.authority.code,
            twin=twin,
            placement=self._placement(missing=bool(gone)) if looked_after else None,
            incidents=gone,
        )

    def _placement(self, *, missing: bool) -> PlacementOfChild:
        rng = self.rng
        in_home = rng.random() < (_HOME_IF_MISSING if missing else _HOME_OTHERWISE)
        draw = rng.random()
        if draw < _OVER_100:
            miles = rng.randint(101, 280)
        elif draw < _OVER_50:
            miles = rng.randint(51, 100)
        else:
            miles = min(int(rng.expovariate(1 / 12)), 50)
        host = self.authority
        if draw < _OUT_OF_AREA:
            host = elsewhere(rng, self.authority, far=miles > 50)  # noqa: PLR2004 (the published band)
        at = home_of_several(rng, host) if in_home else address(rng, host)
        placed = PlacedIn.HOME if in_home else PlacedIn.FAMILY
        return PlacementOfChild(placed_in=placed, at=at, miles=miles)


def _likely_looked_after(age: float) -> float:
    began = 0
    for limit, share in LOOKED_AFTER_BY_AGE:
        if age < limit:
            return min(_LOOKED_AFTER * share / ((limit - began) / 18), 1.0)
        began = limit
    return _LOOKED_AFTER
