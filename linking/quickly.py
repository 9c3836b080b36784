"""A near transaction's statements, run the short way; on PostgreSQL, and elsewhere, as they always are.

For statements that are written once, in a module: what an event writes is the same some fifteen
statements each time, of which SQLAlchemy would work out ten times as long as SQLite takes for them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from linking.compiled import Rows, Statement, compiled
from linking.glancing import Glance
from linking.near import driver_of

Given: TypeAlias = Mapping[str, Any] | Sequence[Mapping[str, Any]]
Found: TypeAlias = Rows | sa.CursorResult[Any]


async def run(
    place: AsyncConnection | Glance, statement: Statement, given: Given | None = None
) -> Found:
    """What `AsyncConnection.execute` does; ``given`` is one set of parameters, or several of the same keys.

    Raises:
        DBAPIError: as SQLAlchemy names it, without the parameters.
    """
    one = given if given is None or isinstance(given, Mapping) else given[0]
    if isinstance(place, Glance):
        return await place.execute(statement, one)
    driver = driver_of(place)
    if driver is None:
        return await place.execute(statement, given)
    fills = isinstance(statement, sa.Insert) and statement.select is None
    ready = compiled(statement, tuple(one or ()) if fills else None)
    try:
        if given is None or isinstance(given, Mapping):
            return Rows(ready.rows(driver.execute(*ready.arguments(one or {}))))
        many = [ready.arguments(each) for each in given]
        driver.executemany(many[0][0], [arguments for _, arguments in many])
        return Rows([])
    except sqlite3.Error as error:
        raise DBAPIError.instance(
            None, None, error, sqlite3.Error, hide_parameters=True, dialect=place.dialect
        ) from error


async def add(place: AsyncConnection, table: sa.Table, rows: Given) -> None:
    """Add a row, or several of the same keys.

    Raises:
        DBAPIError: as SQLAlchemy names it, without the parameters.
    """
    await run(place, _insert(table), rows)


@cache
def _insert(table: sa.Table) -> sa.Insert:
    """One statement for each table, so that it is compiled once."""
    return table.insert()
