"""A stream goes on from where its reader left off, says what ends it, and never more than may be said."""

import asyncio
import dataclasses
import json
from datetime import timedelta

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from gateway.jwks import KeysUnavailable
from linking.storage import writing
from notifications.recipients import end
from notifications.tables import DELIVERY
from protocols.rule import Effect
from records.people import Role, Standing, Viewer
from tests.notifications_http.following import Line, following, socket, subscription
from tests.notifications_http.town import EVENING, Town
from tests.places import NURSE_TEAM
from tests.world import Child, Practitioner


@pytest.fixture
def child(town: Town) -> Child:
    return town.world.child(lives_in="Lancashire", looked_after_by="Lancashire")


@pytest.fixture
def nurse(town: Town, child: Child) -> Practitioner:
    """A nurse whose team is hers alone, so that its numbers begin at 1."""
    team = f"Y{child.file.serial}"
    somebody = town.world.person(Role.CLA_NURSE, team)
    child.registers.stands(Standing.NURSE_TEAM, organisation=team)
    town.registers(team, Role.CLA_NURSE)
    return somebody


def code(line: Line) -> int:
    """The code with which the socket was closed."""
    try:
        while True:
            line.socket.recv(timeout=10)
    except ConnectionClosed as closed:
        return 0 if closed.rcvd is None else closed.rcvd.code


def test_a_notice_reaches_whoever_follows_and_says_what_they_may_know(
    town: Town, child: Child, nurse: Practitioner
) -> None:
    with following(nurse) as line:
        assert line.next(quiet=True)["__typename"] == "Heartbeat"
        town.goes_missing(child)
        notice = line.next()
    assert notice["sequence"] == 1
    assert notice["told"] is True
    assert notice["child"] == child.id
    assert notice["event"]["type"] == "uk.homeward.child-reported-missing"
    assert child.number.digits not in json.dumps(notice)


def test_that_a_person_read_it_is_on_record_under_their_pseudonym(
    town: Town, child: Child, nurse: Practitioner
) -> None:
    town.goes_missing(child)
    with following(nurse) as line:
        notice = line.next()
    pseudonyms = town.world.parts.ledger.pseudonyms
    reader = pseudonyms.person(*nurse.person)
    rows = town.rows("SELECT row FROM ledger")
    read = [str(row["row"]) for row in rows if notice["id"] in str(row["row"])]
    assert any(reader in row and "shown" in row for row in read)


def test_a_reader_who_comes_back_goes_on_where_they_left_off(
    town: Town, child: Child, nurse: Practitioner
) -> None:
    town.goes_missing(child)
    with following(nurse) as line:
        first = line.next()
    town.is_found(child, EVENING + timedelta(hours=2))
    with following(nurse, subscription(after=first["cursor"])) as line:
        second = line.next()
    assert (first["sequence"], second["sequence"]) == (1, 2)
    (row,) = town.rows("SELECT state FROM delivery WHERE notice_ref = :r", r=first["id"])
    assert row["state"] == "delivered", "who comes back with its number has had it"


def test_server_sent_events_say_the_same(town: Town, child: Child, nurse: Practitioner) -> None:
    town.goes_missing(child)
    with town.world.client.stream(
        "POST",
        f"{town.world.url}/graphql",
        headers={"authorization": f"Bearer {nurse.token()}", "accept": "text/event-stream"},
        json={"query": subscription()},
    ) as reply:
        assert reply.status_code == 200
        assert reply.headers["content-type"].startswith("text/event-stream")
        assert reply.headers["cache-control"] == "no-store"
        lines = reply.iter_lines()
        assert next(lines) == "event: next"
        said = json.loads(next(lines).removeprefix("data: "))
    assert said["data"]["notifications"]["child"] == child.id


def test_a_stream_ends_in_words_when_the_token_does_and_then_the_socket(
    town: Town, nurse: Practitioner
) -> None:
    with following(nurse) as line:
        line.next(quiet=True)
        town.is_now(EVENING + timedelta(minutes=61))
        ended = line.next()
        assert (ended["__typename"], ended["reason"]) == ("AccessEnded", "SIGNED_OUT")
        assert line.hears()["type"] == "complete"
        assert code(line) == 4403


