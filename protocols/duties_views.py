"""Which protocols speak of a child, each in its capacity and with what is known as seen from there.

The protocol of the area where the child lives speaks as the host's; that of the authority that
answers for the child as the responsible one's. At home both are one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from protocols.bundle import NATIONAL, Bundle
from protocols.duties_due import Addressee
from protocols.duties_vocabulary import Circumstance, Circumstances
from protocols.protocol import LocalRole, Protocol
from protocols.rule import Applies
from protocols.vocabulary import UNKNOWN, Fact, IsUnknown, Known
from records.people import Standing

_OF_HOST: Final = frozenset({Standing.HOST_AUTHORITY})
_OF_RESPONSIBLE: Final = frozenset({Standing.RESPONSIBLE_AUTHORITY, Standing.HOME_AUTHORITY})
_BOTH: Final = frozenset(Applies)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One protocol, in whose capacity it speaks, and what is known as seen from there."""

    protocol: Protocol
    as_: frozenset[Applies]
    known: Circumstances = field(repr=False)

    @property
    def capacity(self) -> Applies:
        """The capacity to name: the host's where it speaks in both."""
        return Applies.HOST if Applies.HOST in self.as_ else Applies.RESPONSIBLE

    def addressee(self, role: LocalRole) -> Addressee:
        """A role, and at which authority where it is an authority's."""
        return Addressee(role=role, protocol=self.protocol.id, authority=self._authority(role))

    def everyone(self, roles: Sequence[LocalRole]) -> tuple[Addressee, ...]:
        """Each of these roles."""
        return tuple(self.addressee(role) for role in roles)

    def _authority(self, role: LocalRole) -> str | IsUnknown | None:
        """A role that stands for either authority is that of the one whose protocol speaks."""
        if not role.standing or not role.standing <= _OF_HOST | _OF_RESPONSIBLE:
            return None
        if role.standing <= _OF_HOST:
            return _code(self.known, Fact.HOST_AUTHORITY)
        if role.standing <= _OF_RESPONSIBLE or self.capacity is Applies.RESPONSIBLE:
            return _code(self.known, Fact.AUTHORITY)
        return _code(self.known, Fact.HOST_AUTHORITY)


def views(bundle: Bundle, known: Circumstances) -> tuple[View, ...]:
    """The protocols that speak: the nation's, the host's, the responsible authority's.

    A child of one authority of a partnership who lives in another has that protocol twice, once in
    each capacity.
    """
    owner, host = _codes(known)
    sure = UNKNOWN not in (owner, host)
    same = sure and owner == host
    whole = {
        Circumstance.MISSING_FROM: host,
        Circumstance.PLACED_IN: host,
        **known,
        Fact.AUTHORITY: owner,
        Fact.HOST_AUTHORITY: host,
    }
    seen_here = _seen(whole, here=not same if sure else UNKNOWN, away=False if sure else UNKNOWN)
    seen_away = _seen(whole, here=False, away=not same if sure else UNKNOWN)
    hosts, owns = partnership_of(bundle, host), partnership_of(bundle, owner)
    found = [View(protocol=p, as_=_BOTH, known=whole) for p in _nation(bundle)]
    if same:
        return (*found, *(View(protocol=p, as_=_BOTH, known=seen_here) for p in hosts))
    found += [View(protocol=p, as_=frozenset({Applies.HOST}), known=seen_here) for p in hosts]
    found += [View(protocol=p, as_=frozenset({Applies.RESPONSIBLE}), known=seen_away) for p in owns]
    return tuple(found)


def partnership_of(bundle: Bundle, authority: str | IsUnknown) -> tuple[Protocol, ...]:
    """The protocol of the partnership that this authority belongs to; none where it has none here."""
    return tuple(
        protocol
        for protocol in bundle.protocols.values()
        if any(one.code.code == authority for one in protocol.authorities)
    )


def _nation(bundle: Bundle) -> tuple[Protocol, ...]:
    return (bundle.protocols[NATIONAL],) if NATIONAL in bundle.protocols else ()


def _codes(known: Circumstances) -> tuple[str | IsUnknown, str | IsUnknown]:
    """The authority that answers for the child, and the one where they live.

    Where only one is known and the child is known not to be placed away, it is both.
    """
    owner, host = _code(known, Fact.AUTHORITY), _code(known, Fact.HOST_AUTHORITY)
    if host is UNKNOWN and known.get(Fact.PLACED_OUT_OF_AREA) is False:
        host = owner
    if owner is UNKNOWN and known.get(Fact.PLACED_HERE_BY_OTHER_AUTHORITY) is False:
        owner = host
    return owner, host


def _code(known: Circumstances, fact: Fact) -> str | IsUnknown:
    value = known.get(fact, UNKNOWN)
    return value if isinstance(value, str) else UNKNOWN


def _seen(known: Circumstances, *, here: Known, away: Known) -> Circumstances:
    """The facts as one protocol sees them: whether another's child is here, whether its own is away.

    What two codes say outweighs what was given; where they do not say, what was given stands.
    """
    said = {
        Fact.PLACED_HERE_BY_OTHER_AUTHORITY: here,
        Fact.PLACED_OUT_OF_AREA: away,
    }
    return {**known, **{fact: value for fact, value in said.items() if value is not UNKNOWN}}
