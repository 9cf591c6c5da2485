"""A ledger is changed beside its own pages, and kept as one of the office's own (我的台账)."""

from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gridclient.ledger import kept
from gridclient.ledger.kept import PREFIX, Kept
from gridclient.ledger.template import Template
from gridclient.records import KeptLedger
from gridclient.store.planning import own_area, writable
from gridclient.ui.ledger_columns import LedgerColumns
from gridclient.ui.ledger_frame import LedgerFrame, LedgerPaper
from gridclient.ui.ledger_rows import LedgerRows
from gridclient.ui.parts import button, label, line, shortcut
from gridclient.ui.saying import Tone
from gridclient.ui.scrolled import Scrolled
from gridclient.ui.workspace import Workspace

TABS = ("栏目", "筛选排序", "抬头落款", "纸张")
LONGEST = 40  # characters of a title


class LedgerEditor(QWidget):
    """Ctrl+S keeps, Esc leaves everything as it was. ``draft`` is the ledger as it is now.

    ``edited`` when the pages are to be composed anew, ``left(name)`` with the ledger to show when the work is over.
    """

    edited = Signal()
    left = Signal(str)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("ledger_editor")
        self.draft: Template = None  # type: ignore[assignment] # there is one from begin() on
        self._kept: Kept | None = None
        self._begun: Template | None = None
        self._warned = False  # that changes would be lost
        self.columns, self.rows = LedgerColumns(), LedgerRows()
        self.frame, self.paper = LedgerFrame(), LedgerPaper()
        self.parts: tuple[Any, ...] = (self.columns, self.rows, self.frame, self.paper)
        self.stack, self.tabs = QStackedWidget(), QButtonGroup(self)
        self.head, self.name = label(role="heading", wrap=True), line("给它起个名字", says="我的台账的名称")
        self.name.setMaxLength(LONGEST)
        self.keep = button("保存  Ctrl+S", self.save, role="primary")
        self.another = button("另存一张", self.save_as)
        self._lay_out()
        for part in self.parts:
            part.edited.connect(self._edited)
        self.tabs.idClicked.connect(self._turn_to)
        shortcut("Ctrl+S", self, self.save)
        shortcut("Esc", self, self.drop)
        for number in range(len(TABS)):
            shortcut(f"Alt+{number + 1}", self, partial(self._turn_to, number))
        self.setFocusProxy(self.columns)

    @property
    def changed(self) -> bool:
        """Whether something would be lost."""
        return self.draft != self._begun

    def begin(self, template: Template, chosen: Kept | None) -> None:
        """Change a ledger; ``chosen`` is the office's own that is changed, if it is one."""
        self.draft, self._begun, self._kept, self._warned = template, template, chosen, False
        if chosen is not None and not writable(self.workspace.replica, chosen.record.area):
            chosen = self._kept = None  # the office's, seen in a grid: what is made of it is the grid's own
        titles = [one.title for one in self.workspace.replica.all(KeptLedger)]
        offered = (
            chosen.record.title if chosen else kept.free_title(f"我的{template.called}"[:LONGEST], titles)
        )
        self.head.setText(f"调整“{template.called}”")
        self.name.setText(offered)
        self.another.setVisible(chosen is not None)
        self.suit(template)
        self._turn_to(0)

    def suit(self, template: Template) -> None:
        """Go on with this draft."""
        self.draft = template
        for part in self.parts:
            part.show_template(template)

    def save(self) -> None:
        """Keep the draft: as a new one of the office's own, or in place of the one it came from."""
        self._save(self._kept.record if self._kept else None)

    def save_as(self) -> None:
        """Keep the draft as another one, under a name nobody has yet."""
        self._save(None)

    def drop(self) -> None:
        """Leave what is being added; else leave everything as it was, asking once when something was changed."""
        if self.parts[self.stack.currentIndex()].back():
            return
        if self.changed and not self._warned:
            self._warned = True
            self.workspace.say("修改还没有保存", "再按一次 Esc 放弃，Ctrl+S 保存。", Tone.WARN)
            return
        self.left.emit("")

    def _lay_out(self) -> None:
        segments = QHBoxLayout()
        segments.setSpacing(0)
        for number, words in enumerate(TABS):
            made = button(words, role="segment", checkable=True, tip=f"Alt+{number + 1}")
            self.tabs.addButton(made, number)
            segments.addWidget(made)
            page = self.parts[number]
            self.stack.addWidget(Scrolled(page) if page in (self.frame, self.paper) else page)
        segments.addStretch()
        acts = QHBoxLayout()
        for widget in (self.keep, self.another):
            acts.addWidget(widget)
        acts.addStretch()
        acts.addWidget(button("不改了  Esc", self.drop))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.head)
        layout.addLayout(segments)
        layout.addWidget(self.stack, 1)
        layout.addWidget(label("存成我的台账，同步后同事也能用", "hint", wrap=True))
        layout.addWidget(self.name)
        layout.addLayout(acts)

    def _turn_to(self, number: int) -> None:
        self.tabs.button(number).setChecked(True)
        self.stack.setCurrentIndex(number)
        self.parts[number].setFocus()

    def _edited(self, template: Template) -> None:
        self.draft, self._warned = template, False
        for part in self.parts:
            if part is not self.sender():
                part.show_template(template)
        self.edited.emit()

    def _save(self, record: KeptLedger | None) -> None:
        title = self.name.text().strip()
        why = kept.unsound(self.draft) if title else "请先给它起个名字。"
        if why:
            self.workspace.say("还没有保存", why, Tone.WARN)
            self.name.setFocus()
            return
        others = [
            o.title for o in self.workspace.replica.all(KeptLedger) if record is None or o.id != record.id
        ]
        made = kept.keep(
            self.draft,
            kept.free_title(title, others),
            own_area(self.workspace.replica, self.workspace.desk.home),
        )
        stored = self.workspace.replica.get(KeptLedger, record.id) if record is not None else None
        if stored is not None and not stored.removed:  # somebody may have deleted it meanwhile
            stored.title, stored.template = made.title, made.template
            made = stored
        self.workspace.save(made)
        self.workspace.say(f"已存为我的台账“{made.title}”", "按 Ctrl+Z 撤回。", Tone.GOOD)
        self.left.emit(PREFIX + made.id)
