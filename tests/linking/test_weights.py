"""The shipped weights: whole, versioned, learnt by Splink, and good on children never seen."""

from __future__ import annotations

import enum
import json
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from england.systems import COUNCIL, HEALTH, POLICE
from gateway.cli.link import JUDGED_WITH, SCENARIOS, TRAINED_WITH, app, judge, population
from linking.levels import Aspect, Birth, Given
from linking.match import Band, match
from linking.training import least_weight, train, written
from linking.weighing import CURRENT, Bands, Weighing, current, read
from records.errors import WrongSettings
from tests.linking.likenesses import like

CONTENT = files("linking").joinpath("weights", f"{CURRENT}.json").read_bytes()


def test_the_weights_say_what_they_were_trained_on_and_with_what() -> None:
    weights = read(CONTENT)
    assert weights.version == CURRENT == current().version
    assert weights.trained.tool.startswith("splink ")
    assert f"--seed {TRAINED_WITH}" in weights.trained.population
    assert weights.trained.records >= 100_000


def test_the_bands_are_what_the_certainty_asks_among_a_million_children() -> None:
    assert least_weight(1_000_000, 0.999) == pytest.approx(29.9, abs=0.05)
    assert read(CONTENT).bands == Bands(
        linked=round(least_weight(1_000_000, 0.999), 1),
        possible=round(least_weight(1_000_000, 0.01), 1),
    )


@pytest.mark.parametrize(
    "aspect, closer, farther",
    [
        (Aspect.GIVEN, Given.SAME, Given.ONE_SLIP),
        (Aspect.GIVEN, Given.ONE_SLIP, Given.SIMILAR),
        (Aspect.GIVEN, Given.SIMILAR, Given.DIFFERENT),
        (Aspect.BIRTH, Birth.SAME, Birth.DAY_AND_MONTH_EXCHANGED),
        (Aspect.BIRTH, Birth.SAME, Birth.SAME_BUT_ESTIMATED),
        (Aspect.BIRTH, Birth.ONE_DIGIT, Birth.DIFFERENT),
    ],
)
def test_what_is_closer_weighs_more(aspect: Aspect, closer: enum.Enum, farther: enum.Enum) -> None:
    levels = read(CONTENT).levels[aspect.value]
    assert levels[closer.value].weight > levels[farther.value].weight


def test_weights_that_lack_a_level_do_not_load() -> None:
    broken = json.loads(CONTENT)
    del broken["levels"]["birth-date"]["one-digit-differs"]
    with pytest.raises(msgspec.ValidationError, match="every level"):
        read(json.dumps(broken).encode())


def test_weights_with_something_unknown_do_not_load() -> None:
    broken = json.loads(CONTENT) | {"colour": 1}
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        read(json.dumps(broken).encode())


def test_other_weights_can_be_used_and_are_named_in_the_verdict() -> None:
    weights = read(CONTENT)
    strict = msgspec.structs.replace(
        weights, version="strict", bands=Bands(linked=90.0, possible=13.3)
    )
    found = match(like(), like(), Weighing(strict))
    assert (found.band, found.weights_version) == (Band.POSSIBLE, "strict")


def test_ten_thousand_children_and_no_twin_brother_or_father_is_linked_as_the_child() -> None:
    report = judge(JUDGED_WITH, 10_000, COUNCIL, HEALTH)
    assert report.household_pairs_weighed > 10_000
    assert report.falsely_linked_household == report.falsely_linked_twins == 0
    assert report.without_number > 0.19 * report.pairs_of_one_child
    assert report.recall >= 0.97
    assert report.precision >= 0.9999
    assert report.recall_with_review >= 0.998


def test_police_records_without_numbers_link_no_twin_brother_or_father() -> None:
    report = judge(JUDGED_WITH, 5_000, COUNCIL, POLICE)
    assert report.without_number == report.pairs_of_one_child == 5_000
    assert report.household_pairs_weighed > 10_000
    assert report.falsely_linked_household == 0
    assert report.recall > 0.7
    assert report.recall_with_review > 0.98


def test_an_evaluation_notices_false_links() -> None:
    # Weights that link whatever is found: the report must say how wrong that is.
    loose = msgspec.structs.replace(read(CONTENT), bands=Bands(linked=-99.0, possible=-99.0))
    report = judge(JUDGED_WITH, 2_000, COUNCIL, HEALTH, weighing=Weighing(loose))
    assert report.falsely_linked > 0
    assert report.precision < 1


def test_the_command_prints_its_figures_and_refuses_the_population_it_learnt_from() -> None:
    done = CliRunner().invoke(app, ["evaluate", "--children", "300", "--json"])
    assert done.exit_code == 0
    shown = json.loads(done.stdout)
    assert [one["scenario"] for one in shown] == [name for name, _, _ in SCENARIOS]
    assert {"precision", "recall", "falsely_linked_twins"} <= set(shown[0])

    refused = CliRunner().invoke(app, ["evaluate", "--children", "300", "--seed", "11"])
    assert isinstance(refused.exception, WrongSettings)


def test_training_without_its_tools_says_which_to_install(tmp_path: Path) -> None:
    try:
        import splink  # noqa: F401, PLC0415
    except ModuleNotFoundError:
        done = CliRunner().invoke(
            app, ["train", "--children", "100", "--out", str(tmp_path / "weights.json")]
        )
        assert isinstance(done.exception, WrongSettings)
        assert "--group training" in str(done.exception)
    else:
        pytest.skip("the training tools are installed")


def test_splink_learns_weights_that_can_be_shipped() -> None:
    pytest.importorskip("splink", reason="needs the training tools: pip install --group training")
    said: list[str] = []
    weights = train(
        population(5, 3_000, (COUNCIL, HEALTH)),
        version="try",
        population="three thousand",
        bands=Bands(linked=29.9, possible=13.3),
        seed=1,
        progress=lambda step, _done, _steps: said.append(step),
        pairs=200_000,
    )
    again = read(written(weights))
    assert again == weights
    assert said[0] == "Gathering records"
    levels = weights.levels[Aspect.GIVEN.value]
    assert levels["same"].weight > 5
    assert levels["different"].weight < 0
    report = judge(JUDGED_WITH, 2_000, COUNCIL, HEALTH, weighing=Weighing(weights))
    assert report.falsely_linked_household == 0
    assert report.recall > 0.95


def test_what_is_measured_is_what_the_docs_say() -> None:
    assert [(one.without_nhs_number, other.without_nhs_number) for _, one, other in SCENARIOS] == [
        (0.20, 0.01),
        (0.20, 0.20),
        (0.20, 1.0),
    ]
