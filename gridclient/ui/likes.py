"""Who is here already, beside a person being typed: how sure, why in plain words, and what to do. It stops nobody."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget
from shiboken6 import isValid
from sqlalchemy import select
from sqlmodel import col

from gridclient.records import Household, Resident
from gridclient.records.codes import Sex
from gridclient.rules.duplicates import Person
from gridclient.rules.identity import age
from gridclient.store.likeness import Like, alike
from gridclient.store.merging import merged
from gridclient.ui import style
from gridclient.ui.filling import person_of
from gridclient.ui.flow import Flow
from gridclient.ui.parts import button, frame, label, later
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace
from sync.record import SyncedRecord

PAUSE_MS = 250  # of silence before somebody is looked for
SHORT = 2000  # people held: among so many it takes less time than one notices
SURE = 80  # points from which on it is most likely the same person


class Likes(QFrame):
    """The people most like the one typed. ``opened(id)`` before one is looked at, ``same(id)`` says that it is he."""

    opened = Signal(str)
    same = Signal(str)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("likes")
        style.role(self, "card")
        self.found: list[Like] = []
        self._wanted: Person | None = None
        self._reading = False
        self._pause = later(self, PAUSE_MS, self.look)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(style.px(12), style.px(8), style.px(12), style.px(10))
        self._rows.setSpacing(style.px(8))
        self._rows.addWidget(label("可能已经登记过", "heading"))
        self._more = label("", "hint")
        self._rows.addWidget(self._more)
        self._rows.addStretch(1)
        self._all = True
        self.hide()

    def show_all(self, on: bool) -> None:
        """Show everybody found, or, where there is little room, the likeliest one and how many more there are."""
        self._all = on
        for place in range(2, self._rows.count() - 2):
            self._rows.itemAt(place).widget().setVisible(on)
        more = len(self.found) - 1
        self._more.setText(f"还有 {more} 人也有些像，窗口放宽就能看到")
        self._more.setVisible(not on and more > 0)

    def ask_about(self, id_: str, told: Mapping[str, Any]) -> None:
        """Look, after a pause, for people like the one of whom this is told (by field)."""
        home = self.workspace.replica.get(Household, told.get("household") or "")
        self._wanted = person_of(id_, told, home.dwelling if home else "")
        self._pause.start()

    def clear(self) -> None:
        """Show nobody, and look for nobody."""
        self._wanted = None
        self._pause.stop()
        self.show_found([])

    def look(self) -> None:
        """Look at once: a small register on the window's thread, a big one beside it."""
        self._pause.stop()
        if self._wanted is None or self._reading:
            return
        few = self.workspace.replica.rows(select(col(Resident.id)).limit(SHORT + 1))
        if len(few) <= SHORT:
            self.show_found(alike(self.workspace.replica, self._wanted))
        else:
            self._reading = True
            self.workspace.start(self._look_beside())

    def show_found(self, found: list[Like]) -> None:
        """Show these people, the likeliest first; nobody hides the card."""
        if found == self.found:
            return
        self.found = found
        while self._rows.count() > 3:
            old = self._rows.takeAt(1).widget()
            old.hide()
            old.deleteLater()
        for place, like in enumerate(found):
            self._rows.insertWidget(1 + place, self._row(like, first=not place))
        self.show_all(self._all)
        self.setVisible(bool(found))

    def choose(self, *, same: bool) -> None:
        """What Alt+O and Alt+S do: the likeliest one is looked at, or is the person typed."""
        if self.found:
            (self._say_same if same else self._open)(self.found[0].id)

    async def _look_beside(self) -> None:
        asked, found = None, []
        try:
            while asked is not self._wanted and self._wanted is not None:
                asked = self._wanted
                found = await self.workspace.run(alike, self.workspace.replica, asked)
        finally:
            self._reading = False
        if isValid(self) and asked is self._wanted:
            self.show_found(found)

    def _row(self, like: Like, *, first: bool) -> QFrame:
        row = frame("plain")
        inside = QVBoxLayout(row)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(style.px(3))
        top = QWidget()
        line = Flow(style.px(6), top)
        line.addWidget(label(like.name, "strong"))
        line.addWidget(_pill(like))
        for words, key, do in (("打开", "O", self._open), ("是同一人", "S", self._say_same)):
            act = button(f"{words} Alt+{key}" if first else words, partial(do, like.id))
            act.setAccessibleName(f"{words}：{like.name}")
            line.addWidget(act)
        inside.addWidget(top)
        years = age(like.birth, self.workspace.today)
        told = (
            Sex.words(like.sex)[:1] if like.sex else "",
            f"{years} 岁" if years is not None else "",
            like.place,
            "已离开" if like.gone else "",
        )
        inside.addWidget(label("　".join(part for part in told if part), "hint", wrap=True))
        inside.addWidget(label(like.likeness.why, wrap=True))
        row.setAccessibleName(f"{like.name}，{like.likeness.score} 分，{like.likeness.why}")
        return row

    def _open(self, id_: str, _checked: bool = False) -> None:
        self.opened.emit(id_)
        self.workspace.open_place("records", kind="resident", id=id_)

    def _say_same(self, id_: str, _checked: bool = False) -> None:
        self.same.emit(id_)


def merge(
    workspace: Workspace, kept: SyncedRecord, other: SyncedRecord, taking: Collection[str] = ()
) -> None:
    """Make one of two stored people in one step of undo; Unfit while the other one heads a household of more.

    Of the fields ``taking`` names, what the other one says counts.
    """
    if not isinstance(kept, Resident) or not isinstance(other, Resident):
        return
    records = merged(workspace.replica, kept, other, taking)
    with workspace.together(f"{kept.name}：两条并成一条"):
        workspace.save(*records)
        workspace.remove(other, "和另一条是同一人，已并成一条")
    workspace.say("两条已并成一条", "对方的电话、走访、联系等都转了过来。按 Ctrl+Z 撤回。", Tone.GOOD)


def _pill(like: Like) -> QLabel:
    sure = like.likeness.score >= SURE
    made = label(f"{'⚠ 很像' if sure else '可能'} {like.likeness.score} 分", "pill")
    return style.mark(made, "warn" if sure else "info")
