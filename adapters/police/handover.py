"""COMPACT's missing and found reports as they really come: by e-mail, one message a report.

A port, not a mail reader: whoever takes the mail in checks who sent it, takes it apart and hands
over its subject and the labelled fields of its body. What the labels are called is configuration,
for no template is public. Times are UK time; dates are day before month.
Source: Staffordshire and Stoke-on-Trent 12.10, 18.4; interfaces.md section 4 ("police missing and
found compact reports via email").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final

from adapters.notes import Notes
from adapters.police.dialects.compact import (
    DIALECT,
    SPEECH,
    Found,
    Missing,
    with_found,
    with_missing,
)
from adapters.police.episodes import Told
from adapters.police.happenings import Sent, events_of
from adapters.police.inbound import Received, Sender, digest_of
from adapters.police.nominal import core, known_number
from adapters.police.not_accepted import NotAccepted, Problem
from adapters.police.sdm import PersonAttributes
from adapters.police.wire import Report
from records.events import Event, Whom
from records.identifiers import LocalId
from records.record import DataNote

LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "report": "report type",
        "episode": "compact reference",
        "status": "status",
        "nominal": "person reference",
        "forenames": "forenames",
        "surname": "surname",
        "born": "date of birth",
        "nhs_number": "nhs number",
        "missing_since": "missing since",
        "reported": "reported",
        "recorded": "recorded",
        "log": "storm reference",
        "pnc_circulated": "circulated on pnc",
        "risk": "risk",
        "risk_rank": "risk set by",
        "risk_set": "risk set at",
        "found": "found at",
        "interview_held": "prevention interview held",
        "interview_by": "prevention interview by",
    }
)
"""What each field is labelled, unless the deployment says otherwise. Invented: see the README."""

_LONGEST: Final = 200
_KEYS: Final = frozenset({"episode", "nominal"})
"""Kept as keys, and so never made harmless: one with control characters in it is none."""
_WHEN: Final = re.compile(
    r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ ,T]+(?:at )?(\d{1,2}):(\d\d)(?::(\d\d))?)?(?: ?hrs?)?",
    re.ASCII,
)
_TWELVE: Final = 12
_FOUND: Final = frozenset({"found", "located", "returned"})
_MISSING: Final = frozenset({"missing", "absent"})
_DENIALS: Final = frozenset({"not", "no", "still", "yet"})
_TRUTHS: Final = {"yes": True, "y": True, "no": False, "n": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One e-mail, taken apart. ``fields`` are the body's, by their label as written."""

    message_id: str
    subject: str = field(repr=False)
    fields: Mapping[str, str] = field(repr=False)


def handed_over(
    message: Message,
    sender: Sender,
    *,
    received_at: datetime,
    labels: Mapping[str, str] = LABELS,
) -> Received:
    """The events of one message.

    The same report mailed twice gives the same references: they come from the episode, not from
    the message.

    Raises:
        NotAccepted: it has no reference, names nobody, or does not say whether it is a missing or a
            found report.
    """
    said = _Said(message, labels)
    problems = [
        Problem(says=f"The message has no field `{labels[name]}`.")
        for name in ("episode",)
        if said.text(name) is None
    ]
    kind = _kind(said)
    if kind is None:
        problems.append(
            Problem(says="The message does not say whether the child is missing or found.")
        )
    if not any(said.text(name) for name in ("nominal", "nhs_number", "surname")):
        problems.append(Problem(says="The message does not say whom it is about."))
    if problems:
        raise NotAccepted(sender.source, 422, *problems)
    told = _found(said) if kind == "found" else _missing(said)
    about, notes = _whom(said, sender)
    sent = Sent(
        source=sender.source,
        system=DIALECT.system,
        received_at=received_at,
        about=about,
        speech=SPEECH,
        force=sender.force,
        notes=notes,
    )
    events: tuple[Event, ...] = tuple(events_of(told, sent))
    return Received(
        document_ref=message.message_id,
        digest=digest_of(events),
        events=events,
    )


