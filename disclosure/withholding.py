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
from consent.situation import Situation
from consent.vocabulary import UNKNOWN, IsUnknown
from disclosure.answer import Because, Withheld
from disclosure.state import confirmed_by
from protocols.protocol import Ask
from records.items import ITEM_CATEGORY, Category, Item
from records.people import Role

BECAUSE: Final[Mapping[Reason, Because]] = MappingProxyType(
    {
        Reason.BARRED: Because.BARRED,
        Reason.DENIED: Because.DENIED,
        Reason.NO_CONSENT: Because.NO_CONSENT,
        Reason.SILENT: Because.SILENT,
    }
)
"""What is said for each reason for which the engine withholds."""


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
) -> tuple[Withheld, ...]:
    """Every item asked for that is not given, in the items' own order."""
    place = _Place(situation.role, situation.host, situation.responsible)
    confirmed: dict[Category, bool] = {}
    found: list[Withheld] = []
    for item, decision in decisions.items():
        if decision.open or item not in items:
            continue
        category = ITEM_CATEGORY[item]
        if category not in confirmed:
            confirmed[category] = confirmed_by(decisions, category)
        if confirmed[category]:
            found.append(
                Withheld(
                    item=item,
                    category=category,
                    because=BECAUSE[decision.reason],
                    rules=decision.rules,
                    duties=decision.duties,
                    ask=_whom(bundle, place, item),
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
        because=Because.NOT_CONFIRMED,
        rules=(),
        duties=(),
        ask=_whom(bundle, _Place(role), item),
    )


@lru_cache(maxsize=4_096)
def _whom(bundle: Bundle, place: _Place, item: Item) -> Ask:
    return bundle.ask(place, item)
