"""Promises 5, 8 and 9: rules are data, the record can be checked without us, personal data stays in answers."""

import ast
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

from consent.analysis import diff
from disclosure import trail
from disclosure.assertion import Says
from disclosure.verification import verify
from gateway.keys import own_keys
from protocols.load import load_bundle
from records.items import Item
from records.people import Kind, Role
from tests.casefile import ACCOUNT, FAMILY, GIVEN
from tests.scenarios.asked import EVERYTHING, IDENTITY, INTERVIEW
from tests.scenarios.ledger import row_of
from tests.scenarios.promises import ROOT, looked_after, modules
from tests.world import World, running_world

# 5. Rules are data


def test_promise_5_no_partnership_is_named_in_code() -> None:
    partnerships = set(load_bundle().protocols) - {"england"}
    assert len(partnerships) == 5

    named = {
        f"{name}: {node.value}"
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in partnerships
    }

    assert named == set()


CONFIRMATION: Final = 'id = "panlancs-rhi-confirm-placement"'


@pytest.fixture(scope="module")
def without_confirmation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped protocols, but for one row of pan-Lancashire's: the home's confirmation."""
    folder = tmp_path_factory.mktemp("rules") / "protocols"
    shutil.copytree(
        ROOT / "protocols", folder, ignore=shutil.ignore_patterns("*.py", "__pycache__")
    )
    sharing = folder / "pan_lancashire" / "sharing.toml"
    rows = sharing.read_text("utf-8").split("\n[[")
    kept = [row for row in rows if CONFIRMATION not in row]
    assert len(kept) == len(rows) - 1
    sharing.write_text("\n[[".join(kept), "utf-8")
    return folder


def test_promise_5_a_row_taken_out_of_a_folder_changes_the_answer_and_no_python(
    without_confirmation: Path,
) -> None:
    with running_world(without_confirmation) as world:
        child = looked_after(world)
        told = world.home_manager(child).asks(child, INTERVIEW)
        assert "confirmation" not in told.given("returnInterviews")
        assert "safeguarding" in told.given("returnInterviews")


def test_promise_5_a_changes_effect_is_known_before_it_lands(without_confirmation: Path) -> None:
    without, shipped = load_bundle(without_confirmation), load_bundle()

    changes = diff(without, shipped, date(2026, 11, 24))

    newly = {(change.role, change.item) for change in changes if change.widens}
    assert (Role.REGISTERED_MANAGER, Item.RHI_CONFIRMATION) in newly
    assert {item for _, item in newly} == {Item.RHI_CONFIRMATION}
    assert {kind for change in changes for kind in change.holders} == {Kind.SOCIAL_CARE}
    assert not any(change.widens for change in diff(shipped, without, date(2026, 11, 24)))


# 8. The record can be checked without us


def test_promise_8_an_export_and_the_public_key_are_enough_to_check_the_record(
    world: World, tmp_path: Path
) -> None:
    child = looked_after(world)
    for asker in (world.social_worker(child), world.home_manager(child), world.uncle()):
        asker.asks(child, INTERVIEW)
    export, forged = tmp_path / "ledger.jsonl", tmp_path / "forged.jsonl"
    key = own_keys(world.gateway.settings).ledger.public_key()

    async def write() -> None:
        with export.open("wb") as to:
            await trail.export(world.parts.engine, to)

    world.does(write())
    forged.write_bytes(export.read_bytes().replace(b"registered-manager", b"independent-adult", 1))

    whole, broken = verify(export, [key]), verify(forged, [key])

    assert whole.ok
    assert whole.rows >= 3
    assert not broken.ok
    assert broken.first_bad is not None


def test_promise_8_a_decision_is_on_record_with_the_facts_and_the_rules_of_its_day(
    world: World,
) -> None:
    child = looked_after(world, says=Says.REFUSES)

    told = world.nurse(child).asks(child, INTERVIEW)

    (ref,) = told.refs
    body: dict[str, Any] = json.loads(row_of(world, ref))["body"]
    assert body["policy"] == world.parts.bundle.bundle.digest
    assert body["situation"]["host"] == body["situation"]["responsible"] == "pan-lancashire"
    assert body["situation"]["facts"]["child_says"] == "refuses"
    assert body["withheld"]["rhi.full"]["because"] == "no-consent"


# 9. Personal data is in answers and nowhere else


def test_promise_9_no_system_is_told_in_a_url_whom_we_ask_about_by_name_or_number(
    world: World,
) -> None:
    child = looked_after(world)
    child.file.trigger_plan()
    for asker in (world.social_worker(child), world.police_coordinator(child), world.nurse(child)):
        asker.asks(child, EVERYTHING)

    urls = [
        f"{asked.path}?{asked.query}"
        for simulator in world.simulators.values()
        for asked in simulator.asked
    ]
    assert urls
    for secret in (child.number.digits, FAMILY, GIVEN, child.file.born):
        assert not [url for url in urls if secret in url]


def test_promise_9_the_ledger_holds_neither_names_nor_numbers_nor_what_was_said(
    world: World,
) -> None:
    child = looked_after(world)
    worker = world.social_worker(child)

    told = worker.asks(child, EVERYTHING)

    assert ACCOUNT.encode() in told.raw
    (ref,) = told.refs
    row = row_of(world, ref)
    for secret in (ACCOUNT, FAMILY, GIVEN, child.number.digits, child.ref, worker.subject):
        assert secret not in row


def test_promise_9_what_an_answer_weighs_does_not_tell_how_much_is_withheld(world: World) -> None:
    """A long interview and a short one weigh the same to whoever may not read them."""
    long, short = looked_after(world), looked_after(world)
    long.file.interviewed(account="word " * 500)

    weights = {
        len(world.head_teacher(child).asks(child, IDENTITY + INTERVIEW).raw)
        for child in (long, short)
    }

    assert len(weights) == 1
