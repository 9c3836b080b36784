"""What Homeward's own registers are told about a child: standing, areas, wishes, judgements."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from consent.vocabulary import Fact
from disclosure.assertion import Area, Capacity, Giver, Said, Says
from disclosure.recording import (
    record_agreement,
    record_area,
    record_attribute,
    record_birth_date,
    record_judgement,
    record_notice,
    record_preference,
    record_standing,
)
from linking.storage import writing
from records.people import Kind, Standing
from tests.places import HOMES, NURSE_TEAM, SCHOOL, Authority

if TYPE_CHECKING:
    from tests.world import World

Recorder = Callable[..., Awaitable[int]]
Recording = tuple[Recorder, tuple[Any, ...]]
LONG_AGO: Final = timedelta(days=300)


def said(source: str = "case-system", *, until: datetime | None = None) -> Said:
    """Something known for a long time, by one system."""
    now = datetime.now(UTC)
    return Said(
        source=source, by="test", valid_from=now - LONG_AGO, recorded_at=now, valid_to=until
    )


class Registers:
    """One child's rows in the registers."""

    def __init__(self, world: "World", child_ref: str) -> None:
        self._world = world
        self._ref = child_ref
        self._waiting: list[Recording] | None = None

    @contextmanager
    def together(self) -> Iterator[None]:
        """Write all that is said in the block in one transaction, at its end."""
        said_here: list[Recording] = []
        self._waiting = said_here
        try:
            yield
        finally:
            self._waiting = None
        self._world.does(self._written(said_here))

    def _record(self, record: Recorder, *what: Any, **more: Any) -> None:  # noqa: ANN401 (as each takes it)
        written = partial(record, **more), what
        if self._waiting is None:
            self._world.does(self._written([written]))
        else:
            self._waiting.append(written)

    async def _written(self, recordings: list[Recording]) -> None:
        async with writing(self._world.parts.engine) as database:
            for record, what in recordings:
                await record(database, *what)

    def belongs(
        self, responsible: Authority, host: Authority, *, looked_after: bool, aged: int
    ) -> None:
        """Whose child it is, where they live, and that everybody has an agreement."""
        standing = Standing.RESPONSIBLE_AUTHORITY if looked_after else Standing.HOME_AUTHORITY
        self.stands(standing, organisation=responsible.code)
        if host is not responsible:
            self.stands(Standing.HOST_AUTHORITY, organisation=host.code)
        for area, authority in ((Area.RESPONSIBLE, responsible), (Area.HOST, host)):
            self._record(record_area, self._ref, area, authority.gss, said())
        born = date.today() - timedelta(days=aged * 365 + aged // 4 + 40)  # noqa: DTZ011 (a birthday)
        self._record(record_birth_date, self._ref, born, said())
        self.states("looked_after", looked_after)
        self.states("legal_status", "s31" if looked_after else "none")
        self.states("open_to_social_care", looked_after)
        self.states("placed_here_by_other_authority", host is not responsible)
        partnerships = [p for p in self._world.parts.bundle.bundle.protocols if p != "england"]
        organisations = {
            responsible.code,
            host.code,
            host.force,
            NURSE_TEAM,
            SCHOOL,
            *HOMES.values(),
        }
        for partnership in partnerships:
            for organisation in organisations:
                if (organisation, partnership) in self._world.agreed:
                    continue
                self._world.agreed.add((organisation, partnership))
                self._record(
                    record_agreement, organisation, partnership, said(), agreement_ref="test"
                )

    def host_is_doubtful(self) -> None:
        """Another system cannot tell in whose area the child lives."""
        self._record(record_area, self._ref, Area.HOST, None, said("another-system"))

    def stands(self, standing: Standing, *, until: datetime | None = None, **who: Any) -> None:  # noqa: ANN401 (see record_standing)
        """Somebody is something to this child, for good or until then."""
        self._record(record_standing, self._ref, standing, said(until=until), **who)

    def states(self, fact: str, value: Any, *, source: str = "case-system") -> None:  # noqa: ANN401 (by the fact)
        """A system states a fact of this child."""
        self._record(record_attribute, self._ref, Fact(fact), value, said(source))

    def child_says(
        self,
        says: Says,
        audience: Kind | str | None = None,
        capacity: Capacity = Capacity.COMPETENT,
    ) -> None:
        """What the child wants: for everybody, or for one kind of organisation."""
        self._says(says, Giver.CHILD, capacity, audience)

    def parent_says(self, says: Says, audience: Kind | str | None = None) -> None:
        """What a person with parental responsibility wants."""
        self._says(says, Giver.PARENT, Capacity.PARENTAL_RESPONSIBILITY, audience)

    def _says(
        self, says: Says, giver: Giver, capacity: Capacity, audience: Kind | str | None
    ) -> None:
        self._record(
            record_preference,
            self._ref,
            says,
            said(),
            giver=giver,
            giver_ref=giver.value,
            capacity=capacity,
            audience=audience,
        )

    def judged(self, fact: str, *, value: bool = True, **for_whom: Any) -> None:  # noqa: ANN401 (see record_judgement)
        """Somebody judged something, for a day from now."""
        until = datetime.now(UTC) + timedelta(days=1)
        self._record(
            record_judgement,
            self._ref,
            Fact(fact),
            said(until=until),
            value=value,
            reason="Judged in a test",
            **for_whom,
        )

    def was_told(self) -> None:
        """The child was told who gets what, when and why."""
        self._record(record_notice, self._ref, said(), told=True, why="At the interview")
