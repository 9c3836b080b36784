"""A Liquidlogic that serves its reporting copy over HTTP, with the faults the copy really has.

The tables and columns are HDM's; the way of asking is modelled on the one public contract for
council data (OAuth2 client credentials and a ``SupplierKey``). See the README.
"""

from __future__ import annotations

import base64
import hmac
import itertools
import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.simulation import SENTINEL, Simulator, Staged
from adapters.times import LONDON

CLIENT_ID: Final = "homeward"
CLIENT_SECRET: Final = "an-invented-secret"
SUPPLIER_KEY: Final = "an-invented-supplier-key"
INTERVIEW: Final = "Return Home Interview"
"""The form's name in the simulated council; every council has its own."""

FORM: Final[Mapping[str, str]] = {
    "template": INTERVIEW,
    "held": "RHIDate",
    "held_by": "RHIBy",
    "safeguarding": "RHISafeguarding",
    "safeguarding_provider": "RHIPlacementConcern",
    "needs": "RHINeeds",
    "synopsis": "RHISummary",
    "account": "RHIAccount",
    "sensitive": "RHISensitive",
    "episode": "RHIEpisode",
    "episode_began": "RHIMissingFrom",
}
"""How that form is described in the deployment's settings."""


def _plan_form(template: str, prefix: str) -> dict[str, object]:
    return {
        "template": template,
        "written": f"{prefix}Date",
        "review_due": f"{prefix}Review",
        "profile": f"{prefix}Profile",
        "risks": [f"{prefix}Risk1", f"{prefix}Risk2"],
        "actions": [f"{prefix}Action1", f"{prefix}Action2"],
    }


DOCUMENTS: Final[Mapping[str, object]] = {
    "placement_plan_form": _plan_form("Placement Plan", "PP"),
    "prevention_plan_form": _plan_form("Missing Prevention Plan", "MPP"),
    "philomena_form": _plan_form("Philomena Form", "PHI"),
    "school_form": {
        "template": "Personal Education Plan",
        "name": "PEPSchool",
        "started": "PEPFrom",
    },
    "meeting_forms": [
        {
            "template": template,
            "kind": kind,
            "called": "MTGCalled",
            "meets": "MTGDate",
            "held": "MTGHeld",
            "minutes": "MTGMinutes",
        }
        for template, kind in (
            ("Missing Intervention Meeting", "missing-intervention"),
            ("Missing from Home Risk Management Meeting", "mfh-risk-management"),
            ("Strategy Discussion", "strategy"),
        )
    ],
}
"""How the simulated council's other forms are described there; every council has its own."""

TOUCHED: Final = "LAST_UPDATED_DTTM"
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
_PAGE: Final = 25
_OURS: Final = frozenset({"columns", "cursor", "modifiedSince"})
_LIFE: Final = 600


