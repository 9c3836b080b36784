"""CP-IS: every unscheduled look is written down and told to the authority, whoever meant it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.health.simulator.authority import CLIENT_ID, KEY_ID, Authority, private_pem
from adapters.health.simulator.resources import NHS_NUMBER, Resource, bundle, outcome
from adapters.simulation import Simulator
from records.errors import MalformedIdentifier
from records.identifiers import NHSNumber

_SEARCHED: Final = frozenset({"patient:identifier"})


class CpisSimulator(Simulator):
    """CP-IS with a few plans. ``looks`` are the NHS numbers looked up, each told to an authority.

    ``users_only``: it answers people and no application, as the live service does; ``by`` says who
    looked.
    """

    def __init__(self, *, users_only: bool = False) -> None:
        super().__init__()
        self.users_only = users_only
        self.by: list[str | None] = []
        self.authority = Authority()
        self.looks: list[str] = []
        self.following: str | None = None
        self._teams: list[tuple[str, Resource]] = []

    def routes(self) -> Sequence[Route]:
        return [
            Route("/oauth2/token", self.authority.token, methods=["POST"]),
            Route("/cp-is/FHIR/R4/CareTeam", self._search, methods=["GET"]),
        ]

    def token_paths(self) -> frozenset[str]:
        return frozenset({"/oauth2/token"})

    def pages_without_end(self) -> None:
        """CP-IS has no pages: the nearest fault is a body without end."""
        self.answers_without_end()

    def config(self, **more: object) -> dict[str, object]:
        """Settings for `connect` that reach this simulator."""
        return {
            "interface": "cp-is",
            "url": f"{self.url}/cp-is/FHIR/R4",
            "token_url": f"{self.url}/oauth2/token",
            "client_id": CLIENT_ID,
            "private_key": private_pem(),
            "key_id": KEY_ID,
            "access": "user-restricted" if self.users_only else "application-restricted",
            **more,
        }

    # What it holds

    def plan(self, number: str, kind: str | None, name: str, **more: object) -> None:
        """Put a plan in, of the kind that CP-IS's words say, held by an authority."""
        team: Resource = {
            "resourceType": "CareTeam",
            "id": f"ct-{len(self._teams) + 1}",
            "status": "active",
            "category": [{"text": kind}] if kind else [],
            "name": name,
            "subject": {"identifier": {"system": NHS_NUMBER, "value": number}},
            **more,
        }
        self.keeps(number, team)

    def keeps(self, number: str, team: Resource) -> None:
        """Put a whole CareTeam in, as it is: a published example, say."""
        self._teams.append((number, team))

    def begins_anew(self) -> None:
        """Hold nothing, remember nothing, and be well."""
        self.recovers()
        self.asked.clear()
        self.looks.clear()
        self.by.clear()
        self.following = None
        self._teams.clear()

    # How it answers

    async def _search(self, request: Request) -> Response:
        if not self.authority.admits(request):
            return _fhir(outcome("ACCESS_DENIED", issue="forbidden"), 401)
        person = self.authority.person(request)
        if self.users_only and person is None:
            return _fhir(outcome("ACCESS_DENIED", issue="forbidden"), 403)
        if not request.headers.get("traceid") or set(request.query_params) != _SEARCHED:
            return _fhir(outcome("PRECONDITION_FAILED", issue="required"), 400)
        system, _, number = request.query_params["patient:identifier"].partition("|")
        try:
            NHSNumber(number)
        except MalformedIdentifier:
            return _fhir(outcome("INVALID_SEARCH_DATA", issue="value"), 400)
        if system != NHS_NUMBER:
            return _fhir(outcome("INVALID_SEARCH_DATA", issue="value"), 400)
        # Left out counts as true: only a plain "false" is no unscheduled access.
        if request.headers.get("isunscheduledaccessevent") != "false":
            self.looks.append(number)
            self.by.append(person)
        found = [team for whose, team in self._teams if whose == number]
        return _fhir(bundle(found, base=self.url, following=self.following))


def _fhir(resource: Resource, status: int = 200) -> Response:
    return JSONResponse(resource, status, media_type="application/fhir+json")
