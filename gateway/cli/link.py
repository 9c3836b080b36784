"""``homeward link``: how the same child is known in two systems; trained and judged offline, decided by people."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from england.population import households
from england.systems import COUNCIL, HEALTH, POLICE, Held, Profile, as_held, father_as_held
from gateway.cli import link_enrol, link_queue, link_waiting
from gateway.cli.deployment import AsJson
from gateway.cli.output import STDERR, STDOUT, Exit, print_json, say
from linking.evaluation import Report, evaluate
from linking.labelled import Labelled
from linking.particulars import Likeness, Particulars
from linking.training import PAIRS, least_weight, train, written
from linking.weighing import CURRENT, Bands
from records.errors import WrongSettings

app: Final = typer.Typer(
    help="Knowing that records are of one child: enrolling, deciding, weights and how well they do.",
    no_args_is_help=True,
)

TRAINED_WITH: Final = 11
JUDGED_WITH: Final = 2026

# What is measured: whose records, and how many of each lack the NHS number.
SCENARIOS: Final = (
    ("numbers missing in 20% of council records", COUNCIL, HEALTH),
    (
        "numbers missing in 20% of both",
        COUNCIL,
        dataclasses.replace(HEALTH, without_nhs_number=0.20),
    ),
    ("police, who hold no numbers", COUNCIL, POLICE),
)

# The lines of the table that people read.
_ROWS: Final[tuple[tuple[str, Callable[[Report], str]], ...]] = (
    ("pairs of one child", lambda one: f"{one.pairs_of_one_child:,}"),
    ("... without a number to compare", lambda one: f"{one.without_number:,}"),
    ("linked (recall)", lambda one: f"{one.recall:.4f}"),
    ("linked or before a person", lambda one: f"{one.recall_with_review:.4f}"),
    ("right among linked (precision)", lambda one: f"{one.precision:.6f}"),
    ("falsely linked: twins", lambda one: f"{one.falsely_linked_twins:,}"),
    ("falsely linked: household", lambda one: f"{one.falsely_linked_household:,}"),
    ("falsely linked: in all", lambda one: f"{one.falsely_linked:,}"),
    ("household pairs weighed", lambda one: f"{one.household_pairs_weighed:,}"),
    ("for a person, of 1,000 children", lambda one: f"{one.reviews_per_thousand:.1f}"),
)

app.command()(link_queue.queue)
app.command()(link_queue.confirm)
app.command()(link_queue.reject)
app.command()(link_queue.unlink)
app.command()(link_queue.place)
app.command()(link_enrol.enrol)
app.command()(link_waiting.waiting)

Children = Annotated[int, typer.Option(min=100, help="How many invented children.")]


@app.callback()
def link() -> None:
    """Knowing that records are of one child: enrolling, deciding, weights and how well they do."""


@app.command("train")
def train_weights(
    out: Annotated[Path, typer.Option(help="The file to write.")],
    children: Children = 50_000,
    seed: Annotated[int, typer.Option(help="The population to learn from.")] = TRAINED_WITH,
    version: Annotated[str, typer.Option(help="What to call these weights.")] = CURRENT,
    index: Annotated[int, typer.Option(help="How many children an index may hold.")] = 1_000_000,
    certainty: Annotated[
        float, typer.Option(min=0.9, max=0.999999, help="How certain a link must be.")
    ] = 0.999,
    pairs: Annotated[int, typer.Option(min=10_000, help="How many random pairs to draw.")] = PAIRS,
) -> None:
    """Learn the weights from invented records of council, health and police, with Splink.

    Needs the training tools: ``pip install --group training``.
    """
    bands = Bands(
        linked=round(least_weight(index, certainty), 1),
        possible=round(least_weight(index, 0.01), 1),
    )
    with _bar() as bar:
        task = bar.add_task("Training")

        def told(step: str, done: int, steps: int) -> None:
            bar.update(task, description=step, completed=done, total=steps)

        try:
            weights = train(
                population(seed, children, (COUNCIL, HEALTH, POLICE)),
                version=version,
                population=f"homeward simulate --children {children} --seed {seed}",
                bands=bands,
                seed=seed,
                progress=told,
                pairs=pairs,
            )
        except ModuleNotFoundError as error:
            raise WrongSettings(
                "Training needs tools that the gateway does not: pip install --group training"
            ) from error
    out.write_bytes(written(weights))
    say(f"Wrote {out.name}. Judge it with: homeward link evaluate")


@app.command("evaluate")
def evaluate_weights(
    children: Children = 100_000,
    seed: Annotated[int, typer.Option(help="A population never trained on.")] = JUDGED_WITH,
    *,
    as_json: AsJson = False,
) -> None:
    """Link invented records of whom the truth is known, and count what was right and wrong.

    Exit 3 where twins, brothers and sisters, or a father and his son were linked as one child.
    """
    if seed == TRAINED_WITH:
        raise WrongSettings(f"Seed {seed} was trained on: choose another.")
    reports: list[tuple[str, Report]] = []
    with _bar() as bar:
        for name, one, other in SCENARIOS:
            task = bar.add_task(name)

            def told(done: int, of: int, task: Any = task) -> None:  # noqa: ANN401 (the library's own id)
                bar.update(task, completed=done, total=of)

            reports.append((name, judge(seed, children, one, other, watching=told)))
            bar.update(task, completed=children, total=children)
    if as_json:
        print_json([{"scenario": name, **figures(report)} for name, report in reports])
    else:
        STDOUT.print(_table(children, seed, reports))
    if any(report.falsely_linked_household for _, report in reports):
        raise typer.Exit(Exit.NO)


def judge(seed: int, children: int, one: Profile, other: Profile, **more: Any) -> Report:  # noqa: ANN401 (evaluate's own)
    """Evaluate the shipped weights on two systems' records of one invented population."""
    records = list(population(seed, children, (one, other)))
    return evaluate(
        [record for record in records if record.source == one.source],
        [record for record in records if record.source == other.source],
        **more,
    )


def population(seed: int, children: int, systems: tuple[Profile, ...]) -> Iterator[Labelled]:
    """The records that these systems hold of one invented population; the police hold fathers too."""
    for household in households(seed, children):
        for system in systems:
            for child in household.children:
                yield _labelled(as_held(child, system, seed), twin=child.twin)
            if system is POLICE:
                yield _labelled(father_as_held(household.father, household.number, system.source))


def _labelled(held: Held, *, twin: bool = False) -> Labelled:
    return Labelled(
        source=held.known.local_id.source,
        child=held.child,
        household=held.household,
        likeness=Likeness(Particulars.of(held.known, addresses=held.addresses)),
        twin=twin,
    )


def figures(report: Report) -> dict[str, Any]:
    """A report as it is printed in JSON."""
    return {
        **dataclasses.asdict(report),
        "precision": round(report.precision, 6),
        "recall": round(report.recall, 5),
        "recall_with_review": round(report.recall_with_review, 5),
        "reviews_per_thousand": round(report.reviews_per_thousand, 1),
    }


def _table(children: int, seed: int, reports: list[tuple[str, Report]]) -> Table:
    table = Table(title=f"{children:,} invented children, seed {seed}, none of them trained on")
    table.add_column("")
    for name, _ in reports:
        table.add_column(name, justify="right")
    for title, shown in _ROWS:
        table.add_row(title, *(shown(report) for _, report in reports))
    return table


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    return Progress(*columns, console=STDERR, disable=not STDERR.is_terminal)
