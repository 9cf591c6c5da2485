"""The data rows of a recognised sheet, read cell by cell: values by slot, and what is wrong, told by row and column."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
import re
from typing import Any

from gridclient import values
from gridclient.exchange.book import Cell, Row
from gridclient.exchange.cells import Flaw, Read, mended, reading, written
from gridclient.exchange.columns import Column, plain
from gridclient.exchange.forms import SILENT, Recognised
from gridclient.exchange.mapping import Word, choices_of, field_of

ERROR, WARNING, FIXED = "error", "warning", "fixed"
SEVERAL = re.compile(r"[；;\n、，,/]")
DITTO = frozenset({"同上", "〃", "″", "同前", "//"})
TOTALS = re.compile(r"^(小计|合计|总计|本页|累计|共计)|小计$|合计$")
SIGNED = re.compile(r"^(填表人|审核人|制表人|签字|盖章|负责人签字|填报单位|登记单位|签发人)")
FAILED = re.compile(
    r"#(N/A|REF!|DIV/0!|VALUE!|NAME\?|NULL!|NUM!|SPILL!|CALC!)"
)  # what a formula leaves that failed
NAMES = frozenset({"head_id", "document"})


@dataclass(frozen=True)
class Issue:
    """One thing about one cell (or row): error refuses the row, warning asks to look, fixed was put right."""

    sheet: str
    row: int
    column: str
    header: str
    severity: str
    kind: str
    why: str
    raw: str = field(default="", repr=False)
    slot: str = ""

    def masked(self) -> "Issue":
        """The same with the personal part of its value starred out: for a screen others see, and for files."""
        return replace(self, raw=_mask(self.slot, self.raw))


@dataclass(frozen=True)
class Skipped:
    """A row that is no record, and why."""

    sheet: str
    row: int
    why: str


@dataclass
class Line:
    """One data row: ``values`` by slot (only what is filled in), ``refused`` once it has an error.

    A ``torn`` row has not the cells of its head, so that nothing can be read from it.
    """

    sheet: str
    row: int
    values: dict[str, Any]
    columns: dict[str, Column] = field(repr=False)
    cells: Row = field(repr=False)
    issues: list[Issue] = field(default_factory=list, repr=False)
    refused: bool = False
    torn: bool = False

    def get(self, slot: str) -> Any:
        """The value of a slot; ``""`` when the cell is empty or the column not there."""
        return self.values.get(slot, "")

    def text(self, slot: str) -> str:
        """The value of a text slot."""
        return str(self.values.get(slot) or "")

    def tell(self, severity: str, slot: str, kind: str, why: str) -> None:
        """Note something about the cell of a slot."""
        column = self.columns.get(slot)
        raw = "" if column is None else _raw(self.cells[column.index])
        where, head = (column.letter, column.head) if column else ("", "")
        self.issues.append(Issue(self.sheet, self.row + 1, where, head, severity, kind, why, raw, slot))
        self.refused |= severity == ERROR

    def flaw(self, slot: str, flaw: Flaw, *, required: bool) -> None:
        """Note a flaw: an error in a required column, a hint elsewhere."""
        if flaw.kind:
            self.tell(ERROR if required and not flaw.lenient else WARNING, slot, flaw.kind, flaw.why)


class Sheet:
    """Reads the rows of one recognised sheet in order. ``skipped`` and ``rows_read`` are complete afterwards."""

    def __init__(self, found: Recognised, today: date) -> None:
        self.table, self.form, self.head = found.table, found.form, found.head
        self.skipped: list[Skipped] = []
        self.columns = [c for c in self.head.columns if c.slot and not c.slot.startswith(("!", SILENT))]
        self.by_slot: dict[str, Column] = {}
        for column in self.columns:
            self.by_slot.setdefault(column.slot, column)
        starred = {c.slot for c in self.columns if c.starred}
        must = {slot for slot in self.form.needs if _must(slot)}
        self.required = frozenset(starred | must if starred else self.form.needs)
        self._reads: list[tuple[Column, Read]] = [
            (c, reading(c.slot, head=c.head, today=today)) for c in self.columns
        ]
        self._heads = [plain(c.head.split("/")[0]) for c in self.columns]
        core = self.form.core & self.required
        self._core = {self.by_slot[slot].index for slot in core if slot in self.by_slot}
        self._known: dict[tuple[int, str], Any] = {}
        self._above: dict[int, Cell] = {}
        self._digest, self._settled = found.digest, found.words
        self._met: Counter[tuple[str, str, str]] = Counter()

    @property
    def words(self) -> list[Word]:
        """The words in columns answered from a list that no list has, and those a person settled."""
        told = self._settled
        return [
            Word(self._digest, slot, head, word, count, told.get(slot, {}).get(word))
            for (slot, head, word), count in self._met.items()
        ]

    def lines(self) -> Iterator[Line]:
        """The rows that are records, top to bottom; the others go to ``skipped``."""
        rows = self._spread()
        for row in range(self.head.body, len(rows)):
            why = self._no_record(self.table.rows[row], rows[row])
            if why:
                if why != SILENT:
                    self.skipped.append(Skipped(self.table.name, row + 1, why))
                continue
            yield self._line(row, rows[row])

    def _line(self, row: int, cells: Row) -> Line:
        line = Line(self.table.name, row, {}, self.by_slot, cells)
        if row in self.table.ragged:
            self._tear(line)
            return line
        for column, read in self._reads:
            cell = cells[column.index]
            if cell == "":
                continue
            if isinstance(cell, str) and cell.strip() in DITTO:
                cell = self._ditto(line, column)
            self._above[column.index] = cell
            self._cell(line, column, read, cell)
        return line

    def _tear(self, line: Line) -> None:
        """Refuse a row with more or fewer cells than its head, at the last column: that is where remarks stand."""
        last = max(self.head.columns, key=lambda column: column.index)
        raw = ",".join(map(_raw, line.cells[last.index :]))
        why = "这一行的格数与表头不一样，多半是有逗号没加引号"
        line.issues.append(
            Issue(line.sheet, line.row + 1, last.letter, last.head, ERROR, "csv_columns", why, raw, last.slot)
        )
        line.refused = line.torn = True

    def _cell(self, line: Line, column: Column, read: Read, cell: Cell) -> None:
        slot = column.slot
        if slot in self._settled:
            cell = self._stood_for(line, column, cell)
        known = self._known.get((column.index, cell)) if isinstance(cell, str) else None
        if known is not None:
            _keep(line.values, slot, known)
            return
        try:
            if isinstance(cell, str) and FAILED.fullmatch(cell):
                raise Flaw("formula_error", f"公式出错（{cell}），请在原表里改好")
            value = read(cell)
        except Flaw as flaw:
            line.flaw(slot, flaw, required=slot in self.required)
            if choices_of(slot) and flaw.kind != "formula_error":
                self._met[slot, column.head, flaw.word or values.tidy(written(cell))] += 1
            if flaw.value is not None:
                _keep(line.values, slot, flaw.value)
            return
        odd = mended(cell, value, slot) if value else None  # blanks alone are an empty cell
        if odd and not _is_choice(slot):
            line.tell(FIXED, slot, *odd)
        elif isinstance(cell, str) and isinstance(value, str) and len(self._known) < 50_000:
            self._known[column.index, cell] = value
        _keep(line.values, slot, value)

    def _stood_for(self, line: Line, column: Column, cell: Cell) -> Cell:
        """A cell with every word that a person settled replaced by what it stands for."""
        told, answers = self._settled[column.slot], choices_of(column.slot)
        text = values.tidy(written(cell))
        words = [text] if text in told else SEVERAL.split(text)
        met = [word for word in words if word in told]
        if not met:
            return cell
        self._met.update((column.slot, column.head, word) for word in met)
        meant = [answers.get(told[word], "") if word in told else word for word in words]
        line.tell(FIXED, column.slot, "settled", f"按您定的，当作“{'、'.join(filter(None, meant)) or '空'}”")
        return "；".join(filter(None, meant))

    def _ditto(self, line: Line, column: Column) -> Cell:
        line.tell(FIXED, column.slot, "ditto", "“同上”已换成上一行的内容")
        return self._above.get(column.index, "")

    def _spread(self) -> list[Row]:
        """The rows, with every cell merged downwards repeated in the rows it covers."""
        rows = list(self.table.rows)
        used = {c.index for c in self.columns if c.slot not in ("resident.name", "resident.id_number")}
        for top, left, bottom, _right in self.table.spans:
            if top < self.head.body or bottom == top or left not in used:
                continue
            for row in range(top + 1, min(bottom + 1, len(rows))):
                if rows[row][left] == "":
                    rows[row] = [*rows[row]]
                    rows[row][left] = rows[top][left]
        return rows

    def _no_record(self, bare: Row, spread: Row) -> str:
        """Why a row is no record; empty when it is one."""
        filled = [index for index, cell in enumerate(bare) if cell != "" and written(cell).strip()]
        if not filled:
            return "空行"
        first = values.BLANKS.sub("", written(bare[filled[0]]).translate(values.INVISIBLE))
        if self._repeats_head(spread):
            return "重复的表头"
        if TOTALS.search(first) and len(filled) < len(self.columns) / 2 + 1:
            return "合计行"
        if SIGNED.search(first):
            return "签字或说明行"
        if self._core and len(filled) < 3 and self._core.isdisjoint(filled):
            return "没有人的行"
        return ""

    def _repeats_head(self, cells: Row) -> bool:
        if plain(cells[self.columns[0].index]) != self._heads[0]:
            return False
        same = sum(plain(cells[c.index]) == head for c, head in zip(self.columns, self._heads, strict=True))
        return same > 2


def demand(line: Line, required: frozenset[str], excused: frozenset[str] = frozenset()) -> None:
    """Note every required slot that is empty and has no other trouble already; a hint is not enough for a record."""
    told = {issue.slot: issue.severity for issue in line.issues}
    for slot in sorted(required - excused):
        if slot in line.values or slot not in line.columns:
            continue
        head = plain(line.columns[slot].head)
        if slot not in told:
            line.tell(ERROR, slot, "required_missing", f"没有填{head}")
        elif _must(slot) and told[slot] != ERROR:
            line.tell(ERROR, slot, "required_missing", f"{head}不能空着，这一格读不出来")


def _keep(kept: dict[str, Any], slot: str, value: Any) -> None:
    if value is None or value == "" or value == []:
        return
    if isinstance(value, list) and slot in kept:
        kept[slot] = kept[slot] + [one for one in value if one not in kept[slot]]
    else:
        kept.setdefault(slot, value)


def _must(slot: str) -> bool:
    """True for a field no record can do without."""
    f = field_of(slot)
    return f is not None and f.required


def _is_choice(slot: str) -> bool:
    f = field_of(slot)
    return f is not None and f.kind in ("choice", "choices", "flag", "count", "amount")


def _raw(cell: Cell) -> str:
    return cell if isinstance(cell, str) else str(cell)


def _mask(slot: str, raw: str) -> str:
    f = field_of(slot)
    what = "id_number" if slot in NAMES else f.kind if f else ""
    if what == "id_number":
        return values.masked_id(raw.strip())
    if what in ("phone", "phones"):
        return values.masked_phone(raw.strip())
    return values.masked_name(raw.strip()) if what in ("name", "link", "links") else raw
