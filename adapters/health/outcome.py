"""What a FHIR server says of its own work: a note for the reader, or the reason for no answer.

An OperationOutcome can come with status 200, alone or as an entry of a searchset. Its own
words are never passed on: diagnostics quote records.

Source: HL7 FHIR R4, OperationOutcome and IssueType.
"""

from __future__ import annotations

from typing import Final

from adapters.health.wire import Issue, OperationOutcome
from adapters.notes import Notes
from records.errors import SourceContractBroken, SourceError, SourceRefused, SourceUnavailable

_STOPS: Final = frozenset({"fatal", "error"})
_LATER: Final = frozenset(
    {"transient", "lock-error", "no-store", "exception", "timeout", "incomplete", "throttled"}
)
_REFUSES: Final = frozenset({"security", "login", "unknown", "expired", "forbidden", "suppressed"})


def heed(source: str, outcome: OperationOutcome, notes: Notes) -> None:
    """Note its warnings; let an error among them stop the answer.

    Raises:
        SourceError: an issue of severity error or fatal, of the class its code says.
    """
    for issue in outcome.issue:
        # A severity we do not know may be an error: an answer is not passed off as whole.
        if issue.severity in _STOPS or issue.severity not in {"warning", "information"}:
            raise _error(source, issue)
        if issue.code == "suppressed":
            notes.add(
                "withheld-at-source",
                "The system says that it left out something that it may not give.",
            )
        else:
            notes.add("warning-from-source", "The system attached a warning to its answer.")


def _error(source: str, issue: Issue) -> SourceError:
    if issue.code in _LATER:
        return SourceUnavailable(source, "reports a fault of its own. Ask again later.")
    if issue.code in _REFUSES:
        return SourceRefused(
            source, "refused the gateway. Check its credentials and the agreement with the agency."
        )
    return SourceContractBroken(
        source, "did not take the question. Check the adapter's settings against its interface."
    )
