"""Alembic's entry: one tree for SQLite and PostgreSQL, run on a connection that is handed in.

By hand: ``alembic -x url=sqlite+aiosqlite:///homeward.sqlite upgrade head``.
"""

from __future__ import annotations

import asyncio

from alembic import context
from sqlalchemy import Connection

# Each import brings its tables.
import disclosure.approvals
import disclosure.entries
import disclosure.fact_tables
import disclosure.proceeding_tables  # noqa: F401
import gateway.polling.tables
import gateway.used_proofs  # noqa: F401
import linking.possible
import linking.search
import linking.tables
import linking.unweighed  # noqa: F401
import notifications.carried_table
import notifications.mailbox_tables
import notifications.peer_tables
import notifications.tables  # noqa: F401
from linking.storage import TABLES, open_engine, writing


def run(connection: Connection) -> None:
    """Run what was asked for, on this connection, inside its transaction."""
    context.configure(
        connection=connection,
        target_metadata=TABLES,
        compare_server_default=True,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def by_hand(url: str) -> None:
    """Open the database named on the command line, run, and close it."""
    engine = open_engine(url)
    try:
        async with writing(engine) as connection:
            await connection.run_sync(run)
    finally:
        await engine.dispose()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    asyncio.run(by_hand(context.get_x_argument(as_dictionary=True)["url"]))
