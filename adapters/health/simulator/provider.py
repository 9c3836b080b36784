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

_PAGE: Final = 10
_MEDIA_TYPE: Final = "application/fhir+json"
_ALWAYS: Final = ("resourceType", "id", "meta")
_OURS: Final = frozenset({"patient", "identifier", "code", "_page", "_elements"})


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
        self.authority = Authority()
        self._ids = itertools.count(1)

    def routes(self) -> Sequence[Route]:
        return [
            Route("/oauth2/token", self.authority.token, methods=["POST"]),
            Route("/fhir/r4/{kind}/{id}", self._read, methods=["GET"]),
            Route("/fhir/r4/{kind}", self._search, methods=["GET"]),
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
        self.resources, self.outcomes, self.merged = [], [], {}

    # How it answers

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
    if patient_id is not None and not about(resource, patient_id):
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
