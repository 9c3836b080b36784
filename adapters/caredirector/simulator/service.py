"""An OData v4 service with GUID keys, as CareDirector is modelled here: no name in it is the vendor's.

It pages as it likes, whatever is preferred; its next links are absolute or relative; it knows its
own properties and refuses others; every entity has an ETag.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl, quote

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.caredirector.names import Council, council
from adapters.simulation import SENTINEL, Simulator

CLIENT_ID: Final = "homeward"
CLIENT_SECRET: Final = "an-invented-secret"
_PAGE: Final = 25
_LIFE: Final = 600
_COMPARED: Final = re.compile(r"(\w+(?:/\w+)?) (eq|ne|ge) ('(?:[^']|'')*'|[0-9a-fA-F:TZ-]+|null)")
_EXPANDED: Final = re.compile(r"(\w+)\(\$select=([\w,]*)\)")
_PREFERRED: Final = re.compile(r"odata\.maxpagesize=(\d+)")

Entity = dict[str, Any]


class CareDirectorSimulator(Simulator):
    """One council's service. ``page`` is the most that it sends at once; ``relative`` how it links.

    Faults of its own: it ``ignores_filters``, ``drops`` fields, or ``breaks_off_with`` an error.
    """

    def __init__(
        self,
        named: str | Council = "example",
        *,
        page: int = _PAGE,
        relative: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__()
        self.clock = clock
        self.council = council(named)
        self.page = page
        self.relative = relative
        self.next_link: str | None = None
        self.ignores_filters = False
        self.drops: frozenset[str] = frozenset()
        self.breaks_off_with: Mapping[str, str] | None = None
        self.entities: dict[str, list[Entity]] = defaultdict(list)
        self._tokens: set[str] = set()

    def routes(self) -> Sequence[Route]:
        return [
            Route("/oauth2/token", self._token, methods=["POST"]),
            Route("/odata/{set}", self._list, methods=["GET"]),
            Route("/odata/{set}/$query", self._list, methods=["POST"]),
        ]

    def token_paths(self) -> frozenset[str]:
        return frozenset({"/oauth2/token"})

    def config(self, **more: object) -> dict[str, object]:
        """Settings for `connect` that reach this simulator."""
        return {
            "url": f"{self.url}/odata",
            "token_url": f"{self.url}/oauth2/token",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "council": msgspec.to_builtins(self.council),
            **more,
        }

    # What it holds

    def person(self, key: str | None = None, **fields: object) -> str:
        """Put a person in, by the names of the field map; returns the key."""
        names = self.council.person
        return self._put(names.entity_set, names.key, key, fields)

    def holds(self, section: str, person: str, key: str | None = None, **fields: object) -> str:
        """Put an entity about a person in, such as a ``missing``; returns its key.

        ``navigation__property`` stands for a property of what hangs on it.
        """
        names = getattr(self.council, section)
        return self._put(names.entity_set, names.key, key, {names.person: person, **fields})

    def _put(
        self, entity_set: str, key_name: str, key: str | None, fields: Mapping[str, object]
    ) -> str:
        own = str(uuid.uuid4()) if key is None else key
        entity: Entity = {key_name: own, **self._touched(entity_set)}
        for name, value in fields.items():
            navigation, hangs, below = name.partition("__")
            if hangs:
                entity.setdefault(navigation, {})[below] = value
            else:
                entity[name] = value
        self.entities[entity_set].append(entity)
        return own

    def changes(self, section: str, key: str, **fields: object) -> None:
        """Somebody changes an entity, found by its key; its time of change is now."""
        names = getattr(self.council, section)
        (entity,) = (e for e in self.entities[names.entity_set] if e[names.key] == key)
        entity.update({**self._touched(names.entity_set), **fields})

    def _touched(self, entity_set: str) -> Entity:
        """When an entity was changed, under every name that the map has for it."""
        now = self.clock().astimezone(UTC).isoformat()
        sections = msgspec.to_builtins(self.council).values()
        return {
            section["modified"]: now
            for section in sections
            if isinstance(section, dict)
            and section.get("entity_set") == entity_set
            and section.get("modified")
        }

    def begins_anew(self) -> None:
        """Hold nothing, remember nothing, and be well."""
        self.recovers()
        self.asked.clear()
        self.entities.clear()
        self.next_link = None
        self.ignores_filters = False
        self.drops = frozenset()
        self.breaks_off_with = None
        self.page = _PAGE

    def forgets_tokens(self) -> None:
        """Every token given so far is worthless from now on, as after a restart."""
        self._tokens.clear()

    # How it answers

    async def _token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode("ascii")))
        if form.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        ours = hmac.compare_digest(form.get("client_secret", ""), CLIENT_SECRET)
        if form.get("client_id") != CLIENT_ID or not ours:
            return JSONResponse({"error": "invalid_client"}, 401)
        token = secrets.token_urlsafe(16)
        self._tokens.add(token)
        return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": _LIFE})

    def _admits(self, authorization: str) -> bool:
        scheme, _, given = authorization.partition(" ")
        if scheme.lower() == "basic":
            return base64.b64decode(given).decode() == f"{CLIENT_ID}:{CLIENT_SECRET}"
        return scheme.lower() == "bearer" and given in self._tokens

    async def _list(self, request: Request) -> Response:
        if not self._admits(request.headers.get("authorization", "")):
            return _error(401, "Unauthorized")
        if request.headers.get("odata-version") != "4.0":
            return _error(400, "UnsupportedVersion")
        query = dict(request.query_params)
        if request.method == "POST":
            query = dict(parse_qsl((await request.body()).decode("ascii")))
        entity_set = request.path_params["set"]
        known = self._properties(entity_set)
        if known is None:
            return _error(404, "ResourceNotFound")
        start = 0
        if "$skiptoken" in query:
            query, start = _resumed(query["$skiptoken"])
        asked = [name for name in query.get("$select", "").split(",") if name]
        expanded = dict(_EXPANDED.findall(query.get("$expand", "")))
        paths = {
            f"{there}/{name}" for there, names in expanded.items() for name in names.split(",")
        }
        if not {*asked, *paths} <= known:
            return _error(400, "UnknownProperty")
        condition = None if self.ignores_filters else query.get("$filter")
        found = [one for one in self.entities[entity_set] if _fits(one, condition)]
        preferred = _PREFERRED.search(request.headers.get("prefer", ""))
        size = min(self.page, int(preferred.group(1)) if preferred else self.page)
        page = found[start : start + size]
        body: Entity = {
            "@odata.context": f"{self.url}/odata/$metadata#{entity_set}",
            "value": [_shaped(one, set(asked) - self.drops, expanded) for one in page],
        }
        if self.breaks_off_with is not None:
            body["error"] = dict(self.breaks_off_with)
        more = start + size < len(found)
        if more or self.endless:
            body["@odata.nextLink"] = self._next(entity_set, query, start + size)
        return JSONResponse(body, headers={"odata-version": "4.0"})

    def _next(self, entity_set: str, query: Mapping[str, str], start: int) -> str:
        if self.next_link is not None:
            return self.next_link
        resume = json.dumps([dict(query), start]).encode()
        # An NHS number asked for in a body must not come back in an address.
        link = f"{entity_set}?$skiptoken={quote(base64.urlsafe_b64encode(resume).decode())}"
        return link if self.relative else f"{self.url}/odata/{link}"

    def _properties(self, entity_set: str) -> set[str] | None:
        """Every property that the field map names of an entity set; None for a set it does not."""
        sections = msgspec.to_builtins(self.council)
        described = [
            section
            for section in sections.values()
            if isinstance(section, dict) and section.get("entity_set") == entity_set
        ]
        if not described:
            return None
        return {name for section in described for name in _names(section)}


def _names(section: object) -> set[str]:
    match section:
        case str():
            return {section}
        case list() | tuple():
            return {name for one in section for name in _names(one)}
        case dict():
            return {name for one in section.values() for name in _names(one)}
        case _:
            return set()


def _error(status: int, code: str) -> Response:
    """As OData has it; the message names somebody, as real ones do."""
    return JSONResponse({"error": {"code": code, "message": f"{SENTINEL}: {code}"}}, status)


def _resumed(token: str) -> tuple[dict[str, str], int]:
    query, start = json.loads(base64.urlsafe_b64decode(token))
    return query, start


def _fits(entity: Entity, condition: str | None) -> bool:
    """``a eq b and (c ne null or d ne null)``: as much of OData's language as is asked here."""
    if condition is None:
        return True
    required, _, alternatives = condition.partition(" and ")
    return _holds(entity, required) and (
        not alternatives or any(_holds(entity, one) for one in alternatives[1:-1].split(" or "))
    )


def _holds(entity: Entity, comparison: str) -> bool:
    match = _COMPARED.fullmatch(comparison)
    if match is None:
        raise ValueError("not a comparison that this simulator knows")
    name, operator, literal = match.groups()
    value: Any = entity
    for part in name.split("/"):
        value = (value or {}).get(part)
    if operator == "ge":
        return value is not None and datetime.fromisoformat(value) >= datetime.fromisoformat(
            literal
        )
    if literal == "null":
        same = value is None
    else:
        wanted = literal[1:-1].replace("''", "'") if literal.startswith("'") else literal
        same = value is not None and str(value).lower() == wanted.lower()
    return same is (operator == "eq")


def _shaped(entity: Entity, asked: AbstractSet[str], expanded: Mapping[str, str]) -> Entity:
    """What was asked of an entity, null where it holds nothing, and its ETag."""
    tag = hashlib.sha256(json.dumps(entity, sort_keys=True).encode()).hexdigest()[:12]
    shaped: Entity = {"@odata.etag": f'W/"{tag}"'}
    shaped |= {name: entity.get(name) for name in asked}
    for navigation, names in expanded.items():
        there = entity.get(navigation)
        shaped[navigation] = there and {name: there.get(name) for name in names.split(",")}
    return shaped
