"""Killed at any moment, the engine loses nothing and does nothing twice."""

from __future__ import annotations

from pathlib import Path

from tests.notifications.storm import Killer, Storm, check, find, prepare, settled


async def _survives(storm: Storm, kills: int) -> None:
    await prepare(storm)
    killer = Killer(storm)
    try:
        killer.rage(kills, longest=0.25)
        await settled(storm, patience=60)
    finally:
        killer.stop()
    assert killer.kills == kills
    check(storm, await find(storm))


async def test_one_process_on_sqlite_is_killed_again_and_again(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'homeward.sqlite'}"
    await _survives(Storm(url=url, folder=tmp_path, reports=60), kills=12)


async def test_two_processes_on_one_postgresql_are_killed_again_and_again(
    postgres_url: str, tmp_path: Path
) -> None:
    storm = Storm(url=postgres_url, folder=tmp_path, processes=2, reports=60)
    await _survives(storm, kills=14)