class _Said:
    """The fields of a message by our names; labels compared without case, blanks and colons."""

    def __init__(self, message: Message, labels: Mapping[str, str]) -> None:
        held = {_plain(label): text for label, text in message.fields.items()}
        self._held = {name: held.get(_plain(label)) for name, label in labels.items()}
        self.subject = message.subject
        self.swapped = False

    def text(self, name: str) -> str | None:
        """What stands there; None where it is empty or cannot be such a field."""
        text = (self._held.get(name) or "").strip()
        if name in _KEYS and not text.isprintable():
            return None
        return text if text and len(text) <= _LONGEST else None

    def when(self, name: str) -> str | None:
        """A date or time in the standard's order; as written where it is in no order we know."""
        text = self.text(name)
        match = _WHEN.fullmatch(text) if text else None
        if match is None:
            return text
        day, month, year, hour, minute, second = match.groups()
        if int(day) <= _TWELVE and int(month) <= _TWELVE and day != month:
            self.swapped = True
        date = f"{year}-{int(month):02}-{int(day):02}"
        return f"{date}T{int(hour):02}:{minute}:{second or '00'}" if hour else date

    def truth(self, name: str) -> bool | None:
        """Yes or no; None for anything else."""
        return _TRUTHS.get((self.text(name) or "").casefold())


def _plain(label: str) -> str:
    return " ".join(label.replace(":", " ").casefold().split())


def _kind(said: _Said) -> str | None:
    """``missing`` or ``found``, by the field that says so or else the subject.

    Words that can be read either way are not guessed at: a child is not taken for found by mistake.
    """
    for text in (said.text("report") or "", said.subject):
        words = set(re.findall(r"[a-z]+", text.casefold()))
        found, missing = bool(words & _FOUND), bool(words & _MISSING)
        if words & _DENIALS or not (found or missing):
            continue
        if found and missing and said.text("found") is None:
            continue
        return "found" if found else "missing"
    return None


def _found(said: _Said) -> Told:
    ref, held = said.text("episode") or "", said.when("interview_held")
    sent = Found(
        episode_ref=ref,
        found=said.when("found"),
        prevention_interview_recorded=held is not None,
        prevention_interview_held=held,
        prevention_interview_by=said.text("interview_by"),
    )
    return with_found(Told(ref=ref, report=Report()), "prevention-interview", sent)


def _missing(said: _Said) -> Told:
    ref = said.text("episode") or ""
    sent = Missing(
        episode_ref=ref,
        status=said.text("status") or "MISSING",
        missing_since=said.when("missing_since"),
        reported=said.when("reported"),
        recorded=said.when("recorded"),
        storm_log_ref=said.text("log"),
        pnc_circulated=said.truth("pnc_circulated"),
        risk=said.text("risk"),
        risk_set_by_rank=said.text("risk_rank"),
        risk_set=said.when("risk_set"),
    )
    return with_missing(Told(ref=ref, report=Report()), sent)


def _whom(said: _Said, sender: Sender) -> tuple[Whom, tuple[DataNote, ...]]:
    """Whom it is about, and what is doubtful in what was said of them or of the times."""
    notes, nominal = Notes(), said.text("nominal")
    attributes = PersonAttributes(
        given_name=(said.text("forenames") or "").split(),
        surname=said.text("surname"),
        date_of_birth=said.when("born"),
        nhs_number=said.text("nhs_number"),
    )
    whom = Whom(
        local_id=LocalId(sender.source, nominal) if nominal else None,
        nhs_number=known_number(attributes, notes),
        core=core(attributes, notes, None),
    )
    if said.swapped:
        notes.add(
            "day-or-month",
            "A date can also be read with day and month the other way round; day before month was"
            " taken.",
        )
    return whom, notes.all()
