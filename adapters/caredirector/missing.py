"""Missing episodes and return interviews, by the council's own field map."""

from __future__ import annotations

from adapters.caredirector.held import Held
from adapters.caredirector.names import Interview, Missing, YesNo
from adapters.caredirector.person import is_among
from adapters.caredirector.wire import Row
from adapters.council_events import OfEpisode
from adapters.missing_rules import note_dates, note_kind
from adapters.notes import Notes
from adapters.times import day, moment
from records.episode import EpisodeDetail, EpisodeState, EpisodeStatus, MissingEpisode
from records.interview import (
    InterviewAccount,
    InterviewHeld,
    InterviewNeeds,
    InterviewOffer,
    InterviewSynopsis,
    ReturnInterview,
    SafeguardingMatters,
    Took,
)
from records.items import Item


def episode(held: Held, names: Missing, row: Row, ref: str, notes: Notes) -> MissingEpisode:
    """One missing episode, with the council's own word for it."""
    items = held.items
    return MissingEpisode(
        ref=ref,
        provenance=held.provenance,
        status=_status(names, row, notes.about(Item.EPISODE_STATUS))
        if Item.EPISODE_STATUS in items
        else None,
        detail=EpisodeDetail(
            circumstances=row.text(names.circumstances),
            reported_by=row.text(names.reported_by),
            found_by=row.text(names.found_by),
        )
        if Item.EPISODE_DETAIL in items
        else None,
    )


def _status(names: Missing, row: Row, notes: Notes) -> EpisodeStatus:
    word = row.code(names.kind.field) if names.kind else None
    began, ended = row.text(names.missing_from), row.text(names.found_at)
    status = EpisodeStatus(
        state=_state(names, word, notes, over=ended is not None),
        term_as_sent=word,
        missing_from=moment(began, notes, "start of the episode"),
        reported_at=moment(row.text(names.reported_at), notes, "time of the report"),
        found_at=moment(ended, notes, "end of the episode"),
    )
    note_dates(status, notes, began=began, ended=ended)
    return status


def _state(names: Missing, word: str | None, notes: Notes, *, over: bool) -> EpisodeState:
    """The council's own word first, then whether the episode has ended."""
    kind = names.kind
    if kind is None or (word is not None and is_among(word, kind.missing)):
        return EpisodeState.FOUND if over else EpisodeState.MISSING
    if word is not None and is_among(word, kind.absent):
        return EpisodeState.CLOSED if over else EpisodeState.ABSENT
    if word is not None and is_among(word, kind.away):
        return EpisodeState.CLOSED if over else EpisodeState.AWAY_WITHOUT_AUTHORISATION
    note_kind(notes)
    return EpisodeState.CLOSED if over else EpisodeState.NOT_KNOWN


def interview(held: Held, names: Interview, row: Row, ref: str, notes: Notes) -> ReturnInterview:
    """One return interview; nothing of it that was not asked for."""

    def said(item: Item, name: str | None) -> str | None:
        return row.text(name) if item in held.items else None

    matters = said(Item.RHI_SAFEGUARDING, names.safeguarding)
    provider = said(Item.RHI_SAFEGUARDING_PROVIDER, names.safeguarding_provider)
    needs = said(Item.RHI_NEEDS, names.needs)
    synopsis = said(Item.RHI_SYNOPSIS, names.synopsis)
    account = said(Item.RHI_FULL, names.account)
    sensitive = said(Item.RHI_SENSITIVE, names.sensitive)
    held_at = said(Item.RHI_CONFIRMATION, names.held_at)
    held.of_episode[ref] = _of_episode(held, names, row)
    return ReturnInterview(
        ref=ref,
        provenance=held.provenance,
        offer=_offer(names, row, notes) if Item.RHI_OFFER in held.items else None,
        confirmation=InterviewHeld(
            held_at=moment(held_at, notes, "time of the interview"),
            held_by=row.text(names.held_by),
        )
        if held_at
        else None,
        safeguarding=SafeguardingMatters(matters=(matters,)) if matters else None,
        safeguarding_provider=SafeguardingMatters(matters=(provider,)) if provider else None,
        needs=InterviewNeeds(needs=(needs,)) if needs else None,
        synopsis=InterviewSynopsis(synopsis=synopsis) if synopsis else None,
        account=InterviewAccount(account=account) if account else None,
        sensitive=InterviewAccount(account=sensitive) if sensitive else None,
    )


def _of_episode(held: Held, names: Interview, row: Row) -> OfEpisode:
    """The episode that it stands on, or else the one that it names."""
    missing = held.council.missing
    if missing is not None and missing.entity_set == names.entity_set:
        key = row.code(names.key)
    else:
        key = row.code(names.episode)
    began = row.text(names.episode_began)
    return OfEpisode(
        ref=f"missing/{key}" if key else None,
        began_on=day(began, Notes(), "day on which it began"),
    )


def _offer(names: Interview, row: Row, notes: Notes) -> InterviewOffer | None:
    offer = InterviewOffer(
        offered=_took(names.offered, row, notes),
        accepted=_took(names.accepted, row, notes),
        offered_at=moment(row.text(names.offered_at), notes, "time of the offer"),
        declined_because=row.text(names.declined_because),
    )
    return None if offer == _NOTHING and not notes.all() else offer


_NOTHING = InterviewOffer(offered=Took.NOT_RECORDED, accepted=Took.NOT_RECORDED)


def _took(names: YesNo | None, row: Row, notes: Notes) -> Took:
    word = row.code(names.field) if names else None
    if names is None or word is None:
        return Took.NOT_RECORDED
    tables = (
        (Took.YES, names.yes),
        (Took.NO, names.no),
        (Took.NOT_APPLICABLE, names.not_applicable),
    )
    for took, words in tables:
        if is_among(word, words):
            return took
    notes.add(
        "interview-answer-unknown",
        "Whether an interview was offered or accepted is recorded in a word we do not know.",
    )
    return Took.NOT_RECORDED
