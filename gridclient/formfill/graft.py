"""What openpyxl leaves out of a workbook is put back into the copy: pictures, charts, and the lists newer Excels write.

Parts are taken over as they are; only the rows that the lists of ``extLst`` stand for are brought up to date.
"""

from io import BytesIO
from pathlib import PurePosixPath
import re
from xml.etree import ElementTree
from zipfile import ZIP_DEFLATED, ZipFile

from gridclient.errors import UnreadableFile
from gridclient.formfill.room import Room

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
EXCEL = "{http://schemas.microsoft.com/office/excel/2006/main}"
SQREF = f"{EXCEL}sqref"
NEWER = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
DRAWN = f"{OFFICE}/drawing"
PARTS = ("xl/drawings/", "xl/media/", "xl/charts/", "xl/diagrams/")
ROWS = re.compile(r"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?")
AFTER_DRAWING = (
    "legacyDrawing",
    "legacyDrawingHF",
    "picture",
    "oleObjects",
    "controls",
    "tableParts",
    "extLst",
)


def graft(original: bytes, copy: bytes, sheet: str, room: Room) -> bytes:
    """``copy`` with the drawings and extensions of ``original``; the rows of ``sheet`` have moved as in ``room``."""
    with ZipFile(BytesIO(original)) as old, ZipFile(BytesIO(copy)) as new:
        parts = {name: new.read(name) for name in new.namelist()}
        there = _sheets(parts)
        drawn = False
        for name, path in _sheets({n: old.read(n) for n in old.namelist() if _is_frame(n)}).items():
            if name in there:
                moved = room if name == sheet else None
                drawn |= _graft_sheet(old, path, parts, there[name], moved)
        if drawn:
            _take_parts(old, parts)
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as out:
        for name, content in parts.items():
            out.writestr(name, content)
    return buffer.getvalue()


def _parsed(content: bytes) -> ElementTree.Element:
    """One part as XML; UnreadableFile when it defines entities, which no workbook needs and a bomb is made of."""
    if b"<!DOCTYPE" in content:
        raise UnreadableFile("文件不完整或已损坏", "请在 Excel 或 WPS 中打开它，另存一份再选。")
    return ElementTree.fromstring(content)  # noqa: S314 - without entities it holds nothing but itself


def newer_lists(original: bytes, sheet: str) -> list[tuple[str, str]]:
    """The drop-down lists of a sheet as newer Excels write them: where their words stand, and for which cells."""
    with ZipFile(BytesIO(original)) as book:
        path = _sheets({name: book.read(name) for name in book.namelist() if _is_frame(name)}).get(sheet, "")
        content = book.read(path) if path in book.namelist() else b""
    found = _parsed(content).find(f"{MAIN}extLst") if b"<extLst" in content else None
    rules = found.iter(f"{NEWER}dataValidation") if found is not None else ()
    return [
        (rule.findtext(f"{NEWER}formula1/{EXCEL}f", ""), rule.findtext(SQREF, ""))
        for rule in rules
        if rule.get("type") == "list"
    ]


def _is_frame(name: str) -> bool:
    return name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")


