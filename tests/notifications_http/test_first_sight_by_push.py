"""A force pushes eight documents at one moment about a child whom nobody here knew: all are taken, of one child."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from linking.index import Found
from records.identifiers import LocalId
from tests.adapters.police.incidents import pushed, report, robin
from tests.disclosure.casework import nhs_number
from tests.notifications_http.town import EVENING, Town

AT_ONCE = 8


def _documents(nominal: str, born: str, number: str | None) -> list[bytes]:
    person = robin(nominal, surname="Tarrowby", dateOfBirth=born, nhsNumber=number)
    return [
        pushed(person, report(f"LC-{nominal}-{n}", nominal, reportedTime=EVENING.isoformat()))
        for n in range(AT_ONCE)
    ]


@pytest.mark.parametrize(
    "nominal, born, number",
    [
        ("AT-ONCE-1", "2011-03-04", None),
        ("AT-ONCE-2", "2012-07-08", nhs_number(740).digits),
    ],
    ids=["by its own id", "by the NHS number too"],
)
def test_what_is_pushed_at_once_about_a_new_child_is_taken_and_is_of_one_child(
    town: Town, nominal: str, born: str, number: str | None
) -> None:
    bodies = _documents(nominal, born, number)
    with ThreadPoolExecutor(AT_ONCE) as together:
        replies = list(together.map(town.pushes, bodies))
    assert [one.status_code for one in replies] == [201] * AT_ONCE, [one.text for one in replies]
    kept = {one.json()["data"]["id"] for one in replies}
    assert len(kept) == AT_ONCE
    index = town.world.parts.services.index
    found = town.world.does(index.find(local_id=LocalId("police", nominal)))
    assert isinstance(found, Found)
    events = town.rows("SELECT id, child FROM event WHERE child = :c", c=found.child_ref)
    assert kept <= {one["id"] for one in events}
    again = [town.pushes(body) for body in bodies]
    assert {one.json()["data"]["id"] for one in again} == kept, "sent again, nothing is new"
