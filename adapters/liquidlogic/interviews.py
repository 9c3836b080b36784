"""Return interviews: the offer from the missing episode, the rest from the council's own form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from adapters.liquidlogic import wire
from adapters.liquidlogic.asks import INTERVIEW, INTERVIEW_HELD
from adapters.liquidlogic.held import Held
from adapters.liquidlogic.settings import CouncilForm, InterviewForm
from adapters.liquidlogic.words import key, text, took
from adapters.notes import Notes
from adapters.times import local_instant
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
from records.record import Provenance

MISSING: Final = "FACT_MISSING_PERSON"


@dataclass(slots=True)
class Form:
    """One filled-in form: the latest answer to each of its questions."""

    ref: str
    provenance: Provenance
    answers: dict[str, wire.FormAnswer] = field(default_factory=dict)

    def says(self, number: str | None) -> str | None:
        """What stands under one answer number."""
        row = self.answers.get(number) if number else None
        return text(str(row.answer)) if row is not None and row.answer is not None else None


def interviews(
    held: Held,
    form: InterviewForm | None,
    missing: list[tuple[wire.Missing, str, Provenance]],
) -> Iterator[ReturnInterview]:
    """Each interview once: an offer joins its form where the form names the episode.

    Without that name the two stand apart: which belongs to which is not guessed.
    """
    offered = offers(held, form, missing)
    if form is not None:
        for written in forms(held, form).values():
            yield _interview(held, form, written, offered)
    for ref, provenance, offer, notes in offered.values():
        yield ReturnInterview(
            ref=ref,
            provenance=provenance,
            offer=offer if Item.RHI_OFFER in held.items else None,
            notes=notes.all(),
        )


Offers = dict[str, tuple[str, Provenance, InterviewOffer, Notes]]


def offers(
    held: Held,
    form: InterviewForm | None,
    missing: list[tuple[wire.Missing, str, Provenance]],
) -> Offers:
    """Offers by missing episode, where anything was recorded of one."""
    wanted = Item.RHI_OFFER in held.items or (form is None and Item.RHI_EXISTS in held.items)
    found: Offers = {}
    for row, ref, provenance in missing if wanted else ():
        notes = Notes()
        offer = InterviewOffer(
            offered=took(row.return_interview_offered, notes),
            accepted=took(row.return_interview_accepted, notes),
        )
        nothing = offer.offered is offer.accepted is Took.NOT_RECORDED
        if nothing and not notes.all():
            continue
        # Two rows under one id: the first joins the form, the other stands by its own ref.
        episode = str(row.fact_missing_person_id)
        place = ref if episode in found else episode
        found[place] = (f"{ref}/interview", provenance, offer, notes)
    return found


def forms(
    held: Held, form: CouncilForm, asked_as: Sequence[str] = (INTERVIEW, INTERVIEW_HELD)
) -> Mapping[str, Form]:
    """The filled-in forms by their id, each with the latest answers, from the asks of these names."""
    found: dict[str, Form] = {}
    asked = (held.rows(wire.FORM_ANSWER, ask) for ask in asked_as)
    for row, _, provenance in chain.from_iterable(asked):
        if row.dim_assessment_template_id_desc.strip().lower() != form.template.strip().lower():
            continue
        written = found.setdefault(
            str(row.fact_form_id), Form(f"FACT_FORMS/{row.fact_form_id}", provenance)
        )
        earlier = written.answers.get(row.answer_no)
        if earlier is None or (row.answered_dttm or "") >= (earlier.answered_dttm or ""):
            written.answers[row.answer_no] = row
    return found


def _interview(held: Held, form: InterviewForm, written: Form, offered: Offers) -> ReturnInterview:
    notes = Notes()
    offer = None
    episode = key(written.says(form.episode))
    if episode in offered and Item.RHI_OFFER in held.items:
        _, _, offer, of_the_offer = offered.pop(episode)
        for note in of_the_offer.all():
            notes.keep(note)

    def said(item: Item, number: str | None) -> str | None:
        return written.says(number) if item in held.items else None

    held_at = said(Item.RHI_CONFIRMATION, form.held)
    matters = said(Item.RHI_SAFEGUARDING, form.safeguarding)
    provider = said(Item.RHI_SAFEGUARDING_PROVIDER, form.safeguarding_provider)
    needs = said(Item.RHI_NEEDS, form.needs)
    synopsis = said(Item.RHI_SYNOPSIS, form.synopsis)
    account = said(Item.RHI_FULL, form.account)
    sensitive = said(Item.RHI_SENSITIVE, form.sensitive)
    return ReturnInterview(
        ref=written.ref,
        provenance=written.provenance,
        offer=offer,
        confirmation=InterviewHeld(
            held_at=local_instant(held_at, notes, "time of the interview"),
            held_by=written.says(form.held_by),
        )
        if held_at
        else None,
        safeguarding=_matters(written, form.safeguarding, matters, notes),
        safeguarding_provider=_matters(written, form.safeguarding_provider, provider, notes),
        needs=InterviewNeeds(needs=(needs,)) if needs else None,
        synopsis=InterviewSynopsis(synopsis=synopsis) if synopsis else None,
        account=InterviewAccount(account=account) if account else None,
        sensitive=InterviewAccount(account=sensitive) if sensitive else None,
        notes=notes.all(),
    )


def _matters(
    written: Form, number: str | None, said: str | None, notes: Notes
) -> SafeguardingMatters | None:
    """What the worker wrote for others to act on, whole and in their own words."""
    if said is None or number is None:
        return None
    return SafeguardingMatters(
        matters=(said,),
        written_at=local_instant(
            written.answers[number].answered_dttm, notes, "time a safeguarding matter was written"
        ),
    )
