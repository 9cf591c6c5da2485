"""Bring a database up to the declared tables, and keep every other writer out of them.

Tables, columns and indexes are added, never dropped: a file opened once by a newer program stays readable by an older
one.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
import hashlib

from sqlalchemy import Column, Connection, Engine, Table, inspect
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.types import JSON, Boolean, Float, Integer, Numeric

GATE = "sync_gate"  # one row; its ``open`` is 1 inside a write of the replica and nowhere else
_MARK = "sync_schema"
_DIALECT = sqlite.dialect()


def bring_up(
    engine: Engine,
    tables: Sequence[Table],
    *,
    guarded: Iterable[Table] = (),
    before_change: Callable[[], None] | None = None,
) -> list[tuple[str, str]]:
    """Create what is missing; returns the ``(table, column)`` pairs added to tables that were there before.

    ``before_change`` is called once, before anything is written, when an existing database needs a change: the place
    to copy the file. ``guarded`` tables refuse writes made without the gate. Costs one query when nothing changed.
    """
    guarded = list(guarded)
    fingerprint = _fingerprint(tuple(tables), tuple(guarded))
    with engine.connect() as connection:
        known = _known(connection)
    if known == fingerprint:
        return []
    if known is not None and before_change is not None:
        before_change()
    with engine.begin() as connection:
        added = [pair for table in tables for pair in _bring(connection, table)]
        _make_gate(connection)
        for table in guarded:
            guard(connection, table.name)
        connection.exec_driver_sql(f"CREATE TABLE IF NOT EXISTS {_MARK} (fingerprint TEXT NOT NULL)")
        connection.exec_driver_sql(f"DELETE FROM {_MARK}")
        connection.exec_driver_sql(f"INSERT INTO {_MARK} VALUES (?)", (fingerprint,))
    return added


def guard(connection: Connection, table: str) -> None:
    """Refuse every write to ``table`` while the gate is shut."""
    for act in ("insert", "update", "delete"):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_guard_{act}")
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_guard_{act} BEFORE {act} ON {table} "
            f"WHEN (SELECT open FROM {GATE}) IS NOT 1 "
            "BEGIN SELECT RAISE(ABORT, 'records are written through the replica'); END"
        )


@cache
def _fingerprint(tables: tuple[Table, ...], guarded: tuple[Table, ...]) -> str:
    told = [str(CreateTable(table).compile(dialect=_DIALECT)) for table in tables]
    told += sorted(f"{table.name}.{index.name}" for table in tables for index in table.indexes)
    told += [table.name for table in guarded]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _known(connection: Connection) -> str | None:
    """The fingerprint stored, "" when the database has tables but none, None when it is empty."""
    names = [
        name for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
    ]
    if _MARK in names:
        return str(connection.exec_driver_sql(f"SELECT fingerprint FROM {_MARK}").scalar() or "")
    return "" if names else None


def _make_gate(connection: Connection) -> None:
    connection.exec_driver_sql(
        f"CREATE TABLE IF NOT EXISTS {GATE} (one INTEGER PRIMARY KEY, open INTEGER NOT NULL)"
    )
    connection.exec_driver_sql(f"INSERT OR IGNORE INTO {GATE} VALUES (1, 0)")


def _bring(connection: Connection, table: Table) -> list[tuple[str, str]]:
    inspector = inspect(connection)
    if not inspector.has_table(table.name):
        connection.execute(CreateTable(table))
        present: set[str] = {column.name for column in table.columns}
        indexes: set[str | None] = set()
    else:
        present = {str(column["name"]) for column in inspector.get_columns(table.name)}
        indexes = {index["name"] for index in inspector.get_indexes(table.name)}
    missing = [column for column in table.columns if column.name not in present]
    for column in missing:
        connection.exec_driver_sql(f'ALTER TABLE "{table.name}" ADD COLUMN {_definition(column)}')
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        if index.name not in indexes:
            connection.execute(CreateIndex(index))
    return [(table.name, column.name) for column in missing]


def _definition(column: Column[object]) -> str:
    kind = column.type.compile(dialect=_DIALECT)
    needs = "" if column.nullable else f" NOT NULL DEFAULT {_blank(column)}"
    return f'"{column.name}" {kind}{needs}'


def _blank(column: Column[object]) -> str:
    """The SQL literal old rows get in a new column that may not be empty."""
    given = column.default.arg if column.default is not None and column.default.is_scalar else None  # type: ignore[attr-defined]
    if isinstance(given, bool | int | float):
        return repr(int(given) if isinstance(given, bool) else given)
    if isinstance(given, str):
        return "'" + given.replace("'", "''") + "'"
    if isinstance(column.type, Boolean | Integer | Float | Numeric):
        return "0"
    if isinstance(column.type, JSON):
        shape = column.default.arg(None) if column.default is not None and column.default.is_callable else {}  # type: ignore[attr-defined]
        return "'[]'" if isinstance(shape, list) else "'{}'"
    return "''"
