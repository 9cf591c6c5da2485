"""One photo as large as the screen allows, and the way to its neighbours."""

from base64 import b64decode
from collections.abc import Sequence

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from gridclient.errors import GridError
from gridclient.records import Photo
from gridclient.ui import style
from gridclient.ui.parts import button, label
from gridclient.ui.workspace import Workspace
from sync.errors import SyncError

UNSENT = "待上传"
LOADING = "正在从中心下载原图…"
LATER = "原图不在本机，联网以后再看。"
SHARE = 0.86  # of the screen


class PhotoView(QDialog):
    """Shows ``photos`` from number ``at`` on: ← and → walk, Delete removes, Esc closes."""

    def __init__(
        self, workspace: Workspace, photos: Sequence[Photo], at: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("photo_view")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.workspace, self.photos, self._at = workspace, list(photos), at
        self.canvas = _Canvas(self)
        self.told, self.trouble = label("", "hint"), label("", "hint")
        row = QHBoxLayout()
        row.addWidget(self.told, 1)
        row.addWidget(self.trouble)
        for text, act in (("← 上一张", self.before), ("下一张 →", self.after), ("关闭 Esc", self.close)):
            one = button(text, act)
            one.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            row.addWidget(one)
        layout = QVBoxLayout(self)
        layout.addWidget(self.canvas, 1)
        layout.addLayout(row)
        self.resize(self.screen().availableSize() * SHARE)
        self._show()

    @property
    def photo(self) -> Photo:
        """The photo shown."""
        return self.photos[self._at]

    def before(self) -> None:
        """Go one to the left."""
        self._go(-1)

    def after(self) -> None:
        """Go one to the right."""
        self._go(1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk, remove; Esc is the dialog's own."""
        acts = {Qt.Key.Key_Left: self.before, Qt.Key.Key_Right: self.after, Qt.Key.Key_Delete: self._remove}
        act = acts.get(Qt.Key(event.key()))
        if act is None:
            super().keyPressEvent(event)
        else:
            act()

    def _go(self, step: int) -> None:
        self._at = (self._at + step) % len(self.photos)
        self._show()

    def _remove(self) -> None:
        self.workspace.remove(self.photo, "删除照片")
        self.workspace.say("照片已放入回收站", "按 Ctrl+Z 取回。")
        self.photos.pop(self._at)
        if not self.photos:
            self.close()
            return
        self._at %= len(self.photos)
        self._show()

    def _show(self) -> None:
        photo, kept = self.photo, self.workspace.desk.photos
        count = f"{self._at + 1}/{len(self.photos)}"
        self.setWindowTitle(f"照片 {count}")
        told = words_of(photo, kept.unsent([photo.id]).get(photo.id))
        self.told.setText(f"{count}　{told}")
        data = kept.picture(photo)
        self.canvas.show_picture(thumbnail(photo) if data is None else _pixmap(data))
        self.trouble.setText("" if data is not None else LOADING)
        if data is None:
            self.workspace.start(self._load(photo))

    async def _load(self, photo: Photo) -> None:
        """Fetch a picture that is not here; the small one stays when that does not succeed."""
        try:
            data = await self.workspace.run(self.workspace.desk.picture, photo)
            trouble = LATER if data is None else ""
        except (GridError, SyncError) as error:
            data, trouble = None, error.title
        if self.isVisible() and photo is self.photo:
            self.trouble.setText(trouble)
            if data is not None:
                self.canvas.show_picture(_pixmap(data))


class _Canvas(QWidget):
    """A picture in the middle, as large as it fits and never larger than it is sharp."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(style.px(320), style.px(240))
        self._pixmap = QPixmap()

    def show_picture(self, pixmap: QPixmap) -> None:
        """Show this picture."""
        self._pixmap = pixmap
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The picture, fitted."""
        if self._pixmap.isNull():
            return
        size = self._pixmap.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = self.rect()
        place.setSize(size)
        place.moveCenter(self.rect().center())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(place, self._pixmap)
        painter.end()


def thumbnail(photo: Photo) -> QPixmap:
    """The small picture inside the record; a null one when it makes no sense."""
    try:
        return _pixmap(b64decode(photo.thumbnail))
    except ValueError:
        return QPixmap()


def words_of(photo: Photo, unsent: str | None) -> str:
    """When, by whom, of what, and whether it is still to be sent: ``unsent`` says why, None that it is not."""
    when = f"{photo.taken_at:%Y-%m-%d %H:%M}" if photo.taken_at else ""
    state = "" if unsent is None else f"{UNSENT}（{unsent}）" if unsent else UNSENT
    return "　".join(part for part in (when, photo.taken_by, photo.note, state) if part)


def _pixmap(data: bytes) -> QPixmap:
    pixmap = QPixmap()
    pixmap.loadFromData(QByteArray(data), "JPEG")  # type: ignore[call-overload]
    return pixmap
