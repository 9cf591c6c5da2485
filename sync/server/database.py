"""Opening the centre's database, and the two kinds of transaction it knows: writing and a steady reading view."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
import hmac
from pathlib import Path
import secrets
import threading
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import (
    Connection,
    Engine,
    Table,
    Text,
    bindparam,
    cast,
    create_engine,
    delete,
    event,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.sql.selectable import Select

from sync.errors import Offline, Refused
from sync.server import tables

_CALENDAR_MS = 1_767_225_600_000  # 2026 begins
_EPOCH_MS = 10 * 60 * 1000
BUSY_S = 30  # how long a writer waits for another one before the laptop is asked to come again

# PostgreSQL's unique violation, serialization failure and deadlock.
_COLLISIONS = {"23505", "40001", "40P01"}
_FOUNDING = 0x67726964  # the advisory lock under which tables come into being
_LINES: WeakKeyDictionary[Engine, threading.Lock] = WeakKeyDictionary()


def open_database(url: str, secret: str) -> Engine:
    """Open the database at an SQLAlchemy URL and bring its tables into being.

    ``postgresql://`` means PostgreSQL through psycopg. Refused when the URL cannot be used, the schema is newer than this program, or the database was made with another
    secret; Offline when it does not answer.
    """
    with translated():
        engine = create_engine(
            _with_driver(url),
            hide_parameters=True,
            pool_size=10,
            max_overflow=40,
            pool_pre_ping="sqlite" not in url.partition(":")[0],
        )
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    else:
        _prepare_server(engine)
    try:
        with translated(), writing(engine) as db:
            if engine.dialect.name != "sqlite":
                db.execute(select(func.pg_advisory_xact_lock(_FOUNDING)))
            bring_up_to_date(db)
            _found_or_check(db, secret)
    except BaseException:
        engine.dispose()
        raise
    return engine


def bring_up_to_date(db: Connection) -> None:
    """Give a database the tables of this program, whichever earlier one made it; one of a newer program is left alone.

    Receipts of schema 1 lose their fingerprints: a laptop that repeats what it sent before takes a new origin.
    """
    held = inspect(db)
    schema = db.execute(select(tables.meta.c.schema)).scalar() if held.has_table("meta") else None
    if schema is not None and schema > tables.SCHEMA:
        return
    tables.metadata.create_all(db)
    if schema == 1:
        db.execute(text("ALTER TABLE receipt DROP COLUMN hash"))
        db.execute(delete(tables.receipt).where(tables.receipt.c.verdict == 0))
        db.execute(update(tables.meta).values(schema=tables.SCHEMA))


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that may write: committed when the block ends, undone by any exception."""
    with _turn(engine), engine.connect().execution_options(writes=True) as db, db.begin():
        yield db


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction in which every statement sees the same moment."""
    with engine.connect() as db:
        if engine.dialect.name != "sqlite":
            db.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with db.begin():
            yield db


@contextmanager
def translated() -> Iterator[None]:
    """Turn a database's own errors into words for a laptop or a console; values never travel with them."""
    try:
        yield
    except ArgumentError as error:
        raise Refused("数据库地址写法不对", "例：sqlite:////srv/gridhub/gridhub.db") from error
    except OperationalError as error:
        raise Offline("中心的数据库暂时不能用", "可能正忙、磁盘已满或没有权限。稍后会自动再试。") from error
    except (SQLAlchemyError, ModuleNotFoundError) as error:
        raise Offline("中心的数据库出错", "请联系管理员查看中心的运行日志。") from error


def values_of(db: Connection, values: Sequence[str]) -> Select[tuple[str]]:
    """A subquery of texts given as one parameter, however many they are."""
    return listed(db.dialect.name).params(listing(values))


@cache
def listed(dialect: str) -> Select[tuple[str]]:
    """The subquery of whatever texts :func:`listing` gives to the statement it stands in."""
    told = bindparam("listed", type_=Text())
    if dialect == "sqlite":
        return select(func.json_each(told).table_valued("value").c.value)
    return select(func.json_array_elements_text(cast(told, postgresql.JSON)).column_valued("value"))


def listing(values: Sequence[str]) -> dict[str, str]:
    """These texts as the one parameter of :func:`listed`."""
    return {"listed": msgspec.json.encode(values).decode()}


