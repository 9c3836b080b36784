"""A system that gives a child another id: what waits for a person goes on under the new one."""

from linking.match import match
from linking.possible import one_match
from linking.review import propose
from records.identifiers import LocalId
from tests.disclosure.casework import BEFORE, EPISODE_ITEMS, WORKER, Testshire
from tests.linking.likenesses import like

OLD, NEW = LocalId("police", "police-1"), LocalId("police", "police-1b")
OTHER = LocalId("health", "health-9")


async def test_a_possible_match_goes_on_under_the_new_id(testshire: Testshire) -> None:
    index = testshire.door.index
    likely = match(like("Tabitha"), like("Tabby"))
    ref = await propose(index, OLD, OTHER, likely, by="gateway", now=BEFORE)
    testshire.systems["police"].superseded_by = NEW

    await testshire.asks(WORKER, EPISODE_ITEMS)

    found = await one_match(index, ref)
    assert {found.one, found.other} == {NEW, OTHER}
    # The pair is the same pair, by whichever id it is found again.
    assert await propose(index, NEW, OTHER, likely, by="gateway", now=BEFORE) == ref
