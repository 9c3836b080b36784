"""Two made-up partnerships, north and south, whose protocols meet at one child."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from consent.analysis import conflicts, diff
from consent.bundle import Bundle
from consent.decision import Reason
from consent.engine import could_open, decide
from consent.situation import Situation
from consent.vocabulary import UNKNOWN, Fact, IsUnknown
from protocols.load import load_bundle
from records.items import Item
from records.people import Kind, Purpose, Role, Standing

TODAY: Final = date(2026, 6, 1)

ENGLAND: Final = """
id = "england"
catalogue = "england"
title = "Floor"
edition = "2026"
national = true
verified = false
in_force_from = 2020-01-01
[[ask]]
subjects = ["*"]
role = "front-door"
label = "the front door"
why = "They know who works with the child."
"""

FLOOR: Final = """
[[rule]]
id = "england-own"
kind = "floor"
effect = "grant"
items = ["rhi.full"]
when = { kind = ["police"], standing = ["investigating-force"], open_to_social_care = true }
from = ["police"]
says = "The force reads its own."
cite = { heading = "Law" }
[[rule]]
id = "england-anybodys"
kind = "floor"
effect = "grant"
items = ["saw.record"]
when = { kind = ["police"], standing = ["investigating-force"] }
says = "The force reads any check."
cite = { heading = "Law" }
"""

NORTH: Final = """
[[rule]]
id = "north-copy"
kind = "share"
effect = "grant"
items = ["rhi.full"]
when = { role = ["police-officer"], standing = ["investigating-force"] }
from = ["social-care"]
says = "Police have the copy."
cite = { heading = "1", quote = "police have a copy" }
[[rule]]
id = "north-check"
kind = "share"
effect = "grant"
items = ["saw.record"]
when = { role = ["police-officer"], standing = ["investigating-force"] }
from = ["police"]
says = "Police have the check."
cite = { heading = "1", quote = "police have the check" }
[[rule]]
id = "north-until-may"
kind = "share"
effect = "grant"
items = ["episode.detail"]
when = { role = ["police-officer"], standing = ["investigating-force"] }
starts = 2026-03-01
ends = 2026-05-01
says = "Police have the episode in spring."
cite = { heading = "1", quote = "police have the episode" }
"""

SOUTH: Final = """
[[rule]]
id = "south-parents"
kind = "consent"
effect = "deny"
because = "no-consent"
items = ["rhi.full"]
when = { kind = ["police"], parent_says = ["refuses"] }
applies = ["host", "responsible"]
says = "Not against a parent's word."
cite = { heading = "2", quote = "unless a parent refuses" }
[[rule]]
id = "south-police"
kind = "withhold"
effect = "deny"
items = ["rhi.full"]
when = { kind = ["police"], at_risk = false }
says = "Not without risk."
cite = { heading = "2", quote = "not without risk" }
[[rule]]
id = "south-grant"
kind = "share"
effect = "grant"
items = ["trigger-plan.full"]
when = { kind = ["police"], standing = ["investigating-force"] }
says = "Police have the plan."
cite = { heading = "2", quote = "police have the plan" }
"""


def _partnership(name: str, code: str) -> str:
    return f"""