def insert_many(
    db: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert many rows, each the values of ``columns``, past SQLAlchemy's work for each single row."""
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    if db.dialect.name == "sqlite" or len(rows) == 1:
        places = ", ".join(["?" if db.dialect.name == "sqlite" else "%s"] * len(columns))
        db.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({places})", list(rows))
    else:
        _copy(db, f"COPY {table.name} ({names}) FROM STDIN", rows)


def insert_new(db: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows whose key nobody has inserted yet; waits for whoever is just doing so."""
    if rows:
        dialect = sqlite if db.dialect.name == "sqlite" else postgresql
        db.execute(dialect.insert(table).on_conflict_do_nothing(), rows)


def collided(error: DBAPIError) -> bool:
    """True when a transaction was undone only because another one was at work: the next try may pass."""
    return getattr(error.orig, "sqlstate", None) in _COLLISIONS


def plain(text: str, longest: int) -> str:
    """A text as every database keeps it: cut to length, without NUL, which PostgreSQL takes in no column."""
    return text[: longest * 2].replace("\x00", "")[:longest]


def rotate_epoch(db: Connection, *, now: int) -> str:
    """Begin a new epoch: every laptop sends again what this database may have forgotten, and reads from the start."""
    epoch, meta = secrets.token_hex(16), tables.meta
    last = db.execute(select(meta.c.epoch_no).with_for_update()).scalar_one()
    db.execute(update(meta).values(epoch=epoch, epoch_no=next_epoch(last, now=now), rotated_at=now))
    return epoch


def next_epoch(last: int, *, now: int) -> int:
    """The number of a new epoch at ``now`` (milliseconds).

    It follows the calendar, so that a copy put back twice gets two numbers.
    """
    return max(last + 1, (now - _CALENDAR_MS) // _EPOCH_MS)


def secret_check(secret: str) -> str:
    """What the database keeps of the secret, only to notice that another one is in use."""
    return hmac.new(secret.encode(), b"gridhub secret check", "sha256").hexdigest()


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Wait in line to write. SQLite has one writer, and those it turns away only try again after a growing sleep."""
    if engine.dialect.name != "sqlite":
        yield
        return
    line = _LINES.setdefault(engine, threading.Lock())
    if not line.acquire(timeout=BUSY_S):
        raise Offline("中心正忙", "已填写的内容保存在本机，稍后会自动再试。")
    try:
        yield
    finally:
        line.release()


def _copy(db: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    # Five times as fast as INSERT for each row.
    link: Any = db.connection.driver_connection
    try:
        with link.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except db.dialect.loaded_dbapi.Error as error:
        raise DBAPIError(statement, None, error) from error


def _with_driver(url: str) -> str:
    made = make_url(url)
    if made.drivername in ("postgresql", "postgres"):
        made = made.set(drivername="postgresql+psycopg")
    return made.render_as_string(hide_password=False)


def _prepare_sqlite(engine: Engine) -> None:
    _make_private(engine.url.database)

    @event.listens_for(engine, "connect")
    def _connect(connection, _entry) -> None:  # type: ignore[no-untyped-def] # the driver's own object
        # The driver would begin transactions late and end them early; ours say BEGIN themselves.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_S * 1000}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(db: Connection) -> None:
        # Asking for the write lock at once: a reader that turns writer half-way may be refused by SQLite.
        db.exec_driver_sql("BEGIN IMMEDIATE" if db.get_execution_options().get("writes") else "BEGIN")


def _prepare_server(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _connect(connection, _entry) -> None:  # type: ignore[no-untyped-def] # the driver's own object
        # A worker that hangs in the middle holds nobody else up for ever; committed means on the disk.
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{BUSY_S}s'")
            cursor.execute(f"SET idle_in_transaction_session_timeout = '{2 * BUSY_S}s'")
        connection.commit()


def _make_private(file: str | None) -> None:
    """Make a new database file that nobody else on the computer reads."""
    if file and file != ":memory:":
        try:
            Path(file).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            Path(file).touch(mode=0o600)
        except OSError as error:
            raise Refused("数据库文件无法建立", f"请检查文件夹的权限：{Path(file).parent}") from error


def _found_or_check(db: Connection, secret: str) -> None:
    found = db.execute(select(tables.meta)).one_or_none()
    if found is None:
        db.execute(
            insert(tables.meta).values(
                id=1,
                schema=tables.SCHEMA,
                epoch=secrets.token_hex(16),
                epoch_no=1,
                rotated_at=0,
                secret_check=secret_check(secret),
            )
        )
        return
    if found.schema > tables.SCHEMA:
        raise Refused("数据库由更新的版本建立", "请把中心程序升级到最新版本后再启动。")
    if not hmac.compare_digest(found.secret_check, secret_check(secret)):
        raise Refused("密钥与数据库不符", "请恢复原来的密钥文件，或检查环境变量 GRIDHUB_SECRET。")
