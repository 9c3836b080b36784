"""On which meeting a notice rests: what may be known for its sake is decided as of that meeting.

Source: the paragraph by which the notice is due, as its row in the partnership's duties.toml says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from consent.bundle import Bundle
from consent.vocabulary import SHAPES, Fact
from notifications.happening import Reason


def meeting_of(bundle: Bundle, reasons: Iterable[Reason]) -> str | None:
    """The meeting, by the rules in force now; None where no paragraph behind the notice speaks of one.

    Where paragraphs speak of several, the first counts: the door weighs one answer for one meeting.
    """
    known = _meetings(bundle)
    named = (known.get((reason.partnership, reason.rule)) for reason in reasons)
    return next((meeting for meeting in named if meeting is not None), None)


@lru_cache(maxsize=16)
def _meetings(bundle: Bundle) -> Mapping[tuple[str, str], str]:
    """Every duty whose notices rest on a meeting of which rules may speak, worked out once."""
    return MappingProxyType(
        {
            (protocol.id, duty.ref.id): duty.about
            for protocol in bundle.protocols.values()
            for duty in protocol.duties
            if duty.about in SHAPES[Fact.MEETING].values
        }
    )
