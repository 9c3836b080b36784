"""A provider's FHIR R4 server: searches by patient, pages, outcomes inside a 200, consents."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.health.simulator.authority import CLIENT_ID, KEY_ID, Authority, private_pem
from adapters.health.simulator.resources import Resource, about, bundle, outcome
from adapters.simulation import Simulator

REVIEW: Final = "https://health.example/task|review-health-assessment"
SDQ: Final = "https://health.example/score|sdq-total"
"""Codes of this invented provider: no national ones are known to us."""

_REQUIRED: Final = {
    "Communication": frozenset({"status"}),
    "Task": frozenset({"status", "intent"}),
}
"""What FHIR R4 itself requires of what may be written here."""

_PAGE: Final = 10
_MEDIA_TYPE: Final = "application/fhir+json"
_ALWAYS: Final = ("resourceType", "id", "meta")
_OURS: Final = frozenset({"patient", "identifier", "code", "status", "_page", "_elements"})


class ProviderSimulator(Simulator):
    """One provider. What it ``holds`` is FHIR as JSON; what it comments comes in every bundle."""

    def __init__(self, *, page: int = _PAGE, relative_links: bool = False) -> None:
        super().__init__()
        self.page = page
        self.relative_links = relative_links
        self.next_url: str | None = None
        self.resources: list[Resource] = []
        self.outcomes: list[Resource] = []
        self.merged: dict[str, str] = {}
        self.heeds_conditions = True
        self.loses_replies = 0
        self.authority = Authority()
        self._ids = itertools.count(1)

    def routes(self) -> Sequence[Route]:
        return [
            Route("/oauth2/token", self.authority.token, methods=["POST"]),
            Route("/fhir/r4/{kind}/{id}", self._read, methods=["GET"]),
            Route("/fhir/r4/{kind}", self._search, methods=["GET"]),
            Route("/fhir/r4/{kind}", self._create, methods=["POST"]),
        ]

    def token_paths(self) -> frozenset[str]:
        return frozenset({"/oauth2/token"})

    @property
    def base(self) -> str:
        """The FHIR base address."""
        return f"{self.url}/fhir/r4"

    def config(self, **more: object) -> dict[str, object]:
        """Settings for `connect` that reach this simulator."""
        return {
            "interface": "fhir-r4",
            "url": self.base,
            "token_url": f"{self.url}/oauth2/token",
            "client_id": CLIENT_ID,
            "private_key": private_pem(),
            "key_id": KEY_ID,
            "system": "Simulated FHIR provider",
            "review_codes": [REVIEW],
            "sdq_codes": [SDQ],
            **more,
        }

    # What it holds

    def holds(self, kind: str, patient_id: str | None = None, **elements: object) -> str:
        """Put a resource in, about a patient if named; returns its id."""
        resource_id = str(elements.pop("id", f"{kind.lower()}-{next(self._ids)}"))
        resource: dict[str, object] = {"resourceType": kind, "id": resource_id, **elements}
        if patient_id is not None:
            reference = {"reference": f"Patient/{patient_id}"}
            named = dict.fromkeys(("AllergyIntolerance", "Consent", "Immunization"), "patient")
            named["Task"] = "for"
            resource[named.get(kind, "subject")] = reference
        self.resources.append(resource)
        return resource_id

    def keeps(self, resource: Resource) -> None:
        """Put a whole resource in, as it is."""
        self.resources.append(resource)

    def begins_anew(self) -> None:
        """Hold nothing, remember nothing, and be well."""
        self.recovers()
        self.asked.clear()
        self.authority.assertions.clear()
        self.relative_links = False
        self.next_url = None
        self.heeds_conditions, self.loses_replies = True, 0
        self.resources, self.outcomes, self.merged = [], [], {}

    def written(self, kind: str) -> list[Resource]:
        """What was put in over HTTP and is there: Tasks, say, that name no patient."""
        return [one for one in self._of(kind) if "identifier" in one]

    def turns(self, task_id: str, status: str) -> None:
        """Somebody at the provider takes a task up, or will not have it."""
        self.resources = [
            {**one, "status": status} if one.get("id") == task_id else one for one in self.resources
        ]

    # How it answers

    async def _create(self, request: Request) -> Response:
        if not self.authority.admits(request):
            return _fhir(outcome("ACCESS_DENIED", issue="login"), 401)
        kind, body = request.path_params["kind"], await request.json()
        if request.headers.get("content-type") != _MEDIA_TYPE or body.get("resourceType") != kind:
            return _fhir(outcome("INVALID_RESOURCE", issue="invalid"), 400)
        if missing := _REQUIRED.get(kind, frozenset()) - body.keys():
            return _fhir(outcome("MISSING_VALUE", issue="required", display=min(missing)), 422)
        condition = request.headers.get("if-none-exist")
        if condition is not None and self.heeds_conditions:
            wanted = dict(parse_qsl(condition)).get("identifier")
            there = [one for one in self._of(kind) if _matches(one, None, wanted, None)]
            if len(there) > 1:
                return _fhir(outcome("MULTIPLE_MATCHES", issue="multiple-matches"), 412)
            if there:
                return self._made(there[0], 200)
        resource_id = self.holds(kind, **{k: v for k, v in body.items() if k != "resourceType"})
        made = next(one for one in self._of(kind) if one.get("id") == resource_id)
        if self.loses_replies:
            self.loses_replies -= 1
            return _fhir(outcome("UNABLE_TO_CALL_SERVICE", issue="timeout"), 504)
        return self._made(made, 201)

    def _made(self, resource: Resource, status: int) -> Response:
        kind, made = resource["resourceType"], resource["id"]
        headers = {"location": f"{self.base}/{kind}/{made}/_history/1"}
        return JSONResponse(resource, status, headers, media_type=_MEDIA_TYPE)

    async def _read(self, request: Request) -> Response:
        if not self.authority.admits(request):
            return _fhir(outcome("ACCESS_DENIED", issue="login"), 401)
        wanted = request.path_params["id"]
        # A merged record answers under the id that replaced it.
        wanted = self.merged.get(wanted, wanted)
        for resource in self._of(request.path_params["kind"]):
            if resource.get("id") == wanted:
                return _fhir(_only(resource, request.query_params.get("_elements")))
        return _fhir(outcome("RESOURCE_NOT_FOUND", issue="not-found"), 404)

    async def _search(self, request: Request) -> Response:
        if not self.authority.admits(request):
            return _fhir(outcome("ACCESS_DENIED", issue="login"), 401)
        query = request.query_params
        if not set(query) <= _OURS:
            return _fhir(outcome("ADDITIONAL_PROPERTIES", issue="invalid"), 400)
        found = [
            _only(resource, query.get("_elements"))
            for resource in self._of(request.path_params["kind"])
            if _matches(resource, query.get("patient"), query.get("identifier"), query.get("code"))
            and resource.get("status", "")
            in query.get("status", resource.get("status", "")).split(",")
        ]
        start = int(query.get("_page", "0"))
        page = found[start : start + self.page]
        more = start + self.page < len(found) or self.endless
        return _fhir(
            bundle(
                page,
                base=self.base,
                total=len(found),
                following=self._following(str(request.url), start) if more else None,
                outcomes=self.outcomes,
            )
        )

    def _following(self, url: str, start: int) -> str:
        if self.next_url is not None:
            return self.next_url
        parts = urlsplit(url)
        kept = [(name, value) for name, value in parse_qsl(parts.query) if name != "_page"]
        query = urlencode([*kept, ("_page", str(start + self.page))], quote_via=quote)
        link = parts._replace(query=query)
        return f"?{query}" if self.relative_links else link.geturl()

    def _of(self, kind: str) -> Iterable[Resource]:
        return (resource for resource in self.resources if resource["resourceType"] == kind)


def _matches(
    resource: Resource, patient_id: str | None, identifier: str | None, code: str | None
) -> bool:
    if patient_id is not None and not about(resource, patient_id.removeprefix("Patient/")):
        return False
    if identifier is not None:
        system, _, value = identifier.partition("|")
        held = resource.get("identifier") or []
        if not any(one.get("system") == system and one.get("value") == value for one in held):
            return False
    if code is not None:
        codings = (resource.get("code") or {}).get("coding") or []
        carried = {f"{one.get('system')}|{one.get('code')}" for one in codings}
        return not carried.isdisjoint(code.split(","))
    return True


def _only(resource: Resource, elements: str | None) -> dict[str, Any]:
    """The asked elements, and those that FHIR always sends."""
    if elements is None:
        return dict(resource)
    wanted = {*elements.split(","), *_ALWAYS}
    return {name: value for name, value in resource.items() if name in wanted}


def _fhir(resource: Resource, status: int = 200) -> Response:
    return JSONResponse(resource, status, media_type=_MEDIA_TYPE)
