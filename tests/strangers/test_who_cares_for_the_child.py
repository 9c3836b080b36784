"""A paragraph that names homes and foster carers together means whoever cares for this child."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.notifications_http.asking import sends
from tests.notifications_http.town import EVENING, Town
from tests.strangers.children import at_home, followed, in_care, says

HOUR = timedelta(hours=1)
UPDATED = "trigger-plan-updated"
NOBODY = {role: f"pan-lancashire/{role}" for role in ("foster_carer", "placement_provider")}


@pytest.mark.parametrize(
    "placement, forgotten",
    [
        ("residential", {"placement_provider"}),
        ("foster", {"foster_carer", "placement_provider"}),
        ("other", {"foster_carer", "placement_provider"}),
        (None, set()),
    ],
)
def test_nobody_is_forgotten_whom_the_child_has_not(
    town: Town, placement: str | None, forgotten: set[str]
) -> None:
    """Pan-Lancashire 5.5: the plan goes to all partners, "including foster carers and home setting"."""
    if placement is None:
        child = at_home(town, "Lancashire")
        child.registers.states("looked_after", value=False)
    else:
        child = in_care(town, "Lancashire")
        child.registers.states("placement_type", placement)
    town.is_now(EVENING)
    said = says(town.world.social_worker(child), child, "TRIGGER_PLAN_UPDATED", EVENING.isoformat())
    assert said["__typename"] == "Recorded"

    told = town.told_of(child, UPDATED)
    assert {role for role, name in NOBODY.items() if name in told} == forgotten


def test_what_is_asked_because_a_child_proves_to_be_looked_after_is_a_task_from_then_on(
    town: Town,
) -> None:
    """5.4: the nurses offer a child who is looked after a visit or a call."""
    child = at_home(town, "Lancashire")
    child.registers.states("looked_after", value=False)
    worker = town.world.social_worker(child)
    town.goes_missing(child)
    town.is_found(child, EVENING + HOUR)
    offer = "panlancs-cla-nurse-offers-contact"
    assert offer not in {one["because"]["rule"] for one in followed(town, child, "tasks")}

    child.registers.states("looked_after", value=True)
    town.looks_again()
    document = (
        "query T($c: ID!) { whoHasBeenTold(child: $c) { ... on Tellings { followUps {"
        " event tasks { id says because { id } } } } } }"
    )
    shown = sends(worker, document, c=child.id)["whoHasBeenTold"]["followUps"]
    assert offer in {
        rule["id"] for one in shown for task in one["tasks"] for rule in task["because"]
    }
