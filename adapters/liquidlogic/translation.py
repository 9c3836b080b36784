"""Liquidlogic's rows as records: identity, legal status, placement, involvement, episode, health."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Final

from adapters.liquidlogic import wire
from adapters.liquidlogic.asks import SDQ, SDQ_SCORE, SDQ_TEMPLATE
from adapters.liquidlogic.held import Held
from adapters.liquidlogic.words import (
    episode_state,
    flag,
    key,
    looked_after,
    postcode,
    sex,
    text,
)
from adapters.missing_rules import note_dates
from adapters.notes import Notes
from adapters.times import birth_date, day, local_instant
from records.child import (
    Address,
    CaseStatus,
    Identity,
    IdentityCore,
    IdentityNumbers,
    Involvement,
    LegalStatus,
    LegalStatusDetail,
    Placement,
    PlacementDetail,
    SpecialCategories,
    Worker,
)
from records.episode import EpisodeStatus, MissingEpisode
from records.errors import MalformedIdentifier
from records.health import Health, HealthAssessment
from records.identifiers import UPN, AuthorityCode, LocalId, NHSNumber, OfstedURN
from records.items import Item
from records.record import Provenance, items_of

_SDQ_SCORES: Final = range(41)
_NOT_DONE: Final = ("refus", "declin", "cancel", "not attend", "dna", "planned", "due", "book")


def core(row: wire.Person, notes: Notes, now: datetime) -> IdentityCore:
    """Name, birth date and sex. An estimated date of birth is an expected or assumed one.

    Source: HDM DIM_PERSON; SSD pers_expected_dob (DOB_ESTIMATED is Y).
    """
    return IdentityCore(
        given_names=tuple(name for name in (text(row.forename),) if name),
        family_name=text(row.surname),
        birth_date=birth_date(row.birth_dttm, notes, now),
        birth_date_as_sent=text(row.birth_dttm),
        birth_date_estimated=flag(row.dob_estimated) or False,
        sex=sex(row.gender_main_code, notes),
    )


def nhs_number(row: wire.Person, notes: Notes) -> NHSNumber | None:
    """The NHS number where one is recorded and can be one; a number that lost its zeros is padded."""
    sent = row.nhs_number
    if key(sent) is None or sent is None:
        return None
    try:
        return NHSNumber.padded(sent) if isinstance(sent, int) else NHSNumber.parse(sent)
    except MalformedIdentifier:
        notes.add("nhs-number-malformed", "What stands as the NHS number cannot be one.")
        return None


def identities(
    held: Held, people: Iterable[tuple[wire.Person, str, Provenance]]
) -> Iterator[Identity]:
    """Who the child is, from the rows already read."""
    if not held.asked(*items_of(Identity)):
        return
    special = Item.IDENTITY_SPECIAL in held.items
    beside = _beside_ethnicity(held) if special else ((), ())
    for row, ref, provenance in people:
        notes = Notes()
        yield Identity(
            ref=ref,
            provenance=provenance,
            core=core(row, notes.about(Item.IDENTITY_CORE), held.now)
            if Item.IDENTITY_CORE in held.items
            else None,
            numbers=_numbers(row, notes.about(Item.IDENTITY_NUMBERS), held)
            if Item.IDENTITY_NUMBERS in held.items
            else None,
            special=SpecialCategories(
                ethnicity=text(row.ethnicity_main_code),
                disabilities=beside[0],
                immigration_statuses=beside[1],
            )
            if special
            else None,
            notes=notes.all(),
        )


def _beside_ethnicity(held: Held) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Disabilities, and the immigration statuses that have not ended, as sent."""
    disabled = held.rows(wire.DISABILITY, "FACT_DISABILITY")
    status = held.rows(wire.IMMIGRATION_STATUS, "FACT_IMMIGRATION_STATUS")
    return (
        tuple(code for row, _, _ in disabled if (code := text(row.dim_lookup_disab_code))),
        tuple(
            code
            for row, _, _ in status
            if text(row.end_dttm) is None and (code := text(row.dim_lookup_immgr_status_code))
        ),
    )


def _numbers(row: wire.Person, notes: Notes, held: Held) -> IdentityNumbers:
    ids = [LocalId(held.source, held.subject)]
    legacy = key(row.legacy_id)
    if legacy is not None:
        ids.append(LocalId(f"{held.source}:legacy", legacy))
    upn = None
    if text(row.upn):
        try:
            upn = UPN((row.upn or "").strip().upper())
        except MalformedIdentifier:
            notes.add("upn-malformed", "What stands as the unique pupil number cannot be one.")
    return IdentityNumbers(nhs_number=nhs_number(row, notes), upn=upn, local_ids=tuple(ids))


def legal_statuses(held: Held) -> Iterator[LegalStatus]:
    """Each legal status, by its description: Liquidlogic sends no code."""
    for row, ref, provenance in held.rows(wire.LEGAL, "FACT_LEGAL_STATUS"):
        notes = Notes()
        status = None
        if Item.LEGAL_STATUS in held.items:
            description = text(row.dim_lookup_lgl_status_desc)
            status = LegalStatusDetail(
                code=None,
                description=description,
                looked_after=looked_after(description),
                started_on=day(row.start_dttm, notes, "start of the legal status"),
                ended_on=day(row.end_dttm, notes, "end of the legal status"),
            )
        yield LegalStatus(ref=ref, provenance=provenance, status=status, notes=notes.all())


