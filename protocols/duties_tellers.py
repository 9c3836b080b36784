"""Whose it was to tell somebody: by the paragraph of each notice, whoever has to hear of the silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from protocols.bundle import Bundle
from protocols.duties import Duty
from protocols.duties_due import Addressee
from protocols.duties_views import View, views
from protocols.duties_vocabulary import Circumstances
from protocols.rule import Applies


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A rule by which somebody was told: its id, whose protocol it stands in, in which capacity that spoke."""

    rule: str
    protocol: str
    as_: str


def tellers_of(bundle: Bundle, known: Circumstances, named: Named) -> tuple[Addressee, ...]:
    """Whose it was to tell by this rule, then whoever has to see to what it says, in the order of the text.

    None of a rule that is no longer among those loaded, or whose protocol speaks of the child no longer.
    """
    found: dict[Addressee, None] = {}
    for view, duty in _rows(bundle, known, named):
        found |= dict.fromkeys(view.everyone((*duty.tellers, *duty.owner)))
    return tuple(found)


def _rows(bundle: Bundle, known: Circumstances, named: Named) -> Iterator[tuple[View, Duty]]:
    seen = [view for view in views(bundle, known) if view.protocol.id == named.protocol]
    same = [view for view in seen if Applies(named.as_) in view.as_]
    for view in same or seen:
        yield from ((view, duty) for duty in view.protocol.duties if duty.ref.id == named.rule)
