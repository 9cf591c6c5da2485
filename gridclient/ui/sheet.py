"""表格录入: one stairwell as a sheet. Rows are stored one by one, when they are left and say enough.

A row says enough with a name and a door; what is missing or cannot be read stays, marked, for later.
"""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QHideEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from gridclient.exchange.block import Block, cells_of, recognise
from gridclient.exchange.typed import Proposal
from gridclient.records import Dwelling, Resident
from gridclient.store.stairwell import Stairwell, stairwell
from gridclient.ui import style
from gridclient.ui.filling import TOLD_APART_BY, shared
from gridclient.ui.flow import Flow
from gridclient.ui.keeping import Keeping
from gridclient.ui.likes import Likes, merge
from gridclient.ui.parts import button, label, later, shortcut
from gridclient.ui.paste_preview import PastePreview
from gridclient.ui.saying import Tone
from gridclient.ui.sheet_doors import DoorsModel
from gridclient.ui.sheet_model import DOOR, FIELDS, Row, SheetModel
from gridclient.ui.sheet_out import copy_cells
from gridclient.ui.sheet_pasting import Known, proposals
from gridclient.ui.sheet_saving import FEW, half_typed, put_back, store, store_slowly, take_back
from gridclient.ui.sheet_view import SheetView
from gridclient.ui.sheet_words import DOORS_WORDS, PEOPLE_WORDS
from gridclient.ui.workspace import Workspace

GATHER_MS = 120
DOORS = 48  # of a building: so many are read at once, in less time than one notices
DRAFT = "sheet"
KINDS = frozenset({"resident", "household", "dwelling"})


