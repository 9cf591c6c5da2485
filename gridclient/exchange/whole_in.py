"""A whole book on its way back: what is not here is brought in as it was, and what somebody changed in Excel is written.

Three sides are compared: the value as it was handed out, the cell now, and the record now. Only a cell somebody changed
counts, and it never replaces what was changed here meanwhile: that is told and stays. A row that was deleted deletes
nothing, a row that was added is a new record, and records that are only ever added to are not altered.
"""

from collections.abc import Iterator
from datetime import date
import json

from gridclient.errors import Unfit
from gridclient.exchange.book import Book
from gridclient.exchange.lines import ERROR, WARNING, Issue, Line, Skipped
from gridclient.exchange.register import WAITING
from gridclient.exchange.rehearsal import STEP, UNWANTED, LeftOut, Progress, Rehearsal, counted
from gridclient.exchange.whole_book import ABOUT, BODY, FORM, TITLE, VERSION, Marked, kinds, marked
from gridclient.exchange.whole_here import Here
from gridclient.exchange.whole_rows import Seen, Sheet
from gridclient.exchange.whole_taking import Taking
from sync.replica import Replica

AGAIN = "请先更新本机的程序，再导入这份资料。"


def rehearse_whole(
    replica: Replica,
    book: Book,
    unwanted: frozenset[tuple[str, int]] = frozenset(),
    progress: Progress | None = None,
    *,
    home: str,
    who: str,
    today: date,
) -> Rehearsal:
    """Go through a whole book without writing; ``unwanted`` are the (sheet, row) nobody wants.

    Raises Unfit for one that a newer program wrote, or that is another community's.
    """
    carried = _carried(book)
    names = {ABOUT, *(one.table.name for one in carried)}
    others = [table.name for table in book.tables if table.rows and table.name not in names]
    done = Rehearsal(FORM, TITLE, hidden=book.hidden, sheets=others, file=book.name, who=who)
    tell = progress or _silent
    sheets = [Sheet(one, today) for one in carried]
    rows = list(_rows(sheets, unwanted, tell))
    here = Here(replica, home, book.name, [seen.told.own for _sheet, seen in rows])
    _refuse_strays(rows)
    taking = Taking(here, rows, today, tell)
    taking.take_all()
    tell(len(rows), len(rows), "核对完成")
    lines = [seen.line for _sheet, seen in rows]
    for sheet in sheets:
        _tell_sheet(sheet, done)
    done.issues += [issue for line in lines for issue in line.issues]
    done.counts = counted(lines, len(done.skipped))
    done.batch = taking.batch()
    done.waiting = [tuple(line) for line in json.loads(replica.meta(WAITING) or "[]")]
    return done


def _carried(book: Book) -> list[Marked]:
    """The sheets that hold records, what others point at first."""
    found = [one for table in book.tables if (one := marked(table))]
    if any(one.version > VERSION for one in found):
        raise Unfit("这份资料是新版本的程序导出的", AGAIN)
    order = [spec.name for spec in kinds()]
    return sorted((one for one in found if one.kind in order), key=lambda one: order.index(one.kind))


def _rows(
    sheets: list[Sheet], unwanted: frozenset[tuple[str, int]], tell: Progress
) -> Iterator[tuple[Sheet, Seen]]:
    total = sum(len(sheet.sheet.table.rows) - BODY for sheet in sheets)
    done = 0
    for sheet in sheets:
        for seen in sheet.rows():
            if done % STEP == 0:
                tell(done, total, "正在核对")
            done += 1
            if (seen.line.sheet, seen.line.row + 1) in unwanted:
                sheet.skipped.append(Skipped(seen.line.sheet, seen.line.row + 1, UNWANTED))
            else:
                yield sheet, seen


def _silent(_done: int, _total: int, _text: str) -> None:
    return


def _refuse_strays(rows: list[tuple[Sheet, Seen]]) -> None:
    """Refuse rows whose hidden cells are spoilt, are those of another row, or stand there twice."""
    first: dict[str, Line] = {}
    for _sheet, seen in rows:
        line = seen.line
        if seen.told.torn:
            _refuse(
                line, "hidden_spoilt", "隐藏的列被改过，认不出是哪一条；请从原来的文件里把这一行整行拷回来"
            )
        elif seen.id in first:
            row = first[seen.id].row + 1
            _refuse(line, "copied_row", f"和第 {row} 行是同一条；要新增，请在空行里填，不要复制整行")
        elif seen.id:
            first[seen.id] = line
    for sheet in dict.fromkeys(sheet for sheet, _seen in rows):
        _refuse_apart(sheet, [seen for of, seen in rows if of is sheet and seen.id and not seen.line.torn])


def _refuse_apart(sheet: Sheet, rows: list[Seen]) -> None:
    """Refuse rows that bear the cells of other rows: sorted without the hidden columns, each has another's id."""
    prints = {seen.told.print for seen in rows}
    apart = [seen for seen in rows if seen.touched and sheet.print_of(seen.line) in prints]
    for seen in apart if len(apart) > 1 else ():
        why = "内容和隐藏的编号对不上：排序时没有带上隐藏的列；请用原来的文件重新排"
        _refuse(seen.line, "sorted_apart", why)


def _refuse(line: Line, kind: str, why: str) -> None:
    line.tell(ERROR, "", kind, why)
    line.torn = True


def _tell_sheet(sheet: Sheet, done: Rehearsal) -> None:
    """Tell what is the matter with a sheet as a whole."""
    name, count = sheet.sheet.table.name, sheet.sheet.count
    done.skipped += sheet.skipped
    done.left_out += [LeftOut(name, "", head, "这一列被删掉了，没有读") for head in sheet.lost()]
    done.unknown += [(name, letter, head) for letter, head in sheet.strange()]
    if sheet.known < count:
        why = f"比导出时少 {count - sheet.known} 行：导入不会删除，本机有的照旧"
        last = max(len(sheet.sheet.table.rows), BODY + 1)
        done.issues.append(Issue(name, last, "", "", WARNING, "rows_deleted", why))
