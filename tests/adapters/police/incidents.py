"""Documents as a force pushes them, so that a test states only what matters to it."""

import json
from datetime import UTC, datetime
from typing import Any

from adapters.police.inbound import Sender
from adapters.police.settings import Product

RECEIVED = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
CONNECT = Sender(source="police", product=Product.CONNECT, force="lancashire")
NICHE = Sender(source="police", product=Product.NICHE, force="humberside")
COMPACT = Sender(source="police", product=Product.COMPACT, force="staffordshire")
NAME = "Sentinelle"

Row = dict[str, Any]


def row(kind: str, ref: object, attributes: Row | None = None, **to: tuple[str, str]) -> Row:
    """One thing of a document; ``to`` are its relationships: the type and the id at the other end."""
    return {
        "type": kind,
        "id": ref,
        "attributes": attributes or {},
        "relationships": {
            name: {"data": [{"type": type_, "id": id_}]} for name, (type_, id_) in to.items()
        },
    }


def robin(ref: str = "N-1001", **attributes: object) -> Row:
    """The child as the force knows them."""
    told = {
        "givenName": ["Robin", NAME],
        "surname": "Ashworth",
        "dateOfBirth": "2011-05-03",
        "nhsNumber": "9990000018",
    }
    return row("person", ref, {**told, **attributes})


def pushed(*included: Row, **submission: object) -> bytes:
    """An incident as the Standard API has it, with what it includes."""
    submission = {"forceIdentifier": "4", "externalReferenceId": "INC-7", **submission}
    incident = row("incident", "INC-7", {"incidentDescription": f"{NAME} did not come home."})
    incident["relationships"]["submission"] = submission
    return json.dumps({"data": incident, "included": list(included)}).encode()


def report(ref: str = "LC-42", nominal: str = "N-1001", **attributes: object) -> Row:
    """A report on CONNECT, without a grading."""
    told = {
        "status": "MISSING",
        "missingFromTime": "2026-11-20T20:00:00+00:00",
        "reportedTime": "2026-11-20T21:40:00+00:00",
        "recordedTime": "2026-11-20T21:55:00+00:00",
    }
    return row("missingPersonReport", ref, {**told, **attributes}, nominal=("person", nominal))


def graded(*gradings: Row, **attributes: object) -> tuple[Row, ...]:
    """A report on CONNECT with its gradings."""
    one = report("LC-42", "N-1001", **attributes)
    refs = [{"type": "riskAssessment", "id": f"RA-{n}"} for n, _ in enumerate(gradings)]
    one["relationships"]["riskAssessments"] = {"data": refs}
    return (one, *(row("riskAssessment", f"RA-{n}", told) for n, told in enumerate(gradings)))
