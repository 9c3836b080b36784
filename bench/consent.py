"""Deciding, the whole matrix, and the difference of two bundles: CPU time, all five protocols loaded.

    python -m bench consent

Situations are made at random, most of them led part of the way towards some rule. Their panels are
warm, as in a gateway that has answered a few questions; uncached means that no decision is remembered.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, Final

from consent.analysis import conflicts, diff, matrix
from consent.bundle import Bundle
from consent.engine import could_open, decide, decide_afresh, engine_for
from protocols.load import load_bundle
from records.items import Item
from tests.consent.anybody import anybody, chance

TODAY: Final = date(2026, 11, 24)
SITUATIONS: Final = 2_000
ROUNDS: Final = 5
ITEMS: Final = tuple(Item)
WIDENED: Final = "panlancs-rhi-share-police-health/parent"
"""A refusal that is taken away, to see what its absence would open."""


def main() -> dict[str, Any]:
    """Run each and return what came of it."""
    bundle = load_bundle()
    return {"deciding": _deciding(bundle), "analysis": _analysis()}


def _deciding(bundle: Bundle) -> list[dict[str, Any]]:
    rng = chance(20261124)
    situations = [anybody(rng, bundle, doubt=0.1) for _ in range(SITUATIONS)]
    engine = engine_for(bundle)

    def uncached() -> None:
        for situation in situations:
            decide_afresh(bundle, situation, ITEMS)

    def remembered() -> None:
        for situation in situations:
            decide(bundle, situation, ITEMS)

    def weighed() -> None:
        for situation in situations:
            engine.panel(situation).counting(situation)

    def pruned() -> None:
        for situation in situations[:200]:
            could_open(bundle, situation, Item.RHI_FULL)

    for situation in situations:
        assert decide(bundle, situation, ITEMS) == decide_afresh(bundle, situation, ITEMS)
    return [
        _rate(f"all {len(ITEMS)} items of a child, uncached", uncached, SITUATIONS),
        _rate(f"all {len(ITEMS)} items of a child, remembered", remembered, SITUATIONS),
        _rate("a situation weighed against every rule", weighed, SITUATIONS),
        _rate("whether an item could open, all unknowns together", pruned, 200),
    ]


def _analysis() -> list[dict[str, Any]]:
    bundle = load_bundle()
    kept = tuple(rule for rule in bundle.rules if rule.ref.id != WIDENED)
    assert len(kept) == len(bundle.rules) - 1
    one_gone = replace(bundle, rules=kept)
    partnership = next(p for p in bundle.protocols.values() if not p.national)
    partnership_gone = replace(
        bundle, rules=tuple(r for r in bundle.rules if r.ref.protocol != partnership.id)
    )
    floor = replace(bundle, rules=tuple(rule for rule in bundle.rules if rule.national))
    return [
        _once("load and check the folders", load_bundle),
        _once("matrix of five protocols", lambda: list(matrix(load_bundle(), TODAY))),
        _once("difference: one refusal taken away", lambda: diff(bundle, one_gone, TODAY)),
        _once("difference: a protocol taken away", lambda: diff(bundle, partnership_gone, TODAY)),
        _once("difference: all five protocols taken away", lambda: diff(bundle, floor, TODAY)),
        _once("conflicts of every two protocols", lambda: conflicts(load_bundle(), TODAY)),
    ]


def _rate(what: str, work: Callable[[], None], times: int) -> dict[str, Any]:
    took = min(_cpu(work) for _ in range(ROUNDS))
    return {
        "": what,
        "per second of one core": round(times / took),
        "µs": round(took / times * 1e6, 1),
    }


def _once(what: str, work: Callable[[], Any]) -> dict[str, Any]:
    began = time.process_time()
    found = work()
    took = time.process_time() - began
    size = len(found) if isinstance(found, (list, tuple)) else len(found.rules)
    return {"": what, "seconds": round(took, 2), "rows": size}


def _cpu(work: Callable[[], None]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
