"""同步 (F9): how this laptop stands towards the centre, what waits, what needs somebody, and what the rounds did."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from gridclient.fields import RECORDS
from gridclient.records import Building, Dwelling, Household, Resident, Visit
from gridclient.store.rounds import notes
from gridclient.ui import style
from gridclient.ui.clashes import ClashesView
from gridclient.ui.lines import lines_of
from gridclient.ui.parts import button, frame, label, shortcut
from gridclient.ui.rows import RowsView, Told
from gridclient.ui.saying import SyncState, Tone
from gridclient.ui.sign_in import SignIn
from gridclient.ui.workspace import Workspace
from sync.clock import millis_of
from sync.protocol import Change
from sync.replica import News, Refusal, Replica

SHOWN = 300  # waiting changes listed; beyond that the number says enough
ELSEWHERE = "其他"


class SyncPage(QWidget):
    """The sync centre. Ctrl+R has a round at once; Enter on a refused change opens its record."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("sync_page")
        style.role(self, "page")
        self.state, self.detail, self.agreed = (
            label(role="heading"),
            label(role="hint", wrap=True),
            label(role="pill"),
        )
        self.sync = button("立即同步  Ctrl+R", workspace.sync_now, role="primary", icon="sync")
        self.agree = button("允许移除并同步", self._agree_to_removal, role="danger")
        self.sign = SignIn(workspace)
        self.waiting = RowsView(("楼栋", "做了什么", "哪一条", "改了哪些", "何时"), (7, 8, 16, 12, 7))
        self.refused = RowsView(("未收下的原因", "怎么办", "哪一条", "何时"), (14, 18, 12, 8))
        self.clashes = ClashesView(workspace)
        self.history = RowsView(("时间", "结果", "上传", "收到", "未收下", "冲突"), (9, 14, 5, 5, 5, 5))
        self.tabs = QTabWidget()
        self._lay_out()
        self._connect()

    def open(self, *, tab: str = "", **_where: Any) -> None:
        """Show the page, at ``waiting``, ``refused``, ``clashes`` or ``history``."""
        self.reload()
        names = ("waiting", "refused", "clashes", "history")
        if tab in names:
            self.tabs.setCurrentIndex(names.index(tab))
            self.setFocus()

    def reload(self) -> None:
        """Read everything that waits or asks again."""
        replica = self.workspace.replica
        waiting, refused, clashes = replica.outbox(SHOWN), replica.refused(), replica.conflicts()
        self.waiting.show_rows(waiting_rows(replica, waiting))
        self.refused.show_rows([refused_row(replica, refusal) for refusal in refused])
        self.clashes.show_conflicts(clashes)
        self.history.show_rows(history_rows(replica))
        counts = (replica.pending(), len(refused), len(clashes))
        for tab, (title, count) in enumerate(zip(("待上传", "需要处理", "冲突"), counts, strict=True)):
            self.tabs.setTabText(tab, f"{title} {count}")
        self._show_state(self.workspace.sync_state)

    def showEvent(self, event: QShowEvent) -> None:
        """Show what is true now, at the first tab that asks for somebody."""
        super().showEvent(event)
        self.reload()
        replica = self.workspace.replica
        asking = (2, replica.conflicts()), (1, replica.refused())
        self.tabs.setCurrentIndex(next((tab for tab, found in asking if found), self.tabs.currentIndex()))
        self._aim()

    def _aim(self) -> None:
        """Let the keys go to what is looked at: the conflicts take theirs nowhere else."""
        views = (self.waiting, self.refused, self.clashes, self.history)
        signed_in = self.workspace.desk.signed_in or self.tabs.currentWidget() is self.clashes
        self.setFocusProxy(views[self.tabs.currentIndex()] if signed_in else self.sign.address)

    def _lay_out(self) -> None:
        head = frame("card")
        grid = QGridLayout(head)
        grid.addWidget(self.state, 0, 0)
        grid.addWidget(self.agreed, 0, 1)
        grid.addWidget(self.detail, 1, 0, 1, 3)
        grid.addWidget(self.agree, 0, 3)
        grid.addWidget(self.sync, 0, 4)
        grid.setColumnStretch(2, 1)
        self.agree.hide()
        lost = QWidget()
        below = QVBoxLayout(lost)
        below.setContentsMargins(0, style.px(6), 0, 0)
        below.addWidget(self.refused, 1)
        row = QHBoxLayout()
        row.addWidget(label("Enter 打开这一条改正后会重新上传；不再需要的可以放弃", "hint"), 1)
        row.addWidget(button("放弃这条修改", self._dismiss))
        below.addLayout(row)
        for title, view in (
            ("待上传", self.waiting),
            ("需要处理", lost),
            ("冲突", self.clashes),
            ("同步记录", self.history),
        ):
            self.tabs.addTab(view, title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(16), style.px(12), style.px(16), style.px(12))
        layout.setSpacing(style.px(8))
        layout.addWidget(label("同步", "title"))
        layout.addWidget(head)
        layout.addWidget(self.sign)
        layout.addWidget(self.tabs, 1)

    def _connect(self) -> None:
        self.workspace.changed.connect(self._on_changed)
        self.tabs.currentChanged.connect(self._aim)
        self.workspace.sync_changed.connect(self._on_sync)
        self.refused.opened.connect(self._open_refused)
        shortcut("Delete", self.refused, self._dismiss)

    def _on_changed(self, _news: list[News]) -> None:
        if self.isVisible():
            self.reload()

    def _on_sync(self, _state: SyncState) -> None:
        if self.isVisible():
            self.reload()

    def _show_state(self, state: SyncState) -> None:
        waiting = self.workspace.replica.pending()
        signed_in = self.workspace.desk.signed_in
        if state.running:
            words = "正在同步…"
        elif not signed_in:
            words = "还没有连接中心"
        else:
            words = "在线" if state.online else "离线" if state.online is False else "还没有试过连接"
        last = self.workspace.desk.last_ok
        self.state.setText(words)
        self.detail.setText(
            "　".join(
                part
                for part in (
                    "所有数据都已存在本机",
                    f"待上传 {waiting} 条" if waiting else "没有待上传的修改",
                    f"上次同步 {last:%m-%d %H:%M}" if last else "还没有同步过",
                    state.text,
                )
                if part
            )
        )
        agreed = state.agreed and not waiting
        self.agreed.setText("与中心一致 ✓" if agreed else f"待上传 {waiting}" if waiting else "")
        self.agreed.setVisible(bool(self.agreed.text()))
        style.mark(self.agreed, "good" if agreed else "warn")
        self.sync.setEnabled(signed_in and not state.running)
        self.agree.setVisible(state.removal and not state.running)
        self.sign.setVisible(not signed_in)

    def _open_refused(self, refusal: Refusal) -> None:
        self.workspace.open_place("records", kind=refusal.change.kind, id=refusal.change.id)

    def _dismiss(self) -> None:
        refusal = self.refused.chosen
        if refusal is not None:
            self.workspace.replica.dismiss(refusal)
            self.reload()

    def _agree_to_removal(self) -> None:
        self.workspace.start(self._round_with_removal())

    async def _round_with_removal(self) -> None:
        desk = self.workspace.desk
        done = await self.workspace.run(desk.sync, text="正在同步", agreed_removal=True)
        text = "与中心一致 ✓" if done.agreed else "已同步"
        self.workspace.set_sync_state(online=True, text=text, agreed=done.agreed, removal=False)
        self.workspace.say(text, f"上传 {done.up} 条，收到 {done.down} 条。", Tone.GOOD)


