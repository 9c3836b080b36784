"""Judgements that count for some items alone: glass broken for one thing opens no other.

The rules know only whether there is an override or a release. For which items somebody asked is
kept beside the judgement, and each item is decided with those judgements that were made for it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Final, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from consent.bundle import Bundle
from consent.decision import Decision
from consent.engine import decide
from consent.situation import Situation
from consent.vocabulary import Fact
from disclosure.fact_tables import JUDGEMENT
from disclosure.meetings import ByKind, Decide, across_kinds, decided_by_kind, kind_that_opens
from disclosure.proceeding_tables import JUDGED_FOR
from linking.storage import reading
from records.items import Item, below
from records.people import Viewer

Limits: TypeAlias = Mapping[Fact, frozenset[Item]]

NARROWED: Final = frozenset({Fact.OVERRIDE, Fact.RELEASE_DECIDED})
"""Judgements for one caller that may be made for some items alone."""


async def judge_for(connection: AsyncConnection, judgement: int, items: Iterable[Item]) -> None:
    """Let a judgement count for these items, and what they include, alone."""
    await connection.execute(JUDGED_FOR.insert().values(judgement=judgement, items=written(items)))


def written(items: Iterable[Item]) -> str:
    """Items as they are kept: a JSON list of their slugs."""
    return msgspec.json.encode(sorted(item.value for item in items)).decode()


def read(text: str) -> frozenset[Item]:
    """The items that were kept."""
    return frozenset(Item(value) for value in msgspec.json.decode(text))


async def limits_of(
    engine: AsyncEngine, situation: Situation, viewer: Viewer, child_ref: str, now: datetime
) -> Limits:
    """For each judgement that counts for some items alone: for which, with what they include.

    Looked up only where there is such a judgement, which is rare.
    """
    there = [fact for fact in NARROWED if situation.facts.get(fact) is True]
    if not there:
        return {}
    later, kept, judged = JUDGEMENT.alias(), JUDGED_FOR.c, JUDGEMENT.c
    found = sa.select(judged.fact, kept["items"]).outerjoin(JUDGED_FOR, kept.judgement == judged.id)
    wanted = found.where(
        judged.child_ref == child_ref,
        judged.fact.in_([fact.value for fact in there]),
        judged.value.is_(True),
        judged.valid_from <= now,
        judged.valid_to > now,
        ~sa.exists().where(later.c.replaces == judged.id),
        judged.for_subject.is_(None)
        | ((judged.for_issuer == viewer.issuer) & (judged.for_subject == viewer.subject)),
        judged.for_organisation.is_(None) | (judged.for_organisation == viewer.organisation),
    )
    limits: dict[Fact, frozenset[Item]] = {}
    everything: set[Fact] = set()
    async with reading(engine) as connection:
        for name, items in await connection.execute(wanted):
            fact = Fact(name)
            if items is None:
                everything.add(fact)
            else:
                opened = (below(item) for item in read(items))
                limits[fact] = limits.get(fact, frozenset()).union(*opened)
    return {fact: items for fact, items in limits.items() if fact not in everything}


def decide_within(
    bundle: Bundle, situation: Situation, items: Collection[Item], limits: Limits
) -> Mapping[Item, Decision]:
    """As `consent.engine.decide`, each item with those judgements that were made for it.

    What a question asks of meetings is open where it is for any kind of meeting: `decided_meetings`
    says for which.
    """
    return across_kinds(situation, items, _deciding(bundle, limits))


def decided_meetings(
    bundle: Bundle, situation: Situation, items: Collection[Item], limits: Limits
) -> ByKind:
    """The decisions on meetings, for each kind that the answer may speak of."""
    return decided_by_kind(situation, items, _deciding(bundle, limits))


def explained_by(bundle: Bundle, item: Item, situation: Situation, limits: Limits) -> Situation:
    """The situation that explains the decision on one item."""
    about = situation_for(item, situation, limits)
    return kind_that_opens(about, item, _deciding(bundle, limits))


def _deciding(bundle: Bundle, limits: Limits) -> Decide:
    return lambda situation, items: _decide(bundle, situation, items, limits)


def _decide(
    bundle: Bundle, situation: Situation, items: Collection[Item], limits: Limits
) -> Mapping[Item, Decision]:
    if not limits:
        return decide(bundle, situation, items)
    groups: dict[frozenset[Fact], list[Item]] = {}
    for item in items:
        groups.setdefault(_gone(item, limits), []).append(item)
    decided: dict[Item, Decision] = {}
    for gone, group in groups.items():
        decided |= decide(bundle, _without(situation, gone), group)
    return {item: decided[item] for item in items}


def situation_for(item: Item, situation: Situation, limits: Limits) -> Situation:
    """The situation with those judgements that were made for this item."""
    return _without(situation, _gone(item, limits))


def _gone(item: Item, limits: Limits) -> frozenset[Fact]:
    return frozenset(fact for fact, opened in limits.items() if item not in opened)


def _without(situation: Situation, gone: frozenset[Fact]) -> Situation:
    if not gone:
        return situation
    facts = {**situation.facts, **dict.fromkeys(gone, False)}
    return dataclasses.replace(situation, facts=facts)


def as_kept(limits: Limits) -> dict[str, list[str]]:
    """The limits as the ledger keeps them."""
    return {fact.value: sorted(item.value for item in items) for fact, items in limits.items()}


def as_read(kept: Mapping[str, Iterable[str]]) -> Limits:
    """The limits that the ledger kept: what taking a past decision again needs beside its situation."""
    return {Fact(fact): frozenset(map(Item, items)) for fact, items in kept.items()}
