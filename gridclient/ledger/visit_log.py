"""走访日志: a day of visits on paper, to be signed and filed. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gridclient.ledger.sheet import Block, Card, Column, Pair, Paper, Row, Sheet
from gridclient.records.visit import Outcome, Visit

TITLE = "走访日志"
NOTHING = "无"
SIGNATURES = ("网格员（签字）：", "社区（盖章）：", "　　年　　月　　日")
FOUND = (
    ("changes", "变化"),
    ("needs", "诉求"),
    ("disputes", "矛盾"),
    ("hazards", "隐患"),
    ("hazard_note", "隐患"),
    ("answer", "办理"),
    ("remark", "备注"),
)
MADE = (
    Column("序号", kind="number"),
    Column("时间"),
    Column("地址", align="left", weight=0.6),
    Column("户主"),
    Column("走访人"),
    Column("结果"),
    Column("了解到的情况和办理", align="left", weight=1.0),
)
COMING = (
    Column("日期", kind="id"),
    Column("地址", align="left", weight=0.6),
    Column("事由", align="left", weight=1.0),
)
SWEPT = (
    Column("名称", align="left", weight=0.6),
    Column("截止"),
    Column("应访户数"),
    Column("已见"),
    Column("敲门次数"),
)


@dataclass(frozen=True)
class Logged:
    """One visit of the day with its place in words."""

    visit: Visit
    place: str


@dataclass(frozen=True)
class DayLog:
    """What one person, or everybody, did on a day.

    ``coming`` are appointments still open: day and hour, place, what for. ``swept`` tells how far each sweep is: title,
    last day, households, met, knocks.
    """

    day: date
    who: str
    visits: Sequence[Logged]
    coming: Sequence[tuple[str, str, str]] = ()
    swept: Sequence[tuple[str, str, str, str, str]] = ()

    @property
    def counts(self) -> Counter[str]:
        """How many visits came to each outcome."""
        return Counter(one.visit.outcome for one in self.visits)

    @property
    def doors(self) -> int:
        """How many different doors were knocked on."""
        return len({one.visit.dwelling or one.visit.id for one in self.visits})

    @property
    def later(self) -> int:
        """How many visits were typed from paper afterwards."""
        return sum(one.visit.entered_later for one in self.visits)


def visit_log(told: DayLog, *, unit_name: str, today: date, at: datetime) -> Sheet:
    """The log as a card of one or more A4 pages."""
    heading = (f"填报单位：{unit_name}", f"走访人：{told.who}", f"制表日期：{today:%Y-%m-%d}")
    blocks = [
        Block("一、合计", across=3, pairs=_totals(told)),
        _table("二、走访情况", MADE, _visits(told.visits)),
        _table("三、约好再去", COMING, told.coming),
    ]
    if told.swept:
        blocks.append(_table("四、大走访进度（单位：户、次）", SWEPT, told.swept))
    blocks.append(Block("小结与明天的打算", across=1, pairs=(Pair("小结", "", lines=4),)))
    return Sheet(
        title=f"{unit_name}{TITLE}",
        subtitles=(f"（{told.day.year}年{told.day.month}月{told.day.day}日）",),
        heading=heading,
        cards=(Card(f"{told.who} {told.day:%m-%d}".strip(), heading, tuple(blocks)),),
        signatures=SIGNATURES,
        paper=Paper(),
        mark=f"{told.who} {at:%Y-%m-%d %H:%M}".strip(),
        persons=sum(bool(one.visit.head_name or one.visit.met) for one in told.visits),
    )


def found_words(visit: Visit) -> str:
    """Everything written down at a door in one cell: 变化：…；诉求：…."""
    fields = Visit.spec.by_name
    told = ((words, fields[name].text(getattr(visit, name))) for name, words in FOUND)
    return "；".join(f"{words}：{' '.join(text.split())}" for words, text in told if text)


def _totals(told: DayLog) -> tuple[Pair, ...]:
    counts = told.counts
    return (
        Pair("日期", f"{told.day:%Y-%m-%d}"),
        Pair("敲门", f"{told.doors} 户"),
        Pair("补录", f"{told.later} 次"),
        *(Pair(outcome.label, f"{counts[outcome.value]} 次") for outcome in Outcome),
    )


def _visits(visits: Iterable[Logged]) -> Iterable[tuple[str, ...]]:
    for number, one in enumerate(visits, 1):
        visit = one.visit
        came = Outcome.words(visit.outcome) + ("\n补录" if visit.entered_later else "")
        people = "、".join(visit.visitors)
        yield str(number), visit.hours, one.place, visit.head_name, people, came, found_words(visit)


def _table(title: str, columns: tuple[Column, ...], rows: Iterable[tuple[str, ...]]) -> Block:
    found = [Row(cells) for cells in rows] or [Row((NOTHING, *[""] * (len(columns) - 1)))]
    return Block(title, columns=columns, rows=tuple(found))
