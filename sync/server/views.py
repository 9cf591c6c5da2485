"""One typed SQL view for each kind of record, for people who ask the database themselves.

``v_household`` holds what is in use, ``v_household_all`` what was removed as well. Types come from declarations; kinds
and fields that nobody declared (a newer laptop's) get theirs from what the records hold. A value that does not fit its
type is NULL, never an error. How a value is read is :mod:`sync.server.columns`' part.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
import re

import msgspec
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from sync.clock import wall_millis
from sync.errors import Refused
from sync.server.audit import audited
from sync.server.columns import COLUMNS, TYPES, Columns, infer
from sync.server.database import translated, writing

PREFIX = "v_"
KINDS_MOST = 300  # kinds come from laptops: nobody fills the catalogue with them
FIELDS_MOST = 600  # so do fields
NAME_LONGEST = 56  # characters of a kind, so that "v_…_all" is a name on PostgreSQL

# What every record has beside its own fields, and where it stands.
_HEAD = {"id": "r.id", "area": "r.area", "ver": "r.ver", "removed": "r.removed"}
_TAIL = {
    "created_at": "instant",
    "created_by": "text",
    "source": "text",
    "updated_at": "instant",
    "updated_by": "text",
    "removed_at": "instant",
    "removed_why": "text",
}
_MARK = "/* made by gridhub views */"
_ALL = "_all"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


class Declaration(msgspec.Struct, frozen=True):
    """One kind as a product declares it: field → type, in the order of its columns."""

    fields: dict[str, str]
    title: str = ""


@dataclass(frozen=True)
class View:
    """One view that was made: its name, the kind it shows, and column → type."""

    name: str
    kind: str
    columns: dict[str, str] = field(default_factory=dict)


def shipped() -> dict[str, Declaration]:
    """The declarations this program comes with; none when it comes without."""
    try:
        return _declarations(resources.files("resources").joinpath("records.json").read_bytes())
    except (ModuleNotFoundError, FileNotFoundError):
        return {}


def declared_in(file: Path) -> dict[str, Declaration]:
    """The declarations in a file; Refused when it cannot be read or says something else."""
    try:
        return _declarations(file.read_bytes())
    except OSError as error:
        raise Refused(f"读不到声明文件 {file}", "请检查路径和权限。") from error


def refresh(engine: Engine, declared: Mapping[str, Declaration], *, actor: str = "console") -> list[View]:
    """Make every view anew, in one transaction; those of kinds no longer known are gone."""
    with _told(), writing(engine) as db:
        columns = COLUMNS[db.dialect.name]
        found = infer(db, columns)
        _drop(db)
        views = [
            View(PREFIX + kind, kind, _columns(declared.get(kind), found.get(kind, {})))
            for kind in _kinds(declared, found)
        ]
        for view in views:
            _create(db, columns, view)
        detail = f"views={len(views)}"
        audited(db, actor=actor, act="views.refresh", subject="", detail=detail, now=wall_millis())
    return views


def drop(engine: Engine, *, actor: str = "console") -> int:
    """Remove every view that :func:`refresh` made; how many kinds had one."""
    with _told(), writing(engine) as db:
        count = _drop(db)
        audited(db, actor=actor, act="views.drop", subject="", detail=f"views={count}", now=wall_millis())
    return count


def _declarations(data: bytes) -> dict[str, Declaration]:
    try:
        found = msgspec.json.decode(data, type=dict[str, Declaration])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused("声明文件不合格式", '例：{"household": {"fields": {"room": "text"}}}') from error
    for kind, declaration in found.items():
        names = (kind, *declaration.fields)
        if not all(map(_NAME.fullmatch, names)) or not set(declaration.fields.values()) <= set(TYPES):
            raise Refused(f"声明文件里的 {kind[:32]} 不合格式", "类型可以是：" + "、".join(TYPES))
    return found


def _kinds(declared: Mapping[str, Declaration], found: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Declared kinds first; of names that differ in capitals only the first, for SQLite knows no difference."""
    fit = [kind for kind in (*declared, *found) if _NAME.fullmatch(kind) and len(kind) <= NAME_LONGEST]
    names = dict[str, str]()
    for kind in fit:
        if not kind.endswith(_ALL):  # the name of another kind's complete view
            names.setdefault(kind.lower(), kind)
    return [*names.values()][:KINDS_MOST]


def _columns(declaration: Declaration | None, found: Mapping[str, str]) -> dict[str, str]:
    """Column → type: as declared, then what else the records hold, then what every record has."""
    own = dict(declaration.fields) if declaration else {}
    taken = {name.lower() for name in (*_HEAD, *_TAIL, *own)}
    for name, kind in found.items():
        if name.lower() not in taken and _NAME.fullmatch(name) and len(own) < FIELDS_MOST:
            taken.add(name.lower())
            own[name] = kind
    return {**{n: k for n, k in own.items() if n not in _HEAD and n not in _TAIL}, **_TAIL}


def _create(db: Connection, columns: Columns, view: View) -> None:
    told = [f"{where} AS {name}" for name, where in _HEAD.items()]
    told += [f'{columns.read(name, kind)} AS "{name}"' for name, kind in view.columns.items()]
    asked = f"SELECT {', '.join(told)} FROM {columns.source} WHERE r.kind = '{view.kind}'"
    # Past SQLAlchemy, which would take a colon for a parameter of its own.
    db.exec_driver_sql(f'CREATE VIEW "{view.name}_all" AS {_MARK} {asked}')
    shown = f'SELECT * FROM "{view.name}_all" WHERE NOT removed'
    db.exec_driver_sql(f'CREATE VIEW "{view.name}" AS {_MARK} {shown}')
    for name in (view.name, f"{view.name}_all"):
        if db.dialect.name != "sqlite":
            db.exec_driver_sql(f"COMMENT ON VIEW \"{name}\" IS '{_MARK}'")


def _drop(db: Connection) -> int:
    """Drop the views that bear our mark; SQLite keeps it in their text, PostgreSQL as their comment."""
    if db.dialect.name == "sqlite":
        ours = f"SELECT name FROM sqlite_master WHERE type = 'view' AND instr(sql, '{_MARK}')"
    else:
        ours = (
            "SELECT relname FROM pg_class WHERE relkind = 'v' AND relnamespace = current_schema()::regnamespace"
            f" AND obj_description(oid, 'pg_class') = '{_MARK}'"
        )
    names = [name for (name,) in db.exec_driver_sql(ours)]
    # The shorter name stands upon the longer one.
    for name in sorted(names, key=lambda name: name.endswith(_ALL)):
        db.exec_driver_sql(f'DROP VIEW "{name}"')
    return sum(not name.endswith(_ALL) for name in names)


@contextmanager
def _told() -> Iterator[None]:
    with translated():
        try:
            yield
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == "2BP01":
                raise Refused("有别的视图用着这些视图", "请先删除或改名那些视图，再执行一次。") from error
            if "already exists" in str(error.orig):
                raise Refused("数据库里已有同名的视图", f"请把以 {PREFIX} 开头的那个视图改名。") from error
            raise