class LiquidlogicSimulator(Simulator):
    """One council's reporting copy. ``lag`` is how far it is behind when asked."""

    def __init__(
        self,
        *,
        lag: timedelta = timedelta(hours=9),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        page: int = _PAGE,
    ) -> None:
        super().__init__()
        self.lag = self._lag = lag
        self.page = page
        self.tables: dict[str, list[dict[str, object]]] = defaultdict(list)
        self._clock = clock
        self._tokens: set[str] = set()
        self._keys = itertools.count(7001)

    def routes(self) -> Sequence[Route]:
        return [
            Route("/oauth2/token", self._token, methods=["POST"]),
            Route("/records/{table}", self._records, methods=["GET"]),
        ]

    def token_paths(self) -> frozenset[str]:
        return frozenset({"/oauth2/token"})

    # What it holds

    def holds(self, table: str, **columns: object) -> int:
        """Put a row into a table, by HDM's column names; returns the key given to it."""
        own = next(self._keys)
        name = {"FACT_MISSING_PERSON": "FACT_MISSING_PERSON_ID"}.get(table, f"{table}_ID")
        name = {"FACT_REFERRALS": "FACT_REFERRAL_ID"}.get(table, name)
        row = {name: own, TOUCHED: self._touched(), **columns}
        self.tables[table].append(row)
        key = row[name]
        return key if isinstance(key, int) else own

    def changes(self, table: str, key: int, **columns: object) -> None:
        """Somebody changes a row, found by its own key; its time of change is now."""
        (row,) = (one for one in self.tables[table] if next(iter(one.values())) == key)
        row.update({TOUCHED: self._touched(), **columns})

    def _touched(self) -> str:
        """Now as the copy writes it: UK time without an offset."""
        return self._clock().astimezone(LONDON).replace(tzinfo=None).isoformat()

    def holds_form(
        self,
        person: int,
        answers: Mapping[str, object],
        *,
        template: str = INTERVIEW,
        answered: str = "2026-11-20T16:00:00",
    ) -> int:
        """Put a filled-in form into the tables: one row an answer."""
        form = next(self._keys)
        for number, answer in answers.items():
            self.tables["FACT_FORM_ANSWERS"].append(
                {
                    "FACT_FORM_ID": form,
                    "DIM_PERSON_ID": person,
                    "DIM_ASSESSMENT_TEMPLATE_ID_DESC": template,
                    "ANSWER_NO": number,
                    "ANSWER": answer,
                    "ANSWERED_DTTM": answered,
                    TOUCHED: self._touched(),
                }
            )
        return form

    def begins_anew(self) -> None:
        """Hold nothing, remember nothing, and be well."""
        self.recovers()
        self.tables.clear()
        self.asked.clear()
        self.lag = self._lag

    def forgets_tokens(self) -> None:
        """Every token given so far is worthless from now on, as after a restart."""
        self._tokens.clear()

    def config(self, **more: object) -> dict[str, object]:
        """Settings for `connect` that reach this simulator."""
        return {
            "url": self.url,
            "token_url": f"{self.url}/oauth2/token",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "supplier_key": SUPPLIER_KEY,
            "interview_form": dict(FORM),
            **DOCUMENTS,
            **more,
        }

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
        return JSONResponse(
            {"access_token": token, "token_type": "Bearer", "expires_in": str(_LIFE)}
        )

    async def _records(self, request: Request) -> Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or token not in self._tokens:
            return JSONResponse({"error": "invalid_token"}, 401)
        if request.headers.get("supplierkey") != SUPPLIER_KEY:
            return JSONResponse({"error": "unknown supplier"}, 403)
        table = request.path_params["table"]
        rows = [
            _only(row, request.query_params.get("columns"))
            for row in self.tables.get(table, [])
            if _matches(row, request.query_params.multi_items())
        ]
        start = _offset(request.query_params.get("cursor"))
        page = rows[start : start + self.page]
        more = start + self.page < len(rows)
        following = _cursor(start + self.page) if more or self.endless else None
        return JSONResponse(
            {
                "recordType": table,
                "asOf": (self._clock() - self.lag).isoformat(),
                "rows": page,
                "nextCursor": following,
            }
        )


