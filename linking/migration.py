"""Bringing a database to the tables that this version needs, forwards or back, in one transaction.

The steps stand in ``migrations/``, one tree for SQLite and PostgreSQL.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import AsyncEngine

from linking.storage import reading, writing
from records.errors import WrongSettings

FOLDER: Final = Path(__file__).parents[1] / "migrations"
NEWEST: Final = "head"
NOTHING: Final = "base"


def newest() -> str:
    """The revision that this version of Homeward needs."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    if revision is None:
        raise WrongSettings(f"{FOLDER.name}: it holds no revision; restore it from the release")
    return revision


async def revision_of(engine: AsyncEngine) -> str | None:
    """The revision that a database is at; None where it has never been migrated."""
    async with reading(engine) as connection:
        return await connection.run_sync(
            lambda sync: MigrationContext.configure(sync).get_current_revision()
        )


async def migrate(engine: AsyncEngine, revision: str = NEWEST) -> None:
    """Bring a database up to a revision: the newest, unless another is named.

    Replicas that start together wait for one another. Done again, it changes nothing.

    Raises:
        WrongSettings: the migrations are not beside the program.
    """
    async with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('homeward'))"))
        await connection.run_sync(lambda sync: command.upgrade(_config(sync), revision))


async def migrate_back(engine: AsyncEngine, revision: str) -> None:
    """Take a database back to an earlier revision; what later ones added is lost."""
    async with writing(engine) as connection:
        await connection.run_sync(lambda sync: command.downgrade(_config(sync), revision))


def _config(connection: sa.Connection | None = None) -> Config:
    if not FOLDER.is_dir():
        raise WrongSettings(
            f"{FOLDER.name}: the folder is not beside the program; install Homeward from its release"
        )
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", FOLDER.as_posix())
    return config
