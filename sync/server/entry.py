"""Who is at the door: signing in with a password, and knowing a laptop again by its token."""

from dataclasses import dataclass
import secrets

from sqlalchemy import Connection, Engine, bindparam, insert, select, update

from sync.errors import Refused, Revoked, SignInNeeded
from sync.protocol import Signed, SignIn
from sync.server import limits, tables
from sync.server.accounts import person, person_of
from sync.server.audit import audited
from sync.server.database import plain, reading, writing
from sync.server.passwords import Passwords, new_token
from sync.server.rights import Person

NAME_LONGEST = 64


_HOLDER = (
    select(
        tables.account,
        tables.device.c.id.label("device"),
        tables.device.c.seen_at,
        tables.device.c.revoked_at,
        tables.assignment.c.area,
        tables.assignment.c.until,
    )
    .join(tables.device, tables.device.c.account == tables.account.c.name)
    .join(tables.token, tables.token.c.device == tables.device.c.id)
    .outerjoin(tables.assignment, tables.assignment.c.account == tables.account.c.name)
    .where(tables.token.c.hash == bindparam("hash"))
)


@dataclass(frozen=True)
class Caller:
    """A person at one laptop, as proven by a token; ``seen_at`` is when the laptop last called, in milliseconds."""

    person: Person
    device: str
    seen_at: int


def sign_in(
    engine: Engine, passwords: Passwords, request: SignIn, *, address: str = "", hub: str, now: int
) -> Signed:
    """Give a token to a new laptop; SignInNeeded on a wrong name or password, Refused after too many of them.

    ``address`` is where the laptop calls from, "" when it is not known.
    """
    name = plain(request.account, NAME_LONGEST)
    attempt = limits.begin(engine, name, address, now=now)
    with reading(engine) as db:
        account = db.execute(select(tables.account).where(tables.account.c.name == name)).one_or_none()
    if not passwords.match(account.password if account else None, request.password) or account is None:
        raise SignInNeeded("账号或密码不对", "请再输一次；忘记密码请联系社区内勤重设。")
    token, device = new_token(), secrets.token_hex(8)
    with writing(engine) as db:
        # Asked again: the office may have shut the account while the password was being checked.
        account = db.execute(select(tables.account).where(tables.account.c.name == name)).one()
        if account.disabled_at is not None:
            raise SignInNeeded("账号已停用", "请联系社区内勤。")
        limits.forget(db, attempt)
        laptop = {"id": device, "account": name, "name": plain(request.device, NAME_LONGEST)}
        db.execute(insert(tables.device).values(**laptop, created_at=now, seen_at=now))
        db.execute(
            insert(tables.token).values(hash=passwords.token_hash(token), device=device, created_at=now)
        )
        audited(db, actor=name, act="device.new", subject=device, detail=f"address={address}", now=now)
        person = person_of(db, account)
    return Signed(
        token=token, account=name, name=person.name, role=person.role.value, scope=person.scope, hub=hub
    )


def caller(db: Connection, passwords: Passwords, token: str) -> Caller:
    """Who holds this token; SignInNeeded when nobody does, Revoked when the laptop was withdrawn."""
    rows = db.execute(_HOLDER, {"hash": passwords.token_hash(token)}).all()
    row = rows[0] if rows else None
    if row is None:
        raise _unknown()
    if row.revoked_at is not None:
        raise Revoked("这台电脑已被停用", "请联系社区内勤。本机已填写的内容仍在，没有丢失。")
    if row.disabled_at is not None:
        raise SignInNeeded("账号已停用", "请联系社区内勤。")
    held = [(row.area, row.until) for row in rows if row.area is not None]
    return Caller(person(row, held), row.device, row.seen_at)


def recognise(db: Connection, passwords: Passwords, token: str) -> None:
    """SignInNeeded unless some laptop, at work or withdrawn, was given this token."""
    known = tables.token.c.hash
    if db.execute(select(known).where(known == passwords.token_hash(token))).one_or_none() is None:
        raise _unknown()


def withdrawn(db: Connection, passwords: Passwords, token: str) -> tuple[str, str]:
    """The laptop that holds this token and was shut out, and its account.

    SignInNeeded when no laptop does, Refused when it is at work.
    """
    device, account = tables.device, tables.account.c
    wanted = (
        select(device.c.id, device.c.account, device.c.revoked_at, account.disabled_at)
        .join(tables.account, device.c.account == account.name)
        .join(tables.token, tables.token.c.device == device.c.id)
        .where(tables.token.c.hash == passwords.token_hash(token))
    )
    row = db.execute(wanted).one_or_none()
    if row is None:
        raise _unknown()
    if row.revoked_at is None and row.disabled_at is None:
        raise Refused("这台电脑没有停用", "请照常同步。")
    return row.id, row.account


def touch(db: Connection, device: str, *, now: int) -> None:
    """Note that a laptop called."""
    db.execute(update(tables.device).where(tables.device.c.id == device).values(seen_at=now))


def _unknown() -> SignInNeeded:
    return SignInNeeded("需要重新登录", "中心不认识本机的登录凭证，请重新输入账号和密码。")
