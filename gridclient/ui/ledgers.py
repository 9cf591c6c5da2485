"""台账 (F7): choose a ledger, see its pages as they will be printed, change it, and put it on paper or into a file."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gridclient import paths
from gridclient.errors import NoSpace
from gridclient.ledger import kept
from gridclient.ledger.compose import Scope, compose
from gridclient.ledger.filing import Origin
from gridclient.ledger.kept import Kept
from gridclient.ledger.template import Template, templates
from gridclient.settings import save
from gridclient.store.trail import Act, Step
from gridclient.ui import style
from gridclient.ui.blank import WhenSeen
from gridclient.ui.freezing import KEYS, Asked, Freezing
from gridclient.ui.ledger_acts import LedgerActs
from gridclient.ui.ledger_choices import LedgerChoices
from gridclient.ui.ledger_editor import LedgerEditor
from gridclient.ui.ledger_list import LedgerList
from gridclient.ui.ledger_shelves import shelves
from gridclient.ui.paper_view import LEAST_DPI, PaperView
from gridclient.ui.parts import label, later, shortcut
from gridclient.ui.workspace import Workspace
from sync.replica import News

PAUSE_MS = 60  # a ledger passed on the way to another is not composed
LATELY = 4  # ledgers remembered as used last
HINT = "打首字母或拼音找台账，如 zf 走访"
KIND = "kept_ledger"
OVERVIEW_DPI = 45.0  # while its columns are changed all of a page is in sight, however small
LIST, EDITOR = 208, 334  # pixels at plain size: a page lying on its side fits beside both


class LedgersPage(QWidget):
    """The ledgers, what the chosen one is about, and its pages. Ctrl+T changes the chosen one.

    ``templates`` are all ledgers, those of the office first; ``template`` is the one shown, as it is being changed.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("ledgers_page")
        style.role(self, "page")
        self.kept: list[Kept] = []
        self.templates: list[Template] = []
        self.list, self.choices = LedgerList(), LedgerChoices()
        self.view = PaperView(workspace, self)
        self.freezing = Freezing(workspace, self._shown, self)
        self._editor = WhenSeen(self._make_editor)
        self.acts = LedgerActs(workspace)
        self.summary, self.hint = label(role="hint"), label(HINT, "hint")
        self._uncovered: tuple[str, Scope, str] | None = None  # what was noted as seen in full already
        self._composing: tuple[Origin, str] | None = None  # asked for last, and why in full
        self._composed: tuple[Origin, str] | None = None
        self._soon = later(self, PAUSE_MS, self._compose)
        self._lay_out()
        self._read()
        self._connect()
        self.setFocusProxy(self.list)

    @property
    def editor(self) -> LedgerEditor:
        """Where the chosen one is changed."""
        return self._editor.view

    @property
    def template(self) -> Template | None:
        """The ledger shown, as it is being changed; None while there is none."""
        if self.editing:
            return self.editor.draft
        return self.templates[self.list.row] if self.list.row >= 0 else None

    @property
    def chosen(self) -> Kept | None:
        """The office's own ledger that is chosen; None for any other."""
        name = self.templates[self.list.row].name if self.list.row >= 0 else ""
        return next((one for one in self.kept if kept.PREFIX + one.record.id == name), None)

    @property
    def editing(self) -> bool:
        """Whether the ledger is being changed."""
        return self.left.currentWidget() is self._editor

    def open(self, *, ledger: str = "", building: str = "", id: str = "", **_where: Any) -> None:
        """Show a ledger by its name or one of the office's own by its id, of one building if one is given.

        While one is being changed it stays.
        """
        if self.editing and not self.editor.changed:
            self.leave_editor()
        self.choices.offer(self.workspace.replica)
        if building:
            self.choices.choose(Scope(building=building))
        if not self.editing:
            self.show_ledger(ledger or (kept.PREFIX + id if id else ""))
        if building and self.template is not None:
            self.compose()  # the ledger may have been marked before
        self.setFocus()

    def show_ledger(self, name: str) -> None:
        """Go to a ledger by its name; stay when there is none of that name."""
        row = next((r for r, t in enumerate(self.templates) if t.name == name), -1)
        if row >= 0:
            self.list.choose(row)

    def compose(self) -> None:
        """Compose the chosen ledger beside the window; only the last one asked for is shown."""
        self.view.expect()
        self._soon.start()

    def edit(self) -> None:
        """Begin to change the chosen ledger."""
        if self.template is not None and not self.editing:
            self.view.least_dpi = OVERVIEW_DPI
            self.editor.begin(self.choices.suited(self.template), self.chosen)
            self.left.setCurrentWidget(self._editor)
            self.left.setFixedWidth(style.px(EDITOR))
            self.setFocusProxy(self.editor)
            self.editor.setFocus()

    def leave_editor(self) -> None:
        """Show the list again, and the ledger as it is kept."""
        self.view.least_dpi = LEAST_DPI
        self.left.setCurrentIndex(0)
        self.left.setFixedWidth(style.px(LIST))
        self._choose()
        self.setFocusProxy(self.list)
        self.list.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the first ledger: the one used last."""
        super().showEvent(event)
        if not self.choices.scope.count():
            self.choices.offer(self.workspace.replica)
        if self.list.row < 0:
            self._choose_first()

    def _lay_out(self) -> None:
        self.left, beside = QStackedWidget(), QWidget()
        self.left.setFixedWidth(style.px(LIST))
        self.choices.row.addWidget(self.summary)
        right = QVBoxLayout()
        right.addWidget(self.choices)
        right.addWidget(self.freezing)
        right.addWidget(self.view, 1)
        self.view.bar.addWidget(self.freezing.button)
        self.view.ways[self.freezing.button] = ("定稿", KEYS)
        self.acts.menu.addAction("定稿台账", self.freezing.open_shelf)
        column = QVBoxLayout(beside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(label("台账", "title"))
        self.hint.setWordWrap(True)
        column.addWidget(self.hint)
        column.addWidget(self.list, 1)
        column.addWidget(self.acts)
        self.left.addWidget(beside)
        self.left.addWidget(self._editor)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(style.px(16), style.px(12), style.px(16), style.px(12))
        whole.setSpacing(style.px(14))
        whole.addWidget(self.left)
        whole.addLayout(right, 1)

    def _connect(self) -> None:
        self.list.chosen.connect(lambda _row: self._choose())
        self.list.typed.connect(lambda letters: self.hint.setText(f"找：{letters}"))
        self.list.entered.connect(self.view.setFocus)
        self.choices.changed.connect(self._settle)
        self.view.composed.connect(self._show_summary)
        self.view.taken.connect(self._remember)
        self.workspace.changed.connect(self._on_news)
        self.acts.edit_wanted.connect(self.edit)
        self.acts.taken_in.connect(self.show_ledger)
        shortcut("Ctrl+T", self, self.edit)

    def _make_editor(self) -> LedgerEditor:
        made = LedgerEditor(self.workspace)
        made.edited.connect(self._edited)
        made.left.connect(self._left)
        return made

    def _read(self) -> None:
        """Read the office's own ledgers and put all of them on their shelves; the chosen one stays chosen."""
        name = self.templates[self.list.row].name if self.list.row >= 0 else ""
        self.kept = kept.kept(self.workspace.replica)
        self.acts.tell([one for one in self.kept if one.template is None])
        own = [one.template for one in self.kept if one.template is not None]
        self.templates = [*own, *(one for one in templates() if one.kind != KIND)]
        self.list.blockSignals(True)
        self.list.show_shelves(
            self.templates, shelves(self.templates, self.workspace.settings.lately.split())
        )
        self.show_ledger(name)
        self.list.blockSignals(False)

    def _choose_first(self) -> None:
        found = shelves(self.templates, self.workspace.settings.lately.split())
        self.list.choose(found[0].rows[0])

    def _on_news(self, news: list[News]) -> None:
        if any(one.kind == KIND for one in news):
            self._read()
            if self.list.row < 0 and self.isVisible():
                self._choose_first()
            else:
                self._choose()

    def _choose(self) -> None:
        self.acts.suit(self.template, self.chosen)
        if self.template is not None and not self.editing:
            self.choices.forget_full()
            self.choices.suit(self.template, self.workspace.today)
            self.compose()

    def _settle(self) -> None:
        if self.editing:
            self.editor.suit(self.choices.suited(self.editor.draft))
        self.compose()

    def _edited(self) -> None:
        self.choices.suit(self.editor.draft, self.workspace.today)
        self.compose()

    def _left(self, name: str) -> None:
        self.leave_editor()
        self.show_ledger(name)

    def _compose(self) -> None:
        template, choices = self.template, self.choices
        if template is None or not choices.settled():
            return
        workspace, desk = self.workspace, self.workspace.desk
        asked = (template.called, choices.where, choices.why)
        if not choices.masked and asked != self._uncovered:
            step = Step(workspace.now, desk.who, Act.UNMASK, template.called, full=True, why=choices.why)
            desk.trail.add(step)
        self._uncovered = None if choices.masked else asked
        period = choices.days(workspace.today) if template.period else None
        origin = Origin(choices.suited(template), choices.where, period)
        self._composing = origin, choices.why
        self.view.present(
            compose,
            origin.template,
            workspace.replica,
            text=f"正在编制 {template.called}",
            why=choices.why,
            scope=origin.scope,
            period=period,
            masked=choices.masked,
            who=self.view.printed_by,
            fill=choices.fill,
        )

    def _shown(self) -> Asked | None:
        sheet = self.view.sheet
        if sheet is None or self._composed is None or self.view.awaited:
            return None
        origin, why = self._composed
        return Asked(sheet, origin, self.view.printed_by, why)

    def _show_summary(self) -> None:
        sheet, self._composed = self.view.sheet, self._composing
        if sheet is not None:
            count = len(sheet.rows) or len(sheet.cards)
            masked = "已脱敏" if sheet.masked else "完整号码"
            self.summary.setText(f"{count} 行　{sheet.persons} 人　{masked}")

    def _remember(self) -> None:
        """Let the ledger just printed or exported stand first from the next time on."""
        if self.list.row < 0:
            return
        name, settings = self.templates[self.list.row].name, self.workspace.settings
        lately = [name, *(one for one in settings.lately.split() if one != name)][:LATELY]
        changed = replace(settings, lately=" ".join(lately))
        if changed != settings:
            with suppress(NoSpace):  # what stands first is not worth a warning
                save(changed, paths.settings_file())
            self.workspace.set_settings(changed)
