"""The answers on a step that are one child's, read as times, words and texts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from adapters.mosaic.council import YesNo
from adapters.mosaic.wire import GROUP, Answer, Step
from adapters.notes import Notes
from adapters.times import moment
from records.interview import Took

_PERSON: Final = "PER"


def concerns(step: Step, subject: str) -> bool:
    """Whether a step is this child's: their own, or their sibling group's.

    Source: ssd-data-model, Mosaic: a subject id of 0 or less is a group, whose members are
    the SUBGROUP_SUBJECTS of type PER.
    """
    if step.subject_person_id > GROUP:
        return str(step.subject_person_id) == subject
    return any(
        member.subject_type_code == _PERSON and str(member.person_id) == subject
        for member in step.subgroup_subjects
    )


class Answers:
    """One child's answers on one step, by question code."""

    def __init__(self, step: Step, subject: str, notes: Notes) -> None:
        """Keep those of this child; a sibling's answers on a group step are left out."""
        self._notes = notes
        self._held: dict[str, list[Answer]] = {}
        for answer in step.answers:
            if _is_of(answer, subject):
                self._held.setdefault(answer.question_code, []).append(answer)

    def dated(self, code: str | None) -> str | None:
        """The newest date or time answered, as sent."""
        found = [a.date_answer for a in self._of(code) if a.date_answer]
        return found[-1] if found else None

    def time(self, code: str | None, what: str) -> datetime | None:
        """The newest date or time answered; a bare date is the start of its day, noted."""
        return moment(self.dated(code), self._notes, what)

    def word(self, code: str | None) -> str | None:
        """The newest word or text answered, as sent."""
        found = [a.lookup_answer or a.text_answer for a in self._of(code)]
        return next((word for word in reversed(found) if word and word.strip()), None)

    def is_of_a_list(self, code: str | None) -> bool:
        """Whether the newest word answered is one of the form's own list, and not somebody's own."""
        found = [a.lookup_answer for a in self._of(code) if a.lookup_answer or a.text_answer]
        return bool(found) and bool(found[-1])

    def texts(self, code: str | None) -> tuple[str, ...]:
        """Every text answered, in order."""
        found = (a.text_answer or a.lookup_answer for a in self._of(code))
        return tuple(text for text in found if text and text.strip())

    def took(self, asked: YesNo | None, what: str) -> Took:
        """Yes, no, not applicable, or not recorded; a word we do not know is not recorded, noted."""
        if asked is None:
            return Took.NOT_RECORDED
        if asked.by_date:
            dated = any(a.date_answer for a in self._of(asked.question))
            return Took.YES if dated else Took.NOT_RECORDED
        word = self.word(asked.question)
        if word is None:
            return Took.NOT_RECORDED
        for took, words in _tables(asked):
            if is_among(word, words):
                return took
        self._notes.add("unknown-answer", f"The answer on {what} is a word we do not know.")
        return Took.NOT_RECORDED

    def any(self, codes: Iterable[str]) -> bool:
        """Whether any of these questions is answered."""
        return any(self._of(code) for code in codes)

    def _of(self, code: str | None) -> list[Answer]:
        return self._held.get(code, []) if code is not None else []


def is_among(word: str, words: Iterable[str]) -> bool:
    """Whether a word is one of these, blanks and case aside."""
    return word.strip().casefold() in {one.strip().casefold() for one in words}


def _tables(asked: YesNo) -> tuple[tuple[Took, list[str]], ...]:
    return (
        (Took.YES, asked.yes),
        (Took.NO, asked.no),
        (Took.NOT_APPLICABLE, asked.not_applicable),
    )


def _is_of(answer: Answer, subject: str) -> bool:
    row = answer.handler_row_identifier
    if row is not None and str(row).strip():
        return str(row).strip() == subject
    whom = answer.subject_person_id
    return whom is None or whom <= GROUP or str(whom) == subject
