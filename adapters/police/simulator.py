"""A simulated force: nominals, reports and what hangs on them, as NEC CONNECT is modelled.

It sends only the fields and inclusions asked for, as JSON:API's sparse fieldsets promise, so a
test can see that what was not permitted was never sent.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.simulation import SENTINEL, Simulator, Staged

CLIENT_ID: Final = "homeward"
CLIENT_SECRET: Final = "not-a-secret"
PAGE: Final = 50
_MEDIA_TYPE: Final = "application/vnd.api+json"
_Row = dict[str, Any]


class PoliceSimulator(Simulator):
    """One force's system."""

    def __init__(self) -> None:
        super().__init__()
        self._nominals: dict[str, _Row] = {}
        self._reports: dict[str, list[_Row]] = {}
        self._rows: dict[tuple[str, str], _Row] = {}
        self._merged: dict[str, str] = {}

    # What it holds

    def forgets_everything(self) -> None:
        """Hold nothing, and begin the log anew."""
        for held in (self._nominals, self._reports, self._rows, self._merged):
            held.clear()
        self.forgets_what_it_was_asked()

    def nominal(self, ref: str, **attributes: object) -> None:
        """Know a person. Attributes in the interface's own names, such as ``givenName``."""
        self._nominals[ref] = _row("person", ref, attributes)

    def report(
        self,
        ref: str,
        nominal: str,
        *,
        gradings: Sequence[Mapping[str, object]] = (),
        checks: Sequence[Mapping[str, object]] = (),
        **attributes: object,
    ) -> None:
        """Hold a missing-person report, its risk assessments and its safe and well records."""
        self._nominals.setdefault(nominal, _row("person", nominal, {}))
        row = _row("missingPersonReport", ref, attributes)
        row["relationships"]["nominal"] = {"data": [{"type": "person", "id": nominal}]}
        self._hang(row, "riskAssessments", "riskAssessment", gradings)
        self._hang(row, "safeAndWellRecords", "safeAndWellRecord", checks)
        held = self._reports.setdefault(nominal, [])
        held[:] = [row, *(other for other in held if other["id"] != ref)]

    def trigger_plan(self, nominal: str, **attributes: object) -> None:
        """Hold a trigger plan against a nominal."""
        self._hang(self._nominals[nominal], "triggerPlans", "triggerPlan", [attributes])

    def intelligence(self, nominal: str, **attributes: object) -> None:
        """Hold an intelligence report against a nominal."""
        row = self._nominals[nominal]
        self._hang(row, "intelligenceReports", "intelligenceReport", [attributes])

    def abduction_notice(self, nominal: str, **attributes: object) -> None:
        """Hold a child abduction warning notice against a nominal."""
        kind = "childAbductionWarningNotice"
        self._hang(self._nominals[nominal], f"{kind}s", kind, [attributes])

    def merges(self, old: str, new: str) -> None:
        """Two nominals turn out to be one person: ``old`` is now ``new``."""
        self._merged[old] = new
        self._reports.setdefault(new, []).extend(self._reports.pop(old, []))

    def sends_also(self, nominal: str, row: _Row) -> None:
        """Send one more row, exactly as given, with a nominal's reports."""
        self._reports.setdefault(nominal, []).append(row)

    def _hang(self, row: _Row, name: str, kind: str, held: Sequence[Mapping[str, object]]) -> None:
        refs = row["relationships"].setdefault(name, {"data": []})["data"]
        for attributes in held:
            ref = f"{row['id']}-{kind}-{len(refs) + 1}"
            self._rows[kind, ref] = _row(kind, ref, attributes)
            refs.append({"type": kind, "id": ref})

    # Its interface

    def routes(self) -> Sequence[Route]:
        return [
            Route("/missing-person-reports", self._guarded(self._list_reports)),
            Route("/nominals/search", self._guarded(self._search), methods=["POST"]),
            Route("/nominals/{ref}", self._guarded(self._one_nominal)),
        ]

    def _guarded(self, answer: Callable[[Request, bytes], Response]) -> Callable[..., Any]:
        async def guarded(request: Request) -> Response:
            told = request.headers.get("x-client-secret", "")
            if request.headers.get("x-client-id") != CLIENT_ID or not hmac.compare_digest(
                told.encode(), CLIENT_SECRET.encode()
            ):
                return _error(401, "The client is not known.")
            return answer(request, await request.body())

        return guarded

    def _list_reports(self, request: Request, _body: bytes) -> Response:
        asked = request.query_params.get("subject", "")
        nominal = self._merged.get(asked, asked)
        if nominal not in self._nominals:
            return _error(404, "No such nominal.")
        start = int(request.query_params.get("cursor", "0"))
        held = self._reports.get(nominal, [])
        page = held[start : start + PAGE]
        document = self._document([_sparse(row, request) for row in page], page, request)
        if self.endless or start + PAGE < len(held):
            document["links"] = {"next": str(start + (1 if self.endless else PAGE))}
        if nominal != asked:
            document["meta"] = {"supersededBy": nominal}
        return JSONResponse(document, media_type=_MEDIA_TYPE)

    def _one_nominal(self, request: Request, _body: bytes) -> Response:
        asked = request.path_params["ref"]
        nominal = self._merged.get(asked, asked)
        row = self._nominals.get(nominal)
        if row is None:
            return _error(404, "No such nominal.")
        document = self._document(_sparse(row, request), [row], request)
        if nominal != asked:
            document["meta"] = {"supersededBy": nominal}
        return JSONResponse(document, media_type=_MEDIA_TYPE)

    def _search(self, _request: Request, body: bytes) -> Response:
        wanted = _number(body)
        found = [
            row
            for row in self._nominals.values()
            if wanted and row["attributes"].get("nhsNumber") == wanted
        ]
        return JSONResponse({"data": found}, media_type=_MEDIA_TYPE)

    def _document(self, data: object, rows: Sequence[_Row], request: Request) -> _Row:
        wanted = _words(request.query_params.get("include", ""))
        included = [
            _sparse(self._rows[ref["type"], ref["id"]], request)
            for row in rows
            for name in wanted
            for ref in row.get("relationships", {}).get(name, {}).get("data", [])
        ]
        return {"data": data, "included": included}


