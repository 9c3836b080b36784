"""A situation: who asks, why, under whose protocols, and what is known of the child and the episode."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from consent.vocabulary import UNKNOWN, Fact, IsUnknown, Known, fits
from protocols.vocabulary import ASKER, NOTHING_RECORDED
from records.people import Purpose, Role, Standing

_EMPTY: Final = dict(NOTHING_RECORDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything that a decision rests on. Facts that are not given are UNKNOWN.

    ``host`` is the partnership in whose area the child lives and ``responsible`` the one whose child
    it is, by their ids ("pan-lancashire"); None where no protocol is loaded for that area.
    ``child_says`` and its like mean: about telling this caller's agency.
    Whoever makes one starts from `vocabulary.NOTHING_RECORDED`: what our registers say when empty.

    Raises:
        ValueError: a value that its fact cannot have, or a fact about the asker among the facts.
            The message names the fact and never the value.
    """

    role: Role
    standings: frozenset[Standing] | IsUnknown
    purpose: Purpose
    host: str | IsUnknown | None
    responsible: str | IsUnknown | None
    on: date
    facts: Mapping[Fact, Known] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what no rule could have been written for."""
        empty = _EMPTY.get
        for fact, value in self.facts.items():
            # Most facts are what nothing says otherwise of: those are known to be possible.
            if value is empty(fact):
                continue
            if fact in ASKER or not (value is UNKNOWN or fits(fact, value)):
                message = (
                    f"`{fact.value}` cannot have the value given. See protocols/vocabulary.py."
                )
                raise ValueError(message)

    def __repr__(self) -> str:
        """Who and where, and nothing that is known of the child."""
        return f"Situation({self.role.value}, {self.purpose.value}, {len(self.facts)} facts)"

    def __hash__(self) -> int:
        """By what is known; facts in any order."""
        return hash((self.role, self.standings, self.purpose, self.host, self.responsible, self.on))

    @property
    def standing_words(self) -> frozenset[str] | IsUnknown:
        """The standings as rules name them."""
        standings = self.standings
        return UNKNOWN if standings is UNKNOWN else frozenset([s.value for s in standings])

    def every_fact(self) -> Iterator[tuple[Fact, Known]]:
        """Every fact with its value, those about the asker among them."""
        yield Fact.ROLE, self.role.value
        yield Fact.STANDING, self.standing_words
        yield Fact.PURPOSE, self.purpose.value
        yield from self.facts.items()