id = "{name}"
catalogue = "{name}"
title = "{name} protocol"
edition = "2025"
in_force_from = 2025-01-01
[[authority]]
name = "{name}"
code = "{code}"
[[ask]]
subjects = ["rhi"]
role = "allocated-worker"
label = "the {name} social worker"
why = "They know."
[[ask]]
subjects = ["rhi"]
kinds = ["police"]
role = "missing-officer"
label = "the {name} missing officer"
why = "They send it."
"""


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return _bundle(tmp_path_factory.mktemp("protocols"), SOUTH)


def _bundle(root: Path, south: str) -> Bundle:
    for folder, protocol, sharing in (
        ("national/england", ENGLAND, FLOOR),
        ("north", _partnership("north", "E99000001"), NORTH),
        ("south", _partnership("south", "E99000002"), south),
    ):
        home = root / folder
        home.mkdir(parents=True)
        (home / "protocol.toml").write_text(protocol, "utf-8")
        (home / "sharing.toml").write_text(sharing, "utf-8")
    return load_bundle(root)


def officer(
    host: str | IsUnknown | None,
    responsible: str | IsUnknown | None,
    on: date = TODAY,
    **facts: bool | str,
) -> Situation:
    return Situation(
        role=Role.POLICE_OFFICER,
        standings=frozenset({Standing.INVESTIGATING_FORCE}),
        purpose=Purpose.LOCATE,
        host=host,
        responsible=responsible,
        on=on,
        facts={Fact.AT_RISK: True, **{Fact(name): value for name, value in facts.items()}},
    )


def _copy(bundle: Bundle, situation: Situation, item: Item = Item.RHI_FULL) -> Reason:
    return decide(bundle, situation, [item])[item].reason


def test_the_hosts_grants_govern(made_up: Bundle) -> None:
    assert _copy(made_up, officer("north", "south", parent_says="agrees")) is Reason.GRANTED
    assert _copy(made_up, officer("south", "north", parent_says="agrees")) is Reason.SILENT
    plan = Item.TRIGGER_PLAN_FULL
    assert _copy(made_up, officer("north", "south"), plan) is Reason.SILENT
    assert _copy(made_up, officer("south", "north"), plan) is Reason.GRANTED


def test_the_responsible_authoritys_refusal_counts_where_it_says_that_it_does(
    made_up: Bundle,
) -> None:
    refused = officer("north", "south", parent_says="refuses")
    without_risk = officer("north", "south", parent_says="agrees", at_risk=False)

    assert _copy(made_up, refused) is Reason.NO_CONSENT
    assert _copy(made_up, without_risk) is Reason.GRANTED


def test_a_refusal_by_rule_beside_lack_of_consent_is_a_refusal_by_rule(made_up: Bundle) -> None:
    both = officer("south", "south", parent_says="refuses", at_risk=False)
    consent = officer("south", "south", parent_says="refuses", at_risk=True)

    assert _copy(made_up, both) is Reason.DENIED
    assert _copy(made_up, consent) is Reason.NO_CONSENT


def test_an_answer_is_unverified_where_unchecked_words_widen_whose_records_are_read(
    made_up: Bundle,
) -> None:
    north = officer("north", "north", open_to_social_care=True)
    decisions = decide(made_up, north, [Item.RHI_FULL, Item.SAW_RECORD])

    copy, check = decisions[Item.RHI_FULL], decisions[Item.SAW_RECORD]

    assert copy.holders == {Kind.SOCIAL_CARE, Kind.POLICE}
    assert copy.unverified
    assert check.holders == frozenset(Kind)
    assert check.unverified
    closed = decide(made_up, officer("north", "north", open_to_social_care=False), [Item.RHI_FULL])
    assert closed[Item.RHI_FULL].holders == {Kind.SOCIAL_CARE}
    assert not closed[Item.RHI_FULL].unverified


def test_checked_words_come_before_unchecked_ones(made_up: Bundle) -> None:
    north = officer("north", "north", open_to_social_care=True)

    assert [r.id for r in decide(made_up, north, [Item.RHI_FULL])[Item.RHI_FULL].rules] == [
        "north-copy",
        "england-own",
    ]


@pytest.mark.parametrize(
    "on, reason",
    [
        (date(2026, 2, 28), Reason.SILENT),
        (date(2026, 3, 1), Reason.GRANTED),
        (date(2026, 4, 30), Reason.GRANTED),
        (date(2026, 5, 1), Reason.SILENT),
    ],
)
def test_a_rule_is_in_force_from_its_first_day_until_the_day_before_its_end(
    made_up: Bundle, on: date, reason: Reason
) -> None:
    spring = officer("north", "north", on=on)

    assert _copy(made_up, spring, Item.EPISODE_DETAIL) is reason
    in_force = {rule.ref.id for rule in made_up.as_of(on).rules}
    assert ("north-until-may" in in_force) is (reason is Reason.GRANTED)


def test_the_host_is_asked_first_then_the_responsible_authority_then_the_nation(
    made_up: Bundle,
) -> None:
    def asked(host: str | None, responsible: str | None, role: Role = Role.CLA_NURSE) -> str:
        situation = replace(officer(host, responsible), role=role)
        return made_up.ask(situation, Item.RHI_FULL).label

    assert asked("north", "south") == "the north social worker"
    assert asked(None, "south") == "the south social worker"
    assert asked(None, None) == "the front door"
    assert asked("north", "south", Role.POLICE_OFFICER) == "the north missing officer"


def test_where_nobody_knows_whose_child_it_is_the_item_could_open_somewhere(
    made_up: Bundle,
) -> None:
    somewhere = officer(UNKNOWN, None)

    assert not decide(made_up, somewhere, [Item.TRIGGER_PLAN_FULL])[Item.TRIGGER_PLAN_FULL].open
    assert could_open(made_up, somewhere, Item.TRIGGER_PLAN_FULL)
    assert not could_open(made_up, officer("north", None), Item.TRIGGER_PLAN_FULL)


def test_a_conflict_is_found_before_a_child_is_caught_in_it(made_up: Bundle) -> None:
    found = conflicts(made_up, TODAY)

    assert {(c.host, c.responsible) for c in found} == {("north", "south")}
    assert {c.item for c in found} == {Item.RHI_FULL}
    assert {ref.id for c in found for ref in c.refused_by} == {"south-parents"}
    assert Role.POLICE_OFFICER in {c.role for c in found}


def test_reading_a_paragraph_otherwise_changes_exactly_the_cells_it_speaks_of(
    made_up: Bundle, tmp_path: Path
) -> None:
    narrower = SOUTH.replace('parent_says = ["refuses"]', 'parent_says = ["refuses", "not-asked"]')
    after = _bundle(tmp_path, narrower)

    changes = diff(made_up, after, TODAY)

    assert changes
    assert not any(change.widens for change in changes)
    assert {change.item for change in changes} == {Item.RHI_FULL}
    assert ("north", "south") in {(c.host, c.responsible) for c in changes}
    assert ("north", "north") not in {(c.host, c.responsible) for c in changes}
    back = diff(after, made_up, TODAY)
    assert [c.opened for c in back] == [c.closed for c in changes]
