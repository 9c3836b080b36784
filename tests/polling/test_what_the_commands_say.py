"""What is told late is said where somebody looks: the doctor, the list of systems, and the page of their health."""

import json
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from adapters.health.simulator import STAGINGS
from adapters.liquidlogic.simulator import LiquidlogicSimulator
from gateway.cli.main import app
from records.errors import WrongSettings
from records.people import Role
from tests.cli.test_adapter import deployment as connected
from tests.notifications_http.town import EVENING
from tests.polling.polled import LEEDS, Polled
from tests.polling.test_workers import deployment


def said(config: Path, *command: str) -> tuple[int, Any]:
    done = CliRunner().invoke(app, [*command, "--config", str(config), "--json"])
    return done.exit_code, json.loads(done.stdout)


def at(folder: Path, council: LiquidlogicSimulator) -> Path:
    database = f"sqlite+aiosqlite:///{folder / 'homeward.sqlite'}"
    return deployment(folder, database, council, every=300)


def test_the_list_says_how_what_happens_in_a_system_is_told(tmp_path: Path) -> None:
    with LiquidlogicSimulator() as council:
        path = at(tmp_path, council)
        _, listed = said(path, "adapter", "list")
        (leeds,) = listed["systems"]
        assert leeds["events"] == "asked for every 300 s"
        path.write_text(path.read_text().partition("[sources.leeds.poll]")[0])
        _, listed = said(path, "adapter", "list")
        (leeds,) = listed["systems"]
        assert leeds["events"] == "could be asked for"


def test_the_doctor_says_what_nobody_is_told_of(tmp_path: Path) -> None:
    with LiquidlogicSimulator() as council:
        path = at(tmp_path, council)
        _, before = said(path, "doctor")
        (found,) = [one for one in before if one["what"] == "leeds, what happens there"]
        assert "not looked at yet" in found["says"]
        path.write_text(path.read_text().partition("[sources.leeds.poll]")[0])
        _, without = said(path, "doctor")
        (found,) = [one for one in without if one["what"] == "leeds, what happens there"]
        assert "[sources.leeds.poll]" in found["says"]


def test_the_doctor_says_that_very_many_records_are_gone_and_what_to_do(tmp_path: Path) -> None:
    with LiquidlogicSimulator() as council:
        path = at(tmp_path, council)
        said(path, "doctor")
        database = sqlite3.connect(tmp_path / "homeward.sqlite")
        gone = "INSERT INTO polled_told VALUES ('leeds', ?, x'00', ?, ?)"
        now = "2026-11-25 00:00:00"
        database.executemany(gone, [(f"episode/{n}/found", now, now) for n in range(3)])
        database.commit()
        _, few = said(path, "doctor")
        (found,) = [one for one in few if one["what"] == "leeds, what is gone"]
        assert found["well"]
        assert found["says"].startswith("3 records")
        assert not [one for one in few if one["what"] == "leeds, words for an episode"]
        word = "INSERT INTO unread_code VALUES ('leeds', 'episode', 'Abducted?', ?)"
        database.execute(word, (now,))
        database.executemany(gone, [(f"episode/{n}/found", now, now) for n in range(3, 30)])
        database.commit()
        database.close()
        code, many = said(path, "doctor")
        (found,) = [one for one in many if one["what"] == "leeds, what is gone"]
        assert not found["well"]
        assert "sources.leeds.poll.gone_at_most" in found["says"]
        (found,) = [one for one in many if one["what"] == "leeds, words for an episode"]
        assert found["says"].startswith("1 that nobody reads")
        assert code != 0


def test_a_poll_of_a_system_that_cannot_be_asked_stops_the_start(tmp_path: Path) -> None:
    staged = STAGINGS["cp-is"]()
    with staged.simulator:
        path = connected(tmp_path, "health", staged)
        more = f"""
[sources.agency.poll]
[keys]
folder = "{tmp_path / "keys"}"
"""
        database = f'database = "sqlite+aiosqlite:///{tmp_path / "homeward.sqlite"}"\n'
        path.write_text(database + path.read_text() + more)
        done = CliRunner().invoke(app, ["doctor", "--config", str(path), "--json"])
    (start,) = [one for one in json.loads(done.stdout) if one["what"] == "Start"]
    assert "cannot be asked what has changed" in start["says"]


def test_whoever_signs_in_sees_since_when_a_system_is_late(polled: Polled) -> None:
    town = polled.town
    polled.looks("leeds")
    polled.leeds.is_down()
    town.is_now(EVENING + timedelta(hours=5))
    polled.looks("leeds")
    town.world.does(town.world.parts.polling.refresh())
    worker = town.world.person(Role.SOCIAL_WORKER, LEEDS)
    told = worker.sends("{ adapters { name eventsLateSince } }")
    late = {one["name"]: one["eventsLateSince"] for one in told.body["data"]["adapters"]}
    assert late["leeds"] == "2027-01-11T18:00:00Z"
    assert late["police"] is None
    page = town.world.client.get(
        f"{town.world.url}/healthz/adapters", headers={"Authorization": f"Bearer {worker.token()}"}
    )
    (leeds,) = [one for one in page.json()["adapters"] if one["name"] == "leeds"]
    assert leeds["events_late_since"] == late["leeds"]


def test_nothing_of_anybody_is_in_the_tables_of_polling(polled: Polled) -> None:
    child = polled.town.world.child(
        lives_in="Leeds", looked_after_by="Leeds", known_to=frozenset({"police"})
    )
    serial = child.file.serial
    polled.leeds.holds("DIM_PERSON", DIM_PERSON_ID=serial, NHS_NUMBER=child.number.digits)
    polled.knows("leeds", str(serial), child)
    polled.leeds.holds("FACT_CLA_PLACEMENT", DIM_PERSON_ID=serial, START_DTTM="2027-01-11")
    polled.looks("leeds")
    rows = polled.town.rows("SELECT * FROM polled_child WHERE source = 'leeds'")
    assert rows
    assert all(row["sealed"] is None for row in rows), "nobody waits, and no id is kept"
    assert str(serial) not in str([row["version"] for row in rows])


@pytest.mark.parametrize("setting", ["every_seconds = 0", "jitter = 2", "looks_back = 3"])
def test_a_slip_in_a_poll_section_is_one_plain_line(tmp_path: Path, setting: str) -> None:
    with LiquidlogicSimulator() as council:
        path = at(tmp_path, council)
        head = path.read_text().partition("every_seconds")[0]
        path.write_text(f"{head}{setting}\n")
        done = CliRunner().invoke(app, ["adapter", "list", "--config", str(path)])
    assert isinstance(done.exception, WrongSettings)
    assert "\n" not in str(done.exception)
    assert "poll" in str(done.exception)
