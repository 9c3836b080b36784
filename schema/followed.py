"""What else the protocols ask of people because of an event: tasks, conflicts, what may not be done, flags."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

import strawberry

from notifications.completing import ref_of
from notifications.happening import Reason
from protocols.duties_due import TaskKind
from schema.answer import RuleRef
from schema.ids import Ids
from schema.words import as_enum

as_enum(TaskKind, "TaskKind")

Rules: TypeAlias = Callable[[Iterable[Reason]], list[RuleRef]]
"""The paragraphs of these reasons."""


@strawberry.type(description="Something that a person has to do.")
class FollowUpTask:
    """A task as the protocols lay it on somebody."""

    id: strawberry.ID = strawberry.field(
        description="What `completeTask` takes once you have done it."
    )
    done_at: datetime | None = strawberry.field(
        description="When whoever it is for said that it is done; null until then."
    )
    kind: TaskKind = strawberry.field(description="To do, to meet, to record, or to find out.")
    says: str = strawberry.field(description="What is to be done.")
    owners: list[str] = strawberry.field(
        description="Whose it is: roles as the protocols name them, with the authority's code."
    )
    meeting: str | None = strawberry.field(description="The meeting, where it is to meet.")
    attendees: list[str] = strawberry.field(description="Who is to be asked to the meeting.")
    chair: list[str] = strawberry.field(description="Who chairs it.")
    keep: str | None = strawberry.field(description="What is to be written down, and where.")
    because: list[RuleRef] = strawberry.field(description="The paragraph.")


@strawberry.type(
    description="Who has to see to a matter, such as the return interview, and by which paragraph."
)
class FollowUpAnswer:
    """Who answers for a matter by one paragraph; where paragraphs differ there is a conflict besides."""

    matter: str = strawberry.field(description="The matter, such as `return-interview`.")
    who: list[str] = strawberry.field(
        description="Whose it is: roles as the protocols name them, with the authority's code."
    )
    certain: bool = strawberry.field(
        description="Whether all that the paragraph asks about is known. If not, it may be somebody else."
    )
    because: list[RuleRef] = strawberry.field(description="The paragraph.")


@strawberry.type(
    description="Two protocols lay one matter on different people: whom we go by meanwhile."
)
class FollowUpConflict:
    """A conflict; the child's own authority answers until somebody else has taken it over in writing."""

    matter: str = strawberry.field(description="The matter, such as the return interview.")
    claims: list[str] = strawberry.field(description="Whom each protocol names.")
    taken: list[str] = strawberry.field(description="Whom we go by meanwhile.")
    because: list[RuleRef] = strawberry.field(description="The paragraphs that differ.")


@strawberry.type(description="What a protocol says may not be done, or may not be called so.")
class FollowUpRefusal:
    """Something refused, or kept as it was sent with a note."""

    what: str = strawberry.field(description="What it is about: a rule, a grade or a word.")
    verdict: str = strawberry.field(description="Whether it is refused, or only not defined.")
    says: str = strawberry.field(description="In words.")
    instead: str | None = strawberry.field(description="What to put in its place.")
    because: list[RuleRef] = strawberry.field(description="The paragraph.")


@strawberry.type(description="What the number of recorded episodes makes of the child.")
class FollowUpFlag:
    """A flag, such as frequent missing."""

    flag: str = strawberry.field(description="The flag.")
    episodes: int = strawberry.field(description="How many recorded episodes counted towards it.")
    because: list[RuleRef] = strawberry.field(description="The paragraph.")


@strawberry.type(description="What the protocols ask of people because of one event.")
class FollowUp:
    """Everything of it, for one event that you may know of."""

    event: str = strawberry.field(description="What happened, such as `child-found`.")
    happened_at: datetime = strawberry.field(description="When.")
    tasks: list[FollowUpTask] = strawberry.field(description="What is to be done.")
    answers: list[FollowUpAnswer] = strawberry.field(
        description="Who answers for what: the interview, the safe and well check, a meeting's chair."
    )
    conflicts: list[FollowUpConflict] = strawberry.field(description="Where two protocols differ.")
    refusals: list[FollowUpRefusal] = strawberry.field(description="What may not be done.")
    flags: list[FollowUpFlag] = strawberry.field(description="What the count of episodes comes to.")
    to_tell_in_person: list[str] = strawberry.field(
        description="Who should know and is told by people: the family, and the public."
    )


def follow_up(
    event: str,
    body: Mapping[str, Any],
    rules: Rules,
    ids: Ids,
    done: Mapping[str, datetime],
) -> FollowUp:
    """What was kept of one event, in the words of the schema; ``done`` are tasks by name."""
    return FollowUp(
        event=body["type"],
        happened_at=body["at"],
        tasks=[_task(event, one, rules, ids, done) for one in body.get("tasks", ())],
        answers=[
            FollowUpAnswer(
                matter=one["matter"],
                who=_who(one["who"]),
                certain=one["because"]["certain"],
                because=rules(_reasons([one["because"]])),
            )
            for one in body.get("answers", ())
        ],
        conflicts=[_conflict(one, rules) for one in body.get("conflicts", ())],
        refusals=[
            FollowUpRefusal(
                what=one["what"],
                verdict=one["verdict"],
                says=one["says"],
                instead=one["instead"],
                because=rules(_reasons([one["because"]])),
            )
            for one in body.get("rejects", ())
        ],
        flags=[
            FollowUpFlag(
                flag=one["flag"],
                episodes=one["episodes"],
                because=rules(_reasons([one["because"]])),
            )
            for one in body.get("flags", ())
        ],
        to_tell_in_person=[name for one in body.get("by_people", ()) for name in _who(one["who"])],
    )


def _task(
    event: str,
    one: Mapping[str, Any],
    rules: Rules,
    ids: Ids,
    done: Mapping[str, datetime],
) -> FollowUpTask:
    keep = one["keep"]
    ref = ref_of(event, one["because"]["rule"], one["kind"])
    return FollowUpTask(
        id=strawberry.ID(ids.task(ref)),
        done_at=done.get(ref),
        kind=TaskKind(one["kind"]),
        says=one["says"],
        owners=_who(one["owners"]),
        meeting=one["meeting"],
        attendees=_who(one["attendees"]),
        chair=_who(one["chair"]),
        keep=None if keep is None else f"{keep['what']} ({', '.join(keep['where'])})",
        because=rules(_reasons([one["because"]])),
    )


def _conflict(one: Mapping[str, Any], rules: Rules) -> FollowUpConflict:
    return FollowUpConflict(
        matter=one["matter"],
        claims=[name for claim in one["claims"] for name in _who(claim["who"])],
        taken=_who(one["taken"]),
        because=rules(_reasons(claim["because"] for claim in one["claims"])),
    )


def _who(roles: Iterable[Mapping[str, Any]]) -> list[str]:
    return [f"{one['at']}/{one['role']}" if one["at"] else str(one["role"]) for one in roles]


def _reasons(whys: Iterable[Mapping[str, Any] | None]) -> list[Reason]:
    return [
        Reason(
            rule=why["rule"], partnership=why["partnership"], applies=str(why.get("applies", ""))
        )
        for why in whys
        if why is not None
    ]
