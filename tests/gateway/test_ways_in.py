"""Completeness: no duty waits for something of which nothing and nobody can tell."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

import adapters
import records.events
from adapters.caredirector import TELLS as OF_CAREDIRECTOR
from adapters.health import TELLS as OF_HEALTH
from adapters.liquidlogic import TELLS as OF_LIQUIDLOGIC
from adapters.mosaic import TELLS as OF_MOSAIC
from adapters.police import TELLS as OF_POLICE
from gateway.cli.main import app
from gateway.ways_in import NO_WAY_IN, WayIn, ways_in
from protocols.bundle import Bundle
from protocols.duties_vocabulary import Event
from protocols.events_meant import MEANT
from protocols.load import load_bundle
from records.events import EVENT_OF
from records.tells import Tells

HERE = Path(adapters.__file__).parent
COUNCILS = tuple(HERE / f"{name}_events.py" for name in ("council", "meeting", "placement", "plan"))
FORCES = tuple(HERE / "police" / f"{name}.py" for name in ("happenings", "inbound", "plans_told"))
ONLY_BETWEEN_TWO_READS = {"PlacementWithdrawn"}
"""Told by whoever keeps what was read before; a poll does not."""


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return load_bundle()


@pytest.fixture(scope="module")
def rows(bundle: Bundle) -> dict[str, WayIn]:
    return {row["event"]: row for row in ways_in(bundle)}


def comes_in(row: WayIn) -> bool:
    ways = row["sent_by"], row["read_of"], row["said_with"], row["by_the_gateway"]
    return any(ways)


def test_no_duty_waits_for_an_event_that_has_no_way_in(rows: dict[str, WayIn]) -> None:
    waited_for = {name for name, row in rows.items() if row["waiting"]}
    without = {name for name, row in rows.items() if not comes_in(row)}

    assert not waited_for & without
    assert without == {event.value for event in NO_WAY_IN}
    assert all(reason for reason in NO_WAY_IN.values())


def test_every_event_is_explained_in_a_sentence_of_its_own() -> None:
    assert MEANT.keys() == set(Event)
    assert len(set(MEANT.values())) == len(MEANT)


def test_an_event_that_is_said_names_who_may_say_it_and_where_that_stands(
    rows: dict[str, WayIn],
) -> None:
    for row in rows.values():
        said = [way for way in row["said_with"] if way.startswith("record")]
        of_a_wish = row["event"] == Event.CONSENT_CHANGED.value
        assert bool(said and not of_a_wish) is (row["who_may_say"] is not None), row["event"]


def test_every_event_that_some_system_tells_of_is_declared_by_one(rows: dict[str, WayIn]) -> None:
    told = {name for name, row in rows.items() if row["sent_by"] or row["read_of"]}

    assert told == EVENT_OF.keys() - {"placement-withdrawn"}


@pytest.mark.parametrize(
    "declared, modules",
    [
        (OF_POLICE, FORCES),
        (OF_LIQUIDLOGIC, COUNCILS),
        (OF_MOSAIC, COUNCILS),
        (OF_CAREDIRECTOR, COUNCILS),
        (OF_HEALTH, (HERE / "health" / "telling.py",)),
    ],
)
def test_what_an_adapter_declares_is_what_its_code_makes(
    declared: tuple[Tells, ...], modules: tuple[Path, ...]
) -> None:
    makes = {name for module in modules for name in _imported(module)} - ONLY_BETWEEN_TWO_READS
    says = {kind.__name__ for one in declared for kind in one.sends | one.is_read_for}

    assert says == makes


def _imported(module: Path) -> Iterator[str]:
    """The events, and not the kinds of event, that a module takes from `records.events`."""
    concrete = {kind.__name__ for kind in EVENT_OF.values()}
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == records.events.__name__:
            yield from (one.name for one in node.names if one.name in concrete)


def test_the_page_is_current() -> None:
    assert CliRunner().invoke(app, ["events", "table", "--check"]).exit_code == 0
