"""What the records of one system say of who is what to a child, in claims that decisions are made on.

A pure function: records and the deployment's reading of codes in, claims out. A code that nothing reads
makes no claim, and is told, so that somebody can add it.

Source: data-to-insight/ssd-data-model: involvements, cla_placement, legal_status, cin_episodes, person;
for what each system holds of these, `reference/interfaces.md`. For readings beyond the words of a
protocol, docs/decisions/0076.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from consent.vocabulary import UNKNOWN, Fact
from disclosure.assertion import BIRTH_DATE, PERSONAL, Area
from disclosure.fact_tables import ATTRIBUTE, CHILD_AREA, STANDING
from disclosure.stating import Claim, Topic, born, holds, lies, stands
from disclosure.weighing import LONDON
from gateway.settings import FactsSettings
from gateway.stating.words import legal_status, placement_type, same
from gateway.stating.workers import Workers
from notifications.facts_stated import SERVES_FOR
from records.child import Identity, Involvement, LegalStatus, Placement, PlacementDetail, Worker
from records.education import Schooling
from records.episode import EpisodeState, MissingEpisode
from records.errors import MalformedIdentifier
from records.identifiers import AuthorityCode
from records.items import Item
from records.people import Kind, Role, Standing
from records.record import Record

EARLY_HELP: Final = "early help"
_OPEN: Final = frozenset(
    {
        EpisodeState.REPORTED,
        EpisodeState.MISSING,
        EpisodeState.ABSENT,
        EpisodeState.AWAY_WITHOUT_AUTHORISATION,
        EpisodeState.LOCATED,
    }
)
_COUNCIL: Final[dict[Item, tuple[Topic, ...]]] = {
    Item.CASE_WORKER: (
        (STANDING.name, Standing.ALLOCATED_WORKER.value),
        (STANDING.name, Standing.MANAGES_CASE.value),
        (STANDING.name, Standing.REVIEWS_CARE.value),
        (STANDING.name, Standing.ADVOCATES.value),
    ),
    Item.CASE_STATUS: ((ATTRIBUTE.name, Fact.OPEN_TO_SOCIAL_CARE.value),),
    Item.LEGAL_STATUS: (
        (ATTRIBUTE.name, Fact.LEGAL_STATUS.value),
        (ATTRIBUTE.name, Fact.LOOKED_AFTER.value),
    ),
    Item.PLACEMENT_DETAIL: (
        (STANDING.name, Standing.PROVIDES_PLACEMENT.value),
        (STANDING.name, Standing.NURSE_TEAM.value),
        (CHILD_AREA.name, Area.HOST.value),
        (CHILD_AREA.name, Area.RESPONSIBLE.value),
        (CHILD_AREA.name, Area.HOME.value),
        (ATTRIBUTE.name, Fact.PLACEMENT_TYPE.value),
    ),
    Item.EDUCATION_SCHOOL: ((STANDING.name, Standing.CHILDS_SCHOOL.value),),
    Item.IDENTITY_CORE: ((ATTRIBUTE.name, BIRTH_DATE),),
    Item.IDENTITY_SPECIAL: ((ATTRIBUTE.name, Fact.UASC.value),),
}
_FORCE: Final[dict[Item, tuple[Topic, ...]]] = {
    Item.EPISODE_STATUS: ((STANDING.name, Standing.INVESTIGATING_FORCE.value),),
}
_OTHERS: Final[dict[Item, tuple[Topic, ...]]] = {
    Item.IDENTITY_CORE: ((ATTRIBUTE.name, BIRTH_DATE),),
}


@dataclass(frozen=True, slots=True)
class Unread:
    """A code that no setting reads: of what kind, and the code."""

    kind: str
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What the records say, and which codes nothing reads."""

    claims: tuple[Claim, ...]
    covered: frozenset[Topic]
    unread: frozenset[Unread]


def asked(kind: Kind, settings: FactsSettings) -> frozenset[Item]:
    """What has to be asked of a system for its facts, and no more."""
    items = set(_topics(kind))
    if not settings.uasc:
        items.discard(Item.IDENTITY_SPECIAL)
    return frozenset(items)


def _topics(kind: Kind) -> dict[Item, tuple[Topic, ...]]:
    return {Kind.SOCIAL_CARE: _COUNCIL, Kind.POLICE: _FORCE}.get(kind, _OTHERS)


def read(
    records: Sequence[Record],
    items: frozenset[Item],
    kind: Kind,
    settings: FactsSettings,
    workers: Workers,
    now: datetime,
) -> Read:
    """What the records of one child say; ``items`` is what was asked and answered."""
    reading = _Reading(records, settings, workers, now)
    claims = list(reading.council() if kind is Kind.SOCIAL_CARE else reading.others(kind))
    topics = _topics(kind)
    covered = {topic for item in items for topic in topics.get(item, ())}
    if settings.knows_as is not None:
        covered.add((STANDING.name, settings.knows_as.value))
    return Read(
        claims=tuple(dict.fromkeys(claims)),
        covered=frozenset(covered),
        unread=frozenset(reading.unread),
    )


