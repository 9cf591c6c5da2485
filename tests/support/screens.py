"""A workspace and a window over the invented community, for tests and for pictures."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtWidgets import QApplication

from gridclient.settings import Settings
from gridclient.ui import messages, style
from gridclient.ui.workspace import Workspace
from tests.support import application, people


@contextmanager
def workspace_at(folder: Path, *, settings: Settings | None = None) -> Iterator[Workspace]:
    """A workspace over a new vault with the invented community; its day is the community's own."""
    desk = people.desk_at(folder)
    workspace = FixedDay(desk, settings or Settings())
    try:
        yield workspace
    finally:
        messages.listen(None)
        workspace.let_go()
        desk.close()
        workspace.deleteLater()


class FixedDay(Workspace):
    """A workspace in which it is always the last day of October 2026, so that pictures and figures never age."""

    @property
    def today(self):
        return people.TODAY


def dress(app: QApplication, settings: Settings, screen: tuple[int, int] | None = None) -> None:
    """The application as the product dresses it, on a screen of this size if one is told, in the tests' own font."""
    style.apply(
        app,
        theme=settings.theme,
        scale_percent=settings.scale,
        large=settings.large_print,
        screen=QSize(*screen) if screen else None,
    )


def undress(app: QApplication) -> None:
    """The application as the other tests expect it: plain, in the tests' own font.

    Windows that are about to go are gone first, so that nothing is dressed anew that nobody will see.
    """
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    dress(app, Settings())
    app.setStyleSheet("")
    application.add_fonts(app)
