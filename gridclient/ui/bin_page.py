"""回收站: what was removed in the last thirty days, by whom and why; one or several are restored with Enter."""

from PySide6.QtWidgets import QAbstractItemView, QWidget

from gridclient.fields import RECORDS
from gridclient.store.bin import Removed, removed
from gridclient.ui.edits_page import when
from gridclient.ui.initials import initials
from gridclient.ui.lines import lines_of
from gridclient.ui.parts import button, containing, line, shortcut
from gridclient.ui.past_page import PastPage
from gridclient.ui.rows import RowsView, Told
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace
from sync.record import SyncedRecord

HEADS = ("删除时间", "种类", "哪一条", "谁删除的", "原因")
HINT = "这里是 30 天内删除的记录。更早的不再列出，但没有销毁；要找回，请联系社区内勤。"
UNKNOWN = "中心没有说明"


class BinPage(PastPage):
    """Enter restores the chosen ones in one step, H shows the history of one, Ctrl+F looks for one."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "回收站", RowsView(HEADS, (7, 6, 20, 8, 10), people=(2,)), parent)
        self.setObjectName("bin_page")
        self.rows.setAccessibleName("回收站")
        self.rows.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.words = line(
            "查找：姓名 / 拼音首字母 / 种类 / 原因   Ctrl+F", says="在回收站中查找", name="filter"
        )
        self.words.setClearButtonEnabled(True)
        self.restore_button = button("恢复选中的 Enter", self.restore, role="primary", icon="undo")
        self.head.addWidget(self.words, 1)
        self.head.addWidget(button("看历史 H", self.show_history, icon="history"))
        self.head.addWidget(self.restore_button)
        self._told: list[Told] = []
        self.words.textChanged.connect(self._filter)
        self.words.returnPressed.connect(self.rows.setFocus)
        self.rows.opened.connect(lambda _one: self.restore())
        for keys, act in (("H", self.show_history), ("/", self.words.setFocus)):
            shortcut(keys, self.rows, act, alone=True)
        shortcut("Ctrl+F", self, self.words.setFocus)
        self.rows.out.heed(self.words)
        self.rows.out.narrowed = lambda: containing(self.words)

    def read(self) -> list[Told]:
        workspace = self.workspace
        found = removed(workspace.replica, workspace.desk.history, workspace.now)
        kinds = {one.kind for one in found}
        lines = {
            kind: lines_of(workspace.replica, kind, [one.id for one in found if one.kind == kind])
            for kind in kinds
        }
        return [bin_row(one, lines[one.kind].get(one.id, ""), workspace.replica.author) for one in found]

    def show_told(self, told: list[Told]) -> None:
        self._told = told
        self._filter()

    def restore(self) -> None:
        """Take the chosen records out of the bin together; Ctrl+Z puts them back."""
        replica = self.workspace.replica
        chosen: list[Removed] = self.rows.all_chosen
        found = [replica.get(RECORDS[one.kind].table, one.id) for one in chosen]
        records = [record for record in found if record is not None and record.removed]
        if not records:
            return
        self.workspace.restore(*records)
        words = RECORDS[chosen[0].kind].title if len(records) == 1 else "记录"
        still = self._still_removed(records)
        advice = f"所属的{still}还在回收站里，要一起用请也恢复它。" if still else "按 Ctrl+Z 放回回收站。"
        tone = Tone.WARN if still else Tone.GOOD
        self.workspace.say(f"已恢复 {len(records)} 条{words}", advice, tone)

    def show_history(self) -> None:
        """Show what happened to the marked record."""
        one: Removed | None = self.rows.chosen
        if one is not None:
            self.workspace.open_place("history", kind=one.kind, id=one.id)

    def _still_removed(self, records: list[SyncedRecord]) -> str:
        """The titles of what these records belong to and what is in the bin itself."""
        titles: list[str] = []
        for record in records:
            for field in RECORDS[record.kind()].fields:
                target = getattr(record, field.name) if field.kind == "link" else ""
                owner = self.workspace.replica.get(RECORDS[field.to].table, target) if target else None
                if owner is not None and owner.removed:
                    titles.append(RECORDS[field.to].title)
        return "、".join(dict.fromkeys(titles))

    def _filter(self) -> None:
        words = self.words.text().split()
        shown = [told for told in self._told if all(_fits(told, word.lower()) for word in words)]
        self.rows.show_rows(shown)
        self.hint.setText(f"{HINT}　共 {len(shown)} 条" if shown else HINT)
        self.restore_button.setEnabled(bool(shown))
        if shown:
            self.body.show_view()
        elif self._told:
            self.body.show_words("没有符合的", "换几个字再找。")
        else:
            self.body.show_words("回收站是空的", "删除的记录会在这里留 30 天，随时可以恢复。")


def bin_row(one: Removed, line: str, author: str) -> Told:
    """A removed record in one line."""
    title = RECORDS[one.kind].title
    texts = (when(one.at), title, line or "（没有名称）", who_words(one.by, author), one.why)
    return Told(texts, "", one, values={0: one.at})


def who_words(by: str | None, author: str) -> str:
    """我, the account of somebody else, or that nobody had signed in, or that it is not known."""
    if by is None:
        return UNKNOWN
    return "我" if by == author else by or "未登录时"


def _fits(told: Told, word: str) -> bool:
    return any(word in text.lower() or word in initials(text) for text in told.texts)
