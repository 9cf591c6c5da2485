"""历史: what happened to one record, one field of it, or a whole household; any old value comes back with one key."""

from typing import Any

from PySide6.QtWidgets import QComboBox, QWidget

from gridclient.fields import RECORDS
from gridclient.ui.edits_page import when
from gridclient.ui.history_words import LOST, MOST, Line, Which, history_lines, of_household, private_fields
from gridclient.ui.lines import line_of
from gridclient.ui.parts import button, shortcut
from gridclient.ui.past_page import PastPage
from gridclient.ui.rows import RowsView, Told
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace
from sync.errors import Invalid
from sync.record import PLACE

HEADS = ("时间", "谁", "哪一条", "栏目", "原来", "后来", "来源")
EVERYTHING = "全部栏目"
ALL = 10**9  # changes taken out of the program
HINT = "本机存有这条记录以来的每一处修改。更早的修改和别的电脑上的经过，中心都有，请问社区内勤。"


class HistoryPage(PastPage):
    """Enter restores what the marked row was before, F12 shows the starred numbers, which is noted in the trail."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "历史", RowsView(HEADS, (7, 4, 9, 5, 11, 11, 6), people=(2,)), parent)
        self.setObjectName("history_page")
        self.rows.setAccessibleName("历史")
        self.rows.out.whole = lambda: not self._masked and bool(private_fields(self._lines))
        self.rows.out.narrowed = self._narrowed
        self.fields = QComboBox()
        self.fields.setAccessibleName("只看一个栏目")
        self.fields.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.fields.addItem(EVERYTHING, "")
        self.reveal = button("显示号码 F12", self.show_numbers)
        self.restore_button = button("恢复原来的值 Enter", self.restore, role="primary", icon="undo")
        self.head.addWidget(self.fields)
        self.head.addStretch(1)
        self.head.addWidget(self.reveal)
        self.head.addWidget(self.restore_button)
        self._wanted: list[Which] = []
        self._household, self._field = "", ""
        self._lines: list[Line] = []
        self._masked = True
        self.fields.activated.connect(self._choose_field)
        self.rows.opened.connect(lambda _line: self.restore())
        self.rows.selectionModel().currentRowChanged.connect(lambda *_rows: self._show_act())
        shortcut("F12", self, self.show_numbers)

    def open(
        self, *, kind: str = "", id: str = "", household: str = "", field: str = "", **_where: Any
    ) -> None:
        """Show the history of one record, or of one ``field`` of it, or of a whole household."""
        self._household, self._field, self._masked = household, field, True
        self._wanted = [(kind, id)] if kind in RECORDS and id else []
        self._lines = []
        of = line_of(self.workspace.replica, kind or "household", id or household)
        self.title.setText(f"历史　{of}" if of else "历史")
        self.reload()

    def read(self) -> list[Told]:
        return self._read(MOST)

    def show_told(self, told: list[Told]) -> None:
        self._lines = [one.about for one in told]
        self._fill_fields()
        self.rows.show_rows(self._of_field(told))
        self.rows.every = self._all if len(told) >= MOST else None
        self.reveal.setVisible(bool(private_fields(self._lines)))
        self.reveal.setText("显示号码 F12" if self._masked else "隐藏号码 F12")
        self.hint.setText(HINT if len(told) < MOST else f"{HINT}　修改很多，这里是最近的 {MOST} 处。")
        self._show_act()
        if self.rows.rows.told:
            self.body.show_view()
        elif self._wanted or self._household:
            self.body.show_words("这一栏在本机没有改过", "在上面选“全部栏目”看其余的修改。")
        else:
            self.body.show_words("还没有选中记录", "在楼栋图走到一户按 H，或在资料表里按 Ctrl+H。")

    def show_numbers(self) -> None:
        """Show private values in full, or star them out again; looking is noted in the trail first."""
        if self._masked:
            for kind, field in private_fields(self._lines):
                self.workspace.note_seen(kind, field.name)
        self._masked = not self._masked
        self.reload()

    def restore(self) -> None:
        """Put back what the marked row was before, or what lost in a conflict; an ordinary edit, undone with Ctrl+Z."""
        one: Line | None = self.rows.chosen
        replica = self.workspace.replica
        record = replica.get(RECORDS[one.kind].table, one.id) if one is not None else None
        if one is None or record is None or not one.back:
            return
        if record.removed and "removed_at" not in one.back:
            self.workspace.say("这条记录在回收站里", "请先在回收站恢复它，再恢复旧的值。", Tone.WARN)
            return
        if RECORDS[one.kind].append_only and "removed_at" not in one.back:
            self.workspace.say(f"{RECORDS[one.kind].title}写下后不再改", "写错了，请另记一条。", Tone.WARN)
            return
        shape = replica.shapes[one.kind]
        for name, value in one.back.items():
            if name == "removed_at" and value is not None:
                value = int(self.workspace.now.timestamp() * 1000)
            setattr(record, name, value if name == PLACE else shape.python(name, value))
        before = self.workspace.last_edit
        try:
            with self.workspace.together(f"恢复旧值：{one.what}"):
                self.workspace.save(record)
        except Invalid as error:
            reasons = [why for problems in error.problems.values() for why in problems.values()]
            self.workspace.say("这个旧值现在不能用了", "；".join(reasons), Tone.WARN)
            return
        if self.workspace.last_edit == before:
            self.workspace.say("现在就是这个值，不用再改")
        else:
            self.workspace.say(f"已恢复 {one.about} 的{one.what}", "按 Ctrl+Z 撤回。", Tone.GOOD)

    def _read(self, most: int) -> list[Told]:
        replica, history = self.workspace.replica, self.workspace.desk.history
        wanted = of_household(replica, self._household) if self._household else self._wanted
        lines = history_lines(replica, history, wanted, masked=self._masked, most=most)
        return [line_row(one) for one in lines]

    def _all(self) -> list[Told]:
        return self._of_field(self._read(ALL))

    def _narrowed(self) -> str:
        field = self.fields.currentText() if self._field else ""
        return "；".join(filter(None, (self.title.text(), field)))

    def _of_field(self, told: list[Told]) -> list[Told]:
        return [one for one in told if not self._field or one.about.name == self._field]

    def _fill_fields(self) -> None:
        labels = {line.name: line.what for line in self._lines if line.name}
        self.fields.clear()
        self.fields.addItem(EVERYTHING, "")
        if self._field and self._field not in labels and self._wanted:
            labels[self._field] = RECORDS[self._wanted[0][0]].field(self._field).label
        for name, label in labels.items():
            self.fields.addItem(f"只看 {label}", name)
        self.fields.setCurrentIndex(max(0, self.fields.findData(self._field)))

    def _choose_field(self, _row: int) -> None:
        self._field = str(self.fields.currentData() or "")
        self.reload()
        self.rows.setFocus()

    def _show_act(self) -> None:
        one: Line | None = self.rows.chosen
        self.restore_button.setEnabled(one is not None and bool(one.back))
        lost = one is not None and one.source == LOST
        self.restore_button.setText("采用这个值 Enter" if lost else "恢复原来的值 Enter")


def line_row(one: Line) -> Told:
    """One change of one field as a row."""
    texts = (when(one.at), one.who, one.about, one.what, one.was, one.now, one.source)
    return Told(texts, "", one, values={0: one.at})
