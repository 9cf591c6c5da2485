"""The photos of a home, a building or a person: a strip of thumbnails, and how new ones come into it.

P or the button asks for files, Ctrl+V pastes, and files may be dropped. Enter opens one, Delete removes it. Nobody's home
is pictured unless they agreed.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QMimeData, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QIcon,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPixmap,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import QApplication, QFileDialog, QHBoxLayout, QListView, QVBoxLayout, QWidget
from shiboken6 import isValid
from sqlmodel import col

from gridclient.errors import GridError
from gridclient.records import Household, Photo, Resident, Visit
from gridclient.store.homes import Door
from gridclient.ui import pictures, style
from gridclient.ui.marks import MARKS
from gridclient.ui.parts import button, frame, label, shortcut
from gridclient.ui.photo_view import UNSENT, PhotoView, thumbnail, words_of
from gridclient.ui.pictures import Picture
from gridclient.ui.saying import SyncState, Tone
from gridclient.ui.workspace import Workspace
from sync.blobs import sha256
from sync.replica import Replica

Source = Path | QImage
AT_HOME = {"visit", "household", "resident"}  # what is not pictured unless somebody agreed
THUMB = (70, 56)  # pixels at plain size


class PhotoStrip(QWidget):
    """The photos of one owner, newest first; in one line, or with ``wall`` in as many as they need.

    P and Ctrl+V work inside ``keys``, the strip itself unless told otherwise. ``asked`` when the question about consent
    is there.
    """

    asked = Signal()

    def __init__(
        self,
        workspace: Workspace,
        parent: QWidget | None = None,
        *,
        wall: bool = False,
        keys: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("photos")
        self.setAcceptDrops(True)
        self.workspace = workspace
        self.photos: list[Photo] = []
        self._links: dict[str, str] = {}
        self._agreed_for: dict[str, str] | None = None
        self._asked_for: Sequence[Source] = ()
        self._came_from: QWidget | None = None
        self._unsent: dict[str, str] = {}
        self._nothing = "还没有照片，可以选文件、粘贴或拖到这里" if wall else "照片"
        self._size = QSize(style.px(THUMB[0] * (2 if wall else 1)), style.px(THUMB[1] * (2 if wall else 1)))
        self.title = label("", "strong")
        self.add_button = button(
            "添加照片 P", self.choose, icon="add", tip="也可以粘贴或拖进来", name="add_photo"
        )
        self.model = QStandardItemModel(self)
        self.list = self._make_list(wall=wall)
        self.question = self._make_question()
        self._lay_out(style.px(10) if wall else 0)
        workspace.changed.connect(self._on_changed)
        workspace.sync_changed.connect(self._on_sync)
        for key, act in (("P", self.choose), ("Ctrl+V", self.paste)):
            shortcut(key, keys or self, act)
        for key, act in (("Return", self.open), ("Enter", self.open), ("Delete", self.remove)):
            shortcut(key, self.list, act, alone=True)

    def show_owner(self, links: Mapping[str, str]) -> None:
        """Show the photos linked to these records (``household``, ``building`` …); what is added belongs to all of them."""
        links = {name: id_ for name, id_ in links.items() if id_}
        if links != self._links:
            self._links = links
            self._end_question()
        self.reload()

    def reload(self) -> None:
        """Read the photos again."""
        where = [getattr(Photo, name) == id_ for name, id_ in self._links.items()]
        order = (col(Photo.created_at).desc(), col(Photo.id).desc())
        self.photos = self.workspace.replica.all(Photo, *where, order=order) if where else []
        self._unsent = self.workspace.desk.photos.unsent([photo.id for photo in self.photos])
        row = self.list.currentIndex().row()
        self.model.clear()
        for photo in self.photos:
            self.model.appendRow(self._item(photo))
        if row >= 0 and self.photos:
            self.list.setCurrentIndex(self.model.index(min(row, len(self.photos) - 1), 0))
        waiting = f"，{len(self._unsent)} 张{UNSENT}" if self._unsent else ""
        self.title.setText(f"照片 {len(self.photos)}{waiting}" if self.photos else self._nothing)
        self.list.setVisible(bool(self.photos) or self.list.isWrapping())

    def take_in(self, sources: Sequence[Source]) -> None:
        """Add pictures; when there are none, ask for files."""
        if sources:
            self.add(sources)
        else:
            self.choose()

    def choose(self) -> None:
        """Ask for picture files and add them."""
        endings = " ".join(f"*.{ending}" for ending in pictures.ENDINGS)
        names, _filter = QFileDialog.getOpenFileNames(self, "添加照片", "", f"图片 ({endings})")
        self.add([Path(name) for name in names])

    def paste(self) -> None:
        """Add what lies on the clipboard."""
        sources = sources_of(QGuiApplication.clipboard().mimeData())
        if not sources:
            self.workspace.say("剪贴板里没有图片", "先复制一张图片或图片文件，再按 Ctrl+V。")
        self.add(sources)

    def add(self, sources: Sequence[Source]) -> None:
        """Add pictures, after asking for consent where it is needed and not known."""
        if not sources or not self._links:
            return
        if self._agreed_for == self._links or consented(self.workspace.replica, self._links):
            self.workspace.start(self._take(sources, dict(self._links)))
            return
        self._asked_for, self._came_from = sources, QApplication.focusWidget()
        self.question.show()
        self.question.setFocus()
        self.asked.emit()

    def open(self) -> None:
        """Show the photo one stands on as large as the screen allows."""
        row = self.list.currentIndex().row()
        if 0 <= row < len(self.photos):
            PhotoView(self.workspace, self.photos, row, self.window()).open()

    def remove(self) -> None:
        """Put the photo one stands on into the recycle bin."""
        row = self.list.currentIndex().row()
        if 0 <= row < len(self.photos):
            self.workspace.remove(self.photos[row], "删除照片")
            self.workspace.say("照片已放入回收站", "按 Ctrl+Z 取回。")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Let pictures in."""
        if self._links and sources_of(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add the pictures dropped."""
        event.acceptProposedAction()
        self.add(sources_of(event.mimeData()))

    async def _take(self, sources: Sequence[Source], links: dict[str, str]) -> None:
        """Prepare, keep and save one picture after the other; one that cannot be read stops no other."""
        for number, source in enumerate(sources, 1):
            try:
                text = f"正在处理照片 {number}/{len(sources)}"
                picture = await self.workspace.run(_prepared, source, text=text)
                photo = self._photo(picture, links, _taken_at(source))
                await self.workspace.run(self.workspace.desk.photos.keep, photo.id, picture.data)
                self.workspace.save(photo)
            except GridError as error:
                which = f"第 {number} 张：" if len(sources) > 1 else ""
                self.workspace.say(f"{which}{error.title}", error.advice, Tone.BAD)

    def _photo(self, picture: Picture, links: dict[str, str], taken_at: datetime | None) -> Photo:
        photo = Photo(
            taken_at=(taken_at or self.workspace.now).replace(tzinfo=None, microsecond=0),
            taken_by=self.workspace.desk.who,
            agreed=bool(AT_HOME & links.keys()),
            sha256=sha256(picture.data),
            size=len(picture.data),
            width=picture.width,
            height=picture.height,
            thumbnail=b64encode(picture.thumbnail).decode(),
        )
        for name, id_ in links.items():
            setattr(photo, name, id_)
        photo.area = self.workspace.area_of(photo)
        return photo

    def _item(self, photo: Photo) -> QStandardItem:
        item = QStandardItem()
        item.setEditable(False)
        item.setIcon(QIcon(self._thumb(photo)))
        item.setSizeHint(self._size + QSize(style.px(8), style.px(8)))
        told = words_of(photo, self._unsent.get(photo.id))
        item.setToolTip(told)
        item.setAccessibleText(told)
        return item

    def _thumb(self, photo: Photo) -> QPixmap:
        """The thumbnail, cut to fill its place; marked where the picture is not sent yet."""
        size, whole = self._size, thumbnail(photo)
        pixmap = QPixmap(size)
        pixmap.fill(style.colour("line"))
        painter = QPainter(pixmap)
        if not whole.isNull():
            expanding, smooth = (
                Qt.AspectRatioMode.KeepAspectRatioByExpanding,
                Qt.TransformationMode.SmoothTransformation,
            )
            fitted = whole.scaled(size, expanding, smooth)
            painter.drawPixmap(
                (size.width() - fitted.width()) // 2, (size.height() - fitted.height()) // 2, fitted
            )
        if photo.id in self._unsent:
            self._paint_mark(painter)
        painter.end()
        return pixmap

    def _paint_mark(self, painter: QPainter) -> None:
        side, waits = style.px(18), MARKS["kept"]
        tint = style.tint(waits.tone)
        corner = QRect(self._size.width() - side - style.px(3), style.px(3), side, side)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tint.back))
        painter.drawEllipse(corner)
        painter.setPen(QColor(tint.text))
        painter.setFont(style.font(bold=True))
        painter.drawText(corner, Qt.AlignmentFlag.AlignCenter, waits.sign)

    def _make_list(self, *, wall: bool) -> QListView:
        made = QListView()
        made.setObjectName("photo_list")
        made.setAccessibleName("照片")
        made.setModel(self.model)
        made.setViewMode(QListView.ViewMode.IconMode)
        made.setMovement(QListView.Movement.Static)
        made.setResizeMode(QListView.ResizeMode.Adjust)
        made.setWrapping(wall)
        made.setIconSize(self._size)
        made.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        made.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        if not wall:
            made.setFixedHeight(self._size.height() + style.px(24))
        made.doubleClicked.connect(lambda _index: self.open())
        return made

    def _make_question(self) -> QWidget:
        bar = style.mark(frame("strip"), "warn")
        bar.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(bar)
        column.setContentsMargins(style.px(10), style.px(6), style.px(10), style.px(6))
        column.addWidget(label("拍照要先征得同意。住户当面同意了吗？", wrap=True))
        row = QHBoxLayout()
        row.addWidget(button("同意 Enter", self._agree, role="primary", name="agree"))
        row.addWidget(button("不拍 Esc", self._decline, name="decline"))
        row.addStretch(1)
        column.addLayout(row)
        for key, act in (("Return", self._agree), ("Enter", self._agree), ("Esc", self._decline)):
            shortcut(key, bar, act)
        bar.hide()
        return bar

    def _lay_out(self, margin: int) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.add_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(margin, margin, margin, margin)
        layout.setSpacing(style.px(4))
        layout.addLayout(head)
        layout.addWidget(self.question)
        layout.addWidget(self.list, 1)

    def _agree(self) -> None:
        sources, self._agreed_for = self._asked_for, dict(self._links)
        self._end_question()
        self.add(sources)

    def _decline(self) -> None:
        self._end_question()
        self.workspace.say("没有添加照片", "征得同意以后再拍。户资料里“同意拍照”选了“是”，就不再询问。")

    def _end_question(self) -> None:
        self._asked_for = ()
        if not self.question.isHidden():
            self.question.hide()
            back = self._came_from
            (back if back is not None and isValid(back) else self.add_button).setFocus()

    def _on_changed(self, news: list[object]) -> None:
        if any(getattr(one, "kind", "") == Photo.kind() for one in news):
            self.reload()

    def _on_sync(self, state: SyncState) -> None:
        """Take the marks off what has been sent."""
        if not state.running and self._unsent:
            now = self.workspace.desk.photos.unsent([photo.id for photo in self.photos])
            if now != self._unsent:
                self.reload()


def photographs(workspace: Workspace, door: Door | None, event: QKeyEvent) -> bool:
    """P and Ctrl+V at a door: photos of the home behind it, added in the panel that shows it; True when it was one."""
    paste = event.matches(QKeySequence.StandardKey.Paste)
    plain = not event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier)
    sources = sources_of(QGuiApplication.clipboard().mimeData()) if paste else []
    wanted = door is not None and (bool(sources) or (plain and event.text().lower() == "p"))
    if wanted and door is not None:
        where = {"household": door.household, "dwelling": door.dwelling}
        workspace.open_place("household", **where, photos=sources)
    return wanted


def sources_of(data: QMimeData | None) -> list[Source]:
    """The pictures that somebody copied or drags: files, or one picture."""
    if data is None:
        return []
    files: list[Source] = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    if files or not data.hasImage():
        return files
    image = data.imageData()
    return [image] if isinstance(image, QImage) and not image.isNull() else []


def consented(replica: Replica, links: Mapping[str, str]) -> bool:
    """True when nobody need be asked: no home is in the picture, or its people agreed before."""
    visit = replica.get(Visit, links["visit"]) if "visit" in links else None
    resident = replica.get(Resident, links["resident"]) if "resident" in links else None
    if visit is not None and visit.photo_agreed:
        return True
    at = links.get("household") or (visit and visit.household) or (resident and resident.household) or ""
    household = replica.get(Household, at) if at else None
    return household is not None and household.agreed_photo if at else not AT_HOME & links.keys()


def _prepared(source: Source) -> Picture:
    return pictures.from_file(source) if isinstance(source, Path) else pictures.from_image(source)


def _taken_at(source: Source) -> datetime | None:
    """When a file was made; a picture from the clipboard does not say."""
    try:
        return (
            datetime.fromtimestamp(source.stat().st_mtime).astimezone() if isinstance(source, Path) else None
        )
    except (OSError, OverflowError, ValueError):
        return None
