"""Silence always reaches somebody who answers for it, once: after every ladder has ended, and where there was none.

No text of the five says who hears that a notice was not acknowledged; they say whose it was to tell.
So silence goes back to them, by the paragraph under which they had to tell. Where none of them can be
told, it goes to the duty team of the child's authorities, and where there is none, to the desk that
the deployment names. Whoever was silent on the way is not told again. The first is a reading and the rest a rule of the house: both say so.

Source: each notice's own paragraph; docs/decisions/0079-silence-goes-back-to-who-had-to-tell.md
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from notifications.directory import Around
from notifications.escalation import Terms, escalates
from notifications.happening import OURSELVES, Happened, Plan, Reason, Tell
from notifications.house import SILENCE_GOES_BACK, SILENCE_TO_THE_DUTY_TEAM
from notifications.recipients import recipient_id
from protocols.bundle import Bundle
from protocols.duties_due import Addressee
from protocols.duties_tellers import Named, tellers_of
from protocols.duties_vocabulary import Circumstances
from protocols.vocabulary import UNKNOWN, Fact
from records.items import Item
from records.people import Role

_BACK: Final = Reason(rule=SILENCE_GOES_BACK, partnership=OURSELVES, applies="host")
_TO_TEAM: Final = Reason(rule=SILENCE_TO_THE_DUTY_TEAM, partnership=OURSELVES, applies="host")


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A notice that nobody acknowledged: what its clock remembered, and who was silent before on its ladder.

    ``of`` is what they were told of. ``told``: somebody who answers for it has been told already.
    """

    terms: Terms
    silent: frozenset[str]
    of: Happened | None
    told: bool


def silence_of(event: Happened, history: Sequence[Happened]) -> Silence:
    """The silence that an event is of, with all the steps that led to it."""
    by_id = {one.id: one for one in history}
    terms = _terms(event)
    silent, told = {terms.recipient}, False
    before = by_id.get(event.caused_by or "")
    while before is not None and escalates(before):
        step = _terms(before)
        silent.add(step.recipient)
        told = told or not step.ladder
        before = by_id.get(before.caused_by or "")
    return Silence(terms=terms, silent=frozenset(silent), of=before, told=told)


def plan_of(
    silence: Silence,
    around: Around,
    bundle: Bundle,
    known: Circumstances,
    *,
    desk: Sequence[str] = (),
) -> Plan:
    """Tell whoever had to tell, or else the duty team, or else the desk: nobody a second time.

    Where nobody at all is registered it is kept as told to nobody, and shown so.
    """
    back = dict(_whose_it_was(silence, around, bundle, known))
    if back:
        return Plan(tell=tuple(_tell(silence, who, why, around) for who, why in back.items()))
    authority = _authority(known)
    teams = sorted(around.duty_teams(), key=lambda one: around.of(one) != authority)
    nobody = [] if authority is None else [recipient_id(authority, Role.EMERGENCY_DUTY_TEAM)]
    in_turn = [one for one in teams or desk or nobody if one not in silence.silent]
    if not in_turn:
        return Plan()
    first, *rest = in_turn
    reasons = (*silence.terms.reasons, _TO_TEAM)
    return Plan(
        tell=(
            Tell(
                recipient=first,
                items=_items(silence),
                reasons=tuple(dict.fromkeys(reasons)),
                ladder=tuple(rest),
            ),
        )
    )


def _whose_it_was(
    silence: Silence, around: Around, bundle: Bundle, known: Circumstances
) -> Iterator[tuple[str, tuple[Reason, ...]]]:
    """Those who had to tell, each with the paragraphs by which they had to."""
    found: dict[str, list[Reason]] = {}
    for reason in silence.terms.reasons:
        named = Named(rule=reason.rule, protocol=reason.partnership, as_=reason.applies)
        for who in _first(tellers_of(bundle, known, named), around, silence):
            found.setdefault(who, []).append(reason)
    for who, reasons in found.items():
        yield who, (*reasons, _BACK)


def _first(tellers: Sequence[Addressee], around: Around, silence: Silence) -> tuple[str, ...]:
    """The first of them who is somebody else than the silent, and is registered. Families are nobody's last resort."""
    for to in tellers:
        if around.unregistered(to) is None:
            continue
        there = tuple(who for who in around.who(to) if who not in silence.silent)
        if there:
            return there
    return ()


def _tell(silence: Silence, who: str, reasons: tuple[Reason, ...], around: Around) -> Tell:
    return Tell(
        recipient=who, items=_items(silence), reasons=reasons, ladder=around.instead_of(who)
    )


def _items(silence: Silence) -> frozenset[Item]:
    return frozenset(map(Item, silence.terms.items))


def _authority(known: Circumstances) -> str | None:
    """Whose child it is, or else where the child lives."""
    for fact in (Fact.AUTHORITY, Fact.HOST_AUTHORITY):
        value = known.get(fact, UNKNOWN)
        if isinstance(value, str):
            return value
    return None


def _terms(event: Happened) -> Terms:
    return msgspec.convert(event.data["terms"], Terms)
