"""Icons: 24-pixel stroke drawings, drawn in the colour and size they are needed in."""

from functools import cache
from importlib.resources import files
from pathlib import Path
import tempfile

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

SHARPNESS = 2  # device pixels drawn per pixel shown, so that a scaled display stays crisp


@cache
def drawing(name: str) -> str:
    """The SVG text of an icon, in the colour ``currentColor``; FileNotFoundError when there is none."""
    return files("resources").joinpath("icons", f"{name}.svg").read_text("utf-8")


def read_all() -> None:
    """Read every drawing there is: a slow disk takes its time, which must not be the window's."""
    for found in files("resources").joinpath("icons").iterdir():
        drawing(found.name.removesuffix(".svg"))


@cache
def pixmap(name: str, colour: str, size: int = 24) -> QPixmap:
    """An icon as a picture, ``size`` pixels wide and high."""
    made = QPixmap(QSize(size, size) * SHARPNESS)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    _renderer(name, colour).render(painter, QRectF(0, 0, size * SHARPNESS, size * SHARPNESS))
    painter.end()
    made.setDevicePixelRatio(SHARPNESS)
    return made


@cache
def icon(name: str, colour: str, chosen: str = "", greyed: str = "") -> QIcon:
    """An icon for buttons and lists; ``chosen`` colours it while its button is checked, ``greyed`` while disabled."""
    made = QIcon(pixmap(name, colour))
    if chosen:
        made.addPixmap(pixmap(name, chosen), QIcon.Mode.Normal, QIcon.State.On)
    if greyed:
        made.addPixmap(pixmap(name, greyed), QIcon.Mode.Disabled)
    return made


def paint(painter: QPainter, name: str, colour: str, where: QRectF) -> None:
    """Draw an icon inside ``where``."""
    painter.drawPixmap(where.toRect(), pixmap(name, colour, max(1, round(where.width()))))


@cache
def file(name: str, colour: str) -> str:
    """The path of an icon in a colour, for a style sheet, which takes files only."""
    path = _folder() / f"{name}-{colour.lstrip('#')}.svg"
    path.write_text(drawing(name).replace("currentColor", colour), "utf-8")
    return path.as_posix()


def forget() -> None:
    """Let go of every picture made, after the colours changed."""
    pixmap.cache_clear()
    icon.cache_clear()


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(drawing(name).replace("currentColor", colour).encode()))


@cache
def _keeper() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="gridclient-icons-", ignore_cleanup_errors=True)


def _folder() -> Path:
    return Path(_keeper().name)
