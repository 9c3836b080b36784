"""``homeward link enrol``: everybody whom one system knows, from a file or a stream, a person a line."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, BinaryIO, Final

import msgspec
import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from gateway.cli.deployment import AsJson, Config, opened_for, settings_of
from gateway.cli.output import STDERR, STDOUT, Exit, print_json, say
from gateway.settings import Settings
from linking.particulars import Particulars
from linking.search import Seen
from notifications.enrolling import Brought, bring_in
from records.child import Address, Sex
from records.errors import MalformedIdentifier, WrongSettings
from records.identifiers import UPN, LocalId, NHSNumber

BATCH: Final = 1_000
LONGEST_LINE: Final = 64 * 1024
_SEXES: Final = {sex.value: sex for sex in Sex}
_MOST_SAID: Final = 20


class _Lives(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    lines: tuple[str, ...] = ()
    postcode: str | None = None


class _Person(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"
):
    """One line: whom the system knows, by its own id."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    given_names: tuple[str, ...] = ()
    family_name: str | None = None
    birth_date: date | None = None
    birth_date_estimated: bool = False
    sex: str = Sex.NOT_KNOWN.value
    nhs_number: str | None = None
    upn: str | None = None
    addresses: tuple[_Lives, ...] = ()
    superseded_from: str | None = None


_PEOPLE: Final = msgspec.json.Decoder(_Person)


class _CannotBeRead(Exception):
    """A line that cannot be taken, in words without a value of it."""


def enrol(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="The system's name in this deployment.")
    ],
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="JSON, a person a line; `-` for standard input.")
    ],
    from_line: Annotated[
        int, typer.Option(min=1, help="Go on from this line, as an earlier run said.")
    ] = 1,
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Take everybody whom one system knows into the index; done again, it changes nothing.

    Each line is `{"id": "C1", "givenNames": ["Ada"], "familyName": "Wren", "birthDate": "2012-05-01",
    "sex": "female", "nhsNumber": "...", "addresses": [{"lines": ["1 High St"], "postcode": "AB1 2CD"}]}`;
    only `id` is needed. Exit 3 where lines could not be read: the others are taken in.
    """
    settings = settings_of(config)
    if source not in settings.sources:
        raise WrongSettings(
            f"No system is called that here. There are: {', '.join(sorted(settings.sources))}."
        )
    with _opened(file) as lines:
        tally, faults = asyncio.run(_enrol(settings, source, lines, from_line))
    if as_json:
        print_json({**asdict(tally), "people": tally.people, "unread": faults})
    else:
        STDOUT.print(
            f"{tally.people:,} people: {tally.there:,} were there, {tally.numbered:,} placed by number,"
            f" {tally.weighed:,} by what they say, {tally.apart:,} children of their own"
            f" ({tally.doubtful:,} of them with a match to decide).",
            highlight=False,
        )
    if faults:
        say(f"{len(faults):,} lines could not be read. Mend them, and enrol the file again.")
        raise typer.Exit(Exit.NO)


async def _enrol(
    settings: Settings, source: str, lines: BinaryIO, from_line: int
) -> tuple[Brought, list[dict[str, object]]]:
    tally, faults = Brought(), list[dict[str, object]]()
    by = f"enrolment of {source}"
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    async with opened_for(settings) as parts:
        newcomers = parts.notices.receiving.newcomers
        with Progress(*columns, console=STDERR, disable=not STDERR.is_terminal) as bar:
            task = bar.add_task("Enrolling", total=None)
            batch: list[Seen] = []
            done, at = from_line - 1, from_line - 1

            async def take_in() -> None:
                await bring_in(newcomers, batch, tally, by=by, now=datetime.now(UTC))
                batch.clear()
                bar.update(task, description=f"Enrolled up to line {at:,}")

            try:
                for at, line in _numbered(lines, from_line):
                    try:
                        batch.append(_seen(source, line))
                    except _CannotBeRead as fault:
                        faults.append({"line": at, "why": str(fault)})
                        if len(faults) <= _MOST_SAID:
                            say(f"Line {at:,}: {fault}")
                    if len(batch) >= BATCH:
                        await take_in()
                        done = at
                await take_in()
            except BaseException:
                say(f"Ended early; all before is taken in. Go on with --from-line {done + 1}.")
                raise
    return tally, faults


def _numbered(lines: BinaryIO, from_line: int) -> Iterator[tuple[int, bytes]]:
    at = 0
    while line := lines.readline(LONGEST_LINE + 1):
        at += 1
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            while (rest := lines.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            line = b"\0"
        if at >= from_line and line.strip():
            yield at, line


def _seen(source: str, line: bytes) -> Seen:
    """One person.

    Raises:
        _CannotBeRead: it says which part, and no value.
    """
    try:
        one = _PEOPLE.decode(line)
    except msgspec.ValidationError as error:
        raise _CannotBeRead(f"not as a person is written: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _CannotBeRead("not JSON, or longer than 64 kB.") from None
    sex = _SEXES.get(one.sex)
    if sex is None:
        raise _CannotBeRead(f"`sex` is one of {', '.join(_SEXES)}.")
    try:
        number = None if one.nhs_number is None else NHSNumber.parse(one.nhs_number)
        upn = None if one.upn is None else UPN(one.upn)
        local_id = LocalId(source, one.id)
        older = None if one.superseded_from is None else LocalId(source, one.superseded_from)
    except MalformedIdentifier as error:
        raise _CannotBeRead(str(error)) from None
    return Seen(
        local_id=local_id,
        superseded_from=older,
        particulars=Particulars(
            given_names=one.given_names,
            family_name=one.family_name,
            birth_date=one.birth_date,
            birth_date_estimated=one.birth_date_estimated,
            sex=sex,
            addresses=tuple(Address(lines=a.lines, postcode=a.postcode) for a in one.addresses),
            nhs_number=number,
            upn=upn,
        ),
    )


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    if str(file) == "-":
        yield sys.stdin.buffer
        return
    try:
        opened = file.open("rb")
    except OSError:
        raise WrongSettings("The file cannot be read; correct the path.") from None
    with opened:
        yield opened
