"""What is withheld, said in full where it may be said, and as a constant where it may not.

Where existence is not confirmed, neither the reason nor the paragraphs may depend on the
child: they are the same for held, not held and unknown, for every caller in that role.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from consent.bundle import Bundle
from consent.decision import Decision, Reason
from consent.explain import told
from consent.situation import Situation
from consent.vocabulary import UNKNOWN, Fact, IsUnknown, Known
from disclosure.answers import Refusal, Withheld, confirmed_by
from disclosure.narrowing import Limits, situation_for
from protocols.condition import together
from protocols.protocol import Ask
from protocols.rule import Effect
from records.items import ITEM_CATEGORY, Category, Item, below
from records.people import Kind, Role

_NOBODY: Final = frozenset[Kind]()
_NO_LIMITS: Final[Limits] = MappingProxyType({})
_NOTHING_CLOSED: Final[Mapping[Item, frozenset[Kind]]] = MappingProxyType({})

REFUSALS: Final[Mapping[Reason, Refusal]] = MappingProxyType(
    {
        Reason.BARRED: Refusal.BARRED,
        Reason.DENIED: Refusal.DENIED,
        Reason.NO_CONSENT: Refusal.NO_CONSENT,
        Reason.SILENT: Refusal.SILENT,
    }
)
"""What is said for each reason for which the engine withholds."""


SAYS: Final[Mapping[Refusal, str]] = MappingProxyType(
    {
        Refusal.BARRED: "The law closes this, whoever asks.",
        Refusal.DENIED: "A paragraph says that you are not given this.",
        Refusal.NO_CONSENT: "This is given only with an agreement that is not recorded, or was refused.",
        Refusal.SILENT: "No paragraph says that you are given this. That is no refusal: ask.",
        Refusal.NOT_CONFIRMED: "Whether anything is held here is neither confirmed nor denied.",
    }
)
"""What is said of each refusal, always in the same words."""

SAYS_ELSEWHERE: Final = (
    "You are given this from some organisations' records; no paragraph gives you what others hold"
    " of it. That is no refusal: ask."
)
"""What is said of an item that is given from some organisations' records and not from others'."""


@dataclass(frozen=True, slots=True)
class _Place:
    """All of a situation that matters for whom to ask: the role, and whose protocols apply."""

    role: Role
    host: str | IsUnknown | None = UNKNOWN
    responsible: str | IsUnknown | None = UNKNOWN


def withheld(
    bundle: Bundle,
    situation: Situation,
    decisions: Mapping[Item, Decision],
    items: Collection[Item],
    closed: Mapping[Item, frozenset[Kind]] = _NOTHING_CLOSED,
    limits: Limits = _NO_LIMITS,
) -> tuple[Withheld, ...]:
    """Every item asked for that is not given, or not from everybody's records, in the items' own order.

    Reasons and paragraphs are those that this caller may be told; the ledger has them all.
    ``closed`` names the kinds of organisation whose records of an open item stay closed, ``limits``
    the judgements that counted for some items alone.
    """
    place = _Place(situation.role, situation.host, situation.responsible)
    confirmed: dict[Category, bool] = {}
    found: list[Withheld] = []
    for item, decision in decisions.items():
        if item not in items:
            continue
        if decision.open:
            if item in closed:
                found.append(withheld_elsewhere(bundle, situation.role, item, closed[item]))
            continue
        category = ITEM_CATEGORY[item]
        if category not in confirmed:
            confirmed[category] = confirmed_by(decisions, category)
        if confirmed[category]:
            spoken = told(bundle, situation_for(item, situation, limits), decision)
            reason = REFUSALS[spoken.reason]
            found.append(
                Withheld(
                    item=item,
                    category=category,
                    reason=reason,
                    says=SAYS[reason],
                    rules=spoken.rules,
                    duties=spoken.duties,
                    ask=_whom(bundle, place, item),
                    can_break_glass=_can_break_glass(bundle, situation.role, item),
                )
            )
        else:
            found.append(_not_confirmed(bundle, situation.role, item))
    return tuple(found)


@lru_cache(maxsize=4_096)
def _not_confirmed(bundle: Bundle, role: Role, item: Item) -> Withheld:
    return Withheld(
        item=item,
        category=ITEM_CATEGORY[item],
        reason=Refusal.NOT_CONFIRMED,
        says=SAYS[Refusal.NOT_CONFIRMED],
        rules=(),
        duties=(),
        ask=_whom(bundle, _Place(role), item),
        can_break_glass=_can_break_glass(bundle, role, item),
    )


@lru_cache(maxsize=4_096)
def _whom(bundle: Bundle, place: _Place, item: Item) -> Ask:
    return bundle.ask(place, item)


@lru_cache(maxsize=4_096)
def _can_break_glass(bundle: Bundle, role: Role, item: Item) -> bool:
    """Whether the rules know an emergency in which somebody in this role may have this item.

    By the rules and the role alone: never by what is known of the child.
    """
    broken: Mapping[Fact, Known] = {Fact.ROLE: role.value, Fact.OVERRIDE: True}
    return any(
        rule.effect is Effect.OVERRIDE
        and any(item in below(opened) for opened in rule.items)
        and together(rule.clauses, broken) is not False
        for rule in bundle.rules
    )


@lru_cache(maxsize=4_096)
def withheld_elsewhere(
    bundle: Bundle, role: Role, item: Item, held_by: frozenset[Kind] = _NOBODY
) -> Withheld:
    """The refusal of an item in the records of agencies whose records the grant does not speak of.

    By the rules and the role alone.
    """
    return Withheld(
        item=item,
        category=ITEM_CATEGORY[item],
        reason=Refusal.SILENT,
        says=SAYS_ELSEWHERE,
        rules=(),
        duties=(),
        ask=_whom(bundle, _Place(role), item),
        can_break_glass=_can_break_glass(bundle, role, item),
        held_by=held_by,
    )


def whom_to_ask(bundle: Bundle, role: Role, item: Item) -> Ask:
    """Whom to ask about an item of nobody in particular: by the role alone."""
    return _whom(bundle, _Place(role), item)