def history_rows(replica: Replica) -> list[Told]:
    """The rounds kept, newest first."""
    return [
        Told(
            (
                f"{one.at:%m-%d %H:%M}",
                one.words,
                *(str(n) for n in (one.up, one.down, one.refused, one.clashes)),
            )
        )
        for one in notes(replica)
    ]


def waiting_rows(replica: Replica, changes: Sequence[Change]) -> list[Told]:
    """What waits, by building; a new record, an edit and a removal each with its sign and word."""
    lines = {
        kind: lines_of(replica, kind, [c.id for c in changes if c.kind == kind])
        for kind in {change.kind for change in changes if change.kind in RECORDS}
    }
    groups: dict[str, list[Told]] = defaultdict(list)
    for change in changes:
        place = building_of(replica, change)
        act, tone = act_of(change)
        title = RECORDS[change.kind].title if change.kind in RECORDS else "冲突"
        which = lines.get(change.kind, {}).get(change.id, "")
        texts = (place, f"{act} {title}", which, changed_words(change), _moment(change.at))
        groups[place].append(Told(texts, tone, change))
    return [told for place in sorted(groups, key=lambda p: (p == ELSEWHERE, p)) for told in groups[place]]


def refused_row(replica: Replica, refusal: Refusal) -> Told:
    """A change the centre did not take, with its reason."""
    change = refusal.change
    texts = (refusal.title, refusal.advice, f"{building_of(replica, change)} {changed_words(change)}")
    return Told((*texts, _moment(change.at)), "bad", refusal)


def act_of(change: Change) -> tuple[str, str]:
    """``+ 新增``, ``✎ 修改`` or ``✕ 删除``, and the tone of each."""
    if change.made:
        return "+ 新增", "good"
    if (change.groups.get("life") or {}).get("removed_at"):
        return "✕ 删除", "bad"
    return "✎ 修改", "warn"


def changed_words(change: Change) -> str:
    """The labels of the fields a change holds."""
    spec = RECORDS.get(change.kind)
    if spec is None or change.made:
        return ""
    names = [name for group in change.groups.values() for name in group]
    return "、".join(spec.by_name[name].label for name in names if name in spec.by_name)


def building_of(replica: Replica, change: Change) -> str:
    """The building a change belongs to, by the links of its record; 其他 when it has none."""
    record: Any = replica.get(RECORDS[change.kind].table, change.id) if change.kind in RECORDS else None
    if isinstance(record, Resident):
        record = replica.get(Household, record.household)
    if isinstance(record, Household | Visit):
        record = replica.get(Dwelling, record.dwelling)
    if isinstance(record, Dwelling):
        record = replica.get(Building, record.building)
    return record.name if isinstance(record, Building) else ELSEWHERE


def _moment(hlc: int) -> str:
    """The local time of a hybrid time."""
    return f"{datetime.fromtimestamp(millis_of(hlc) / 1000).astimezone():%m-%d %H:%M}"
