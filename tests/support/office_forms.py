"""Departments' forms as offices make them: a logo, merged heads, lists to choose from, a total and a signature."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from openpyxl import Workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation

THIN = Side("thin")
PICTURE = b"\x89PNG\r\n\x1a\n not looked at"
DRAWING = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing"


def full_form(path: Path, *, rows: int = 2) -> Path:
    """A form with title and unit rows, a two-row head, ``rows`` rows for data, a total and a signature."""
    book = Workbook()
    tab = book.active
    tab.title = "登记表"
    tab["A1"], tab["A2"] = "老年人基本情况登记表", "填报单位：桂花社区"
    tab.merge_cells("A1:J1")
    heads = ["序号", "姓名*", "性别", "身份证号*", "住址", None, "年龄", "文化程度*", "宗教信仰", "领导批示"]
    for column, head in enumerate(heads, 1):
        tab.cell(4, column, head)
        if column not in (5, 6):
            tab.merge_cells(start_row=4, end_row=5, start_column=column, end_column=column)
    tab.merge_cells("E4:F4")
    tab["E5"], tab["F5"] = "楼栋", "室号"
    for row in range(6, 6 + rows):
        tab.row_dimensions[row].height = 27
        for column in range(1, 11):
            cell = tab.cell(row, column)
            cell.border, cell.font = Border(THIN, THIN, THIN, THIN), Font("仿宋", 12)
    tab["B6"], tab["D6"] = "张三", "519901197001010001"
    foot = 6 + rows
    tab.cell(foot, 1, "合计")
    tab.cell(foot, 7, f"=SUM(G6:G{foot - 1})")
    tab.cell(foot, 7).fill = PatternFill("solid", "FFFF00")
    tab.cell(foot + 1, 1, "制表人：            审核人：")
    tab.merge_cells(start_row=foot + 1, end_row=foot + 1, start_column=1, end_column=10)
    tab.row_dimensions[foot + 1].height = 40
    for cells, words in (("C6:C200", '"男,女"'), (f"H6:H{foot - 1}", "字典!$A$1:$A$3")):
        rule = DataValidation(type="list", formula1=words)
        rule.add(cells)
        tab.add_data_validation(rule)
    tab.conditional_formatting.add(
        f"G6:G{foot - 1}", CellIsRule(operator="greaterThan", formula=["80"], font=Font(bold=True))
    )
    tab.column_dimensions["D"].width = 24
    tab.print_area, tab.print_title_rows = f"A1:J{foot + 1}", "4:5"
    tab.page_setup.orientation = "landscape"
    other = book.create_sheet("字典")
    for row, words in enumerate(("初中毕业", "高中", "本科"), 1):
        other.cell(row, 1, words)
    other["C1"] = f"=登记表!G{foot}"
    book.save(path)
    return path


def plain_form(path: Path, heads: list[str], example: list[object] | None = None) -> Path:
    """Heads in the first row and nothing else, or one row of an example."""
    book = Workbook()
    tab = book.active
    tab.append(heads)
    if example:
        tab.append(example)
    book.save(path)
    return path


def with_logo(path: Path) -> Path:
    """The same file with a picture on its first sheet, as Excel keeps one."""
    with ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    there = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    parts[sheet] = parts[sheet].replace(
        b"</worksheet>", f'<drawing {there} r:id="rId1"/></worksheet>'.encode()
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    link = f'<Relationships xmlns="{space}"><Relationship Id="rId1" Type="%s" Target="%s"/></Relationships>'
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = (link % (DRAWING, "../drawings/drawing1.xml")).encode()
    image = DRAWING.replace("drawing", "image")
    parts["xl/drawings/_rels/drawing1.xml.rels"] = (link % (image, "../media/image1.png")).encode()
    parts["xl/drawings/drawing1.xml"] = (
        b'<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"/>'
    )
    parts["xl/media/image1.png"] = PICTURE
    types = (
        b'<Default Extension="png" ContentType="image/png"/><Override PartName="/xl/drawings/drawing1.xml" '
        b'ContentType="application/vnd.openxmlformats-officedocument.drawing+xml"/></Types>'
    )
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", types)
    buffer = BytesIO()
    with ZipFile(buffer, "w") as out:
        for name, content in parts.items():
            out.writestr(name, content)
    path.write_bytes(buffer.getvalue())
    return path


def with_newer_list(path: Path, cells: str, words: str) -> Path:
    """The same file with a drop-down list as newer Excels write one that stands on another sheet."""
    with ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    excel = "http://schemas.microsoft.com/office"
    more = (
        f'<extLst><ext xmlns:x14="{excel}/spreadsheetml/2009/9/main" uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}">'
        f'<x14:dataValidations xmlns:xm="{excel}/excel/2006/main" count="1"><x14:dataValidation type="list">'
        f"<x14:formula1><xm:f>{words}</xm:f></x14:formula1><xm:sqref>{cells}</xm:sqref>"
        "</x14:dataValidation></x14:dataValidations></ext></extLst></worksheet>"
    )
    parts[sheet] = parts[sheet].replace(b"</worksheet>", more.encode())
    buffer = BytesIO()
    with ZipFile(buffer, "w") as out:
        for name, content in parts.items():
            out.writestr(name, content)
    path.write_bytes(buffer.getvalue())
    return path
