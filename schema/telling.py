"""Refusals, reports and receipts, in the words of the schema."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import strawberry

import protocols.protocol as agreed
import protocols.rule as cited
from disclosure import answers, disclose
from disclosure.answers import ReportState
from records.items import ITEM_CATEGORY, Item
from schema.answer import Ask, RuleRef, SourceReport, Withheld

FAILED: Final = frozenset(
    {
        ReportState.TIMED_OUT,
        ReportState.UNAVAILABLE,
        ReportState.REFUSED,
        ReportState.CONTRACT_BROKEN,
    }
)
"""A system that should have answered and did not."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What may be said of one disclosure beside its answer: its ledger reference, and who was asked."""

    disclosure: disclose.Disclosure
    paths: tuple[str, ...]

    def published(self) -> dict[str, Any]:
        """As it stands in the response's ``extensions``."""
        given = self.disclosure
        return {
            "paths": list(self.paths),
            "ref": given.ref,
            "asked": sorted(given.asked),
            "notAsked": [
                {"source": name, "because": because}
                for name, because in sorted(given.not_asked.items())
            ],
            "policy": given.policy,
        }

    @classmethod
    def of(cls, given: disclose.Disclosure, paths: Sequence[str]) -> Receipt:
        """The receipt of one disclosure, for the root fields that it answered."""
        return cls(given, tuple(paths))


@lru_cache(maxsize=4096)
def rule(ref: cited.RuleRef) -> RuleRef:
    """A rule as a caller may see it."""
    return RuleRef(
        id=strawberry.ID(ref.id),
        protocol=ref.title,
        paragraph=ref.heading or None,
        quote=ref.quote or None,
        says=ref.says,
        verified=ref.verified,
        version=ref.edition or None,
    )


@lru_cache(maxsize=1024)
def ask(whom: agreed.Ask) -> Ask:
    """Whom to ask, as a caller may see it."""
    return Ask(role=whom.role, label=whom.label, why=whom.why)


def withheld(given: disclose.Disclosure, items: Collection[Item]) -> list[Withheld]:
    """The refusals among these items, in the order in which items are declared."""
    return [_withheld(each) for each in given.withheld if each.item in items]


@lru_cache(maxsize=4096)
def _withheld(refusal: answers.Withheld) -> Withheld:
    return Withheld(
        item=refusal.item,
        category=ITEM_CATEGORY[refusal.item],
        reason=refusal.reason,
        says=refusal.says,
        rules=[rule(ref) for ref in refusal.rules],
        ask=ask(refusal.ask),
        can_break_glass=refusal.can_break_glass,
        duties=[rule(ref) for ref in refusal.duties],
    )


def reported(report: answers.SourceReport) -> SourceReport:
    """What one system said."""
    return SourceReport(
        name=report.source,
        system=report.system,
        agency=report.kind,
        state=report.state,
        as_of=report.as_of,
        says=report.says,
    )
