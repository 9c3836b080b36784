"""References that people copy and type: of a match, an event, a notice, an entry in the ledger."""

from __future__ import annotations

import secrets

_BYTES = 16


def new_reference() -> str:
    """A reference nobody can guess: 22 characters for URLs, of 128 random bits.

    It never begins with a hyphen, which a command line would take for an option.
    """
    while (reference := secrets.token_urlsafe(_BYTES)).startswith("-"):
        pass
    return reference
