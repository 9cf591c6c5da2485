"""同步 (F9): how this laptop stands towards the centre, what waits, what needs somebody, and what the rounds did."""

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QTabWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from gridclient.fields import RECORDS
from gridclient.store.outgoing import Group, groups
from gridclient.ui import style
from gridclient.ui.blank import OrWords, WhenSeen
from gridclient.ui.clashes import ClashesView
from gridclient.ui.parts import button, frame, label, later, shortcut
from gridclient.ui.refusals import RefusalsView
from gridclient.ui.removing import RemovalPanel
from gridclient.ui.rounds_view import HistoryView, ProofView
from gridclient.ui.saying import SyncState, Tone
from gridclient.ui.sign_in import SignIn
from gridclient.ui.statement_view import StatementView
from gridclient.ui.waiting import WaitingView, lines_in
from gridclient.ui.workspace import Workspace
from sync.conflict import Conflict
from sync.protocol import Change
from sync.replica import Refusal

AT_ONCE = 1000  # waiting changes counted by building at once
GATHER_MS = 150  # news that arrive together are shown together
TABS = ("waiting", "refused", "clashes", "history", "proof", "statement")
TITLES = ("待上传", "需要您处理", "冲突", "历史", "一致证明", "对账单")


class SyncPage(QWidget):
    """The sync centre. Ctrl+R has a round at once; Ctrl+Tab goes to the next of its pages."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("sync_page")
        style.role(self, "page")
        self.state, self.detail = label(role="heading"), label(role="hint", wrap=True)
        self.agreed = label(role="pill")
        self.sync = button("立即同步  Ctrl+R", workspace.sync_now, role="primary", icon="sync")
        self.removal, self.sign = RemovalPanel(workspace), SignIn(workspace)
        self.waiting = WaitingView()
        self._waiting = OrWords(self.waiting)
        self._refused = WhenSeen(self._refused_view)
        self._clashes = WhenSeen(self._clashes_view)
        self._history = WhenSeen(self._history_view)
        self._proof = WhenSeen(self._proof_view)
        self._statement = WhenSeen(partial(StatementView, workspace))
        self.tabs = QTabWidget()
        self._asking: tuple[list[Refusal], list[Conflict]] = ([], [])
        self._gather, self._reading = later(self, GATHER_MS, self.reload), False
        self._lay_out()
        self._connect()

    def open(self, *, tab: str = "", **_where: Any) -> None:
        """Show the page, at ``waiting``, ``refused``, ``clashes``, ``history``, ``proof`` or ``statement``."""
        self.reload()
        if tab in TABS:
            self.tabs.setCurrentIndex(TABS.index(tab))
            self._show_tab()
            self.setFocus()

    @property
    def refused(self) -> RefusalsView:
        """What the centre did not take."""
        return self._refused.view.view

    @property
    def clashes(self) -> ClashesView:
        """What two people changed."""
        return self._clashes.view

    @property
    def history(self) -> HistoryView:
        """The rounds."""
        return self._history.view

    @property
    def proof(self) -> ProofView:
        """Both sides' check codes."""
        return self._proof.view

    @property
    def statement(self) -> StatementView:
        """The account of some days."""
        return self._statement.view

    def reload(self) -> None:
        """Read everything that waits or asks again, for those of its pages that were looked at."""
        self._gather.stop()
        replica = self.workspace.replica
        self._asking = replica.refused(), replica.conflicts()
        waiting = replica.pending()
        self._show_waiting(waiting)
        if self._refused.made:
            self._show_refused(self._refused.view)
        if self._clashes.made:
            self.clashes.show_conflicts(self._asking[1])
        if self._history.made:
            self.history.show_rounds(replica)
        if self._proof.made:
            self.proof.show_proofs(replica)
        for tab, count in enumerate((waiting, len(self._asking[0]), len(self._asking[1]))):
            self.tabs.setTabText(tab, f"{TITLES[tab]} {count}")
        self._show_state(self.workspace.sync_state, waiting)

    def showEvent(self, event: QShowEvent) -> None:
        """Show what is true now, at the first page that asks for somebody."""
        super().showEvent(event)
        self.reload()
        refused, clashes = self._asking
        asking = (TABS.index("clashes"), clashes), (TABS.index("refused"), refused)
        self.tabs.setCurrentIndex(next((tab for tab, found in asking if found), self.tabs.currentIndex()))
        self._show_tab()

    def focusInEvent(self, _event: QFocusEvent) -> None:
        """Hand the keys on. Not by a focus proxy: Tab would go past whatever is in front of it."""
        signing_in = not self.workspace.desk.signed_in and TABS[self.tabs.currentIndex()] == "waiting"
        target = self.sign.address if signing_in else self.tabs.currentWidget()
        (target if self.removal.isHidden() else self.removal).setFocus()

    def turn(self, step: int) -> None:
        """Go to the next page, or the one before, wherever the focus is."""
        if self.removal.isHidden():
            self.tabs.setCurrentIndex((self.tabs.currentIndex() + step) % len(TABS))
            self.setFocus()

    def _show_tab(self) -> None:
        """Compose the statement when it is looked at."""
        if TABS[self.tabs.currentIndex()] == "statement" and self.isVisible():
            self.statement.compose()

    def _lay_out(self) -> None:
        head = frame("card")
        grid = QGridLayout(head)
        grid.addWidget(self.state, 0, 0)
        grid.addWidget(self.agreed, 0, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self.detail, 1, 0, 1, 3)
        grid.addWidget(self.sync, 0, 3)
        grid.setColumnStretch(2, 1)
        pages: tuple[QWidget, ...] = (
            self._waiting,
            self._refused,
            self._clashes,
            self._history,
            self._proof,
            self._statement,
        )
        for title, page in zip(TITLES, pages, strict=True):
            self.tabs.addTab(page, title)
        turning = label("Ctrl+Tab 换下一页", "hint")
        turning.setContentsMargins(0, 0, 0, style.px(9))
        self.tabs.setCornerWidget(turning)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(16), style.px(12), style.px(16), style.px(12))
        layout.setSpacing(style.px(8))
        layout.addWidget(label("同步", "title"))
        layout.addWidget(head)
        layout.addWidget(self.removal, 1)
        layout.addWidget(self.sign)
        layout.addWidget(self.tabs, 1)
        self.removal.hide()

    def _connect(self) -> None:
        self.workspace.changed.connect(self._on_news)
        self.workspace.sync_changed.connect(self._on_news)
        self.tabs.currentChanged.connect(self._show_tab)
        shortcut("Ctrl+Tab", self, partial(self.turn, 1))
        shortcut("Ctrl+Shift+Tab", self, partial(self.turn, -1))
        self.waiting.opened.connect(self._open_change)
        self.waiting.wanted.connect(self._list)
        self.removal.agreed.connect(self._agree_to_removal)
        self.removal.kept.connect(self._keep_all)

    def _on_news(self, _news: object) -> None:
        if self.isVisible():
            self._show_state(self.workspace.sync_state, self.workspace.replica.pending())
            self._gather.start()

    def _refused_view(self) -> "OrWords[RefusalsView]":
        made = OrWords(RefusalsView(self.workspace))
        self._show_refused(made)
        return made

    def _show_refused(self, view: "OrWords[RefusalsView]") -> None:
        refused, _clashes = self._asking
        view.view.show_refusals(refused)
        if refused:
            view.show_view()
        else:
            view.show_words("没有需要您处理的", "中心没有收下的修改会列在这里，并说明原因和怎么办。")

    def _clashes_view(self) -> ClashesView:
        made = ClashesView(self.workspace)
        made.show_conflicts(self._asking[1])
        return made

    def _history_view(self) -> HistoryView:
        made = HistoryView()
        made.show_rounds(self.workspace.replica)
        return made

    def _proof_view(self) -> ProofView:
        made = ProofView()
        made.show_proofs(self.workspace.replica)
        return made

    def _show_waiting(self, waiting: int) -> None:
        if waiting <= AT_ONCE:
            self._show_groups(groups(self.workspace.replica))
        elif not self._reading:
            self._reading = True
            self.workspace.start(self._read_beside())

    async def _read_beside(self) -> None:
        """Count a first upload beside the window: it takes longer than one may wait for a key."""
        try:
            found = await self.workspace.run(groups, self.workspace.replica)
        finally:
            self._reading = False
        if isValid(self):
            self._show_groups(found)

    def _list(self, building: str) -> None:
        self.workspace.start(self._list_beside(building))

    async def _list_beside(self, building: str) -> None:
        lines = await self.workspace.run(lines_in, self.workspace.replica, building)
        if isValid(self):
            self.waiting.fill(building, lines)

    def _show_groups(self, found: list[Group]) -> None:
        self.waiting.show_groups(self.workspace.replica, found)
        if found:
            self._waiting.show_view()
        elif self.workspace.desk.signed_in:
            self._waiting.show_words("没有待上传的修改", "您填的都已到中心。继续录入，下次同步会自动上传。")
        else:
            self._waiting.show_words("没有待上传的修改", "填的内容先存本机；登录中心后会自动上传。")

    def _show_state(self, state: SyncState, waiting: int) -> None:
        signed_in = self.workspace.desk.signed_in
        if state.running:
            words = "正在同步…"
        elif not signed_in:
            words = "还没有连接中心"
        elif state.shut:
            words = state.why
        else:
            words = "在线" if state.online else "离线" if state.online is False else "还没有试过连接"
        last = self.workspace.desk.last_ok
        told = (
            "所有数据都已存在本机",
            f"待上传 {waiting} 条" if waiting else "没有待上传的修改",
            f"上次同步 {last:%m-%d %H:%M}" if last else "还没有同步过",
            state.text if not (state.agreed or state.online) else "",
        )
        self.state.setText(words)
        self.detail.setText("　".join(part for part in told if part))
        agreed = state.agreed and not waiting
        self.agreed.setText("与中心一致 ✓" if agreed else f"待上传 {waiting}" if waiting else "")
        self.agreed.setVisible(bool(self.agreed.text()))
        style.mark(self.agreed, "good" if agreed else "warn")
        self.sync.setEnabled(signed_in and not state.running)
        asked = None if state.running else state.removal
        focused = QApplication.focusWidget()
        answered = asked is None and focused is not None and self.removal.isAncestorOf(focused)
        self.removal.show_removal(asked)
        self.tabs.setVisible(asked is None)
        if answered:
            self.setFocus()
        self.sign.setVisible(not signed_in and asked is None)

    def _open_change(self, change: Change) -> None:
        if change.kind in RECORDS:
            self.workspace.open_place("records", kind=change.kind, id=change.id)
        else:
            self.open(tab="clashes")

    def _keep_all(self) -> None:
        self.workspace.set_sync_state(removal=None)
        self.workspace.say("本机的记录都留着，一条没有移除", "请先与社区内勤核实；下次同步时会再问一次。")

    def _agree_to_removal(self) -> None:
        self.workspace.start(self._round_with_removal())

    async def _round_with_removal(self) -> None:
        desk = self.workspace.desk
        self.workspace.set_sync_state(removal=None)
        done = await self.workspace.run(desk.sync, text="正在同步", agreed_removal=True)
        text = "与中心一致 ✓" if done.agreed else "已同步"
        self.workspace.set_sync_state(online=True, text=text, agreed=done.agreed)
        self.workspace.say(
            text, f"上传 {done.up} 条，收到 {done.down} 条，移除 {done.removed} 条。", Tone.GOOD
        )
