"""One matter: what it is about, where it stands, everything that was done, and the next step."""

from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gridclient.fields import spec_of
from gridclient.records import Matter, MatterStep
from gridclient.records.matter import MatterAct, MatterState
from gridclient.rules.matters import moved_by, standing, step_of
from gridclient.store.matters import steps
from gridclient.ui import style
from gridclient.ui.flow import Flow
from gridclient.ui.keeping import Keeping
from gridclient.ui.lines import line_of
from gridclient.ui.parts import button, frame, label
from gridclient.ui.rows import RowsView, Told
from gridclient.ui.saying import Tone
from gridclient.ui.step_form import Asking, StepForm
from gridclient.ui.workspace import Workspace

DRAFT = "matter:"  # begins the keys under which half-typed steps are kept
SAID = {Asking.STEP: "已记一步", Asking.CLOSE: "已办结", Asking.REOPEN: "已重新打开", Asking.DUE: "期限已改"}


class MatterPane(QWidget):
    """Shows one matter and writes its steps. ``released`` gives the list its focus back."""

    released = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("matter_pane")
        self.title, self.state = label(role="heading", wrap=True), label(role="pill")
        self.facts, self.story = label(role="hint", wrap=True), label(wrap=True)
        self.steps = RowsView(("时间", "步骤", "办理人", "办理情况"), (8, 5, 6))
        self.steps.setAccessibleName("办理过程")
        self.steps.out.narrowed = self.title.text
        self.form = StepForm()
        self.form.hide()
        self._matter: Matter | None = None
        self._draft = Keeping(self, self.keep_draft)
        self._lay_out()
        self.form.saved.connect(self._save)
        self.form.dropped.connect(self._drop)
        self.form.edited.connect(self._draft.touch)
        self.show_matter("")

    @property
    def matter(self) -> Matter | None:
        """The matter shown."""
        return self._matter

    def show_matter(self, id_: str) -> None:
        """Show a matter, or that there is none; a form that is open stays while it is the same one."""
        same = self._matter is not None and self._matter.id == id_
        if not same:
            self.keep_draft()
            self._open_form(False)
        self._matter = self.workspace.replica.get(Matter, id_) if id_ else None
        if self._matter is not None and self._matter.removed:
            self._matter = None
        self._show()
        if not same and self._matter is not None:
            self._offer_draft(self._matter)

    def ask(self, asking: Asking) -> None:
        """Open the form for a step, for 办结, for 重新打开 or for another day."""
        if self._matter is None:
            return
        done = self._matter.state == MatterState.DONE
        if asking is Asking.REOPEN and not done:
            return
        if done and asking is not Asking.REOPEN:
            self.workspace.say("这件事项已经办结", "按 R 重新打开再办理。")
            return
        due = self._matter.due
        self._open_form(True)
        self.form.begin(asking, self.workspace.now, f"{due:%Y-%m-%d}" if due else "3天后")

    def keep_draft(self) -> None:
        """Keep what is half typed."""
        self._draft.stop()
        told = self.form.draft() if not self.form.isHidden() else {}
        if told and self._matter is not None:
            drafts = self.workspace.desk.drafts
            drafts.keep("matter", DRAFT + self._matter.id, told, self.workspace.now)
            self.workspace.drafts_changed.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep the last words at once."""
        self.keep_draft()
        super().hideEvent(event)

    def _lay_out(self) -> None:
        card = frame("card")
        inside = QVBoxLayout(card)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.state)
        inside.addLayout(head)
        inside.addWidget(self.facts)
        inside.addWidget(self.story)
        self._acts = {
            Asking.STEP: button("记一步 Enter", partial(self.ask, Asking.STEP), role="primary"),
            Asking.CLOSE: button("办结 C", partial(self.ask, Asking.CLOSE)),
            Asking.REOPEN: button("重新打开 R", partial(self.ask, Asking.REOPEN)),
            Asking.DUE: button("改期限 T", partial(self.ask, Asking.DUE)),
        }
        self.acts = QWidget()
        row = Flow(style.px(6), self.acts)
        self.home = button("到这一户 G", self.open_home)
        for made in (*self._acts.values(), self.home):
            row.addWidget(made)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(8), 0, 0, 0)
        layout.setSpacing(style.px(8))
        card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        layout.addWidget(card)
        layout.addWidget(self.acts)
        layout.addWidget(self.form)
        layout.addWidget(label("办理过程", "strong"))
        layout.addWidget(self.steps, 1)

    def open_home(self) -> None:
        """Go to the household it was heard at."""
        if self._matter is not None and (self._matter.household or self._matter.dwelling):
            where = {"household": self._matter.household, "dwelling": self._matter.dwelling}
            self.workspace.open_place("household", **where, focus=True)

    def _show(self) -> None:
        matter = self._matter
        self.setEnabled(matter is not None)
        done = matter is not None and matter.state == MatterState.DONE
        for asking, made in self._acts.items():
            made.setVisible((asking is Asking.REOPEN) == done)
        self.home.setVisible(matter is not None and bool(matter.household or matter.dwelling))
        if matter is None:
            self.title.setText("没有选中的事项")
            self.state.hide()
            self.facts.setText("走访时按 E 记下，或按 Ctrl+N 新增。")
            self.story.hide()
            self.steps.show_rows([])
            return
        stands = standing(matter, self.workspace.today)
        self.title.setText(
            f"{matter.spec.field('kind_of_matter').text(matter.kind_of_matter)}　{matter.title}"
        )
        self.state.setText(stands.words)
        self.state.show()
        style.mark(self.state, stands.tone)
        self.facts.setText(self._facts(matter))
        self.story.setText(matter.story)
        self.story.setVisible(bool(matter.story) and matter.story != matter.title)
        self.steps.show_rows([_row(step) for step in reversed(steps(self.workspace.replica, matter.id))])

    def _facts(self, matter: Matter) -> str:
        place = matter.place or line_of(self.workspace.replica, "household", matter.household)
        told = [place, "、".join(name for name in matter.people if name not in place)]
        for name, words in (
            ("source_of_matter", "来源"),
            ("heard_on", "收集"),
            ("first_in_charge", "首办"),
            ("unit", "承办"),
            ("due", "期限"),
        ):
            text = matter.spec.field(name).text(getattr(matter, name))
            told.append(f"{words}\u00a0{text}" if text else "")
        return "　".join(part for part in told if part)

    def _save(self) -> None:
        matter, form = self._matter, self.form
        if matter is None or not form.whole():
            return
        workspace = self.workspace
        records: list[Any] = [matter]
        if form.asking is Asking.DUE:
            matter.due = form.due.on if form.due else None
        else:
            records.append(step_of(matter, form.act, workspace.desk.who, workspace.now, form.told))
            moved_by(matter, form.act, workspace.today)
        self._drop()
        workspace.save(*records)
        advice = "Ctrl+Z 撤回。"
        workspace.say(SAID[form.asking], advice, Tone.GOOD)

    def _drop(self) -> None:
        self._draft.stop()
        if self._matter is not None:
            self.workspace.desk.drafts.drop(DRAFT + self._matter.id)
            self.workspace.drafts_changed.emit()
        self._open_form(False)
        self.released.emit()

    def _open_form(self, opened: bool) -> None:
        """The form has the room of the buttons while it is open."""
        self.form.setVisible(opened)
        self.acts.setVisible(not opened)

    def _offer_draft(self, matter: Matter) -> None:
        """Show again what was half typed; the focus stays where it is."""
        kept = self.workspace.desk.drafts.take(DRAFT + matter.id)
        if kept is None:
            return
        self._open_form(True)
        self.form.begin(Asking(kept.values["asking"]), self.workspace.now)
        self.form.show_draft(kept.values)
        self.form.show_problem("上次没有记完的内容")
        self.released.emit()


def _row(step: MatterStep) -> Told:
    at = f"{step.at:%m-%d %H:%M}" if step.at else ""
    tones = {MatterAct.CLOSED: "good", MatterAct.REOPENED: "warn", MatterAct.RETURNED: "bad"}
    act = spec_of(step).field("act").text(step.act)
    tone = next((tone for known, tone in tones.items() if known == step.act), "")
    texts = (at, act, step.done_by, " ".join(step.told.split()))
    return Told(texts, tone, step, toned=1, values={0: step.at or ""})
