"""需要您处理: changes the centre did not take, each with its reason, what was typed, and three ways on."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridclient.fields import RECORDS
from gridclient.store.belonging import building_names, buildings_of
from gridclient.ui import style
from gridclient.ui.lines import lines_of
from gridclient.ui.parts import button, frame, label, shortcut
from gridclient.ui.rows import RowsView, Told
from gridclient.ui.saying import Tone
from gridclient.ui.value_words import value_words
from gridclient.ui.waiting import act_of, changed_words, local_time, moment
from gridclient.ui.workspace import Workspace
from sync.errors import Invalid
from sync.replica import News, Refusal, Replica

AS_TYPED = frozenset({"choice", "choices", "flag", "link", "links", "note"})  # editors keep these as values


class RefusalsView(QWidget):
    """Enter corrects, R sends again, Delete lets go, Ctrl+Z takes that back."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("refusals")
        self.rows = RowsView(("哪一条", "没有收下的原因", "怎么办", "何时"), (20, 14, 22, 8), people=(0,))
        self.rows.setAccessibleName("中心没有收下的修改")
        self.typed = label(wrap=True)
        self._dismissed: list[Refusal] = []
        self._mending: dict[str, Refusal] = {}
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.rows)

    @property
    def refusal(self) -> Refusal | None:
        """The change marked; None when there is none."""
        chosen: Refusal | None = self.rows.chosen
        return chosen

    def show_refusals(self, refusals: Sequence[Refusal]) -> None:
        """Show these."""
        self.rows.show_rows(refused_rows(self.workspace.replica, refusals))
        self._show_typed()

    def correct(self) -> None:
        """Open the form of the record with what was refused filled in; saving it is a new change."""
        refusal = self.refusal
        if refusal is None:
            return
        kind, id_ = refusal.change.kind, refusal.change.id
        if kind not in RECORDS or self.workspace.replica.get(RECORDS[kind].table, id_) is None:
            self.workspace.say("这条记录已不在本机", "按 R 可以照原样再传一次，或按 Delete 放弃。", Tone.WARN)
            return
        drafts = self.workspace.desk.drafts
        kept = drafts.take(id_)
        drafts.keep(
            kind,
            id_,
            typed_values(self.workspace.replica, refusal) | (kept.values if kept else {}),
            self.workspace.now,
        )
        self._mending[id_] = refusal
        self.workspace.open_place("records", kind=kind, id=id_)

    def retry(self) -> None:
        """Send the change again as the record stands now."""
        refusal = self.refusal
        if refusal is None:
            return
        try:
            queued = self.workspace.replica.retry(refusal)
        except Invalid as error:
            self.workspace.say(error.title, "请按 Enter 打开改正。", Tone.WARN)
            return
        self.workspace.say(
            "已重新排队，下次同步时上传" if queued else "中心已是这样，不用再传", tone=Tone.GOOD
        )

    def dismiss(self) -> None:
        """Let go of the change; Ctrl+Z brings it back."""
        refusal = self.refusal
        if refusal is not None:
            self._dismissed.append(refusal)
            self.workspace.replica.dismiss(refusal)
            self.workspace.say("已放弃这条修改", "按 Ctrl+Z 取回。")

    def undo(self) -> None:
        """Take the last dismissal back."""
        if self._dismissed:
            self.workspace.replica.recall(self._dismissed.pop())
            self.workspace.say("已取回放弃的修改", tone=Tone.GOOD)

    def event(self, event: QEvent) -> bool:
        """Keep Ctrl+Z while there is a dismissal to take back."""
        if event.type() == QEvent.Type.ShortcutOverride and self._dismissed and _is_undo(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Z takes the last dismissal back."""
        if self._dismissed and _is_undo(event):
            self.undo()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        card = frame("card")
        inside = QVBoxLayout(card)
        inside.addWidget(self.typed)
        row = QHBoxLayout()
        row.addWidget(
            label("您填的内容都还在本机，没有丢。不用再管的，按 Delete 放弃；改正后会再传一次。", "hint"), 1
        )
        row.addWidget(button("放弃  Delete", self.dismiss))
        row.addWidget(button("重试  R", self.retry))
        row.addWidget(button("改正  Enter", self.correct, role="primary"))
        inside.addLayout(row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, style.px(8), 0, 0)
        layout.addWidget(self.rows, 1)
        layout.addWidget(card)

    def _connect(self) -> None:
        self.rows.opened.connect(lambda _refusal: self.correct())
        self.rows.selectionModel().currentRowChanged.connect(lambda _new, _old: self._show_typed())
        shortcut("Delete", self.rows, self.dismiss)
        shortcut("R", self.rows, self.retry)
        self.workspace.changed.connect(self._on_changed)

    def _on_changed(self, news: list[News]) -> None:
        """Let go of a refused change once its record was put right in its form."""
        for one in news:
            if not one.remote and one.id in self._mending and one.kind in RECORDS:
                refusal = self._mending.pop(one.id)
                if refusal in self.workspace.replica.refused():
                    self.workspace.replica.dismiss(refusal)

    def _show_typed(self) -> None:
        refusal = self.refusal
        lines = values_words(self.workspace.replica, refusal) if refusal else []
        self.typed.setText("您填的：" + "　".join(f"{name} {value}" for name, value in lines))


def refused_rows(replica: Replica, refusals: Sequence[Refusal]) -> list[Told]:
    """Changes the centre did not take, each with its reason; a few queries for each kind among them."""
    names, lines, places = building_names(replica), dict[str, str](), dict[str, str]()
    for kind in {refusal.change.kind for refusal in refusals} & RECORDS.keys():
        ids = {refusal.change.id for refusal in refusals if refusal.change.kind == kind}
        lines |= lines_of(replica, kind, ids)
        places |= buildings_of(replica, kind, ids)
    found = []
    for refusal in refusals:
        change = refusal.change
        title = RECORDS[change.kind].title if change.kind in RECORDS else "冲突"
        place = names.get(places.get(change.id, ""), "")
        which = lines.get(change.id) or f"{place} {title}（已不在本机）".strip()
        texts = (f"⚠ {which}", refusal.title, refusal.advice, moment(change.at))
        found.append(Told(texts, "bad", refusal, values={3: local_time(change.at)}))
    return found


def values_words(replica: Replica, refusal: Refusal) -> list[tuple[str, str]]:
    """What was done, and each field with the value that was not taken, private ones starred out."""
    change = refusal.change
    act = act_of(change)[0][2:]
    if change.made or change.kind not in RECORDS or not changed_words(change):
        return [(act, RECORDS[change.kind].title if change.kind in RECORDS else "冲突")]
    fields = RECORDS[change.kind].by_name
    found = [
        (fields[name].label, value_words(replica, change.kind, fields[name], value, masked=True))
        for name, value in _values(refusal).items()
        if name in fields
    ]
    return found or [(act, changed_words(change))]


def typed_values(replica: Replica, refusal: Refusal) -> dict[str, Any]:
    """The refused values as a draft keeps them."""
    change = refusal.change
    fields, shape = RECORDS[change.kind].by_name, replica.shapes[change.kind]
    known = {name: value for name, value in _values(refusal).items() if name in fields}
    return {
        name: value if fields[name].kind in AS_TYPED else fields[name].text(shape.python(name, value))
        for name, value in known.items()
        if not change.made
    }


def _values(refusal: Refusal) -> dict[str, Any]:
    return {name: value for values in refusal.change.groups.values() for name, value in values.items()}


def _is_undo(event: Any) -> bool:
    return bool(event.key() == Qt.Key.Key_Z and event.modifiers() & Qt.KeyboardModifier.ControlModifier)