class _Reading:
    """One child's records, gone through once."""

    def __init__(
        self,
        records: Sequence[Record],
        settings: FactsSettings,
        workers: Workers,
        now: datetime,
    ) -> None:
        self.unread: set[Unread] = set()
        self._records = records
        self._settings = settings
        self._workers = workers
        self._now = now
        self._today = now.astimezone(LONDON).date()

    def others(self, kind: Kind) -> Iterator[Claim]:
        """What a force or a provider of health is to the child."""
        if kind is Kind.POLICE:
            yield from self._episodes()
        else:
            yield from self._identity()
        yield from self._knows()

    def council(self) -> Iterator[Claim]:
        """What a council's system says: who works with the child, where they live, under what status."""
        yield from self._identity()
        yield from self._involvements()
        yield from self._schools()
        yield from self._legal()
        yield from self._placed()
        yield from self._knows()

    def _knows(self) -> Iterator[Claim]:
        if self._settings.knows_as is not None and any(
            isinstance(record, Identity) for record in self._records
        ):
            yield stands(self._settings.knows_as, self._settings.organisation)

    def _identity(self) -> Iterator[Claim]:
        dates = set()
        for record in self._records:
            if not isinstance(record, Identity):
                continue
            core = record.core
            if core is not None and core.birth_date is not None and not core.birth_date_estimated:
                dates.add(core.birth_date)
            if record.special is not None and self._settings.uasc:
                codes = {same(code) for code in record.special.immigration_statuses}
                said = bool(codes & {same(code) for code in self._settings.uasc})
                yield holds(Fact.UASC, said)
        if len(dates) == 1:
            yield born(dates.pop())

    def _involvements(self) -> Iterator[Claim]:
        cases: list[bool] = []
        for record in self._records:
            if not isinstance(record, Involvement):
                continue
            case = record.case
            if case is not None and case.is_open is not None and case.service != EARLY_HELP:
                cases.append(case.is_open)
            if record.worker is not None and (case is None or case.is_open is not False):
                yield from self._worker(record.worker, record.worker_ref)
        if cases:
            yield holds(Fact.OPEN_TO_SOCIAL_CARE, any(cases))

    def _worker(self, worker: Worker, ref: str | None) -> Iterator[Claim]:
        organisation = self._settings.organisation
        found = [Standing.ALLOCATED_WORKER] if worker.allocated else []
        job = same(worker.job or "")
        found += [what for name, what in self._settings.jobs.items() if same(name) == job]
        if not found:
            return
        person = None if ref is None else self._workers.person(ref)
        for standing in found:
            if person is not None:
                yield stands(standing, organisation, person=person)
            elif standing not in PERSONAL:
                yield stands(standing, organisation)
            else:
                self._unread("worker", ref or "(no key)")
        if worker.allocated and worker.team:
            team = _mapped(self._settings.teams, worker.team)
            if team is None:
                self._unread("team", worker.team)
            else:
                # Whoever leads the team to which the child is allocated manages the case.
                for role in (Role.TEAM_MANAGER, Role.SERVICE_MANAGER):
                    yield stands(Standing.MANAGES_CASE, organisation, team=team, role=role)

    def _schools(self) -> Iterator[Claim]:
        for record in self._records:
            school = record.school if isinstance(record, Schooling) else None
            if school is None or not school.name or self._is_past(school.ended_on):
                continue
            code = _mapped(self._settings.schools, school.name)
            if code is None:
                self._unread("school", school.name)
            else:
                yield stands(Standing.CHILDS_SCHOOL, code, until=_midnight(school.ended_on))

    def _legal(self) -> Iterator[Claim]:
        held = [r.status for r in self._records if isinstance(r, LegalStatus) and r.status]
        present = [one for one in held if self._is_present(one.started_on, one.ended_on)]
        looked_after = {one.looked_after for one in present}
        if self._placements() or True in looked_after:
            yield holds(Fact.LOOKED_AFTER, value=True)
        elif held and looked_after <= {False}:
            # This council has looked after the child, or answered for them otherwise, and no longer does.
            yield holds(Fact.LOOKED_AFTER, value=False)
        words = set()
        for one in present:
            word = legal_status(one.code, one.description, self._settings.legal)
            if word is None:
                self._unread("legal-status", one.code or one.description or "(none)")
                return
            words.add(word)
        if len(words) > 1:
            yield holds(Fact.LEGAL_STATUS, UNKNOWN)
        elif words or held:
            yield holds(Fact.LEGAL_STATUS, words.pop() if words else "none")

    def _placements(self) -> list[PlacementDetail]:
        """The placements that the child has now, the last begun last."""
        held = [r.detail for r in self._records if isinstance(r, Placement) and r.detail]
        present = [one for one in held if self._is_present(one.started_on, one.ended_on)]
        return sorted(present, key=lambda one: one.started_on or date.min)

    def _placed(self) -> Iterator[Claim]:
        present = self._placements()
        for one in present:
            yield from self._provider(one)
        if present:
            yield from self._placed_in(present[-1])
        elif self._is_open_here() and not self._is_looked_after():
            # Children Act 1989, section 17: the authority answers for children in need in its area.
            authority = _authority(self._settings.organisation)
            if authority is not None:
                for area in (Area.HOME, Area.HOST, Area.RESPONSIBLE):
                    yield lies(area, authority, None)

    def _placed_in(self, detail: PlacementDetail) -> Iterator[Claim]:
        since = _midnight(detail.started_on)
        responsible = detail.responsible_authority or _authority(self._settings.organisation)
        if responsible is not None:
            yield lies(Area.RESPONSIBLE, responsible, since)
        if detail.placement_type:
            kind = placement_type(detail.placement_type, self._settings.placements)
            if kind is None:
                self._unread("placement-type", detail.placement_type)
            else:
                yield holds(Fact.PLACEMENT_TYPE, kind, since)
        if detail.host_authority is None:
            named = detail.provider if self._is_a_home(detail) else None
            self._unread("area-of-a-placement", named or "(not said)")
            return
        yield lies(Area.HOST, detail.host_authority, since)
        team = self._settings.nurse_teams.get(detail.host_authority.code)
        if team is not None:
            yield stands(Standing.NURSE_TEAM, team)
        elif self._settings.nurse_teams:
            self._unread("nurse-team", detail.host_authority.code)

    def _provider(self, detail: PlacementDetail) -> Iterator[Claim]:
        said = detail.ofsted_urn.text if detail.ofsted_urn is not None else None
        code = _mapped(self._settings.providers, said) if said else None
        if code is None and detail.provider:
            code = _mapped(self._settings.providers, detail.provider)
        code = code or said
        if code is not None:
            yield stands(Standing.PROVIDES_PLACEMENT, code, until=_midnight(detail.ended_on))
        elif detail.provider and self._is_a_home(detail):
            self._unread("provider", detail.provider)

    def _is_a_home(self, detail: PlacementDetail) -> bool:
        """Whether the provider is an organisation. A foster carer's name is a person's, and kept nowhere."""
        kind = placement_type(detail.placement_type or "", self._settings.placements)
        return kind in {"residential", "secure", "supported"}

    def _episodes(self) -> Iterator[Claim]:
        """The force is the child's while they are missing, and as long after as news of it is recent."""
        force, untils = self._settings.organisation, []
        for record in self._records:
            status = record.status if isinstance(record, MissingEpisode) else None
            if status is None:
                continue
            if status.state in _OPEN:
                yield stands(Standing.INVESTIGATING_FORCE, force)
                return
            if status.found_at is not None:
                untils.append(status.found_at + SERVES_FOR)
        until = max(untils, default=self._now)
        if until > self._now:
            yield stands(Standing.INVESTIGATING_FORCE, force, until=until)

    def _is_open_here(self) -> bool:
        return any(
            isinstance(record, Involvement)
            and record.case is not None
            and record.case.is_open is True
            and record.case.service != EARLY_HELP
            for record in self._records
        )

    def _is_looked_after(self) -> bool:
        """Whether anything says that the child is looked after, or leaves it open."""
        return any(
            isinstance(record, LegalStatus)
            and record.status is not None
            and self._is_present(record.status.started_on, record.status.ended_on)
            and record.status.looked_after is not False
            for record in self._records
        )

    def _is_present(self, started: date | None, ended: date | None) -> bool:
        return (started is None or started <= self._today) and not self._is_past(ended)

    def _is_past(self, ended: date | None) -> bool:
        return ended is not None and ended <= self._today

    def _unread(self, kind: str, code: str) -> None:
        self.unread.add(Unread(kind, code.strip()[:200]))


def _mapped(codes: dict[str, str], sent: str) -> str | None:
    wanted = same(sent)
    return next((code for written, code in codes.items() if same(written) == wanted), None)


def _midnight(on: date | None) -> datetime | None:
    """When a day begins, in London."""
    return None if on is None else datetime.combine(on, time(0), LONDON).astimezone(UTC)


def _authority(code: str) -> AuthorityCode | None:
    try:
        return AuthorityCode(code)
    except MalformedIdentifier:
        return None


LONGEST_UNREAD: Final = timedelta(days=8)
"""How long a code that nothing reads is told of after it was last seen."""
