"""What every simulated force has: nominals, documents and what hangs on them.

It sends only the fields and inclusions asked for, as JSON:API's sparse fieldsets promise, so a
test can see that what was not permitted was never sent.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.simulation import SENTINEL, Simulator

CLIENT_ID: Final = "homeward"
CLIENT_SECRET: Final = "not-a-secret"
PAGE: Final = 50
ROBIN: Final = "N-1001"
NOBODY: Final = "N-9999"
NHS_NUMBER: Final = "9990000018"
_MEDIA_TYPE: Final = "application/vnd.api+json"
Row = dict[str, Any]


class ForceSimulator(Simulator):
    """One force's system. A product names its list of reports and their type."""

    product = "connect"
    reports_at = "/missing-person-reports"
    report_type = "missingPersonReport"
    gradings_as = ("riskAssessments", "riskAssessment")

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__()
        self.clock = clock
        self._changed_at: dict[str, datetime] = {}
        self._nominals: dict[str, Row] = {}
        self._reports: dict[str, list[Row]] = {}
        self._rows: dict[tuple[str, str], Row] = {}
        self._merged: dict[str, str] = {}

    # What it holds

    def forgets_everything(self) -> None:
        """Hold nothing, and begin the log anew."""
        for held in (self._nominals, self._reports, self._rows, self._merged):
            held.clear()
        self.forgets_what_it_was_asked()

    def nominal(self, ref: str, **attributes: object) -> None:
        """Know a person. Attributes in the interface's own names, such as ``givenName``."""
        self._nominals[ref] = row_of("person", ref, attributes)

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
        self._nominals.setdefault(nominal, row_of("person", nominal, {}))
        row = row_of(self.report_type, ref, attributes)
        row["relationships"]["nominal"] = {"data": [{"type": "person", "id": nominal}]}
        self._hang(row, *self.gradings_as, gradings)
        self._hang(row, "safeAndWellRecords", "safeAndWellRecord", checks)
        held = self._reports.setdefault(nominal, [])
        held[:] = [row, *(other for other in held if other["id"] != ref)]
        self._changed_at[ref] = self.clock()

    def trigger_plan(self, nominal: str, **attributes: object) -> None:
        """Hold a trigger plan against a nominal."""
        self._hang(self._nominals[nominal], "triggerPlans", "triggerPlan", [attributes])
        self._changed_at[nominal] = self.clock()

    def writes_plan_anew(self, nominal: str, **attributes: object) -> None:
        """Change the nominal's last trigger plan."""
        ref = self._nominals[nominal]["relationships"]["triggerPlans"]["data"][-1]
        self._rows[ref["type"], ref["id"]]["attributes"].update(attributes)
        self._changed_at[nominal] = self.clock()

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

    def incident(self, nominal: str) -> bytes:
        """What the force pushes of its latest report on a nominal: an incident that includes it all."""
        person, report = self._nominals[nominal], self._reports[nominal][0]
        hanging = [
            self._rows[ref["type"], ref["id"]]
            for relation in report["relationships"].values()
            for ref in relation["data"]
            if (ref["type"], ref["id"]) in self._rows
        ]
        head = row_of("incident", report["id"], {})
        head["relationships"]["submission"] = {"externalReferenceId": report["id"]}
        return json.dumps({"data": head, "included": [person, report, *hanging]}).encode()

    def sends_also(self, nominal: str, row: Row) -> None:
        """Send one more row, exactly as given, with a nominal's reports."""
        self._changed_at[str(row.get("id"))] = self.clock()
        self._reports.setdefault(nominal, []).append(row)

    def _hang(self, row: Row, name: str, kind: str, held: Sequence[Mapping[str, object]]) -> None:
        refs = row["relationships"].setdefault(name, {"data": []})["data"]
        for attributes in held:
            ref = f"{row['id']}-{kind}-{len(refs) + 1}"
            self._rows[kind, ref] = row_of(kind, ref, attributes)
            refs.append({"type": kind, "id": ref})

    # Its interface

    def routes(self) -> Sequence[Route]:
        return [
            Route(self.reports_at, self._guarded(self._list_reports)),
            Route("/nominals", self._guarded(self._list_nominals)),
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
        since = request.query_params.get("since")
        if since is None and nominal not in self._nominals:
            return _error(404, "No such nominal.")
        start = int(request.query_params.get("cursor", "0"))
        held = self.shown(nominal, request) if since is None else self._since(since, request)
        page = held[start : start + PAGE]
        document = self._document([_sparse(row, request) for row in page], page, request)
        if self.endless or start + PAGE < len(held):
            document["links"] = {"next": str(start + (1 if self.endless else PAGE))}
        document["meta"] = self.said_of_all() | self._followed(asked, nominal)
        return JSONResponse(document, media_type=_MEDIA_TYPE)

    def _since(self, since: str, request: Request) -> list[Row]:
        """Everybody's rows that have changed since then."""
        then = datetime.fromisoformat(since)
        return [
            row
            for nominal in self._reports
            for row in self.shown(nominal, request)
            if self._changed_at[str(row.get("id"))] >= then
        ]

    def shown(self, nominal: str, request: Request) -> list[Row]:  # noqa: ARG002 - a product may show less
        """The rows that a list shows of a nominal."""
        return self._reports.get(nominal, [])

    def said_of_all(self) -> Row:
        """What the system says of every answer."""
        return {}

    def _followed(self, asked: str, nominal: str) -> Row:
        return {"supersededBy": nominal} if nominal != asked else {}

    def _one_nominal(self, request: Request, _body: bytes) -> Response:
        asked = request.path_params["ref"]
        nominal = self._merged.get(asked, asked)
        row = self._nominals.get(nominal)
        if row is None:
            return _error(404, "No such nominal.")
        document = self._document(_sparse(row, request), [row], request)
        document["meta"] = self.said_of_all() | self._followed(asked, nominal)
        return JSONResponse(document, media_type=_MEDIA_TYPE)

    def _list_nominals(self, request: Request, _body: bytes) -> Response:
        """Everybody of whom a plan was written or changed since then, page by page."""
        then = datetime.fromisoformat(request.query_params["since"])
        start = int(request.query_params.get("cursor", "0"))
        held = [
            row
            for ref, row in self._nominals.items()
            if ref in self._changed_at and self._changed_at[ref] >= then
        ]
        page = held[start : start + PAGE]
        document = self._document([_sparse(row, request) for row in page], page, request)
        if self.endless or start + PAGE < len(held):
            document["links"] = {"next": str(start + (1 if self.endless else PAGE))}
        document["meta"] = self.said_of_all()
        return JSONResponse(document, media_type=_MEDIA_TYPE)

    def _search(self, _request: Request, body: bytes) -> Response:
        wanted = _number(body)
        found = [
            row
            for row in self._nominals.values()
            if wanted and row["attributes"].get("nhsNumber") == wanted
        ]
        return JSONResponse({"data": found}, media_type=_MEDIA_TYPE)

    def _document(self, data: object, rows: Sequence[Row], request: Request) -> Row:
        wanted = _words(request.query_params.get("include", ""))
        included = [
            _sparse(self._rows[ref["type"], ref["id"]], request)
            for row in rows
            for name in wanted
            for ref in row.get("relationships", {}).get(name, {}).get("data", [])
        ]
        return {"data": data, "included": included}


def row_of(kind: str, ref: str, attributes: Mapping[str, object]) -> Row:
    """One thing as a document writes it."""
    return {"type": kind, "id": ref, "attributes": dict(attributes), "relationships": {}}


def _sparse(row: Row, request: Request) -> Row:
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


def knows_robin(force: ForceSimulator) -> None:
    """The child of the contract family, as a nominal."""
    force.nominal(
        ROBIN,
        givenName=["Robin", SENTINEL],
        surname="Ashworth",
        dateOfBirth="2011-03-02",
        gender="GNDR_0001",
        nhsNumber=NHS_NUMBER,
    )


def settings_for(force: ForceSimulator, **other: object) -> dict[str, object]:
    """Settings with which the adapter reaches this simulator."""
    return {
        "product": force.product,
        "base_url": force.url,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "force": "Lancashire Constabulary",
        **other,
    }
