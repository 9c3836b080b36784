"""Whoever is eighteen when they go missing: no child, and so nobody whom these protocols have told of.

Source: Staffordshire and Stoke 3.2 and pan-Lancashire 2, under 18; the other three say "child" and
mean, by the Children Act 1989, section 105, the same: a reading for each of them to confirm. Who turns
eighteen while missing began as a child: what runs goes on until they are found, and everybody who was
told that they were missing hears of it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final

from notifications.episode import episode_of
from notifications.happening import Happened, Plan
from notifications.shown import follow_up_of
from protocols.duties_due import Due, Refused
from protocols.duties_vocabulary import Circumstances
from protocols.status import Verdict
from protocols.vocabulary import UNKNOWN, Fact

EIGHTEEN: Final = 18
_BEFORE_AN_EPISODE: Final = frozenset({"child-not-located", "unreported-missing-identified"})
_SAYS: Final = (
    "Whoever is 18 or over when they go missing is no child under these protocols: nobody was told, and no"
    " clock runs. If the date of birth is wrong, correct it, and everybody is told."
)
_REFUSED: Final = Refused(
    what="eighteen-or-over", verdict=Verdict.REFUSED, says=_SAYS, because=None
)

OF_NO_CHILD: Final = Plan(follow_up=follow_up_of(Due(rejects=(_REFUSED,)), ()))
"""What follows from the episode of somebody who is no child: that it is said, and nothing else."""

AgeAt = Callable[[datetime], Awaitable[Circumstances]]


async def was_grown_up(
    event: Happened, history: Sequence[Happened], known: Circumstances, known_at: AgeAt
) -> bool:
    """Whether the episode of this event began when they were 18 already, certainly.

    ``known`` is what is known as of the event. Who may have been a child is one.
    """
    age = known.get(Fact.AGE, UNKNOWN)
    if not isinstance(age, int) or age < EIGHTEEN:
        return False
    episode = episode_of(event, history)
    if episode is None:
        return event.type in _BEFORE_AN_EPISODE
    then = (await known_at(episode.first_at)).get(Fact.AGE, UNKNOWN)
    if isinstance(then, int):
        return then >= EIGHTEEN
    return age > EIGHTEEN or episode.events == (event.root,)