def placements(held: Held) -> Iterator[Placement]:
    """Each placement, with the Ofsted number from the episode of care that it belongs to."""
    care = [row for row, _, _ in held.rows(wire.CARE_EPISODE, "FACT_CARE_EPISODES")]
    urns, ceased = _urns(care), _ceased(care)
    for row, ref, provenance in held.rows(wire.PLACEMENT, "FACT_CLA_PLACEMENT"):
        notes = Notes()
        detail = address = None
        if Item.PLACEMENT_DETAIL in held.items:
            of_detail = notes.about(Item.PLACEMENT_DETAIL)
            urn = _urn(urns.get(str(row.fact_cla_placement_id)), of_detail)
            detail = PlacementDetail(
                placement_type=text(row.dim_lookup_placement_type_code),
                provider=text(row.dim_lookup_placement_provider_code),
                ofsted_urn=urn,
                host_authority=held.host(urn, postcode(row.postcode, Notes())),
                responsible_authority=AuthorityCode(held.authority) if held.authority else None,
                started_on=day(row.start_dttm, of_detail, "start of the placement"),
                ended_on=day(row.end_dttm, of_detail, "end of the placement"),
                ceased_because=ceased.get(str(row.fact_cla_placement_id)),
            )
        if Item.PLACEMENT_ADDRESS in held.items:
            code = postcode(row.postcode, notes.about(Item.PLACEMENT_ADDRESS))
            address = Address(lines=(), postcode=code) if code else None
        yield Placement(
            ref=ref, provenance=provenance, detail=detail, address=address, notes=notes.all()
        )


def _ceased(care: Iterable[wire.CareEpisode]) -> Mapping[str, str]:
    """Why the last episode of care of each placement ended, in the council's own words."""
    found: dict[str, tuple[str, str]] = {}
    for row in care:
        placement, why = key(row.fact_cla_placement_id), text(row.care_reason_end_desc)
        if placement and why:
            last = (row.care_end_date or "", why)
            found[placement] = max(last, found.get(placement, last))
    return {placement: why for placement, (_, why) in found.items()}


def _urns(care: Iterable[wire.CareEpisode]) -> Mapping[str, str]:
    """The Ofsted number by placement; several episodes of care may share one placement."""
    found: dict[str, str] = {}
    for row in care:
        placement, urn = key(row.fact_cla_placement_id), text(row.ofsted_urn)
        if placement and urn and urn.upper().startswith("SC"):
            found.setdefault(placement, urn.upper())
    return found


def _urn(sent: str | None, notes: Notes) -> OfstedURN | None:
    if sent is None:
        return None
    try:
        return OfstedURN(sent)
    except MalformedIdentifier:
        notes.add("ofsted-urn-malformed", "What stands as the Ofsted number cannot be one.")
        return None


def involvements(held: Held, workers: Mapping[str, wire.WorkerRow]) -> Iterator[Involvement]:
    """Services the child is or was open to, and the workers who are involved now.

    A worker whose involvement has ended is not shown: nobody should ring them about tonight.
    """
    for row, ref, provenance in held.rows(wire.REFERRAL, "FACT_REFERRALS"):
        notes = Notes()
        yield Involvement(
            ref=ref,
            provenance=provenance,
            case=_case(
                "children's social care", row.refrl_start_dttm, row.refrl_end_dttm, notes, held
            ),
            notes=notes.all(),
        )
    for early, ref, provenance in held.rows(wire.EARLY_HELP, "FACT_CAF_EPISODE"):
        notes = Notes()
        yield Involvement(
            ref=ref,
            provenance=provenance,
            case=_case("early help", early.episode_start_dttm, early.episode_end_dttm, notes, held),
            notes=notes.all(),
        )
    for involved, ref, provenance in held.rows(wire.INVOLVEMENT, "FACT_INVOLVEMENTS"):
        notes = Notes()
        ended = day(involved.end_dttm, notes.about(Item.CASE_WORKER), "end of the involvement")
        if ended is not None and ended < held.today:
            continue
        yield Involvement(
            ref=ref,
            provenance=provenance,
            worker=_worker(involved, workers, notes.about(Item.CASE_WORKER)),
            worker_ref=key(involved.dim_worker_id),
            notes=notes.all(),
        )


def _case(
    service: str, started: str | None, ended: str | None, notes: Notes, held: Held
) -> CaseStatus | None:
    if Item.CASE_STATUS not in held.items:
        return None
    ended_on = day(ended, notes, "day the case was closed")
    unreadable = text(ended) is not None and ended_on is None
    return CaseStatus(
        service=service,
        is_open=None if unreadable else ended_on is None or ended_on > held.today,
        started_on=day(started, notes, "day the case was opened"),
        ended_on=ended_on,
    )


