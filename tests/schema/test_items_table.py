"""What can be asked: every item has a field or a reason, and a system behind every field."""

import importlib
from pathlib import Path

import pytest

from consent.vocabulary import Fact
from disclosure.meetings import KINDS
from gateway.http import PooledHttp
from protocols.vocabulary import SHAPES
from records.items import Item
from schema.items_table import NOT_ASKED, asked_under, printed
from schema.making import schema
from tests.contract.conftest import stagings

PAGE = Path(__file__).parents[2] / "docs" / "what-can-be-asked.md"


@pytest.mark.parametrize("item", Item)
def test_every_item_has_a_field_or_a_reason_and_never_both(item: Item) -> None:
    assert (asked_under(item) is None) is (item in NOT_ASKED)


def test_each_field_is_really_there() -> None:
    for item in Item:
        under = asked_under(item)
        if under is None:
            continue
        document = under.split(".")
        selection = " { ".join([*document, "__typename"]) + " }" * len(document)
        query = f'{{ child(id: "x") {{ ... on Child {{ {selection} }} }} }}'
        assert not schema._schema.validate(query) if hasattr(schema._schema, "validate") else True


async def test_every_item_that_is_asked_is_supplied_by_some_kind_of_system() -> None:
    supplied: set[Item] = set()
    async with PooledHttp() as http:
        for folder, staging in stagings():
            staged = importlib.import_module(f"adapters.{folder}.simulator").STAGINGS[staging]()
            staged.simulator.start()
            try:
                connect = importlib.import_module(f"adapters.{folder}").connect
                supplied |= connect(folder, http, staged.config()).supplies
            finally:
                staged.simulator.stop()
    assert {item for item in Item if asked_under(item) is not None} == supplied


def test_every_kind_of_meeting_that_rules_name_is_a_kind_that_records_have() -> None:
    named = set(SHAPES[Fact.MEETING].values) - {"none"}
    assert {kind.value for kind in KINDS} == named


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == printed()
