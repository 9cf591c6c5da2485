"""历史 and 一致证明: what every round did, and what both sides last said of each area."""

from datetime import datetime

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gridclient.exchange.list_book import Value
from gridclient.ledger.statement import size_words, verdict_words
from gridclient.store.proof import Proof, code, proofs
from gridclient.store.rounds import RoundNote, notes
from gridclient.ui import style
from gridclient.ui.blank import OrWords
from gridclient.ui.parts import label
from gridclient.ui.rows import RowsView, Told
from sync.replica import Replica

RECEIPTS = "回执号的三段是：本机代号、中心已收到的最后一条修改、验证数字。可以在电话里念给社区内勤核对。"
CODES = "校验码由本机持有的每一条记录算出。电话里双方念出的八位相同，就是一条不差；还没上传的修改不算在内。"


class HistoryView(OrWords[QWidget]):
    """The rounds kept, newest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        heads = ("时间", "结果", "上传", "收到", "未收下", "冲突", "上传量", "下载量", "回执号")
        self.rows = RowsView(heads, (8, 10, 4, 4, 4, 4, 6, 6, 11))
        self.rows.setAccessibleName("同步历史")
        super().__init__(_under(RECEIPTS, self.rows), parent)
        self.setFocusProxy(self.rows)

    def show_rounds(self, replica: Replica) -> None:
        """Read them again."""
        told = [round_row(one) for one in notes(replica)]
        self.rows.show_rows(told)
        if told:
            self.show_view()
        else:
            self.show_words("还没有同步过", "登录中心后按 Ctrl+R，每次同步的结果都会记在这里。")


class ProofView(OrWords[QWidget]):
    """Every area with both sides' check codes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.rows = RowsView(
            ("范围", "结论", "记录", "本机校验码", "中心校验码", "核对时间"), (12, 16, 7, 9, 9, 9)
        )
        self.rows.setAccessibleName("一致证明")
        self.verdict = label(role="heading", wrap=True)
        super().__init__(_under(CODES, self.rows, self.verdict), parent)
        self.setFocusProxy(self.rows)

    def show_proofs(self, replica: Replica) -> None:
        """Read them again."""
        found = proofs(replica)
        self.rows.show_rows([proof_row(one) for one in found])
        self.verdict.setText(whole_verdict(found, replica.pending()))
        if found:
            self.show_view()
        else:
            self.show_words("还没有和中心核对过", "第一次同步完成后，这里逐个网格列出双方的校验码。")


def round_row(one: RoundNote) -> Told:
    """A round in one line; one that did not end well is marked."""
    well = one.words in ("与中心一致", "已同步")
    sign = "" if well else "⚠ "
    figures = (f"{n} 条" if n else "" for n in (one.up, one.down, one.refused, one.clashes))
    sizes = (size_words(one.sent), size_words(one.received))
    texts = (_day(one.at), sign + one.words, *figures, *sizes, one.receipt)
    values: dict[int, Value] = {0: one.at, 2: one.up, 3: one.down, 4: one.refused, 5: one.clashes}
    return Told(texts, "" if well else "warn", one, toned=1, values=values)


def proof_row(proof: Proof) -> Told:
    """An area in one line."""
    sign = "✓ " if proof.same else ""
    when = _day(proof.at) if proof.at else ""
    texts = (
        proof.name,
        sign + verdict_words(proof),
        f"{proof.records} 条",
        code(proof.here),
        code(proof.there),
        when,
    )
    values: dict[int, Value] = {2: proof.records, 5: proof.at or ""}
    return Told(texts, "good" if proof.same else "warn", proof, toned=1, values=values)


def whole_verdict(found: list[Proof], waiting: int) -> str:
    """One sentence over all areas."""
    records = sum(proof.records for proof in found)
    if all(proof.same for proof in found):
        rest = f"；另有 {waiting} 条修改还没有上传，不在其中" if waiting else ""
        return f"✓ 本机与中心逐条一致：{len(found)} 个范围，{records} 条记录{rest}"
    open_ = sum(not proof.same for proof in found)
    return f"{open_} 个范围还没有核对一致，按 Ctrl+R 再同步一次"


def _day(at: datetime) -> str:
    return f"{at:%m-%d %H:%M}"


def _under(hint: str, *widgets: QWidget) -> QWidget:
    """A table, with what is above it on top and a sentence below."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, style.px(10), 0, 0)
    column.setSpacing(style.px(8))
    for widget in reversed(widgets):
        column.addWidget(widget, 1 if isinstance(widget, RowsView) else 0)
    column.addWidget(label(hint, "hint", wrap=True))
    return page
