"""The sheets of an Excel file, through python-calamine, and what can be wrong with such a file."""

from io import BytesIO
import math
import zipfile
import zlib

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from gridclient.errors import UnreadableFile
from gridclient.exchange.book import Cell, Row, Table, letter, levelled
from gridclient.exchange.measure import CELLS_LIMIT, Malformed, TooMuch, measured
from gridclient.exchange.old_book import Locked, check

ROW_LIMIT = 100_000
COLUMN_LIMIT = 512
SPANS_LIMIT = 200_000  # merged cells of a sheet
PARTS_LIMIT = 20_000  # files packed into one
NAMED = 5  # cells told by name

Wrong = dict[str, dict[tuple[int, int], str]]  # sheet → (row, column) from 0 → the error a cell shows
AGAIN = "请在 Excel 或 WPS 中打开它，另存为 .xlsx 后再导入。"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def workbook(content: bytes) -> tuple[list[Table], tuple[str, ...]]:
    """The visible sheets and the names of the hidden ones; UnreadableFile says why there are none."""
    wrong: Wrong = {}
    try:
        if content.startswith(b"PK"):
            wrong = _check_zip(content)
        elif _ENCRYPTED in content:
            raise Locked
        else:
            check(content)
        return _sheets(content, wrong)
    except (PasswordError, Locked) as error:
        raise _protected() from error
    except TooMuch as error:
        raise _too_large("") from error
    except (CalamineError, Malformed, OSError, ValueError, OverflowError, MemoryError) as error:
        raise _broken() from error
    except BaseException as error:
        # A malformed file can make the reader's native code give up with a class that derives from BaseException.
        if type(error).__name__ != "PanicException":
            raise
        raise _broken() from error


def _sheets(content: bytes, wrong: Wrong) -> tuple[list[Table], tuple[str, ...]]:
    tables, hidden = [], []
    with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
        for sheet in book.sheets_metadata:
            if sheet.visible is not SheetVisibleEnum.Visible:
                hidden.append(sheet.name)
            elif str(sheet.typ).endswith("WorkSheet"):
                tables.append(_table(book.get_sheet_by_name(sheet.name), wrong.get(sheet.name, {})))
    return tables, tuple(hidden)


def _table(sheet: CalamineSheet, wrong: dict[tuple[int, int], str]) -> Table:
    if sheet.total_height > ROW_LIMIT or sheet.total_width > COLUMN_LIMIT:
        raise _too_large(sheet.name)
    rows: list[Row] = [_finite(row) for row in sheet.to_python(skip_empty_area=False)]
    for (row, column), error in wrong.items():
        if row < len(rows) and column < len(rows[row]):  # where the reader leaves the cell empty
            rows[row][column] = error
    spans = tuple(
        (top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    )
    if len(spans) > SPANS_LIMIT:
        raise _too_large(sheet.name)
    return Table(sheet.name, levelled(rows), spans)


def _finite(row: list[Cell]) -> Row:
    """The cells as they are; a number beyond all numbers, which no Excel writes, as a text."""
    if any(type(cell) is float and not math.isfinite(cell) for cell in row):
        return [str(cell) if isinstance(cell, float) and not math.isfinite(cell) else cell for cell in row]
    return row


def _check_zip(content: bytes) -> Wrong:
    """Refuse what would not fit into memory before the reader tries: it keeps every cell up to the last one.

    Returns the cells whose formula ended in an error.
    """
    if content.count(b"PK\x01\x02") > PARTS_LIMIT:
        raise TooMuch
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            names = packed.namelist()
            if "xl/workbook.bin" in names:
                raise _binary()
            if not any(name.startswith("xl/") or name == "content.xml" for name in names):
                raise _no_table()
            found = measured(packed)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _broken() from error
    if found.bare:
        raise _uncounted(*next(iter(found.bare.items())))
    return found.wrong


def _no_table() -> UnreadableFile:
    return UnreadableFile("这个文件不是表格", "能导入的是 .xlsx、.xls 和 .csv 文件。" + AGAIN)


def _binary() -> UnreadableFile:
    return UnreadableFile("这是 .xlsb 格式的表格，不能直接导入", AGAIN)


def _uncounted(sheet: str, cells: list[str]) -> UnreadableFile:
    named = "、".join(cells[:NAMED]) + (f" 等 {len(cells)} 格" if len(cells) > NAMED else "")
    return UnreadableFile(
        "表里的公式还没有算出结果",
        f"“{sheet}”的 {named} 只有公式，没有值。请在 Excel 或 WPS 中打开它，保存一次，再导入。",
    )


def _protected() -> UnreadableFile:
    return UnreadableFile(
        "这个文件设了打开密码", "请在 Excel 或 WPS 中用密码打开，取消密码后另存一份，再导入那一份。"
    )


def _broken() -> UnreadableFile:
    return UnreadableFile(
        "文件不完整或已损坏", "可能没有拷贝完整。请重新拷贝；若能用 Excel 或 WPS 打开，请另存一份再导入。"
    )


def _too_large(sheet: str) -> UnreadableFile:
    where = f"“{sheet}”" if sheet else "某一页"
    return UnreadableFile(
        f"{where}的表格范围太大",
        f"一页最多 {ROW_LIMIT} 行、到 {letter(COLUMN_LIMIT - 1)} 列，一个文件最多 {CELLS_LIMIT // 10_000} 万格。"
        "常见原因是很远的地方误填了一个格子：请删掉多余的行和列，再另存导入。",
    )
