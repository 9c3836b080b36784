"""Whose system is whose: what an organisation may read as its own record, and who can tell what.

A grant to read "the authority's own record" opens what that authority's own system holds, and not
what another authority's system of the same kind holds of the same child.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from consent.decision import Decision
from consent.grounds import Giver, Givers
from records.items import Item
from records.people import Kind
from records.source import Source

Names: TypeAlias = frozenset[str]


class Systems:
    """The systems of a deployment. ``organisations`` says whose each is, by its name here.

    One of which that is not said counts as everybody's of its kind, as a shared system is.
    """

    def __init__(
        self, sources: Mapping[str, Source], organisations: Mapping[str, frozenset[str]]
    ) -> None:
        """Raises ValueError where an organisation is given a system that there is not."""
        if not organisations.keys() <= sources.keys():
            raise ValueError("Say whose a system is only of systems that there are.")
        self._kinds = {name: source.kind for name, source in sources.items()}
        self._supplies = {name: _supplied(source) for name, source in sources.items()}
        self._organisations = {name: whose for name, whose in organisations.items() if whose}
        self._givers: dict[Names, dict[Item, Givers]] = {}
        self._unsaid = frozenset(sources).difference(self._organisations)
        self.held_by: Final[Mapping[Item, frozenset[Kind]]] = {
            item: frozenset(giver.kind for giver in givers)
            for item, givers in self.givers(frozenset()).items()
        }

    def own(self, organisation: str) -> Names:
        """The systems in which this organisation's own record stands."""
        return self._unsaid | {
            name for name, whose in self._organisations.items() if organisation in whose
        }

    def givers(self, own: Names) -> Mapping[Item, Givers]:
        """Who can tell each item, to a caller whose own systems these are."""
        known = self._givers.get(own)
        if known is None:
            found: dict[Item, set[Giver]] = {}
            for name, kind in self._kinds.items():
                for item in self._supplies[name]:
                    found.setdefault(item, set()).add(Giver(kind, name in own))
            known = {item: frozenset(givers) for item, givers in found.items()}
            self._givers[own] = known
        return known

    def closed(self, decisions: Mapping[Item, Decision], own: Names) -> dict[Item, frozenset[Kind]]:
        """For each open item, the kinds of organisation of whose records any stay closed.

        By the rules and the systems that there are: never by what any of them holds.
        """
        givers = self.givers(own)
        found: dict[Item, frozenset[Kind]] = {}
        for item, decision in decisions.items():
            if not decision.open:
                continue
            kept = {
                giver.kind
                for giver in givers.get(item, ())
                if not decision.opens_from(giver.kind, own=giver.own)
            }
            if kept:
                found[item] = frozenset(kept)
        return found


def _supplied(source: Source) -> frozenset[Item]:
    """What a system holds. Whoever holds episodes holds their history."""
    history = {Item.EPISODE_HISTORY} if Item.EPISODE_EXISTS in source.supplies else set()
    return frozenset(source.supplies) | history
