"""Learn what each level of likeness is worth, offline, with Splink; and write it down as weights.

Splink counts: how often two records of one child are this alike (m), by what is known of an
invented population, and how often two records drawn at random are (u). The levels that it
counts are found by the same functions that score a pair at run time, so the two cannot drift
apart. Needs the `training` dependency group; the gateway never imports this.
"""

from __future__ import annotations

import json
import logging
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Protocol

import msgspec

from linking.labelled import Labelled
from linking.levels import Aspect, Level, birth, family, given, lives, same, sex
from linking.particulars import Likeness
from linking.weighing import (
    LEVELS,
    NOT_COMPARED,
    Bands,
    Frequencies,
    Odds,
    Trained,
    Weights,
)

PAIRS: Final = 3_000_000
_SMOOTHING: Final = 0.5
_COMMON_FROM: Final = 1 / 10_000
_COMMONEST: Final = 2_000

_COMPARE: Final[dict[Aspect, Callable[[Likeness, Likeness], Level]]] = {
    Aspect.GIVEN: lambda one, other: given(one.given, other.given),
    Aspect.FAMILY: family,
    Aspect.BIRTH: birth,
    Aspect.SEX: lambda one, other: sex(one.sex, other.sex),
    Aspect.ADDRESS: lives,
    Aspect.NHS_NUMBER: lambda one, other: same(one.nhs_number, other.nhs_number),
}


class Progress(Protocol):
    """Told what is being done, step by step."""

    def __call__(self, step: str, done: int, steps: int) -> None:
        """``done`` of ``steps`` are behind us, and this one begins."""


def train(
    records: Iterable[Labelled],
    *,
    version: str,
    population: str,
    bands: Bands,
    seed: int,
    progress: Progress,
    pairs: int = PAIRS,
) -> Weights:
    """Weights from labelled records of at least two sources.

    Raises:
        ModuleNotFoundError: the `training` dependency group is not installed.
    """
    steps = 4
    progress("Gathering records", 0, steps)
    gathered = [one for one in records if one.child is not None]
    progress("Counting unlike pairs (u)", 1, steps)
    trainer = _Trainer(gathered)
    trainer.unlike(pairs, seed)
    progress("Counting pairs of one child (m)", 2, steps)
    trainer.alike()
    progress("Counting names", 3, steps)
    levels = trainer.levels(pairs)
    # Invented children have no pupil numbers; a pupil number is as good a number as any.
    levels[Aspect.UPN.value] = levels[Aspect.NHS_NUMBER.value]
    weights = Weights(
        version=version,
        trained=Trained(
            population=population,
            records=len(gathered),
            pairs=pairs,
            tool=f"splink {trainer.version}",
        ),
        bands=bands,
        levels=levels,
        given_names=_frequencies(name for one in gathered for name in one.likeness.given[:2]),
        family_names=_frequencies(one.likeness.family for one in gathered),
    )
    progress("Done", steps, steps)
    return weights


def written(weights: Weights) -> bytes:
    """The weights as the file that is shipped: a line for each level."""
    return msgspec.json.format(msgspec.json.encode(weights), indent=1) + b"\n"


