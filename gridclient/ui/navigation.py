"""Where one can go: the places of the window, and the navy bar that leads to them.

A place costs one line in :data:`PLACES`. Its page is imported and made when somebody first goes there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gridclient.ui import icons, style
from gridclient.ui.parts import label
from gridclient.ui.workspace import Workspace

Factory = Callable[[Workspace], QWidget]

RESIDENTS = ("resident", "household", "dwelling", "building", "household_event")
CENTRE = (
    "party_centre_household",
    "pairing",
    "centre_activity",
    "party_member",
    "party_org",
    "steward",
    "helper",
)
FROZEN = ("frozen_ledger", "frozen_part")
MATTERS = ("care", "matter", "matter_step")
BASICS = (
    "org_unit",
    "grid_worker",
    "visit",
    "visit_task",
    "due_rule",
    "visit_manners",
    "campaign",
    "photo",
    "dictionary_entry",
)


@dataclass(frozen=True)
class Place:
    """One place: its name in code, its title, its key, its icon, how its page is made, and what stands beside it.

    ``kinds`` are the record kinds whose lists live there; ``barred`` places are reached by commands only.
    """

    name: str
    title: str
    key: str
    icon: str
    make: Factory
    tree: bool = False
    panel: bool = False
    kinds: tuple[str, ...] = ()
    barred: bool = False


def _today(workspace: Workspace) -> QWidget:
    from gridclient.ui.today import TodayPage

    return TodayPage(workspace)


def _plan(workspace: Workspace) -> QWidget:
    from gridclient.ui.buildings import BuildingsPage

    return BuildingsPage(workspace)


def _residents(workspace: Workspace) -> QWidget:
    from gridclient.ui.page import RecordsPage

    return RecordsPage(workspace, "居民", RESIDENTS)


def _centre(workspace: Workspace) -> QWidget:
    from gridclient.ui.centre_place import CentrePlace

    return CentrePlace(workspace, CENTRE)


def _ledgers(workspace: Workspace) -> QWidget:
    from gridclient.ui.ledgers import LedgersPage

    return LedgersPage(workspace)


def _matters(workspace: Workspace) -> QWidget:
    from gridclient.ui.matters_place import MattersPlace

    return MattersPlace(workspace, MATTERS)


def _sync(workspace: Workspace) -> QWidget:
    from gridclient.ui.sync_centre import SyncPage

    return SyncPage(workspace)


def _figures(workspace: Workspace) -> QWidget:
    from gridclient.ui.figures import FiguresPage

    return FiguresPage(workspace)


def _settings(workspace: Workspace) -> QWidget:
    from gridclient.ui.preferences import PreferencesPage

    return PreferencesPage(workspace)


def _basics(workspace: Workspace) -> QWidget:
    from gridclient.ui.page import RecordsPage

    return RecordsPage(workspace, "基础资料", BASICS)


def _importing(workspace: Workspace) -> QWidget:
    from gridclient.ui.importing import ImportPage

    return ImportPage(workspace)


def _edits(workspace: Workspace) -> QWidget:
    from gridclient.ui.edits_page import EditsPage

    return EditsPage(workspace)


def _duplicates(workspace: Workspace) -> QWidget:
    from gridclient.ui.duplicates_page import DuplicatesPage

    return DuplicatesPage(workspace)


def _drafts(workspace: Workspace) -> QWidget:
    from gridclient.ui.drafts_page import DraftsPage

    return DraftsPage(workspace)


def _bin(workspace: Workspace) -> QWidget:
    from gridclient.ui.bin_page import BinPage

    return BinPage(workspace)


def _history(workspace: Workspace) -> QWidget:
    from gridclient.ui.history_page import HistoryPage

    return HistoryPage(workspace)


def _imports(workspace: Workspace) -> QWidget:
    from gridclient.ui.imports_page import ImportsPage

    return ImportsPage(workspace)


def _whole(workspace: Workspace) -> QWidget:
    from gridclient.ui.whole_page import WholePage

    return WholePage(workspace)


def _trail(workspace: Workspace) -> QWidget:
    from gridclient.ui.trail_page import TrailPage

    return TrailPage(workspace)


def _planning(workspace: Workspace) -> QWidget:
    from gridclient.ui.planning import PlanningPage

    return PlanningPage(workspace)


def _papers(workspace: Workspace) -> QWidget:
    from gridclient.ui.papers import PapersPage

    return PapersPage(workspace)


def _home_papers(workspace: Workspace) -> QWidget:
    from gridclient.ui.home_papers import HomePapersPage

    return HomePapersPage(workspace)


def _frozen(workspace: Workspace) -> QWidget:
    from gridclient.ui.frozen_page import FrozenPage

    return FrozenPage(workspace)


def _form_helper(workspace: Workspace) -> QWidget:
    from gridclient.ui.form_helper import FormHelperPage

    return FormHelperPage(workspace)


def household_panel(workspace: Workspace) -> QWidget:
    """The panel at the right that shows one household."""
    from gridclient.ui.household import HouseholdPanel

    return HouseholdPanel(workspace)


PLACES: tuple[Place, ...] = (
    Place("today", "今日", "F2", "today", _today, panel=True),
    Place("buildings", "楼栋", "F3", "buildings", _plan, tree=True, panel=True),
    Place("residents", "居民", "F4", "residents", _residents, kinds=RESIDENTS),
    Place("centre", "中心户", "F6", "centre", _centre, kinds=CENTRE),
    Place("ledgers", "台账", "F7", "ledgers", _ledgers, kinds=("kept_ledger",)),
    Place("matters", "事项", "F8", "bell", _matters, kinds=MATTERS),
    Place("sync", "同步", "F9", "sync", _sync),
    Place("figures", "统计", "", "figures", _figures),
    Place("settings", "设置", "", "settings", _settings),
    Place("basics", "基础资料", "", "folder", _basics, kinds=BASICS, barred=True),
    Place("import", "导入表格", "", "importing", _importing, barred=True),
    Place("planning", "走访安排", "", "calendar", _planning, barred=True),
    Place("papers", "今日小结", "", "print", _papers, barred=True),
    Place("home_papers", "这一户的表", "", "print", _home_papers, barred=True),
    Place("frozen", "定稿台账", "", "folder", _frozen, kinds=FROZEN, barred=True),
    Place("duplicates", "查重", "", "residents", _duplicates, kinds=("two_people",), barred=True),
    Place("form_helper", "表格助手", "", "exporting", _form_helper, barred=True),
    Place("edits", "最近的修改", "", "undo", _edits, barred=True),
    Place("drafts", "草稿", "", "draft", _drafts, barred=True),
    Place("bin", "回收站", "", "remove", _bin, barred=True),
    Place("imports", "导入记录", "", "undo", _imports, barred=True),
    Place("whole", "导出全部资料", "", "exporting", _whole, barred=True),
    Place("trail", "打印和导出记录", "", "list", _trail, barred=True),
    Place("history", "历史", "", "history", _history, barred=True),
)
BY_NAME = {place.name: place for place in PLACES}


def place_of(kind: str) -> str:
    """The place where the list of a kind lives."""
    return next((place.name for place in PLACES if kind in place.kinds), "basics")


class NavigationBar(QFrame):
    """The navy bar. ``chosen(name)`` when somebody asks for a place."""

    chosen = Signal(str)

    def __init__(self, places: tuple[Place, ...] = PLACES, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("navigation")
        style.role(self, "navigation")
        self.setFixedWidth(style.px(146))
        self.buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(10), style.px(12), style.px(10), style.px(10))
        layout.setSpacing(style.px(3))
        layout.addWidget(label("网格员工作台", "heading"))
        layout.addSpacing(style.px(10))
        for place in places:
            if not place.barred:
                layout.addWidget(self._button(place))
            if place.name == "ledgers":
                layout.addSpacing(style.px(10))
        layout.addStretch(1)
        self.foot = label("", "hint", wrap=True)
        layout.addWidget(self.foot)

    def show_place(self, name: str) -> None:
        """Mark the place shown; none for one that is not in the bar."""
        button = self.buttons.get(name)
        if button is not None:
            button.setChecked(True)
            return
        self._group.setExclusive(False)
        for other in self.buttons.values():
            other.setChecked(False)
        self._group.setExclusive(True)

    def _button(self, place: Place) -> QToolButton:
        button = self.buttons[place.name] = QToolButton()
        button.setText(place.title)
        button.setObjectName(place.name)
        button.setCheckable(True)
        colours = style.colours()
        button.setIcon(icons.icon(place.icon, colours.navy_soft, colours.accent_text))
        button.setIconSize(QSize(style.px(19), style.px(19)))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setMinimumHeight(style.px(36))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if place.key:
            key = label(place.key, "hint")
            key.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row = QHBoxLayout(button)
            row.setContentsMargins(0, 0, style.px(8), 0)
            row.addStretch(1)
            row.addWidget(key)
            button.toggled.connect(partial(_light, key))
        self._group.addButton(button)
        button.clicked.connect(partial(self._clicked, place.name))
        return button

    def _clicked(self, name: str, _checked: bool = False) -> None:
        self.chosen.emit(name)


def _light(key: QLabel, on: bool) -> None:
    style.role(key, "lit" if on else "hint")
