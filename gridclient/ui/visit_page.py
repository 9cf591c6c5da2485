"""What every page has in common on which one goes from door to door: the loop, its keys, and the household beside it."""

from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from gridclient.records.rounds import VisitManners
from gridclient.rules.manners import Caution, Manners, cautions
from gridclient.store import planning
from gridclient.store.homes import Door
from gridclient.ui import style
from gridclient.ui.door_list import DoorList
from gridclient.ui.legend import Legend
from gridclient.ui.marks import Standing
from gridclient.ui.parts import label
from gridclient.ui.plan_view import PlanView
from gridclient.ui.visits import VisitLoop
from gridclient.ui.workspace import Workspace

NOT_FOUND = "可输入 3-2-501、姓名、拼音首字母或证件后四位。"


class VisitPage(QWidget):
    """A page with a visit loop under its ``ground``; the household panel follows as one walks.

    A page says with :meth:`go_on` which door comes next, and with :meth:`_go_to_room` and :meth:`_seek` how it finds one.
    """

    def __init__(
        self, workspace: Workspace, ground: DoorList | PlanView, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.workspace = workspace
        style.role(self, "page")
        self.legend, self.loop, self.caution = Legend(), VisitLoop(workspace), label(role="pill", wrap=True)
        self.caution.hide()
        self._manners: Manners | None = None
        self._ground = ground
        self._doors: dict[str, Door] = {}
        self._pointed = ""
        self.setFocusProxy(ground)

    def go_on(self, *, backwards: bool = False) -> bool:
        """Go to the next door still to visit; False when none is left."""
        raise NotImplementedError

    def meet(self, dwelling: str) -> bool:
        """Stand at the door of a home that is shown beside the page; False when it is not here."""
        self._pointed = dwelling
        return self._ground.current == dwelling or self._ground.stand_at(dwelling)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of the visit loop; PgDn and PgUp go to the next open door and the one before; Enter opens the household."""
        if not self._ground.hasFocus():
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self.go_on(backwards=event.key() == Qt.Key.Key_PageUp)
        elif self._own_key(event) or self.loop.key(event):
            event.accept()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open_home(self._ground.current)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep Ctrl+Z for the last door while the ground has the focus and nothing was edited since."""
        if event.type() == QEvent.Type.ShortcutOverride and self._ground.hasFocus() and self.loop.book.newest:
            wanted = event.key() == Qt.Key.Key_Z and event.modifiers() & Qt.KeyboardModifier.ControlModifier  # type: ignore[attr-defined]
            if wanted:
                event.accept()
                return True
        return super().event(event)

    def _own_key(self, _event: QKeyEvent) -> bool:
        """A key of this page alone, asked for before the loop's; True when it was used."""
        return False

    def _stack(self, *parts: QWidget | QBoxLayout) -> None:
        """Lay these under each other, the ground taking what room there is, and the loop beneath."""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(16), style.px(12), style.px(16), style.px(12))
        layout.setSpacing(style.px(8))
        for part in (*parts, self.caution, self.loop):
            if isinstance(part, QWidget):
                layout.addWidget(part, 1 if part is self._ground else 0)
            else:
                layout.addLayout(part)

    def _connect_loop(self) -> None:
        self._ground.current_changed.connect(self._stood)
        self._ground.opened.connect(self._open_home)
        self.loop.closed.connect(lambda _door: self.go_on())
        self.loop.undone.connect(self._go_back)
        self.loop.room_typed.connect(self._go_to_room)
        self.loop.sought.connect(self._seek)
        self.loop.released.connect(self._ground.setFocus)
        self.workspace.changed.connect(self._forget_manners)
        self.workspace.changed.connect(self._refresh)
        Standing(self.workspace, self).moved.connect(self._on_standing)

    def _stood(self, dwelling: str) -> None:
        door = self._doors.get(dwelling)
        self.loop.show_door(door)
        self._show_cautions(door)
        if door and dwelling != self._pointed and self.isVisible():
            self._pointed = dwelling
            self.workspace.open_place("household", household=door.household, dwelling=dwelling, follow=True)

    def _show_cautions(self, door: Door | None) -> None:
        """Say before the knock what an office agreed on, and who has been here lately."""
        found = self._cautions(door) if door else []
        grave = any(caution.grave for caution in found)
        self.caution.setText(("⚠ " if grave else "· ") + "；".join(caution.words for caution in found))
        style.mark(self.caution, "warn" if grave else "info")
        self.caution.setVisible(bool(found))

    def _cautions(self, door: Door) -> list[Caution]:
        if self._manners is None:
            self._manners = planning.agreed(self.workspace.replica)
        now, walk = self.workspace.now, self.loop.book.walk
        knocking = walk.on == now.date() and not walk.later
        return cautions(
            self._manners,
            today=self.workspace.today,
            now=now.time() if knocking else None,
            last=door.last_visit,
            outcome=door.last_outcome,
            by=door.visited_by,
        )

    def _forget_manners(self, news: list[Any]) -> None:
        if any(one.kind == VisitManners.kind() for one in news):
            self._manners = None

    def _open_home(self, dwelling: str) -> None:
        door = self._doors.get(dwelling)
        if door:
            self.workspace.open_place("household", household=door.household, dwelling=dwelling, focus=True)

    def _go_back(self, dwelling: str) -> None:
        """Stand at a door again that was taken back."""
        self._ground.stand_at(dwelling)
        self._ground.setFocus()

    def _go_to_room(self, digits: str) -> None:
        raise NotImplementedError

    def _seek(self, text: str) -> None:
        raise NotImplementedError

    def _refresh(self, news: list[Any]) -> None:
        """Show what has changed."""
        raise NotImplementedError

    def _on_standing(self) -> None:
        """Show that the centre has taken what is marked here."""
        raise NotImplementedError
