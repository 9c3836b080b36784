"""What a council's Liquidlogic is polled for: whose rows the copy has changed, and what they tell.

The copy is asked for keys and the time of the last change alone (``modifiedSince``). An offer is
told by the missing episode that it stands with, a held interview by its form, so that neither
changes its reference when the other is written.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from adapters.council_events import (
    OfEpisode,
    OfInterview,
    episode_denies,
    episode_events,
    offer_denies,
    unread,
)
from adapters.harmless import harmless_event
from adapters.liquidlogic import wire
from adapters.liquidlogic.asks import INTERVIEW, Ask, asks, form_ask
from adapters.liquidlogic.document_asks import document_asks, when_written
from adapters.liquidlogic.documents import meetings, prevention_plans
from adapters.liquidlogic.held import Answer, Held
from adapters.liquidlogic.interviews import Form, forms, offers
from adapters.liquidlogic.reviews import TABLE as REVIEW_TABLE
from adapters.liquidlogic.reviews import reviews
from adapters.liquidlogic.settings import CouncilForm, InterviewForm, Settings
from adapters.liquidlogic.translation import episodes, placements
from adapters.liquidlogic.words import key, text
from adapters.listing import Listed
from adapters.meeting_events import meeting_denies, meeting_events
from adapters.notes import Notes
from adapters.placement_events import between, placement_denies
from adapters.plan_events import plan_events
from adapters.times import day, local_instant
from records.events import Event, InterviewEvent, Whom
from records.identifiers import LocalId
from records.interview import InterviewHeld
from records.items import Item
from records.polling import Told

TOUCHED: Final = "LAST_UPDATED_DTTM"
_MISSING: Final = "FACT_MISSING_PERSON"
_PLACED: Final = "FACT_CLA_PLACEMENT"
_PERSON: Final = "DIM_PERSON"
_NAMED: Final = frozenset({"FORENAME", "SURNAME", "GENDER_MAIN_CODE"})
_MERGED: Final = "DUPLICATED_DTTM"
_OVERLAP: Final = timedelta(minutes=10)
"""Asked for again: a copy that is being written may show a row later than its time says."""


def lists(settings: Settings) -> tuple[Ask, ...]:
    """Every table whose changes tell something, asked for no more than who has changed."""
    found = [
        Ask(table=_PLACED, columns=(f"{_PLACED}_ID", "DIM_PERSON_ID", TOUCHED)),
        Ask(table=_MISSING, columns=(f"{_MISSING}_ID", "DIM_PERSON_ID", TOUCHED)),
        Ask(table=_PERSON, columns=("DIM_PERSON_ID", _MERGED)),
    ]
    if settings.reads_reviews:
        columns = (f"{REVIEW_TABLE}_ID", "DIM_PERSON_ID", TOUCHED)
        found.append(Ask(table=REVIEW_TABLE, columns=columns))
    if (interview := settings.interview_form) is not None:
        found += _answered(interview, interview.held)
    for meeting in settings.meeting_forms:
        found += _answered(meeting, meeting.called, meeting.held)
    if (plan := settings.prevention_plan_form) is not None:
        found += _answered(plan, plan.written)
    return tuple(found)


def _answered(form: CouncilForm, *numbers: str | None) -> Iterator[Ask]:
    """Whose form has an answer to one of these."""
    for number in numbers:
        if number is not None:
            where = (("DIM_ASSESSMENT_TEMPLATE_ID_DESC", form.template), ("ANSWER_NO", number))
            columns = ("FACT_FORM_ID", "DIM_PERSON_ID", "ANSWERED_DTTM", TOUCHED)
            yield Ask(table="FACT_FORM_ANSWERS", columns=columns, where=where)


def lists_of_facts() -> tuple[Ask, ...]:
    """Every table of who works with a child and under what status, asked for who has changed."""
    return tuple(
        Ask(table=table, columns=(own, "DIM_PERSON_ID", TOUCHED))
        for table, own in (
            ("FACT_INVOLVEMENTS", "FACT_INVOLVEMENTS_ID"),
            ("FACT_REFERRALS", "FACT_REFERRAL_ID"),
            ("FACT_LEGAL_STATUS", "FACT_LEGAL_STATUS_ID"),
        )
    )


def since_then(since: datetime) -> tuple[tuple[str, str], ...]:
    """The parameter that narrows a table to what has changed."""
    return (("modifiedSince", (since - _OVERLAP).isoformat()),)


def listed(source: str, answers: Sequence[tuple[Ask, Answer]]) -> Listed:
    """Who stands in these lists. Of people themselves, only those merged into another are news."""
    found, notes = Listed(source), Notes()
    for ask, answer in answers:
        for raw in answer.rows:
            rows = list(wire.TOUCHED.rows([raw], notes))
            if rows and ask.table == _PERSON and text(rows[0].duplicated_dttm) is None:
                continue
            person = key(rows[0].dim_person_id) if rows else None
            if person is None:
                found.skipped += 1
            else:
                found.add(person, raw, among=ask.table)
    return found


def asks_of_telling(items: frozenset[Item], settings: Settings) -> tuple[Ask, ...]:
    """What is asked of one child: besides the items' columns, when an offer was recorded.

    The postcode of a placement only where nothing else tells in whose area it is.
    """
    more = {_MISSING: (TOUCHED,)}
    if any(not place.startswith("SC") for place in settings.placed_in):
        more[_PLACED] = ("POSTCODE",)
    of_tables = (
        dataclasses.replace(ask, columns=(*ask.columns, *more.get(ask.table, ())))
        for ask in asks(items, settings)
    )
    form = settings.interview_form
    if form is not None and items & {Item.RHI_OFFER, Item.RHI_CONFIRMATION}:
        named = (form.held, *filter(None, (form.episode, form.episode_began)))
        of_tables = (
            form_ask(INTERVIEW, form.template, named) if ask.name == INTERVIEW else ask
            for ask in of_tables
        )
    documents = document_asks(items - {Item.PREVENTION_PLAN}, settings)
    return (*of_tables, *documents, *when_written(items, settings))


def asks_of_facts(items: frozenset[Item], settings: Settings) -> tuple[Ask, ...]:
    """What is asked of one child for their facts: as for what is told, and of who they are not the name."""
    return tuple(
        dataclasses.replace(ask, columns=tuple(c for c in ask.columns if c not in _NAMED))
        if ask.table == _PERSON
        else ask
        for ask in asks_of_telling(items, settings)
    )


def told(held: Held, settings: Settings) -> Told:
    """Everything that these rows tell: where the child lives first, then episodes, interviews, meetings and plans."""
    about = Whom(local_id=LocalId(held.source, held.subject))
    missing = list(held.rows(wire.MISSING, _MISSING))
    placed = list(placements(held))
    found: list[Event] = [*between((), placed, about)]
    there = {f"placement/{one.ref}" for one in placed}
    not_so = {ref for one in placed for ref in placement_denies(one)}
    words: set[str] = set()
    for episode in episodes(held, missing):
        found += episode_events(episode, about)
        words.update(unread(episode))
        there |= {f"episode/{episode.ref}", f"interview/{episode.ref}/interview"}
        not_so.update(episode_denies(episode))
    recorded = {
        ref: dataclasses.replace(
            provenance, recorded_at=local_instant(row.last_updated_dttm, Notes(), "last change")
        )
        for row, ref, provenance in missing
    }
    for ref, _, offer, notes in offers(held, None, missing).values():
        of_episode = ref.removesuffix("/interview")
        of = OfInterview(
            ref, recorded[of_episode], about, OfEpisode(ref=of_episode), notes=notes.all()
        )
        found += of.offer(offer)
        not_so.update(offer_denies(ref, offer))
    if (asked := settings.interview_form) is not None:
        for form in forms(held, asked).values():
            found += _held(form, asked, about)
            there.add(f"interview/{form.ref}")
    for meeting in (*meetings(held, settings), *reviews(held)):
        found += meeting_events(meeting, about)
        there.add(f"meeting/{meeting.ref}")
        not_so.update(meeting_denies(meeting))
    for plan in prevention_plans(held, settings):
        found += plan_events(plan, about)
        there.add(f"plan/{plan.ref}")
    is_whole = _is_whole(held)
    return Told(
        events=tuple(map(harmless_event, found)),
        whole=frozenset(_whole(settings)) if is_whole else frozenset(),
        there=frozenset(there),
        not_so=frozenset(not_so),
        as_of=held.as_of if is_whole else None,
        unread=frozenset(words),
    )


def _whole(settings: Settings) -> Iterator[str]:
    """The kinds of record that were asked for: a form that is not set up any more is not a form that is gone."""
    yield from (f"placement/{_PLACED}/", f"episode/{_MISSING}/", f"interview/{_MISSING}/")
    if settings.interview_form is not None:
        yield "interview/FACT_FORMS/"
    if settings.meeting_forms:
        yield "meeting/FACT_FORMS/"
    if settings.reads_reviews:
        yield f"meeting/{REVIEW_TABLE}/"
    if settings.prevention_plan_form is not None:
        yield "plan/FACT_FORMS/"


def _is_whole(held: Held) -> bool:
    """Whether the copy shows the child, and every row could be read."""
    return bool(held.answers[_PERSON].rows) and not held.notes.skipped


def _held(form: Form, asked: InterviewForm, about: Whom) -> Iterator[InterviewEvent]:
    said = form.says(asked.held)
    if said is None:
        return
    notes, of_episode = Notes(), key(form.says(asked.episode))
    at = local_instant(said, notes, "time of the interview")
    of = OfInterview(
        form.ref,
        form.provenance,
        about,
        OfEpisode(
            ref=f"{_MISSING}/{of_episode}" if of_episode else None,
            began_on=day(form.says(asked.episode_began), notes, "day on which the episode began"),
        ),
        notes=notes.all(),
    )
    yield from of.held(InterviewHeld(held_at=at, held_by=None))
