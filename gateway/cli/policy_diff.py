"""``homeward policy diff``: who would newly see what, exactly; and how many real decisions would move."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.markup import escape
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.analysis import Change, diff
from disclosure.approvals import approvals, in_force, kept_bundle
from disclosure.replaying import Moved, past_decisions
from disclosure.weighing import LONDON
from gateway.cli.deployment import AsJson, Config, settings_of
from gateway.cli.output import STDOUT, Exit, print_json, progress, say
from gateway.cli.telling import Told, plain, shared, told
from gateway.opening import database_of
from gateway.settings import Settings
from protocols.bundle import Bundle
from protocols.load import load_bundle
from records.errors import WrongSettings

SHIPPED: Final = "shipped"
IN_FORCE: Final = "in-force"
_WHICH: Final = f"A folder of protocols, `{SHIPPED}`, `{IN_FORCE}`, or the digest of one approved."


def compare(
    before: Annotated[str, typer.Argument(metavar="A", help=_WHICH)],
    after: Annotated[str, typer.Argument(metavar="B", help=_WHICH)],
    days: Annotated[
        int | None,
        typer.Option(
            min=1, help="Take the decisions of so many days again, and count those that change."
        ),
    ] = None,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="As the rules stand on this day; today otherwise."),
    ] = None,
    accept_widening: Annotated[
        str | None, typer.Option(help="The reference under which what it widens was accepted.")
    ] = None,
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Who would newly see what if B took A's place, and who no longer, in conditions. Exact.

    Exit 4 where anybody would see more, unless that is accepted with a reference.
    """
    day = datetime.now(UTC).astimezone(LONDON).date() if on is None else on.date()
    old, new, moved = asyncio.run(_compared(config, before, after, day, days))
    progress("Working out every pair of protocols, role and item")
    changes = diff(old, new, day)
    known = shared(box for change in changes for box in (*change.opened, *change.closed))
    opened = told(((c, c.opened) for c in changes if c.opened), known)
    closed = told(((c, c.closed) for c in changes if c.closed), known)
    if as_json:
        print_json(
            {
                "before": old.digest,
                "after": new.digest,
                "on": day,
                "throughout": plain(known),
                "opened": opened,
                "closed": closed,
                "decisions": None if moved is None else {"days": days, **_counted(moved)},
                "accepted": accept_widening,
            }
        )
    else:
        if known:
            STDOUT.print(
                f"[dim]Throughout, {escape(plain(known))}.[/dim]", highlight=False, soft_wrap=True
            )
        for line in (*_lines("would newly see", opened), *_lines("would no longer see", closed)):
            STDOUT.print(line, highlight=False, soft_wrap=True)
        say(_summary(changes, moved, days))
    if opened and accept_widening is None:
        raise typer.Exit(Exit.WIDENED)


async def _compared(
    config: Path | None, before: str, after: str, on: date, days: int | None
) -> tuple[Bundle, Bundle, Moved | None]:
    """Both bundles and, where asked, the decisions that would move; the database only where needed."""
    if days is None and all(_in_a_folder(one) for one in (before, after)):
        return _of_folder(before), _of_folder(after), None
    settings = settings_of(config)
    async with database_of(settings) as engine:
        old = await _bundle(settings, engine, before, on)
        new = await _bundle(settings, engine, after, on)
        return old, new, None if days is None else await _moved(engine, old, new, on, days)


async def _moved(engine: AsyncEngine, old: Bundle, new: Bundle, on: date, days: int) -> Moved:
    progress(f"Taking the decisions of {days} days again")
    moved = Moved()
    async for past in past_decisions(engine, since=datetime.now(UTC) - timedelta(days=days)):
        moved.count(past, old, new, on)
    return moved


async def _bundle(settings: Settings, engine: AsyncEngine, named: str, on: date) -> Bundle:
    if named == IN_FORCE and not settings.production:
        return load_bundle(settings.protocols)
    if named != IN_FORCE and _in_a_folder(named):
        return _of_folder(named)
    digest = named
    if named == IN_FORCE:
        approval = in_force(await approvals(engine), on)
        if approval is None:
            raise WrongSettings(
                f"No bundle is approved for {on}. `homeward policy list` shows all."
            )
        digest = approval.digest
    found = await kept_bundle(engine, digest)
    if found is None:
        raise WrongSettings(
            f"`{named}` is no folder, and no approved bundle's digest begins with it. "
            "`homeward policy list` shows them."
        )
    return found


def _in_a_folder(named: str) -> bool:
    return named == SHIPPED or Path(named).is_dir()


def _of_folder(named: str) -> Bundle:
    return load_bundle(None if named == SHIPPED else Path(named))


def _lines(verb: str, rows: Iterable[Told]) -> Iterator[str]:
    for row in rows:
        who, what = ", ".join(row["roles"]), ", ".join(row["items"])
        yield f"[bold]{escape(who)}[/bold] {verb} [bold]{escape(what)}[/bold]"
        yield f"  of records of {', '.join(row['holders'])}; {'; '.join(row['where'])}"
        for condition in row["when"]:
            yield f"  when {escape(condition)}"


def _counted(moved: Moved) -> dict[str, Any]:
    def rows(found: Any) -> list[dict[str, Any]]:  # noqa: ANN401 (a counter of roles and items)
        return [
            {"role": role.value, "item": item.value, "decisions": count}
            for (role, item), count in found.most_common()
        ]

    return {
        "counted": moved.counted,
        "changed": moved.changed,
        "shown_more": moved.shown_more,
        "shown_less": moved.shown_less,
        "more": rows(moved.more),
        "less": rows(moved.less),
        "refs": moved.refs,
    }


def _summary(changes: Iterable[Change], moved: Moved | None, days: int | None) -> str:
    listed = list(changes)
    wider = sum(1 for change in listed if change.opened)
    narrower = sum(1 for change in listed if change.closed)
    said = f"{wider} cells open wider, {narrower} close." if listed else "Nobody sees more or less."
    if moved is None:
        return said
    return (
        f"{said} Of {moved.counted} decisions in the last {days} days {moved.changed} would change: "
        f"{moved.shown_more} show more, {moved.shown_less} show less."
    )
