"""Workbooks no program would write: the parts of a packed one by hand, and old compound files of a few records."""

from collections.abc import Callable, Sequence
from pathlib import Path
import re
import struct
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
XML = '<?xml version="1.0" encoding="UTF-8"?>'
GOOD = (
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    '<row r="2"><c r="A2" t="inlineStr"><is><t>赵某</t></is></c><c r="B2" t="str"><v>010100001</v></c></row>'
)
NONE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD  # marks among the numbers of sectors


def workbook(
    path: Path,
    rows: str,
    *,
    before: str = "",
    after: str = "",
    texts: Sequence[str] = ("<t>姓名</t>", "<t>户号</t>"),
    hidden: str = "",
    since_1904: bool = False,
) -> Path:
    """A workbook whose sheet 表 has these rows of XML; ``hidden`` are those of a second one nobody sees."""
    kinds = {
        "worksheet": ["worksheets/sheet1.xml", "worksheets/sheet2.xml"],
        "sharedStrings": ["sharedStrings.xml"],
    }
    kinds["styles"] = ["styles.xml"]
    named = [(kind, target) for kind, targets in kinds.items() for target in targets]
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(named, 1)
    )
    listed = (
        '<sheet name="表" sheetId="1" r:id="rId1"/><sheet name="暗" sheetId="2" state="hidden" r:id="rId2"/>'
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": _relations(
            f'<Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        ),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr date1904="{int(since_1904)}"/>'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(relations),
        "xl/worksheets/sheet1.xml": _sheet(rows, before, after),
        "xl/worksheets/sheet2.xml": _sheet(hidden),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{"".join(f"<si>{told}</si>" for told in map(_text, texts))}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, XML + content)
    return path


def merged(spans: Sequence[str]) -> str:
    """The end of a sheet that merges these cells."""
    cells = "".join(f'<mergeCell ref="{span}"/>' for span in spans)
    return f"<mergeCells>{cells}</mergeCells>"


def repacked(path: Path, to: Path, part: str, change: Callable[[str], str]) -> Path:
    """The workbook with one part changed."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            told = old.read(name).decode("utf-8")
            new.writestr(name, change(told) if name == part else told)
    return to


def claiming(content: bytes, part: str, size: int) -> bytes:
    """A packed file whose list says that a part is of this size."""
    told = bytearray(content)
    for found in re.finditer(rb"PK\x01\x02", content):
        at = found.start()
        (length,) = struct.unpack_from("<H", content, at + 28)
        if content[at + 46 : at + 46 + length] == part.encode():
            struct.pack_into("<I", told, at + 24, size)
    return bytes(told)


def biff(
    cells: Sequence[tuple[int, int]],
    *,
    claims: tuple[int, int] = (2, 2),
    locked: bool = False,
    texts: Sequence[str] = (),
    claimed: int = 0,
) -> bytes:
    """The records of an old workbook with one sheet, its cells all 1; ``claims`` is how large it says to be.

    ``texts`` stand in column A, shared, of which it says to have ``claimed`` if that is more.
    """
    head = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    head += _record(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48)) if locked else b""
    shared = _shared(list(dict.fromkeys(texts)), claimed) if texts else b""
    length = len(_listed(0)) + len(shared) + len(_record(0x000A))
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 16, 0, 0, 0, 0))
    sheet += _record(0x0200, struct.pack("<IIHHH", 0, claims[0], 0, claims[1], 0))
    sheet += b"".join(_record(0x0203, struct.pack("<HHHd", row, column, 0, 1.0)) for row, column in cells)
    places = [list(dict.fromkeys(texts)).index(told) for told in texts]
    sheet += b"".join(_record(0x00FD, struct.pack("<HHHI", row, 0, 0, at)) for row, at in enumerate(places))
    return head + _listed(len(head) + length) + shared + _record(0x000A) + sheet + _record(0x000A)


def _shared(texts: Sequence[str], claimed: int) -> bytes:
    """Shared texts, cut into a record and those that go on after it, in the middle of a word."""
    told = struct.pack("<II", len(texts), claimed or len(texts))
    told += b"".join(struct.pack("<HB", len(text), 1) + text.encode("utf-16-le") for text in texts)
    cut = 8 + 3 + 2 * (len(texts[0]) // 2)
    return _record(0x00FC, told[:cut]) + _record(0x003C, b"\x01" + told[cut:])


def compound(name: str, content: bytes, *, padded: bool = True) -> bytes:
    """An OLE file with one stream of this name; one that is not ``padded`` to 4096 bytes lies in short sectors."""
    short = not padded and len(content) < 4096
    data = content.ljust(-(-max(len(content), 0 if short else 4096) // 512) * 512, b"\0")
    count = len(data) // 512
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    small = (2, 1) if short else (END, 0)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, *small, END, 0) + struct.pack(
        "<109I", 0, *[NONE] * 108
    )
    first = 3
    table = [TABLE, END, END, *range(first + 1, first + count), END]
    pieces = -(-len(content) // 64)
    shorts = [*range(1, pieces), END] if short else []
    root = _entry("Root Entry", 5, first if short else END, len(data) if short else 0, child=1)
    told = _entry(name, 2, 0 if short else first, len(content) if short else len(data))
    sectors = [_numbers(table), root + told + bytes(256), _numbers(shorts), data]
    return head + b"".join(sectors)


def circling(content: bytes, sector: int) -> bytes:
    """An OLE file with the chain of its list, or of its stream, running in a circle."""
    told = bytearray(content)
    at, to = ((1, 1), (3, 3))[sector]
    struct.pack_into("<I", told, 512 + at * 4, to)
    return bytes(told)


def _sheet(rows: str, before: str = "", after: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def _relations(told: str) -> str:
    return f'<Relationships xmlns="{PACKAGE}/relationships">{told}</Relationships>'


def _text(told: str) -> str:
    return told if told.startswith("<") else f"<t>{told}</t>"


def _record(sort: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", sort, len(content)) + content


def _listed(at: int) -> bytes:
    return _record(0x0085, struct.pack("<IBB", at, 0, 0) + b"\x02\x00AB")


def _numbers(told: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(told)}I", *told).ljust(512, b"\xff")


def _entry(name: str, kind: int, start: int, size: int, child: int = NONE) -> bytes:
    text = name.encode("utf-16-le")
    head = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text) + 2, kind, 1, NONE, NONE, child)
    return head + bytes(36) + struct.pack("<II", start, size) + bytes(4)
