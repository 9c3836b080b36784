"""What an authority or a force is called: names for codes, so that a parent need not read E23000003.

Only of England's children's services authorities and police forces. Any other organisation is known
by its code alone: there is no open list of every home, and none of every team.

Source: Office for National Statistics, register of geographic codes, and police.uk, under the Open
Government Licence v3.0: `organisations.csv`.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@cache
def names() -> Mapping[str, str]:
    """Every name that is known, by its code."""
    text = files("records").joinpath("organisations.csv").read_text(encoding="utf-8")
    return MappingProxyType({row["code"]: row["name"] for row in csv.DictReader(text.splitlines())})
