"""A force that runs COMPACT, as it is modelled here: nothing shows before a refresh."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from starlette.requests import Request

from adapters.police.simulator.force import (
    NHS_NUMBER,
    NOBODY,
    ROBIN,
    ForceSimulator,
    Row,
    knows_robin,
    settings_for,
)
from adapters.simulation import SENTINEL, Staged


class CompactSimulator(ForceSimulator):
    """Missing reports and found reports as two kinds of document, in UK time without an offset."""

    product = "compact"
    reports_at = "/documents"

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__(clock)
        self._held: list[tuple[str, Row]] = []
        self._refreshed = "2026-11-01T06:00:00+00:00"

    def missing_report(self, ref: str, nominal: str, episode: str, **attributes: object) -> None:
        """Hold a missing report; it shows after the next `refreshes`."""
        self._hold(ref, nominal, "missingReport", {"episodeRef": episode, **attributes})

    def found_report(self, ref: str, nominal: str, episode: str, **attributes: object) -> None:
        """Hold a found report; it shows after the next `refreshes`."""
        self._hold(ref, nominal, "foundReport", {"episodeRef": episode, **attributes})

    def refreshes(self, at: str) -> None:
        """Somebody presses refresh at this instant: what is held shows."""
        self._refreshed = at
        for nominal, row in self._held:
            self.sends_also(nominal, row)
            self._changed_at[row["id"]] = datetime.fromisoformat(at)
        self._held.clear()

    def shown(self, nominal: str, request: Request) -> list[Row]:
        """Only the kinds of document asked for."""
        kinds = request.query_params.get("type", "").split(",")
        return [row for row in super().shown(nominal, request) if row["type"] in kinds]

    def said_of_all(self) -> Row:
        return {"refreshedTime": self._refreshed}

    def _hold(self, ref: str, nominal: str, kind: str, attributes: Row) -> None:
        about = {"nominal": {"data": [{"type": "person", "id": nominal}]}}
        row: Row = {"type": kind, "id": ref, "attributes": attributes, "relationships": about}
        self._held.append((nominal, row))


def staged() -> Staged:
    """A force that holds one child in everything that COMPACT supplies."""
    force = CompactSimulator()
    knows_robin(force)
    force.found_report(
        "F-2",
        ROBIN,
        "C-55/3",
        found="2026-11-21T08:45:00",
        foundBy="Police",
        preventionInterviewRecorded=True,
        preventionInterviewHeld="2026-11-21T09:30:00",
        preventionInterviewBy="Response officer",
        preventionInterview=f"{SENTINEL} was cold and hungry.",
    )
    force.missing_report(
        "M-1",
        ROBIN,
        "C-55/3",
        status="MISSING",
        missingSince="2026-11-20T20:00:00",
        reported="2026-11-20T21:40:00",
        recorded="2026-11-20T21:55:00",
        circumstances=f"{SENTINEL} did not come back from school.",
        informant="Registered manager",
        stormLogRef="ST-20261120-0031",
        pncCirculated=True,
        pncId="26/120018R",
        lastSeenPlace="Bus station",
        lastSeen="2026-11-20T16:05:00",
        risk="HIGH",
        riskSetByRank="Inspector",
        riskSet="2026-11-20T22:10:00",
        riskRationale=f"{SENTINEL} left without her medicine.",
    )
    force.refreshes("2026-11-24T06:00:00+00:00")
    return Staged(
        simulator=force,
        config=lambda: settings_for(force),
        subject=ROBIN,
        nobody=NOBODY,
        nhs_number=NHS_NUMBER,
    )
