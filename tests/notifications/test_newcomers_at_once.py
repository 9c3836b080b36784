"""Two messages at one moment about a child whom nobody here knew make one child, on either kind of database."""

import asyncio

import pytest

from linking.index import Found
from notifications.receiving import NOBODYS
from records.identifiers import LocalId
from tests.disclosure.casework import nhs_number
from tests.notifications.house import House
from tests.notifications.test_newcomers import receiving, report, whoever


@pytest.mark.parametrize("numbered", [False, True], ids=["by id alone", "by number too"])
async def test_what_comes_at_once_about_a_new_record_is_of_one_child(
    house: House,
    numbered: bool,  # noqa: FBT001 (a parameter of the test)
) -> None:
    replicas = [receiving(house), receiving(house)]
    for turn in range(4):
        about = {"nhs_number": nhs_number(700 + turn)} if numbered else {}
        core = whoever(family=f"Family{'abcd'[turn]}")
        kept = await asyncio.gather(
            *(
                takes.receive(
                    report(house, f"P-{turn}", f"{turn}/{sent}", core=core, **about), now=house.now
                )
                for sent, takes in enumerate(replicas * 2)
            )
        )
        (child,) = {one.event.child for one in kept}
        assert child != NOBODYS
        found = await replicas[0].index.find(local_id=LocalId("police", f"P-{turn}"))
        assert found == Found(child)
