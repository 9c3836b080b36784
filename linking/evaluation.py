"""How well linking does on records of whom the truth is known, and that it never saw in training."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from linking.keys import keys
from linking.labelled import Labelled
from linking.levels import Agrees
from linking.match import Band, match
from linking.weighing import Weighing, current

_TELL_EVERY: Final = 1_000
_NHS_NUMBER: Final = 5


@dataclass(slots=True, kw_only=True)
class Report:
    """Counts of pairs, one record of each system. A pair of one child is linked, possible or missed."""

    weights_version: str
    pairs_weighed: int = 0
    pairs_of_one_child: int = 0
    linked: int = 0
    possible: int = 0
    missed: int = 0
    not_found: int = 0
    without_number: int = 0
    linked_without_number: int = 0
    falsely_linked: int = 0
    falsely_linked_twins: int = 0
    falsely_linked_household: int = 0
    falsely_possible: int = 0
    falsely_possible_household: int = 0
    household_pairs_weighed: int = 0

    @property
    def recall(self) -> float:
        """Of the pairs of one child, the share that was linked without a person."""
        return self.linked / self.pairs_of_one_child

    @property
    def recall_with_review(self) -> float:
        """The share that was linked or put before a person."""
        return (self.linked + self.possible) / self.pairs_of_one_child

    @property
    def precision(self) -> float:
        """Of the pairs that were linked without a person, the share that is of one child."""
        linked = self.linked + self.falsely_linked
        return self.linked / linked if linked else 1.0

    @property
    def reviews_per_thousand(self) -> float:
        """How many pairs a person must look at for every thousand children."""
        return 1000 * (self.possible + self.falsely_possible) / self.pairs_of_one_child


class Watching(Protocol):
    """Told how far it is."""

    def __call__(self, done: int, of: int) -> None:
        """``done`` records of ``of`` are behind us."""


def evaluate(
    ones: Sequence[Labelled],
    others: Sequence[Labelled],
    *,
    watching: Watching | None = None,
    weighing: Weighing | None = None,
) -> Report:
    """Link every record of one system to another's, as the index would, and count.

    Weighed are all pairs that a search finds, and all pairs within a household whether found
    or not: twins, brothers and sisters, father and son.
    """
    weighing = weighing or current()
    report = Report(weights_version=weighing.version)
    found_by: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    household: defaultdict[int, list[int]] = defaultdict(list)
    for at, other in enumerate(others):
        household[other.household].append(at)
        for key in _keys(other):
            found_by[key].append(at)
    for done, one in enumerate(ones):
        if watching is not None and done % _TELL_EVERY == 0:
            watching(done, len(ones))
        found = {at for key in _keys(one) for at in found_by.get(key, ())}
        for at in found.union(household[one.household]):
            _count(report, one, others[at], weighing, found=at in found)
    return report


def _keys(one: Labelled) -> Iterator[tuple[object, ...]]:
    for key, parts in keys(one.likeness):
        yield (key, *parts)
    if one.likeness.nhs_number:
        yield ("nhs-number", one.likeness.nhs_number)


def _count(
    report: Report, one: Labelled, other: Labelled, weighing: Weighing, *, found: bool
) -> None:
    verdict = match(one.likeness, other.likeness, weighing)
    report.pairs_weighed += 1
    if one.child is not None and one.child == other.child:
        report.pairs_of_one_child += 1
        numbered = verdict.evidence[_NHS_NUMBER].level is not Agrees.NOT_COMPARED
        report.without_number += not numbered
        if not found:
            report.not_found += 1
            report.missed += 1
        elif verdict.band is Band.LINKED:
            report.linked += 1
            report.linked_without_number += not numbered
        elif verdict.band is Band.POSSIBLE:
            report.possible += 1
        else:
            report.missed += 1
        return
    together = one.household == other.household
    report.household_pairs_weighed += together
    if verdict.band is Band.LINKED:
        report.falsely_linked += 1
        report.falsely_linked_household += together
        report.falsely_linked_twins += together and one.twin and other.twin
    elif verdict.band is Band.POSSIBLE and found:
        report.falsely_possible += 1
        report.falsely_possible_household += together
