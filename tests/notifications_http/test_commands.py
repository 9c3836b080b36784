"""On the command line: who has been told, what is due, who was placed here, and sending again."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.cli.main import app
from gateway.cli.output import STDOUT
from linking.storage import writing
from notifications.recipients import end
from records.people import Role, Standing
from tests.notifications_http.town import EVENING, Town
from tests.people import Practitioner
from tests.world import Child

NO, NOTHING = 3, 5
WHY = ["--purpose", "safeguard", "--reason", "Looking at it from a terminal"]


@pytest.fixture
def child(town: Town) -> Child:
    one = town.world.child(lives_in="Lancashire", looked_after_by="Lancashire")
    team = f"Y{one.file.serial}"
    one.registers.stands(Standing.NURSE_TEAM, organisation=team)
    town.registers(team, Role.CLA_NURSE)
    return one


def ran(who: Practitioner, *arguments: str) -> Result:
    """A command, run as somebody."""
    environment = {"HOMEWARD_URL": who.world.url, "HOMEWARD_TOKEN": who.token(), "COLUMNS": "200"}
    return CliRunner().invoke(app, list(arguments), env=environment)


def operates(town: Town, *arguments: str) -> Result:
    """A command of whoever runs the gateway, on its database."""
    settings = town.world.gateway.settings
    environment = {
        "HOMEWARD_DATABASE": settings.database,
        "HOMEWARD_KEYS__FOLDER": str(settings.keys.folder),
    }
    return CliRunner().invoke(app, list(arguments), env=environment)


def test_told_lists_who_should_know_and_ends_with_3_if_anything_is_overdue(
    town: Town, child: Child
) -> None:
    town.goes_missing(child)
    worker = town.world.social_worker(child)
    done = ran(worker, "told", child.id, *WHY)
    assert done.exit_code == NO, (done.output, done.exception)
    assert f"Y{child.file.serial}, cla nurse" in done.output
    assert "OVERDUE" in done.output, "nobody is registered for one of them"
    as_json = json.loads(ran(worker, "told", child.id, *WHY, "--json").stdout)
    assert {"tells", "deadlines"} <= as_json.keys()


def test_told_says_who_has_to_interview_and_where_two_protocols_differ(town: Town) -> None:
    """Staffordshire 13.6 has Catch22 interview whoever is placed there, Lancashire 6.6 the authority or its service."""
    child = town.world.child(
        lives_in="Staffordshire", looked_after_by="Lancashire", placed_with="Oak House", aged=15
    )
    worker = town.world.social_worker(child)
    town.goes_missing(child)
    town.is_found(child, EVENING + timedelta(hours=15))

    done = ran(worker, "told", child.id, *WHY)

    lines = [
        line for line in done.stdout.splitlines() if line.strip().startswith("return interview")
    ]
    assert len(lines) == 2, done.stdout
    by = {
        paragraph: line
        for line in lines
        for paragraph in ("13.6", "6.6")
        if f" {paragraph}" in line
    }
    assert "rhi provider" in by["13.6"]
    assert "protocols differ; not meanwhile" in by["13.6"]
    assert "Lancashire County Council" in by["6.6"]
    assert "a fact is not known; protocols differ; meanwhile theirs" in by["6.6"]


def test_told_of_one_episode_shows_that_alone(town: Town, child: Child) -> None:
    town.goes_missing(child)
    town.is_found(child, EVENING + timedelta(hours=3))
    town.goes_missing(child, EVENING + timedelta(hours=30), ref=f"LC-{child.file.serial}-2")
    worker = town.world.social_worker(child)
    whole = json.loads(ran(worker, "told", child.id, *WHY, "--json").stdout)["tells"]
    episodes = list(dict.fromkeys(tell["episode"] for tell in whole if tell["episode"]))
    assert len(episodes) == 2
    one = json.loads(ran(worker, "told", child.id, "--episode", episodes[1], *WHY, "--json").stdout)
    assert {tell["episode"] for tell in one["tells"]} == {episodes[1]}


def test_told_says_nothing_to_whoever_may_not_know(town: Town, child: Child) -> None:
    town.goes_missing(child)
    stranger = town.world.person(Role.SOCIAL_WORKER, "E10000012")
    done = ran(stranger, "told", child.id, *WHY)
    assert done.exit_code == NOTHING
    assert "cla-nurse" not in done.output


def test_deadlines_are_shown_by_when_they_are_due(town: Town, child: Child) -> None:
    town.goes_missing(child)
    done = ran(town.world.social_worker(child), "deadlines", "--child", child.id, *WHY)
    assert done.exit_code == 0
    assert "Wed 13 Jan 18:00" in done.output


def test_on_a_narrow_terminal_nothing_is_cut_off_and_every_id_can_be_copied(
    town: Town, child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(STDOUT, "width", 80)
    town.goes_missing(child)
    worker = town.world.social_worker(child)
    nurse = town.world.person(Role.CLA_NURSE, f"Y{child.file.serial}")
    whose = ran(nurse, "deadlines", *WHY)
    assert f"child {child.id}\n" in whose.stdout
    tasks = json.loads(ran(worker, "task", "list", child.id, *WHY, "--json").stdout)
    listed = ran(worker, "task", "list", child.id, *WHY)
    assert tasks
    assert all(f"  {task['id']}\n" in listed.stdout for task in tasks)
    told = ran(worker, "told", child.id, *WHY)
    for shown in (whose, listed, told):
        assert "…" not in shown.stdout
    assert max(map(len, told.stdout.splitlines())) <= STDOUT.width


def test_placements_of_ones_own_area_and_of_no_other(town: Town) -> None:
    town.registers("E10000017", Role.CHILDRENS_SERVICES)
    child = town.world.child(
        lives_in="Lancashire", looked_after_by="Leeds", placed_with="Elm House"
    )
    town.goes_missing(child)
    host = town.world.person(Role.CHILDRENS_SERVICES, "E10000017")
    mine = ran(host, "placements", "E10000017")
    assert mine.exit_code == 0
    assert "placement" in mine.output
    assert f"child {child.id}\n" in ran(host, "placements", "E10000017").stdout
    assert ran(host, "placements", "E10000012").exit_code == NOTHING


def test_what_was_given_up_is_sent_again_once_there_is_somebody(
    town: Town, child: Child, tmp_path: Path
) -> None:
    school = f"SCHOOL-{child.file.serial}"
    child.registers.stands(Standing.CHILDS_SCHOOL, organisation=school)
    gone = town.registers(school, Role.SCHOOL)
    town.goes_missing(child)
    assert f"{school}/school" in town.told_of(child, "child-reported-missing")

    async def fails() -> None:
        async with writing(town.world.parts.engine) as connection:
            await end(connection, gone.id, at=town.world.clock())

    town.world.does(fails())
    mark = "UPDATE delivery SET state = 'failed' WHERE recipient = :r"
    town.changes(mark, r=gone.id)
    assert operates(town, "notify", "replay", "--recipient", gone.id).exit_code == NOTHING
    file = tmp_path / "recipients.toml"
    file.write_text(
        f'[[recipient]]\norganisation = "{school}"\nrole = "school"\nacknowledge_minutes = 30\n'
    )
    registered = operates(town, "notify", "register", str(file), "--json")
    assert registered.exit_code == 0, registered.output
    assert json.loads(registered.stdout)["registered"] == [f"{school}/school"]
    again = operates(town, "notify", "replay", "--recipient", gone.id, "--json")
    assert len(json.loads(again.stdout)["again"]) == 1
    (row,) = town.rows("SELECT state FROM delivery WHERE recipient = :r", r=gone.id)
    assert row["state"] == "pending"


def test_a_file_of_recipients_with_a_slip_changes_nothing(tmp_path: Path, town: Town) -> None:
    file = tmp_path / "recipients.toml"
    file.write_text('[[recipient]]\norganisation = "X"\nrole = "schoool"\n')
    done = operates(town, "notify", "register", str(file))
    assert done.exit_code != 0
    assert "role" in str(done.exception)


def test_every_deadline_of_every_protocol_is_printed_with_its_paragraph() -> None:
    page = CliRunner().invoke(app, ["deadlines", "--printed"]).stdout
    rows = json.loads(CliRunner().invoke(app, ["deadlines", "--printed", "--json"]).stdout)
    assert {row["protocol"] for row in rows} == {
        "essex",
        "north-east-lincolnshire",
        "pan-lancashire",
        "somerset",
        "staffordshire-stoke",
    }
    (interview,) = [row for row in rows if row["rule"] == "staffs-rhi-72h"]
    assert (interview["how_long"], interview["paragraph"]) == ("within 72 hours", "13.9")
    assert all(f"`{row['rule']}`" in page and row["paragraph"] for row in rows)


def test_deadlines_without_a_reason_say_what_is_missing() -> None:
    done = CliRunner().invoke(app, ["deadlines"], env={"COLUMNS": "200"})
    assert done.exit_code == 2
    assert "--purpose and --reason" in done.output


def test_a_proclaimed_holiday_is_on_record_and_moves_what_is_due(
    town: Town, tmp_path: Path
) -> None:
    child = town.world.child(lives_in="Staffordshire", open_to_social_care=True, aged=15)
    for number, days in enumerate((40, 20, 0)):
        at = EVENING - timedelta(days=days)
        town.goes_missing(child, at, ref=f"LC-{child.file.serial}-{number}")
        if days:
            town.is_found(
                child, at + timedelta(hours=2), since=at, ref=f"LC-{child.file.serial}-{number}"
            )
    town.looks_again()
    (meeting,) = town.rows(DUE, c=child.ref, k="%:staffs-mim-5wd")
    assert meeting["due_at"].startswith("2027-01-18 23:59")
    added = operates(
        town, "deadlines", "holiday", "add", "2027-01-14", "--reason", "Proclaimed at Stafford"
    )
    assert added.exit_code == 0, added.output
    town.looks_again()
    (meeting,) = town.rows(DUE, c=child.ref, k="%:staffs-mim-5wd")
    assert meeting["due_at"].startswith("2027-01-19 23:59")
    assert "Proclaimed at Stafford" in operates(town, "deadlines", "holiday", "list").output
    taken_back = ("deadlines", "holiday", "remove", "2027-01-14", "--reason", "For other tests")
    assert operates(town, *taken_back).exit_code == 0
    town.looks_again()
    (meeting,) = town.rows(DUE, c=child.ref, k="%:staffs-mim-5wd")
    assert meeting["due_at"].startswith("2027-01-18 23:59")
    written = "SELECT count(*) AS n FROM ledger WHERE kind = 'holiday'"
    assert town.rows(written)[0]["n"] == 2


DUE = "SELECT due_at FROM deadline WHERE child = :c AND kind LIKE :k AND occurrence = 0"


def test_what_should_have_been_done_and_was_not_asks_why_and_shows_the_reason(
    town: Town,
) -> None:
    child = town.world.child(lives_in="Essex", looked_after_by="Essex", placed_with="Elm House")
    town.goes_missing(child)
    town.is_found(child, EVENING + timedelta(hours=15))
    town.is_now(EVENING + timedelta(hours=15 + 49))
    town.works_off(child)
    worker = town.world.social_worker(child)
    asked = ("deadlines", "--child", child.id, *WHY)
    due = json.loads(ran(worker, *asked, "--json").stdout)
    (contact,) = [one for one in due if any("contact-48h" in b["id"] for b in one["because"])]
    assert (contact["state"], contact["strength"]) == ("FIRED", "SHOULD")
    assert contact["reasonAskedFor"]
    asks_why = ran(worker, *asked).output
    assert "SAY WHY" in asks_why
    assert "with `homeward deadlines depart`" in asks_why
    why = "The child was in hospital, and the ward asked us to wait."
    said = ran(worker, "deadlines", "depart", contact["id"], "--because", why, *WHY)
    assert said.exit_code == 0, said.output
    (after,) = [
        one
        for one in json.loads(ran(worker, *asked, "--json").stdout)
        if one["id"] == contact["id"]
    ]
    assert (after["reasonAskedFor"], after["departedBecause"]) == (False, why)


def test_the_story_goes_across_two_authorities_and_shows_who_was_told() -> None:
    done = CliRunner().invoke(app, ["simulate", "--story", "--json"])
    assert done.exit_code == 0, done.output
    played = json.loads(done.stdout)
    told = {one["recipient"].partition("/")[0] for one in played["told"]}
    assert {"E06000009", "E10000017"} <= told, (
        "the authority that answers for the child, and the host"
    )
    happened = {one["event"] for one in played["told"]}
    assert {"child-reported-missing", "child-found", "interview-done"} <= happened
    assert any("Return" in one["says"] or "interview" in one["says"] for one in played["deadlines"])
