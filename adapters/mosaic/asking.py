"""Which calls and which fields the permitted items need, and so the only ones made and asked for.

``fields``, ``question`` and ``answered`` narrow an answer at its source; a layer that does not
know them sends more, and the rest is never built into a record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from adapters.exchange import segment
from adapters.mosaic.care import read_involvements, read_legal, read_placements
from adapters.mosaic.council import Council
from adapters.mosaic.reading import Reading
from adapters.mosaic.steps import read_episodes, read_interviews
from adapters.mosaic.wire import ALLOCATIONS, LEGALS, PLACEMENTS, STEPS, Page
from adapters.reading import Wire
from records.items import Item
from records.record import Record

Query = tuple[tuple[str, str], ...]
Fields = Mapping[Item, tuple[str, ...]]
LIMIT: Final = "100"
"""The layer clamps to 10..100; the most it gives makes the fewest calls."""

_I = Item
RESIDENT: Final[Fields] = {
    _I.IDENTITY_EXISTS: (),
    _I.IDENTITY_CORE: ("firstName", "lastName", "dateOfBirth", "gender", "restricted"),
    _I.IDENTITY_NUMBERS: ("nhsNumber", "upn", "personIdLegacy"),
}
_LEGAL: Final[Fields] = {
    _I.LEGAL_EXISTS: (),
    _I.LEGAL_STATUS: ("legalStatusCode", "legalStatusDescription", "startDate", "endDate"),
}
_PLACEMENT: Final[Fields] = {
    _I.PLACEMENT_EXISTS: (),
    _I.PLACEMENT_DETAIL: (
        "placementType",
        "providerName",
        "ofstedUrn",
        "placedInAuthority",
        "startDate",
        "endDate",
        "reasonEpisodeCeased",
    ),
    _I.PLACEMENT_ADDRESS: ("address", "postCode"),
}
_ALLOCATION: Final[Fields] = {
    _I.CASE_EXISTS: (),
    _I.CASE_STATUS: ("allocatedWorkerTeam", "allocationStartDate", "allocationEndDate"),
    _I.CASE_WORKER: (
        "allocatedWorker",
        "allocatedWorkerTeam",
        "workerType",
        "workerId",
        "workerTelephone",
        "profRelTypeCode",
    ),
}
_EPISODE_STEP: Final[Fields] = {
    _I.EPISODE_EXISTS: (),
    _I.EPISODE_STATUS: ("stepStatus", "startedOn"),
    _I.EPISODE_DETAIL: (),
    _I.EPISODE_HISTORY: (),
}
_INTERVIEW_STEP: Final[Fields] = {
    _I.RHI_EXISTS: (),
    _I.RHI_OFFER: (),
    _I.RHI_CONFIRMATION: (),
    _I.RHI_SAFEGUARDING: ("completedOn",),
    _I.RHI_SAFEGUARDING_PROVIDER: ("completedOn",),
    _I.RHI_NEEDS: (),
    _I.RHI_SYNOPSIS: (),
    _I.RHI_FULL: (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One list of the interface: what it serves, how to ask for it and how to read it."""

    serves: frozenset[Item]
    path: Callable[[str], str]
    ask: Callable[[str, frozenset[Item]], Query]
    page: Wire[Page]
    read: Callable[[Sequence[msgspec.Raw], Reading], Sequence[Record]]


def fields(asked: Fields, items: frozenset[Item]) -> Query:
    """The ``fields`` parameter; empty where bare existence is asked."""
    wanted = dict.fromkeys(name for item, names in asked.items() if item in items for name in names)
    return (("fields", ",".join(wanted)),)


def sections(council: Council) -> tuple[Section, ...]:
    """Every list that this council's Mosaic is asked for, but those of interviews and documents."""
    return (
        _of_resident("legal-statuses", _LEGAL, LEGALS, read_legal),
        _of_resident("placements", _PLACEMENT, PLACEMENTS, read_placements),
        Section(
            serves=frozenset(_ALLOCATION),
            path=lambda _: "allocations",
            ask=lambda subject, items: (("mosaic_id", subject), *fields(_ALLOCATION, items)),
            page=ALLOCATIONS,
            read=read_involvements,
        ),
        _steps(council, _EPISODE_STEP, council.missing.step_types, (), read_episodes),
    )


def interview_sections(council: Council) -> Iterator[Section]:
    """The call for return interviews, where the council has them."""
    if (asked := council.interview) is not None:
        yield _steps(council, _INTERVIEW_STEP, asked.step_types, asked.shown_by, read_interviews)


def interviews_by_episode(council: Council) -> Iterator[Section]:
    """The same, asked also of which missing episode each is."""
    if (asked := council.interview) is not None:
        found = _steps(council, _INTERVIEW_STEP, asked.step_types, asked.shown_by, read_interviews)
        more = tuple(filter(None, (asked.episode, asked.episode_began)))

        def ask(subject: str, items: frozenset[Item]) -> Query:
            query = found.ask(subject, items)
            return tuple(
                (name, ",".join(sorted({*value.split(","), *more} - {""})))
                if name == "questions"
                else (name, value)
                for name, value in query
            )

        yield replace(found, ask=ask) if more else found


def _of_resident(
    name: str,
    asked: Fields,
    page: Wire[Page],
    read: Callable[[Sequence[msgspec.Raw], Reading], Sequence[Record]],
) -> Section:
    return Section(
        serves=frozenset(asked),
        path=lambda subject: f"residents/{segment(subject)}/{name}",
        ask=lambda _, items: fields(asked, items),
        page=page,
        read=read,
    )


def _steps(
    council: Council,
    asked: Fields,
    step_types: list[int],
    shown_by: Sequence[str],
    read: Callable[[Sequence[msgspec.Raw], Reading], Sequence[Record]],
) -> Section:
    def ask(_subject: str, items: frozenset[Item]) -> Query:
        questions = sorted(
            {code for item in items & asked.keys() for code in council.asked_for(item)}
        )
        return (
            *(("step_type", str(step_type)) for step_type in step_types),
            *(("answered", code) for code in shown_by),
            ("questions", ",".join(questions)),
            *fields(asked, items),
        )

    return Section(
        serves=frozenset(asked) & council.supplied(),
        path=lambda subject: f"residents/{segment(subject)}/workflow-steps",
        ask=ask,
        page=STEPS,
        read=read,
    )