class _Trainer:
    def __init__(self, records: Sequence[Labelled]) -> None:
        # Imported here, so that everything else runs without the training tools.
        import duckdb  # noqa: PLC0415
        import pyarrow as pa  # noqa: PLC0415
        import splink  # noqa: PLC0415

        self._records = records
        self.version: str = splink.__version__
        connection = duckdb.connect()
        for aspect in _COMPARE:
            connection.create_function(
                _function(aspect),
                self._comparing(aspect, pa),
                ["BIGINT", "BIGINT"],
                "VARCHAR",
                type="arrow",
            )
        api = splink.DuckDBAPI(connection=connection)
        self._linker: Any = splink.Linker(
            [
                api.register(self._table(source, pa), dataset_display_name=source)
                for source in sorted({one.source for one in records})
            ],
            self._settings(),
            log_level=logging.ERROR,
        )

    def unlike(self, pairs: int, seed: int) -> None:
        self._linker.training.estimate_u_using_random_sampling(max_pairs=pairs, seed=seed)

    def alike(self) -> None:
        self._linker.training.estimate_m_from_label_column("child")

    def levels(self, pairs: int) -> dict[str, dict[str, Odds]]:
        """The odds of each level. One that was never seen is taken as seen half a time."""
        true = self._share_of_one_child()
        model = self._linker.misc.save_model_to_json()
        model = json.loads(model) if isinstance(model, str) else model
        least_u = _SMOOTHING / pairs
        least_m = _SMOOTHING / max(len(self._records), 1)
        return {
            Aspect[comparison["output_column_name"].upper()].value: {
                level["label_for_charts"]: _odds(
                    _seen(level.get("m_probability")),
                    _seen(level.get("u_probability")),
                    true,
                    least=(least_m, least_u),
                )
                for level in comparison["comparison_levels"]
                if not level.get("is_null_level")
            }
            for comparison in model["comparisons"]
        }

    def _share_of_one_child(self) -> float:
        """Of all pairs of records in two different systems, the share that is of one child."""
        systems = Counter(one.source for one in self._records)
        children = Counter(one.child for one in self._records)
        total = systems.total()
        every = (total**2 - sum(many**2 for many in systems.values())) / 2
        return sum(held * (held - 1) / 2 for held in children.values()) / every

    def _table(self, source: str, pa: Any) -> Any:  # noqa: ANN401 (a library that the gateway has not)
        rows = [row for row, one in enumerate(self._records) if one.source == source]
        return pa.table(
            {
                "unique_id": rows,
                "place": rows,
                "child": [self._records[row].child for row in rows],
            }
        )

    def _comparing(self, aspect: Aspect, pa: Any) -> Callable[[Any, Any], Any]:  # noqa: ANN401 (as above)
        compare = _COMPARE[aspect]
        records = self._records

        def levels(ones: Any, others: Any) -> Any:  # noqa: ANN401 (columns of that library)
            pairs = zip(ones.to_pylist(), others.to_pylist(), strict=True)
            return pa.array(
                [
                    compare(records[one].likeness, records[other].likeness).value
                    for one, other in pairs
                ],
                type=pa.string(),
            )

        return levels

    def _settings(self) -> dict[str, Any]:
        return {
            "link_type": "link_only",
            "unique_id_column_name": "unique_id",
            "comparisons": [_comparison(aspect) for aspect in _COMPARE],
            "blocking_rules_to_generate_predictions": ["l.child = r.child"],
        }


def _comparison(aspect: Aspect) -> dict[str, Any]:
    call = f"{_function(aspect)}(place_l, place_r)"
    names = [level.value for level in LEVELS[aspect] if level.value != NOT_COMPARED]
    # Nearly every random pair is different: asked first, the others need not be asked.
    names.sort(key=lambda name: name != "different")
    return {
        "output_column_name": aspect.name.lower(),
        "comparison_levels": [
            {
                "sql_condition": f"{call} = '{NOT_COMPARED}'",
                "label_for_charts": NOT_COMPARED,
                "is_null_level": True,
            },
            *(
                {"sql_condition": f"{call} = '{name}'", "label_for_charts": name}
                for name in names[:-1]
            ),
            {"sql_condition": "ELSE", "label_for_charts": names[-1]},
        ],
    }


def _function(aspect: Aspect) -> str:
    return f"likeness_of_{aspect.name.lower()}"


def _odds(m: float, drawn: float, true: float, *, least: tuple[float, float]) -> Odds:
    """Pairs drawn at random hold a few of one child; what those add is taken out of u again."""
    u = (drawn - true * m) / (1 - true)
    return Odds(m=float(f"{max(m, least[0]):.4g}"), u=float(f"{max(u, least[1]):.4g}"))


def _seen(probability: object) -> float:
    # Splink writes a sentence where it saw none.
    return float(probability) if isinstance(probability, int | float) else 0.0


def _frequencies(names: Iterable[str]) -> Frequencies:
    counted = Counter(name for name in names if name)
    total = counted.total()
    common = {
        name: float(f"{1000 * times / total:.3g}")
        for name, times in counted.most_common(_COMMONEST)
        if times / total >= _COMMON_FROM
    }
    # A name that nobody here has may still be common elsewhere: no rarer than the rarest listed.
    return Frequencies(others=min(common.values(), default=1.0), common=common)


def least_weight(children: float, certainty: float) -> float:
    """The weight at which two records are of one child with this certainty, among so many children."""
    return math.log2(children) + math.log2(certainty / (1 - certainty))
