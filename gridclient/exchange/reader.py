"""Reads a file as a :class:`Book`, whatever its ending claims: xlsx, xls, csv, or a web page called xls.

What the file is, is told by its first bytes. Anything that cannot be read is an :class:`UnreadableFile` in words.
"""

from pathlib import Path
import stat

from gridclient.errors import UnreadableFile
from gridclient.exchange.book import Book, Table
from gridclient.exchange.plain import csv_table, decoded, html_tables
from gridclient.exchange.workbooks import workbook

SIZE_LIMIT = 100 * 1024 * 1024  # bytes; a register of a whole community is below 3 MB
TEXT_LIMIT = 40 * 1024 * 1024  # bytes of a CSV file or a web page
AGAIN = "请在 Excel 或 WPS 中打开它，另存为 .xlsx 后再导入。"

_ZIP = b"PK"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read(path: Path) -> Book:
    """The visible sheets of a file; UnreadableFile when it is missing, empty, broken, protected or no table."""
    content = _content(path)
    if content.startswith((_ZIP, _COMPOUND)):
        tables, hidden = workbook(content)
        return _book(path, tables, hidden)
    if len(content) > TEXT_LIMIT:
        raise _too_large(TEXT_LIMIT)
    text, encoding = decoded(content)
    if text is None:
        raise UnreadableFile("这个文件不是表格", "能导入的是 .xlsx、.xls 和 .csv 文件。" + AGAIN)
    if text.lstrip().startswith("<"):
        return _book(path, html_tables(text), encoding=encoding)
    return _book(path, [csv_table(text)], encoding=encoding)


def _content(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise OSError  # a pipe or a device: whoever reads it may wait for ever
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
    except FileNotFoundError as error:
        raise UnreadableFile("找不到这个文件", "请确认文件没有被移走或改名，U 盘没有拔出。") from error
    except IsADirectoryError as error:
        raise UnreadableFile("这是一个文件夹", "请选择文件夹里的表格文件。") from error
    except OSError as error:
        raise UnreadableFile(
            "这个文件打不开", "请先在 Excel 或 WPS 中关闭它，再确认您有读取它的权限。"
        ) from error
    if len(content) > SIZE_LIMIT:
        raise _too_large(SIZE_LIMIT)
    if not content.strip(b"\0 \t\r\n"):
        raise UnreadableFile("这个文件是空的", "文件可能没有拷贝完整，请重新拷贝一次。")
    return content


def _book(path: Path, tables: list[Table], hidden: tuple[str, ...] = (), encoding: str = "") -> Book:
    if not any(table.rows for table in tables):
        raise UnreadableFile("表里没有内容", "请确认数据填在看得见的工作表里。")
    return Book(path.name, tuple(tables), hidden, encoding)


def _too_large(limit: int) -> UnreadableFile:
    return UnreadableFile("这个文件太大", f"超过 {limit >> 20} MB。请按网格分成几个文件再导入。")
