"""Tables whose rows are added and never changed: the database itself refuses anything else.

This stops mistakes, and whoever has only the gateway's rights. Somebody who may alter the
database's triggers can still change a row; for the ledger, the chain and its signatures show it.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

_SQLITE: Final = (
    "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
)
_POSTGRESQL_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION homeward_append_only() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''% is append-only'', TG_TABLE_NAME; END'
"""
_POSTGRESQL: Final = (
    "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION homeward_append_only()"
)


def guards(table: str, dialect: str) -> tuple[str, ...]:
    """The statements that make this database refuse to change or delete a row of this table."""
    if dialect == "sqlite":
        return tuple(_SQLITE.format(table=table, verb=verb) for verb in ("UPDATE", "DELETE"))
    return (_POSTGRESQL_FUNCTION, _POSTGRESQL.format(table=table))


def append_only(table: sa.Table) -> sa.Table:
    """Guard a table from the moment it is made."""

    def guard(_table: sa.Table, connection: sa.Connection, **_options: object) -> None:
        for statement in guards(table.name, connection.dialect.name):
            connection.exec_driver_sql(statement)

    sa.event.listen(table, "after_create", guard)
    return table
