"""Pictures as they are kept: upright, at most 1600 pixels wide or high, and with nothing in them but what one sees.

Cameras write into a picture where and with what it was taken. Here every picture is painted anew, so none of that is
left. Everything blocks for a moment and may run on any thread.
"""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QColorSpace, QImage, QImageReader, QPainter

from gridclient.errors import Unfit
from gridclient.records.photo import THUMBNAIL_MOST

LONGEST = 1600  # pixels
QUALITY = 80  # of a JPEG, out of 100
THUMBNAIL = (160, 120, 80)  # pixels, the first that fits into THUMBNAIL_MOST bytes
THUMBNAIL_QUALITIES = (75, 60, 45, 30)
FILE_MOST = 64 * 1024 * 1024  # bytes of a file that is read at all
ENDINGS = ("jpg", "jpeg", "png", "bmp", "webp")


@dataclass(frozen=True)
class Picture:
    """A picture ready to be kept: a JPEG, its size in pixels, and a small JPEG for lists."""

    data: bytes
    width: int
    height: int
    thumbnail: bytes


def from_file(path: Path) -> Picture:
    """The picture in a file; Unfit when it is none, or cannot be read."""
    try:
        if path.stat().st_size > FILE_MOST:
            raise Unfit("图片文件太大", f"一个文件最多 {FILE_MOST // 1024 // 1024} MB。")
        data = path.read_bytes()
    except OSError as error:
        raise Unfit("图片文件读不出来", "请检查文件还在不在，或重新插一次 U 盘。") from error
    return from_bytes(data)


def from_bytes(data: bytes) -> Picture:
    """The picture in the bytes of a file; Unfit when it is none."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    if _longest(reader.size()) > LONGEST:
        # Scaled while it is read, so that a picture of 100 megapixels does not fill the memory.
        reader.setScaledSize(reader.size().scaled(LONGEST, LONGEST, Qt.AspectRatioMode.KeepAspectRatio))
    return from_image(reader.read())


def from_image(image: QImage) -> Picture:
    """A picture from the clipboard, or one just read; Unfit when it is empty."""
    if image.isNull():
        raise Unfit("这张图片打不开", "请用 JPG 或 PNG 格式的图片；苹果手机的 HEIC 请先转成 JPG。")
    plain = _plain(image, LONGEST)
    return Picture(_jpeg(plain, QUALITY), plain.width(), plain.height(), _thumbnail(plain))


def _plain(image: QImage, longest: int) -> QImage:
    """The pixels alone, on white: without texts, colour profile or transparency."""
    if image.colorSpace().isValid():
        image = image.convertedToColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
    if _longest(image.size()) > longest:
        smooth = Qt.TransformationMode.SmoothTransformation
        image = image.scaled(longest, longest, Qt.AspectRatioMode.KeepAspectRatio, smooth)
    plain = QImage(image.size(), QImage.Format.Format_RGB32)
    plain.fill(Qt.GlobalColor.white)
    painter = QPainter(plain)
    painter.drawImage(plain.rect(), image, image.rect())
    painter.end()
    return plain


def _thumbnail(image: QImage) -> bytes:
    for longest in THUMBNAIL:
        small = _plain(image, longest)
        for quality in THUMBNAIL_QUALITIES:
            data = _jpeg(small, quality)
            if len(data) <= THUMBNAIL_MOST:
                return data
    return data


def _jpeg(image: QImage, quality: int) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG", quality)  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def _longest(size: QSize) -> int:
    return max(size.width(), size.height())