class StairSheet(QWidget):
    """The people of one stairwell, or with ``doors`` its flats, to be typed in like a workbook."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None, *, doors: bool = False) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("stair_sheet")
        style.role(self, "page")
        self.model = DoorsModel(workspace.today) if doors else SheetModel(workspace.today)
        self.words = DOORS_WORDS if doors else PEOPLE_WORDS
        self.view = SheetView(self.model)
        self.preview = PastePreview()
        self.likes = Likes(workspace)
        self.title, self.said = label("", "title"), label("", "hint", wrap=True)
        self.units = QComboBox()
        self.building = self.unit = self._door = ""
        self._reading = self._overtaken = self._stale = False
        self._lay_out()
        self._keeping = Keeping(self, self.keep_draft)
        self._gather = later(self, GATHER_MS, self.reload)
        self._connect()
        self.setFocusProxy(self.view)

    @property
    def where(self) -> dict[str, str]:
        """The building and unit shown, and the door of the row one stands at."""
        at = self.view.currentIndex().row()
        door = self.model.stairs.door(self.model.rows[at].door) if 0 <= at < len(self.model.rows) else None
        return {"building": self.building, "unit": self.unit, "dwelling": door.id if door else ""}

    def open(self, *, building: str = "", unit: str = "", dwelling: str = "", **_where: Any) -> None:
        """Show a unit of a building, its first one when none is named, and stand at a door."""
        door = self.workspace.replica.get(Dwelling, dwelling) if dwelling else None
        building, unit = (door.building, door.unit) if door else (building or self.building, unit)
        if building != self.building or ((door or unit) and unit != self.unit):
            self.leave()
            self._door = door.door if door else ""
            self._read(building, unit)
        else:
            if self._stale:
                self.reload()
            self._stand(door.door if door else "")
        self.view.setFocus()

    def _stand(self, door: str) -> None:
        """Stand at the first row of a door, else where one stands."""
        here = max(0, self.view.currentIndex().row())
        self.view.stand_at(
            next((n for n, row in enumerate(self.model.rows) if door and row.door == door), here), 1
        )

    def reload(self) -> None:
        """Read what is stored again; what is typed stays."""
        self._gather.stop()
        self._stale = False
        self._read(self.building, self.unit)

    def save(self, rows: list[Row]) -> None:
        """Store what these rows say, as far as they say enough; the rest stays where it is."""
        if store(self.workspace, self.model, rows):
            self.keep_draft()
        self._show_head()

    def leave(self) -> None:
        """Store and keep everything before another stairwell is shown, or nothing is."""
        self.save([row for row in self.model.rows if row.typed])
        self.keep_draft()

    def keep_draft(self) -> None:
        """Keep what is typed and not stored, so that a crash costs at most the cell being typed."""
        self._keeping.stop()
        if not self.model.stairs.building:
            return
        raw = half_typed(self.model)
        drafts, key = self.workspace.desk.drafts, self._key
        if raw:
            drafts.keep(DRAFT, key, {"rows": raw}, self.workspace.now)
        else:
            drafts.drop(key)
        self.workspace.drafts_changed.emit()

    def paste(self, text: str) -> None:
        """Put copied cells in: one row at once, a block with heads or of several rows after a preview."""
        cells = cells_of(text)
        at = self.view.currentIndex()
        if not cells or not at.isValid():
            return
        block = recognise(cells, self.model.fields, at.column())
        if not block.heads and len(block.rows) == 1:
            pairs = zip(block.fields, block.rows[0], strict=False)
            names = [f.name for f in self.model.fields]
            cells_told = [(at.row(), names.index(f.name), told) for f, told in pairs if f]
            self.model.put([cell for cell in cells_told if self._is_open(*cell[:2])])
            return
        known = Known(self.model)
        if len(block.rows) <= FEW:
            self._show_block(proposals(self.model, block, at.row(), known), block)
        else:
            self.workspace.start(self._look_slowly(block, at.row(), known))

    async def _look_slowly(self, block: Block, place: int, known: Known) -> None:
        """Look at some lines of a long block at a time, so that the window stays alive."""
        found: list[tuple[str, Proposal]] = []
        for at in range(0, len(block.rows), FEW):
            part = replace(block, rows=block.rows[at : at + FEW])
            found += proposals(self.model, part, place + at, known)
            await asyncio.sleep(0)
        if isValid(self):
            self._show_block(found, block)

    def _show_block(self, found: list[tuple[str, Proposal]], block: Block) -> None:
        self.preview.show_block(found, block.unknown)
        self.likes.clear()
        self.stack.setCurrentWidget(self.preview)
        self.preview.setFocus()

    def reveal(self) -> None:
        """Show the numbers whole, or star them out again; looking is noted in the trail."""
        if not self.model.revealed:
            private = next(field.name for field in self.model.fields if field.private)
            self.workspace.note_seen(self.model.kind, private)
        self.model.revealed = not self.model.revealed
        self.model.refresh(self.model.stairs)

    def hideEvent(self, event: QHideEvent) -> None:
        """Store and keep everything at once: the window may be locked, or show another place."""
        self.leave()
        super().hideEvent(event)

    @property
    def _key(self) -> str:
        return f"{DRAFT}:{self.model.kind}:{self.model.stairs.building}/{self.model.stairs.unit}"

    def _lay_out(self) -> None:
        self.head = QWidget()
        head = Flow(style.px(8), self.head)
        head.addWidget(self.title)
        head.addWidget(self.units)
        self.units.setAccessibleName("单元")
        for words, name in (
            (f"{self.words.add} Ctrl+N", "add"),
            ("显示号码 F12", "reveal"),
            ("粘贴 Ctrl+V", "paste"),
        ):
            head.addWidget(button(words, partial(self._press, name)))
        head.addWidget(self.view.out.button())
        self.view.out.narrowed = self.title.text
        self.stack = QStackedWidget()
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.preview)
        body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        body.addWidget(self.stack, 1)
        body.addWidget(self.likes)
        self.likes.setFixedWidth(style.px(216))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(16), style.px(12), style.px(16), style.px(12))
        layout.setSpacing(style.px(8))
        layout.addWidget(self.head)
        layout.addLayout(body, 1)
        layout.addWidget(self.said)
        self.keys = label(self.words.keys, "hint", wrap=True)
        layout.addWidget(self.keys)

    def _connect(self) -> None:
        self.units.activated.connect(
            lambda place: self.open(building=self.building, unit=self.units.itemData(place))
        )
        self.model.typed.connect(self._on_typed)
        self.view.left.connect(self._on_left)
        self.view.wanted.connect(self._do)
        self.view.selectionModel().currentChanged.connect(lambda _now, _before: self._stood())
        self.preview.accepted.connect(self._take)
        self.preview.cancelled.connect(self._back)
        self.likes.same.connect(self._become)
        self.workspace.changed.connect(self._on_changed)
        for keys, same in (("Alt+O", False), ("Alt+S", True)):
            shortcut(keys, self, partial(self.likes.choose, same=same))

    def _read(self, building: str, unit: str) -> None:
        """Read a stairwell, and show it; one of a large building is there a moment later."""
        self.building, self.unit = building, unit
        if self._reading:
            self._overtaken = True
        elif self.workspace.replica.count(Dwelling, Dwelling.building == building) <= DOORS:
            self._show(self._stairs(building, unit))
        else:
            self._reading = True
            self.workspace.start(self._read_beside())

    async def _read_beside(self) -> None:
        stairs, self._overtaken = Stairwell(), True
        try:
            while self._overtaken:
                self._overtaken = False
                stairs = await self.workspace.run(self._stairs, self.building, self.unit)
        finally:
            self._reading = False
        if isValid(self):
            self._show(stairs)

    def _stairs(self, building: str, unit: str) -> Stairwell:
        replica, order = self.workspace.replica, self.workspace.settings.stair_order
        stairs = stairwell(replica, building, unit, order)
        other = not stairs.doors and stairs.units
        return stairwell(replica, building, stairs.units[0], order) if other else stairs

    def _show(self, stairs: Stairwell) -> None:
        """Show what was read: the same stairwell as it is now, or another one from its beginning."""
        if (stairs.building, stairs.unit) == (self.model.stairs.building, self.model.stairs.unit):
            self.model.refresh(stairs)
        else:
            self.unit = stairs.unit
            self.model.show_stairs(stairs)
            self.units.clear()
            for name in stairs.units:
                self.units.addItem(f"{name}单元" if name.isdigit() else name or "不分单元", name)
            self.units.setCurrentIndex(max(0, self.units.findData(self.unit)))
            draft = self.workspace.desk.drafts.take(self._key)
            put_back(self.model, draft.values["rows"] if draft is not None else [])
            self._stand(self._door)
        self._show_head()

    def _show_head(self) -> None:
        stairs = self.model.stairs
        self.title.setText(f"{self.words.title}　{stairs.name}".strip())
        self._stood()

    def _stood(self) -> None:
        """Say what is wrong with the cell one stands at, else how far the sheet is."""
        at = self.view.currentIndex()
        row = self.model.rows[at.row()] if 0 <= at.row() < len(self.model.rows) else None
        tone, why = (
            self.model.flaw(row, self.model.fields[at.column()])
            if row and at.column() < len(self.model.fields)
            else ("", "")
        )
        style.role(self.said, "problem" if tone == "bad" else "hint")
        self.said.setText(f"{'⚠' if tone == 'bad' else '？'} {why}" if why else self._how_far())
        if row is None or TOLD_APART_BY.isdisjoint(row.typed):
            self.likes.clear()
            return
        home = self.model.home_of(row)
        told = row.told([f for f in FIELDS if f is not DOOR])
        self.likes.ask_about(row.record.id, {**told, "household": home.id if home else ""})

    def _how_far(self) -> str:
        rows = self.model.rows
        stored, open_ = sum(not row.new for row in rows), sum(row.unsaved for row in rows)
        gaps = f"　{open_} 行还没存完（✎），补齐或改正后离开这一行就保存" if open_ else "　都已存本机"
        return f"{stored} {self.words.unit}{gaps}"

    def _on_typed(self) -> None:
        self._keeping.touch()
        self._stood()

    def _on_changed(self, news: list[Any]) -> None:
        if KINDS.isdisjoint(item.kind for item in news):
            return
        if self.isVisible():
            self._gather.start()
        else:
            self._stale = True

    def _on_left(self, place: int) -> None:
        if place < len(self.model.rows):
            self.save([self.model.rows[place]])

    def _press(self, name: str, _checked: bool = False) -> None:
        self.view.setFocus()
        self._do(name)

    def _do(self, name: str) -> None:
        """What a key or a button asks for."""
        at = self.view.currentIndex().row()
        row = self.model.rows[at] if 0 <= at < len(self.model.rows) else None
        if name == "undo":
            self._undo()
        elif name == "reveal":
            self.reveal()
        elif name in ("copy", "copy_heads", "cut"):
            copy_cells(self.workspace, self.view, heads=name == "copy_heads")
            if name == "cut":
                self.view.empty()
        elif name == "paste":
            self.paste(QGuiApplication.clipboard().text())
        elif row is not None and name in ("save", "end"):
            self.save([row])
        elif row is not None:
            self._add(row, double=name == "double")

    def _add(self, row: Row, *, double: bool) -> None:
        """One more behind the same door, or one more door; ``double`` brings what such rows have in common."""
        home = self.model.home_of(row)
        told = {**shared(row.filled()[0])} if double else {}
        told.pop("household", None)
        fresh = self.model.fresh(row.door, home.id if home else "", type(row.record)(**told))
        self.view.stand_at(self.model.add(fresh, after=row, undoable=True), int(self.model.fields[0] is DOOR))
        self.view.setFocus()

    def _undo(self) -> None:
        self.workspace.say(
            "已撤回" if take_back(self.workspace, self.model) else "没有可以撤回的", tone=Tone.GOOD
        )
        self.keep_draft()
        self._show_head()

    def _become(self, id_: str) -> None:
        """The person typed is here already: his own row takes what was typed, or of two stored ones this one is kept."""
        rows = self.model.rows
        row, other = rows[self.view.currentIndex().row()], self.workspace.replica.get(Resident, id_)
        known = next((place for place, one in enumerate(rows) if one.record.id == id_), -1)
        if other is None:
            return
        if not row.new:
            self.save([row])
            merge(self.workspace, row.record, other)
        elif known < 0:
            where = self.workspace.line_of("household", other.household)
            self.workspace.say(
                f"{other.name} 登记在 {where}", "要转到这一户，请站在这扇门上按 J，办迁入。", Tone.WARN
            )
        else:
            cells = [(known, FIELDS.index(f), row.typed[f.name]) for f in FIELDS if f.name in row.typed]
            row.typed = {}
            self.model.put(cells)
            self.view.stand_at(known, 1)

    def _is_open(self, row: int, column: int) -> bool:
        return bool(self.model.index(row, column).flags() & Qt.ItemFlag.ItemIsEditable)

    def _take(self, taken: list[Proposal]) -> None:
        """Type what was pasted into its rows, and store them."""
        self._back()
        rows, added = [], []
        for proposal in taken:
            row = proposal.row
            assert isinstance(row, Row)  # noqa: S101 - made by paste
            if row not in self.model.rows:
                self.model.add(row)
                added.append(row)
            rows.append((row, proposal.told))
        names, places = [f.name for f in self.model.fields], {id(r): n for n, r in enumerate(self.model.rows)}
        cells = [(places[id(row)], names.index(n), text) for row, told in rows for n, text in told.items()]
        self.model.put(cells, added)
        if len(rows) <= FEW:
            self.save([row for row, _told in rows])
        else:
            self.workspace.start(self._save_slowly([row for row, _told in rows]))

    async def _save_slowly(self, rows: list[Row]) -> None:
        await store_slowly(self.workspace, self.model, rows, f"粘贴 {len(rows)} 行")
        if isValid(self):
            self.keep_draft()
            self._show_head()

    def _back(self) -> None:
        self.stack.setCurrentWidget(self.view)
        self.view.setFocus()
