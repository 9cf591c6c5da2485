"""How often a password may be tried: for one account, from one address, and over all.

A try is counted as failed before it is made, whether the account exists or not, so that many at once cannot slip
past; it is forgotten when the password was right. Laptops that have a token are not concerned.
"""

from dataclasses import dataclass
import ipaddress

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, insert, select, true

from sync.errors import Refused
from sync.server import tables
from sync.server.audit import audited
from sync.server.database import writing

ATTEMPTS = 5  # for one account: somebody guesses its password
FROM_ONE_ADDRESS = 20  # a few passwords tried on many accounts; an office may share one address
OVER_ALL = 300  # the same from many addresses
ATTEMPTS_MS = 5 * 60 * 1000
NETWORK = 64  # bits of an IPv6 address that belong to one customer

_LINE = 0x6B6E6F63  # the advisory lock under which tries are counted


@dataclass(frozen=True)
class _Limit:
    """At most so many tries among those that ``same`` picks; ``name`` and ``subject`` are for the audit."""

    name: str
    subject: str
    most: int
    same: ColumnElement[bool]
    advice: str


def begin(engine: Engine, account: str, address: str, *, now: int) -> int:
    """Count a try; its number. Refused when there were too many, which is audited when it begins."""
    table, network = tables.knock, _network(address)
    with writing(engine) as db:
        if db.dialect.name != "sqlite":
            db.execute(select(func.pg_advisory_xact_lock(_LINE)))
        db.execute(delete(table).where(table.c.at <= now - ATTEMPTS_MS))
        reached, failed = _reached(db, account, network)
        number = 0
        if reached is None or failed == reached.most:
            # The first try that is turned away is counted too: those after it need no further line in the audit.
            made = insert(table).values(account=account, address=network, at=now)
            (number,) = db.execute(made).inserted_primary_key or (0,)
        if reached is not None and number:
            told = f"limit={reached.name} account={account} address={network}"
            audited(db, actor="gridhub", act="sign-in.limit", subject=reached.subject, detail=told, now=now)
    if reached is not None:
        raise Refused("密码输错的次数太多", reached.advice)
    return int(number)


def forget(db: Connection, number: int) -> None:
    """A try whose password was right counts against nobody."""
    db.execute(delete(tables.knock).where(tables.knock.c.no == number))


def _reached(db: Connection, account: str, network: str) -> tuple[_Limit | None, int]:
    """The first limit that is reached, and how many tries were counted for it."""
    wait = "请等 5 分钟再试，或联系社区内勤重设密码。"
    line = "这个网络地址或整个中心的登录失败太多，请等 5 分钟再试；已登录的电脑不受影响。"
    table = tables.knock.c
    for limit in (
        _Limit("account", account, ATTEMPTS, table.account == account, wait),
        _Limit("address", network, FROM_ONE_ADDRESS, table.address == network, line),
        _Limit("all", "*", OVER_ALL, true(), line),
    ):
        if limit.name == "address" and not network:
            continue
        counted = select(func.count()).select_from(tables.knock).where(limit.same)
        failed = db.execute(counted).scalar_one()
        if failed >= limit.most:
            return limit, failed
    return None, 0


def _network(address: str) -> str:
    """What one customer of a network has: an IPv4 address, or the first half of an IPv6 one; "" when unknown."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(known, ipaddress.IPv6Address):
        mapped = known.ipv4_mapped
        return str(mapped or ipaddress.ip_network((int(known), NETWORK), strict=False))
    return str(known)
