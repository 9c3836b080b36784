"""Notes beside a word that the protocol of the place does not admit: shown as sent, and said so.

Nothing is raised, lowered or left out. The note stands with the part that holds the word, so
whoever is not given the grade learns nothing of it from the note. It rests on the child's age and
on whether the investigation has begun, and on no other fact of the child's: which rule is named
must not tell, say, that the child is wanted.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Final

from consent.bundle import Bundle
from consent.situation import Situation
from consent.vocabulary import UNKNOWN, Fact, Known
from protocols.protocol import Protocol, Status, Use
from protocols.status import Ruling, Verdict, admit_grade, admit_term
from records.episode import EpisodeState, MissingEpisode, Risk, RiskGrade
from records.items import Item
from records.record import DataNote, Record

_RESTS_ON: Final = (Fact.AGE, Fact.INVESTIGATION_BEGUN)
_KEPT: Final = "It is shown as it was sent."


def with_notes(
    records: Iterable[Record], bundle: Bundle, situation: Situation
) -> tuple[Record, ...]:
    """The records, with a note beside each grade or word that the host's protocol does not admit.

    None where the host partnership is not known, or has no protocol here.

    Source: the partnership's status rules with ``grades`` and ``forbids_term``, and its statuses.
    """
    host = situation.host
    protocol = bundle.protocols.get(host) if isinstance(host, str) else None
    if protocol is None:
        return tuple(records)
    facts = {fact: situation.facts.get(fact, UNKNOWN) for fact in _RESTS_ON}
    return tuple(
        _noted(record, protocol, facts) if isinstance(record, MissingEpisode) else record
        for record in records
    )


def _noted(episode: MissingEpisode, protocol: Protocol, facts: dict[Fact, Known]) -> MissingEpisode:
    notes = (*_on_grade(episode.risk, protocol, facts), *_on_term(episode, protocol))
    if not notes:
        return episode
    return dataclasses.replace(episode, notes=(*episode.notes, *notes))


def _on_grade(
    risk: RiskGrade | None, protocol: Protocol, facts: dict[Fact, Known]
) -> Iterator[DataNote]:
    grade = None if risk is None else _slug(risk)
    if grade is None:
        return
    ruling = admit_grade(protocol, grade, facts)
    listed = _listed(protocol, f"risk_{grade}")
    match ruling.verdict:
        case Verdict.REFUSED:
            says = f"This protocol does not allow this grade for a child: {_cited(protocol, ruling, listed)}"
            yield _note("grade-not-allowed", says, Item.RISK_GRADE)
        case Verdict.NOT_DEFINED if listed is None or listed.use is not Use.ALLOWED:
            says = f"{protocol.title} does not define this grade."
            yield _note("grade-not-defined", says, Item.RISK_GRADE)
        case _:
            pass


def _on_term(episode: MissingEpisode, protocol: Protocol) -> Iterator[DataNote]:
    if episode.status is None or episode.status.state is not EpisodeState.ABSENT:
        return
    word = episode.status.state.value
    ruling = admit_term(protocol, word)
    if ruling.verdict is Verdict.REFUSED:
        cited = _cited(protocol, ruling, _listed(protocol, word))
        says = f"This protocol does not allow this word for a missing child: {cited}"
        yield _note("term-not-allowed", says, Item.EPISODE_STATUS)
    elif ruling.verdict is Verdict.NOT_DEFINED:
        says = f"{protocol.title} does not define this word."
        yield _note("term-not-defined", says, Item.EPISODE_STATUS)


def _slug(risk: RiskGrade) -> str | None:
    """The grade as protocols name grades; of a word that we do not know, the word itself."""
    if risk.grade is not Risk.NOT_A_GRADE:
        grade: str = risk.grade.value
        return grade
    sent = (risk.grade_as_sent or "").replace("_", " ").casefold().removesuffix("risk")
    return "-".join(sent.split()) or None


def _listed(protocol: Protocol, status: str) -> Status | None:
    return next((known for known in protocol.statuses if known.id == status), None)


def _cited(protocol: Protocol, ruling: Ruling, listed: Status | None) -> str:
    """What the paragraph says, where it stands, and the rule's id where a rule says it."""
    if ruling.rule is not None:
        rule = ruling.rule
        return f"{rule.says} ({rule.title}, {rule.heading.rstrip(':')}; rule {rule.id})"
    if listed is not None:
        return f"{listed.meaning} ({protocol.title}, {listed.cite})"
    return protocol.title


def _note(code: str, says: str, item: Item) -> DataNote:
    return DataNote(code=code, says=f"{says} {_KEPT}", item=item)
