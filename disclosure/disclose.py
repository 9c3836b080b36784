"""The door. Look up, decide, write it down, ask who may be asked, hand over what may be handed over.

The order is the promise: no system is asked before the decision is durable, and none is
asked for what its answer may not be used for.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from consent.bundle import Bundle
from consent.decision import Decision
from consent.grounds import Grounded, grounds_of
from consent.situation import Situation
from disclosure.admitting import with_notes
from disclosure.answers import (
    EXISTS,
    Disclosure,
    Enquiry,
    NotAsked,
    ReportState,
    SourceReport,
    confirmed_by,
)
from disclosure.asking import Outcome, ask_all, report, subject_in
from disclosure.audit import Ledger
from disclosure.episodes import current_only
from disclosure.evening import until_even
from disclosure.facts import Facts
from disclosure.following import follow
from disclosure.meetings import ByKind, kept_to_kinds, partly_closed
from disclosure.narrowing import decide_within, decided_meetings, limits_of
from disclosure.putting_down import decision_entry, receipt_entry
from disclosure.systems import Names, Systems
from disclosure.withholding import withheld
from linking.index import Index
from records.episode import MissingEpisode
from records.items import ITEM_CATEGORY, Category, Item
from records.meeting import Meeting
from records.people import Access, Kind, Viewer
from records.record import Record, items_of, only
from records.source import Question, Source

__all__ = ["Current", "Disclosure", "Door", "Enquiry"]

_UNSAID: Final[Mapping[str, frozenset[str]]] = MappingProxyType({})
_NOT_ASKED: Final = Outcome(ReportState.NOT_ASKED)
_KINDS_OF_QUESTION: Final = 1024


@dataclass(slots=True)
class Current:
    """The bundle in force. Setting ``bundle`` takes effect with the next question; none sees two."""

    bundle: Bundle


class Door:
    """The one way out.

    ``deadline`` is in seconds, for every system or by name. ``organisations`` says whose each system
    is, by name; one of which that is not said counts as everybody's of its kind.
    """

    def __init__(
        self,
        *,
        bundle: Bundle | Current,
        facts: Facts,
        ledger: Ledger,
        index: Index,
        sources: Mapping[str, Source],
        deadline: float | Mapping[str, float] = 5.0,
        organisations: Mapping[str, frozenset[str]] = _UNSAID,
    ) -> None:
        self.current: Final = bundle if isinstance(bundle, Current) else Current(bundle)
        self.facts: Final = facts
        self.ledger: Final = ledger
        self.index: Final = index
        self.sources: Final = MappingProxyType(dict(sources))
        self._supplies = {name: frozenset(source.supplies) for name, source in sources.items()}
        self._systems = Systems(sources, organisations)
        self._deadlines = (
            deadline if isinstance(deadline, Mapping) else dict.fromkeys(sources, deadline)
        )
        if self._deadlines.keys() != self.sources.keys():
            raise ValueError("Give every system a deadline, and no other.")

    @property
    def bundle(self) -> Bundle:
        """The bundle in force now."""
        return self.current.bundle

    async def situation(
        self, viewer: Viewer, access: Access, child_ref: str, now: datetime
    ) -> Situation:
        """What is known for this caller, child and purpose: to explain with, not to disclose."""
        bundle = self.current.bundle
        return await self.facts.situation(viewer, access, child_ref, now, bundle=bundle)

    async def disclose(self, enquiry: Enquiry) -> Disclosure:
        """All that this caller may have now, of what they ask about one child.

        A child that nobody knows takes the same path as one whose existence may not be confirmed.

        Raises:
            NotRecorded: the decision could not be written down; no system was asked.
        """
        bundle = self.current.bundle
        began = time.monotonic()
        situation = await self.facts.situation(
            enquiry.viewer,
            enquiry.access,
            enquiry.child_ref,
            enquiry.now,
            bundle=bundle,
            given=enquiry.given,
        )
        limits = await limits_of(
            self.facts.engine, situation, enquiry.viewer, enquiry.child_ref, enquiry.now
        )
        items = _with_existence(enquiry.items)
        decisions = decide_within(bundle, situation, items, limits)
        by_kind = decided_meetings(bundle, situation, items, limits)
        own = self._systems.own(enquiry.viewer.organisation)
        grounds = self.grounds(bundle, situation, decisions, own)
        ref = await self.ledger.append(
            decision_entry(enquiry, bundle, situation, decisions, limits, grounds)
        )
        permitted = self._permitted(decisions, own) if enquiry.asks else {}
        if enquiry.even and not permitted:
            await until_even(began)
        outcomes = await self._ask(enquiry, permitted)
        records = _released(outcomes, permitted, _categories(enquiry.items))
        self._leave_out_the_past(records, decisions, own)
        self._leave_out_other_meetings(records, by_kind, own)
        if records.get(Category.EPISODES):
            records[Category.EPISODES] = with_notes(records[Category.EPISODES], bundle, situation)
        if any(outcome.answered is not None for outcome in outcomes.values()):
            await follow(self.index, self.ledger, outcomes, enquiry.now)
            self.ledger.note(receipt_entry(self.ledger.pseudonyms, enquiry, ref, outcomes, records))
        closed = self._systems.closed(decisions, own) | partly_closed(
            by_kind, self._systems.held_by, lambda of_kind: self._systems.closed(of_kind, own)
        )
        return Disclosure(
            ref=ref,
            policy=bundle.digest,
            decisions=decisions,
            records=records,
            reports={
                category: self._reports(category, permitted, outcomes) for category in records
            },
            closed=closed,
            withheld=withheld(bundle, situation, decisions, enquiry.items, closed, limits),
            asked=tuple(name for name, outcome in outcomes.items() if outcome.was_asked),
            not_asked=self._not_asked(decisions, outcomes),
            own=own,
        )

    def own_systems(self, organisation: str) -> frozenset[str]:
        """The systems that an organisation may read its own record in, by name."""
        return self._systems.own(organisation)

    def grounds(
        self, bundle: Bundle, situation: Situation, decisions: Mapping[Item, Decision], own: Names
    ) -> tuple[Grounded, ...]:
        """On what grounds the systems of this deployment would tell each open item."""
        return grounds_of(bundle, situation, decisions, self._systems.givers(own))

    def _permitted(
        self, decisions: Mapping[Item, Decision], own: Names
    ) -> dict[str, frozenset[Item]]:
        """What each system may be asked for; systems that may be asked for nothing are left out."""
        confirmed = {
            category
            for category in _categories(frozenset(decisions))
            if confirmed_by(decisions, category)
        }
        can_be_given = [
            (item, decision)
            for item, decision in decisions.items()
            if decision.open and ITEM_CATEGORY[item] in confirmed
        ]
        permitted = {
            name: frozenset(
                item
                for item, decision in can_be_given
                if item in self._supplies[name]
                and decision.opens_from(source.kind, own=name in own)
            )
            for name, source in self.sources.items()
        }
        return {name: items for name, items in permitted.items() if items}

    def _leave_out_the_past(
        self,
        records: dict[Category, tuple[Record, ...]],
        decisions: Mapping[Item, Decision],
        own: Names,
    ) -> None:
        """Leave out past episodes of every system whose history is not open to this caller."""
        episodes = [r for r in records.get(Category.EPISODES, ()) if isinstance(r, MissingEpisode)]
        history = decisions.get(Item.EPISODE_HISTORY)
        whole = {
            name
            for name, source in self.sources.items()
            if history is not None and history.opens_from(source.kind, own=name in own)
        }
        if all(episode.provenance.source in whole for episode in episodes):
            return
        current = current_only(episodes)
        records[Category.EPISODES] = tuple(
            episode
            for episode in episodes
            if episode.provenance.source in whole or id(episode) in current
        )

    def _leave_out_other_meetings(
        self, records: dict[Category, tuple[Record, ...]], by_kind: ByKind, own: Names
    ) -> None:
        """Leave out every meeting of a kind that is not open to this caller."""
        meetings = [r for r in records.get(Category.MEETINGS, ()) if isinstance(r, Meeting)]
        if meetings:
            records[Category.MEETINGS] = kept_to_kinds(
                meetings,
                by_kind,
                lambda decision, name: decision.opens_from(
                    self.sources[name].kind, own=name in own
                ),
            )

    async def _ask(
        self, enquiry: Enquiry, permitted: Mapping[str, frozenset[Item]]
    ) -> dict[str, Outcome]:
        if not permitted:
            return {}
        subjects = await self.index.subjects(enquiry.child_ref)
        outcomes: dict[str, Outcome] = {}
        questions: dict[str, Question] = {}
        for name, items in permitted.items():
            subject = subject_in(subjects, name)
            if isinstance(subject, ReportState):
                outcomes[name] = Outcome(subject)
                continue
            questions[name] = Question(
                subject=subject,
                items=items,
                purpose=enquiry.access.purpose,
                asked_for=enquiry.viewer.organisation,
                request_ref=str(uuid.uuid4()),
                now=enquiry.now,
                explicit=enquiry.explicit and self.sources[name].kind is Kind.NATIONAL,
            )
        outcomes |= await ask_all(questions, self.sources, self._deadlines)
        # In the order in which the deployment names them, whoever answered first.
        return {name: outcomes[name] for name in permitted}

    def _reports(
        self,
        category: Category,
        permitted: Mapping[str, frozenset[Item]],
        outcomes: Mapping[str, Outcome],
    ) -> tuple[SourceReport, ...]:
        """What became of each system that supplies this category.

        Where existence is not confirmed nothing was permitted, and each was simply not asked.
        """
        return tuple(
            report(
                source,
                outcomes[name] if _in(category, permitted.get(name, ())) else _NOT_ASKED,
                category,
                permitted.get(name, frozenset()),
            )
            for name, source in self.sources.items()
            if _in(category, self._supplies[name])
        )

    def _not_asked(
        self, decisions: Mapping[Item, Decision], outcomes: Mapping[str, Outcome]
    ) -> dict[str, NotAsked]:
        unasked = {
            name: outcomes.get(name, _NOT_ASKED)
            for name, supplies in self._supplies.items()
            if not supplies.isdisjoint(decisions)
        }
        return {
            name: why_not
            for name, outcome in unasked.items()
            if (why_not := outcome.not_asked) is not None
        }


@lru_cache(maxsize=_KINDS_OF_QUESTION)
def _categories(items: frozenset[Item]) -> tuple[Category, ...]:
    there = {ITEM_CATEGORY[item] for item in items}
    return tuple(category for category in Category if category in there)


def _in(category: Category, items: Collection[Item]) -> bool:
    return any(ITEM_CATEGORY[item] is category for item in items)


@lru_cache(maxsize=_KINDS_OF_QUESTION)
def _with_existence(items: frozenset[Item]) -> tuple[Item, ...]:
    """The items asked about, with what says that anything is held at all, in the items' own order."""
    needed = {*items, *(EXISTS[category] for category in _categories(items) if category in EXISTS)}
    return tuple(item for item in Item if item in needed)


def _released(
    outcomes: Mapping[str, Outcome],
    permitted: Mapping[str, frozenset[Item]],
    categories: tuple[Category, ...],
) -> dict[Category, tuple[Record, ...]]:
    """The records of each category that was asked about, with nothing but their permitted parts.

    A record of which nothing may be given is dropped, whatever the system thought that we asked.
    """
    records: dict[Category, list[Record]] = {category: [] for category in categories}
    for name, outcome in outcomes.items():
        if outcome.answered is None:
            continue
        for record in outcome.answered.records:
            there = records.get(record.category)
            if there is not None and not permitted[name].isdisjoint(items_of(type(record))):
                there.append(only(record, permitted[name]))
    return {category: tuple(found) for category, found in records.items()}
