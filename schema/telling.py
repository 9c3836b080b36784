"""Refusals, reports and receipts, in the words of the schema."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import strawberry

import disclosure.answers as given
from consent.bundle import Ask as Asked
from consent.bundle import Bundle
from consent.bundle import RuleRef as Cited
from disclosure.answers import EXISTS, Disclosure, ReportState
from disclosure.withholding import whom_to_ask, withheld_elsewhere
from records.items import ITEM_CATEGORY, Item
from records.people import Kind, Role
from records.record import DataNote
from schema.answer import Ask, RuleRef, SourceReport, Withheld
from schema.answer import DataNote as Noted
from schema.ids import Ids

FAILED: Final = frozenset(
    {
        ReportState.TIMED_OUT,
        ReportState.UNAVAILABLE,
        ReportState.REFUSED,
        ReportState.CONTRACT_BROKEN,
    }
)
"""A system that should have answered and did not."""

_EVERYBODY: Final = frozenset(Kind)
_NOT_KNOWN_THERE: Final = frozenset({ReportState.NOT_LINKED, ReportState.NOT_ASKED})


@dataclass(frozen=True, slots=True)
class Desk:
    """What is needed to tell one caller of refusals: the rules, their role, and ids."""

    bundle: Bundle
    role: Role
    ids: Ids

    def whom(self) -> Ask:
        """Whom to ask about a child who is not confirmed: it depends on the role alone."""
        return ask(whom_to_ask(self.bundle, self.role, Item.IDENTITY_EXISTS))

    def refusals(self, disclosure: Disclosure, items: Collection[Item]) -> list[Withheld]:
        """The refusals among these items, in the order in which items are declared."""
        return [withheld(each) for each in disclosure.withheld if each.item in items]

    def elsewhere(self, item: Item) -> Withheld:
        """The refusal of an item that is open to this caller from other agencies' records alone."""
        return withheld(withheld_elsewhere(self.bundle, self.role, item))


def known_to(disclosure: Disclosure, items: Collection[Item]) -> bool:
    """Whether this caller may be told that there is such a child, by what was asked.

    A grant that opens one's own agency's records opens them of anybody, so it counts only where that
    agency knows the child: otherwise it would tell that some other agency does.
    """
    for category in {ITEM_CATEGORY[item] for item in items}:
        decision = disclosure.decisions.get(EXISTS[category])
        if decision is None or not decision.open:
            continue
        if decision.holders >= _EVERYBODY or any(
            report.state not in _NOT_KNOWN_THERE for report in disclosure.reports[category]
        ):
            return True
    return False


@dataclass(frozen=True, slots=True)
class Receipt:
    """What may be said of one disclosure beside its answer: its ledger reference, and who was asked."""

    disclosure: Disclosure
    paths: tuple[str, ...]

    def published(self) -> dict[str, Any]:
        """As it stands in the response's ``extensions``."""
        return {
            "paths": list(self.paths),
            "ref": self.disclosure.ref,
            "asked": list(self.disclosure.asked),
            "notAsked": [
                {"source": name, "because": because.name}
                for name, because in self.disclosure.not_asked.items()
            ],
            "policy": self.disclosure.policy,
        }

    @classmethod
    def of(cls, disclosure: Disclosure, paths: Sequence[str]) -> Receipt:
        """The receipt of one disclosure, for the root fields that it answered."""
        return cls(disclosure, tuple(paths))


@lru_cache(maxsize=4096)
def rule(ref: Cited) -> RuleRef:
    """A rule as a caller may see it."""
    return RuleRef(
        id=strawberry.ID(ref.id),
        protocol=ref.title,
        paragraph=ref.heading,
        quote=ref.quote,
        says=ref.says,
        verified=ref.verified,
        version=ref.edition,
    )


@lru_cache(maxsize=1024)
def ask(whom: Asked) -> Ask:
    """Whom to ask, as a caller may see it."""
    return Ask(role=whom.role, label=whom.label, why=whom.why)


@lru_cache(maxsize=4096)
def withheld(refusal: given.Withheld) -> Withheld:
    """A refusal as a caller may see it."""
    return Withheld(
        item=refusal.item,
        category=refusal.category,
        reason=refusal.reason,
        says=refusal.says,
        rules=[rule(ref) for ref in refusal.rules],
        ask=ask(refusal.ask),
        can_break_glass=refusal.can_break_glass,
        held_by=[kind for kind in Kind if kind in refusal.held_by],
        duties=[rule(ref) for ref in refusal.duties],
    )


def reported(report: given.SourceReport) -> SourceReport:
    """What one system said."""
    return SourceReport(
        name=report.source,
        system=report.system,
        agency=report.kind,
        state=report.state,
        as_of=report.as_of,
        says=report.says,
        incomplete=report.skipped > 0,
        notes=[noted(note) for note in report.notes],
    )


def noted(note: DataNote) -> Noted:
    """A note as a reader sees it."""
    return Noted(code=note.code, says=note.says)
