"""What a duty does, in a line for the printed lists."""

from __future__ import annotations

from collections.abc import Iterator

from protocols.duties import Clock, Duty, Starts, Treatment


def said(duty: Duty) -> str:
    """Its treatments in words: whom it tells, when it is due, who does what, what is kept."""
    if duty.silent:
        return "duty: the protocol is silent"
    parts = [_part(duty, treatment) for treatment in duty.treatments]
    return f"duty: {', '.join(parts)}"


def _part(duty: Duty, treatment: Treatment) -> str:
    return f"{treatment.value} ({', '.join(dict.fromkeys(_words(duty, treatment)))})"


def _words(duty: Duty, treatment: Treatment) -> Iterator[str]:
    match treatment:
        case Treatment.NOTIFIED:
            for tell in duty.tells:
                yield from (role.id for role in (*tell.who, *tell.otherwise))
            for rung in duty.ladder:
                yield from (role.id for role in rung.to)
        case Treatment.TIMED:
            if duty.window is not None:
                yield str(duty.window)
            if duty.clock is not None:
                yield clock_words(duty.clock)
        case Treatment.RECORDED if duty.keeping is not None:
            yield from duty.keeping.where
        case Treatment.SURFACED:
            yield from (role.id for role in duty.owner)
        case Treatment.ENFORCED:
            yield (
                "what may not be done"
                if duty.responsibility is None
                else duty.responsibility.matter
            )
        case _:
            return


def clock_words(clock: Clock) -> str:
    """When it is due, as the table of deadlines prints it."""
    start = "" if clock.starts is Starts.EVENT else f" from {clock.starts.value}"
    if clock.by is not None:
        length = f"by {clock.by:%H:%M}"
    else:
        length = f"{'after' if clock.waits else 'within'} {clock.period}"
    words = f"{length}{start}"
    if clock.to_end_of_working_day:
        words += ", by the end of that working day"
    if clock.repeats is not None:
        words += f", again every {clock.repeats}"
    return f"{words}, advisory" if clock.advisory else words
