"""Consent directives that a provider holds: what a patient has refused to have shared.

A refusal need only be possible to be honoured: a directive that we cannot narrow down counts
for all it might mean. It is honoured even though the provider should have done so itself.

Source: HL7 FHIR R4 Consent; UK Core Consent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from adapters.health.moments import over, to_come
from adapters.health.wire import Consent, Provision

RESOURCE_TYPES: Final = "http://hl7.org/fhir/resource-types"
_NOT_IN_FORCE: Final = frozenset({"draft", "proposed", "rejected", "inactive", "entered-in-error"})
_ABOUT_SOMETHING_ELSE: Final = frozenset({"adr", "research", "treatment"})
# Purposes for which Homeward never asks: a refusal for these alone is no refusal to us.
# Source: v3-ActReason.
_NEVER_OURS: Final = frozenset(
    {"HRESCH", "BIORCH", "CLINTRCH", "CLINTRCHNPC", "HMARKT", "HPAYMT", "CLMATTCH", "COVAUTH"}
)
_OPTED_OUT: Final = frozenset({"OPTOUT", "OPTOUTE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What may not be passed on: everything, whole types of resource, single resources."""

    everything: bool = False
    types: frozenset[str] = frozenset()
    references: frozenset[str] = frozenset()

    def covers(self, kind: str, resource_id: str | None = None) -> bool:
        """Whether a type of resource, or one of them, may not be passed on."""
        return (
            self.everything
            or kind in self.types
            or (resource_id is not None and f"{kind}/{resource_id}" in self.references)
        )


def refused(consents: Iterable[Consent], now: datetime) -> Refused:
    """All that any consent in force refuses, taken together."""
    everything = False
    types: set[str] = set()
    references: set[str] = set()
    for consent in consents:
        if consent.status in _NOT_IN_FORCE or _elsewhere(consent):
            continue
        root = consent.provision
        if root is None or root.type is None:
            everything |= _opted_out(consent)
        for provision in _denials(root):
            if not _applies(provision, now):
                continue
            named = [
                data.reference.reference
                for data in provision.data
                if data.reference and data.reference.reference
            ]
            kinds = {coding.code for coding in provision.class_ if coding.code}
            known = all(coding.system == RESOURCE_TYPES for coding in provision.class_)
            if named:
                references.update("/".join(name.split("/")[-2:]) for name in named)
            elif kinds and known:
                types |= kinds
            else:
                everything = True
    return Refused(everything=everything, types=frozenset(types), references=frozenset(references))


def _elsewhere(consent: Consent) -> bool:
    """Whether its scope is certainly not the sharing of information."""
    codes = {coding.code for coding in consent.scope.coding} if consent.scope else set()
    return bool(codes) and codes <= _ABOUT_SOMETHING_ELSE


def _opted_out(consent: Consent) -> bool:
    rule = consent.policy_rule
    return rule is not None and any(coding.code in _OPTED_OUT for coding in rule.coding)


def _denials(provision: Provision | None) -> Iterator[Provision]:
    """Every denial at any depth. An exception inside a denial does not lift it for us."""
    if provision is None:
        return
    if provision.type == "deny":
        yield provision
        return
    for inner in provision.provision:
        yield from _denials(inner)


def _applies(provision: Provision, now: datetime) -> bool:
    period = provision.period
    if period is not None and (over(period.end, now) or to_come(period.start, now)):
        return False
    purposes = {coding.code for coding in provision.purpose}
    return not purposes or not purposes <= _NEVER_OURS
