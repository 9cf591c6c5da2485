"""One worksheet as a sheet of paper: its page, cell styles, the lines above a table and the signatures below it."""

from collections.abc import Sequence
from itertools import pairwise
import re
from typing import Any

from gridclient.ledger import codes
from gridclient.ledger.sheet import Column, Sheet
from gridclient.ledger.words import Ruler, plain_measure

POINTS = 72 / 25.4  # to a mm
PIXELS = 96 / 25.4  # to a mm
PAPERS = {"A4": 9, "A3": 8}
NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d+)?")
FONT = "宋体"
BOOK = {  # the unit of Excel's column widths follows from the usual font
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "default_format_properties": {"font_name": FONT, "font_size": 11, "font_scheme": False},
    "default_column_width": 72,
    "default_row_height": 18,
}
LINE_SIZE = 10.5  # pt: what stands above and below a table
FOOT = 0.22  # inches: the page number
LEFT_SHARE = 0.4  # of the foot, which the small line leaves to the number of the page in the middle
TALL = 1.5  # a line of a title, in its size


class Styles:
    """The few cell styles, made once for each workbook."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[Any, ...], Any] = {}

    def get(
        self,
        size: float,
        *,
        bold: bool = False,
        border: bool = True,
        align: str = "center",
        text: bool = False,
    ) -> Any:
        key = (size, bold, border, align, text)
        if key not in self._made:
            look: dict[str, Any] = {"font_name": FONT, "font_size": size, "bold": bold, "align": align}
            look |= {"valign": "vcenter", "text_wrap": True, "border": 1 if border else 0}
            look |= {"num_format": "@"} if text else {}
            self._made[key] = self._book.add_format(look)
        return self._made[key]


class Worksheet:
    """What a register and a card have in common: the paper, the lines above and the signatures below."""

    def __init__(self, tab: Any, sheet: Sheet, styles: Styles) -> None:
        self.tab = tab
        self.sheet = sheet
        self.styles = styles
        self.edges: Sequence[float] = ()
        self.used = 0.0  # pt: the height of all rows given one
        self._set_page()

    def _set_page(self) -> None:
        paper, tab = self.sheet.paper, self.tab
        top, right, bottom, left = (side / 25.4 for side in paper.margins)
        tab.set_paper(PAPERS[paper.size])
        if paper.landscape:
            tab.set_landscape()
        tab.set_margins(left + paper.binding / 25.4, right, top, bottom + FOOT)
        tab.fit_to_pages(1, 0)
        tab.center_horizontally()
        fits = len(Ruler(plain_measure, 8.0).wrap(self.sheet.mark, paper.frame[2] * LEFT_SHARE)) <= 1
        mark = self.sheet.mark.replace("&", "&&")
        gap = " " * mark[:1].isdigit()  # a digit would be read as one of the size
        tab.set_footer(f"&L&{8 if fits else 6}{gap}{mark}&C&9第 &P 页 共 &N 页", {"margin": bottom})

    def above(self, count: int, heading: Sequence[str], row: int = 0) -> int:
        """Title and lines over ``count`` columns from ``row`` on; gives the next free row."""
        lines = [(self.sheet.title, 18.0, True), *((words, 12.0, False) for words in self.sheet.subtitles)]
        for words, size, bold in lines:
            self.across(row, 0, count, words, self.styles.get(size, bold=bold, border=False))
            ruler = Ruler(plain_measure, size, bold=bold)
            self.height(row, len(ruler.wrap(words, self.sheet.paper.frame[2])) * size * TALL)
            row += 1
        if heading:
            self.height(row, 18.0 * self.parts(row, count, heading))
            row += 1
        return row

    def signatures(self, row: int, count: int) -> None:
        if self.sheet.signatures:
            self.height(row, max(26.0, 18.0 * self.parts(row, count, self.sheet.signatures)))

    def height(self, row: int, points: float) -> None:
        """Make a row so high."""
        self.tab.set_row(row, points)
        self.used += points

    def across(self, row: int, first: int, count: int, words: str, style: Any) -> None:
        """One cell over so many columns."""
        if count > 1:
            self.tab.merge_range(row, first, row, first + count - 1, "", style)
        self.tab.write_string(row, first, words, style)

    def code(self, row: int, column: int, reference: str, side: float) -> None:
        """The code as a picture that stays with its cell, ``side`` mm wide with the white around it."""
        scale = side * PIXELS / codes.PICTURE
        about: dict[str, Any] = {
            "x_scale": scale,
            "y_scale": scale,
            "x_offset": 2,
            "y_offset": 2,
            "object_position": 1,
        }
        about |= {"image_data": codes.picture(reference), "description": reference}
        self.tab.insert_image(row, column, f"{reference}.png", about)

    def parts(self, row: int, count: int, parts: Sequence[str]) -> int:
        """Parts of one line, each over columns as wide as its words; joined when there are fewer columns than parts.

        Gives how many lines the longest takes in its columns.
        """
        parts = parts if len(parts) <= count else ("　　".join(parts),)
        edges = self._shares(count, parts)
        for number, words in enumerate(parts):
            last = number == len(parts) - 1 and number > 0
            style = self.styles.get(LINE_SIZE, border=False, align="right" if last else "left")
            self.across(row, edges[number], edges[number + 1] - edges[number], words, style)
        ruler = Ruler(plain_measure, LINE_SIZE)
        rooms = (self.edges[end] - self.edges[start] for start, end in pairwise(edges))
        return max(len(ruler.wrap(words, room)) for words, room in zip(parts, rooms, strict=True))

    def _shares(self, count: int, parts: Sequence[str]) -> list[int]:
        """The first column of each part, and the end: where they would stand on paper, as far as the columns allow."""
        wide = [plain_measure(words, LINE_SIZE, False) for words in parts]
        spare = (self.edges[count] - sum(wide)) / len(parts)
        least = [0]
        for place, width in enumerate(wide[:-1], 1):
            most, start = count - len(parts) + place, self.edges[least[-1]] + width
            least.append(next((c for c in range(least[-1] + 1, most) if self.edges[c] >= start), most))
        found = [count]
        for place in range(len(parts) - 1, 0, -1):
            end, at = self.edges[found[0]] - wide[place], sum(wide[:place]) + place * spare
            free = [c for c in range(least[place], found[0]) if self.edges[c] <= end] or [least[place]]
            found.insert(0, min((abs(self.edges[column] - at), column) for column in free)[1])
        return [0, *found]

    def widths(self, edges: Sequence[float]) -> None:
        """Columns between these edges, in mm."""
        self.edges = edges
        for index, (left, right) in enumerate(pairwise(round(edge * PIXELS) for edge in edges)):
            self.tab.set_column_pixels(index, index, right - left)

    def heads(self, row: int, columns: Sequence[Column], size: float) -> None:
        style = self.styles.get(size, bold=True)
        for index, column in enumerate(columns):
            self.tab.write_string(row, index, column.label, style)

    def body(
        self, row: int, columns: Sequence[Column], cells: Sequence[str], size: float, *, bold: bool = False
    ) -> None:
        for index, (column, words) in enumerate(zip(columns, cells, strict=True)):
            if column.kind == "code":
                self.tab.write_blank(row, index, None, self.styles.get(size))
            elif column.kind == "number" and NUMBER.fullmatch(words):
                style = self.styles.get(size, bold=bold, align=column.align)
                self.tab.write_number(row, index, float(words), style)
            else:
                style = self.styles.get(size, bold=bold, align=column.align, text=True)
                self.tab.write_string(row, index, words, style)
