"""对账单: a worker's days and what the centre has of them, on paper that both of them sign. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from gridclient.ledger.sheet import Block, Card, Column, Pair, Paper, Row, Sheet
from gridclient.store.proof import Proof, code
from gridclient.store.rounds import RoundNote
from gridclient.store.statement import Asked, Entered, Statement

TITLE = "数据同步对账单"
SIGNATURES = ("网格员（签字）：", "社区内勤（签字）：", "社区（盖章）：", "　　年　　月　　日")
NOTHING = "无"


def statement_sheet(told: Statement, *, unit_name: str, today: date, at: datetime) -> Sheet:
    """The statement as a card of one or more A4 pages, with a line for each side to sign."""
    days = (
        f"{told.first:%Y-%m-%d}"
        if told.first == told.last
        else f"{told.first:%Y-%m-%d} 至 {told.last:%Y-%m-%d}"
    )
    heading = (f"填报单位：{unit_name}", f"网格员：{told.who}", f"制表日期：{today:%Y-%m-%d}")
    blocks = (
        Block("一、合计", across=2, pairs=_totals(told, days)),
        _table("二、录入了什么（单位：条）", _ENTERED, [_entered(line) for line in told.entered]),
        _table("三、同步记录（单位：条；回执号可在电话里与中心核对）", _ROUNDS, map(_round, told.rounds)),
        _table("四、中心没有收下的修改", _REFUSED, map(_asked, told.refused)),
        _table("五、冲突与处理结果", _CONFLICTS, map(_asked, told.conflicts)),
        _table(
            "六、制表时还没有上传的修改", _WAITING, ((group.name, str(group.count)) for group in told.waiting)
        ),
        _table("七、与中心核对（校验码相同，说明双方逐条一致）", _PROOF, map(_proof, told.proofs)),
    )
    return Sheet(
        title=f"{unit_name}{TITLE}",
        heading=heading,
        cards=(Card(f"{told.who} {told.last:%m-%d}".strip(), heading, blocks),),
        signatures=SIGNATURES,
        paper=Paper(),
        mark=f"{told.who} {at:%Y-%m-%d %H:%M}".strip(),
        persons=sum(line.persons for line in (*told.refused, *told.conflicts)),
    )


def size_words(count: int) -> str:
    """Bytes as people say them: ``900 字节``, ``12 KB``, ``3.4 MB``; nothing for none."""
    if count < 1024:
        return f"{count} 字节" if count else ""
    return f"{count / 1024:.0f} KB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MB"


def verdict_words(proof: Proof) -> str:
    """What a comparison of one area says, in plain words."""
    if proof.at is None:
        return "还没有和中心核对过"
    if not proof.here:
        return "正在接收，收完再核对"
    return "本机与中心逐条一致" if proof.same else "有不同，下次同步自动补齐"


def _columns(
    *labels: str, text: Sequence[str] = (), wide: Sequence[str] = (), narrow: float = 0.0
) -> tuple[Column, ...]:
    """Columns of figures; those in ``text`` are read from the left; ``wide`` takes the spare width, the rest ``narrow``."""
    return tuple(
        Column(label, weight=1.0 if label in wide else narrow, align="left" if label in text else "center")
        for label in labels
    )


_ENTERED = _columns(
    *("录入人", "楼栋", "种类", "新增", "修改", "删除", "中心已收", "待上传", "未收下"),
    text=("种类",),
    wide=("种类",),
    narrow=0.6,
)
_ROUNDS = _columns(
    *("时间", "结果", "上传", "收到", "未收下", "冲突", "上传量", "下载量", "回执号"),
    text=("结果",),
    wide=("结果", "未收下", "上传量", "下载量"),
    narrow=0.4,
)
_REFUSED = _columns(
    "哪一条", "栏目", "修改时间", "原因与处理", text=("哪一条", "栏目", "原因与处理"), wide=("原因与处理",)
)
_CONFLICTS = _columns(
    "哪一条", "栏目", "发生时间", "处理结果", text=("哪一条", "栏目", "处理结果"), wide=("处理结果",)
)
_WAITING = _columns("楼栋", "条数", wide=("楼栋",))
_PROOF = _columns(
    "范围", "条数", "本机校验码", "中心校验码", "核对时间", "结论", text=("结论",), wide=("结论",)
)


def _totals(told: Statement, days: str) -> tuple[Pair, ...]:
    last = next((one.receipt for one in reversed(told.rounds) if one.receipt), "")
    whole = told.total("count")
    return (
        Pair("日期", days),
        Pair("最新回执号", last or NOTHING),
        Pair("本机录入", f"{whole} 条"),
        Pair("中心已收", f"{told.total('received')} 条"),
        Pair("待上传", f"{told.total('waiting')} 条"),
        Pair("未收下", f"{told.total('refused')} 条"),
    )


def _table(title: str, columns: tuple[Column, ...], rows: Iterable[tuple[str, ...]]) -> Block:
    found = [Row(cells) for cells in rows] or [Row((NOTHING, *[""] * (len(columns) - 1)))]
    return Block(title, columns=columns, rows=tuple(found))


def _entered(line: Entered) -> tuple[str, ...]:
    figures = (line.made, line.edited, line.removed, line.received, line.waiting, line.refused)
    return (line.who, line.building, line.kind, *(str(n) if n else "" for n in figures))


def _round(one: RoundNote) -> tuple[str, ...]:
    figures = (one.up, one.down, one.refused, one.clashes)
    sizes = (size_words(one.sent), size_words(one.received))
    return (f"{one.at:%m-%d %H:%M}", one.words, *(str(n) if n else "" for n in figures), *sizes, one.receipt)


def _asked(line: Asked) -> tuple[str, ...]:
    return line.record, line.fields, f"{line.at:%m-%d %H:%M}", line.outcome


def _proof(proof: Proof) -> tuple[str, ...]:
    when = f"{proof.at:%m-%d %H:%M}" if proof.at else ""
    return proof.name, str(proof.records), code(proof.here), code(proof.there), when, verdict_words(proof)
