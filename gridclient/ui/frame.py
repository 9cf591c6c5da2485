"""The edges of the window: who works here and what waits at the top, the plain truth at the bottom."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStatusBar, QWidget

from gridclient import __version__
from gridclient.ui import icons, style
from gridclient.ui.parts import button, label
from gridclient.ui.saying import SyncState


class TopBar(QFrame):
    """Grid and person, the door to the search, and what waits to be sent."""

    search_wanted = Signal()
    sync_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("top")
        style.role(self, "bar")
        self.setFixedHeight(style.px(50))
        self.who = label("", "heading")
        self.search = button(
            "  搜索：姓名 / 拼音 / 证件末四位 / 3-2-501", role="search", icon="search", name="search"
        )
        self.search.setMinimumWidth(style.px(380))
        self.search.setAccessibleName("搜索，Ctrl+K")
        self.search.clicked.connect(self.search_wanted)
        key = label("Ctrl+K", "key")
        key.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside = QHBoxLayout(self.search)
        inside.setContentsMargins(0, 0, style.px(10), 0)
        inside.addStretch(1)
        inside.addWidget(key, 0, Qt.AlignmentFlag.AlignVCenter)
        self.badge = button("", role="quiet", name="badge")
        self.badge.setIconSize(style.icon_size())
        self.badge.clicked.connect(self.sync_wanted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(style.px(16), 0, style.px(12), 0)
        layout.addWidget(self.who)
        layout.addStretch(1)
        layout.addWidget(self.search, 3)
        layout.addStretch(1)
        layout.addWidget(self.badge)

    def show_who(self, unit: str, person: str) -> None:
        """Say which grid and which person."""
        self.who.setText(" · ".join(part for part in (unit, person) if part) or "网格员工作台")

    def show_sync(self, state: SyncState) -> None:
        """Say what waits, and that a round is running."""
        troubled = state.conflicts + state.refused
        tone = "warn" if troubled else "info" if state.waiting or state.photos else "good"
        if state.running:
            text = state.text or "正在同步…"
        elif troubled:
            told = ("需要您处理", state.refused), ("冲突", state.conflicts)
            text = "　".join(f"{name} {count}" for name, count in told if count)
        elif state.waiting or not state.photos:
            text = f"待上传 {state.waiting}" if state.waiting else "没有待上传"
        else:
            text = f"照片待上传 {state.photos}"
        self.badge.setText(text)
        self.badge.setIcon(icons.icon("warn" if troubled else "sync", style.tint(tone).bar))
        self.badge.setToolTip(state.text or "打开同步中心（F9）")


class StatusLine(QStatusBar):
    """Always says: online or not, what is saved here, what waits, today's round, drafts, conflicts, version."""

    drafts_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setSizeGripEnabled(False)
        self._dot = label()
        self.link = label()
        self.waiting = label()
        self.round = label()
        self.drafts = button("", self.drafts_wanted, role="status", tip="填到一半的都在这里，点开接着填")
        self.drafts.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.conflicts = label()
        for part in (self._dot, self.link, self.waiting, self.round, self.drafts, self.conflicts):
            self.addWidget(part)
        self.addPermanentWidget(label(f"v{__version__}"))
        self._saved_at = ""

    def show_saved(self, at: datetime) -> None:
        """Say when something was last stored on this laptop."""
        self._saved_at = f"{at:%H:%M}"

    def show_sync(self, state: SyncState) -> None:
        """Say whether the centre answers, and that everything is safe here either way."""
        icon, tone = ("online", "good") if state.online else ("offline", "quiet")
        if state.online is False and state.signed_in:
            tone = "warn"
        self._dot.setPixmap(icons.pixmap(icon, style.tint(tone).bar, style.px(15)))
        online = "在线（未加密）" if state.exposed else "在线"
        away = "离线" if state.signed_in else "未连接中心"
        where = state.why or (online if state.online else away)
        saved = f"数据已存本机 {self._saved_at}".rstrip()
        last = f"，上次同步 {_moment(state.last_ok)}" if state.last_ok else ""
        self.link.setText(f"{where}，{saved}{last}")
        photos = f"，照片 {state.photos}" if state.photos else ""
        self.waiting.setText(f"待上传 {state.waiting}{photos}")
        self.conflicts.setText(f"冲突 {state.conflicts}")

    def show_round(self, done: int, total: int) -> None:
        """Say how far today's doors are done."""
        self.round.setText(f"今日 {done}/{total} 户")

    def show_drafts(self, count: int) -> None:
        self.drafts.setText(f"草稿 {count}")


def _moment(at: datetime) -> str:
    now = datetime.now().astimezone()
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%m-%d %H:%M}"
