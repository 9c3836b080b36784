"""Asking a gateway over HTTP, as any agency's system would: a token, a purpose, a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx2

from records.errors import GatewayError
from records.people import Purpose

ACCEPT: Final = "application/graphql-response+json"
SECONDS: Final = 30.0


class GatewayRefused(GatewayError):
    """The gateway did not answer the question. The message is its own, with what to do next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a child is asked about: sent with every question, and written down by the gateway."""

    purpose: Purpose
    reason: str
    case_ref: str | None = None

    def extension(self) -> dict[str, str]:
        """As the request's ``extensions.access``."""
        said = {"purpose": self.purpose.name, "reason": self.reason}
        return said if self.case_ref is None else {**said, "caseRef": self.case_ref}


@dataclass(frozen=True, slots=True)
class Answer:
    """The data of one answer, and what the gateway says of it beside."""

    data: dict[str, Any]
    extensions: dict[str, Any]

    @property
    def asked(self) -> list[str]:
        """The systems that were asked for this answer."""
        return sorted({name for one in self._receipts for name in one["asked"]})

    @property
    def not_asked(self) -> list[dict[str, str]]:
        """The systems that were not, each with the reason."""
        return [one for receipt in self._receipts for one in receipt["notAsked"]]

    @property
    def _receipts(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.extensions.get("disclosure", [])
        return found


async def ask(
    client: httpx2.AsyncClient,
    url: str,
    token: str,
    document: str,
    *,
    variables: Mapping[str, object],
    why: Why | None,
) -> Answer:
    """One question to the gateway at ``url``.

    Raises:
        GatewayRefused: it could not be reached, or answered with an error.
    """
    body: dict[str, object] = {"query": document, "variables": dict(variables)}
    if why is not None:
        body["extensions"] = {"access": why.extension()}
    try:
        reply = await client.post(
            f"{url}/graphql",
            json=body,
            headers={"Authorization": f"Bearer {token}", "Accept": ACCEPT},
        )
    except httpx2.HTTPError:
        raise GatewayRefused(
            "No gateway answers there. Start one with `homeward demo` or `homeward serve`,"
            " or give its address with --url or HOMEWARD_URL."
        ) from None
    try:
        answer = reply.json()
    except ValueError:
        raise GatewayRefused("What answers there is not a gateway. Check --url.") from None
    if answer.get("errors") or not isinstance(answer.get("data"), dict):
        raise GatewayRefused(_words(answer, reply.status_code))
    return Answer(answer["data"], answer.get("extensions") or {})


def _words(answer: dict[str, Any], status: int) -> str:
    errors = answer.get("errors") or []
    said = [str(error.get("message", "")) for error in errors if isinstance(error, dict)]
    said = [text for text in said if text] or [
        str(answer.get("detail") or answer.get("title") or "")
    ]
    return " ".join(said).strip() or f"The gateway answered with status {status}."
