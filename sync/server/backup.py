"""Backing a centre up while it runs, and putting a backup back so that no laptop is misled.

What an archive looks like is :mod:`sync.server.archive`'s part. It goes into either kind of database: an office that grows
takes its SQLite centre to PostgreSQL with it. Photos are not in it; they are files of their own.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
import os
from pathlib import Path
import sqlite3
import tempfile
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    LargeBinary,
    NullPool,
    Table,
    bindparam,
    create_engine,
    func,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from sync.clock import wall_millis
from sync.errors import Refused
from sync.server import tables
from sync.server.archive import Header, Reader, Writer
from sync.server.audit import audited
from sync.server.database import (
    bring_up_to_date,
    collided,
    insert_many,
    reading,
    rotate_epoch,
    translated,
    writing,
)

ROWS = 500  # read at a time
LONG_ROWS = 10  # the same of a table whose rows hold what laptops sent, up to megabytes each
BATCH = 2 * 1024 * 1024  # bytes of JSON written at a time
TRIES = 3  # of a restore that meets laptops at work

_SQLITE = b"SQLite format 3\x00"
_KEPT = [table for table in tables.metadata.sorted_tables if table is not tables.knock]


_SHUT = {
    "device": (tables.device.c.id, tables.device.c.revoked_at),
    "account": (tables.account.c.name, tables.account.c.disabled_at),
}
_ACT = ("at", "actor", "act", "subject", "detail")


@dataclass(frozen=True)
class _Since:
    """What is not undone by going back: who was shut out, and what the office did."""

    shut: dict[str, list[dict[str, Any]]]
    acts: list[tuple[Any, ...]]


@dataclass(frozen=True)
class Backup:
    """An archive that was read to its end and found whole; ``name`` is that of the file it came from."""

    name: str
    path: Path
    header: Header
    records: int


def back_up(engine: Engine, target: Path, *, actor: str = "console") -> int:
    """Write everything the centre holds, as of one moment, into a new file; the number of records in it.

    Refused when the target exists or cannot be written.
    """
    if target.exists():
        raise Refused("备份文件已经存在", f"请换一个文件名：{target}")
    part = target.with_name(target.name + ".part")
    try:
        count = _write_all(engine, part)[tables.record.name]
        part.replace(target)
    except OSError as error:
        raise Refused("备份没有完成", f"请检查磁盘空间和文件夹权限：{target.parent}") from error
    finally:
        part.unlink(missing_ok=True)
    with translated(), writing(engine) as db:
        told = f"records={count}"
        audited(db, actor=actor, act="backup", subject=target.name, detail=told, now=wall_millis())
    return count


@contextmanager
def found(source: Path) -> Iterator[Backup]:
    """A backup that was read through and can be used: an archive, or a copy of a centre's SQLite file.

    Refused when it is neither, not whole, or of a newer program.
    """
    if not source.is_file():
        raise Refused("没有这个备份文件", f"请检查路径：{source}")
    with _readable(source), tempfile.TemporaryDirectory() as folder:
        with source.open("rb") as file:
            is_database = file.read(len(_SQLITE)) == _SQLITE
        yield _checked(source, _archived(source, Path(folder)) if is_database else source)


def restore(engine: Engine, backup: Backup, *, keep_in: Path, actor: str = "console") -> Path | None:
    """Put a backup in place of everything a centre holds, even a running one, and begin a new epoch; all or nothing.

    Every laptop then sends again what the backup does not know, and whoever was shut out since stays shut out. What was
    there before is backed up into the folder ``keep_in``; its path is returned, None when there was nothing.
    """
    kept = None
    with reading(engine) as db:
        empty = not any(
            db.execute(select(table).limit(1)).first() for table in (tables.account, tables.record)
        )
    if not empty:
        at = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        kept = keep_in / f"before-restore-{at}.gridhub"
        back_up(engine, kept, actor=actor)
    with translated(), _readable(backup.path):
        for turn in range(TRIES):
            try:
                _replace(engine, backup, actor=actor)
                break
            except DBAPIError as error:
                if not collided(error) or turn == TRIES - 1:
                    raise
    return kept


def _checked(source: Path, path: Path) -> Backup:
    with Reader(path) as archive:
        if archive.header.schema > tables.SCHEMA:
            raise Refused("备份由更新的版本建立", "请把中心程序升级到最新版本后再恢复。")
        records = sum(len(rows) for name, rows in archive.batches(BATCH) if name == tables.record.name)
        return Backup(source.name, path, archive.header, records)


def _archived(source: Path, folder: Path) -> Path:
    """The archive of a copied SQLite file, whichever earlier program it comes from."""
    copy, target = folder / "copy.db", folder / "copy.gridhub"
    try:
        # Changes that still stand beside the file in its journal come along.
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(copy)) as new:
            old.backup(new)
            sound = new.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        engine = create_engine(f"sqlite:///{copy}", poolclass=NullPool)
        with engine.begin() as db:
            if not (sound and inspect(db).has_table("meta") and inspect(db).has_table("record")):
                raise _no_centre()
            bring_up_to_date(db)
    except (sqlite3.Error, SQLAlchemyError) as error:
        raise _no_centre() from error
    _write_all(engine, target)
    return target


def _no_centre() -> Refused:
    return Refused("这不是完好的中心数据库", "请换一个备份文件。")


def _write_all(engine: Engine, target: Path) -> dict[str, int]:
    """Write an archive to a new file; table → its rows."""
    with (
        translated(),
        os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out,
        reading(engine) as db,
    ):
        meta = db.execute(select(tables.meta)).one()
        told = {"schema": meta.schema, "epoch_no": meta.epoch_no, "secret_check": meta.secret_check}
        archive = Writer(out, Header(**told, made_at=wall_millis()))
        counts = {table.name: _write(db, archive, table) for table in _KEPT}
        archive.close()
        out.flush()
        os.fsync(out.fileno())
    return counts


def _write(db: Connection, archive: Writer, table: Table) -> int:
    binary = [column.name for column in table.columns if isinstance(column.type, LargeBinary)]
    archive.table(table.name, [column.name for column in table.columns], binary)
    count = 0
    with db.execute(select(table), execution_options={"yield_per": LONG_ROWS if binary else ROWS}) as rows:
        for some in rows.partitions():
            archive.rows(some)
            count += len(some)
    return count


def _replace(engine: Engine, backup: Backup, *, actor: str) -> None:
    now, made_at = wall_millis(), backup.header.made_at
    with writing(engine) as db:
        if db.dialect.name != "sqlite":
            # Laptops may go on reading what was; whoever writes waits.
            names = ", ".join(f'"{table.name}"' for table in _KEPT)
            db.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
        since = _Since(_shut_out(db), _acts(db, made_at))
        last = db.execute(select(tables.meta.c.epoch_no)).scalar_one()
        for table in reversed(_KEPT):
            db.execute(table.delete())
        _read(db, backup.path)
        _count_on(db)
        _keep(db, since, made_at)
        newest = max(last, backup.header.epoch_no)
        db.execute(update(tables.meta).values(schema=tables.SCHEMA, epoch_no=newest))
        rotate_epoch(db, now=now)
        told = f"records={backup.records} of={datetime.fromtimestamp(made_at / 1000, UTC):%Y-%m-%dT%H:%MZ}"
        audited(db, actor=actor, act="restore", subject=backup.name, detail=told, now=now)


def _read(db: Connection, path: Path) -> None:
    """Insert every row; tables and columns that this program has no longer are left out."""
    known = {table.name: table for table in _KEPT}
    with Reader(path) as archive:
        for name, rows in archive.batches(BATCH):
            if name in known:
                names = [column.name for column in known[name].columns if column.name in rows[0]]
                insert_many(db, known[name], names, [tuple(row[n] for n in names) for row in rows])


def _shut_out(db: Connection) -> dict[str, list[dict[str, Any]]]:
    """Who is shut out now, laptops and accounts: which, and since when."""
    found = {}
    for kind, (which, at) in _SHUT.items():
        rows = db.execute(select(which.label("which"), at.label("at")).where(at.isnot(None)))
        found[kind] = [dict(row) for row in rows.mappings()]
    return found


def _acts(db: Connection, since: int) -> list[tuple[Any, ...]]:
    table = tables.audit.c
    wanted = select(*(table[name] for name in _ACT)).where(table.at >= since)
    return [tuple(row) for row in db.execute(wanted.order_by(table.no))]


def _keep(db: Connection, since: _Since, made_at: int) -> None:
    for kind, rows in since.shut.items():
        which, at = _SHUT[kind]
        if rows:
            change = update(which.table).where(which == bindparam("which"), at.is_(None))
            db.execute(change.values({at: bindparam("at")}), rows)
    known = set(_acts(db, made_at))
    insert_many(db, tables.audit, _ACT, [act for act in since.acts if act not in known])


def _count_on(db: Connection) -> None:
    """Let PostgreSQL number new rows after those that came with their numbers."""
    if db.dialect.name == "sqlite":
        return
    for table in _KEPT:
        if table.autoincrement_column is not None:
            column = table.autoincrement_column
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            db.execute(
                select(
                    func.setval(
                        sequence, func.coalesce(select(func.max(column)).scalar_subquery(), 0) + 1, False
                    )
                )
            )


@contextmanager
def _readable(source: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused("备份文件读不出来", f"请检查磁盘和文件夹权限：{source}") from error
