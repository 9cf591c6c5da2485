"""Commands about what withdrawn laptops handed in: look at it, accept it, or throw it away."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import msgspec
import typer

from sync.clock import millis_of
from sync.protocol import Change, Verdict
from sync.record import LIFE
from sync.server.console.options import AsJson, Database, Yes, actor, moment, opened, say
from sync.server.quarantine import TAKEN, Quarantine

quarantine = typer.Typer(no_args_is_help=True, help="封存：停用的电脑交回的内容，由内勤决定是否接受。")

Number = Annotated[int, typer.Argument(metavar="ID", help="编号，见 quarantine list。", show_default=False)]


@quarantine.command("list")
def quarantine_list(database: Database = "", as_json: AsJson = False) -> None:
    """列出停用的电脑交回的内容，不打开。"""
    with _quarantine(database) as kept:
        found = kept.all()
    lines = [
        (
            str(p.no),
            p.account,
            p.device_name,
            moment(p.received_at),
            f"待处理 {p.open}",
            f"已处理 {p.settled}",
        )
        for p in found
    ]
    say(found, lines, as_json=as_json)


@quarantine.command("show")
def quarantine_show(number: Number, database: Database = "", as_json: AsJson = False) -> None:
    """打开一份，逐条显示；谁看过会记下来。"""
    with _quarantine(database) as kept:
        found = kept.changes(number)
    say(found, [_line(change) for change in found], as_json=as_json)


@quarantine.command("accept")
def quarantine_accept(
    number: Number,
    as_office: Annotated[
        bool, typer.Option("--as-office", help="按内勤的权限，不按该账号现在的权限。")
    ] = False,
    database: Database = "",
    as_json: AsJson = False,
) -> None:
    """接受一份：以该账号的名义，像平常同步一样处理。"""
    with _quarantine(database) as kept:
        receipts = kept.accept(number, as_office=as_office)
    counted = Counter(receipt.verdict for receipt in receipts)
    words = "，".join(f"{_WORDS[verdict]} {count} 条" for verdict, count in sorted(counted.items()))
    lines = [[f"第 {number} 份：{words}"]]
    lines += [[str(r.mseq), r.title, r.advice] for r in receipts if r.verdict not in TAKEN]
    say(receipts, lines, as_json=as_json)
    if any(receipt.verdict not in TAKEN for receipt in receipts):
        raise typer.Exit(1)


@quarantine.command("discard")
def quarantine_discard(number: Number, database: Database = "", yes: Yes = False) -> None:
    """丢弃一份，不能找回。"""
    with _quarantine(database) as kept:
        if not yes:
            typer.confirm(f"丢弃第 {number} 份？丢弃以后不能找回。", abort=True)
        count = kept.discard(number)
    typer.echo(f"已丢弃 {count} 条")


_WORDS = {
    Verdict.APPLIED: "已接受",
    Verdict.CLASHED: "有冲突",
    Verdict.AGREED: "中心已有",
    Verdict.REFUSED: "没有接受",
    Verdict.LATE: "已不归该账号负责",
    Verdict.UNKNOWN: "中心没有这条记录",
}


@contextmanager
def _quarantine(database: str) -> Iterator[Quarantine]:
    with opened(database) as hub:
        yield hub.quarantine(actor())


def _line(change: Change) -> tuple[str, ...]:
    removed = change.groups.get(LIFE, {}).get("removed_at") is not None
    act = "新建" if change.made else "删除" if removed else "修改"
    values = {name: value for group in change.groups.values() for name, value in group.items()}
    told = msgspec.json.encode(values).decode()
    return str(change.mseq), moment(millis_of(change.at)), act, change.kind, change.area, change.id, told