def _matches(row: Mapping[str, object], query: Sequence[tuple[str, str]]) -> bool:
    """Repeated filters on one column are alternatives; a trailing % stands for anything."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for column, value in query:
        if column not in _OURS:
            wanted[column].append(value)
        elif column == "modifiedSince" and _changed_at(row) < datetime.fromisoformat(value):
            return False
    return all(
        any(_alike(str(row.get(column)), value) for value in values)
        for column, values in wanted.items()
    )


def _changed_at(row: Mapping[str, object]) -> datetime:
    """When a row was last changed; a row of which that is not known was never changed."""
    at = row.get(TOUCHED)
    return datetime.fromisoformat(str(at)).replace(tzinfo=LONDON) if at else _LONG_AGO


def _alike(held: str, asked: str) -> bool:
    if asked.endswith("%"):
        return held.lower().startswith(asked[:-1].lower())
    return held.lower() == asked.lower()


def _only(row: Mapping[str, object], columns: str | None) -> dict[str, object]:
    """The asked columns of a row; one that the row lacks is null, as SQL has it."""
    return {name: row.get(name) for name in columns.split(",")} if columns else dict(row)


def _cursor(offset: int) -> str:
    return base64.urlsafe_b64encode(str(offset).encode()).decode()


def _offset(cursor: str | None) -> int:
    return int(base64.urlsafe_b64decode(cursor)) if cursor else 0


def _lcs() -> Staged:
    """A council that holds one child with something in every table, for the contract family."""
    # A copy made in the night, so that one answer is like the other.
    made = datetime(2026, 11, 24, 2, 15, tzinfo=UTC)
    simulator = LiquidlogicSimulator(lag=timedelta(), clock=lambda: made)
    child = 40017
    simulator.holds(
        "DIM_PERSON",
        DIM_PERSON_ID=child,
        FORENAME=SENTINEL,
        SURNAME="Ashworth",
        GENDER_MAIN_CODE="F",
        ETHNICITY_MAIN_CODE="WBRI",
        BIRTH_DTTM="2011-05-03T00:00:00",
        DOB_ESTIMATED="N",
        NHS_NUMBER="9990000018",
        LEGACY_ID="L-40017",
        IS_CLIENT="Y",
    )
    simulator.holds(
        "FACT_LEGAL_STATUS",
        DIM_PERSON_ID=child,
        DIM_LOOKUP_LGL_STATUS_DESC=f"Full care order ({SENTINEL})",
        START_DTTM="2024-02-01T00:00:00",
    )
    placement = simulator.holds(
        "FACT_CLA_PLACEMENT",
        DIM_PERSON_ID=child,
        DIM_LOOKUP_PLACEMENT_TYPE_CODE="K2",
        DIM_LOOKUP_PLACEMENT_PROVIDER_CODE="PR4",
        START_DTTM="2026-01-12T00:00:00",
        POSTCODE="LA1 1AA",
    )
    simulator.holds(
        "FACT_CARE_EPISODES",
        DIM_PERSON_ID=child,
        FACT_CLA_PLACEMENT_ID=placement,
        OFSTED_URN="SC123456",
    )
    simulator.holds("FACT_REFERRALS", DIM_PERSON_ID=child, REFRL_START_DTTM="2023-11-01T00:00:00")
    simulator.holds(
        "FACT_INVOLVEMENTS",
        DIM_PERSON_ID=child,
        DIM_WORKER_ID=11,
        DIM_LOOKUP_INVOLVEMENT_TYPE_DESC="Case worker",
        IS_ALLOCATED_CW_FLAG="Y",
        START_DTTM="2026-02-01T00:00:00",
    )
    simulator.holds(
        "DIM_WORKER",
        DIM_WORKER_ID=11,
        FORENAME=SENTINEL,
        SURNAME="Patel",
        JOB_TITLE="Social worker",
        DEPARTMENT_NAME="Looked After Children, North",
    )
    episode = simulator.holds(
        "FACT_MISSING_PERSON",
        DIM_PERSON_ID=child,
        START_DTTM="2026-11-18T21:30:00",
        END_DTTM="2026-11-19T07:15:00",
        MISSING_STATUS="Missing",
        RETURN_INTERVIEW_OFFERED="Yes",
        RETURN_INTERVIEW_ACCEPTED="YES",
    )
    simulator.holds_form(
        child,
        {
            number: f"{SENTINEL}: {item}"
            for item, number in FORM.items()
            if item not in {"template", "held", "episode"}
        }
        | {FORM["held"]: "2026-11-20T15:30:00", FORM["episode"]: str(episode)},
    )
    simulator.holds(
        "FACT_HEALTH_CHECK",
        DIM_PERSON_ID=child,
        DIM_LOOKUP_EVENT_TYPE_DESC="Review health assessment",
        DIM_LOOKUP_EXAM_STATUS_DESC="Completed",
        START_DTTM="2026-06-30T00:00:00",
    )
    simulator.holds("FACT_DISABILITY", DIM_PERSON_ID=child, DIM_LOOKUP_DISAB_CODE="HEAR")
    _documents(simulator, child)
    return Staged(
        simulator=simulator,
        config=lambda: simulator.config(timeout=0.5, deadline=1.0),
        subject=str(child),
        nobody="99999",
        nhs_number="9990000018",
    )


def _documents(simulator: LiquidlogicSimulator, child: int) -> None:
    """A care plan, and one of each of the council's other forms."""
    simulator.holds(
        "FACT_CARE_PLAN_SUMMARY",
        DIM_PERSON_ID=child,
        DIM_LOOKUP_PLAN_TYPE_CODE="CLA",
        DIM_LOOKUP_PLAN_STATUS_ID_CODE="A",
        START_DTTM="2024-02-10T00:00:00",
    )
    simulator.holds_form(child, {"CPFUP6": "Y", "CPFUP9": "N"}, template="Care Plan")
    for template, prefix in (
        ("Placement Plan", "PP"),
        ("Missing Prevention Plan", "MPP"),
        ("Philomena Form", "PHI"),
    ):
        simulator.holds_form(
            child,
            {
                f"{prefix}Date": "2026-01-14",
                f"{prefix}Review": "2026-07-14",
                f"{prefix}Profile": f"{SENTINEL}: quiet, likes the sea",
                f"{prefix}Risk1": "Contact with an older friend",
                f"{prefix}Action1": "Ring before ten",
            },
            template=template,
        )
    simulator.holds_form(
        child,
        {"PEPSchool": f"{SENTINEL} High School", "PEPFrom": "2023-09-04"},
        template="Personal Education Plan",
    )
    simulator.holds_form(
        child,
        {"MTGCalled": "2026-11-19", "MTGDate": "2026-11-24", "MTGMinutes": f"{SENTINEL}: agreed"},
        template="Missing Intervention Meeting",
    )


STAGINGS: Final[Mapping[str, Callable[[], Staged]]] = {"lcs": _lcs}
"""What the contract family asks, by name."""
