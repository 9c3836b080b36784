"""Whatever bytes come, they are read, refused or counted; and nothing of them is quoted."""

import contextlib
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.caredirector.asking import Section, literal, sections
from adapters.caredirector.held import Held
from adapters.caredirector.names import council
from adapters.caredirector.reading import readers
from adapters.caredirector.wire import PAGE
from records.errors import SourceContractBroken
from records.items import Item
from records.record import Record

COUNCIL = council("example")
SECTIONS = sections(COUNCIL)
CHILD = "7d3a1c52-8c1e-4f0b-9a53-0c6a1f6f2b01"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
JSON: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=6), inner, max_size=2)
    ),
    max_leaves=4,
)


def fields_of(section: Section) -> st.SearchStrategy[dict[str, object]]:
    """An entity with every field that the map names, each with anything in it."""
    found: dict[str, st.SearchStrategy[object]] = {}
    hanging: dict[str, dict[str, st.SearchStrategy[object]]] = {}
    for names in section.fields.values():
        for name in names:
            there, slash, below = name.partition("/")
            if slash:
                hanging.setdefault(there, {})[below] = JSON
            else:
                found[name] = JSON
    for there, held in hanging.items():
        found[there] = JSON | st.fixed_dictionaries(held)
    for key in (section.entity.key, section.person):
        found[key] = st.just(CHILD) | JSON
    return st.fixed_dictionaries(found)


def read(name: str, raws: list[msgspec.Raw]) -> tuple[list[Record], Held]:
    held = Held(
        source="council",
        subject=CHILD,
        council=COUNCIL,
        items=frozenset(Item),
        now=NOW,
        answers={name: raws},
    )
    return list(held.read(name, SECTIONS, readers(held)[name])), held


@pytest.mark.parametrize("name", SECTIONS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_entity_is_a_record_or_is_counted(name: str, data: st.DataObject) -> None:
    entity = data.draw(fields_of(SECTIONS[name]))
    records, held = read(name, [msgspec.Raw(msgspec.json.encode(entity))])
    if name != "case":  # of a case that ended there may be nobody to name
        assert len(records) + held.notes.skipped == 1
    assert len(records) + held.notes.skipped <= 1


@settings(max_examples=150, deadline=None)
@given(body=st.binary(max_size=40) | st.text(max_size=40).map(lambda text: text.encode()))
def test_any_bytes_are_a_page_or_a_broken_contract(body: bytes) -> None:
    page = None
    with contextlib.suppress(SourceContractBroken):
        page = PAGE.read("council", body)
    if page is not None:
        read("missing", page.value or [])


def test_what_is_no_page_is_not_quoted() -> None:
    with pytest.raises(SourceContractBroken, match="cut short or is not JSON") as told:
        PAGE.read("council", b'{"value": [{"lastname": "Ashworth"')
    assert "Ashworth" not in repr(told.value)


@given(text=st.text(max_size=20))
def test_a_text_key_can_never_leave_its_literal(text: str) -> None:
    written = literal(text, "text")
    if written is not None:
        assert written.startswith("'")
        assert written.endswith("'")
        assert written[1:-1].replace("''", "").count("'") == 0
        assert written[1:-1].replace("''", "'") == text


@given(text=st.text(max_size=40))
def test_a_guid_or_a_number_is_nothing_else(text: str) -> None:
    assert literal(text, "guid") in {None, text}
    number = literal(text, "number")
    assert number is None or number.isdigit()
    assert literal(CHILD, "guid") == CHILD
