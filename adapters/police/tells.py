"""Which events each police product tells of.

Source: interfaces.md section 4: Niche and CONNECT push their reports, COMPACT's come by e-mail and
are read; a trigger plan stands on CONNECT's nominal, and is pushed and read.
"""

from __future__ import annotations

from typing import Final

from records import events
from records.events import Event
from records.tells import Tells

OF_A_REPORT: Final[frozenset[type[Event]]] = frozenset(
    {
        events.ChildReportedMissing,
        events.ChildAbsent,
        events.AwayWithoutAuthorisation,
        events.ChildLocated,
        events.ChildFound,
        events.StatusDecided,
        events.RiskSet,
        events.RiskChanged,
        events.SafeAndWellDone,
    }
)

TELLS: Final = (
    Tells(system="COMPACT", sends=OF_A_REPORT, is_read_for=OF_A_REPORT),
    Tells(
        system="CONNECT",
        sends=OF_A_REPORT | {events.TriggerPlanUpdated},
        is_read_for=OF_A_REPORT | {events.TriggerPlanUpdated},
    ),
    Tells(system="Niche", sends=OF_A_REPORT, is_read_for=OF_A_REPORT),
)
