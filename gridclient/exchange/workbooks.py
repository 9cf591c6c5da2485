"""The sheets of an Excel file, through python-calamine, and what can be wrong with such a file."""

from io import BytesIO
import re
import zipfile
import zlib

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from gridclient.errors import UnreadableFile
from gridclient.exchange.book import Row, Table, letter, levelled

ROW_LIMIT = 100_000
COLUMN_LIMIT = 512
UNPACKED_LIMIT = 600 * 1024 * 1024  # bytes; a small zip that unpacks to more is not a register

AGAIN = "请在 Excel 或 WPS 中打开它，另存为 .xlsx 后再导入。"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BEYOND = re.compile(rb'<(?:\w+:)?c\b[^>/]*\br="(?:[A-Z]{3}\d+|[A-Z]{1,3}\d{6,})"[^>/]*>')
_SHEETS = re.compile(r"xl/worksheets/[^/]+\.xml")


def workbook(content: bytes) -> tuple[list[Table], tuple[str, ...]]:
    """The visible sheets and the names of the hidden ones; UnreadableFile says why there are none."""
    if content.startswith(b"PK"):
        _check_zip(content)
    elif _ENCRYPTED in content:
        raise _protected()
    try:
        return _sheets(content)
    except PasswordError as error:
        raise _protected() from error
    except CalamineError as error:
        raise _broken() from error
    except (OSError, ValueError, OverflowError, MemoryError) as error:
        raise _broken() from error
    except BaseException as error:
        # A malformed file can make the reader's native code give up with a class that derives from BaseException.
        if type(error).__name__ != "PanicException":
            raise
        raise _broken() from error


def _sheets(content: bytes) -> tuple[list[Table], tuple[str, ...]]:
    tables, hidden = [], []
    with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
        for sheet in book.sheets_metadata:
            if sheet.visible is not SheetVisibleEnum.Visible:
                hidden.append(sheet.name)
            elif str(sheet.typ).endswith("WorkSheet"):
                tables.append(_table(book.get_sheet_by_name(sheet.name)))
    return tables, tuple(hidden)


def _table(sheet: CalamineSheet) -> Table:
    if sheet.total_height > ROW_LIMIT or sheet.total_width > COLUMN_LIMIT:
        raise _too_large(sheet.name)
    rows: list[Row] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    spans = tuple(
        (top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    )
    return Table(sheet.name, levelled(rows), spans)


def _check_zip(content: bytes) -> None:
    """Refuse what would not fit into memory before the reader tries: it keeps every cell up to the last one."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            names = packed.namelist()
            if sum(part.file_size for part in packed.infolist()) > UNPACKED_LIMIT:
                raise _too_large("")
            for name in filter(_SHEETS.fullmatch, names):
                found = _BEYOND.search(packed.read(name))
                if found:
                    raise _too_large("")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _broken() from error
    if not any(name.startswith("xl/") or name == "content.xml" for name in names):
        raise UnreadableFile("这个文件不是表格", "能导入的是 .xlsx、.xls 和 .csv 文件。" + AGAIN)


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
        f"一页最多 {ROW_LIMIT} 行、到 {letter(COLUMN_LIMIT - 1)} 列。"
        "常见原因是很远的地方误填了一个格子：请删掉多余的行和列，再另存导入。",
    )
