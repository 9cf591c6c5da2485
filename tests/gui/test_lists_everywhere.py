"""No list of the program is without its two ways out, and no key of theirs means two things at once."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHeaderView, QWidget

from gridclient.records import Household
from gridclient.ui.building_tree import TreePane
from gridclient.ui.household import HouseholdPanel
from gridclient.ui.ledger_columns import LedgerColumns
from gridclient.ui.ledger_list import LedgerList
from gridclient.ui.ledger_rows import LedgerRows
from gridclient.ui.list_out import COPY, SAVE, ListOut
from gridclient.ui.main_window import MainWindow
from gridclient.ui.navigation import PLACES
from gridclient.ui.page import RecordsPage
from gridclient.ui.palette import Palette
from gridclient.ui.photos import PhotoStrip
from gridclient.ui.sheet_view import SheetView
from gridclient.ui.sweeps_card import SweepsCard
from gridclient.ui.sync_centre import SyncPage

NO_LISTS = {  # what shows several things of which one is taken, and nothing that could go out
    QComboBox: "the answers of a blank",
    LedgerColumns: "the columns of a ledger being drawn up",
    LedgerRows: "the conditions of a ledger being drawn up",
    LedgerList: "ledgers to choose from: the one chosen goes out by itself",
    SweepsCard: "the buildings of a sweep being planned",
    PhotoStrip: "pictures",
    TreePane: "where one can go",
    Palette: "what was found by a few letters",
}
SORTS = {"RecordTable", "RowsView", "SheetView", "DoorList", "WaitingView", "ClashList", "FigureTable"}


def visited(window: MainWindow, name: str) -> QWidget:
    """A page with everything on it that is made when it is first looked at."""
    page = window.page(name)
    if name == "buildings":
        for view in ("list", "sheet", "doors"):
            window.open_place(name, {"view": view})
    if isinstance(page, SyncPage):
        for lazy in ("refused", "clashes", "history", "proof"):
            getattr(page, lazy)
    for records in (page, *page.findChildren(RecordsPage)):
        for kind in records.kinds if isinstance(records, RecordsPage) else ():
            records.page_of(kind)
    return page


def around(view: QWidget) -> Iterator[QWidget]:
    """The view and whatever it stands in."""
    widget: QWidget | None = view
    while widget is not None:
        yield widget
        widget = widget.parentWidget()


def lists_on(page: QWidget) -> list[QAbstractItemView]:
    return [
        view
        for view in page.findChildren(QAbstractItemView)
        if not isinstance(view, QHeaderView)
        and not any(isinstance(one, tuple(NO_LISTS)) for one in around(view))
    ]


def meanings(view: QAbstractItemView, keys: str) -> int:
    """How many things a key means while the view has the focus."""
    wide = (Qt.ShortcutContext.WidgetWithChildrenShortcut, Qt.ShortcutContext.WindowShortcut)
    return sum(
        one.isEnabled() and one.key() == QKeySequence(keys) and (owner is view or one.context() in wide)
        for owner in around(view)
        for one in owner.findChildren(QShortcut, options=Qt.FindChildOption.FindDirectChildrenOnly)
    )


def complaint(view: QAbstractItemView, window: MainWindow) -> str:
    """What is wrong with the ways out of a list; empty when nothing is."""
    out = getattr(view, "out", None)
    if not isinstance(out, ListOut) or out.workspace is not window.workspace:
        return "no way out"
    copies = 0 if isinstance(view, SheetView) else 1  # a sheet copies cells, by keys of its own
    counts = meanings(view, SAVE), meanings(view, COPY)
    return "" if counts == (1, copies) else f"keys mean {counts} things"


async def test_every_list_of_every_place_goes_out_by_the_same_keys(window: MainWindow) -> None:
    lists = [(place.name, view) for place in PLACES for view in lists_on(visited(window, place.name))]

    wrong = [
        (place, type(view).__name__, view.accessibleName(), why)
        for place, view in lists
        if (why := complaint(view, window))
    ]

    assert wrong == []
    assert {type(view).__name__ for _place, view in lists} >= SORTS


async def test_every_list_of_the_household_panel_goes_out(window: MainWindow) -> None:
    home = window.workspace.replica.all(Household)[0]
    window.open_place("household", {"household": home.id})
    panel = window.findChild(HouseholdPanel)
    assert isinstance(panel, HouseholdPanel)

    lists = lists_on(panel)

    assert {panel.people, panel.timeline} <= set(lists)
    assert [complaint(view, window) for view in lists] == [""] * len(lists)
