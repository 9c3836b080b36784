"""A note about one part of something is bound to that part, so that it is given with it or not at all."""

from adapters.notes import Notes
from records.items import Item
from records.record import DataNote, notes_for

GRADE = Item.RISK_GRADE


def test_what_is_added_about_a_part_goes_with_that_part_alone() -> None:
    notes = Notes()
    notes.about(GRADE).add("unknown", "The grade is a word we do not know.")
    notes.add("late", "The record came late.")

    whole, rest = notes_for(notes.all(), frozenset({GRADE})), notes_for(notes.all(), frozenset())

    assert [note.code for note in whole] == ["unknown", "late"]
    assert [note.code for note in rest] == ["late"]


def test_the_same_note_about_the_same_part_is_made_once() -> None:
    notes = Notes()
    for _ in range(2):
        notes.about(GRADE).add("unknown", "The grade is a word we do not know.")
        notes.add("unknown", "The grade is a word we do not know.", item=GRADE)
    assert len(notes.all()) == 1


def test_a_note_taken_over_stays_about_its_part() -> None:
    one = DataNote(code="unknown", says="The grade is a word we do not know.", item=GRADE)
    notes = Notes()
    notes.keep(one)
    assert notes.all() == (one,)
