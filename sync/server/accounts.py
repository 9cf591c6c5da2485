"""Who works here: accounts, the areas they hold, and what the office does with them.

Every act that changes anything is written to ``audit`` in the same transaction, with who did it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
import re
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update

from sync.clock import wall_millis
from sync.errors import Refused
from sync.record import EVERYONE
from sync.server import tables
from sync.server.audit import audited
from sync.server.database import reading, translated, writing
from sync.server.passwords import Passwords
from sync.server.rights import Person, Role

PASSWORD_LEAST = 8

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
_AREA = re.compile(r"[0-9A-Za-z]{2,20}")


@dataclass(frozen=True)
class Account:
    """One account as the office lists it; ``disabled`` accounts cannot sign in."""

    name: str
    display_name: str
    role: Role
    areas: tuple[str, ...]
    disabled: bool


@dataclass(frozen=True)
class Device:
    """One laptop that signed in; times in milliseconds since 1970."""

    id: str
    account: str
    name: str
    created_at: int
    seen_at: int
    revoked: bool


class Accounts:
    """The office's list of people and laptops. ``actor`` is who is acting, for the audit."""

    def __init__(self, engine: Engine, passwords: Passwords, *, actor: str = "console") -> None:
        self._engine, self._passwords, self._actor = engine, passwords, actor

    def create(
        self, name: str, *, password: str, role: Role, areas: Iterable[str], display_name: str = ""
    ) -> None:
        """Add an account; Refused when the name is taken or anything given does not fit."""
        codes = _codes(areas)
        if not _NAME.fullmatch(name):
            raise Refused("账号名不合规", "请用小写字母、数字和 . _ -，以字母或数字开头，最长 32 个字符。")
        _check_password(password)
        hashed, now = self._passwords.hashed(password), wall_millis()
        with translated(), writing(self._engine) as db:
            if _row(db, name) is not None:
                raise Refused(f"账号 {name} 已经存在", "换一个账号名，或用 account reset 重设密码。")
            db.execute(
                insert(tables.account).values(
                    name=name,
                    display_name=display_name[:64] or name,
                    role=role.value,
                    password=hashed,
                    gen=1,
                    created_at=now,
                )
            )
            _assign(db, name, codes, now=now)
            self._audit(db, "account.create", name, f"role={role.value} areas={','.join(codes)}", now=now)

    def reset(self, name: str, *, password: str) -> None:
        """Give an account a new password; its laptops keep their tokens, and a disabled account stays so."""
        _check_password(password)
        hashed, now = self._passwords.hashed(password), wall_millis()
        with translated(), writing(self._engine) as db:
            _known(db, name)
            _change(db, name, password=hashed)
            db.execute(tables.knock.delete().where(tables.knock.c.account == name))
            self._audit(db, "account.reset", name, "", now=now)

    def assign(self, name: str, areas: Iterable[str]) -> None:
        """Let an account hold these areas from now on, and no others."""
        codes, now = _codes(areas), wall_millis()
        with translated(), writing(self._engine) as db:
            _known(db, name)
            _assign(db, name, codes, now=now)
            _change(db, name, gen=tables.account.c.gen + 1)
            self._audit(db, "account.assign", name, f"areas={','.join(codes)}", now=now)

    def disable(self, name: str) -> None:
        """Shut an account out: nobody signs in with it, and its laptops are answered no more."""
        now = wall_millis()
        with translated(), writing(self._engine) as db:
            _known(db, name)
            _change(db, name, disabled_at=now)
            self._audit(db, "account.disable", name, "", now=now)

    def enable(self, name: str) -> None:
        """Let a disabled account in again; laptops withdrawn one by one stay withdrawn."""
        now = wall_millis()
        with translated(), writing(self._engine) as db:
            if _known(db, name).disabled_at is None:
                raise Refused(f"账号 {name} 没有停用", "不需要恢复。")
            _change(db, name, disabled_at=None)
            self._audit(db, "account.enable", name, "", now=now)

    def change_role(self, name: str, role: Role) -> None:
        """Give an account another role from now on; its areas stay."""
        now = wall_millis()
        with translated(), writing(self._engine) as db:
            former = _known(db, name).role
            _change(db, name, role=role.value, gen=tables.account.c.gen + 1)
            self._audit(db, "account.role", name, f"role={role.value} former={former}", now=now)

    def all(self) -> list[Account]:
        """Every account, by name."""
        with translated(), reading(self._engine) as db:
            held: dict[str, list[str]] = {}
            for row in db.execute(select(tables.assignment).where(tables.assignment.c.until.is_(None))):
                held.setdefault(row.account, []).append(row.area)
            rows = db.execute(select(tables.account).order_by(tables.account.c.name)).all()
        return [
            Account(
                r.name,
                r.display_name,
                Role(r.role),
                tuple(sorted(held.get(r.name, ()))),
                r.disabled_at is not None,
            )
            for r in rows
        ]

    def devices(self, account: str = "") -> list[Device]:
        """Every laptop that ever signed in, or those of one account; the latest first."""
        wanted = select(tables.device).order_by(tables.device.c.created_at.desc(), tables.device.c.id)
        if account:
            wanted = wanted.where(tables.device.c.account == account)
        with translated(), reading(self._engine) as db:
            rows = db.execute(wanted).all()
        return [
            Device(r.id, r.account, r.name, r.created_at, r.seen_at, r.revoked_at is not None) for r in rows
        ]

    def revoke(self, device: str) -> None:
        """Withdraw a laptop: its token opens nothing any more."""
        now = wall_millis()
        with translated(), writing(self._engine) as db:
            change = update(tables.device).where(
                tables.device.c.id == device, tables.device.c.revoked_at.is_(None)
            )
            if not db.execute(change.values(revoked_at=now)).rowcount:
                raise Refused("没有这台电脑，或已经停用", "用 device list 查看电脑的编号。")
            self._audit(db, "device.revoke", device, "", now=now)

    def _audit(self, db: Connection, act: str, subject: str, detail: str, *, now: int) -> None:
        audited(db, actor=self._actor, act=act, subject=subject, detail=detail, now=now)