def _worker(
    row: wire.InvolvementRow, workers: Mapping[str, wire.WorkerRow], notes: Notes
) -> Worker | None:
    worker_id = key(row.dim_worker_id)
    worker = workers.get(worker_id) if worker_id else None
    if worker is None:
        notes.add("worker-not-named", "The involvement names no worker.")
        if text(row.dim_lookup_involvement_type_desc) is None:
            return None
    names = (text(worker.forename), text(worker.surname)) if worker else ()
    return Worker(
        name=" ".join(name for name in names if name) or None,
        job=(worker and text(worker.job_title)) or text(row.dim_lookup_involvement_type_desc),
        team=text(worker.department_name) if worker else None,
        telephone=None,
        allocated=flag(row.is_allocated_cw_flag) or False,
    )


def episodes(
    held: Held, missing: Iterable[tuple[wire.Missing, str, Provenance]]
) -> Iterator[MissingEpisode]:
    """Each missing episode. Social care's start is when the child was last seen, not reported.

    Source: SSD miss_missing_episode_start_date.
    """
    if not held.asked(Item.EPISODE_EXISTS, Item.EPISODE_STATUS, Item.EPISODE_HISTORY):
        return
    for row, ref, provenance in missing:
        notes = Notes()
        status = None
        if Item.EPISODE_STATUS in held.items:
            ended = text(row.end_dttm) is not None
            status = EpisodeStatus(
                state=episode_state(row.missing_status, notes, ended=ended),
                term_as_sent=text(row.missing_status),
                missing_from=local_instant(row.start_dttm, notes, "start of the episode"),
                found_at=local_instant(row.end_dttm, notes, "end of the episode"),
            )
            note_dates(status, notes, began=row.start_dttm, ended=row.end_dttm)
        yield MissingEpisode(ref=ref, provenance=provenance, status=status, notes=notes.all())


def health(held: Held) -> Iterator[Health]:
    """One record of the looked-after child's checks: health, dental, immunisations, SDQ.

    Whether an assessment is overdue is not said: the copy holds no date by which it was due.
    Source: SSDA903 OC2; HDM FACT_HEALTH_CHECK, FACT_CLA, FACT_FORM_ANSWERS.
    """
    if not held.asked(Item.HEALTH_EXISTS, Item.HEALTH_ASSESSMENT):
        return
    notes = Notes()
    checks = list(held.rows(wire.HEALTH_CHECK, "FACT_HEALTH_CHECK"))
    periods = list(held.rows(wire.PERIOD_OF_CARE, "FACT_CLA"))
    of_assessment = notes.about(Item.HEALTH_ASSESSMENT)
    score = _sdq(held, of_assessment)
    flags = [row for row, _, _ in periods if text(row.immu_up_to_date_flag)]
    if not checks and not flags and score is None:
        return
    assessment = None
    if Item.HEALTH_ASSESSMENT in held.items:
        done = [row for row, _, _ in checks]
        latest = max(flags, key=lambda row: row.last_updated_dttm or "", default=None)
        assessment = HealthAssessment(
            assessed_on=_last(done, ("health assessment",), held, of_assessment),
            due_on=None,
            overdue=None,
            dental_checked_on=_last(done, ("dental", "teeth"), held, of_assessment),
            immunisations_up_to_date=flag(latest.immu_up_to_date_flag) if latest else None,
            sdq_score=score,
        )
    yield Health(
        ref=f"health/{held.subject}",
        provenance=held.provenance,
        assessment=assessment,
        notes=notes.all(),
    )


def _last(
    rows: list[wire.HealthCheck], words: tuple[str, ...], held: Held, notes: Notes
) -> date | None:
    """The latest day on which a check of this kind was really made."""
    days = []
    for row in rows:
        kind = (row.dim_lookup_event_type_desc or "").lower()
        status = (row.dim_lookup_exam_status_desc or "").lower()
        if any(word in kind for word in words) and not any(word in status for word in _NOT_DONE):
            made = day(row.start_dttm, notes, "day of a health check")
            if made is not None and made <= held.today:
                days.append(made)
    return max(days, default=None)


def _sdq(held: Held, notes: Notes) -> int | None:
    """The latest total of the Strengths and Difficulties Questionnaire, 0 to 40.

    Source: SSD csdq_sdq_score (template like ``Strengths and Difficulties Questionnaire%``).
    """
    scores = [
        row
        for row, _, _ in held.rows(wire.FORM_ANSWER, SDQ)
        if row.dim_assessment_template_id_desc.startswith(SDQ_TEMPLATE.rstrip("%"))
        and row.answer_no == SDQ_SCORE
    ]
    latest = max(scores, key=lambda row: row.answered_dttm or "", default=None)
    if latest is None:
        return None
    said = str(latest.answer).strip()
    if said.isascii() and said.isdigit() and len(said) < 3 and int(said) in _SDQ_SCORES:  # noqa: PLR2004 - no longer than "40"
        return int(said)
    notes.add("sdq-not-a-score", "The last questionnaire has no score between 0 and 40.")
    return None
