"""How everything looks: the colours of day and night, sizes that follow the font, and the one style sheet.

Widgets never carry style strings. A widget that is not plain says what it is: ``role(label, "title")``; the roles are
``title heading strong hint problem figure key`` (labels), ``primary quiet danger tool segment`` (buttons), ``card side
bar page strip`` (frames) and ``navigation`` (the navy bar). Painted widgets ask :func:`colours`, :func:`tint` and
:func:`px`, when they paint and not before: day, night and 大字 change while the window is open.
"""

from dataclasses import asdict, dataclass
from importlib.resources import files
from string import Template
from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from gridclient.ui import icons

FAMILIES = (
    "Microsoft YaHei UI",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "Noto Sans SC",
    "PingFang SC",
)
PLAIN_PX = 13  # the text size at 100 %
LARGE = 1.25  # 大字
LEAST_ROOM = QSize(1024, 576)  # pixels at plain size in which every page has its place

W = TypeVar("W", bound=QWidget)


@dataclass(frozen=True)
class Tint:
    """One state as a patch of colour: background, text upon it, and the bar or dot that carries it."""

    back: str
    text: str
    bar: str


@dataclass(frozen=True)
class Colours:
    """Every colour in use, by what it is for."""

    dark: bool
    page: str
    card: str
    line: str
    text: str
    soft: str  # secondary text, still 4.5 : 1 on the card
    faint: str  # decoration and blocked text
    accent: str
    accent_text: str
    accent_soft: str  # the background of what is chosen
    hover: str
    navy: str
    navy_text: str
    navy_soft: str
    navy_hover: str
    field: str
    field_line: str
    info: Tint
    good: Tint
    warn: Tint
    bad: Tint
    quiet: Tint
    violet: Tint


DAY = Colours(
    dark=False,
    page="#F3F5F9",
    card="#FFFFFF",
    line="#E2E7EF",
    text="#1B2638",
    soft="#5B6779",
    faint="#98A2B3",
    accent="#1B5FC1",
    accent_text="#FFFFFF",
    accent_soft="#E3EDFB",
    hover="#EDF2F9",
    navy="#12294B",
    navy_text="#EAF1FB",
    navy_soft="#9DB2CF",
    navy_hover="#1D3A66",
    field="#FFFFFF",
    field_line="#C3CCD9",
    info=Tint("#E1ECFC", "#174F9F", "#2A6FD6"),
    good=Tint("#DDF3E6", "#11623C", "#1F9D61"),
    warn=Tint("#FCEFD7", "#83500A", "#DB8A16"),
    bad=Tint("#FBE2E1", "#99231F", "#D0413B"),
    quiet=Tint("#EEF1F5", "#566275", "#9AA5B5"),
    violet=Tint("#ECE6FA", "#533A99", "#7A5BD0"),
)
NIGHT = Colours(
    dark=True,
    page="#141A23",
    card="#1C2430",
    line="#2E3948",
    text="#E4EAF2",
    soft="#A6B2C2",
    faint="#6F7D90",
    accent="#4C8DEB",
    accent_text="#08121F",
    accent_soft="#20385A",
    hover="#253040",
    navy="#0C1420",
    navy_text="#E4EAF2",
    navy_soft="#8A9BB2",
    navy_hover="#1A2838",
    field="#161D27",
    field_line="#445265",
    info=Tint("#1C3555", "#A9CBFA", "#4C8DEB"),
    good=Tint("#17382A", "#9ADDB9", "#35B678"),
    warn=Tint("#43310F", "#F2C980", "#DE9A2E"),
    bad=Tint("#4A2122", "#F5B0AC", "#E0605A"),
    quiet=Tint("#28313E", "#AEB9C8", "#7A8798"),
    violet=Tint("#33284F", "#CDBCF7", "#9378E0"),
)


class _Look:
    colours: Colours = DAY
    scale: float = 1.0
    bound: float | None = None


def colours() -> Colours:
    """The colours in force now."""
    return _Look.colours


def tint(tone: str) -> Tint:
    """The patch for ``info good warn bad quiet violet``."""
    found = getattr(_Look.colours, tone)
    return found if isinstance(found, Tint) else _Look.colours.quiet


def colour(name: str) -> QColor:
    """One of the colours in force, by name."""
    return QColor(getattr(_Look.colours, name))


def px(at_plain_size: float) -> int:
    """Pixels at the present text size for so many at 100 %; never less than one."""
    return max(1, round(at_plain_size * _Look.scale))


