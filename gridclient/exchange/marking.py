"""Marks put into the parts of a packed workbook as they stand: whatever else is in it stays byte for byte.

Only rows that bear a mark are taken apart, so charts, pictures and the results of formulas are kept, and ten thousand
rows take a second. A workbook written in another way than offices write theirs is :class:`Unusual`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
import re
from xml.sax.saxutils import escape, unescape
import zipfile

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import column_index_from_string, get_column_letter

from gridclient.exchange.remarks import Remarks
from gridclient.exchange.styling import Styles

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
STRICT = "http://purl.oclc.org/ooxml/"  # what a workbook in the strict sort of this format calls its elements
NOTES_WIDTH = 60  # characters
PRESSED = 3  # how hard the copy is pressed: twice as fast as usual, a tenth larger
_SHEET = re.compile(r"<sheet [^>]*>")
_RELATION = re.compile(r"<Relationship [^>]*>")
_ROW = re.compile(r"<row\b([^>]*?)(?:/>|>(.*?)</row>)", re.DOTALL)
_CELL = re.compile(r"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_COLUMN = re.compile(r"<col [^>]*/>")
_FOLLOWERS = re.compile(
    r"<(?:legacyDrawingHF|drawingHF|picture|oleObjects|controls|webPublishItems|tableParts|extLst)\b|</worksheet>"
)
Tell = Callable[[int, int], None]


class Unusual(Exception):
    """Nothing can be put into these parts with certainty."""


@dataclass(frozen=True)
class Marks:
    """What is to be marked on one sheet: the column of reasons, from 1, below its head in row ``head``.

    ``reasons`` are by row, ``cells`` by place: severity, and what is wrong there. Of rows below the head only those in
    ``seen`` are shown, all when it is None.
    """

    column: int
    head: int
    title: str
    reasons: Mapping[int, str]
    cells: Mapping[str, tuple[str, str]]
    seen: frozenset[int] | None = None


def marked(content: bytes, sheets: Mapping[str, Marks], tell: Tell) -> bytes:
    """The workbook with its sheets marked; ``tell`` is called with rows done and rows in all, and may raise."""
    with zipfile.ZipFile(BytesIO(content)) as old:
        names = old.namelist()
        if "xl/styles.xml" not in names or any("vbaProject" in name for name in names):
            raise Unusual
        parts = _Parts(old)
        if STRICT in parts.text("xl/workbook.xml"):
            raise Unusual
        styles = Styles(parts.text("xl/styles.xml"))
        paths, done = _paths(parts), 0
        total = sum(len(marks.reasons) for marks in sheets.values()) or 1
        for number, (name, marks) in enumerate(sheets.items(), 1):
            if name not in paths:
                raise Unusual
            tell(done, total)
            _mark_sheet(parts, paths[name], marks, styles, number)
            done += len(marks.reasons)
        parts.put("xl/styles.xml", styles.text)
        return parts.packed(lambda: tell(total, total))


class _Parts:
    """The parts of a packed file, those put anew before those it has."""

    def __init__(self, old: zipfile.ZipFile) -> None:
        self._old, self._new = old, dict[str, str]()

    def text(self, name: str) -> str:
        try:
            told = self._new[name] if name in self._new else self._old.read(name).decode("utf-8-sig")
        except (KeyError, UnicodeDecodeError) as error:
            raise Unusual from error
        return told

    def has(self, name: str) -> bool:
        return name in self._new or name in self._old.namelist()

    def put(self, name: str, told: str) -> None:
        self._new[name] = told

    def packed(self, tell: Callable[[], None]) -> bytes:
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=PRESSED) as new:
            for name in dict.fromkeys([*self._old.namelist(), *self._new]):
                tell()
                told = self._new.get(name)
                new.writestr(name, self._old.read(name) if told is None else told.encode("utf-8"))
        return buffer.getvalue()


def _paths(parts: _Parts) -> dict[str, str]:
    """Sheet → the path of its part."""
    targets = _targets(parts, "xl/workbook.xml")
    found = {}
    for told in _SHEET.findall(parts.text("xl/workbook.xml")):
        relation = re.search(r':id="([^"]*)"', told)
        if relation and relation[1] in targets:
            found[_value(told, "name")] = targets[relation[1]][1]
    return found


def _targets(parts: _Parts, path: str) -> dict[str, tuple[str, str]]:
    """Relation → the last word of its sort, and the path of the part it leads to."""
    relations = _relations_of(path)
    found = {}
    for told in _RELATION.findall(parts.text(relations)) if parts.has(relations) else ():
        target = _value(told, "Target")
        whole = target if target.startswith("/") else str(PurePosixPath("/", path).parent / target)
        found[_value(told, "Id")] = _value(told, "Type").rpartition("/")[2], _straight(whole)
    return found


def _relations_of(path: str) -> str:
    place = PurePosixPath(path)
    return str(place.parent / "_rels" / f"{place.name}.rels")


def _straight(path: str) -> str:
    """A path from the root without steps back."""
    kept: list[str] = []
    for step in path.strip("/").split("/"):
        kept = kept[:-1] if step == ".." else [*kept, step]
    return "/".join(kept)


def _value(told: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', told)
    return unescape(found[1], {"&quot;": '"', "&apos;": "'"}) if found else ""


def _mark_sheet(parts: _Parts, path: str, marks: Marks, styles: Styles, number: int) -> None:
    told = parts.text(path)
    at, end = told.find("<sheetData>"), told.rfind("</sheetData>")
    body = told[at:end]
    if (
        at < 0
        or "<!--" in body
        or "<![CDATA[" in body
        or len(re.findall(r"<row\b[^>]*\br=", body)) != body.count("<row")
    ):
        raise Unusual
    body = _Rows(marks, styles).marked(body)
    tail = told[end:]
    if marks.cells:
        tail = _with_remarks(parts, path, tail, marks, number)
    parts.put(path, _widened(told[:at], marks.column) + body + tail)


class _Rows:
    """Goes through the rows of a sheet and puts the marks in."""

    def __init__(self, marks: Marks, styles: Styles) -> None:
        self.marks, self.styles = marks, styles
        self.done: set[int] = set()
        self.wanted = {marks.head, *marks.reasons}
        self.cells: dict[int, dict[int, str]] = {}
        for place, (severity, _why) in marks.cells.items():
            letters = place.rstrip("0123456789")
            self.cells.setdefault(int(place[len(letters) :]), {})[column_index_from_string(letters)] = (
                severity
            )

    def marked(self, body: str) -> str:
        told = _ROW.sub(self._row, body)
        if self.done != self.wanted:
            raise Unusual
        return told

    def _row(self, found: "re.Match[str]") -> str:
        row = int(_value(found[1], "r"))
        told = self._shown(found, row)
        if row not in self.wanted:
            return told
        self.done.add(row)
        head, inside = re.sub(r'\s+spans="[^"]*"', "", _opening(told)), found[2] or ""
        return f"{head}{self._inside(row, inside)}</row>"

    def _shown(self, found: "re.Match[str]", row: int) -> str:
        """The row as it was, seen or hidden."""
        if self.marks.seen is None or row <= self.marks.head:
            return found[0]
        told = re.sub(r'\s+hidden="[^"]*"', "", found[1])
        hidden = "" if row in self.marks.seen else ' hidden="1"'
        return f"<row{told}{hidden}" + found[0][4 + len(found[1]) :]

    def _inside(self, row: int, inside: str) -> str:
        cells = {}
        for found in _CELL.finditer(inside):
            letters = _value(found[1], "r").rstrip("0123456789")
            if not letters:
                raise Unusual
            cells[column_index_from_string(letters)] = found[1], found[0][2 + len(found[1]) :]
        for column, severity in self.cells.get(row, {}).items():
            told, rest = cells.get(column, (f' r="{get_column_letter(column)}{row}"', "/>"))
            style = self.styles.filled(int(_value(told, "s") or 0), severity)
            cells[column] = re.sub(r'\s+s="[^"]*"', "", told) + f' s="{style}"', rest
        reason = self.marks.title if row == self.marks.head else self.marks.reasons[row]
        style = self.styles.bold if row == self.marks.head else self.styles.wrapped
        place = f"{get_column_letter(self.marks.column)}{row}"
        words = f'><is><t xml:space="preserve">{_clean(reason)}</t></is></c>'
        cells[self.marks.column] = f' r="{place}" s="{style}" t="inlineStr"', words
        return "".join(f"<c{told}{rest}" for _column, (told, rest) in sorted(cells.items()))


def _opening(told: str) -> str:
    """The beginning of a row, open even where it was closed at once."""
    opening = told[: told.index(">") + 1]
    return opening[:-2] + ">" if opening.endswith("/>") else opening


def _clean(words: str) -> str:
    return escape(ILLEGAL_CHARACTERS_RE.sub("", words))


def _widened(head: str, column: int) -> str:
    """What stands before the rows, with room for the reasons in their column."""
    own = f'<col min="{column}" max="{column}" width="{NOTES_WIDTH}" customWidth="1"/>'
    at = head.find("<cols>")
    if at < 0:
        return f"{head}<cols>{own}</cols>"
    kept = []
    for told in _COLUMN.findall(head[at:]):
        first, last = int(_value(told, "min")), int(_value(told, "max"))
        for left, right in ((first, min(last, column - 1)), (max(first, column + 1), last)):
            if left <= right:
                span = re.sub(r'\bmax="\d+"', f'max="{right}"', re.sub(r'\bmin="\d+"', f'min="{left}"', told))
                kept.append((left, span))
    told = "".join(span for _left, span in sorted([*kept, (column, own)]))
    return f"{head[:at]}<cols>{told}</cols>{head[head.index('</cols>') + 7 :]}"


def _with_remarks(parts: _Parts, path: str, tail: str, marks: Marks, number: int) -> str:
    """Put what is wrong beside its cells as comments; returns what stands after the rows, which leads to them."""
    targets = _targets(parts, path)
    there = {sort: target for sort, target in targets.values() if sort in ("comments", "vmlDrawing")}
    drawing = re.search(r'<legacyDrawing [^>]*:id="([^"]*)"[^>]*/>', tail)
    if drawing:
        there["vmlDrawing"] = targets.get(drawing[1], ("", ""))[1]
    names = {"comments": f"xl/comments_marked{number}.xml", "vmlDrawing": f"xl/drawings/marked{number}.vml"}
    words, shapes = (parts.text(there[sort]) if sort in there else "" for sort in names)
    remarks = Remarks(words, shapes, number)
    for place, (_severity, why) in marks.cells.items():
        remarks.add(place, _clean(why))
    new = ""
    for sort, content in zip(names, (remarks.comments, remarks.shapes), strict=True):
        parts.put(there.get(sort, names[sort]), content)
        if sort not in there:
            new += f'<Relationship Id="rIdMarked_{sort}" Type="{OFFICE}/{sort}" Target="/{names[sort]}"/>'
    if new:
        _relate(parts, path, new)
        _name_sorts(parts, names["comments"] if "comments" not in there else "")
    if drawing:
        return tail
    mark = f'<legacyDrawing xmlns:r="{OFFICE}" r:id="rIdMarked_vmlDrawing"/>'
    found = _FOLLOWERS.search(tail)
    if found is None or "vmlDrawing" in there:
        raise Unusual
    return tail[: found.start()] + mark + tail[found.start() :]


def _relate(parts: _Parts, path: str, new: str) -> None:
    name = _relations_of(path)
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    blank = f'<?xml version="1.0" encoding="UTF-8"?>\n<Relationships xmlns="{space}"></Relationships>'
    told = parts.text(name) if parts.has(name) else blank
    if "</Relationships>" not in told:
        told = re.sub(r"(<Relationships[^>]*)/>", r"\1></Relationships>", told)
    parts.put(name, told.replace("</Relationships>", f"{new}</Relationships>"))


def _name_sorts(parts: _Parts, comments: str) -> None:
    """Say of what sort the new parts are."""
    told = parts.text("[Content_Types].xml")
    more = f'<Override PartName="/{comments}" ContentType="{COMMENTS}"/>' if comments else ""
    if not re.search(r'Extension="vml"', told, re.IGNORECASE):
        more = f'<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>{more}'
    parts.put("[Content_Types].xml", told.replace("</Types>", f"{more}</Types>"))
