"""What stands around a table on every page: title, heading line, signatures, page number, mark. Pure; mm."""

from gridclient.ledger import codes
from gridclient.ledger.page import Canvas
from gridclient.ledger.sheet import Sheet
from gridclient.ledger.words import Measure, Ruler
from gridclient.rules.references import spaced

TITLE_SIZES = (20.0, 18.0, 16.0)
SUBTITLE_SIZE = 12.0
LINE_SIZE = 10.5
NUMBER_SIZE = 9.0
MARK_SIZE = 7.5
GAP = 6.0  # between two parts of one line
PEN = 9.0  # height of a signature line: a pen needs more room than print
NUMBER_ROOM = 20.0  # half the width kept free for the page number
CODE = 15.0  # a side of the code beside the title
CODE_SIZE = 7.0  # pt, of the digits below it


class Furniture:
    """The parts around the table of one sheet; ``left``, ``width`` and ``bottom`` are where the table may stand."""

    def __init__(
        self, sheet: Sheet, measure: Measure, heading: tuple[str, ...] | None = None, code: str = ""
    ) -> None:
        self.sheet = sheet
        self.left, self.up, self.width, height = sheet.paper.frame
        self.heading = sheet.heading if heading is None else heading
        self.code = code
        if code:
            codes.load()
        self._digits = Ruler(measure, CODE_SIZE)
        self._beside = CODE + GAP if code else 0.0
        rulers = [Ruler(measure, size, bold=True) for size in TITLE_SIZES]
        room = self.width - 2 * self._beside
        title = next((r for r in rulers if r.width(sheet.title) <= room), rulers[-1])
        self._title, self._titles = title, title.wrap(sheet.title, room)
        self._sub, self._line = Ruler(measure, SUBTITLE_SIZE), Ruler(measure, LINE_SIZE)
        self._subs = tuple(line for words in sheet.subtitles for line in self._sub.wrap(words, self.width))
        self._number, self._mark = Ruler(measure, NUMBER_SIZE), Ruler(measure, MARK_SIZE)
        self._marks = self._mark.wrap(sheet.mark, self.width / 2 - NUMBER_ROOM)
        self._signatures = self._rows_of(sheet.signatures)
        foot = max(self._number.line + 2.0, len(self._marks) * self._mark.line + 1.0)
        self._foot_top = self.up + height - foot
        self.bottom = self._foot_top
        self._foot = foot

    @property
    def signature_height(self) -> float:
        return len(self._signatures) * PEN + 1.0 if self._signatures else 0.0

    def top(self) -> float:
        """Where the table begins."""
        lines = len(self._titles) * self._title.line + len(self._subs) * self._sub.line
        lines += len(self._heading_rows()) * (self._line.line + 1.6)
        return self.up + max(lines, CODE + self._digits.line if self.code else 0.0) + 1.2

    def draw_top(self, canvas: Canvas, number: int, of: int) -> float:
        """Set the title, the heading line and the foot of page ``number`` (from 0); gives where the table begins."""
        y = self.up
        rows = self._heading_rows()
        if self.code:
            self._draw_code(canvas)
            taken = len(self._titles) * self._title.line + len(rows) * (self._line.line + 1.6)
            y += max(0.0, CODE + self._digits.line - taken) / 2
        for lines, ruler in ((self._titles, self._title), (self._subs, self._sub)):
            height = len(lines) * ruler.line
            canvas.words(lines, ruler, (self.left, y, self.width, height))
            y += height
        for parts in rows:
            self._spread(canvas, parts, y, self._line.line + 1.6, self._beside)
            y += self._line.line + 1.6
        self._draw_foot(canvas, number, of)
        return self.top()

    def draw_signature(self, canvas: Canvas, y: float) -> None:
        """Set the signature lines below the table."""
        for parts in self._signatures:
            self._spread(canvas, parts, y + 1.0, PEN)
            y += PEN

    def _draw_code(self, canvas: Canvas) -> None:
        """The code in the right upper corner, its digits below it for whoever has no scanner."""
        left = self.left + self.width - CODE
        codes.draw(canvas, self.code, left, self.up, CODE)
        box = (left - GAP / 2, self.up + CODE, CODE + GAP / 2, self._digits.line)
        canvas.words((spaced(self.code),), self._digits, box, align="right")

    def _draw_foot(self, canvas: Canvas, number: int, of: int) -> None:
        words = f"第 {number + 1} 页 共 {of} 页" if of > 1 or self.sheet.paper.slips == 1 else ""
        box = (self.left, self._foot_top, self.width, self._foot)
        canvas.words((words,) if words else (), self._number, box)
        canvas.words(self._marks, self._mark, box, align="left", faint=True)

    def _heading_rows(self) -> list[tuple[str, ...]]:
        return self._rows_of(self.heading, self._beside)

    def _rows_of(self, parts: tuple[str, ...], beside: float = 0.0) -> list[tuple[str, ...]]:
        """Parts side by side as far as they fit; a part too long for a line alone is broken."""
        rows: list[list[str]] = []
        room = self.width - beside
        used = room + 1
        for part in (line for words in parts for line in self._line.wrap(words, room)):
            wide = self._line.width(part)
            if used + GAP + wide > room:
                rows.append([])
                used = -GAP
            rows[-1].append(part)
            used += GAP + wide
        return [tuple(row) for row in rows]

    def _spread(
        self, canvas: Canvas, parts: tuple[str, ...], y: float, height: float, beside: float = 0.0
    ) -> None:
        widths = [self._line.width(part) for part in parts]
        gap = (self.width - beside - sum(widths)) / (len(parts) - 1) if len(parts) > 1 else 0.0
        x = self.left
        for part, wide in zip(parts, widths, strict=True):
            canvas.words((part,), self._line, (x, y, wide, height), align="left")
            x += wide + gap