def font(*, size: float = PLAIN_PX, bold: bool = False) -> QFont:
    """The application's font at a size given for 100 %."""
    made = QFont(QGuiApplication.font())
    made.setPixelSize(px(size))
    made.setBold(bold)
    return made


def icon_size(at_plain_size: float = 18) -> QSize:
    return QSize(px(at_plain_size), px(at_plain_size))


def role(widget: W, name: str) -> W:
    """Say what a widget is; its look follows, also when it was shown already."""
    return redress(widget, "role", name)


def mark(widget: W, tone: str) -> W:
    """Give a widget the colours of a state; the word must be in its text already."""
    if widget.property("tone") != tone:
        redress(widget, "tone", tone)
        for part in widget.findChildren(QWidget):
            _polish(part)
    return widget


def redress(widget: W, name: str, value: str) -> W:
    """Set a property that the style sheet asks for; the look follows."""
    widget.setProperty(name, value)
    _polish(widget)
    return widget


def _polish(widget: QWidget) -> None:
    """Dress a widget again; one that was never shown or measured is dressed when it is."""
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def bound() -> float | None:
    """The scale the screen has room for, as a factor, while less is in force than was asked for; else None."""
    return _Look.bound


def apply(
    app: QApplication,
    *,
    theme: str = "light",
    scale_percent: int = 100,
    large: bool = False,
    screen: QSize | None = None,
) -> None:
    """Dress the whole application; ``theme`` is ``light``, ``dark`` or ``system``.

    On a ``screen``, in pixels, nothing is made larger than leaves every page its place: words would be cut.
    """
    _Look.colours = NIGHT if _wants_night(theme) else DAY
    _Look.scale, _Look.bound = max(0.9, min(2.0, scale_percent / 100)) * (LARGE if large else 1.0), None
    if screen is not None:
        room = min(screen.width() / LEAST_ROOM.width(), screen.height() / LEAST_ROOM.height())
        if _Look.scale > max(1.0, room):
            _Look.scale = _Look.bound = max(1.0, room)
    icons.forget()
    app.setStyle(QStyleFactory.create("Fusion"))
    app.setFont(_text_font(app))
    app.setPalette(palette())
    app.setStyleSheet(sheet())


def _wants_night(theme: str) -> bool:
    if theme == "system":
        return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return theme == "dark"


def _text_font(app: QApplication) -> QFont:
    known = set(QFontDatabase.families())
    families = [name for name in FAMILIES if name in known] or [app.font().family()]
    made = QFont(families)
    made.setPixelSize(px(PLAIN_PX))
    made.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    return made


def palette() -> QPalette:
    """Qt's palette in the colours in force."""
    now, made, part = _Look.colours, QPalette(), QPalette.ColorRole
    pairs = {
        part.Window: now.page,
        part.WindowText: now.text,
        part.Base: now.field,
        part.AlternateBase: now.page,
        part.Text: now.text,
        part.Button: now.card,
        part.ButtonText: now.text,
        part.BrightText: now.bad.bar,
        part.ToolTipBase: now.card,
        part.ToolTipText: now.text,
        part.PlaceholderText: now.soft,
        part.Highlight: now.accent,
        part.HighlightedText: now.accent_text,
        part.Link: now.accent,
        part.LinkVisited: now.accent,
        part.Light: now.line,
        part.Midlight: now.line,
        part.Mid: now.field_line,
        part.Dark: now.field_line,
        part.Shadow: now.line,
    }
    for which, value in pairs.items():
        made.setColor(which, QColor(value))
    for which in (part.WindowText, part.Text, part.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(now.faint))
    return made


def sheet() -> str:
    """The style sheet in the colours and sizes in force."""
    words = {name: value for name, value in asdict(_Look.colours).items() if isinstance(value, str)}
    for tone in ("info", "good", "warn", "bad", "quiet", "violet"):
        words |= {f"{tone}_{name}": value for name, value in asdict(tint(tone)).items()}
    words |= {f"px{size}": f"{px(size)}px" for size in (*range(1, 33), 36, 40, 44, 48, 56, 64, 96, 120)}
    words |= {
        f"icon_{name}": icons.file(name, _Look.colours.soft) for name in ("down", "up", "right", "check")
    }
    words["icon_tick"] = icons.file("check", _Look.colours.accent_text)
    text = files("resources").joinpath("style", "window.qss").read_text("utf-8")
    return Template(text).substitute(words)
