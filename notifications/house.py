"""Rules of the house: why somebody is told where no protocol says so. Each is named as ours, and says what it is."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

SILENCE_GOES_BACK: Final = "silence-goes-back"
SILENCE_TO_THE_DUTY_TEAM: Final = "silence-to-the-duty-team"

HOUSE_RULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "possible-match": "Two records may be of one child; a person decides.",
        "identity-in-doubt": "It is not certain of whom this is; a person decides.",
        "said-by-mistake": "It was said by mistake, and you were told of it.",
        "not-this-child": "It was said of another child, and you were told of it.",
        SILENCE_GOES_BACK: "Nobody has acknowledged a notice that was yours to give, by the paragraph named beside this. No protocol says who hears of silence: that it goes back to whoever had to tell is a rule of Homeward's own.",
        SILENCE_TO_THE_DUTY_TEAM: "Nobody has acknowledged a notice, and nobody who had to give it can be told of that. That the duty team hears instead is a rule of Homeward's own, and of no protocol.",
    }
)
"""What each says to whoever is told by it."""
