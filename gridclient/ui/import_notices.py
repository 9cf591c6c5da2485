"""What a file asks of a person, above its problems: strips with the ways to answer."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gridclient.ui import style
from gridclient.ui.import_files import ImportFile
from gridclient.ui.parts import beside, button, frame, label

NAMED = 6  # columns and sheets named; more columns are counted


class Notices(QWidget):
    """``match_wanted``, ``moves_wanted``, and ``answered(Answer)`` for everybody kept in another household."""

    match_wanted = Signal()
    moves_wanted = Signal()
    answered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.odd, self.odd_words = frame("strip", "odd"), label(wrap=True)
        self.moves, self.moves_words = frame("strip", "moves"), label(wrap=True)
        to_match = button("去对应  Alt+2", self.match_wanted.emit)
        over = button("全部覆盖", lambda: self.answered.emit("overwrite"))
        keep = button("全部保留", lambda: self.answered.emit("keep"))
        each = button("逐个看…", self.moves_wanted.emit)
        self.each = each
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(style.px(6))
        for strip, words, acts in (
            (self.odd, self.odd_words, (to_match,)),
            (self.moves, self.moves_words, (over, keep, each)),
        ):
            row = beside(words, *acts)
            row.setStretch(0, 1)
            row.setContentsMargins(style.px(10), style.px(4), style.px(6), style.px(4))
            strip.setLayout(row)
            whole.addWidget(strip)
        style.mark(self.moves, "warn")

    def show_file(self, file: ImportFile, *, at_moves: bool) -> None:
        """Show what a file asks; while its people are looked at one by one, nothing more."""
        odd = "" if at_moves or file.report else odd_words(file)
        asking = 0 if at_moves else file.open_moves
        self.odd_words.setText(odd)
        self.odd.setVisible(bool(odd))
        self.moves_words.setText(f"{asking} 人在本机登记在别的户，要您定：覆盖、比对修改还是保留。")
        self.moves.setVisible(bool(asking))
        self.setVisible(bool(odd or asking))


def odd_words(file: ImportFile) -> str:
    """What of a file is not understood, in one sentence; empty when everything is."""
    if file.strange:
        return "这张表还看不懂，要先说清每一列是什么。"
    heads = list(dict.fromkeys(head for *_where, head in file.found.unknown if head)) if file.found else []
    rest = f" 等 {len(heads)} 列" if len(heads) > NAMED else ""
    parts = [
        f"“{sheet.table.name}”这一页没认出{'、'.join(sheet.lacking)}，没有读"
        for sheet in file.lacking[:NAMED]
    ]
    parts += [f"不认识、没有读的列：{'、'.join(heads[:NAMED])}{rest}" if heads else ""]
    parts += [f"有 {file.open_words} 个写法不认识，先留空" if file.open_words else ""]
    told = "；".join(part for part in parts if part)
    return f"{told}。" if told else ""
