"""What somebody in one region said by mistake is taken back in the other region too."""

from datetime import timedelta

from tests.acting import records
from tests.notifications_http.town import EVENING
from tests.regions.placed import placed
from tests.regions.regions import Regions
from tests.strangers.children import says

HOUR = timedelta(hours=1)


def test_a_mistake_that_crossed_is_followed_by_word_that_it_was_one(regions: Regions) -> None:
    """Pan-Lancashire 5.5.5 and Staffordshire and Stoke 18.2: the host is told of the placement by the placing authority."""
    child = placed(regions)
    child.child.file.placed()
    child.is_placed()
    child.is_known_there()
    regions.is_now(EVENING + 3 * HOUR)
    worker = child.child.world.social_worker(child.child)
    said = says(worker, child.child, "PLACEMENT_PLANNED", (EVENING + HOUR).isoformat())
    assert said["__typename"] == "Recorded"
    regions.until(lambda: child.events(regions.staffordshire, "placement-planned"))

    back = records(
        worker,
        "retractEvent",
        child.child,
        event=said["id"],
        because="It was another child's plan.",
    )

    assert back["__typename"] == "Recorded"
    regions.until(lambda: child.events(regions.staffordshire, "said-by-mistake"))
    (wrong,) = child.events(regions.staffordshire, "placement-planned")
    (taken_back,) = child.events(regions.staffordshire, "said-by-mistake")
    assert taken_back["corrects"] == wrong["id"]
    assert set(child.told(regions.staffordshire, "said-by-mistake")) == set(
        child.told(regions.staffordshire, "placement-planned")
    )


def test_whose_kind_of_word_it_was_crosses_with_no_more_than_where_an_episode_stands(
    regions: Regions,
) -> None:
    """That a social worker said that a placement is planned is nobody's question there."""
    child = placed(regions)
    child.child.file.placed()
    child.is_placed()
    child.is_known_there()
    regions.is_now(EVENING + 3 * HOUR)
    worker = child.child.world.social_worker(child.child)
    says(worker, child.child, "PLACEMENT_PLANNED", (EVENING + HOUR).isoformat())
    regions.until(lambda: child.events(regions.staffordshire, "placement-planned"))
    (kept,) = child.events(regions.staffordshire, "placement-planned")
    assert "said_by" not in kept["data"]

    def decided() -> list[str]:
        rows = regions.lancashire.rows(
            "SELECT d.decision FROM delivery d JOIN event e ON e.id = d.event"
            " WHERE d.child = :c AND e.type = 'placement-planned' AND d.channel = 'peer'",
            c=child.child.ref,
        )
        return [row["decision"] for row in rows if row["decision"] is not None]

    regions.until(decided)
    assert not any("episode.status" in decision for decision in decided())
