"""A bundle: every rule that decides, of the nation and of each partnership, under one digest."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from typing import Protocol as Shape

from protocols.confidentiality import Confidentiality
from protocols.lawful_basis import LawfulBasis, Sensitive
from protocols.protocol import Ask, AskRow, Protocol
from protocols.rule import Rule
from protocols.vocabulary import IsUnknown
from records.errors import IncompleteProtocol
from records.items import Item
from records.people import KIND_OF, Role

NATIONAL: Final = "england"


class Asking(Shape):
    """Who asks, and under which protocols: what a situation has, and all that `Bundle.ask` needs."""

    @property
    def role(self) -> Role:
        """The role that asks."""

    @property
    def host(self) -> str | IsUnknown | None:
        """The partnership in whose area the child lives."""

    @property
    def responsible(self) -> str | IsUnknown | None:
        """The partnership whose child it is."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class Bundle:
    """The rules that decide. Immutable; two bundles with one digest decide alike.

    ``rules`` are in the order of their files. ``digest`` is the SHA-256 of those files.
    """

    digest: str
    rules: tuple[Rule, ...]
    protocols: Mapping[str, Protocol]
    lawful_bases: tuple[LawfulBasis, ...] = ()
    sensitive: tuple[Sensitive, ...] = ()
    confidentiality: tuple[Confidentiality, ...] = ()

    def as_of(self, on: date) -> Bundle:
        """The bundle with the rules that are in force on that day, and no others."""
        return dataclasses.replace(self, rules=tuple(r for r in self.rules if r.in_force(on)))

    def turning_days(self) -> tuple[date, ...]:
        """The days on which a rule comes into force or leaves it, in order."""
        days = {d for r in self.rules for d in (r.starts, r.ends) if d is not None}
        return tuple(sorted(days))

    def ask(self, situation: Asking, item: Item) -> Ask:
        """Whom to ask about an item that was withheld: the host's word first, then the nation's.

        Raises:
            IncompleteProtocol: no protocol says, not even the national one.
        """
        subject = item.value.partition(".")[0]
        kind = KIND_OF[situation.role]
        for name in (situation.host, situation.responsible, NATIONAL):
            protocol = self.protocols.get(name) if isinstance(name, str) else None
            if protocol is None:
                continue
            rows = [row for row in protocol.asks if row.subjects & {subject, "*"}]
            for row in sorted(rows, key=_broadness):
                if not row.kinds or kind in row.kinds:
                    return row.ask
        raise IncompleteProtocol(
            f"No protocol says whom to ask about `{subject}`. Add an [[ask]] table to national/england/protocol.toml."
        )


def _broadness(row: AskRow) -> tuple[bool, bool]:
    """A row for this subject comes before one for all, one for these callers before one for anybody."""
    return "*" in row.subjects, not row.kinds
