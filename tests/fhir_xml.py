"""FHIR's XML as FHIR's JSON, for the published examples: content kept, order kept.

Knows which elements repeat in the resources we read, and no others.
Source: HL7 FHIR R4, JSON representation.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

_NAMESPACE = "{http://hl7.org/fhir}"
_REPEATS = frozenset(
    {
        "address",
        "agent",
        "category",
        "coding",
        "communication",
        "contact",
        "contained",
        "dayOfWeek",
        "extension",
        "given",
        "line",
        "participant",
        "performer",
        "performerType",
        "policy",
        "profile",
        "purpose",
        "reasonCode",
        "relationship",
        "security",
        "target",
        "telecom",
        "when",
    }
)
_REPEATS_IN = frozenset(
    {
        ("Bundle", "entry"),
        ("Consent", "organization"),
        ("Encounter", "identifier"),
        ("Encounter", "location"),
        ("Encounter", "type"),
        ("Flag", "identifier"),
        ("Patient", "identifier"),
        ("Patient", "name"),
        ("Task", "identifier"),
        ("participant", "type"),
    }
)
_TRUTHS = frozenset({"valueBoolean", "active"})
_NUMBERS = frozenset({"frequency", "period", "repetitions", "valuePositiveInt", "valueInteger"})


def resource(path: Path) -> dict[str, Any]:
    """The one resource of a file."""
    root = ET.fromstring(path.read_text())  # noqa: S314 - published examples that stand beside the tests
    return _resource(root)


def _resource(element: ET.Element) -> dict[str, Any]:
    name = element.tag.removeprefix(_NAMESPACE)
    return {"resourceType": name, **_object(element, name)}


def _object(element: ET.Element, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {"url": element.get("url")} if element.get("url") else {}
    for child in element:
        if not child.tag.startswith(_NAMESPACE):
            continue  # the narrative's XHTML
        own = child.tag.removeprefix(_NAMESPACE)
        value = _value(child, own)
        if own in _REPEATS or (name, own) in _REPEATS_IN:
            found.setdefault(own, []).append(value)
        elif own in found:
            raise AssertionError(f"{name}.{own} repeats: say so")
        else:
            found[own] = value
        if child.get("value") is not None and len(child):
            found[f"_{own}"] = _object(child, own)  # what extends a primitive stands beside it
    return found


def _value(element: ET.Element, name: str) -> Any:  # noqa: ANN401 - JSON
    text = element.get("value")
    if text is None:
        if name in {"contained", "resource"}:
            return _resource(element[0])
        return _object(element, name)
    if name in _TRUTHS:
        return text == "true"
    return int(text) if name in _NUMBERS and text.isdigit() else text
