"""What stands around the rows of a ledger: title, heading, signatures, totals, and the paper."""

from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QHBoxLayout, QSpinBox, QWidget

from gridclient.ledger.template import Template
from gridclient.ui import style
from gridclient.ui.parts import label, line

SPOKEN = {
    "{unit_name}": "【单位名称】",
    "{today}": "【制表日期】",
    "{unit}": "【计量单位】",
    "{name}": "【名称】",
}
BRACES = str.maketrans("{}", "()")
WAYS = {"按栏数": None, "横放": True, "竖放": False}
EDGES = ("上", "右", "下", "左")


class LedgerFrame(QWidget):
    """Title and signature lines. ``edited(Template)`` after each change."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.template: Template | None = None
        self.title, self.unit = line(says="标题"), line("户、人", says="计量单位")
        self.heading = [line(says=f"表头上方{where}") for where in ("左", "中", "右")]
        self.signatures = [line(says=f"落款第 {number} 项") for number in range(1, 6)]
        self.every, self.total = QCheckBox("每页都有落款"), QCheckBox("最后印合计")
        self._lay_out()
        for edit in (self.title, self.unit, *self.heading, *self.signatures):
            edit.textEdited.connect(lambda _text: self._put())
        for check in (self.every, self.total):
            check.clicked.connect(self._put)
        self.setFocusProxy(self.title)

    def back(self) -> bool:
        """Nothing is added here."""
        return False

    def show_template(self, template: Template) -> None:
        """Show a template; what is being typed is left alone."""
        if self.template is not None and self._told(self.template) == template:
            self.template = template
            return
        self.template = template
        self.title.setText(template.title)
        self.unit.setText(template.unit)
        for edits, words in ((self.heading, template.heading), (self.signatures, template.signatures)):
            for at, edit in enumerate(edits):
                edit.setText(_spoken(words[at]) if at < len(words) else "")
        self.every.setChecked(template.sign_every_page)
        self.total.setChecked(template.total)
        self.total.setVisible(template.form == "register")

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(style.px(5))
        form.addRow("标题", self.title)
        form.addRow("计量单位", self.unit)
        for where, edit in zip(("表上左", "表上中", "表上右"), self.heading, strict=True):
            form.addRow(where, edit)
        for number, edit in enumerate(self.signatures, 1):
            form.addRow(f"落款 {number}", edit)
        form.addRow(self.every)
        form.addRow(self.total)
        form.addRow(label("【】里的字打印时自动填上；不要的行清空。", "hint", wrap=True))

    def _told(self, template: Template) -> Template:
        heading = [_meant(e.text()) for e in self.heading if e.text().strip()]
        signatures = [e.text() for e in self.signatures if e.text().strip()]
        return replace(
            template,
            title=self.title.text().strip() or template.title,
            unit=self.unit.text().strip(),
            heading=(*heading, *template.heading[len(self.heading) :]),
            signatures=(*signatures, *template.signatures[len(self.signatures) :]),
            sign_every_page=self.every.isChecked(),
            total=self.total.isChecked(),
        )

    def _put(self) -> None:
        if self.template is not None:
            self.template = self._told(self.template)
            self.edited.emit(self.template)


class LedgerPaper(QWidget):
    """Size, way round, margins and binding edge. ``edited(Template)`` after each change."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.template: Template | None = None
        self.format, self.way = QComboBox(), QComboBox()
        self.margins = [_millimetres(f"{edge}边距") for edge in EDGES]
        self.binding = _millimetres("装订边")
        self._lay_out()
        for box in (self.format, self.way):
            box.activated.connect(lambda _row: self._put())
        for spin in (*self.margins, self.binding):
            spin.valueChanged.connect(lambda _value: self._put())
        self.setFocusProxy(self.format)

    def back(self) -> bool:
        """Nothing is added here."""
        return False

    def show_template(self, template: Template) -> None:
        """Show a template's paper."""
        self.template, sides = template, template.paper
        self.format.setCurrentText(sides.size)
        self.way.setCurrentIndex(list(WAYS.values()).index(sides.landscape))
        for spin, value in zip((*self.margins, self.binding), (*sides.margins, sides.binding), strict=True):
            spin.blockSignals(True)
            spin.setValue(round(value))
            spin.blockSignals(False)

    def _lay_out(self) -> None:
        self.format.addItems(["A4", "A3"])
        self.way.addItems(list(WAYS))
        self.format.setAccessibleName("纸张大小")
        self.way.setAccessibleName("横放还是竖放")
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(style.px(8))
        form.addRow("纸张", self.format)
        form.addRow("方向", self.way)
        for pair in (0, 2):
            row = QHBoxLayout()
            for at in (pair, pair + 1):
                row.addWidget(label(EDGES[at]))
                row.addWidget(self.margins[at], 1)
            form.addRow("页边距" if pair == 0 else "", row)
        form.addRow("装订边（左）", self.binding)

    def _put(self) -> None:
        if self.template is None:
            return
        top, right, bottom, left = (spin.value() for spin in self.margins)
        sides = replace(
            self.template.paper,
            size="A3" if self.format.currentText() == "A3" else "A4",
            landscape=WAYS[self.way.currentText()],
            margins=(float(top), float(right), float(bottom), float(left)),
            binding=float(self.binding.value()),
        )
        self.template = replace(self.template, paper=sides)
        self.edited.emit(self.template)


def _millimetres(says: str) -> QSpinBox:
    made = QSpinBox()
    made.setAccessibleName(says)
    made.setRange(0, 40)
    made.setSuffix(" 毫米")
    return made


def _spoken(words: str) -> str:
    for code, told in SPOKEN.items():
        words = words.replace(code, told)
    return words


def _meant(words: str) -> str:
    """What is typed, as a template has it; braces somebody typed are no codes."""
    words = words.translate(BRACES)
    for code, told in SPOKEN.items():
        words = words.replace(told, code)
    return words
