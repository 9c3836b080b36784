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
from tests.consent.anybody import DAYS, anybody, chance

SITUATIONS: Final = int(os.environ.get("HOMEWARD_CEDAR_SITUATIONS", "2500"))
AT_ONCE: Final = 250


def test_cedar_agrees_in_thousands_of_random_situations(bundle: Bundle) -> None:
    rng = chance(20261124)
    sets = {day: cedarpy.PolicySet.from_str(policies(bundle, day)) for day in DAYS}
    nobody = cedarpy.Entities.from_json_str("[]")
    seen: Counter[bool] = Counter()
    waiting: dict[date, list[tuple[dict[str, object], bool, str]]] = {day: [] for day in DAYS}
    for number in range(SITUATIONS):
        situation = anybody(rng, bundle, doubt=0.15)
        # Every other time an item that is open, if any is: at random nearly everything is withheld.
        decisions = decide(bundle, situation, list(Item))
        opened = [item for item, decision in decisions.items() if decision.open]
        item = rng.choice(opened if opened and number % 2 else list(Item))
        waiting[situation.on].append(
            (request(situation, item), decisions[item].open, f"{situation}, {item.value}")
        )
        seen[decisions[item].open] += 1
    for day, asked in waiting.items():
        for start in range(0, len(asked), AT_ONCE):
            batch = asked[start : start + AT_ONCE]
            answers = cedarpy.is_authorized_batch([a[0] for a in batch], sets[day], nobody)
            for (_, ours, what), theirs in zip(batch, answers, strict=True):
                assert theirs.diagnostics.errors == [], what
                assert theirs.allowed is ours, what
    assert min(seen.values()) > SITUATIONS // 10