def _sheets(parts: dict[str, bytes]) -> dict[str, str]:
    """Sheet name → the path of its part."""
    frame = _parsed(parts["xl/workbook.xml"])
    targets = {r.get("Id"): r.get("Target", "") for r in _relations(parts["xl/_rels/workbook.xml.rels"])}
    found = {}
    for one in frame.iter(f"{MAIN}sheet"):
        target = targets.get(one.get(f"{{{OFFICE}}}id"), "")
        found[one.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found


def _relations(content: bytes) -> list[ElementTree.Element]:
    return list(_parsed(content).iter(RELATION))


def _relations_of(path: str) -> str:
    place = PurePosixPath(path)
    return str(place.parent / "_rels" / f"{place.name}.rels")


def _graft_sheet(old: ZipFile, path: str, parts: dict[str, bytes], to: str, room: Room | None) -> bool:
    """Put the drawing and the extensions of one sheet back; True when it has a drawing."""
    extension = _extension(old.read(path), room)
    drawing = _drawing(old, path)
    if not extension and not drawing:
        return False
    text = parts[to].decode("utf-8")
    if drawing:
        text = _with_drawing(text, parts, to, drawing)
    if extension and "<extLst" not in text:
        text = text.replace("</worksheet>", f"{extension}</worksheet>")
    parts[to] = text.encode("utf-8")
    return bool(drawing)


def _drawing(old: ZipFile, path: str) -> str:
    """The path of the drawing of a sheet, from the root; empty when it has none."""
    relations = _relations_of(path)
    if relations not in old.namelist():
        return ""
    for one in _relations(old.read(relations)):
        if one.get("Type") == DRAWN:
            target = one.get("Target", "")
            return target if target.startswith("/") else f"/xl/{target.removeprefix('../')}"
    return ""


def _with_drawing(text: str, parts: dict[str, bytes], to: str, drawing: str) -> str:
    """The sheet with a reference to the drawing, in the place the format wants it."""
    name = "rIdGraft"
    relation = f'<Relationship Id="{name}" Type="{DRAWN}" Target="{drawing}"/>'
    kept = parts.get(_relations_of(to), b"").decode("utf-8")
    if kept:
        kept = re.sub(rf'<Relationship [^>]*{re.escape(DRAWN)}"[^>]*/>', "", kept)
        kept = kept.replace("</Relationships>", f"{relation}</Relationships>")
    else:
        space = RELATION[1:].partition("}")[0]
        kept = f'<Relationships xmlns="{space}">{relation}</Relationships>'
    parts[_relations_of(to)] = kept.encode("utf-8")
    text = re.sub(r"<drawing [^>]*/>", "", text)
    mark = f'<drawing xmlns:r="{OFFICE}" r:id="{name}"/>'
    followers = [at for tag in AFTER_DRAWING if (at := text.find(f"<{tag}")) >= 0]
    at = min(followers, default=text.rindex("</worksheet>"))
    return text[:at] + mark + text[at:]


def _extension(content: bytes, room: Room | None) -> str:
    """The ``extLst`` of a sheet by itself, its rows moved; empty when it has none."""
    if b"<extLst" not in content:
        return ""
    found = _parsed(content).find(f"{MAIN}extLst")
    if found is None:
        return ""
    for cells in found.iter(SQREF) if room else ():
        cells.text = ROWS.sub(lambda one: _moved(one, room), cells.text or "")  # type: ignore[arg-type]
    return ElementTree.tostring(found, encoding="unicode")


def _moved(found: re.Match[str], room: Room) -> str:
    column, row, other, end = found.groups()
    first, last = room.stretched(int(row), int(end or row))
    if int(row) <= room.body <= int(end or row):
        last = max(last, room.last)
    return f"{column}{first}:{other or column}{last}" if last > first else f"{column}{first}"


def _take_parts(old: ZipFile, parts: dict[str, bytes]) -> None:
    """Take the parts of drawings over, and say of what type they are."""
    own = "xl/drawings/commentsDrawing"
    for name in [
        n for n in parts if n.startswith(PARTS) and not n.startswith(own) and "vml" not in n.lower()
    ]:
        del parts[name]
    taken = [n for n in old.namelist() if n.startswith(PARTS) and n not in parts and not n.endswith(".vml")]
    parts |= {name: old.read(name) for name in taken}
    types = _parsed(parts["[Content_Types].xml"])
    for one in [one for one in types if one.get("PartName", "").lstrip("/") not in ("", *parts)]:
        types.remove(one)
    known = {(one.tag, one.get("Extension") or one.get("PartName")) for one in types}
    for one in _parsed(old.read("[Content_Types].xml")):
        wanted = one.tag == f"{TYPES}Default" or one.get("PartName", "").lstrip("/") in taken
        if wanted and (one.tag, one.get("Extension") or one.get("PartName")) not in known:
            types.append(one)
    ElementTree.register_namespace("", TYPES[1:-1])
    parts["[Content_Types].xml"] = ElementTree.tostring(types, encoding="utf-8", xml_declaration=True)
