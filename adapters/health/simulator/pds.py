"""PDS as an application may ask it: one patient by number, or at most one by name."""

from __future__ import annotations

import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.health.simulator.authority import CLIENT_ID, KEY_ID, Authority, private_pem
from adapters.health.simulator.resources import Resource, bundle, outcome
from adapters.simulation import Simulator

_LOCATION: Final = ("address", "telecom", "generalPractitioner")
_SEARCHED: Final = frozenset(
    {
        "_exact-match",
        "_fuzzy-match",
        "_history",
        "_max-results",
        "address-postalcode",
        "birthdate",
        "death-date",
        "email",
        "family",
        "gender",
        "general-practitioner",
        "given",
        "phone",
    }
)
_REVEALS_PLACE: Final = frozenset({"address-postalcode", "general-practitioner"})


class PdsSimulator(Simulator):
    """PDS with a few patients. ``a_second`` is how many requests it takes in one second.

    ``users_only``: it answers people and no application; ``by`` says who asked.
    """

    def __init__(
        self,
        *,
        a_second: int | None = None,
        users_only: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.users_only = users_only
        self.by: list[str | None] = []
        self.authority = Authority()
        self._a_second = a_second
        self._clock = clock
        self._recent: deque[float] = deque()
        self._patients: dict[str, Resource] = {}
        self._superseded: dict[str, str] = {}
        self._invalid: set[str] = set()
        self._canned: Resource | None = None

    def routes(self) -> Sequence[Route]:
        return [
            Route("/oauth2/token", self.authority.token, methods=["POST"]),
            Route("/personal-demographics/FHIR/R4/Patient/{id}", self._read, methods=["GET"]),
            Route("/personal-demographics/FHIR/R4/Patient", self._search, methods=["GET"]),
        ]

    def token_paths(self) -> frozenset[str]:
        return frozenset({"/oauth2/token"})

    def pages_without_end(self) -> None:
        """PDS has no pages: the nearest fault is a body without end."""
        self.answers_without_end()

    def config(self, **more: object) -> dict[str, object]:
        """Settings for `connect` that reach this simulator."""
        return {
            "interface": "pds",
            "url": f"{self.url}/personal-demographics/FHIR/R4",
            "token_url": f"{self.url}/oauth2/token",
            "client_id": CLIENT_ID,
            "private_key": private_pem(),
            "key_id": KEY_ID,
            "ods_code": "Y12345",
            "access": "user-restricted" if self.users_only else "application-restricted",
            **more,
        }

    # What it holds

    def holds(self, patient: Resource) -> None:
        """Put a patient in, by the NHS number that is its id."""
        self._patients[str(patient["id"])] = patient

    def supersedes(self, old: str, new: str) -> None:
        """The old number now leads to the new one."""
        self._superseded[old] = new

    def invalidates(self, number: str) -> None:
        """The number is nobody's any more."""
        self._invalid.add(number)

    def answers_with(self, resource: Resource) -> None:
        """Every question is answered with this, as it stands: a published example, say."""
        self._canned = resource

    def begins_anew(self) -> None:
        """Hold nothing, remember nothing, and be well."""
        self.recovers()
        self.asked.clear()
        self.authority.assertions.clear()
        self.by.clear()
        self._patients, self._superseded, self._invalid = {}, {}, set()
        self._canned = None

    # How it answers

    async def _read(self, request: Request) -> Response:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        if self._canned is not None:
            return self._fhir(self._canned, request)
        number = request.path_params["id"]
        number = self._superseded.get(number, number)
        if number in self._invalid:
            return self._fhir(outcome("INVALIDATED_RESOURCE"), request, 404)
        held = self._patients.get(number)
        if held is None:
            return self._fhir(outcome("RESOURCE_NOT_FOUND", issue="not-found"), request, 404)
        return self._fhir(_stripped(held), request)

    async def _search(self, request: Request) -> Response:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        if self._canned is not None:
            return self._fhir(self._canned, request)
        query = request.query_params
        if not set(query) <= _SEARCHED:
            return self._fhir(outcome("ADDITIONAL_PROPERTIES", issue="value"), request, 400)
        if "family" not in query or "birthdate" not in query:
            return self._fhir(outcome("MISSING_VALUE", issue="required"), request, 400)
        found = [
            held
            for number, held in self._patients.items()
            if number not in self._invalid
            and not (_restricted(held) and set(query) & _REVEALS_PLACE)
            and _fits(held, query)
        ]
        if len(found) > 1:
            many = outcome("TOO_MANY_MATCHES", severity="information", issue="multiple-matches")
            return self._fhir(many, request)
        return self._fhir(bundle([_stripped(held) for held in found], base=self.url), request)

    def _refusal(self, request: Request) -> Response | None:
        if not self.authority.admits(request):
            return self._fhir(outcome("ACCESS_DENIED", issue="forbidden"), request, 401)
        person = self.authority.person(request)
        if self.users_only and person is None:
            return self._fhir(outcome("ACCESS_DENIED", issue="forbidden"), request, 403)
        self.by.append(person)
        try:
            uuid.UUID(request.headers.get("x-request-id", ""))
        except ValueError:
            return self._fhir(outcome("INVALID_VALUE", issue="value"), request, 400)
        if not request.headers.get("nhsd-end-user-organisation-ods"):
            return self._fhir(outcome("MISSING_VALUE", issue="required"), request, 400)
        role = request.headers.get("nhsd-session-urid")
        if person is not None and self.authority.role_is_wrong(request, role):
            return self._fhir(_wrong_role(role), request, 400)
        now = self._clock()
        while self._recent and self._recent[0] <= now - 1:
            self._recent.popleft()
        if self._a_second is not None and len(self._recent) >= self._a_second:
            return self._fhir(outcome("TOO_MANY_REQUESTS", issue="throttled"), request, 429)
        self._recent.append(now)
        return None

    def _fhir(self, resource: Resource, request: Request, status: int = 200) -> Response:
        mirrored = {
            name: value
            for name in ("x-request-id", "x-correlation-id")
            if (value := request.headers.get(name))
        }
        return JSONResponse(resource, status, mirrored, media_type="application/fhir+json")


def _wrong_role(role: str | None) -> Resource:
    """As PDS says it. Source: personal-demographics-service-api @f57f583, getPatientInvalidRoleErrors."""
    said = outcome("INVALID_VALUE", issue="value")
    said["issue"][0]["diagnostics"] = (
        f"Invalid value - '{role or ''}' in header 'NHSD-Session-URID'."
    )
    return said


def _restricted(patient: Resource) -> bool:
    return any(label.get("code") == "R" for label in patient["meta"]["security"])


def _stripped(patient: Resource) -> Resource:
    """Without where they live and whom they see, for a restricted patient."""
    if not _restricted(patient):
        return patient
    return {name: value for name, value in patient.items() if name not in _LOCATION}


def _fits(patient: Resource, query: Mapping[str, str]) -> bool:
    name = patient["name"][0]
    wanted = {
        "family": [name["family"]],
        "given": name["given"],
        "gender": [patient["gender"]],
        "birthdate": [f"eq{patient['birthDate']}", patient["birthDate"]],
        "address-postalcode": [one["postalCode"] for one in patient.get("address", [])],
    }
    return all(
        any(fnmatchcase(held.lower(), query[asked].lower()) for held in values)
        for asked, values in wanted.items()
        if asked in query
    )
