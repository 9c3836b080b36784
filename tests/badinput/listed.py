"""Prints which kinds of bad input are tried: `python -m tests.badinput.listed`, into docs/bad-input.md.

The list is made of the tables and names of the tests themselves, so nothing stands in it that is not tried.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.badinput import test_dates, test_payloads, test_people
from tests.badinput.payloads import PAYLOADS

PAGE: Final = Path(__file__).parents[2] / "docs" / "bad-input.md"
_TABLES: Final = (
    PAYLOADS,
    test_dates.TIMES,
    test_dates.BIRTHS,
    test_people.NAMES,
    test_people.NOBODYS,
    test_people.POSTCODES,
)
_HEAD: Final = """\
# Bad input that is tried

Printed by `python -m tests.badinput.listed`; do not edit. Each kind goes through every adapter that can meet it, over real HTTP. What comes of it is one of three: the system is named as
unreadable, in words without a value of it; a row is left out, counted and said; or what came is carried as it is, with a note. Nothing is lost without being said, and nobody else's answer suffers.

| kind | what is sent |
|---|---|
"""


def kinds() -> dict[int, list[str]]:
    """What is tried of each numbered kind, in the order of the tests."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for number, what in _tried():
        if what not in found[number]:
            found[number].append(what)
    return dict(sorted(found.items()))


def printed() -> str:
    """The page."""
    listed = kinds()
    rows = [f"| {number} | {'; '.join(tried)} |" for number, tried in listed.items()]
    total = sum(map(len, listed.values()))
    foot = f"\n{len(listed)} kinds, tried in {total} ways."
    return _HEAD + "\n".join([*rows, foot]) + "\n"


def _tried() -> Iterator[tuple[int, str]]:
    for table in _TABLES:
        for kind in table:
            number, _, what = kind.partition(" ")
            yield int(number), what.replace("|", "or")
    for module in (test_dates, test_payloads, test_people):
        for name in vars(module):
            match = re.fullmatch(r"test_(\d\d)_(\w+)", name)
            if match is not None:
                yield int(match[1]), match[2].replace("_", " ")


if __name__ == "__main__":
    PAGE.write_text(printed(), encoding="utf-8")
