"""Enumerations whose members are compared and read at no cost: what every decision does hundreds of times."""

from __future__ import annotations

import enum
from operator import attrgetter
from typing import TYPE_CHECKING


class Word(enum.Enum):
    """A closed list of words. Each member is one object, so that it is known by being it.

    As `enum.Enum`, which looks up ``value`` and makes a hash of the name in Python each time.
    """

    __hash__ = object.__hash__
    if not TYPE_CHECKING:
        value = property(attrgetter("_value_"))
