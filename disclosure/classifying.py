"""Who may say that a child is away, absent or back again: whom a protocol that applies to the child names for it.

Beside the table of who may say what (`disclosure.sayable`) there has to be a paragraph: a row of the
host's or the responsible authority's protocol, with its conditions certainly met and the caller in one of the
roles it names, being to the child what that role is.

Source: the partnerships' status rules with ``decided_by`` and ``states``.
"""

from __future__ import annotations

from collections.abc import Mapping

from consent.situation import Situation
from consent.vocabulary import UNKNOWN
from disclosure.acts import May, may
from disclosure.sayable import BY_PARAGRAPH, WHO_SAYS, SaidToHappen
from protocols.protocol import LocalRole, Protocol
from protocols.rule import RuleRef
from protocols.status import who_states


def may_say(
    what: SaidToHappen, situation: Situation, protocols: Mapping[str, Protocol]
) -> tuple[May, tuple[RuleRef, ...]]:
    """Whether somebody in this situation may say that this happened, and the paragraphs that let them.

    Of what needs no paragraph of its own, none is named.
    """
    allowed = may(WHO_SAYS[what].entitled, situation)
    if what not in BY_PARAGRAPH:
        return allowed, ()
    speaking = dict.fromkeys(
        name for name in (situation.host, situation.responsible) if isinstance(name, str)
    )
    facts = situation.facts
    rules = tuple(
        one.rule
        for name in speaking
        for one in who_states(protocols[name], what.value, facts)
        if _is(one.who, situation)
    )
    if allowed is May.YES and not rules:
        return May.NOT_THIS_CHILD, ()
    return allowed, rules if allowed is May.YES else ()


def _is(who: LocalRole, situation: Situation) -> bool:
    """Whether the caller is whom the protocol means by this role."""
    standings = frozenset() if situation.standings is UNKNOWN else situation.standings
    return situation.role in who.roles and not who.standing.isdisjoint(standings)
