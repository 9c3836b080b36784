"""Two gateways on one PostgreSQL: what is pushed to one reaches whoever follows the other, once."""

import asyncio
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import msgspec

from gateway.settings import Keys, Notices, Settings
from records.people import Role, Standing
from tests.notifications_http.following import following
from tests.notifications_http.town import Town, settings_with_senders
from tests.world import running_world

SOON = 5.0
SELDOM = 30.0


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def test_a_push_to_one_wakes_the_reader_of_the_other(postgres_url: str, tmp_path: Path) -> None:
    def adjust(settings: Settings, folder: Path) -> Settings:
        # Looking for themselves only seldom: what comes soon was carried by the database.
        settings = settings_with_senders(settings, folder)
        notices: Notices = msgspec.structs.replace(
            settings.notices, look_seconds=SELDOM, heartbeat_seconds=SELDOM
        )
        return msgspec.structs.replace(
            settings,
            listen=f"127.0.0.1:{free_port()}",
            database=postgres_url,
            keys=Keys(folder=tmp_path / "keys"),
            notices=notices,
        )

    with ExitStack() as running:
        one = Town(running.enter_context(running_world(adjust=adjust)))
        other = running.enter_context(running_world(adjust=adjust))
        child = one.world.child(lives_in="Lancashire", looked_after_by="Lancashire")
        child.registers.stands(Standing.NURSE_TEAM, organisation="Y-two")
        one.registers("Y-two", Role.CLA_NURSE)
        nurse = other.person(Role.CLA_NURSE, "Y-two")
        with following(nurse) as line:
            # What is there before it listens is no test of waking.
            while "Y-two/cla-nurse" not in other.parts.notices.bells.awaited:
                other.does(asyncio.sleep(0.02))
            began = time.monotonic()
            reply = one.pushes(one.document(child, ref="LC-two"))
            assert reply.status_code == 201
            notice = line.next()
            assert time.monotonic() - began < SOON
        assert (notice["sequence"], notice["child"]) == (1, child.id)
        events = one.rows("SELECT recipient, event FROM delivery WHERE child = :c", c=child.ref)
        assert len(events) == len({(e["recipient"], e["event"]) for e in events})
