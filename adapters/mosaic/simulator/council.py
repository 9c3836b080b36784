"""A simulated council's Mosaic, with the traps that its public SQL and code show.

People by REST in Hackney's shape; missing episodes only as workflow steps with form answers.
``limit`` is clamped to 10..100, ``nextCursor`` is the last id of a full page and empty at the
end, 404 has no body, 400 is plain text, a date is a midnight in UTC, NHS numbers are numbers.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from adapters.simulation import Simulator

API_KEY: Final = "not-a-secret"
_Row = dict[str, Any]


def answer(code: str, *, subject: int | None = None, row: int | None = None, **value: str) -> _Row:
    """One form answer: ``date``, ``text`` or ``lookup``."""
    sent: _Row = {"questionCode": code, "subjectPersonId": subject, "handlerRowIdentifier": row}
    return {**sent, **{f"{kind}Answer": said for kind, said in value.items()}}


class MosaicSimulator(Simulator):
    """One council's system."""

    def __init__(self) -> None:
        super().__init__()
        self._people: dict[int, _Row] = {}
        self._steps: list[_Row] = []
        self._to_everybody: set[int] = set()
        self._broken: set[int] = set()
        self._lists: dict[str, dict[int, list[_Row]]] = {
            "legalStatuses": {},
            "placements": {},
            "allocations": {},
        }

    # What it holds

    def forgets_everything(self) -> None:
        """Hold nothing, and begin the log anew."""
        self._people.clear()
        self._steps.clear()
        for held in self._lists.values():
            held.clear()
        self._to_everybody.clear()
        self.forgets_what_it_was_asked()

    def sends_to_everybody(self, step_id: int) -> None:
        """By a fault of its own, send this step with anybody's."""
        self._to_everybody.add(step_id)

    def cannot_show(self, mosaic_id: int) -> None:
        """Break the contract whenever this one person is asked for, until it recovers."""
        self._broken.add(mosaic_id)

    def recovers(self) -> None:
        """Everything is well again; the log stays."""
        self._broken.clear()
        super().recovers()

    def person(self, mosaic_id: int, **held: object) -> None:
        """Know a person, in the interface's own names."""
        self._people[mosaic_id] = {"mosaicId": str(mosaic_id), **held}

    def step(
        self,
        step_id: int,
        step_type: int,
        subject: int,
        answers: Sequence[Mapping[str, object]] = (),
        *,
        group: Sequence[int] = (),
        **held: object,
    ) -> None:
        """Hold a workflow step. A ``subject`` of 0 or less is a group of these people."""
        members = [{"subjectTypeCode": "PER", "personId": person} for person in group]
        self._steps = [step for step in self._steps if step["workflowStepId"] != step_id]
        self._steps.append(
            {
                "workflowStepId": step_id,
                "workflowStepTypeId": step_type,
                "subjectPersonId": subject,
                "stepStatus": "STARTED",
                "subgroupSubjects": members,
                "answers": [dict(one) for one in answers],
                **held,
            }
        )

    def loses_steps_of(self, subject: int) -> None:
        """Somebody deletes every step of a person."""
        self._steps = [step for step in self._steps if step["subjectPersonId"] != subject]

    def legal_status(self, person: int, legal_status_id: int, **held: object) -> None:
        """Hold a legal status."""
        self._hold("legalStatuses", person, {"legalStatusId": legal_status_id, **held})

    def placement(self, person: int, placement_id: int, **held: object) -> None:
        """Hold a placement."""
        self._hold("placements", person, {"placementId": placement_id, **held})

    def allocation(self, person: int, allocation_id: int, **held: object) -> None:
        """Hold an allocation."""
        self._hold("allocations", person, {"id": allocation_id, **held})

    def _hold(self, what: str, person: int, row: _Row) -> None:
        self._lists[what].setdefault(person, []).append({"personId": person, **row})

    # Its interface

    def routes(self) -> Sequence[Route]:
        resident = "/api/v1/residents/{mosaic_id}"
        return [
            Route("/api/v1/residents", self._guarded(self._search)),
            Route(resident, self._guarded(self._one)),
            Route(f"{resident}/workflow-steps", self._guarded(self._workflow_steps)),
            Route(f"{resident}/legal-statuses", self._guarded(self._listed("legalStatuses"))),
            Route(f"{resident}/placements", self._guarded(self._listed("placements"))),
            Route("/api/v1/allocations", self._guarded(self._allocations)),
            Route("/api/v1/workflow-steps", self._guarded(self._steps_since)),
            Route("/api/v1/placements", self._guarded(self._placements_since)),
        ]

    def _guarded(
        self, reply: Callable[[Request], Response]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            told = request.headers.get("x-api-key", "")
            if not hmac.compare_digest(told.encode(), API_KEY.encode()):
                return Response(status_code=403)
            return reply(request)

        return guarded

    def _search(self, request: Request) -> Response:
        wanted = request.query_params.get("nhs_number", "")
        if not wanted.isdigit():
            return PlainTextResponse("nhs_number must be digits", 400)
        found = [p for p in self._people.values() if p.get("nhsNumber") == int(wanted)]
        return self._page(request, "residents", found, "mosaicId")

    def _one(self, request: Request) -> Response:
        if _id(request.path_params["mosaic_id"]) in self._broken:
            return JSONResponse({"mosaicId": None})
        person = self._people.get(_id(request.path_params["mosaic_id"]))
        if person is None:
            return Response(status_code=404)
        kept = {"mosaicId", "duplicateOf"}
        return JSONResponse(_narrowed(person, request, kept))

    def _workflow_steps(self, request: Request) -> Response:
        person = _id(request.path_params["mosaic_id"])
        if person not in self._people:
            return Response(status_code=404)
        query = request.query_params
        types = {_id(sent) for sent in query.getlist("step_type")}
        answered = set(query.getlist("answered"))
        questions = set(query.get("questions", "").split(","))
        kept = {"workflowStepId", "workflowStepTypeId", "subjectPersonId", "subgroupSubjects"}
        found = [
            {
                **_narrowed(step, request, kept),
                "answers": [a for a in step["answers"] if a["questionCode"] in questions],
            }
            for step in self._steps
            if step["workflowStepTypeId"] in types
            and (_of(step, person) or step["workflowStepId"] in self._to_everybody)
            and (not answered or answered & {a["questionCode"] for a in step["answers"]})
        ]
        return self._page(request, "workflowSteps", found, "workflowStepId")

    def _steps_since(self, request: Request) -> Response:
        """Everybody's steps: started or completed since a day, or not completed."""
        query = request.query_params
        since, types = query["since"], {_id(sent) for sent in query.getlist("step_type")}
        questions = set(query.get("questions", "").split(","))
        kept = {"workflowStepId", "workflowStepTypeId", "subjectPersonId", "subgroupSubjects"}
        found = [
            {
                **_narrowed(step, request, kept),
                "answers": [a for a in step["answers"] if a["questionCode"] in questions],
            }
            for step in self._steps
            if step["workflowStepTypeId"] in types
            and (
                step["stepStatus"] != "COMPLETED"
                or max(step.get("startedOn", ""), step.get("completedOn", "")) >= since
            )
        ]
        return self._page(request, "workflowSteps", found, "workflowStepId")

    def _placements_since(self, request: Request) -> Response:
        """Everybody's placements that began or ended since a day."""
        since = request.query_params["since"]
        kept = {"personId", "splitNumber", "placementId"}
        found = [
            _narrowed(row, request, kept)
            for rows in self._lists["placements"].values()
            for row in rows
            if max(row.get("startDate") or "", row.get("endDate") or "") >= since
        ]
        return self._page(request, "placements", found, "placementId")

    def _listed(self, what: str) -> Callable[[Request], Response]:
        def listed(request: Request) -> Response:
            person = _id(request.path_params["mosaic_id"])
            return self._held(request, what, person)

        return listed

    def _allocations(self, request: Request) -> Response:
        return self._held(request, "allocations", _id(request.query_params.get("mosaic_id", "")))

    def _held(self, request: Request, what: str, person: int) -> Response:
        if person not in self._people:
            return Response(status_code=404)
        key = {"legalStatuses": "legalStatusId", "placements": "placementId"}.get(what, "id")
        kept = {"personId", "splitNumber", key}
        rows = [_narrowed(row, request, kept) for row in self._lists[what].get(person, [])]
        return self._page(request, what, rows, key)

    def _page(self, request: Request, what: str, rows: list[_Row], key: str) -> Response:
        limit = min(max(_id(request.query_params.get("limit", "20")), 10), 100)
        after = _id(request.query_params.get("cursor", "0"))
        if self.endless:
            return JSONResponse({what: rows[:1], "nextCursor": str(after + 1)})
        left = sorted((r for r in rows if int(r[key]) > after), key=lambda r: int(r[key]))[:limit]
        more = str(left[-1][key]) if len(left) == limit else ""
        return JSONResponse({what: left, "nextCursor": more})


def _id(sent: str) -> int:
    return int(sent) if sent.lstrip("-").isdigit() else -1


def _of(step: _Row, person: int) -> bool:
    members = {member["personId"] for member in step["subgroupSubjects"]}
    return bool(step["subjectPersonId"] == person or person in members)


def _narrowed(row: _Row, request: Request, kept: set[str]) -> _Row:
    """The row with the fields asked for, and those without which it says nothing."""
    asked = request.query_params.get("fields")
    if asked is None:
        return row
    return {name: held for name, held in row.items() if name in kept | set(asked.split(","))}


def settings_for(
    council: MosaicSimulator, field_map: str | Mapping[str, object], **other: object
) -> dict[str, object]:
    """Settings with which the adapter reaches this simulator."""
    return {
        "base_url": f"{council.url}/api/v1",
        "api_key": API_KEY,
        "council": field_map,
        **other,
    }
