"""Looking up the receipt number that a worker reads out over the telephone."""

from dataclasses import dataclass
import re
from typing import Annotated
import unicodedata

from sqlalchemy import Engine, func, select
import typer

from sync.digest import receipt_number
from sync.errors import Refused
from sync.server import tables
from sync.server.console.options import AsJson, Database, opened, say

NUMBER = re.compile(r"([0-9a-z-]{4})\W*(\d+)\W+\d")


@dataclass(frozen=True)
class Found:
    """The laptop behind a receipt: its account and name, the last change it was given for, the last one held now."""

    account: str
    device: str
    acked: int
    last: int


def receipt_command(
    number: Annotated[
        str, typer.Argument(metavar="NUMBER", help="回执号，例 ABCD-1042-7。", show_default=False)
    ],
    database: Database = "",
    as_json: AsJson = False,
) -> None:
    """查回执号：是谁的哪台电脑，中心收到了它的第几条修改。"""
    with opened(database) as hub:
        found = look_up(hub.engine, number)
    lack = found.acked - found.last
    words = f"少 {lack} 条，让这台电脑再同步一次就会补上" if lack > 0 else "收到了，一条不少"
    line = (found.account, found.device, f"到第 {found.acked} 条", f"中心现在有 {found.last} 条", words)
    say([found], [line], as_json=as_json)


def look_up(engine: Engine, number: str) -> Found:
    """The laptop that a receipt number was given to; Refused when it was given to none."""
    plain = unicodedata.normalize("NFKC", number).strip().lower()
    read = NUMBER.fullmatch(plain)
    if read is not None:
        o, d = tables.origin.c, tables.device.c
        query = (
            select(o.origin, o.account, d.name, o.last)
            .select_from(tables.origin.outerjoin(tables.device, d.id == o.device))
            .where(func.lower(func.substr(o.origin, 1, 4)) == read[1])
        )
        acked = int(read[2])
        with engine.connect() as connection:
            for origin, account, device, last in connection.execute(query):
                if re.sub(r"\W", "", receipt_number(origin, acked).lower()) == re.sub(r"\W", "", plain):
                    return Found(account, device or "", acked, last)
    raise Refused("没有这个回执号", "请再念一遍：四个字母或数字、修改的编号、最后一位数字。")