def person_of(db: Connection, account: Row[Any]) -> Person:
    """An account row with the areas it holds and held."""
    held = select(tables.assignment.c.area, tables.assignment.c.until)
    return person(account, db.execute(held.where(tables.assignment.c.account == account.name)).all())


def person(account: Row[Any], assignments: Iterable[Sequence[Any]]) -> Person:
    """An account row and its assignments, each ``(area, until)``; ``until`` is None while it holds."""
    areas = list(assignments)
    return Person(
        account=account.name,
        name=account.display_name,
        role=Role(account.role),
        areas=tuple(sorted(area for area, until in areas if until is None)),
        gen=account.gen,
        formerly=tuple((area, until) for area, until in areas if until is not None),
    )


def _assign(db: Connection, name: str, codes: tuple[str, ...], *, now: int) -> None:
    table = tables.assignment
    open_ = select(table.c.area).where(table.c.account == name, table.c.until.is_(None))
    held = set(db.execute(open_).scalars())
    for code in held - set(codes):
        ended = update(table).where(table.c.account == name, table.c.area == code, table.c.until.is_(None))
        db.execute(ended.values(until=now))
    for code in sorted(set(codes) - held):
        db.execute(insert(table).values(account=name, area=code, since=now))


def _change(db: Connection, name: str, **values: Any) -> None:
    db.execute(update(tables.account).where(tables.account.c.name == name).values(**values))


def _codes(areas: Iterable[str]) -> tuple[str, ...]:
    codes = tuple(sorted({code.strip() for code in areas if code.strip() and code.strip() != EVERYONE}))
    if wrong := [code for code in codes if not _AREA.fullmatch(code)]:
        raise Refused(f"区域代码不合规：{wrong[0][:20]}", "区域代码是 2 至 20 位数字，多个之间用逗号隔开。")
    return codes


def _check_password(password: str) -> None:
    if len(password) < PASSWORD_LEAST:
        raise Refused("密码太短", f"至少 {PASSWORD_LEAST} 个字符。")


def _known(db: Connection, name: str) -> Row[Any]:
    row = _row(db, name)
    if row is None:
        raise Refused(f"没有账号 {name[:32]}", "用 account list 查看已有的账号。")
    return row


def _row(db: Connection, name: str) -> Row[Any] | None:
    return db.execute(select(tables.account).where(tables.account.c.name == name)).one_or_none()