def test_a_stream_says_so_where_nobody_can_check_whether_the_token_is_good(
    town: Town, nurse: Practitioner, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unchecked(*_: object) -> Viewer:
        raise KeysUnavailable("The issuer's keys cannot be had at the moment: try again.")

    with following(nurse) as line:
        line.next(quiet=True)
        monkeypatch.setattr(town.world.gateway.identity, "still", unchecked)
        ended = line.next()
        assert (ended["__typename"], ended["reason"]) == ("AccessEnded", "SIGN_IN_UNCHECKED")
        assert ended["resumeFrom"]
        assert line.hears()["type"] == "complete"
        line.says({"type": "ping"})
        assert line.hears()["type"] == "pong", "the line itself is kept"


def test_a_stream_ends_in_words_when_its_recipient_is_no_longer_told(
    town: Town, nurse: Practitioner
) -> None:
    async def ends() -> None:
        async with writing(town.world.parts.engine) as connection:
            recipient = f"{nurse.organisation}/cla-nurse"
            await end(connection, recipient, at=town.world.clock())

    with following(nurse) as line:
        line.next(quiet=True)
        town.world.does(ends())
        ended = line.next()
    assert (ended["__typename"], ended["reason"]) == ("AccessEnded", "NOBODY_TO_BE_TOLD")


def test_a_gap_is_said_and_never_passed_over(town: Town, child: Child, nurse: Practitioner) -> None:
    town.goes_missing(child)
    town.is_found(child, EVENING + timedelta(hours=2))
    town.is_found(child, EVENING + timedelta(hours=3))

    with following(nurse) as line:
        first = line.next()

    async def forgets() -> None:
        async with writing(town.world.parts.engine) as connection:
            await connection.execute(
                DELIVERY.delete().where(
                    DELIVERY.c.recipient == f"{nurse.organisation}/cla-nurse", DELIVERY.c.seq == 2
                )
            )

    town.world.does(forgets())
    with following(nurse, subscription(after=first["cursor"])) as line:
        assert line.next()["__typename"] == "HistoryTruncated"


def test_somebody_elses_cursor_is_no_cursor(town: Town, child: Child, nurse: Practitioner) -> None:
    town.goes_missing(child)
    with following(nurse) as line:
        cursor = line.next()["cursor"]
    other = town.world.person(Role.CLA_NURSE, NURSE_TEAM)
    town.registers(NURSE_TEAM, Role.CLA_NURSE)
    with following(other, subscription(after=cursor)) as line:
        refused = line.hears()
    assert refused["type"] == "error"
    assert refused["payload"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_whoever_is_nobody_to_be_told_is_told_so(town: Town) -> None:
    with following(town.world.person(Role.SCHOOL, "SCHOOL-nobody")) as line:
        assert line.next()["reason"] == "NOBODY_TO_BE_TOLD"


def test_a_stream_survives_a_change_of_rules_and_the_next_notice_is_decided_under_the_new(
    town: Town, child: Child, nurse: Practitioner
) -> None:
    current = town.world.parts.bundle
    before = current.bundle
    closed = dataclasses.replace(
        before,
        rules=tuple(rule for rule in before.rules if rule.effect is not Effect.GRANT),
        digest="nothing-is-granted",
    )
    with following(nurse) as line:
        town.goes_missing(child)
        assert line.next()["told"] is True
        current.bundle = closed
        try:
            town.is_found(child, EVENING + timedelta(minutes=20))
            notice = line.next()
        finally:
            current.bundle = before
        assert (notice["told"], notice["child"]) == (False, None)
        assert notice["event"]["type"] == "uk.homeward.notice-withheld"
        assert "subject" not in notice["event"]
        town.is_found(child, EVENING + timedelta(minutes=30))
        assert line.next()["told"] is True


def test_what_another_process_wrote_reaches_whoever_follows_here(
    town: Town, child: Child, nurse: Practitioner
) -> None:
    bells = town.world.parts.notices.bells
    silent = bells.announce

    async def lost(_appended: object) -> None:
        """A bell that is lost."""

    with following(nurse) as line:
        line.next(quiet=True)
        bells.announce = lost  # type: ignore[method-assign, assignment]
        try:
            town.goes_missing(child)
        finally:
            bells.announce = silent  # type: ignore[method-assign]
        assert line.next()["sequence"] == 1


def test_a_host_authority_follows_placements_in_its_own_area_and_nothing_else(town: Town) -> None:
    host = town.world.person(Role.CHILDRENS_SERVICES, "E10000017")
    with (
        following(host, subscription("placementEvents", hostAuthority="E10000017")) as own,
        following(host, subscription("placementEvents", hostAuthority="E10000012")) as other,
    ):
        own.next(quiet=True)
        placed = town.world.child(
            lives_in="Lancashire", looked_after_by="Leeds", placed_with="Elm House"
        )
        town.goes_missing(placed)
        while (notice := own.next())["child"] != placed.id:
            pass
        assert notice["event"]["type"] == "uk.homeward.placement-never-notified"
        assert other.next(quiet=True)["__typename"] == "Heartbeat"


def test_a_stream_of_some_events_misses_none_because_there_are_others(town: Town) -> None:
    host = town.world.person(Role.CHILDRENS_SERVICES, "E10000017")
    with following(host, subscription("placementEvents", hostAuthority="E10000017")) as line:
        said = line.next(quiet=True)
        last = said["sequence"]
        town.goes_missing(town.world.child(lives_in="Lancashire", looked_after_by="Lancashire"))
        beats = 0
        while beats < 4:
            said = line.next(quiet=True)
            beats += said["__typename"] == "Heartbeat"
            last = said["sequence"] if said["__typename"] == "Notification" else last
        assert said["sequence"] == last, "a higher one would say that something is missing"


def test_clocks_that_run_out_are_followed_apart(town: Town) -> None:
    child = town.world.child(lives_in="Lancashire", aged=15, open_to_social_care=True)
    town.goes_missing(child)
    later = EVENING + timedelta(hours=49)
    town.is_now(later)
    town.works_off(child)
    force = town.world.person(Role.CHILDRENS_SERVICES, "E10000017")
    with following(force, subscription("deadlineEvents")) as line:
        while (notice := line.next())["child"] != child.id:
            pass
    assert notice["event"]["type"] == "uk.homeward.deadline-reached"


# The protocol


@pytest.mark.parametrize(
    "message",
    ["[]", "null", '"x"', "1", "{", "{}", '{"type": 7}', "[" * 50_000, '{"type": "nonsense"}'],
    ids=["list", "null", "text", "number", "cut", "empty", "typed", "deep", "unknown"],
)
@pytest.mark.parametrize("begun", [False, True])
def test_what_is_no_message_closes_the_socket_with_the_protocols_code(
    town: Town, message: str, *, begun: bool
) -> None:
    who = town.world.person(Role.SOCIAL_WORKER, "E10000017")
    with socket(town.world) as line:
        if begun:
            line.begins(who.token())
        line.socket.send(message)
        unknown = message == '{"type": "nonsense"}' and not begun
        assert code(line) == (4401 if unknown else 4400)


@pytest.mark.parametrize(
    "message",
    [
        {"type": "subscribe", "id": 1, "payload": {"query": "{ version }"}},
        {"type": "subscribe", "id": "", "payload": {"query": "{ version }"}},
        {"type": "subscribe", "id": "a", "payload": None},
        {"type": "subscribe", "id": "a", "payload": {"query": 7}},
        {"type": "subscribe", "id": "a", "payload": {"query": "{ version }", "variables": []}},
        {"type": "ping", "payload": "x"},
        {"type": "complete"},
    ],
)
def test_a_message_of_the_wrong_shape_closes_it_too(town: Town, message: dict[str, object]) -> None:
    with socket(town.world) as line:
        line.begins(town.world.person(Role.SOCIAL_WORKER, "E10000017").token())
        line.says(message)
        assert code(line) == 4400


def test_a_binary_message_closes_it(town: Town) -> None:
    with socket(town.world) as line:
        line.socket.send(b'{"type": "connection_init"}')
        assert code(line) == 4400


def test_an_older_protocol_is_not_spoken(town: Town) -> None:
    for protocol in ("graphql-ws", None):
        with socket(town.world, protocol=protocol) as line:
            assert code(line) == 4406


def test_a_page_of_another_origin_is_not_let_in(town: Town) -> None:
    with (
        pytest.raises(InvalidStatus) as refused,
        socket(town.world, origin="https://elsewhere.example"),
    ):
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("payload", [{}, {"authorization": "Bearer nonsense"}])
def test_without_a_token_that_is_good_nothing_begins(town: Town, payload: dict[str, str]) -> None:
    with socket(town.world) as line:
        line.says({"type": "connection_init", "payload": payload})
        assert code(line) == 4403


def test_whoever_does_not_say_who_they_are_in_time_is_let_go(town: Town) -> None:
    with socket(town.world) as line:
        assert code(line) == 4408


def test_to_begin_twice_and_to_name_two_alike_close_it(town: Town, nurse: Practitioner) -> None:
    with socket(town.world) as line:
        line.begins(nurse.token())
        line.says({"type": "connection_init"})
        assert code(line) == 4429
    with socket(town.world) as line:
        line.begins(nurse.token())
        line.follows(subscription(), "same")
        line.follows(subscription(), "same")
        assert code(line) == 4409


def test_subscriptions_on_one_socket_have_a_limit(town: Town, nurse: Practitioner) -> None:
    most = town.world.gateway.settings.limits.subscriptions
    with socket(town.world) as line:
        line.begins(nurse.token())
        for number in range(most + 1):
            line.follows(subscription(), f"n{number}")
        while (heard := line.hears())["type"] == "next":
            pass
    assert (heard["type"], heard["id"]) == ("error", f"n{most}")
    assert heard["payload"][0]["extensions"]["code"] == "COST_EXCEEDED"


def test_a_question_is_not_asked_over_a_socket(town: Town, nurse: Practitioner) -> None:
    with socket(town.world) as line:
        line.begins(nurse.token())
        line.follows("{ version }")
        assert line.hears()["type"] == "error"


def test_a_socket_that_is_cut_leaves_nothing_running(town: Town, nurse: Practitioner) -> None:
    bells = town.world.parts.notices.bells
    mine = f"{nurse.organisation}/cla-nurse"
    with following(nurse) as line:
        line.next(quiet=True)
        assert mine in bells.awaited
        line.socket.socket.close()
    for _ in range(100):
        if mine not in bells.awaited:
            return
        town.world.does(_a_moment())
    pytest.fail("The stream still listens.")


async def _a_moment() -> None:
    await asyncio.sleep(0.02)
