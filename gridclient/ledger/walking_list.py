"""走访清单: the doors of a day on paper, stairwell by stairwell, with room for a pen. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gridclient.ledger.sheet import Column, Paper, Row, Sheet, Tally

TITLE = "走访清单"
ANSWERS = "□见面 □无人\n□拒访 □其他"
PEN = "　" * 14  # room to write: a column without words would be as narrow as its head
COLUMNS = (
    Column("序号", kind="number"),
    Column("楼栋单元", once=True),
    Column("室号", kind="id"),
    Column("户主"),
    Column("人数"),
    Column("上次走访", kind="id"),
    Column("事由"),
    Column("走访结果", kind="tick", align="left"),
    Column("变化、诉求、隐患", weight=1.0, align="left"),
    Column("户码", kind="code"),
)
SIGNATURES = ("走访人：", "陪同人：", "　　年　　月　　日")


@dataclass(frozen=True)
class Stop:
    """One door: where, whose, how many people, when somebody knocked last and what came of it, and why it is listed;
    ``code`` is the reference of its household.
    """

    stairwell: str
    room: str
    head: str
    people: int
    last: str
    why: str
    code: str = ""


def walking_list(
    stops: Sequence[Stop], *, unit_name: str, who: str, today: date, order: str, at: datetime
) -> Sheet:
    """The list as a register of A4 pages; ``order`` says in words which way the stairs are walked."""
    rows = [
        Row(
            (
                str(number),
                s.stairwell,
                s.room,
                s.head,
                str(s.people or ""),
                s.last,
                s.why,
                ANSWERS,
                PEN,
                s.code,
            ),
            keep=s.stairwell,
            tally=(1, s.people),
        )
        for number, s in enumerate(stops, 1)
    ]
    return Sheet(
        title=f"{unit_name}{TITLE}",
        subtitles=(f"（{today.year}年{today.month}月{today.day}日　{order}）",),
        heading=(f"填报单位：{unit_name}", f"网格员：{who}", f"制表日期：{today:%Y-%m-%d}", "单位：户、人"),
        columns=COLUMNS,
        rows=tuple(rows),
        tallies=(Tally("{} 户"), Tally("{} 人", quiet=True)),
        signatures=SIGNATURES,
        sign_every_page=True,
        paper=Paper(),
        mark=f"{who} {at:%Y-%m-%d %H:%M}　用后请收好，不要留在楼道".strip(),
        persons=sum(bool(stop.head) for stop in stops),
    )
