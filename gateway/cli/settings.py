"""``homeward settings``: everything that a deployment may set."""

from __future__ import annotations

from typing import Final

from gateway.cli.checkout import DOCS
from gateway.cli.deployment import AsJson
from gateway.cli.output import print_json
from gateway.cli.printed import Check, Write, page
from gateway.settings_table import described, printed

COMMITTED: Final = DOCS / "settings.md"


def settings(*, write: Write = False, check: Check = False, as_json: AsJson = False) -> None:
    """Every setting: what it is for, what may stand there, what holds without it; in docs/settings.md too."""
    if as_json:
        print_json(described())
        return
    page(printed(), COMMITTED, "settings", write=write, check=check)
