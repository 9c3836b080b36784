"""On what ground each open item is told: the lawful basis, and how the duty of confidence is met.

Worked out from the decision alone, so that the same decision has the same grounds when it is taken
again. It opens and closes nothing.

Source: protocols/national: lawful_bases.toml and confidentiality.toml.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple, TypeAlias
from weakref import WeakKeyDictionary

from consent.bundle import Bundle, Rule
from consent.decision import Decision
from consent.situation import Situation
from protocols.grounds import Ground, Telling, ground_for, what_it_rests_on
from protocols.lawful_basis import RestsOn
from records.items import Item
from records.people import Kind, Purpose, Role

MOST_KEPT: Final = 2048
_MOST_ASKERS: Final = 512


class Giver(NamedTuple):
    """Who tells: a kind of organisation; ``own`` where it is the caller's own organisation."""

    kind: Kind
    own: bool = False


Givers: TypeAlias = frozenset[Giver]


class Grounded(NamedTuple):
    """Items that are told on the same grounds, one for each giver."""

    grounds: tuple[tuple[Giver, Ground], ...]
    items: tuple[Item, ...]


def grounds_of(
    bundle: Bundle,
    situation: Situation,
    decisions: Mapping[Item, Decision],
    givers: Mapping[Item, Givers],
) -> tuple[Grounded, ...]:
    """The grounds of every open item that one of ``givers`` may tell; alike items together.

    Of a giver whose records of the item stay closed nothing is said.
    """
    kept = _kept(bundle)
    known = kept.for_asker(situation)
    alike: dict[_Rows, tuple[_Grounds, list[Item]]] = {}
    for item, decision in decisions.items():
        may_tell = givers.get(item)
        if not decision.open or not may_tell:
            continue
        # Decisions are remembered by the engine, so that the same one comes again and again.
        found = known.get((id(decision), may_tell))
        if found is None or found.of is not decision:
            found = kept.grounds(bundle, situation, decision, may_tell)
            known[id(decision), may_tell] = found
        if found.grounds:
            alike.setdefault(found.rows, (found.grounds, []))[1].append(item)
    return tuple(Grounded(grounds, tuple(items)) for grounds, items in alike.values())


_Grounds: TypeAlias = tuple[tuple[Giver, Ground], ...]
_Rows: TypeAlias = tuple[tuple[Giver, str | None, str | None], ...]


class _Found(NamedTuple):
    """The grounds of one decision, the ids of their rows, and the decision itself."""

    of: Decision
    rows: _Rows
    grounds: _Grounds


_Known: TypeAlias = dict[tuple[int, Givers], _Found]


class _Kept:
    """The grounds of one bundle, each worked out once for all that they can depend on."""

    def __init__(self, bundle: Bundle) -> None:
        self._rules: dict[str, Rule] = {rule.ref.id: rule for rule in bundle.rules}
        self._rests = {name: what_it_rests_on(rule) for name, rule in self._rules.items()}
        self._known: dict[tuple[Role, Purpose, date], _Known] = {}

    def for_asker(self, situation: Situation) -> _Known:
        """What was worked out before for this role, purpose and day; emptied when it has grown."""
        key = (situation.role, situation.purpose, situation.on)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _MOST_ASKERS:
                self._known.clear()
            found = self._known[key] = {}
        if len(found) >= MOST_KEPT:
            found.clear()
        return found

    def grounds(
        self, bundle: Bundle, situation: Situation, decision: Decision, givers: Givers
    ) -> _Found:
        """The ground of each giver that may tell this item, in the order of their kinds."""
        grounds = tuple(
            (giver, ground)
            for giver in sorted(givers, key=lambda one: (one.kind.value, one.own))
            if (ground := self._ground(bundle, situation, decision, giver)) is not None
        )
        rows = tuple((giver, *ground.ids) for giver, ground in grounds)
        return _Found(decision, rows, grounds)

    def _ground(
        self, bundle: Bundle, situation: Situation, decision: Decision, giver: Giver
    ) -> Ground | None:
        opening = [
            self._rules[ref.id]
            for ref in decision.rules
            if giver.kind in self._rules[ref.id].holders
            and (giver.own or not self._rules[ref.id].own_record)
        ]
        if not opening:
            return None
        rests_on: frozenset[RestsOn] = frozenset().union(
            *(self._rests[rule.ref.id] for rule in opening)
        )
        return ground_for(
            bundle,
            Telling(
                giver=giver.kind,
                role=situation.role,
                purpose=situation.purpose,
                item=decision.item,
                on=situation.on,
                rests_on=rests_on,
            ),
        )


_EVERY_KEPT: WeakKeyDictionary[Bundle, _Kept] = WeakKeyDictionary()


def _kept(bundle: Bundle) -> _Kept:
    found = _EVERY_KEPT.get(bundle)
    if found is None:
        found = _EVERY_KEPT[bundle] = _Kept(bundle)
    return found
