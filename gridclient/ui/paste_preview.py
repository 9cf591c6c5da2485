"""What a pasted block would do, before it does it: what becomes new, what changes, what nobody understands."""

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gridclient.exchange.typed import Proposal
from gridclient.ui import style
from gridclient.ui.parts import button, label, shortcut
from gridclient.ui.rows import RowsView, Told

WHAT = {
    "new": ("info", "＋ 新增"),  # noqa: RUF001
    "changed": ("warn", "✎ 修改"),
    "same": ("", "＝ 一样"),  # noqa: RUF001
    "unclear": ("bad", "⚠ 不收"),
}


class PastePreview(QFrame):
    """Rows of a block and what becomes of them. ``accepted(proposals)`` on Enter, ``cancelled`` on Esc."""

    accepted = Signal(list)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("paste")
        style.role(self, "card")
        self.proposals: list[Proposal] = []
        self.title, self.advice = label("", "heading"), label("", "hint", wrap=True)
        self.rows = RowsView(("", "哪一行", "会变成什么", "没看懂的"), (5, 8, 17, 12))
        self.take = button("收下 Enter", self._accept, role="primary", name="take")
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(button("不要 Esc", self.cancelled.emit))
        head.addWidget(self.take)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(12), style.px(10), style.px(12), style.px(12))
        layout.setSpacing(style.px(8))
        layout.addLayout(head)
        layout.addWidget(self.advice)
        self.whole = label("", "hint", wrap=True)
        layout.addWidget(self.rows, 1)
        layout.addWidget(self.whole)
        self.rows.selectionModel().currentChanged.connect(lambda _now, _before: self._tell_whole())
        self.setFocusProxy(self.rows)
        for keys, act in (("Return", self._accept), ("Enter", self._accept), ("Esc", self.cancelled.emit)):
            shortcut(keys, self, act)

    def show_block(self, found: Sequence[tuple[str, Proposal]], unknown: Sequence[str] = ()) -> None:
        """Show proposals, each with the name of its row; ``unknown`` are column heads that name no blank."""
        self.proposals = [proposal for _name, proposal in found]
        counts = Counter(proposal.what for proposal in self.proposals)
        told = "　".join(f"{WHAT[what][1]} {counts[what]} 行" for what in WHAT if counts[what])
        self.title.setText(f"粘贴预览：{told}")
        odd = sum(bool(p.problems) for p in self.proposals)
        advice = [f"表头“{'、'.join(unknown)}”不认识，这几列不收。"] if unknown else []
        advice += [f"{odd} 行里有没看懂的内容，其余照收，没看懂的留空待补。"] if odd else []
        self.advice.setText("".join(advice) or "还没有写进去；收下以后可以按 Ctrl+Z 撤回。")
        self.take.setEnabled(bool(counts["new"] or counts["changed"]))
        self.rows.show_rows([_row(name, proposal) for name, proposal in found])
        self.rows.setFocus()

    def _tell_whole(self) -> None:
        """Say the whole of the marked row, whatever has room above."""
        index = self.rows.currentIndex()
        told = self.rows.rows.told[index.row()].texts if index.isValid() else ()
        self.whole.setText("　".join(part for part in told[1:] if part))

    def _accept(self) -> None:
        taken = [p for p in self.proposals if p.what in ("new", "changed")]
        if taken:
            self.accepted.emit(taken)


def _row(name: str, proposal: Proposal) -> Told:
    tone, word = WHAT[proposal.what]
    changes = "　".join(
        f"{label} {before} → {after or '（空）'}" if before else f"{label} {after}"
        for label, before, after in proposal.changes
    )
    return Told((word, name, changes, "；".join(proposal.problems)), tone, proposal)
