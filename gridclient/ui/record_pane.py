"""One open record beside its list: its form, and a list of each kind that is linked to it."""

from functools import cached_property, partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from gridclient.fields import links_to
from gridclient.records import Photo
from gridclient.store.search import Search, count
from gridclient.ui.form import RecordForm
from gridclient.ui.photos import PhotoStrip
from gridclient.ui.table import RecordTable, RecordTableModel
from gridclient.ui.workspace import Workspace
from sync.record import SyncedRecord

PHOTO = Photo.kind()


class RecordPane(QTabWidget):
    """One open record: its form, and a list of each kind that is linked to it. ``closed`` when the form was left."""

    closed = Signal()

    def __init__(self, workspace: Workspace, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self._kind = kind
        self._record: SyncedRecord | None = None
        self.setDocumentMode(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._place = QVBoxLayout(first := QWidget())
        self._place.setContentsMargins(0, 0, 0, 0)
        self.addTab(first, "资料")
        self._links = [(spec, field) for spec, field in links_to(kind) if not field.many and not field.hidden]
        self.currentChanged.connect(self._fill)

    @cached_property
    def form(self) -> RecordForm:
        """The form, made when it is first wanted, in its place: a form that is moved is dressed anew."""
        form = RecordForm(self.workspace, self._kind, self.widget(0))
        self._place.addWidget(form)
        form.closed.connect(self.closed)
        form.saved.connect(self._show_links)
        return form

    def open_record(self, record: SyncedRecord) -> None:
        """Show a stored record."""
        self.form.open_record(record)
        self._show_links(record)

    def open_new(self, **preset: Any) -> None:
        """Show an empty record."""
        self._record = None
        self._drop_links()
        self.form.open_new(**preset)

    def _show_links(self, record: SyncedRecord) -> None:
        self._drop_links()
        self._record = record
        for spec, field in self._links:
            linked = count(self.workspace.replica, Search(spec.name, where=((field.name, record.id),)))
            if linked or spec.name == PHOTO:
                holder = QStackedWidget()
                holder.setProperty("link", (spec.name, field.name))
                self.addTab(holder, f"{spec.title} {linked}")

    def _drop_links(self) -> None:
        self.setCurrentIndex(0)
        while self.count() > 1:
            holder = self.widget(1)
            self.removeTab(1)
            holder.deleteLater()

    def _fill(self, place: int) -> None:
        """Make a list when its tab is first looked at."""
        holder = self.widget(place)
        if not isinstance(holder, QStackedWidget) or holder.count() or self._record is None:
            return
        kind, name = holder.property("link")
        if kind == PHOTO:
            photos = PhotoStrip(self.workspace, wall=True)
            photos.show_owner({name: self._record.id})
            holder.addWidget(photos)
            return
        where = ((name, self._record.id),)
        table = RecordTable(RecordTableModel(self.workspace, kind, holder, where=where))
        table.opened.connect(partial(self._go, kind))
        holder.addWidget(table)

    def _go(self, kind: str, id_: str) -> None:
        self.workspace.open_place("records", kind=kind, id=id_)
