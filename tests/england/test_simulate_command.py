"""`homeward simulate`: lines of JSON, a summary, and an exit code that says whether it is like England."""

import json

import typer
from typer.testing import CliRunner

from gateway.cli.simulate import simulate

app = typer.Typer()
app.command()(simulate)


def test_each_child_is_a_line_and_the_last_line_sums_up() -> None:
    done = CliRunner().invoke(app, ["--children", "300", "--seed", "4", "--json"])
    assert done.exit_code == 0
    *children, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert [child["child"] for child in children] == list(range(300))
    assert last["summary"]["children"] == 300
    assert {"published", "simulated", "within", "source"} <= set(last["summary"]["figures"][0])


def test_without_json_the_figures_are_shown_beside_the_published_ones() -> None:
    done = CliRunner().invoke(app, ["--children", "2000"], env={"COLUMNS": "200"})
    assert done.exit_code == 0
    # The table wraps as the terminal wants it, so single words are looked for.
    for word in ("published figure", "11.07 percent", "near enough", "sources stand"):
        assert word in done.output.lower()
