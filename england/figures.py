"""The published figures that the simulation is held to, each with its source."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

_TOO_FEW: Final = 100


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One published figure. ``tolerance`` is ours, in the figure's own unit."""

    id: str
    says: str
    value: float
    unit: str
    tolerance: float
    period: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A figure beside what the simulation gives; ``chance`` is three standard errors of it.

    ``counted`` is how many independent things it rests on: children, where incidents come in clusters.
    """

    figure: Figure
    simulated: float | None
    chance: float
    counted: int

    @property
    def within(self) -> bool | None:
        """Whether it is as near as the tolerance and chance allow; None where too few were counted."""
        if self.simulated is None or self.counted < _TOO_FEW:
            return None
        return abs(self.simulated - self.figure.value) <= self.figure.tolerance + self.chance


class _Figures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    figure: list[Figure]


@cache
def figures() -> dict[str, Figure]:
    """Every figure, by its id."""
    text = files("england").joinpath("figures.toml").read_text(encoding="utf-8")
    return {one.id: one for one in msgspec.toml.decode(text, type=_Figures).figure}


def share(figure: str, part: int, whole: int, *, clusters: int | None = None) -> Compared:
    """A share in percent. Where things come in clusters (incidents of a child), chance is larger."""
    if not whole:
        return Compared(figure=figures()[figure], simulated=None, chance=0.0, counted=0)
    ratio = part / whole
    independent = clusters or whole
    expected = figures()[figure].value / 100
    error = math.sqrt(expected * (1 - expected) / independent)
    return Compared(
        figure=figures()[figure], simulated=100 * ratio, chance=300 * error, counted=independent
    )


def mean(figure: str, total: int, squares: int, count: int) -> Compared:
    """A mean, from the sum, the sum of squares, and how many there were."""
    if not count:
        return Compared(figure=figures()[figure], simulated=None, chance=0.0, counted=0)
    middle = total / count
    variance = max(squares / count - middle**2, 0.0)
    return Compared(
        figure=figures()[figure],
        simulated=middle,
        chance=3 * math.sqrt(variance / count),
        counted=count,
    )
