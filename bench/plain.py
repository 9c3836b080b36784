"""The same question answered by plain parts: Strawberry and httpx2, no consent and no ledger.

It asks the same systems for the same things as Homeward does for the allocated social worker, with
a token that nobody checks, and shows everything to everybody. It is here to be compared with.
"""

from __future__ import annotations

from multiprocessing.connection import Connection
from typing import Any

import httpx2
import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL

from bench.processes import answer

Row = dict[str, Any]


@strawberry.type
class Placement:
    """A placement, as plainly as it can be published."""

    placement_type: str | None
    provider: str | None
    started_on: str | None
    postcode: str | None


@strawberry.type
class Worker:
    """A worker."""

    name: str | None
    job: str | None
    team: str | None


@strawberry.type
class Episode:
    """A missing episode."""

    source: str
    state: str | None
    reported_at: str | None
    found_at: str | None
    risk: str | None
    last_seen: str | None


@strawberry.type
class Interview:
    """A return interview, every word of it."""

    held_at: str | None
    held_by: str | None
    safeguarding: str | None
    synopsis: str | None
    account: str | None


@strawberry.type
class Plan:
    """A trigger plan."""

    likely_places: list[str]
    actions: list[str]


class Systems:
    """The systems' addresses and the child's ids in them, as a plain gateway would hard-code them."""

    def __init__(self, config: Row, ids: Row) -> None:
        self.client = httpx2.AsyncClient(timeout=10)
        self.config, self.ids = config, ids
        self.token: str | None = None

    async def police(self, path: str, **query: str) -> Row:
        config = self.config["police"]
        headers = {
            "x-client-id": config["client_id"],
            "x-client-secret": config["client_secret"],
        }
        reply = await self.client.get(config["base_url"] + path, params=query, headers=headers)
        found: Row = reply.json()
        return found

    async def mosaic(self, path: str, **query: str) -> Row:
        config = self.config["mosaic"]
        headers = {"x-api-key": config["api_key"]}
        reply = await self.client.get(config["base_url"] + path, params=query, headers=headers)
        found: Row = reply.json()
        return found

    async def lcs(self, table: str) -> list[Row]:
        config = self.config["liquidlogic"]
        if self.token is None:
            reply = await self.client.post(
                config["token_url"],
                data={
                    "grant_type": "client_credentials",
                    "client_id": config["client_id"],
                    "client_secret": config["client_secret"],
                },
            )
            self.token = reply.json()["access_token"]
        reply = await self.client.get(
            f"{config['url']}/records/{table}",
            params={"DIM_PERSON_ID": self.ids["lcs"]},
            headers={
                "Authorization": f"Bearer {self.token}",
                "SupplierKey": config["supplier_key"],
            },
        )
        rows: list[Row] = reply.json()["rows"]
        return rows


@strawberry.type
class Child:
    """A child: each field asks the systems by itself."""

    @strawberry.field
    async def placements(self, info: strawberry.Info[Systems, None]) -> list[Placement]:
        systems = info.context
        path = f"/residents/{systems.ids['mosaic']}/placements"
        rows = (await systems.mosaic(path))["placements"]
        found = [
            Placement(
                placement_type=row.get("placementType"),
                provider=row.get("providerName"),
                started_on=row.get("startDate"),
                postcode=row.get("postCode"),
            )
            for row in rows
        ]
        found.extend(
            Placement(
                placement_type=row.get("DIM_LOOKUP_PLACEMENT_TYPE_CODE"),
                provider=None,
                started_on=row.get("START_DTTM"),
                postcode=row.get("POSTCODE"),
            )
            for row in await systems.lcs("FACT_CLA_PLACEMENT")
        )
        return found

    @strawberry.field
    async def workers(self, info: strawberry.Info[Systems, None]) -> list[Worker]:
        systems = info.context
        rows = (await systems.mosaic("/allocations", mosaic_id=systems.ids["mosaic"]))[
            "allocations"
        ]
        await systems.lcs("FACT_INVOLVEMENTS")
        return [
            Worker(
                name=row.get("allocatedWorker"),
                job=row.get("workerType"),
                team=row.get("allocatedWorkerTeam"),
            )
            for row in rows
        ]

    @strawberry.field
    async def episodes(self, info: strawberry.Info[Systems, None]) -> list[Episode]:
        systems = info.context
        document = await systems.police(
            "/missing-person-reports",
            subject=systems.ids["police"],
            include="riskAssessments,safeAndWellRecords",
        )
        await systems.lcs("FACT_MISSING_PERSON")
        return [
            Episode(
                source="police",
                state=row["attributes"].get("status"),
                reported_at=row["attributes"].get("reportedTime"),
                found_at=row["attributes"].get("foundTime"),
                risk=next(
                    (
                        i["attributes"]["grade"]
                        for i in document["included"]
                        if "grade" in i["attributes"]
                    ),
                    None,
                ),
                last_seen=row["attributes"].get("lastSeenPlace"),
            )
            for row in document["data"]
        ]

    @strawberry.field
    async def interviews(self, info: strawberry.Info[Systems, None]) -> list[Interview]:
        systems = info.context
        codes = {
            "ReturnInterviewDate": "held_at",
            "ReturnInterviewBy": "held_by",
            "ReturnInterviewSafeguarding": "safeguarding",
            "ReturnInterviewSummary": "synopsis",
            "ReturnInterviewAccount": "account",
        }
        path = f"/residents/{systems.ids['mosaic']}/workflow-steps"
        steps = (await systems.mosaic(path, step_type="2302", questions=",".join(codes)))[
            "workflowSteps"
        ]
        await systems.lcs("FACT_FORM_ANSWERS")
        found = []
        for step in steps:
            said: Row = dict.fromkeys(codes.values())
            for one in step["answers"]:
                said[codes[one["questionCode"]]] = one.get("textAnswer") or one.get("dateAnswer")
            found.append(Interview(**said))
        return found

    @strawberry.field
    async def plans(self, info: strawberry.Info[Systems, None]) -> list[Plan]:
        systems = info.context
        document = await systems.police(
            f"/nominals/{systems.ids['police']}", include="triggerPlans"
        )
        return [
            Plan(
                likely_places=row["attributes"].get("likelyPlaces", []),
                actions=row["attributes"].get("actions", []),
            )
            for row in document["included"]
        ]


@strawberry.type
class Query:
    """The root."""

    @strawberry.field
    def child(self, id: strawberry.ID) -> Child:  # noqa: A002, ARG002 (the schema's own word)
        return Child()


QUESTION = """
query WhatMayIKnow($child: ID!) {
  child(id: $child) {
    placements { placementType provider startedOn postcode }
    workers { name job team }
    episodes { source state reportedAt foundAt risk lastSeen }
    interviews { heldAt heldBy safeguarding synopsis account }
    plans { likelyPlaces actions }
  }
}
"""


def serve(pipe: Connection, config: Row, ids: Row, port: int) -> None:
    """Serve in this process, on a port, until it is ended."""
    systems = Systems(config, ids)

    class Endpoint(GraphQL[Systems, None]):
        async def get_context(self, request: Any, response: Any) -> Systems:  # noqa: ANN401, ARG002 (Strawberry's)
            return systems

    endpoint = Endpoint(strawberry.Schema(Query))
    app = Starlette(routes=[Route("/graphql", endpoint)])
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="critical", access_log=False)
    )
    pipe.send(f"http://127.0.0.1:{port}")
    answer(pipe, {})
    server.run()
