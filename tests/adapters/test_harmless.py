"""Text that would harm a reader is made visible, reversibly, and everything else is carried."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.harmless import as_sent, harmless, harmless_event, visible
from records.child import Identity, IdentityCore, IdentityNumbers
from records.events import ChildReportedMissing, Whom
from records.health import Health, HealthEvent, HealthEvents
from records.identifiers import LocalId, NHSNumber
from records.interview import InterviewAccount, ReturnInterview
from records.items import Item
from records.record import Provenance, Record
from records.source import Answered

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
WHENCE = Provenance(source="council", system="any", as_of=NOW)

HARMFUL = {
    "NUL": ("Ro\0bin", "Ro⟦U+0000⟧bin"),
    "bell and ANSI escape": ("\x07\x1b[2JRobin", "⟦U+0007⟧⟦U+001B⟧[2JRobin"),
    "a lone carriage return": ("Robin\rAlex", "Robin⟦U+000D⟧Alex"),
    "right-to-left override": ("gnp.\u202enibor", "gnp.⟦U+202E⟧nibor"),
    "an isolate that is never closed": ("Robin\u2067", "Robin⟦U+2067⟧"),
    "a lone surrogate": ("Ro\ud800bin", "Ro⟦U+D800⟧bin"),
    "C1 controls": ("Robin\x85\x9b", "Robin⟦U+0085⟧⟦U+009B⟧"),
    "what looks like our own code": ("⟦U+202E⟧", "⟦U+27E6⟧U+202E⟧"),
}
CARRIED = {
    "line breaks": "one\ntwo\r\nthree\tfour",
    "Hebrew": "רובין",
    "Arabic with its marks": "رُوبِن",
    "composed and decomposed": "Zoé Zoé",
    "a family of joiners": "👩\u200d👩\u200d👧",
    "the flag of England": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "a Greek letter that looks Latin": "Αlex",
    "garbled before it came": "ZoÃ©",
    "apostrophes": "O'Connor O’Connor",
    "a formula": "=HYPERLINK(1)",
    "script": "<script>alert(1)</script> ${jndi:ldap://x} '; DROP TABLE",
    "brackets of our kind": "⟦Robin⟧",
}


def told(text: str) -> ReturnInterview:
    return ReturnInterview(ref="r\0", provenance=WHENCE, account=InterviewAccount(account=text))


def only(record: Record) -> Record:
    [found] = harmless(Answered(records=(record,), as_of=NOW)).records
    return found


@pytest.mark.parametrize("what", HARMFUL)
def test_what_harms_is_shown_as_its_code_and_said_of_its_part(what: str) -> None:
    sent, shown = HARMFUL[what]
    found = only(told(sent))
    assert isinstance(found, ReturnInterview)
    assert found.account == InterviewAccount(account=shown)
    assert as_sent(shown) == sent
    shown.encode()
    assert [(note.code, note.item) for note in found.notes] == [
        ("text-made-visible", Item.RHI_FULL)
    ]
    # A key is a key: nobody reads it, and it must still find its record.
    assert found.ref == "r\0"


@pytest.mark.parametrize("what", CARRIED)
def test_everything_else_is_carried_as_it_came(what: str) -> None:
    record = told(CARRIED[what])
    answered = Answered(records=(record,), as_of=NOW)
    assert harmless(answered) is answered


@pytest.mark.parametrize("text", ["\u200b", "\u00a0\u00a0", "\u2060\ufeff", "\n\t"])
def test_a_text_with_nothing_to_see_is_kept_and_said(text: str) -> None:
    found = only(told(text))
    assert isinstance(found, ReturnInterview)
    assert found.account == InterviewAccount(account=text)
    assert [note.code for note in found.notes] == ["text-looks-empty"]


def test_a_letter_with_three_hundred_marks_is_kept_and_said() -> None:
    text = "R" + "\u0336" * 300 + "obin"
    found = only(told(text))
    assert isinstance(found, ReturnInterview)
    assert found.account == InterviewAccount(account=text)
    assert [note.code for note in found.notes] == ["marks-piled-up"]


def test_texts_are_found_however_deep_and_identifiers_are_not_touched() -> None:
    record = Identity(
        ref="i",
        provenance=WHENCE,
        core=IdentityCore(given_names=("Robin", "Al\0ex"), family_name=None, birth_date=None),
        numbers=IdentityNumbers(
            nhs_number=NHSNumber("9990000018"), local_ids=(LocalId("council", "4\u202e7"),)
        ),
    )
    found = only(record)
    assert isinstance(found, Identity)
    assert found.core is not None
    assert found.core.given_names == ("Robin", "Al⟦U+0000⟧ex")
    assert found.numbers == record.numbers
    events = (HealthEvent(what="a\x1b", on=None), HealthEvent(what="b", on="2026"))
    health = only(Health(ref="h", provenance=WHENCE, record=HealthEvents(events=events)))
    assert isinstance(health, Health)
    assert health.record is not None
    assert [event.what for event in health.record.events] == ["a⟦U+001B⟧", "b"]


def test_an_events_words_are_made_fit_and_its_references_are_not_touched() -> None:
    event = ChildReportedMissing(
        about=Whom(),
        sender_ref="R\0",
        provenance=WHENCE,
        episode_ref="E\0",
        term_as_sent="MISS\u202eING",
    )
    found = harmless_event(event)
    assert found.term_as_sent == "MISS⟦U+202E⟧ING"
    assert (found.sender_ref, found.episode_ref) == ("R\0", "E\0")
    assert [note.code for note in found.notes] == ["text-made-visible"]


@given(text=st.text(st.characters(exclude_categories=[]), max_size=30))
def test_what_is_made_visible_can_be_made_as_it_was(text: str) -> None:
    shown = visible(text)
    assert as_sent(shown) == text
    shown.encode()
    assert not any(letter in shown for letter in "\0\x1b\x07\u202e")