def _row(kind: str, ref: str, attributes: Mapping[str, object]) -> _Row:
    return {"type": kind, "id": ref, "attributes": dict(attributes), "relationships": {}}


def _sparse(row: _Row, request: Request) -> _Row:
    """The row with the fields asked for, and the relationships included (whose child it is, always)."""
    fields = request.query_params.get(f"fields[{row['type']}]")
    if fields is None or not isinstance(row.get("attributes"), dict):
        return row
    names = {"nominal", *_words(request.query_params.get("include", ""))}
    attributes = {k: v for k, v in row["attributes"].items() if k in _words(fields)}
    relations = {k: v for k, v in row["relationships"].items() if k in names}
    return {**row, "attributes": attributes, "relationships": relations}


def _words(listed: str) -> list[str]:
    return [word for word in listed.split(",") if word]


def _number(body: bytes) -> str | None:
    value = json.loads(body).get("nhsNumber")
    return value if isinstance(value, str) else None


def _error(status: int, title: str) -> Response:
    return JSONResponse(
        {"errors": [{"status": str(status), "title": title}]}, status, media_type=_MEDIA_TYPE
    )


def _connect() -> Staged:
    """A force that holds one child in everything that CONNECT supplies."""
    force = PoliceSimulator()
    force.nominal(
        "N-1001",
        givenName=["Robin", SENTINEL],
        surname="Ashworth",
        dateOfBirth="2011-03-02",
        gender="GNDR_0001",
        nhsNumber="9990000018",
    )
    force.report(
        "LC-2026-0042",
        "N-1001",
        gradings=[
            {
                "grade": "MEDIUM",
                "gradedByRank": "Sergeant",
                "gradedTime": "2026-11-20T22:10:00+00:00",
                "rationale": f"{SENTINEL} has gone before and come back by herself.",
            },
            {
                "grade": "HIGH",
                "gradedByRank": "Inspector",
                "gradedTime": "2026-11-21T02:00:00+00:00",
                "rationale": f"{SENTINEL} left without her medicine.",
                "answers": [{"question": "Has the person medical needs?", "answer": "Yes"}],
            },
        ],
        checks=[
            {
                "doneTime": "2026-11-21T09:30:00+00:00",
                "doneBy": "Response officer",
                "findings": f"{SENTINEL} was cold and hungry.",
            }
        ],
        status="FOUND",
        missingFromTime="2026-11-20T20:00:00+00:00",
        reportedTime="2026-11-20T21:40:00+00:00",
        recordedTime="2026-11-20T21:55:00+00:00",
        foundTime="2026-11-21T08:45:00+00:00",
        circumstances=f"{SENTINEL} did not come back from school.",
        reportedBy="Registered manager",
        foundBy="Police",
        commandAndControlRef="LC-20261120-1187",
        pncCirculated=True,
        pncId="26/120018R",
        lastSeenPlace="Bus station",
        lastSeenTime="2026-11-20T16:05:00+00:00",
        knownSafe=True,
        safetyStatedTime="2026-11-21T08:50:00+00:00",
    )
    force.trigger_plan(
        "N-1001",
        updatedOn="2026-10-01",
        reviewDueOn="2026-11-01",
        actions=["Ring the aunt first."],
        likelyPlaces=["Pier"],
        risks=["Needs an inhaler"],
        associates=[{"name": f"J. {SENTINEL}", "relationship": "friend"}],
        photo={"ref": "PH-77", "takenOn": "2026-09-15", "consentRecorded": True},
        accounts=[{"platform": "Snap", "username": "robin", "password": "kept-by-police"}],
    )
    force.intelligence(
        "N-1001",
        report=f"{SENTINEL} seen with an adult not known to the family.",
        handling="P",
        submittedTime="2026-11-19T12:00:00+00:00",
    )
    force.abduction_notice("N-1001", issuedOn="2026-06-01", expiresOn="2026-12-01")
    return Staged(
        simulator=force,
        config=lambda: settings_for(force),
        subject="N-1001",
        nobody="N-9999",
        nhs_number="9990000018",
    )


def settings_for(force: PoliceSimulator, **other: object) -> dict[str, object]:
    """Settings with which the adapter reaches this simulator."""
    return {
        "product": "connect",
        "base_url": force.url,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "force": "Lancashire Constabulary",
        **other,
    }


STAGINGS: Final[Mapping[str, Callable[[], Staged]]] = {"connect": _connect}
