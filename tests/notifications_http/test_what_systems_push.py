"""What a system pushes is kept with all that follows before it is told so, and is kept once."""

import asyncio
from datetime import timedelta

import httpx2
import pytest

from linking.index import Found
from linking.storage import writing
from records.identifiers import LocalId
from records.people import Role
from tests.adapters.police.incidents import NAME, pushed, report, robin
from tests.notifications_http.town import DESK, EVENING, OLD_SECRET, Town
from tests.places import NURSE_TEAM
from tests.world import Child


@pytest.fixture
def child(town: Town) -> Child:
    one = town.world.child(lives_in="Lancashire", looked_after_by="Lancashire")
    town.world.nurse(one)
    town.registers(NURSE_TEAM, Role.CLA_NURSE)
    return one


def test_a_report_that_is_answered_201_has_its_event_its_notices_and_its_clocks(
    town: Town, child: Child
) -> None:
    kept = town.goes_missing(child)
    (event,) = town.rows("SELECT * FROM event WHERE id = :id", id=kept)
    assert (event["type"], event["child"]) == ("child-reported-missing", child.ref)
    assert f"{NURSE_TEAM}/cla-nurse" in town.told_of(child, "child-reported-missing")
    clocks = town.rows("SELECT kind FROM deadline WHERE child = :child", child=child.ref)
    assert any("strategy-48h" in clock["kind"] for clock in clocks)


def test_the_same_report_sent_again_is_answered_with_the_same_id_and_changes_nothing(
    town: Town, child: Child
) -> None:
    mine = "SELECT notice_ref FROM delivery WHERE event = :e ORDER BY notice_ref"
    first = town.goes_missing(child)
    before = town.rows(mine, e=first)
    assert town.goes_missing(child) == first
    assert town.rows(mine, e=first) == before != []
    events = town.rows(
        "SELECT id FROM event WHERE child = :c AND source = 'police' AND type = :t",
        c=child.ref,
        t="child-reported-missing",
    )
    assert [event["id"] for event in events] == [first]


@pytest.mark.parametrize(
    "proof",
    [
        {},
        {"x-client-id": "force"},
        {"x-client-id": "force", "x-client-secret": "not-the-secret-of-it"},
        {"x-client-id": "another", "x-client-secret": OLD_SECRET},
    ],
)
def test_whoever_does_not_prove_who_they_are_is_refused_like_one_that_does_not_exist(
    town: Town, child: Child, proof: dict[str, str]
) -> None:
    body = town.document(child)
    refused = town.pushes(body, headers=proof)
    nobody = town.pushes(body, to="no-such-system", headers=proof)
    # A system that is asked, and from which nothing is taken, is not there either.
    silent = town.pushes(body, to="mosaic", headers=proof)
    assert refused.status_code == nobody.status_code == silent.status_code == 401
    assert refused.content == nobody.content == silent.content
    assert not town.told_of(child, "child-reported-missing")


def test_while_a_secret_is_replaced_the_older_one_is_good_too(town: Town, child: Child) -> None:
    headers = {"x-client-id": "force", "x-client-secret": OLD_SECRET}
    assert town.pushes(town.document(child), headers=headers).status_code == 201


def test_a_system_may_show_a_token_of_its_own_client_and_of_no_other(
    town: Town, child: Child
) -> None:
    issuer = town.world.gateway.issuer
    assert issuer is not None
    for client, status in (("force-by-token", 201), ("homeward-cli", 401)):
        token = issuer.mint(Role.POLICE_CONTROL_ROOM, "E23000003", "system", client=client)
        headers = {"authorization": f"Bearer {token}"}
        reply = town.pushes(town.document(child), to="police-by-token", headers=headers)
        assert reply.status_code == status, reply.text


@pytest.mark.parametrize(
    "body, kind, status",
    [
        (b"{", "application/json", 400),
        (b"[" * 100_000, "application/json", 422),
        (b"\xff\xfe", "application/json", 400),
        (b'{"data": 7}', "application/json", 422),
        (b"{}", "text/plain", 415),
        (b" " * (1024 * 1024 + 1), "application/json", 413),
    ],
)
def test_what_cannot_be_taken_is_refused_in_plain_words_without_a_value_of_it(
    town: Town, body: bytes, kind: str, status: int
) -> None:
    reply = town.pushes(body, kind=kind)
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/vnd.api+json"
    assert all(error["title"] for error in reply.json()["errors"])


def test_a_refusal_repeats_nothing_of_the_child(town: Town, child: Child) -> None:
    wrong = {"data": {"type": "missingPersonReport"}}
    body = pushed(robin(child.file.nominal), {**report(), "attributes": NAME, **wrong["data"]})
    reply = town.pushes(body)
    assert reply.status_code == 422
    assert NAME not in reply.text
    assert child.number.digits not in reply.text


def test_of_a_child_whom_nobody_knows_nothing_is_lost(town: Town) -> None:
    number = town.world.unused_number()
    body = pushed(robin("N-new", nhsNumber=number.digits), report("LC-new", "N-new"))
    reply = town.pushes(body)
    assert reply.status_code == 201
    (event,) = town.rows("SELECT child FROM event WHERE id = :i", i=reply.json()["data"]["id"])
    index = town.world.parts.services.index
    assert town.world.does(index.find(local_id=LocalId("police", "N-new"))) == Found(event["child"])


def test_where_identifiers_point_to_two_children_it_is_kept_and_the_desk_is_told(
    town: Town, child: Child
) -> None:
    town.registers("E10000017", Role.BUSINESS_SUPPORT)
    other = town.world.child(lives_in="Lancashire")
    body = pushed(
        robin(child.file.nominal, nhsNumber=other.number.digits),
        report("LC-two", child.file.nominal),
    )
    reply = town.pushes(body)
    assert reply.status_code == 201
    (event,) = town.rows("SELECT * FROM event WHERE id = :i", i=reply.json()["data"]["id"])
    assert event["child"] not in (child.ref, other.ref)
    (notice,) = town.rows("SELECT recipient FROM delivery WHERE event = :e", e=event["id"])
    assert notice["recipient"] == DESK
    waiting = town.world.does(town.world.parts.notices.receiving.in_doubt())
    assert event["id"] in {one.event for one in waiting}


def test_found_before_missing_comes_to_the_same(town: Town, child: Child) -> None:
    town.is_found(child, EVENING + timedelta(hours=3))
    kinds = {r["type"] for r in town.rows("SELECT type FROM event WHERE child = :c", c=child.ref)}
    assert "child-found" in kinds
    (clock,) = town.rows(
        "SELECT due_at FROM deadline WHERE child = :c AND kind LIKE '%rhi-72h%'"
        " AND kind NOT LIKE '%#%'",
        c=child.ref,
    )
    assert clock["due_at"].startswith(str((EVENING + timedelta(hours=75)).date()))


def test_a_database_that_is_gone_promises_nothing(town: Town, child: Child) -> None:
    engine = town.world.parts.engine

    async def holds_the_only_turn() -> httpx2.Response:
        # A writer that never ends: no other can begin.
        async with writing(engine):
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(None, town.pushes, town.document(child))

    reply = town.world.does(holds_the_only_turn())
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")
    assert not town.told_of(child, "child-reported-missing")
    assert town.pushes(town.document(child)).status_code == 201, "and it is taken when sent again"
