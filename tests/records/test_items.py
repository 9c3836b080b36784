"""The graph of items: what a grant opens and what a refusal closes."""

from records.items import INCLUDES, ITEM_CATEGORY, Category, Item, above, below
from records.kinds_of_record import RECORD_OF
from records.record import items_of, parts_of


def test_every_item_has_a_category_and_no_item_includes_itself() -> None:
    assert ITEM_CATEGORY.keys() == set(Item)
    assert set(ITEM_CATEGORY.values()) == set(Category)
    for item in Item:
        assert all(item not in below(lower) for lower in INCLUDES.get(item, ()))


def test_items_include_only_items_of_their_own_category() -> None:
    for item, lower in INCLUDES.items():
        assert {ITEM_CATEGORY[other] for other in lower} == {ITEM_CATEGORY[item]}


def test_granting_the_whole_interview_opens_its_parts_but_not_what_is_kept_apart() -> None:
    opened = below(Item.RHI_FULL)
    assert {
        Item.RHI_SYNOPSIS,
        Item.RHI_CONFIRMATION,
        Item.RHI_SAFEGUARDING,
        Item.RHI_EXISTS,
    } < opened
    assert Item.RHI_SENSITIVE not in opened


def test_refusing_the_synopsis_closes_the_whole_interview_and_not_its_confirmation() -> None:
    closed = above(Item.RHI_SYNOPSIS)
    assert closed == {Item.RHI_SYNOPSIS, Item.RHI_FULL}


def test_passwords_are_no_part_of_the_plan() -> None:
    assert Item.TRIGGER_PLAN_CREDENTIALS not in below(Item.TRIGGER_PLAN_FULL)


def test_every_part_of_every_record_has_an_item_of_its_category() -> None:
    for category, record in RECORD_OF.items():
        assert record.category is category
        assert parts_of(record)
        for item in items_of(record):
            assert ITEM_CATEGORY[item] is category
            assert record.exists in below(item)
