"""What else the protocols ask for because of an event, as it is kept and shown: tasks, conflicts, refusals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from disclosure.chain import Plain
from protocols.duties_due import Addressee, Due, NoticeDue, Why


def follow_up_of(due: Due, missed: Sequence[NoticeDue]) -> Mapping[str, Plain] | None:
    """Everything of it in plain values, each with its rule; None where there is nothing.

    ``missed`` are people who should know and whom no machine can tell: somebody has to.
    """
    kept: dict[str, Plain] = {
        "tasks": [
            {
                "kind": task.kind.value,
                "owners": _who(task.owners),
                "says": task.says,
                "because": _why(task.because),
                "meeting": task.meeting,
                "attendees": _who(task.attendees),
                "chair": _who(task.chair),
                "keep": None
                if task.keep is None
                else {"what": task.keep.what, "where": list(task.keep.where)},
            }
            for task in due.tasks
        ],
        "answers": [
            {"matter": a.matter, "who": _who(a.who), "because": _why(a.because)}
            for a in due.answers
        ],
        "conflicts": [
            {
                "matter": c.matter,
                "claims": [{"who": _who(a.who), "because": _why(a.because)} for a in c.claims],
                "taken": _who(c.taken.who),
            }
            for c in due.conflicts
        ],
        "rejects": [
            {
                "what": r.what,
                "verdict": r.verdict.value,
                "says": r.says,
                "because": None if r.because is None else _why(r.because),
                "instead": r.instead,
            }
            for r in due.rejects
        ],
        "silent": [{"because": _why(s.because), "searched": list(s.searched)} for s in due.silent],
        "flags": [
            {
                "flag": flag.flag,
                "episodes": flag.episodes,
                "because": {"rule": flag.rule.id, "partnership": flag.rule.protocol},
            }
            for flag in due.flags
        ],
        "by_people": [
            {"who": _who([n.to]), "because": [_why(why) for why in n.because]} for n in missed
        ],
    }
    kept = {name: value for name, value in kept.items() if value}
    return kept or None


def _who(addressees: Iterable[Addressee]) -> list[Plain]:
    return [
        {
            "role": to.role.id,
            "name": to.role.name,
            "protocol": to.protocol,
            "at": to.authority if isinstance(to.authority, str) else None,
        }
        for to in addressees
    ]


def _why(why: Why) -> dict[str, Plain]:
    return {
        "rule": why.rule.id,
        "partnership": why.rule.protocol,
        "applies": why.as_.value,
        "heading": why.rule.heading,
        "certain": why.certain,
    }
