"""The real window over the invented community in a process of its own, for keys that come through an X server.

Answers one JSON object a line: ``{"open": place, …}`` goes there, ``{}`` only looks; either is told what is on the screen.
"""

import asyncio
import json
from pathlib import Path
import sys
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSocketNotifier
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from gridclient import app as program
from gridclient.records import Resident, Visit
from gridclient.settings import Settings
from gridclient.ui.main_window import MainWindow
from gridclient.ui.visits import VisitLoop
from gridclient.ui.workspace import Workspace
from tests.support import application, screens
from tests.support.loop import running


def main(folder: Path) -> None:
    program.ask_for_the_right_input_method()
    app = program.application(["gridclient"])
    with application.prepared(app), running(app) as loop, screens.workspace_at(folder) as workspace:
        screens.dress(app, Settings())
        window = MainWindow(workspace)
        window.show()
        window.activateWindow()
        answering = Answering(app, window, workspace)
        loop.run_until_complete(answering.over)
        window.close_for_good()
        window.deleteLater()
        loop.run_until_complete(workspace.close())


class Answering(QObject):
    """Reads what is asked and tells what is shown; ``over`` when nobody asks any more."""

    def __init__(self, app: QApplication, window: MainWindow, workspace: Workspace) -> None:
        super().__init__()
        self._window, self._workspace, self._preedit = window, workspace, ""
        self.over = asyncio.get_event_loop().create_future()
        app.installEventFilter(self)
        self._asked = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._asked.activated.connect(self._answer)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note what is being composed."""
        if isinstance(event, QInputMethodEvent):
            self._preedit = event.preeditString()
        return super().eventFilter(watched, event)

    def _answer(self) -> None:
        line = sys.stdin.readline()
        if not line:
            self._asked.setEnabled(False)
            self.over.set_result(None)
            return
        asked = json.loads(line)
        if asked:
            self._workspace.open_place(asked.pop("open"), **asked)
        print(json.dumps(self._seen()), flush=True)

    def _seen(self) -> dict[str, Any]:
        focus, replica = QApplication.focusWidget(), self._workspace.replica
        text = focus.text() if isinstance(focus, QLineEdit) else ""
        text = focus.toPlainText() if isinstance(focus, QPlainTextEdit) else text
        loops = [loop for loop in self._window.findChildren(VisitLoop) if loop.isVisible()]
        visits = replica.all(Visit, Visit.visited_on == self._workspace.today)
        return {
            "active": self._window.isActiveWindow(),
            "place": self._window.shown,
            "focus": (focus.accessibleName() or focus.objectName()) if focus else "",
            "text": text,
            "preedit": self._preedit,
            "armed": loops[0].armed if loops else "",
            "door": loops[0].door.label if loops and loops[0].door else "",
            "closed": len(visits),
            "remarks": [visit.remark for visit in visits if visit.remark],
            "finding": self._window.palette_.isVisible(),
            "people": replica.count(Resident),
            "kings": replica.count(Resident, Resident.name == "王建国"),
        }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
