"""Deciding: what may be said to whom, item by item, each with the rules that decided it.

Pure: no clock, no files, no records. Decisions are remembered for each bundle by which of the
caller's clauses count, so that the memo can never tell apart what the rules cannot.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from weakref import WeakKeyDictionary

from consent.boxes import Space, possible
from consent.bundle import Bundle
from consent.decision import Decision
from consent.panel import Panel, concerns, panel_for
from consent.rows import OPENING
from consent.situation import Situation
from consent.vocabulary import UNKNOWN, IsUnknown
from protocols.rule import Applies, Rule
from records.items import Item
from records.people import Role

Place = str | None | IsUnknown


def decide(
    bundle: Bundle, situation: Situation, items: Collection[Item]
) -> Mapping[Item, Decision]:
    """A decision for every item asked about, in the order asked.

    Order: bar, override, denial, grant, silence. What opens must certainly hold, what closes need
    only possibly hold. A grant opens what its item includes; a denial closes what includes it.
    The rules are those in force on ``situation.on``.

    Source: each decision's ``rules``.
    """
    panel = engine_for(bundle).panel(situation)
    live = panel.counting(situation)
    return {item: panel.remembered(item, live) for item in items}


def decide_afresh(
    bundle: Bundle, situation: Situation, items: Collection[Item]
) -> Mapping[Item, Decision]:
    """As `decide`, remembering nothing: what the memo is held against."""
    panel = engine_for(bundle).panel(situation)
    live = panel.counting(situation)
    return {item: panel.decide(item, live) for item in items}


def could_open(bundle: Bundle, situation: Situation, item: Item) -> bool:
    """Whether any value of what is not known could open the item; if not, nobody need be asked.

    Exact: the unknown facts are weighed together, not one by one. Facts that are given are taken as
    they are, and an item that is already open could open.
    """
    engine = engine_for(bundle)
    return any(
        possible(engine.space, engine.panel_at(host, responsible, situation), situation, item)
        for host in engine.places(situation.host)
        for responsible in engine.places(situation.responsible)
    )


class Engine:
    """A bundle laid out for deciding. Panels are made when first needed and kept."""

    def __init__(self, bundle: Bundle) -> None:
        """Split the bundle at the days on which its rules change."""
        self._days = bundle.turning_days()
        self._rules = tuple(
            tuple(rule for rule in bundle.rules if self._holds(rule, epoch))
            for epoch in range(len(self._days) + 1)
        )
        self._partnerships = tuple(p.id for p in bundle.protocols.values() if not p.national)
        self._applying: dict[tuple[Place, Place, int], tuple[Rule, ...]] = {}
        self._panels: dict[tuple[Place, Place, Role, int], Panel] = {}
        self._alike: dict[tuple[Role, tuple[int, ...]], Panel] = {}
        self._concerning: dict[Role, frozenset[int]] = {}
        self.space = Space(bundle)

    def panel(self, situation: Situation) -> Panel:
        """The panel for this caller, here and now."""
        return self.panel_at(situation.host, situation.responsible, situation)

    def panel_at(self, host: Place, responsible: Place, situation: Situation) -> Panel:
        """The panel for this caller, were the child this host's and that partnership's."""
        return self.panel_on(host, responsible, situation.role, situation.on)

    def panel_on(self, host: Place, responsible: Place, role: Role, on: date) -> Panel:
        """The panel of a role under a pair of protocols on a day."""
        epoch = bisect_right(self._days, on)
        key = (host, responsible, role, epoch)
        found = self._panels.get(key)
        if found is None:
            found = self._panels[key] = self._panel_of(role, self.rules_on(host, responsible, on))
        return found

    def _panel_of(self, role: Role, rules: tuple[Rule, ...]) -> Panel:
        """One panel for all places in which the same rules concern a role."""
        concerning = self._concerning.get(role)
        if concerning is None:
            concerning = self._concerning[role] = frozenset(
                id(rule) for epoch in self._rules for rule in epoch if concerns(rule, role)
            )
        speaking = [rule for rule in rules if id(rule) in concerning]
        key = (role, tuple([id(rule) for rule in speaking]))
        found = self._alike.get(key)
        if found is None:
            found = self._alike[key] = panel_for(role, speaking)
        return found

    def rules_on(self, host: Place, responsible: Place, on: date) -> tuple[Rule, ...]:
        """The rules that apply under a pair of protocols on a day, in the order of their files."""
        key = (host, responsible, bisect_right(self._days, on))
        found = self._applying.get(key)
        if found is None:
            found = tuple(rule for rule in self._rules[key[2]] if counts(rule, host, responsible))
            self._applying[key] = found
        return found

    def places(self, place: Place) -> Iterator[str | None]:
        """The partnerships that a place could be: itself where known."""
        if place is UNKNOWN:
            yield from self._partnerships
            yield None
        else:
            yield place

    def _holds(self, rule: Rule, epoch: int) -> bool:
        """Whether a rule is in force in an epoch: from the day before it on, until the day after."""
        if epoch == 0:
            return rule.starts is None
        return rule.in_force(self._days[epoch - 1])


def counts(rule: Rule, host: Place, responsible: Place) -> bool:
    """Whether a rule's protocol applies: certainly for one that opens, possibly for one that closes."""
    if rule.national:
        return True
    protocol = rule.ref.protocol
    places = [
        place
        for place, side in ((host, Applies.HOST), (responsible, Applies.RESPONSIBLE))
        if side in rule.applies
    ]
    if protocol in places:
        return True
    return rule.effect not in OPENING and UNKNOWN in places


_ENGINES: WeakKeyDictionary[Bundle, Engine] = WeakKeyDictionary()


def engine_for(bundle: Bundle) -> Engine:
    """The bundle's engine, made once."""
    found = _ENGINES.get(bundle)
    if found is None:
        found = _ENGINES[bundle] = Engine(bundle)
    return found
