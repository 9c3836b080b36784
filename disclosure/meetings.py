"""Meetings are granted kind by kind: who may know of one meeting learns nothing of another.

A paragraph that asks the police to a missing intervention meeting says nothing of a strategy
discussion. So each meeting item is decided once for every kind of meeting that rules speak of,
before anything is fetched; what a caller is given is then cut down to the kinds that opened.
A notice tells of one event: it is decided as that, and brings meetings of that kind alone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final, TypeAlias

from msgspec.structs import replace

from consent.decision import Decision
from consent.situation import Situation
from consent.vocabulary import Fact
from records.items import Item
from records.meeting import Meeting, MeetingKind
from records.people import Kind

MEETING_ITEMS: Final = frozenset({Item.MEETING_REQUEST, Item.MEETING_MINUTES})
KINDS: Final = tuple(kind for kind in MeetingKind if kind is not MeetingKind.OTHER)
"""The kinds that rules can name. OTHER is given to those alone to whom every kind is open."""

Decisions: TypeAlias = Mapping[Item, Decision]
ByKind: TypeAlias = Mapping[MeetingKind, Decisions]
Decide: TypeAlias = Callable[[Situation, Collection[Item]], Decisions]
Opens: TypeAlias = Callable[[Decision, str], bool]


def of_kind(situation: Situation, kind: MeetingKind) -> Situation:
    """The same situation, were this kind of meeting asked about."""
    facts = {**situation.facts, Fact.MEETING: kind.value}
    return dataclasses.replace(situation, facts=facts)


def decided_by_kind(situation: Situation, items: Collection[Item], decide: Decide) -> ByKind:
    """The decisions on those of the items that are about meetings, for each kind that is spoken of.

    For a question that is every kind; for a notice, or what is given at a meeting, the one that it
    rests on, and none where it rests on none. Empty where no item is about meetings.
    """
    asked = [item for item in items if item in MEETING_ITEMS]
    if not asked:
        return {}
    if _is_question(situation):
        return {kind: decide(of_kind(situation, kind), asked) for kind in KINDS}
    given = situation.facts.get(Fact.MEETING)
    return {kind: decide(situation, asked) for kind in KINDS if kind.value == given}


def across_kinds(situation: Situation, items: Collection[Item], decide: Decide) -> Decisions:
    """A decision on every item; what a question asks of meetings is open where it is for any kind."""
    decided = decide(situation, items)
    if not _is_question(situation) or MEETING_ITEMS.isdisjoint(decided):
        return decided
    by_kind = decided_by_kind(situation, items, decide)
    merged = dict(decided)
    for item in MEETING_ITEMS & decided.keys():
        opened = [found[item] for found in by_kind.values() if found[item].open]
        merged[item] = _together(opened) if opened else by_kind[KINDS[0]][item]
    return merged


def kind_that_opens(situation: Situation, item: Item, decide: Decide) -> Situation:
    """The situation in which this item is open, to explain it by; the first kind's where it is not."""
    if item not in MEETING_ITEMS or not _is_question(situation):
        return situation
    about = [of_kind(situation, kind) for kind in KINDS]
    return next((one for one in about if decide(one, [item])[item].open), about[0])


def _is_question(situation: Situation) -> bool:
    """Whether somebody asks of their own accord, and not at a meeting."""
    facts = situation.facts
    return facts.get(Fact.CHANNEL) == "question" and facts.get(Fact.MEETING) == "none"


def kept_to_kinds(
    meetings: Iterable[Meeting], by_kind: ByKind, opens: Opens
) -> tuple[Meeting, ...]:
    """The meetings whose kind is open in the records of their source, each with what is open of it.

    ``opens`` says whether a decision opens the records of a source. Minutes that are open of other
    kinds and not of this one are marked as kept back, and so never look like minutes that nobody wrote.
    """
    given = []
    for meeting in meetings:
        source = meeting.provenance.source
        kinds = KINDS if meeting.kind is MeetingKind.OTHER else (meeting.kind,)
        if not by_kind.keys() >= set(kinds):
            continue
        closed = {
            item
            for kind in kinds
            for item, decision in by_kind[kind].items()
            if not opens(decision, source)
        }
        if Item.MEETING_REQUEST in closed:
            continue
        if Item.MEETING_MINUTES in closed:
            kept = frozenset({Item.MEETING_MINUTES})
            given.append(dataclasses.replace(meeting, minutes=None, kept_back=kept))
        else:
            given.append(meeting)
    return tuple(given)


def partly_closed(
    by_kind: ByKind,
    held_by: Mapping[Item, frozenset[Kind]],
    closed: Callable[[Decisions], Mapping[Item, frozenset[Kind]]],
) -> dict[Item, frozenset[Kind]]:
    """For each meeting item that some kind opens, of whose records some kind stays closed.

    ``closed`` says it of the decisions on one kind, for what is open there.
    """
    found: dict[Item, frozenset[Kind]] = {}
    closed_by_kind = [(decisions, closed(decisions)) for decisions in by_kind.values()]
    for item in MEETING_ITEMS:
        if not any(item in decisions and decisions[item].open for decisions in by_kind.values()):
            continue
        kept = frozenset[Kind]().union(
            *(
                shut.get(item, frozenset())
                if decisions[item].open
                else held_by.get(item, frozenset())
                for decisions, shut in closed_by_kind
            )
        )
        if kept:
            found[item] = kept
    return found


def _together(opened: list[Decision]) -> Decision:
    """One decision for several kinds: every paragraph that opened it, and all whose records they open."""
    holders = frozenset[Kind]().union(*(one.holders for one in opened))
    return replace(
        opened[0],
        rules=tuple(dict.fromkeys(rule for one in opened for rule in one.rules)),
        set_aside=tuple(dict.fromkeys(rule for one in opened for rule in one.set_aside)),
        holders=holders,
        own=frozenset(
            kind
            for kind in holders
            if all(kind in one.own for one in opened if kind in one.holders)
        ),
        unverified=any(one.unverified for one in opened),
    )
