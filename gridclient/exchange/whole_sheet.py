"""How the whole book looks: heads that stay in sight, a filter, lists to choose from, and a first sheet that explains."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
import unicodedata

from gridclient.blanks import Field
from gridclient.exchange.book import Cell
from gridclient.exchange.whole_book import ABOUT, BODY, HEADS, LEFT_OUT, TITLE, Layout
from gridclient.fields import RECORDS

if TYPE_CHECKING:
    from gridclient.exchange.whole_out import Wanted

LEAST, WIDEST = 6, 40  # characters of a column
KEPT_IN_SIGHT = 3  # columns at most that stay while the others are scrolled
MEASURED = 300  # records whose words tell how wide a column is
INLINE = 255  # characters of a list that can be chosen from without a sheet of its own
SPARE = 200  # empty rows with lists to choose from
RULES = (
    "改：直接改格子。导回时只写回您改过的格子；导出以后电脑里也改过的，保留电脑里的，并给出提示。",
    "加：在最下面的空行里填，黄色表头必填。不要复制整行。指向别处的格子（户、楼栋等）照抄别的行里的写法。",
    "删：在表里删掉一行，导回时什么也不会删除。",
    "请不要改表头、隐藏的行和列。排序请用表头上的筛选按钮。",
    "走访、变动等只增不改的记录，只能加，不能改。",
)
CARE = "本文件有完整的证件号码和电话，请只用于上面写明的用途，用完删除。"


class About:
    """The first sheet."""

    def __init__(self, book: Any) -> None:
        self._book, self._tab = book, book.add_worksheet(ABOUT)

    def write(self, wanted: "Wanted", counts: Mapping[str, int]) -> None:
        """Say what this is, of when and by whom, how many of each kind, and how it goes back."""
        tab, book = self._tab, self._book
        bold, wrapped = (
            book.add_format({"bold": True}),
            book.add_format({"text_wrap": True, "valign": "vcenter"}),
        )
        tab.set_column(0, 0, 20)
        tab.set_column(1, 1, 12)
        tab.set_column(2, 2, 70)
        tab.write_string(
            0, 0, f"{wanted.unit} {TITLE}".strip(), book.add_format({"bold": True, "font_size": 16})
        )
        facts = {
            "导出时间": f"{wanted.at:%Y-%m-%d %H:%M}",
            "导出人": wanted.who,
            "范围": wanted.where or "本机全部",
            "用途": wanted.why,
        }
        row = 2
        for words, told in facts.items():
            tab.write_string(row, 0, words, bold)
            tab.write_string(row, 1, told)
            row += 1
        tab.write_string(row + 1, 0, CARE, book.add_format({"bold": True, "font_color": "#B3261E"}))
        row = self._rules(row + 3, bold)
        for column, words in enumerate(("资料", "条数", "")):
            tab.write_string(row, column, words, bold)
        for kind, spec in RECORDS.items():
            row += 1
            tab.write_string(row, 0, spec.title)
            if kind in counts:
                tab.write_number(row, 1, counts[kind])
            else:
                tab.write_string(row, 2, LEFT_OUT.get(kind, ""), wrapped)
        _paper(tab)

    def _rules(self, row: int, bold: Any) -> int:
        self._tab.write_string(row, 0, "改好后在“导入表格”里选这个文件，就能导回：", bold)
        for number, words in enumerate(RULES, 1):
            self._tab.write_string(row + number, 0, words)
        return row + len(RULES) + 2


class Tab:
    """One sheet of records."""

    def __init__(self, book: Any, name: str, layout: Layout) -> None:
        self.tab, self._layout = book.add_worksheet(name), layout
        self._text = book.add_format({"num_format": "@", "valign": "vcenter"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "vcenter", "align": "left"})
        self._moment = book.add_format(
            {"num_format": "yyyy-mm-dd hh:mm", "valign": "vcenter", "align": "left"}
        )
        self._second = book.add_format(
            {"num_format": "yyyy-mm-dd hh:mm:ss", "valign": "vcenter", "align": "left"}
        )
        self._number = book.add_format({"valign": "vcenter", "align": "center"})
        look = {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
        self._head = book.add_format(look | {"bg_color": "#E8EEF5"})
        self._must = book.add_format(look | {"bg_color": "#FFF2CC"})
        self._widths = [min(max(LEAST, _width(head) + 2), 18) for head in layout.heads]

    def row(self, number: int, cells: Sequence[Cell], hidden: Sequence[str]) -> None:
        """Write one record."""
        row = BODY + number
        for column, cell in enumerate(cells):
            if cell != "" and cell is not None:
                self._cell(row, column, cell)
                if number < MEASURED:
                    self._widths[column] = max(self._widths[column], min(WIDEST, _width(str(cell)) + 2))
        for column, text in enumerate(hidden, len(cells)):
            if text:
                self.tab.write_string(row, column, text, self._text)

    def finish(self, machine: Sequence[str], own: Sequence[str], count: int) -> None:
        """Write the heads, once it is known how many hidden columns there are, and make the sheet easy to use."""
        tab, fields, last = self.tab, self._layout.fields, BODY + max(count, 1) - 1
        heads = [*self._layout.heads, *own]
        for column, (name, head) in enumerate(zip(machine, heads, strict=True)):
            must = column < len(fields) and fields[column].required
            tab.write_string(0, column, name)
            tab.write_string(HEADS, column, head, self._must if must else self._head)
        for column, f in enumerate(fields):
            tab.set_column(column, column, self._widths[column], self._format(f))
            if words := _answers(f):
                tab.data_validation(BODY, column, last + SPARE, column, _choose(words))
        tab.set_column(len(fields), len(heads) - 1, 12, self._text, {"hidden": True})
        tab.set_row(0, None, None, {"hidden": True})
        tab.set_row(HEADS, 32)
        tab.freeze_panes(BODY, self._named())
        tab.autofilter(HEADS, 0, last, len(heads) - 1)
        tab.repeat_rows(HEADS)
        tab.print_area(HEADS, 0, last, len(fields) - 1)
        _paper(tab)

    def _named(self) -> int:
        """How many columns stay in sight: up to the one by which a record is called."""
        names = [f.name for f in self._layout.fields]
        places = [names.index(name) for name in self._layout.spec.naming if name in names]
        return min(min(places, default=0) + 1, KEPT_IN_SIGHT)

    def _cell(self, row: int, column: int, cell: Cell) -> None:
        if isinstance(cell, str):
            self.tab.write_string(row, column, cell, self._text)
        elif isinstance(cell, datetime):
            self.tab.write_datetime(row, column, cell, self._second if cell.second else self._moment)
        elif isinstance(cell, date):
            self.tab.write_datetime(row, column, cell, self._day)
        else:
            self.tab.write_number(row, column, cell, self._number)

    def _format(self, f: Field) -> Any:
        by_kind = {"day": self._day, "moment": self._moment, "count": self._number, "amount": self._number}
        return by_kind.get(f.kind, self._text)


def _answers(f: Field) -> list[str]:
    """The words to choose from; none when they are too many, or hold the sign that parts them."""
    words = (
        ["是", "否"] if f.kind == "flag" else [one.label for one in f.offers] if f.kind == "choice" else []
    )
    fits = len(",".join(words)) <= INLINE and not any("," in one for one in words)
    return words if fits else []


def _choose(words: list[str]) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": words,
        "error_title": "请从下拉里选",
        "error_message": "只能填下拉里有的。",
    }


def _paper(tab: Any) -> None:
    tab.set_landscape()
    tab.set_paper(9)  # A4
    tab.fit_to_pages(1, 0)


def _width(text: str) -> int:
    """Characters a text takes in its widest line: Chinese ones count twice."""
    wide = (
        sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in part)
        for part in text[:200].split("\n")
    )
    return max(wide, default=0)
