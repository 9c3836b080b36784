"""Child Protection - Information Sharing as a Source: asked by a person's own action, and no other way.

Reading it has an effect: CP-IS writes the look in the child's access history and tells the
responsible authority. So it is never polled, traced, prefetched or asked twice; one question is
one call, which says of itself whether it is unscheduled; and whoever asked is told.

Source: NHS England, CP-IS API guide (``IsUnscheduledAccessEvent``; omitted counts as true).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from adapters.credentials import Credentials
from adapters.exchange import local_id
from adapters.harmless import harmless
from adapters.health import wire
from adapters.health.moments import first_day, last_day, over
from adapters.health.national import credentials_for
from adapters.health.server import Server
from adapters.health.settings import CpisSettings
from adapters.notes import Notes
from records.child import CaseStatus, Involvement, LegalStatus, LegalStatusDetail, Worker
from records.errors import (
    MalformedIdentifier,
    NeedsExplicitAction,
    SourceContractBroken,
    SourceUnavailable,
)
from records.http import Failure, Http, NoReplyError
from records.identifiers import NHSNumber
from records.items import Item
from records.people import Kind
from records.record import Provenance, Record
from records.source import Answered, Evidence, Known, Question

_LOOKED_AFTER: Final = "looked after"
_MISTAKEN: Final = "entered-in-error"
_ENDED: Final = "inactive"
_UNSEEN: Final = frozenset({Failure.UNREACHABLE, Failure.HELD_BACK})
_CASE: Final = frozenset({Item.CASE_EXISTS, Item.CASE_STATUS, Item.CASE_WORKER})
_LEGAL: Final = frozenset({Item.LEGAL_EXISTS, Item.LEGAL_STATUS})


class Cpis:
    """CP-IS: that a child is on a protection plan or looked after, by whom, and whom to ring.

    What it calls a child is the NHS number.
    """

    kind = Kind.NATIONAL
    evidence = Evidence.PUBLIC_CODE
    system = "Child Protection - Information Sharing (CP-IS)"
    supplies = _CASE | _LEGAL
    linked_by_number = True

    def __init__(self, name: str, http: Http, settings: CpisSettings) -> None:
        self.name = name
        self._unscheduled = settings.unscheduled
        self._credentials = _NeverAgain(credentials_for(name, http, settings))
        self._server = Server(
            name,
            http,
            settings.url,
            self._credentials,
            timeout=settings.timeout,
            deadline=settings.deadline,
        )

    async def records(self, question: Question) -> Answered:
        """The plans that CP-IS holds for the child, in one call, with a note of what it set off.

        Raises:
            NeedsExplicitAction: the question is not somebody's own action; nothing was sent.
            NeedsSignIn: nor did whoever asks sign in there; nothing was sent.
            SourceUnavailable: no answer came; the look may have been recorded all the same.
            SourceError: as `records.source.Source.records`.
        """
        subject = local_id(self.name, question)
        if not question.explicit:
            raise self._needs_action()
        number = self._number(subject)
        notes = Notes()
        notes.add(*(_TOLD if self._unscheduled else _NOT_TOLD))
        async with self._server.exchange.in_time():
            # First, so that a failure here is plainly no look at the child.
            await self._credentials.headers()
            try:
                found = await self._server.look_once(
                    "CareTeam",
                    (("patient:identifier", f"{wire.NHS_NUMBER}|{number.digits}"),),
                    headers={
                        "traceid": question.request_ref,
                        "isunscheduledaccessevent": str(self._unscheduled).lower(),
                    },
                    notes=notes,
                )
            except SourceUnavailable as error:
                if _never_got_there(error):
                    raise
                raise self._perhaps_looked(error) from error
        teams: list[wire.CareTeam] = []
        for team in wire.CARE_TEAM.rows(found.resources, notes):
            if team in teams:
                notes.add("row-twice", "A plan came twice and is shown once.")
            else:
                teams.append(team)
        provenance = Provenance(source=self.name, system=self.system, as_of=question.now)
        plans = _Plans(number, question, provenance, notes)
        return harmless(
            Answered(
                records=tuple(record for team in teams for record in plans.of(team)),
                as_of=question.now,
                notes=notes.all(),
                skipped=notes.skipped,
            )
        )

    async def trace(self, nhs_number: NHSNumber) -> tuple[Known, ...]:  # noqa: ARG002 - the port's shape: nobody is looked up
        """Nobody: looking whether CP-IS knows a child is itself a look at that child.

        Raises:
            NeedsExplicitAction: always; nothing was sent.
        """
        raise self._needs_action()

    def _number(self, subject: str) -> NHSNumber:
        try:
            return NHSNumber(subject)
        except MalformedIdentifier:
            raise SourceContractBroken(
                self.name,
                "knows children by NHS number, and the child is linked here by something else."
                " Check the link.",
            ) from None

    def _needs_action(self) -> NeedsExplicitAction:
        return NeedsExplicitAction(
            self.name,
            "was not asked: every look at a child there is recorded and told to the authority, so"
            " it is asked only when somebody asks for it by name.",
        )

    def _perhaps_looked(self, error: SourceUnavailable) -> SourceUnavailable:
        says = "did not answer, and was not asked again."
        if self._unscheduled:
            says += (
                " It may all the same have recorded that the child was looked up and told the"
                " authority. Ask again only if you mean to look again."
            )
        return SourceUnavailable(self.name, says, retry_after=error.retry_after)


def _never_got_there(error: SourceUnavailable) -> bool:
    """Whether CP-IS cannot have seen the question."""
    cause = error.__cause__
    return isinstance(cause, NoReplyError) and cause.failure in _UNSEEN


class _NeverAgain:
    """Tokens for a system that is asked once: after a 401 the next question has a fresh one."""

    def __init__(self, tokens: Credentials) -> None:
        self._tokens = tokens

    async def headers(self) -> Mapping[str, str]:
        return await self._tokens.headers()

    async def renewed(self, refused: Mapping[str, str]) -> Mapping[str, str] | None:
        await self._tokens.renewed(refused)
        return None


class _Plans:
    """Reads each plan as what was asked: a case and its numbers to ring, a legal status."""

    def __init__(
        self, number: NHSNumber, question: Question, provenance: Provenance, notes: Notes
    ) -> None:
        self._number = number
        self._items = question.items
        self._now = question.now
        self._provenance = provenance
        self._notes = notes

    def of(self, team: wire.CareTeam) -> Iterator[Record]:
        if team.status == _MISTAKEN:
            return
        if not self._is_theirs(team):
            self._notes.skipped += 1
            self._notes.add(
                "row-of-another-person",
                "An entry about another person came with the answer and was left out.",
            )
            return
        if self._items & _CASE:
            yield self._involvement(team)
        if self._items & _LEGAL and _LOOKED_AFTER in (_words(team) or "").lower():
            yield self._legal_status(team)

    def _is_theirs(self, team: wire.CareTeam) -> bool:
        """Whether a plan is this child's. One that names nobody came in answer to this number."""
        subject = team.subject
        if subject is None or not (subject.identifier or subject.reference):
            return True
        if subject.identifier is not None and subject.identifier.value:
            return subject.identifier.value.replace(" ", "") == self._number.digits
        last = (subject.reference or "").split("/_history/", 1)[0].rsplit("/", 1)[-1]
        # An id of the server's own says nothing of whose NHS number it is.
        return (
            last == self._number.digits
            or not last.isdigit()
            or len(last) != len(self._number.digits)
        )

    def _involvement(self, team: wire.CareTeam) -> Involvement:
        notes = Notes()
        case = worker = None
        if Item.CASE_STATUS in self._items:
            words = _words(team)
            if words is None:
                notes.add("plan-kind-not-said", "CP-IS does not say what kind of plan this is.")
            case = CaseStatus(
                service=words,
                is_open=not self._over(team),
                started_on=first_day(_start(team), notes, "start of the plan"),
                ended_on=last_day(_end(team), notes, "end of the plan"),
            )
        if Item.CASE_WORKER in self._items:
            numbers = [_number(point) for point in team.telecom if point.value]
            worker = Worker(
                name=None,
                job=None,
                team=team.name,
                telephone=", ".join(numbers) or None,
            )
        return Involvement(
            ref=f"CareTeam/{team.id}",
            provenance=self._provenance,
            case=case,
            worker=worker,
            notes=notes.all(),
        )

    def _legal_status(self, team: wire.CareTeam) -> LegalStatus:
        notes = Notes()
        status = None
        if Item.LEGAL_STATUS in self._items:
            status = LegalStatusDetail(
                code=None,
                description=_words(team),
                looked_after=not self._over(team),
                started_on=first_day(_start(team), notes, "start of the plan"),
                ended_on=last_day(_end(team), notes, "end of the plan"),
            )
        return LegalStatus(
            ref=f"CareTeam/{team.id}/legal",
            provenance=self._provenance,
            status=status,
            notes=notes.all(),
        )

    def _over(self, team: wire.CareTeam) -> bool:
        return team.status == _ENDED or over(_end(team), self._now)


def _words(team: wire.CareTeam) -> str | None:
    """What kind of plan it is, in CP-IS's own words."""
    return "; ".join(words for kind in team.category if (words := kind.words())) or None


def _start(team: wire.CareTeam) -> str | None:
    return team.period.start if team.period else None


def _end(team: wire.CareTeam) -> str | None:
    return team.period.end if team.period else None


def _number(point: wire.ContactPoint) -> str:
    """A number to ring, with what it is for as far as CP-IS says."""
    value = (point.value or "").strip()
    return f"{value} ({point.use})" if point.use else value


_TOLD: Final = (
    "authority-is-told",
    "CP-IS records that this child was looked up, and tells the responsible authority.",
)
_NOT_TOLD: Final = (
    "authority-is-not-told",
    "The look was declared as not unscheduled: CP-IS tells no authority of it.",
)
