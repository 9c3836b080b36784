"""NEC CONNECT: missing-person reports under a nominal, the trigger plan on the nominal.

No public interface of CONNECT is known. The documents are the Standard Data Model's, with
`adapters.police.wire` as our extension (see README).
Source: Pan-Lancashire 5.1 (CONNECT holds trigger plans "against the child's nominal record",
and a copy of the risk assessment goes with the notice); Appendix B (what a plan holds).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from adapters.police.asking import (
    CHECK,
    INTEL,
    NOTICE,
    PERSON,
    PLAN,
    REPORT,
    RISK,
    ask_nominal,
    ask_reports,
)
from adapters.police.dialect import Dialect, Section
from adapters.police.episodes import read_reports
from adapters.police.nominals import read_nominal
from records.episode import EpisodeState
from records.source import Evidence

# Lancashire abolished "absent" in October 2020; a record from before may still say it.
STATES: Final[Mapping[str, EpisodeState]] = {
    "REPORTED": EpisodeState.REPORTED,
    "MISSING": EpisodeState.MISSING,
    "LOCATED": EpisodeState.LOCATED,
    "FOUND": EpisodeState.FOUND,
    "CLOSED": EpisodeState.CLOSED,
    "ABSENT": EpisodeState.ABSENT,
}

DIALECT: Final = Dialect(
    system="NEC CONNECT (interface modelled, unverified)",
    evidence=Evidence.INFERENCE,
    sections=(
        Section(
            path="missing-person-reports",
            serves=frozenset({*REPORT, *RISK, *CHECK}),
            ask=ask_reports,
            read=partial(read_reports, states=STATES),
        ),
        Section(
            path="nominals/{subject}",
            serves=frozenset({*PERSON, *PLAN, *INTEL, *NOTICE}),
            ask=ask_nominal,
            read=read_nominal,
        ),
    ),
)
