"""``homeward standing import``: what stands in a register of one's own, from a file, a line at a time."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from disclosure.entered_line import COLUMNS, Line, claim_of
from disclosure.entering import Entered, enter
from gateway.cli.deployment import AsJson, Config, opened_for, settings_of
from gateway.cli.output import STDERR, STDOUT, Exit, print_json, say
from gateway.opening import Opened
from gateway.settings import Settings
from linking.index import Ambiguous, Found
from records.errors import MalformedIdentifier, WrongArgument, WrongSettings
from records.identifiers import LocalId, NHSNumber
from schema.ids import ChildId

BATCH: Final = 200
_MOST_SAID: Final = 20
_LINES: Final = msgspec.json.Decoder(Line)
_NOBODY: Final = "no child is known by this; enrol them first (`homeward link enrol`)."


class Tally(msgspec.Struct):
    """What came of a file: lines that were new, that stood already, and that could not be taken."""

    entered: int = 0
    stood: int = 0
    unread: list[dict[str, object]] = msgspec.field(default_factory=list)


def import_file(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A .csv with a line of headings, or .jsonl.")
    ],
    by: Annotated[str, typer.Option(help="Who says so: name and office.")],
    source: Annotated[str, typer.Option(help="The register or system that it comes from.")],
    from_line: Annotated[
        int, typer.Option(min=1, help="Go on from this line, as an earlier run said.")
    ] = 1,
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Enter standing, areas and facts of many children; done again, it changes nothing.

    Columns: `system` and `id`, or `nhs_number`, or `child`; `what`; `organisation`, `issuer`, `subject`,
    `team`, `role`; `value`; `from`, `to`. Exit 3 where lines could not be taken: the others are.
    """
    if not by.strip() or not source.strip():
        raise WrongSettings("Say who with --by, and where it comes from with --source.")
    rows = _rows(file)
    tally = asyncio.run(_import(settings_of(config), rows, from_line, by=by, source=source))
    if as_json:
        print_json(tally)
    else:
        STDOUT.print(f"{tally.entered:,} entered, {tally.stood:,} stood already.", highlight=False)
    if tally.unread:
        say(
            f"{len(tally.unread):,} lines could not be taken. Mend them, and import the file again."
        )
        raise typer.Exit(Exit.NO)


async def _import(
    settings: Settings,
    rows: Iterator[tuple[int, Line | str]],
    from_line: int,
    *,
    by: str,
    source: str,
) -> Tally:
    tally, done = Tally(), from_line - 1
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    async with opened_for(settings) as parts:
        with Progress(*columns, console=STDERR, disable=not STDERR.is_terminal) as bar:
            task = bar.add_task("Entering", total=None)
            batch: list[Entered] = []
            at = done

            async def take_in() -> None:
                one_each = list({(one.child_ref, one.claim.says): one for one in batch}.values())
                new = await enter(
                    parts.engine, parts.ledger, one_each, by=by, now=datetime.now(UTC)
                )
                tally.entered += new
                tally.stood += len(batch) - new
                batch.clear()
                bar.update(task, description=f"Entered up to line {at:,}")

            try:
                for at, row in rows:
                    if at < from_line:
                        continue
                    try:
                        batch.append(await _entered(parts, row, source))
                    except (WrongArgument, MalformedIdentifier) as fault:
                        tally.unread.append({"line": at, "why": str(fault)})
                        if len(tally.unread) <= _MOST_SAID:
                            say(f"Line {at:,}: {fault}")
                    if len(batch) >= BATCH:
                        await take_in()
                        done = at
                await take_in()
            except BaseException:
                say(f"Ended early; all before is entered. Go on with --from-line {done + 1}.")
                raise
    return tally


async def _entered(parts: Opened, row: Line | str, source: str) -> Entered:
    """One line for one child.

    Raises:
        WrongArgument: it says what is wrong, and no value of the line.
        MalformedIdentifier: what should name the child cannot.
    """
    if isinstance(row, str):
        raise WrongArgument(row)
    claim = claim_of(row)
    return Entered(child_ref=await _child(parts, row), claim=claim, source=source)


async def _child(parts: Opened, line: Line) -> str:
    if line.child is not None:
        named = parts.services.ids.read(line.child)
        if not isinstance(named, ChildId):
            raise MalformedIdentifier("`child` is no child's id of this gateway. Copy it whole.")
        return named.child_ref
    number = None if line.nhs_number is None else NHSNumber.parse(line.nhs_number)
    local = None
    if line.system is not None and line.id is not None:
        local = LocalId(line.system, line.id)
    if number is None and local is None:
        raise WrongArgument("name the child: `system` and `id`, `nhs_number`, or `child`.")
    found = await parts.services.index.find(nhs_number=number, local_id=local)
    if isinstance(found, Ambiguous):
        raise WrongArgument("this leads to more than one child; decide with `homeward link queue`.")
    if not isinstance(found, Found):
        raise WrongArgument(_NOBODY)
    return found.child_ref


def _rows(file: Path) -> Iterator[tuple[int, Line | str]]:
    """Every line with its number; of one that cannot be read, what is wrong with it.

    Raises:
        WrongSettings: the file cannot be read at all.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise WrongSettings("The file cannot be read as UTF-8 text; correct the path.") from None
    if file.suffix == ".csv":
        return _of_csv(text)
    if file.suffix in {".jsonl", ".json"}:
        return _of_json(text)
    raise WrongSettings("Give a file that ends in .csv or .jsonl.")


def _of_csv(text: str) -> Iterator[tuple[int, Line | str]]:
    rows = csv.DictReader(io.StringIO(text), restval="")
    unknown = set(rows.fieldnames or ()) - set(COLUMNS)
    if unknown or "what" not in (rows.fieldnames or ()):
        raise WrongSettings(f"The first line has to name columns, of these: {', '.join(COLUMNS)}.")

    def lines() -> Iterator[tuple[int, Line | str]]:
        for row in rows:
            if None in row:
                yield rows.line_num, "more values than there are columns."
                continue
            given = {name: value.strip() for name, value in row.items() if value.strip()}
            try:
                yield rows.line_num, msgspec.convert(given, Line)
            except msgspec.ValidationError as error:
                yield rows.line_num, f"not as a line is written: {error}"

    return lines()


def _of_json(text: str) -> Iterator[tuple[int, Line | str]]:
    for at, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield at, _LINES.decode(line)
        except msgspec.ValidationError as error:
            yield at, f"not as a line is written: {error}"
        except (msgspec.DecodeError, UnicodeEncodeError):
            yield at, "not JSON."
