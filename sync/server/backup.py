"""Copying a centre's SQLite database while it runs, and putting a copy back so that no laptop is misled."""

from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
import secrets
import sqlite3
import tempfile

from sqlalchemy import NullPool, create_engine

from sync.clock import wall_millis
from sync.errors import Refused
from sync.server import tables
from sync.server.database import bring_up_to_date, next_epoch


def back_up(database: Path, target: Path) -> int:
    """Write a consistent copy of a running database; the number of records in it.

    Refused when there is no such database, the target exists, or it cannot be written.
    """
    if not database.is_file():
        raise Refused("没有这个数据库", f"请检查路径：{database}")
    if target.exists():
        raise Refused("备份文件已经存在", f"请换一个文件名：{target}")
    part = target.with_name(target.name + ".part")
    try:
        part.touch(mode=0o600)
        _copy(database, part)
        count = _checked(part)
        part.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise Refused("备份没有完成", f"请检查磁盘空间和文件夹权限：{target.parent}") from error
    finally:
        part.unlink(missing_ok=True)
    return count


def restore(source: Path, database: Path) -> Path | None:
    """Put a copy back in place of the database, even a running one, and begin a new epoch.

    Every laptop then sends again what the copy does not know, and whoever was shut out since stays shut out. What was
    there before is kept beside it; its path is returned, None when there was nothing.
    """
    if not source.is_file():
        raise Refused("没有这个备份文件", f"请检查路径：{source}")
    kept = None
    try:
        if database.exists():
            at = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
            kept = database.with_name(f"{database.stem}-before-restore-{at}{database.suffix}")
            back_up(database, kept)
        with tempfile.TemporaryDirectory(dir=database.parent) as folder:
            fresh = Path(folder) / "restored.db"
            _copy(source, fresh)
            _checked(fresh)
            _bring_up_to_date(fresh)
            _new_epoch(fresh, database)
            _copy(fresh, database)
    except (OSError, sqlite3.Error) as error:
        raise Refused(
            "恢复没有完成，原来的数据没有改动", "请检查备份文件是否完整、磁盘空间是否足够。"
        ) from error
    database.chmod(0o600)
    return kept


def _copy(source: Path, target: Path) -> None:
    # All pages in one step: a program that has the target open sees the old database or the new one.
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target, timeout=30)) as new:
        old.backup(new, pages=-1)


def _checked(copy: Path) -> int:
    with closing(sqlite3.connect(copy)) as db:
        sound = db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        found = db.execute(
            "SELECT count(*) FROM sqlite_master WHERE name IN ('meta', 'record', 'area')"
        ).fetchone()
        if not sound or found != (3,):
            raise Refused("这不是完好的中心数据库", "请换一个备份文件。")
        if db.execute("SELECT schema FROM meta").fetchone()[0] > tables.SCHEMA:
            raise Refused("备份由更新的版本建立", "请把中心程序升级到最新版本后再恢复。")
        return int(db.execute("SELECT count(*) FROM record").fetchone()[0])


def _bring_up_to_date(fresh: Path) -> None:
    # A centre that is running goes on with this copy, which an earlier program may have made.
    engine = create_engine(f"sqlite:///{fresh}", poolclass=NullPool)
    with engine.begin() as db:
        bring_up_to_date(db)


def _new_epoch(fresh: Path, database: Path) -> None:
    """Rotate before the copy becomes visible, with a number above any that either database has used."""
    number, shut = 0, _Shut()
    if database.exists():
        with closing(sqlite3.connect(database)) as db:
            row = db.execute("SELECT epoch_no FROM meta").fetchone()
            number = row[0] if row else 0
            shut = _Shut(
                db.execute("SELECT revoked_at, id FROM device WHERE revoked_at IS NOT NULL").fetchall(),
                db.execute("SELECT disabled_at, name FROM account WHERE disabled_at IS NOT NULL").fetchall(),
            )
    with closing(sqlite3.connect(fresh)) as db, db:
        now = wall_millis()
        last = max(number, db.execute("SELECT epoch_no FROM meta").fetchone()[0])
        begun = (secrets.token_hex(16), next_epoch(last, now=now), now)
        db.execute("UPDATE meta SET epoch = ?, epoch_no = ?, rotated_at = ?", begun)
        db.executemany("UPDATE device SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", shut.devices)
        db.executemany(
            "UPDATE account SET disabled_at = ? WHERE name = ? AND disabled_at IS NULL", shut.accounts
        )
        entry = (now, "console", "restore", "", "")
        db.execute("INSERT INTO audit (at, actor, act, subject, detail) VALUES (?, ?, ?, ?, ?)", entry)


@dataclass(frozen=True)
class _Shut:
    """Who was shut out since the copy was made, and stays so: ``(when, which)``."""

    devices: list[tuple[int, str]] = field(default_factory=list)
    accounts: list[tuple[int, str]] = field(default_factory=list)
