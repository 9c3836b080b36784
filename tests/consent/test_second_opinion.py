"""Cedar, an engine that is not ours, decides the same rules alike."""

import os
from collections import Counter
from datetime import date
from typing import Final

import cedarpy

from consent.bundle import Bundle
from consent.cedar import policies, request
from consent.engine import decide
from records.items import Item
from tests.consent.anybody import anybody, chance

SITUATIONS: Final = int(os.environ.get("HOMEWARD_CEDAR_SITUATIONS", "2500"))


def test_cedar_agrees_in_thousands_of_random_situations(bundle: Bundle) -> None:
    rng = chance(20261124)
    nobody = cedarpy.Entities.from_json_str("[]")
    seen: Counter[bool] = Counter()
    asked: dict[tuple[date, Item], list[tuple[dict[str, object], bool]]] = {}
    for number in range(SITUATIONS):
        situation = anybody(rng, bundle, doubt=0.15)
        # Every other time an item that is open, if any is: at random nearly all is withheld.
        decisions = decide(bundle, situation, list(Item))
        opened = [item for item, decision in decisions.items() if decision.open]
        item = rng.choice(opened if opened and number % 2 else list(Item))
        asked.setdefault((situation.on, item), []).append(
            (request(situation, item), decisions[item].open)
        )
        seen[decisions[item].open] += 1
    for (day, item), questions in asked.items():
        rules = cedarpy.PolicySet.from_str(policies(bundle, day, item))
        answers = cedarpy.is_authorized_batch([q for q, _ in questions], rules, nobody)
        for (question, ours), theirs in zip(questions, answers, strict=True):
            assert theirs.diagnostics.errors == [], question
            assert theirs.allowed is ours, question
    assert min(seen.values()) > SITUATIONS // 10
